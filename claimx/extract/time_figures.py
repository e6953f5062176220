"""Times in figures: 2025-06-30, 9/17, 20250917, clock times, fiscal letters (3Q25, FY26Q1, 1H23), lunar days, bare years.

One pass stops at each run of ASCII digits and tries only the forms that its length and its next character allow.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from claimx.extract.time_atoms import CN, Atom, small
from claimx.extract.time_phrases import context

_RUN = re.compile(r"[0-9]+")
_REPUBLIC = 1911  # years of the Republic of China count from here

# --- dates

_YMD = re.compile(
    r"([12][0-9]{3}) ?([-/.·_ ]) ?(0?[1-9]|1[0-2]) ?([-/.·_ ]) ?([12][0-9]|3[01]|0?[1-9])(?![0-9])"
    r"(?:T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,9})?)?(?:Z|[+-][0-9]{2}:?[0-9]{2})?)?"
)
_DMY = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4}|[0-9]{1,2})(?![0-9/])")
_YM = re.compile(r"([12][09][0-9]{2})([-/.])(0[1-9]|1[0-2])(?![0-9/.-])")
_MD = re.compile(
    r"(1[0-2]|0?[1-9])([-/·.])([12][0-9]|3[01]|0?[1-9])(?![0-9/.%:A-Za-z万亿千百元美港倍个股亩家款项台辆年月])"
)
_COMPACT = re.compile(r"(19[0-9]{2}|20[0-9]{2})(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])(?![.])")
_ROC = re.compile(r"(1[0-9]{2})(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])(?![.])")
# what may stand right before the second date of a range
_RANGE_HEAD = re.compile(r"(?:[/.][0-9]{1,4}|-[0-9]{2})-\Z")
_BARE = re.compile(
    r"20[0-9]{2}(?![.,:/A-Za-z%-]| ?[年美港欧日元万亿千百倍个名家款人辆台件部吨点度项条只股号米公里平次所座张例位种处套期篇])"
)
_BARE_NOT_AFTER = frozenset("./$¥#第约近超达逾-_")
_COLON = re.compile(
    r"([01]?[0-9]|2[0-4]) ?:([0-5][0-9])(?::[0-5][0-9](?:\.[0-9]{1,6})?)?(?![0-9:.])(?: ?时| ?[ap]m(?![a-z])| ?[AP]M(?![A-Z]))?"
)


def figure_atoms(folded: str) -> Iterator[Atom]:
    """Dates, colon clocks, bare years and fiscal periods that begin with a digit."""
    for run in _RUN.finditer(folded):
        start, end = run.span()
        size = end - start
        if size > 8:
            continue
        before = folded[start - 1] if start else ""
        after = folded[end : end + 1]
        latin = before.isascii() and before.isalnum()
        if size in (7, 8):
            yield from _compact(folded, start, end, size, before)
        elif latin:
            continue
        elif size == 4 and after and after in "-/.·_ ":
            yield from _four(folded, start, before)
        elif size <= 2 and after and after in "-/·.":
            yield from _short(folded, start, before)
        elif size <= 2 and after and after in ": " and before not in (":", "."):
            match = _COLON.match(folded, start)
            if match:
                yield Atom(start, match.end(), "clock", int(match[1]), int(match[2]), mark=":")
        if latin or size > 4:
            continue
        if (
            size == 4
            and before not in _BARE_NOT_AFTER
            and not (before in (",", ":") and start > 1 and folded[start - 2].isdigit())
        ):
            bare = _BARE.match(folded, start)
            if bare:
                yield Atom(start, end, "bare", int(bare.group()))
        if after and after in _AFTER_DIGITS and before != ".":
            atom = _latin(_LATIN.match(folded, start))
            if atom is not None:
                yield atom


def _free(folded: str, start: int, before: str) -> bool:
    return before not in ("/", "-", ".") or bool(before == "-" and _RANGE_HEAD.search(folded, max(0, start - 6), start))


def _compact(folded: str, start: int, end: int, size: int, before: str) -> Iterator[Atom]:
    if size == 8:
        match = _COMPACT.match(folded, start)
        if match and not (before.isascii() and before.isalpha()) and before != ".":
            yield Atom(start, end, "date", int(match[1]), int(match[2]) * 100 + int(match[3]), mark="compact")
        return
    match = _ROC.match(folded, start)
    opened = before in ("(", "[", "【") and folded[end : end + 1] in (")", "]", "】")
    if match and (opened or (before and before in ")]】 \n")):
        yield Atom(start, end, "date", int(match[1]) + _REPUBLIC, int(match[2]) * 100 + int(match[3]), mark="roc")


def _four(folded: str, start: int, before: str) -> Iterator[Atom]:
    if not _free(folded, start, before):
        return
    match = _YMD.match(folded, start)
    if match and (match[2] == " ") == (match[4] == " "):
        yield Atom(start, match.end(), "date", int(match[1]), int(match[3]) * 100 + int(match[5]), mark=match[2])
        return
    match = _YM.match(folded, start)
    if match and before != "$":
        yield Atom(start, match.end(), "ym", int(match[1]), int(match[3]), mark=match[2])


def _short(folded: str, start: int, before: str) -> Iterator[Atom]:
    if before in (":", "$") or not _free(folded, start, before):
        return
    match = _DMY.match(folded, start)
    if match:
        a, b, c = (int(group) for group in match.groups())
        if len(match[3]) == 4:
            day, month = (a, b) if b <= 12 else (b, a)  # the day leads in most of the world
            if 1 <= month <= 12 and 1 <= day <= 31:
                yield Atom(start, match.end(), "date", c, month * 100 + day, mark="/")
        elif 1 <= b <= 12 and 1 <= c <= 31 and (not before or before in context().only["triple_after"]):
            yield Atom(start, match.end(), "date", 2000 + a, b * 100 + c, mark="/")
        return
    match = _MD.match(folded, start)
    if match:
        yield Atom(start, match.end(), "md", int(match[1]), int(match[3]), mark=match[2])


# --- clocks in words

_OCLOCK = re.compile(r"[点时]")
_HOUR = re.compile(rf"(?:(?<![0-9.])(?:[01]?[0-9]|2[0-4])|(?<![{CN}])[{CN}]{{1,3}}) ?\Z")
_HOUR_TAIL = re.compile(
    rf"(钟)?(?: ?(整|半|[一三1-3]刻)|(?:过|零)? ?(?:[0-5]?[0-9]|[{CN}]{{1,3}}) ?(分)(?!之)(?: ?(?:[0-5]?[0-9]|[{CN}]{{1,3}}) ?秒)?"
    r"|([0-5][0-9])(?![0-9.%点])|(?![0-9一二三四五六七八九零〇间代候任装尚区光评而常有时]))(许|钟)?"
)


def clock_atoms(folded: str) -> Iterator[Atom]:
    """晚8点, 10时30分, 三点半: the hour, with a mark for how plainly it is one."""
    for sign in _OCLOCK.finditer(folded):
        position = sign.start()
        before = folded[position - 1] if position else ""
        if not before or (before not in CN and not before.isdigit() and before != " "):
            continue
        head = _HOUR.search(folded, max(0, position - 4), position)
        tail = _HOUR_TAIL.match(folded, sign.end())
        if not head or not tail:
            continue
        hour_text = head.group().strip()
        hour = small(hour_text)
        if hour > 24 or (not hour and hour_text not in ("0", "00", "零", "〇")):
            continue
        clear = any(tail[group] for group in range(1, 6))
        mark = "clear" if clear else "时" if sign.group() == "时" else "点" if hour_text.isascii() else "cn点"
        yield Atom(head.start(), tail.end(), "clock", hour, mark=mark)


# --- fiscal letters

_AFTER_DIGITS = frozenset(" QHMSEAF年-/~至")
_YEAR2 = r"(?:20[0-9]{2}|[0-9]{2})"
_LATIN = re.compile(
    rf"(?:(?P<fy>FY|CY) ?'?(?P<fyear>{_YEAR2})(?:[/-](?P<fyear2>{_YEAR2}))?(?: ?(?P<fq>[1-4]Q|Q[1-4])| ?(?P<fh>[12]H|H[12]))?"
    rf"|(?P<q>[1-4])Q(?P<q2>-[1-4]Q?|(?:-|/)(?=[1-4]Q)|) ?(?P<qfy>FY ?)?'?(?P<qyear>{_YEAR2})?(?:年)?"
    rf"|Q(?P<Q>[1-4])(?:(?P<Q2>-Q?[1-4])(?![0-9]))?(?: ?(?P<Qfy>FY|CY)? ?'?(?P<Qyear>20[0-9]{{2}}|[0-9]{{2}})(?![0-9%.])(?:年|财年)?)?"
    rf"|(?P<h>[12])H(?P<hfy>FY)?(?P<hyear>{_YEAR2})?(?:年)?|H(?P<H>[12])(?: ?(?P<Hfy>FY)? ?(?P<Hyear>20[0-9]{{2}}|[0-9]{{2}})(?![0-9%.])(?:年)?)?"
    rf"|(?P<m>1[0-2]|[1-9])M ?(?P<myear>{_YEAR2})(?:年)?"
    rf"|(?P<y>{_YEAR2}) ?(?:年 ?)?(?:Q(?P<yq>[1-4])(?:-Q?(?P<yq2>[1-4]))?|(?P<yqq>[1-4])Q(?![0-9])|H(?P<yh>[12])|(?P<yhh>[12])H(?![0-9])|(?P<ym>[1-9]|1[0-2])M(?![0-9]))"
    rf"|(?P<e>{_YEAR2})(?P<e1>[EAF])?(?: ?[-/~至] ?(?P<e2>{_YEAR2}))?(?P<emark>[EAF])(?:(?=EPS|PE|PB)|(?![A-Za-z0-9-]))(?:年)?"
    r")(?:(?=EPS|PE|PB)|(?![0-9A-Za-z]))"
)
_LETTER = re.compile(r"[QHFC][1-4Y]")


def latin_atoms(folded: str) -> Iterator[Atom]:
    """Q3 FY26, H1 2025, FY2026: fiscal periods that begin with a letter."""
    for start in _LETTER.finditer(folded):
        position = start.start()
        before = folded[position - 1] if position else ""
        if before == "." or (before.isascii() and before.isalnum()):
            continue
        atom = _latin(_LATIN.match(folded, position))
        if atom is not None:
            yield atom


def _full(year: str | None) -> int:
    return 0 if not year else int(year) if len(year) == 4 else 2000 + int(year)


def _latin(match: re.Match[str] | None) -> Atom | None:
    if match is None:
        return None
    g = match.groupdict()
    start, end = match.span()

    def made(
        kind: str, value: str, high: str | None = None, year: str | None = None, fiscal: str | None = None
    ) -> Atom:
        return Atom(
            start, end, kind, int(value), int(high or 0), mark=(fiscal or "").strip(), word=str(_full(year) or "")
        )

    if g["fy"]:
        if g["fq"]:
            return made("latin_q", g["fq"].strip("Q"), None, g["fyear"], g["fy"])
        if g["fh"]:
            return made("latin_h", g["fh"].strip("H"), None, g["fyear"], g["fy"])
        if g["fy"] == "CY":
            return Atom(start, end, "year", _full(g["fyear"]))
        return Atom(start, end, "fyear", _full(g["fyear"]), _full(g["fyear2"]))
    if g["q"]:
        if g["q2"] in ("-", "/"):  # 1Q-3Q25: the second one is read on its own
            return Atom(start, end - 1, "latin_q", int(g["q"])) if not g["qyear"] else None
        return made("latin_q", g["q"], g["q2"].strip("-/Q"), g["qyear"], g["qfy"])
    if g["Q"]:
        return made("latin_q", g["Q"], (g["Q2"] or "").strip("-Q"), g["Qyear"], g["Qfy"])
    if g["h"]:
        return made("latin_h", g["h"], None, g["hyear"], g["hfy"])
    if g["H"]:
        return made("latin_h", g["H"], None, g["Hyear"], g["Hfy"])
    if g["m"]:
        return made("latin_m", g["m"], None, g["myear"])
    if g["y"]:
        if g["yq"] or g["yqq"]:
            return made("latin_q", g["yq"] or g["yqq"], g["yq2"], g["y"])
        if g["yh"] or g["yhh"]:
            return made("latin_h", g["yh"] or g["yhh"], None, g["y"])
        return made("latin_m", g["ym"], None, g["y"])
    return _estimate(start, end, g)


def _estimate(start: int, end: int, g: dict[str, str | None]) -> Atom | None:
    """2026E, 25-27E: years of a forecast table. 18A alone is a process node or a row of seats."""
    first = g["e"] or ""
    if g["e2"]:
        low, high = _full(first), _full(g["e2"])
        return Atom(start, end, "years", low, high) if low < high <= low + 20 else None
    if g["e1"] or (len(first) == 2 and (not 10 <= int(first) <= 40 or g["emark"] == "A")):
        return None
    return Atom(start, end, "year", _full(first), mark=(g["emark"] or "") + (" short" if len(first) == 2 else ""))


# --- lunar days

_LUNAR = re.compile(
    rf"(大?年(?=初))?(农历|阴历|旧历)?(闰)?(?:(正|腊|冬|[{CN}]{{1,2}}|(?<![0-9])[0-9]{{1,2}})月份?)?"
    rf"(初[一二三四五六七八九十0-9]0?|二?三?[十廿卅][一二三四五六七八九]?(?![{CN}年月日个天])|[0-9]{{1,2}}(?![0-9日号]))?"
)
_LUNAR_START = re.compile(
    r"大?年初[一二三四五六七八]|[农阴旧]历|闰[0-9一二三四五六七八九十]|[正腊冬]月|初[一二三四五六七八九十](?![一级中期步战学])|廿[一二三四五六七八九]?"
)
_LUNAR_HEAD = re.compile(rf"(?:[正腊冬]|[{CN}]{{1,2}}|[0-9]{{1,2}})月\Z")
_LUNAR_MONTHS = {"正": 1, "冬": 11, "腊": 12}


def lunar_atoms(folded: str) -> Iterator[Atom]:
    """正月初一, 农历十月, 五月廿二, 大年初三."""
    for start in _LUNAR_START.finditer(folded):
        position = start.start()
        before = folded[position - 1] if position else ""
        if folded[position] in "初廿" and before:
            if folded[position] == "廿" and (before in CN or before.isdigit()):
                continue
            if before == "月":
                head = _LUNAR_HEAD.search(folded, max(0, position - 4), position)
                position = head.start() if head else position
        match = _LUNAR.match(folded, position)
        if not match or match.end() <= position:
            continue
        month_text = "正" if match[1] else match[4] or ""
        month = _LUNAR_MONTHS.get(month_text, 0) or small(month_text)
        day = small((match[5] or "").lstrip("初"))
        if month > 12 or day > 30 or not (month or day) or ((match[2] or match[3]) and not month):
            continue
        yield Atom(position, match.end(), "lunar", month, day, mark=match[3] or "")
