"""Anchors that are no values: dates that may be a happening (event), and reported words (statement)."""

from __future__ import annotations

import re
from bisect import bisect_right

from claimx.claims.draft import Draft, Option
from claimx.claims.frame import Clause, Frame, between
from claimx.claims.phrases import head_phrase
from claimx.claims.sources import CLOSING, OPENING, Source, closes
from claimx.model import Sentence, Span

_SHORTEST = 5  # code points of reported words
_LONGEST_QUOTED = 400  # code points of a quotation that is looked for before its source
_END = 3  # code points of marks at the end of a sentence
_QUOTATIONS = 3  # of a sentence that may be reported words
_OPENS = re.compile(f"[{OPENING}]")
_STOPS = "。！？!?；;，,、 \n\r\t\u3000."


def event_candidates(frame: Frame) -> list[Draft]:
    """A draft for every date with a happening near; whether it is an event is decided by the trained head."""
    return [
        Draft(
            anchor=Span(time.start, time.end, time.text),
            clause=clause,
            time=time,
            type="event",
            measure="date",
            period=Span(time.start, time.end, time.text),
            begin=time.begin,
            until=time.until,
        )
        for clause in frame.clauses
        for time in clause.times
        if time.kind == "date" and _happens(frame, clause)
    ]


def _happens(frame: Frame, clause: Clause) -> bool:
    """Whether a word of happening stands in the clause or the next one of its sentence."""
    after = frame.following(clause)
    return any(cue.plays("event") for part in (clause, after) if part is not None for cue in part.cues)


def statement_candidates(frame: Frame, sources: list[Source]) -> list[tuple[Draft, Source]]:
    """Drafts for what every source that speaks may have said, several for one source; the trained head picks."""
    found: dict[tuple[int, int], tuple[Draft, Source]] = {}
    starts = [sentence.start for sentence in frame.sentences]
    for source in sources:
        index = bisect_right(starts, source.at) - 1
        if source.verb is None or index < 0:
            continue
        for words in _words(frame, source, frame.sentences[index]):
            clause = frame.clause_at(words.start)
            if words.end - words.start < _SHORTEST or clause is None or (words.start, words.end) in found:
                continue
            draft = Draft(anchor=words, clause=clause, type="statement", measure="none", attribution=source.span)
            found[words.start, words.end] = draft, source
    return [found[key] for key in sorted(found)]


def _words(frame: Frame, source: Source, sentence: Sentence) -> list[Span]:
    """Where reported words may lie: behind the verb up to the end of the sentence, of a quotation, or before the next
    clause, verb of speech, value or semicolon; in a quotation; or before the verb."""
    raw = frame.raw
    start = max(source.start, sentence.start)
    behind = sentence.end - start > 2 and raw[start : sentence.end].strip(_STOPS + CLOSING) != ""
    options: list[Span | None] = []
    if behind:
        options.append(_trimmed(frame, start, sentence.end))
        if source.quoted_until:
            options.append(_trimmed(frame, start, source.quoted_until + 1, whole=True))
        options += [_trimmed(frame, start, stop) for stop in _ends(frame, start, sentence.end)]
        options += _quotations(raw, start, sentence.end)
    options.append(_said_before(frame, source, sentence, behind))
    return [span for span in options if span is not None]


def _said_before(frame: Frame, source: Source, sentence: Sentence, behind: bool) -> Span | None:
    """The quotation right before the source, in its sentence or at the end of the one before, else what stands before
    it in its sentence where nothing stands behind the verb."""
    raw = frame.raw
    end = sentence.start + len(raw[sentence.start : source.at].rstrip(" ，,。"))
    close = end - 1 if end > sentence.start else sentence.start - 1
    if close >= 0 and raw[close] in CLOSING:
        opened = raw.rfind(OPENING[CLOSING.index(raw[close])], max(0, close - _LONGEST_QUOTED), close)
        if opened >= 0:
            return _trimmed(frame, opened + 1, close)
    return _trimmed(frame, sentence.start, end) if end > sentence.start and not behind else None


def _quotations(raw: str, start: int, end: int) -> list[Span]:
    """The first quotations within [start, end), without their marks."""
    found: list[Span] = []
    position = start
    while len(found) < _QUOTATIONS and (mark := _OPENS.search(raw, position, end)):
        position = mark.end()
        close = closes(raw, mark.start(), end)
        if close > 0:
            words = raw[position:close].rstrip(_STOPS)
            found.append(Span(position, position + len(words), words))
            position = close + 1
    return found


def _ends(frame: Frame, start: int, end: int) -> list[int]:
    """Where reported words that begin at ``start`` may end before ``end``: at the next clause, and at the first one with
    a verb of speech, with a value, or behind a semicolon."""
    found: dict[str, int] = {}
    clause = frame.clause_at(start)
    while clause is not None and (clause := frame.following(clause)) is not None and clause.start < end:
        if clause.start > start + _SHORTEST:
            found.setdefault("clause", clause.start)
            if any(cue.plays("speech.say") for cue in clause.cues):
                found.setdefault("verb", clause.start)
            if clause.quantities:
                found.setdefault("value", clause.start)
            if frame.folded[clause.start - 1] == ";":
                found.setdefault("semicolon", clause.start)
    return sorted(set(found.values()))


