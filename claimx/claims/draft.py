"""A claim in the making: what the stages fill in, one after the other."""

from __future__ import annotations

import datetime

import msgspec

from claimx.claims.frame import Clause
from claimx.model import Basis, ClaimType, Cue, Direction, Measure, Modality, Quantity, Span, Time


class Draft(msgspec.Struct):
    """A candidate claim on ``anchor``; ``quantity`` is None for events (``time`` is set) and statements.

    The rule stages fill ``type`` … ``modality`` first; the trained heads read them as features and decide.
    ``setting`` holds the features that no role changes, ``chances`` the probability of each trained decision.
    """

    anchor: Span
    clause: Clause
    quantity: Quantity | None = None
    time: Time | None = None
    type: ClaimType = "operating_metric"
    measure: Measure = "level"
    direction: Direction | None = None
    basis: Basis | None = None
    metric: Span | None = None
    metric_key: str | None = None
    metric_type: ClaimType | None = None
    metric_share: bool = False
    subject: Span | None = None
    subject_kind: str | None = None
    subject_key: str | None = None
    comparator: Span | None = None
    period: Span | None = None
    begin: datetime.date | None = None
    until: datetime.date | None = None
    modality: Modality = "actual"
    attribution: Span | None = None
    order: tuple[int, int] | None = None
    arrives: bool = False
    repeats: bool = False
    setting: list[str] = []
    chances: dict[str, float] = {}
    cues: list[Cue] = []

    def note(self, role: str, start: int, end: int, raw: str) -> None:
        """Remembers the words that decided ``role``."""
        self.cues.append(Cue(start, end, raw[start:end], role))


class Option:
    """A span that may fill a role (None: nothing does), the features for the ranker, and what was found there."""

    __slots__ = ("features", "item", "kind", "span")

    def __init__(self, span: Span | None, features: list[str], kind: str = "", item: object = None) -> None:
        self.span = span
        self.features = features
        self.kind = kind
        self.item = item
