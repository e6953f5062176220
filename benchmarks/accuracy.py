"""Scores claimx on the annotated articles of corpora/, one line a split, or on any folder of gold given.

usage: python benchmarks/accuracy.py [--errors N] [--write] [FOLDER …]

Each FOLDER holds .claimx articles, or texts with .gold.json files. Without one, the splits of corpora/ are scored; with
--write the tables go into benchmarks/RESULTS.md and README.md. The full score of a folder: claimx eval FOLDER --errors N
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from results import CORPORA, README, RESULTS, fill, markdown_table, where

from claimx.errors import ClaimxError
from claimx.evaluate import FIELDS, Report, evaluate, f1, live_extractor, load_gold, render

SPLITS = ("train", "dev", "test")


def found_table(reports: dict[str, Report]) -> str:
    """One line a collection: F1 of what is found, and of claims that are typed and strictly right; all in percent."""
    rows: list[tuple[str, ...]] = [
        ("", "articles", "quantities", "right value", "times", "right value"),
    ]
    rows[0] += ("claims", "found", "typed", "strict", "statements found")
    for name, report in reports.items():
        quantities, times, claims, statements = report.quantities, report.times, report.claims, report.statements
        rows.append(
            (
                name,
                str(report.documents),
                _percent(f1(quantities.found, quantities.predicted, quantities.gold)),
                _percent(quantities.value / max(1, quantities.gold)),
                _percent(f1(times.found, times.predicted, times.gold)),
                _percent(times.value / max(1, times.gold)),
                str(claims.gold),
                _percent(f1(claims.found, claims.predicted, claims.gold)),
                _percent(f1(claims.fields["type"], claims.predicted, claims.gold)),
                _percent(f1(claims.strict, claims.predicted, claims.gold)),
                _percent(f1(statements.found, statements.predicted, statements.gold)),
            )
        )
    return markdown_table(rows)


def field_table(reports: dict[str, Report]) -> str:
    """One line a collection: of the claims found, how many have each field right, in percent."""
    rows: list[tuple[str, ...]] = [("of the claims found", *FIELDS)]
    for name, report in reports.items():
        counts = report.claims
        rows.append((name, *(_percent(counts.fields[field] / max(1, counts.found)) for field in FIELDS)))
    return markdown_table(rows)


def _percent(share: float) -> str:
    return f"{100 * share:.1f}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="*", type=Path, metavar="FOLDER")
    parser.add_argument("--errors", type=int, default=0, metavar="N", help="also list N errors of each class")
    parser.add_argument("--write", action="store_true", help="put the tables into RESULTS.md and README.md")
    options = parser.parse_args()
    if options.write and options.folders:
        parser.error("--write is for the splits of corpora/; leave out FOLDER")
    folders = options.folders or [CORPORA / split for split in SPLITS]
    try:
        reports = {folder.name or str(folder): evaluate(load_gold(folder), live_extractor()) for folder in folders}
    except ClaimxError as error:
        print(f"accuracy.py: {error}", file=sys.stderr)
        return 2
    content = f"{where()}\n\n{found_table(reports)}\n\n{field_table(reports)}"
    print(content)
    if options.errors > 0:
        for name, report in reports.items():
            print(f"\n{name}\n{render(report, options.errors)}")
    if options.write:
        fill(RESULTS, "accuracy", content)
        fill(README, "accuracy", f"{where()}\n\n{found_table(reports)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
