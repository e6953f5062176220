"""What the trained heads see of a draft: its value, the words and cues around it, its linked roles, the rules' reading.

Features are strings that a person can read; the same list serves every head (is it a claim, type, measure, direction,
basis, modality). Words are those of the folded view.
"""

from __future__ import annotations

from claimx.claims.candidates import asserts
from claimx.claims.cues import CueHit
from claimx.claims.draft import Draft
from claimx.claims.frame import Clause, Frame, between
from claimx.claims.reader import Reader
from claimx.model import Quantity, Time

_EDGE = 4  # code points at either side of the anchor whose n-grams are features


def setting_of(reader: Reader, draft: Draft) -> list[str]:
    """The features of the value or date, of the words and cues around it and of its place: all that no role changes."""
    frame = reader.frame
    clause = draft.clause
    start, end = draft.anchor.start, draft.anchor.end
    what = _what(draft)
    features = [f"what={what}"]
    if draft.quantity is not None:
        features += _value(draft.quantity, draft)
    if draft.time is not None:
        features += _date(frame, draft.time, clause)
    features += _edges(frame.folded, clause, start, end, what)
    features += _cues(clause, start, end, what)
    around = reader.told.get(("around", clause.index))
    if around is None:
        around = reader.told["around", clause.index] = _around(frame, clause)
    features += around
    features += _place(frame, draft, what)
    return features


def features_of(reader: Reader, draft: Draft) -> list[str]:
    """The features of ``draft``, whose roles are linked and rules have read, with those of its setting."""
    what = _what(draft)
    return [*draft.setting, *_rules(reader.frame, draft, what), *_roles(reader, draft, what)]


def _what(draft: Draft) -> str:
    return draft.quantity.kind if draft.quantity is not None else "time"


def _value(quantity: Quantity, draft: Draft) -> list[str]:
    size = abs(quantity.value)
    bucket = (
        "0"
        if size == 0
        else "<1"
        if size < 1
        else "<10"
        if size < 10
        else "<1k"
        if size < 1000
        else "<1m"
        if size < 10**6
        else "big"
    )
    text = quantity.text
    shape = "digit" if text[0].isdigit() else "sign" if text[0] in "+-−±" else "symbol" if text[0].isascii() else "han"
    return [
        f"unit={quantity.unit}",
        f"{quantity.kind}|{bucket}",
        f"{quantity.kind}|{bucket}|{shape}",
        f"{quantity.kind}|range={quantity.high is not None}",
        f"{quantity.kind}|bound={quantity.bound}",
        f"{quantity.kind}|row={draft.order is not None}",
        f"word={text}" if quantity.kind == "rank" or shape == "han" else f"{quantity.kind}|{shape}",
    ]


def _date(frame: Frame, time: Time, clause: Clause) -> list[str]:
    after = between(clause.quantities, time.end, clause.end)
    features = [
        f"grain={time.grain}",
        f"grain={time.grain}|values={min(len(after), 1)}",
        f"dated={time.begin is not None}",
    ]
    verbs = [cue for cue in clause.cues if cue.start >= time.end and cue.plays("event")]
    if verbs:
        gap = verbs[0].start - time.end
        near = "0" if gap == 0 else "s" if gap < 8 else "m" if gap < 20 else "l"
        features += [
            "happening",
            f"happening|{near}",
            f"happening={verbs[0].word}",
            f"happening|values={min(len(after), 1)}|{time.grain}",
        ]
    before = [cue for cue in clause.cues if cue.end <= time.start and cue.plays("event")]
    if before:
        features += ["happened-before", f"before={before[-1].word}"]
    if len(clause.times) > 1:
        features.append("dates")
    return features


def _edges(folded: str, clause: Clause, start: int, end: int, what: str) -> list[str]:
    left = folded[max(clause.start, start - _EDGE) : start].rstrip(" ")
    right = folded[end : min(clause.end + 1, end + _EDGE)].lstrip(" ")
    features = [f"L{size}={left[-size:]}" for size in range(1, min(_EDGE, len(left)) + 1)]
    features += [f"R{size}={right[:size]}" for size in range(1, min(_EDGE, len(right)) + 1)]
    if not left:
        features.append(f"L=edge|{what}")
    if not right or right[0] in ",;。!?":
        features.append(f"R=edge|{what}")
    return features


