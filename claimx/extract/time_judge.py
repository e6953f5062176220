"""Whether what looks like a time is one: 20年 a year, an age or a vintage, 618 a festival or a number, 3日 a day or three."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from claimx.extract.time_atoms import Atom
from claimx.extract.time_chain import LINE, PART, RANGE, RUNS, Chains
from claimx.extract.time_phrases import context

# what behind 25年 makes it a year
_AFTER_YEAR = frozenset(
    [
        "month",
        "months",
        "quarter",
        "quarters",
        "half",
        "latin_q",
        "latin_h",
        "lunar",
        "endquarter",
        "year_whole",
        "nth",
        "holiday",
        "year_part",
    ]
)
_VINTAGES = re.compile(r"(?:[和、及与][0-9]{2}年)+")
_RECORD = re.compile(r"(?:以?来|之?内)?(?:的)?(?:首|最|新[高低]|高|低|单|第一|期|历史)")
_LISTED_YEAR = re.compile(r"[及和与、/][0-9]{4}年")
_LATIN = re.compile(r" ?[0-9A-Za-z%]")
_HAN = re.compile(r" ?[\u4e00-\u9fff]")
_AMOUNT = re.compile(r" ?[0-9.,:%万亿千元个点股款家台辆只名人米公架页项份次倍号]")
_PERIOD_HEAD = re.compile(r"(?:^|[,。;、:\n(\s财度告])\Z")
_TITLE_AFTER = 80  # code points in which a title ends
_FIRST_HOUR = 4  # 一点, 两点 and 三点 are words of the language


class Judge(Chains):
    """Chains with the judgement of the words around them."""

    def _before(self, atom: Atom, size: int = 8) -> str:
        return self.folded[max(0, atom.start - size) : atom.start]

    def _lasts(self, atom: Atom) -> bool:
        """Whether a numeral with 日 or 季 counts days or quarters instead of naming one."""
        before = self._before(atom, 6)
        lead = context().prefix.search(before)
        if atom.kind in ("quarter", "quarters"):
            return context().lasting.search(before) is not None or lead is not None
        if context().running.search(before) or (lead and lead[1] not in ("上", "此前", "前")):
            return True
        inside = ("内", "之内", "以内", *context().not_before["average"])
        return atom.word != "号" and self.folded.startswith(inside, atom.end)

    def _is_year(self, index: int) -> bool:
        """Whether a numeral of two or three digits before 年 names a year, and does not count years."""
        atom = self.atoms[index]
        after = self.folded[atom.end : atom.end + 4]
        before = self._before(atom, 6)
        following = self._next(index, atom.end)
        if following is not None and self.atoms[following].kind in _AFTER_YEAR:
            return True
        lasting = after.startswith(context().lasting_after)
        if atom.kind == "roc":
            return 100 < atom.value < 140 and (self.republic or after[:1] == "度") and not lasting
        if self.folded[atom.end - 1] == "度":
            return True
        if after.startswith(context().vintage) or context().lasting.search(before) or context().prefix.search(before):
            return False
        if atom.mark == "spelled" or PART.match(after):
            return True
        return not lasting and (self.whole or (self.short_years and 5 <= atom.value <= 40))

    def _sound(self, atoms: list[Atom], end: int, second: bool = False) -> bool:
        """Whether a chain that could be something else is a time after all; ``second`` at the end of a range."""
        first = atoms[0]
        if self.whole:
            return first.kind != "daypart_short"
        check = getattr(self, f"_sound_{first.kind}", None)
        if check is not None and not (second and first.kind in ("clock", "md")):
            found: bool = check(first, end, len(atoms) == 1)
            return found
        if first.kind in RUNS and len(atoms) == 1:
            return self._lone_run(first)
        return True

    def _not_before(self, name: str, end: int) -> bool:
        return not self.folded.startswith(context().not_before[name], end)

    def _sound_half(self, first: Atom, end: int, alone: bool) -> bool:
        return not (alone and first.word.endswith("报"))  # 半年报 alone is the paper, not the period

    def _sound_daypart(self, first: Atom, end: int, alone: bool) -> bool:
        return not alone or first.word not in context().faint

    def _sound_bare(self, first: Atom, end: int, alone: bool) -> bool:
        return not alone or self._bare_year(first, self.folded[end : end + 6])

    def _sound_clock(self, first: Atom, end: int, alone: bool) -> bool:
        before, after = self._before(first), self.folded[end : end + 1]
        if not alone:
            return True
        if first.mark == ":" and before.endswith(context().not_after["colon"]):
            return False
        if first.mark not in ("clear", "cn点", ":") or (first.mark == "cn点" and first.value < _FIRST_HOUR):
            return False
        return not before.endswith(context().not_after["hour"]) and after != "%"

    def _sound_md(self, first: Atom, end: int, alone: bool) -> bool:
        if not alone:
            return True
        before = self._before(first).rstrip(" ")
        link = RANGE.match(self.folded, end)
        other = self.at.get(link.end()) if link else None
        if other is not None and self.atoms[other].kind == "md" and before.endswith(("(", "[", "从", "自", "由")):
            return True
        if first.mark != "/":
            return False
        opened = not before or before.endswith(("\n", *context().only["slash_after"]))
        return opened and not self.folded.startswith(("的", "以上", "左右"), end)

    def _sound_ym(self, first: Atom, end: int, alone: bool) -> bool:
        if first.mark != "." or not alone:
            return True
        before, after = self._before(first, 1), self.folded[end : end + 1]
        return before in ("", "(", "[", "\n", " ", "-", "~") and after in ("", ")", "]", "\n", " ", "-", "~")

    def _sound_date(self, first: Atom, end: int, alone: bool) -> bool:
        return first.mark != "_"

    def _sound_day(self, first: Atom, end: int, alone: bool) -> bool:
        before = self._before(first)
        if alone and first.word == "号":
            if self.folded.startswith(context().number_names, end) or (before[-1:].isascii() and before[-1:].isalnum()):
                return False
            after = self.folded[end : end + 1]
            return (after in ("", "\n", " ") or after in context().only["number_before"]) and before[-1:] not in (
                "第",
                "编",
                "代",
                "序",
            )
        return self._not_before("average", end) and not (alone and before[-1:] in ("每", "第"))

    _sound_days = _sound_day

    def _sound_quarter(self, first: Atom, end: int, alone: bool) -> bool:
        return not (alone and first.mark == "季" and first.value == 4)  # 四季 alone are the four seasons

    def _sound_month(self, first: Atom, end: int, alone: bool) -> bool:
        return not alone or self._not_before("month", end)  # 7月合约 is named after the month of its delivery

    def _sound_interim(self, first: Atom, end: int, alone: bool) -> bool:
        return self.folded.startswith(context().only["interim"], end)

    def _sound_period(self, first: Atom, end: int, alone: bool) -> bool:
        # 短期内, 任期内, 孕期内 … are none
        return first.word not in ("期内", "季内") or _PERIOD_HEAD.search(self._before(first)) is not None

    def _sound_season(self, first: Atom, end: int, alone: bool) -> bool:
        return not alone or self._not_before("season", end)

    def _sound_lunar(self, first: Atom, end: int, alone: bool) -> bool:
        return not alone or first.value > 0 or self._not_before("lunar", end)

    def _sound_weekday(self, first: Atom, end: int, alone: bool) -> bool:
        return not alone or bool(first.mark) or self._not_before("weekday", end)

    def _sound_latin_h(self, first: Atom, end: int, alone: bool) -> bool:
        return not alone or self.folded[first.start] != "H" or bool(first.word) or not self.folded.startswith("股", end)

    def _sound_holiday(self, first: Atom, end: int, alone: bool) -> bool:
        before = self._before(first)
        if first.word == "十一" and alone:
            return self.folded.startswith(context().only["eleven"], end)
        if alone and first.word in context().only["term"]:
            return False
        if first.word.isdigit():
            return (
                before[-1:] not in tuple("0123456789.:$¥") and _AMOUNT.match(self.folded, end) is None
            ) or not before
        return self._not_before("holiday", end) and not before.endswith(context().not_after["holiday"])

    def _lone_run(self, atom: Atom) -> bool:
        """前三季度, 首9个月 alone count from the year in force, 上两周 back from today; 最后三天 of what, nobody says."""
        if atom.kind == "coming":
            return atom.value == 1 and atom.word in ("D", "W", "M", "Q", "Y")
        return atom.kind in ("first", "trailing") and atom.value > 0 and atom.word not in ("TH", "TM", "TS", "T15", "")

    def _bare_year(self, atom: Atom, after: str) -> bool:
        """2025 without 年 is a year in the title, or where a line or a quoted title begins."""
        before = self._before(atom)
        if _LISTED_YEAR.match(after):
            return True
        if before.endswith(("到", "至", "自", "在")) and after[:1] in ("", "\n", ",", "。", ";"):
            return True
        if _LATIN.match(after) or not _HAN.match(after):
            return False
        line = self._line(atom.start)
        if line < LINE and not self.folded[:line].strip() and "\n" in self.folded[atom.end : atom.end + _TITLE_AFTER]:
            return True
        head = before.rstrip(" ")
        return not head or head[-1] in "\n《【"

    # --- durations

    def _recent(self, parts: Sequence[tuple[Decimal, str]], before: str, after: str) -> bool:
        """近 before a duration means the last years where something has gone on; before 新高 or hours it is a hedge."""
        if parts[0][1] not in ("Y", "M", "W", "Q", "D") or before.rstrip().endswith(context().not_after["nearly"]):
            return False
        return _RECORD.match(after) is None

    def _counts(self, atom: Atom, start: int, end: int) -> bool:
        """Whether a counted unit is a duration in running text."""
        if not atom.parts or not atom.word:
            return False
        if self.whole:
            return True
        before = self.folded[max(0, start - 6) : start]
        after = self.folded[end : end + 4]
        text = self.folded[start:end]
        if text[0] == "几" and text[1:2] not in ("十", "百", "千"):
            return after.startswith("内") or bool(context().prefix.search(before) and after.startswith("间"))
        if before.endswith(("第", "星期")) or text.endswith("周年") or after.startswith(("线", "均线")):
            return False
        if atom.word == "Y":
            return self._counts_years(before, end)
        if atom.word == "D":
            return not (text == "一天" and not self._not_before("one_day", end)) and not (
                before[-1:].isascii() and before[-1:].isalpha()
            )
        return not (atom.word == "TS" and text[-1] == "秒" and not self._not_before("second", end))

    def _counts_years(self, before: str, end: int) -> bool:
        """20年 counts no years before the name of a liquor or 级, nor behind 这."""
        listed = _VINTAGES.match(self.folded, end)
        if self.folded.startswith(context().vintage, listed.end() if listed else end):
            return context().lasting.search(before) is not None
        return not before.endswith(context().not_after["vague"])
