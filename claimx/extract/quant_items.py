"""First step of the quantity extractor: each numeral with the unit right of it and the currency left of it.

An :class:`Item` is a quantity in the making. Items without unit wait for the next steps: a range or list may lend them
one, or the words around may tell what they count.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache

from claimx.extract.num_parse import LATIN_SCALES, SCALES, add, multiply, times_power
from claimx.extract.num_scan import Numeral, scan
from claimx.extract.quant_units import HOME, Unit, left_currencies, right_units
from claimx.lexicon.loader import read_toml
from claimx.source.text import fold

_ESCAPE = re.compile(r"[A-F][0-9A-F]")
_HALF = Decimal("0.5")
_FIVE = Decimal(5)
_TEN = Decimal(10)
_INFIX = frozenset("多余来")
_NO_HALF = tuple("年月天小时径数导成岛场途决路路程载夜岁点钟价")
_LATIN = re.compile(r" ?(bn|mn|BN|MN|billion|million|trillion|[kKwWMmBbTG])(?![A-Za-z0-9/%²³])")
_LATIN_MONEY = {"bn": 9, "BN": 9, "billion": 9, "mn": 6, "MN": 6, "million": 6, "trillion": 12, "b": 9, "m": 6, **LATIN_SCALES}
_TENTHS_AFTER = re.compile(r" ?([一二三四五六七八九0-9])(?![一二三四五六七八九十百千万亿0-9.%年月日个成])")
_SIGNS = {"+": 1, "-": -1, "−": -1, "负": -1}
_INDEX_LEFT = re.compile(r"[升跌涨挫降低高报收得至到近逾约超破数指破守站达升为于]")
_MULTIPLE_LEFT = re.compile(r"(?:P/?[EBS]|EV/EBITDA|市[盈净销]率|倍)[^0-9。]{0,6}$")
_LONG_UNIT = frozenset("吨斤米克亩桶元")
_LEVEL = re.compile(r"级(?![别联])")


class Item:
    """A quantity in the making. ``core`` is where the numeral or its currency begins, without a sign."""

    __slots__ = (
        "bare", "bound", "core", "currency_given", "end", "exponent", "high", "kind", "lone", "numeral", "same_as", "scaled", "sign",
        "start", "unit", "value", "explicit", "form",
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


@lru_cache(maxsize=1)
def _per() -> re.Pattern[str]:
    forms = sorted({fold(form) for form in read_toml("quant_context.toml")["per"].split()}, key=len, reverse=True)
    return re.compile(r" ?/ ?(?:" + "|".join(map(re.escape, forms)) + r")(?![A-Za-z0-9])(?:/(?:年|月|天|日))?")


@lru_cache(maxsize=1)
def _words() -> dict[str, tuple[str, ...]]:
    return {
        name: tuple(fold(form) for form in value.split())
        for name, value in read_toml("quant_context.toml").items()
        if isinstance(value, str)
    }


@lru_cache(maxsize=1)
def _word_units() -> frozenset[str]:
    return frozenset(_words()["word_units"])


def find_items(
    raw: str, folded: str, blocked: Sequence[tuple[int, int]]
) -> tuple[list[Item], list[tuple[int, Numeral]]]:
    """Items of a text in order, and its ordinals as (start of 第, numeral)."""
    items: list[Item] = []
    ordinals: list[tuple[int, Numeral]] = []
    at_block, n_blocks = 0, len(blocked)
    for numeral in scan(raw, folded):
        start, end = numeral.start, numeral.end
        while at_block < n_blocks and blocked[at_block][1] <= start:
            at_block += 1
        if at_block < n_blocks and blocked[at_block][0] < end:
            continue
        limit = blocked[at_block][0] if at_block < n_blocks else len(folded)
        if start and (folded[start - 1] == "第" or folded.startswith("第 ", start - 2)):
            ordinals.append((start - 1 if folded[start - 1] == "第" else start - 2, numeral))
            continue
        if numeral.version:
            continue
        item = _item(folded, numeral, limit)
        if item is not None:
            items.append(item)
    return items, ordinals


def _item(folded: str, numeral: Numeral, limit: int) -> Item | None:
    start, end = numeral.start, numeral.end
    item = Item(numeral, start, end)
    if numeral.kind == "percent":
        item.kind, item.unit, item.bare = "percent", "percent", False
        _sign(folded, item, 1)
        return item
    length = len(folded)
    position = end
    while position < length and folded[position] == " " and position - end < 3:
        position += 1
    units = right_units()
    unit: Unit | None = None
    infix = False
    if position < length:
        unit = _returned(folded, item, end) if numeral.scaled else None
        if unit is not None:
            position = item.end
        else:
            unit = units.at(folded, position)
            if unit is None and folded[position] in _INFIX and (numeral.scaled or numeral.value >= 10 and numeral.value % 10 == 0):
                beyond = position + 1
                while beyond < length and folded[beyond] == " " and beyond - position < 3:
                    beyond += 1
                unit = units.at(folded, beyond) if beyond < length else None
                if unit is not None:
                    infix, position = True, beyond
        if unit is not None and position + len(unit.form) > limit:
            unit = None
            infix = False
    if numeral.kind == "fraction" and unit is not None and unit.kind != "measure" and unit.kind != "percentage_point":
        unit = None
    if unit is not None and not _fits(folded, item, unit, position, infix):
        unit = None
    if unit is None and not numeral.chinese and not numeral.scaled and position < length and folded[position].isascii():
        return _latin_scaled(folded, item)
    if numeral.latin and not _currency_glued(folded, start):
        if unit is None or unit.kind not in ("percent", "percentage_point") or numeral.sign_at < 0:
            return None
    if infix:
        numeral.approximate = True
    if unit is not None:
        _apply(folded, item, unit, position, limit)
    elif numeral.kind == "fraction":
        if not numeral.chinese and not _sound_fraction(folded, numeral):
            return None
        item.kind, item.unit, item.bare = "ratio", "x", False
    _currency_left(folded, item, unit)
    if item.bare and item.end < length:
        _bare_tail(folded, item)
    _sign(folded, item, -1)
    return item


def _returned(folded: str, item: Item, end: int) -> Unit | None:
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


def _fits(folded: str, item: Item, unit: Unit, position: int, infix: bool) -> bool:
    """Whether ``unit`` is one here: ambiguous forms need more than their characters."""
    numeral, form = item.numeral, unit.form
    value, kind = item.value, unit.kind
    small = numeral.chinese and not numeral.scaled
    after = position + len(form)
    following = folded[after : after + 1]
    if item.lone and kind in ("percent", "ratio", "points"):
        return form == "倍" and _several_left(folded, numeral.start)
    if kind == "count":
        if form == "块":
            return True
        if small and value < 10 and not infix and form in _word_units() and item.high is None:
            return False
        if unit.flag == "noun":
            return numeral.scaled or value >= 10
        return True
    if form == "块" and unit.flag == "loose":
        return True
    if form == "%":
        # an escape in a web address is no percentage
        escape = folded[after : after + 2]
        return not (following.isascii() and following.isdigit()) and not _ESCAPE.match(escape) and folded[numeral.start - 1 : numeral.start] != "%"
    if kind == "points":
        if small and value < 2 and not (form == "分" and folded[numeral.start - 1 : numeral.start] in ("角", "毛", "毫", "元", "块")):
            return False
        if form == "点":
            if following.isdigit() or (following and following in "零一二三四五六七八九"):
                return False
            if numeral.scaled or value >= 25 or value % 1:
                return True
            return bool(_INDEX_LEFT.match(folded[numeral.start - 1 : numeral.start]))
        return True
    if kind == "measure":
        if len(form) == 1 and not form.isascii():
            if form == "两":
                return not numeral.chinese and (numeral.scaled or value >= 10 or value % 1 != 0)
            if small and value < 10 and form in _word_units():
                return False
            if small and value == 1 and form not in _LONG_UNIT:
                return False
        if len(form) == 1 and form.isascii():
            if numeral.chinese:
                return False
            if form in "GT":
                return form == "T" or value >= 8
            if form in "BKMPN":
                return False
            if form == "A":
                return value >= 10 or value % 1 != 0
        return True
    if kind == "ratio" and form in ("x", "X"):
        if numeral.chinese or (following.isascii() and following.isalnum()):
            return False
        return form == "x" or bool(_MULTIPLE_LEFT.search(folded, max(0, numeral.start - 8), numeral.start))
    if form == "成" and not numeral.chinese and value > 10:
        return False
    if form == "折" and item.high is not None and not numeral.scaled:
        item.high, item.value = None, add(multiply(item.value, _TEN), item.high)
    return True


def _several_left(folded: str, start: int) -> bool:
    return folded[start : start + 1] in ("数", "几", "好")


def _sound_fraction(folded: str, numeral: Numeral) -> bool:
    """A slashed fraction in prose: small, proper, and not a date or a list."""
    words = folded[numeral.start : numeral.end]
    top, _, bottom = words.partition("/")
    if not (top.isdigit() and bottom.isdigit()) or len(bottom) > 2:
        return False
    following = folded[numeral.end : numeral.end + 1]
    if following.isascii() and following.isalnum() or following in SCALES:
        return False
    before = folded[max(0, numeral.start - 1) : numeral.start]
    return int(top) < int(bottom) and not (before.isascii() and (before.isalnum() or before in "/-"))


def _apply(folded: str, item: Item, unit: Unit, position: int, limit: int) -> None:
    """Take ``unit`` on, with what hangs on it: 半, /股, brackets with a currency, 角 and 分."""
    form = unit.form
    kind, name = unit.kind, unit.unit
    item.bare = False
    item.form = form
    end = position + len(form)
    if unit.flag == "noun":
        item.kind, item.unit, item.end = "count", "", item.numeral.end
        item.form = ""
        return
    item.kind = kind
    if name == "discount":
        name = "percent"
        while item.value and abs(item.value) >= 100:
            item.value = times_power(item.value, -1)
        if abs(item.value) < 10:
            item.value = times_power(item.value, 1)
        elif item.value == 10 and folded[item.numeral.start] == "十":
            item.value = Decimal(100)
    elif unit.exponent:
        item.value = times_power(item.value, unit.exponent)
        if item.high is not None:
            item.high = times_power(item.high, unit.exponent)
    if form == "成":
        tail = _TENTHS_AFTER.match(folded, end)
        if folded.startswith("半", end):
            item.value, end = add(item.value, _FIVE), end + 1
        elif tail and item.value % 10 == 0:
            digit = "零一二三四五六七八九".find(tail.group(1))
            item.value = add(item.value, Decimal(digit if digit >= 0 else int(tail.group(1))))
            end = tail.end()
    elif folded.startswith("半", end) and kind in ("measure", "count", "ratio") and not folded.startswith(_NO_HALF, end + 1):
        item.value, end = add(item.value, _HALF), end + 1
    elif form == "个" and folded.startswith("半百分点", end):
        item.kind, name = "percentage_point", "pp"
        item.value, end = add(item.value, _HALF), end + 4
    if kind == "money":
        item.unit = name
        item.explicit = name != HOME
        if name == HOME and folded.startswith("(", end):
            given = _in_bracket(folded, end)
            if given:
                item.unit, item.explicit, item.currency_given = given, True, True
    else:
        item.unit = folded[position:end] if name == "=" else name
        if name == "=" and " " in item.unit:
            item.unit = item.unit.replace(" ", "")
    if folded.startswith("/", end) or folded.startswith(" /", end):
        per = _per().match(folded, end)
        if per and per.end() <= limit:
            end = per.end()
            if kind not in ("money", "percent", "percentage_point", "ratio"):
                item.unit = folded[position:end]
    item.end = end


def _in_bracket(folded: str, end: int) -> str | None:
    """The currency that a bracket right after 元 names: 122亿元(人民币,下同)."""
    position = end + 1
    for word in _words_home():
        if folded.startswith(word, position):
            position += len(word)
            while folded[position : position + 1] in (":", " ", "为"):
                position += 1
            break
    unit = right_units().at(folded, position)
    if unit is None or unit.kind != "money" or unit.unit == HOME:
        return None
    after = position + len(unit.form)
    return unit.unit if folded[after : after + 1] in (")", ",", ";", "、", " ") else None


@lru_cache(maxsize=1)
def _words_home() -> tuple[str, ...]:
    return tuple(fold(word) for word in read_toml("currency_home.toml")["follows"]["units_in_brackets"].split())


def _currency_glued(folded: str, start: int) -> bool:
    unit = left_currencies().before(folded, start)
    return unit is not None and not (start - len(unit.form) > 0 and _letter(folded[start - len(unit.form) - 1]))


def _letter(char: str) -> bool:
    return char.isascii() and char.isalpha()


def _currency_left(folded: str, item: Item, unit: Unit | None) -> None:
    """A currency written before the amount: 人民币3亿元, US$5, 新台币 46 亿元."""
    position = item.core
    if item.numeral.sign_at >= 0 and item.numeral.sign_at == position - 1:
        position -= 1
    gap = position
    while gap > 0 and folded[gap - 1] == " " and position - gap < 3:
        gap -= 1
    if gap <= 0:
        return
    named = left_currencies().before(folded, gap)
    if named is None:
        return
    start = gap - len(named.form)
    if named.flag == "symbol" and named.form[0].isascii() and named.form[0].isalpha() and start > 0 and _letter(folded[start - 1]):
        return
    if unit is not None and item.kind != "money":
        return
    if item.kind == "money" and item.explicit and item.unit != named.unit and not item.currency_given:
        return
    if unit is None:
        if named.form.isascii() is False and start > 0 and folded[start - 1] in "兑对换" and not item.scaled:
            return
        if item.kind == "ratio":
            return
    code = named.unit
    if named.flag == "yen" and unit is None:
        code = named.unit
    item.kind, item.unit, item.bare, item.explicit = "money", code, False, True
    item.core = item.start = start
    item.lone = item.lone and unit is None


def _latin_scaled(folded: str, item: Item) -> Item | None:
    """A numeral with a Latin scale letter: 0.5B, 30w, US$5.2bn; or with none, when no other letter is glued to it."""
    numeral = item.numeral
    match = _LATIN.match(folded, numeral.end)
    if match is None:
        following = folded[numeral.end]
        if _letter(following):
            return None
        if numeral.latin and not _currency_glued(folded, numeral.start):
            return None
        if numeral.kind == "fraction":
            if not _sound_fraction(folded, numeral):
                return None
            item.kind, item.unit, item.bare = "ratio", "x", False
        _currency_left(folded, item, None)
        _sign(folded, item, -1)
        return item
    if numeral.latin and not _currency_glued(folded, numeral.start):
        return None
    letters = match.group(1)
    probe = Item(numeral, numeral.start, numeral.end)
    _currency_left(folded, probe, None)
    words = _words()
    if probe.kind == "money":
        item = probe
        item.value = times_power(item.value, _LATIN_MONEY[letters])
        item.exponent, item.scaled = _LATIN_MONEY[letters], True
        item.end = match.end()
        _sign(folded, item, -1)
        return item
    after = folded[match.end() : match.end() + 16].lstrip(" ")
    if match.group()[0] == " " and letters in "kKwWMmBbTG":
        return item if not numeral.latin else None
    if letters in ("B", "b", "M", "T") and (letters == "B" or after.startswith("参数") or after[:1] == "激"):
        if letters == "B" and after and not after.startswith(words["parameters_after"]) and _letter(after[:1]):
            return None
        item.kind, item.unit, item.bare = "measure", "参数", False
        item.value = times_power(item.value, {"B": 9, "b": 9, "M": 6, "T": 12}[letters])
        item.end = match.end()
        trailing = "参数"
        if folded.startswith(trailing, item.end):
            item.end += len(trailing)
        return item
    if letters in "wW" or (letters in "kKM" and after.startswith(words["context_after"])):
        item.value = times_power(item.value, LATIN_SCALES[letters])
        item.exponent, item.scaled, item.end = LATIN_SCALES[letters], True, match.end()
        tokens = right_units().at(folded, match.end() + (1 if folded.startswith(" ", match.end()) else 0))
        if tokens is not None and tokens.kind == "measure":
            position = match.end() + (1 if folded.startswith(" ", match.end()) else 0)
            _apply(folded, item, tokens, position, len(folded))
        elif letters in "kKM":
            item.kind, item.unit, item.bare = "count", "", False
        return item
    return None


def _bare_tail(folded: str, item: Item) -> None:
    """百亿级, 10 万级: a magnitude stands for its figure."""
    if item.scaled and item.kind != "money":
        level = _LEVEL.match(folded, item.end)
        if level is None:
            return
        item.end = level.end()
        item.form = "级"
        item.lone = False


def _sign(folded: str, item: Item, minus: int) -> None:
    """A sign left of the numeral belongs to span and value; a join may take it back where it is a dash."""
    numeral = item.numeral
    at = numeral.sign_at
    if at < 0:
        if numeral.kind == "percent" and folded.endswith("负的", 0, item.core):
            at = item.core - 2
        else:
            return
    char = folded[at]
    if char == "负" and folded[at - 1 : at] in ("胜", "自", "肩", "担", "抱", "欺", "辜"):
        return
    if item.core < numeral.start:  # -US$5 is not seen: the sign stands inside
        item.sign = _SIGNS.get(char, 1)
        return
    item.start = at
    item.sign = _SIGNS.get(char, 1)
