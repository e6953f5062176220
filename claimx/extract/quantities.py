"""Quantities of a text: money, percentages, ratios, counts, measures, points and ranks, with value, unit and bound.

Rules are those of GUIDELINES A; the words live in the lexicon (``units.tsv``, ``classifiers.tsv``, ``currencies.tsv``,
``currency_home.toml``, ``hedges.toml``, ``quant_context.toml``, ``ranks.toml``, ``number_guards.toml``). Spans are
half-open ranges of code points of the text as given, hedges left out. Values are exact Decimals in the unit named:
money in major units, ``percent``, ``pp``, ``x`` for ratios.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import cast

from claimx.errors import InvalidOption
from claimx.extract.currency_home import Home
from claimx.extract.hedges import left_hedge, past_bracket, right_hedge
from claimx.extract.num_parse import is_whole, plain, times_power
from claimx.extract.quant_item import Item
from claimx.extract.quant_items import find_items
from claimx.extract.quant_join import conversions, join
from claimx.extract.quant_units import HOME
from claimx.extract.quant_words import find_worded
from claimx.extract.ranks import find_ranks
from claimx.lexicon.loader import read_toml
from claimx.model import Bound, Quantity, QuantityKind
from claimx.source.text import Text, fold

_SENTENCE = re.compile(r"[。;!?\n]")
_SCALE_WORD = frozenset("十百千万亿兆半")
_LONGEST = 100


def find_quantities(
    text: Text, *, blocked: Sequence[tuple[int, int]] = (), home_currency: str | None = None
) -> list[Quantity]:
    """Every quantity of ``text``, in text order and without overlaps. Never raises on any text.

    ``blocked`` are sorted spans of names and times in which no quantity may lie; ``home_currency`` is the ISO code of a
    bare 元 where the text states none (default: the home market that the text speaks for).
    """
    raw, folded = text.raw, text.folded
    items, ordinals = find_items(raw, folded, blocked)
    items = join(folded, items)
    items = [item for item in items if _settle(folded, item)]
    for item in items:
        _bound(folded, item)
    items = [item for item in items if not _vague(folded, item)]
    conversions(folded, items)
    _currencies(raw, folded, items, home_currency)
    found: list[tuple[int, int, Quantity | Item]] = [(item.start, item.end, item) for item in items]
    for one in find_worded(folded):
        quantity = Quantity(
            one.start, one.end, raw[one.start : one.end], one.kind, one.value, one.high, one.unit, one.bound
        )
        found.append((one.start, one.end, quantity))
    for rank in find_ranks(folded, ordinals, blocked):
        quantity = Quantity(rank.start, rank.end, raw[rank.start : rank.end], "rank", rank.value, None, "rank")
        found.append((rank.start, rank.end, quantity))
    found.sort(key=lambda one: (one[0], -one[1]))
    return _assembled(raw, found, blocked)


def _assembled(
    raw: str, found: list[tuple[int, int, Quantity | Item]], blocked: Sequence[tuple[int, int]]
) -> list[Quantity]:
    """Non-overlapping quantities outside ``blocked``, with ``same_as`` as indices."""
    result: list[Quantity] = []
    index: dict[int, int] = {}
    last = 0
    at_block, n_blocks = 0, len(blocked)
    for start, end, one in found:
        if start < last or end <= start:
            continue
        while at_block < n_blocks and blocked[at_block][1] <= start:
            at_block += 1
        if at_block < n_blocks and blocked[at_block][0] < end:
            continue
        last = end
        if isinstance(one, Quantity):
            result.append(one)
            continue
        index[id(one)] = len(result)
        result.append(
            Quantity(
                start,
                end,
                raw[start:end],
                cast(QuantityKind, one.kind),
                plain(-one.value if one.sign < 0 else one.value),
                one.high if one.high is None else plain(-one.high if one.sign < 0 else one.high),
                raw[end - len(one.unit) : end] if one.unit and one.form and _as_written(one, raw, end) else one.unit,
                cast(Bound, one.bound or "exact"),
                index.get(id(one.same_as)) if one.same_as is not None else None,
            )
        )
    return result


def _as_written(item: Item, raw: str, end: int) -> bool:
    """Whether the unit closes the span, so that it can be given in the script of the text."""
    if item.kind not in ("count", "measure", "points") or item.unit is None:
        return False
    return fold(raw[end - len(item.unit) : end]) == item.unit


@lru_cache(maxsize=1)
def _context() -> tuple[
    re.Pattern[str], frozenset[str], tuple[str, ...], tuple[str, ...], re.Pattern[str], re.Pattern[str]
]:
    data = read_toml("quant_context.toml")

    def words(name: str) -> list[str]:
        return sorted({fold(word) for word in data[name].split()}, key=len, reverse=True)

    money, count = words("money"), words("count")
    either = re.compile("|".join(map(re.escape, sorted({*money, *count}, key=len, reverse=True))))
    level = re.compile("(?:" + "|".join(words("level_before")) + r")了? ?$")
    rate = re.compile(
        "(?:" + "|".join(words("rate_words")) + r")[^。;,!?\n0-9]{0,14}?(?:" + "|".join(words("rate_verbs")) + r") ?$"
    )
    return either, frozenset(money), tuple(words("money_after")), tuple(words("count_after")), level, rate


def _settle(folded: str, item: Item) -> bool:
    """Give an item without unit its kind by the words around; False where it is no quantity."""
    if item.numeral.pair and item.high is None and item.lone and not item.bare:
        return _hedged_scale(folded, item)
    if not item.bare:
        if (
            item.form == "分"
            and item.kind == "points"
            and not (folded[: item.start].strip() or folded[item.end :].strip())
        ):
            # 五分 and nothing else is small change, not a score
            item.kind, item.unit, item.value = "money", HOME, times_power(item.value, -2)
        return True
    if item.end - item.start > _LONGEST:
        return False
    start, end = item.start, item.end
    while folded.startswith(" ", end) and end - item.end < 2:
        end += 1
    either, money, money_after, count_after, level, rate = _context()
    after = folded[end : end + 12]
    if item.scaled:
        if item.lone and not _hedged_scale(folded, item):
            return False
        if item.form == "级" and after.startswith("参数"):
            item.kind, item.unit = "measure", "参数"
            return True
        if item.lone and item.form != "级":
            item.kind, item.unit = "count", ""
            return True
        item.kind, item.unit = "count", ""
        if after.startswith(count_after) or (after.startswith("的") and after[1:].startswith(count_after)):
            return item.exponent >= 4 or item.value >= 10
        if after.startswith(money_after):
            item.kind, item.unit = "money", HOME
            return True
        first = max(0, start - 40)
        for match in _SENTENCE.finditer(folded, first, start):
            first = match.end()
        found = either.findall(folded, first, start)
        if item.exponent < 4 and not item.numeral.scaled:
            return False
        if item.exponent < 3 and not (found or item.numeral.approximate):
            return False
        if (found and found[-1] in money) or (not found and item.form == "级"):
            item.kind, item.unit = "money", HOME
        elif not found and item.exponent < 4 and item.numeral.chinese:
            return False
        return True
    if item.numeral.chinese or item.high is not None:
        return False
    data = read_toml("quant_context.toml")
    if level.search(folded, max(0, start - 8), start) and after.startswith(
        tuple(fold(w) for w in data["level_after"].split())
    ):
        item.kind, item.unit = "points", ""
        return True
    if (
        not is_whole(item.value)
        and rate.search(folded, max(0, start - 26), start)
        and not folded[end : end + 1].isalpha()
    ):
        item.kind, item.unit = "points", ""
        return True
    return False


def _hedged_scale(folded: str, item: Item) -> bool:
    """A lone scale word (万, 亿元, 千人) is an amount only behind a hedge: 过亿, 上千元."""
    words = folded[item.numeral.start : item.numeral.end]
    if len(words) > 1 and not item.bare:
        return True
    hedge = left_hedge(folded, item.start, True)
    return hedge is not None and folded[hedge.start : hedge.end].strip() not in ("",)


def _bound(folded: str, item: Item) -> None:
    """Read the hedges around an item."""
    if item.numeral.approximate:
        item.bound = "over"
    scale_word = folded[item.start] in _SCALE_WORD
    left = left_hedge(folded, item.start, scale_word)
    if left is not None:
        item.bound = left.bound
    right = right_hedge(folded, item.end, not item.bare)
    if (
        right is not None
        and right.bound is not None
        and (
            item.bound is None
            or item.bound == "about"
            or (item.bound == "over" and right.bound == "about")
            or left is None
        )
        and not (item.bound == "over" and right.bound == "over")
    ):
        item.bound = right.bound
    if right is None and item.kind == "money":
        behind = past_bracket(folded, item.end)
        if behind is not None:
            item.bound = behind


def _vague(folded: str, item: Item) -> bool:
    """一个, 一种, 一场 …: an article, not a count, unless a hedge makes it one."""
    if item.numeral.scaled or item.numeral.value != 1 or item.high is not None or not item.numeral.chinese:
        return False
    if folded[item.core : item.core + 1] != "一":
        return False
    if item.kind in {"count", "points"}:
        return item.bound is None
    if item.kind == "measure" and len(item.form) == 1:
        return folded[item.core - 1 : item.core] in ("这", "那", "每", "另", "某", "第")
    return item.form in ("块", "角", "毛", "分", "毫", "仙", "分钱", "毛钱", "角钱")


def _currencies(raw: str, folded: str, items: list[Item], home_currency: str | None) -> None:
    """Resolve every bare 元."""
    stated = [
        (item.start, item.unit)
        for item in items
        if item.kind == "money" and item.explicit and item.unit is not None and item.same_as is None
    ]
    home = Home(raw, folded, stated, home_currency)
    for item in items:
        if item.kind == "money" and item.unit == HOME:
            item.unit = "HKD" if item.form in ("蚊", "仙") else home.at(item.start)


def parse_quantity(s: str, *, home_currency: str | None = None) -> Quantity | None:
    """The quantity that the whole of ``s`` states, white space and hedges around it aside; None where it is not just one.

    Raises :class:`claimx.errors.InvalidOption` where ``s`` is no string.
    """
    if not isinstance(s, str):
        raise InvalidOption(f"parse_quantity wants a string, not {type(s).__name__}; pass the phrase itself.")
    text = Text(s)
    found = find_quantities(text, home_currency=home_currency)
    if len(found) != 1:
        return None
    only = found[0]
    folded = text.folded
    left = left_hedge(folded, only.start, folded[only.start] in _SCALE_WORD)
    right = right_hedge(folded, only.end, True)
    first = left.start if left else only.start
    last = right.end if right else only.end
    return only if not folded[:first].strip() and not folded[last:].strip() else None
