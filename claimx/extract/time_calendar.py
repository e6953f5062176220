"""Calendar arithmetic of the time extractor: periods as half-open intervals of days, lunar days, festivals, ISO durations.

Nothing here reads text. What lies outside the years 1 to 9999 has no interval: every function gives None for it.
"""

from __future__ import annotations

import datetime
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from claimx.lexicon.loader import read_tsv
from claimx.model import Grain
from claimx.source.text import fold

Day = datetime.date
EARLY, MID, LATE = "early", "mid", "late"
_WEEK = 7
_SEASON_MONTHS = (3, 6, 9, 12)  # first months of spring, summer, autumn and winter
_TERM_YEARS = range(1901, 2101)


class Interval(NamedTuple):
    """Days from ``begin`` up to, not including, ``until``; a side that is open or unknown is None."""

    begin: Day | None
    until: Day | None
    grain: Grain


def day_of(year: int, month: int, day: int) -> Day | None:
    """That day, or None where the calendar has none."""
    try:
        return datetime.date(year, month, day)
    except ValueError:
        return None


def shift(day: Day, days: int) -> Day | None:
    """``day`` moved by ``days``."""
    try:
        return day + datetime.timedelta(days=days)
    except OverflowError:
        return None


def month_start(year: int, month: int) -> Day | None:
    """The first day of a month; ``month`` may run over or under the year."""
    index = year * 12 + month - 1
    return day_of(index // 12, index % 12 + 1, 1)


@lru_cache(maxsize=4096)
def months(year: int, month: int, count: int, grain: Grain) -> Interval | None:
    """``count`` months from ``month`` of ``year``."""
    begin, until = month_start(year, month), month_start(year, month + count)
    return Interval(begin, until, grain) if begin and until else None


def years(year: int, count: int = 1, grain: Grain = "year") -> Interval | None:
    """``count`` calendar years from ``year``."""
    return months(year, 1, 12 * count, grain)


def days(begin: Day | None, count: int = 1, grain: Grain = "day") -> Interval | None:
    """``count`` days from ``begin``."""
    until = shift(begin, count) if begin else None
    return Interval(begin, until, grain) if until else None


def week(day: Day, offset: int = 0, count: int = 1) -> Interval | None:
    """The week (from Monday) that holds ``day``, moved by ``offset`` weeks."""
    return days(shift(day, offset * _WEEK - day.weekday()), count * _WEEK, "week")


@lru_cache(maxsize=4096)
def add_months(day: Day, count: int) -> Day | None:
    """``day`` moved by months; the last day of the month where it has no such day."""
    first = month_start(day.year, day.month + count)
    following = month_start(day.year, day.month + count + 1)
    if first is None or following is None:
        return None
    return first.replace(day=min(day.day, (following - first).days))


def move(interval: Interval, count: int) -> Interval | None:
    """``interval`` moved by ``count`` months."""
    begin = add_months(interval.begin, count) if interval.begin else None
    until = add_months(interval.until, count) if interval.until else None
    if (begin is None) != (interval.begin is None) or (until is None) != (interval.until is None):
        return None
    if begin and until and begin >= until:  # 29 February moved to a common year
        return days(begin)
    return Interval(begin, until, interval.grain)


def length_in_months(interval: Interval) -> int:
    """Whole months in ``interval``; 0 where it is shorter or open."""
    if interval.begin is None or interval.until is None or interval.begin.day != 1 or interval.until.day != 1:
        return 0
    return (interval.until.year - interval.begin.year) * 12 + interval.until.month - interval.begin.month


def part(base: Interval, which: str) -> Interval | None:
    """The early, middle or late part of ``base`` as the guidelines define it for months and years."""
    if base.begin is None or base.until is None:
        return None
    begin, until, size = base.begin, base.until, length_in_months(base)
    if size == 1:
        first = {EARLY: begin, MID: shift(begin, 10), LATE: shift(begin, 20)}[which]
        last = {EARLY: shift(begin, 10), MID: shift(begin, 20), LATE: until}[which]
        return Interval(first, last, "day")
    if size == 12:
        return months(begin.year, begin.month + {EARLY: 0, MID: 5, LATE: 10}[which], 2, "month")
    if size in (3, 6):
        if which == LATE:  # the end of a quarter is the end of its last month
            last_month = months(until.year, until.month - 1, 1, "month")
            return part(last_month, LATE) if last_month else None
        return months(begin.year, begin.month + (0 if which == EARLY else size // 2), 1, "month")
    if size >= 24:  # a decade or century
        whole = size // 12
        share = max(1, whole // 5) if whole >= 50 else max(1, whole * 3 // 10)
        start = {EARLY: begin.year, MID: begin.year + (whole - share) // 2, LATE: begin.year + whole - share}[which]
        return years(start, share, "year")
    span = (until - begin).days
    if span <= 1:
        return base
    third = max(1, span // 3)
    offset = {EARLY: 0, MID: (span - third) // 2, LATE: span - third}[which]
    return days(shift(begin, offset), third)


def season(year: int, which: int) -> Interval | None:
    """Spring is March to May, winter December to February of the next year."""
    return months(year, _SEASON_MONTHS[which - 1], 3, "quarter")


# --- lunar calendar and festivals


def lunar_day(year: int, month: int, day: int, leap: bool = False) -> Day | None:
    """The solar day of a day of the lunar calendar."""
    import lunardate

    try:
        found = lunardate.LunarDate(year, month, day, leap).to_solar_date()
    except (ValueError, IndexError, KeyError):
        return None
    return found if isinstance(found, datetime.date) else None


def lunar_month(year: int, month: int, leap: bool = False) -> Interval | None:
    """The days of a lunar month."""
    first = lunar_day(year, month, 1, leap)
    if first is None:
        return None
    for length in (30, 29):
        last = lunar_day(year, month, length, leap)
        if last is not None:
            return Interval(first, shift(last, 1), "month")
    return None


def _term(name: str, year: int) -> Day | None:
    for term, month, old, new in read_tsv("time_terms.tsv"):
        if fold(term) == name and year in _TERM_YEARS:
            tail = year % 100
            constant = Decimal(old if year < 2000 else new)
            # before the leap day the year counts the leap days of the years that have ended
            leap = (tail - 1) // 4 if int(month) <= 2 else tail // 4
            return day_of(year, int(month), int(Decimal("0.2422") * tail + constant) - leap)
    return None


def _nth_weekday(year: int, rule: str) -> Day | None:
    month, weekday, number = map(int, rule.split("-"))
    first = month_start(year, month)
    return shift(first, (weekday - 1 - first.weekday()) % _WEEK + _WEEK * (number - 1)) if first else None


@lru_cache(maxsize=1)
def festivals() -> dict[str, tuple[str, str, int]]:
    """Rule, argument and length in days of every festival and solar term, by its folded name."""
    table: dict[str, tuple[str, str, int]] = {
        fold(row[0]): ("term", fold(row[0]), 1) for row in read_tsv("time_terms.tsv")
    }
    for forms, rule, argument, length in read_tsv("holidays.tsv"):
        for form in forms.split("|"):
            table[fold(form)] = (rule, fold(argument), int(length))
    return table


@lru_cache(maxsize=4096)
def festival(name: str, year: int) -> Interval | None:
    """The days of a festival in ``year``."""
    rule, argument, length = festivals()[name]
    first: Day | None
    if rule == "term":
        first = _term(argument, year)
    elif rule == "solar":
        month, number = map(int, argument.split("-"))
        first = day_of(year, month, number)
    elif rule == "nth":
        first = _nth_weekday(year, argument)
    elif rule == "after":
        before = _nth_weekday(year, argument)
        first = shift(before, 1) if before else None
    elif argument == "last":
        new_year = lunar_day(year, 1, 1)
        first = shift(new_year, -1) if new_year else None
    else:
        month, number = map(int, argument.split("-"))
        first = lunar_day(year, month, number)
    return days(first, length)


# --- durations

_HALVES = {"Y": ("M", 6), "M": ("D", 15), "W": ("D", 3), "D": ("TH", 12), "TH": ("TM", 30), "TM": ("TS", 30)}
_MONTHS_OF = {"Y": 12, "M": 1, "Q": 3, "H": 6}
_MULTIPLES = {"Q": (3, "M"), "C": (100, "Y"), "T15": (15, "TM")}  # what ISO 8601 has no unit for
_ORDER = ("Y", "M", "W", "D", "TH", "TM", "TS")


def iso_duration(parts: list[tuple[Decimal, str]]) -> str | None:
    """ISO 8601 of (number, unit) pairs; a fraction becomes whole smaller units where it is a half.

    Units: Y M W D TH TM TS, and Q (a quarter, three months), C (a century).
    """
    sums: dict[str, Decimal] = {}
    for written, name in parts:
        factor, unit = _MULTIPLES.get(name, (1, name))
        number = written * factor
        whole = number.to_integral_value(rounding="ROUND_FLOOR")
        if number - whole == Decimal("0.5") and unit in _HALVES:
            smaller, half = _HALVES[unit]
            sums[smaller] = sums.get(smaller, Decimal(0)) + half
            number = whole
        if number:
            sums[unit] = sums.get(unit, Decimal(0)) + number
    if not sums:
        return None
    date_part = "".join(f"{_plain(sums[unit])}{unit}" for unit in _ORDER[:4] if unit in sums)
    clock = "".join(f"{_plain(sums[unit])}{unit[1]}" for unit in _ORDER[4:] if unit in sums)
    return f"P{date_part}" + (f"T{clock}" if clock else "")


def _plain(number: Decimal) -> str:
    return format(number.normalize(), "f")


def moved_by(day: Day, parts: list[tuple[Decimal, str]], sign: int) -> Interval | None:
    """What 三天后 or 半年前 stands for, seen from ``day``: the day, week, month or year that far away."""
    whole_months, whole_days, smallest = 0, 0, "Y"
    for number, unit in parts:
        if unit in _MONTHS_OF or unit == "C":
            size = number * _MONTHS_OF.get(unit, 1200)
            whole_months += int(size)
            rest = size - int(size)
            whole_days += int(rest * 30)
            smallest = "D" if rest else "M" if unit in "MQ" or number % 1 else smallest
        else:
            smallest = "W" if unit == "W" and number % 1 == 0 else "D"
            whole_days += int(number * {"W": 7, "D": 1}.get(unit, 0))
    if abs(whole_months) > 12 * 9999 or abs(whole_days) > 4_000_000:
        return None
    if smallest == "Y":
        return years(day.year + sign * (whole_months // 12))
    moved = add_months(day, sign * whole_months)
    if moved is None:
        return None
    if smallest == "M":
        return months(moved.year, moved.month, 1, "month")
    target = shift(moved, sign * whole_days)
    if target is None:
        return None
    return days(target, _WEEK, "week") if smallest == "W" and sign > 0 else days(target)
