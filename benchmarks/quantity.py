"""Throughput of find_quantities beside other extractors of Chinese numbers, in one run, in characters a second.

usage: python benchmarks/quantity.py [--seconds S] [--write] [FOLDER]

Peers that are not installed are skipped with a word: recognizers-text-suite (number and number-with-unit models; it wants
emoji<2), jionlp (money extraction), cn2an (transform of a text), chinese2digits. Each reads the texts of FOLDER (default
corpora/) one after another for S seconds, in turn, and the best of three turns counts. With --write the table goes into
benchmarks/RESULTS.md.
"""

from __future__ import annotations

import argparse
import contextlib
import time
from collections.abc import Callable
from pathlib import Path

from results import CORPORA, RESULTS, fill, markdown_table, where

from claimx.corpus import load_corpus
from claimx.extract.numbers import find_numbers
from claimx.extract.quantities import find_quantities
from claimx.source.text import Text

Run = Callable[[str], object]
TURNS = 3


def recognizers() -> Run:
    """The number model and the models of numbers with a unit."""
    from recognizers_number import Culture, NumberRecognizer
    from recognizers_number_with_unit import NumberWithUnitRecognizer

    numbers, units = NumberRecognizer(Culture.Chinese), NumberWithUnitRecognizer(Culture.Chinese)
    models = [
        numbers.get_number_model(),
        numbers.get_percentage_model(),
        units.get_currency_model(),
        units.get_dimension_model(),
    ]
    return lambda text: [model.parse(text) for model in models]


def jionlp_money() -> Run:
    """Extraction of amounts of money."""
    import jionlp

    return lambda text: jionlp.ner.extract_money(text, with_parsing=True)


def cn2an_transform() -> Run:
    """Chinese numerals of a text rewritten in digits."""
    import cn2an

    return lambda text: cn2an.transform(text, "cn2an")


def digits() -> Run:
    """Numerals of a text, Chinese and Arabic."""
    import chinese2digits

    return chinese2digits.takeNumberFromString


SUBJECTS: dict[str, Callable[[], Run]] = {
    "claimx find_quantities": lambda: lambda text: find_quantities(Text(text)),
    "claimx find_numbers": lambda: lambda text: find_numbers(Text(text)),
    "recognizers-text number + unit models": recognizers,
    "jionlp ner.extract_money": jionlp_money,
    "cn2an transform": cn2an_transform,
    "chinese2digits takeNumberFromString": digits,
}


def speed(run: Run, texts: list[str], seconds: float) -> float:
    """Characters a second over as many of ``texts`` as fit into ``seconds``."""
    done, begun = 0, time.perf_counter()
    while True:
        for text in texts:
            with contextlib.suppress(Exception):  # a peer that fails on a text is not stopped by it
                run(text)
            done += len(text)
            spent = time.perf_counter() - begun
            if spent >= seconds:
                return done / spent


def main() -> None:
    """Prints, and with --write keeps, the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("folder", nargs="?", type=Path, default=CORPORA)
    arguments = parser.parse_args()
    texts = [article.text for article in load_corpus(arguments.folder)]
    runs: dict[str, Run] = {}
    for name, load in SUBJECTS.items():
        try:
            runs[name] = load()
            runs[name]("利润3.2亿元，同比增长12%。")  # what is built on first use is not counted
        except Exception as error:
            print(f"skipped: {name} ({type(error).__name__}: {error})")
            runs.pop(name, None)
    best = dict.fromkeys(runs, 0.0)
    for _ in range(TURNS):
        for name, run in runs.items():
            best[name] = max(best[name], speed(run, texts, arguments.seconds))
    ours = best["claimx find_quantities"]
    rows = [("", "characters/s", "find_quantities is faster by")]
    rows += [(name, f"{rate:,.0f}", f"{ours / rate:.1f}×") for name, rate in best.items()]
    table = f"{where()}; {len(texts)} texts, {sum(map(len, texts)):,} characters\n\n{markdown_table(rows)}"
    print(table)
    if arguments.write:
        fill(RESULTS, "quantity", table)


if __name__ == "__main__":
    main()
