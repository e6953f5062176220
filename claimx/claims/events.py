"""Events (a dated happening with no value of its own) and statements (reported words with no value)."""

from __future__ import annotations

from claimx.claims.cues import cue_words
from claimx.claims.draft import Draft
from claimx.claims.frame import Clause, Frame, between
from claimx.claims.roles import follows, subject_mentions
from claimx.claims.sources import Source
from claimx.model import Sentence, Span, Time

_SHORTEST = 6
_OPENING = "“\"「『‘《"
_CLOSING = "”\"」』’》"
_STOPS = "。！？!?；;，,、 \n\r\t\u3000"


def find_events(frame: Frame, drafts: list[Draft], sources: list[Source]) -> list[Draft]:
    """Dates with a happening in their clause (or the one after), where no value takes the date as its period."""
    used = {draft.period.start for draft in drafts if draft.period is not None}
    found = []
    for clause in frame.clauses:
        for time in clause.times:
            verb = _happening(frame, clause, time)
            if verb is None:
                continue
            if time.start in used and not _own_happening(frame, clause, time):
                continue
            draft = Draft(anchor=Span(time.start, time.end, time.text), clause=clause, type="event", measure="date")
            draft.period = Span(time.start, time.end, time.text)
            draft.begin, draft.until = time.begin, time.until
            draft.why.append("happening")
            draft.note("verb", verb[0], verb[1], frame.raw)
            found.append(draft)
            break
    return found


def _happening(frame: Frame, clause: Clause, time: Time) -> tuple[int, int] | None:
    if time.kind != "date" or time.begin is None:
        return None
    if follows(frame, time.start, cue_words("period.not_after")):
        return None
    rest = frame.folded[time.end : time.end + 8].lstrip(" )）")
    if rest.startswith(tuple(cue_words("period.dateline"))) or rest.startswith(("以来", "的")):
        return None
    if any(quantity.start >= time.start for quantity in clause.quantities):
        return None
    for cue in clause.cues:
        if cue.start >= time.end and cue.plays("event.verbs"):
            return cue.start, cue.end
    return None


def _own_happening(frame: Frame, clause: Clause, time: Time) -> bool:
    """`小米10月底推出新机，定价2599元`: the launch is dated in its own clause, before the clause of the value."""
    return not clause.quantities


def find_statements(frame: Frame, drafts: list[Draft], sources: list[Source]) -> list[Draft]:
    """The reported words of a source, where they hold no value of their own."""
    found = []
    anchors = sorted(draft.anchor.start for draft in drafts)
    for source in sources:
        if source.verb is None or source.manner == "publish" or not source.span.text:
            continue
        words = _reported(frame, source)
        if words is None or words.end - words.start < _SHORTEST:
            continue
        if any(words.start <= anchor < words.end for anchor in anchors):
            continue
        clause = frame.clause_at(words.start)
        if clause is None:
            continue
        draft = Draft(anchor=words, clause=clause, type="statement", measure="none")
        draft.attribution = source.span
        inside = [m for m in frame.mentions if words.start <= m.start < words.end]
        if inside:
            draft.subject = Span(inside[0].start, inside[0].end, inside[0].text)
        draft.note("verb", source.verb.start, source.verb.end, frame.raw)
        found.append(draft)
    return found


def _reported(frame: Frame, source: Source) -> Span | None:
    """The words after the verb up to the end of the sentence, or the quotation that follows it."""
    folded, raw = frame.folded, frame.raw
    start = source.start
    sentence = next((s for s in between(frame.sentences, source.span.start - 2000, len(raw)) if s.start <= source.span.start < s.end), None)
    if source.manner == "according":
        verb_end = start
        for word in sorted(cue_words("speech.according_noun"), key=len, reverse=True):
            if folded.startswith(word, verb_end):
                verb_end += len(word)
                break
        else:
            return None
        start = verb_end
        if folded[start : start + 1] not in ",，:：":
            return None
    return _trim(frame, start, sentence)


def _trim(frame: Frame, start: int, sentence: Sentence | None) -> Span | None:
    folded, raw = frame.folded, frame.raw
    if sentence is None:
        return None
    end = sentence.end
    while start < end and folded[start] in " ,:，：了":
        start += 1
    if start < end and raw[start] in _OPENING:
        close = raw.find(_CLOSING[_OPENING.index(raw[start])], start + 1, end)
        if close > 0:
            start, end = start + 1, close
    while end > start and raw[end - 1] in _STOPS + _CLOSING:
        end -= 1
    while start < end and raw[start] in _OPENING:
        start += 1
    return Span(start, end, raw[start:end]) if end > start else None


__all__ = ["find_events", "find_statements", "subject_mentions"]
