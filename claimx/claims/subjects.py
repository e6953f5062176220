"""Whom a value is about: the names that may be meant, each with the features that speak for or against it."""

from __future__ import annotations

from collections.abc import Iterator

from claimx.claims.cues import cue_words
from claimx.claims.draft import Draft, Option
from claimx.claims.frame import Clause, before, between, entity, overlap
from claimx.claims.letters import spell
from claimx.claims.phrases import LONGEST, noun_behind, noun_list, trimmed
from claimx.claims.reader import Reader, follows, last_row, nearness, nouns_around, place
from claimx.model import Mention, Span

KINDS = ("organization", "product", "segment", "index", "place", "person")
_BEFORE = 8
_AFTER = 2
_ROW = 24  # names of a sentence that are looked at before a value
_COMPARED = 6  # code points between 比 and what is compared with: 比上一代K80
_MARKS = " \"'“「【(《#*·-—●■◆◎▍①②③④⑤⑥⑦⑧⑨0123456789.、"
_TIES = ("", " ", "的", "旗下")
_MADE = {"organization": ("segment", "product"), "place": ("organization", "segment", "product")}
_CLAUSES = 4  # earlier clauses of the sentence whose noun phrases are looked at
_NOUNS = 8  # noun phrases of the sentence that are looked at before a value
_AHEAD = 30  # code points behind the anchor in which a name is still looked for


def subject_options(reader: Reader, draft: Draft) -> list[Option]:
    """Names and noun phrases of the sentence, then names of earlier sentences, pronouns last."""
    start, end = draft.anchor.start, draft.anchor.end
    left = [name for name in before(reader.names, start, _ROW) if name.kind in KINDS][-_BEFORE:]
    after = [name for name in between(reader.names, end, end + _AHEAD) if name.kind in KINDS][:_AFTER]
    left = [name for index, name in enumerate(left) if not _makes(reader, name, left[index + 1 : index + 2])]
    own = min(sum(1 for name in left if _strong(reader, name)), 3)
    found = []
    for name in left:
        rank = sum(1 for other in left if other.start > name.start and _strong(reader, other))
        found.append(
            Option(Span(name.start, name.end, name.text), _name(reader, draft, name, rank, own), name.kind, name)
        )
    for index, name in enumerate(after):
        features = _name(reader, draft, name, 10 + index, own)
        found.append(Option(Span(name.start, name.end, name.text), features, name.kind, name))
    _phrases(reader, draft, left, found, own)
    _listed(reader, draft, found)
    _beside(reader, draft, found, own)
    _nouns(reader, draft, found, own)
    _earlier(reader, draft, left, found, own)
    _pronouns(reader, draft, found, own)
    spell(reader, draft, found)
    return found


def _makes(reader: Reader, name: Mention, behind: list[Mention]) -> bool:
    """A company right before its own segment or product (小米智能手机业务), a country right before its company: what is
    said of the second is not said of the first."""
    if not behind or behind[0].kind not in _MADE.get(name.kind, ()):
        return False
    return reader.frame.folded[name.end : behind[0].start].strip(" ") == ""


def _strong(reader: Reader, name: Mention) -> bool:
    """A name that is usually the subject where it stands: no place, and nobody who only says it."""
    return name.kind != "place" and name.start not in reader.speaking


