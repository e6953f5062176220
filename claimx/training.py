"""Fits the models of the claim stage on annotated articles (needs the ``train`` extra: scikit-learn).

Everything is seeded and deterministic. Rankers learn from the annotation with the roles before a value given, then in
two rounds from what they meet behind rankers that have not seen the article (cross-fitting by article), wrong choices
and all; the heads learn from the drafts of the last round. So all meet in training what they meet in use. Models of each
fold then read the articles that they have not seen, which gives the accuracy to expect and the calibration of the
confidence.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from claimx.calibration import UNFITTED, Outcome, calibrate, judge
from claimx.claims.assemble import Ranked, read
from claimx.claims.draft import Draft, Option
from claimx.claims.events import statement_candidates, statement_features, statement_subjects
from claimx.claims.frame import Frame, between
from claimx.claims.linear import Classifier
from claimx.claims.link import Chooser
from claimx.claims.models import Models, RankerWeights, Weights, whole
from claimx.claims.ranker import UNTRAINED, Ranker
from claimx.claims.reader import Reader
from claimx.claims.sources import find_sources
from claimx.claims.speakers import source_options
from claimx.corpus import Article, GoldClaim, load_corpus
from claimx.errors import CorpusError
from claimx.evaluate import Report, evaluate, f1
from claimx.fitting import (
    Choices,
    Group,
    choices_of,
    fit_heads,
    fit_ranker,
    heads_of,
    need_extra,
    one_thread,
)
from claimx.model import Document, Mention, Span, sha256_of
from claimx.pipeline import Config, Extractor
from claimx.source.text import Text

__all__ = [
    "Examples",
    "Folds",
    "Prepared",
    "Teacher",
    "collect",
    "cross_fit",
    "fit",
    "gold_of",
    "new_examples",
    "pack",
    "prepare",
    "right_options",
    "save",
    "train",
]

ROLES = ("metric", "subject", "event_subject", "statement_subject", "period", "attribution")
FIELD_HEADS = ("type", "measure", "direction", "basis", "modality")
HEADS = ("claim", "event", "statement", *FIELD_HEADS)
_FOLDS = 4
# how often articles are read by rankers that have not seen them: what a ranker meets depends on the choices before
_ROUNDS = 2
_SMALL = 0.01  # a row whose weights are all smaller is left out of the file
_LARGEST = 2_000_000  # bytes of the file; where it would be larger, more of the small rows are left out


class Prepared(msgspec.Struct):
    """An article laid out for the claim stage, with its annotation by anchor."""

    article: Article
    frame: Frame


class Examples(msgspec.Struct):
    """What was collected: option groups per role, (features, label) per head, and how often no option was right."""

    groups: dict[str, list[Group]]
    labels: dict[str, list[tuple[list[str], str]]]
    missed: Counter[str]
    seen: Counter[str]


def prepare(article: Article, extractor: Extractor | None = None) -> Prepared:
    """Runs everything before the claim stage over the article."""
    extractor = extractor or Extractor(Config(claims=False))
    document: Document = extractor(article.text, reference_date=article.reference_date)
    return Prepared(article, Frame(Text(article.text), document))


def _union(left: Span, right: Span) -> float:
    """The common part of two spans as a share of their union."""
    common = min(left.end, right.end) - max(left.start, right.start)
    return max(0, common) / (max(left.end, right.end) - min(left.start, right.start))


def gold_of(draft: Draft, claims: Sequence[GoldClaim]) -> GoldClaim | None:
    """The annotated claim on the draft's anchor: more than half of the union of both spans is common."""
    best = None
    most = 0.5
    statement = draft.type == "statement"
    for claim in claims:
        if (claim.type == "statement") != statement or claim.anchor.start >= draft.anchor.end:
            continue
        common = _union(claim.anchor, draft.anchor)
        if common > most:
            best, most = claim, common
    return best


