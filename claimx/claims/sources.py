"""Who says something: sources with their speech verbs, found generously; which of them speaks for a value is decided later.

A source is named (`据晚点报道`, `何小鹏表示`, `IDC 数据显示`), described (`知情人士透露`), a report (`年报显示`), or said before
(`公司预计`, `并指出`): then its span is that of the earlier mention.
"""

from __future__ import annotations

import msgspec

from claimx.claims.cues import CueHit, cue_words, longest_first
from claimx.claims.frame import Clause, Frame, between, entity
from claimx.claims.phrases import head_phrase
from claimx.model import Mention, Span
from claimx.source.text import fold

_REACH = 40  # code points: `X今天在上海举行的发布会上表示`
_ALIAS = 30  # code points of a short form in brackets
_LATE = 40  # sources that are looked back at
OPENING = '“「『‘"《'
CLOSING = '”」』’"》'
_SPEAKERS = ("organization", "person", "segment", "place")


class Source(msgspec.Struct, frozen=True):
    """A source: ``span`` its words, ``at`` where it is said now, ``start`` where its words may begin.

    ``manner`` tells whether it speaks (say), publishes (publish), is quoted (according) or credited (credit); ``kind`` is the kind of the
    mention, or described, report, with ``again`` before it where the span lies earlier. ``quoted_until`` is where the
    quotation that follows the verb ends, 0 without one.
    """

    span: Span
    verb: CueHit | None
    manner: str
    kind: str
    at: int
    start: int
    quoted_until: int = 0


