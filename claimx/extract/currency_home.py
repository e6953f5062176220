"""Which currency a bare 元 means: stated earlier in the text, else the home market by outlet, words and script.

The words are ``lexicon/currency_home.toml``. A currency stated with 元 (122 亿元人民币, 新台币46亿元, （人民币，下同）) holds
for every later bare 元 until another one is stated; conversions in brackets and amounts in US dollars do not change it.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Sequence
from functools import cached_property, lru_cache
from typing import NamedTuple

from claimx.extract.quant_units import right_units
from claimx.lexicon.loader import read_toml
from claimx.source.text import fold

_MARKETS = ("HKD", "TWD", "MOP", "CNY")


_EARLY = 250  # a currency named this early holds for the amounts before it, too
_AMOUNT = frozenset("万亿两圆陆参贰")  # amounts in capital numerals keep their old forms everywhere
_SAME = re.compile(r"\(([^()\n0-9]{2,14})下同")
_STOP = re.compile(r"[。;,!?\n]")
_BROKER = re.compile(
    r"[^\n。,]{2,14}[:：] ?(?:由|从)?(?:[0-9.]{1,6}元)?(?:升|上?调|降|下?调)?[至到]? ?"
)  # ▲ 里昂：由50元升至


class _Cues(NamedTuple):
    markets: dict[str, tuple[re.Pattern[str], re.Pattern[str]]]
    follows: frozenset[str]
    japan: re.Pattern[str]
    price: re.Pattern[str]
    quoted: re.Pattern[str]
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
        _either(data["JPY"]["outlets"]),
        re.compile(f"(?:{_either(share['words']).pattern})[^。;,]{{0,24}}$"),
        re.compile(f"(?:(?:{_either(share['verbs']).pattern})|[升跌涨挫泻飙扬滑][^。，；,;]{{0,12}}[至到报]) ?$"),
        _either(share["targets"]),
    )


def market_currency(raw: str, folded: str) -> str:
    """The currency of the home market that outlet, words and script of a text speak for; CNY where nothing does."""
    markets = _cues().markets
    head, tail = folded[:400], folded[-200:]
    sample = raw[:1500]
    differing = sum(
        char != plain and "\u3400" <= char <= "\u9fff" and plain not in _AMOUNT
        for char, plain in zip(sample, folded, strict=False)
    )
    is_traditional = differing > len(sample) // 50
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
        self._raw, self._folded = raw, folded
        self._stated = stated
        self._home = home

    @cached_property
    def _default(self) -> str:
        return self._home or market_currency(self._raw, self._folded)

    @cached_property
    def _held(self) -> tuple[list[int], list[str]]:
        """Where each statement that holds on is, and its code: 人民币, the home money, any by a bracket (港元，下同)."""
        follows = _cues().follows
        kept = ("CNY", self._default)
        held = [(at, code) for at, code, given in self._stated if code in follows and (given or code in kept)]
        if "下同" in self._folded:  # 收入（人民币，下同）12亿元
            for match in _SAME.finditer(self._folded):
                inner = match.group(1)
                named = (right_units().at(inner, at) for at in range(len(inner)))
                code = next((unit.unit for unit in named if unit is not None and unit.kind == "money"), "")
                if code in follows:
                    held.append((match.start(), code))
            held.sort()
        return [at for at, _ in held], [code for _, code in held]

    @cached_property
    def in_yen(self) -> bool:
        """Whether ¥ is the yen: by the outlet, or where the text names yen and never 人民币."""
        if self._home:
            return self._home == "JPY"
        codes = {code for _, code, _ in self._stated}
        outlets = _cues().japan.search(self._folded, 0, 400) is not None
        return outlets or ("JPY" in codes and "CNY" not in codes)

    @cached_property
    def _headline(self) -> int:
        return self._folded.find("\n")

    @cached_property
    def _targets(self) -> bool:
        return _cues().target.search(self._folded) is not None

    def at(self, position: int, large: bool) -> str:
        """The currency of a bare 元 at ``position``; ``large``: with a scale word, so hardly the price of a share."""
        positions, codes = self._held
        if not positions:
            return self._default
        if self._default == "HKD" and self._price(position, large):
            return "HKD"  # shares are quoted in the money of their market whatever the accounts are in
        which = bisect.bisect_right(positions, position)
        if which:
            return codes[which - 1]
        if position < self._headline:
            return codes[0]  # a headline speaks of the amounts of its text
        return "CNY" if set(codes) == {"CNY"} and positions[0] < _EARLY else self._default

    def _price(self, position: int, large: bool) -> bool:
        first = max(0, position - 32)
        for match in _STOP.finditer(self._folded, first, position):
            first = match.end()
        if _cues().price.search(self._folded, first, position):
            return True
        if large:
            return False
        if _cues().quoted.search(self._folded, first, position):
            return True
        line = self._folded.rfind("\n", max(0, position - 40), position) + 1
        return self._targets and _BROKER.fullmatch(self._folded, line, position) is not None
