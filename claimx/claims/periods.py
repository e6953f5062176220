"""The time a value holds for: the times that may be meant, each with its features."""

from __future__ import annotations

import datetime

from claimx.claims.cues import cue_words
from claimx.claims.draft import Draft, Option
from claimx.claims.frame import before, between
from claimx.claims.reader import Reader, follows, last_row, nearness, place
from claimx.model import Span, Time

_BEFORE = 4
_AFTER = 2
_ROW = 12  # times that a row before 分别 may hold


def period_options(reader: Reader, draft: Draft) -> list[Option]:
    """Times of the sentence, the last ones of earlier sentences, the period before, and none."""
    start, end = draft.anchor.start, draft.anchor.end
    left = before(reader.times, start, _BEFORE)
    after = between(reader.times, end, reader.frame.sentences[reader.sentence].end)[:_AFTER]
    topic = draft.metric_type or "none"
    quantity = draft.quantity
    kind = f"{quantity.kind if quantity else 'time'}|{draft.measure}"
    own = len(left)
    found = []
    for index, time in enumerate(left):
        found.append(_option(time, _time(reader, draft, time, "before", own - 1 - index, own)))
    for index, time in enumerate(after):
        found.append(_option(time, _time(reader, draft, time, "after", index, own)))
    if not left:
        for index, time in enumerate(reversed(reader.recent_times)):
            clause = reader.frame.clause_at(time.start)
            near = clause is not None and clause.paragraph == draft.clause.paragraph
            features = [
                "earlier",
                f"earlier|{index}|near={near}",
                f"earlier|{time.grain or time.kind}|{topic}",
                f"earlier|{topic}|near={near}",
                f"earlier|{kind}|near={near}",
                f"earlier|key={draft.metric_key}",
                f"earlier|{time.grain or time.kind}|near={near}|listed={_listed(reader, draft)}",
                *_fitness(reader, time, "earlier"),
            ]
            if (
                reader.previous is not None
                and reader.previous.period is not None
                and reader.previous.period.start == time.start
            ):
                features += ["prev", f"prev|near={near}|{topic}"]
            found.append(_option(time, features))
    previous = reader.previous
    settled = "none" if previous is None or previous.period is None else "some"
    if (
        previous is not None
        and previous.period is not None
        and not any(option.span and option.span.start == previous.period.start for option in found)
    ):
        near = previous.clause.paragraph == draft.clause.paragraph
        features = [
            "inherited",
            f"inherited|near={near}|{topic}",
            f"inherited|own={min(own, 2)}|near={near}",
            f"inherited|{kind}",
        ]
        found.append(Option(previous.period, features, "inherited"))
    _told(reader, draft, found, min(own, 2))
    _opening(reader, draft, found, min(own, 2))
    same = previous is not None and previous.clause.sentence == draft.clause.sentence
    near = previous is not None and previous.clause.paragraph == draft.clause.paragraph
    none = [
        "none",
        f"none|{topic}",
        f"none|{topic}|own={min(own, 2)}",
        f"none|{kind}",
        f"none|prev={settled}|same={same}|near={near}",
        f"none|{topic}|prev={settled}|near={near}",
        f"none|after={min(len(after), 1)}|own={min(own, 2)}",
        f"none|key={draft.metric_key}",
        f"none|listed={_listed(reader, draft)}|near={near}",
        f"none|events={any(cue.plays('event') for cue in draft.clause.cues)}|own={min(own, 2)}",
        f"none|opens={reader.opening}|{settled}",
        f"none|subject={draft.subject_kind}|{topic}",
        f"none|headline={draft.clause.sentence == 0}|own={min(own, 2)}",
    ]
    if previous is not None:
        alike = previous.metric_type == draft.metric_type
        none.append(f"none|prev={settled}|{nearness(draft, previous)}|alike={alike}")
        none.append(f"none|prev={settled}|{draft.measure}|{previous.measure}|same={same}")
    found.append(Option(None, none))
    return found


def _told(reader: Reader, draft: Draft, found: list[Option], own: int) -> None:
    """Periods of earlier values: the day of a market report, the quarter of a report on results hold on through the text."""
    topic = draft.metric_type or "none"
    kind = f"{draft.quantity.kind if draft.quantity else 'time'}|{draft.measure}"
    rank = 0
    for other in reversed(reader.past["period"]):
        span = other.period
        assert span is not None
        alike = other.metric_type == draft.metric_type
        known = _offered(found, span.start, other.begin, other.until)
        if known is not None:
            told = f"told-before|{alike}|own={own}"
            if told not in known.features:
                known.features.append(told)
            continue
        time = reader.frame.times_at.get(span.start)
        grain = (time.grain or time.kind) if time is not None else "?"
        near = other.clause.paragraph == draft.clause.paragraph
        features = [
            "told",
            f"told|{rank}|near={near}|alike={alike}",
            f"told|{topic}|alike={alike}|{grain}",
            f"told|{kind}|alike={alike}|own={own}",
            f"told|{grain}|{kind}",
        ]
        rank += 1
        found.append(Option(span, features, "told", other))


