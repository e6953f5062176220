"""Words that are times of their own (lexicon), weekdays, repetitions and the few fixed phrases with a numeral inside."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from claimx.extract.time_atoms import CN, Atom, small
from claimx.extract.time_calendar import festivals
from claimx.lexicon.loader import read_toml, read_tsv
from claimx.source.text import fold


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


_INSIDE = {
    "月": "数几",
    "前": "目之以提此先",
    "下": "签拿留定余剩",
}  # 提前一年, 此前一个月 and 签下年度 hold no 前一年, 下年
_ERA_YEAR = re.compile(rf" ?(元|[{CN}]{{1,6}}|[0-9]{{1,3}}) ?年(?!前|后|代)")


def word_atoms(folded: str) -> Iterator[Atom]:
    """Words of the lexicon: 去年, 上季, 春节, reign eras with their year; guards hide what they hold."""
    automaton, kinds = _words()
    for which, start, end in automaton.find_matches_as_indexes(folded):
        kind, value, high, word = kinds[which]
        if kind == "era":
            year = _ERA_YEAR.match(folded, end)
            if year:
                count = 1 if year[1] == "元" else small(year[1])
                yield Atom(start, year.end(), "year", value + count - 1, word="年")
            continue
        if start and folded[start - 1] in _INSIDE.get(folded[start], ""):
            continue
        yield Atom(start, end, kind, value, high, word or folded[start:end])


# --- repetitions and fixed phrases

_EVERY = re.compile(
    r"每(?:隔|逢)?(?:一)? ?(?:个)? ?(?:(季度|季|月|年度?|周末|周|星期|礼拜|小时|分钟|交易日|工作日|日|天|晚|早|夜)(?!报|刊|优鲜|互动|电讯|股|经济|邮)|(?=$))"
)
_TENTH_PLAN = 2001  # the first year of 十五, the tenth five-year plan
_EVERY_ISO = {
    "季": "P3M",
    "月": "P1M",
    "年": "P1Y",
    "周": "P1W",
    "星": "P1W",
    "礼": "P1W",
    "小": "PT1H",
    "分": "PT1M",
    "秒": "PT1S",
}
_THESE = re.compile(rf"[这那][{CN}0-9]{{1,2}}个月(?:份)?")
_MONTH_LIST = re.compile(rf"((?:[0-9]{{1,2}}|[{CN}]{{1,2}})(?:、(?:[0-9]{{1,2}}|[{CN}]{{1,2}})){{1,11}}) ?\Z")
_BRACKETED_DAY = re.compile(r"([今昨明本]) ?[(\[] ?([0-9]{1,2}) ?[)\]] ?([日天月])")
_YESTERDAY = re.compile(r"昨(?![天日晚夜晨早夕今非午年])")
_PLAN = re.compile(r"十([一二三四五六七])五[\"”」』]?(?:规划)?(期间|时期|期末|末|初|期初)")
_BEFORE_HALF = re.compile(r"[上下]半年|全年|年度")
_SHORT_YEAR = re.compile(r"(?<![0-9.,])[12][0-9] ?\Z")


def phrase_atoms(folded: str) -> Iterator[Atom]:
    """每天, 4、5、6这三个月, 今(6)日, 十四五期间, the year in 19上半年."""
    for match in _EVERY.finditer(folded):
        if match[1]:
            yield Atom(match.start(), match.end(), "set", word=_EVERY_ISO.get(match[1][0], "P1D"))
    for match in _THESE.finditer(folded):
        listed = _MONTH_LIST.search(folded, max(0, match.start() - 30), match.start())
        numbers = [small(piece) for piece in listed[1].split("、")] if listed else []
        if listed and all(1 <= one <= 12 for one in numbers) and numbers[0] <= numbers[-1]:
            yield Atom(listed.start(), match.end(), "months", numbers[0], numbers[-1])
    for match in _BRACKETED_DAY.finditer(folded):
        offset = {"昨": -1, "明": 1}.get(match[1], 0)
        kind = "month_rel" if match[3] == "月" else "day_rel"
        yield Atom(match.start(), match.end(), kind, offset, word=match.group())
    for match in _YESTERDAY.finditer(folded):
        yield Atom(match.start(), match.end(), "day_rel", -1, word="昨")
    for match in _PLAN.finditer(folded):  # 十四五: the 14th five-year plan, 2021 to 2025
        first = _TENTH_PLAN + 5 * small(match[1])
        part = {"末": "late", "初": "early"}.get(match[2][-1], "")
        start = match.start()
        if start and folded[start - 1] in '"“「『':
            start -= 1
        yield Atom(start, match.end(), "plan", first, first + 4, word=part)
    for match in _BEFORE_HALF.finditer(folded):
        year = _SHORT_YEAR.search(folded, max(0, match.start() - 4), match.start())
        if year:
            yield Atom(year.start(), year.start() + 2, "yy", int(year.group()), word="short")


# --- weekdays

_WEEKDAYS = dict(zip("一二三四五六日天", (0, 1, 2, 3, 4, 5, 6, 6), strict=True))
_NOT_BEFORE_WEEKDAY = frozenset("0123456789一二两三四五六七八九十双单上下")
_WEEKDAY = re.compile(r"(?:周|星期|礼拜) ?([一二三四五六日天])(?![点分年线起次])")
_WHICH_WEEK = re.compile(r"(这一?|本|今|当|每|隔|[上下]{1,3})一?个?(?:周(?=\Z))?\Z")
_ORDINAL_DAY = re.compile(rf"(第|最后) ?([0-9{CN}])? ?个? ?\Z")


def weekday_atoms(folded: str) -> Iterator[Atom]:
    """周三, 上周五, 第一个星期一."""
    for match in _WEEKDAY.finditer(folded):
        start, end = match.span()
        which = _WHICH_WEEK.search(folded, max(0, start - 6), start)
        prefix = which[1] if which else ""
        ordinal = None if prefix else _ORDINAL_DAY.search(folded, max(0, start - 7), start)
        if not prefix and not ordinal and start and folded[start - 1] in _NOT_BEFORE_WEEKDAY:
            continue
        if folded[end : end + 1] == "期":
            continue
        start = which.start() if which else start
        offset = 0
        if prefix and prefix[0] in "上下":
            offset = len(prefix) * (-1 if prefix[0] == "上" else 1)
            if len(set(prefix)) > 1:
                continue
        if ordinal:
            number = -1 if ordinal[1] == "最后" else small(ordinal[2] or "一")
            yield Atom(ordinal.start(), end, "nth_weekday", number, _WEEKDAYS[match[1]])
            continue
        mark = "set" if prefix in ("每", "隔") else "rel" if prefix else ""
        yield Atom(start, end, "weekday", _WEEKDAYS[match[1]], offset, mark=mark)