def _name(reader: Reader, draft: Draft, name: Mention, rank: int, own: int) -> list[str]:
    frame = reader.frame
    folded = frame.folded
    clause = frame.clause_at(name.start)
    where = place(draft, clause)
    kind = name.kind
    near = rank if rank >= 10 else min(rank, 3)
    quantity = draft.quantity
    topic = draft.metric_type or "none"
    features = [
        f"kind={kind}",
        f"where={where}",
        f"rank={near}",
        f"rank={near}|own={own}|{where}",
        f"{kind}|{where}|{near}",
        f"{kind}|{topic}",
        f"{kind}|{topic}|{where}",
        f"{kind}|{quantity.kind if quantity else 'time'}|{draft.measure}",
    ]
    assert clause is not None
    told = reader.told.get(("name", name.start))
    if told is None:
        told = reader.told["name", name.start] = _standing(reader, clause, name)
    features += told
    features.append(f"{told[0]}|{where}|{kind}")
    if name.start in reader.speaking:
        features += ["speaking", f"speaking|{kind}|own={own}|{where}", f"speaking|rank={near}|{where}"]
    first, last = (name.end, draft.anchor.start) if rank < 10 else (draft.anchor.end, name.start)
    values = between(frame.quantities, first, last)
    features.append(f"values={min(len(values), 3)}|{where}")
    metrics = between(reader.metrics, first, last)
    features.append(f"metrics={min(len(metrics), 2)}|{where}")
    if draft.metric is not None:
        gap = draft.metric.start - name.end
        if gap >= 0:
            words = folded[name.end : draft.metric.start].strip()
            if words in ("", "的", "'s"):
                features += ["owns", f"owns|{kind}|{words}"]
            elif gap <= 4:
                features.append(f"owns~|{kind}")
            features.append("metric-after")
        elif name.start >= draft.metric.end:
            features.append(f"metric-before|{where}|{kind}")
        if draft.metric.start <= name.start and name.end <= draft.metric.end:
            features.append("in-metric")
    key = entity(name)
    previous = reader.previous
    if previous is not None and previous.subject is not None:
        same = previous.subject.start == name.start or key == previous.subject_key
        features.append(f"prev={same}|{where}|{nearness(draft, previous)}")
        features += _chained(draft, previous, same)
    if clause.bracket and not draft.clause.bracket:
        features += [f"bracket|{where}", f"bracket|{kind}|{frame.folded[clause.end - 2 : clause.end - 1]}"]
    if name.end <= draft.anchor.start and not folded[name.end : draft.anchor.start].strip(" "):
        features.append(f"touches|{kind}|{quantity.kind if quantity else 'time'}")
    if where != "same" and rank < 10 and reader.head(draft.clause) is not None:
        features += [f"phrase-here|{kind}", f"phrase-here|{where}"]
    if rank >= 10:
        words = folded[draft.anchor.end : name.start]
        joined = "的" in words[:8] and not set(",;。!?") & set(words)
        features.append(f"modified={joined}|{kind}|{quantity.kind if quantity else 'time'}")
    if draft.order is not None:
        features += _ordered(reader, draft, name)
    return features


def _chained(draft: Draft, previous: Draft, same: bool) -> list[str]:
    """How the claim before speaks for its own subject (``same``) or against it: one metric goes on, another begins."""
    near = nearness(draft, previous)
    metric = draft.metric is not None and previous.metric is not None and draft.metric.start == previous.metric.start
    return [
        f"prev={same}|{near}|metric={metric}|{draft.measure}",
        f"prev={same}|{near}|{previous.metric_type}|{draft.metric_type}",
        f"prev={same}|{near}|{previous.measure}|{draft.measure}",
    ]


def _standing(reader: Reader, clause: Clause, name: Mention) -> list[str]:
    """The features of a name that no value changes: where it stands and what stands around it."""
    frame = reader.frame
    folded = frame.folded
    head = name.start - clause.start <= 1 or not folded[clause.start : name.start].strip(_MARKS)
    preposition = follows(frame, name.start, cue_words("preposition.words"))
    after = folded[name.end : name.end + 3]
    features = [
        "head" if head else "inner",
        f"prep={preposition}",
    ]
    if any(after.startswith(word) for word in cue_words("preposition.after")):
        features.append("aside")
    compared = [name.start - cue.end for cue in clause.cues if cue.plays("compare") and cue.end <= name.start]
    if compared and compared[-1] <= _COMPARED:
        features += ["compared", f"compared|{compared[-1] == 0}|{name.kind}"]
    features += _neighbours(reader, name)
    features += _fame(reader, entity(name), name)
    return features


def _neighbours(reader: Reader, name: Mention) -> list[str]:
    """A name right before or behind this one: `小米智能手机业务`, `比亚迪秦`."""
    folded = reader.frame.folded
    features = []
    for other in between(reader.names, name.start - 24, name.end + 24):
        if 0 <= other.start - name.end <= 2 and folded[name.end : other.start] in _TIES:
            features += [f"leads|{other.kind}", f"leads|{name.kind}|{other.kind}"]
        elif 0 <= name.start - other.end <= 2 and folded[other.end : name.start] in _TIES:
            features += [f"led|{other.kind}", f"led|{other.kind}|{name.kind}"]
    return features


def _fame(reader: Reader, key: str, name: Mention) -> list[str]:
    features = [f"count={min(reader.counts[key], 4)}|{name.kind}"]
    if key == reader.main:
        features.append("main")
    if reader.headline is not None and key == entity(reader.headline):
        features.append("headline")
    return features


