"""Mentions and the gazetteer: tables of cases, and what holds for any text."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from claimx.errors import LexiconError
from claimx.extract.mentions import digit_names, find_mentions
from claimx.lexicon import entities as gazetteer
from claimx.lexicon.entities import by_ticker, entities
from claimx.source.text import Text

CASES = Path(__file__).parent / "cases"
MARK = re.compile(r"\{(org|product|person|index|place|segment)(?::([a-z0-9_]+))?\|([^{}]+)\}")
KINDS = {"org": "organization"}
PIECES = [
    "小米",
    "15",
    " Pro",
    "科技",
    "有限公司",
    "董事长",
    "王",
    "表示",
    "（300454）",
    "iPhone ",
    "业务",
    "·",
    "GPT-",
    "亿元",
]
texts = st.lists(st.sampled_from(PIECES) | st.text(max_size=3)).map("".join) | st.text()


def cases(name: str) -> list[str]:
    lines = (CASES / name).read_text(encoding="utf-8").split("\n")
    return [line for line in lines if line.strip(" ") and not line.startswith("#")]


def check(case: str) -> None:
    marked = case.replace("⏎", "\n")
    text = MARK.sub(r"\3", marked)
    wanted, shift = [], 0
    for match in MARK.finditer(marked):
        start = match.start() - shift
        shift += len(match.group()) - len(match[3])
        wanted.append((start, start + len(match[3]), match[3], KINDS.get(match[1], match[1]), match[2]))
    found = [(one.start, one.end, one.text, one.kind, one.id) for one in find_mentions(Text(text))]
    assert found == wanted


@pytest.mark.parametrize("case", cases("mentions.txt"))
def test_mentions(case: str) -> None:
    check(case)


@pytest.mark.xfail(strict=True, raises=AssertionError)
@pytest.mark.parametrize("case", cases("mentions_failures.txt"))
def test_known_failures(case: str) -> None:
    check(case)


def test_canonical_fields() -> None:
    first, second = find_mentions(Text("騰訊控股與阿里合作"))
    assert (first.id, first.name, first.tickers) == ("tencent", "腾讯", ("0700.HK",))
    assert (second.name, second.tickers) == ("阿里巴巴", ("BABA.N", "9988.HK"))


def test_unknown_name_keeps_the_words_and_the_code() -> None:
    (only,) = find_mentions(Text("凌岳特（301999）公告"))
    assert (only.id, only.name, only.tickers) == (None, "凌岳特", ("301999.SZ",))


@pytest.mark.parametrize(
    ("code", "ticker"),
    [
        ("（301999）", "301999.SZ"),
        ("(609999.SH)", "609999.SH"),
        ("（SZ 301999，收盘价：7.55元）", "301999.SZ"),
        ("(行情301999,诊股)", "301999.SZ"),
        ("(01999.HK)", "1999.HK"),
        ("（股票代码：830999）", "830999.BJ"),
        ("(NASDAQ: LYTT)", "LYTT"),
    ],
)
def test_stock_codes(code: str, ticker: str) -> None:
    only = find_mentions(Text(f"昨日，凌岳特{code}公告"))[0]
    assert (only.text, only.tickers) == ("凌岳特", (ticker,))


def test_a_known_code_names_the_company() -> None:
    (only,) = find_mentions(Text("某简称（9988.HK）公告"))
    assert only.id == "alibaba"


def test_digit_names() -> None:
    text = "三星和苹果的 iPhone 17，百度与华为，标普 500"
    spans = digit_names(find_mentions(Text(text)))
    assert [text[start:end] for start, end in spans] == ["三星", "iPhone 17", "百度", "标普 500"]


@settings(max_examples=150, deadline=None)
@given(texts)
@example("\ud800小米\x00")
@example("（" * 40 + "科技" * 40)
@example("\U00020000" * 3 + "科技公布")
def test_any_text(text: str) -> None:
    found = find_mentions(Text(text))
    assert all(text[one.start : one.end] == one.text and one.start < one.end for one in found)
    assert all(before.end <= after.start for before, after in pairwise(found))
    assert set(digit_names(found)) <= {(one.start, one.end) for one in found}


@settings(max_examples=60, deadline=None)
@given(texts)
def test_full_width_letters_change_nothing(text: str) -> None:
    wide = text.translate({code: code + 0xFEE0 for code in range(ord("0"), ord("z") + 1) if chr(code).isalnum()})
    assert [(one.start, one.end) for one in find_mentions(Text(wide))] == [
        (one.start, one.end) for one in find_mentions(Text(text))
    ]


def test_gazetteer_size() -> None:
    known = entities()
    assert len(known) >= 8000
    assert sum(one.fiscal_year_end != 12 for one in known.values() if one.kind == "organization") >= 60


def test_gazetteer_is_well_formed() -> None:
    for one in entities().values():
        assert re.fullmatch(r"[a-z0-9_]+", one.id), one
        assert one.currency is None or re.fullmatch(r"[A-Z]{3}", one.currency), one
        assert 1 <= one.fiscal_year_end <= 12, one
        assert all(re.fullmatch(r"[A-Z0-9]+(?:[.-][A-Z])?[a-z]?\.[A-Z]{1,3}", ticker) for ticker in one.tickers), one
        short = [form for form in one.forms if len(form) < 2 and form not in one.modelled]
        assert not short, f"{one.id}: {short} is too short to be matched without a model behind it"


def test_a_form_names_one_entity() -> None:
    owner: dict[str, str] = {}
    for one in entities().values():
        for form in one.forms:
            assert owner.setdefault(form, one.id) == one.id, f"{form} names {owner[form]} and {one.id}"


@pytest.mark.parametrize(
    ("name", "month"),
    [("alibaba", 3), ("apple", 9), ("microsoft", 6), ("nvidia", 1), ("sony", 3), ("lenovo", 3), ("xiaomi", 12)],
)
def test_fiscal_years(name: str, month: int) -> None:
    assert entities()[name].fiscal_year_end == month


def test_by_ticker() -> None:
    assert by_ticker()["9988.HK"].id == by_ticker()["BABA"].id == "alibaba"


@pytest.mark.parametrize(
    "record",
    [("only", "organization"), ("a", "firm", "甲"), ("a", "organization", "甲乙", "", "", "", "13")],
)
def test_malformed_records(record: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gazetteer, "read_tsv", lambda name: (record,))
    gazetteer.entities.cache_clear()
    try:
        with pytest.raises(LexiconError, match="entities_"):
            gazetteer.entities()
    finally:
        monkeypatch.undo()
        gazetteer.entities.cache_clear()
