"""What is written: JSON lines and their schema, rows and CSV, tables, pages; with any text whatever."""

from __future__ import annotations

import csv
import datetime
import io
import json
import re
from decimal import Decimal
from html.parser import HTMLParser
from typing import Any

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from claimx.model import (
    Claim,
    Cue,
    Document,
    Mention,
    Metric,
    Period,
    Quantity,
    Range,
    Record,
    Reference,
    Span,
    Time,
    Value,
)
from claimx.output.html import html_fragment, html_page
from claimx.output.jsonl import json_line, json_page
from claimx.output.offsets import Unit
from claimx.output.rows import COLUMNS, claim_rows, error_row
from claimx.output.schema import json_schema
from claimx.output.tables import csv_text, plain_table, print_table, summary

TEXT = "🚀本季度星河 <云> 实现营收 2476.52 亿元,\n同比增长 0.1%。"
DAY = datetime.date(2025, 4, 1)


def at(words: str, text: str = TEXT) -> tuple[int, int, str]:
    start = text.index(words)
    return start, start + len(words), words


def claim(text: str, anchor: str, **changes: Any) -> Claim:
    start, end, _ = at(anchor, text)
    fields: dict[str, Any] = {
        "id": "c1",
        "type": "financial_result",
        "start": 0,
        "end": end,
        "text": text[:end],
        "sentence": Range(0, len(text)),
        "anchor": Span(start, end, anchor),
        "measure": "level",
        "direction": None,
        "basis": None,
        "value": Value("money", Decimal("247652000000"), unit="CNY"),
        "subject": None,
        "metric": None,
        "comparator": None,
        "period": None,
        "modality": "actual",
        "attribution": None,
        "confidence": 0.5,
        "rule": "test",
    }
    return Claim(**{**fields, **changes})


def document(text: str = TEXT) -> Document:
    return Document(
        doc_id="星河",
        path="a/星河.txt",
        title="星河<年报>",
        sha256="0" * 64,
        n_chars=len(text),
        encoding="utf-8",
        reference_date=DAY,
        reference_date_from="filename",
        quantities=[
            Quantity(*at("2476.52 亿元"), "money", Decimal("247652000000"), unit="CNY"),
            Quantity(*at("0.1%"), "percent", Decimal("0.1"), unit="percent"),
        ],
        times=[Time(*at("本季度"), "date", DAY, datetime.date(2025, 7, 1), grain="quarter")],
        mentions=[Mention(*at("星河 <云>"), "organization", None, "星河 <云>")],
        claims=[
            claim(
                TEXT,
                "2476.52 亿元",
                subject=Reference(*at("星河 <云>"), "galaxy", "星河云"),
                metric=Metric(*at("营收"), "revenue"),
                period=Period(*at("本季度"), DAY, datetime.date(2025, 7, 1)),
                cues=(Cue(*at("实现"), "verb"),),
            ),
            claim(
                TEXT,
                "0.1%",
                id="c2",
                measure="change",
                direction="up",
                basis="yoy",
                value=Value("percent", Decimal("0.1"), unit="percent"),
            ),
        ],
        text=text,
    )


FAILED = Document(doc_id="x", path="x.txt", error="x.txt is empty.")


# --- JSON


def test_json_line_follows_the_contract() -> None:
    line = json_line(document())
    record = json.loads(line, parse_float=Decimal)
    assert "\n" not in line
    assert list(record)[:3] == ["schema", "doc_id", "path"]
    assert record["claims"][0]["anchor"] == {
        "start": at("2476.52 亿元")[0],
        "end": at("2476.52 亿元")[1],
        "text": "2476.52 亿元",
    }
    assert record["claims"][1]["value"]["value"] == Decimal("0.1")
    assert '"value":247652000000,' in line
    assert record["reference_date"] == "2025-04-01"
    assert msgspec.json.decode(line, type=Record) == document().record()
    assert json.loads(json_page(document())) == json.loads(line)


