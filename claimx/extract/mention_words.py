"""The words of the mention finder, folded and compiled once from ``lexicon/mentions.toml``."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from claimx.lexicon.loader import read_toml, read_tsv
from claimx.model import MentionKind
from claimx.source.text import fold

if TYPE_CHECKING:
    from ahocorasick_rs import AhoCorasick

FILE = "mentions.toml"


class Candidate(NamedTuple):
    """A possible mention before overlaps are settled; a lower ``rank`` wins among equal spans."""

    start: int
    end: int
    kind: MentionKind
    id: str | None = None
    name: str | None = None  # None: the raw text
    tickers: tuple[str, ...] = ()
    rank: int = 5


@cache
def words(section: str, key: str) -> frozenset[str]:
    """The folded forms of ``section.key``."""
    return frozenset(fold(word) for word in read_toml(FILE)[section][key].split())


@cache
def tuple_of(section: str, key: str) -> tuple[str, ...]:
    """The folded forms of ``section.key``, longest first, for ``str.startswith`` and ``endswith``."""
    return tuple(sorted(words(section, key), key=lambda word: (-len(word), word)))


@cache
def matcher(section: str, key: str) -> tuple[AhoCorasick, tuple[str, ...]]:
    """A leftmost-longest matcher of ``section.key`` and its forms."""
    forms = tuple_of(section, key)
    return automaton(forms), forms


def automaton(forms: tuple[str, ...]) -> AhoCorasick:
    """A leftmost-longest matcher of ``forms``."""
    from ahocorasick_rs import AhoCorasick, MatchKind

    return AhoCorasick(forms, matchkind=MatchKind.LeftmostLongest)


@lru_cache(maxsize=1)
def common_words() -> frozenset[str]:
    """Frequent plain words of two to four characters, and the jargon of the trade."""
    lines = [record for record in read_tsv("common_words.txt") if record[0] != "rare"]
    return words("org", "jargon").union(*(fold(" ".join(line)).split() for line in lines))


@lru_cache(maxsize=1)
def rare_words() -> frozenset[str]:
    """Plain words that are less frequent."""
    lines = [record[1:] for record in read_tsv("common_words.txt") if record[0] == "rare"]
    return frozenset().union(*(fold(" ".join(line)).split() for line in lines))


@lru_cache(maxsize=1)
def unit_pattern() -> re.Pattern[str]:
    """What behind a number makes it a quantity: a unit, unless a character undoes it (台 in 台湾)."""
    parts = []
    for entry in sorted((fold(word) for word in read_toml(FILE)["units"]["words"].split()), key=len, reverse=True):
        unit, _, undone = entry.partition("|")
        tail = f"(?![{re.escape(undone)}])" if undone else ""
        if unit[-1].isascii() and unit[-1].isalpha():
            tail += "(?![A-Za-z])"
        parts.append(re.escape(unit) + tail)
    return re.compile(" ?(?:" + "|".join(parts) + ")")


def is_han(char: str) -> bool:
    """Whether ``char`` is a Chinese character."""
    return (
        ("\u4e00" <= char <= "\u9fff" and char != "丨")
        or "\u3400" <= char <= "\u4dbf"
        or "\U00020000" <= char <= "\U0002ffff"
    )


def is_latin(char: str) -> bool:
    """Whether ``char`` is an ASCII letter or digit."""
    return char.isascii() and char.isalnum()


def is_plain(phrase: str) -> bool:
    """Whether ``phrase`` is made of plain words only (a single character between them is let pass)."""
    common = common_words()
    size = len(phrase)
    best: list[int | None] = [0] + [None] * size  # least number of single characters up to each place
    for end in range(1, size + 1):
        least = None if best[end - 1] is None else best[end - 1] + 1  # type: ignore[operator]
        for width in (2, 3, 4):
            before = best[end - width] if end >= width else None
            if before is not None and phrase[end - width : end] in common and (least is None or before < least):
                least = before
        best[end] = least
    singles = best[size]
    return singles is not None and (singles == 0 or (singles == 1 and size >= 5))
