"""Narrowing: the days that an atom means within a year, a month or a week that is known."""

from __future__ import annotations

from claimx.extract.fiscal import FiscalCalendar
from claimx.extract.time_atoms import Atom
from claimx.extract.time_calendar import (
    Interval,
    day_of,
    days,
    festival,
    length_in_months,
    lunar_day,
    lunar_month,
    month_start,
    months,
    part,
    season,
    shift,
    week,
    years,
)
from claimx.extract.time_discourse import Discourse


class Narrower(Discourse):
    """Discourse with the meaning of an atom within an interval."""

    def refine(self, base: Interval, atom: Atom) -> Interval | None:
        """``atom`` within ``base``."""
        begin = base.begin
        if begin is None:
            return None
        kind, value, high = atom.kind, atom.value, atom.high
        size = length_in_months(base)
        if kind == "part":
            return part(base, atom.word)
        if kind in ("year_part", "quarter_part", "month_part"):
            if kind == "quarter_part" and size != 3:
                return None
            return part(base, atom.word) if not (kind == "month_part" and size != 1) else None
        if kind == "year_whole":
            return base
        if kind in ("half", "latin_h", "fhalf"):
            return months(begin.year, begin.month + 6 * (value - 1), 6, "half")
        if kind in ("quarter", "quarters", "latin_q", "fquarter", "fquarters"):
            start = begin
            if kind.startswith("f") and size == 12 and begin.month == 1:
                calendar = self.companies.calendar(self.position)
                return calendar.quarters(begin.year, value, high or value)
            count = 3 * ((high or value) - value + 1)
            return months(start.year, start.month + 3 * (value - 1), count, "quarter") if count > 0 else None
        if kind == "latin_m":
            return months(begin.year, begin.month, value, "month")
        if kind == "endquarter":
            stop = month_start(begin.year, value + 1)
            return months(stop.year, stop.month - 3, 3, "quarter") if stop else None
        if kind in ("month", "months"):
            year = begin.year + (value < begin.month and size != 1)
            last = high or value
            count = last - value + 1 if last >= value else last + 12 - value + 1
            if (size == 12 and begin.month == 1) or size != 12:
                year = begin.year
            return months(year, value, count, "month")
        if kind in ("month_ctx",):
            reference = self.force.begin if self.force and self.force.begin else self.day
            return months(begin.year, reference.month + value, 1, "month") if reference else None
        if kind == "month_half":
            middle = shift(begin, 15)
            return Interval(begin, middle, "day") if value == 1 else Interval(middle, base.until, "day")
        if kind in ("season",):
            return season(begin.year, value)
        if kind == "school":
            return months(begin.year, value, high - value + 1, "month")
        if kind == "holiday":
            return festival(atom.word, begin.year)
        if kind == "lunar":
            return self._lunar(begin.year, atom)
        if kind in ("day", "days"):
            return self._days(base, value, high or value)
        if kind in ("first", "last"):
            return self._run(base, atom)
        if kind == "nth":
            return self._nth(base, atom)
        if kind == "nth_weekday":
            return self._nth_weekday(base, value, high)
        if kind == "week_ctx":
            return week(begin)
        if kind == "weekday":
            monday = shift(begin, -begin.weekday())
            if base.grain == "week":
                return days(shift(monday, value)) if monday else None
            return base
        if kind == "week_half":
            return days(begin, 3) if value == 1 else days(shift(begin, 3), 4)
        if kind == "weekend":
            return days(shift(begin, 5 - begin.weekday()), 2)
        if kind in ("daypart", "daypart_short", "clock"):
            return base
        if kind == "decade":
            return years(begin.year + value % 100, 10, "decade")
        if kind == "md":
            return days(day_of(begin.year, value, high))
        return None

    def _lunar(self, year: int, atom: Atom) -> Interval | None:
        leap = atom.mark == "闰"
        if not atom.value:  # 廿一: of the lunar month that the article's day lies in
            return self._lunar_day_near(atom.high)
        if atom.high:
            return days(lunar_day(year, atom.value, atom.high, leap))
        return lunar_month(year, atom.value, leap)

    def _lunar_day_near(self, number: int) -> Interval | None:
        import lunardate

        if self.day is None:
            return None
        try:
            today = lunardate.LunarDate.from_solar_date(self.day.year, self.day.month, self.day.day)
        except (ValueError, IndexError):
            return None
        return days(lunar_day(today.year, today.month, number, bool(today.is_leap_month)))

    def _days(self, base: Interval, first: int, last: int) -> Interval | None:
        begin = base.begin
        if begin is None or length_in_months(base) != 1:
            return None
        low, high = day_of(begin.year, begin.month, first), day_of(begin.year, begin.month, last)
        if low is None or high is None or high < low:
            return None
        return Interval(low, shift(high, 1), "day")

    def _run(self, base: Interval, atom: Atom) -> Interval | None:
        """今年首10个月, 上月最后五天: units from the beginning or the end of ``base``."""
        begin, until = base.begin, base.until
        if begin is None or until is None or not 0 < atom.value < 1000:
            return None
        forward = atom.kind == "first"
        if atom.word in ("M", "Q", "FQ"):
            count = atom.value * (1 if atom.word == "M" else 3)
            first = begin if forward else month_start(until.year, until.month - count)
            return months(first.year, first.month, count, "month" if atom.word == "M" else "quarter") if first else None
        if atom.word == "W":
            monday = shift(begin, -begin.weekday() % 7)
            if not forward:
                monday = shift(until, -until.weekday() - 7 * atom.value)
            return days(monday, 7 * atom.value, "week")
        if atom.word == "D":
            return days(begin if forward else shift(until, -atom.value), atom.value)
        if atom.word == "Y":
            return years(begin.year if forward else until.year - atom.value, atom.value)
        return None

    def _nth(self, base: Interval, atom: Atom) -> Interval | None:
        begin = base.begin
        if begin is None or not 0 < atom.value < 1000:
            return None
        if atom.word == "M":
            return months(begin.year, begin.month + atom.value - 1, 1, "month")
        if atom.word == "Q":
            return months(begin.year, begin.month + 3 * (atom.value - 1), 3, "quarter")
        if atom.word == "W":
            return days(shift(begin, -begin.weekday() % 7 + 7 * (atom.value - 1)), 7, "week")
        if atom.word == "D":
            return days(shift(begin, atom.value - 1))
        return None

    def _nth_weekday(self, base: Interval, which: int, weekday: int) -> Interval | None:
        if base.begin is None or base.until is None:
            return None
        if which == -1:
            last = shift(base.until, -1)
            return days(shift(last, -((last.weekday() - weekday) % 7))) if last else None
        return days(shift(base.begin, (weekday - base.begin.weekday()) % 7 + 7 * (which - 1)))

    def _fiscal_part(self, calendar: FiscalCalendar, year: int, atom: Atom) -> Interval | None:
        if atom.kind == "fhalf":
            return calendar.half(year, atom.value)
        if atom.kind == "first":
            return calendar.quarters(year, 1, atom.value)
        return calendar.quarters(year, atom.value, atom.high or atom.value)
