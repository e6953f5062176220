"""Fiscal calendars of companies: which months a company calls its fiscal year, half or quarter.

The last month of each company's year is in the gazetteer; ``lexicon/fiscal.toml`` says who names a year after its first month.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from claimx.extract.time_calendar import Interval, month_start, months
from claimx.lexicon.entities import entities
from claimx.lexicon.loader import read_toml
from claimx.model import Mention


class FiscalCalendar(NamedTuple):
    """``last_month`` closes the year; ``first_names`` where the year bears the number of its first month's year."""

    last_month: int = 12
    first_names: bool = False

    def _first(self, label: int) -> int:
        """Months since year 0 at which the fiscal year ``label`` begins."""
        year = label if self.first_names or self.last_month == 12 else label - 1
        return year * 12 + self.last_month % 12

    def year(self, label: int) -> Interval | None:
        """The fiscal year called ``label``."""
        return months(0, self._first(label) + 1, 12, "year")

    def half(self, label: int, which: int) -> Interval | None:
        """A half of the fiscal year ``label``."""
        return months(0, self._first(label) + 1 + 6 * (which - 1), 6, "half")

    def quarters(self, label: int, first: int, last: int) -> Interval | None:
        """Fiscal quarters ``first`` to ``last`` of the year ``label``."""
        return months(0, self._first(label) + 1 + 3 * (first - 1), 3 * (last - first + 1), "quarter")

    def label_at(self, day: date) -> int:
        """The number of the fiscal year that holds ``day``."""
        index = day.year * 12 + day.month - 1
        for label in range(day.year - 1, day.year + 2):
            if self._first(label) <= index < self._first(label) + 12:
                return label
        return day.year

    def quarter_at(self, day: date, offset: int) -> Interval | None:
        """The quarter of this calendar that holds ``day``, moved by ``offset`` quarters."""
        index = day.year * 12 + day.month - 1
        phase = self.last_month % 3
        first = (index - phase) // 3 * 3 + phase + 3 * offset
        return months(0, first + 1, 3, "quarter") if month_start(0, first + 1) else None


_PARAGRAPH = 1000  # code points that a company named at the beginning of a paragraph holds for
_SPRING = (2, 3)
CALENDAR_YEAR = FiscalCalendar()


@lru_cache(maxsize=1)
def _first_named() -> tuple[frozenset[str], frozenset[str]]:
    table = read_toml("fiscal.toml")["first_month_names_year"]
    return frozenset(table["ids"].split()), frozenset(table["currencies"].split())


@lru_cache(maxsize=4096)
def calendar_of(identifier: str | None) -> FiscalCalendar:
    """The fiscal calendar of a company of the gazetteer; the calendar year for everything else."""
    entity = entities().get(identifier) if identifier else None
    if entity is None or entity.fiscal_year_end == 12:
        return CALENDAR_YEAR
    ids, currencies = _first_named()
    spring = entity.fiscal_year_end in _SPRING and (entity.currency or "") in currencies
    return FiscalCalendar(entity.fiscal_year_end, entity.id in ids or spring)


class Companies:
    """Whose calendar holds at a place of the text: that of the nearest company before it, else of the main one."""

    def __init__(self, folded: str, mentions: Sequence[Mention]) -> None:
        self._folded = folded
        self._named = [
            one for one in mentions if one.kind in ("organization", "segment") and one.id and one.id in entities()
        ]
        self._starts = [one.start for one in self._named]
        counts = Counter(one.id for one in self._named)
        self._main = counts.most_common(1)[0][0] if counts else None

    def calendar(self, position: int) -> FiscalCalendar:
        """The calendar at ``position``."""
        index = bisect_right(self._starts, position)
        line = self._folded.rfind("\n", max(0, position - _PARAGRAPH), position)
        for one in reversed(self._named[max(0, index - 4) : index]):
            if one.start > line and calendar_of(one.id) != CALENDAR_YEAR:
                return calendar_of(one.id)
        if index and self._named[index - 1].start > line:
            return calendar_of(self._named[index - 1].id)
        if index < len(self._named) and self._named[index].start - position < 12:
            return calendar_of(self._named[index].id)
        return calendar_of(self._main)
