"""Which currency a bare 元 means: stated earlier in the text, else the home market by outlet, words and script.

The words are ``lexicon/currency_home.toml``. A currency stated with 元 (122 亿元人民币, 新台币46亿元, （人民币，下同）) holds
for every later bare 元 until another one is stated; conversions in brackets and amounts in US dollars do not change it.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Sequence
from functools import lru_cache

from claimx.lexicon.loader import read_toml
from claimx.source.text import fold

_MARKETS = ("HKD", "TWD", "MOP", "CNY")


@lru_cache(maxsize=1)
def _cues() -> tuple[dict[str, tuple[re.Pattern[str], re.Pattern[str]]], frozenset[str], str, str]:
    data = read_toml("currency_home.toml")
    markets = {}
    for code in _MARKETS:
        outlets, words = (
            re.compile(
                "|".join(sorted({re.escape(fold(word)) for word in data[code][name].split()}, key=len, reverse=True))
            )
            for name in ("outlets", "words")
        )
        markets[code] = (outlets, words)
    return (
        markets,
        frozenset(data["follows"]["codes"].split()),
        data["script"]["traditional"],
        data["script"]["simplified"],
    )


def market_currency(raw: str, folded: str) -> str:
    """The currency of the home market that outlet, words and script of a text speak for; CNY where nothing does."""
    markets, _, traditional, _ = _cues()
    head, tail = folded[:400], folded[-200:]
    table = str.maketrans("", "", traditional)
    sample = raw[:4000]
    is_traditional = len(sample) - len(sample.translate(table)) > max(1, len(sample) // 200)
    scores = {}
    for code, (outlets, words) in markets.items():
        score = 6 * len(set(outlets.findall(head))) + 3 * len(set(outlets.findall(tail)))
        if code in ("HKD", "TWD", "MOP") and not is_traditional:
            score //= 3
            scores[code] = score
            continue
        found = words.findall(folded[:6000])
        scores[code] = score + 2 * len(set(found)) if code != "CNY" or not is_traditional else score // 3
    if not is_traditional:
        scores["CNY"] += 4
    best = max(scores, key=lambda code: scores[code])
    if not scores[best]:
        return "TWD" if is_traditional else "CNY"
    return best


class Home:
    """Answers for each bare 元 of a document which currency it is."""

    def __init__(self, raw: str, folded: str, stated: Sequence[tuple[int, str]], home: str | None) -> None:
        _, follows, _, _ = _cues()
        self._at = [position for position, code in stated if code in follows]
        self._codes = [code for _, code in stated if code in follows]
        self._default = home
        self._raw, self._folded = raw, folded

    @property
    def default(self) -> str:
        """The home currency where nothing is stated."""
        if self._default is None:
            self._default = market_currency(self._raw, self._folded)
        return self._default

    def at(self, position: int) -> str:
        """The currency of a bare 元 at ``position``."""
        which = bisect.bisect_right(self._at, position)
        if which:
            return self._codes[which - 1]
        if self._at and self._folded.count("\n", 0, position) == 0 and self._folded.find("\n", position) >= 0:
            return self._codes[0]  # a headline speaks of the amounts of its text
        return self.default
