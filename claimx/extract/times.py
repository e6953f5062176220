"""Calendar dates, periods, durations and frequencies of a text, resolved against its day and what it has said before.

The rules are those of GUIDELINES B. Atoms are scanned (:mod:`claimx.extract.time_atoms`), joined to phrases
(:mod:`claimx.extract.time_parse`) and resolved in order (:mod:`claimx.extract.time_resolve`); the words are in
``lexicon/times.tsv``, ``time_units.tsv``, ``time_context.toml``, ``holidays.tsv``, ``time_eras.tsv`` and ``fiscal.toml``.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence

from claimx.errors import InvalidOption
from claimx.extract.time_atoms import Atom
from claimx.extract.time_calendar import Interval
from claimx.extract.time_parse import Reader
from claimx.extract.time_phrases import Phrase
from claimx.extract.time_resolve import Resolver
from claimx.extract.time_scan import find_atoms
from claimx.model import Mention, Time
from claimx.source.text import Text

_LONG_NUMBERS = frozenset(("year", "years", "fyear", "date", "count", "month", "months", "day"))
_LONGEST = 60  # code points of a text that may be one time phrase and nothing else
_LEAD = re.compile(r"(?:自从|自|从|由|截止到|截止至|截止|截至|直到|到|至|在|于)? ?")
_SINCE = re.compile(r" ?(?:以来|开始|起|始)")
_BOUND = re.compile(r" ?(?:或|及|和)?(?:之前|以前|前|之后|以后|后)")
_INCLUSIVE = re.compile(r" ?(?:或|及)(?:之前|以前|之后|以后)")
_STOP = re.compile(r" ?止")
_WITHIN = re.compile(r" ?(?:之内|以内|内|期间|间|左右|前后|里)")
_TAILS = (_STOP, _SINCE, _BOUND, _WITHIN)


def find_times(
    source: Text | str,
    reference_date: datetime.date | str | None = None,
    blocked: Sequence[tuple[int, int]] = (),
    mentions: Sequence[Mention] = (),
) -> list[Time]:
    """Every date, period, duration and frequency of ``source``, in text order and without overlaps. Never raises on any text.

    ``reference_date`` is the day the text speaks from; ``blocked`` are sorted spans of names in which no time may lie;
    ``mentions`` say whose fiscal year a fiscal quarter belongs to. A text that is nothing but one time phrase is read with
    the prepositions around it (自2018年以来); in running text they stay outside.
    """
    text = Text(source) if isinstance(source, str) else source
    day = _day(reference_date)
    folded = text.folded
    if len(folded) <= _LONGEST:
        only = _whole(text, day, mentions)
        if only is not None:
            return [only]
    reader = Reader(folded, _outside(find_atoms(folded), blocked, mentions), whole=False)
    resolver = Resolver(folded, day, mentions, whole=False)
    found: list[Time] = []
    for phrase in reader.phrases():
        bound = _INCLUSIVE.match(folded, phrase.end) if phrase.kind == "date" else None
        time = _time(text, resolver, _bounded(phrase, bound) if bound else phrase)
        if time is not None:
            found.append(time)
    return found


def parse_time(phrase: str, reference_date: datetime.date | str | None = None) -> Time | None:
    """The time that the whole of ``phrase`` states, prepositions included; None where it is no time.

    Raises :class:`claimx.errors.InvalidOption` where ``phrase`` is no string.
    """
    if not isinstance(phrase, str):
        raise InvalidOption(f"parse_time wants a string, not {type(phrase).__name__}; pass the phrase itself.")
    return _whole(Text(phrase), _day(reference_date), ())


def _day(value: datetime.date | str | None) -> datetime.date | None:
    if isinstance(value, datetime.datetime):
        return value.date()
    if value is None or isinstance(value, datetime.date):
        return value
    try:
        return datetime.datetime.fromisoformat(value.strip()).date()
    except ValueError:
        raise InvalidOption(f"{value!r} is no date; give the reference date as YYYY-MM-DD.") from None


def _outside(atoms: list[Atom], blocked: Sequence[tuple[int, int]], mentions: Sequence[Mention]) -> list[Atom]:
    """Atoms outside names. A name of no known thing that is a fiscal period (Q2-Q3), or whose number goes on to be a
    year or a count (小米2025至2027年), is no name."""
    named = [
        one
        for one in mentions
        if (one.id or one.kind != "segment") and not (one.kind == "index" and "年期" in one.text)
    ]
    hidden = {(one.start, one.end) for one in mentions} - {(one.start, one.end) for one in named}
    spans = sorted({*(set(blocked) - hidden), *((one.start, one.end) for one in named)})
    known = {(one.start, one.end) for one in mentions if one.id}
    kept, at = [], 0
    for atom in atoms:
        while at < len(spans) and spans[at][1] <= atom.start:
            at += 1
        if at < len(spans) and spans[at][0] < atom.end:
            start, end = spans[at]
            covers = (
                atom.start <= start and end <= atom.end and (start, end) not in known and atom.kind.startswith("latin")
            )
            beyond = start < atom.start and end < atom.end and atom.kind in _LONG_NUMBERS
            if not covers and not beyond:
                continue
        kept.append(atom)
    return kept


def _whole(text: Text, day: datetime.date | None, mentions: Sequence[Mention]) -> Time | None:
    """The one time that all of ``text`` is, or None."""
    folded = text.folded
    first, stop = len(folded) - len(folded.lstrip()), len(folded.rstrip())
    atoms = find_atoms(folded)
    phrases = Reader(folded, atoms, whole=True).phrases() if atoms else []
    if len(phrases) != 1:
        return None
    phrase = phrases[0]
    lead = _LEAD.fullmatch(folded, first, phrase.start)
    if lead is None:
        return None
    begin = phrase.start if lead.group() in ("在", "于") else first
    if phrase.end != stop:
        pattern, match = next(
            ((one, found) for one in _TAILS if (found := one.fullmatch(folded, phrase.end, stop))), (None, None)
        )
        if match is None:
            return None
        if pattern is _SINCE:
            phrase = phrase._replace(open_side="until")
        elif pattern is _BOUND and phrase.kind == "date" and phrase.atoms[0].kind != "years":
            phrase = _bounded(phrase, match)
    return _time(text, Resolver(folded, day, mentions, whole=True), phrase._replace(start=begin, end=stop))


def _bounded(phrase: Phrase, match: re.Match[str]) -> Phrase:
    """``phrase`` with the open side that 之前 or 之后 behind it means."""
    word = match.group()
    side = "begin" if "前" in word else "until" if word.lstrip()[0] in "或及" else "after"
    return phrase._replace(end=match.end(), open_side=side)


def _time(text: Text, resolver: Resolver, phrase: Phrase) -> Time | None:
    """The time that ``phrase`` is; None for a duration or repetition of nothing (0天)."""
    found = resolver.resolve(phrase)
    interval = found.interval
    if interval is not None and phrase.open_side and phrase.kind == "date":
        if phrase.open_side == "begin":
            interval = Interval(None, interval.begin, interval.grain)
        else:
            later = phrase.open_side == "after" and interval.grain != "day"
            interval = Interval(interval.until if later else interval.begin, None, interval.grain)
    start, end = phrase.start, phrase.end
    if phrase.kind in ("duration", "set") and found.value is None:
        return None
    kind = phrase.kind if phrase.kind in ("duration", "set") else "date"
    begin, until = (interval.begin, interval.until) if interval else (None, None)
    return Time(start, end, text.raw[start:end], kind, begin, until, found.value, found.grain, phrase.anchor)
