"""`分别为`: values handed out in order over the names, metrics or bases said before."""

from __future__ import annotations

from claimx.claims.basis import bases_of
from claimx.claims.cues import CueHit
from claimx.claims.draft import Draft
from claimx.claims.frame import Clause, Frame
from claimx.claims.roles import chain_after, chain_before, span_of
from claimx.model import Mention


def distribute(frame: Frame, drafts: list[Draft]) -> None:
    """Corrects subject, metric or basis of the drafts that 分别 hands out."""
    at = {draft.anchor.start: draft for draft in drafts}
    for clause in frame.clauses:
        for cue in clause.cues:
            if cue.plays("distribute"):
                _hand_out(frame, clause, cue, at)


def _hand_out(frame: Frame, clause: Clause, cue: CueHit, at: dict[int, Draft]) -> None:
    sentence = frame.sentence_clauses(clause)
    values = chain_after(frame, [q for part in sentence if part.index >= clause.index for q in part.quantities], cue.end)
    run = [at[value.start] for value in values if value.start in at]
    if len(run) < 2:
        return
    bases = [found for found in bases_of(clause.cues) if found[1].end <= cue.start]
    if len(bases) == len(run):
        for draft, (name, basis_cue) in zip(run, bases, strict=True):
            draft.basis = name  # type: ignore[assignment]
            draft.note("basis", basis_cue.start, basis_cue.end, frame.raw)
        return
    metrics = [metric for metric in clause.metrics if metric.end <= cue.start and not metric.weak]
    if len(metrics) == len(run):
        for draft, metric in zip(run, metrics, strict=True):
            draft.metric, draft.metric_key, draft.metric_share = span_of(metric), metric.key, metric.share
            draft.metric_type = metric.type
            if draft.measure != "rank":
                draft.type = metric.type
        return
    names: list[Mention] = []
    for part in reversed([part for part in sentence if part.index <= clause.index]):
        names = chain_before(frame, [m for m in part.mentions if m.kind != "place"], cue.start)
        if len(names) >= len(run):
            break
    if len(names) >= len(run):
        for draft, name in zip(run, names[-len(run) :], strict=True):
            draft.subject = span_of(name)
            draft.own_subject = True
            draft.why.append("handed out in order")
