"""The typed objects of claimx: what every other module speaks in, and what ``claimx schema`` describes.

All spans are half-open ranges of Unicode code points of the text as given: ``text[span.start:span.end] == span.text``.
Values are :class:`decimal.Decimal`; days are :class:`datetime.date`, and ``until`` is always exclusive.
"""

from __future__ import annotations

import datetime
import hashlib
import json
from decimal import Decimal
from typing import Any, Literal

import msgspec

SCHEMA: Literal["claimx/1"] = "claimx/1"

NumberKind = Literal["cardinal", "ordinal", "fraction"]
QuantityKind = Literal["money", "percent", "percentage_point", "ratio", "count", "measure", "points", "rank"]
Bound = Literal["exact", "about", "near", "over", "under", "at_least", "at_most"]
TimeKind = Literal["date", "duration", "set"]
Grain = Literal["second", "minute", "hour", "day", "week", "month", "quarter", "half", "year", "decade", "century"]
MentionKind = Literal["organization", "product", "person", "index", "place", "segment"]
ClaimType = Literal[
    "financial_result",
    "operating_metric",
    "market_move",
    "price",
    "market_position",
    "investment",
    "deal",
    "product_spec",
    "people",
    "policy_macro",
    "event",
    "statement",
]
Measure = Literal["level", "change", "share", "multiple", "rank", "date", "none"]
Direction = Literal["up", "down", "flat"]
Basis = Literal["yoy", "qoq", "mom", "dod", "vs_expectation", "vs_period"]
Modality = Literal["actual", "forecast", "plan", "target", "hypothetical", "rumor", "denied"]
ReferenceSource = Literal["argument", "metadata", "filename", "text", "none"]


class Span(msgspec.Struct, frozen=True, gc=False):
    """A half-open range of code points and the words it holds."""

    start: int
    end: int
    text: str


class Token(Span, frozen=True, gc=False):
    """One word of the tokenization stage; white space is a token too, so tokens tile the text."""


class Number(Span, frozen=True, gc=False):
    """A numeral, Chinese or Arabic, without unit."""

    value: Decimal
    kind: NumberKind


class Quantity(Span, frozen=True, gc=False):
    """A measured, counted or ranked value.

    ``unit`` is an ISO 4217 code for money, ``percent``, ``pp``, ``x`` (ratio), ``rank``, or the unit or classifier as
    written. ``high`` is set for ranges. ``same_as`` is the index, in the same list of quantities, of the amount that
    this one converts into another currency.
    """

    kind: QuantityKind
    value: Decimal
    high: Decimal | None = None
    unit: str | None = None
    bound: Bound = "exact"
    same_as: int | None = None


class Time(Span, frozen=True, gc=False):
    """A calendar date or period (``begin``, ``until``), a duration or a frequency (``value``, ISO 8601)."""

    kind: TimeKind
    begin: datetime.date | None = None
    until: datetime.date | None = None
    value: str | None = None
    grain: Grain | None = None
    anchor: Literal["past", "future"] | None = None


class Mention(Span, frozen=True, gc=False):
    """A named thing: ``id`` and ``name`` are canonical where the lexicon knows it, else ``name`` is the text."""

    kind: MentionKind
    id: str | None
    name: str
    tickers: tuple[str, ...] = ()


class Sentence(Span, frozen=True, gc=False):
    """One sentence, headline or list item; ``paragraph`` counts paragraphs from 0."""

    paragraph: int = 0


class Reference(Span, frozen=True, gc=False):
    """Whom a claim is about or who said it: a span, with the lexicon's ``id`` and ``name`` where known."""

    id: str | None = None
    name: str | None = None


class Metric(Span, frozen=True, gc=False):
    """The words naming what is measured, and their canonical ``key`` where the lexicon has one."""

    key: str | None = None


class Period(Span, frozen=True, gc=False):
    """The time a claim holds for; ``begin`` and ``until`` are null where it cannot be resolved."""

    begin: datetime.date | None = None
    until: datetime.date | None = None


class Value(msgspec.Struct, frozen=True, gc=False):
    """The value a claim asserts, as in :class:`Quantity`."""

    kind: QuantityKind
    value: Decimal
    high: Decimal | None = None
    unit: str | None = None
    bound: Bound = "exact"


class Range(msgspec.Struct, frozen=True, gc=False):
    """A half-open range of code points without its words."""

    start: int
    end: int


class Cue(Span, frozen=True, gc=False):
    """A word that decided a field of a claim, and the field's role it spoke for."""

    role: str = ""


