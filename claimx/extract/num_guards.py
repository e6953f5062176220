"""Words that hold a numeral character and are no numbers (``lexicon/number_guards.toml``)."""

from __future__ import annotations

from functools import lru_cache

from claimx.extract.num_parse import DIGITS, SCALES
from claimx.lexicon.loader import read_toml
from claimx.source.text import fold

_NUMERALS = frozenset("0123456789点") | DIGITS.keys() | SCALES.keys()


@lru_cache(maxsize=1)
def _guards() -> tuple[object, tuple[bool, ...]]:
    import ahocorasick_rs

    table = read_toml("number_guards.toml")
    words = dict.fromkeys((fold(word) for word in table["words"].split()), True)
    words.update(dict.fromkeys((fold(word) for word in table["allow"].split()), False))
    automaton = ahocorasick_rs.AhoCorasick(list(words), matchkind=ahocorasick_rs.MatchKind.LeftmostLongest)
    return automaton, tuple(words.values())


@lru_cache(maxsize=1)
def metric_letters() -> frozenset[str]:
    """Letters that name a measure and do not belong to the numeral behind them: PE27倍, EPS1.2元."""
    return frozenset(read_toml("number_guards.toml")["metric_letters"].split())


def guarded(folded: str) -> list[tuple[int, int]]:
    """Spans of words that hold a numeral character and are no numbers, in text order."""
    automaton, real = _guards()
    return [
        (start, end)
        for which, start, end in automaton.find_matches_as_indexes(folded)  # type: ignore[attr-defined]
        if real[which] and not _longer(folded, start, end)
    ]


def _longer(folded: str, start: int, end: int) -> bool:
    """Whether a word of numerals alone (九九, 618) is but a part of a longer numeral."""
    if folded[end - 1] not in _NUMERALS or not _NUMERALS.issuperset(folded[start:end]):
        return False
    return folded[start - 1 : start] in _NUMERALS or folded[end : end + 1] in _NUMERALS


def unguarded(folded: str, position: int) -> bool:
    """Whether 数, 几 or 上 before a scale word makes it a numeral whatever word it seems to begin."""
    return folded[position] in "十百千万亿" and position > 0 and folded[position - 1] in "数几"
