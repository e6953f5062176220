"""What a text has said about time so far, and the year, month or quarter that follows from it for what it leaves out."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from claimx.extract.fiscal import Companies
from claimx.extract.time_atoms import Atom
from claimx.extract.time_calendar import (
    Interval,
    festival,
    length_in_months,
    months,
    move,
    shift,
)
from claimx.extract.time_phrases import SAME, Phrase, context
from claimx.model import Mention

_FAR = 6  # months ahead of the article from which a bare month is that of the year before
_FAR_QUARTER = 3  # the same for quarters and halves, which are spoken of when they are over
_BEHIND = 8  # months behind from which a coming month is that of the next year
_NOWADAYS = 2020  # years of two digits count up to ten years after it
_LONG_AGO = 2  # years after which a year that is named is history, not the period reported on
_APART = 400  # code points beyond which two times have nothing to do with one another


class Discourse:
    """The state of one text while its times are resolved in order."""

    def __init__(self, folded: str, day: datetime.date | None, mentions: Sequence[Mention], whole: bool) -> None:
        self.folded = folded
        self.day = day
        self.whole = whole
        self.companies = Companies(folded, mentions)
        self.force: Interval | None = None  # the last date spoken of
        self.force_end = 0
        self.period: Interval | None = None  # the last one of a month or longer
        self.month: Interval | None = None  # the last month
        self.compared_end = -_APART  # where an earlier period was last named for comparison
        self.reported_end = 0
        self.reported: Interval | None = None  # the last quarter named as a fiscal one
        self.last_day: datetime.date | None = None
        self.told: tuple[int, int] | None = None  # a year stated in full, and where
        self.position = 0
        self.future = False

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
        shifted = (
            first is not None
            and first.kind in ("year_rel", "year_prev")
            and any(one.kind in SAME for one in phrase.atoms)
        )
        if shifted or (phrase.kind == "moved" and phrase.sign < 0):
            self.compared_end = phrase.end
        compared = self._compared(phrase.start)
        if compared and self.folded.endswith(context().since, 0, phrase.start):
            self.force, self.force_end = interval, phrase.end
        before = first is not None and first.kind in ("month_rel", "quarter_rel") and first.value < 0
        if (
            shifted
            or compared
            or (before and self._set_against(phrase.end))
            or self.folded.startswith("以来", phrase.end)
        ):
            return
        if length_in_months(interval) == 1:
            self.month = interval
        self.force, self.force_end = interval, phrase.end
        if interval.begin is None:
            return
        passed = self.day is None or interval.begin <= self.day
        if interval.grain in ("day", "hour", "minute"):
            if passed and self.period is None and phrase.atoms and phrase.atoms[-1].kind == "part":
                self.period = interval  # 截至6月底: what 去年同期 then goes back from
            if passed and interval.until == shift(interval.begin, 1):  # 当日 is no day that has yet to come
                self.last_day = interval.begin
        elif interval.grain != "week" and passed and first is not None and first.kind != "year_prev":
            if (
                self.period
                and self.day
                and interval.grain == "year"
                and interval.begin.year < self.day.year - _LONG_AGO
            ):
                return
            past = first.kind == "year_rel" and first.value < 0
            if self.reported and interval.until == self.reported.begin and first.kind == "quarter_rel":
                return  # the quarter before the one reported
            if self.period and move(self.period, -12) == interval:
                return  # a year earlier: only compared with
            if not (past and self.reported and self.reported.begin and self.reported.begin > interval.begin):
                self.period = interval
        if any(
            atom.kind in ("year", "fyear", "date", "roc", "yy", "bare", "years", "ym")
            or (atom.kind.startswith("latin") and atom.word)
            for atom in phrase.atoms
        ):
            last = shift(interval.until, -1) if interval.until else None
            self.told = (last.year if last else interval.begin.year, phrase.start)
        if length_in_months(interval) == 3 and phrase.atoms and phrase.atoms[-1].kind not in ("quarter_rel", "season"):
            self.reported, self.reported_end = interval, phrase.end

    def _compared(self, position: int) -> bool:
        """Whether what stands there is only compared with: 较2023年, 比上季, 自2020年."""
        return self.folded[max(0, position - 2) : position].rstrip().endswith(context().compared)

    def _set_against(self, end: int) -> bool:
        """Whether the period from the position to ``end`` is there only to compare with: 较上月, 上季为25.8%."""
        return self._compared(self.position) or self.folded.startswith(("为", "是"), end)

    def _newline_since(self) -> bool:
        return self.position - self.force_end > _APART or self.folded.find("\n", self.force_end, self.position) >= 0

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
            if (
                self.force
                and self.force.begin
                and self.force.begin.year == day.year + 1
                and ahead < (0 if "quarter" not in atom.kind else -_FAR_QUARTER)
                and not self._newline_since()
            ):
                return day.year + 1
            return day.year + 1 if ahead < -_BEHIND else day.year - 1 if ahead > _BEHIND else day.year
        if atom.kind == "holiday" and ahead < -_BEHIND:
            return day.year + 1
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

    def _year_in_force(self) -> int | None:
        if self.force and self.force.begin:
            return self.force.begin.year
        return self.day.year if self.day else None

    def _month_in_force(self) -> Interval | None:
        if self.force and length_in_months(self.force) == 1 and not self.whole:
            return self.force
        return months(self.day.year, self.day.month, 1, "month") if self.day else None

    def _month_of_day(self, number: int) -> Interval | None:
        if self.last_day and not self.whole and not self.future and self.position - self.force_end < 200 and self.day:
            near = months(self.last_day.year, self.last_day.month, 1, "month")
            if (
                near
                and self.last_day <= self.day
                and (self.last_day.year, self.last_day.month) != (self.day.year, self.day.month)
                and not self._newline_since()
            ):
                return near
        if self.day is None:
            return months(self.last_day.year, self.last_day.month, 1, "month") if self.last_day else None
        behind = number > self.day.day + 7 and not self.future and not self.whole
        return months(self.day.year, self.day.month - behind, 1, "month")

    def _century(self, two: int) -> int:
        year = 2000 + two
        return year - 100 if year > max(self.day.year if self.day else 0, _NOWADAYS) + 10 else year
