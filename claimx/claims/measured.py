"""What a value measures: the metrics that may be meant, each with its features."""

from __future__ import annotations

from claimx.claims.draft import Draft, Option
from claimx.claims.frame import before, between, overlap
from claimx.claims.letters import spell
from claimx.claims.nouns import NAME
from claimx.claims.phrases import LONGEST, noun_behind, trimmed
from claimx.claims.reader import Reader, last_row, nearness, nouns_around, place
from claimx.extract.metrics import MetricMention
from claimx.model import Span

_BEFORE = 7
_AFTER = 3
_ROW = 16  # metrics that a row before 分别 may hold
_NOUNS = 4  # noun phrases of the sentence that are looked at before a value
_AHEAD = 16  # code points behind the value in which a metric is still looked for


def metric_options(reader: Reader, draft: Draft) -> list[Option]:
    """Metrics of the sentence around the value, the metric before, noun phrases beside the value, and none."""
    quantity = draft.quantity
    assert quantity is not None
    start, end = quantity.start, quantity.end
    left = before(reader.metrics, start, _BEFORE)
    after = between(reader.metrics, end, min(end + _AHEAD, draft.clause.end))[:_AFTER]
    strong = [metric for metric in left if not metric.weak]
    found = []
    for index, metric in enumerate(left):
        nearer_strong = sum(1 for other in strong if other.start > metric.start)
        features = _metric(reader, draft, metric, "before", len(left) - 1 - index, nearer_strong)
        found.append(Option(Span(metric.start, metric.end, metric.text), features, "metric", metric))
    for index, metric in enumerate(after):
        features = _metric(reader, draft, metric, "after", index, len(strong))
        found.append(Option(Span(metric.start, metric.end, metric.text), features, "metric", metric))
    own = min(len(strong), 2)
    _previous(reader, draft, found, own)
    _parallel(reader, draft, found, own)
    _headed(reader, draft, found, own)
    if not own:
        _told(reader, draft, found)
    _phrases(reader, draft, left, after, found)
    _nouns(reader, draft, found)
    kind = f"{quantity.kind}|{draft.measure}"
    nearest = _distance(draft, left[-1]) if left else "none"
    none = [
        "none",
        f"none|{kind}",
        f"none|{kind}|own={own}",
        f"none|before={nearest}",
        f"none|{kind}|after={len(after) > 0}",
    ]
    none.append(f"none|unit={quantity.unit}")
    previous = reader.previous
    if previous is not None:
        settled = "none" if previous.metric is None else "some"
        near = nearness(draft, previous)
        none += [
            f"none|prev={settled}|{near}|{kind}",
            f"none|prev={settled}|{near}|{draft.measure} after {previous.measure}",
        ]
    if any(name.kind == "index" for name in draft.clause.mentions):
        none.append(f"none|index|{kind}")
    found.append(Option(None, none))
    spell(reader, draft, found)
    return found


def _distance(draft: Draft, metric: MetricMention) -> str:
    if metric.start >= draft.clause.start:
        gap = draft.anchor.start - metric.end
        return f"c{0 if gap <= 0 else 1 if gap <= 2 else 2 if gap <= 5 else 3 if gap <= 10 else 4}"
    return "sentence"


