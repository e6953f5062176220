"""Claims: tables of cases, why a claim reads so, metrics of one's own, and what holds for any text."""

from __future__ import annotations

import pickle
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import claimx
from claimx.claims import assemble
from claimx.claims.draft import Draft, Option
from claimx.claims.explain import explain, to_text
from claimx.claims.feature_names import in_words
from claimx.claims.frame import Frame
from claimx.claims.models import models
from claimx.claims.resolve import CHANCES
from claimx.corpus import load_article
from claimx.errors import LexiconError, UnreadableInput
from claimx.model import Claim, Document
from claimx.source.text import Text

CASES = Path(__file__).parent / "cases"
CORPORA = Path(__file__).resolve().parent.parent / "corpora"
FIELDS = {"dir": "direction", "basis": "basis", "mod": "modality"}
SPANS = {"s": "subject", "m": "metric", "c": "comparator", "a": "attribution"}
PIECES = [
    *("小米集团", "阿里云", "IDC", "公司", "其", "营收", "净利润", "毛利率", "股价", "销量", "雷军"),
    *("同比增长", "环比下降", "按年升", "由", "增至", "分别为", "高于市场预期的", "约合", "预计", "若", "计划投入"),
    *("3.8", "1131亿元", "22%", "0.5个百分点", "三分之一", "21017辆", "第一", "首次", "530亿美元", "+12%YoY"),
    *("2025年", "第三季度", "4月29日", "去年同期", "表示，", "据", "称：“", "”"),
    *("，", "。", "；", "、", "（", "）", "\n", "\n\n", " ", "𠮷", "\u0301", "\ud800", "\0", "一、", "- "),
]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=40).map("".join)


class Case:
    """A line of a table: the text, the anchors' spans, what each must be."""

    def __init__(self, line: int, day: str, marked: str, wanted: list[str]) -> None:
        self.line, self.day, self.wanted = line, day, wanted
        self.text = marked.replace("{", "").replace("}", "")
        self.spans = []
        for number, match in enumerate(re.finditer(r"\{([^{}]+)\}", marked)):
            start = match.start() - 2 * number
            self.spans.append((start, start + len(match[1])))
        assert len(self.spans) == len(wanted), f"line {line}: an anchor for each line, a line for each anchor"


def cases(name: str) -> list[Any]:
    found: list[Any] = []
    block: list[tuple[int, str]] = []
    lines = [*enumerate((CASES / name).read_text(encoding="utf-8").split("\n"), 1), (0, "")]
    for number, line in lines:
        if line.startswith("#"):
            continue
        if line.strip():
            block.append((number, line))
        elif block:
            day, marked = block[0][1].split(" ", 1)
            found.append(pytest.param(Case(block[0][0], day, marked, [text for _, text in block[1:]]), id=marked[:24]))
            block = []
    return found


def check(case: Case) -> None:
    document = claimx.extract(case.text, reference_date=case.day)
    for (start, end), wanted in zip(case.spans, case.wanted, strict=True):
        on = [claim for claim in document.claims if claim.anchor.start < end and start < claim.anchor.end]
        if wanted == "-":
            assert on == [], f"no claim may stand on {case.text[start:end]}"
            continue
        assert len(on) == 1, f"one claim must stand on {case.text[start:end]}, not {on}"
        agrees(on[0], wanted)


def agrees(claim: Claim, wanted: str) -> None:
    words = wanted.split(" ")
    named = [word for word in words if "=" not in word]
    assert [claim.type, claim.measure][: len(named)] == named
    for key, value in (word.split("=", 1) for word in words if "=" in word):
        if key in FIELDS:
            assert (getattr(claim, FIELDS[key]) or "-") == value, key
        elif key == "p":
            period = claim.period
            assert (f"{period.begin}..{period.until}" if period else "-") == value
        else:
            span = getattr(claim, SPANS[key])
            assert (value in span.text) if span else value == "-", f"{key}: {span}"


@pytest.mark.parametrize("case", cases("claims.txt"))
def test_cases(case: Case) -> None:
    check(case)


@pytest.mark.parametrize("case", cases("claims_failures.txt"))
@pytest.mark.xfail(strict=True, raises=AssertionError)
def test_known_failures(case: Case) -> None:
    check(case)


