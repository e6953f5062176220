"""What the characters of a candidate, beside it and on the way to the value say: the part of the features that names no
words of its own, so that rankers learn from the text what no lexicon lists."""

from __future__ import annotations

from operator import add

from claimx.claims.draft import Draft, Option
from claimx.claims.feature_names import MARKS
from claimx.claims.reader import Reader
from claimx.model import Span

_WAY = 24  # code points between candidate and value whose pairs are features
_COUNTED = 300  # code points between candidate and value in which marks are counted
_MARKED = [(mark, [f"{mark}{count}" for count in range(4)]) for mark in MARKS]
_FAR = ((1, "0"), (5, "4"), (13, "12"), (30, "29"), (80, "79"))


def spell(reader: Reader, draft: Draft, options: list[Option]) -> None:
    """Adds these features to every option that has words."""
    for option in options:
        span = option.span
        if span is not None:
            told = reader.told.get(("letters", span.start, span.end))
            if told is None:
                told = reader.told["letters", span.start, span.end] = _letters(reader.frame.folded, span)
            option.features += told
            option.features += _way(reader.frame.folded, draft, span)


def _letters(folded: str, span: Span) -> list[str]:
    start, end = span.start, span.end
    left, right = folded[max(0, start - 2) : start], folded[end : end + 2]
    return [
        f"end1={folded[end - 1 : end]}",
        f"end2={folded[max(start, end - 2) : end]}",
        f"begin2={folded[start : min(end, start + 2)]}",
        f"left1={left[-1:]}",
        f"left2={left}",
        f"right1={right[:1]}",
        f"right2={right}",
        f"size={min(end - start, 9)}",
    ]


def _way(folded: str, draft: Draft, span: Span) -> list[str]:
    """What lies between the candidate and the value."""
    first, last = span.end, draft.anchor.start
    if first > last:
        return ["behind-value"]
    size = last - first
    features = [f"far={next((name for limit, name in _FAR if size < limit), 'more')}"]
    if size <= _WAY:
        way = folded[first:last]
        features += dict.fromkeys([f"way={pair}" for pair in map(add, way, way[1:])])
    if size < _COUNTED:
        for mark, told in _MARKED:
            count = folded.count(mark, first, last)
            features.append(told[count if count < 3 else 3])
    between = [cue for cue in draft.clause.cues if first <= cue.start and cue.end <= last]
    if between:
        features += dict.fromkeys([f"way:{role}" for cue in between for role in cue.roles])
    return features
