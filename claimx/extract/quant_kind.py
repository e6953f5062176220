"""What kind of quantity an item is, by the words around it (``lexicon/quant_context.toml``).

Items with a unit are settled but for a few units that mean something else in their context; a bare amount is money or a
count by the nearest telling word, a bare figure a level of an index or nothing.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from claimx.extract.hedges import left_hedge, right_hedge
from claimx.extract.num_parse import is_whole, multiply, times_power
from claimx.extract.quant_item import Item, context_pattern
from claimx.extract.quant_units import HOME
from claimx.lexicon.loader import read_toml
from claimx.source.text import fold

_SENTENCE = re.compile(r"[。;!?\n]")
_LONGEST = 100
_PASSED = re.compile("[破超逾]过? ?\\Z")
_QUARTER = Decimal("0.25")
_DIVIDEND = re.compile("10股?(?:送[0-9.]+股?)?(?:转增?[0-9.]+股?)?(?:派|转|送)")  # 10转4派3元
_SHARED_OUT = ("派", "转", "送")


class _Context(NamedTuple):
    either: re.Pattern[str]  # words that tell money from counts
    money: frozenset[str]
    neutral: frozenset[str]
    scores: frozenset[str]
    parameters: frozenset[str]
    money_after: tuple[str, ...]
    count_after: tuple[str, ...]
    level_after: tuple[str, ...]
    index_words: tuple[str, ...]
    cents: re.Pattern[str]
    durations: tuple[str, ...]
    level: re.Pattern[str]
    rate: re.Pattern[str]
    rate_word: re.Pattern[str]
    rate_verb: re.Pattern[str]
    counted: re.Pattern[str]


@lru_cache(maxsize=1)
def _context() -> _Context:
    data = read_toml("quant_context.toml")

    def words(name: str) -> list[str]:
        return sorted({fold(word) for word in data[name].split()}, key=len, reverse=True)

    money, count = words("money"), words("count")
    either = re.compile(
        "|".join(map(re.escape, sorted({*money, *count, *words("neutral"), *words("scores")}, key=len, reverse=True)))
    )
    rates = "(?:" + "|".join(map(re.escape, words("rate_words"))) + ")"
    return _Context(
        either,
        frozenset(money),
        frozenset(words("neutral")),
        frozenset(words("scores")),
        frozenset(words("parameter_words")),
        tuple(words("money_after")),
        tuple(words("count_after")),
        tuple(words("level_after")),
        tuple(words("index_words")),
        re.compile("(?:" + "|".join(words("cents_after")) + r")[^。;!?\n]{0,8}$"),
        tuple(words("durations")),
        re.compile("(?:" + "|".join(words("level_before")) + r")了? ?$"),
        re.compile(rates + r"[^。;!?\n]{0,18}?(?:" + "|".join(words("rate_verbs")) + r") ?$"),
        re.compile(rates),
        re.compile("(?:" + "|".join(words("rate_verbs")) + r") ?$"),
        re.compile("(?:" + "|".join(map(re.escape, count)) + ")(?:" + "|".join(words("counting")) + "){0,3} ?$"),
    )


def settled(folded: str, items: list[Item]) -> list[Item]:
    """The items that are quantities, each with its kind; ``items`` are in text order."""
    kept: list[Item] = []
    previous: Item | None = None
    for item in items:
        if _settle(folded, item, previous):
            kept.append(item)
            previous = item
    return kept


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
        elif _context().cents.search(folded, max(0, item.start - 14), item.start):
            item.kind, item.unit, item.value = "money", HOME, times_power(item.value, -2)  # 末期息派3分
    elif item.form == "块" and item.unit == HOME and item.scaled:
        context = _context()
        found = context.either.findall(folded, _clause(folded, item.start), item.start)
        if found and found[-1] not in context.money:
            item.kind, item.unit = "count", "块"  # 销量约为100万块: chips, not yuan
    elif item.form == "个点" and folded.find("指数", max(0, item.start - 24), item.start) >= 0:
        item.kind, item.unit, item.form = "points", "个点", "个点"  # of an index of opinion
    elif item.form == "码" and context_pattern("rate_step").search(folded, max(0, item.start - 60), item.end + 20):
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
    if after.startswith(tuple(context.parameters)) and item.exponent >= 4:
        item.kind, item.unit = "measure", "参数"
        return True
    item.kind, item.unit = "count", ""
    if item.lone and item.form != "级":
        return True
    if after.startswith("计") and folded.endswith("数以", 0, item.start):
        return True  # 数以十亿计的用户
    if after.startswith(context.count_after) or (after.startswith("的") and after[1:].startswith(context.count_after)):
        return item.exponent >= 4 or item.value >= 10
    if after.startswith(context.money_after):
        item.kind, item.unit = "money", HOME
        return True
    if item.exponent < 4 and not item.numeral.scaled:
        return False
    first = _clause(folded, item.start)
    found = [word for word in context.either.findall(folded, first, item.start) if word not in context.neutral]
    if item.exponent < 3 and not (found or item.numeral.approximate):
        return False
    if previous is not None and previous.start >= first and previous.unit == "参数" and item.exponent >= 8:
        item.kind, item.unit = "measure", "参数"  # 6710亿参数，激活370亿
        return True
    if found:
        if found[-1] in context.scores:
            item.kind, item.unit = "points", ""
        elif found[-1] in context.money:
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
    if _is_level(folded, item, previous, end):
        item.kind, item.unit = "points", ""
        return True
    if not is_whole(item.value) or item.sign != 1:
        return False
    start = item.start
    if (
        item.value >= 100
        and _closed(folded, end)
        and folded[start - 1 : start].strip()
        and _PASSED.search(folded, max(0, start - 3), start)
    ):
        counted = True  # 点赞破2000
    elif item.value >= 100 and not 1900 <= item.value <= 2100 and _closed(folded, end):
        counted = _context().counted.search(folded, max(0, start - 16), start) is not None
    else:
        shared = folded.startswith(_SHARED_OUT, end) or folded[start - 1 : start] in ("转", "送", "增")
        counted = shared and _DIVIDEND.search(folded, max(0, start - 12), end + 3) is not None
    if counted:
        item.kind, item.unit = "count", ""
    return counted


def _closed(folded: str, end: int) -> bool:
    """Whether nothing that would make a longer figure or word follows."""
    following = folded[end : end + 1]
    return not following or following == "," or not (following.isalnum() or following in "/:-~.%$")


def _is_level(folded: str, item: Item, previous: Item | None, end: int) -> bool:
    context = _context()
    start, whole = item.start, is_whole(item.value)
    if context.level.search(folded, max(0, start - 8), start):
        if folded.startswith(context.level_after, end):
            return True
        large = not whole or item.value >= 100
        if large and _closed(folded, end) and context.rate_word.search(folded, _clause(folded, start), start):
            return True
    if whole:
        return False
    if folded.endswith(context.index_words, 0, start - 1 if folded[start - 1 : start] == " " else start) and _closed(
        folded, end
    ):
        return True
    if context.rate.search(folded, max(0, start - 30), start) and not folded[end : end + 1].isalpha():
        return True
    if previous is None or previous.kind != "points" or previous.form or not _closed(folded, end):
        return False
    same = previous.start >= _clause(folded, start)  # VIX 冲上65.73，收在38.57
    return same and context.rate_verb.search(folded, max(0, start - 6), start) is not None


def _hedged_scale(folded: str, item: Item) -> bool:
    """A lone scale word (万, 亿元, 千人) is an amount only behind a hedge: 过亿, 上千元."""
    words = folded[item.numeral.start : item.numeral.end]
    if len(words) > 1 and not item.bare:
        return True
    if left_hedge(folded, item.start, True) is not None:
        return True
    right = right_hedge(folded, item.end, not item.bare)
    return right is not None and right.bound in ("at_least", "at_most", "under")  # 亿元以上, 万元以内


def vague(folded: str, item: Item) -> bool:
    """Whether an item is but an article, not a count, unless a hedge makes it one: 一个, 一种, 一场 …"""
    if item.numeral.scaled or item.numeral.value != 1 or item.high is not None or not item.numeral.chinese:
        return False
    if folded[item.core : item.core + 1] != "一":
        return False
    if item.kind in {"count", "points"}:
        return item.bound is None
    if item.kind == "measure" and len(item.form) == 1:
        return folded[item.core - 1 : item.core] in ("这", "那", "每", "另", "某", "第")
    return item.value <= 1 and item.form in ("块", "角", "毛", "分", "毫", "仙", "分钱", "毛钱", "角钱")
