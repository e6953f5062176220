"""Phrases of times: atoms joined into dates, ranges, durations and repetitions.

A phrase says what kind of time it is and from which atoms its days follow; :mod:`claimx.extract.time_resolve` finds them.
"""

from __future__ import annotations

import re
from decimal import Decimal

from claimx.extract.time_atoms import Atom
from claimx.extract.time_chain import RANGE
from claimx.extract.time_judge import Judge
from claimx.extract.time_phrases import Anchor, Phrase, context

_TO_NOW = re.compile(r" {0,2}(?:年初)?(?:以来)?(?:至今|迄今|到现在|至现在|到目前)(?![年天日])")
_BEHIND = re.compile(
    r" {0,2}(?:的)?(之前|以前|前|之后|以后|后|过后)(?![景途沿提者市续端期场台盾卫备世来半程缀果悔勤置视排轮天年月])"
)
_OPEN = ("以前", "之前")
_END_OF = re.compile(
    r" {0,2}止 ?(?:的|过去|之|前|首)?(?:(季度?)(?!报)|(财?政?年度|财年|年)|(中期)|(?=[0-9一二两三四五六七八九十半]))"
)
_ITEM = re.compile(r"[0-9一二三四五六七八九十]{1,2}、 ?(?=[0-9]{1,2} ?月 ?[0-9]{1,2} ?日)")
_CN_ITEM = re.compile(r"[一二三四五六七八九十]{1,2}、 ?(?=[0-9])")
_COMING = re.compile(r"再?过\Z")
_EVERY = re.compile(r"每(?:隔|逢)?(?:一)? ?\Z")
_WORKDAY = re.compile(r" ?(?:工作日|交易日)")
_REPEATED = ("weekday", "daypart", "clock", "holiday", "season", "month", "day")
_AND = re.compile(r" {0,2}(?:又|零|余|多|加|,? ?) {0,2}")


class Reader(Judge):
    """Joins the atoms of one text to phrases, left to right."""

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

    def _number_lines(self) -> None:
        """2、7月 at the head of a line is item two, not February to July."""
        for number, atom in enumerate(self.atoms):
            if atom.kind not in ("months", "days", "quarters") or atom.high == 0:
                continue
            mark = _ITEM.match(self.folded, atom.start) or _CN_ITEM.match(self.folded, atom.start)
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
        if every and (
            atom.kind in ("count", "month", "quarter", "holiday", "season", "weekday", "day", "yy")
            or atom.mark == "set"
        ):
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
        heads = atom.word == "Y" or (atom.word in ("D", "W") and atom.mark != "前")
        if atom.kind == "first" and heads and not self.whole and self._next(index, atom.end) is None:
            return Phrase(atom.start, atom.end, "duration", (atom,), parts=atom.parts), index + 1
        if atom.kind == "nth" and atom.word != "TH":
            following = self._next(index, atom.end)
            if following is None or not self._joins(
                atom, self.atoms[following], self.folded[atom.end : self.atoms[following].start]
            ):
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

    def _date(self, index: int) -> tuple[Phrase | None, int]:
        start = self.atoms[index].start
        atoms, end, following = self._chain(index)
        if atoms[0].kind == "daypart_short" or (not self._level(atoms[0]) and atoms[0].kind not in ("first", "last")):
            return None, index + 1
        if not self._sound(atoms, end):
            return None, index + 1
        link = RANGE.match(self.folded, end)
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
            if (
                following is None
                or following < index
                or self.atoms[following].kind != "day"
                or self.atoms[following].value != value + 1
            ):
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
        return {low, high} <= {7, 8, 9, 10} or {low, high} <= {3, 4, 5, 6, 7, 8}

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
        ahead = _COMING.search(before)
        if ahead and (self.whole or ahead.group() != "过"):
            return Phrase(start - len(before) + ahead.start(), end, "moved", (), parts=tuple(parts), sign=1), index
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
            end += 1  # 十年期国债: the term is written with it
        return Phrase(start, end, "duration", (atom,), parts=tuple(parts), anchor=anchor), index

    def _moved(self, parts: tuple[tuple[Decimal, str], ...], start: int, end: int) -> Phrase | None:
        """三天后, 半年前: another day, seen from the one in force."""
        behind = _BEHIND.match(self.folded, end)
        if behind and parts:
            word = behind[1]
            sign = -1 if "前" in word else 1
            stop = behind.end()
            phrase = Phrase(
                start,
                stop,
                "moved",
                (),
                parts=parts,
                sign=sign,
                open_side=("begin" if sign < 0 else "until") if word in _OPEN else "",
            )
            following = self._next(0, stop)
            if (
                following is not None
                and self.atoms[following].kind in ("season", "month")
                and parts[-1][1] == "Y"
                and len(parts) == 1
            ):
                tail, tail_end, _ = self._chain_plain(following)
                return phrase._replace(end=tail_end, atoms=tuple(tail))
            return phrase
        return None

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