class _Finder:
    """One pass over the clauses, with the names and sources met so far."""

    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        self.found: list[Source] = []
        self.orgs: list[Mention] = []
        self.person: Span | None = None
        self.described: Span | None = None

    def run(self) -> list[Source]:
        for clause in self.frame.clauses:
            self._clause(clause)
            for mention in clause.mentions:
                if mention.kind == "organization":
                    key = entity(mention)
                    self.orgs = [*[name for name in self.orgs if entity(name) != key][-1:], mention]
                elif mention.kind == "person":
                    self.person = Span(mention.start, mention.end, mention.text)
        self.found.sort(key=lambda source: (source.start, source.at))
        return self.found

    def _add(self, span: Span, verb: CueHit, manner: str, kind: str, at: int, start: int) -> None:
        if self.frame.folded[span.start : span.end] in cue_words("source.vague"):
            return
        self.found.append(Source(span, verb, manner, kind, at, start, _quote_end(self.frame, start)))
        if kind == "person":
            self.person = span
        elif kind == "described":
            self.described = span

    def _credit(self, clause: Clause) -> None:
        """An outlet that opens a digest item: `@界面新闻【…】`, `财联社8月25日电，`, `第一财经｜…`."""
        folded = self.frame.folded
        name = clause.mentions[0] if clause.mentions else None
        if name is None or name.kind != "organization" or folded[clause.start : name.start].strip(" @*#-·•◎●■") != "":
            return
        end = name.end
        for time in clause.times:
            if 0 <= time.start - end <= 1:
                end = time.end
        behind = folded[end : end + 3].lstrip(" ")
        mark = next((word for word in longest_first("source.credit") if behind.startswith(word)), None)
        at_sign = folded[max(clause.start, name.start - 1) : name.start] == "@"
        if mark is not None or at_sign:
            self.found.append(Source(Span(name.start, name.end, name.text), None, "credit", "outlet", name.start, end))

    def _clause(self, clause: Clause) -> None:
        taken = clause.start
        if clause.start == self.frame.sentences[clause.sentence].start or self.frame.folded[clause.start - 1] in "】]":
            self._credit(clause)
        for cue in clause.cues:
            if cue.start < taken:
                continue
            if cue.plays("speech.according"):
                end = self._according(clause, cue)
                taken = end or taken
            elif (cue.plays("speech.say") or cue.plays("speech.publish")) and not _is_object(self.frame, clause, cue):
                self._spoken(clause, cue)

    def _according(self, clause: Clause, cue: CueHit) -> int | None:
        """`据晚点报道`, `根据 IDC 数据`, `综合 A、B 等陆媒报导`: the source stands behind; where its words begin, or None."""
        folded = self.frame.folded
        limit, start = clause.end, clause.end
        for word in cue_words("source.according_noun"):
            position = folded.find(word, cue.end, clause.end)
            if position >= 0 and folded.startswith(tuple(cue_words("source.standards")), position + len(word)):
                continue
            if 0 <= position < limit or (position == limit and position + len(word) > start):
                limit, start = position, position + len(word)
        names = [m for m in clause.mentions if cue.end <= m.start <= cue.end + 14 and m.start < limit + 1]
        report = self._report_named(clause, cue, limit, start)
        if names:
            span = _joined(self.frame, names)
            kind: str = names[0].kind
            person = next((Span(m.start, m.end, m.text) for m in names if m.kind == "person"), None)
            person = person or _behind_role(self.frame, clause, limit)
            if person is not None and person.start > names[0].start:
                self._add(person, cue, "according", "person", cue.start, max(person.end, start))
        else:
            described = _described(self.frame, clause, cue.end, min(clause.end, limit + 6))
            if described is None:
                if report:
                    return start
                if limit < clause.end and self.found and limit - cue.end <= 1:
                    self._again(self.frame.raw[limit:start], cue, "according", cue.start)
                    return start
                if cue.word not in cue_words("source.according_to_any") or _is_rule(self.frame, cue.end, clause.end):
                    return None
                phrase = _bounded(self.frame, cue.end, min(limit, clause.end))
                if phrase is None:
                    return None
                span, kind = phrase, "phrase"
            else:
                span, kind = described, "described"
        end = max(span.end, start) if limit < clause.end else span.end
        self._add(span, cue, "according", kind, cue.start, end)
        return end

    def _report_named(self, clause: Clause, cue: CueHit, start: int, end: int) -> bool:
        """`据财报`, `根据招股书`: the report itself is a source; so may be the one who wrote it."""
        noun = self.frame.folded[start:end]
        if noun not in cue_words("source.report_nouns") or noun in cue_words("source.bare_report"):
            return False
        if start - cue.end > 1:
            return False
        self._again(self.frame.raw[start:end], cue, "according", cue.start)
        self._add(Span(start, end, self.frame.raw[start:end]), cue, "according", "report", cue.start, end)
        return True

    def _spoken(self, clause: Clause, verb: CueHit) -> None:
        """`何小鹏表示`, `公司预计`, `IDC 数据显示`, `知情人士透露`: whoever stands before the verb, each for itself."""
        frame = self.frame
        manner = "say" if verb.plays("speech.say") else "publish"
        if len(verb.word) == 1 and not _speaks(frame, clause, verb):
            return
        first = max(clause.start, verb.start - _REACH)
        near = verb.start - _REACH
        names = [m for m in frame.line_names(clause) if near <= m.start and m.end <= verb.start and m.kind in _SPEAKERS]
        names = [m for m in names if not between(clause.quantities, m.end, verb.start)]
        count = len(self.found)
        person = [m for m in names if m.kind == "person"]
        if person:
            self._add(_joined(frame, [person[-1]]), verb, manner, "person", person[-1].start, verb.end)
        others = [m for m in names if m.kind != "person"]
        if others:
            self._add(_joined(frame, others), verb, manner, others[0].kind, others[0].start, verb.end)
            if len(others) > 1 and others[-1].kind == "organization":
                self._add(_joined(frame, others[-1:]), verb, manner, "organization", others[-1].start, verb.end)
        described = _described(frame, clause, first, verb.start)
        if described is not None and verb.start - described.end <= 14:
            if _points_back(frame, described):
                self._again(described.text, verb, manner, described.start)
            else:
                self._add(described, verb, manner, "described", described.start, verb.end)
        if not person:
            unknown = _behind_role(frame, clause, verb.start)
            if unknown is not None:
                self._add(unknown, verb, manner, "person", unknown.start, verb.end)
        report = _report(frame, clause, verb)
        if report is not None and not (names and report.text in cue_words("source.bare_report")):
            self._add(report, verb, "publish", "report", report.start, verb.end)
        pronouns = [c for c in clause.cues if c.plays("pronoun.company") and first <= c.start and c.end <= verb.start]
        if pronouns and verb.start - pronouns[-1].end <= 16:
            self._again(pronouns[-1].word, verb, manner, pronouns[-1].start)
            return
        if len(self.found) == count:
            phrase = head_phrase(frame, clause, clause.start)
            led = phrase is not None and frame.folded[phrase.start - 1 : phrase.start] in cue_words("source.not_from")
            unnamed = phrase is None or any(word in fold(phrase.text) for word in cue_words("source.no_name"))
            if phrase is not None and fold(phrase.text) in cue_words("source.whose_data"):
                self._again("数据", verb, manner, phrase.start)
                return
            if phrase is not None and not led and not unnamed and 0 <= verb.start - phrase.end <= 12:
                self._add(phrase, verb, manner, "phrase", phrase.start, verb.end)
        lone = frame.folded[clause.start : verb.start].strip(" \"'“”")
        known = len(self.found) > count and self.found[-1].kind != "phrase"
        if not known and (len(lone) <= 3 or any(lone.startswith(w) for w in cue_words("source.speakers"))):
            self._again(lone, verb, manner, verb.start)

    def _again(self, word: str, verb: CueHit, manner: str, at: int) -> None:
        """A pronoun, a definite description or nobody before the verb: those said before that it may mean."""
        folded = fold(word)
        if any(folded.startswith(form) for form in cue_words("source.back_person")):
            spans = [("person", self.person), ("described", self.described)]
        elif any(folded.startswith(form) for form in cue_words("source.back_report")):
            spans = [
                (source.kind, source.span) for source in self._last(("organization", "report", "phrase", "outlet"))
            ]
        elif any(folded.startswith(form) for form in cue_words("pronoun.company")):
            spans = [("speaker", source.span) for source in self._last(("organization",))[:1]]
            spans += [("organization", Span(name.start, name.end, name.text)) for name in reversed(self.orgs)]
        else:
            spans = [(source.kind, source.span) for source in self._last(None)]
        if not any(span for _, span in spans) and word:
            spans = [("pronoun", Span(at, at + len(word), self.frame.raw[at : at + len(word)]))]
        for kind, span in spans:
            if span is not None:
                self._add(span, verb, manner, f"again-{kind}" if kind != "pronoun" else kind, at, verb.end)

    def _last(self, kinds: tuple[str, ...] | None) -> list[Source]:
        """The two sources said last, of ``kinds`` where given, each by its first saying."""
        found: list[Source] = []
        for source in reversed(self.found[-_LATE:]):
            if not source.kind.startswith("again") and (kinds is None or source.kind in kinds):
                if all(other.span != source.span for other in found):
                    found.append(source)
                if len(found) == 2:
                    break
        return found


