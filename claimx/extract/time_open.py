"""Openings: the days of an atom that begins a date, from the article's day and what has been said."""

from __future__ import annotations

from claimx.extract.fiscal import CALENDAR_YEAR, FiscalCalendar
from claimx.extract.time_atoms import Atom
from claimx.extract.time_calendar import (
    Interval,
    day_of,
    days,
    length_in_months,
    month_start,
    months,
    move,
    part,
    season,
    shift,
    week,
    years,
)
from claimx.extract.time_narrow import Narrower
from claimx.extract.time_phrases import context

_STALE = 140  # days for which the quarter reported last is 本季度
_ALMOST = 75  # days after which a fiscal quarter may be spoken of as over
_LATELY = 75  # days after a month in which 上月 may be set against it
_CLAUSE = 20  # code points within which 上季 is compared with as well
_PAGE = 600  # code points for which a month stays the one spoken of
_REPORTING = 4  # until April the year that has ended is the one reported on
_SENTENCE = 80  # code points; 第二季……上季 in one sentence are two quarters
_FRESH = 60  # days after a quarter in which 下一季度 is the one that follows it


class Opener(Narrower):
    """Narrower with the meaning of an atom that nothing stands before."""

    def first(self, atom: Atom, following: Atom | None = None) -> Interval | None:
        """The days of an atom that begins a date."""
        handler = getattr(self, f"_first_{atom.kind}", None)
        if handler is not None:
            found: Interval | None = handler(atom)
            return found
        kind, day = atom.kind, self.day
        if kind in ("year", "bare"):
            return None if atom.mark == "bc" else years(atom.value)
        if kind == "plan":
            whole = years(atom.value, 5)
            if not atom.word:
                return whole
            return part(whole, atom.word) if whole else None
        if kind in ("years",):
            return years(atom.value, atom.high - atom.value + 1) if atom.high >= atom.value else None
        if kind == "yyears":
            return years(2000 + atom.value, atom.high - atom.value + 1)
        if kind == "yy":
            return years(self._century(atom.value))
        if kind == "roc":
            return years(atom.value + 1911)
        if kind == "century":
            return years((atom.value - 1) * 100, 100, "century") if atom.value > 1 else None
        if kind == "decade":
            value = atom.value if atom.value >= 1000 else atom.value + (1900 if atom.value > 30 else 2000)
            return years(value, 10, "decade")
        if day is None and kind.endswith("_rel"):
            return None
        if kind == "year_to_date":
            return Interval(day_of(day.year, 1, 1), shift(day, 1), "year") if day else None
        if kind in (
            "quarter",
            "quarters",
            "half",
            "month",
            "months",
            "latin_q",
            "latin_h",
            "latin_m",
            "fquarter",
            "fquarters",
            "fhalf",
            "season",
            "holiday",
            "lunar",
            "school",
            "first",
            "endquarter",
            "md",
            "nth",
            "nth_weekday",
        ):
            if atom.word.isdigit() and kind.startswith("latin"):
                return self._latin(atom)
            if (
                kind in ("first",)
                and atom.word in ("D", "W", "Y", "M")
                and not (atom.word == "M" and not (self.whole and atom.mark == "前"))
            ):
                return self._trailing(atom)
            if kind in ("fquarter", "fquarters", "fhalf", "first") and (kind != "first" or atom.word == "FQ"):
                return self._fiscal(atom)
            if kind == "nth" and atom.word == "Y":
                return None
            year = self._implied_year(atom)
            base = years(year) if year else None
            if base is None or (kind == "first" and base is None):
                return None
            return self.refine(base, atom)
        return None

    def _latin(self, atom: Atom) -> Interval | None:
        year = int(atom.word)
        if atom.mark == "FY":
            calendar = self.companies.calendar(self.position)
            if atom.kind == "latin_q":
                return calendar.quarters(year, atom.value, atom.high or atom.value)
            return calendar.half(year, atom.value)
        base = years(year)
        return self.refine(base, atom._replace(word="")) if base else None

    def _fyears(self, calendar: FiscalCalendar, atom: Atom) -> Interval | None:
        first, last = calendar.year(atom.value), calendar.year(atom.high)
        return Interval(first.begin, last.until, "year") if first and last else None

    def _trailing(self, atom: Atom, sign: int = -1) -> Interval | None:
        """前两天, 上两周: the whole units right before the present one."""
        if self.day is None or not 0 < atom.value < 1000:
            return None
        day, count = self.day, atom.value
        if atom.word == "Y":
            return years(day.year - count, count) if sign < 0 else years(day.year + 1, count)
        if atom.word in ("M", "Q"):
            size = count * (3 if atom.word == "Q" else 1)
            first = day.month if atom.word == "M" else (day.month - 1) // 3 * 3 + 1
            return months(day.year, first - size if sign < 0 else first + size // count, size, "month")
        if atom.word == "W":
            return week(day, -count if sign < 0 else 1, count)
        if atom.word == "D":
            return days(shift(day, -count if sign < 0 else 1), count)
        return None

    def _fiscal(self, atom: Atom) -> Interval | None:
        """第二财季: of the company's fiscal year in force, else the last one that has ended."""
        calendar = self.companies.calendar(self.position)
        day = self.day
        if day is None:
            if self.force is None or self.force.begin is None:
                return None
            day = self.force.begin
        label = calendar.label_at(day)
        for year in (label + 1, label, label - 1):
            found = self._fiscal_part(calendar, year, atom)
            if found is None or found.until is None or found.begin is None:
                continue
            if self.future:
                if found.begin <= day or (found.begin - day).days < 200:
                    return found
            elif found.begin <= day and (found.until <= day or (day - found.begin).days > _ALMOST or year == label - 1):
                return found
        return None

    def _first_year_rel(self, atom: Atom) -> Interval | None:
        if self.day is None:
            return None
        period = self.period
        if (
            atom.word == "年内"
            and self.day.month <= _REPORTING
            and not self.future
            and period
            and length_in_months(period) == 12
        ):
            return period if period.begin and period.begin.year == self.day.year - 1 else years(self.day.year)
        return years(self.day.year + atom.value)

    def _first_year_prev(self, atom: Atom) -> Interval | None:
        """上年: the year before the one spoken of."""
        year = self._year_in_force()
        return years(year + atom.value) if year else None

    def _first_year_ctx(self, atom: Atom) -> Interval | None:
        year = self._year_in_force()
        return years(year + atom.value) if year else None

    def _first_years_rel(self, atom: Atom) -> Interval | None:
        return years(self.day.year + atom.value, atom.high - atom.value + 1) if self.day else None

    def _first_year_rest(self, atom: Atom) -> Interval | None:
        following = month_start(self.day.year + 1, 1) if self.day else None
        return Interval(self.day, following, "year") if following else None

    def _first_year_whole(self, atom: Atom) -> Interval | None:
        """全年: the year stated in the sentence, else the one in force unless that has yet to come."""
        year = self._year_in_force()
        if year and self.day:
            if self.day.month <= _REPORTING and self.force is None and not self.future:
                year = self.day.year - 1
            elif self.future and year == self.day.year - 1 and self.day.month > _REPORTING:
                year = self.day.year
            year = min(year, self.day.year)
        return years(year) if year else None

    def _first_year_part(self, atom: Atom) -> Interval | None:
        year = self.day.year if self.day else None
        told = self._told_here()
        if told is not None:
            year = told
        elif (
            year
            and self.day
            and self.day.month <= 4
            and not self.future
            and self.period
            and self.period.begin
            and atom.word != "early"
        ):
            year = min(year, self.period.begin.year)  # in a report on the year that has ended
        base = years(year) if year else None
        return part(base, atom.word) if base else None

    def _first_half_rel(self, atom: Atom) -> Interval | None:
        if self.day is None:
            return None
        half = (self.day.month - 1) // 6 + atom.value
        return months(self.day.year, 1 + 6 * half, 6, "half")

    def _first_quarter_rel(self, atom: Atom) -> Interval | None:
        if self.day is None:
            return None
        reported = self.reported
        if reported and reported.until and reported.until <= self.day and (self.day - reported.until).days < _STALE:
            if atom.value == 0 and not self.future and not atom.word.startswith("今"):
                return reported
            after_comparison = (
                self.position - self.compared_end < _CLAUSE
                and "。" not in self.folded[self.compared_end : self.position]
            )
            same_sentence = (
                "财" in atom.word
                and self.position - self.reported_end < _SENTENCE
                and not any(mark in self.folded[self.reported_end : self.position] for mark in "。\n")
            )
            if atom.value < 0 and (self._set_against(atom.end) or after_comparison or same_sentence):
                return move(reported, 3 * atom.value)
            if atom.value > 0 and (self.day - reported.until).days < _FRESH:
                return move(reported, 3 * atom.value)  # what is expected after the quarter just reported
        return self.companies.calendar(self.position).quarter_at(self.day, atom.value)

    def _first_fquarter_rel(self, atom: Atom) -> Interval | None:
        return self._first_quarter_rel(atom)

    def _first_quarter_ctx(self, atom: Atom) -> Interval | None:
        base = self.period if self.period and length_in_months(self.period) == 3 else None
        if base is None and self.force and self.force.begin:
            base = months(self.force.begin.year, (self.force.begin.month - 1) // 3 * 3 + 1, 3, "quarter")
        if base is None and self.day:
            base = CALENDAR_YEAR.quarter_at(self.day, 0)
        return move(base, 3 * atom.value) if base else None

    def _first_fyear_rel(self, atom: Atom) -> Interval | None:
        if self.day is None:
            return None
        calendar = self.companies.calendar(self.position)
        label = calendar.label_at(self.day) + atom.value
        ended = calendar.year(label - 1)
        just = ended is not None and ended.until is not None and (self.day - ended.until).days < _ALMOST
        if just and not self.future and atom.word in ("全财年", "整个财年"):
            return ended
        return calendar.year(label)

    def _first_fyear(self, atom: Atom) -> Interval | None:
        calendar = self.companies.calendar(self.position)
        if atom.high:
            return (
                calendar.year(atom.value if calendar.first_names else atom.high)
                if atom.high == atom.value + 1
                else self._fyears(calendar, atom)
            )
        return calendar.year(atom.value)

    def _first_month_rel(self, atom: Atom) -> Interval | None:
        if self.day is None:
            return None
        told = self.month  # 8月……比上月: the month before the one spoken of
        if (
            atom.value == -1
            and told
            and told.until
            and 0 <= (self.day - told.until).days < _LATELY
            and self._set_against(atom.end)
        ):
            return move(told, -1)
        return months(self.day.year, self.day.month + atom.value, 1, "month")

    def _first_month_ctx(self, atom: Atom) -> Interval | None:
        base = self.month if self.month and self.position - self.force_end < _PAGE else self.force
        begin = base.begin if base and base.begin else self.day
        return months(begin.year, begin.month + atom.value, 1, "month") if begin else None

    def _first_month_part(self, atom: Atom) -> Interval | None:
        base = self._month_in_force()
        return part(base, atom.word) if base else None

    def _first_month_half(self, atom: Atom) -> Interval | None:
        base = self._month_in_force()
        return self.refine(base, atom) if base else None

    def _first_quarter_part(self, atom: Atom) -> Interval | None:
        base = self._first_quarter_ctx(atom._replace(value=0))
        return part(base, atom.word) if base else None

    def _first_week_rel(self, atom: Atom) -> Interval | None:
        return week(self.day, atom.value) if self.day else None

    def _first_week_ctx(self, atom: Atom) -> Interval | None:
        begin = self.last_day or self.day
        return week(begin, atom.value) if begin else None

    def _first_week_half(self, atom: Atom) -> Interval | None:
        base = week(self.day) if self.day else None
        return self.refine(base, atom) if base else None

    def _first_weekend(self, atom: Atom) -> Interval | None:
        base = week(self.day, atom.value) if self.day else None
        return days(shift(base.begin, 5), 2) if base and base.begin else None

    def _first_weekday(self, atom: Atom) -> Interval | None:
        if self.day is None:
            return None
        monday = shift(self.day, -self.day.weekday())
        if monday is None:
            return None
        if atom.mark == "rel":
            return days(shift(monday, 7 * atom.high + atom.value))
        if self.whole or self.folded.endswith(context().coming, 0, self.position):
            return days(
                shift(
                    self.day,
                    (atom.value - self.day.weekday() - (1 if self.whole else 0)) % 7 + (1 if self.whole else 0),
                )
            )
        return days(shift(self.day, -((self.day.weekday() - atom.value) % 7)))

    def _first_day_rel(self, atom: Atom) -> Interval | None:
        return days(shift(self.day, atom.value)) if self.day else None

    def _first_day_ctx(self, atom: Atom) -> Interval | None:
        begin = self.day
        if atom.word == "首日" and self.force and self.force.grain == "day" and not self._newline_since():
            begin = self.force.begin
        elif self.last_day and atom.word not in ("半日", "全日", "首日"):
            begin = self.last_day
        return days(shift(begin, atom.value)) if begin else None

    def _first_daypart(self, atom: Atom) -> Interval | None:
        begin = self.day or self.last_day
        if (
            self.last_day
            and not self._newline_since()
            and not any(mark in self.folded[self.force_end : self.position] for mark in "。;")
        ):
            begin = self.last_day
        return days(begin, 1, "day") if begin else None

    def _first_clock(self, atom: Atom) -> Interval | None:
        return self._first_daypart(atom)

    def _first_same_month(self, atom: Atom) -> Interval | None:
        return self._first_month_ctx(atom._replace(value=0))

    def _first_same_quarter(self, atom: Atom) -> Interval | None:
        return self._first_quarter_ctx(atom._replace(value=0))

    def _first_period(self, atom: Atom) -> Interval | None:
        """同期, 期内: the period in force."""
        return self.period

    def _first_period_begin(self, atom: Atom) -> Interval | None:
        base = self.period or (years(self.day.year) if self.day else None)
        return days(base.begin) if base and base.begin else None

    def _first_period_end(self, atom: Atom) -> Interval | None:
        base = self.period
        return part(base, "late") if base else None

    def _first_season_rel(self, atom: Atom) -> Interval | None:
        return season(self.day.year + atom.value, atom.high) if self.day else None

    def _first_interim(self, atom: Atom) -> Interval | None:
        """中期业绩: the first half of the company's fiscal year that ended last."""
        calendar, day = self.companies.calendar(self.position), self.day
        if day is None:
            return None
        label = calendar.label_at(day)
        for year in (label, label - 1):
            found = calendar.half(year, 1)
            if found and found.until and found.until <= day:
                return found
        return None

    def _first_century_rel(self, atom: Atom) -> Interval | None:
        return years(self.day.year // 100 * 100 + 100 * atom.value, 100, "century") if self.day else None

    def _first_date(self, atom: Atom) -> Interval | None:
        return days(day_of(atom.value, atom.high // 100, atom.high % 100))

    def _first_ym(self, atom: Atom) -> Interval | None:
        return months(atom.value, atom.high, 1, "month")

    def _first_day(self, atom: Atom) -> Interval | None:
        base = self._month_of_day(atom.high or atom.value)
        return self.refine(base, atom) if base else None

    _first_days = _first_day

    def _first_trailing(self, atom: Atom) -> Interval | None:
        return self._trailing(atom)

    def _first_coming(self, atom: Atom) -> Interval | None:
        return self._trailing(atom, 1)
