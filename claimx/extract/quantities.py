"""Quantities of a text: money, percentages, ratios, counts, measures, points and ranks, with value, unit and bound.

Rules are those of GUIDELINES A; the words live in the lexicon (``units.tsv``, ``classifiers.tsv``, ``currencies.tsv``,
``currency_home.toml``, ``hedges.toml``, ``quant_context.toml``, ``ranks.toml``, ``number_guards.toml``). Spans are
half-open ranges of code points of the text as given, hedges left out. Values are exact Decimals in the unit named:
money in major units, ``percent``, ``pp``, ``x`` for ratios.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple, cast

from claimx.errors import InvalidOption
from claimx.extract.currency_home import Home
from claimx.extract.hedges import left_hedge, right_hedge
from claimx.extract.num_parse import is_whole, multiply, plain, times_power
from claimx.extract.quant_bounds import SCALE_WORDS, bounds
from claimx.extract.quant_item import Item
from claimx.extract.quant_items import find_items
from claimx.extract.quant_join import conversions, join
from claimx.extract.quant_units import HOME, counted_nouns
from claimx.extract.quant_words import find_worded
from claimx.extract.ranks import find_ranks
from claimx.lexicon.loader import read_toml
from claimx.model import Bound, Quantity, QuantityKind
from claimx.source.text import Text, fold

_SENTENCE = re.compile(r"[。;!?\n]")
_STEP = re.compile("[升降]息|利率|存准率|贴现率|紧缩")
_DIVIDEND = re.compile("10股?(?:送[0-9.]+股?)?(?:转增?[0-9.]+股?)?(?:派|转|送)")  # 10转4派3元
_SHARED_OUT = ("派", "转", "送")
_QUARTER = Decimal("0.25")
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
    items = _settled(folded, items)
    bounds(folded, items)
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
        if at_block < n_blocks and blocked[at_block][0] < end and not (isinstance(one, Item) and one.free):
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


class _Context(NamedTuple):
    either: re.Pattern[str]  # words that tell money from counts
    money: frozenset[str]
    parameters: frozenset[str]
    money_after: tuple[str, ...]
    count_after: tuple[str, ...]
    level_after: tuple[str, ...]
    durations: tuple[str, ...]
    level: re.Pattern[str]
    rate: re.Pattern[str]
    rate_word: re.Pattern[str]
    rate_verb: re.Pattern[str]
    counted: re.Pattern[str]


def _settled(folded: str, items: list[Item]) -> list[Item]:
    kept: list[Item] = []
    previous: Item | None = None
    for item in items:
        if _settle(folded, item, previous):
            kept.append(item)
            previous = item
    return kept


@lru_cache(maxsize=1)
def _context() -> _Context:
    data = read_toml("quant_context.toml")

    def words(name: str) -> list[str]:
        return sorted({fold(word) for word in data[name].split()}, key=len, reverse=True)

    money, count = words("money"), [*words("count"), *counted_nouns()]
    either = re.compile("|".join(map(re.escape, sorted({*money, *count}, key=len, reverse=True))))
    rates = "(?:" + "|".join(map(re.escape, words("rate_words"))) + ")"
    return _Context(
        either,
        frozenset(money),
        frozenset(words("parameter_words")),
        tuple(words("money_after")),
        tuple(words("count_after")),
        tuple(words("level_after")),
        tuple(words("durations")),
        re.compile("(?:" + "|".join(words("level_before")) + r")了? ?$"),
        re.compile(rates + r"[^。;,!?\n]{0,14}?(?:" + "|".join(words("rate_verbs")) + r") ?$"),
        re.compile(rates),
        re.compile("(?:" + "|".join(words("rate_verbs")) + r") ?$"),
        re.compile("(?:" + "|".join(map(re.escape, count)) + ")(?:" + "|".join(words("counting")) + "){0,3} ?$"),
    )


def _settle(folded: str, item: Item, previous: Item | None) -> bool:
    """Give an item without unit its kind by the words around; False where it is no quantity.

    ``previous`` is the item before it in the text.
    """
    if not item.bare:
        if item.lone and item.numeral.pair and item.high is None:
            return _hedged_scale(folded, item)
        _reconsider(folded, item)
        return True
    if item.end - item.start > _LONGEST:
        return False
    context = _context()
    end = item.end
    while folded.startswith(" ", end) and end - item.end < 2:
        end += 1
    if folded.startswith(context.durations, end):
        return False
    if item.scaled:
        return _settle_scaled(folded, item, previous, end)
    if item.numeral.chinese or item.high is not None:
        return False
    return _settle_plain(folded, item, previous, end)


def _reconsider(folded: str, item: Item) -> None:
    """Units that mean something else in their context."""
    if item.form == "分" and item.kind == "points":
        if not (folded[: item.start].strip() or folded[item.end :].strip()):
            # 五分 and nothing else is small change, not a score
            item.kind, item.unit, item.value = "money", HOME, times_power(item.value, -2)
    elif item.form == "块" and item.unit == HOME and item.scaled:
        context = _context()
        found = context.either.findall(folded, _clause(folded, item.start), item.start)
        if found and found[-1] not in context.money:
            item.kind, item.unit = "count", "块"  # 销量约为100万块: chips, not yuan
    elif item.form == "码" and _STEP.search(folded, max(0, item.start - 60), item.end + 20):
        item.kind, item.unit, item.value = "percentage_point", "pp", multiply(item.value, _QUARTER)  # 升息1碼


def _clause(folded: str, start: int) -> int:
    """Where the sentence that holds ``start`` begins, at most 40 code points before."""
    first = max(0, start - 40)
    for match in _SENTENCE.finditer(folded, first, start):
        first = match.end()
    return first


def _settle_scaled(folded: str, item: Item, previous: Item | None, end: int) -> bool:
    if item.lone and not _hedged_scale(folded, item):
        return False
    context = _context()
    after = folded[end : end + 12]
    if item.form == "级" and after.startswith("参数"):
        item.kind, item.unit = "measure", "参数"
        return True
    item.kind, item.unit = "count", ""
    if item.lone and item.form != "级":
        return True
    if after.startswith(context.count_after) or (after.startswith("的") and after[1:].startswith(context.count_after)):
        return item.exponent >= 4 or item.value >= 10
    if after.startswith(context.money_after):
        item.kind, item.unit = "money", HOME
        return True
    if item.exponent < 4 and not item.numeral.scaled:
        return False
    first = _clause(folded, item.start)
    found = context.either.findall(folded, first, item.start)
    if item.exponent < 3 and not (found or item.numeral.approximate):
        return False
    if found:
        if found[-1] in context.money:
            item.kind, item.unit = "money", HOME
        elif found[-1] in context.parameters and item.exponent >= 4:
            item.kind, item.unit = "measure", "参数"
        return True
    if item.exponent < 4 and item.numeral.chinese:
        return False
    if previous is not None and previous.start >= first and previous.kind in ("money", "count") and previous.scaled:
        if previous.kind == "money" and item.exponent >= 4:
            item.kind, item.unit = "money", HOME  # like the amount before it
    elif item.form == "级" or item.exponent >= 8:
        item.kind, item.unit = "money", HOME
    return True


def _settle_plain(folded: str, item: Item, previous: Item | None, end: int) -> bool:
    """A figure without scale and unit: a level of an index or rate, or a number of things named right before it."""
    context = _context()
    start, after = item.start, folded[end : end + 12]
    closed = not after or not (after[0].isalnum() or after[0] in "/:-~.,%$") or after.startswith(",")
    whole = is_whole(item.value)
    if context.level.search(folded, max(0, start - 8), start):
        named = context.rate_word.search(folded, _clause(folded, start), start) is not None
        if after.startswith(context.level_after) or (closed and named and (not whole or item.value >= 100)):
            item.kind, item.unit = "points", ""
            return True
    if not whole and context.rate.search(folded, max(0, start - 30), start) and not after[:1].isalpha():
        item.kind, item.unit = "points", ""
        return True
    if not whole and closed and previous is not None and previous.kind == "points" and not previous.form:
        if previous.start >= _clause(folded, start) and context.rate_verb.search(folded, max(0, start - 6), start):
            item.kind, item.unit = "points", ""  # VIX 冲上65.73，收在38.57
            return True
    if whole and closed and item.value >= 100 and not 1900 <= item.value <= 2100 and item.sign == 1:
        if context.counted.search(folded, max(0, start - 16), start):
            item.kind, item.unit = "count", ""
            return True
    if whole and item.value <= 100 and _DIVIDEND.search(folded, max(0, start - 12), end + 3):
        if after.startswith(_SHARED_OUT) or (start and folded[start - 1] in "转送增"):
            item.kind, item.unit = "count", ""
            return True
    return False


def _hedged_scale(folded: str, item: Item) -> bool:
    """A lone scale word (万, 亿元, 千人) is an amount only behind a hedge: 过亿, 上千元."""
    words = folded[item.numeral.start : item.numeral.end]
    if len(words) > 1 and not item.bare:
        return True
    if left_hedge(folded, item.start, True) is not None:
        return True
    right = right_hedge(folded, item.end, not item.bare)
    return right is not None and right.bound in ("at_least", "at_most", "under")  # 亿元以上, 万元以内


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
    return item.value <= 1 and item.form in ("块", "角", "毛", "分", "毫", "仙", "分钱", "毛钱", "角钱")


def _currencies(raw: str, folded: str, items: list[Item], home_currency: str | None) -> None:
    """Resolve every bare 元, and amounts without any unit."""
    stated = [
        (item.start, item.unit, item.currency_given)
        for item in items
        if item.kind == "money" and item.explicit and item.unit is not None and item.same_as is None
    ]
    home = Home(raw, folded, stated, home_currency)
    last: Item | None = None
    for item in items:
        if item.kind != "money":
            continue
        if item.unit == HOME:
            if item.form in ("蚊", "仙"):
                item.unit = "HKD"
            elif item.bare and last is not None and last.explicit and not _apart(folded, last, item):
                item.unit = last.unit  # 报价0.84港元，成交额467.57万
            else:
                item.unit = home.at(item.start)
        if item.same_as is None and not item.bare:
            last = item


def _apart(folded: str, first: Item, second: Item) -> bool:
    return second.start - first.end > 80 or "\n" in folded[first.end : second.start]


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
    left = left_hedge(folded, only.start, folded[only.start] in SCALE_WORDS)
    right = right_hedge(folded, only.end, True)
    first = left.start if left else only.start
    last = right.end if right else only.end
    return only if not folded[:first].strip() and not folded[last:].strip() else None
