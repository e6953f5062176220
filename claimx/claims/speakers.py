"""Who asserts a value: the sources that may speak for it, each with its features."""

from __future__ import annotations

from bisect import bisect_right

from claimx.claims.cues import cue_words
from claimx.claims.draft import Draft, Option
from claimx.claims.frame import before, between, entity
from claimx.claims.letters import spell
from claimx.claims.reader import Reader, nearness
from claimx.claims.sources import Source
from claimx.model import Mention, Span

_NEAR = 6
_NAMES = 3
_ROW = 24
_FAR = 6  # sentences since the source was named
_LATELY = 300  # code points


def source_options(reader: Reader, draft: Draft) -> list[Option]:
    """The sources said last before the value in its paragraph, those right behind it, and none."""
    frame = reader.frame
    position = draft.anchor.start
    sentence = frame.sentences[draft.clause.sentence]
    paragraph = draft.clause.paragraph
    all_sources = reader.sources
    index = bisect_right(all_sources, position, key=lambda source: source.start)
    found: list[Option] = []
    rank, verb = 0, -1
    for source in reversed(all_sources[max(0, index - _NEAR) : index]):
        clause = frame.clause_at(source.at)
        if clause is None or clause.paragraph != paragraph:
            break
        here = clause.sentence == draft.clause.sentence
        if found and source.verb is not None and source.verb.start != verb:
            rank += 1
        verb = source.verb.start if source.verb is not None else -1
        found.append(_option(reader, draft, source, "before", rank, draft.clause.sentence - clause.sentence, here))
    for source in all_sources[index : index + 2]:
        if source.start > sentence.end:
            break
        found.append(_option(reader, draft, source, "after", 0, 0, True))
    said = {option.span.start for option in found if option.span is not None}
    names = [name for name in before(reader.names, position, _ROW) if name.kind in ("organization", "person")]
    for name in [name for name in names if name.start not in said][:_NAMES]:
        found.append(Option(Span(name.start, name.end, name.text), _name(reader, draft, name, rank), "name", None))
    if len(found) < 2:
        first = frame.paragraph_names(paragraph)
        for name in [name for name in first if name.end <= sentence.start and name.start not in said][:_NAMES]:
            features = ["para", *(f"para|{feature}" for feature in _name(reader, draft, name, rank))]
            found.append(Option(Span(name.start, name.end, name.text), features, "name", None))
    _told(reader, draft, found)
    topic = draft.type
    none = [
        "none",
        f"none|{topic}",
        f"none|sources={min(rank + bool(found), 2)}",
        f"none|{draft.modality}",
        f"none|{topic}|sources={min(rank + bool(found), 2)}",
    ]
    if found and found[0].features:
        none.append("none|" + found[0].features[0])
    none += _nobody(reader, draft)
    if frame.folded[sentence.start : sentence.start + 2] in cue_words("source.goes_on"):
        none.append("none|goes-on")
    found.append(Option(None, none))
    spell(reader, draft, found)
    return found


def _nobody(reader: Reader, draft: Draft) -> list[str]:
    """What speaks for the article's own voice: how the sentence opens, and who was the source of the claim before."""
    frame = reader.frame
    opens = reader.opening
    first = frame.sentences[draft.clause.sentence].start
    words = frame.folded[first : first + 2]
    features = [
        f"none|{draft.metric_type}|{draft.measure}",
        f"none|subject={draft.subject_kind}|{draft.type}",
        f"none|opens={opens}",
        f"none|words={words}",
        f"none|day={draft.basis == 'dod'}",
        f"none|headline={draft.clause.sentence == 0}",
    ]
    previous = reader.previous
    if previous is None:
        return [*features, "none|first"]
    near = nearness(draft, previous)
    said = "nobody" if previous.attribution is None else "somebody"
    return [
        *features,
        f"none|prev={said}|{near}",
        f"none|prev={said}|{near}|{draft.type == previous.type}",
        f"none|prev={said}|{near}|opens={opens}",
    ]


def _told(reader: Reader, draft: Draft, found: list[Option]) -> None:
    """Sources of earlier values of the paragraph that are not offered yet: in a long one they speak on."""
    starts = {option.span.start for option in found if option.span}
    rank = 0
    for other in reversed(reader.past["attribution"]):
        span = other.attribution
        assert span is not None
        if span.start in starts or other.clause.paragraph != draft.clause.paragraph:
            continue
        apart = min(draft.clause.sentence - other.clause.sentence, 4)
        last = reader.previous is not None and reader.previous.attribution is not None
        features = ["told", f"told|{rank}|{apart}|{last}", f"told|{draft.type}|{rank}", f"told|{draft.modality}"]
        rank += 1
        found.append(Option(span, features, "told"))


def said_last(reader: Reader, draft: Draft, options: list[Option], chosen: Option) -> Option:
    """``chosen``, or the latest naming of the same source before the value: it is from there that it speaks on."""
    names = reader.frame.names_at
    if chosen.span is None or not isinstance(chosen.item, Source):
        return chosen
    name = names.get(chosen.span.start)
    latest = chosen
    for option in options:
        if option.span is None or not isinstance(option.item, Source) or option.span.end > draft.anchor.start:
            continue
        other = names.get(option.span.start)
        same = name is not None and other is not None and entity(other) == entity(name)
        if same and latest.span is not None and option.span.start > latest.span.start:
            latest = option
    return latest