def _hits(gold: Span | None, option: Span | None, also: Sequence[str] = (), name: str | None = None) -> bool:
    if gold is None or option is None:
        return gold is None and option is None
    if min(gold.end, option.end) > max(gold.start, option.start):
        return True
    return option.text in (gold.text, *also) or (name is not None and name in (gold.text, *also))


def right_options(role: str, claim: GoldClaim, options: Sequence[Option], mentions: Sequence[Mention]) -> list[int]:
    """The indices of the options that the annotation accepts for ``role``; another mention of the same thing is right."""
    if role == "metric":
        return [i for i, option in enumerate(options) if _hits(claim.metric, option.span)]
    if role == "attribution":
        known = _named(mentions, claim.attribution)
        return [
            i
            for i, option in enumerate(options)
            if _hits(claim.attribution, option.span) or known & _named(mentions, option.span)
        ]
    if role == "period":
        return [i for i, option in enumerate(options) if _period_hits(claim, option)]
    gold = claim.subject
    if gold is None:
        return [i for i, option in enumerate(options) if option.span is None]
    known = _named(mentions, gold)
    found = []
    for i, option in enumerate(options):
        name, identifier = getattr(option.item, "name", None), getattr(option.item, "id", None)
        if _hits(gold, option.span, claim.subject_ok, name) or identifier in known:
            found.append(i)
    named = [i for i in found if options[i].kind != "pronoun"]
    return named or found  # a pronoun stands for a name only where there is none


def _named(mentions: Sequence[Mention], span: Span | None) -> set[str]:
    """The ids of the known names that are most of ``span``."""
    if span is None:
        return set()
    return {
        m.id for m in between(mentions, span.start, span.end) if m.id and m.end - m.start > (span.end - span.start) // 2
    }


def _period_hits(claim: GoldClaim, option: Option) -> bool:
    gold = claim.period
    if gold is None or option.span is None:
        return gold is None and option.span is None
    if _hits(Span(gold.start, gold.end, gold.text), option.span):
        return True
    begin = getattr(option.item, "begin", None)
    return begin is not None and (begin, getattr(option.item, "until", None)) == (gold.begin, gold.until)


class Teacher(Chooser):
    """Keeps every group of options with the annotation's answer. Goes on with that answer (``fallback`` is None or
    ``follow``), else with what ``fallback`` chooses, so that later choices are seen as they will be met in use."""

    def __init__(self, prepared: Prepared, fallback: Chooser | None, examples: Examples, follow: bool) -> None:
        self.follow = follow
        self.claims = prepared.article.claims
        self.known: dict[tuple[int, int, bool], GoldClaim | None] = {}
        self.mentions = prepared.frame.mentions
        self.fallback = fallback
        self.examples = examples

    def choose(self, role: str, draft: Draft, options: list[Option]) -> tuple[Option, float]:
        """The annotated option; see the class."""
        key = (draft.anchor.start, draft.anchor.end, draft.type == "statement")
        if key not in self.known:
            self.known[key] = gold_of(draft, self.claims)
        claim = self.known[key]
        if claim is not None and options:
            right = right_options(role, claim, options, self.mentions)
            self.examples.seen[role] += 1
            if right:
                features = [option.features for option in options]
                self.examples.groups[role].append(Group(features, right, draft.setting))
                if self.follow:
                    return options[right[0]], 1.0
            else:
                self.examples.missed[role] += 1
        if self.fallback is not None:
            return self.fallback.choose(role, draft, options)
        return (options[0], 0.5) if options else (Option(None, []), 0.5)


def new_examples() -> Examples:
    """An empty collection."""
    return Examples({role: [] for role in ROLES}, {head: [] for head in HEADS}, Counter(), Counter())


