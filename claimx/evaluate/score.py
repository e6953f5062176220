"""The score: how much was found, and how much of that is right, field by field. The definitions:

* quantities and times are *found* where the exact half-open spans agree; their *value* is right where kind, value, high
  end and (money, percent, percentage points) unit agree, for times begin and until or the ISO value;
* claims are *found* where the anchors overlap by more than half of their union, paired one to one, best overlap first;
  statements pair with statements only, and are counted apart; *typed*: found with the right type; *strict*: found with
  type, measure, direction, basis, subject, metric, period, modality and attribution all right;
* a span field (subject, metric, attribution, comparator) is right where both sides lack it, the spans overlap, or the
  words are the same; a period where its resolved days agree, or unresolved in gold, as a span.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Literal

import msgspec

from claimx.evaluate.gold import Extract, GoldDocument, Plain
from claimx.model import sha256_of
from claimx.output.tables import printable

FIELDS = (
    "type",
    "measure",
    "direction",
    "basis",
    "subject",
    "metric",
    "period",
    "modality",
    "attribution",
    "comparator",
)
STRICT = FIELDS[:-1]

_PARTS = ("anchor", "subject", "metric", "comparator", "period", "attribution")
_WITH_UNIT = ("money", "percent", "percentage_point")
_HALF = 0.5
_EXACTLY = Decimal("1e-6")  # relative; also absolute below 1
_ROUNDED = Decimal("5e-3")  # relative, for values below 200 so: a third is 0.33 or 0.3333
_BEFORE, _AFTER = 14, 10  # code points of context shown around an error


class Mistake(msgspec.Struct, frozen=True):
    """One error: its class (``claim missed``, ``claim subject`` …), document, half-open span and what is wrong."""

    kind: str
    doc: str
    start: int
    end: int
    context: str
    what: str


class SpanScore(msgspec.Struct):
    """Counts for quantities or times: in gold, predicted, found, found with the right value, with the right bound."""

    gold: int = 0
    predicted: int = 0
    found: int = 0
    value: int = 0
    bound: int = 0

    def add(self, gold: bool, predicted: bool, value: bool = False, bound: bool = False) -> None:
        """Counts one span that stands in gold, in the output, or in both."""
        self.gold += gold
        self.predicted += predicted
        self.found += gold and predicted
        self.value += value
        self.bound += bound


class ClaimScore(msgspec.Struct):
    """Counts for claims: in gold, predicted, found, strictly right, and of those found each field that is right."""

    gold: int = 0
    predicted: int = 0
    found: int = 0
    strict: int = 0
    fields: Counter[str] = msgspec.field(default_factory=Counter)


class TypeScore(msgspec.Struct):
    """Counts for one type of claim: in gold, predicted, found with the right type, strictly right."""

    gold: int = 0
    predicted: int = 0
    typed: int = 0
    strict: int = 0


class DocumentOutcome(msgspec.Struct):
    """What became of each claim of one gold document.

    ``claims``: by ``start-end`` of the anchor in gold, with an ``s`` behind it for statements: the fields that are wrong
    (none: strictly right), or None where the claim was not found. ``sha256`` is that of the text.
    """

    sha256: str
    claims: dict[str, list[str] | None] = msgspec.field(default_factory=dict)


class Report(msgspec.Struct):
    """The score of a whole collection."""

    documents: int = 0
    missing: list[str] = msgspec.field(default_factory=list)
    spans: int = 0
    spans_wrong: int = 0
    quantities: SpanScore = msgspec.field(default_factory=SpanScore)
    times: SpanScore = msgspec.field(default_factory=SpanScore)
    claims: ClaimScore = msgspec.field(default_factory=ClaimScore)
    statements: ClaimScore = msgspec.field(default_factory=ClaimScore)
    by_kind: dict[tuple[str, str], SpanScore] = msgspec.field(default_factory=dict)
    by_type: dict[str, TypeScore] = msgspec.field(default_factory=dict)
    outcomes: dict[str, DocumentOutcome] = msgspec.field(default_factory=dict)
    mistakes: list[Mistake] = msgspec.field(default_factory=list)

    def of_type(self, name: str) -> TypeScore:
        """The counts of claim type ``name``, begun at zero."""
        return self.by_type.setdefault(name, TypeScore())

    def of_kind(self, part: str, kind: str) -> SpanScore:
        """The counts of one kind of quantity or time (``part``), begun at zero; a pair counts for the kind of gold."""
        return self.by_kind.setdefault((part, kind), SpanScore())


def f1(found: int, predicted: int, gold: int) -> float:
    """Harmonic mean of precision and recall, between 0 and 1; 1 where there is nothing to find and nothing found."""
    return 2 * found / (predicted + gold) if predicted + gold else 1.0


def evaluate(gold: Iterable[GoldDocument], extract: Extract) -> Report:
    """The score of what ``extract`` gives for each document of ``gold``: a dict in the shape of ``claimx/1``."""
    report = Report()
    for document in gold:
        predicted = extract(document)
        report.documents += 1
        if not predicted:
            report.missing.append(document.name)
        report.outcomes[document.name] = DocumentOutcome(sha256_of(document.text))
        _score_grounding(report, document, predicted)
        _score_spans(report, "quantities", document, predicted)
        _score_spans(report, "times", document, predicted)
        for score, wanted in ((report.claims, False), (report.statements, True)):
            _score_claims(report, score, document, predicted, wanted)
    return report


def _score_grounding(report: Report, document: GoldDocument, predicted: Plain) -> None:
    for part in ("quantities", "times", "claims"):
        for item in predicted.get(part) or []:
            held = [
                item[key] for key in _PARTS if isinstance(item.get(key), dict) and item[key].get("start") is not None
            ]
            for span in (item, *held):
                report.spans += 1
                report.spans_wrong += document.text[span["start"] : span["end"]] != span.get("text")


def _score_spans(
    report: Report, part: Literal["quantities", "times"], document: GoldDocument, predicted: Plain
) -> None:
    score, right = (report.quantities, quantity_right) if part == "quantities" else (report.times, time_right)
    gold = {_place(item): item for item in getattr(document, part)}
    found = {_place(item): item for item in predicted.get(part) or []}
    for place in sorted(gold.keys() | found.keys()):
        ours, theirs = found.get(place), gold.get(place)
        value = ours is not None and theirs is not None and right(theirs, ours)
        bound = ours is not None and theirs is not None and theirs.get("bound", "exact") == ours.get("bound", "exact")
        kind = str((theirs or ours or {}).get("kind"))
        for counts in (score, report.of_kind(part, kind)):
            counts.add(theirs is not None, ours is not None, value, bound)
        if ours is None or theirs is None:
            _note(report, f"{part} {'missed' if ours is None else 'extra'}", document, place, "")
        elif not value:
            keys = ("kind", "value", "high", "unit") if part == "quantities" else ("kind", "begin", "until", "value")
            _note(report, f"{part} value", document, place, f"gold {_brief(theirs, keys)} got {_brief(ours, keys)}")
        elif not bound and part == "quantities":
            what = f"gold {theirs.get('bound', 'exact')} got {ours.get('bound', 'exact')}"
            _note(report, "quantities bound", document, place, what)


def _score_claims(
    report: Report, score: ClaimScore, document: GoldDocument, predicted: Plain, statements: bool
) -> None:
    gold = [claim for claim in document.claims if (claim["type"] == "statement") == statements]
    found = [claim for claim in predicted.get("claims") or [] if (claim.get("type") == "statement") == statements]
    pairs = pair_claims(gold, found)
    score.gold += len(gold)
    score.predicted += len(found)
    score.found += len(pairs)
    outcome = report.outcomes[document.name].claims
    outcome.update({claim_key(claim): None for claim in gold})
    counted_as = {place: claim.get("type") for place, claim in enumerate(found)}
    for mine, yours in pairs:
        theirs, ours = gold[mine], found[yours]
        right = {name: field_right(name, theirs, ours) for name in FIELDS}
        strict = all(right[name] for name in STRICT)
        outcome[claim_key(theirs)] = [name for name in STRICT if not right[name]]
        score.strict += strict
        score.fields.update(name for name in FIELDS if right[name])
        if right["type"]:
            counted_as[yours] = theirs["type"]
        if not statements:
            kind = report.of_type(theirs["type"])
            kind.typed += right["type"]
            kind.strict += strict
        group = "statement" if statements else "claim"
        for name in FIELDS:
            if not right[name]:
                what = f"gold {_words(name, theirs)} got {_words(name, ours)}"
                _note(report, f"{group} {name}", document, _place(theirs), what)
    if not statements:
        for claim in gold:
            report.of_type(claim["type"]).gold += 1
        for type_ in counted_as.values():
            report.of_type(str(type_)).predicted += 1
    _note_unpaired(report, document, gold, found, pairs)


def _note_unpaired(
    report: Report,
    document: GoldDocument,
    gold: Sequence[Plain],
    found: Sequence[Plain],
    pairs: Sequence[tuple[int, int]],
) -> None:
    for what, claims, paired in (
        ("missed", gold, {mine for mine, _ in pairs}),
        ("extra", found, {yours for _, yours in pairs}),
    ):
        for place, claim in enumerate(claims):
            if place not in paired:
                group = "statement" if claim.get("type") == "statement" else "claim"
                _note(report, f"{group} {what}", document, _place(anchor_of(claim)), str(claim.get("type")))


def pair_claims(gold: Sequence[Plain], found: Sequence[Plain]) -> list[tuple[int, int]]:
    """Indexes of claims that speak of the same anchor, one to one; more overlap first, then the same type first."""
    candidates = []
    for mine, theirs in enumerate(gold):
        for yours, ours in enumerate(found):
            share = overlap(theirs, anchor_of(ours))
            if share > _HALF and (theirs["type"] == "statement") == (ours.get("type") == "statement"):
                candidates.append((-share, ours.get("type") != theirs["type"], mine, yours))
    candidates.sort()
    used_gold: set[int] = set()
    used_found: set[int] = set()
    pairs = []
    for _, _, mine, yours in candidates:
        if mine not in used_gold and yours not in used_found:
            used_gold.add(mine)
            used_found.add(yours)
            pairs.append((mine, yours))
    return pairs


def claim_key(claim: Plain) -> str:
    """What names a gold claim within its document: the span of its anchor, and whether it is a statement."""
    return f"{claim['start']}-{claim['end']}{'s' if claim['type'] == 'statement' else ''}"


def anchor_of(claim: Plain) -> Plain:
    """The anchor of a predicted claim; a gold claim is its own anchor."""
    return claim.get("anchor") or claim


def overlap(a: Plain, b: Plain) -> float:
    """Code points that two spans share, as a part of those that they cover together; 0 to 1."""
    shared = min(a["end"], b["end"]) - max(a["start"], b["start"])
    whole: int = max(a["end"], b["end"]) - min(a["start"], b["start"])
    return max(0, shared) / whole if whole else 0.0


def values_close(a: Any, b: Any) -> bool:
    """Whether two values are the same but for rounding; absent equals only absent."""
    if a is None or b is None:
        return a is None and b is None
    first, second = Decimal(str(a)), Decimal(str(b))
    apart, size = abs(first - second), max(abs(first), abs(second))
    return apart <= _EXACTLY * max(Decimal(1), size) or apart <= _ROUNDED * size < 1


def quantity_right(gold: Plain, found: Plain) -> bool:
    """Whether kind, value, high end and, where it counts, unit are those of ``gold``."""
    if gold["kind"] != found.get("kind"):
        return False
    if not values_close(gold["value"], found.get("value")) or not values_close(gold.get("high"), found.get("high")):
        return False
    return gold["kind"] not in _WITH_UNIT or not gold.get("unit") or gold["unit"] == found.get("unit")


def time_right(gold: Plain, found: Plain) -> bool:
    """Whether a date has the days of ``gold``, a duration or frequency its ISO value; what gold leaves open is right."""
    if gold["kind"] != found.get("kind"):
        return False
    keys = ("begin", "until") if gold["kind"] == "date" else ("value",)
    return all(not gold.get(key) or str(gold[key]) == str(found.get(key)) for key in keys)


def field_right(name: str, gold: Plain, found: Plain) -> bool:
    """Whether field ``name`` of a found claim is that of ``gold`` or an accepted alternative."""
    if name == "type":
        return found.get("type") == gold["type"] or found.get("type") in gold.get("type_ok", ())
    if name in ("measure", "direction", "basis"):
        return bool(gold.get(name) == found.get(name))
    if name == "modality":
        return bool(gold["modality"] == found.get("modality", "actual"))
    if name == "period":
        return _period_right(gold, found.get("period"))
    return span_right(gold.get(name), found.get(name), gold.get("subject_ok", ()) if name == "subject" else ())


def span_right(gold: Plain | None, found: Plain | None, also: Iterable[str] = ()) -> bool:
    """Whether both are absent, or the spans overlap, or the words or the name are those of ``gold`` or in ``also``."""
    if gold is None or found is None:
        return gold is None and found is None
    if min(gold["end"], found["end"]) > max(gold["start"], found["start"]):
        return True
    words = {gold["text"], *also}
    return found["text"] in words or found.get("name") in words


def _period_right(gold: Plain, found: Plain | None) -> bool:
    if gold.get("begin") and gold.get("until"):
        return found is not None and (str(found.get("begin")), str(found.get("until"))) == (
            gold["begin"],
            gold["until"],
        )
    if gold.get("period"):
        return span_right(gold["period"], found)
    return True  # gold leaves it open


def _place(span: Plain) -> tuple[int, int]:
    return span["start"], span["end"]


def _words(name: str, claim: Plain) -> str:
    value = claim.get(name)
    if not isinstance(value, Mapping):
        return str(value)
    days = claim if "begin" in claim else value
    return (
        f"{value.get('text')} [{days.get('begin')}..{days.get('until')}]"
        if name == "period"
        else str(value.get("text"))
    )


def _brief(item: Plain, keys: Sequence[str]) -> str:
    return " ".join(str(item[key]) for key in keys if item.get(key) is not None)


def _note(report: Report, kind: str, document: GoldDocument, place: tuple[int, int], what: str) -> None:
    start, end = place
    text = document.text
    context = f"…{text[max(0, start - _BEFORE) : start]}【{text[start:end]}】{text[end : end + _AFTER]}…"
    shown = printable(context.replace("\n", "⏎"))
    report.mistakes.append(Mistake(kind, document.name, start, end, shown, printable(what)))
