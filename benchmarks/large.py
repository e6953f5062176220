"""One line of ten megabytes of UTF-8 through the whole pipeline, and odd ones of one: every span exact, time and memory told.

usage: python benchmarks/large.py [--megabytes N] [--write]
"""

from __future__ import annotations

import argparse
import resource
import time

from results import CORPORA, RESULTS, fill, markdown_table, where

import claimx
from claimx.corpus import load_corpus
from claimx.model import Document


def lines(size: int) -> dict[str, str]:
    """Texts without a line break: plain prose of about ``size`` bytes of UTF-8, dense and odd ones of a part of that."""
    prose = "".join(article.text.replace("\n", "") for article in load_corpus(CORPORA))
    odd = {"no punctuation": "营收增长三成净利", "digits": "7", "numerals": "亿", "brackets": "（", "years": "2025年"}
    plain = "公司继续推进技术创新，产品受到市场欢迎，管理层对前景感到乐观。" * 40 + "星河科技营收3亿元，同比增长12%。"
    texts = {"plain prose, few values": repeated(plain, size), "articles, a fifth of it": repeated(prose, size // 5)}
    return texts | {f"{name}, a tenth of it": repeated(unit, size // 10) for name, unit in odd.items()}


def repeated(unit: str, size: int) -> str:
    """``unit`` again and again, of about ``size`` bytes."""
    return unit * (size // len(unit.encode()) + 1)


def wrong_spans(document: Document) -> int:
    """How many spans of ``document`` do not hold the words of its text."""
    text = document.text
    spans = [*document.quantities, *document.times, *document.mentions, *document.sentences]
    for claim in document.claims:
        parts = (claim.anchor, claim.subject, claim.metric, claim.comparator, claim.period, claim.attribution)
        spans += [part for part in (*parts, *claim.cues) if part is not None]
    return sum(text[span.start : span.end] != span.text for span in spans)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--megabytes", type=float, default=10, metavar="N")
    parser.add_argument("--write", action="store_true", help="put the table into RESULTS.md")
    options = parser.parse_args()
    extractor = claimx.Extractor()
    extractor("营收")
    rows = [
        (f"{options.megabytes:g} MB on one line", "seconds", "claims", "quantities", "wrong spans", "peak MB so far")
    ]
    for name, text in lines(int(options.megabytes * 1_000_000)).items():
        begin = time.perf_counter()
        document = extractor(text)
        spent = time.perf_counter() - begin
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        found = (str(len(document.claims)), str(len(document.quantities)), str(wrong_spans(document)))
        rows.append((name, f"{spent:.1f}", *found, f"{peak:.0f}"))
        print(rows[-1], flush=True)
    content = f"{where()}\n\n{markdown_table(rows)}"
    print(content)
    if options.write:
        fill(RESULTS, "large", content)


if __name__ == "__main__":
    main()