def _cues(clause: Clause, start: int, end: int, what: str) -> list[str]:
    """Cues of the clause by side and nearness."""
    features = []
    values = [other for other in clause.quantities if other.kind != "rank"]
    lead = max([other.end for other in values if other.end <= start], default=clause.start)
    tail = min([other.start for other in values if other.start >= end], default=clause.end)
    nearest = True
    for cue in reversed(clause.cues):
        if cue.end > start:
            continue
        side = "l" if cue.start >= lead else "L"
        for role in cue.roles:
            features.append(f"{side}:{role}")
            if nearest:
                features.append(f"{side}1:{role}|{what}")
        if side == "l":
            features.append(f"l:{cue.word}")
            if nearest:
                features.append(f"l1:{cue.word}")
        elif cue.plays("modality"):
            features.append(f"L:{cue.word}")
        nearest = False
    nearest = True
    for cue in clause.cues:
        if cue.start < end:
            continue
        side = "r" if cue.start < tail else "R"
        for role in cue.roles:
            features.append(f"{side}:{role}")
            if nearest:
                features.append(f"{side}1:{role}|{what}")
        if side == "r":
            features.append(f"r:{cue.word}")
        nearest = False
    return features


def _around(frame: Frame, clause: Clause) -> list[str]:
    """Cues of the sentence's other clauses."""
    features = []
    for back, earlier in enumerate(frame.earlier(clause)[:4], 1):
        step = str(back) if back < 3 else "3+"
        for cue in earlier.cues:
            if cue.plays("modality"):
                features += [f"b{step}:{role}" for role in cue.roles if role.startswith("modality")]
                features.append(f"b:{cue.word}")
            elif cue.plays("basis") or cue.plays("movement") or cue.plays("speech"):
                features += [f"b{step}:{role}" for role in cue.roles]
    for cue in _standing(frame, clause):
        features += [f"s:{role}" for role in cue.roles if role.startswith("modality")]
        features.append(f"s:{cue.word}")
    following = frame.following(clause)
    if following is not None:
        for cue in following.cues:
            if cue.plays("expectation") or cue.plays("modality"):
                features += [f"n:{role}" for role in cue.roles]
    return features


def _standing(frame: Frame, clause: Clause) -> list[CueHit]:
    """The modality cues of the nearest earlier clause of the sentence that has any, however far back."""
    for earlier in frame.earlier(clause):
        cues = [cue for cue in earlier.cues if cue.plays("modality")]
        if cues:
            return cues
    return []


def _rules(frame: Frame, draft: Draft, what: str) -> list[str]:
    features = [
        f"rule:measure={draft.measure}",
        f"rule:measure={draft.measure}|{what}",
        f"rule:direction={draft.direction}",
        f"rule:direction={draft.direction}|{draft.measure}",
        f"rule:basis={draft.basis}",
        f"rule:basis={draft.basis}|{draft.measure}",
        f"rule:modality={draft.modality}",
        f"rule:arrives={draft.arrives}",
        f"rule:arrives={draft.arrives}|{draft.direction}",
    ]
    if draft.quantity is not None:
        features += [
            f"rule:type={draft.type}",
            f"rule:type={draft.type}|{what}",
            f"rule:type={draft.type}|{draft.measure}",
        ]
        claim = asserts(frame, draft)
        features += [f"rule:claim={claim}", f"rule:claim={claim}|{what}", f"repeats={draft.repeats}"]
        if draft.quantity.value < 0:
            features.append("negative")
    return features