@pytest.mark.parametrize("unit", ["codepoint", "byte", "utf16"])
def test_offsets(unit: Unit) -> None:
    """Every span of the record, cut from the text in its unit, gives its words."""
    record = json.loads(json_line(document(), unit))
    assert record.get("offsets", "codepoint") == unit
    seen = 0

    def check(node: Any) -> None:
        nonlocal seen
        if isinstance(node, dict):
            if "start" in node and "text" in node:
                seen += 1
                assert cut(node["start"], node["end"], unit) == node["text"]
            for inner in node.values():
                check(inner)
        elif isinstance(node, list):
            for inner in node:
                check(inner)

    check(record)
    assert seen == 12


@pytest.mark.parametrize("unit", ["codepoint", "byte", "utf16"])
def test_offsets_in_rows(unit: Unit) -> None:
    first, _ = claim_rows(document(), unit)
    for name in ("anchor", "subject", "metric", "period"):
        start, end = first[f"{name}_start"], first[f"{name}_end"]
        assert isinstance(start, int)
        assert isinstance(end, int)
        assert cut(start, end, unit) == first[f"{name}_text"]


def cut(start: int, end: int, unit: Unit) -> str:
    if unit == "codepoint":
        return TEXT[start:end]
    if unit == "byte":
        return TEXT.encode()[start:end].decode()
    return TEXT.encode("utf-16-le")[2 * start : 2 * end].decode("utf-16-le")


def test_error_record() -> None:
    record = json.loads(json_line(FAILED))
    assert (record["error"], record["claims"], record["quantities"]) == ("x.txt is empty.", [], [])


def test_schema_describes_what_is_written() -> None:
    schema = json_schema()
    definitions = schema["$defs"]
    record = json.loads(json_line(document(), "byte"))
    assert set(record) <= set(definitions["Record"]["properties"])
    assert set(definitions["Record"]["required"]) <= set(record)
    for name, item in (
        ("Claim", record["claims"][0]),
        ("Quantity", record["quantities"][0]),
        ("Time", record["times"][0]),
    ):
        assert set(item) == set(definitions[name]["properties"]) == set(definitions[name]["required"])
    assert definitions["Quantity"]["properties"]["value"] == {"type": "number"}
    assert "decimal" not in json.dumps(schema)
    assert schema["$ref"] == "#/$defs/Record"


# --- rows and CSV


def test_rows() -> None:
    first, second = claim_rows(document())
    assert tuple(first) == tuple(second) == COLUMNS
    assert first["subject_name"] == "星河云"
    assert first["value_unit"] == "CNY"
    assert first["value_value"] == Decimal("247652000000")
    assert first["period_begin"] == DAY
    assert first["anchor_start"] == at("2476.52 亿元")[0]
    assert first["cues"] == "实现 (verb)"
    assert (first["doc_id"], first["path"], first["sha256"]) == ("星河", "a/星河.txt", "0" * 64)
    assert second["subject_name"] is second["period_begin"] is None
    assert claim_rows(FAILED) == []
    assert {key: value for key, value in error_row(FAILED).items() if value is not None} == {
        "doc_id": "x",
        "path": "x.txt",
        "error": "x.txt is empty.",
    }


def test_csv() -> None:
    content = csv_text([*claim_rows(document()), error_row(FAILED)])
    head, first, second, third = csv.reader(io.StringIO(content))
    assert tuple(head) == COLUMNS
    assert dict(zip(head, first, strict=True))["value_value"] == "247652000000"
    assert dict(zip(head, second, strict=True))["text"] == TEXT[: at("0.1%")[1]]
    assert dict(zip(head, third, strict=True))["error"] == "x.txt is empty."


# --- tables


def test_plain_table_lines_up() -> None:
    from rich.cells import cell_len

    table = plain_table([tuple("甲乙丙丁戊己庚辛"), tuple("abcdefgh")])
    lines = table.splitlines()
    for head in ("subject", "metric", "value", "source"):
        column = cell_len(lines[0][: lines[0].index(head)])
        index = ("type", "subject", "metric", "value", "change", "period", "status", "source").index(head)
        for line, cells in zip(lines[1:], ("甲乙丙丁戊己庚辛", "abcdefgh"), strict=True):
            assert cell_len(line[: line.index(cells[index])]) == column
    assert plain_table([]) == ""


