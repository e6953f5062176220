"""The whole way from text to document: exact spans and no exception on any text; the public door."""

from __future__ import annotations

import datetime
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import claimx
from claimx.corpus import load_article
from claimx.model import Document, Range, Span

CORPORA = Path(__file__).resolve().parent.parent / "corpora"
TEXT = "小米集团公布,第三季度营收1131亿元,同比增长22%。公司预计,明年研发投入将超过400亿元。"
PIECES = [
    *("小米集团", "阿里云", "公司", "其", "营收", "净利潤", "毛利率", "股价", "市占率", "指出", "预计", "据IDC报告,"),
    *(
        "同比增长",
        "按年跌",
        "環比",
        "由",
        "增至",
        "分别为",
        "超过",
        "近",
        "不到",
        "约",
        "左右",
        "第一",
        "首次",
        "排名第",
    ),
    *(
        "3.8",
        "２，４７６．５２",
        "三百二十",
        "百",
        "亿",
        "億元",
        "万",
        "%",
        "个百分点",
        "倍",
        "成",
        "美元",
        "HK$",
        "元",
        "辆",
    ),
    *(
        "2025年",
        "8月",
        "30日",
        "第三季度",
        "去年",
        "上半年",
        "未来三年",
        "每天",
        "Q3",
        "FY26",
        "4Q18",
        "年",
        "-",
        "至",
        "~",
    ),
    *(
        "，",
        "。",
        "、",
        "；",
        "：",
        ",",
        ".",
        "(",
        "（",
        ")",
        "）",
        "“",
        "”",
        "【",
        "】",
        "\n",
        "\r\n",
        "\u3000",
        " ",
        "\t",
    ),
    *(
        "GPT-4.1",
        "iPhone 17",
        "（300454）",
        "/",
        "+",
        "\x00",
        "\ud800",
        "\udfff",
        "\u0301",
        "\U00020000",
        "🚀",
        "\u200b",
        "\ufeff",
    ),
]
prose = st.lists(st.sampled_from(PIECES), max_size=40).map("".join)
anything = st.text(st.characters(exclude_categories=()), max_size=80)


def spans_of(document: Document) -> list[Any]:
    """Every span of a document that has words."""
    found: list[Any] = [
        *document.quantities,
        *document.times,
        *document.mentions,
        *document.sentences,
        *document.claims,
    ]
    for claim in document.claims:
        parts = (claim.anchor, claim.subject, claim.metric, claim.comparator, claim.period, claim.attribution)
        found += [part for part in (*parts, *claim.cues) if part is not None]
    return found


def check(document: Document) -> None:
    text = document.text
    for span in spans_of(document):
        assert 0 <= span.start < span.end <= len(text)
        assert text[span.start : span.end] == span.text, span
    for claim in document.claims:
        assert 0 <= claim.sentence.start <= claim.anchor.start < claim.anchor.end <= claim.sentence.end <= len(text)
        assert 0 <= claim.confidence <= 1
    for found in (document.quantities, document.times, document.mentions, document.sentences):
        assert [span.start for span in found] == sorted(span.start for span in found)
    for time in document.times:
        assert time.begin is None or time.until is None or time.begin < time.until
    assert len({claim.id for claim in document.claims}) == len(document.claims)
    for quantity in document.quantities:
        assert quantity.value.is_finite()
        assert quantity.same_as is None or 0 <= quantity.same_as < len(document.quantities)
    document.to_json().encode("utf-8")


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(prose | anything)
@example("")
@example("\ud800" * 3 + "营收3亿元")
@example("営収3億円\u0301\u0301，増加2成")
@example("（" * 30 + "3%" + "）" * 30)
@example("营收分别为1亿元、2亿元和3亿元" + "，同比分别增长" + "、".join(["1%"] * 20))
@example("9" * 400 + "亿" * 20 + "元")
@example("1" + "0" * 400 + "%")
def test_any_text(text: str) -> None:
    check(claimx.extract(text, reference_date="2025-08-30"))


@settings(max_examples=60, deadline=None)
@given(prose | anything)
def test_any_text_without_a_day(text: str) -> None:
    document = claimx.extract(text)
    check(document)
    assert document == claimx.extract(text)  # the same again, whatever was read in between


@pytest.mark.parametrize("path", sorted(CORPORA.rglob("*.claimx")), ids=lambda path: path.stem)
def test_articles(path: Path) -> None:
    article = load_article(path)
    check(claimx.extract(article.text, reference_date=article.reference_date))


