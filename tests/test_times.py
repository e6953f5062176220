"""Times: tables of cases, whole phrases, reference dates, and what holds for any text."""

from __future__ import annotations

import datetime
import re
import time as clock
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from claimx.errors import InvalidOption
from claimx.extract.fiscal import FiscalCalendar, calendar_of
from claimx.extract.mentions import digit_names, find_mentions
from claimx.extract.reference import find_reference_date
from claimx.extract.time_calendar import festival, iso_duration, part, years
from claimx.extract.times import find_times, parse_time
from claimx.lexicon.entities import entities
from claimx.model import Time
from claimx.source.text import Text

CASES = Path(__file__).parent / "cases"
MARK = re.compile(r"\{([^{}|]+)\|([^{}]+)\}")
DAYS = re.compile(r"(\d{4}-\d\d-\d\d)\.\.(\d{4}-\d\d-\d\d)")
ISO = re.compile(
    r"(?:R/)?P(?=.)(?:[\d.]+Y)?(?:[\d.]+M)?(?:[\d.]+W)?(?:[\d.]+D)?(?:T(?=.)(?:[\d.]+H)?(?:[\d.]+M)?(?:[\d.]+S)?)?"
)
PIECES = [
    "2025",
    "25",
    "3",
    "12",
    "三",
    "十",
    "廿",
    "年",
    "月",
    "日",
    "号",
    "季度",
    "季",
    "周",
    "星期一",
    "第",
    "前",
    "上",
    "下",
    "今年",
    "去年",
    "上半年",
    "初",
    "底",
    "末",
    "至",
    "-",
    "~",
    "、",
    "(",
    ")",
    "的",
    "个",
    "多",
    "半",
    "每",
    "近",
    "未来",
    "后",
    "前",
    "Q3",
    "FY26",
    "1H25",
    "2025-08-",
    "9/17",
    "20:30",
    "点",
    "分",
    "民国",
    "春节",
    "农历",
    "正月初一",
    "同期",
    "当日",
    "双11",
    "618",
    "财年",
    "财季",
    "截至",
    "止",
    "三个月",
    "以来",
    "起",
    "阿里",
    ",",
    "。",
    "\n",
]
texts = st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=24).map("".join) | st.text()
days = (
    st.dates(datetime.date(1990, 1, 1), datetime.date(2050, 12, 31))
    | st.none()
    | st.sampled_from([datetime.date(1, 1, 1), datetime.date(9999, 12, 31), datetime.date(2024, 2, 29)])
)


def cases(name: str) -> list[tuple[str, str]]:
    found, day = [], ""
    for line in (CASES / name).read_text(encoding="utf-8").split("\n"):
        if line.startswith("@"):
            day = line[1:].strip()
        elif line.strip(" ") and not line.startswith("#"):
            found.append((line, day))
    return found


def extract(text: str, day: str | datetime.date | None) -> list[Time]:
    mentions = find_mentions(Text(text))
    return find_times(Text(text), day, blocked=digit_names(mentions), mentions=mentions)


def written(one: Time) -> str:
    if one.kind == "date":
        return f"{one.begin}..{one.until}" if one.begin else "?"
    return f"{one.value} {one.anchor}" if one.anchor else f"{one.value}"


def check(case: str, day: str) -> None:
    marked = case.replace("⏎", "\n")
    text = MARK.sub(r"\1", marked)
    wanted, shift = [], 0
    for match in MARK.finditer(marked):
        start = match.start() - shift
        shift += len(match.group()) - len(match[1])
        wanted.append((start, start + len(match[1]), match[1], match[2]))
    assert [(one.start, one.end, one.text, written(one)) for one in extract(text, day)] == wanted


@pytest.mark.parametrize(("case", "day"), cases("times.txt"))
def test_times(case: str, day: str) -> None:
    check(case, day)


@pytest.mark.parametrize(("case", "day"), cases("times_failures.txt"))
@pytest.mark.xfail(strict=True, reason="known failure")
def test_known_failures(case: str, day: str) -> None:
    check(case, day)