def test_piped_table() -> None:
    stream = io.StringIO()
    print_table(document(), stream)
    head, first, second, last = stream.getvalue().splitlines()
    assert head.split() == ["type", "subject", "metric", "value", "change", "period", "status", "source"]
    assert re.split(r" {2,}", first) == [
        "financial_result",
        "星河 <云>",
        "营收",
        "2476.52 亿元",
        "–",
        "本季度",
        "actual",
        "–",
    ]
    assert "↑ yoy" in second
    assert last == "2 claims, 2 quantities, 1 time, 1 mention; reference date: 2025-04-01 (filename)"
    assert "\x1b" not in stream.getvalue()


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("width", ["40", "80", "200"])
def test_drawn_table(monkeypatch: pytest.MonkeyPatch, width: str) -> None:
    from rich.cells import cell_len

    monkeypatch.setenv("COLUMNS", width)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    stream = Terminal()
    print_table(document(), stream)
    assert "\x1b[" in stream.getvalue()
    plain = re.sub(r"\x1b\[[0-9;]*m", "", stream.getvalue())
    assert "2 claims" in plain
    assert width == "40" or "financial_result" in plain
    assert max(cell_len(line) for line in plain.splitlines()) <= int(width)


def test_summary_of_nothing() -> None:
    assert summary(Record()) == "0 claims, 0 quantities, 0 times, 0 mentions; reference date: none"


# --- pages


class Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.inside = False
        self.text = self.cells = ""
        self.links: list[str] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag not in {"script", "img", "link", "iframe"}
        if tag != "meta":
            self.open.append(tag)
        values = dict(attrs)
        self.inside = self.inside or values.get("class") == "text"
        self.ids += [values["id"]] if values.get("id") else []  # type: ignore[list-item]
        self.links += [values["href"]] if values.get("href") else []  # type: ignore[list-item]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag
        self.inside = self.inside and tag != "div"

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.text += data


def parsed(page: str) -> Page:
    reader = Page()
    reader.feed(page)
    reader.close()
    assert reader.open == []
    return reader


def test_page() -> None:
    page = html_page(document())
    reader = parsed(page)
    assert reader.text == TEXT
    assert reader.links == ["#c0", "#c1"]
    assert reader.ids == ["c0", "c1"]
    assert "<title>星河&lt;年报&gt;</title>" in page
    assert '<span class="q claim">2476.52 亿元</span>' in page
    assert '<span class="m">星河 &lt;云&gt;</span>' in page


def test_a_document_shows_itself() -> None:
    found = document()
    assert found.to_rows() == claim_rows(found)
    assert found._repr_html_() == html_fragment(found)


def test_fragment() -> None:
    reader = parsed(html_fragment(document()))
    assert (reader.text, reader.links, reader.ids) == (TEXT, [], [])


@given(st.text(st.characters(exclude_categories=()), min_size=2), st.data())
@example("</div><script>\x1b[2J\ud800\x00", None)
@example("0\r1\n2", None)
def test_anything_can_be_written(text: str, data: st.DataObject | None) -> None:
    """Overlapping spans, lone surrogates, controls: valid UTF-8 each time, spans intact in JSON."""
    size = len(text)
    spans = st.tuples(st.integers(0, size - 1), st.integers(1, size)).filter(lambda pair: pair[0] < pair[1])
    pairs = data.draw(st.lists(spans, max_size=5)) if data else [(0, size), (1, 2)]
    found = Document(
        doc_id=text,
        title=text,
        text=text,
        n_chars=size,
        quantities=[Quantity(s, e, text[s:e], "count", Decimal(1)) for s, e in pairs],
        mentions=[Mention(s, e, text[s:e], "product", None, text[s:e]) for s, e in pairs[1:]],
        claims=[
            msgspec.structs.replace(claim("ab", "a"), start=s, end=e, text=text[s:e], anchor=Span(s, e, text[s:e]))
            for s, e in pairs
        ],
    )
    for unit in ("codepoint", "byte", "utf16"):
        line = json_line(found, unit)
        line.encode("utf-8")
        assert [item["text"] for item in json.loads(line)["quantities"]] == [text[s:e] for s, e in pairs]
    rows = list(csv.reader(io.StringIO(csv_text(claim_rows(found)).replace("\x00", ""), newline="")))
    assert len(rows) == 1 + len(pairs)
    stream = io.StringIO()
    print_table(found, stream)
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e]", stream.getvalue())
    page = html_page(found)
    page.encode("utf-8")
    parsed(page)
