"""A claim in the making: what the stages fill in, one after the other."""

from __future__ import annotations

import datetime

import msgspec

from claimx.claims.frame import Clause
from claimx.model import Basis, ClaimType, Cue, Direction, Measure, Modality, Quantity, Span


class Draft(msgspec.Struct):
    """A candidate claim; ``quantity`` is None for events and statements."""

    anchor: Span
    clause: Clause
    quantity: Quantity | None = None
    type: ClaimType = "operating_metric"
    measure: Measure = "level"
    direction: Direction | None = None
    basis: Basis | None = None
    metric: Span | None = None
    metric_key: str | None = None
    metric_type: ClaimType | None = None
    metric_share: bool = False
    subject: Span | None = None
    comparator: Span | None = None
    period: Span | None = None
    begin: datetime.date | None = None
    until: datetime.date | None = None
    modality: Modality = "actual"
    attribution: Span | None = None
    arrives: bool = False
    own_metric: bool = False
    own_subject: bool = False
    own_period: bool = False
    cues: list[Cue] = []
    why: list[str] = []

    def note(self, role: str, start: int, end: int, raw: str) -> None:
        """Remembers the words that decided ``role``."""
        self.cues.append(Cue(start, end, raw[start:end], role))
