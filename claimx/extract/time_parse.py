"""Phrases of times: atoms joined into dates, ranges, durations and repetitions, with the context that decides between them.

A phrase says what kind of time it is and from which atoms its days follow; :mod:`claimx.extract.time_resolve` finds them.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Literal, NamedTuple

from claimx.extract.time_atoms import Atom, small
from claimx.lexicon.loader import read_toml
from claimx.source.text import fold

Anchor = Literal["past", "future"]
PhraseKind = Literal["date", "range", "moved", "duration", "set", "span_end", "within"]

_LEVELS = {
    "century": 1, "century_rel": 1, "decade": 2,
    "era": 3, "year": 3, "years": 3, "yyears": 3, "yy": 3, "roc": 3, "bare": 3, "year_rel": 3, "year_ctx": 3, "year_prev": 3, "year_to_date": 3,
    "fyear": 3, "fyear_rel": 3, "years_rel": 3, "plan": 3, "year_rest": 3,
    "year_whole": 4, "half": 4, "fhalf": 4, "half_rel": 4, "latin_h": 4, "year_part": 4,
    "quarter": 5, "quarters": 5, "fquarter": 5, "fquarters": 5, "quarter_rel": 5, "quarter_ctx": 5, "fquarter_rel": 5, "latin_q": 5, "latin_m": 5, "quarter_part": 7,
    "endquarter": 6, "season": 5, "season_rel": 5, "school": 5, "holiday": 5, "period": 5, "same_quarter": 5, "same_month": 6, "lunar": 6,
    "month": 6, "months": 6, "month_rel": 6, "month_ctx": 6, "month_part": 7, "month_half": 7,
    "week_rel": 7, "week_ctx": 7, "weekend": 7, "week_half": 7,
    "day": 8, "days": 8, "day_rel": 8, "day_ctx": 8, "weekday": 8, "date": 8, "md": 8, "ym": 6,
    "daypart": 9, "daypart_short": 9, "clock": 10, "period_begin": 5, "period_end": 5,
}  # fmt: skip
_UNIT_LEVEL = {"Y": 3, "Q": 5, "FQ": 5, "M": 6, "W": 7, "D": 8, "C": 1}
_GAP = re.compile(r" {0,2}(?:的|之)? {0,2}")
_SPACE = re.compile(r" {0,2}")
_PART = re.compile(
    r"(初期|伊始|之初|初(?![级步期中学试创])|底(?![盘层部座])|末期|末(?!端)|尾(?![盘气])|中期|中旬|中叶|前期|后期|早期|晚期|下旬|上旬"
    r"|中(?![秋国心央间证信芯铁建石海移联兴微小型等共美欧日韩科概学途方文午部产储签游西原交核航金行投粮煤冶材的长资标东下上]))"
)
_PARTS = {"初": "early", "伊": "early", "之": "early", "前": "early", "早": "early", "上": "early", "中": "mid"}
_RANGE = re.compile(r" {0,2}(?:起|开始|以来|始)? {0,2}(?:至|到|~|-{1,2}|—{1,2}|–|−|直到|截至) {0,2}(?!今(?![年天日]))")
_TO_NOW = re.compile(r" {0,2}(?:年初)?(?:以来)?(?:至今|迄今)(?![年天日])")
_BEHIND = re.compile(r" {0,2}(?:的)?(之前|以前|前|之后|以后|后|过后)(?![景途沿提者市续端期场台盾卫备世来半程缀果悔勤置视排轮天年月])")
_OPEN = ("以前", "之前")
_WITHIN = re.compile(r" {0,2}(?:之内|以内|内)")
_END_OF = re.compile(r" {0,2}止 ?(?:的|过去|之|前|首)?(?:(季度?)(?!报)|(财?政?年度|财年|年)|(中期)|(?=[0-9一二两三四五六七八九十半]))")
_ITEM = re.compile(r"[0-9一二三四五六七八九十]{1,2}、 ?(?=[0-9]{1,2} ?月 ?[0-9]{1,2} ?日)")
_EVERY = re.compile(r"每(?:隔|逢)?(?:一)? ?\Z")
_VINTAGES = re.compile(r"(?:[和、及与][0-9]{2}年)+")
_WORKDAY = re.compile(r" ?(?:工作日|交易日)")
_REPEATED = ("weekday", "daypart", "clock", "holiday", "season", "month", "day")
_LATIN_ERA = re.compile(r" ?(bc|BC|ad|AD)(?![A-Za-z])")
_LINE = 200  # code points; longer lines are no titles
_NEARLY = ("了", "达", "时", "过", "用", "花", "费", "历", "长", "有", "将", "续", "隔", "第", "要", "需", "为", "满", "停", "待", "等", "看")
_AND = re.compile(r" {0,2}(?:又|零|余|多|加|,? ?) {0,2}")


class Phrase(NamedTuple):
    """A time found: ``atoms`` give its days; ``to`` those of the end of a range; ``parts`` numbers of a duration."""

    start: int
    end: int
    kind: PhraseKind
    atoms: tuple[Atom, ...]
    to: tuple[Atom, ...] = ()
    parts: tuple[tuple[Decimal, str], ...] = ()
    anchor: Anchor | None = None
    sign: int = 0  # of a moved time: before or after
    open_side: str = ""  # begin or until: that side has no bound


_TITLE = re.compile(r"《[^《》\n]{1,40}》")
_WORDY = frozenset(
    ("day_rel", "day_ctx", "year_rel", "year_ctx", "month_rel", "week_rel", "quarter_rel", "holiday", "season", "daypart", "set", "weekday", "period")
)


def _within(spans: Sequence[tuple[int, int]], position: int) -> bool:
    index = bisect_right(spans, (position, 1 << 60)) - 1
    return index >= 0 and spans[index][0] <= position < spans[index][1]


class _Context(NamedTuple):
    future: re.Pattern[str]
    past_words: frozenset[str]
    future_words: frozenset[str]
    prefix: re.Pattern[str]
    lasting: re.Pattern[str]
    running: re.Pattern[str]
    lasting_after: tuple[str, ...]
    vintage: tuple[str, ...]
    number_names: tuple[str, ...]
    compared: tuple[str, ...]
    coming: tuple[str, ...]
    faint: frozenset[str]


@lru_cache(maxsize=1)
def context() -> _Context:
    """The tables of ``lexicon/time_context.toml``, folded."""
    data = read_toml("time_context.toml")

    def words(section: str, name: str) -> list[str]:
        return sorted({fold(word) for word in data[section][name].split()}, key=len, reverse=True)

    past, future = words("prefix", "past"), words("prefix", "future")
    return _Context(
        re.compile("|".join(words("cue", "future"))),
        frozenset(past),
        frozenset(future),
        re.compile("(" + "|".join(sorted([*past, *future], key=len, reverse=True)) + r")(?:的|这|约)? {0,2}\Z"),
        re.compile("(?:" + "|".join(words("cue", "lasting")) + r")了?(?:近|约|逾|超)? {0,2}\Z"),
        re.compile("(?:" + "|".join(words("cue", "running")) + r")了?(?:近|约|逾|超)? {0,2}\Z"),
        tuple(words("cue", "lasting_after")),
        tuple(words("guard", "vintage")),
        tuple(words("guard", "number")),
        tuple(words("cue", "compared")),
        tuple(words("cue", "coming")),
        frozenset(words("cue", "faint")),
    )


class Reader:
    """Joins the atoms of one text to phrases, left to right."""

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

    def phrases(self) -> list[Phrase]:
        """All phrases in text order."""
        self._number_lines()
        found: list[Phrase] = []
        index = 0
        while index < len(self.atoms):
            phrase, following = self._phrase(index)
            if phrase is not None and (not found or phrase.start >= found[-1].end):
                found.append(phrase)
            index = max(following, index + 1)
            while phrase is not None and index < len(self.atoms) and self.atoms[index].start < phrase.end:
                index += 1
        return found

    def _line(self, position: int) -> int:
        """Where the line that holds ``position`` begins, or a place some way before it."""
        return self.folded.rfind("\n", max(0, position - _LINE), position) + 1 or max(0, position - _LINE)

    def _number_lines(self) -> None:
        """2、7月 at the head of a line is item two, not February to July."""
        for number, atom in enumerate(self.atoms):
            if atom.kind not in ("months", "days", "quarters") or atom.high == 0:
                continue
            mark = _ITEM.match(self.folded, atom.start)
            line = self._line(atom.start)
            if mark and not self.folded[line : atom.start].strip():
                single = {"months": "month", "days": "day", "quarters": "quarter"}[atom.kind]
                self.atoms[number] = atom._replace(start=mark.end(), kind=single, value=atom.high, high=0)
                del self.at[atom.start]
                self.at[mark.end()] = number

    def _phrase(self, index: int) -> tuple[Phrase | None, int]:
        atom = self.atoms[index]
        before = self.folded[max(0, atom.start - 4) : atom.start]
        every = _EVERY.search(before)
        if every and (atom.kind in ("count", "month", "quarter", "holiday", "season", "weekday", "day", "yy") or atom.mark == "set"):
            return self._set(index, atom.start - len(before) + every.start())
        if every and atom.kind in ("fyear", "fquarter"):
            return None, index + 1
        if atom.mark == "set":
            return self._set(index, atom.start)
        if atom.kind == "set":
            end, index = self._set_tail(atom.end, index + 1)
            return Phrase(atom.start, end, "set", (atom,)), index
        if atom.kind == "count" and atom.mark not in ("每", "每隔"):
            return self._duration(index)
        if atom.kind in ("first", "trailing") and atom.word in ("TH", "TM", "TS", "T15"):
            start = atom.start if atom.mark == "前" else atom.start + len(atom.mark)
            return Phrase(start, atom.end, "duration", (atom,), parts=atom.parts, anchor="past"), index + 1
        if atom.kind == "nth" and atom.word != "TH":
            following = self._next(index, atom.end)
            if following is None or not self._joins([atom], self._settled(following), atom.end):
                return Phrase(atom.start, atom.end, "duration", (atom,), parts=atom.parts), index + 1
        if atom.kind in ("day", "days") and self._lasts(atom):
            unit = Decimal(atom.value)
            self.atoms[index] = atom._replace(kind="count", word="D", parts=((unit, "D"),))
            return self._duration(index)
        if atom.kind in ("yy", "roc") and not self._is_year(index):
            self.atoms[index] = atom._replace(kind="count", word="Y")
            return self._duration(index)
        if atom.kind in ("quarter", "quarters") and atom.mark == "季" and self._lasts(atom):
            self.atoms[index] = atom._replace(kind="count", word="Q", parts=((Decimal(atom.value), "Q"),))
            return self._duration(index)
        return self._date(index)

    # --- what an ambiguous numeral is

    def _lasts(self, atom: Atom) -> bool:
        before = self.folded[max(0, atom.start - 6) : atom.start]
        lead = context().prefix.search(before)
        if atom.kind in ("quarter", "quarters"):
            return context().lasting.search(before) is not None or lead is not None
        if context().running.search(before) or (lead and lead[1] not in ("上", "此前", "前")):
            return True
        if atom.word == "号":
            return False
        after = self.folded[atom.end : atom.end + 3]
        return after.startswith(("内", "之内", "以内", "游", "线", "移动", "均线"))

    def _is_year(self, index: int) -> bool:
        """Whether a numeral of two or three digits before 年 names a year, and does not count years."""
        atom = self.atoms[index]
        after = self.folded[atom.end : atom.end + 4]
        before = self.folded[max(0, atom.start - 6) : atom.start]
        following = self._next(index, atom.end)
        if following is not None and _LEVELS.get(self.atoms[following].kind, 0) > 3:
            kind = self.atoms[following].kind
            if kind in ("month", "months", "quarter", "quarters", "half", "latin_q", "latin_h", "lunar", "endquarter", "year_whole", "nth", "holiday", "year_part"):
                return True
        if atom.kind == "roc":
            return 100 < atom.value < 140 and (self.republic or after[:1] == "度") and not after.startswith(context().lasting_after)
        if atom.word == "年度" or self.folded[atom.end - 1] == "度":
            return True
        if after.startswith(context().vintage):
            return False
        if context().lasting.search(before) or context().prefix.search(before):
            return False
        if atom.mark == "spelled":
            return True
        if after.startswith(context().lasting_after) and not after.startswith(("底", "初", "末")):
            return bool(_PART.match(after))
        if _PART.match(after):
            return True
        if self.whole:
            return True
        return self.short_years and 5 <= atom.value <= 40

    # --- joining

    def _next(self, index: int, position: int) -> int | None:
        """The atom that follows ``position`` with nothing but a space or 的 between."""
        gap = _GAP.match(self.folded, position)
        for end in ({position, gap.end()} if gap else {position}):
            found = self.at.get(end)
            if found is not None and found > index:
                return found
        return None

    def _chain(self, index: int) -> tuple[list[Atom], int, int]:
        """Atoms from ``index`` on that make one date, where it ends, and the next atom."""
        atoms = [self._settled(index)]
        end = atoms[0].end
        index += 1
        end = self._take_part(atoms, end)
        while True:
            following = self._next(index - 1, end)
            if following is None:
                break
            atom = self._settled(following)
            if not self._joins(atoms, atom, end):
                break
            atoms.append(atom)
            end = self._take_part(atoms, atom.end)
            index = following + 1
        latin = _LATIN_ERA.match(self.folded, end) if atoms[0].kind == "year" else None
        if latin:
            end = latin.end()
            if latin[1][0] in "bB":
                atoms[0] = atoms[0]._replace(mark="bc")
        end, index = self._bracketed(atoms, end, index)
        return atoms, end, index

    def _settled(self, index: int) -> Atom:
        """The atom, with what it can only mean within a date."""
        return self.atoms[index]

    def _level(self, atom: Atom) -> int:
        if atom.kind in ("first", "last", "nth", "trailing", "coming"):
            level = _UNIT_LEVEL.get(atom.word, 0)
            return level if atom.kind == "nth" or level != 3 else 3
        if atom.kind == "nth_weekday":
            return 8
        return _LEVELS.get(atom.kind, 0)

    def _joins(self, atoms: list[Atom], atom: Atom, end: int) -> bool:
        last = atoms[-1]
        level, above = self._level(atom), self._level(last)
        if not level or not above:
            return False
        gap = self.folded[end : atom.start]
        if atom.kind == "number" or (atom.kind in ("first", "last") and above < level):
            return above <= 6
        if atom.kind in ("nth", "nth_weekday"):
            return above < level
        if atom.kind == "daypart_short" and self.folded[atom.end : atom.end + 1] in ("盘", "市", "餐", "报", "鸟", "期", "间"):
            return False
        if atom.kind in ("daypart", "daypart_short"):
            return above in (8,) and "的" not in gap or last.kind in ("holiday", "lunar", "weekend") and "的" not in gap
        if atom.kind == "clock":
            return above in (8, 9) and (atom.mark == ":" or above == 9 or atom.mark != "点" or last.kind != "weekday" or True)
        if atom.kind == "decade":
            return last.kind in ("century", "century_rel")
        if atom.kind in ("year_part",):
            return above == 3
        if atom.kind == "month_part":
            return last.kind in ("month", "month_rel", "month_ctx", "ym") or (above == 3 and self.folded[atom.start] != "月")
        if atom.kind in ("quarter_part",):
            return above == 5
        if atom.kind in ("day", "days"):
            return last.kind in ("month", "month_rel", "month_ctx", "ym") and "的" not in gap or last.kind in ("day_rel", "day_ctx", "weekday") and not gap.strip() and False
        if atom.kind in ("weekday", "weekend", "week_rel"):
            return last.kind in ("week_rel", "week_ctx") or (above == 8 and last.kind in ("day", "date") and "的" not in gap and not last.kind == "weekday" and atom.mark != "rel") or last.kind in ("first",)
        if atom.kind in ("month", "months", "endquarter", "month_ctx", "lunar"):
            return above in (3,) or last.kind in ("half", "first") and above < level
        if atom.kind in ("year_rel", "year", "fyear", "year_ctx", "bare", "year_prev", "fyear_rel", "yy", "roc", "years", "era"):
            return last.kind == "era" and atom.kind in ("year", "yy", "roc") or last.kind in ("year_rel", "year_prev") and atom.kind in ("fyear",) and False
        if atom.kind in ("period", "same_quarter", "same_month"):
            return above == 3 or last.kind in ("month_rel", "quarter_rel")
        if atom.kind in ("year_whole",):
            return above == 3
        if atom.kind in ("date", "md", "day_rel", "day_ctx", "ym"):
            return False
        if atom.kind in ("month_rel", "quarter_rel", "quarter_ctx", "half_rel", "season_rel", "fquarter_rel", "year_to_date", "period_begin", "period_end"):
            return atom.kind == "year_to_date" and False
        if atom.kind == "holiday":
            return above == 3 and last.kind not in ("first",)
        if atom.kind in ("latin_q", "latin_h", "latin_m"):
            return above == 3 and not atom.word
        return above < level

    def _take_part(self, atoms: list[Atom], end: int) -> int:
        """Take up 初, 底, 末 and the like that stand right behind a year, quarter or month."""
        last = atoms[-1]
        if last.kind in ("day", "days", "date", "md", "clock", "daypart", "weekday", "count", "holiday", "day_rel", "day_ctx", "part", "year_part", "month_part", "quarter_part"):
            return self._lunar_tail(atoms, end)
        gap = _SPACE.match(self.folded, end)
        position = gap.end() if gap else end
        match = _PART.match(self.folded, position)
        if match and not (match[0] == "中期" and self._level(last) > 2):
            word = match[1]
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

    _BARE_DAY = re.compile(r" ?((?:[12][0-9]|3[01]|[1-9])(?![0-9.:/%])|(?:[一二三]?十[一二三四五六七八九]?|[一二三四五六七八九])(?![一二三四五六七八九十百千万亿]))(?=$|[,，。;；、!?\s)至到~—-])")

    def _lunar_tail(self, atoms: list[Atom], end: int) -> int:
        """Take up a day without 日 behind its month (八月十五, 1月3)."""
        last = atoms[-1]
        if last.kind != "month" or last.mark:
            return end
        match = self._BARE_DAY.match(self.folded, end)
        if match is None or not (self.whole or not match[1].isascii()):
            return end
        value = small(match[1])
        if not 1 <= value <= 31:
            return end
        atoms.append(Atom(match.start(1), match.end(1), "day", value))
        return match.end()

    def _bracketed(self, atoms: list[Atom], end: int, index: int) -> tuple[int, int]:
        """Take up a bracket or an apposition that restates the day: 周三(9月17日), 10月12日,星期一."""
        last = atoms[-1]
        if self._level(last) < 8 and last.kind not in ("holiday",):
            return end, index
        open_bracket = re.compile(r" ?([(\[]) ?").match(self.folded, end)
        if open_bracket:
            following = self.at.get(open_bracket.end())
            if following is not None and following >= index:
                inner, inner_end, after = self._chain_plain(following)
                close = re.compile(r" ?[)\]]").match(self.folded, inner_end)
                bare_day = inner[0].kind == "number"
                if close and not bare_day and self._level(inner[-1]) >= 8 and inner[0].kind not in ("count",):
                    if atoms[-1].kind in ("clock",) and inner[0].kind != "weekday":
                        atoms.extend(inner) if self._level(inner[0]) < 8 else None
                    elif inner[0].kind != "weekday" and inner[0].kind != "clock":
                        atoms[:] = [*inner, *[one for one in atoms if one.kind in ("daypart", "clock")]]
                    end, index = close.end(), after
                    tail = self._next(index - 1, end)
                    if tail is not None and self.atoms[tail].kind in ("daypart", "clock") and not self.folded[end : self.atoms[tail].start].strip():
                        chain, tail_end, tail_index = self._chain_plain(tail)
                        atoms.extend(chain)
                        return tail_end, tail_index
            return end, index
        comma = re.compile(r" ?[,、] ?| {1,2}").match(self.folded, end)
        if comma:
            following = self.at.get(comma.end())
            if following is not None and following >= index:
                atom = self.atoms[following]
                if last.kind in ("day", "date") and atom.kind == "weekday" and not atom.mark and len(self.folded) >= atom.end:
                    if self.folded[atom.end : atom.end + 1] in ("", ",", "。", " ", "\n", ")", "]", ";", "的") or comma.group() == " ":
                        return atom.end, following + 1
                if last.kind == "weekday" and not last.mark and len(atoms) == 1 and atom.kind in ("month", "date", "md", "year"):
                    inner, inner_end, after = self._chain_plain(following)
                    if self._level(inner[-1]) == 8:
                        atoms[:] = inner
                        return inner_end, after
        return end, index

    def _chain_plain(self, index: int) -> tuple[list[Atom], int, int]:
        """A chain without apposition of its own."""
        atoms = [self._settled(index)]
        end = self._take_part(atoms, atoms[0].end)
        index += 1
        while (following := self._next(index - 1, end)) is not None:
            atom = self._settled(following)
            if not self._joins(atoms, atom, end):
                break
            atoms.append(atom)
            end = self._take_part(atoms, atom.end)
            index = following + 1
        return atoms, end, index

    # --- dates and ranges

    def _date(self, index: int) -> tuple[Phrase | None, int]:
        start = self._settled(index).start
        atoms, end, following = self._chain(index)
        if atoms[0].kind == "daypart_short" or not self._level(atoms[0]) and atoms[0].kind not in ("first", "last"):
            return None, index + 1
        if not self._sound(atoms, end):
            return None, index + 1
        link = _RANGE.match(self.folded, end)
        if link:
            second = self.at.get(link.end())
            if second is not None and second >= following:
                to, to_end, after = self._chain(second)
                if self._ranges(atoms, to) and self._sound(to, to_end, second=True):
                    return Phrase(start, to_end, "range", tuple(atoms), tuple(to)), after
        listed = self._listed_days(atoms, end, following)
        if listed is not None:
            return Phrase(start, listed[0].end, "range", tuple(atoms), (listed[0],)), listed[1]
        now = _TO_NOW.match(self.folded, end)
        if now and self._level(atoms[-1]) <= 8:
            return Phrase(start, now.end(), "range", tuple(atoms)), following
        stop = _END_OF.match(self.folded, end)
        if stop and max(map(self._level, atoms)) >= 6:
            named = next((size for group, size in ((1, 3), (2, 12), (3, 6)) if stop[group]), 0)
            if named:
                return Phrase(start, stop.end(), "span_end", tuple(atoms), parts=((Decimal(named), "M"),)), following
            counted = self.at.get(stop.end())
            if counted is None and stop.group()[-1] in "首前":
                counted = self.at.get(stop.end() - 1)
            if counted is not None and counted >= following:
                count = self.atoms[counted]
                if count.kind in ("count", "first") and count.word in ("M", "Q", "W", "Y", "D"):
                    return Phrase(start, count.end, "span_end", tuple(atoms), parts=count.parts), counted + 1
        return Phrase(start, end, "date", tuple(atoms)), following

    def _listed_days(self, atoms: list[Atom], end: int, index: int) -> tuple[Atom, int] | None:
        """The last of days that follow one another (6月15日、16日), and the atom after it."""
        if atoms[-1].kind != "day":
            return None
        value, last = atoms[-1].value, None
        while self.folded[end : end + 1] == "、" or (self.whole and self.folded[end : end + 1] == ","):
            following = self.at.get(end + 1)
            if following is None or following < index or self.atoms[following].kind != "day" or self.atoms[following].value != value + 1:
                break
            last = self.atoms[following]
            value, end, index = value + 1, last.end, following + 1
        return (last, index) if last is not None else None

    def _ranges(self, first: list[Atom], second: list[Atom]) -> bool:
        low, high = self._level(first[-1]), self._level(second[-1])
        if first[-1].kind == "part":
            low = self._level(first[0])
        if second[-1].kind == "part":
            high = self._level(second[0])
        if second[0].kind in ("count", "set", "first", "period", "yy") and second[0].kind != "yy":
            return False
        if low == high:
            return True
        if {low, high} <= {7, 8, 9, 10} or {low, high} <= {3, 4, 5, 6, 7, 8}:
            return True
        return False

    def _sound(self, atoms: list[Atom], end: int, second: bool = False) -> bool:
        """Whether a chain that could be something else is a time after all."""
        first = atoms[0]
        folded = self.folded
        before = folded[max(0, first.start - 8) : first.start]
        after = folded[end : end + 6]
        alone = len(atoms) == 1
        if self.whole:
            return first.kind not in ("daypart_short",)
        if first.kind == "half" and alone and first.word.endswith("报"):
            return False  # 半年报 alone is the paper, not the period
        if first.kind == "daypart" and alone and first.word in context().faint:
            return False
        if first.word == "十一" and first.kind == "holiday" and alone:
            return after.startswith(("期间", "前后", "出游", "出行", "档", "节"))
        if first.kind == "bare":
            return len(atoms) > 1 or self._bare_year(first, before, after)
        if first.kind == "clock" and alone:
            if first.mark == ":" and before.endswith(("比", "分")):
                return False
            if first.mark == "cn点" and first.value < 4:
                return False
            return second or first.mark in ("clear", "cn点", ":") and not re.compile(r"(?:[升涨跌降加减报至到高低逾近约超]|[0-9])\Z").search(before) and not after.startswith(("以", "多", "左", "的", "%") if first.mark == "cn点" and False else ("%",))
        if first.kind == "md" and second:
            return True
        if first.kind == "md" and alone and (link := _RANGE.match(folded, end)) and (other := self.at.get(link.end())):
            if self.atoms[other].kind == "md" and before.endswith(("(", "[", "从", "自", "由")):
                return True
        if first.kind == "md" and alone:
            if first.mark != "/":
                return first.mark == "-" and (after[:1] == "" or folded[max(0, first.start - 1) : first.start] in ("", "\n")) and len(folded) < 12
            return bool(re.compile(r"(?:^|[(\[于在自由从至到近截,。;:、的日前每周一二三四五六日天\n])\s?\Z").search(before)) and not after.startswith(("的", "以上", "左右"))
        if first.kind == "md":
            return True
        if first.kind == "ym" and alone:
            if first.mark == "-":
                return True
            if first.mark == ".":
                return before[-1:] in ("(", "[", "", "\n", " ", "-", "~") and after[:1] in (")", "]", "", "\n", " ", "-", "~")
            return before[-1:] not in "0123456789" or True
        if first.kind == "date" and first.mark in ("_", "·") and first.mark == "_":
            return False
        if first.kind in ("day", "days") and first.word == "号" and alone:
            if after.startswith(context().number_names) or before[-1:].isascii() and before[-1:].isalnum():
                return False
            return after[:1] in ("", ",", "。", "、", ";", ")", "\n", " ", "起", "前", "后", "在", "将", "晚", "早", "上", "下", "凌", "公", "发", "宣", "正", "开", "召", "举") and not before.endswith(("第", "编", "代", "序"))
        if first.word == "期内" and not re.compile(r"(?:^|[,。;、:\n(\s财度告])\Z").search(before):
            return False  # 短期内, 任期内, 孕期内 …
        if first.kind in ("day", "days") and first.start and folded[first.start - 1] in "每第" and alone:
            return False
        if first.kind == "day" and after.startswith(("均线", "线", "均", "移动", "游")):
            return False
        if first.kind == "season" and alone:
            return not after.startswith(("的第一", "新品", "发布会", "款", "装", "限定", "攻势", "商品", "服装", "赛", "档", "促", "养")) 
        if first.kind in ("lunar",) and alone and not first.value:
            return not after.startswith(("级", "中", "期", "步", "创", "次", "衷", "心", "见", "试"))
        if first.kind == "weekday" and alone and not first.mark and after.startswith(("年", "围", "边")):
            return False
        if first.kind == "latin_h" and alone and not first.word:
            return not folded[first.start : first.start + 1] == "H" or after[:1] not in ("股",)
        if first.kind == "era":
            return len(atoms) > 1
        if first.kind == "holiday":
            if first.word.isdigit():
                return not re.compile(r"[0-9.:$¥]\Z").search(before) and not re.compile(r" ?[0-9.,:%万亿千元个点股款家台辆只名人米公架页项份次倍号]").match(after)
            return not (after.startswith(("路", "村", "镇", "区", "街", "桥", "寺", "广场")) or before.endswith(("先", "鲁")))
        if first.kind in ("first", "last", "trailing", "coming", "nth") and alone:
            return self._lone_run(first, after)
        return True

    def _lone_run(self, atom: Atom, after: str) -> bool:
        """前三季度, 首9个月 alone count from the year in force; 上两周 back from today; 前10名 is no time."""
        if atom.kind == "nth":
            return atom.word in ("Y", "M") or True
        if atom.kind == "last":
            return False
        if atom.kind == "coming":
            return atom.value == 1 and atom.word in ("D", "W", "M", "Q", "Y")
        if atom.word in ("TH", "TM", "TS", "T15", ""):
            return False
        return atom.value > 0

    def _bare_year(self, atom: Atom, before: str, after: str) -> bool:
        """2025 without 年 is a year in the title, or where a line or a quoted title begins."""
        if re.compile(r"[及和与、/][0-9]{4}年").match(after):
            return True
        if before.endswith(("到", "至", "自", "在")) and after[:1] in ("", "\n", ",", "。", ";"):
            return True
        if re.compile(r" ?[0-9A-Za-z%]").match(after) or not re.compile(r" ?[\u4e00-\u9fff]").match(after):
            return False
        line = self._line(atom.start)
        title = line < _LINE and not self.folded[:line].strip() and "\n" in self.folded[atom.end : atom.end + 80]
        if title:
            return True
        head = before.rstrip(" ")
        return not head or head[-1] in "\n《【"

    # --- durations

    def _duration(self, index: int) -> tuple[Phrase | None, int]:
        atom = self.atoms[index]
        parts = list(atom.parts)
        end, index = atom.end, index + 1
        last = atom
        while index < len(self.atoms):
            gap = _AND.match(self.folded, end)
            following = self.at.get(gap.end() if gap else end, -1)
            if following < index:
                break
            candidate = self.atoms[following]
            clock = candidate.kind == "clock" and candidate.mark == "时" and last.word == "D"
            if candidate.kind != "count" and not clock:
                break
            joint = gap.group().strip() if gap else ""
            if "," in joint or candidate.word == last.word:
                break
            if clock:
                parts.append((Decimal(candidate.value), "TH"))
            elif candidate.word:
                parts.extend(candidate.parts)
            end, last, index = candidate.end, candidate, following + 1
        start = atom.start
        if not self._counts(atom, start, end):
            return None, index
        before = self.folded[max(0, start - 8) : start]
        anchor: Anchor | None = None
        moved = self._moved(tuple(parts), start, end)
        if moved is not None:
            return moved, index
        after = self.folded[end : end + 6]
        lead = context().prefix.search(before)
        if lead and lead[1] not in ("前", "上"):
            word = lead[1]
            if word != "近" or self._recent(parts, before[: lead.start()], after):
                start -= len(before) - lead.start()
                anchor = "past" if word in context().past_words else "future"
        if anchor is None and after.startswith(("内", "之内", "以内")):
            anchor = "future"
        if after.startswith("期") and not after.startswith(("期间", "期限", "期货", "期权", "期末", "期初", "期内")):
            return None, index  # 十年期国债: a kind of bond
        return Phrase(start, end, "duration", (atom,), parts=tuple(parts), anchor=anchor), index

    def _recent(self, parts: Sequence[tuple[Decimal, str]], before: str, after: str) -> bool:
        """近 before a duration means the last years where something has gone on; before 新高 or hours it is a hedge."""
        if parts[0][1] not in ("Y", "M", "W", "Q", "D") or before.rstrip().endswith(_NEARLY):
            return False
        return not re.compile(r"(?:以?来|之?内)?(?:的)?(?:首|最|新[高低]|高|低|单|第一|期|历史)").match(after)

    def _counts(self, atom: Atom, start: int, end: int) -> bool:
        """Whether a counted unit is a duration in running text."""
        if not atom.parts or not atom.word:
            return False
        if self.whole:
            return True
        before = self.folded[max(0, start - 6) : start]
        after = self.folded[end : end + 4]
        text = self.folded[start:end]
        if text[0] == "几" and text[1:2] not in ("十", "百", "千") and not (context().prefix.search(before) and after.startswith(("内", "间"))) and not after.startswith("内"):
            return False
        if atom.word == "Y" and (listed := _VINTAGES.match(self.folded, end)):
            after = self.folded[listed.end() : listed.end() + 4]
        if atom.word == "Y" and after.startswith(context().vintage) and not after.startswith(("级", "生")):
            return False
        if atom.word == "Y" and after.startswith(("级", "生")) and atom.kind == "count" and not context().lasting.search(before):
            return False
        if before.endswith(("第", "星期", "每")) and not before.endswith("每"):
            return False
        if after.startswith(("线", "均线")) or text.endswith("周年"):
            return False
        if atom.word == "Y" and before.endswith(("这", "那")):
            return False  # 这两年 is vague
        if text.startswith("一天") and after.startswith(("比", "到晚", "一", "天")):
            return False
        if atom.word == "TS" and text[-1] == "秒" and after.startswith(("杀", "懂", "变", "拍", "开", "针", "回", "空", "光")):
            return False
        if before[-1:].isascii() and before[-1:].isalpha() and atom.word == "D":
            return False
        return True

    def _moved(self, parts: tuple[tuple[Decimal, str], ...], start: int, end: int) -> Phrase | None:
        """三天后, 半年前: another day, seen from the one in force."""
        behind = _BEHIND.match(self.folded, end)
        if behind and any(unit in ("Y", "Q", "M", "W", "D", "C") for _, unit in parts):
            word = behind[1]
            sign = -1 if "前" in word else 1
            stop = behind.end()
            phrase = Phrase(start, stop, "moved", (), parts=parts, sign=sign, open_side=("begin" if sign < 0 else "until") if word in _OPEN else "")
            following = self._next(0, stop)
            if following is not None and self.atoms[following].kind in ("season", "month") and parts[-1][1] == "Y" and len(parts) == 1:
                tail, tail_end, _ = self._chain_plain(following)
                return phrase._replace(end=tail_end, atoms=tuple(tail))
            return phrase
        return None

    # --- repetitions

    def _set(self, index: int, start: int) -> tuple[Phrase | None, int]:
        atom = self.atoms[index]
        end = atom.end
        index += 1
        if atom.kind in ("season", "holiday", "month"):
            parts: tuple[tuple[Decimal, str], ...] = ((Decimal(1), "Y"),)
        elif atom.kind == "quarter":
            parts = ((Decimal(1), "Q"),)
        elif atom.kind == "weekday":
            parts = ((Decimal(1), "W"),)
        elif atom.kind == "day":
            parts = ((Decimal(atom.value), "D"),)
        elif atom.kind == "yy":
            parts = ((Decimal(atom.value), "Y"),)
        else:
            parts = atom.parts
        if not parts:
            return None, index
        end, index = self._set_tail(end, index)
        return Phrase(start, end, "set", (atom,), parts=parts), index

    def _set_tail(self, end: int, index: int) -> tuple[int, int]:
        """Take up the weekday, season, festival or hour at which something is repeated."""
        workday = _WORKDAY.match(self.folded, end)
        if workday:
            end = workday.end()
        while (following := self._next(index - 1, end)) is not None:
            candidate = self.atoms[following]
            if candidate.kind not in _REPEATED or "的" in self.folded[end : candidate.start]:
                break
            if candidate.kind == "clock" and candidate.mark == "点" and candidate.start != end:
                break
            end, index = candidate.end, following + 1
        return end, index


_SHORT_YEAR = re.compile(
    r"(?<![0-9.])(?:[1-4]Q[0-9]{2}|[12]H[0-9]{2}|[0-9]{2}Q[1-4]|[0-9]{2}H[12]|[0-9]{2}年(?:[0-9]{1,2}月|Q[1-4]|[上下]半年|[一二三四1-4]季度|全年)|[0-9]{2}[-~至/][0-9]{2}年|[0-9]{2}[EA](?![A-Za-z0-9]))"
)
