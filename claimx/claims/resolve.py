"""From drafts to claims: names and ids, stable claim ids, confidence, text order."""

from __future__ import annotations

import hashlib
from collections import Counter

from claimx.claims.draft import Draft
from claimx.claims.frame import Frame
from claimx.model import Claim, Mention, Metric, Period, Range, Reference, Span, Value


def resolve(frame: Frame, drafts: list[Draft]) -> list[Claim]:
    """The claims of ``drafts``, in text order; ids depend on type and anchor words, not on offsets."""
    at = {mention.start: mention for mention in frame.mentions}
    claims = []
    seen: Counter[str] = Counter()
    for draft in sorted(drafts, key=lambda draft: (draft.anchor.start, draft.anchor.end)):
        parts = [draft.type, draft.measure, draft.anchor.text]
        parts += [item.text if item else "" for item in (draft.subject, draft.metric, draft.period)]
        digest = hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:16]
        seen[digest] += 1
        claims.append(_claim(frame, draft, at, digest if seen[digest] == 1 else f"{digest}-{seen[digest]}"))
    return claims


def _claim(frame: Frame, draft: Draft, at: dict[int, Mention], ident: str) -> Claim:
    sentence = frame.sentences[draft.clause.sentence]
    inside = [draft.anchor, *(item for item in (draft.subject, draft.metric, draft.period) if item is not None and draft.clause.start <= item.start < draft.clause.end)]
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
        metric=Metric(draft.metric.start, draft.metric.end, draft.metric.text, draft.metric_key) if draft.metric else None,
        comparator=draft.comparator,
        period=Period(draft.period.start, draft.period.end, draft.period.text, draft.begin, draft.until) if draft.period else None,
        modality=draft.modality,
        attribution=_reference(draft.attribution, at),
        confidence=confidence(draft),
        rule="; ".join(draft.why) or "value with metric" if draft.metric else "; ".join(draft.why) or "value",
        cues=tuple(sorted(draft.cues, key=lambda cue: (cue.start, cue.role))),
    )


def _reference(span: Span | None, at: dict[int, Mention]) -> Reference | None:
    if span is None:
        return None
    mention = at.get(span.start)
    if mention is not None and mention.end == span.end:
        return Reference(span.start, span.end, span.text, mention.id, mention.name)
    return Reference(span.start, span.end, span.text)


def confidence(draft: Draft) -> float:
    """How likely the claim is right in type and roles, by what it inherited."""
    score = 0.95
    if draft.metric is None and draft.type not in ("event", "statement", "market_move"):
        score -= 0.25
    if draft.subject is None:
        score -= 0.25
    if not draft.own_metric:
        score -= 0.05
    if not draft.own_subject:
        score -= 0.05
    if draft.type in ("event", "statement"):
        score -= 0.2
    return round(max(0.05, score), 2)