def collect(prepared: Prepared, examples: Examples, rankers: Chooser | None, follow: bool) -> None:
    """Adds the article's examples. ``follow``: roles as annotated (for the rankers), else as ``rankers`` choose."""
    claims = prepared.article.claims
    frame = prepared.frame
    teacher = Teacher(prepared, rankers, examples, follow)
    sources = find_sources(frame)
    kept: list[tuple[Draft, GoldClaim]] = []

    def decide(draft: Draft, features: list[str]) -> bool:
        claim = gold_of(draft, claims)
        right = claim is not None and (claim.type == "event") == (draft.quantity is None)
        examples.labels["event" if draft.quantity is None else "claim"].append((features, "yes" if right else "no"))
        if claim is None or not right:
            return False
        kept.append((draft, claim))
        for head in FIELD_HEADS if draft.quantity is not None else ("modality",):
            value = getattr(claim, head)
            examples.labels[head].append((features, str(value or "none")))
            setattr(draft, head, value)
        return True

    read(Reader(frame, sources), teacher, decide)
    reader = Reader(frame, sources)
    said = _collect_statements(reader, kept, teacher)
    for draft, claim in sorted([*kept, *said], key=lambda pair: pair[0].anchor.start):
        reader.enter(draft.clause)
        draft.type, draft.modality = claim.type, claim.modality
        option, _ = teacher.choose("attribution", draft, source_options(reader, draft))
        draft.attribution = option.span
        reader.passed(draft)


def _collect_statements(
    reader: Reader, kept: list[tuple[Draft, GoldClaim]], teacher: Teacher
) -> list[tuple[Draft, GoldClaim]]:
    """Adds the examples of statements; returns those that are annotated."""
    examples = teacher.examples
    found: list[tuple[Draft, GoldClaim]] = []
    candidates = statement_candidates(reader.frame, reader.sources)
    best: dict[int, tuple[float, int]] = {}
    for number, (draft, _) in enumerate(candidates):
        claim = gold_of(draft, teacher.claims)
        if claim is not None:
            score = _union(draft.anchor, claim.anchor)
            best[claim.anchor.start] = max(best.get(claim.anchor.start, (0.0, -1)), (score, -number))
    right = {-number for _, number in best.values()}
    for number, (draft, source) in enumerate(candidates):
        last = None
        inside = 0
        for other, _ in kept:
            if other.anchor.start < draft.anchor.start:
                last = other.subject
            elif other.anchor.start < draft.anchor.end and other.quantity is not None:
                inside += 1
        draft.setting = features = statement_features(reader.frame, draft, source, inside)
        examples.labels["statement"].append((features, "yes" if number in right else "no"))
        claim = gold_of(draft, teacher.claims)
        if claim is not None and number in right:
            found.append((draft, claim))
            examples.labels["modality"].append((features, claim.modality))
            teacher.choose("statement_subject", draft, statement_subjects(reader.frame, draft, source, last))
    return found


class Folds(msgspec.Struct):
    """What a cross-fitting over articles keeps: the fold of each article, models that have not seen a fold's articles,
    the examples as met behind rankers of the last round but one and of the last, and the outcome of each article."""

    fold: list[int]
    models: list[Models]
    before: list[Examples]
    seen: list[Examples]
    outcomes: list[Outcome]


def fold_of(names: Sequence[str], folds: int, seed: int) -> list[int]:
    """The fold of each article, folds of equal size; the same for every run with ``seed``."""
    order = sorted(range(len(names)), key=lambda i: (hashlib.sha256(f"{seed}/{names[i]}".encode()).hexdigest(), i))
    found = [0] * len(names)
    for place, number in enumerate(order):
        found[number] = place % folds
    return found


def cross_fit(
    prepared: Sequence[Prepared], folds: int = _FOLDS, seed: int = 0, tell: Callable[[str], None] = lambda _: None
) -> Folds:
    """Models for each fold of the articles, fitted on the others, and what they make of it."""
    need_extra()
    with one_thread():
        return _cross_fit(prepared, min(folds, len(prepared)), seed, tell)


