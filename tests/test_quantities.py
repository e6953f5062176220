"""Quantities: tables of cases for every row of the guideline, whole-phrase parsing, and what holds for any text."""

from __future__ import annotations

import re
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from claimx.errors import InvalidOption
from claimx.extract.quantities import find_quantities, parse_quantity
from claimx.lexicon.loader import read_tsv
from claimx.model import Quantity
from claimx.source.text import Text

CASES = Path(__file__).parent / "cases"
MARK = re.compile(r"\{([^{}|]+)\|([^{}|]+)\}")
BOUNDS = {"about", "near", "over", "under", "at_least", "at_most"}
UNITS = {"percent": "percent", "pp": "pp", "ratio": "x", "rank": "rank"}
PIECES = ["5", "12.5", "3,000", "万", "亿", "元", "美元", "人民币", "US$", "%", "个百分点", "倍", "家", "吨", "约", "超", "至", "-", "~", "、", "和", "（约合", "）", "左右", "以上", "第一", "最大", "全球", "前三", "首次", "翻番", "一半", "点", "分", "成", "折", "每股", "/股", "GB", "B", "k", "x", " ", "\n", "，", "。", "十几", "数百", "三四", "个亿"]  # fmt: skip
texts = st.lists(st.sampled_from(PIECES) | st.text(max_size=2)).map("".join) | st.text()


def cases(name: str) -> list[str]:
    lines = (CASES / name).read_text(encoding="utf-8").split("\n")
    return [line for line in lines if line.strip(" ") and not line.startswith("#")]


def read(case: str) -> tuple[str, list[tuple[object, ...]], list[tuple[int, int]]]:
    """Text, wanted quantities and blocked spans of a case."""
    marked = case.replace("⏎", "\n")
    wanted: list[tuple[object, ...]] = []
    blocked, shift = [], 0
    for match in MARK.finditer(marked):
        start = match.start() - shift
        shift += len(match.group()) - len(match[1])
        kind, *rest = match[2].split(" ")
        if kind == "t":
            blocked.append((start, start + len(match[1])))
            continue
        low, _, high = rest.pop(0).partition("..")
        same = int(rest.pop()[5:]) if rest and rest[-1].startswith("same=") else None
        bound = rest.pop() if rest and rest[-1] in BOUNDS else "exact"
        unit = rest.pop() if rest else UNITS.get(kind, "")
        kind = "percentage_point" if kind == "pp" else kind
        wanted.append((start, match[1], kind, Decimal(low), Decimal(high) if high else None, unit, bound, same))
    return MARK.sub(r"\1", marked), wanted, blocked


def row(one: Quantity) -> tuple[object, ...]:
    return (one.start, one.text, one.kind, one.value, one.high, one.unit or "", one.bound, one.same_as)


def check(case: str) -> None:
    text, wanted, blocked = read(case)
    assert [row(one) for one in find_quantities(Text(text), blocked=blocked)] == wanted


@pytest.mark.parametrize("case", cases("quantities.txt"))
def test_quantities(case: str) -> None:
    check(case)


@pytest.mark.parametrize("case", cases("quantities_home.txt"))
def test_home_market(case: str) -> None:
    check(case)


@pytest.mark.xfail(strict=True, raises=AssertionError)
@pytest.mark.parametrize("case", cases("quantities_failures.txt"))
def test_known_failures(case: str) -> None:
    check(case)


def test_home_currency_given() -> None:
    (only,) = find_quantities(Text("票價300元"), home_currency="HKD")
    assert (only.value, only.unit) == (300, "HKD")


@pytest.mark.parametrize(
    ("phrase", "kind", "value", "unit"),
    [
        ("3亿元人民币", "money", "300000000", "CNY"),
        (" 约 12.5% ", "percent", "12.5", "percent"),
        ("五万多台", "count", "50000", "台"),
        ("第三", "rank", "3", "rank"),
        ("48.6GWh", "measure", "48.6", "GWh"),
        ("不到三成", "percent", "30", "percent"),
    ],
)
def test_parse_quantity(phrase: str, kind: str, value: str, unit: str) -> None:
    found = parse_quantity(phrase)
    assert found is not None
    assert (found.kind, found.value, found.unit) == (kind, Decimal(value), unit)


@pytest.mark.parametrize("phrase", ["", "百度", "3元和5元", "营收3亿元", "零售"])
def test_no_quantity(phrase: str) -> None:
    assert parse_quantity(phrase) is None


def test_parse_quantity_wants_a_string() -> None:
    with pytest.raises(InvalidOption, match="string"):
        parse_quantity(5)  # type: ignore[arg-type]


def test_currencies() -> None:
    records = read_tsv("currencies.tsv")
    assert len({code for code, *_ in records}) >= 60
    for code, names, _, _ in records:
        assert re.fullmatch(r"[A-Z]{3,4}", code)
        for name in names.split():
            (only,) = find_quantities(Text(f"付款12.5万{name}"))
            assert (only.kind, only.value, only.unit) == ("money", 125000, code), name


@settings(max_examples=250, deadline=None)
@given(texts)
@example("\ud8005亿元\x00")
@example("亿" * 3000)
@example("9" * 3000 + "元")
@example("最" * 500)
@example("5%至" * 300)
@example("（" * 50 + "约合5美元" * 20)
def test_any_text(text: str) -> None:
    found = find_quantities(Text(text))
    assert all(text[one.start : one.end] == one.text and one.start < one.end for one in found)
    assert all(before.end <= after.start for before, after in pairwise(found))
    assert all(one.high is None or one.value <= one.high for one in found)
    assert all(one.same_as is None or one.same_as < index for index, one in enumerate(found))
    assert all(one.unit not in ("HOME", "¥") and one.value.is_finite() for one in found)


@settings(max_examples=80, deadline=None)
@given(texts, st.lists(st.tuples(st.integers(0, 40), st.integers(1, 6)), max_size=5))
def test_no_quantity_lies_in_a_blocked_span(text: str, spans: list[tuple[int, int]]) -> None:
    blocked: list[tuple[int, int]] = []
    for start, length in sorted(spans):
        if start + length <= len(text) and (not blocked or blocked[-1][1] <= start):
            blocked.append((start, start + length))
    for one in find_quantities(Text(text), blocked=blocked):
        assert not any(start <= one.start and one.end <= end for start, end in blocked)


@pytest.mark.parametrize(
    ("text", "block", "found"),
    [
        ("花了一千日元", (2, 5), ["一千日元"]),
        ("卖了3.75亿欧元", (5, 7), ["3.75亿欧元"]),
        ("打六点五折", (1, 4), ["六点五折"]),
        ("等了一千日", (2, 5), []),
        ("3月5日元旦", (0, 4), []),
    ],
)
def test_an_amount_that_reads_further_stands(text: str, block: tuple[int, int], found: list[str]) -> None:
    assert [one.text for one in find_quantities(Text(text), blocked=[block])] == found


@settings(max_examples=100, deadline=None)
@given(st.decimals(min_value=Decimal("0.01"), max_value=Decimal(10**9), places=2))
def test_amounts_are_exact(value: Decimal) -> None:
    (only,) = find_quantities(Text(f"支出{value:,}亿美元"))
    assert only.value == value * 10**8


@settings(max_examples=60, deadline=None)
@given(texts)
def test_repeatable(text: str) -> None:
    assert find_quantities(Text(text)) == find_quantities(Text(text))