def spans_of(claim: Claim) -> list[Any]:
    parts = (claim.anchor, claim.subject, claim.metric, claim.comparator, claim.period, claim.attribution)
    return [claim, *(part for part in parts if part is not None), *claim.cues]


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(TEXTS)
def test_any_text(text: str) -> None:
    document = claimx.extract(text, reference_date="2025-11-18")
    for claim in document.claims:
        for span in spans_of(claim):
            assert text[span.start : span.end] == span.text
        assert claim.sentence.start <= claim.anchor.start and claim.start <= claim.anchor.start
        assert claim.start < claim.end and claim.anchor.end <= claim.end
        assert 0.0 <= claim.confidence <= 1.0
        assert claim.rule
        assert (claim.value is None) == (claim.type in ("event", "statement"))
    ids = [claim.id for claim in document.claims]
    assert len(set(ids)) == len(ids)
    places = [(claim.anchor.start, claim.anchor.end) for claim in document.claims]
    assert places == sorted(places)
    assert claimx.extract(text, reference_date="2025-11-18").claims == document.claims
    assert [explanation.claim for explanation in explain(document)] == document.claims


ARTICLE = (
    "小米集团公布，第三季度营收1131亿元，同比增长22%，毛利率为22.9%。公司预计，明年研发投入将超过400亿元。\n"
    "IDC表示，三季度中国智能手机出货量6880万台，vivo、苹果、华为的份额分别为18.0%、15.8%和15.2%。\n"
)


