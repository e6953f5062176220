"""The claim type, and the measure where the metric decides it."""

from __future__ import annotations

from claimx.claims.cues import cue_words
from claimx.claims.draft import Draft
from claimx.claims.frame import Frame
from claimx.claims.movement import Lead
from claimx.model import ClaimType


def finish_measure(frame: Frame, draft: Draft, lead: Lead) -> None:
    """Rates without a movement are shares, levels or multiples, by their metric."""
    quantity = draft.quantity
    assert quantity is not None
    if draft.measure != "level":
        return
    if quantity.kind in ("percent", "percentage_point"):
        before = frame.folded[lead.start : quantity.start]
        if (
            draft.metric_share
            or any(word in before for word in cue_words("share.words"))
            or (draft.metric is None and draft.direction is None)
        ):
            draft.measure = "share"
    elif quantity.kind == "ratio":
        before = frame.folded[lead.start : quantity.start]
        if quantity.value < 1 and any(word in before for word in cue_words("share.words")):
            draft.measure = "share"
        else:
            draft.measure = "multiple"


def read_type(frame: Frame, draft: Draft) -> ClaimType:
    """The family of fact: by metric, else by the value's kind and whom it is about."""
    quantity = draft.quantity
    assert quantity is not None
    if draft.measure == "rank":
        return "market_position"
    if draft.metric_type is not None:
        return draft.metric_type
    kind = draft.subject_kind
    if quantity.kind == "points":
        return "market_move"
    if quantity.kind in ("percent", "percentage_point"):
        if kind == "product":
            return "product_spec"
        return "market_move" if draft.measure == "change" else "operating_metric"
    if quantity.kind == "money":
        return "price" if kind == "product" or abs(quantity.value) < 100000 else "financial_result"
    if quantity.kind == "measure":
        return "product_spec"
    if quantity.kind == "ratio":
        return (
            "product_spec" if kind == "product" else "market_move" if draft.measure == "change" else "operating_metric"
        )
    return "operating_metric"
