"""From drafts to claims: names and ids, stable claim ids, confidence, text order."""

from __future__ import annotations

import hashlib
import math
from collections import Counter

from claimx.claims.draft import Draft
from claimx.claims.frame import Frame
from claimx.model import Claim, Mention, Metric, Period, Range, Reference, Span, Value


def resolve(frame: Frame, drafts: list[Draft], calibration: list[float]) -> list[Claim]:
    """The claims of ``drafts``, in text order; ids depend on type and anchor words, not on offsets."""
    at = {mention.start: mention for mention in frame.mentions}
    claims = []
    seen: Counter[str] = Counter()
    for draft in sorted(drafts, key=lambda draft: (draft.anchor.start, draft.anchor.end)):
        parts = [draft.type, draft.measure, draft.anchor.text]
        parts += [item.text if item else "" for item in (draft.subject, draft.metric, draft.period)]
        digest = hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:16]
        seen[digest] += 1
        claims.append(
            _claim(frame, draft, at, calibration, digest if seen[digest] == 1 else f"{digest}-{seen[digest]}")
        )
    return claims


def _claim(frame: Frame, draft: Draft, at: dict[int, Mention], calibration: list[float], ident: str) -> Claim:
    sentence = frame.sentences[draft.clause.sentence]
    inside = [
        draft.anchor,
        *(
            item
            for item in (draft.subject, draft.metric, draft.period)
            if item is not None and draft.clause.start <= item.start < draft.clause.end
        ),
    ]
    start = min(item.start for item in inside)
    end = max(item.end for item in inside)
    quantity = draft.quantity
    return Claim(
        id=ident,
        type=draft.type,
        start=start,
        end=end,
        text=frame.raw[start:end],
        sentence=Range(sentence.start, sentence.end),
        anchor=draft.anchor,
        measure=draft.measure,
        direction=draft.direction,
        basis=draft.basis,
        value=Value(quantity.kind, quantity.value, quantity.high, quantity.unit, quantity.bound) if quantity else None,
        subject=_reference(draft.subject, at),
        metric=Metric(draft.metric.start, draft.metric.end, draft.metric.text, draft.metric_key)
        if draft.metric
        else None,
        comparator=draft.comparator,
        period=Period(draft.period.start, draft.period.end, draft.period.text, draft.begin, draft.until)
        if draft.period
        else None,
        modality=draft.modality,
        attribution=_reference(draft.attribution, at),
        confidence=confidence(draft, calibration),
        rule=_told(draft),
        cues=tuple(sorted(draft.cues, key=lambda cue: (cue.start, cue.role))),
    )


def _reference(span: Span | None, at: dict[int, Mention]) -> Reference | None:
    if span is None:
        return None
    mention = at.get(span.start)
    if mention is not None and mention.end == span.end:
        return Reference(span.start, span.end, span.text, mention.id, mention.name)
    return Reference(span.start, span.end, span.text)


CHANCES = ("claim", "type", "measure", "subject", "metric", "period", "modality", "attribution")


def confidence(draft: Draft, calibration: list[float]) -> float:
    """The calibrated probability that type and roles are all right.

    ``calibration``: intercept, then the weight of the log of each of :data:`CHANCES` (logistic regression on held-out
    articles).
    """
    total = calibration[0]
    for name, weight in zip(CHANCES, calibration[1:], strict=True):
        total += weight * math.log(max(draft.chances.get(name, 1.0), 1e-6))
    return round(1.0 / (1.0 + math.exp(-total)), 3)


def _told(draft: Draft) -> str:
    """What decided, for people: the sure and the unsure decisions."""
    return ", ".join(f"{name} {draft.chances[name]:.2f}" for name in CHANCES if name in draft.chances)
