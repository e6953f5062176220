"""What the claim stage sees: the sentences and clauses of a text, each with the things that were found in it.

Everything is found once over the whole text and then handed out to clauses by a moving index, so the cost is linear.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Protocol, TypeVar

import msgspec

from claimx.claims.cues import CueHit, cue_behind, find_cues
from claimx.extract.metrics import MetricMention, MetricTable, find_metrics
from claimx.model import Document, Mention, Quantity, Sentence, Time
from claimx.source.segment import split_clauses
from claimx.source.text import Text


class Spanned(Protocol):
    """Anything with a half-open span."""

    @property
    def start(self) -> int:
        """First code point."""
        ...

    @property
    def end(self) -> int:
        """One past the last code point."""
        ...


S = TypeVar("S", bound=Spanned)


_OPEN = "([【"
_CLOSE = ")]】"
_FIRST_NAMES = 3
# code points; real ones are shorter, and work within one grows with its square
_LONGEST_SENTENCE = 1200
_LONGEST_CLAUSE = 240


class Clause(msgspec.Struct):
    """A stretch between clause marks, with what lies in it; ``bracket`` when it stands in round brackets.

    Brackets cut a clause but not what is said: its parts and the brackets in it share one ``line`` number.
    """

    index: int
    start: int
    end: int
    sentence: int
    paragraph: int
    bracket: bool
    line: int = 0
    quantities: list[Quantity] = []
    times: list[Time] = []
    mentions: list[Mention] = []
    metrics: list[MetricMention] = []
    cues: list[CueHit] = []


class Frame:
    """A document laid out for the claim stage; ``table`` finds metrics in place of the lexicon's matcher."""

    def __init__(self, source: Text, document: Document, table: MetricTable | None = None) -> None:
        self.raw = source.raw
        self.folded = source.folded
        self.document = document
        self.quantities = Row(document.quantities)
        self.times = Row(document.times)
        self.mentions = Row(document.mentions)
        values = sorted((item.start, item.end) for item in [*self.quantities, *self.times])
        self.metrics = Row(find_metrics(source, values, table))
        self.cues = _outside(find_cues(source), [(m.start, m.end) for m in self.mentions], values)
        solid = sorted([*values, *((m.start, m.end) for m in self.mentions)])
        self.sentences = [part for sentence in document.sentences for part in _parts(source, sentence, solid)]
        self.clauses: list[Clause] = []
        self.names_at = {name.start: name for name in self.mentions}
        self.times_at = {time.start: time for time in self.times}
        self._earlier: dict[int, list[Clause]] = {}
        self._paragraphs: dict[int, list[Mention]] | None = None
        self._first_dates: dict[int, Time] | None = None
        for number, sentence in enumerate(self.sentences):
            for start, end, bracket in _clauses(source, sentence, solid):
                clause = Clause(len(self.clauses), start, end, number, sentence.paragraph, bracket)
                clause.line = self._line(clause)
                self.clauses.append(clause)
        self._starts = [clause.start for clause in self.clauses]
        for name in ("quantities", "times", "mentions", "metrics", "cues"):
            self._hand_out(name, getattr(self, name))

    def _line(self, clause: Clause) -> int:
        """The line of the clause before where only a bracket parts them, else the next one."""
        if not self.clauses:
            return 0
        last = self.clauses[-1]
        mark = self.folded[clause.start - 1]
        goes_on = clause.bracket or mark in "()"
        return last.line if goes_on and last.sentence == clause.sentence else last.line + 1

    def line_names(self, clause: Clause) -> list[Mention]:
        """The names of the clause's line outside of its brackets, in order, up to the clause's end."""
        index = clause.index
        while index > 0 and self.clauses[index - 1].line == clause.line:
            index -= 1
        parts = [part for part in self.clauses[index : clause.index + 1] if part is clause or not part.bracket]
        return [name for part in parts for name in part.mentions]

    def _hand_out(self, name: str, items: Sequence[Spanned]) -> None:
        for clause in self.clauses:
            setattr(clause, name, [])
        index = 0
        for item in items:
            while index + 1 < len(self.clauses) and self.clauses[index + 1].start <= item.start:
                index += 1
            if self.clauses and self.clauses[index].start <= item.start < self.clauses[index].end:
                getattr(self.clauses[index], name).append(item)

    def clause_at(self, position: int) -> Clause | None:
        """The clause that holds ``position``."""
        index = bisect_right(self._starts, position) - 1
        if index < 0 or position >= self.clauses[index].end:
            return None
        return self.clauses[index]

    def sentence_clauses(self, clause: Clause) -> list[Clause]:
        """All clauses of the clause's sentence, in order."""
        first = last = clause.index
        while first > 0 and self.clauses[first - 1].sentence == clause.sentence:
            first -= 1
        while last + 1 < len(self.clauses) and self.clauses[last + 1].sentence == clause.sentence:
            last += 1
        return self.clauses[first : last + 1]

    def earlier(self, clause: Clause) -> list[Clause]:
        """The clauses of the same sentence before ``clause``, nearest first."""
        known = self._earlier.get(clause.index)
        if known is None:
            first = last = clause.index
            while first > 0 and self.clauses[first - 1].sentence == clause.sentence:
                first -= 1
            known = self._earlier[clause.index] = self.clauses[first:last][::-1]
        return known

    def paragraph_names(self, paragraph: int) -> list[Mention]:
        """The first few organizations and persons of a paragraph."""
        if self._paragraphs is None:
            self._paragraphs = {}
            for clause in self.clauses:
                row = self._paragraphs.setdefault(clause.paragraph, [])
                if len(row) < _FIRST_NAMES:
                    row += [name for name in clause.mentions if name.kind in ("organization", "person")]
        return self._paragraphs.get(paragraph, [])

    def first_dates(self, paragraph: int) -> tuple[Time | None, Time | None]:
        """The first resolved dates of the text and of ``paragraph``."""
        if self._first_dates is None:
            self._first_dates = {}
            for clause in self.clauses:
                if clause.times and clause.paragraph not in self._first_dates:
                    dated = next((time for time in clause.times if time.begin is not None), None)
                    if dated is not None:
                        self._first_dates[clause.paragraph] = dated
        return next(iter(self._first_dates.values()), None), self._first_dates.get(paragraph)

    def following(self, clause: Clause) -> Clause | None:
        """The next clause of the same sentence."""
        index = clause.index + 1
        if index < len(self.clauses) and self.clauses[index].sentence == clause.sentence:
            return self.clauses[index]
        return None