def _trimmed(frame: Frame, start: int, end: int, whole: bool = False) -> Span | None:
    raw = frame.raw
    while start < end and raw[start] in " ,:，：了。、":
        start += 1
    if start < end and raw[start] in OPENING:
        close = closes(raw, start, end)
        # a quotation that is most of the words is the words; a quoted term at their head is part of them
        if close > 0 and (whole or close - start > (end - start) // 2):
            start, end = start + 1, close
    while end > start and raw[end - 1] in _STOPS + CLOSING:
        end -= 1
    while start < end and raw[start] in OPENING and raw.find(CLOSING[OPENING.index(raw[start])], start, end) < 0:
        start += 1
    return Span(start, end, raw[start:end]) if end > start else None


def statement_features(frame: Frame, draft: Draft, source: Source, claims: int) -> list[str]:
    """What speaks for or against reported words as a statement; ``claims`` counts the value claims within them."""
    start, end = draft.anchor.start, draft.anchor.end
    verb = source.verb.word if source.verb else ""
    size = end - start
    length = "<8" if size < 8 else "<14" if size < 14 else "<30" if size < 30 else "<60" if size < 60 else "long"
    values = len(between(frame.quantities, start, end))
    quoted = frame.raw[start - 1 : start] in OPENING and start > 0
    after = "behind" if start >= source.start else "ahead"
    clauses = [c for c in frame.clauses[draft.clause.index : draft.clause.index + 8] if c.start < end]
    verbs = sum(1 for c in clauses for cue in c.cues if start <= cue.start < end and cue.plays("speech.say"))
    closes = frame.sentences[draft.clause.sentence].end - end <= _END
    rest = None if closes else frame.clause_at(end + 1)
    goes_on = rest is not None and rest.start >= end and bool(rest.quantities)
    features = [
        "statement",
        f"st:closes={closes}|valued={goes_on}",
        f"st:closes={closes}|valued={goes_on}|claims={min(claims, 1)}",
        f"st:clauses={min(len(clauses), 4)}|closes={closes}",
        f"st:claims={min(claims, 1)}",
        f"st:values={min(values, 2)}|claims={min(claims, 2)}",
        f"st:verb={verb}",
        f"st:verb={verb}|quoted={quoted}",
        f"st:{source.manner}|{source.kind}",
        f"st:{source.manner}|claims={min(claims, 1)}",
        f"st:kind={source.kind}",
        f"st:len={length}",
        f"st:{after}",
        f"st:quoted={quoted}|{source.manner}",
        f"st:head={frame.folded[start : start + 2]}",
        f"st:gap={frame.folded[source.start : start]}",
        f"st:one-char={len(verb) == 1}",
        f"st:nx={frame.folded[end : end + 1]}",
        f"st:nx={frame.folded[end : end + 1]}|quoted={quoted}",
        f"st:verbs={min(verbs, 2)}",
        f"st:verbs={min(verbs, 2)}|{source.manner}",
        f"st:pre={frame.folded[max(0, source.at - 1) : source.at]}",
        f"st:sub={draft.clause.start <= source.at and frame.folded[draft.clause.start : source.at].strip() != ''}",
    ]
    for clause in clauses:
        for cue in clause.cues:
            if start <= cue.start < end and cue.plays("modality"):
                features += [f"st:{role}" for role in cue.roles if role.startswith("modality")]
                features.append(f"st:m={cue.word}")
    head = draft.clause.cues
    features += [f"st:pre:{cue.word}" for cue in head if cue.end <= start and cue.plays("modality")]
    return features


def statement_subjects(frame: Frame, draft: Draft, source: Source, last: Span | None) -> list[Option]:
    """Whom reported words are about: names in them, the noun phrase that opens them, the source, the subject before."""
    start, end = draft.anchor.start, draft.anchor.end
    options = []
    for index, name in enumerate(between(frame.mentions, start, end)[:4]):
        offset = name.start - start
        where = "head" if offset <= 1 else "near" if offset < 8 else "far"
        features = [
            f"name|{index}",
            f"name|{name.kind}|{index}",
            f"name|{where}",
            f"name|{where}|{name.kind}",
            f"nx={frame.folded[name.end : name.end + 1]}",
        ]
        options.append(Option(Span(name.start, name.end, name.text), features, name.kind, name))
    phrase = head_phrase(frame, draft.clause, start)
    if phrase is not None and phrase.end <= end:
        inside = any(phrase.start <= option.span.start < phrase.end for option in options if option.span)
        features = [
            "phrase",
            f"phrase|names={min(len(options), 2)}",
            f"phrase|inside={inside}",
            f"phrase|len={min(phrase.end - phrase.start, 10)}",
            f"phrase|end={phrase.text[-1:]}",
        ]
        options.append(Option(phrase, features, "phrase"))
    names = min(len(options), 2)
    options.append(Option(source.span, ["source", f"source|{source.kind}", f"source|others={names}"], source.kind))
    if last is not None:
        options.append(Option(last, ["last", f"last|others={names}"], "last"))
    return options