@pytest.mark.parametrize(
    ("phrase", "wanted"),
    [
        ("自2018年以来", "2018-01-01..None"),
        ("截止到2030年", "2030-01-01..2031-01-01"),
        ("2019年之后", "2020-01-01..None"),
        ("2015年前", "None..2015-01-01"),
        ("从9月到11月", "2025-09-01..2025-12-01"),
        ("下下周三", "2025-09-10..2025-09-11"),
        ("周一", "2025-09-01..2025-09-02"),
        ("农历正月初一", "2025-01-29..2025-01-30"),
        ("闰六月", "2025-07-25..2025-08-23"),
        ("冬至", "2025-12-21..2025-12-22"),
        ("十九世纪七十年代", "1870-01-01..1880-01-01"),
        ("康熙三年五月", "1664-05-01..1664-06-01"),
    ],
)
def test_whole_phrases(phrase: str, wanted: str) -> None:
    found = parse_time(phrase, "2025-08-30")
    assert found is not None
    assert found.text == phrase
    assert f"{found.begin}..{found.until}" == wanted


@pytest.mark.parametrize("phrase", ["", "利润", "2025年利润", "三百万元", "一点"])
def test_no_phrase(phrase: str) -> None:
    found = parse_time(phrase, "2025-08-30")
    assert found is None or found.text == phrase.strip()
    assert phrase in ("一点",) or found is None


def test_wrong_use() -> None:
    with pytest.raises(InvalidOption, match="no date"):
        find_times("今天", "gestern")
    with pytest.raises(InvalidOption, match="wants a string"):
        parse_time(3)  # type: ignore[arg-type]


def test_without_reference_date() -> None:
    assert [written(one) for one in find_times("公司今年8月与2024年3月各发布一款产品。")] == [
        "?",
        "2024-03-01..2024-04-01",
    ]
    assert all(one.grain for one in find_times("今年8月，本季度，去年同期和上周五都有新品。"))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("2025年8月30日，公司公告。", datetime.date(2025, 8, 30)),
        ("标题\n\n2024-08-20T14:48:19Z\n正文", datetime.date(2024, 8, 20)),
        ("（中央社台北14日電）正文。（編輯：某某）1141114\n", datetime.date(2025, 11, 14)),
        ("没有日期的正文，只有8月30日。", None),
        ("", None),
    ],
)
def test_reference_date(text: str, wanted: datetime.date | None) -> None:
    assert find_reference_date(Text(text)) == wanted


def test_fiscal_calendars() -> None:
    assert sum(one.kind == "organization" and one.fiscal_year_end != 12 for one in entities().values()) >= 60
    assert calendar_of("alibaba").quarters(2026, 1, 1) == calendar_of("lenovo").quarters(2026, 1, 1)
    assert calendar_of(None) == FiscalCalendar()
    quarter = calendar_of("nvidia").quarter_at(datetime.date(2025, 8, 30), -1)
    assert quarter is not None
    assert (str(quarter.begin), str(quarter.until)) == ("2025-05-01", "2025-08-01")


def test_calendar() -> None:
    year = years(2025)
    assert year is not None
    late = part(year, "late")
    assert late is not None
    assert (str(late.begin), str(late.until)) == ("2025-11-01", "2026-01-01")
    assert festival("春节", 2500) is None
    assert iso_duration([]) is None


@given(texts, days)
@settings(max_examples=400, deadline=None)
def test_any_text(text: str, day: datetime.date | None) -> None:
    last = 0
    for one in find_times(text, day):
        assert one.start >= last
        assert one.start < one.end
        assert text[one.start : one.end] == one.text
        last = one.end
        if one.kind == "date":
            assert one.value is None
            assert one.grain is not None
            for side in (one.begin, one.until):
                assert side is None or datetime.date.fromisoformat(side.isoformat()) == side
            assert not (one.begin and one.until) or one.begin < one.until
        else:
            assert one.begin is None
            assert one.until is None
            assert one.value is not None
            assert ISO.fullmatch(one.value)
            assert one.value.startswith("R/") == (one.kind == "set")


@given(st.text(max_size=30), days)
@settings(max_examples=200, deadline=None)
def test_any_phrase(phrase: str, day: datetime.date | None) -> None:
    found = parse_time(phrase, day)
    assert found is None or phrase[found.start : found.end] == found.text


@pytest.mark.slow
@pytest.mark.parametrize(
    "piece", ["1", "年", "1-", "三", "1、", "2020/1/", "每", "初", " ", "半", "(周三", "今年", "三天后", "2025 ", "Q1-"]
)
def test_linear_time(piece: str) -> None:
    def seconds(size: int) -> float:
        text = piece * (size // len(piece))
        start = clock.perf_counter()
        find_times(text, "2025-08-30")
        return clock.perf_counter() - start

    seconds(1000)
    small, large = seconds(20_000), seconds(160_000)
    assert large < 40 * max(small, 0.005)