def entity(mention: Mention) -> str:
    """What makes two mentions the same thing: the id, else the name."""
    return mention.id or mention.name


def overlap(left: Spanned, right: Spanned) -> bool:
    """Whether two spans share a code point."""
    return left.start < right.end and right.start < left.end


class Row(list[S]):
    """A list sorted by start, with the starts beside it for quick look-ups; it is not changed once made."""

    __slots__ = ("starts",)

    def __init__(self, items: Iterable[S]) -> None:
        super().__init__(items)
        self.starts = [item.start for item in self]


def between(items: Sequence[S], start: int, end: int) -> list[S]:
    """The items of a sorted list that lie within [start, end)."""
    if type(items) is Row:
        first = bisect_left(items.starts, start)
        last = bisect_left(items.starts, end, first)
        return [item for item in items[first:last] if item.end <= end] if first < last else []
    return [item for item in items if start <= item.start and item.end <= end]  # a clause holds few


def before(items: Row[S], position: int, count: int) -> list[S]:
    """The last ``count`` items that end at or before ``position``."""
    index = bisect_left(items.starts, position)
    return [item for item in items[max(0, index - count) : index] if item.end <= position]


def _outside(cues: list[CueHit], names: list[tuple[int, int]], values: list[tuple[int, int]]) -> list[CueHit]:
    """Cues that do not lie inside a name or a value."""
    solid = sorted([*names, *values])
    kept = []
    index = 0
    for cue in cues:
        while index < len(solid) and solid[index][1] <= cue.start:
            index += 1
        if index < len(solid) and solid[index][0] <= cue.start:
            rest = cue_behind(cue, solid[index][1])  # 2024年12月季报|显示
            if rest is not None:
                kept.append(rest)
            continue
        kept.append(cue)
    return kept


def _parts(source: Text, sentence: Sentence, solid: list[tuple[int, int]]) -> list[Sentence]:
    """A sentence as it is, or in parts where it is longer than any real one: work within a sentence is bounded."""
    if sentence.end - sentence.start <= _LONGEST_SENTENCE:
        return [sentence]
    edges = [sentence.start]
    while sentence.end - edges[-1] > _LONGEST_SENTENCE:
        edges.append(_outside_of(solid, edges[-1] + _LONGEST_SENTENCE, sentence.end))
    if edges[-1] < sentence.end:
        edges.append(sentence.end)
    return [Sentence(a, b, source.raw[a:b], sentence.paragraph) for a, b in pairwise(edges)]


def _outside_of(solid: list[tuple[int, int]], position: int, limit: int) -> int:
    """``position``, or where the found item that holds it ends."""
    index = bisect_left(solid, (position, 0)) - 1
    while 0 <= index < len(solid) and solid[index][0] < position:
        position = max(position, solid[index][1])
        index += 1
    return min(position, limit)


def _clauses(source: Text, sentence: Sentence, solid: list[tuple[int, int]]) -> list[tuple[int, int, bool]]:
    """Half-open clause spans of a sentence: split at clause marks and brackets, never inside a found item."""
    folded = source.folded
    cuts = {part.start for part in split_clauses(source, sentence.start, sentence.end)}
    opened: dict[int, bool] = {}
    depth = 0
    for position in range(sentence.start, sentence.end):
        char = folded[position]
        if char in _OPEN or char in _CLOSE:
            if char in "()":
                depth = depth + 1 if char == "(" else max(0, depth - 1)
                opened[position + 1] = depth > 0
            cuts.add(position + 1)
    for start, end in solid[max(0, bisect_left(solid, (sentence.start, 0)) - 1) :]:
        if start >= sentence.end:
            break
        cuts.difference_update(range(start + 1, end))
    for position in range(sentence.start + _LONGEST_CLAUSE, sentence.end, _LONGEST_CLAUSE):
        if not any(position - _LONGEST_CLAUSE < cut <= position for cut in cuts):
            cuts.add(_outside_of(solid, position, sentence.end))
    edges = [sentence.start, *sorted(cut for cut in cuts if sentence.start < cut < sentence.end), sentence.end]
    spans = []
    bracket = False
    for start, end in pairwise(edges):
        bracket = opened.get(start, bracket)
        spans.append((start, end, bracket))
    return spans
