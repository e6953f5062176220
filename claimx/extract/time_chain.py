"""Chains of atoms: which atoms that follow one another make one date (2025年 + 6月 + 底, 周三 + (9月17日) + 晚8点)."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence

from claimx.extract.time_atoms import Atom, small
from claimx.extract.time_phrases import SAME, context

LEVELS = {
    "century": 1, "century_rel": 1, "decade": 2,
    "era": 3, "year": 3, "years": 3, "yyears": 3, "yy": 3, "roc": 3, "bare": 3, "year_rel": 3, "year_ctx": 3, "year_prev": 3, "year_to_date": 3,
    "fyear": 3, "fyear_rel": 3, "years_rel": 3, "plan": 3, "year_rest": 3,
    "year_whole": 4, "half": 4, "fhalf": 4, "half_rel": 4, "latin_h": 4, "year_part": 4,
    "quarter": 5, "quarters": 5, "fquarter": 5, "fquarters": 5, "quarter_rel": 5, "quarter_ctx": 5, "fquarter_rel": 5, "latin_q": 5, "latin_m": 5, "quarter_part": 7,
    "endquarter": 6, "season": 5, "season_rel": 5, "school": 5, "holiday": 5, "period": 5, "interim": 5, "same_quarter": 5, "same_month": 6, "lunar": 6,
    "month": 6, "months": 6, "month_rel": 6, "month_ctx": 6, "month_part": 7, "month_half": 7,
    "week_rel": 7, "week_ctx": 7, "weekend": 7, "week_half": 7,
    "day": 8, "days": 8, "day_rel": 8, "day_ctx": 8, "weekday": 8, "date": 8, "md": 8, "ym": 6,
    "nth_weekday": 8, "daypart": 9, "daypart_short": 9, "clock": 10, "period_begin": 5, "period_end": 5,
}  # fmt: skip
_UNIT_LEVEL = {"Y": 3, "Q": 5, "FQ": 5, "M": 6, "W": 7, "D": 8, "C": 1}
_GAP = re.compile(r" {0,2}(?:的|之)? {0,2}")
_SPACE = re.compile(r" {0,2}")
PART = re.compile(
    r"(初期|伊始|之初|初(?![级步期学创]|中[学生毕])|底(?![盘层部座])|末期|末(?!端)|尾(?![盘气])|中期|中旬|中叶|前期|后期|早期|晚期|下旬|上旬"
    r"|中(?![秋国心央间证信芯铁建石海移联兴微小型等共美欧日韩科概学途方文午部产储签游西原交核航金行投粮煤冶材的长资标东下上报]))"
)
_PARTS = {"初": "early", "伊": "early", "之": "early", "前": "early", "早": "early", "上": "early", "中": "mid"}
RANGE = re.compile(r" {0,2}(?:起|开始|以来|始)? {0,2}(?:至|到|~|-{1,2}|—{1,2}|–|−|直到|截至) {0,2}(?!今(?![年天日]))")
_LATIN_ERA = re.compile(r" ?(bc|BC|ad|AD)(?![A-Za-z])")
RUNS = ("first", "last", "nth", "trailing", "coming")
LINE = 200  # code points; longer lines are no titles
_TITLE = re.compile(r"《[^《》\n]{1,40}》")
_WORDY = frozenset(
    [
        "day_rel",
        "day_ctx",
        "year_rel",
        "year_ctx",
        "month_rel",
        "week_rel",
        "quarter_rel",
        "holiday",
        "season",
        "daypart",
        "set",
        "weekday",
        "period",
    ]
)
_MONTHS = frozenset(("month", "month_rel", "month_ctx", "ym"))
_DAYTIME = frozenset(("daypart", "daypart_short"))
# atoms that always begin a date
_OPENING = frozenset(
    [
        "year_rel",
        "year",
        "fyear",
        "year_ctx",
        "bare",
        "year_prev",
        "fyear_rel",
        "yy",
        "roc",
        "years",
        "date",
        "md",
        "day_rel",
        "day_ctx",
        "ym",
        "month_rel",
        "quarter_rel",
        "quarter_ctx",
        "half_rel",
        "season_rel",
        "fquarter_rel",
        "year_to_date",
        "period_begin",
        "period_end",
        "plan",
        "years_rel",
        "year_rest",
    ]
)
# atoms that take no 初 or 底 behind them
_PARTLESS = frozenset(
    [
        "day",
        "days",
        "date",
        "md",
        "clock",
        "daypart",
        "weekday",
        "count",
        "holiday",
        "day_rel",
        "day_ctx",
        "part",
        "year_part",
        "month_part",
        "quarter_part",
    ]
)
_CLOSING = frozenset(("", ",", "。", " ", "\n", ")", "]", ";", "的"))
_OPEN_BRACKET = re.compile(r" ?[(\[] ?")
_CLOSE_BRACKET = re.compile(r" ?[)\]]")
_APPOSITION = re.compile(r" ?[,、] ?| {1,2}")
_BARE_DAY = re.compile(
    r" ?((?:[12][0-9]|3[01]|[1-9])(?![0-9.:/%])|(?:[一二三]?十[一二三四五六七八九]?|[一二三四五六七八九])(?![一二三四五六七八九十百千万亿]))"
    r"(?=$|[,。;、!?\s)至到~—-])"
)
_SHORT_YEAR = re.compile(
    r"(?<![0-9.])(?:[1-4]Q[0-9]{2}|[12]H[0-9]{2}|[0-9]{2}Q[1-4]|[0-9]{2}H[12]|[0-9]{2}年(?:[0-9]{1,2}月|Q[1-4]|[上下]半年|[一二三四1-4]季度|全年|分红|业绩|营收|归母|净利|EPS|PE)|[0-9]{2}[-~至/][0-9]{2}年|[0-9]{2}[EA](?![A-Za-z0-9]))"
)


def _within(spans: Sequence[tuple[int, int]], position: int) -> bool:
    index = bisect_right(spans, (position, 1 << 60)) - 1
    return index >= 0 and spans[index][0] <= position < spans[index][1]


class Chains:
    """The atoms of one text and how they join; ``whole`` where the text is to be one time and nothing else."""

    def __init__(self, folded: str, atoms: Sequence[Atom], whole: bool) -> None:
        self.folded = folded
        self.atoms = list(atoms)
        self.whole = whole
        self.at = {atom.start: number for number, atom in enumerate(self.atoms)}
        titles = [match.span() for match in _TITLE.finditer(folded)]
        if titles:
            self.atoms = [atom for atom in self.atoms if not (atom.kind in _WORDY and _within(titles, atom.start))]
            self.at = {atom.start: number for number, atom in enumerate(self.atoms)}
        self.short_years = _SHORT_YEAR.search(folded) is not None
        self.republic = any(atom.mark == "roc" for atom in self.atoms) or "民国" in folded

    def _line(self, position: int) -> int:
        """Where the line that holds ``position`` begins, or a place some way before it."""
        return self.folded.rfind("\n", max(0, position - LINE), position) + 1 or max(0, position - LINE)

    def _next(self, index: int, position: int) -> int | None:
        """The atom that follows ``position`` with nothing but a space or 的 between."""
        gap = _GAP.match(self.folded, position)
        for end in {position, gap.end()} if gap else {position}:
            found = self.at.get(end)
            if found is not None and found > index:
                return found
        return None

    def _level(self, atom: Atom) -> int:
        """How coarse an atom is, from 1 (a century) to 10 (an hour); 0 where it is no part of a date."""
        if atom.kind in RUNS:
            return _UNIT_LEVEL.get(atom.word, 0)
        return LEVELS.get(atom.kind, 0)

    def _chain(self, index: int) -> tuple[list[Atom], int, int]:
        """Atoms from ``index`` on that make one date, where it ends, and the next atom."""
        atoms, end, index = self._chain_plain(index)
        latin = _LATIN_ERA.match(self.folded, end) if atoms[0].kind == "year" else None
        if latin:
            end = latin.end()
            if latin[1][0] in "bB":
                atoms[0] = atoms[0]._replace(mark="bc")
        return self._restated(atoms, end, index)

    def _chain_plain(self, index: int) -> tuple[list[Atom], int, int]:
        """A chain without what restates its day."""
        atoms = [self.atoms[index]]
        end = self._take_part(atoms, atoms[0].end)
        index += 1
        while (following := self._next(index - 1, end)) is not None:
            atom = self.atoms[following]
            if not self._joins(atoms[-1], atom, self.folded[end : atom.start]):
                break
            atoms.append(atom)
            end = self._take_part(atoms, atom.end)
            index = following + 1
        return atoms, end, index

    def _joins(self, last: Atom, atom: Atom, gap: str) -> bool:
        """Whether ``atom``, behind ``last`` and nothing but ``gap``, says more about the same date."""
        kind, level, above = atom.kind, self._level(atom), self._level(last)
        if not level or not above or kind in _OPENING:
            return False
        if kind in ("first", "last"):
            return above < level
        if kind in _DAYTIME:
            if kind == "daypart_short" and self.folded.startswith(context().not_before["daypart_short"], atom.end):
                return False
            return (above == 8 or last.kind in ("holiday", "lunar", "weekend")) and "的" not in gap
        if kind == "clock":
            return above in (8, 9)
        if kind == "decade":
            return last.kind in ("century", "century_rel")
        if kind == "month_part":
            return last.kind in _MONTHS or (above == 3 and self.folded[atom.start] != "月")
        if kind in ("day", "days"):
            return last.kind in _MONTHS and "的" not in gap
        if kind == "week_ctx":  # 6月14日当周
            return above == 8 and not gap and atom.word == "当周"
        if kind in ("weekday", "weekend"):
            restates = last.kind in ("day", "date") and "的" not in gap and atom.mark != "rel"
            return last.kind in ("week_rel", "week_ctx") or restates
        if kind in ("month", "months", "endquarter", "month_ctx", "lunar"):
            return above == 3 or (last.kind == "half" and above < level)
        if kind in SAME:
            return above == 3 or last.kind in ("month_rel", "quarter_rel")
        if kind == "quarter_part":
            return above == 5
        if kind in ("year_part", "year_whole", "holiday"):
            return above == 3
        if kind in ("latin_q", "latin_h", "latin_m"):
            return above == 3 and not atom.word
        return above < level

    def _take_part(self, atoms: list[Atom], end: int) -> int:
        """Take up 初, 底, 末 and the like that stand right behind a year, quarter or month."""
        last = atoms[-1]
        if last.kind in _PARTLESS:
            return self._lunar_tail(atoms, end)
        gap = _SPACE.match(self.folded, end)
        position = gap.end() if gap else end
        if self._level(last) == LEVELS["year"] and self.folded.startswith("中报", position):
            # the scan for words reads 年中 here
            atoms.append(Atom(position, position + 2, "half", 1, word="中报"))
            return position + 2
        match = PART.match(self.folded, position)
        if match and not (match[0] == "中期" and self._level(last) > 2):
            word = match[1]
            if word == "中" and self.folded[end - 1] == "报":
                return end
            if word[0] in "中前后早晚" and len(word) == 2 and self._level(last) > 2 and word not in ("中旬",):
                return end
            if word[-1] == "旬" and last.kind not in ("month", "month_rel", "month_ctx"):
                return end
            if word[0] in "下后晚底末尾":
                which = "late"
            else:
                which = _PARTS[word[0]]
            atoms.append(Atom(position, match.end(), "part", word=which, mark=word))
            return match.end()
        return self._lunar_tail(atoms, end)

    def _lunar_tail(self, atoms: list[Atom], end: int) -> int:
        """Take up a day without 日 behind its month (八月十五, 1月3)."""
        last = atoms[-1]
        if last.kind != "month" or last.mark:
            return end
        match = _BARE_DAY.match(self.folded, end)
        if match is None or not (self.whole or not match[1].isascii()):
            return end
        value = small(match[1])
        if not 1 <= value <= 31:
            return end
        atoms.append(Atom(match.start(1), match.end(1), "day", value))
        return match.end()

    def _restated(self, atoms: list[Atom], end: int, index: int) -> tuple[list[Atom], int, int]:
        """Take up a bracket or an apposition that restates the day: 周三(9月17日), 10月12日,星期一."""
        last = atoms[-1]
        if self._level(last) < 8 and last.kind != "holiday":
            return atoms, end, index
        bracket = _OPEN_BRACKET.match(self.folded, end)
        if bracket:
            return self._bracketed(atoms, bracket.end(), index) or (atoms, end, index)
        comma = _APPOSITION.match(self.folded, end)
        following = self.at.get(comma.end()) if comma else None
        if comma is None or following is None or following < index:
            return atoms, end, index
        atom = self.atoms[following]
        if last.kind in ("day", "date") and atom.kind == "weekday" and not atom.mark:
            if comma.group() == " " or self.folded[atom.end : atom.end + 1] in _CLOSING:
                return atoms, atom.end, following + 1
        elif (
            last.kind == "weekday"
            and not last.mark
            and len(atoms) == 1
            and atom.kind in ("month", "date", "md", "year")
        ):
            inner, inner_end, after = self._chain_plain(following)
            if self._level(inner[-1]) == 8:
                return inner, inner_end, after
        return atoms, end, index

    def _bracketed(self, atoms: list[Atom], start: int, index: int) -> tuple[list[Atom], int, int] | None:
        """The chain with the date, weekday or clock in the bracket that opens before ``start``; None for any other."""
        following = self.at.get(start)
        if following is None or following < index:
            return None
        inner, inner_end, index = self._chain_plain(following)
        close = _CLOSE_BRACKET.match(self.folded, inner_end)
        if not close or self._level(inner[-1]) < 8 or inner[0].kind in ("number", "count"):
            return None
        end = close.end()
        if inner[0].kind not in ("weekday", "clock") and atoms[-1].kind != "clock":
            atoms = [*inner, *(one for one in atoms if one.kind in ("daypart", "clock"))]
        tail = self.at.get(end)
        if tail is not None and tail >= index and self.atoms[tail].kind in ("daypart", "clock"):
            chain, end, index = self._chain_plain(tail)
            atoms = [*atoms, *chain]
        return atoms, end, index
