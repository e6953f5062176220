"""Compared with when or what: the basis of a change, and the words of the comparator."""

from __future__ import annotations

import datetime

from claimx.claims.cues import CueHit, cue_words
from claimx.claims.draft import Draft
from claimx.claims.frame import Clause, Frame, before, between
from claimx.claims.movement import Lead
from claimx.model import Basis, Span, Time

_LONGEST = 24


def read_basis(frame: Frame, draft: Draft, lead: Lead, previous: Draft | None) -> None:
    """Fills ``basis`` and ``comparator`` of a draft whose measure, metric and period are known."""
    _comparator(frame, draft, lead)
    if draft.measure == "change":
        _change_basis(frame, draft, lead, previous)
    _expectation(frame, draft)


def bases_of(cues: list[CueHit]) -> list[tuple[str, CueHit]]:
    """The bases that cues tell (`按年` yoy, `季減` qoq), each with its cue, in order."""
    found = []
    for cue in cues:
        for role in sorted(cue.roles):
            name = role.rpartition(".")[2]
            if role.startswith("basis."):
                found.append((name, cue))
            elif role.startswith("movement.") and name.endswith(("_yoy", "_qoq", "_mom")):
                found.append((name[-3:], cue))
    return found


def _change_basis(frame: Frame, draft: Draft, lead: Lead, previous: Draft | None) -> None:
    row = [found for found in bases_of(draft.clause.cues) if found[1].end <= draft.anchor.start]
    if draft.order is not None and len(row) == draft.order[1]:
        # 按年及按季分别跌27%及14%
        name, cue = row[draft.order[0]]
        draft.basis = name  # type: ignore[assignment]
        draft.note("basis", cue.start, cue.end, frame.raw)
        return
    bases = bases_of(lead.cues) or bases_of([cue for cue in lead.tail_cues[:1] if cue.start - draft.anchor.end <= 3])
    if bases:
        name, cue = bases[-1]
        draft.basis = _sequence(frame, draft) if name == "sequential" else name  # type: ignore[assignment]
        draft.note("basis", cue.start, cue.end, frame.raw)
        return
    if draft.basis is not None:
        return
    if (
        previous is not None
        and previous.measure == "change"
        and previous.basis in ("yoy", "qoq", "mom")
        and previous.clause.sentence == draft.clause.sentence
        and draft.comparator is None
    ):
        # a run of changes in one sentence shares the basis said once: 总收入按年升1.02倍，销售收入升1.05倍
        same = previous.clause.index == draft.clause.index or draft.metric is not None
        if same and previous.begin == draft.begin and previous.until == draft.until:
            draft.basis = previous.basis
            return
    if _whole_year(draft) and draft.metric_type != "market_move":
        draft.basis = "yoy"


def _sequence(frame: Frame, draft: Draft) -> Basis:
    """环比 is by month where the period, or else the date told last, is a month; otherwise by quarter."""
    begin, until = draft.begin, draft.until
    if begin is None or until is None:
        told = [time for time in before(frame.times, draft.anchor.start, 2) if time.begin and time.until]
        if not told:
            return "qoq"
        begin, until = told[-1].begin, told[-1].until
    assert begin is not None and until is not None
    return "mom" if 2 <= (until - begin).days <= 31 else "qoq"


def _whole_year(draft: Draft) -> bool:
    if not (draft.begin and draft.until) or (draft.begin.month, draft.begin.day) != (1, 1):
        return False
    return 170 <= (draft.until - draft.begin).days <= 366


def _comparator(frame: Frame, draft: Draft, lead: Lead) -> None:
    cues = [cue for cue in lead.cues if cue.plays("compare")]
    for cue in reversed(cues):
        end = draft.anchor.start
        for other in lead.cues:
            if other.start >= cue.end and other.plays("movement"):
                end = min(end, other.start)
                break
        start = cue.end
        words = frame.folded[start:end]
        if cue.word in ("是", "仅为"):
            if draft.quantity is None or draft.quantity.kind != "ratio":
                continue
            words = words.rstrip(" 的")
        stripped = words.strip(" ,了的已经也均仍略")
        if not stripped or len(stripped) > _LONGEST or "," in stripped:
            continue
        start += words.index(stripped[0]) if stripped else 0
        end = start + len(stripped)
        draft.comparator = Span(start, end, frame.raw[start:end])
        times = between(draft.clause.times, cue.end, draft.anchor.start)
        if draft.measure == "change":
            draft.basis = _basis_of(draft, times[0]) if times else None
        return


def _year_before(day: datetime.date) -> datetime.date:
    """The same day a year earlier (29 February becomes the 28th)."""
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)


def _basis_of(draft: Draft, time: Time) -> Basis:
    """The basis that a comparator time makes: a year, quarter, month or day before the period, else another period."""
    if time.begin is None or time.until is None:
        return "yoy" if time.text.startswith(("去年", "上年")) else "vs_period"
    if draft.begin is None or draft.until is None:
        return "vs_period"
    if (
        _year_before(draft.begin) == time.begin
        and abs((draft.until - draft.begin).days - (time.until - time.begin).days) <= 2
    ):
        return "yoy"
    if time.until == draft.begin:
        days = (time.until - time.begin).days
        if 88 <= days <= 93:
            return "qoq"
        if 28 <= days <= 31:
            return "mom"
        if days == 1:
            return "dod"
    return "vs_period"


def _expectation(frame: Frame, draft: Draft) -> None:
    """`高于市场预期` in the clause or right after it: the comparator is the expectation."""
    for clause in _reach(frame, draft.clause):
        for cue in clause.cues:
            if not cue.plays("expectation"):
                continue
            noun = _expectation_noun(frame, cue)
            if noun is None:
                continue
            if cue.end <= draft.anchor.start and clause.index != draft.clause.index:
                continue
            draft.comparator = noun
            if draft.measure != "change":
                draft.basis = "vs_expectation"
            draft.note("comparator", cue.start, cue.end, frame.raw)
            return


def _reach(frame: Frame, clause: Clause) -> list[Clause]:
    """The clause and those after it in the sentence up to the next value of another metric."""
    reach = [clause]
    for later in frame.sentence_clauses(clause):
        if later.index <= clause.index:
            continue
        both = any(cue.word.startswith(("两者", "均", "皆", "都")) for cue in later.cues) or frame.folded[
            later.start : later.start + 3
        ].startswith(tuple(cue_words("pronoun.both") | {"均", "皆", "都"}))
        if later.quantities and not both:
            break
        reach.append(later)
    return reach


def _expectation_noun(frame: Frame, cue: CueHit) -> Span | None:
    word = cue.word
    for noun in sorted([*cue_words("expectation.noun"), "预期", "预估"], key=len, reverse=True):
        position = word.find(noun)
        if position >= 0:
            start = cue.start + position
            return Span(start, start + len(noun), frame.raw[start : start + len(noun)])
    return None
