"""Scores as tables for people: percentages by kind, type and field, then mistakes by class."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from claimx.evaluate.score import FIELDS, STRICT, ClaimScore, Mistake, Report, SpanScore, f1


def render(report: Report, errors: int = 0) -> str:
    """The score as tables: quantities and times by kind, claims by type and by field, ``errors`` mistakes of each class.

    All figures but counts are percentages. P, R and F1 are of what is found, in the rows of one type of claim of what is
    found with that type; *typed* and *strict* are F1 as well.
    """
    documents = "1 document" if report.documents == 1 else f"{report.documents} documents"
    head = f"{documents}; spans whose words are not the text's: {report.spans_wrong} of {report.spans}"
    parts = [head]
    if report.missing:
        parts.append(f"no output for: {', '.join(report.missing)}")
    parts += [aligned(rows) for rows in (_span_rows(report), _claim_rows(report), _field_rows(report)) if len(rows) > 1]
    parts += ["\n".join(_shown(report.mistakes, errors))] if errors > 0 else []
    return "\n\n".join(parts) + "\n"


def percent(part: float, whole: float = 1) -> str:
    """``part`` of ``whole`` in percent with one decimal; a dash where there is no whole."""
    return f"{100 * part / whole:.1f}" if whole else "–"


def aligned(rows: Sequence[Sequence[str]]) -> str:
    """Rows of ASCII cells as lines, the first column to the left, figures to the right."""
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    lines = ("  ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]).rstrip() for row in rows)
    return "\n".join(lines)


def _span_rows(report: Report) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = [("", "gold", "output", "P", "R", "F1", "value", "bound")]
    for part, score in (("quantities", report.quantities), ("times", report.times)):
        rows.append(_span_row(part, part, score))
        kinds = [(kind, counts) for (owner, kind), counts in report.by_kind.items() if owner == part]
        kinds.sort(key=lambda item: (-item[1].gold, item[0]))
        rows += [_span_row(part, f"  {kind}", counts) for kind, counts in kinds]
    return rows


def _span_row(part: str, label: str, score: SpanScore) -> tuple[str, ...]:
    bound = percent(score.bound, score.found) if part == "quantities" else ""
    return (label, str(score.gold), str(score.predicted), *prf(score), percent(score.value, score.gold), bound)


def prf(score: SpanScore | ClaimScore) -> tuple[str, str, str]:
    """Precision, recall and F1 of what is found, in percent."""
    return (
        percent(score.found, score.predicted),
        percent(score.found, score.gold),
        percent(f1(score.found, score.predicted, score.gold)),
    )


def _claim_rows(report: Report) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = [("", "gold", "output", "P", "R", "F1", "typed", "strict")]
    for label, counts in (("claims", report.claims), ("statements", report.statements)):
        typed, strict = (f1(right, counts.predicted, counts.gold) for right in (counts.fields["type"], counts.strict))
        rows.append((label, str(counts.gold), str(counts.predicted), *prf(counts), percent(typed), percent(strict)))
        if label == "claims":
            for name, kind in sorted(report.by_type.items(), key=lambda item: (-item[1].gold, item[0])):
                p, r = percent(kind.typed, kind.predicted), percent(kind.typed, kind.gold)
                scores = [percent(f1(right, kind.predicted, kind.gold)) for right in (kind.typed, kind.strict)]
                rows.append((f"  {name}", str(kind.gold), str(kind.predicted), p, r, "", *scores))
    return rows


def _field_rows(report: Report) -> list[tuple[str, ...]]:
    """Of the claims found, how many have the field right; and how many strict ones each field alone costs."""
    rows: list[tuple[str, ...]] = [("of those found", "claims", "only this wrong", "statements")]
    wrong = [fields for document in report.outcomes.values() for fields in document.claims.values() if fields]
    alone = Counter(fields[0] for fields in wrong if len(fields) == 1)
    for name in FIELDS:
        right = [percent(counts.fields[name], counts.found) for counts in (report.claims, report.statements)]
        rows.append((name, right[0], str(alone[name]) if name in STRICT else "", right[1]))
    return rows


def _shown(mistakes: Sequence[Mistake], errors: int) -> Iterator[str]:
    for kind, count in Counter(mistake.kind for mistake in mistakes).most_common():
        yield f"{kind}: {count}"
        for mistake in [mistake for mistake in mistakes if mistake.kind == kind][:errors]:
            yield f"  {mistake.doc} [{mistake.start},{mistake.end}) {mistake.context} {mistake.what}".rstrip()
