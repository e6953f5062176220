"""Second step of the quantity extractor: items that belong together.

Ranges become one item, bare members of a list take the unit that follows, 元 takes 角 and 分, and a conversion points to
the amount it converts.
"""

from __future__ import annotations

import itertools
import re
from decimal import Decimal
from functools import lru_cache

from claimx.extract.hedges import plain_hedges
from claimx.extract.num_parse import DIGITS, add, is_whole, negated, shifted, times_power
from claimx.extract.quant_item import Item
from claimx.extract.quant_units import HOME, sub_units
from claimx.lexicon.loader import read_toml
from claimx.source.text import fold

_DASH = re.compile(r" {0,2}[-–—~～〜−―‑－]{1,2} {0,2}")
_MOVED = re.compile(
    r" ?[升降增减调提加扩缩跌涨收下上放拉拓压改]{1,2}[大高长至升低调少小宽加快为]{0,2}[至到为] ?"
)  # 由6.1加大至6.3吋
_PAUSE = re.compile(r" {0,2}、 {0,2}")
_SUB = re.compile(r"([零〇]?)([0-9一二两三四五六七八九])(?=$|[^\u4e00-\u9fff0-9.%A-Za-z]|[到至的吧了呢左以多])")
_SUB_ARABIC = re.compile(
    r"()([0-9])(?![0-9.,%A-Za-z点十百千万亿年月日号个只条件台次分秒位名家款块元折成倍])"
)  # 9块9喝咖啡
_CLOSING = re.compile(r"[整正](?![个体年数式在理合顿改好常确面是要])")


