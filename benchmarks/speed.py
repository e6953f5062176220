"""Speed and memory: the whole pipeline beside jieba.lcut in the same run, its parts, and `claimx extract` as a process.

usage: python benchmarks/speed.py [--corpora FOLDER] [--rounds N] [--write] [ARTICLE]

All texts of corpora/ are run through one after another; the best of N rounds counts, jieba and claimx in turn, so that
whatever else the machine does meets both. ARTICLE (by default the longest of corpora/, repeated to 5,000 characters) is
what `claimx extract` reads. With --write the tables go into benchmarks/RESULTS.md and README.md.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from results import CORPORA, README, RESULTS, fill, markdown_table, where

import claimx
from claimx.corpus import load_corpus
from claimx.extract.mentions import find_mentions
from claimx.source.segment import split_sentences
from claimx.source.text import Text

LONG = 5000  # code points: a long commentary


def jieba_lcut() -> Callable[[str], object]:
    """jieba as anyone calls it, dictionary loaded."""
    import jieba

    tokenizer = jieba.Tokenizer()
    with tokenizer.lock:  # as initialize() does, without its cache in the shared temporary directory
        tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(tokenizer.get_dict_file())
        tokenizer.initialized = True
    return tokenizer.lcut


def best(runs: dict[str, Callable[[str], object]], texts: list[str], rounds: int) -> dict[str, float]:
    """Seconds that each of ``runs`` takes over ``texts``, the best of ``rounds``, in turn."""
    seconds = dict.fromkeys(runs, float("inf"))
    for _ in range(rounds + 1):  # the first round also warms up
        for name, run in runs.items():
            begin = time.perf_counter()
            for text in texts:
                run(text)
            seconds[name] = min(seconds[name], time.perf_counter() - begin)
    return seconds


def throughput(corpora: Path, rounds: int) -> tuple[str, float]:
    """The table of characters per second, and the whole pipeline's ratio to jieba.lcut."""
    texts = [article.text for article in load_corpus(corpora)]
    size = sum(map(len, texts))
    extractor = claimx.Extractor()
    seconds = best(
        {
            "jieba.lcut": jieba_lcut(),
            "claimx, whole pipeline": extractor,
            "claimx.find_quantities": claimx.find_quantities,
            "claimx.find_times": claimx.find_times,
            "claimx.find_numbers": claimx.find_numbers,
            "mentions": lambda text: find_mentions(Text(text)),
            "claimx.tokenize": claimx.tokenize,
            "sentences": lambda text: split_sentences(Text(text)),
        },
        texts,
        rounds,
    )
    whole = seconds["jieba.lcut"]
    rows = [(f"{len(texts)} articles, {size:,} characters", "characters/s", "× jieba.lcut")]
    rows += [(name, f"{size / spent:,.0f}", f"{whole / spent:.2f}") for name, spent in seconds.items()]
    return markdown_table(rows), whole / seconds["claimx, whole pipeline"]


# a process counts the memory of its parent at the fork as its own, so a small one stands between
_MEASURE = """
import resource, subprocess, sys, time
begin = time.perf_counter()
subprocess.run([sys.executable, *sys.argv[1:]], stdout=subprocess.DEVNULL, check=True)
print(time.perf_counter() - begin, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)
"""


def process(arguments: list[str], rounds: int) -> tuple[float, float]:
    """Wall-clock seconds (the best of ``rounds``) and peak memory in MB of a Python process."""
    spent, peak = float("inf"), 0.0
    for _ in range(rounds):
        command = [sys.executable, "-S", "-c", _MEASURE, *arguments]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
        seconds, megabytes = map(float, done.stdout.split())
        spent, peak = min(spent, seconds), max(peak, megabytes)
    return spent, peak


def processes(article: Path | None, rounds: int) -> str:
    """The table of whole processes: start-up, and one article from bytes to JSON."""
    with tempfile.TemporaryDirectory() as place:
        if article is None:
            text = max((found.text for found in load_corpus(CORPORA)), key=len)
            article = Path(place) / "long.txt"
            article.write_text((text.rstrip() + "\n\n") * (LONG // len(text) + 1), encoding="utf-8")
        size = len(article.read_text(encoding="utf-8"))
        rows = [("process", "seconds", "peak MB")]
        for name, arguments in (
            ("python -c pass", ["-c", "pass"]),
            ("import claimx", ["-c", "import claimx"]),
            ("claimx --help", ["-m", "claimx", "--help"]),
            (f"claimx extract, {size:,} characters", ["-m", "claimx", "extract", str(article), "--format", "jsonl"]),
        ):
            spent, peak = process(arguments, rounds)
            rows.append((name, f"{spent:.2f}", f"{peak:.0f}"))
    return markdown_table(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("article", nargs="?", type=Path, metavar="ARTICLE")
    parser.add_argument("--corpora", type=Path, default=CORPORA, metavar="FOLDER")
    parser.add_argument("--rounds", type=int, default=3, metavar="N")
    parser.add_argument("--write", action="store_true", help="put the tables into RESULTS.md and README.md")
    options = parser.parse_args()
    table, ratio = throughput(options.corpora, options.rounds)
    whole = processes(options.article, options.rounds)
    content = f"{where()}\n\n{table}\n\n{whole}"
    print(content)
    if options.write:
        fill(RESULTS, "speed", content)
        extract = whole.splitlines()[-1].strip("| ").split(" | ")
        fill(
            README,
            "speed",
            f"The whole pipeline runs at {ratio:.2f}× the speed of `jieba.lcut` alone; `{extract[0]}` takes "
            f"{extract[1]} s as a whole process ({where()}).",
        )


if __name__ == "__main__":
    main()
