"""How far two annotators agree on the test articles: the second annotation scored against the first.

usage: python benchmarks/agreement.py [--write]

``benchmarks/second/`` holds the articles of ``corpora/test`` annotated again, from the plain text, by a second annotator
who had not seen the first annotation. What they agree on is the height that any extractor can be measured to there.
"""

from __future__ import annotations

import argparse
from typing import Any

from accuracy import field_table, found_table
from results import CORPORA, RESULTS, ROOT, fill, where

from claimx.corpus import load_corpus, to_gold_dict
from claimx.evaluate import evaluate, load_gold

SECOND = ROOT / "benchmarks" / "second"


def as_prediction(plain: dict[str, Any]) -> dict[str, Any]:
    """An annotation in the shape of a document that was extracted: the days of a period lie in the period."""
    claims = []
    for claim in plain["claims"]:
        days = {key: claim[key] for key in ("begin", "until")}
        claims.append({**claim, "period": {**claim["period"], **days} if claim["period"] else None})
    return {**plain, "claims": claims}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="put the tables into RESULTS.md")
    options = parser.parse_args()
    second = {article.name: as_prediction(to_gold_dict(article)) for article in load_corpus(SECOND)}
    report = evaluate(load_gold(CORPORA / "test"), lambda document: second[document.name])
    reports = {"second annotator": report}
    content = f"{where()}\n\n{found_table(reports)}\n\n{field_table(reports)}"
    print(content)
    if options.write:
        fill(RESULTS, "agreement", content)


if __name__ == "__main__":
    main()
