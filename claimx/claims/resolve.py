"""From drafts to claims: names and ids, stable claim ids, confidence, text order."""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from operator import mul

from claimx.claims.draft import Draft
from claimx.claims.frame import Frame
from claimx.model import Claim, Cue, Mention, Metric, Period, Range, Reference, Span, Value


def resolve(frame: Frame, drafts: list[Draft], calibration: list[float]) -> list[Claim]:
    """The claims of ``drafts``, in text order; ids depend on type and anchor words, not on offsets."""
    at = frame.names_at
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
        rule=_told(frame, draft),
        cues=_cues(draft),
    )


def _reference(span: Span | None, at: dict[int, Mention]) -> Reference | None:
    if span is None:
        return None
    mention = at.get(span.start)
    if mention is not None and mention.end == span.end:
        return Reference(span.start, span.end, span.text, mention.id, mention.name)
    return Reference(span.start, span.end, span.text)


CHANCES = ("claim", "type", "measure", "subject", "metric", "period", "modality", "attribution")
_LEAST, _MOST = 0.001, 0.99  # chances beyond are not told apart: models are overconfident there


def sureness(draft: Draft) -> list[float]:
    """The log-odds of the draft's decisions, in the order of :data:`CHANCES`; one that it did not take is sure."""
    chances = (min(max(draft.chances.get(name, 1.0), _LEAST), _MOST) for name in CHANCES)
    return [math.log(chance / (1.0 - chance)) for chance in chances]


def confidence(draft: Draft, calibration: list[float]) -> float:
    """The calibrated probability that type and roles are all right.

    ``calibration``: intercept, then the weight of each of :func:`sureness` (``claimx/calibration.py`` fits them).
    """
    total = calibration[0] + sum(map(mul, calibration[1:], sureness(draft)))
    return round(1.0 / (1.0 + math.exp(-total)), 3)


_SURE = 0.9  # decisions below are told, the least sure first


def _told(frame: Frame, draft: Draft) -> str:
    """What decided, for people: how type, movement and roles were found, then the decisions that are not sure."""
    told = []
    if draft.metric is not None:
        key = f" ({draft.metric_key})" if draft.metric_key else ""
        told.append(f"{draft.type} by {draft.metric.text}{key} {_where(frame, draft, draft.metric)}")
    else:
        told.append(f"{draft.type} by its words" if draft.quantity is None else f"{draft.type} without a metric")
    for name in ("direction", "basis", "modality"):
        words = "/".join(dict.fromkeys(cue.text for cue in draft.cues if cue.role == name))
        if words and getattr(draft, name) not in (None, "actual"):
            told.append(f"{getattr(draft, name)} by {words}")
    for name in ("subject", "period"):
        span = getattr(draft, name)
        if span is not None:
            told.append(f"{name} {_where(frame, draft, span)}")
    unsure = sorted((draft.chances[name], name) for name in CHANCES if draft.chances.get(name, 1.0) < _SURE)
    if unsure:
        told.append("unsure: " + ", ".join(f"{name} {chance:.2f}" for chance, name in unsure))
    return "; ".join(told)


def _where(frame: Frame, draft: Draft, span: Span) -> str:
    """Where ``span`` lies, seen from the anchor."""
    clause, sentence = draft.clause, frame.sentences[draft.clause.sentence]
    if clause.start <= span.start < clause.end:
        return "in the clause"
    if sentence.start <= span.start < sentence.end:
        return "in the sentence"
    return "from earlier words" if span.start < sentence.start else "from later words"


def _cues(draft: Draft) -> tuple[Cue, ...]:
    """The cues whose field still says what they spoke for: a head may have overruled the rules."""
    silent = {
        "direction": draft.direction is None,
        "basis": draft.basis is None,
        "modality": draft.modality == "actual",
    }
    cues = {cue for cue in draft.cues if not silent.get(cue.role, False)}
    return tuple(sorted(cues, key=lambda cue: (cue.start, cue.end, cue.role)))
