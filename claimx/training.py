"""Fits the models of the claim stage on annotated articles (needs the ``train`` extra: scikit-learn).

Everything is seeded and deterministic. Rankers learn from the annotation with the roles before a value given; the
heads then learn from drafts as they come out of rankers that have not seen the article (cross-fitting by article), so
they meet in training what they meet in use.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from claimx.claims.assemble import Ranked, read
from claimx.claims.draft import Draft, Option
from claimx.claims.events import statement_candidates, statement_features, statement_subjects
from claimx.claims.frame import Frame, between
from claimx.claims.linear import Classifier, Models, Ranker, Weights
from claimx.claims.link import Chooser
from claimx.claims.reader import Reader
from claimx.claims.sources import find_sources
from claimx.claims.speakers import source_options
from claimx.corpus import Article, GoldClaim
from claimx.errors import MissingExtra
from claimx.model import Document, Mention, Span
from claimx.pipeline import Config, Extractor
from claimx.source.text import Text

ROLES = ("metric", "subject", "event_subject", "statement_subject", "period", "attribution")
FIELD_HEADS = ("type", "measure", "direction", "basis", "modality")
HEADS = ("claim", "event", "statement", *FIELD_HEADS)
_FOLDS = 5
_RARE = 2  # a feature seen in fewer drafts is left out
_SMALL = 0.02  # a row whose weights are all smaller is left out of the file

Group = tuple[list[list[str]], list[int]]  # the features of each option, the indices of the right ones


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
    return found


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
        self.mentions = prepared.frame.mentions
        self.fallback = fallback
        self.examples = examples

    def choose(self, role: str, draft: Draft, options: list[Option]) -> tuple[Option, float]:
        """The annotated option; see the class."""
        claim = gold_of(draft, self.claims)
        if claim is not None and options:
            right = right_options(role, claim, options, self.mentions)
            self.examples.seen[role] += 1
            if right:
                self.examples.groups[role].append(([option.features for option in options], right))
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
        reader.previous = draft


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
        features = statement_features(reader.frame, draft, source, inside)
        examples.labels["statement"].append((features, "yes" if number in right else "no"))
        claim = gold_of(draft, teacher.claims)
        if claim is not None and number in right:
            found.append((draft, claim))
            examples.labels["modality"].append((features, claim.modality))
            teacher.choose("statement_subject", draft, statement_subjects(reader.frame, draft, source, last))
    return found


def fit_ranker(groups: Sequence[Group], strength: float = 2.0) -> Ranker:
    """Maximizes the probability of the right options under a softmax over each group, with an L2 penalty."""
    from scipy.optimize import minimize

    counts = Counter(name for options, _ in groups for features in options for name in set(features))
    names = sorted(name for name, count in counts.items() if count >= _RARE)
    index = {name: column for column, name in enumerate(names)}
    rows = [features for options, _ in groups for features in options]
    matrix = _sparse(rows, index)
    sizes = np.array([len(options) for options, _ in groups])
    firsts = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(int)
    right = np.zeros(len(rows))
    for first, (_, chosen) in zip(firsts, groups, strict=True):
        right[first + np.array(chosen)] = 1.0

    def loss(weights: Any) -> tuple[float, Any]:
        scores = matrix @ weights
        top = np.repeat(np.maximum.reduceat(scores, firsts), sizes)
        raised = np.exp(scores - top)
        total = np.add.reduceat(raised, firsts)
        good = np.add.reduceat(raised * right, firsts)
        slope = raised / np.repeat(total, sizes) - raised * right / np.repeat(np.maximum(good, 1e-300), sizes)
        value = float((np.log(total) - np.log(np.maximum(good, 1e-300))).sum())
        return value + 0.5 * strength * float(weights @ weights), matrix.T @ slope + strength * weights

    fitted = minimize(loss, np.zeros(len(names)), jac=True, method="L-BFGS-B", options={"maxiter": 300})
    return Ranker({name: float(weight) for name, weight in zip(names, fitted.x, strict=True)})


def _sparse(rows: Sequence[Sequence[str]], index: dict[str, int]) -> Any:
    from scipy.sparse import csr_matrix

    columns: list[int] = []
    starts = [0]
    for features in rows:
        columns += sorted({index[name] for name in features if name in index})
        starts.append(len(columns))
    return csr_matrix((np.ones(len(columns)), columns, starts), shape=(len(rows), len(index)))


def fit_classifier(labels: dict[str, list[tuple[list[str], str]]], strength: float = 1.0) -> Classifier:
    """One multinomial logistic regression a head; ``strength`` is the L2 penalty."""
    from sklearn.linear_model import LogisticRegression

    counts: Counter[str] = Counter()
    for head in ("claim", "event", "statement"):
        for features, _ in labels[head]:
            counts.update(set(features))
    names = sorted(name for name, count in counts.items() if count >= _RARE)
    index = {name: column for column, name in enumerate(names)}
    heads: dict[str, list[str]] = {}
    blocks = []
    for head in HEADS:
        rows = labels[head]
        classes = sorted({label for _, label in rows})
        matrix = _sparse([features for features, _ in rows], index)
        if len(classes) < 2:
            heads[head] = classes or ["no"]
            blocks.append(np.zeros((len(names) + 1, len(heads[head]))))
            continue
        model = LogisticRegression(C=1.0 / strength, max_iter=400, tol=1e-3)
        model.fit(matrix, [label for _, label in rows])
        heads[head] = [str(label) for label in model.classes_]
        coefficients, intercept = model.coef_, model.intercept_
        if len(classes) == 2:
            coefficients, intercept = np.vstack([0 * coefficients, coefficients]), np.array([0.0, intercept[0]])
        blocks.append(np.vstack([intercept, coefficients.T]))
    return Classifier(heads, ["", *names], np.hstack(blocks).astype(np.float32))


def fit(
    prepared: Sequence[Prepared], folds: int = _FOLDS, tell: Callable[[str], None] = lambda _: None
) -> tuple[Models, Examples]:
    """The models of ``prepared`` articles, and the examples they were fitted on. Raises :class:`MissingExtra`."""
    _need_extra()
    taught = []
    for item in prepared:
        taught.append(new_examples())
        collect(item, taught[-1], None, follow=True)
    seen = new_examples()
    for fold in range(folds):
        unseen = _rankers([examples for number, examples in enumerate(taught) if number % folds != fold])
        chooser = Ranked(Models(Classifier({}, [""], np.zeros((1, 0))), unseen, []))
        for number, item in enumerate(prepared):
            if number % folds == fold:
                collect(item, seen, chooser, follow=False)
    rankers = _rankers([*taught, seen])
    tell(f"rankers fitted on {sum(map(len, seen.groups.values()))} choices, each told and met")
    classifier = fit_classifier(seen.labels)
    tell(f"heads fitted on {len(seen.labels['claim'])} values")
    return Models(classifier, rankers, [2.0] + [1.0] * 8), seen


def _rankers(collected: Sequence[Examples]) -> dict[str, Ranker]:
    groups = {role: [group for examples in collected for group in examples.groups[role]] for role in ROLES}
    return {role: fit_ranker(found) for role, found in groups.items() if found}


def _need_extra() -> None:
    try:
        import scipy  # noqa: F401
        import sklearn  # noqa: F401
    except ImportError:
        raise MissingExtra("Training needs scikit-learn; install it with `pip install claimx[train]`.") from None


def pack(models: Models, trained_on: str = "") -> Weights:
    """The models as they are written to the file; weights too small to matter are left out."""
    classifier = models.classifier
    strong = [row for row in range(1, len(classifier.matrix)) if np.abs(classifier.matrix[row]).max() >= _SMALL]
    names = sorted(classifier.index, key=classifier.index.__getitem__)
    matrix = np.vstack([classifier.matrix[:1], classifier.matrix[strong]])
    rankers = {}
    for role, ranker in models.rankers.items():
        kept = {name: weight for name, weight in ranker.weights.items() if abs(weight) >= _SMALL}
        rankers[role] = (list(kept), np.array(list(kept.values()), dtype="<f2").tobytes())
    return Weights(
        heads=classifier.heads,
        features=["", *(names[row] for row in strong)],
        matrix=matrix.astype("<f2").tobytes(),
        rankers=rankers,
        calibration=models.calibration,
        trained_on=trained_on,
    )


def save(models: Models, path: Path, trained_on: str = "") -> int:
    """Writes the weights to ``path``; returns the size in bytes."""
    content = msgspec.msgpack.encode(pack(models, trained_on))
    path.write_bytes(content)
    return len(content)