@pytest.mark.slow
@pytest.mark.parametrize(
    "unit",
    [
        "小米集团营收1131亿元，同比增长22%。",
        "营收增长三成净利",
        "7",
        "亿",
        "（",
        "“",
        "第",
        "2025年",
        "公司",
        ",",
        "a.",
        "\ud800",
    ],
)
def test_a_long_line(unit: str) -> None:
    """Sixty kilobytes without a line break; ten megabytes are in benchmarks/large.py."""
    check(claimx.extract(unit * (60_000 // len(unit.encode("utf-8", "surrogatepass"))), reference_date="2025-08-30"))


def test_surrounding_text_moves_spans_and_changes_nothing_else() -> None:
    """The same article behind a line of padding of any script: same claims, moved."""
    plain = claimx.extract(TEXT, reference_date="2025-11-18")
    assert plain.claims
    for padding in ("🚀\n\n", "\u3000\n\n", "\ud800\n\n", "e\u0301\n\n"):
        moved = claimx.extract(padding + TEXT, reference_date="2025-11-18")
        assert [(claim.anchor.start - len(padding), claim.anchor.text, claim.type) for claim in moved.claims] == [
            (claim.anchor.start, claim.anchor.text, claim.type) for claim in plain.claims
        ]


def test_traditional_full_width_text_keeps_its_own_words() -> None:
    text = "小米集團公布，第三季度營收１１３１億元，按年增長２２％。"
    found = claimx.extract(text, reference_date="2025-11-18")
    check(found)
    assert "１１３１億元" in [claim.anchor.text for claim in found.claims]


def test_offsets_of_other_programs() -> None:
    found = claimx.extract("🚀" + TEXT, reference_date="2025-11-18")
    raw, wide = found.text.encode("utf-8"), found.text.encode("utf-16-le")
    for span in spans_of(found):
        first, last = found.byte_span(span)
        assert raw[first:last].decode("utf-8") == span.text
        first, last = found.utf16_span(Range(span.start, span.end))
        assert wide[2 * first : 2 * last].decode("utf-16-le") == span.text


def test_extractor_can_be_pickled_and_piped() -> None:
    extractor = pickle.loads(pickle.dumps(claimx.Extractor()))
    items = [TEXT, (TEXT, {"doc_id": "b", "reference_date": "2025-11-18"})]
    first, second = extractor.pipe(items)
    assert (first.doc_id, second.doc_id) == (None, "b")
    assert second.reference_date == datetime.date(2025, 11, 18)
    assert second.claims == claimx.extract(TEXT, reference_date="2025-11-18").claims


def test_pipe_is_lazy() -> None:
    def texts() -> Any:
        yield TEXT
        raise AssertionError("taken too early")

    assert next(claimx.Extractor().pipe(texts())).text == TEXT


@pytest.mark.slow
def test_pipe_with_processes() -> None:
    texts = [TEXT.replace("1131", str(number)) for number in range(1000, 1012)]
    extractor = claimx.Extractor()
    assert list(extractor.pipe(texts, n_process=2, batch_size=3)) == list(extractor.pipe(texts))


def test_bad_options() -> None:
    with pytest.raises(claimx.InvalidOption, match="'soon' is no date"):
        claimx.extract(TEXT, reference_date="soon")
    with pytest.raises(claimx.InvalidOption):
        next(claimx.Extractor().pipe([TEXT], n_process=0))


def in_a_fresh_interpreter(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.strip()


def test_import_is_light() -> None:
    heavy = "('spacy', 'jieba', 'dateparser', 'rich', 'typer', 'msgspec', 'claimx.pipeline')"
    code = f"import sys, claimx; dir(claimx); print([name for name in {heavy} if name in sys.modules])"
    assert in_a_fresh_interpreter(code) == "[]"


@pytest.mark.parametrize(
    "before", ["claimx.Extractor()", "import claimx.extract.numbers", "claimx.extract('')", "pass"]
)
def test_extract_is_the_function(before: str) -> None:
    """There is a subpackage of the same name, which must not take its place."""
    code = f"import claimx\n{before}\nprint(type(claimx.extract('营收3亿元')).__name__, claimx.extract.__name__)"
    assert in_a_fresh_interpreter(code) == "Document extract"


def test_every_public_name_is_there() -> None:
    assert [name for name in claimx.__all__ if getattr(claimx, name, None) is None] == []
    assert set(claimx.__all__) <= set(dir(claimx))
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        claimx.nonsense  # noqa: B018


def test_repr_can_be_read() -> None:
    claim = claimx.extract(TEXT, reference_date="2025-11-18").claims[0]
    assert "1131亿元" in repr(claim)
    assert repr(Span(0, 2, "小米")) == "Span(start=0, end=2, text='小米')"
