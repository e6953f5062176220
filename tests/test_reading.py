"""Bytes, encodings, formats and metadata; whatever is wrong is said in one sentence."""

from __future__ import annotations

import codecs
import datetime
import json
import os
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from claimx.errors import InvalidOption, UnreadableInput
from claimx.source.decoding import decode
from claimx.source.metadata import day_in_name, day_of, front_matter
from claimx.source.reading import ReadOptions, SourceDocument, read_bytes, read_path
from claimx.source.webpage import read_page

CASES = Path(__file__).parent / "cases"
ENCODINGS = tomllib.loads((CASES / "encodings.toml").read_text(encoding="utf-8"))["case"]
DAYS = tomllib.loads((CASES / "days.toml").read_text(encoding="utf-8"))
ARTICLE = "星河科技公布年报：全年营收 38.6 亿元，同比增长 12.5%。\n净利润 4.2 亿元。\n"


def one(path: Path, **options: Any) -> SourceDocument:
    (document,) = read_path(path, ReadOptions(**options))
    return document


# --- encodings


@pytest.mark.parametrize(
    ("text", "encoding"),
    [pytest.param(case["text"], name, id=f"{case['name']}-{name}") for case in ENCODINGS for name in case["encodings"]],
)
def test_round_trip(text: str, encoding: str) -> None:
    found, name = decode(text.encode(encoding))
    assert found == text
    # the name that is reported reads the bytes again, but for a byte order mark
    assert text.encode(encoding).decode(name).lstrip("\ufeff") == text


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (ARTICLE.encode("utf-8-sig"), "utf-8"),
        (ARTICLE.encode("gbk"), "gb18030"),
        (codecs.BOM_UTF16_BE + ARTICLE.encode("utf-16-be"), "utf-16-be"),
        ("星河科技公布全年業績，純利按年升三成，毛利率擴闊。".encode("big5"), "big5"),
        (b"plain", "utf-8"),
    ],
)
def test_reported_encoding(data: bytes, name: str) -> None:
    assert decode(data)[1] == name


@pytest.mark.parametrize("name", ["gbk", "GB2312", "gb18030"])
def test_named_encoding(name: str) -> None:
    assert decode(ARTICLE.encode("gbk"), name)[0] == ARTICLE


@pytest.mark.parametrize("name", ["utf-16", "UTF-16LE", "utf-16-be", "utf-8", "utf-8-sig", "utf-32", "UTF8"])
@pytest.mark.parametrize("marked", [True, False])
def test_named_unicode(name: str, marked: bool) -> None:
    """With or without a byte order mark, which is never part of the text."""
    mark = "\ufeff" if marked and name not in ("utf-16", "utf-32", "utf-8-sig") else ""
    assert decode((mark + ARTICLE).encode(name), name)[0] == ARTICLE


def test_named_big5_short_of_evidence() -> None:
    assert decode("三成".encode("big5"), "big5") == ("三成", "big5")


@pytest.mark.parametrize(("data", "name"), [(ARTICLE.encode("utf-8"), "gb18030"), (ARTICLE.encode("gbk"), "utf-8")])
def test_wrong_encoding_named(data: bytes, name: str) -> None:
    with pytest.raises(UnreadableInput, match=f"^x is not in {name}: it looks like .*leave out --encoding"):
        decode(data, name, name="x")


@pytest.mark.parametrize("name", ["utf-9", "", "base64", "rot13", "\0", "idna", "中文"])
def test_no_such_encoding(name: str) -> None:
    with pytest.raises(InvalidOption, match="is no text encoding"):
        ReadOptions(encoding=name)


@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n\x1a\n" + bytes(50),
        b"%PDF-1.7 x",
        b"PK\x03\x04abc",
        b"\x7fELF" + bytes(99),
        bytes(range(256)) * 8,
        bytes(500),
    ],
    ids=["png", "pdf", "zip", "elf", "all bytes", "zeros"],
)
def test_binary(data: bytes) -> None:
    with pytest.raises(UnreadableInput, match=r"^x is .*(text|detect).*\.$"):
        decode(data, name="x")


@pytest.mark.parametrize("data", [b"", b" \r\n\t", codecs.BOM_UTF8, codecs.BOM_UTF16_LE])
def test_empty(data: bytes) -> None:
    with pytest.raises(UnreadableInput, match=r"^x is empty\.$"):
        decode(data, name="x")