def find_sources(frame: Frame) -> list[Source]:
    """All sources of a text, ordered by where their words begin."""
    return _Finder(frame).run()


def _quote_end(frame: Frame, start: int) -> int:
    """Where the quotation that opens within three code points of ``start`` closes, else 0."""
    raw = frame.raw
    for position in range(start, min(start + 3, len(raw))):
        if raw[position] in OPENING:
            return max(closes(raw, position, position + 600), 0)
    return 0


def closes(raw: str, opened: int, end: int) -> int:
    """Where the quotation whose mark stands at ``opened`` closes before ``end``, else -1."""
    return raw.find(CLOSING[OPENING.index(raw[opened])], opened + 1, end)


def _joined(frame: Frame, names: list[Mention]) -> Span:
    """The first name, with those that are joined to it."""
    first = names[0]
    end = first.end
    joints = cue_words("joint.words")
    for other in names[1:]:
        if frame.folded[end : other.start].strip(" ") not in joints:
            break
        end = other.end
    if frame.folded[end : end + 1] == "(":
        # a name with its short form in brackets is one: 国际数据公司(IDC)
        for alias in between(frame.mentions, end + 1, end + _ALIAS):
            if alias.start == end + 1 and frame.folded[alias.end : alias.end + 1] == ")":
                end = alias.end + 1
    return Span(first.start, end, frame.raw[first.start : end])


def _is_rule(frame: Frame, start: int, end: int) -> bool:
    """Whether the words up to the next mark name a rule and nobody: `根据谨慎性原则`."""
    words = frame.folded[start : min(end, start + _REACH)]
    return any(noun in words for noun in cue_words("source.rules"))


def _addressed(frame: Frame, clause: Clause, position: int) -> bool:
    """Whether a name right before ``position`` follows 向 or 对."""
    return any(
        name.end == position and frame.folded[name.start - 1 : name.start] in ("向", "对") for name in clause.mentions
    )


