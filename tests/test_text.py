"""The folded view: equal length, one alphabet; conversions of offsets to bytes and UTF-16."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from claimx.model import Document, Range
from claimx.source.text import Text, fold

anything = st.text(st.characters(exclude_categories=())) | st.text()


@pytest.mark.parametrize(
    ("raw", "folded"),
    [
        ("營收", "营收"),
        ("按年升１２．５％，純利ＨＫ＄３億（未經審計）：", "按年升12.5%,纯利HK$3亿(未经审计):"),
        ("第3季　淨利\u00a0潤\u200b增\t長", "第3季 净利 润 增 长"),
        ("臺灣積體電路製造", "台湾积体电路制造"),
        ("裏裡後乾", "里里后干"),
        ("\ud800\udfff", "\ufffd\ufffd"),
        ("\n\r\x00é🚀", "\n\r\x00é🚀"),
        ("“引号”「括号」。、…", "“引号”「括号」。、…"),
    ],
)
def test_fold(raw: str, folded: str) -> None:
    assert fold(raw) == folded


@given(anything)
@example("ﬃ İ ß ǆ ㍻ ﷺ")
def test_fold_keeps_the_length(raw: str) -> None:
    text = Text(raw)
    assert len(text.folded) == len(raw) == len(text)
    assert fold(text.folded) == text.folded
    text.folded.encode("utf-8")  # matchers in native code need that


@given(anything, st.integers(0, 30), st.integers(0, 30))
@example("a🚀營\ud800b", 1, 4)
def test_offset_conversions(raw: str, one: int, other: int) -> None:
    start, end = sorted((min(one, len(raw)), min(other, len(raw))))
    document = Document(text=raw)
    first, last = document.byte_span(Range(start, end))
    whole = raw.encode("utf-8", "surrogatepass")
    assert whole[first:last].decode("utf-8", "surrogatepass") == raw[start:end]
    first, last = document.utf16_span(Range(start, end))
    wide = raw.encode("utf-16-le", "surrogatepass")
    # two lone surrogates that happen to stand together read as one code point, so compare units
    assert wide[2 * first : 2 * last] == raw[start:end].encode("utf-16-le", "surrogatepass")
