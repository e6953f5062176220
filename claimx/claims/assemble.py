"""The stages of the claim step in their order: candidates, roles, movement, basis, scope, type, resolve."""

from __future__ import annotations

from claimx.claims.basis import read_basis
from claimx.claims.candidates import find_candidates
from claimx.claims.classify import finish_measure, read_type
from claimx.claims.distribute import distribute
from claimx.claims.draft import Draft
from claimx.claims.events import find_events, find_statements
from claimx.claims.frame import Clause, Frame
from claimx.claims.modality import read_modality
from claimx.claims.movement import Lead, read_movement
from claimx.claims.resolve import resolve
from claimx.claims.roles import Reader, choose_subject, pick_metric, pick_period, read_topic, span_of
from claimx.claims.sources import Source, find_sources
from claimx.model import Claim, Document, Mention
from claimx.source.text import Text


def find_claims(source: Text, document: Document) -> list[Claim]:
    """The claims of a document whose quantities, times, mentions and sentences are known, in text order."""
    frame = Frame(source, document)
    sources = find_sources(frame)
    drafts = find_candidates(frame)
    mentions = {mention.start: mention for mention in frame.mentions}
    by_clause: dict[int, list[Draft]] = {}
    for draft in drafts:
        by_clause.setdefault(draft.clause.index, []).append(draft)
    reader = Reader()
    speaking = {item.span.start for item in sources if item.manner in ("according", "say")}
    previous: Draft | None = None
    for clause in frame.clauses:
        reader.enter(clause)
        read_topic(frame, reader, clause, speaking)
        for draft in by_clause.get(clause.index, []):
            lead = read_movement(frame, draft)
            _fill_roles(frame, reader, draft, previous, speaking)
            if draft.arrives and draft.direction is None and previous is not None:
                draft.direction = previous.direction
            read_basis(frame, draft, lead, previous)
            finish_measure(frame, draft, lead)
            subject = mentions.get(draft.subject.start) if draft.subject else None
            draft.type = read_type(frame, draft, subject)
            read_modality(frame, draft)
            previous = draft
    distribute(frame, drafts)
    events = find_events(frame, drafts, sources)
    _event_roles(frame, events, mentions)
    statements = find_statements(frame, drafts, sources)
    for draft in [*drafts, *events]:
        _attribute(draft, sources)
        if draft.type == "event":
            read_modality(frame, draft)
    for draft in drafts:
        _daily(draft)
    return resolve(frame, [*drafts, *events, *statements])


def _fill_roles(frame: Frame, reader: Reader, draft: Draft, previous: Draft | None, speaking: set[int]) -> None:
    metric = pick_metric(frame, reader, draft)
    same_sentence = previous is not None and previous.clause.sentence == draft.clause.sentence
    if metric is None and previous is not None and previous.metric is not None and draft.measure != "rank":
        if same_sentence or (draft.measure == "change" and previous.clause.paragraph == draft.clause.paragraph):
            draft.metric, draft.metric_key, draft.metric_type, draft.metric_share = previous.metric, previous.metric_key, previous.metric_type, previous.metric_share
    elif metric is not None:
        draft.metric, draft.metric_key, draft.metric_type, draft.metric_share = span_of(metric), metric.key, metric.type, metric.share
        draft.own_metric = True
    period = pick_period(frame, reader, draft)
    if period is not None:
        reader.period = period
        draft.own_period = True
        draft.period, draft.begin, draft.until = span_of(period), period.begin, period.until
    elif previous is not None and previous.period is not None and _carries(draft, previous):
        draft.period, draft.begin, draft.until = previous.period, previous.begin, previous.until
    draft.subject = choose_subject(frame, reader, draft, speaking)


def _carries(draft: Draft, previous: Draft) -> bool:
    """Whether the period in force still holds: within a paragraph, for facts that are told in series."""
    if previous.clause.sentence == draft.clause.sentence:
        return True
    if previous.clause.paragraph != draft.clause.paragraph:
        return False
    return draft.metric_type in ("financial_result", "operating_metric", "market_position", "policy_macro", "market_move", None)


def _event_roles(frame: Frame, events: list[Draft], mentions: dict[int, Mention]) -> None:
    reader = Reader()
    by_clause = {draft.clause.index: draft for draft in events}
    for clause in frame.clauses:
        reader.enter(clause)
        read_topic(frame, reader, clause, set())
        draft = by_clause.get(clause.index)
        if draft is not None:
            draft.subject = choose_subject(frame, reader, draft, set())


def _attribute(draft: Draft, sources: list[Source]) -> None:
    """The source whose words hold the anchor."""
    position = draft.anchor.start
    for item in sources:
        if item.start <= position < item.end and item.span.text:
            if item.back is not None:
                continue
            draft.attribution = item.span


def _daily(draft: Draft) -> None:
    """A market move told without a basis is the day's."""
    if draft.type != "market_move" or draft.measure != "change" or draft.basis is not None or draft.comparator is not None:
        return
    if draft.begin is None or draft.until is None or (draft.until - draft.begin).days <= 1:
        draft.basis = "dod"


__all__ = ["Clause", "Lead", "find_claims"]
