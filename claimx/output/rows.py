"""Claims as flat rows, one claim a row, for CSV, data frames and Parquet.

Nested fields are flattened with ``_`` (``subject_name``, ``value_unit``, ``anchor_start``). Every row has every column.
"""

from __future__ import annotations

import datetime
from decimal import Decimal

from claimx.model import Claim, Document, Record, Span
from claimx.output.offsets import Unit, positions

Cell = str | int | float | Decimal | datetime.date | None
Row = dict[str, Cell]

_PARTS: dict[str, tuple[str, ...]] = {
    "sentence": ("start", "end"),
    "anchor": ("start", "end", "text"),
    "value": ("kind", "value", "high", "unit", "bound"),
    "subject": ("start", "end", "text", "id", "name"),
    "metric": ("start", "end", "text", "key"),
    "comparator": ("start", "end", "text"),
    "period": ("start", "end", "text", "begin", "until"),
    "attribution": ("start", "end", "text", "id", "name"),
}
_ORDER = (
    *("id", "type", "start", "end", "text", "sentence", "anchor", "measure", "direction", "basis", "value", "subject"),
    *("metric", "comparator", "period", "modality", "attribution", "confidence", "rule"),
)
_DOCUMENT = ("doc_id", "path", "sha256", "title", "reference_date")

COLUMNS: tuple[str, ...] = (
    *_DOCUMENT,
    *(f"{name}_{part}" if part else name for name in _ORDER for part in _PARTS.get(name, ("",))),
    "cues",
    "error",
)


_OFFSETS = tuple(name for name in COLUMNS if name.split("_")[-1] in ("start", "end"))


def claim_rows(document: Record, offsets: Unit = "codepoint") -> list[Row]:
    """One row a claim, in text order, with the columns of :data:`COLUMNS`; no claim, no row.

    Spans count in ``offsets``; in another unit than code points only where ``document`` has its text.
    """
    head: Row = {name: getattr(document, name) for name in _DOCUMENT}
    rows: list[Row] = [{**head, **_cells(claim), "error": None} for claim in document.claims]
    if offsets != "codepoint" and isinstance(document, Document):
        spans = {value for row in rows for name in _OFFSETS if isinstance(value := row[name], int)}
        where = positions(document.text, spans, offsets)
        for row in rows:
            row.update({name: where[value] for name in _OFFSETS if isinstance(value := row[name], int)})
    return rows


def error_row(document: Record) -> Row:
    """The row that stands for a document that could not be read: its name and ``error``, all else None."""
    row: Row = dict.fromkeys(COLUMNS)
    row.update({name: getattr(document, name) for name in _DOCUMENT}, error=document.error)
    return row


def _cells(claim: Claim) -> Row:
    row: Row = {}
    for name in _ORDER:
        value = getattr(claim, name)
        parts = _PARTS.get(name)
        if parts is None:
            row[name] = value
            continue
        for part in parts:
            row[f"{name}_{part}"] = None if value is None else getattr(value, part)
    row["cues"] = "; ".join(f"{cue.text} ({cue.role})" for cue in claim.cues) or None
    return row


def span_text(span: Span | None) -> str:
    """The words of a span that may be missing."""
    return span.text if span is not None else ""