def test_damaged_utf8_is_read() -> None:
    data = (ARTICLE * 20).encode("utf-8")
    text, name = decode(data[: len(data) - 5] + b"\n")
    assert name == "utf-8-replace"
    assert text.count("\ufffd") == 1
    assert text.startswith(ARTICLE)


def test_lone_surrogates_and_controls_are_kept() -> None:
    text = "甲\ud800乙\x00丙\u0301𠮷"
    assert decode(text.encode("utf-8", "surrogatepass"))[0] == text


@given(st.binary())
@example(b"\xff\xfe")
@example(b"\xff\xfe\x00")
def test_any_bytes(data: bytes) -> None:
    try:
        text, name = decode(data)
    except UnreadableInput as error:
        assert len(str(error).splitlines()) == 1
    else:
        assert text
        assert name


@given(st.text("星河科技公布年报营收增长了一二三四五，。%9a \n", min_size=1))
def test_utf8_is_never_mistaken(text: str) -> None:
    if text.strip():
        assert decode(text.encode("utf-8")) == (text, "utf-8")


# --- days


@pytest.mark.parametrize(("value", "day"), [(value, case["day"]) for case in DAYS["value"] for value in case["of"]])
def test_day_of(value: Any, day: str) -> None:
    assert str(day_of(value) or "") == day


@pytest.mark.parametrize(("name", "day"), [(name, case["day"]) for case in DAYS["name"] for name in case["of"]])
def test_day_in_name(name: str, day: str) -> None:
    assert str(day_in_name(name) or "") == day


@given(st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.text(), max_size=3))
def test_any_metadata(value: Any) -> None:
    found = day_of(value)
    assert found is None or isinstance(found, datetime.date)


# --- formats


def test_text_file(tmp_path: Path) -> None:
    path = tmp_path / "2025-08-30_x.txt"
    path.write_bytes(ARTICLE.replace("\n", "\r\n").encode())
    found = one(path)
    assert found == SourceDocument(
        text=ARTICLE.replace("\n", "\r\n"),
        reference_date=datetime.date(2025, 8, 30),
        reference_date_from="filename",
        path=str(path),
        doc_id="2025-08-30_x",
        encoding="utf-8",
    )


def test_markdown_is_kept_whole(tmp_path: Path) -> None:
    """Spans must hold for the file as it is; the front matter is read for title and date only."""
    path = tmp_path / "2020-01-01-post.md"
    content = f'---\nlayout: post\ntitle: "星河: 年报"\ndate: 2025-08-30 08:00:00 +0800\ntags:\n  - a\n---\n{ARTICLE}'
    path.write_text(content, encoding="utf-8")
    found = one(path)
    assert (found.text, found.title, found.reference_date) == (content, "星河: 年报", datetime.date(2025, 8, 30))
    assert found.reference_date_from == "metadata"


@pytest.mark.parametrize("text", ["", "---", "---\n", "--- x\na: b\n---", "---\na: b\n", "a: b\n---\n"])
def test_no_front_matter(text: str) -> None:
    assert front_matter(text) == {}


PAGE = """<!DOCTYPE html><html><head><meta charset="{charset}"><title>星河年报 - 财经网</title>
<meta property="og:title" content="星河年报"><meta property="article:published_time" content="2025-08-30T08:00:00+08:00">
<style>p {{ color: red }}</style><script>var x = "<p>12 亿</p>";</script></head>
<body><nav><a href="/">首页</a></nav><main><article><div class="content"><h1>星河年报</h1>
<p>全年营收 <b>38.6&nbsp;亿元</b>，
同比增长 12.5&#37;。</p><p>净利润 4.2 亿元。<br>毛利率 30%。</p>
<ul><li>国内业务收入 20 亿元，增长 10%；</li><li>海外业务收入 18.6 亿元，增长 15%。</li></ul></div></article></main><footer>版权所有 2025</footer></body></html>"""
PAGE_TEXT = "星河年报\n\n全年营收 38.6\u00a0亿元， 同比增长 12.5%。\n\n净利润 4.2 亿元。\n毛利率 30%。\n\n  国内业务收入 20 亿元，增长 10%；\n  海外业务收入 18.6 亿元，增长 15%。"