def _cross_fit(prepared: Sequence[Prepared], folds: int, seed: int, tell: Callable[[str], None]) -> Folds:
    fold = np.array(fold_of([item.article.name for item in prepared], folds, seed))
    before: list[Examples] = []
    seen = [new_examples() for _ in prepared]
    for item, examples in zip(prepared, seen, strict=True):
        collect(item, examples, None, follow=True)
    tell(f"{sum(len(examples.labels['claim']) for examples in seen)} values in {len(prepared)} articles")
    rankers: list[dict[str, Ranker]] = [{} for _ in range(folds)]
    for _ in range(_ROUNDS):
        rankers = _fold_rankers(before, seen, fold, rankers)
        choosers = [Ranked(Models(Classifier({}, [""], np.zeros((1, 0))), found, [])) for found in rankers]
        before, seen = seen, [new_examples() for _ in prepared]
        for item, examples, number in zip(prepared, seen, fold, strict=True):
            collect(item, examples, choosers[number], follow=False)
    rankers = _fold_rankers(before, seen, fold, rankers)
    names, heads = heads_of([examples.labels for examples in seen])
    models, outcomes = [], {}
    for number in range(folds):
        models.append(Models(fit_heads(names, heads, fold != number), rankers[number], UNFITTED))
        for place in np.flatnonzero(fold == number).tolist():
            outcomes[place] = judge(prepared[place].article, prepared[place].frame, models[-1])
        tell(f"fold {number + 1} of {folds} fitted and read")
    return Folds(fold.tolist(), models, before, seen, [outcomes[place] for place in range(len(prepared))])


def _fold_rankers(
    before: Sequence[Examples], seen: Sequence[Examples], fold: Any, start: Sequence[dict[str, Ranker]]
) -> list[dict[str, Ranker]]:
    """Rankers for each fold, fitted on the other articles as met in the last two rounds."""
    choices = _all_choices([*before, *seen])
    copies = 2 if before else 1
    return [_rankers(choices, np.tile(fold != number, copies), given) for number, given in enumerate(start)]


def _all_choices(collected: Sequence[Examples]) -> dict[str, Choices]:
    return {role: choices_of([examples.groups[role] for examples in collected]) for role in ROLES}


def _rankers(choices: dict[str, Choices], among: Any, start: dict[str, Ranker]) -> dict[str, Ranker]:
    """The rankers fitted on the articles that the mask ``among`` holds."""
    return {role: fit_ranker(found, among[found.owners], start.get(role, UNTRAINED)) for role, found in choices.items()}


def fit(
    prepared: Sequence[Prepared], folds: int = _FOLDS, tell: Callable[[str], None] = lambda _: None, seed: int = 0
) -> tuple[Models, Examples]:
    """The models of ``prepared`` articles, and the examples they were fitted on.

    Raises :class:`MissingExtra` without scikit-learn, :class:`CorpusError` for fewer than two articles.
    """
    need_extra()
    if len(prepared) < 2:
        raise CorpusError("Training needs two annotated articles or more, so that one can be held out.")
    crossed = cross_fit(prepared, folds, seed, tell)
    tell(held_out(crossed.outcomes))
    calibration = calibrate([item for outcome in crossed.outcomes for item in outcome.judged])
    with one_thread():
        everything = np.ones(len(prepared), dtype=bool)
        both = _all_choices([*crossed.before, *crossed.seen])
        rankers = _rankers(both, np.tile(everything, 2), crossed.models[0].rankers)
        classifier = fit_heads(*heads_of([examples.labels for examples in crossed.seen]), everything)
    return Models(classifier, rankers, calibration), _merged(crossed.seen)


def _merged(collected: Sequence[Examples]) -> Examples:
    """The examples of several articles as one collection."""
    total = new_examples()
    for examples in collected:
        for role, groups in examples.groups.items():
            total.groups[role] += groups
        for head, labels in examples.labels.items():
            total.labels[head] += labels
        total.missed.update(examples.missed)
        total.seen.update(examples.seen)
    return total


