"""From phrases to days: dates against the article's day, the period in force and the company's fiscal calendar.

What cannot be resolved stays without days. Phrases are resolved in text order, because each can set the period in force.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import NamedTuple

from claimx.extract.fiscal import CALENDAR_YEAR, Companies, FiscalCalendar
from claimx.extract.time_atoms import Atom
from claimx.extract.time_calendar import (
    Interval,
    add_months,
    day_of,
    days,
    festival,
    iso_duration,
    length_in_months,
    lunar_day,
    lunar_month,
    month_start,
    months,
    move,
    moved_by,
    part,
    season,
    shift,
    week,
    years,
)
from claimx.extract.time_parse import Phrase, context
from claimx.model import Grain, Mention

_FAR = 6  # months ahead of the article from which a bare month is that of the year before
_FAR_QUARTER = 3  # the same for quarters and halves, which are spoken of when they are over
_BEHIND = 8  # months behind from which a coming month is that of the next year
_NOWADAYS = 2020  # years of two digits count up to ten years after it
_FRESH = 60  # days after a quarter in which 下一季度 is the one that follows it
_APART = 400  # code points beyond which two times have nothing to do with one another
_STALE = 140  # days for which the quarter reported last is 本季度
_SAME = ("period", "same_month", "same_quarter")


class Resolved(NamedTuple):
    """Days and grain of a date, or the ISO value of a duration or repetition."""

    interval: Interval | None = None
    value: str | None = None
    grain: Grain | None = None


class Resolver:
    """Resolves the phrases of one text in order."""

    def __init__(self, folded: str, day: datetime.date | None, mentions: Sequence[Mention], whole: bool) -> None:
        self.folded = folded
        self.day = day
        self.whole = whole
        self.companies = Companies(folded, mentions)
        self.force: Interval | None = None  # the last date spoken of
        self.force_end = 0
        self.period: Interval | None = None  # the last one of a month or longer
        self.reported: Interval | None = None  # the last quarter named as a fiscal one
        self.last_day: datetime.date | None = None
        self.told: tuple[int, int] | None = None  # a year stated in full, and where
        self.position = 0
        self.future = False

    # --- phrases

    def resolve(self, phrase: Phrase) -> Resolved:
        """The days or value of ``phrase``; dates become what later words refer to."""
        self.position = phrase.start
        if phrase.kind == "duration":
            value = iso_duration(list(phrase.parts))
            return Resolved(None, value, _grain_of(phrase.parts))
        if phrase.kind == "set":
            atom = phrase.atoms[0]
            value = f"R/{atom.word}" if atom.kind == "set" else None
            if value is None:
                iso = iso_duration(list(phrase.parts))
                value = f"R/{iso}" if iso else None
            return Resolved(None, value, _grain_of(phrase.parts) if phrase.parts else _GRAINS_BY_ISO.get(atom.word[-1:], "day"))
        self.future = self._looks_ahead(phrase)
        if phrase.kind == "moved":
            interval = self._moved(phrase)
        elif phrase.kind == "span_end":
            interval = self._until(phrase)
        elif phrase.kind == "range":
            interval = self._range(phrase)
        else:
            interval = self.chain(phrase.atoms)
        if interval is not None and interval.begin and interval.until and interval.begin >= interval.until:
            interval = None
        if interval is not None:
            self._remember(phrase, interval)
        return Resolved(interval, None, interval.grain if interval else _grain_of_atoms(phrase.atoms))

    def _looks_ahead(self, phrase: Phrase) -> bool:
        left = max(self.folded.rfind(mark, max(0, phrase.start - 16), phrase.start) for mark in "。;\n")
        before = self.folded[max(left + 1, phrase.start - 16, 0) : phrase.start]
        after = self.folded[phrase.end : phrase.end + 14]
        for mark in "。;\n":
            after = after.partition(mark)[0]
        return context().future.search(before) is not None or context().future.search(after) is not None

    def _remember(self, phrase: Phrase, interval: Interval) -> None:
        first = phrase.atoms[0] if phrase.atoms else None
        if first is not None and first.kind in ("period", "period_begin", "period_end"):
            return
        shifted = first is not None and first.kind in ("year_rel", "year_prev") and any(one.kind in _SAME for one in phrase.atoms)
        if shifted:
            return
        if self._compared(phrase.start):
            return
        self.force, self.force_end = interval, phrase.end
        if interval.begin is None:
            return
        passed = self.day is None or interval.begin <= self.day
        if interval.grain in ("day", "hour", "minute"):
            if passed and interval.until == shift(interval.begin, 1):  # 当日 is no day that has yet to come
                self.last_day = interval.begin
        elif interval.grain != "week" and passed and first is not None and first.kind != "year_prev":
            past = first.kind == "year_rel" and first.value < 0
            if self.period and move(self.period, -12) == interval:
                return  # a year earlier: only compared with
            if not (past and self.reported and self.reported.begin and self.reported.begin > interval.begin):
                self.period = interval
        if any(atom.kind in ("year", "fyear", "date", "roc", "yy", "bare", "years", "ym") or (atom.kind.startswith("latin") and atom.word) for atom in phrase.atoms):
            last = shift(interval.until, -1) if interval.until else None
            self.told = (last.year if last else interval.begin.year, phrase.start)
        if length_in_months(interval) == 3 and phrase.atoms[-1].kind not in ("quarter_rel", "season"):
            self.reported = interval

    def _compared(self, position: int) -> bool:
        """Whether what stands there is only compared with: 较2023年, 比上季, 自2020年."""
        return self.folded[max(0, position - 2) : position].rstrip().endswith(context().compared)

    def _moved(self, phrase: Phrase) -> Interval | None:
        day = self.day
        if phrase.sign > 0 and self.force and self.force.begin and not self.whole:
            later = moved_by(self.force.begin, list(phrase.parts), 1)
            if day is None or (later and later.begin and later.begin <= day and self.force.begin < day):
                day = self.force.begin
        if day is None:
            return None
        if phrase.sign < 0 and list(phrase.parts) == [(1, "Y")] and not phrase.atoms and not self.whole:
            if self._compared(phrase.start) and self.period and length_in_months(self.period) <= 6:
                return move(self.period, -12)
            return months(day.year - 1, day.month, 1, "month")
        found = moved_by(day, list(phrase.parts), phrase.sign)
        if found is None or not phrase.atoms:
            return found
        base = years(found.begin.year) if found.begin else None
        return self.chain(phrase.atoms, base)

    def _until(self, phrase: Phrase) -> Interval | None:
        """截至6月底止三个月: the months that end with that day or month."""
        stop = self.chain(phrase.atoms)
        if stop is None or stop.until is None:
            return None
        size = sum(int(number * {"Y": 12, "Q": 3, "M": 1}.get(unit, 0)) for number, unit in phrase.parts)
        until = stop.until
        if size:
            if until.day != 1:
                return Interval(add_months(until, -size), until, "month")
            begin = month_start(until.year, until.month - size)
            grain: Grain = {3: "quarter", 6: "half", 12: "year"}.get(size, "month")  # type: ignore[assignment]
            return Interval(begin, until, grain) if begin else None
        count = sum(int(number * {"W": 7, "D": 1}.get(unit, 0)) for number, unit in phrase.parts)
        return Interval(shift(until, -count), until, "day") if count else None

    def _range(self, phrase: Phrase) -> Interval | None:
        first = self.chain(phrase.atoms)
        if first is None or first.begin is None:
            return None
        if not phrase.to:
            until = shift(self.day, 1) if self.day else None
            return Interval(first.begin, until, first.grain) if until and until > first.begin else None
        base = self._shared(phrase.atoms, phrase.to, first)
        second = self.chain(phrase.to, base)
        if second is None or second.until is None:
            return None
        if second.until <= first.begin and not _has_year(phrase.to):
            later = move(second, 12 if _level_kind(phrase.to[0]) != "day" else 1)
            second = later if later else second
        if second.until is None or second.until <= first.begin:
            return None
        return Interval(first.begin, second.until, second.grain if second.grain == first.grain else "day" if "day" in (first.grain, second.grain) else second.grain)

    def _shared(self, atoms: Sequence[Atom], to: Sequence[Atom], first: Interval) -> Interval | None:
        """What the end of a range takes from its beginning: its month for a day, its year for the rest."""
        if first.begin is None or _has_year(to) or to[0].kind.endswith(("_rel", "date")):
            return None
        kind = to[0].kind
        if kind in ("day", "days"):
            return months(first.begin.year, first.begin.month, 1, "month")
        if kind in ("clock", "daypart", "daypart_short"):
            return first
        if kind in ("weekday",) and not to[0].mark:
            return week(first.begin)
        if kind in ("month", "months", "quarter", "quarters", "half", "season", "holiday", "lunar"):
            return years(first.begin.year)
        return None

    # --- chains of atoms

    def chain(self, atoms: Sequence[Atom], base: Interval | None = None) -> Interval | None:
        """The days of a chain, each atom narrowing what those before it say."""
        interval = base
        started = base is not None
        for number, atom in enumerate(atoms):
            following = atoms[number + 1] if number + 1 < len(atoms) else None
            if number and interval is not None and atom.kind in _SAME:
                interval = self._same_period(interval, atoms[number - 1], atom.kind)
                continue
            interval = self.refine(interval, atom) if started and interval is not None else self.first(atom, following)
            if interval is None:
                return None
            started = True
        return interval

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
        if kind in ("quarter", "quarters", "half", "month", "months", "latin_q", "latin_h", "latin_m", "fquarter", "fquarters", "fhalf", "season", "holiday", "lunar", "school", "first", "endquarter", "md", "nth", "nth_weekday"):
            if atom.word.isdigit() and kind.startswith("latin"):
                return self._latin(atom)
            if kind in ("first",) and atom.word in ("D", "W", "Y", "M") and not (atom.word == "M" and not (self.whole and atom.mark == "前")):
                return self._trailing(atom)
            if kind in ("fquarter", "fquarters", "fhalf", "first") and (kind != "first" or atom.word == "FQ"):
                return self._fiscal(atom)
            if kind == "nth" and atom.word == "Y":
                return None
            year = self._implied_year(atom)
            base = years(year) if year else None
            if base is None or kind == "first" and base is None:
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

    def _century(self, two: int) -> int:
        year = 2000 + two
        return year - 100 if year > max(self.day.year if self.day else 0, _NOWADAYS) + 10 else year

    # relative to the article's day

    def _first_year_rel(self, atom: Atom) -> Interval | None:
        return years(self.day.year + atom.value) if self.day else None

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
        """全年: the year in force unless that has yet to come."""
        year = self._year_in_force()
        if year and self.day and (year > self.day.year or (self.future and year == self.day.year - 1 and self.day.month > 4)):
            year = self.day.year
        return years(year) if year else None

    def _year_in_force(self) -> int | None:
        if self.force and self.force.begin:
            return self.force.begin.year
        return self.day.year if self.day else None

    def _first_year_part(self, atom: Atom) -> Interval | None:
        year = self.day.year if self.day else None
        told = self._told_here()
        if told is not None:
            year = told
        elif year and self.day and self.day.month <= 4 and not self.future and self.period and self.period.begin and atom.word != "early":
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
            if atom.value < 0 and self._compared(self.position):
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
        return calendar.year(calendar.label_at(self.day) + atom.value)

    def _first_fyear(self, atom: Atom) -> Interval | None:
        calendar = self.companies.calendar(self.position)
        if atom.high:
            return calendar.year(atom.value if calendar.first_names else atom.high) if atom.high == atom.value + 1 else self._fyears(calendar, atom)
        return calendar.year(atom.value)

    def _fyears(self, calendar: FiscalCalendar, atom: Atom) -> Interval | None:
        first, last = calendar.year(atom.value), calendar.year(atom.high)
        return Interval(first.begin, last.until, "year") if first and last else None

    def _first_month_rel(self, atom: Atom) -> Interval | None:
        if self.day is None:
            return None
        found = months(self.day.year, self.day.month + atom.value, 1, "month")
        if atom.value == -1 and self._compared(self.position) and self.period == found and found:
            return move(found, -1)  # 8月……比上月: the month before the one spoken of
        return found

    def _first_month_ctx(self, atom: Atom) -> Interval | None:
        base = self.force if self.force and self.force.begin else None
        begin = base.begin if base else self.day
        return months(begin.year, begin.month + atom.value, 1, "month") if begin else None

    def _first_month_part(self, atom: Atom) -> Interval | None:
        base = self._month_in_force()
        return part(base, atom.word) if base else None

    def _first_month_half(self, atom: Atom) -> Interval | None:
        base = self._month_in_force()
        return self.refine(base, atom) if base else None

    def _month_in_force(self) -> Interval | None:
        if self.force and length_in_months(self.force) == 1 and not self.whole:
            return self.force
        return months(self.day.year, self.day.month, 1, "month") if self.day else None

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
            return days(shift(self.day, (atom.value - self.day.weekday() - (1 if self.whole else 0)) % 7 + (1 if self.whole else 0)))
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
        if self.last_day and not self._newline_since() and not any(mark in self.folded[self.force_end : self.position] for mark in "。;"):
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

    def _month_of_day(self, number: int) -> Interval | None:
        if self.last_day and not self.whole and not self.future and self.position - self.force_end < 200 and self.day:
            near = months(self.last_day.year, self.last_day.month, 1, "month")
            if near and self.last_day <= self.day and (self.last_day.year, self.last_day.month) != (self.day.year, self.day.month) and not self._newline_since():
                return near
        if self.day is None:
            return months(self.last_day.year, self.last_day.month, 1, "month") if self.last_day else None
        behind = number > self.day.day + 7 and not self.future and not self.whole
        return months(self.day.year, self.day.month - behind, 1, "month")

    def _newline_since(self) -> bool:
        return self.position - self.force_end > _APART or self.folded.find("\n", self.force_end, self.position) >= 0

    def _first_trailing(self, atom: Atom) -> Interval | None:
        return self._trailing(atom)

    def _first_coming(self, atom: Atom) -> Interval | None:
        return self._trailing(atom, 1)

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

    # --- the year that a bare month or quarter lies in

    def _told_here(self) -> int | None:
        """The year stated last, while its sentence lasts."""
        if self.told is None:
            return None
        year, where = self.told
        if self.day is None:
            return year
        between = self.folded[where : min(self.position, where + _APART)]
        if self.position - where > _APART or any(mark in between for mark in "。;!?\n"):
            return None
        return year

    def _implied_year(self, atom: Atom) -> int | None:
        told = self._told_here()
        day = self.day
        if day is None:
            return told or (self.force.begin.year if self.force and self.force.begin else None)
        if told is not None and told < day.year and not self.whole:
            return told
        if self.whole:
            return day.year
        ahead = self._opening_month(atom) - day.month
        if self.future:
            if self.force and self.force.begin and self.force.begin.year == day.year + 1 and ahead < 0 and not self._newline_since():
                return day.year + 1
            return day.year + 1 if ahead < -_BEHIND else day.year - 1 if ahead > _BEHIND else day.year
        limit = _FAR if atom.kind in ("month", "months", "md", "holiday", "season", "lunar") else _FAR_QUARTER
        return day.year - 1 if ahead >= limit else day.year

    def _opening_month(self, atom: Atom) -> int:
        if atom.kind in ("month", "months", "endquarter", "lunar"):
            return atom.value or 1
        if atom.kind == "md":
            return atom.value
        if atom.kind in ("quarter", "quarters", "latin_q", "fquarter", "fquarters"):
            return 3 * (atom.high or atom.value) - 2
        if atom.kind in ("half", "latin_h"):
            return 6 * atom.value - 5
        if atom.kind == "season":
            return 3 * atom.value
        if atom.kind == "first":
            return atom.value * (3 if atom.word == "Q" else 1)
        if atom.kind == "latin_m":
            return atom.value
        if atom.kind == "holiday" and self.day:
            found = festival(atom.word, self.day.year)
            return found.begin.month if found and found.begin else 1
        return 1

    # --- fiscal quarters without a year

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
            elif found.begin <= day and (found.until <= day or atom.kind == "fhalf" or True):
                if found.until <= day or (day - found.begin).days > 75 or year == label - 1:
                    return found
        return None

    def _fiscal_part(self, calendar: FiscalCalendar, year: int, atom: Atom) -> Interval | None:
        if atom.kind == "fhalf":
            return calendar.half(year, atom.value)
        if atom.kind == "first":
            return calendar.quarters(year, 1, atom.value)
        return calendar.quarters(year, atom.value, atom.high or atom.value)

    # --- narrowing

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
            if size == 12 and begin.month == 1 or size != 12:
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
        if kind in ("date", "ym"):
            return self.first(atom)
        return None

    def _same_period(self, base: Interval, atom: Atom, kind: str) -> Interval | None:
        """去年同期, 上年同月: the period in force, as many years off as ``atom`` says."""
        period = self.period
        if kind == "same_month":
            period = self._first_month_ctx(atom._replace(value=0))
        elif kind == "same_quarter":
            period = self._first_quarter_ctx(atom._replace(value=0))
        if period is None or period.begin is None or base.begin is None:
            return None
        if atom.kind in ("year_rel", "year_prev", "year_ctx"):
            return move(period, 12 * atom.value)
        return move(period, 12 * (base.begin.year - period.begin.year))

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
            today = lunardate.LunarDate.fromSolarDate(self.day.year, self.day.month, self.day.day)
        except (ValueError, IndexError):
            return None
        return days(lunar_day(today.year, today.month, number, bool(today.isLeapMonth)))

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


_GRAINS: dict[str, Grain] = {"Y": "year", "M": "month", "Q": "quarter", "W": "week", "D": "day", "TH": "hour", "TM": "minute", "T15": "minute", "TS": "second", "C": "century"}
_GRAINS_BY_ISO: dict[str, Grain] = {"Y": "year", "M": "month", "W": "week", "D": "day", "H": "hour", "S": "second"}


def _grain_of(parts: Sequence[tuple[object, str]]) -> Grain | None:
    return _GRAINS.get(parts[-1][1]) if parts else None


_ATOM_GRAINS: tuple[tuple[str, Grain], ...] = (
    ("day", "day"), ("date", "day"), ("md", "day"), ("clock", "day"), ("holiday", "day"), ("lunar", "day"), ("week", "week"),
    ("month", "month"), ("ym", "month"), ("quarter", "quarter"), ("latin_q", "quarter"), ("season", "quarter"), ("half", "half"),
    ("latin_h", "half"), ("decade", "decade"), ("century", "century"), ("year", "year"), ("fyear", "year"),
)  # fmt: skip


def _grain_of_atoms(atoms: Sequence[Atom]) -> Grain:
    """The grain of what has no days."""
    for atom in reversed(atoms):
        for name, grain in _ATOM_GRAINS:
            if name in atom.kind:
                return grain
    return "month" if atoms and atoms[0].kind.startswith("period") else "year"


def _has_year(atoms: Sequence[Atom]) -> bool:
    return any(atom.kind in ("year", "years", "yy", "roc", "bare", "date", "ym", "fyear", "year_rel", "yyears") or (atom.kind.startswith("latin") and atom.word) for atom in atoms)


def _level_kind(atom: Atom) -> str:
    return "day" if atom.kind in ("day", "days", "date") else "other"


__all__ = ["Resolved", "Resolver"]