@pytest.mark.parametrize("charset", ["utf-8", "gb2312", "gbk"])
def test_html(tmp_path: Path, charset: str) -> None:
    path = tmp_path / "x.html"
    path.write_bytes(PAGE.format(charset=charset).encode("gbk" if charset != "utf-8" else charset))
    found = one(path)
    assert (found.text, found.title) == (PAGE_TEXT, "星河年报")
    assert (found.reference_date, found.reference_date_from) == (datetime.date(2025, 8, 30), "metadata")


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>营收增长三成<p>净利下降", "营收增长三成\n\n净利下降"),
        ("无标记", "无标记"),
        ("<body>营收增长三成<script>乙", "营收增长三成"),
        ("<head><title>题</title><body>营收增长三成", "营收增长三成"),
        ("<table><tr><td>营收增长</td><td>三成</td></tr></table>", "营收增长\t\t三成"),
        ("营收增长<!-- 乙 -->三成 &lt;p&gt; &amp;", "营收增长三成 <p> &"),
        ("<main><p>营收增长三成。</p></main><aside>远航科技大涨</aside>", "营收增长三成。"),
        ("<nav>首页</nav>", "首页"),
        ("<p>营收增长\ud800三成</p>", "营收增长\ufffd三成"),
        ("<div>" * 100_000 + "营收增长三成", "营收增长三成"),
    ],
)
def test_page_text(markup: str, text: str) -> None:
    assert read_page(markup).text.strip() == text


@pytest.mark.parametrize(
    ("head", "date"),
    [
        ('<meta name="pubdate" content="2025-08-30">', "2025-08-30"),
        ('<meta itemprop="datePublished" content="2025-08-30T08:00">', "2025-08-30T08:00"),
        ('<script>{"datePublished": "2025-08-30T08:00"}</script>', "2025-08-30T08:00"),
        ('<meta name="pubdate" content=" ">', "2025-09-01"),
        ("", "2025-09-01"),
    ],
)
def test_page_date(head: str, date: str) -> None:
    page = read_page(f"<head>{head}</head><body><p>营收增长三成。</p><time datetime='2025-09-01'>昨天</time></body>")
    assert page.date == date


def test_page_without_the_optional_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "resiliparse.extract.html2text", None)
    path = tmp_path / "x.html"
    path.write_text("<p>营收增长三成</p>", encoding="utf-8")
    with pytest.raises(UnreadableInput, match=r"pip install 'claimx\[html\]'"):
        one(path)


@given(st.text("<>/!-ap&;#\"'= 甲\n") | st.text())
@example("<![")
@example("<!DOCTYPE [<!ELEMENT")
@example("&#xD800;&#99999999999;")
def test_any_markup(markup: str) -> None:
    read_page(markup)


ANNOTATED = """title: 年报
style: flash
outlet: 财经
reference_date: 2025-08-30
---
{星河科技|s1}营收 {3 亿元|q1 money 300000000 CNY}。
---
q1 financial_result level s=s1
"""


def test_annotated_article(tmp_path: Path) -> None:
    """Its text without the markup, so that output can be scored against it."""
    path = tmp_path / "x.claimx"
    path.write_text(ANNOTATED, encoding="utf-8")
    found = one(path)
    assert (found.text.strip(), found.title) == ("星河科技营收 3 亿元。", "年报")
    assert (found.reference_date, found.reference_date_from) == (datetime.date(2025, 8, 30), "metadata")
    path.write_text(ANNOTATED.replace("|q1", "|z1"), encoding="utf-8")
    with pytest.raises(UnreadableInput, match="is no id"):
        one(path)


