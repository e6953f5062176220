"""The day an article speaks from, read from its own text: a date line, a byline, or the first full date. Never the clock."""

from __future__ import annotations

import datetime
import re

from claimx.source.text import Text

_HEAD = 1500  # code points at the beginning in which a full date dates the article
_FULL = re.compile(
    r"(?<![0-9])(20[0-9]{2}|19[0-9]{2}) {0,2}(?:年|[-/.]) {0,2}([01]?[0-9]) {0,2}(?:月|[-/.]) {0,2}([0-3]?[0-9])(?![0-9])"
)
# Taiwanese bylines end with the day in the years of the Republic: 】1141114 or (編輯:…)1141114
_REPUBLIC = re.compile(r"[)\]】 ]? ?(?<![0-9])(1[0-9]{2})(0[1-9]|1[0-2])([0-3][0-9])(?![0-9])")
_REPUBLIC_START = 1911


def find_reference_date(source: Text) -> datetime.date | None:
    """The day that ``source`` states as its own, or None. Never raises."""
    folded = source.folded
    for match in _FULL.finditer(folded, 0, _HEAD):
        day = _day(int(match[1]), int(match[2]), int(match[3]))
        if day:
            return day
    for match in _REPUBLIC.finditer(folded):
        day = _day(int(match[1]) + _REPUBLIC_START, int(match[2]), int(match[3]))
        if day:
            return day
    for match in _FULL.finditer(folded, _HEAD):
        day = _day(int(match[1]), int(match[2]), int(match[3]))
        if day:
            return day
    return None


def _day(year: int, month: int, day: int) -> datetime.date | None:
    try:
        return datetime.date(year, month, day)
    except ValueError:
        return None
