"""The score and its definitions, baselines, public data sets, and ``claimx eval``."""

from __future__ import annotations

import copy
import datetime
import json
from pathlib import Path
from typing import Any

import pytest

from claimx import cli
from claimx.errors import CorpusError, InvalidOption, UnreadableInput
from claimx.evaluate import compare, evaluate, f1, load_baseline, load_gold, render, score_dataset, write_baseline
from claimx.evaluate.datasets import load_names, load_numerals
from claimx.evaluate.gold import GoldDocument, from_predictions, load_predictions
from claimx.evaluate.score import field_right, pair_claims, quantity_right, span_right, time_right, values_close
from claimx.model import sha256_of

TEXT = "星河科技去年营收 38.6 亿元，同比增长 12.5%。李明表示，明年会更好。"


def at(words: str, **more: Any) -> dict[str, Any]:
    start = TEXT.index(words)
    return {"start": start, "end": start + len(words), "text": words, **more}


def gold_claim(words: str, type_: str = "financial_result", **changes: Any) -> dict[str, Any]:
    claim = {
        "type": type_,
        "measure": "level",
        "direction": None,
        "basis": None,
        "subject": at("星河科技"),
        "metric": at("营收"),
        "comparator": None,
        "period": at("去年"),
        "begin": "2024-01-01",
        "until": "2025-01-01",
        "modality": "actual",
        "attribution": None,
    }
    return {**at(words), **claim, **changes}


def document() -> GoldDocument:
    return GoldDocument(
        name="x",
        text=TEXT,
        reference_date="2025-03-01",
        quantities=[
            at("38.6 亿元", kind="money", value=3860000000, high=None, unit="CNY", bound="exact"),
            at("12.5%", kind="percent", value=12.5, high=None, unit="percent", bound="exact"),
        ],
        times=[at("去年", kind="date", begin="2024-01-01", until="2025-01-01", value=None)],
        claims=[
            gold_claim("38.6 亿元"),
            gold_claim("12.5%", measure="change", direction="up", basis="yoy"),
            gold_claim("明年会更好", "statement", measure="none", metric=None, period=None, begin=None, until=None),
        ],
    )


def right_output() -> dict[str, Any]:
    """What claimx would give if it were right."""
    gold = document()
    claims = []
    for claim in copy.deepcopy(gold.claims):
        days = {key: claim.pop(key) for key in ("begin", "until")}
        period = claim["period"] and {**claim["period"], **days}
        claims.append({**claim, "period": period, "anchor": {key: claim[key] for key in ("start", "end", "text")}})
    return {"schema": "claimx/1", "quantities": gold.quantities, "times": gold.times, "claims": claims}


def scored(output: dict[str, Any]) -> Any:
    return evaluate([document()], lambda _: output)


def test_all_right() -> None:
    report = scored(right_output())
    assert report.spans_wrong == 0
    assert (report.quantities.found, report.quantities.value, report.times.value) == (2, 2, 1)
    assert (report.claims.gold, report.claims.predicted, report.claims.strict) == (2, 2, 2)
    assert (report.statements.gold, report.statements.strict) == (1, 1)
    assert report.mistakes == []
    assert report.outcomes["x"].claims == {key: [] for key in report.outcomes["x"].claims}


def test_nothing_found() -> None:
    report = scored({})
    assert report.missing == ["x"]
    assert (report.claims.found, report.quantities.found) == (0, 0)
    assert {mistake.kind for mistake in report.mistakes} == {
        *("quantities missed", "times missed", "claim missed", "statement missed")
    }
    assert set(report.outcomes["x"].claims.values()) == {None}


def test_errors_by_class_and_field() -> None:
    output = right_output()
    output["quantities"] = [
        {**output["quantities"][0], "value": 38.6},
        {**output["quantities"][1], "bound": "over"},
        at("明年", kind="count", value=1),
    ]
    output["claims"][0] |= {"type": "operating_metric", "subject": None}
    output["claims"][1]["period"] = {**at("去年"), "begin": "2023-01-01", "until": "2024-01-01"}
    output["claims"].append({**output["claims"][0], **at("明年"), "anchor": at("明年"), "text": "wrong"})
    report = scored(output)
    assert sorted(mistake.kind for mistake in report.mistakes) == [
        *("claim extra", "claim period", "claim subject", "claim type"),
        *("quantities bound", "quantities extra", "quantities value"),
    ]
    assert report.spans_wrong == 1
    assert (report.claims.found, report.claims.strict, report.claims.fields["type"]) == (2, 0, 1)
    assert list(report.outcomes["x"].claims.values()) == [["type", "subject"], ["period"], []]
    # a claim of the wrong type counts as output of the type it was given
    assert (report.of_type("operating_metric").predicted, report.of_type("financial_result").predicted) == (2, 1)
    table = render(report, errors=1)
    assert "claim subject: 1\n  x [" in table
    assert "【38.6 亿元】" in table