@lru_cache(maxsize=1)
def _joints() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What may stand between the ends of a range, and between members of a list; a plain hedge may follow."""
    hedge = "(?: {0,2}(?:" + "|".join(sorted((*plain_hedges(), "过", "再到"), key=len, reverse=True)) + "))? {0,2}"
    dash = r" {0,2}(?:[-–—~～〜−―‑]{1,2}|至|到|－)"
    return re.compile(dash + hedge), re.compile(r" {0,2}(?:/|×|、|及|和|与|,|;|以及|或|跟|and)" + hedge)


@lru_cache(maxsize=1)
def _ends() -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    data = read_toml("quant_context.toml")
    movement = {fold(word) for word in data["movement"].split()}
    hedged = {word + hedge for word in movement for hedge in ("近", "逾", "约", "超", "了")}
    return (
        tuple(fold(word) for word in data["from_words"].split()),
        tuple(sorted(movement | hedged, key=len, reverse=True)),
        tuple(sorted((fold(word) for word in data["conversion"].split()), key=len, reverse=True)),
    )


def join(folded: str, items: list[Item]) -> list[Item]:
    """Items with ranges merged, list units shared and small change added, in text order."""
    if not items:
        return items
    items = _small_change(folded, items)
    joined: list[Item] = []
    at, n = 0, len(items)
    while at < n:
        item = items[at]
        if at + 1 < n:
            merged = _range(folded, item, items[at + 1], at + 2 < n and _is_range(folded, items[at + 1], items[at + 2]))
            if merged is not None:
                joined.append(merged)
                at += 2
                continue
        joined.append(item)
        at += 1
    for index in range(len(joined) - 2, -1, -1):
        item, following = joined[index], joined[index + 1]
        if item.bare and (not following.bare or following.scaled):
            _share(folded, item, following)
    return joined


def _is_range(folded: str, first: Item, second: Item) -> bool:
    return _joints()[0].fullmatch(folded, first.end, second.core) is not None and first.end < second.core


def _range(folded: str, first: Item, second: Item, chained: bool) -> Item | None:
    """``first`` and ``second`` as one range, or None."""
    if not 0 < second.core - first.end <= 8 or second.high is not None or first.lone or first.high is not None:
        return None
    signed = second.sign == -1 and second.start > first.end  # -30亿元到-40亿元, 18.2% -4.7%: no dash but a sign
    between = folded[first.end : second.start if signed else second.core]
    pause = False
    if _joints()[0].fullmatch(between) is None:
        if _PAUSE.fullmatch(between) and _consecutive(first, second):
            pause = True
        else:
            return None
    if first.numeral.latin and not first.explicit:
        return None
    if first.bare and second.bare and not (second.scaled or first.scaled):
        return None
    if second.lone and second.bare:
        return None
    from_words, movement, _ = _ends()
    dash = pause or _DASH.fullmatch(between) is not None
    if not first.bare:
        before_only = first.explicit and first.end == first.numeral.end  # US$11.5-13.5: the currency stands before
        if first.kind != second.kind and not (second.bare and (second.scaled or before_only) and not second.lone):
            return None
        if (
            (
                first.kind == "money"
                and second.kind == "money"
                and first.unit != second.unit
                and HOME not in (first.unit, second.unit)
            )
            and second.explicit
            and first.explicit
        ):
            return None
        if (
            first.kind in ("count", "measure")
            and second.kind == first.kind
            and first.unit != second.unit
            and first.unit
            and second.unit
        ):
            return None
        if not dash and _before(folded, first.start, from_words):
            return None
    low, high = first.value, second.value
    if first.bare and second.exponent and first.exponent < 4 and low and high:
        shared = times_power(low, second.exponent)
        # 1-5 万: the scale is shared; 8500 到 3 万: it is not
        if abs(_log_ratio(shared, high)) <= abs(_log_ratio(low, high)):
            low = shared
    if first.bare and second.kind in ("percent", "percentage_point") and second.form:
        low = _rescaled(low, second)
    if first.kind == "percentage_point" and second.bare:
        return None
    if not dash and not first.bare and first.kind not in ("percent", "percentage_point", "ratio") and low and high:
        if abs(_log_ratio(low, high)) > 1 or (
            chained is False
            and _moved(folded, first, movement)
            and second.form == first.form
            and abs(_log_ratio(low, high)) > 0.8
        ):
            return None
    elif not dash and first.kind in ("percent", "ratio") and _before(folded, first.start, from_words):
        return None
    minus = first.sign
    if signed:
        high = negated(high)
    if minus == -1:
        low = negated(low)
    merged = Item(first.numeral, first.core, second.end)
    merged.start = first.start
    merged.sign = 1
    merged.value, merged.high = (low, high) if low <= high else (high, low)
    merged.kind = second.kind if second.kind is not None else first.kind
    merged.unit = second.unit if second.kind is not None else first.unit
    if merged.kind == "money" and first.kind == "money" and merged.unit == HOME:
        merged.unit = first.unit
    merged.bare = first.bare and second.bare
    merged.scaled = second.scaled or first.scaled
    merged.exponent = second.exponent
    merged.explicit = first.explicit or second.explicit
    merged.form = second.form or first.form
    return merged


def _rescaled(value: Decimal, second: Item) -> Decimal:
    """A bare low end in the terms of its unit: 5-8折, 三到四成, 20-30 个基点."""
    form = second.form
    if form in {"成", "折"}:
        return times_power(value, 1) if value < 10 else value
    if "基点" in form or form.lower().endswith(("bp", "bps")):
        return times_power(value, -2)
    return times_power(value, -1) if form == "‰" else value


def _consecutive(first: Item, second: Item) -> bool:
    """六、七只: neighbouring digits with a pause between are a range."""
    if not first.bare or second.bare or first.scaled or not first.numeral.chinese or not second.numeral.chinese:
        return False
    if not 0 < first.value < 10:
        return False
    step = second.value.scaleb(-second.value.adjusted())
    if step == first.value + 1 and second.value >= 10:
        first.value = first.value.scaleb(second.value.adjusted())  # 三、四十台
        return True
    return second.value - first.value == 1


def _log_ratio(low: Decimal, high: Decimal) -> float:
    if not low or not high:
        return 0.0
    return float(low.adjusted() - high.adjusted()) + _mantissa(low) - _mantissa(high)


def _mantissa(value: Decimal) -> float:
    """Decimal logarithm of the leading digits, good enough to compare magnitudes."""
    import math

    digits = value.as_tuple().digits[:6]
    number = 0
    for digit in digits:
        number = number * 10 + digit
    return math.log10(number / 10 ** (len(digits) - 1)) if number else 0.0


def _before(folded: str, position: int, words: tuple[str, ...]) -> bool:
    while position > 0 and folded[position - 1] in " 约近逾超":
        position -= 1
    return folded.endswith(words, max(0, position - 6), position)


def _moved(folded: str, item: Item, movement: tuple[str, ...]) -> bool:
    position = item.start
    while position > 0 and folded[position - 1] == " ":
        position -= 1
    return folded.endswith(movement, max(0, position - 6), position)


def _share(folded: str, item: Item, following: Item) -> None:
    """A bare member of a list takes the unit (and scale) of the next: 25.3/35.6/48.6亿, 4.8及2.8個百分點."""
    start = following.core if following.start > item.end and following.sign == 1 else following.start
    if not 0 < start - item.end <= 8 or item.lone or item.numeral.latin or following.lone:
        return
    if _joints()[1].fullmatch(folded, item.end, start) is None:
        from_words, _, _ = _ends()
        if (
            not item.scaled
            and not following.bare
            and _MOVED.fullmatch(folded, item.end, start)
            and _before(folded, item.start, from_words)
        ):
            item.kind, item.unit, item.bare, item.explicit = following.kind, following.unit, False, following.explicit
            item.form = following.form
            if following.exponent:
                item.value = times_power(item.value, following.exponent)
                item.exponent, item.scaled = following.exponent, True
        return
    separator = folded[item.end : start].strip()[:1]
    rate = following.kind in ("percent", "percentage_point", "ratio", "money")
    plain = is_whole(item.value) and not item.scaled
    if separator in ",;" and (plain or not rate or following.start != following.core):
        return
    if (
        separator not in "/×"
        and plain
        and not rate
        and not (following.kind == "count" and separator == "、" and following.form)
    ):
        return
    if separator != "/" and plain and following.kind == "money" and not following.scaled and separator not in "、及和":
        return
    if following.kind == "money" and following.start != following.core and not item.scaled:
        return
    if following.bare and not following.scaled:
        return
    if following.exponent and not item.scaled:
        item.value = times_power(item.value, following.exponent)
        item.exponent, item.scaled = following.exponent, True
    if following.bare:
        item.form = item.form or following.form
        return
    item.kind, item.unit, item.bare, item.explicit = following.kind, following.unit, False, following.explicit
    if following.kind in ("percent", "percentage_point"):
        item.value = _rescaled(item.value, following)
    item.form = following.form


def _small_change(folded: str, items: list[Item]) -> list[Item]:
    """Amounts followed by their tenths and hundredths are one: 123元1角1分, 两美元又三美分, 三块零四."""
    result: list[Item] = []
    for item in items:
        if result and item.start < result[-1].end:
            continue  # already taken in by the one before
        previous = result[-1] if result else None
        if (
            previous is not None
            and previous.kind == "money"
            and item.start - previous.end <= 1
            and not previous.form.startswith("/")
            and (item.start == previous.end or folded[previous.end] in "又零")
            and previous.high is None
        ):
            small: Decimal | None = None
            if item.kind == "money" and item.unit == previous.unit and item.form in sub_units():
                small = item.value
            elif item.form == "分" and previous.unit == HOME and item.kind == "points":
                small = times_power(item.value, -2)
            if small is not None:
                previous.value = add(previous.value, small)
                previous.end = item.end
                previous.form = item.form
                if item.form in ("角", "毛", "毫"):
                    _colloquial(folded, previous)
                _close(folded, previous)
                continue
        if item.kind == "money" and item.form in ("块", "蚊", "角", "毛", "毫"):
            _colloquial(folded, item)
        _close(folded, item)
        result.append(item)
    return result


def _colloquial(folded: str, item: Item) -> None:
    """五块六, 三块零四, 五元七毫八: a last digit takes the next smaller place."""
    match = _SUB.match(folded, item.end) or (_SUB_ARABIC.match(folded, item.end) if item.form == "块" else None)
    if match is None:
        return
    digit = match.group(2)
    value = shifted(digit, 0) if digit.isdigit() and digit.isascii() else Decimal(DIGITS[digit])
    lower = 2 if match.group(1) or item.form in ("角", "毛", "毫") else 1
    item.value = add(item.value, times_power(value, -lower))
    item.end = match.end()


def _close(folded: str, item: Item) -> None:
    if item.kind == "money" and _CLOSING.match(folded, item.end):
        item.end += 1


def conversions(folded: str, items: list[Item]) -> None:
    """Mark each amount that converts the one before it: in brackets behind it, or after 约合, 折合, 相当于."""
    _, _, words = _ends()
    for previous, item in itertools.pairwise(items):
        if previous.kind != "money" or item.kind != "money" or item.start - previous.end > 16:
            continue
        between = folded[previous.end : item.start].strip()
        if not between or previous.unit == item.unit:
            continue
        opened = between.startswith("(")
        told = between.lstrip("(,")
        for word in ("下同,", "以下同,", "下同;"):
            told = told.removeprefix(word)
        told = told.strip(" :,")
        if (opened and (not told or told.startswith(words))) or (
            between[0] in ",折相即约"
            and told.startswith(words)
            and len(told) > 1
            and told.rstrip("约 ").endswith(("合", "折合", "相当于", "折算", "即", "等于"))
        ):
            item.same_as = previous.same_as or previous
        elif between in (";", ",") and previous.same_as is not None and folded.startswith(")", item.end):
            item.same_as = previous.same_as  # （约合318亿美元；244亿英镑）
