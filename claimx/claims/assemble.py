"""The stages of the claim step in their order: candidates, roles, first reading, trained heads, sources, resolve."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from functools import partial
from heapq import merge

from claimx.claims.candidates import find_candidates
from claimx.claims.distribute import number_rows, share_years
from claimx.claims.draft import Draft, Option
from claimx.claims.events import event_candidates, statement_candidates, statement_features, statement_subjects
from claimx.claims.features import features_of, setting_of
from claimx.claims.frame import Frame
from claimx.claims.linear import Classifier
from claimx.claims.link import Chooser, link_value, set_subject
from claimx.claims.modality import read_modality
from claimx.claims.models import Models, models
from claimx.claims.phrases import tidied
from claimx.claims.ranker import UNTRAINED
from claimx.claims.reader import Reader
from claimx.claims.resolve import resolve
from claimx.claims.sources import Source, find_sources
from claimx.claims.speakers import said_last, source_options
from claimx.claims.subjects import subject_options
from claimx.extract.metrics import MetricTable
from claimx.model import Claim, Document
from claimx.source.text import Text

_HEADS = ("type", "measure", "direction", "basis", "modality")
_NONE = "none"
# from which probability on a draft is taken: where few drafts are claims, the best F1 lies below one half (measured on
# articles held out of training, see benchmarks/RESULTS.md)
_LIKELY = {"claim": 0.5, "event": 0.15, "statement": 0.35}

Decide = Callable[[Draft, list[str]], bool]
Watch = Callable[[Draft, list[str]], None]


class Ranked(Chooser):
    """Chooses by the trained rankers."""

    def __init__(self, trained: Models) -> None:
        self.rankers = trained.rankers

    def choose(self, role: str, draft: Draft, options: list[Option]) -> tuple[Option, float]:
        """The option with the highest score."""
        if not options:
            return Option(None, []), 0.5
        index, chance = self.rankers.get(role, UNTRAINED).choose([option.features for option in options], draft.setting)
        return options[index], chance


def find_claims(source: Text, document: Document, metrics: MetricTable | None = None) -> list[Claim]:
    """The claims of a document whose quantities, times, mentions and sentences are known, in text order.

    ``metrics``: a matcher other than that of the lexicon.
    """
    frame = Frame(source, document, metrics)
    trained = models()
    return resolve(frame, drafts_of(frame, trained), trained.calibration)


def drafts_of(
    frame: Frame, trained: Models, chooser: Chooser | None = None, watch: Watch = lambda draft, features: None
) -> list[Draft]:
    """The claims as ``trained`` models decide on them, in text order, before ids and confidence.

    ``chooser`` fills the roles, by default by the rankers; ``watch`` is told every draft with the features that the
    heads see. :mod:`claimx.claims.explain` gives its own of both to look on.
    """
    chooser = chooser or Ranked(trained)
    sources = find_sources(frame)
    reader = Reader(frame, sources)
    kept = [draft for draft, _, claimed in read(reader, chooser, partial(_decide, trained, watch)) if claimed]
    kept = [*kept, *_statements(reader, kept, trained, chooser, watch)]
    kept.sort(key=lambda draft: (draft.anchor.start, draft.anchor.end))
    reader = Reader(frame, sources)
    for draft in kept:
        reader.enter(draft.clause)
        options = source_options(reader, draft)
        option, chance = chooser.choose("attribution", draft, options)
        option = said_last(reader, draft, options, option)
        draft.chances["attribution"] = chance
        if draft.type != "statement" or option.span is not None:  # reported words have a source
            draft.attribution = option.span
            if isinstance(option.item, Source) and option.item.verb is not None:
                draft.note("attribution", option.item.verb.start, option.item.verb.end, frame.raw)
        reader.passed(draft)
    share_years(kept)
    for draft in kept:
        # only now, as the rankers know the phrases as they are cut out
        if draft.subject is not None and draft.subject_kind == "phrase":
            draft.subject = tidied(frame, draft.subject)
    return kept


def read(reader: Reader, chooser: Chooser, decide: Decide) -> list[tuple[Draft, list[str], bool]]:
    """Every draft on a value or date in text order: linked, read by rule, with its features, and decided on.

    ``decide`` fills the fields and tells whether the draft is a claim; only claims are what later drafts follow on.
    """
    frame = reader.frame
    values = find_candidates(frame)
    number_rows(frame, values)
    _mark_repeats(values)
    found = []
    for draft in merge(values, event_candidates(frame), key=lambda draft: draft.anchor.start):
        reader.enter(draft.clause)
        draft.setting = setting_of(reader, draft)
        if draft.quantity is None:
            read_modality(frame, draft)
        else:
            link_value(reader, draft, chooser)
        features = features_of(reader, draft)
        claimed = decide(draft, features)
        found.append((draft, features, claimed))
        if claimed and draft.quantity is not None:
            reader.passed(draft)
        elif claimed:  # few dates are events, so only these are asked whom they are about
            set_subject(draft, *chooser.choose("event_subject", draft, subject_options(reader, draft)))
    return found


def _mark_repeats(drafts: list[Draft]) -> None:
    """A value said again in its sentence repeats the first."""
    seen: set[tuple[int, str]] = set()
    for draft in drafts:
        key = (draft.clause.sentence, draft.anchor.text)
        draft.repeats = key in seen
        seen.add(key)


def _decide(trained: Models, watch: Watch, draft: Draft, features: list[str]) -> bool:
    """Whether the draft is a claim; if so the trained heads fill its fields."""
    watch(draft, features)
    classifier = trained.classifier
    scores = classifier.scores(features)
    if not _claimed(classifier, scores, "event" if draft.quantity is None else "claim", draft):
        return False
    for head in ("modality",) if draft.quantity is None else _HEADS:
        label, chance = classifier.choose(scores, head)
        draft.chances[head] = chance
        setattr(draft, head, None if label == _NONE else label)
    return True


def _claimed(classifier: Classifier, scores: list[float], head: str, draft: Draft) -> bool:
    """Whether the head finds the draft likely enough; remembers how likely."""
    label, chance = classifier.choose(scores, head)
    likely = chance if label == "yes" else 1.0 - chance
    draft.chances["claim"] = likely
    return likely >= _LIKELY[head]


def _statements(reader: Reader, kept: list[Draft], trained: Models, chooser: Chooser, watch: Watch) -> list[Draft]:
    """The reported words that hold no claim of their own; ``kept`` are the claims on values and dates, in order."""
    classifier = trained.classifier
    starts = [draft.anchor.start for draft in kept]
    likely = []
    for draft, source in statement_candidates(reader.frame, reader.sources):
        first = bisect_left(starts, draft.anchor.start)
        inside = sum(1 for other in kept[first : bisect_left(starts, draft.anchor.end)] if other.quantity is not None)
        draft.setting = features = statement_features(reader.frame, draft, source, inside)
        watch(draft, features)
        scores = classifier.scores(features)
        if _claimed(classifier, scores, "statement", draft):
            label, draft.chances["modality"] = classifier.choose(scores, "modality")
            draft.modality = label  # type: ignore[assignment]
            likely.append((draft, source, kept[first - 1].subject if first else None))
    found: list[Draft] = []
    taken: list[int] = []  # edges of the words taken so far: inside one where the number of edges before is odd
    for draft, source, last in sorted(likely, key=lambda item: -item[0].chances["claim"]):
        left, right = bisect_right(taken, draft.anchor.start), bisect_left(taken, draft.anchor.end)
        if left != right or left % 2:
            continue
        taken[left:left] = [draft.anchor.start, draft.anchor.end]
        options = statement_subjects(reader.frame, draft, source, last)
        set_subject(draft, *chooser.choose("statement_subject", draft, options))
        found.append(draft)
    return found
