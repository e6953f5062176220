"""Who and what a value is about: metric, subject and period, by clause structure and what the reader has in mind.

Clauses are read in order. A :class:`Reader` holds the topic, the company, the period and the metric in force; a clause
brings its own or inherits them.
"""

from __future__ import annotations

import datetime
import re

from claimx.claims.cues import CueHit, cue_words
from claimx.claims.draft import Draft
from claimx.claims.frame import Clause, Frame, between
from claimx.extract.metrics import MetricMention
from claimx.model import Mention, Quantity, Span, Time

_CHAIN = re.compile(r"[\s、,/]{0,2}(?:及|和|与|以及|或|、|,|/|暨)?\s?")
_PARTICLES = 3
_SUBJECTS = ("organization", "product", "segment", "index")
_CARRIED = ("financial_result", "operating_metric", "market_position", "market_move", "policy_macro")


class Reader:
    """What a reader has in mind at some point of the text."""

    def __init__(self) -> None:
        self.topic: Span | None = None
        self.company: Span | None = None
        self.place: Span | None = None
        self.period: Time | None = None
        self.metric: MetricMention | None = None
        self.paragraph = -1
        self.sentence = -1
        self.topic_paragraph = -1

    def enter(self, clause: Clause) -> None:
        """Moves on to ``clause``."""
        if clause.paragraph != self.paragraph:
            self.paragraph = clause.paragraph
            if self.company is not None:
                self.topic = self.company
        self.sentence = clause.sentence


def follows(frame: Frame, position: int, words: frozenset[str], reach: int = 1) -> bool:
    """Whether one of ``words`` ends right before ``position`` (spaces and quote marks aside)."""
    head = frame.folded[max(0, position - 8) : position].rstrip(" \"'“”「『《‘")
    return any(head.endswith(word) for word in words)


def subject_mentions(frame: Frame, clause: Clause, end: int) -> list[Mention]:
    """The names of a clause before ``end`` that can be its subject, in order; the strongest reading first."""
    away = cue_words("preposition.words")
    found = []
    for mention in clause.mentions:
        if mention.end > end:
            break
        if mention.kind not in _SUBJECTS:
            continue
        if follows(frame, mention.start, away):
            continue
        if frame.folded.startswith(tuple(cue_words("preposition.after")), mention.end):
            continue
        found.append(mention)
    return found


def read_topic(frame: Frame, reader: Reader, clause: Clause, sources: set[int]) -> None:
    """Updates topic and company from the names and pronouns of ``clause`` up to its first value."""
    end = clause.quantities[0].start if clause.quantities else clause.end
    mentions = [mention for mention in subject_mentions(frame, clause, end) if mention.start not in sources]
    pronouns = [cue for cue in clause.cues if cue.plays("pronoun.company") and cue.end <= end]
    for mention in clause.mentions:
        if mention.kind == "place":
            reader.place = mention
    if mentions:
        first = mentions[0]
        if pronouns and pronouns[0].end <= first.start and _at_head(frame, clause, pronouns[0].start) and first.kind == "organization":
            _pronoun(frame, reader, pronouns[0])
            return
        topic: Mention = first
        for other in mentions[1:]:
            gap = frame.folded[topic.end : other.start]
            if other.kind in ("segment", "product") and gap.strip(" 的") in ("", "旗下", "集团"):
                topic = other
            else:
                break
        reader.topic = topic
        reader.topic_paragraph = clause.paragraph
        if first.kind == "organization":
            reader.company = first
        return
    if pronouns and (_at_head(frame, clause, pronouns[0].start) or clause.quantities):
        _pronoun(frame, reader, pronouns[0])


def _at_head(frame: Frame, clause: Clause, position: int) -> bool:
    head = frame.folded[clause.start : position]
    for time in clause.times:
        if time.end <= position:
            head = head.replace(frame.folded[time.start : time.end], "")
    return len(head.strip()) <= 4


def _pronoun(frame: Frame, reader: Reader, cue: CueHit) -> None:
    if reader.company is None:
        reader.company = Span(cue.start, cue.end, frame.raw[cue.start : cue.end])
    reader.topic = reader.company
    reader.topic_paragraph = reader.paragraph


def chain_before(frame: Frame, items: list[Mention], end: int) -> list[Mention]:
    """The last run of names before ``end`` that are joined by 、, 和, 及 …"""
    run: list[Mention] = []
    best: list[Mention] = []
    for item in items:
        if item.end > end:
            break
        if run and _CHAIN.fullmatch(frame.folded[run[-1].end : item.start]):
            run.append(item)
        else:
            run = [item]
        if len(run) >= 2:
            best = list(run)
    return best


def chain_after(frame: Frame, items: list[Quantity], start: int) -> list[Quantity]:
    """The run of values from ``start`` on that are joined by 、, 和, 及, commas or slashes."""
    run: list[Quantity] = []
    hedge = re.compile(r"(?:[\s、,/]|及|和|与|以及|约|近|逾|超|超过|左右|以上|亦|则为)*")
    for item in items:
        if item.start < start:
            continue
        if run and not hedge.fullmatch(frame.folded[run[-1].end : item.start]):
            break
        run.append(item)
    return run


