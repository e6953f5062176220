"""Rows of values: `分别为12%及8%`, `0.9/1.3/1.8元`. A value's place in its row tells which name, metric, basis or year it takes."""

from __future__ import annotations

import datetime
import re
from functools import lru_cache

from claimx.claims.cues import cue_words
from claimx.claims.draft import Draft
from claimx.claims.frame import Frame


@lru_cache(maxsize=1)
def _joint() -> re.Pattern[str]:
    words = sorted(cue_words("joint.words") | cue_words("joint.row_filler"), key=len, reverse=True)
    return re.compile(r"(?:\s|" + "|".join(map(re.escape, words)) + ")+")


def number_rows(frame: Frame, drafts: list[Draft]) -> None:
    """Sets ``order`` (place, length) of the drafts whose values stand in a row of two or more of a kind."""
    row: list[Draft] = []
    for draft in drafts:
        if row and not _continues(frame, row[-1], draft):
            _number(row)
            row = []
        row.append(draft)
    _number(row)


def _continues(frame: Frame, left: Draft, right: Draft) -> bool:
    if left.quantity is None or right.quantity is None or left.clause.sentence != right.clause.sentence:
        return False
    if left.quantity.kind == "rank" or right.quantity.kind == "rank":
        return False
    gap = frame.folded[left.anchor.end : right.anchor.start]
    return len(gap) <= 6 and _joint().fullmatch(gap) is not None


def _number(row: list[Draft]) -> None:
    if len(row) > 1:
        for index, draft in enumerate(row):
            draft.order = (index, len(row))


def share_years(drafts: list[Draft]) -> None:
    """Where a row has as many values as its period has calendar years, each value takes a year of its own."""
    for draft in drafts:
        if draft.order is None or draft.begin is None or draft.until is None:
            continue
        index, size = draft.order
        if (draft.begin.month, draft.begin.day) != (1, 1) or draft.until.year - draft.begin.year != size:
            continue
        if draft.until != datetime.date(draft.begin.year + size, 1, 1):
            continue
        first = draft.begin.year + index
        draft.begin, draft.until = datetime.date(first, 1, 1), datetime.date(first + 1, 1, 1)
