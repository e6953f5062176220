"""Who says it: sources named or described, and the stretch of text their words cover.

A source holds from where its verb stands to the end of the paragraph, until the next source takes over.
"""

from __future__ import annotations

import re

import msgspec

from claimx.claims.cues import CueHit, cue_words
from claimx.claims.frame import Clause, Frame, between
from claimx.model import Mention, Span

# how far a verb may stand from its source: `X今天在上海举行的发布会上表示`
_REACH = 40
_LATIN = re.compile(r"[A-Za-z]")


class Source(msgspec.Struct):
    """A source: its words, the verb, and [start, end) of the text it speaks for.

    ``verb`` is the cue; ``manner`` tells whether it speaks (say), publishes (publish) or is quoted (according).
    """

    span: Span
    verb: CueHit | None
    manner: str
    start: int
    end: int
    back: int | None = None


def find_sources(frame: Frame) -> list[Source]:
    """All sources of a text in order, with the stretch each speaks for."""
    found: list[Source] = []
    for clause in frame.clauses:
        found.extend(_clause_sources(frame, clause))
    found.sort(key=lambda source: source.start)
    ends = paragraph_ends(frame)
    for index, source in enumerate(found):
        clause = frame.clause_at(source.span.start) or frame.clause_at(source.start)
        end = ends[clause.paragraph] if clause else len(frame.raw)
        if index + 1 < len(found):
            end = min(end, max(source.start, found[index + 1].start))
        source.end = end
    return found


def paragraph_ends(frame: Frame) -> dict[int, int]:
    """Where each paragraph ends."""
    ends: dict[int, int] = {}
    for sentence in frame.sentences:
        ends[sentence.paragraph] = sentence.end
    return ends


def _clause_sources(frame: Frame, clause: Clause) -> list[Source]:
    found: list[Source] = []
    according = [cue for cue in clause.cues if cue.plays("speech.according")]
    for cue in according:
        source = _according(frame, clause, cue)
        if source is not None:
            found.append(source)
    verbs = [cue for cue in clause.cues if cue.plays("speech.say") or cue.plays("speech.publish")]
    for verb in verbs:
        if any(source.start >= verb.start and source.span.start < verb.start for source in found):
            continue
        source = _spoken(frame, clause, verb)
        if source is not None:
            found.append(source)
            if verb.plays("speech.say"):
                break
    return found


def _according(frame: Frame, clause: Clause, cue: CueHit) -> Source | None:
    """`据晚点报道`, `根据 IDC 数据`, `综合 A、B 等陆媒报导`."""
    head = frame.folded[max(clause.start, cue.start - 6) : cue.start]
    if head.strip() and not head.strip().endswith(("另", "又", "，", ",", "而", "但", "及", "并", "不过", "其中")) and len(head.strip()) > 5:
        return None
    nouns = [other for other in clause.cues if other.start >= cue.end and other.word in cue_words("speech.according_noun")]
    limit = nouns[0].start if nouns else clause.end
    for word in sorted(cue_words("speech.according_noun"), key=len, reverse=True):
        position = frame.folded.find(word, cue.end, clause.end)
        if position >= 0:
            limit = min(limit, position) if limit != clause.end or position < limit else limit
    names = [m for m in clause.mentions if m.start >= cue.end and m.start - cue.end <= 12 and m.end <= max(limit, cue.end + 30)]
    names = [m for m in names if m.start < limit or m.start - cue.end <= 2]
    if names:
        span = _joined(frame, names)
    else:
        described = _described(frame, clause, cue.end, min(clause.end, limit + 6))
        if described is None:
            return None
        span = described
    return Source(span, cue, "according", span.end, 0)


def _joined(frame: Frame, names: list[Mention]) -> Span:
    """The first name, with those that are joined to it."""
    first = names[0]
    end = first.end
    for other in names[1:]:
        if frame.folded[end : other.start].strip() in ("、", "和", "及", "与", ",", "以及"):
            end = other.end
        else:
            break
    return Span(first.start, end, frame.raw[first.start : end])


