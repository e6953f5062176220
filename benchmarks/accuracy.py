"""Scores claimx on the annotated articles of corpora/, one line a split, or on any folder of gold given.

usage: python benchmarks/accuracy.py [--errors N] [FOLDER …]

Each FOLDER holds .claimx articles, or texts with .gold.json files. Without one, the splits of corpora/ are scored.
The full score of a folder with errors listed: claimx eval FOLDER --errors N
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from claimx.errors import ClaimxError
from claimx.evaluate import FIELDS, Report, evaluate, f1, live_extractor, load_gold, render

CORPORA = Path(__file__).resolve().parent.parent / "corpora"
SPLITS = ("train", "dev", "test")


def table(reports: dict[str, Report]) -> str:
    """One line a collection: F1 of what is found, and of claims that are typed and strictly right; all in percent."""
    head = ("", "articles", "quantities", "value", "times", "value", "claims", "found", "typed", "strict", "statements")
    rows = [head]
    for name, report in reports.items():
        quantities, times, claims, statements = report.quantities, report.times, report.claims, report.statements
        rows.append(
            (
                name,
                str(report.documents),
                _f1(quantities.found, quantities.predicted, quantities.gold),
                _f1(quantities.value, quantities.gold, quantities.gold),
                _f1(times.found, times.predicted, times.gold),
                _f1(times.value, times.gold, times.gold),
                str(claims.gold),
                _f1(claims.found, claims.predicted, claims.gold),
                _f1(claims.fields["type"], claims.predicted, claims.gold),
                _f1(claims.strict, claims.predicted, claims.gold),
                _f1(statements.found, statements.predicted, statements.gold),
            )
        )
    fields = [("of the claims found", *FIELDS)]
    for name, report in reports.items():
        counts = report.claims
        fields.append((name, *(f"{100 * counts.fields[field] / max(1, counts.found):.1f}" for field in FIELDS)))
    return "\n\n".join("\n".join(_aligned(part)) for part in (rows, fields))


def _f1(right: int, predicted: int, gold: int) -> str:
    return f"{100 * f1(right, predicted, gold):.1f}"


def _aligned(rows: list[tuple[str, ...]]) -> list[str]:
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    return ["  ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]).rstrip() for row in rows]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="*", type=Path, metavar="FOLDER")
    parser.add_argument("--errors", type=int, default=0, metavar="N", help="also list N errors of each class")
    options = parser.parse_args()
    folders = options.folders or [CORPORA / split for split in SPLITS]
    try:
        reports = {folder.name or str(folder): evaluate(load_gold(folder), live_extractor()) for folder in folders}
    except ClaimxError as error:
        print(f"accuracy.py: {error}", file=sys.stderr)
        return 2
    print(table(reports))
    if options.errors > 0:
        for name, report in reports.items():
            print(f"\n{name}\n{render(report, options.errors)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
