"""From phrases to days: dates against the article's day, the period in force and the company's fiscal calendar.

What cannot be resolved stays without days. Phrases are resolved in text order, because each can set the period in force.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from claimx.extract.time_atoms import Atom
from claimx.extract.time_calendar import (
    Interval,
    add_months,
    iso_duration,
    length_in_months,
    month_start,
    months,
    move,
    moved_by,
    shift,
    week,
    years,
)
from claimx.extract.time_open import Opener
from claimx.extract.time_phrases import SAME, Phrase
from claimx.model import Grain

_GRAINS: dict[str, Grain] = {
    "Y": "year",
    "M": "month",
    "Q": "quarter",
    "W": "week",
    "D": "day",
    "TH": "hour",
    "TM": "minute",
    "T15": "minute",
    "TS": "second",
    "C": "century",
}
_GRAINS_BY_ISO: dict[str, Grain] = {"Y": "year", "M": "month", "W": "week", "D": "day", "H": "hour", "S": "second"}
_ATOM_GRAINS: tuple[tuple[str, Grain], ...] = (
    ("day", "day"), ("date", "day"), ("md", "day"), ("clock", "day"), ("holiday", "day"), ("lunar", "day"), ("week", "week"),
    ("month", "month"), ("ym", "month"), ("quarter", "quarter"), ("latin_q", "quarter"), ("season", "quarter"), ("half", "half"),
    ("latin_h", "half"), ("decade", "decade"), ("century", "century"), ("year", "year"), ("fyear", "year"),
)  # fmt: skip


class Resolved(NamedTuple):
    """Days and grain of a date, or the ISO value of a duration or repetition."""

    interval: Interval | None = None
    value: str | None = None
    grain: Grain | None = None


class Resolver(Opener):
    """Resolves the phrases of one text in order."""

    def resolve(self, phrase: Phrase) -> Resolved:
        """The days or value of ``phrase``; dates become what later words refer to."""
        self.position = phrase.start
        if phrase.kind == "duration":
            value = iso_duration(list(phrase.parts))
            return Resolved(None, value, _grain_of(phrase.parts))
        if phrase.kind == "set":
            atom = phrase.atoms[0]
            value = f"R/{atom.word}" if atom.kind == "set" else None
            if value is None:
                iso = iso_duration(list(phrase.parts))
                value = f"R/{iso}" if iso else None
            return Resolved(
                None, value, _grain_of(phrase.parts) if phrase.parts else _GRAINS_BY_ISO.get(atom.word[-1:], "day")
            )
        self.future = self._looks_ahead(phrase)
        if phrase.kind == "moved":
            interval = self._moved(phrase)
        elif phrase.kind == "span_end":
            interval = self._until(phrase)
        elif phrase.kind == "range":
            interval = self._range(phrase)
        else:
            interval = self.chain(phrase.atoms)
        if interval is not None and interval.begin and interval.until and interval.begin >= interval.until:
            interval = None
        if interval is not None:
            self._remember(phrase, interval)
        return Resolved(interval, None, interval.grain if interval else _grain_of_atoms(phrase.atoms))

    def _moved(self, phrase: Phrase) -> Interval | None:
        day = self.day
        if phrase.sign > 0 and self.force and self.force.begin and not self.whole:
            later = moved_by(self.force.begin, list(phrase.parts), 1)
            if day is None or (later and later.begin and later.begin <= day and self.force.begin < day):
                day = self.force.begin
        if day is None:
            return None
        if phrase.sign < 0 and not phrase.atoms and not self.whole and len(phrase.parts) == 1:
            number, unit = phrase.parts[0]
            if unit == "Y" and number in (1, 2, 3):  # as long ago, for the month or quarter spoken of
                period = self.period
                size = length_in_months(period) if period else 0
                told = self.folded.startswith(("为", "是", "仅", "还", "仍"), phrase.end)
                near = size in (1, 3) and (told or not self._newline_since())
                if period and (near or (0 < size <= 6 and self._compared(phrase.start))):
                    return move(period, -12 * int(number))
                if number == 1:
                    return months(day.year - 1, day.month, 1, "month")
        found = moved_by(day, list(phrase.parts), phrase.sign)
        if found is None or not phrase.atoms:
            return found
        base = years(found.begin.year) if found.begin else None
        return self.chain(phrase.atoms, base)

    def _until(self, phrase: Phrase) -> Interval | None:
        """截至6月底止三个月: the months that end with that day or month."""
        stop = self.chain(phrase.atoms)
        if stop is None or stop.until is None:
            return None
        size = sum(int(number * {"Y": 12, "Q": 3, "M": 1}.get(unit, 0)) for number, unit in phrase.parts)
        until = stop.until
        if size:
            if until.day != 1:
                return Interval(add_months(until, -size), until, "month")
            begin = month_start(until.year, until.month - size)
            grain: Grain = {3: "quarter", 6: "half", 12: "year"}.get(size, "month")  # type: ignore[assignment]
            return Interval(begin, until, grain) if begin else None
        count = sum(int(number * {"W": 7, "D": 1}.get(unit, 0)) for number, unit in phrase.parts)
        return Interval(shift(until, -count), until, "day") if count else None

    def _range(self, phrase: Phrase) -> Interval | None:
        first = self.chain(phrase.atoms)
        if first is None or first.begin is None:
            return None
        if not phrase.to:
            until = shift(self.day, 1) if self.day else None
            return Interval(first.begin, until, first.grain) if until and until > first.begin else None
        base = self._shared(phrase.atoms, phrase.to, first)
        second = self.chain(phrase.to, base)
        if second is None or second.until is None:
            return None
        if second.until <= first.begin and not _has_year(phrase.to):
            later = move(second, 12 if _level_kind(phrase.to[0]) != "day" else 1)
            second = later if later else second
        if second.until is None or second.until <= first.begin:
            return None
        return Interval(
            first.begin,
            second.until,
            second.grain
            if second.grain == first.grain
            else "day"
            if "day" in (first.grain, second.grain)
            else second.grain,
        )

    def _shared(self, atoms: Sequence[Atom], to: Sequence[Atom], first: Interval) -> Interval | None:
        """What the end of a range takes from its beginning: its month for a day, its year for the rest."""
        if first.begin is None or _has_year(to) or to[0].kind.endswith(("_rel", "date")):
            return None
        kind = to[0].kind
        if kind in ("day", "days"):
            return months(first.begin.year, first.begin.month, 1, "month")
        if kind in ("clock", "daypart", "daypart_short"):
            return first
        if kind in ("weekday",) and not to[0].mark:
            return week(first.begin)
        if kind in ("month", "months", "quarter", "quarters", "half", "season", "holiday", "lunar"):
            return years(first.begin.year)
        return None

    def chain(self, atoms: Sequence[Atom], base: Interval | None = None) -> Interval | None:
        """The days of a chain, each atom narrowing what those before it say."""
        interval = base
        started = base is not None
        for number, atom in enumerate(atoms):
            following = atoms[number + 1] if number + 1 < len(atoms) else None
            if number and interval is not None and atom.kind in SAME:
                interval = self._same_period(interval, atoms[number - 1], atom.kind)
                continue
            interval = self.refine(interval, atom) if started and interval is not None else self.first(atom, following)
            if interval is None:
                return None
            started = True
        return interval

    def _same_period(self, base: Interval, atom: Atom, kind: str) -> Interval | None:
        """去年同期, 上年同月: the period in force, as many years off as ``atom`` says."""
        period = self.period
        if kind == "same_month":
            period = self._first_month_ctx(atom._replace(value=0))
        elif kind == "same_quarter":
            period = self._first_quarter_ctx(atom._replace(value=0))
        if period is None or period.begin is None or base.begin is None:
            return None
        if atom.kind in ("year_rel", "year_prev", "year_ctx"):
            return move(period, 12 * atom.value)
        return move(period, 12 * (base.begin.year - period.begin.year))


def _grain_of(parts: Sequence[tuple[object, str]]) -> Grain | None:
    return _GRAINS.get(parts[-1][1]) if parts else None


def _grain_of_atoms(atoms: Sequence[Atom]) -> Grain:
    """The grain of what has no days."""
    for atom in reversed(atoms):
        for name, grain in _ATOM_GRAINS:
            if name in atom.kind:
                return grain
    return "month" if atoms and atoms[0].kind.startswith("period") else "year"


def _has_year(atoms: Sequence[Atom]) -> bool:
    return any(
        atom.kind in ("year", "years", "yy", "roc", "bare", "date", "ym", "fyear", "year_rel", "yyears")
        or (atom.kind.startswith("latin") and atom.word)
        for atom in atoms
    )


def _level_kind(atom: Atom) -> str:
    return "day" if atom.kind in ("day", "days", "date") else "other"