def test_f1() -> None:
    assert f1(0, 0, 0) == 1
    assert f1(0, 3, 0) == 0
    assert f1(2, 3, 5) == 0.5


# --- the definitions


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        (1, 1.0, True),
        (None, None, True),
        (None, 0, False),
        (0, None, False),
        ("247652000000", 247652000000, True),
        (0.3333, "0.33333333333", True),
        (0.333, 0.3333, True),
        (0.33, 0.34, False),
        (150, 150.5, True),
        (150, 151, False),
        (1000, 1001, False),
        (0, 0, True),
        ("0.1", 0.1, True),
    ],
)
def test_values(a: Any, b: Any, same: bool) -> None:
    assert values_close(a, b) is same
    assert values_close(b, a) is same


def test_quantities_and_times() -> None:
    money = {"kind": "money", "value": 3, "high": None, "unit": "CNY"}
    assert quantity_right(money, money)
    assert not quantity_right(money, {**money, "unit": "USD"})
    assert not quantity_right(money, {**money, "high": 4})
    assert not quantity_right(money, {**money, "kind": "count"})
    count = {"kind": "count", "value": 3, "unit": "款"}
    assert quantity_right(count, {**count, "unit": None})
    date = {"kind": "date", "begin": "2025-01-01", "until": None}
    assert time_right(date, {"kind": "date", "begin": "2025-01-01", "until": "2025-02-01"})
    assert not time_right(date, {"kind": "date", "begin": None, "until": None})
    assert not time_right({"kind": "duration", "value": "P3Y"}, {"kind": "duration", "value": "P36M"})
    assert not time_right(date, {**date, "kind": "duration"})


def test_span_fields() -> None:
    company = at("星河科技")
    assert span_right(None, None)
    assert not span_right(company, None)
    assert not span_right(None, company)
    assert span_right(company, {"start": company["end"] - 1, "end": company["end"] + 3, "text": "技去年营"})
    far = {"start": 40, "end": 44, "text": "星河科技"}
    assert span_right(company, far)
    assert span_right(company, {**far, "text": "该公司", "name": "星河科技"})
    assert not span_right(company, {**far, "text": "该公司"})
    assert span_right(company, {**far, "text": "该公司"}, ("该公司",))


def test_fields() -> None:
    gold = gold_claim("38.6 亿元", type_ok=["price"], subject_ok=["星河"])
    assert field_right("type", gold, {"type": "price"})
    assert field_right("modality", gold, {})
    assert field_right("subject", gold, {"subject": {"start": 30, "end": 32, "text": "星河"}})
    same_days = {"start": 30, "end": 31, "text": "年", "begin": datetime.date(2024, 1, 1), "until": "2025-01-01"}
    assert field_right("period", gold, {"period": same_days})
    assert not field_right("period", gold, {"period": {**same_days, "until": "2025-01-02"}})
    assert not field_right("period", gold, {"period": None})
    unresolved = {**gold, "begin": None, "until": None}
    assert field_right("period", unresolved, {"period": {**at("去年"), "begin": None, "until": None}})
    assert not field_right("period", unresolved, {"period": None})
    assert field_right("period", {**unresolved, "period": None}, {"period": None})


def test_pairing() -> None:
    """One to one, the greater overlap first, then the same type; statements only with statements."""
    gold = [{"start": 0, "end": 4, "type": "price"}, {"start": 4, "end": 8, "type": "price"}]
    found = [
        {"anchor": {"start": 0, "end": 4}, "type": "deal"},
        {"anchor": {"start": 0, "end": 4}, "type": "price"},
        {"anchor": {"start": 6, "end": 8}, "type": "price"},
        {"anchor": {"start": 4, "end": 7}, "type": "statement"},
    ]
    assert pair_claims(gold, found) == [(0, 1)]
    assert pair_claims(gold, [{"anchor": {"start": 5, "end": 8}, "type": "deal"}]) == [(1, 0)]


