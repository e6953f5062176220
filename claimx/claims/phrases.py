"""Noun phrases that no lexicon holds, cut out between cues, values and particles."""

from __future__ import annotations

import re
from functools import lru_cache

from claimx.claims.cues import CueHit, cue_words, longest_first
from claimx.claims.frame import Clause, Frame
from claimx.model import Span

_SPACES = " \"'“”「」『』《》〈〉【】[]#*·、-—>"
_LONGEST_OPENER = 6
LONGEST = 12  # code points of a noun phrase beside a value
_PARTING = frozenset(
    ["movement", "movement_noun", "compare", "modality", "speech", "basis", "expectation", "distribute"]
)


def head_phrase(frame: Frame, clause: Clause, start: int, longest: int = 18) -> Span | None:
    """The words from ``start`` up to the first verb, metric, value, time or particle; None where there are none."""
    folded = frame.folded
    limit = min(clause.end, start + longest + 24)
    position = start
    breaks = {cue.start: cue.end for cue in clause.cues if parts(cue)}
    moved = True
    while moved and position < limit:
        moved = False
        while position < limit and (folded[position] in _SPACES or folded[position] in ",:"):
            position += 1
        for time in clause.times:
            if time.start == position:
                position, moved = time.end, True
                break
        if position in breaks:
            return None
        opener = opener_at(frame, position, limit)
        if opener:
            position, moved = position + len(opener), True
    end = min(limit, position + longest)
    if any(metric.start == position and metric.type == "financial_result" for metric in clause.metrics):
        return None  # what is measured, not whose
    strong = [metric for metric in clause.metrics if not metric.weak]
    for group in (clause.quantities, clause.times, strong):
        for item in group:
            if item.start > position and item.start < end:
                end = item.start
                break
            if item.start == position and group is not strong and getattr(item, "kind", "") != "measure":
                return None
    for first, last in breaks.items():
        if first <= position < last:
            return None
        if position < first < end:
            end = first
            break
    for index in range(position + 1, end):
        if folded[index] in ",;:。!?()（）、的了在为是将已也仅达则却以就把由向从靠使让给于被占":
            end = index
            break
    while end > position and folded[end - 1] in _SPACES + "的":
        end -= 1
    if end - position < 2 or (folded[position].isdigit() and folded[position:end].isascii()):
        return None  # nothing, or the code of a stock
    return Span(position, end, frame.raw[position:end])


def opener_at(frame: Frame, position: int, limit: int) -> str:
    """The longest of the words that may open a clause before its subject that stands at ``position``; else nothing."""
    for size in range(min(_LONGEST_OPENER, limit - position), 0, -1):
        word = frame.folded[position : position + size]
        if word in cue_words("opener.words"):
            return word
    return ""


def parts(cue: CueHit) -> bool:
    """Whether a noun phrase ends at ``cue``."""
    return not _PARTING.isdisjoint(cue.groups)


def noun_behind(frame: Frame, clause: Clause, start: int) -> Span | None:
    """The words that run on from ``start``, behind a 的 at most."""
    while start < clause.end and frame.folded[start] in ' 的"“':
        start += 1
    return trimmed(frame, clause, start, min(start + LONGEST, clause.end))


def trimmed(frame: Frame, clause: Clause, start: int, end: int) -> Span | None:
    """[start, end) cut at the first value, time, mark or particle; None where less than two code points are left."""
    folded = frame.folded
    for group in (clause.quantities, clause.times):
        for item in group:
            if start <= item.start < end:
                end = item.start
    for index in range(start, end):
        if folded[index] in ',;:。!?()（）、"“”「」『』的和与及是为在\n':
            end = index
            break
    while end > start and folded[end - 1] in " 为是达约近超逾至仅过了已":
        end -= 1
    return Span(start, end, frame.raw[start:end]) if end - start >= 2 else None


def noun_list(frame: Frame, clause: Clause, end: int, size: int) -> list[Span] | None:
    """The ``size`` nouns joined by 、 or 和 that ``clause`` lists before ``end``; None where it lists none or others."""
    folded = frame.folded
    end = min(end, clause.end)
    joints = [match.span() for match in _joints().finditer(folded, clause.start, end)]
    if len(joints) + 1 != size:
        return None
    edges = [clause.start, *(edge for joint in joints for edge in joint), end]
    pieces = list(zip(edges[::2], edges[1::2], strict=True))
    head, last = pieces[0], pieces[-1]
    begins = max(
        (folded.rfind(word, *head) + len(word) for word in cue_words("list.head") if word in folded[slice(*head)]),
        default=head[0],
    )
    stops = [position for word in cue_words("list.tail") if (position := folded.find(word, *last)) > last[0]]
    stops += [metric.start for metric in clause.metrics if last[0] < metric.start < last[1] and not metric.weak]
    pieces[0] = (begins, head[1])
    pieces[-1] = (pieces[-1][0], min([last[1], *stops]))
    found = [_stripped(folded, *piece) for piece in pieces]
    if not all(2 <= b - a <= LONGEST for a, b in found):
        return None
    return [Span(a, b, frame.raw[a:b]) for a, b in found]


@lru_cache(maxsize=1)
def _joints() -> re.Pattern[str]:
    return re.compile("|".join(re.escape(word) for word in longest_first("joint.words") if word not in ",/"))


def _stripped(folded: str, start: int, end: int) -> tuple[int, int]:
    while start < end and folded[start] in _SPACES + ",;:。":
        start += 1
    while end > start and folded[end - 1] in _SPACES + ",;:。":
        end -= 1
    return start, end


def tidied(frame: Frame, phrase: Span) -> Span:
    """``phrase`` without a 的 before it and the verbs and adverbs at its end, as far as two code points are left."""
    start, end = phrase.start, phrase.end
    if frame.folded[start] == "的" and end - start > 2:
        start += 1
    tails = longest_first("subject.tail")
    while tail := next((word for word in tails if frame.folded.endswith(word, start, end)), None):
        if end - len(tail) - start < 2:
            break
        end -= len(tail)
        while end > start and frame.folded[end - 1] in _SPACES:
            end -= 1
    return phrase if (start, end) == (phrase.start, phrase.end) else Span(start, end, frame.raw[start:end])