def _opening(reader: Reader, draft: Draft, found: list[Option], own: int) -> None:
    """The first dates of the text and of the paragraph."""
    topic = draft.metric_type or "none"
    kind = f"{draft.quantity.kind if draft.quantity else 'time'}|{draft.measure}"
    for where, time in zip(("text", "paragraph"), reader.frame.first_dates(draft.clause.paragraph), strict=True):
        if time is None or time.end > draft.anchor.start:
            continue
        features = [f"first={where}", f"first={where}|{topic}|own={own}"]
        known = _offered(found, time.start, time.begin, time.until)
        if known is not None:
            known.features += features
            continue
        features += [f"first|{time.grain or time.kind}|{topic}", f"first|{kind}|own={own}"]
        found.append(_option(time, [*features, *_fitness(reader, time, "earlier")]))


def _offered(
    found: list[Option], start: int, begin: datetime.date | None, until: datetime.date | None
) -> Option | None:
    """The option on the time at ``start``, else one with the same days."""
    for option in found:
        if option.span is not None:
            item = option.item
            if option.span.start == start:
                return option
            if begin is not None and isinstance(item, Time | Draft) and (item.begin, item.until) == (begin, until):
                return option
    return None


def _listed(reader: Reader, draft: Draft) -> bool:
    """Whether the sentence begins like a list item."""
    sentence = reader.frame.sentences[draft.clause.sentence]
    return reader.frame.folded[sentence.start] in "-–—·•●■◎▍▪*◆★①②③④⑤⑥⑦⑧⑨(【"


def _option(time: Time, features: list[str]) -> Option:
    return Option(Span(time.start, time.end, time.text), features, "time", time)


def _fitness(reader: Reader, time: Time, side: str) -> list[str]:
    """What stands around a time: `自…以来`, `较…`, `…公布` say that it is no period."""
    known = reader.told.get((side, time.start))
    if known is not None:
        return known
    frame = reader.frame
    after = frame.folded[time.end : time.end + 4].lstrip(" ")
    word = follows(frame, time.start, cue_words("period.not_after") | cue_words("period.until"))
    features = [
        f"pre={word}" if word else "nopre",
        f"nx={after[:1]}",
        f"nx2={after[:2]}",
        f"{side}|pv={frame.folded[max(0, time.start - 1) : time.start]}",
    ]
    clause = frame.clause_at(time.start)
    if clause is not None:
        for cue in clause.cues:
            if cue.start >= time.end:
                if cue.start - time.end <= 14 and cue.plays("speech"):
                    features.append("published" if cue.plays("speech.publish") else "said")
                    features.append(f"{'published' if cue.plays('speech.publish') else 'said'}|{time.grain}")
                break
        if clause.bracket:
            features.append("bracket")
    if after.startswith(tuple(cue_words("period.dateline"))):
        features.append("dateline")
    if after.startswith(tuple(cue_words("period.not_before"))):
        features.append("since")
    reader.told[side, time.start] = features
    return features


def _ordered(reader: Reader, draft: Draft, time: Time) -> str:
    """Whether the time's place in its row is the value's in its own: `2015年、2016年营收分别为1.98亿元、3.27亿元`."""
    assert draft.order is not None
    index, size = draft.order
    row = last_row(reader.frame, before(reader.times, draft.anchor.start, _ROW))
    if len(row) != size or time not in row:
        return "order=none"
    return "order=match" if row.index(time) == index else "order=other"


def _time(reader: Reader, draft: Draft, time: Time, side: str, rank: int, own: int) -> list[str]:
    frame = reader.frame
    clause = frame.clause_at(time.start)
    where = place(draft, clause)
    grain = time.grain or time.kind
    topic = draft.metric_type or "none"
    quantity = draft.quantity
    kind = quantity.kind if quantity else "time"
    first, last = (time.end, draft.anchor.start) if side == "before" else (draft.anchor.end, time.start)
    values = min(len(between(frame.quantities, first, last)), 2)
    features = [
        f"{side}|{where}",
        f"{side}|{where}|rank={min(rank, 2)}",
        f"{side}|rank={min(rank, 2)}|own={min(own, 3)}",
        f"{side}|{grain}",
        f"{grain}|{topic}",
        f"{grain}|{kind}|{draft.measure}",
        f"{time.kind}|{time.anchor}|{side}",
        f"{time.kind}|{kind}|{where}",
        f"{side}|values={values}|{where}",
        f"{side}|values={values}|{grain}",
        *_fitness(reader, time, side),
    ]
    gap = frame.folded[first:last].strip(" ")
    features.append(f"{side}|gap={gap if len(gap) <= 2 else '…'}")
    previous = reader.previous
    if previous is not None and previous.period is not None:
        same = previous.period.start == time.start
        near = nearness(draft, previous)
        alike = previous.metric_type == draft.metric_type
        features += [
            f"prev={same}|{where}",
            f"prev={same}|{near}|{alike}",
            f"prev={same}|{near}|{where}|{grain}",
            f"prev={same}|{draft.measure}|{previous.measure}",
        ]
    if draft.order is not None:
        features.append(_ordered(reader, draft, time))
    if clause is not None and any(cue.plays("event") for cue in clause.cues):
        features.append(f"event|{grain}|{where}")
    features.append(f"key={draft.metric_key}|{grain}|{where}")
    day = frame.document.reference_date
    if day is not None and time.begin is not None and time.until is not None:
        when = "future" if time.begin > day else "running" if time.until > day else "past"
        plan = any(
            cue.plays("modality") and not cue.plays("modality.past") and cue.end <= draft.anchor.start
            for cue in draft.clause.cues
        )
        features.append(f"when={when}|{plan}|{grain}")
    if draft.measure == "rank":
        features.append(f"rank|{time.kind}|{where}|{frame.folded[time.end : time.end + 1]}")
    return features