# --- baselines


def test_gained_and_lost(tmp_path: Path) -> None:
    before = right_output()
    before["claims"][0]["subject"] = None
    del before["claims"][2]
    path = tmp_path / "baseline.json"
    write_baseline(scored(before), path, "0.1.0", datetime.date(2025, 1, 2))
    baseline = load_baseline(path)
    assert (baseline.release, baseline.date, list(baseline.documents)) == ("0.1.0", datetime.date(2025, 1, 2), ["x"])
    assert len(path.read_text(encoding="utf-8").splitlines()) == 3
    after = right_output()
    after["claims"][1]["type"] = "price"
    table = compare(scored(after), baseline, [document()])
    assert "against 0.1.0 of 2025-01-02  gained  lost" in table
    rows = [line.split() for line in table.splitlines()]
    assert ["found", "1", "0"] in rows
    assert ["typed", "1", "1"] in rows
    assert ["strict", "2", "1"] in rows
    assert "strict lost: 1\n  x [22,27) 12.5% (type)\n" in table
    assert "38.6 亿元 (subject)" in table


def test_baseline_of_other_texts(tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    report = scored(right_output())
    report.outcomes["x"].sha256 = sha256_of("another text")
    write_baseline(report, path, "0.1.0", datetime.date(2025, 1, 2))
    assert compare(scored({}), load_baseline(path), [document()]).startswith("Nothing to compare")


@pytest.mark.parametrize("content", ["", "{}", '{"format": "other/1"}', "\xff"])
def test_no_baseline(tmp_path: Path, content: str) -> None:
    path = tmp_path / "b.json"
    path.write_text(content, encoding="latin-1")
    with pytest.raises(UnreadableInput, match="is no baseline"):
        load_baseline(path)
    with pytest.raises(UnreadableInput, match="cannot be read"):
        load_baseline(tmp_path)


# --- files


@pytest.fixture
def gold_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "gold"
    folder.mkdir()
    gold = document()
    (folder / "x.txt").write_text(TEXT, encoding="utf-8")
    content = {name: getattr(gold, name) for name in ("reference_date", "quantities", "times", "claims")}
    (folder / "x.gold.json").write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return folder


def test_gold_json_and_predictions(gold_folder: Path, tmp_path: Path) -> None:
    (gold,) = load_gold(gold_folder)
    assert (gold.name, gold.text, gold.reference_date) == ("x", TEXT, "2025-03-01")
    lines = tmp_path / "out.jsonl"
    # found by its text even where the file had another name
    record = {**right_output(), "doc_id": "other", "sha256": sha256_of(TEXT)}
    lines.write_text(json.dumps(record) + "\n\n", encoding="utf-8")
    assert evaluate([gold], from_predictions(lines)).claims.strict == 2
    (gold_folder / "x.txt").unlink()
    with pytest.raises(UnreadableInput, match=r"the text that x\.gold\.json annotates"):
        load_gold(gold_folder)
    (gold_folder / "x.gold.json").unlink()
    with pytest.raises(CorpusError, match="There is no gold"):
        load_gold(gold_folder)


@pytest.mark.parametrize("content", ["{]", "{}", "[1]"])
def test_malformed_gold(gold_folder: Path, content: str) -> None:
    (gold_folder / "x.gold.json").write_text(content)
    with pytest.raises(CorpusError, match=r"x\.gold\.json is no annotation"):
        load_gold(gold_folder)


@pytest.mark.parametrize("line", ["{]", "[1]", '{"schema": "other"}'])
def test_malformed_predictions(tmp_path: Path, line: str) -> None:
    path = tmp_path / "out.jsonl"
    path.write_text('{"schema": "claimx/1"}\n' + line)
    with pytest.raises(UnreadableInput, match="line 2, is n"):
        load_predictions(path)


def run(*arguments: str | Path) -> int:
    return cli._run([str(argument) for argument in arguments])


def test_command_line(gold_folder: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    lines, kept = tmp_path / "out.jsonl", tmp_path / "baseline.json"
    lines.write_text(json.dumps({**right_output(), "doc_id": "x"}), encoding="utf-8")
    assert run("eval", gold_folder, lines, "--write-baseline", kept) == 0
    first = capfd.readouterr()
    assert first.err == ""
    assert first.out.startswith("1 document; spans whose words are not the text's: 0 of ")
    assert run("eval", gold_folder, lines, "--baseline", kept, "--errors", "2") == 0
    assert capfd.readouterr().out.startswith(first.out)
    assert run("eval", gold_folder) == 0
    for arguments in (
        ("eval",),
        ("eval", gold_folder, "--dataset", "cluener", gold_folder),
        ("eval", gold_folder, tmp_path / "nope.jsonl"),
        ("eval", gold_folder, lines, "--baseline", lines),
        ("eval", tmp_path / "nope"),
        ("eval", "--dataset", "cluener", tmp_path / "nope"),
        ("eval", "--dataset", "conll", tmp_path),
        ("eval", gold_folder, lines, "--write-baseline", tmp_path / "no" / "b.json"),
    ):
        capfd.readouterr()
        assert run(*arguments) == 2
        assert len(capfd.readouterr().err.splitlines()) == 1


# --- public data sets, on samples of our own in their formats

NOTE = "預估星河2026年營收可達38億元，2025年營收為35億元。"
NUMERALS = [
    {"paragraph": NOTE, "target_numeral": "38", "offset_start": NOTE.index("38"), "claim": 1},
    {"paragraph": NOTE, "target_numeral": "35", "offset_start": 0, "claim": 0},
    {"tweet": NOTE, "target_num": "38", "label": "in-claim"},
    {"text": NOTE, "target_numeral": 35, "label": "Out-of-claim"},
]
NAMES = [
    {"text": "阿里巴巴与马云", "label": {"company": {"阿里巴巴": [[0, 3]]}, "name": {"马云": [[5, 6]]}}},
    {"text": "无"},
]


@pytest.mark.parametrize("array", [True, False])
@pytest.mark.parametrize("name", ["finnum3", "numclaim"])
def test_numeral_sets(tmp_path: Path, name: str, array: bool) -> None:
    path = tmp_path / "dev.json"
    path.write_text(json.dumps(NUMERALS) if array else "\n".join(json.dumps(case) for case in NUMERALS))
    found = load_numerals(path)
    assert [NOTE[case.start : case.end] for case in found] == ["38", "35", "38", "35"]
    assert [case.in_claim for case in found] == [True, False, True, False]
    table = score_dataset(name, tmp_path, errors=3)
    assert table.startswith("4 numerals; ")
    assert "macro F1" in table
    rows = {line.split()[0]: line.split()[1:] for line in table.splitlines()[2:5]}
    assert rows["in-claim"][0] == rows["out-of-claim"][0] == "2"


def test_names(tmp_path: Path) -> None:
    path = tmp_path / "dev.json"
    path.write_text("\n".join(json.dumps(case, ensure_ascii=False) for case in NAMES), encoding="utf-8")
    assert [case.names for case in load_names(path)] == [((0, 4, "company"), (5, 7, "name")), ()]
    rows = [line.split() for line in score_dataset("cluener", path).splitlines()]
    assert rows[0][:2] == ["2", "texts;"]
    assert ["company", "1", "1", "100.0"] in rows


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{]", "line 1, is not valid JSON"),
        ("[1]", "record 1, is no JSON object"),
        ('{"text": "a"}', "has none of the fields target_numeral"),
        ('{"text": "a1", "target_numeral": "1", "claim": "maybe"}', "has the label 'maybe'"),
        ('{"text": "a1", "target_numeral": "2", "claim": 1}', "which is not in its text"),
    ],
)
def test_malformed_numerals(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "x.json"
    path.write_text(content)
    with pytest.raises(UnreadableInput, match=message):
        load_numerals(path)


@pytest.mark.parametrize(
    ("record", "message"),
    [
        ({"label": {}}, "has no text"),
        ({"text": "甲乙", "label": {"name": {"甲": [[1, 1]]}}}, r"'甲' stands at \[1, 1\]"),
        ({"text": "甲乙", "label": {"name": {"甲": [0]}}}, "no .start, end. pairs"),
    ],
)
def test_malformed_names(tmp_path: Path, record: Any, message: str) -> None:
    path = tmp_path / "x.json"
    path.write_text(json.dumps(record))
    with pytest.raises(UnreadableInput, match=message):
        load_names(path)


def test_no_such_set(tmp_path: Path) -> None:
    with pytest.raises(InvalidOption, match="'conll' is no data set"):
        score_dataset("conll", tmp_path)
    with pytest.raises(UnreadableInput, match=r"no \.json or \.jsonl file"):
        score_dataset("cluener", tmp_path)