def _ordered(reader: Reader, draft: Draft, name: Mention) -> list[str]:
    """Whether the name's place in its row is the value's place in its own, where 分别 hands values out."""
    assert draft.order is not None
    index, size = draft.order
    row = [other for other in before(reader.names, draft.anchor.start, _ROW) if other.kind in KINDS]
    row = [other for index, other in enumerate(row) if index + 1 == len(row) or _apart(reader, other, row[index + 1])]
    row = last_row(reader.frame, row)
    if len(row) != size or name not in row:
        return ["order=none"]
    return ["order=match" if row.index(name) == index else "order=other"]


def _apart(reader: Reader, name: Mention, after: Mention) -> bool:
    """False for a maker right before its product, which count once."""
    return reader.frame.folded[name.end : after.start].strip(" ") not in ("", "的")


def _phrases(reader: Reader, draft: Draft, left: list[Mention], found: list[Option], own: int) -> None:
    """Noun phrases that open the clause, or an earlier one of the sentence, and are no known name."""
    frame = reader.frame
    folded = frame.folded
    for clause, phrase in _openings(reader, draft):
        inside = [name for name in left if phrase.start <= name.start and name.end <= phrase.end]
        if inside and (inside[0].start, inside[-1].end) == (phrase.start, phrase.end):
            continue
        where = place(draft, clause)
        topic = draft.metric_type or "none"
        features = [
            "phrase",
            f"phrase|{where}|own={own}",
            f"phrase|{topic}|{where}",
            f"phrase|holds={min(len(inside), 2)}|{where}",
            *_grammar(reader, phrase),
            f"phrase|{draft.quantity.kind if draft.quantity else 'time'}|{draft.measure}",
        ]
        if draft.metric is not None and overlap(draft.metric, phrase):
            features.append("phrase|is-metric")
        if (
            draft.metric is not None
            and folded[phrase.end : draft.metric.start].strip() in ("", "的")
            and phrase.end <= draft.metric.start
        ):
            features.append("phrase|owns")
        previous = reader.previous
        if previous is not None and previous.subject is not None:
            same = previous.subject.start == phrase.start
            features.append(f"prev={same}|phrase|{where}")
            features += _chained(draft, previous, same)
        found.append(Option(phrase, features, "phrase"))


def _openings(reader: Reader, draft: Draft) -> Iterator[tuple[Clause, Span]]:
    """The noun phrases before the value that open a clause of its sentence."""
    for clause in [draft.clause, *reader.frame.earlier(draft.clause)[:_CLAUSES]]:
        phrase = reader.head(clause)
        if phrase is not None and phrase.end <= draft.anchor.start:
            yield clause, phrase


def _grammar(reader: Reader, phrase: Span) -> list[str]:
    """How far a phrase cut at marks and particles is a noun phrase by its words, too."""
    inside = [noun for noun in reader.nouns() if overlap(noun, phrase)]
    if not inside:
        return ["nouns=none"]
    first, last = inside[0], inside[-1]
    whole = len(inside) == 1 and (first.start, first.end) == (phrase.start, phrase.end)
    return [
        "nouns=whole" if whole else "nouns=part",
        f"nouns-first={first.first}|{first.start <= phrase.start}",
        f"nouns-last={last.last}|{last.end >= phrase.end}",
    ]


def _nouns(reader: Reader, draft: Draft, found: list[Option], own: int) -> None:
    """Noun phrases of the sentence by their words."""
    frame = reader.frame
    topic = draft.metric_type or "none"
    kind = draft.quantity.kind if draft.quantity else "time"
    previous = reader.previous
    for noun, rank, where in nouns_around(reader, draft, found, _NOUNS):
        clause = frame.clause_at(noun.start)
        head = clause is not None and not frame.folded[clause.start : noun.start].strip(_MARKS)
        features = [
            "unlisted",
            f"unlisted|{where}|own={own}",
            f"unlisted|{where}|rank={rank}",
            f"unlisted|{where}|{topic}",
            f"unlisted|{where}|{'head' if head else 'inner'}",
            f"unlisted|{kind}|{draft.measure}",
            f"unlisted|first-word={noun.first}|last-word={noun.last}",
            f"unlisted|{where}|last-word={noun.last}",
            f"unlisted|{where}|word-before={noun.before}",
            f"unlisted|{where}|word-after={noun.after}",
            f"unlisted|prep={follows(frame, noun.start, cue_words('preposition.words'))}",
        ]
        if draft.metric is not None and frame.folded[noun.end : draft.metric.start].strip() in ("", "的"):
            features.append(f"unlisted|owns={noun.end <= draft.metric.start}")
        if previous is not None and previous.subject is not None:
            same = previous.subject.start == noun.start
            features += [f"prev={same}|unlisted|{where}", *_chained(draft, previous, same)]
        found.append(Option(Span(noun.start, noun.end, frame.raw[noun.start : noun.end]), features, "phrase"))


