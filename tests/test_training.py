"""Training: a handful of articles in, the same weights out every time; what needs the extra says so."""

from __future__ import annotations

import math
import subprocess
import sys
from pathlib import Path

import msgspec
import numpy as np
import pytest

from claimx import fitting, training
from claimx.calibration import Judged, calibrate
from claimx.claims.assemble import drafts_of
from claimx.claims.linear import Classifier
from claimx.claims.models import Models, Weights, unpack
from claimx.claims.ranker import Ranker
from claimx.claims.resolve import CHANCES
from claimx.corpus import load_article
from claimx.errors import CorpusError, MissingExtra
from claimx.fitting import Group, choices_of, fit_heads, fit_ranker, heads_of

ROOT = Path(__file__).resolve().parent.parent
ARTICLES = sorted((ROOT / "corpora" / "dev").glob("*.claimx"), key=lambda path: (path.stat().st_size, path.name))[2:8]


@pytest.fixture(scope="module")
def prepared() -> list[training.Prepared]:
    return [training.prepare(load_article(path)) for path in ARTICLES]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("corpora")
    for path in ARTICLES:
        (folder / path.name).write_bytes(path.read_bytes())
    return folder


def test_command_writes_the_same_bytes_twice(folder: Path, tmp_path: Path) -> None:
    """In processes of their own, whose sets have other orders."""
    contents = []
    for seed in ("1", "2"):
        output = tmp_path / f"{seed}.msgpack"
        command = [sys.executable, "-m", "claimx", "train", str(folder), "-o", str(output)]
        done = subprocess.run(
            command, capture_output=True, text=True, encoding="utf-8", check=False, env={"PYTHONHASHSEED": seed}
        )
        assert (done.returncode, done.stdout) == (0, "")
        assert f"values in {len(ARTICLES)} articles" in done.stderr
        assert "F1 on held-out articles: claims found" in done.stderr
        assert f"{output.stat().st_size:,} bytes" in done.stderr
        contents.append(output.read_bytes())
    assert contents[0] == contents[1]
    weights = msgspec.msgpack.decode(contents[0], type=Weights)
    assert weights.trained_on.startswith(f"{len(ARTICLES)} articles, ")
    assert len(weights.calibration) == len(CHANCES) + 1


def test_learns_what_it_is_shown(prepared: list[training.Prepared]) -> None:
    models, examples = training.fit(prepared, folds=2)
    right = total = 0
    for item in prepared:
        for draft in drafts_of(item.frame, models):
            claim = training.gold_of(draft, item.article.claims)
            total += 1
            right += claim is not None and claim.type == draft.type
    assert right / total > 0.8
    assert examples.labels["claim"]
    assert set(models.rankers) == set(training.ROLES)


def test_round_trip(prepared: list[training.Prepared]) -> None:
    models, _ = training.fit(prepared, folds=3)
    again = unpack(msgspec.msgpack.decode(msgspec.msgpack.encode(training.pack(models)), type=Weights))
    assert again.calibration == models.calibration
    assert again.classifier.heads == models.classifier.heads
    for item in prepared:
        before, after = (drafts_of(item.frame, found) for found in (models, again))
        assert [draft.anchor for draft in before] == [draft.anchor for draft in after]
        for one, other in zip(before, after, strict=True):
            for name, chance in one.chances.items():
                assert other.chances[name] == pytest.approx(chance, abs=0.02)


def test_small_weights_are_left_out() -> None:
    matrix = np.array([[0.0, 0.1], [0.001, -0.002], [0.0, 0.5]], dtype=np.float32)
    models = Models(
        Classifier({"claim": ["no", "yes"]}, ["", "faint", "strong"], matrix),
        {"metric": Ranker(["a", "b"], np.array([[0.0], [0.001], [1.0]]))},
        [0.0],
    )
    weights = training.pack(models)
    assert weights.features == ["", "strong"]
    assert weights.rankers["metric"].features == ["b"]


def test_a_file_that_is_too_large_loses_its_smallest_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    matrix = np.array([[0.0, 0.1], [0.0, 0.09], [0.0, 0.5]], dtype=np.float32)
    models = Models(Classifier({"claim": ["no", "yes"]}, ["", "weak", "strong"], matrix), {}, [0.0])
    path = tmp_path / "weights.msgpack"
    whole = training.save(models, path)
    monkeypatch.setattr(training, "_LARGEST", whole - 1)
    assert training.save(models, path) == path.stat().st_size < whole
    assert msgspec.msgpack.decode(path.read_bytes(), type=Weights).features == ["", "strong"]


