"""Whether a unit form behind a numeral is its unit: ambiguous forms need more than their characters."""

from __future__ import annotations

import re
from decimal import Decimal

from claimx.extract.num_parse import SCALES, add, is_whole, multiply, times_power
from claimx.extract.num_scan import Numeral
from claimx.extract.quant_item import Item, context_pattern, context_words, word_units
from claimx.extract.quant_units import Unit, right_units

_ESCAPE = re.compile(r"[0-9A-Fa-f]{2}")
_ADDRESS = frozenset("/=&?._-abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
_TEN = Decimal(10)
_SCORED = re.compile("[得打考给评扣加获拿涨降差胜负派息元角毛毫块又分][了到出为]?\\Z")
_HAPPENED = re.compile("(?:[增减]加?少?|[有共]) ?$")  # 环比增加9起
_FAST_RATES = frozenset((Decimal("1.6"), Decimal("3.2")))
_LINE_RATES = frozenset(map(Decimal, (40, 50, 100, 200, 400, 800)))  # 800G names a class of optical modules
_INDEX_LEFT = re.compile(r"[升跌涨挫降低高水插泻报收得至到近逾约超破数指守站达为于]")
_MULTIPLE_LEFT = re.compile(
    r"(?:(?<![A-Za-z])P/?[EBS](?![A-Za-z])|EV/EBITDA|市[盈净销]率|本益比|估值|倍)[^。\n]{0,40}$"
)
_LONG_UNIT = frozenset("吨斤米克亩桶元")


def returned(folded: str, item: Item, end: int) -> Unit | None:
    """千米, 兆字节 …: the last scale word of the numeral belongs to the unit."""
    last = folded[end - 1]
    if last not in "千兆百" or end - item.numeral.start < 2:
        return None
    unit = right_units().at(folded, end - 1)
    if unit is None or unit.kind != "measure" or len(unit.form) < 2:
        return None
    before = folded[end - 2]
    if not (before.isdigit() or before in SCALES or before in "一二两三四五六七八九零几数"):
        return None
    exponent = SCALES[last]
    item.value = times_power(item.value, -exponent)
    if item.high is not None:
        item.high = times_power(item.high, -exponent)
    item.exponent = max(0, item.exponent - exponent)
    item.end = end - 1
    return unit


def fits(folded: str, item: Item, unit: Unit, position: int, infix: bool) -> bool:
    """Whether ``unit`` is one here: ambiguous forms need more than their characters."""
    numeral, form = item.numeral, unit.form
    value, kind = item.value, unit.kind
    small = numeral.chinese and not numeral.scaled
    after = position + len(form)
    following = folded[after : after + 1]
    if item.lone and kind in ("percent", "ratio", "points"):
        if form == "点":
            return folded[numeral.start] in "百千万"  # 跌破千点
        return form == "倍"
    if kind == "count":
        if form == "块":
            return True
        if form == "起" and not following.isalpha():
            events = context_pattern("events").search(folded, max(0, numeral.start - 16), numeral.start)
            return events is not None or _HAPPENED.search(folded, max(0, numeral.start - 4), numeral.start) is not None
        if small and value < 10 and not infix and form in word_units() and item.high is None:
            return False
        if unit.flag == "noun":
            return numeral.scaled or (value >= 10 and not 1990 <= value <= 2040)  # 2020集团: a year
        return True
    if form == "块" and unit.flag == "loose":
        if (following.isascii() and following.isalpha()) or folded.startswith(context_words()["pieces"], after):
            item.kind, item.unit, item.bare, item.form, item.end = "count", "块", False, "块", after  # 2,048块GPU
            return False
        return True
    if form == "%":
        # an escape in a web address is no percentage
        before = folded[numeral.start - 1 : numeral.start] or " "
        return before != "%" and not (before.isascii() and before in _ADDRESS and _ESCAPE.match(folded, after))
    if kind == "points":
        if form == "分" and folded[numeral.start - 1 : numeral.start] in ("时", "点"):
            return False  # minutes of a clock time
        if (
            form == "分"
            and small
            and value < 10
            and not _SCORED.search(folded, max(0, numeral.start - 4), numeral.start)
        ):
            return not (folded[: numeral.start].strip() or folded[after:].strip())  # 三分天注定 is no score
        if (
            small
            and value < 2
            and not (form == "分" and folded[numeral.start - 1 : numeral.start] in ("角", "毛", "毫", "元", "块"))
        ):
            return False
        if form == "点":
            if following.isdigit() or (following and following in "零一二三四五六七八九"):
                return False
            if numeral.scaled or value >= 25 or not is_whole(value):
                return True
            if following and following in "半整许开到前后":
                return False  # a time of day
            return bool(_INDEX_LEFT.match(folded[numeral.start - 1 : numeral.start]))
        return True
    if kind == "measure":
        if len(form) == 1 and not form.isascii():
            if form == "两":
                return not numeral.chinese and (numeral.scaled or value >= 10 or not is_whole(value))
            if small and value < 10 and form in word_units():
                return False
            if small and value == 1 and form not in _LONG_UNIT:
                return False
        if len(form) == 1 and form.isascii():
            if numeral.chinese:
                return False
            if form in "GT":
                return (form == "T" and value not in _FAST_RATES) or (
                    form == "G" and value >= 8 and not (value in _LINE_RATES and is_whole(value))
                )
            if form == "g":
                return not (
                    2 <= value <= 6
                    and is_whole(value)
                    and folded.startswith(context_words()["generation_after"], after)
                )
            if form == "N":
                return not following.isalpha()
            if form in "BKMP":
                return False
            if form == "A":
                return context_pattern("current").search(folded, max(0, numeral.start - 12), after + 6) is not None
        return True
    if kind == "ratio" and form in ("x", "X"):
        if numeral.chinese or (following.isascii() and following.isalnum() and following not in ("P", "E")):
            return False
        return form == "x" or bool(_MULTIPLE_LEFT.search(folded, max(0, numeral.start - 48), numeral.start))
    if form == "成" and ((not numeral.chinese and value > 10) or folded.startswith(context_words()["likely"], after)):
        return False
    high = item.high
    if form == "折" and high is not None and not numeral.scaled:
        item.high, item.value = None, add(multiply(item.value, _TEN), high)  # 六七折 is 67 in the hundred
    return True


def sound_fraction(folded: str, numeral: Numeral) -> bool:
    """A slashed fraction in prose: small, proper, and not a date or a list."""
    words = folded[numeral.start : numeral.end].rpartition("又")[2]
    top, _, bottom = words.partition("/")
    if not (top.isdigit() and bottom.isdigit()) or len(bottom) > 2:
        return False
    following = folded[numeral.end : numeral.end + 1]
    if (following.isascii() and following.isalnum()) or following in SCALES:
        return False
    before = folded[max(0, numeral.start - 1) : numeral.start]
    return int(top) < int(bottom) and not (before.isascii() and (before.isalnum() or before in "/-"))