def _name(reader: Reader, draft: Draft, name: Mention, sources: int) -> list[str]:
    """A name that no known verb of speech follows: `央行把预测值下修到3.51%`, `钟南山：`."""
    frame = reader.frame
    after = frame.folded[name.end : name.end + 3].lstrip(" ")
    clause = frame.clause_at(name.start)
    head = clause is not None and name.start - clause.start <= 1
    same = draft.subject is not None and (draft.subject.start == name.start or draft.subject.text == name.text)
    features = [
        "name",
        f"name|{name.kind}|head={head}",
        f"name|{name.kind}|sources={min(sources, 2)}",
        f"name|nx={after[:1]}",
        f"name|nx2={after[:2]}",
        f"name|subject={same}|{name.kind}",
        f"name|{draft.type}|subject={same}",
        f"name|{draft.modality}|subject={same}",
        f"name|key={draft.metric_key}|subject={same}",
    ]
    if clause is not None:
        verbs = [
            cue for cue in clause.cues if cue.start >= name.end and (cue.plays("modality") or cue.plays("movement"))
        ]
        if verbs:
            features.append(f"name|{verbs[0].word}|subject={same}")
    return features


def _opening(reader: Reader, draft: Draft, source: Source) -> str:
    """What the sentence opens with, seen from a source said in an earlier one."""
    frame = reader.frame
    sentence = frame.sentences[draft.clause.sentence]
    names = [name for name in before(reader.names, draft.anchor.start, _ROW) if name.kind != "place"]
    words = frame.folded[sentence.start : sentence.start + 4]
    for word in cue_words("pronoun.company"):
        if words.startswith(word):
            return "pronoun"
    if not names:
        return "nobody"
    first = names[0]
    if first.text == source.span.text or first.start == source.span.start:
        return "source"
    known = [
        name for name in between(frame.mentions, sentence.start - _LATELY, sentence.start) if name.text == first.text
    ]
    head = "head" if first.start - sentence.start <= 8 else "inner"
    return f"{'known' if known else 'new'}-{first.kind}-{head}"


def _option(reader: Reader, draft: Draft, source: Source, side: str, rank: int, apart: int, here: bool) -> Option:
    frame = reader.frame
    verb = source.verb.word if source.verb else ""
    where = f"{side}|{'here' if here else min(apart, 3)}"
    kind = source.kind
    features = [
        f"{where}|{source.manner}",
        where,
        f"{where}|rank={min(rank, 2)}",
        f"{source.manner}|{kind}",
        f"{where}|{kind}",
        f"verb={verb}",
        f"verb={verb}|{'here' if here else 'away'}",
        f"{where}|{source.manner}|{draft.type}",
        f"{where}|{kind}|{draft.modality}",
        f"{source.manner}|{draft.modality}",
    ]
    if source.quoted_until and draft.anchor.start < source.quoted_until:
        features += ["quoted", f"quoted|{where}"]
    elif source.quoted_until:
        features.append(f"past-quote|{where}")
    if draft.subject is not None:
        same = draft.subject.start == source.span.start or draft.subject.text == source.span.text
        features += [f"subject={same}|{where}", f"subject={same}|{source.manner}|{kind}"]
    clauses_between = 0
    own = frame.clause_at(source.at)
    if own is not None:
        clauses_between = draft.clause.line - own.line
    features.append(f"{side}|clauses={min(max(clauses_between, -1), 5)}|{source.manner}")
    if here:
        features.append(f"colon={frame.folded[source.start : source.start + 1]}|{source.manner}")
    names = between(frame.mentions, max(source.start, draft.anchor.start - _LATELY), draft.anchor.start)
    organizations = [name for name in names if name.kind == "organization" and name.text != source.span.text]
    features.append(f"{where}|others={min(len(organizations), 2)}")
    if side == "before" and not here:
        opened = _opening(reader, draft, source)
        features += [
            f"opened={opened}|{source.manner}",
            f"opened={opened}|{where}|{draft.type}",
            f"opened={opened}|{kind}",
        ]
        features.append(f"dated={bool(reader.times)}|{where}|{source.manner}")
        features.append(f"apart={min(apart, _FAR)}|{source.manner}|{kind}")
        features.append(f"apart={min(apart, _FAR)}|opened={opened}")
        features.append(f"opens={reader.opening}|{source.manner}")
        features.append(f"{where}|{draft.metric_type}|{source.manner}")
    features.append(f"day={draft.basis == 'dod'}|{source.manner}|{kind}|{where}")
    previous = reader.previous
    if previous is not None and previous.attribution is not None:
        same = previous.attribution.start == source.span.start
        near = nearness(draft, previous)
        features += [
            f"prev={same}|{where}",
            f"prev={same}|{near}|{source.manner}",
            f"prev={same}|{near}|opens={reader.opening}",
            f"prev={same}|{near}|{draft.type}|{draft.type == previous.type}",
        ]
    elif previous is not None:
        features.append(
            f"prev=none|{where}|{previous.clause.sentence == draft.clause.sentence}|{previous.anchor.start > source.start}"
        )
    return Option(source.span, features, "source", source)
