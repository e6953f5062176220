"""Numerals with a unit: years, months, days, quarters, and what they count (三个月, 前5天, 第二季, 19-21年)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from claimx.extract.num_parse import DIGITS, SCALES
from claimx.extract.time_atoms import CN, CN_DIGIT, Atom, digits, number, small
from claimx.extract.time_phrases import context
from claimx.lexicon.loader import read_tsv
from claimx.source.text import fold


class _Unit(NamedTuple):
    kind: str
    iso: str


@lru_cache(maxsize=1)
def units() -> dict[str, _Unit]:
    """Class and ISO unit of every unit word."""
    return {fold(form): _Unit(kind, iso) for form, kind, iso in read_tsv("time_units.tsv")}


_AR = r"[0-9]{1,8}(?:\.[0-9]{1,3})?"
_NUM = rf"(?:{_AR}|[几数]?[{CN}万亿]{{1,9}}|整)"
_LINK = r" {0,2}(?:[-~—–−]{1,2}|至|到|、|/) {0,2}"


@lru_cache(maxsize=1)
def _counted_pattern() -> re.Pattern[str]:
    forms = "|".join(sorted(map(re.escape, units()), key=len, reverse=True))
    return re.compile(
        rf"(?P<numbers>{_NUM}(?:{_LINK}(?:第 ?)?{_NUM}){{0,11}}|几|[大小]?半|一整|)(?P<scale> ?[万亿](?=个?[小年天]))?"
        rf"(?P<over>多|余|几|来)? {{0,2}}(?P<each>个)?(?P<half>半)?(?P<over2>多)? {{0,2}}(?P<unit>{forms})(?<![周期拜](?=[一二三四五六日天](?![年月个分次])))(?<!日(?=[元圆]))"
        rf"(?P<tail>度(?![假过日量])|半(?![年月天日个导])|多(?![赚收出得项种次家元年月款位名场亿万支少久]))?"
    )


_PAIR = re.compile(r"([一二两三四五六七八])([二两三四五六七八九])")
_NUMBERS = re.compile(_NUM)
_BEFORE = re.compile(
    r"(每隔|每逢|每|第|(?<![目之以日提此先当眼跟面生从早空史])前|首|头|最初|开头|最后|最末"
    r"|(?<![以早晚史网线市马路船身加之版])上|(?<![签拿留定余剩之以私])下|近|未来|过去|连续|连|满) ?的? ?\Z"
)
_RUNS = {
    "前": "first",
    "首": "first",
    "头": "first",
    "最初": "first",
    "开头": "first",
    "最后": "last",
    "最末": "last",
    "上": "trailing",
    "下": "coming",
    "第": "nth",
}
_FISCAL_LEAD = re.compile(r"(?<![0-9])(?:会计|财政)年度 ?\Z")
_COMMON_ERA = re.compile(r"(?:公元|纪元|西元)(前)? ?\Z")
_YEAR_WORDS = re.compile(rf"[12一二][{CN_DIGIT}0-9]{{3}}\Z")


# a run of what numerals of one count may hold, right before a unit: only there the full pattern is tried
_PIECE = rf"0-9{CN}万亿几数半大小整个"
_COUNTED_RUN = re.compile(
    rf"[{_PIECE}][{_PIECE}. 多余来~/第—–−至到、-]{{0,80}}(?=[年月日号天周星礼季晚小钟分秒刻世财会载交工营])"
)
_UNIT_START = re.compile(
    rf"(?<![0-9.])(?<![0-9],)[0-9]{{1,8}}|(?<![{CN}])[{CN}几数整]|[大小]?半|(?<![{CN}0-9 ])个(?=半)"
)


# 2.2020年10月 at the head of a line is item two
_ITEM = re.compile(r"[0-9]{1,2}\.(?=(?:[0-9]{4}|[0-9]{2})年|(?:1[0-2]|[1-9])月)")


def counted_atoms(folded: str) -> Iterator[Atom]:
    """Every numeral with a unit, as what it says: a date, an ordinal, a count."""
    pattern = _counted_pattern()
    for run in _COUNTED_RUN.finditer(folded):
        position, stop = run.span()
        while position < stop:
            start = _UNIT_START.search(folded, position, stop + 1)
            if start is None:
                break
            begin = start.start()
            before = folded[begin - 1] if begin else "\n"
            if before == "\n" and (item := _ITEM.match(folded, begin)):
                begin = item.end()
            found = pattern.match(folded, begin) if before not in "0123456789." else None
            if found:
                yield from _classify(folded, found)
            position = max(start.end(), found.end() if found else 0)


def _follow(pair: re.Match[str]) -> bool:
    """Whether two digits side by side are an approximate count: 三四, 两三, 三五."""
    low, high = DIGITS[pair[1]], DIGITS[pair[2]]
    return high == low + 1 or (low, high) == (3, 5)


def _classify(folded: str, found: re.Match[str]) -> Iterator[Atom]:
    unit_word = found["unit"]
    unit = units()[unit_word]
    start, end = found.span()
    if unit_word == "年头" and not found["each"]:  # 二十年头一回
        unit_word, unit, end = "年", units()["年"], end - 1
    text = found["numbers"]
    if len(text) > 1 and text[0] in "零〇" and found["unit"] not in ("年", "年度"):
        start, text = start + 1, text[1:]  # 两年零三个月
    text = text.lstrip("大小")
    pair = _PAIR.fullmatch(text)
    pieces = list(pair.groups()) if pair and _follow(pair) else _NUMBERS.findall(text)
    halved = bool(found["half"]) or found["tail"] == "半"
    counted = (
        bool(found["each"])
        or halved
        or bool(found["over"] or found["over2"])
        or found["tail"] == "多"
        or bool(found["scale"])
        or text in ("半", "几", "", "整", "一整")
    )
    prefix_match = _BEFORE.search(folded, max(0, start - 6), min(len(folded), start))
    prefix = prefix_match[1] if prefix_match else ""
    prefix_start = prefix_match.start(1) if prefix_match else start
    first, last = pieces[0] if pieces else "", pieces[-1] if pieces else ""
    kind = unit.kind
    if not counted:
        yield from _dated(found, unit, pieces, prefix, prefix_start)
        return
    if text == "" and not (found["each"] and halved):
        return
    if kind in ("number", "fyear", "endquarter", "decade") or not unit.iso:
        return
    if unit_word in ("月", "季", "季度") and not (found["each"] or halved or text == "半"):
        return
    if (
        text == "半"
        and unit_word in ("年度", "月", "日", "季", "季度", "世纪")
        and not found["each"]
        and unit_word != "月"
    ):
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
    yield _run(
        folded, Atom(start, end, "count", int(low), high_value, unit.iso, prefix, ((low, unit.iso),)), prefix_start
    )


def _opens(folded: str, position: int) -> bool:
    """Whether 上 or 下 can begin a phrase there, and is not the end of a verb (写下, 花上)."""
    return not position or folded[position - 1] in " \n" or folded.endswith(context().only["run_after"], 0, position)


def _run(folded: str, atom: Atom, prefix_start: int) -> Atom:
    """A count with 前, 首, 最后, 上, 第 or the like before it, together with that word."""
    kind = _RUNS.get(atom.mark)
    if kind in ("trailing", "coming") and not _opens(folded, prefix_start):
        return atom
    return atom if kind is None else atom._replace(start=prefix_start, kind=kind)


def _dated(found: re.Match[str], unit: _Unit, pieces: list[str], prefix: str, prefix_start: int) -> Iterator[Atom]:
    """Atoms of a numeral that stands right before its unit: a date, an ordinal or a count."""
    start, end = found.span()
    folded = found.string
    kind, first, last = unit.kind, pieces[0], pieces[-1]
    low, high = small(first), small(last)
    several = len(pieces) > 1
    size = number(first) or Decimal(0)
    if unit.iso in ("Y", "M", "Q") and size % 1 not in (Decimal(0), Decimal("0.5")):
        size = Decimal(int(size))  # ISO 8601 has no tenths of a month
    as_count = _run(
        folded,
        Atom(start, end, "count", int(size), high if several else 0, unit.iso, prefix, ((size, unit.iso),)),
        prefix_start,
    )
    if kind == "year" and len(first) == 5 and not several and first.isascii() and first[1:3] in ("19", "20"):
        yield Atom(start + 1, end, "year", int(first[1:]), word=found["unit"])  # Model 32020年
        return
    if kind == "year":
        era = _COMMON_ERA.search(folded, max(0, start - 4), start)
        if era and not several:
            yield Atom(era.start(), end, "year", digits(first), word=found["unit"], mark="bc" if era[1] else "")
            return
        if len(first) == 4 and ((first.isdigit() and first.isascii()) or _YEAR_WORDS.match(first)):
            value = digits(first)
            if not several:
                yield Atom(start, end, "year", value, word=found["unit"])
            elif len(last) == 4:
                yield Atom(start, end, "years", value, digits(last))
            elif len(last) == 2 and last.isascii():
                yield Atom(start, end, "years", value, value // 100 * 100 + int(last))
            return
        if several and len(last) == 4 and last.isascii() and last[0] in "12" and len(first) != 4:
            second = found.start("numbers") + found["numbers"].rindex(last)
            yield Atom(second, end, "year", int(last), word=found["unit"])
            return
        if (
            several
            and len(first) == 2 == len(last)
            and first.isascii()
            and last.isascii()
            and low < high <= low + 9
            and low > 9
        ):
            yield Atom(start, end, "yyears", low, high)
            return
        if prefix == "第":
            yield as_count
            return
        if prefix in ("", "前", "上", "下") and not several and len(first) <= 3 and found["unit"] != "年份":
            spelled = len(first) == 2 and not first.isascii() and not set(first) & set("十廿卅百两")
            if spelled or (first.isascii() and first.isdigit() and len(first) == 2):
                yield as_count._replace(
                    start=start,
                    kind="yy",
                    value=digits(first),
                    word=found["unit"],
                    mark="spelled" if spelled else prefix,
                )
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
            yield Atom(
                start,
                end,
                "months" if several else "month",
                low,
                high if several else 0,
                mark="份" if "份" in found["unit"] else "",
            )
        elif several and 1 <= high <= 12:
            second = found.start("numbers") + found["numbers"].rindex(last)
            yield Atom(second, end, "month", high)
        return
    if kind in ("day", "number"):
        if kind == "day" and (first.isascii() and "." in first):
            return
        if prefix == "第" and kind == "day":
            yield as_count
        elif all(1 <= small(piece) <= 31 for piece in pieces):
            yield Atom(
                start, end, "days" if several else "day", low, high if several else 0, word=found["unit"], mark=prefix
            )
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
        elif prefix == "第" and (lead := _FISCAL_LEAD.search(folded, max(0, prefix_start - 6), prefix_start)):
            yield Atom(lead.start(), end, "fquarters" if several else "fquarter", low, high if several else 0)
        elif prefix == "第":
            yield Atom(prefix_start, end, "quarters" if several else "quarter", low, high if several else 0, mark="第")
        elif prefix in ("连续", "连", "近", "过去", "未来", "每隔", "每") or (
            found["unit"] == "季" and (first.isascii() or (several and not set(found["numbers"]).isdisjoint("到至")))
        ):
            yield as_count
        else:
            yield Atom(
                start,
                end,
                "quarters" if several else "quarter",
                low,
                high if several else 0,
                mark="季" if found["unit"] == "季" else "",
            )
        return
    if kind == "fquarter":
        if 1 <= low <= 4 and prefix in ("前", "首", "头"):
            yield Atom(prefix_start, end, "first", low, word="FQ", mark=prefix)
        elif 1 <= low <= 4:
            yield Atom(
                prefix_start if prefix == "第" else start,
                end,
                "fquarters" if several else "fquarter",
                low,
                high if several else 0,
            )
        return
    if kind == "fyear":
        value = digits(first) if len(first) in (2, 4) else 0
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
        if (1 <= low <= 30 and prefix != "第") or prefix == "第":
            yield Atom(start, end, "century", low) if low <= 30 else as_count
        return
    if unit.iso:
        yield as_count
    elif found["unit"] == "晚":
        yield as_count._replace(parts=())