def test_json_fields(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    record = {"article": {"body": ARTICLE, "day": "2025/8/30"}, "h": "题", "id": 7, "text": "别的"}
    path.write_text(json.dumps(record), encoding="utf-8")
    found = one(path, text_field="article.body", title_field="h", date_field="article.day")
    assert (found.text, found.title, found.doc_id) == (ARTICLE, "题", "7")
    assert found.reference_date == datetime.date(2025, 8, 30)
    assert one(path).text == "别的"


def test_json_array(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text(json.dumps([{"content": "甲"}, "乙", 3, {"text": 5}, {"text": " "}]), encoding="gb18030")
    found = list(read_path(path))
    assert [document.text for document in found] == ["甲", "乙", "", "", ""]
    assert [document.doc_id for document in found] == [f"x:{number}" for number in range(1, 6)]
    assert [document.error is None for document in found] == [True, True, False, False, False]


@pytest.mark.parametrize("content", ["{", "", "[" * 100_000, '{"text": "x"} {}', "NaNN"])
def test_json_malformed(tmp_path: Path, content: str) -> None:
    path = tmp_path / "x.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(UnreadableInput, match=r"x\.json is (not valid JSON: .+|empty)\.$"):
        list(read_path(path))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_json_lines(tmp_path: Path, encoding: str) -> None:
    """Every line is a document or a record of what is wrong with it."""
    lines = [
        '{"text": "营收增长三成。", "date": "2025-08-30", "doc_id": "first"}',
        "",
        '{"text": "营收"',
        '{"headline": "题", "n": 1}',
        "[1]",
        '"净利下降 \\ud800"',
    ]
    path = tmp_path / "x.jsonl"
    path.write_bytes("\r\n".join(lines).encode(encoding))
    found = list(read_path(path))
    assert [document.doc_id for document in found] == ["first", "x:3", "x:4", "x:5", "x:6"]
    assert [document.text for document in found] == ["营收增长三成。", "", "", "", "净利下降 \ud800"]
    assert "line 3, is not valid JSON" in str(found[1].error)
    assert "--text-field (there are: headline, n)" in str(found[2].error)
    assert "no JSON object" in str(found[3].error)
    assert found[0].reference_date == datetime.date(2025, 8, 30)


def test_json_lines_bad_bytes(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_bytes('{"text": "甲"}\n'.encode() + b"\x89PNG\x00\x01\x02\n" + '{"text": "乙"}\n'.encode())
    assert [document.text for document in read_path(path)] == ["甲", "", "乙"]


def test_streams() -> None:
    (found,) = read_bytes(ARTICLE.encode("gb18030"), doc_id="stdin")
    assert (found.text, found.path, found.doc_id, found.encoding) == (ARTICLE, None, "stdin", "gb18030")
    assert [document.text for document in read_bytes(b'"a"\n"b"', ReadOptions(format="jsonl"))] == ["a", "b"]


# --- files that cannot be read


def test_missing(tmp_path: Path) -> None:
    with pytest.raises(UnreadableInput, match=r"^There is no file .*nope\.txt; check the name\.$"):
        list(read_path(tmp_path / "nope.txt"))


def test_directory(tmp_path: Path) -> None:
    with pytest.raises(UnreadableInput, match=r"is a directory; give a file, or use `claimx batch`"):
        list(read_path(tmp_path))


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the superuser may read everything")
def test_not_permitted(tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    path.write_text("x")
    path.chmod(0)
    with pytest.raises(UnreadableInput, match="may not be read; check its permissions"):
        list(read_path(path))


@pytest.mark.parametrize("name", ["x\0y", "x" * 5000])
def test_impossible_names(name: str) -> None:
    with pytest.raises(UnreadableInput, match="cannot be read"):
        list(read_path(name))


@pytest.mark.parametrize("suffix", [".txt", ".md", ".html", ".json", ".jsonl"])
def test_empty_file(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"x{suffix}"
    path.touch()
    with pytest.raises(UnreadableInput, match=r"is empty\.$"):
        list(read_path(path))


def test_page_without_text(tmp_path: Path) -> None:
    path = tmp_path / "x.html"
    path.write_text("<html><head><title>题</title></head><body><script>1</script></body></html>", encoding="utf-8")
    with pytest.raises(UnreadableInput, match="is a web page without any text"):
        list(read_path(path))


def test_unknown_format() -> None:
    with pytest.raises(InvalidOption, match="is no input format"):
        ReadOptions(format="doc")  # type: ignore[arg-type]


@pytest.mark.parametrize("unit", ["营收增长 3.5 亿元，", "7", "<p>"], ids=["words", "digits", "tags"])
def test_ten_megabytes_on_one_line(unit: str) -> None:
    text = unit * (10_000_000 // len(unit.encode()))
    (found,) = read_bytes(text.encode())
    assert found.text == text
