"""First step of the quantity extractor: each numeral with the unit right of it and the currency left of it.

An :class:`Item` is a quantity in the making. Items without unit wait for the next steps: a range or list may lend them
one, or the words around may tell what they count.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import lru_cache

from claimx.extract.hedges import left_hedge, plain_hedges
from claimx.extract.num_parse import DIGITS, EVERYDAY, LATIN_SCALES, SCALES, add, times_power
from claimx.extract.num_scan import Numeral, scan
from claimx.extract.quant_fit import fits, returned, sound_fraction
from claimx.extract.quant_item import Item, context_words
from claimx.extract.quant_units import HOME, YEN_SIGN, Unit, left_currencies, right_units
from claimx.lexicon.loader import read_toml
from claimx.source.text import fold

_HALF = Decimal("0.5")
_FIVE = Decimal(5)
_INFIX = frozenset("多余来+")
_HUNDRED_MILLIONS = re.compile(r" ?个 ?([多来])? ?亿(?![纬欧邦航联阳嘉利田滋咖客帆晶通])")
_NO_HALF = tuple("年月天小时径数导成岛场途决路路程载夜岁点钟价")
_LATIN = re.compile(r" ?(bn|mn|BN|MN|billion|million|trillion|[kKwWMmBbTG])(?![A-Za-z0-9/%²³])")
_LATIN_MONEY = {
    "bn": 9,
    "BN": 9,
    "billion": 9,
    "mn": 6,
    "MN": 6,
    "million": 6,
    "trillion": 12,
    "b": 9,
    "m": 6,
    **LATIN_SCALES,
}
_TENTHS_AFTER = re.compile(r" ?([一二三四五六七八九0-9])(?![一二三四五六七八九十百千万亿0-9.%年月日个成])")
_THOUSANDS = re.compile(r" ?[kK](?![A-Za-z])")
_SPACED_POINT = re.compile("个 {0,3}百 {0,3}分 {0,3}点")
_TENTH_METRES = re.compile(r"[一二三四五六七八九1-9](?![0-9一二三四五六七八九十百千万亿.%个米年月日元])")  # 一米八
_BELOW_ZERO = re.compile("[度℃°]|摄氏|华氏")
_SIGNS = {"+": 1, "-": -1, "−": -1, "负": -1}
_LEVEL = re.compile(r"级(?![别联])")


@lru_cache(maxsize=1)
def _per() -> re.Pattern[str]:
    forms = sorted({fold(form) for form in read_toml("quant_context.toml")["per"].split()}, key=len, reverse=True)
    latin = "|".join(re.escape(form) for form in forms if form[-1].isascii())
    words = "|".join(re.escape(form) for form in forms if not form[-1].isascii())
    return re.compile(rf" ?/ ?(?:(?:{latin})(?![A-Za-z0-9])|{words})(?:/(?:年|月|天|日))?")


def find_items(
    raw: str, folded: str, blocked: Sequence[tuple[int, int]]
) -> tuple[list[Item], list[tuple[int, Numeral]]]:
    """Items of a text in order, and its ordinals as (start of 第, numeral)."""
    items: list[Item] = []
    ordinals: list[tuple[int, Numeral]] = []
    at_block, n_blocks = 0, len(blocked)
    for numeral in _apart(folded, scan(raw, folded)):
        start, end = numeral.start, numeral.end
        while at_block < n_blocks and blocked[at_block][1] <= start:
            at_block += 1
        if at_block < n_blocks and blocked[at_block][0] < end:
            item = _beyond(
                folded, numeral, blocked[at_block], blocked[at_block + 1][0] if at_block + 1 < n_blocks else len(folded)
            )
            if item is not None:
                item.free = True
                items.append(item)
            continue
        limit = blocked[at_block][0] if at_block < n_blocks else len(folded)
        if (
            numeral.sign_at < 0
            and at_block
            and start
            and blocked[at_block - 1][1] == start - 1
            and folded[start - 1] in "+-"
        ):
            numeral.sign_at = start - 1  # 标普500+1.36%: the digits before the sign are a name's
        if start and (folded[start - 1] == "第" or folded.startswith("第 ", start - 2)):
            ordinals.append((start - 1 if folded[start - 1] == "第" else start - 2, numeral))
            continue
        if numeral.version:
            continue
        item = _item(folded, numeral, limit)
        if item is not None:
            items.append(item)
    return items, ordinals


def _beyond(folded: str, numeral: Numeral, block: tuple[int, int], limit: int) -> Item | None:
    """The amount that reads further than the name or time which it overlaps, if it is one.

    3.75亿|欧元 though 亿欧 is a firm, 每TEU6786美元, 一千日|元, 六点五|折, 二点|五一.
    """
    first, last = block
    inside = numeral.start < first < numeral.end
    inside = inside and (folded[first] in SCALES or "点" in folded[numeral.start : first])
    named = numeral.latin and first < numeral.start and last <= numeral.end and _amount_behind(folded, numeral)
    longer = numeral.start <= first and not numeral.latin
    if not (inside or named or longer):
        return None
    item = _item(folded, numeral, limit)
    if item is None or (item.bare and not inside):
        return None
    if inside or named or (item.end > last and item.kind in ("money", "percent", "percentage_point")):
        return item
    return None


def _apart(folded: str, numerals: list[Numeral]) -> Iterator[Numeral]:
    """``numerals``, with the two figures of a slash that makes no fraction (PE 27/17倍) as two."""
    for numeral in numerals:
        if numeral.kind == "fraction" and not numeral.chinese:
            slash = folded.find("/", numeral.start, numeral.end)
            top, bottom = folded[numeral.start : slash], folded[slash + 1 : numeral.end]
            if slash > 0 and top.isdigit() and bottom.isdigit():
                unit = right_units().at(folded, numeral.end)
                if int(top) >= int(bottom) or (unit is not None and unit.kind in ("ratio", "percent", "money")):
                    first = Numeral(numeral.start, slash, Decimal(top))
                    first.latin, first.sign_at = numeral.latin, numeral.sign_at
                    yield first
                    yield Numeral(slash + 1, numeral.end, Decimal(bottom))
                    continue
        yield numeral


def _item(folded: str, numeral: Numeral, limit: int) -> Item | None:
    start, end = numeral.start, numeral.end
    item = Item(numeral, start, end)
    if numeral.kind == "percent":
        item.kind, item.unit, item.bare = "percent", "percent", False
        thousands = _THOUSANDS.match(folded, end)
        if thousands:
            item.value, item.end = times_power(item.value, 3), thousands.end()
        _sign(folded, item)
        return item
    if folded.startswith("个", end):
        _hundred_millions(folded, item)
        end = item.end
    length = len(folded)
    position = end
    while position < length and folded[position] == " " and position - end < 4:
        position += 1
    units = right_units()
    unit: Unit | None = None
    infix = False
    if position < length:
        unit = returned(folded, item, end) if numeral.scaled else None
        if unit is not None:
            position = item.end
        else:
            unit = units.at(folded, position)
            if (
                unit is None
                and folded[position] in _INFIX
                and (
                    folded[position] == "+"
                    or numeral.scaled
                    or (10 <= numeral.value < 1000000 and numeral.value % 10 == 0)
                )
            ):
                beyond = position + 1
                while beyond < length and folded[beyond] == " " and beyond - position < 3:
                    beyond += 1
                unit = units.at(folded, beyond) if beyond < length else None
                if unit is not None:
                    infix, position = True, beyond
        if unit is not None and unit.form == "个":
            spaced = _SPACED_POINT.match(folded, position)
            if spaced:
                unit = Unit(spaced.group(), "percentage_point", "pp", 0, ())
        if unit is not None and position + len(unit.form) > limit:
            unit = None
            infix = False
    if numeral.kind == "fraction" and unit is not None and unit.kind not in {"measure", "percentage_point"}:
        unit = None
    if unit is not None and not fits(folded, item, unit, position, infix):
        unit = None
        if not item.bare:
            return item  # fits() found the other sense of the unit
    if end - start == 1 and folded[start] in EVERYDAY and (unit is None or unit.kind != "money"):
        return None  # 重拾升轨, 陆家嘴
    if unit is None and not numeral.chinese and not numeral.scaled and position < length and folded[position].isascii():
        return _latin_scaled(folded, item)
    glued = numeral.latin and not numeral.chinese and not _currency_glued(folded, start)
    if glued and not _apart_from_letters(folded, numeral, unit):
        return None
    if infix and "来" in folded[end:position]:
        item.bound = "about"  # 十来家
    elif infix:
        numeral.approximate = True
    if unit is not None:
        _apply(folded, item, unit, position, limit)
    elif numeral.kind == "fraction":
        if not numeral.chinese and not sound_fraction(folded, numeral):
            return None
        item.kind, item.unit, item.bare = "ratio", "x", False
    _currency_left(folded, item, unit)
    if item.bare and item.end < length:
        _bare_tail(folded, item)
    _sign(folded, item)
    return item


def _amount_behind(folded: str, numeral: Numeral) -> bool:
    """Whether digits that a name seems to end in are an amount: 每TEU6786美元, Rmb2.74亿."""
    unit = right_units().at(folded, numeral.end)
    return numeral.exponent >= 8 or (unit is not None and unit.kind in ("money", "ratio"))


def _hundred_millions(folded: str, item: Item) -> None:
    """3个亿, 7个多亿: the classifier and a scale word behind it belong to the number."""
    match = _HUNDRED_MILLIONS.match(folded, item.end)
    if match is None or item.scaled:
        return
    numeral = item.numeral
    numeral.end = item.end = match.end()
    numeral.approximate = numeral.approximate or bool(match.group(1))
    item.value = numeral.value = times_power(item.value, 8)
    item.exponent, item.scaled, numeral.scaled = 8, True, True
    if item.high is not None:
        item.high = times_power(item.high, 8)


def _apart_from_letters(folded: str, numeral: Numeral, unit: Unit | None) -> bool:
    """Whether a numeral glued to Latin letters is one by itself: yoy+4%, Alpha 公司的 Inc49.9%, ofo2762万."""
    if numeral.sign_at >= 0:
        return unit is not None and unit.kind in ("percent", "percentage_point")
    if numeral.end - numeral.start < 2 or not folded[max(0, numeral.start - 2) : numeral.start].isalpha():
        return False
    if unit is not None and unit.kind in ("percent", "money", "ratio"):
        return True
    return numeral.scaled and numeral.exponent >= 4


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
        elif tail and item.value <= 100 and item.value % 10 == 0:
            digit = "零一二三四五六七八九".find(tail.group(1))
            item.value = add(item.value, Decimal(digit if digit >= 0 else int(tail.group(1))))
            end = tail.end()
    elif (
        folded.startswith("半", end)
        and kind in ("measure", "count", "ratio")
        and not folded.startswith(_NO_HALF, end + 1)
    ):
        item.value, end = add(item.value, _HALF), end + 1
    elif form == "米" and 0 < item.value < 10 and not item.scaled and _TENTH_METRES.match(folded, end):
        tenths = DIGITS[folded[end]] if folded[end] in DIGITS else int(folded[end])
        item.value, end = add(item.value, Decimal(tenths).scaleb(-1)), end + 1
    elif form == "个" and folded.startswith("半百分点", end):
        item.kind, name = "percentage_point", "pp"
        item.value, end = add(item.value, _HALF), end + 4
    if kind == "money":
        if item.scaled and _LEVEL.match(folded, end):
            item.lone, end = False, end + 1  # 亿元级
        item.unit = name
        item.explicit = name != HOME
        if name == HOME and folded.startswith("(", end):
            given = _in_bracket(folded, end)
            if given:
                item.unit, item.explicit, item.currency_given = given, True, True
    else:
        item.unit = form if name == "=" else name
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
        hedge = left_hedge(folded, gap)
        if hedge is None or not 0 < gap - hedge.start <= 3 or folded[hedge.start : hedge.end] not in plain_hedges():
            return
        named = left_currencies().before(folded, hedge.start)
        if named is None or named.flag == "symbol" or len(named.form) < 2:
            return
        item.hedge_at, gap = gap, hedge.start  # 新台币约2兆元: a hedge inside belongs to the span
    start = gap - len(named.form)
    if (
        named.flag == "symbol"
        and named.form[0].isascii()
        and named.form[0].isalpha()
        and start > 0
        and _letter(folded[start - 1])
    ):
        return
    if unit is not None and item.kind != "money":
        return
    if start > 0 and (folded[start - 1].isdigit() or folded[start - 1] in SCALES or folded[start - 1] in DIGITS):
        return  # it belongs to the amount before: 10日元5日本钱
    if item.kind == "money" and item.explicit and item.unit != named.unit and not item.currency_given:
        return
    if unit is None:
        if named.form.isascii() is False and start > 0 and folded[start - 1] in "兑对换" and not item.scaled:
            return
        if item.kind == "ratio":
            return
    sign = named.flag == "yen" and (item.unit is None or item.unit == HOME)  # ¥ is yuan or yen by the text
    item.kind, item.unit, item.bare, item.explicit = "money", YEN_SIGN if sign else named.unit, False, not sign
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
            if not sound_fraction(folded, numeral):
                return None
            item.kind, item.unit, item.bare = "ratio", "x", False
        _currency_left(folded, item, None)
        _sign(folded, item)
        return item
    if numeral.latin and not _currency_glued(folded, numeral.start):
        return None
    letters = match.group(1)
    probe = Item(numeral, numeral.start, numeral.end)
    _currency_left(folded, probe, None)
    words = context_words()
    if probe.kind == "money":
        item = probe
        item.value = times_power(item.value, _LATIN_MONEY[letters])
        item.exponent, item.scaled = _LATIN_MONEY[letters], True
        item.end = match.end()
        _sign(folded, item)
        return item
    after = folded[match.end() : match.end() + 16].lstrip(" ")
    if match.group()[0] == " " and letters in "kKwWMmBbTG":
        return item if not numeral.latin else None
    if letters in ("B", "b", "M", "T") and (letters == "B" or after.startswith("参数") or after[:1] == "激"):
        if numeral.start and folded[numeral.start - 1] == "(":
            around = folded[max(0, numeral.start - 300) : numeral.end + 300]
            if "参数" not in around and "模型" not in around:
                return None  # （1B） after the name of a chip process
        if letters == "B" and after and not after.startswith(words["parameters_after"]) and _letter(after[:1]):
            return None
        item.kind, item.unit, item.bare = "measure", "参数", False
        item.value = times_power(item.value, {"B": 9, "b": 9, "M": 6, "T": 12}[letters])
        item.end = match.end()
        trailing = "参数"
        if folded.startswith(trailing, item.end):
            item.end += len(trailing)
        return item
    point = right_units().at(folded, match.end())
    if letters in "kK" and point is not None and point.kind == "percentage_point":
        item.value = times_power(item.value, 3)
        _apply(folded, item, point, match.end(), len(folded))
        return item
    if letters in "wW" or (letters in "kKM" and _windowed(folded, numeral.start, after)):
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


def _windowed(folded: str, start: int, after: str) -> bool:
    """Whether a numeral with k or M counts the tokens of a context window."""
    words = context_words()["context_after"]
    return after.startswith(words) or any(word in folded[max(0, start - 24) : start] for word in words)


def _bare_tail(folded: str, item: Item) -> None:
    """百亿级, 10 万级: a magnitude stands for its figure."""
    if item.scaled and item.kind != "money":
        per = _per().match(folded, item.end) if folded.startswith("/", item.end) else None
        if per is not None and per.group()[1:] in context_words()["priced_per"]:
            item.kind, item.unit, item.bare, item.end = "money", HOME, False, per.end()  # 均价19万/吨
            return
        level = _LEVEL.match(folded, item.end)
        if level is None:
            return
        item.end = level.end()
        item.form = "级"
        item.lone = False


def _sign(folded: str, item: Item) -> None:
    """A sign left of the numeral belongs to span and value; a join may take it back where it is a dash."""
    numeral = item.numeral
    at = numeral.sign_at
    if at < 0 and item.kind == "measure" and folded.endswith("零下", 0, item.core) and _BELOW_ZERO.match(item.form):
        item.start, item.sign = item.core - 2, -1
        return
    if at < 0:
        if numeral.kind == "percent" and folded.endswith("负的", 0, item.core):
            at = item.core - 2
        else:
            return
    char = folded[at]
    if char == "+" and item.kind == "count" and folded[at - 1 : at].isalpha():
        return  # 欧佩克+23个成员
    if char == "负" and folded[at - 1 : at] in ("胜", "自", "肩", "担", "抱", "欺", "辜"):
        return
    if item.core < numeral.start:  # -US$5 is not seen: the sign stands inside
        item.sign = _SIGNS.get(char, 1)
        return
    item.start = at
    item.sign = _SIGNS.get(char, 1)
