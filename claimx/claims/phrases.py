"""Noun phrases that no lexicon holds, cut out between cues, values and particles."""

from __future__ import annotations

from claimx.claims.cues import cue_words
from claimx.claims.frame import Clause, Frame
from claimx.model import Span

_SPACES = " \"'“”「」『』《》〈〉【】[]#*·、-—>"


def head_phrase(frame: Frame, clause: Clause, start: int, longest: int = 18) -> Span | None:
    """The words from ``start`` up to the first verb, metric, value, time or particle; None where there are none."""
    folded = frame.folded
    limit = min(clause.end, start + longest + 24)
    position = start
    openers = _openers()
    moved = True
    while moved and position < limit:
        moved = False
        while position < limit and (folded[position] in _SPACES or folded[position] in ",:"):
            position += 1
        for time in clause.times:
            if time.start == position:
                position, moved = time.end, True
                break
        for size in range(min(4, limit - position), 0, -1):
            if folded[position : position + size] in openers:
                position, moved = position + size, True
                break
    end = min(limit, position + longest)
    for group in (clause.quantities, clause.times, clause.metrics):
        for item in group:
            if item.start > position and item.start < end:
                end = item.start
                break
            if item.start == position and group is not clause.metrics:
                return None
    for cue in clause.cues:
        if position < cue.start < end and _breaks(cue.roles):
            end = cue.start
            break
        if cue.start == position and _breaks(cue.roles):
            return None
    for index in range(position, end):
        if folded[index] in ",;:。!?()（）、的了在为是将已也仅达" and index > position:
            end = index
            break
    while end > position and folded[end - 1] in _SPACES + "的":
        end -= 1
    if end - position < 2:
        return None
    return Span(position, end, frame.raw[position:end])


def _breaks(roles: frozenset[str]) -> bool:
    return any(role.startswith(("movement", "compare", "modality", "speech", "basis", "expectation", "distribute")) for role in roles)


def _openers() -> frozenset[str]:
    return cue_words("opener.words")