def _listed(reader: Reader, draft: Draft, found: list[Option]) -> None:
    """The member of a list of nouns that a value in a row belongs to: `主营业务为饲料、食品、商贸，占营收比例分别为51%、9%、3%`."""
    if draft.order is None:
        return
    index, size = draft.order
    frame = reader.frame
    clauses = [draft.clause, *frame.earlier(draft.clause)[: 2 + index]]
    lists = (noun_list(frame, clause, draft.anchor.start, size) for clause in clauses)
    members = next(filter(None, lists), None)
    if members is None:
        return
    member = members[index]
    known = [option for option in found if option.span is not None and overlap(option.span, member)]
    for option in known:
        option.features.append("list=match")
    if not known:
        found.append(Option(member, ["list", f"list|{min(size, 5)}", f"list|{draft.metric_type}"], "phrase"))


def _beside(reader: Reader, draft: Draft, found: list[Option], own: int) -> None:
    """The metric itself (`铜价`, `出口`), the words right behind the value, and a title (`《…》`) before it."""
    frame = reader.frame
    folded = frame.folded
    topic = draft.metric_type or "none"
    kind = draft.quantity.kind if draft.quantity else "time"
    taken = [option.span for option in found if option.span is not None]
    metric = draft.metric
    if metric is not None:
        here = metric.start >= draft.clause.start
        features = [
            "metric",
            f"metric|{topic}|own={own}",
            f"metric|key={draft.metric_key}",
            f"metric|{kind}|{draft.measure}",
            f"metric|here={here}|own={own}",
            *_grammar(reader, metric),
        ]
        found.append(Option(Span(metric.start, metric.end, metric.text), features, "metric"))
    quantity = draft.quantity
    if quantity is not None and quantity.kind in ("rank", "count", "money"):
        behind = noun_behind(frame, draft.clause, draft.anchor.end)
        if behind is not None and not any(overlap(span, behind) for span in taken):
            gap = folded[draft.anchor.end : behind.start]
            features = [
                "behind",
                f"behind|{kind}|own={own}",
                f"behind|gap={gap}|{kind}",
                f"behind|{topic}",
                f"behind|unit={quantity.unit}",
            ]
            found.append(Option(behind, features, "behind"))
    close = folded.rfind("》", draft.clause.start, draft.anchor.start)
    opened = folded.rfind("《", draft.clause.start, close) if close > 0 else -1
    if 0 <= opened < close - 1 and not any(span.start == opened + 1 for span in taken):
        features = ["title", f"title|{topic}|own={own}", f"title|nx={folded[close + 1 : close + 2]}"]
        found.append(Option(Span(opened + 1, close, frame.raw[opened + 1 : close]), features, "title"))


def _earlier(reader: Reader, draft: Draft, left: list[Mention], found: list[Option], own: int) -> None:
    """Names of earlier sentences that are not named again in this one, nearest first, and the subject before."""
    known = {entity(name) for name in left}
    paragraph = draft.clause.paragraph
    previous = reader.previous
    taken: set[int] = {option.span.start for option in found if option.span}
    topic = draft.metric_type or "none"
    pool = [name for name in reversed(reader.recent) if name.kind in KINDS and entity(name) not in known]
    first = next((name for name in reader.frame.paragraph_names(paragraph) if name.kind == "organization"), None)
    for index, name in enumerate(pool):
        clause = reader.frame.clause_at(name.start)
        near = clause is not None and clause.paragraph == paragraph
        features = [
            "earlier",
            f"earlier|own={own}|near={near}",
            f"earlier|{index}|near={near}",
            f"earlier|{name.kind}|{topic}",
            f"earlier|{name.kind}|own={own}",
            f"kind={name.kind}",
        ]
        key = entity(name)
        if previous is not None and previous.subject is not None:
            same = previous.subject.start == name.start or key == previous.subject_key
            features.append(f"prev={same}|earlier|own={own}|near={previous.clause.paragraph == paragraph}")
            features.append(f"prev={same}|earlier|opens={reader.opening}|own={own}")
            features += _chained(draft, previous, same)
        if name.start in reader.speaking:
            features.append(f"speaking|earlier|own={own}|near={near}")
        if reader.opened is not None and key == entity(reader.opened):
            features.append(f"opened|{name.kind}|own={own}|near={near}")
        fame = _fame(reader, key, name)
        features += [f"earlier|{feature}" for feature in fame]
        features += [f"earlier|{feature}|near={near}" for feature in fame[1:]]
        if first is not None:
            features.append(f"earlier|first={key == entity(first)}|own={own}|near={near}")
        taken.add(name.start)
        found.append(Option(Span(name.start, name.end, name.text), features, name.kind, name))
    _told(reader, draft, found, own, taken)
    if previous is None or previous.subject is None or previous.subject.start in taken:
        return
    if previous.clause.sentence == draft.clause.sentence and found:
        return
    kind = previous.subject_kind or "phrase"
    near = previous.clause.paragraph == paragraph
    apart = min(draft.clause.sentence - previous.clause.sentence, 3)
    features = [
        "prior",
        f"prior|{kind}|near={near}|own={own}",
        f"prior|{kind}|{topic}",
        f"prior|{kind}|{apart}|own={own}",
    ]
    found.append(Option(previous.subject, features, kind))


