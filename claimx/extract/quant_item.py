"""A quantity in the making, and the closed word lists of quantity grammar (``lexicon/quant_context.toml``)."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from claimx.extract.num_scan import Numeral
from claimx.lexicon.loader import read_toml
from claimx.source.text import fold


class Item:
    """A quantity in the making. ``core`` is where the numeral or its currency begins, without a sign."""

    __slots__ = (
        "bare",
        "bound",
        "core",
        "currency_given",
        "end",
        "explicit",
        "exponent",
        "form",
        "free",
        "hedge_at",
        "high",
        "kind",
        "lone",
        "numeral",
        "same_as",
        "scaled",
        "sign",
        "start",
        "unit",
        "value",
    )  # fmt: skip

    def __init__(self, numeral: Numeral, start: int, end: int) -> None:
        self.numeral = numeral
        self.core = start
        self.start = start
        self.end = end
        self.value = numeral.value
        self.high = numeral.high
        self.kind: str | None = None
        self.unit: str | None = None
        self.bare = True
        self.exponent = numeral.exponent
        self.scaled = numeral.scaled
        self.lone = numeral.pair and numeral.high is None
        self.sign = 1
        self.bound: str | None = None
        self.same_as: Item | None = None
        self.explicit = False  # its own currency is named
        self.currency_given = False
        self.form = ""  # the unit form found
        self.free = False  # stands although it overlaps a name
        self.hedge_at = -1  # where a hedge inside the span ends: 新台币约2兆元


@lru_cache(maxsize=1)
def context_words() -> dict[str, tuple[str, ...]]:
    """The word lists by name, folded, in the order of the file."""
    return {
        name: tuple(fold(form) for form in value.split())
        for name, value in read_toml("quant_context.toml").items()
        if isinstance(value, str)
    }


@cache
def context_pattern(name: str) -> re.Pattern[str]:
    """Any word of the list ``name``, the longest first."""
    return re.compile("|".join(map(re.escape, sorted(context_words()[name], key=len, reverse=True))))


@lru_cache(maxsize=1)
def word_units() -> frozenset[str]:
    """Units that make a word, not a quantity, behind a Chinese numeral below ten."""
    return frozenset(context_words()["word_units"])
