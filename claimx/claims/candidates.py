"""Which values assert something: almost every quantity does, except conversions, repeats and mere descriptions."""

from __future__ import annotations

from claimx.claims.cues import cue_words
from claimx.claims.draft import Draft
from claimx.claims.frame import Clause, Frame
from claimx.model import Quantity, Span


def find_candidates(frame: Frame) -> list[Draft]:
    """A draft for every value that a claim might stand on, in text order; conversions are none."""
    return [
        Draft(anchor=Span(quantity.start, quantity.end, quantity.text), clause=clause, quantity=quantity)
        for clause in frame.clauses
        for quantity in clause.quantities
        if quantity.same_as is None
    ]


def asserts(frame: Frame, draft: Draft) -> bool:
    """By rule, whether a value asserts something rather than describes; the trained head has the last word."""
    quantity = draft.quantity
    assert quantity is not None
    return _asserts(frame, draft.clause, quantity)


def _asserts(frame: Frame, clause: Clause, quantity: Quantity) -> bool:
    if quantity.kind == "rank":
        return not _carried_elsewhere(frame, clause, quantity)
    if quantity.kind == "count":
        return _counts(frame, clause, quantity)
    if quantity.kind == "measure":
        return _specifies(frame, clause, quantity)
    return True


def _carried_elsewhere(frame: Frame, clause: Clause, quantity: Quantity) -> bool:
    """`首次突破20%`: where the same predicate asserts another value, only that one is a claim."""
    if quantity.text not in cue_words("rank.first_time"):
        return False
    return any(0 <= other.start - quantity.end <= 12 and other.kind != "rank" for other in clause.quantities)


def _counts(frame: Frame, clause: Clause, quantity: Quantity) -> bool:
    """A count asserts something where a metric stands in its clause; small counts with a noun behind only describe."""
    folded = frame.folded
    head = folded[max(0, quantity.start - 2) : quantity.start]
    if head.endswith(tuple(cue_words("count.describing_head"))):
        return False
    near = [m for m in clause.metrics if m.end <= quantity.start or m.start - quantity.end <= 10]
    moves = [c for c in clause.cues if c.plays("movement") and c.end <= quantity.start]
    big = abs(quantity.value) >= 1000
    chinese_small = not quantity.text[0].isascii() and abs(quantity.value) < 10
    if chinese_small:
        return any(
            not m.weak for m in clause.metrics if m.end <= quantity.start and quantity.start - m.end <= 6
        ) or bool([c for c in clause.cues if c.plays("count_verb")])
    return bool(near or moves or big or any(c.plays("count_verb") for c in clause.cues))


def _specifies(frame: Frame, clause: Clause, quantity: Quantity) -> bool:
    """`12GB+256GB` and `1TB版本` name a variant, they assert nothing."""
    around = frame.folded[max(0, quantity.start - 1) : quantity.start] + frame.folded[quantity.end : quantity.end + 2]
    if around[:1] == "+" or around[1:2] == "+" or around.startswith("+"):
        return False
    return not frame.folded.startswith(tuple(cue_words("count.variant_tail")), quantity.end)