def _told(reader: Reader, draft: Draft, found: list[Option], own: int, taken: set[int]) -> None:
    """Subjects of earlier values, the last one aside, that are not offered yet."""
    previous = reader.previous
    texts = {option.span.text for option in found if option.span}
    keys = {entity(option.item) for option in found if isinstance(option.item, Mention)}
    rank = 0
    for other in reversed(reader.past["subject"]):
        span = other.subject
        assert span is not None
        if span.text in texts or span.start in taken or other.subject_key in keys:
            continue
        if previous is not None and previous.subject is not None and span.start == previous.subject.start:
            continue
        kind = other.subject_kind or "phrase"
        near = other.clause.paragraph == draft.clause.paragraph
        apart = min(draft.clause.sentence - other.clause.sentence, 4)
        features = [
            "told",
            f"told|{kind}|near={near}|own={own}",
            f"told|{rank}|near={near}|own={own}",
            f"told|{kind}|{draft.metric_type}",
            f"told|{apart}|{kind}|own={own}",
        ]
        rank += 1
        found.append(Option(span, features, kind))


def _pronouns(reader: Reader, draft: Draft, found: list[Option], own: int) -> None:
    """公司, 集团, 其 stand for a name said before; they are the subject only where there is none."""
    cues = [
        cue
        for clause in [draft.clause, *reader.frame.earlier(draft.clause)]
        for cue in clause.cues
        if cue.plays("pronoun.company") and cue.end <= draft.anchor.start
    ]
    if cues:
        for option in found:
            option.features.append(f"pronoun|{option.kind}|{'earlier' if 'earlier' in option.features else 'here'}")
        cue = cues[0]
        after = reader.frame.folded[cue.end : cue.end + 2]
        features = [
            "pronoun",
            f"pronoun|main={reader.main is not None}|own={own}",
            f"pronoun={cue.word}",
            f"pronoun|nx={after[:1]}",
            f"pronoun|named={reader.named}",
            f"pronoun|named={reader.named}|own={own}",
        ]
        behind = trimmed(reader.frame, draft.clause, cue.end, min(cue.end + LONGEST, draft.anchor.start))
        own_metric = draft.metric is not None and draft.metric.start <= cue.end
        features.append(f"pronoun|noun={behind is not None and not own_metric}|{cue.end >= draft.clause.start}")
        features.append(
            f"pronoun|timed={any(time.start == cue.end for time in reader.times)}|{reader.main is not None}"
        )
        found.append(Option(Span(cue.start, cue.end, reader.frame.raw[cue.start : cue.end]), features, "pronoun"))
    elif reader.pronoun is not None:
        main = min(reader.main_count, 3)
        apart = min(draft.clause.sentence - reader.pronoun_sentence, 4)
        features = [
            "pronoun-before",
            f"pronoun-before|own={own}|main={main}",
            f"pronoun-before|{draft.metric_type}|main={main}",
            f"pronoun-before|{apart}|own={own}|main={main}",
            f"pronoun-before={reader.pronoun.text}|main={main}",
            f"pronoun-before|named={reader.named}",
            f"pronoun-before|named={reader.named}|own={own}",
        ]
        previous = reader.previous
        if previous is not None:
            near = previous.clause.paragraph == draft.clause.paragraph
            features.append(f"prev={previous.subject_kind}|pronoun-before|near={near}")
        found.append(Option(reader.pronoun, features, "pronoun"))
    elif not found and reader.frame.mentions:
        name = reader.frame.mentions[0]
        found.append(Option(Span(name.start, name.end, name.text), ["last-resort"], name.kind, name))
