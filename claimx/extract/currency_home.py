"""Which currency a bare 元 means: stated earlier in the text, else the home market by outlet, words and script.

The words are ``lexicon/currency_home.toml``. A currency stated with 元 (122 亿元人民币, 新台币46亿元, （人民币，下同）) holds
for every later bare 元 until another one is stated; conversions in brackets and amounts in US dollars do not change it.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from claimx.lexicon.loader import read_toml
from claimx.source.text import fold

_MARKETS = ("HKD", "TWD", "MOP", "CNY")


_STOP = re.compile(r"[。;,!?\n]")
_BROKER = re.compile(
    r"[^\n。,]{2,14}[:：] ?(?:由|从)?(?:[0-9.]{1,6}元)?(?:升|上?调|降|下?调)?[至到]? ?"
)  # ▲ 里昂：由50元升至


class _Cues(NamedTuple):
    markets: dict[str, tuple[re.Pattern[str], re.Pattern[str]]]
    follows: frozenset[str]
    traditional: str
    price: re.Pattern[str]
    target: re.Pattern[str]


def _either(words: str) -> re.Pattern[str]:
    return re.compile("|".join(sorted({re.escape(fold(word)) for word in words.split()}, key=len, reverse=True)))


@lru_cache(maxsize=1)
def _cues() -> _Cues:
    data = read_toml("currency_home.toml")
    markets = {code: (_either(data[code]["outlets"]), _either(data[code]["words"])) for code in _MARKETS}
    share = data["share_price"]
    return _Cues(
        markets,
        frozenset(data["follows"]["codes"].split()),
        data["script"]["traditional"],
        re.compile(f"(?:{_either(share['words']).pattern})[^。;,]{{0,24}}$|(?:{_either(share['verbs']).pattern}) ?$"),
        _either(share["targets"]),
    )


def market_currency(raw: str, folded: str) -> str:
    """The currency of the home market that outlet, words and script of a text speak for; CNY where nothing does."""
    markets, _, traditional, _, _ = _cues()
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
    """Answers for each bare 元 of a document which currency it is.

    ``stated`` are (position, code, by a bracket behind 元) of the amounts whose own currency is named.
    """

    def __init__(self, raw: str, folded: str, stated: Sequence[tuple[int, str, bool]], home: str | None) -> None:
        self._default = home or market_currency(raw, folded)
        self._folded = folded
        follows = _cues().follows
        # 人民币 once named holds on; the money of another market only where a bracket says so (港元，下同)
        held = [
            (at, code) for at, code, given in stated if code in ("CNY", self._default) or (given and code in follows)
        ]
        held = [(at, code) for at, code in held if code in follows]
        self._headline = folded.find("\n")
        self._targets = _cues().target.search(folded) is not None if self._default == "HKD" else False
        self._at = [at for at, _ in held]
        self._codes = [code for _, code in held]

    def at(self, position: int) -> str:
        """The currency of a bare 元 at ``position``."""
        if not self._at:
            return self._default
        if self._default == "HKD" and self._price(position):
            return "HKD"  # shares are quoted in the money of their market whatever the accounts are in
        which = bisect.bisect_right(self._at, position)
        if which:
            return self._codes[which - 1]
        if position < self._headline:
            return self._codes[0]  # a headline speaks of the amounts of its text
        return "CNY" if set(self._codes) == {"CNY"} else self._default

    def _price(self, position: int) -> bool:
        first = max(0, position - 32)
        for match in _STOP.finditer(self._folded, first, position):
            first = match.end()
        if _cues().price.search(self._folded, first, position):
            return True
        line = self._folded.rfind("\n", max(0, position - 40), position) + 1
        return self._targets and _BROKER.fullmatch(self._folded, line, position) is not None
