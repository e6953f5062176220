"""What a reader has in mind at some point of the text: the sentence at hand, the names met so far, the draft before."""

from __future__ import annotations

from collections import Counter

from claimx.claims.cues import cue_words
from claimx.claims.draft import Draft
from claimx.claims.frame import Clause, Frame, between
from claimx.claims.phrases import head_phrase
from claimx.claims.sources import Source
from claimx.extract.metrics import MetricMention
from claimx.model import Mention, Span, Time

_REMEMBERED = 5  # distinct names of earlier sentences that may still be meant


class Reader:
    """Moves through a frame clause by clause; sentence lists are those of the clause last entered."""

    def __init__(self, frame: Frame, sources: list[Source]) -> None:
        self.frame = frame
        self.sources = sources
        self.speaking = {source.span.start for source in sources if source.span.text}
        self.counts = Counter(entity(mention) for mention in frame.mentions)
        orgs = Counter(entity(mention) for mention in frame.mentions if mention.kind == "organization")
        self.main = orgs.most_common(1)[0][0] if orgs else None
        first = frame.sentences[0].end if frame.sentences else 0
        self.headline = next((m for m in frame.mentions if m.start < first and m.kind == "organization"), None)
        self.previous: Draft | None = None
        self.recent: list[Mention] = []
        self.recent_times: list[Time] = []
        self.sentence = -1
        self.names: list[Mention] = []
        self.metrics: list[MetricMention] = []
        self.times: list[Time] = []
        self.heads: dict[int, Span | None] = {}

    def enter(self, clause: Clause) -> None:
        """Moves on to ``clause``."""
        if clause.sentence == self.sentence:
            return
        for name in self.names:
            key = entity(name)
            self.recent = [other for other in self.recent if entity(other) != key][-_REMEMBERED + 1 :] + [name]
        self.recent_times = (self.recent_times + self.times)[-3:]
        frame = self.frame
        self.sentence = clause.sentence
        sentence = frame.sentences[clause.sentence]
        self.names = between(frame.mentions, sentence.start, sentence.end)
        self.metrics = between(frame.metrics, sentence.start, sentence.end)
        self.times = between(frame.times, sentence.start, sentence.end)
        self.heads = {}

    def head(self, clause: Clause) -> Span | None:
        """The noun phrase that opens ``clause``, known name or not."""
        if clause.index not in self.heads:
            self.heads[clause.index] = head_phrase(self.frame, clause, clause.start)
        return self.heads[clause.index]


def entity(mention: Mention) -> str:
    """What makes two mentions the same thing: the id, else the name."""
    return mention.id or mention.name


def follows(frame: Frame, position: int, words: frozenset[str]) -> str | None:
    """The longest of ``words`` that ends right before ``position`` (spaces and quote marks aside), else None."""
    head = frame.folded[max(0, position - 8) : position].rstrip(" \"'“”「『《‘")
    for size in range(min(5, len(head)), 0, -1):
        if head[-size:] in words:
            return head[-size:]
    return None