def _described(frame: Frame, clause: Clause, start: int, end: int) -> Span | None:
    """A person or body described by its role, such as `多名分析师`: the last one in [start, end)."""
    best: tuple[int, int] | None = None
    folded = frame.folded
    for word in cue_words("speech.described"):
        position = folded.rfind(word, start, end)
        if position >= 0 and (best is None or position + len(word) > best[1] or (position + len(word) == best[1] and position < best[0])):
            best = (position, position + len(word))
    if best is None:
        return None
    head = best[0]
    # the words that belong to it: 多名, 一位, 前述 and the noun before, up to a clause mark or a particle
    while head > start and head > best[0] - 10 and folded[head - 1] not in " ,，。的了在对向据由和与及是将为、“”\"「」『』()（）@":
        head -= 1
    for time in clause.times:
        if time.start < best[0] and time.end > head:
            head = min(best[0], time.end)
    return Span(head, best[1], frame.raw[head : best[1]])


def _spoken(frame: Frame, clause: Clause, verb: CueHit) -> Source | None:
    """`何小鹏表示`, `公司预计`, `IDC 数据显示`, `知情人士透露`: the source stands before its verb."""
    publish = verb.plays("speech.publish") and not verb.plays("speech.say")
    first = max(clause.start, verb.start - _REACH)
    if len(verb.word) == 1 and not _speaks(frame, clause, verb):
        return None
    names = [m for m in clause.mentions if first <= m.start and m.end <= verb.start and m.kind in ("organization", "person", "segment")]
    gap_names = names
    start = verb.end
    described = _described(frame, clause, first, verb.start)
    if described is not None and verb.start - described.end <= 12:
        inside = [m for m in gap_names if m.start >= described.end]
        if not inside:
            person = [m for m in gap_names if m.kind == "person" and m.start >= described.start - 2]
            if person:
                described = Span(person[-1].start, person[-1].end, person[-1].text)
            return Source(described, verb, "publish" if publish else "say", start, 0)
    if gap_names:
        person = [m for m in gap_names if m.kind == "person"]
        chosen = person[-1] if person else gap_names[0]
        others = [m for m in gap_names if m.start >= chosen.start]
        quantities = between(clause.quantities, chosen.end, verb.start)
        if quantities:
            return None
        span = _joined(frame, others) if others[0] is chosen else Span(chosen.start, chosen.end, chosen.text)
        return Source(span, verb, "publish" if publish else "say", start, 0)
    report = _report(frame, clause, verb)
    if report is not None:
        return Source(report, verb, "publish", start, 0)
    pronouns = [cue for cue in clause.cues if cue.plays("pronoun.company") and first <= cue.start and cue.end <= verb.start and verb.start - cue.end <= 12]
    if pronouns:
        cue = pronouns[0]
        return Source(Span(cue.start, cue.end, frame.raw[cue.start : cue.end]), verb, "publish" if publish else "say", start, 0, back=cue.start)
    if not publish and _at_head(frame, clause, verb) and len(verb.word) > 1:
        return Source(Span(verb.start, verb.start, ""), verb, "say", start, 0, back=verb.start)
    return None


def _report(frame: Frame, clause: Clause, verb: CueHit) -> Span | None:
    """`年报显示`, `公司三季报显示`: the report itself is the source."""
    word = verb.word
    if not word.endswith(("显示", "指出", "提到", "称")) or len(word) < 4:
        return None
    noun = word.removesuffix("显示").removesuffix("指出").removesuffix("提到").removesuffix("称").removesuffix("还")
    if noun in ("数据", "统计", "资料", "报告", "调查", "研究", "初步统计", "公告", "文件"):
        return None
    return Span(verb.start, verb.start + len(noun), frame.raw[verb.start : verb.start + len(noun)])


def _at_head(frame: Frame, clause: Clause, verb: CueHit) -> bool:
    return len(frame.folded[clause.start : verb.start].strip(" \"'“”")) <= 2


def _speaks(frame: Frame, clause: Clause, verb: CueHit) -> bool:
    """A one-character verb (称, 说, 指) speaks where a mark, a quote or the end of the clause follows, or right after a name."""
    rest = frame.folded[verb.end : verb.end + 1]
    if rest in (",", ":", "\"", "“", "「", "", " ", "『", "《") or verb.end >= clause.end - 1:
        return True
    return any(m.end == verb.start or frame.folded[m.end : verb.start].strip() in ("还", "并", "则", "也", "亦", "又") for m in clause.mentions)
