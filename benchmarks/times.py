"""Characters a second of claimx's time extractor beside the peers, in one run over the project's own articles.

usage: python benchmarks/times.py [--chars 24000] [--seconds 5]

Peers are measured where they are installed (pip install jionlp recognizers-text-date-time "emoji<2" dateparser); a missing one is
named and left out. Every extractor is warmed up and then repeats the same articles for at least ``--seconds``.
"""

from __future__ import annotations

import argparse
import datetime
import platform
import sys
import time
from collections.abc import Callable
from pathlib import Path

CORPORA = Path(__file__).parent.parent / "corpora"
TARGETS = {"jionlp extract_time": 5, "recognizers-text datetime": 50}


def articles(wanted: int) -> list[str]:
    from claimx.corpus import load_article
    from claimx.errors import ClaimxError

    texts: list[str] = []
    for path in sorted(CORPORA.rglob("*.claimx")):
        try:
            texts.append(load_article(path).text)
        except ClaimxError as error:
            print(f"left out {path.name}: {error}", file=sys.stderr)
        if sum(map(len, texts)) >= wanted:
            break
    return texts


def ours() -> Callable[[str], object]:
    from claimx.extract.times import find_times

    day = datetime.date(2025, 9, 15)
    return lambda text: find_times(text, day)


def ours_with_names() -> Callable[[str], object]:
    from claimx import find_times

    return lambda text: find_times(text, "2025-09-15")


def jionlp() -> Callable[[str], object]:
    import jionlp as package

    base = time.time()
    return lambda text: package.ner.extract_time(text, time_base=base)


def recognizers() -> Callable[[str], object]:
    from recognizers_date_time import recognize_datetime

    day = datetime.datetime(2025, 9, 15)
    return lambda text: recognize_datetime(text, "zh-cn", reference=day)


def dateparser() -> Callable[[str], object]:
    from dateparser.search import search_dates

    return lambda text: search_dates(text, languages=["zh"])


def speed(find: Callable[[str], object], texts: list[str], seconds: float) -> tuple[float, int]:
    """Characters a second, and how many calls raised."""
    failed = 0
    done = 0
    start = time.perf_counter()
    while True:
        for text in texts:
            try:
                find(text)
            except Exception:  # a peer that fails on an article is timed all the same
                failed += 1
            done += len(text)
            if (took := time.perf_counter() - start) > seconds and done >= 1000:
                return done / took, failed


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--chars", type=int, default=24000)
    parser.add_argument("--seconds", type=float, default=5.0)
    options = parser.parse_args()
    texts = articles(options.chars)
    print(
        f"{len(texts)} articles, {sum(map(len, texts))} characters, Python {platform.python_version()}, {platform.machine()}"
    )
    if not texts:
        print("no articles to read")
        return
    own: float | None = None
    for name, prepare in (
        ("claimx extract.times", ours),
        ("claimx with names", ours_with_names),
        ("jionlp extract_time", jionlp),
        ("recognizers-text datetime", recognizers),
        ("dateparser search_dates", dateparser),
    ):
        try:
            find = prepare()
        except ImportError as error:
            print(f"{name:28} skipped: {error.name} is not installed")
            continue
        try:
            find(texts[0][:200])  # patterns and tables are built once
        except Exception as error:
            print(f"{name:28} fails on the first text: {type(error).__name__}", file=sys.stderr)
        rate, failed = speed(find, texts, options.seconds)
        own = own or rate
        line = f"{name:28} {rate:12,.0f} characters/s"
        if name in TARGETS:
            line += f"   claimx is {own / rate:,.0f} times as fast (target {TARGETS[name]})"
        print(line + (f"   {failed} calls raised" if failed else ""))


if __name__ == "__main__":
    main()
