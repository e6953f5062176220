"""Does a value tell a level, a change, a share or a rank, and which way does it go?

The words right before the value decide (its *lead*, up to the value before it), then those right after it.
"""

from __future__ import annotations

from claimx.claims.cues import CueHit, cue_words, tied
from claimx.claims.draft import Draft
from claimx.claims.frame import Frame, between
from claimx.model import Direction, Quantity

RATES = ("percent", "percentage_point", "ratio")


class Lead:
    """What stands around one value inside its clause."""

    def __init__(self, frame: Frame, draft: Draft) -> None:
        quantity = draft.quantity
        assert quantity is not None
        self.frame = frame
        self.quantity = quantity
        clause = draft.clause
        before = [other for other in clause.quantities if other.end <= quantity.start and other.kind != "rank"]
        self.previous: Quantity | None = before[-1] if before else None
        self.start = self.previous.end if self.previous else clause.start
        self.cues: list[CueHit] = between(clause.cues, self.start, quantity.start)
        after = [other for other in clause.quantities if other.start >= quantity.end]
        self.tail_end = after[0].start if after else clause.end
        self.tail_cues: list[CueHit] = between(clause.cues, quantity.end, self.tail_end)

    def gap(self, start: int, end: int) -> str:
        """Folded text of [start, end) without the times and names in it."""
        text = self.frame.folded
        pieces = []
        position = start
        clause = self.frame.clause_at(start)
        items = sorted([*clause.times, *clause.mentions], key=lambda item: item.start) if clause else []
        for item in items:
            if position <= item.start and item.end <= end:
                pieces.append(text[position : item.start])
                position = item.end
        pieces.append(text[position:end])
        return "".join(pieces)


def way(cue: CueHit) -> Direction | None:
    """The direction a cue of movement tells."""
    for role in sorted(cue.roles):
        group, _, name = role.partition(".")
        if not group.startswith("movement"):
            continue
        if "up" in name:
            return "up"
        if "down" in name:
            return "down"
        if name == "flat":
            return "flat"
    return None


def read_movement(frame: Frame, draft: Draft) -> Lead:
    """Fills ``measure`` (level, change or rank), ``direction`` and ``arrives`` of a value's draft."""
    lead = Lead(frame, draft)
    if lead.quantity.kind == "rank":
        draft.measure = "rank"
        return lead
    _from_lead(draft, lead)
    if draft.measure == "level" and not draft.arrives:
        _from_tail(draft, lead)
    if draft.measure == "level" and not draft.arrives and lead.quantity.kind in RATES:
        _from_nature(draft, lead)
    if draft.measure == "change" and lead.quantity.value < 0 and draft.direction == "up":
        draft.direction = "down"
    return lead


def _from_lead(draft: Draft, lead: Lead) -> None:
    quantity = lead.quantity
    raw = lead.frame.raw
    nouns = [cue for cue in lead.cues if cue.plays("movement_noun")]
    if nouns and quantity.kind in RATES:
        noun = nouns[-1]
        draft.measure = "change"
        draft.direction = way(noun)
        draft.note("direction", noun.start, noun.end, raw)
        return
    moves = [cue for cue in lead.cues if cue.plays("movement")]
    if not moves:
        draft.arrives = lead.previous is not None and _arrives(lead.gap(lead.start, quantity.start))
        return
    cue = moves[-1]
    gap = lead.gap(cue.end, quantity.start)
    arrives = any(role.startswith("movement.to_") for role in cue.roles) or _arrives(gap)
    if not arrives and not tied(gap):
        return
    if arrives and not tied(gap) and len(gap) > 6:
        return
    draft.note("direction", cue.start, cue.end, raw)
    draft.direction = way(cue)
    if draft.direction == "flat":
        return
    if arrives:
        draft.arrives = True
    else:
        draft.measure = "change"


def _arrives(gap: str) -> bool:
    """`至`, `到` at the head of a gap: the value is where a movement ends."""
    head = gap.lstrip(" ,了")
    return head[:1] in cue_words("filler.arrive") and tied(head[1:]) and not head.startswith("至少")


def _from_tail(draft: Draft, lead: Lead) -> None:
    """`三位数增长`, `50%涨幅`, `一个点的波动`."""
    quantity = lead.quantity
    for cue in lead.tail_cues[:2]:
        if not (cue.plays("movement_noun") or cue.plays("movement")) or len(cue.word) < 2 or cue.plays("movement.flat"):
            continue
        if quantity.kind not in RATES and not cue.plays("movement_noun"):
            continue
        metrics = between(draft.clause.metrics, quantity.end, cue.end)
        gap = lead.frame.folded[quantity.end : metrics[0].start if metrics else cue.start]
        if not tied(gap):
            continue
        draft.measure = "change"
        draft.direction = None if cue.plays("movement.change") else way(cue)
        draft.note("direction", cue.start, cue.end, lead.frame.raw)
        return
    flat = [cue for cue in lead.tail_cues if cue.plays("movement.flat")]
    if flat and tied(lead.frame.folded[quantity.end : flat[0].start]):
        draft.direction = "flat"


def _from_nature(draft: Draft, lead: Lead) -> None:
    """A bare rate next to 同比 or YoY, or with a sign, is a change."""
    quantity = lead.quantity
    signed = lead.frame.folded[quantity.start] in "+-−"
    near = [cue for cue in lead.cues if cue.plays("basis") and tied(lead.gap(cue.end, quantity.start))]
    near += [cue for cue in lead.tail_cues[:1] if cue.plays("basis") and cue.start - quantity.end <= 2]
    if near or (signed and quantity.kind != "ratio"):
        draft.measure = "change"
        draft.direction = "down" if quantity.value < 0 else "up"
    elif quantity.kind == "percentage_point":
        draft.measure = "change"