def test_same_in_every_process() -> None:
    """Nothing hangs on the order of sets, which differs from process to process."""
    code = "import claimx, sys; sys.stdout.buffer.write(claimx.extract(sys.argv[1], '2025-11-18').to_json().encode())"
    made = {
        subprocess.run(
            [sys.executable, "-c", code, ARTICLE], capture_output=True, check=True, env={"PYTHONHASHSEED": seed}
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(made) == 1


def lines_run(document: Document) -> int:
    """How many lines of the claim stage run for ``document``."""
    count = 0

    def trace(frame: Any, event: str, argument: Any) -> Any:
        nonlocal count
        if "claims" not in frame.f_code.co_filename:
            return None
        count += event == "line"
        return trace

    source = assemble.Text(document.text)
    before = sys.gettrace()
    sys.settrace(trace)
    try:
        assemble.find_claims(source, document)
    finally:
        sys.settrace(before)
    return count


def test_features_are_distinct() -> None:
    """Training counts a feature of an option once, the sum of weights would count it twice."""

    class Distinct(assemble.Ranked):
        def choose(self, role: str, draft: Draft, options: list[Option]) -> tuple[Option, float]:
            for option in options:
                assert len(set(option.features)) == len(option.features), (role, sorted(option.features))
            return super().choose(role, draft, options)

    trained = models()
    extractor = claimx.Extractor(claimx.Config(claims=False))
    articles = [load_article(path) for path in sorted((CORPORA / "dev").glob("*.claimx"))[::3]]
    for text, day in [(ARTICLE, None), *((article.text, article.reference_date) for article in articles)]:
        frame = Frame(Text(text), extractor(text, reference_date=day))
        assemble.drafts_of(frame, trained, Distinct(trained))


@pytest.mark.parametrize(
    "text",
    [ARTICLE, ARTICLE.replace("\n", "").replace("。", "，"), "1亿元、", "IDC表示，", "（22%", "2025年5月1日发布，"],
    ids=["article", "no full stop", "values", "sources", "brackets", "dates"],
)
def test_work_grows_with_the_text(text: str) -> None:
    """Four times the text is about four times the work, whatever stands in it: nothing is looked at again and again."""
    size = max(1, 3600 // len(text))
    extractor = claimx.Extractor(claimx.Config(claims=False))
    once, more = (lines_run(extractor(text * times)) for times in (size, 4 * size))
    assert more <= 4.6 * once


def test_rule_and_cues() -> None:
    level, change = claimx.extract("小米集团第三季度营收1131亿元，同比增长22%。", reference_date="2025-11-18").claims
    assert level.rule.startswith("financial_result by 营收 (revenue) in the clause; subject in the clause")
    assert level.cues == ()
    assert "up by 同比增长" in change.rule
    assert {(cue.text, cue.role) for cue in change.cues} == {("同比增长", "direction"), ("同比增长", "basis")}


def test_explain() -> None:
    text = "小米集团公布，第三季度营收1131亿元，同比增长22%。\n雷军表示，小米汽车不会参与价格战。"
    document = claimx.extract(text, reference_date="2025-11-18")
    explanations = explain(document)
    assert [explanation.claim for explanation in explanations] == document.claims
    change = explanations[1]
    reasons = {reason.field: reason for reason in change.reasons}
    assert set(reasons) == {
        *("claim", "type", "measure", "direction", "basis", "modality", "metric", "subject", "period", "attribution")
    }
    for field in ("type", "measure", "direction", "basis", "modality"):
        assert reasons[field].value == (getattr(change.claim, field) or "none")
        assert reasons[field].instead != reasons[field].value
    assert reasons["subject"].value == "小米集团"
    assert any("rule" in item.words for item in reasons["direction"].evidence)
    for reason in reasons.values():
        weights = [item.weight for item in reason.evidence]
        assert weights == sorted(weights, reverse=True)
        assert all(weight >= 0 for weight in weights)
        assert 0 < reason.chance <= 1
    shown = to_text(explanations)
    assert "direction: up" in shown
    assert "同比增长 [20,24) for direction" in shown
    assert to_text([]) == ""


@pytest.mark.parametrize(
    ("feature", "words"),
    [
        ("metric=revenue", "metric revenue"),
        ("L2=增长", "behind “增长”"),
        ("rule:direction=up", "by rule direction up"),
        ("l:同比增长", "cue right before “同比增长”"),
        ("before|same|strong", "before the value, in the same clause, a full metric"),
        ("order=match", "same place in its row"),
        ("repeats=False", "not: said before in the sentence"),
        ("way:modality.plan", "cue on the way to the value modality.plan"),
        ("way=预计", "on the way to the value “预计”"),
        ("、2", "marks “、” before the value 2"),
        ("unheard-of", "unheard-of"),
    ],
)
def test_features_in_words(feature: str, words: str) -> None:
    assert in_words(feature) == words


def test_weights() -> None:
    trained = models()
    assert len(trained.calibration) == len(CHANCES) + 1
    assert all(weight >= 0 for weight in trained.calibration[1:])
    path = Path(assemble.__file__).parent / "weights.msgpack"
    assert path.stat().st_size <= 2_000_000


METRICS = "# mine\ndrone_flights\toperating_metric\tcount\tlevel\t飞行架次|飛行架次\t\n"


def test_metrics_of_ones_own(tmp_path: Path) -> None:
    path = tmp_path / "mine.tsv"
    path.write_text(METRICS, encoding="utf-8")
    text = "2024年，亿航智能飞行架次达5.6万次，营收4.56亿元。"
    extractor = pickle.loads(pickle.dumps(claimx.Extractor(claimx.Config(metrics=str(path)))))
    document = extractor(text, reference_date="2025-03-12")
    keys = [claim.metric.key for claim in document.claims if claim.metric]
    assert keys == ["drone_flights", "revenue"]
    assert [e.claim for e in explain(document, extractor.metrics())] == document.claims
    shipped = claimx.extract(text, reference_date="2025-03-12")
    assert "drone_flights" not in [claim.metric.key for claim in shipped.claims if claim.metric]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"flights\tnonsense\tcount\tlevel\tx\n", "'flights' needs a claim type"),
        (b"flights operating_metric count level x\n", "needs a claim type"),
        (b"flights\toperating_metric\tcount\tlevel\t\t\n", "has no form"),
        (b"flights\toperating_metric\tnonsense\tlevel\tx\n", "quantity kinds"),
    ],
)
def test_malformed_metrics(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "mine.tsv"
    path.write_bytes(content)
    with pytest.raises(LexiconError, match=message) as caught:
        claimx.Extractor(claimx.Config(metrics=str(path)))
    assert "mine.tsv" in str(caught.value)


def test_unreadable_metrics(tmp_path: Path) -> None:
    for path, content in ((tmp_path / "none.tsv", None), (tmp_path / "mine.tsv", b"\xff\xfe\xff")):
        if content is not None:
            path.write_bytes(content)
        with pytest.raises(UnreadableInput, match=path.name):
            claimx.Extractor(claimx.Config(metrics=str(path)))


def test_explain_on_the_command_line(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    from claimx.cli import _run

    path = tmp_path / "x.txt"
    path.write_text("2025年11月18日，小米集团公布，第三季度营收1131亿元。", encoding="utf-8")
    assert _run(["extract", str(path), "--explain"]) == 0
    shown = capfd.readouterr().out
    assert "1131亿元" in shown
    assert "\n  metric: 营收 " in shown
    assert "confidence 0." in shown
    assert _run(["extract", str(path), "--explain", "--format", "json"]) == 2
    assert "--explain" in capfd.readouterr().err