def _roles(reader: Reader, draft: Draft, what: str) -> list[str]:
    metric = draft.metric
    key = draft.metric_key or ("phrase" if metric is not None else "none")
    features = [
        f"metric={key}",
        f"metric={key}|{draft.measure}",
        f"topic={draft.metric_type}",
        f"topic={draft.metric_type}|{what}",
        f"topic={draft.metric_type}|{draft.measure}",
        f"topic={draft.metric_type}|{what}|{draft.measure}",
        f"subject={draft.subject_kind}",
        f"subject={draft.subject_kind}|{what}",
        f"subject={draft.subject_kind}|{key}",
        f"subject={draft.subject_kind}|{draft.metric_type}|{what}",
        f"share={draft.metric_share}|{what}|{draft.measure}",
    ]
    if draft.subject_key is not None:
        features.append(f"who={draft.subject_key}")
    if metric is not None:
        if metric.end <= draft.anchor.start:
            gap = draft.anchor.start - metric.end
            here = metric.start >= draft.clause.start
            features.append(
                f"gap={'c' if here else 's'}{0 if gap <= 1 else 1 if gap <= 3 else 2 if gap <= 8 else 3}|{what}"
            )
        else:
            features.append(f"gap=after|{what}")
        if draft.metric_key is None:
            features += [f"noun={metric.text[-2:]}", f"noun={metric.text}"]
        else:
            features.append(f"noun={metric.text}")
    if draft.begin is not None and draft.until is not None:
        days = (draft.until - draft.begin).days
        span = (
            "d"
            if days <= 1
            else "w"
            if days <= 14
            else "m"
            if days <= 31
            else "q"
            if days <= 92
            else "h"
            if days <= 184
            else "y"
            if days <= 366
            else "long"
        )
        features += [
            f"period={span}",
            f"period={span}|{draft.measure}|{draft.metric_type}",
            f"period={span}|{draft.measure}",
        ]
        day = reader.frame.document.reference_date
        if day is not None:
            ahead = "future" if draft.begin > day else "running" if draft.until > day else "past"
            features += [
                f"when={ahead}",
                f"when={ahead}|{draft.measure}",
                f"when={ahead}|rule:modality={draft.modality}",
            ]
    else:
        features += [f"period={'open' if draft.period is not None else 'none'}"]
    if draft.comparator is not None:
        features += ["comparator", f"comparator|{draft.measure}"]
    previous = reader.previous
    if previous is not None and draft.quantity is not None:
        near = (
            "s"
            if previous.clause.sentence == draft.clause.sentence
            else "p"
            if previous.clause.paragraph == draft.clause.paragraph
            else "-"
        )
        kind = previous.quantity.kind if previous.quantity else "time"
        features += [
            f"p:{near}|{kind}|{previous.measure}|{what}",
            f"p:{near}|basis={previous.basis}",
            f"p:{near}|mod={previous.modality}",
            f"p:{near}|mod={previous.modality}|{draft.modality}",
            f"p:{near}|dir={previous.direction}|{draft.direction}",
        ]
        if near != "-":
            features.append(f"p:type={previous.type}|{what}")
            if previous.metric is not None and metric is not None and previous.metric.start == metric.start:
                features.append(f"p:same-metric|basis={previous.basis}|{draft.measure}")
                features.append(f"p:same-metric|dir={previous.direction}|arrives={draft.arrives}")
    return features


def _place(frame: Frame, draft: Draft, what: str) -> list[str]:
    clause = draft.clause
    sentence = frame.sentences[clause.sentence]
    features = []
    if clause.bracket:
        features += ["bracket", f"bracket|{what}"]
    if clause.sentence == 0:
        features.append("headline")
    if frame.folded[sentence.end - 1 : sentence.end] not in "。.!?”」":
        features += ["unstopped", f"unstopped|{what}"]
    if sentence.end - sentence.start < 12:
        features.append(f"short|{what}")
    mark = frame.folded[sentence.end - 1 : sentence.end]
    if mark == "?":
        features.append("question")
    near = [mention for mention in clause.mentions if mention.end <= draft.anchor.start]
    if near:
        gap = frame.folded[near[-1].end : draft.anchor.start].strip()
        features.append(f"name|{near[-1].kind}|{what}|{len(gap) == 0}")
    features.append(f"names={min(len(clause.mentions), 2)}|{what}")
    features.append(f"metrics={min(len(clause.metrics), 2)}|{what}")
    features.append(f"values={min(len(clause.quantities), 3)}|{what}")
    return features