@pytest.mark.parametrize("name", ["scipy", "sklearn"])
def test_without_the_extra(name: str, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(MissingExtra, match=r"pip install claimx\[train\]"):
        training.train([folder], tmp_path / "weights.msgpack")
    assert not list(tmp_path.iterdir())


def test_one_article_is_too_few(prepared: list[training.Prepared], tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="two annotated articles"):
        training.fit(prepared[:1])
    with pytest.raises(CorpusError, match="no article"):
        training.train([tmp_path], tmp_path / "weights.msgpack")


def test_folds_are_even_and_hang_on_the_seed() -> None:
    names = [f"article{number}" for number in range(23)]
    folds = training.fold_of(names, 5, 0)
    assert sorted(folds.count(fold) for fold in range(5)) == [4, 4, 5, 5, 5]
    assert folds == training.fold_of(names, 5, 0) != training.fold_of(names, 5, 1)


def test_ranker_finds_what_sets_the_right_option_apart() -> None:
    articles = [
        [Group([["near", f"x{number}"], ["far", f"y{number}"]], [0 if number % 4 else 1], [])] * 2
        for number in range(20)
    ]
    ranker = fit(articles)
    index, chance = ranker.choose([["far"], ["near"]])
    assert index == 1
    assert 0.6 < chance < 0.85
    assert set(ranker.index) == {"near", "far"}
    effects = ranker.effects(["near"])
    assert list(effects) == ["near"]
    assert effects["near"] > 0


def test_ranker_learns_which_candidate_a_setting_asks_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """No weight of a candidate's own can tell: either is right as often."""
    monkeypatch.setattr(fitting, "_FEW", 100)
    articles = [
        [Group([["near"], ["far"]], [0], ["plain"]), Group([["near"], ["far"]], [1], ["quoted"])] * 60
        for _ in range(20)
    ]
    ranker = fit(articles)
    assert len(ranker.out)
    for setting, right in (("plain", 0), ("quoted", 1)):
        index, chance = ranker.choose([["near"], ["far"]], [setting, "unheard of"])
        assert index == right
        assert chance > 0.9
    models = Models(Classifier({"claim": ["no", "yes"]}, [""], np.zeros((1, 2))), {"metric": ranker}, [0.0])
    again = unpack(training.pack(models)).rankers["metric"]
    for setting in (["plain"], ["quoted"], []):
        before, after = (found.scores([["near"], ["far"], ["new"]], setting) for found in (ranker, again))
        assert after == pytest.approx(before, abs=0.05)


def fit(articles: list[list[Group]]) -> Ranker:
    choices = choices_of(articles)
    return fit_ranker(choices, np.ones(len(choices.sizes), dtype=bool))


def test_head_of_two_labels() -> None:
    articles = [
        {head: [] for head in training.HEADS} | {"claim": [(["money", f"x{number}"], "yes"), (["rank"], "no")]}
        for number in range(20)
    ]
    names, heads = heads_of(articles)
    classifier = fit_heads(names, heads, np.ones(len(articles), dtype=bool))
    assert classifier.heads["claim"] == ["no", "yes"]
    assert classifier.choose(classifier.scores(["money"]), "claim")[0] == "yes"
    assert classifier.choose(classifier.scores(["rank"]), "claim")[0] == "no"


def logit(chance: float) -> float:
    return math.log(chance / (1 - chance))


def test_calibration() -> None:
    """Decisions of probability p that come out right less often make confidence fall below p, never rise with doubt."""
    judged = [
        Judged([logit(0.9 if sure else 0.5)] + [4.6] * (len(CHANCES) - 1), number % 10 < (7 if sure else 2))
        for sure in (True, False)
        for number in range(200)
    ]
    weights = calibrate(judged)
    assert len(weights) == len(CHANCES) + 1
    assert all(weight >= 0 for weight in weights[1:])
    for chance, right in ((0.9, 0.7), (0.5, 0.2)):
        total = weights[0] + weights[1] * logit(chance) + 4.6 * sum(weights[2:])
        assert 1 / (1 + math.exp(-total)) == pytest.approx(right, abs=0.04)
    assert len(calibrate([])) == len(CHANCES) + 1


@pytest.mark.slow
def test_benchmark(folder: Path, tmp_path: Path) -> None:
    script = ROOT / "benchmarks" / "classifier.py"
    figures = tmp_path / "figures.json"
    command = [sys.executable, str(script), str(folder), "--folds", "2", "--json", str(figures)]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "| type, macro-F1 |" in done.stdout
    result = msgspec.json.decode(figures.read_bytes())
    assert set(result) >= {"rules", "trained", "calibration", "features"}
    assert sum(row["n"] for row in result["calibration"]["bins"]) > 0