class Claim(msgspec.Struct, frozen=True):
    """A checkable assertion about a subject, anchored on one value; see GUIDELINES in the README for every field."""

    id: str
    type: ClaimType
    start: int
    end: int
    text: str
    sentence: Range
    anchor: Span
    measure: Measure
    direction: Direction | None
    basis: Basis | None
    value: Value | None
    subject: Reference | None
    metric: Metric | None
    comparator: Span | None
    period: Period | None
    modality: Modality
    attribution: Reference | None
    confidence: float
    rule: str
    cues: tuple[Cue, ...] = ()

    def __repr__(self) -> str:
        """One line a person can read: who, what, value, when."""
        parts: list[str] = [self.type, self.measure]
        if self.direction:
            parts.append(self.direction)
        if self.basis:
            parts.append(self.basis)
        who = self.subject.text if self.subject else "?"
        what = f".{self.metric.text}" if self.metric else ""
        when = f" @ {self.period.text}" if self.period else ""
        said = f" [{self.modality}" + (f", {self.attribution.text}]" if self.attribution else "]")
        return f"<Claim {' '.join(parts)}: {who}{what} = {self.anchor.text}{when}{said}>"


class Record(msgspec.Struct):
    """One document as a JSON line of the ``claimx/1`` schema."""

    doc_id: str | None = None
    path: str | None = None
    title: str | None = None
    sha256: str | None = None
    n_chars: int = 0
    encoding: str | None = None
    reference_date: datetime.date | None = None
    reference_date_from: ReferenceSource = "none"
    error: str | None = None
    quantities: list[Quantity] = []
    times: list[Time] = []
    mentions: list[Mention] = []
    claims: list[Claim] = []
    schema: Literal["claimx/1"] = SCHEMA


# number literals stay exact: a Decimal is written digit for digit, never through binary floats
_ENCODER = msgspec.json.Encoder(decimal_format="number")
_FIRST = ("schema",)


class Document(Record):
    """A processed text: everything found in it, with the text itself and its sentences."""

    text: str = ""
    sentences: list[Sentence] = []

    def record(self) -> Record:
        """The document without its text: what is written to files."""
        return Record(**{name: getattr(self, name) for name in Record.__struct_fields__})

    def to_dict(self) -> dict[str, Any]:
        """Plain dicts and lists; values stay :class:`~decimal.Decimal`, days become ISO strings."""
        built: dict[str, Any] = msgspec.to_builtins(self.record(), builtin_types=(Decimal,))
        return {"schema": built.pop("schema"), **built}

    def to_json(self) -> str:
        """One line of ``claimx/1`` JSON."""
        return encode_json(self.to_dict())

    def to_rows(self) -> list[dict[str, Any]]:
        """One flat dict a claim, in text order, with the columns of CSV: for ``pandas.DataFrame`` and the like."""
        from claimx.output.rows import claim_rows

        return [dict(row) for row in claim_rows(self)]

    def _repr_html_(self) -> str:
        """The text with its values marked and the table of claims, for notebooks."""
        from claimx.output.html import html_fragment

        return html_fragment(self)

    def byte_span(self, span: Span | Claim | Range) -> tuple[int, int]:
        """``span`` as a half-open range of UTF-8 bytes of the text; lone surrogates count three bytes."""
        first = len(self.text[: span.start].encode("utf-8", "surrogatepass"))
        return first, first + len(self.text[span.start : span.end].encode("utf-8", "surrogatepass"))

    def utf16_span(self, span: Span | Claim | Range) -> tuple[int, int]:
        """``span`` as a half-open range of UTF-16 code units (JavaScript, Java)."""
        first = len(self.text[: span.start].encode("utf-16-le", "surrogatepass")) // 2
        return first, first + len(self.text[span.start : span.end].encode("utf-16-le", "surrogatepass")) // 2


def encode_json(value: Any) -> str:
    """``value`` as one line of JSON, always valid UTF-8: lone surrogates are written as ``\\udXXX``.

    Decimals are written as exact number literals.
    """
    try:
        return _ENCODER.encode(value).decode("utf-8")
    except UnicodeEncodeError:
        return _ENCODER.encode(_escaped(value)).decode("utf-8")


def _escaped(value: Any) -> Any:
    """``value`` with the strings that UTF-8 cannot hold already written as ASCII-only JSON."""
    if isinstance(value, str):
        return value if _encodable(value) else msgspec.Raw(json.dumps(value).encode("ascii"))
    if isinstance(value, dict):
        return {key: _escaped(inner) for key, inner in value.items()}
    return [_escaped(inner) for inner in value] if isinstance(value, (list, tuple)) else value


def _encodable(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def sha256_of(text: str) -> str:
    """Hex SHA-256 of the text's UTF-8 (lone surrogates encoded as they are)."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def canonical(value: Decimal) -> Decimal:
    """``value`` without exponent or trailing zeros, so that equal values are written alike."""
    normal = value.normalize()
    exponent = normal.as_tuple().exponent
    return normal.quantize(Decimal(1)) if isinstance(exponent, int) and exponent > 0 else normal