def _metric(reader: Reader, draft: Draft, metric: MetricMention, side: str, rank: int, stronger: int) -> list[str]:
    frame = reader.frame
    quantity = draft.quantity
    assert quantity is not None
    clause = frame.clause_at(metric.start)
    where = place(draft, clause)
    weak = "weak" if metric.weak else "strong"
    admits = quantity.kind in metric.kinds
    measure = draft.measure
    small = "1" if metric.end - metric.start == 1 else "n"
    first, last = (metric.end, quantity.start) if side == "before" else (quantity.end, metric.start)
    gap = frame.folded[first:last].strip(" ")
    short = gap if len(gap) <= 2 else "…"
    values = min(len(between(frame.quantities, first, last)), 2)
    times = min(len(between(reader.times, first, last)), 1)
    features = [
        f"{side}|{where}",
        f"{side}|{where}|{weak}",
        f"{side}|rank={min(rank, 3)}|{weak}|{where}",
        f"{side}|stronger={min(stronger, 2)}|{weak}",
        f"admits={admits}|{measure}",
        f"admits={admits}|{weak}|{side}|{measure}",
        f"{metric.type}|{quantity.kind}|{measure}",
        f"key={metric.key}",
        f"key={metric.key}|{quantity.kind}|{measure}",
        f"{metric.type}|unit={quantity.unit}",
        f"share={metric.share}|{quantity.kind}|{measure}",
        f"{side}|gap={short}",
        f"{side}|gap={short}|{measure}|{quantity.kind}",
        f"{side}|values={values}|{where}|{measure}",
        f"{side}|times={times}|{where}",
        f"{weak}|{small}|{side}",
        f"form={metric.text}" if metric.weak or small == "1" else "form",
    ]
    previous = reader.previous
    if previous is not None and previous.metric is not None:
        same = previous.metric.start == metric.start
        near = nearness(draft, previous)
        features += [
            f"prev={same}|{where}|{measure}",
            f"prev={same}|{measure}|{previous.measure}|{near}",
            f"prev={same}|{near}|{quantity.kind}|{previous.quantity.kind if previous.quantity else 'time'}|{weak}",
        ]
    if _names(frame.mentions, metric):
        features.append("in-name")
    if draft.order is not None:
        features.append(_ordered(reader, draft, metric))
    if clause is not None and clause.bracket and not draft.clause.bracket:
        features.append("bracket")
    return features


def _names(mentions: list, metric: MetricMention) -> bool:  # type: ignore[type-arg]
    return any(
        name.start <= metric.start and metric.end <= name.end
        for name in between(mentions, metric.start - 12, metric.end + 12)
    )


def _ordered(reader: Reader, draft: Draft, metric: MetricMention) -> str:
    assert draft.order is not None
    index, size = draft.order
    best = last_row(reader.frame, [m for m in before(reader.metrics, draft.anchor.start, _ROW) if not m.weak])
    if len(best) != size or metric not in best:
        return "order=none"
    return "order=match" if best.index(metric) == index else "order=other"


def _previous(reader: Reader, draft: Draft, found: list[Option], own: int) -> None:
    """The metric of the draft before, where it lies outside of this sentence."""
    previous = reader.previous
    if previous is None or previous.metric is None or previous.clause.sentence == draft.clause.sentence:
        return
    assert draft.quantity is not None
    near = previous.clause.paragraph == draft.clause.paragraph
    apart = min(draft.clause.sentence - previous.clause.sentence, 3)
    kind = f"{draft.quantity.kind}|{draft.measure}"
    features = [
        "inherited",
        f"inherited|near={near}|{apart}",
        f"inherited|own={own}|{kind}",
        f"inherited|{kind}|{previous.metric_type}",
        f"inherited|{previous.measure}|{draft.measure}|own={own}",
    ]
    found.append(Option(previous.metric, features, "inherited", None))


def _parallel(reader: Reader, draft: Draft, found: list[Option], own: int) -> None:
    """The metric of the last value of the same sort: lists and rows repeat the order of their values."""
    quantity = draft.quantity
    assert quantity is not None
    other = reader.alike(draft)
    if other is None or other.metric is None:
        return
    apart = min(draft.clause.sentence - other.clause.sentence, 3)
    features = [f"alike|{apart}", f"alike|{quantity.kind}|{draft.measure}|own={own}"]
    for option in found:
        if option.span is not None and option.span.start == other.metric.start:
            option.features += features
            return
    option = Option(other.metric, [*features, "alike-only", f"alike-only|{apart}|own={own}"], "alike", other)
    found.append(option)


def _headed(reader: Reader, draft: Draft, found: list[Option], own: int) -> None:
    """Metrics of the sentence before, where this one has none: a heading or the first line of a list."""
    if own or any(option.kind in ("alike", "inherited") for option in found):
        return
    quantity = draft.quantity
    assert quantity is not None
    for index, metric in enumerate(reversed(reader.last_metrics)):
        admits = quantity.kind in metric.kinds
        features = [
            "headed",
            f"headed|{min(index, 3)}",
            f"headed|admits={admits}|{draft.measure}",
            f"headed|{metric.type}|{quantity.kind}",
        ]
        found.append(Option(Span(metric.start, metric.end, metric.text), features, "metric", metric))


