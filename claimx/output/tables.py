"""Claims as tables: CSV for programs, and for people a table whose columns line up with double-width characters.

On a terminal the table is drawn by rich in colour and fits the width; elsewhere it is plain text, one claim a line.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING, TextIO

from claimx.model import Claim, Document, Record
from claimx.output.rows import COLUMNS, Row, span_text

if TYPE_CHECKING:
    from rich.console import Console

_UNPRINTABLE = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2060\u2066-\u2069\ufeff\ud800-\udfff]"
)
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_HEADS = ("type", "subject", "metric", "value", "change", "period", "status", "source")
_MOST = {"subject": 24, "metric": 24, "value": 40, "period": 24, "source": 24}  # terminal cells
_ARROWS = {"up": "↑", "down": "↓", "flat": "→"}


def csv_text(rows: Iterable[Row], *, header: bool = True) -> str:
    """``rows`` as CSV with ``\\n`` line ends; numbers are written digit for digit, days in ISO form, None as nothing."""
    lines = _Lines()
    # the writer quotes only line ends that it writes itself, and a text may hold a lone \r as well
    writer = csv.writer(lines, lineterminator="\r\n")
    if header:
        writer.writerow(COLUMNS)
    for row in rows:
        writer.writerow([_csv_cell(row.get(name)) for name in COLUMNS])
    return "".join(line.removesuffix("\r\n") + "\n" for line in lines)


class _Lines(list[str]):
    """What a CSV writer writes to: one string a row."""

    def write(self, line: str) -> None:
        """Takes one row."""
        self.append(line)


def _csv_cell(value: object) -> object:
    if isinstance(value, Decimal):
        return format(value, "f")
    return _SURROGATE.sub("\ufffd", value) if isinstance(value, str) else value


def printable(text: str) -> str:
    """``text`` on one line without anything that could steer a terminal."""
    return _UNPRINTABLE.sub(" ", text).strip()


def print_table(document: Document, stream: TextIO) -> None:
    """Writes the claims of ``document`` to ``stream``, drawn if it is a terminal and plain if not, and a summary."""
    rows = [_row(claim) for claim in document.claims]
    if stream.isatty():
        from rich.console import Console

        _draw(rows, document, Console(file=stream, highlight=False, markup=False, emoji=False))
    else:
        stream.write(plain_table(rows) + summary(document) + "\n")


def summary(document: Record) -> str:
    """One line: how much was found, and from which day the text speaks."""
    counts = ", ".join(
        f"{len(found)} {name if len(found) != 1 else name[:-1].replace('quantitie', 'quantity')}"
        for name, found in (
            ("claims", document.claims),
            ("quantities", document.quantities),
            ("times", document.times),
            ("mentions", document.mentions),
        )
    )
    day = f"{document.reference_date} ({document.reference_date_from})" if document.reference_date else "none"
    return f"{counts}; reference date: {day}"


def plain_table(rows: list[tuple[str, ...]]) -> str:
    """Left-aligned columns two spaces apart; empty without rows."""
    from rich.cells import cell_len

    if not rows:
        return ""
    table = [_HEADS, *rows]
    widths = [max(cell_len(row[column]) for row in table) for column in range(len(_HEADS))]
    lines = (
        "  ".join(cell + " " * (width - cell_len(cell)) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in table
    )
    return "\n".join(lines) + "\n"


def _row(claim: Claim) -> tuple[str, ...]:
    change = " ".join(filter(None, (_ARROWS.get(claim.direction or ""), claim.basis)))
    cells = {
        "type": claim.type,
        "subject": span_text(claim.subject),
        "metric": span_text(claim.metric),
        "value": claim.anchor.text,
        "change": change or ("" if claim.measure in ("level", "none") else claim.measure),
        "period": span_text(claim.period),
        "status": claim.modality,
        "source": span_text(claim.attribution),
    }
    return tuple(_cut(printable(cells[head]), _MOST.get(head)) or "–" for head in _HEADS)


def _cut(text: str, cells: int | None) -> str:
    from rich.cells import cell_len, set_cell_size

    return text if cells is None or cell_len(text) <= cells else set_cell_size(text, cells - 1).rstrip() + "…"


def _draw(rows: list[tuple[str, ...]], document: Document, console: Console) -> None:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    styles = {"type": "cyan", "value": "bold", "status": "yellow", "source": "dim", "period": "green"}
    table = Table(
        box=box.SIMPLE_HEAD, header_style="bold", pad_edge=False, title=printable(document.title or "") or None
    )
    for head in _HEADS:
        fixed = head in (
            "type",
            "change",
            "status",
        )  # words of ours, which read badly when broken; the text's own may fold
        table.add_column(head, style=styles.get(head), overflow="ellipsis" if fixed else "fold", no_wrap=fixed)
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    if rows:
        console.print(table)
    console.print(Text(summary(document), style="dim"))
