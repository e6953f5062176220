"""Numerals: tables of cases, whole-phrase parsing, and what holds for any text."""

from __future__ import annotations

import re
from decimal import Decimal, localcontext
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from claimx.extract.num_parse import is_whole, plain, shifted
from claimx.extract.num_scan import scan
from claimx.extract.numbers import find_numbers, parse_number
from claimx.source.text import Text, fold

CASES = Path(__file__).parent / "cases"
MARK = re.compile(r"\{([^{}|]+)\|([^{}|]+)\}")
PIECES = ["0", "9", ",", ".", "-", "+", "%", " ", "零", "一", "两", "十", "百", "万", "亿", "兆", "点", "分之", "又", "第", "几", "多", "半", "百度", "一度", "e", "/", "壹", "拾", "，", "\n"]  # fmt: skip
texts = st.lists(st.sampled_from(PIECES) | st.text(max_size=2)).map("".join) | st.text()


def cases(name: str) -> list[str]:
    lines = (CASES / name).read_text(encoding="utf-8").split("\n")
    return [line for line in lines if line.strip(" ") and not line.startswith("#")]


def check(case: str) -> None:
    marked = case.replace("⏎", "\n")
    text = MARK.sub(r"\1", marked)
    wanted, shift = [], 0
    for match in MARK.finditer(marked):
        value, _, kind = match[2].partition(" ")
        start = match.start() - shift
        shift += len(match.group()) - len(match[1])
        wanted.append((start, match[1], Decimal(value), kind or "cardinal"))
    found = [(one.start, one.text, one.value, one.kind) for one in find_numbers(Text(text))]
    assert found == wanted


@pytest.mark.parametrize("case", cases("numbers.txt"))
def test_numbers(case: str) -> None:
    check(case)


@pytest.mark.xfail(strict=True, raises=AssertionError)
@pytest.mark.parametrize("case", cases("numbers_failures.txt"))
def test_known_failures(case: str) -> None:
    check(case)


@pytest.mark.parametrize(
    ("phrase", "value"),
    [
        ("一百零五", "105"),
        (" 3.8万亿 ", "3800000000000"),
        ("负二分之一", "-0.5"),
        ("１２，３４５", "12345"),
        ("第十二", "12"),
        ("十几", "10"),
    ],
)
def test_parse_number(phrase: str, value: str) -> None:
    assert parse_number(phrase) == Decimal(value)


@pytest.mark.parametrize("phrase", ["", " ", "统一", "三个", "一 二三四五六度", "3和5", "百分之五", "abc", "零售"])
def test_no_number(phrase: str) -> None:
    assert parse_number(phrase) is None


@settings(max_examples=200, deadline=None)
@given(texts)
@example("\ud8005万\x00")
@example("1" * 5000 + "万亿" * 50)
@example("亿" * 3000)
@example("百分之" * 40 + "五")
@example("三又" * 20 + "四分之一")
def test_any_text(text: str) -> None:
    found = find_numbers(Text(text))
    assert all(text[one.start : one.end] == one.text and one.start < one.end for one in found)
    assert all(before.end <= after.start for before, after in pairwise(found))
    assert all(one.value.is_finite() for one in found)


@settings(max_examples=200, deadline=None)
@given(st.integers(min_value=-(10**18), max_value=10**18))
def test_arabic_integers(value: int) -> None:
    assert parse_number(str(value)) == value
    assert parse_number(f"{value:,}") == value


@settings(max_examples=200, deadline=None)
@given(st.integers(min_value=0, max_value=10**16 - 1), st.booleans())
def test_written_integers(value: int, formal: bool) -> None:
    """Spelled out digit by digit with its scale words, every integer comes back."""
    assert parse_number(spelled(value, "零壹贰叁肆伍陆柒捌玖" if formal else "零一二三四五六七八九")) == value


def spelled(value: int, digits: str) -> str:
    """``value`` in Chinese, without abbreviations."""
    if value < 10:
        return digits[value]
    for scale, name in ((10**12, "兆"), (10**8, "亿"), (10**4, "万"), (1000, "千"), (100, "百"), (10, "十")):
        if value >= scale:
            whole, rest = divmod(value, scale)
            tail = "" if not rest else ("零" if rest < scale // 10 else "") + spelled(rest, digits)
            return spelled(whole, digits) + name + tail
    raise AssertionError(value)


@settings(max_examples=150, deadline=None)
@given(st.text("0123456789", min_size=1, max_size=40), st.integers(min_value=-40, max_value=40))
def test_shifted(digits: str, exponent: int) -> None:
    with localcontext(prec=200):
        assert shifted(digits, exponent) == plain(Decimal(digits).scaleb(exponent))
    assert is_whole(shifted(digits, abs(exponent)))


@settings(max_examples=60, deadline=None)
@given(texts)
def test_full_width_digits_change_nothing(text: str) -> None:
    wide = text.translate({code: code + 0xFEE0 for code in range(ord("0"), ord("9") + 1)})
    plainly = [(one.start, one.end, one.value) for one in find_numbers(Text(text)) if "," not in one.text]
    widely = {(one.start, one.end, one.value) for one in find_numbers(Text(wide))}
    assert all(one in widely for one in plainly) or "," in text or "，" in text


@pytest.mark.parametrize(
    "piece", ["1", "亿", "一", "万亿", "1,", "1.", "十", "百分之", "又三分之一", "2^", "零", "第一"]
)
def test_work_is_linear(piece: str) -> None:
    """A long run is scanned in pieces whose number and total length stay within the length of the text."""
    text = piece * (6000 // len(piece))
    numerals = scan(text, fold(text))
    assert len(numerals) <= len(text)
    assert sum(one.end - one.start for one in numerals) <= len(text)
