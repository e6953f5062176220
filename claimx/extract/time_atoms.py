"""The atoms of times: years, months, days, quarters, words like 去年 or 上周五, clock times, counted units.

Each atom is a piece of the folded view with a kind and numbers; :mod:`claimx.extract.time_parse` joins atoms to phrases
and :mod:`claimx.extract.time_resolve` gives them their days. A scan is a fixed number of linear passes.

Kinds beside those of ``lexicon/times.tsv``: year years yy month months day days number quarter quarters decade century
fyear fquarter endquarter date md clock weekday holiday lunar first last trailing nth count (a counted unit) set.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from claimx.extract.num_parse import DIGITS, SCALES, SMALL, TENS, Token, evaluate
from claimx.extract.time_calendar import festivals
from claimx.lexicon.loader import read_toml, read_tsv
from claimx.source.text import fold

_CN_DIGIT = "".join(DIGITS)
_CN = _CN_DIGIT + "".join(SMALL) + "".join(TENS)
_ZEROS = frozenset("零〇○")


class Atom(NamedTuple):
    """A piece of a time: ``value`` and ``high`` are its numbers, ``word`` a name or unit, ``mark`` how it was written."""

    start: int
    end: int
    kind: str
    value: int = 0
    high: int = 0
    word: str = ""
    mark: str = ""
    parts: tuple[tuple[Decimal, str], ...] = ()


def number(text: str) -> Decimal | None:
    """The value of a short numeral, Arabic or Chinese; 几十 and 数百 stand for their lowest, 整 for one."""
    text = text.lstrip("几数").replace("整", "一")
    if not text:
        return None
    if text[0].isascii():
        return Decimal(text)
    tokens: list[Token] = []
    for char in text:
        if char.isascii():
            tokens.append(("d", int(char), 0))
        elif char in _ZEROS:
            tokens.append(("z", 0, 0))
        elif char in DIGITS:
            tokens.append(("d", DIGITS[char], 0))
        elif char in TENS:
            tokens.extend((("d", TENS[char], 0), ("s", 0, 1)))
        elif char in SMALL:
            tokens.append(("s", 0, SCALES[char]))
        elif char in SCALES:
            tokens.append(("b", 0, SCALES[char]))
        else:
            return None
    return evaluate(tokens)[0]


def small(text: str) -> int:
    """The whole number of ``text``, or 0 where it is none."""
    value = number(text) if text else None
    return int(value) if value is not None and value == value.to_integral_value() and value < 10**9 else 0


# --- words


@lru_cache(maxsize=1)
def _words() -> tuple[Any, list[tuple[str, int, int, str]]]:
    import ahocorasick_rs

    table: dict[str, tuple[str, int, int, str]] = {}
    for name in festivals():
        table[name] = ("holiday", 0, 0, name)
    for form, kind, argument in read_tsv("times.tsv"):
        low, _, high = argument.partition(",")
        numeric = low.lstrip("-").isdigit()
        table[fold(form)] = (kind, int(low) if numeric else 0, int(high or 0), "" if numeric else argument)
    for era, first in read_tsv("time_eras.tsv"):
        table[fold(era)] = ("era", int(first), 0, fold(era))
    for word in read_toml("time_context.toml")["guard"]["words"].split():
        table[fold(word)] = ("guard", 0, 0, "")
    automaton = ahocorasick_rs.AhoCorasick(list(table), matchkind=ahocorasick_rs.MatchKind.LeftmostLongest)
    return automaton, list(table.values())


_ERA_YEAR = re.compile(rf" ?(元|[{_CN}]{{1,6}}|[0-9]{{1,3}}) ?年(?!前|后|代)")


def _word_atoms(folded: str) -> Iterator[Atom]:
    automaton, kinds = _words()
    for which, start, end in automaton.find_matches_as_indexes(folded):
        kind, value, high, word = kinds[which]
        if kind == "era":
            year = _ERA_YEAR.match(folded, end)
            if year:
                count = 1 if year[1] == "元" else small(year[1])
                yield Atom(start, year.end(), "year", value + count - 1, word="年")
            continue
        yield Atom(start, end, kind, value, high, word or folded[start:end])


# --- numerals with a unit


class _Unit(NamedTuple):
    kind: str
    iso: str


@lru_cache(maxsize=1)
def units() -> dict[str, _Unit]:
    """Class and ISO unit of every unit word."""
    return {fold(form): _Unit(kind, iso) for form, kind, iso in read_tsv("time_units.tsv")}


_AR = r"[0-9]{1,8}(?:\.[0-9]{1,3})?"
_NUM = rf"(?:{_AR}|[几数]?[{_CN}万亿]{{1,9}}|整)"
_LINK = r" {0,2}(?:[-~—–−]{1,2}|至|到|、|/) {0,2}"


@lru_cache(maxsize=1)
def _counted_pattern() -> re.Pattern[str]:
    forms = "|".join(sorted(map(re.escape, units()), key=len, reverse=True))
    return re.compile(
        rf"(?<![0-9.])(?P<numbers>{_NUM}(?:{_LINK}(?:第 ?)?{_NUM}){{0,11}}|几|[大小]?半|一整|)(?P<scale> ?[万亿](?=个?[小年天]))?"
        rf"(?P<over>多|余|几|来)? {{0,2}}(?P<each>个)?(?P<half>半)?(?P<over2>多)? {{0,2}}(?P<unit>{forms})(?<![周期拜](?=[一二三四五六日天](?![年月个分])))"
        rf"(?P<tail>度(?![假过日量])|半(?![年月天日个导])|多(?![赚收出得项种次家元年月款位名场亿万支少久]))?"
    )


_PAIR = re.compile(r"([一二两三四五六七八])([二两三四五六七八九])")
_NUMBERS = re.compile(_NUM)
_BEFORE = re.compile(
    r"(每隔|每逢|每|第|(?<![目之以日提此先当眼跟面生从早空史])前|首|头|最初|开头|最后|最末"
    r"|(?<![以早晚史网线市马路船身加之版])上|(?<![签拿留定余剩之以私])下|近|未来|过去|连续|连|满) ?的? ?\Z"
)
_RUNS = {"前": "first", "首": "first", "头": "first", "最初": "first", "开头": "first", "最后": "last", "最末": "last", "上": "trailing", "下": "coming", "第": "nth"}
_COMMON_ERA = re.compile(r"(?:公元|纪元|西元)(前)? ?\Z")
_YEAR_WORDS = re.compile(rf"[12一二][{_CN_DIGIT}0-9]{{3}}\Z")


def _counted_atoms(folded: str) -> Iterator[Atom]:
    pattern = _counted_pattern()
    for match in _UNIT_START.finditer(folded):
        found = pattern.match(folded, match.start())
        if found:
            yield from _classify(folded, found)


_UNIT_START = re.compile(rf"(?<![0-9.])(?<![0-9],)[0-9]{{1,8}}|(?<![{_CN}])[{_CN}几数整]|[大小]?半|(?<![{_CN}0-9 ])个(?=半)")


def _follow(pair: re.Match[str]) -> bool:
    """Whether two digits side by side are an approximate count: 三四, 两三, 三五."""
    low, high = DIGITS[pair[1]], DIGITS[pair[2]]
    return high == low + 1 or (low, high) == (3, 5)


def _classify(folded: str, found: re.Match[str]) -> Iterator[Atom]:
    unit_word = found["unit"]
    unit = units()[unit_word]
    start, end = found.span()
    text = found["numbers"]
    if len(text) > 1 and text[0] in "零〇" and found["unit"] not in ("年", "年度"):
        start, text = start + 1, text[1:]  # 两年零三个月
    text = text.lstrip("大小")
    pair = _PAIR.fullmatch(text)
    pieces = list(pair.groups()) if pair and _follow(pair) else _NUMBERS.findall(text)
    halved = bool(found["half"]) or found["tail"] == "半"
    counted = bool(found["each"]) or halved or bool(found["over"] or found["over2"]) or found["tail"] == "多" or bool(found["scale"]) or text in ("半", "几", "", "整", "一整")
    prefix_match = _BEFORE.search(folded, max(0, start - 6), min(len(folded), start))
    prefix = prefix_match[1] if prefix_match else ""
    prefix_start = prefix_match.start(1) if prefix_match else start
    first, last = pieces[0] if pieces else "", pieces[-1] if pieces else ""
    kind = unit.kind
    if not counted:
        yield from _dated(folded, found, unit, pieces, prefix, prefix_start)
        return
    if text == "" and not (found["each"] and halved):
        return
    if kind in ("number", "fyear", "endquarter", "decade") or not unit.iso:
        return
    if unit_word in ("月", "季", "季度") and not (found["each"] or halved or text == "半"):
        return
    if text == "半" and unit_word in ("年度", "月", "日", "季", "季度", "世纪") and not found["each"] and unit_word != "月":
        return
    low = number(first) if first else Decimal(1)
    high = number(last) if last else None
    if text == "半":
        low, high = Decimal("0.5"), None
    elif text == "几":
        low, high = Decimal(3), None
    elif text == "一整":
        low, high = Decimal(1), None
    elif text == "" and halved:
        low = Decimal(1)
    if low is None or (low == 0 and not halved):
        return
    if found["scale"]:
        low = low * 10 ** SCALES[found["scale"].strip()]
    if halved:
        low += Decimal("0.5")
    if unit.iso in ("Y", "M") and low % 1 not in (Decimal(0), Decimal("0.5")):
        low = Decimal(int(low))  # ISO 8601 has no tenths of a month
    high_value = int(high) if high is not None and len(pieces) > 1 else 0
    yield _run(Atom(start, end, "count", int(low), high_value, unit.iso, prefix, ((low, unit.iso),)), prefix_start)


def _run(atom: Atom, prefix_start: int) -> Atom:
    """A count with 前, 首, 最后, 上, 第 or the like before it, together with that word."""
    kind = _RUNS.get(atom.mark)
    return atom if kind is None else atom._replace(start=prefix_start, kind=kind)


def _dated(
    folded: str, found: re.Match[str], unit: _Unit, pieces: list[str], prefix: str, prefix_start: int
) -> Iterator[Atom]:
    """Atoms of a numeral that stands right before its unit: a date, an ordinal or a count."""
    start, end = found.span()
    kind, first, last = unit.kind, pieces[0], pieces[-1]
    low, high = small(first), small(last)
    several = len(pieces) > 1
    size = number(first) or Decimal(0)
    if unit.iso in ("Y", "M", "Q") and size % 1 not in (Decimal(0), Decimal("0.5")):
        size = Decimal(int(size))  # ISO 8601 has no tenths of a month
    as_count = _run(Atom(start, end, "count", int(size), high if several else 0, unit.iso, prefix, ((size, unit.iso),)), prefix_start)
    if kind == "year":
        if len(first) == 4 and (first.isdigit() and first.isascii() or _YEAR_WORDS.match(first)):
            value = _digits(first)
            if not several:
                era = _COMMON_ERA.search(folded, max(0, start - 4), start)
                if era:
                    start = era.start()
                yield Atom(start, end, "year", value, word=found["unit"], mark="bc" if era and era[1] else "")
            elif len(last) == 4 and "/" in found["numbers"]:  # 2022/2023年: one after the other
                second = found.start("numbers") + found["numbers"].rindex(last)
                yield Atom(start, start + 4, "year", value)
                yield Atom(second, end, "year", _digits(last), word=found["unit"])
            elif len(last) == 4:
                yield Atom(start, end, "years", value, _digits(last))
            elif len(last) == 2 and last.isascii():
                yield Atom(start, end, "years", value, value // 100 * 100 + int(last))
            return
        if several and len(last) == 4 and last.isascii() and last[0] in "12" and len(first) != 4:
            second = found.start("numbers") + found["numbers"].rindex(last)
            yield Atom(second, end, "year", int(last), word=found["unit"])
            return
        if several and len(first) == 2 == len(last) and first.isascii() and last.isascii() and low < high <= low + 9 and low > 9:
            yield Atom(start, end, "yyears", low, high)
            return
        if prefix == "第":
            yield as_count
            return
        if prefix in ("", "前", "上", "下") and not several and len(first) <= 3 and found["unit"] != "年份":
            spelled = len(first) == 2 and not first.isascii() and not set(first) & set("十廿卅百两")
            if spelled or (first.isascii() and first.isdigit() and len(first) == 2):
                yield as_count._replace(start=start, kind="yy", value=_digits(first), word=found["unit"], mark="spelled" if spelled else prefix)
                return
            if first.isascii() and first.isdigit() and len(first) == 3 and first[0] == "1":
                yield as_count._replace(start=start, kind="roc", value=low)
                return
        if found["unit"] == "年":
            yield as_count
        return
    if kind == "month":
        if found["unit"] == "月" and prefix in ("前", "首", "头") and 0 < low <= 12 and not several:
            yield as_count
            return
        if prefix in ("连续", "连"):
            yield as_count
        elif all(1 <= small(piece) <= 12 for piece in pieces):
            yield Atom(start, end, "months" if several else "month", low, high if several else 0, mark="份" if "份" in found["unit"] else "")
        elif several and 1 <= high <= 12:
            second = found.start("numbers") + found["numbers"].rindex(last)
            yield Atom(second, end, "month", high)
        return
    if kind == "day" or kind == "number":
        if kind == "day" and (first.isascii() and "." in first):
            return
        if prefix == "第" and kind == "day":
            yield as_count
        elif all(1 <= small(piece) <= 31 for piece in pieces):
            yield Atom(start, end, "days" if several else "day", low, high if several else 0, word=found["unit"], mark=prefix)
        elif kind == "day" and not several:
            yield as_count
        return
    if kind == "quarter":
        if not all(1 <= small(piece) <= 4 for piece in pieces):
            if unit.iso:
                yield as_count
            return
        if prefix in ("前", "首", "头") and not several:
            yield as_count
        elif prefix == "第":
            yield Atom(prefix_start, end, "quarters" if several else "quarter", low, high if several else 0, mark="第")
        elif prefix in ("连续", "连", "近", "过去", "未来", "每隔", "每"):
            yield as_count
        elif found["unit"] == "季" and (first.isascii() or (several and not set(found["numbers"]).isdisjoint("到至"))):
            yield as_count
        else:
            yield Atom(start, end, "quarters" if several else "quarter", low, high if several else 0, mark="季" if found["unit"] == "季" else "")
        return
    if kind == "fquarter":
        if 1 <= low <= 4 and prefix in ("前", "首", "头"):
            yield Atom(prefix_start, end, "first", low, word="FQ", mark=prefix)
        elif 1 <= low <= 4:
            yield Atom(prefix_start if prefix == "第" else start, end, "fquarters" if several else "fquarter", low, high if several else 0)
        return
    if kind == "fyear":
        value = _digits(first) if len(first) in (2, 4) else 0
        if len(first) == 2 and value < 100:
            value += 2000
        if value >= 1900:
            second_year = 0
            if several and len(last) in (2, 4):
                second_year = int(last) if len(last) == 4 else value // 100 * 100 + small(last)
            yield Atom(start, end, "fyear", value, second_year, mark=found["numbers"])
        return
    if kind == "endquarter":
        if not several and 1 <= low <= 12:
            yield Atom(start, end, "endquarter", low)
        elif several and 1 <= high <= 12:
            second = found.start("numbers") + found["numbers"].rindex(last)
            yield Atom(second, end, "endquarter", high)
        return
    if kind == "decade":
        if low % 10 == 0 and (low < 100 or 1000 <= low < 3000):
            yield Atom(start, end, "decade", low)
        return
    if kind == "century":
        if 1 <= low <= 30 and prefix != "第" or prefix == "第":
            yield Atom(start, end, "century", low) if low <= 30 else as_count
        return
    if unit.iso:
        yield as_count
    elif found["unit"] == "晚":
        yield as_count._replace(parts=())


def _digits(text: str) -> int:
    value = 0
    for char in text:
        digit = int(char) if char.isascii() else DIGITS.get(char, 0)
        value = value * 10 + digit
    return value


_EVERY = re.compile(
    r"每(?:隔|逢)?(?:一)? ?(?:个)? ?(?:(季度|季|月|年度?|周末|周|星期|礼拜|小时|分钟|交易日|工作日|日|天|晚|早|夜)(?!报|刊|优鲜|互动|电讯|股|经济|邮)|(?=$))"
)
_TENTH_PLAN = 2001  # the first year of 十五, the tenth five-year plan
_EVERY_ISO = {"季": "P3M", "月": "P1M", "年": "P1Y", "周": "P1W", "星": "P1W", "礼": "P1W", "小": "PT1H", "分": "PT1M", "秒": "PT1S"}
_THESE = re.compile(rf"((?:[0-9]{{1,2}}|[{_CN}]{{1,2}})(?:、(?:[0-9]{{1,2}}|[{_CN}]{{1,2}})){{1,11}}) ?[这那][{_CN}0-9]{{1,2}}个月(?:份)?")
_BRACKETED_DAY = re.compile(r"([今昨明本]) ?[(\[] ?([0-9]{1,2}) ?[)\]] ?([日天月])")
_PLAN = re.compile(r"[\"“「『]?十([一二三四五六七])五[\"”」』]?(?:规划)?(期间|时期|期末|末|初|期初)")
_BEFORE_HALF = re.compile(r"(?<![0-9.,])([12][0-9])(?= ?(?:[上下]半年|全年|年度))")


def _special_atoms(folded: str) -> Iterator[Atom]:
    for match in _EVERY.finditer(folded):
        if match[1]:
            yield Atom(match.start(), match.end(), "set", word=_EVERY_ISO.get(match[1][0], "P1D"))
    for match in _THESE.finditer(folded):
        numbers = [small(piece) for piece in match[1].split("、")]
        if all(1 <= one <= 12 for one in numbers) and numbers[0] <= numbers[-1]:
            yield Atom(match.start(), match.end(), "months", numbers[0], numbers[-1])
    for match in _BRACKETED_DAY.finditer(folded):
        offset = {"昨": -1, "明": 1}.get(match[1], 0)
        kind = "month_rel" if match[3] == "月" else "day_rel"
        yield Atom(match.start(), match.end(), kind, offset, word=match.group())
    for match in _PLAN.finditer(folded):  # 十四五: the 14th five-year plan, 2021 to 2025
        first = _TENTH_PLAN + 5 * small(match[1])
        part = {"末": "late", "初": "early"}.get(match[2][-1], "")
        yield Atom(match.start(), match.end(), "plan", first, first + 4, word=part)
    for match in _BEFORE_HALF.finditer(folded):
        yield Atom(match.start(), match.end(), "yy", int(match[1]), word="short")


# --- weekdays


_WEEKDAYS = {**dict(zip("一二三四五六日天", (0, 1, 2, 3, 4, 5, 6, 6), strict=True)), **dict(zip("1234567", range(7), strict=True))}
_WEEKDAY = re.compile(
    r"(?:(这一?|本|今|当|每|隔|[上下]{1,3})(?:一?个?)(?:周星期|周|星期|礼拜)|(?:周|星期|礼拜)) ?([一二三四五六日天])(?![点分年线起])(至|到|-)?"
)
_ORDINAL_DAY = re.compile(rf"(第|最后) ?([0-9{_CN}])? ?个? ?\Z")


def _weekday_atoms(folded: str) -> Iterator[Atom]:
    for match in _WEEKDAY.finditer(folded):
        start, end = match.start(), match.end(2)
        prefix = match[1] or ""
        if not prefix and start and folded[start - 1] in "0123456789一二两三四五六七八九十双单上下" and not _ORDINAL_DAY.search(folded, max(0, start - 7), start):
            continue
        if folded[end : end + 1] == "期" or folded[end : end + 2] in ("年年",):
            continue
        offset = 0
        if prefix and prefix[0] in "上下":
            offset = len(prefix) * (-1 if prefix[0] == "上" else 1)
            if len(set(prefix)) > 1:
                continue
        ordinal = None if prefix else _ORDINAL_DAY.search(folded, max(0, start - 7), start)
        if ordinal:
            which = -1 if ordinal[1] == "最后" else small(ordinal[2] or "一")
            yield Atom(ordinal.start(), end, "nth_weekday", which, _WEEKDAYS[match[2]])
            continue
        mark = "set" if prefix in ("每", "隔") else "rel" if prefix else ""
        yield Atom(start, end, "weekday", _WEEKDAYS[match[2]], offset, mark=mark)


# --- dates in figures, fiscal letters, clocks


_FREE = r"(?:(?<![0-9./-])|(?<=/[0-9]{4}-)|(?<=/[0-9]{2}-)|(?<=/[0-9]-)|(?<=-[0-9]{2}-))"
_YMD = re.compile(
    _FREE + r"([12][0-9]{3}) {0,1}([-/.·_ ]) {0,1}(0?[1-9]|1[0-2]) {0,1}([-/.·_ ]) {0,1}([12][0-9]|3[01]|0?[1-9])(?![0-9])"
    r"(?:T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,9})?)?(?:Z|[+-][0-9]{2}:?[0-9]{2})?)?"
)
_DMY = re.compile(_FREE + r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4}|[0-9]{1,2})(?![0-9/])")
_YM = re.compile(r"(?<![0-9./$-])([12][09][0-9]{2})([-/.])(0[1-9]|1[0-2])(?![0-9/.-])")
_MD = re.compile(r"(?:(?<![0-9./:A-Za-z$-])|(?<=[./][0-9]{2}-)|(?<=[./][0-9]-))(1[0-2]|0?[1-9])([-/·.])([12][0-9]|3[01]|0?[1-9])(?![0-9/.%:A-Za-z万亿千百元美港倍个股亩家款项台辆])")
_COMPACT = re.compile(r"(?<![0-9.A-Za-z])(19[0-9]{2}|20[0-9]{2})(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])(?![0-9.])")
_ROC = re.compile(r"(?<=[)\]】 \n])(1[0-9]{2})(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])(?![0-9.])|(?<=[(\[【])(1[0-9]{2})(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])(?=[)\]】])")
_CLOCK = re.compile(
    r"(?<![0-9:.])([01]?[0-9]|2[0-4]) ?:([0-5][0-9])(?::[0-5][0-9](?:\.[0-9]{1,6})?)?(?![0-9:.])(?: ?时| ?[ap]m(?![a-z])| ?[AP]M(?![A-Z]))?"
    rf"|(?<![0-9.])((?:[01]?[0-9]|2[0-4])|(?<![{_CN}])[{_CN}]{{1,3}}) {{0,1}}(点钟|点|时)(?![间代候任装尚区光评而常有时])"
    rf"(?: ?(整|半|[一三1-3]刻)|(?:过|零)? ?((?:[0-5]?[0-9]|[{_CN}]{{1,3}})) ?分(?!之)(?: ?(?:[0-5]?[0-9]|[{_CN}]{{1,3}}) ?秒)?|([0-5][0-9])(?![0-9.%点])|(?![0-9一二三四五六七八九零〇]))(许|钟)?"
)
_LATIN_START = re.compile(r"(?<![0-9A-Za-z.])(?=[0-9QqFHCS])(?:[0-9]{1,4} ?[QHMSE/AF年-]|[QHS][1-4]|FY|CY|[Ff]iscal)", re.ASCII)
_YEAR2 = r"(?:20[0-9]{2}|[0-9]{2})"
_LATIN = re.compile(
    rf"(?:(?P<fy>FY|CY) ?(?P<fyear>{_YEAR2})(?:[/-](?P<fyear2>{_YEAR2}))?(?: ?(?P<fq>[1-4]Q|Q[1-4])| ?(?P<fh>[12]H|H[12]))?"
    rf"|(?P<q>[1-4])Q(?P<q2>-[1-4]Q?|(?:-|/)(?=[1-4]Q)|) ?(?P<qfy>FY ?)?'?(?P<qyear>{_YEAR2})?(?:年)?"
    rf"|Q(?P<Q>[1-4])(?:(?P<Q2>-Q?[1-4])(?![0-9]))?(?: ?(?P<Qfy>FY|CY)? ?'?(?P<Qyear>20[0-9]{{2}}|[0-9]{{2}})(?![0-9%.])(?:年|财年)?)?"
    rf"|(?P<h>[12])H(?P<hfy>FY)?(?P<hyear>{_YEAR2})?(?:年)?|H(?P<H>[12])(?: ?(?P<Hfy>FY)? ?(?P<Hyear>20[0-9]{{2}}|[0-9]{{2}})(?![0-9%.])(?:年)?)?"
    rf"|(?P<m>1[0-2]|[1-9])M ?(?P<myear>{_YEAR2})(?:年)?"
    rf"|(?P<y>{_YEAR2}) ?(?:年 ?)?(?:Q(?P<yq>[1-4])(?:-Q?(?P<yq2>[1-4]))?|(?P<yqq>[1-4])Q(?![0-9])|H(?P<yh>[12])|(?P<yhh>[12])H(?![0-9])|(?P<ym>[1-9]|1[0-2])M(?![0-9]))"
    rf"|(?P<e>20[0-9]{{2}}|[0-9]{{2}})(?P<e1>[EAF])?(?: ?[-/~至] ?(?P<e2>20[0-9]{{2}}|[0-9]{{2}}))?(?P<emark>[EAF])(?:(?=EPS|PE|PB)|(?![A-Za-z0-9-]))(?:年)?)(?:(?=EPS|PE|PB)|(?![0-9A-Za-z]))"
)


def _numeric_atoms(folded: str) -> Iterator[Atom]:
    for match in _YMD.finditer(folded):
        if match[2] == " " and match[4] != " " or (match[4] == " " and match[2] != " "):
            continue
        yield Atom(match.start(), match.end(), "date", int(match[1]), int(match[3]) * 100 + int(match[5]), mark=match[2])
    for match in _DMY.finditer(folded):
        a, b, c = (int(group) for group in match.groups())
        if len(match[3]) == 4:
            if 1 <= b <= 12 and 1 <= a <= 31:
                yield Atom(match.start(), match.end(), "date", c, b * 100 + a, mark="/")
            elif 1 <= a <= 12 and 1 <= b <= 31:
                yield Atom(match.start(), match.end(), "date", c, a * 100 + b, mark="/")
        elif 1 <= b <= 12 and 1 <= c <= 31:
            yield Atom(match.start(), match.end(), "date", 2000 + a, b * 100 + c, mark="/")
    for match in _COMPACT.finditer(folded):
        yield Atom(match.start(), match.end(), "date", int(match[1]), int(match[2]) * 100 + int(match[3]), mark="compact")
    for match in _ROC.finditer(folded):
        year, month, day = (group for group in match.groups() if group)
        yield Atom(match.start(), match.end(), "date", int(year) + 1911, int(month) * 100 + int(day), mark="roc")
    for match in _YM.finditer(folded):
        yield Atom(match.start(), match.end(), "ym", int(match[1]), int(match[3]), mark=match[2])
    for match in _MD.finditer(folded):
        yield Atom(match.start(), match.end(), "md", int(match[1]), int(match[3]), mark=match[2])


def _clock_atoms(folded: str) -> Iterator[Atom]:
    for match in _CLOCK.finditer(folded):
        if match[1]:
            yield Atom(match.start(), match.end(), "clock", int(match[1]), int(match[2]), mark=":")
            continue
        hour = small(match[3])
        if hour > 24 or (not hour and match[3] not in ("0", "00", "零", "〇")):
            continue
        precise = any(match[group] for group in (5, 6, 7, 8)) or match[4] in ("点钟",)
        mark = "clear" if precise else "时" if match[4] == "时" else ("点" if match[3].isascii() else "cn点")
        yield Atom(match.start(), match.end(), "clock", hour, mark=mark)


def _latin_atoms(folded: str) -> Iterator[Atom]:
    for start in _LATIN_START.finditer(folded):
        match = _LATIN.match(folded, start.start())
        if match:
            atom = _latin(match)
            if atom is not None:
                yield atom


def _full(year: str | None) -> int:
    return 0 if not year else int(year) if len(year) == 4 else 2000 + int(year)


def _latin(match: re.Match[str]) -> Atom | None:
    g = match.groupdict()
    start, end = match.span()

    def made(kind: str, value: int, high: int = 0, year: str | None = None, fiscal: str | None = None) -> Atom:
        return Atom(start, end, kind, value, high, mark=fiscal or "", word=str(_full(year) or ""))

    if g["fy"]:
        fiscal = g["fy"]
        if g["fq"]:
            return made("latin_q", int(g["fq"].strip("Q")), 0, g["fyear"], fiscal)
        if g["fh"]:
            return made("latin_h", int(g["fh"].strip("H")), 0, g["fyear"], fiscal)
        if fiscal == "CY":
            return Atom(start, end, "year", _full(g["fyear"]))
        return Atom(start, end, "fyear", _full(g["fyear"]), _full(g["fyear2"]))
    if g["q"]:
        second = g["q2"].strip("-/Q")
        if g["q2"] in ("-", "/"):
            return Atom(start, end - 1, "latin_q", int(g["q"])) if not g["qyear"] else None
        return made("latin_q", int(g["q"]), int(second) if second else 0, g["qyear"], (g["qfy"] or "").strip())
    if g["Q"]:
        return made("latin_q", int(g["Q"]), int(g["Q2"].strip("-Q")) if g["Q2"] else 0, g["Qyear"], g["Qfy"])
    if g["h"]:
        return made("latin_h", int(g["h"]), 0, g["hyear"], g["hfy"])
    if g["H"]:
        return made("latin_h", int(g["H"]), 0, g["Hyear"], g["Hfy"])
    if g["m"]:
        return made("latin_m", int(g["m"]), 0, g["myear"])
    if g["y"]:
        quarter = g["yq"] or g["yqq"]
        if quarter:
            return made("latin_q", int(quarter), int(g["yq2"]) if g["yq2"] else 0, g["y"])
        half = g["yh"] or g["yhh"]
        return made("latin_h", int(half), 0, g["y"]) if half else made("latin_m", int(g["ym"]), 0, g["y"])
    if len(g["e"]) == 2 and not g["e2"] and (not 10 <= int(g["e"]) <= 40 or g["emark"] == "A"):
        return None
    if g["e1"] and not g["e2"]:
        return None
    if g["e2"]:
        first, last = _full(g["e"]), _full(g["e2"])
        return Atom(start, end, "years", first, last) if first < last <= first + 20 else None
    return Atom(start, end, "year" if len(g["e"]) == 4 else "year", _full(g["e"]), mark=g["emark"] + (" short" if len(g["e"]) == 2 else ""))


# --- lunar days and bare years


_LUNAR = re.compile(
    rf"(?P<new_year>大?年(?=初))?(农历|阴历|旧历)?(闰)?(?:(正|腊|冬|[{_CN}]{{1,2}}|(?<![0-9])[0-9]{{1,2}})月份?)?(初[一二三四五六七八九十0-9]0?|二?三?[十廿卅][一二三四五六七八九]?(?![{_CN}年月日个天])|[0-9]{{1,2}}(?![0-9日号]))?"
)
_LUNAR_START = re.compile(r"大?年初[一二三四五六七八]|农历|阴历|旧历|闰[0-9一二三四五六七八九十]|[正腊冬]月|初[一二三四五六七八九十](?![一级中期步战学])|廿[一二三四五六七八九]?")
_LUNAR_MONTH = {"正": 1, "冬": 11, "腊": 12}
_BARE_YEAR = re.compile(r"(?<![0-9./A-Za-z$¥#第约近超达逾-])(?<![0-9][,:])(20[0-9]{2})(?![0-9.,:/A-Za-z%-]| ?[年美港欧日元万亿千百倍个名家款人元辆台件部吨点度项条只股只号米公里平次所座张例位种处套期篇])")


def _lunar_atoms(folded: str) -> Iterator[Atom]:
    for start in _LUNAR_START.finditer(folded):
        position = start.start()
        if position and folded[position - 1] in _CN + "0123456789" and folded[position] == "廿":
            continue
        if folded[position] in "初廿" and position and folded[position - 1] == "月":
            head = re.compile(rf"(?:[正腊冬]|[{_CN}]{{1,2}}|[0-9]{{1,2}})月\Z").search(folded, max(0, position - 4), position)
            if head:
                position = head.start()
        match = _LUNAR.match(folded, position)
        if not match or match.end() <= position:
            continue
        month_text, day_text = "正" if match[1] else match[4], match[5]
        month = _LUNAR_MONTH.get(month_text or "", 0) or small(month_text or "")
        day = small((day_text or "").lstrip("初")) if day_text else 0
        if (match[2] or match[3]) and not month:
            continue
        if month > 12 or day > 30 or not (month or day):
            continue
        yield Atom(match.start(), match.end(), "lunar", month, day, mark=match[3] or "")


def _bare_years(folded: str) -> Iterator[Atom]:
    for match in _BARE_YEAR.finditer(folded):
        yield Atom(match.start(), match.end(), "bare", int(match[1]))


# --- all together

_SCANS = (_word_atoms, _special_atoms, _counted_atoms, _weekday_atoms, _numeric_atoms, _clock_atoms, _latin_atoms, _lunar_atoms, _bare_years)


def find_atoms(folded: str) -> list[Atom]:
    """Every atom in text order, the leftmost and longest where they overlap."""
    atoms = [atom for scan in _SCANS for atom in scan(folded)]
    atoms.sort(key=lambda atom: (atom.start, -atom.end))
    kept: list[Atom] = []
    last = 0
    for atom in atoms:
        if atom.start >= last:
            kept.append(atom)
            last = atom.end
    return [atom for atom in kept if atom.kind != "guard"]