def _points_back(frame: Frame, span: Span) -> bool:
    """`该团体`, `上述人士`, a bare 声明: what was said before is meant."""
    words = frame.folded[span.start : span.end]
    return words in cue_words("source.bare_report") or any(
        words.startswith(word) for word in cue_words("source.pointing")
    )


def _bounded(frame: Frame, start: int, end: int, longest: int = 20) -> Span | None:
    """The words of [start, end) without marks at their ends; None where there are none or too many."""
    while start < end and frame.folded[start] in ' 《“"了著着':
        start += 1
    while end > start and frame.folded[end - 1] in ' ,:;》”"的':
        end -= 1
    return Span(start, end, frame.raw[start:end]) if 2 <= end - start <= longest else None


def _described(frame: Frame, clause: Clause, start: int, end: int) -> Span | None:
    """A person or body described by its role, such as `多名分析师`: the last one in [start, end)."""
    best: tuple[int, int] | None = None
    folded = frame.folded
    for word in cue_words("source.described"):
        position = folded.rfind(word, start, end)
        if position < 0:
            continue
        ends = position + len(word)
        if best is None or ends > best[1] or (ends == best[1] and position < best[0]):
            best = (position, ends)
    if best is None:
        return None
    if folded[max(start, best[0] - 8) : best[0]].rstrip("某媒体本各")[-1:] in ("向", "对") or _addressed(
        frame, clause, best[0]
    ):
        # `工作人员向本报记者表示`: who is spoken to is no source
        return _described(frame, clause, start, best[0])
    head = best[0]
    # what belongs to it: 多名, 一位, 前述 and the noun before, up to a clause mark or a particle
    while (
        head > start
        and head > best[0] - 10
        and folded[head - 1] not in ' ,.:;。的了在对向据由和与及是将为“”"「」『』()@'
    ):
        head -= 1
    for item in (*clause.times, *clause.quantities):
        if item.start < best[0] and item.end > head and item in clause.times:
            head = min(best[0], item.end)
    return Span(head, best[1], frame.raw[head : best[1]])


def _report(frame: Frame, clause: Clause, verb: CueHit) -> Span | None:
    """`年报显示`, `招股书披露`: the report itself is the source, unless it is a bare 数据 or 报告."""
    noun = verb.word
    end = verb.start + len(noun)
    for tail in longest_first("source.report_tail"):
        if noun.endswith(tail):
            end -= len(tail)
            break
    for word in longest_first("source.report_nouns"):
        start = end - len(word)
        if start >= clause.start and frame.folded.startswith(word, start):
            return Span(start, end, frame.raw[start:end])
    return None


def _behind_role(frame: Frame, clause: Clause, end: int) -> Span | None:
    """`主席卡瓦洛透露`: an unknown name between a role and the verb, which begins at ``end``."""
    folded = frame.folded
    start = max(clause.start, end - 12)
    best = -1
    for word in cue_words("source.person_roles"):
        position = folded.rfind(word, start, end)
        if position >= 0:
            best = max(best, position + len(word))
    if best < 0 or not 2 <= end - best <= 7:
        return None
    name = folded[best:end]
    if not all("\u4e00" <= char <= "\u9fff" or char in "·•." for char in name):
        return None
    return Span(best, end, frame.raw[best:end])


def _is_object(frame: Frame, clause: Clause, verb: CueHit) -> bool:
    """Whether a verb of publishing is a noun here, what another one publishes: `公布2022年第三季度报告`."""
    if verb.word not in cue_words("source.report_nouns") or (
        verb.end < clause.end and frame.folded[verb.end] not in ",。;:"
    ):
        return False
    return any(cue.end <= verb.start and cue.plays("speech.publish") for cue in clause.cues)


def _speaks(frame: Frame, clause: Clause, verb: CueHit) -> bool:
    """A one-character verb (称, 说, 指) speaks where a mark, a quote or the end of the clause follows, or right after a name."""
    rest = frame.folded[verb.end : verb.end + 1]
    if rest in (",", ":", '"', "“", "「", "", " ", "『", "《") or verb.end >= clause.end - 1:
        return True
    adverbs = cue_words("source.adverbs")
    return any(m.end == verb.start or frame.folded[m.end : verb.start].strip() in adverbs for m in clause.mentions)