def held_out(outcomes: Sequence[Outcome]) -> str:
    """The accuracy of outcomes on one line."""
    report = report_of(outcomes)
    parts = []
    for name, score in (("claims", report.claims), ("statements", report.statements)):
        rates = ((score.found, "found"), (score.fields["type"], "typed"), (score.strict, "strict"))
        shown = ", ".join(f"{what} {100 * f1(right, score.predicted, score.gold):.1f}" for right, what in rates)
        parts.append(f"{name} {shown}")
    return f"F1 on held-out articles: {'; '.join(parts)}"


def report_of(outcomes: Sequence[Outcome]) -> Report:
    """The score of outcomes."""
    claims = {outcome.gold.name: {"claims": outcome.claims} for outcome in outcomes}
    return evaluate([outcome.gold for outcome in outcomes], lambda document: claims[document.name])


def train(folders: Sequence[Path], output: Path, seed: int = 0, tell: Callable[[str], None] = lambda _: None) -> None:
    """Fits the models on the articles of ``folders`` and writes them to ``output``: what ``claimx train`` does."""
    need_extra()
    articles = [article for folder in folders for article in load_corpus(folder)]
    extractor = Extractor(Config(claims=False))
    prepared = [prepare(article, extractor) for article in articles]
    fitted, _ = fit(prepared, tell=tell, seed=seed)
    digest = hashlib.sha256("".join(sorted(sha256_of(article.text) for article in articles)).encode()).hexdigest()
    size = save(fitted, output, f"{len(articles)} articles, {digest[:16]}")
    tell(f"{output}: {size:,} bytes")


def pack(models: Models, trained_on: str = "", small: float = _SMALL) -> Weights:
    """The models as they are written to the file, without the rows whose weights are all smaller than ``small``."""
    classifier = models.classifier
    strong = [row for row in range(1, len(classifier.matrix)) if np.abs(classifier.matrix[row]).max() >= small]
    names = sorted(classifier.index, key=classifier.index.__getitem__)
    matrix = np.vstack([classifier.matrix[:1], classifier.matrix[strong]])
    settings = sorted({name for ranker in models.rankers.values() for name in ranker.settings})
    rankers = {role: _packed(ranker, settings, small) for role, ranker in models.rankers.items()}
    return Weights(
        heads=classifier.heads,
        features=["", *(names[row] for row in strong)],
        matrix=whole(matrix),
        settings=settings,
        rankers=rankers,
        calibration=models.calibration,
        trained_on=trained_on,
    )


def _packed(ranker: Ranker, settings: Sequence[str], small: float) -> RankerWeights:
    names = list(ranker.index)
    matrix = ranker.matrix[: len(names) + 1]
    if not len(ranker.out):
        strong = [row for row in range(1, len(matrix)) if abs(matrix[row, 0]) >= small]
        names, matrix = [names[row - 1] for row in strong], matrix[[0, *strong]]
    leading = np.zeros((len(settings), len(ranker.out)), dtype=np.float32)
    for row, name in enumerate(settings):
        if name in ranker.settings:
            leading[row] = ranker.leading[ranker.settings[name]]
    direct = matrix[:, 0].astype("<f2").tobytes()
    return RankerWeights(names, direct, whole(matrix[:, 1:]), whole(leading), ranker.out.tolist())


def save(models: Models, path: Path, trained_on: str = "") -> int:
    """Writes the weights to ``path``; returns the size in bytes."""
    small = _SMALL
    content = msgspec.msgpack.encode(pack(models, trained_on, small))
    while len(content) > _LARGEST and small < 1.0:
        small += _SMALL
        content = msgspec.msgpack.encode(pack(models, trained_on, small))
    path.write_bytes(content)
    return len(content)
