"""What a reader has in mind at some point of the text: the sentence at hand, the names met so far, the draft before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property

from claimx.claims.cues import CueHit, cue_words
from claimx.claims.draft import Draft, Option
from claimx.claims.frame import Clause, Frame, Row, S, between, entity, overlap
from claimx.claims.nouns import Noun, noun_phrases
from claimx.claims.phrases import head_phrase, opener_at
from claimx.claims.sources import Source
from claimx.extract.metrics import MetricMention
from claimx.model import Mention, Sentence, Span, Time

_TAIL = 10  # code points between two members of a row
_REMEMBERED = 5  # distinct names of earlier sentences that may still be meant
_PAST = 4  # distinct metrics, subjects, periods and sources of earlier values that may hold again


class Reader:
    """Moves through a frame clause by clause; sentence lists are those of the clause last entered."""

    def __init__(self, frame: Frame, sources: list[Source]) -> None:
        self.frame = frame
        self.sources = sources
        self.speaking = {source.span.start for source in sources if source.span.text}
        self.previous: Draft | None = None
        self.drafts: dict[tuple[str, str], Draft] = {}
        self.past: dict[str, list[Draft]] = {role: [] for role in ("metric", "subject", "period", "attribution")}
        self.recent: list[Mention] = []
        self.opened: Mention | None = None
        self.pronoun: Span | None = None
        self.pronoun_sentence = -1
        self.pronouns: list[CueHit] = []
        self.last_metrics: list[MetricMention] = []
        self.recent_times: list[Time] = []
        self.sentence = -1
        self.opening = ""
        self.names: Row[Mention] = Row([])
        self.metrics: Row[MetricMention] = Row([])
        self.times: Row[Time] = Row([])
        self.heads: dict[int, Span | None] = {}
        self._nouns: list[Noun] | None = None
        self.told: dict[tuple[str | int, ...], list[str]] = {}  # features that no draft changes, by what and place

    # of the whole text, and only found where asked for: the pass over sources needs none of it

    @cached_property
    def counts(self) -> Counter[str]:
        """How often each thing is named."""
        return Counter(entity(mention) for mention in self.frame.mentions)

    @cached_property
    def _most_named(self) -> tuple[str | None, int]:
        orgs = Counter(entity(mention) for mention in self.frame.mentions if mention.kind == "organization")
        return orgs.most_common(1)[0] if orgs else (None, 0)

    @property
    def main(self) -> str | None:
        """The company named most."""
        return self._most_named[0]

    @property
    def main_count(self) -> int:
        """How often that company is named; 0 where there is none."""
        return self._most_named[1]

    @cached_property
    def headline(self) -> Mention | None:
        """The first company of the first sentence."""
        first = self.frame.sentences[0].end if self.frame.sentences else 0
        return next((m for m in self.frame.mentions if m.start < first and m.kind == "organization"), None)

    @cached_property
    def named(self) -> int:
        """How many companies, two at most, are named before the text first says 公司, 集团 …: none of them may be meant."""
        frame = self.frame
        first = next((cue.start for cue in frame.cues if cue.plays("pronoun.company")), len(frame.raw))
        named = {entity(name) for name in frame.mentions if name.kind == "organization" and name.end <= first}
        return min(len(named), 2)

    def enter(self, clause: Clause) -> None:
        """Moves on to ``clause``."""
        for cue in self.pronouns:
            self.pronoun = Span(cue.start, cue.end, self.frame.raw[cue.start : cue.end])
            self.pronoun_sentence = self.sentence
        self.pronouns = [cue for cue in clause.cues if cue.plays("pronoun.company")]
        if clause.sentence == self.sentence:
            return
        for name in self.names:
            key = entity(name)
            self.recent = [*[other for other in self.recent if entity(other) != key][-_REMEMBERED + 1 :], name]
        self.opened = next((name for name in self.names if name.kind in ("organization", "segment", "product")), None)
        if self.metrics:
            self.last_metrics = [metric for metric in self.metrics if not metric.weak][-4:]
        self.recent_times = (self.recent_times + self.times)[-3:]
        frame = self.frame
        self.sentence = clause.sentence
        sentence = frame.sentences[clause.sentence]
        self.names = Row(between(frame.mentions, sentence.start, sentence.end))
        self.metrics = Row(between(frame.metrics, sentence.start, sentence.end))
        self.times = Row(between(frame.times, sentence.start, sentence.end))
        self.heads = {}
        self._nouns = None
        self.opening = _opening(frame, sentence)

    def passed(self, draft: Draft) -> None:
        """Remembers ``draft`` as the one before the next, and what it fills its roles with."""
        self.previous = draft
        for role, drafts in self.past.items():
            span = getattr(draft, role)
            if span is not None:
                kept = [other for other in drafts if getattr(other, role).text != span.text]
                self.past[role] = [*kept[-_PAST + 1 :], draft]
        if draft.quantity is not None:
            self.drafts[draft.quantity.kind, draft.measure] = draft

    def alike(self, draft: Draft) -> Draft | None:
        """The last draft of the same kind of value and measure, unless it lies more than a few sentences back."""
        assert draft.quantity is not None
        other = self.drafts.get((draft.quantity.kind, draft.measure))
        return other if other is not None and draft.clause.sentence - other.clause.sentence <= _REMEMBERED else None

    def head(self, clause: Clause) -> Span | None:
        """The noun phrase that opens ``clause``, known name or not."""
        if clause.index not in self.heads:
            self.heads[clause.index] = head_phrase(self.frame, clause, clause.start)
        return self.heads[clause.index]

    def nouns(self) -> list[Noun]:
        """The noun phrases of the sentence."""
        if self._nouns is None:
            self._nouns = noun_phrases(self.frame, self.frame.sentences[self.sentence])
        return self._nouns


def _opening(frame: Frame, sentence: Sentence) -> str:
    """What a sentence begins with, where that tells whether it goes on: a time, a connective, else nothing."""
    return "time" if sentence.start in frame.times_at else opener_at(frame, sentence.start, sentence.end)


def nearness(draft: Draft, previous: Draft) -> str:
    """How near the draft before is."""
    if previous.clause.sentence == draft.clause.sentence:
        return "sentence"
    return "paragraph" if previous.clause.paragraph == draft.clause.paragraph else "-"


def place(draft: Draft, clause: Clause | None) -> str:
    """Where ``clause`` lies, seen from the draft's own: `same` line, `back1` … `back3` lines before, or `next`."""
    if clause is None:
        return "?"
    back = draft.clause.line - clause.line
    return "same" if back == 0 else f"back{min(back, 3)}" if back > 0 else "next"