def pick_metric(frame: Frame, reader: Reader, draft: Draft) -> MetricMention | None:
    """The metric a value measures: right after it, else the nearest before it, else the one in force."""
    quantity = draft.quantity
    assert quantity is not None
    clause = draft.clause
    after = _metric_after(frame, draft)
    before = [metric for metric in clause.metrics if metric.end <= quantity.start]
    if draft.measure == "rank":
        return after or _last_fitting(before, None) or _metric_within(clause, quantity)
    left = _last_fitting(before, quantity if draft.measure == "level" else None)
    if after is not None and (left is None or left.weak or not _adjacent(frame, left.end, quantity.start)):
        return after
    if left is not None and not left.weak:
        return left
    for earlier in frame.earlier(clause):
        noun = _last_fitting([m for m in earlier.metrics if not m.weak], quantity if draft.measure == "level" else None)
        if noun is not None and left is None:
            return noun
        if earlier.sentence != clause.sentence:
            break
    if left is not None:
        return left
    for earlier in frame.earlier(clause):
        weak = _last_fitting(earlier.metrics, quantity if draft.measure == "level" else None)
        if weak is not None:
            return weak
    loose = _metric_within(clause, quantity)
    if loose is not None:
        return loose
    return None


def _metric_within(clause: Clause, quantity: Quantity) -> MetricMention | None:
    nearby = [metric for metric in clause.metrics if metric.start >= quantity.end and metric.start - quantity.end <= 8]
    return nearby[0] if nearby else None


def _adjacent(frame: Frame, end: int, start: int) -> bool:
    return start - end <= 4


def _last_fitting(metrics: list[MetricMention], quantity: Quantity | None) -> MetricMention | None:
    """The last metric, nouns before verbs, that admits the value's kind where one is asked for."""
    fits = [metric for metric in metrics if quantity is None or not metric.kinds or quantity.kind in metric.kinds]
    nouns = [metric for metric in fits if not metric.weak]
    return (nouns or fits or [None])[-1]


def _metric_after(frame: Frame, draft: Draft) -> MetricMention | None:
    """`8000 万元净利润`, `16.4%的市场份额`, `4670万台出货量`."""
    quantity = draft.quantity
    assert quantity is not None
    for metric in draft.clause.metrics:
        if metric.start < quantity.end:
            continue
        gap = frame.folded[quantity.end : metric.start].strip(" ")
        if gap.startswith(("以上", "以下", "左右", "多", "余")):
            gap = gap.lstrip("以上下左右多余")
        if gap in ("", "的") and (draft.measure != "level" or not metric.kinds or quantity.kind in metric.kinds):
            return metric
        return None
    return None


def pick_period(frame: Frame, reader: Reader, draft: Draft) -> Time | None:
    """The time a value holds for: its lead's, its clause's, its sentence's, else the one in force."""
    clause = draft.clause
    position = draft.anchor.start
    own = [time for time in clause.times if time.end <= position and is_period(frame, clause, time)]
    if own:
        return own[-1]
    inside = [time for time in clause.times if time.start >= draft.anchor.end and is_period(frame, clause, time) and time.kind == "date"]
    for earlier in frame.earlier(clause):
        times = [time for time in earlier.times if is_period(frame, earlier, time)]
        if times:
            return times[-1]
    if inside and len(clause.quantities) == 1:
        return inside[0]
    return None


def is_period(frame: Frame, clause: Clause, time: Time) -> bool:
    """Whether a time can say when a value holds; comparators, starting points and publication days cannot."""
    if follows(frame, time.start, cue_words("period.not_after")):
        return False
    rest = frame.folded[time.end : time.end + 12]
    if rest.lstrip(" ").startswith(tuple(cue_words("period.not_before"))):
        return False
    if time.kind == "duration":
        return time.anchor is not None or rest.startswith(("内", "来"))
    if time.grain in ("day", "hour", "minute", "second") and not follows(frame, time.start, cue_words("period.until")):
        verbs = [cue for cue in between(clause.cues, time.end, clause.end) if cue.plays("speech.publish") or cue.plays("speech.say")]
        if verbs and verbs[0].start - time.end <= 12:
            return False
        if rest.lstrip(" )").startswith(tuple(cue_words("period.dateline"))):
            return False
    return True


def span_of(item: Mention | Time | MetricMention | Span) -> Span:
    """The bare span of an item."""
    return Span(item.start, item.end, item.text)


def year_before(day: datetime.date) -> datetime.date:
    """The same day a year earlier (29 February becomes the 28th)."""
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)


def choose_subject(frame: Frame, reader: Reader, draft: Draft, speaking: set[int]) -> Span | None:
    """Whom or what the value is about: a name of its own lead, else the topic in force."""
    clause = draft.clause
    position = draft.anchor.start
    before = [quantity.end for quantity in clause.quantities if quantity.end <= position]
    names = [mention for mention in subject_mentions(frame, clause, position) if mention.start not in speaking]
    late = [mention for mention in names if before and mention.start >= before[0]]
    if late:
        # a name after an earlier value opens its own statement: 道指涨0.24%、纳指涨2.64%
        draft.own_subject = True
        return span_of(late[-1] if late[-1].kind in ("segment", "product") else late[0])
    if names and reader.topic is not None and clause.start <= reader.topic.start < position:
        draft.own_subject = True
        return span_of(reader.topic)
    if draft.metric_type == "policy_macro" or (draft.metric_type is None and reader.topic is None):
        places = [mention for mention in clause.mentions if mention.kind == "place" and mention.end <= position]
        if places:
            return span_of(places[-1])
        if reader.place is not None and (draft.metric_type == "policy_macro"):
            return span_of(reader.place)
    if reader.topic is not None:
        return span_of(reader.topic)
    after = [mention for mention in clause.mentions if mention.start >= draft.anchor.end and mention.kind in _SUBJECTS]
    if after:
        return span_of(after[0])
    return span_of(reader.company) if reader.company else span_of(reader.place) if reader.place else None
