"""The raw text and its folded view: one alphabet for every rule, at the offsets of the source.

The folded view has EQUAL LENGTH: each code point maps to exactly one code point. Full-width forms become half-width,
Traditional characters Simplified (character by character, by OpenCC's tables), odd spaces a plain space, lone surrogates
the replacement character.
Rules and lexicons match on the folded view; every span is cut from the raw text.
"""

from __future__ import annotations

from functools import cached_property, lru_cache

from claimx.lexicon.loader import read_tsv

_SPACES = "\t\x0b\x0c\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\u200b\u2060\ufeff"


@lru_cache(maxsize=1)
def _fold_table() -> dict[int, int]:
    table = {ord(traditional): ord(simplified) for traditional, simplified in read_tsv("fold.tsv")}
    for code in range(0xFF01, 0xFF5F):
        table[code] = code - 0xFEE0
    for space in _SPACES:
        table[ord(space)] = ord(" ")
    for surrogate in range(0xD800, 0xE000):  # lone ones cannot be encoded, and matchers in native code need UTF-8
        table[surrogate] = 0xFFFD
    return table


def fold(text: str) -> str:
    """The folded view of ``text``; ``len(fold(text)) == len(text)`` always."""
    return text.translate(_fold_table())


class Text:
    """A text with its folded view, made once and shared by all extractors."""

    def __init__(self, raw: str) -> None:
        self.raw = raw

    @cached_property
    def folded(self) -> str:
        """The folded view; same length as ``raw``."""
        return fold(self.raw)

    def __len__(self) -> int:
        return len(self.raw)
