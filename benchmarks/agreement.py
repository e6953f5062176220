"""How far two annotators agree on the test articles: the second annotation scored against the first, each against both.

usage: python benchmarks/agreement.py [--write]

``benchmarks/first/`` and ``benchmarks/second/`` hold the test articles as two annotators left them, the second working from
the plain text without having seen the first. ``corpora/test`` holds what an adjudicator made of both by the guideline. What
the two agree on is the height that any extractor can be measured to there.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from accuracy import field_table, found_table
from results import CORPORA, RESULTS, ROOT, fill, where

from claimx.corpus import load_corpus, to_gold_dict
from claimx.evaluate import evaluate, load_gold

FIRST, SECOND = ROOT / "benchmarks" / "first", ROOT / "benchmarks" / "second"


def as_prediction(plain: dict[str, Any]) -> dict[str, Any]:
    """An annotation in the shape of a document that was extracted: the days of a period lie in the period."""
    claims = []
    for claim in plain["claims"]:
        days = {key: claim[key] for key in ("begin", "until")}
        claims.append({**claim, "period": {**claim["period"], **days} if claim["period"] else None})
    return {**plain, "claims": claims}


def annotations(folder: Path) -> dict[str, dict[str, Any]]:
    """The articles of ``folder`` by name, as predictions."""
    return {article.name: as_prediction(to_gold_dict(article)) for article in load_corpus(folder)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="put the tables into RESULTS.md")
    options = parser.parse_args()
    first, second = annotations(FIRST), annotations(SECOND)
    test = load_gold(CORPORA / "test")
    reports = {
        "second against first": evaluate(load_gold(FIRST), lambda document: second[document.name]),
        "first against adjudicated": evaluate(test, lambda document: first[document.name]),
        "second against adjudicated": evaluate(test, lambda document: second[document.name]),
    }
    content = f"{where()}\n\n{found_table(reports)}\n\n{field_table(reports)}"
    print(content)
    if options.write:
        fill(RESULTS, "agreement", content)


if __name__ == "__main__":
    main()
