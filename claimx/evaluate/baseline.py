"""Scores kept from a release, and what a later one gained and lost against them, claim by claim.

A baseline is one JSON file, small enough to be committed: the totals, and for every gold claim whether it was found and
which fields were wrong. Claims are named by document and anchor, and a document counts only while its text is the same,
so that a corpus may grow without making a baseline useless.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Literal

import msgspec

from claimx.errors import UnreadableInput
from claimx.evaluate.gold import GoldDocument
from claimx.evaluate.score import DocumentOutcome, Report, f1
from claimx.evaluate.tables import aligned
from claimx.output.tables import printable

FORMAT: Literal["claimx-baseline/1"] = "claimx-baseline/1"
_LEVELS = ("found", "typed", "strict")
_SHOWN = 12  # claims listed of each class


class Baseline(msgspec.Struct):
    """The scores of one release: totals in percent, and the outcome of every claim by document."""

    release: str
    date: datetime.date
    scores: dict[str, float]
    documents: dict[str, DocumentOutcome]
    format: Literal["claimx-baseline/1"] = FORMAT


def totals(report: Report) -> dict[str, float]:
    """The headline figures of ``report`` in percent, with one decimal."""
    quantities, times, claims, statements = report.quantities, report.times, report.claims, report.statements
    figures = {
        "quantities F1": f1(quantities.found, quantities.predicted, quantities.gold),
        "quantities value": quantities.value / quantities.gold if quantities.gold else 1.0,
        "times F1": f1(times.found, times.predicted, times.gold),
        "times value": times.value / times.gold if times.gold else 1.0,
        "claims found F1": f1(claims.found, claims.predicted, claims.gold),
        "claims typed F1": f1(claims.fields["type"], claims.predicted, claims.gold),
        "claims strict F1": f1(claims.strict, claims.predicted, claims.gold),
        "statements found F1": f1(statements.found, statements.predicted, statements.gold),
    }
    return {name: round(100 * figure, 1) for name, figure in figures.items()}


def write_baseline(report: Report, path: Path, release: str, date: datetime.date) -> None:
    """Writes ``report`` as the baseline of ``release``; one document a line, so that a diff shows which changed."""
    baseline = Baseline(release, date, totals(report), report.outcomes)
    lines = ",\n".join(
        f"  {msgspec.json.encode(name).decode()}: {msgspec.json.encode(outcome).decode()}"
        for name, outcome in sorted(baseline.documents.items())
    )
    head = msgspec.json.encode(msgspec.structs.replace(baseline, documents={}), order="deterministic").decode()
    content = head.replace('"documents":{}', '"documents":{\n' + lines + "\n}", 1)
    try:
        path.write_text(content + "\n", encoding="utf-8")
    except OSError as error:
        raise UnreadableInput(f"The baseline {path} cannot be written: {error.strerror or error}.") from None


def load_baseline(path: Path) -> Baseline:
    """The baseline in the file at ``path``; raises :class:`UnreadableInput` in words where it is none."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Baseline)
    except OSError as error:
        raise UnreadableInput(f"The baseline {path} cannot be read: {error.strerror or error}.") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise UnreadableInput(f"{path} is no baseline written by claimx eval --write-baseline: {error}.") from None


def compare(report: Report, baseline: Baseline, gold: Iterable[GoldDocument], shown: int = _SHOWN) -> str:
    """What ``report`` gained and lost against ``baseline``: totals, counts by level, then ``shown`` claims of each class."""
    documents = {document.name: document for document in gold}
    moves: dict[str, list[str]] = {}
    compared = 0
    for name, now in sorted(report.outcomes.items()):
        before = baseline.documents.get(name)
        if before is None or before.sha256 != now.sha256:
            continue
        for key, fields in now.claims.items():
            if key in before.claims:
                compared += 1
                for kind, what in _moves(before.claims[key], fields):
                    moves.setdefault(kind, []).append(f"{name} {_quoted(documents.get(name), key)}{what}")
    was = f"{baseline.release} of {baseline.date}"
    if not compared:
        return f"Nothing to compare: the baseline of {was} holds none of these documents.\n"
    counts: list[tuple[str, ...]] = [("against " + was, "gained", "lost")]
    counts += [(level, *(str(len(moves.get(f"{level} {way}", ()))) for way in ("gained", "lost"))) for level in _LEVELS]
    figures = [("", "before", "now", "change")]
    figures += [
        (name, f"{baseline.scores[name]:.1f}", f"{now:.1f}", f"{now - baseline.scores[name]:+.1f}")
        for name, now in totals(report).items()
        if name in baseline.scores
    ]
    same = baseline.documents.keys() == report.outcomes.keys()
    note = "" if same else "The totals are of different documents; only gained and lost compare like with like.\n"
    parts = [aligned(figures) + "\n" + note, aligned(counts) + f"\n{compared} claims compared\n"]
    for kind in (f"{level} {way}" for level in _LEVELS for way in ("lost", "gained")):
        lines = moves.get(kind, [])
        if lines:
            more = [f"  … and {len(lines) - shown} more"] if len(lines) > shown else []
            parts.append("\n".join([f"{kind}: {len(lines)}", *(f"  {line}" for line in lines[:shown]), *more]) + "\n")
    return "\n".join(parts)


def _moves(before: list[str] | None, now: list[str] | None) -> Iterator[tuple[str, str]]:
    """The levels that a claim gained or lost, with the fields that turned, as (class, words)."""
    for level, then, today in zip(_LEVELS, _reached(before), _reached(now), strict=True):
        if then != today:
            turned = (
                sorted(set(before or ()) ^ set(now or ())) if level == "strict" and None not in (before, now) else []
            )
            yield f"{level} {'gained' if today else 'lost'}", f" ({', '.join(turned)})" if turned else ""


def _reached(fields: list[str] | None) -> tuple[bool, bool, bool]:
    return fields is not None, fields is not None and "type" not in fields, fields == []


def _quoted(document: GoldDocument | None, key: str) -> str:
    """``[12,18)`` with the words of the anchor."""
    start, end = (int(part) for part in key.removesuffix("s").split("-"))
    words = printable(document.text[start:end].replace("\n", "⏎")) if document else ""
    return f"[{start},{end}) {words}"