def nouns_around(
    reader: Reader, draft: Draft, options: Sequence[Option], count: int
) -> Iterator[tuple[Noun, int, str]]:
    """Noun phrases of the sentence that no option holds any of: of the ``count`` nearest before the value and of the
    next one in its clause, with their rank among these and the side and clause where they stand."""
    start, end = draft.anchor.start, draft.anchor.end
    taken = [option.span for option in options if option.span is not None]
    before = [noun for noun in reader.nouns() if noun.end <= start][: -count - 1 : -1]
    after = [noun for noun in reader.nouns() if noun.start >= end and noun.end <= draft.clause.end][:1]
    for rank, noun in enumerate([*before, *after]):
        if not any(overlap(span, noun) for span in taken):
            side = "before" if noun.end <= start else "after"
            yield noun, min(rank, 4), f"{side} {place(draft, reader.frame.clause_at(noun.start))}"


def follows(frame: Frame, position: int, words: frozenset[str]) -> str | None:
    """The longest of ``words`` that ends right before ``position`` (spaces and quote marks aside), else None."""
    head = frame.folded[max(0, position - 8) : position].rstrip(" \"'“”「『《‘")
    for size in range(min(5, len(head)), 0, -1):
        if head[-size:] in words:
            return head[-size:]
    return None


def last_row(frame: Frame, items: Sequence[S]) -> list[S]:
    """The last run of two or more items that are joined by 、, 和, 及 …"""
    row: list[S] = []
    best: list[S] = []
    for item in items:
        row = [*row, item] if row and _joins(frame.folded[row[-1].end : item.start]) else [item]
        if len(row) > 1:
            best = row
    return best


def _joins(gap: str) -> bool:
    """Whether ``gap`` ends in a joint and holds no other mark: a member may run on past its name (`比亚迪秦 PLUS、`)."""
    gap = gap.strip(" ")
    if len(gap) > _TAIL:
        return False
    for size in (2, 1):
        if gap[-size:] in cue_words("joint.words"):
            rest = gap[:-size]
            return not any(mark in rest for mark in "、,;。:!?()")
    return False