def _told(reader: Reader, draft: Draft, found: list[Option]) -> None:
    """Metrics of earlier values that are not offered yet: a heading's metric holds on through its list."""
    quantity = draft.quantity
    assert quantity is not None
    texts = {option.span.text for option in found if option.span}
    rank = 0
    for other in reversed(reader.past["metric"]):
        assert other.metric is not None and other.quantity is not None
        if other.metric.text in texts:
            continue
        near = other.clause.paragraph == draft.clause.paragraph
        apart = min(draft.clause.sentence - other.clause.sentence, 4)
        alike = other.quantity.kind == quantity.kind and other.measure == draft.measure
        features = [
            "told",
            f"told|{rank}|near={near}",
            f"told|{apart}|alike={alike}",
            f"told|alike={alike}|{quantity.kind}|{draft.measure}",
            f"told|{other.metric_type}|{quantity.kind}|{draft.measure}",
        ]
        rank += 1
        found.append(Option(other.metric, features, "alike", other))


def _phrases(
    reader: Reader, draft: Draft, left: list[MetricMention], after: list[MetricMention], found: list[Option]
) -> None:
    """Nouns that no lexicon holds: right behind a rank or count, and right before a value or its verb."""
    quantity = draft.quantity
    assert quantity is not None
    frame = reader.frame
    kind = f"{quantity.kind}|{draft.measure}"
    behind = noun_behind(frame, draft.clause, draft.anchor.end)
    if behind is not None and not any(overlap(metric, behind) for metric in after):
        words = frame.folded[quantity.end : behind.start]
        features = [
            "behind",
            f"behind|{kind}",
            f"behind|gap={words.strip()}",
            f"behind|unit={quantity.unit}",
            f"behind|{kind}|before={_distance(draft, left[-1]) if left else 'none'}",
        ]
        found.append(Option(behind, features, "phrase"))
    ahead = _ahead(reader, draft)
    if ahead is not None and not any(_names_head(metric, ahead) for metric in left):
        features = [
            "ahead",
            f"ahead|{kind}",
            f"ahead|unit={quantity.unit}",
            f"ahead|{kind}|before={_distance(draft, left[-1]) if left else 'none'}",
        ]
        found.append(Option(ahead, features, "phrase"))


def _nouns(reader: Reader, draft: Draft, found: list[Option]) -> None:
    """Noun phrases of the sentence by their words, known names aside."""
    quantity = draft.quantity
    assert quantity is not None
    for noun, rank, where in nouns_around(reader, draft, found, _NOUNS):
        if noun.first == noun.last == NAME:
            continue
        features = [
            "unlisted",
            f"unlisted|{where}|rank={rank}",
            f"unlisted|{where}|{quantity.kind}|{draft.measure}",
            f"unlisted|{where}|first-word={noun.first}|last-word={noun.last}",
            f"unlisted|{where}|word-after={noun.after}",
            f"unlisted|unit={quantity.unit}",
        ]
        found.append(Option(Span(noun.start, noun.end, reader.frame.raw[noun.start : noun.end]), features, "phrase"))


def _names_head(metric: MetricMention, phrase: Span) -> bool:
    """Whether ``metric`` says what the phrase is: a loose noun inside of it does not (应用 in 应用广告展示量)."""
    return overlap(metric, phrase) and (not metric.weak or metric.end == phrase.end)


def _ahead(reader: Reader, draft: Draft) -> Span | None:
    """The words between the last name, time or value and the verb before the value."""
    frame = reader.frame
    clause = draft.clause
    start = clause.start
    for group in (clause.quantities, clause.times, clause.mentions):
        for item in group:
            if item.end <= draft.anchor.start:
                start = max(start, item.end)
    end = draft.anchor.start
    for cue in clause.cues:
        if start < cue.start < end and not cue.plays("pronoun") and not cue.plays("opener"):
            end = cue.start
            break
    while start < end and frame.folded[start] in " 的,，:：、":
        start += 1
    particle = frame.folded.rfind("的", start, end)
    if particle > start and end - particle > 2:
        start = particle + 1
    return trimmed(frame, clause, max(start, end - LONGEST), end)
