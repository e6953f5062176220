"""The day an article speaks from, read from its own text: a date line, a byline, or a full date. Never the clock."""

from __future__ import annotations

import datetime
import re

from claimx.source.text import Text

_LONGEST_LINE = 48  # code points of a line that is a date line with outlet, author or time beside the date
_FULL = re.compile(
    r"(?<![0-9.])(20[0-9]{2}|19[0-9]{2}) {0,2}(?:年|[-/.]) {0,2}([01]?[0-9]) {0,2}(?:月|[-/.]) {0,2}([0-3]?[0-9])(?![0-9])"
)
# Taiwanese bylines end with the day in the years of the Republic: 】1141114 or (編輯:…)1141114
_REPUBLIC = re.compile(r"(?<=[)\]】 \n])(1[0-9]{2})(0[1-9]|1[0-2])([0-3][0-9])(?![0-9])")
_REPUBLIC_START = 1911
_BARE = re.compile(r"(?<![0-9年/-])(?<!年 )(1[0-2]|0?[1-9]) {0,2}月 {0,2}([12][0-9]|3[01]|0?[1-9]) {0,2}日")
_HEAD = 300  # code points in which an article without date line says from what day it speaks
# 2025年8月30日讯, 2025年8月30日,公司公告: the article dates itself where its first sentence begins with a day
_OPENING = re.compile(
    r" ?日?(?: ?\(?(?:周|星期)[一二三四五六日天]\)?)? ?(?:[,讯电报]|消息|晚|早|上午|下午|公告|发布|宣布)"
)
_LABEL = re.compile(r"(?:时间|日期|发布|发表|更新|出版|刊登|讯) ?(?:于|[:|丨])? ?\Z")
# a day that is still to come, or the beginning of a rule, dates nothing
_AHEAD = re.compile(r"(?:将|拟|计划|预计|定于|最迟|直到|到期|自) ?(?:于|在|到|至)? ?\Z")


def find_reference_date(source: Text) -> datetime.date | None:
    """The day that ``source`` states as its own, or None. Never raises.

    A date line, a labelled date or a byline comes first; without one it is the latest full date that the text speaks of
    and does not look ahead to, or the day of its first lines that follows that date.
    """
    folded = source.folded
    latest: datetime.date | None = None
    for match in _FULL.finditer(folded):
        day = _day(int(match[1]), int(match[2]), int(match[3]))
        if day is None:
            continue
        if _dates_text(folded, match):
            return day
        if _AHEAD.search(folded, max(0, match.start() - 8), match.start()) is None and (latest is None or day > latest):
            latest = day
    for match in _REPUBLIC.finditer(folded):
        day = _day(int(match[1]) + _REPUBLIC_START, int(match[2]), int(match[3]))
        if day:
            return day
    return _opening(folded, latest) if latest else None


def _opening(folded: str, latest: datetime.date) -> datetime.date:
    """A day without year in the first lines (8月5日讯) is the first such day from ``latest`` on."""
    match = _BARE.search(folded, 0, _HEAD)
    if match is None:
        return latest
    for year in (latest.year, latest.year + 1):
        day = _day(year, int(match[1]), int(match[2]))
        if day and day >= latest:
            return day
    return latest


def _dates_text(folded: str, match: re.Match[str]) -> bool:
    """Whether a full date is a date line, is labelled as the day of the text, or opens its first sentence."""
    start, end = match.span()
    line = folded.rfind("\n", max(0, start - _LONGEST_LINE), start) + 1
    if line == 0 and start >= _LONGEST_LINE:
        return False
    stop = folded.find("\n", end, end + _LONGEST_LINE)
    if stop < 0 and len(folded) - end <= _LONGEST_LINE:
        stop = len(folded)
    alone = stop >= 0 and stop - line <= _LONGEST_LINE and not any(mark in folded[line:stop] for mark in ",。;!?")
    if alone and (not folded[line:start].strip(" [(【<#*") or not folded[end:stop].strip(" 日)]】>*")):
        return True
    if _LABEL.search(folded, max(line, start - 6), start):
        return True
    return not folded[line:start].strip(" ") and line <= 200 and _OPENING.match(folded, end) is not None


def _day(year: int, month: int, day: int) -> datetime.date | None:
    try:
        return datetime.date(year, month, day)
    except ValueError:
        return None
