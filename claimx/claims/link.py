"""Roles and first readings of drafts, in text order: metric, subject, period by ranker, the rest by rule."""

from __future__ import annotations

from claimx.claims.basis import read_basis
from claimx.claims.classify import finish_measure, read_type
from claimx.claims.draft import Draft, Option
from claimx.claims.frame import entity
from claimx.claims.measured import metric_options
from claimx.claims.modality import read_modality
from claimx.claims.movement import read_movement
from claimx.claims.periods import period_options
from claimx.claims.reader import Reader
from claimx.claims.subjects import subject_options
from claimx.extract.metrics import MetricMention
from claimx.model import Mention, Time


class Chooser:
    """Chooses among the options for a role. Training overrides it to follow the annotation instead of the weights."""

    def choose(self, role: str, draft: Draft, options: list[Option]) -> tuple[Option, float]:
        """The option taken and its probability."""
        raise NotImplementedError


def link_value(reader: Reader, draft: Draft, chooser: Chooser) -> None:
    """Fills the roles of a value's draft and its first reading."""
    frame = reader.frame
    lead = read_movement(frame, draft)
    set_metric(draft, reader.previous, *chooser.choose("metric", draft, metric_options(reader, draft)))
    set_subject(draft, *chooser.choose("subject", draft, subject_options(reader, draft)))
    set_period(draft, reader.previous, *chooser.choose("period", draft, period_options(reader, draft)))
    previous = reader.previous
    if draft.arrives and draft.direction is None and previous is not None:
        draft.direction = previous.direction
    read_basis(frame, draft, lead, previous)
    finish_measure(frame, draft, lead)
    draft.type = read_type(frame, draft)
    read_modality(frame, draft)


def set_metric(draft: Draft, previous: Draft | None, option: Option, chance: float) -> None:
    """Takes ``option`` as the metric."""
    draft.chances["metric"] = chance
    draft.metric = option.span
    if isinstance(option.item, MetricMention):
        metric = option.item
        draft.metric_key, draft.metric_type, draft.metric_share = metric.key, metric.type, metric.share
        return
    source = option.item if isinstance(option.item, Draft) else previous
    if option.kind in ("inherited", "alike") and source is not None:
        draft.metric_key, draft.metric_type, draft.metric_share = (
            source.metric_key,
            source.metric_type,
            source.metric_share,
        )


def set_subject(draft: Draft, option: Option, chance: float) -> None:
    """Takes ``option`` as the subject."""
    draft.chances["subject"] = chance
    draft.subject = option.span
    draft.subject_kind = option.kind or None
    draft.subject_key = entity(option.item) if isinstance(option.item, Mention) else None


def set_period(draft: Draft, previous: Draft | None, option: Option, chance: float) -> None:
    """Takes ``option`` as the period."""
    draft.chances["period"] = chance
    draft.period = option.span
    if isinstance(option.item, Time | Draft):
        draft.begin, draft.until = option.item.begin, option.item.until
    elif option.kind == "inherited" and previous is not None:
        draft.begin, draft.until = previous.begin, previous.until
