"""Models from collected examples: one softmax over each group of options, one logistic regression a head.

Needs the ``train`` extra (scikit-learn, with scipy).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from typing import Any, cast

import msgspec
import numpy as np

from claimx.claims.linear import Classifier
from claimx.claims.ranker import UNTRAINED, Ranker
from claimx.errors import MissingExtra

Labels = dict[str, list[tuple[list[str], str]]]  # by head: the features of a draft and its label

BASE_HEADS = ("claim", "event", "statement")  # every draft is an example of one of them
_CLOSE = 1e-7  # relative gain of a step below which a fit is done; closer fits read held-out articles no better
# a feature seen in fewer articles is left out: most are, and held-out articles are read no worse
_RARE = 8
_RARE_UNITS = 95  # the same, counting an article once a round, where features lead to a hidden layer
_FEW = 5000  # groups below which a hidden layer learns less than it loses
_UNITS = 64
# by held-out articles; half or twice of each changed the share of right choices by at most 0.4 points
_STEPS = 1600
_BATCH = 256  # groups
_RATE = 0.005
_DECAY = 0.1
_DROPPED = 0.5  # share of the hidden layer that is left out of each step


class Group(msgspec.Struct):
    """The features of each option, the indices of the right ones, the features of the value's setting."""

    options: list[list[str]]
    right: list[int]
    setting: list[str]


def need_extra() -> None:
    """Raises :class:`MissingExtra` where scikit-learn is not installed."""
    try:
        import scipy  # noqa: F401
        import sklearn  # noqa: F401
    except ImportError:
        raise MissingExtra("Training needs scikit-learn; install it with `pip install claimx[train]`.") from None


def one_thread() -> AbstractContextManager[Any]:
    """Linear algebra on one thread: the matrices are small, so threads would wait for one another most of the time, and
    sums come out the same on any number of cores."""
    from threadpoolctl import threadpool_limits

    return cast(AbstractContextManager[Any], threadpool_limits(limits=1))


class Choices(msgspec.Struct):
    """Groups of options as a matrix, one row an option: the groups' sizes and articles, the rows that are right; the
    groups' settings as a matrix, one row a group."""

    names: list[str]
    matrix: Any
    sizes: Any
    owners: Any
    right: Any
    settings: list[str]
    around: Any


def choices_of(collected: Sequence[Sequence[Group]]) -> Choices:
    """The groups of one role; ``collected`` holds those of each article."""
    groups = [group for own in collected for group in own]
    rows = [features for group in groups for features in group.options]
    rare = _RARE if len(groups) < _FEW else _RARE_UNITS
    names = _common([[features for group in own for features in group.options] for own in collected], rare)
    settings = _common([[group.setting for group in own] for own in collected], rare)
    sizes = np.array([len(group.options) for group in groups], dtype=int)
    right = np.zeros(len(rows))
    for first, group in zip(_firsts(sizes), groups, strict=True):
        right[first + np.array(group.right)] = 1.0
    owners = np.repeat(np.arange(len(collected)), [len(own) for own in collected])
    matrix, around = _sparse(rows, names), _sparse([group.setting for group in groups], settings)
    return Choices(names, matrix, sizes, owners, right, settings, around)


def _common(articles: Sequence[Iterable[Sequence[str]]], rare: int = _RARE) -> list[str]:
    """The features that are not rare, sorted; ``articles`` holds the rows of features of each article."""
    counts = Counter(name for rows in articles for name in {name for features in rows for name in features})
    least = min(rare, 1 + len(articles) // 10)  # a handful of articles has no other features
    return sorted(name for name, count in counts.items() if count >= least)


def _firsts(sizes: Any) -> Any:
    """The place of each group's first row."""
    return np.cumsum(sizes) - sizes


def fit_ranker(choices: Choices, among: Any, start: Ranker = UNTRAINED) -> Ranker:
    """A ranker of the groups that the mask ``among`` holds: with a hidden layer where they are many, else without.

    Maximizes the probability of the right options under a softmax over each group. ``start``: a ranker whose weights a
    fit without hidden layer sets out from.
    """
    if len(choices.sizes) < _FEW:
        return _fit_weights(choices, among, start)
    return _fit_units(choices, among)


def _fit_weights(choices: Choices, among: Any, start: Ranker, strength: float = 2.0) -> Ranker:
    """One weight a feature, with an L2 penalty."""
    from scipy.optimize import minimize

    if not among.any():
        return UNTRAINED
    sizes = choices.sizes[among]
    rows = np.repeat(among, choices.sizes)
    matrix, right = choices.matrix[rows], choices.right[rows]
    turned = matrix.T.tocsr()

    def loss(weights: Any) -> tuple[float, Any]:
        value, slope = _softmax(matrix @ weights, sizes, right)
        return value + 0.5 * strength * float(weights @ weights), turned @ slope + strength * weights

    begin = np.array(
        [float(start.matrix[start.index[name], 0]) if name in start.index else 0.0 for name in choices.names]
    )
    fitted = minimize(loss, begin, jac=True, method="L-BFGS-B", options={"maxiter": 300, "ftol": _CLOSE})
    return Ranker(choices.names, _column(fitted.x))


def _column(weights: Any) -> Any:
    """The features' own weights as the first column of a ranker's matrix."""
    return np.concatenate([[0.0], weights]).astype(np.float32)[:, None]


def _softmax(scores: Any, sizes: Any, right: Any) -> tuple[float, Any]:
    """The loss of ``scores``, summed over groups of ``sizes``, and its slope."""
    firsts = _firsts(sizes)
    raised = np.exp(scores - np.repeat(np.maximum.reduceat(scores, firsts), sizes))
    total = np.add.reduceat(raised, firsts)
    good = np.maximum(np.add.reduceat(raised * right, firsts), 1e-30)
    slope = raised / np.repeat(total, sizes) - raised * right / np.repeat(good, sizes)
    return float((np.log(total) - np.log(good)).sum()), slope


def _fit_units(choices: Choices, among: Any, seed: int = 0) -> Ranker:
    """Weights and a hidden layer, by stochastic gradient descent (Adam with decoupled decay, dropout)."""
    random = np.random.default_rng(seed)
    matrix, around = choices.matrix.astype(np.float32), choices.around.astype(np.float32)
    right = choices.right.astype(np.float32)
    firsts = _firsts(choices.sizes)
    parts = {
        "direct": np.zeros(matrix.shape[1], dtype=np.float32),
        "inner": random.normal(0, 0.1, (matrix.shape[1], _UNITS)).astype(np.float32),
        "leading": random.normal(0, 0.1, (around.shape[1], _UNITS)).astype(np.float32),
        "bias": np.zeros(_UNITS, dtype=np.float32),
        "out": random.normal(0, 0.3, _UNITS).astype(np.float32),
    }
    means = {name: np.zeros_like(part) for name, part in parts.items()}
    squares = {name: np.zeros_like(part) for name, part in parts.items()}
    groups = np.flatnonzero(among)
    left = np.zeros(0, dtype=int)
    for step in range(1, _STEPS + 1):
        if not len(left):
            left = random.permutation(groups)
        batch, left = left[:_BATCH], left[_BATCH:]
        sizes = choices.sizes[batch]
        rows = np.repeat(firsts[batch] - _firsts(sizes), sizes)
        rows += np.arange(len(rows))
        keep = (random.random((len(rows), _UNITS)) >= _DROPPED).astype(np.float32) / (1 - _DROPPED)
        slopes = _slopes(parts, matrix[rows], around[batch], sizes, right[rows], keep)
        rate = np.float32(_RATE * (1 - step / (_STEPS + 1)))
        for name, slope in slopes.items():
            part, mean, square = parts[name], means[name], squares[name]
            mean += 0.1 * (slope - mean)
            square += 0.001 * (slope * slope - square)
            change = mean / (1 - 0.9**step) / (np.sqrt(square / (1 - 0.999**step)) + 1e-8)
            if name in ("direct", "inner", "leading"):
                change += _DECAY * part
            part -= rate * change
    whole = np.hstack([_column(parts["direct"]), np.vstack([parts["bias"], parts["inner"]])])
    settings = {name: row for row, name in enumerate(choices.settings)}
    return Ranker(choices.names, whole, settings, parts["leading"], parts["out"])


def _slopes(parts: dict[str, Any], matrix: Any, around: Any, sizes: Any, right: Any, keep: Any) -> dict[str, Any]:
    """The slopes of the mean loss of a batch; ``keep`` masks the hidden layer."""
    units = matrix @ parts["inner"] + np.repeat(around @ parts["leading"], sizes, axis=0) + parts["bias"]
    lit = np.maximum(units, 0.0) * keep
    _, slope = _softmax(matrix @ parts["direct"] + lit @ parts["out"], sizes, right)
    slope = (slope / len(sizes)).astype(np.float32)
    back = np.outer(slope, parts["out"]) * keep * (units > 0)
    turned = matrix.T.tocsr()
    return {
        "direct": turned @ slope,
        "inner": turned @ back,
        "leading": around.T.tocsr() @ np.add.reduceat(back, _firsts(sizes), axis=0),
        "bias": back.sum(axis=0),
        "out": lit.T @ slope,
    }


def _sparse(rows: Sequence[Sequence[str]], names: Sequence[str]) -> Any:
    from scipy.sparse import csr_matrix

    index = {name: column for column, name in enumerate(names)}
    columns: list[int] = []
    starts = [0]
    for features in rows:
        columns += sorted({index[name] for name in features if name in index})
        starts.append(len(columns))
    return csr_matrix((np.ones(len(columns)), columns, starts), shape=(len(rows), len(index)))


class Head(msgspec.Struct):
    """The examples of one head as a matrix, with the article of each row."""

    matrix: Any
    labels: Any
    owners: Any


def heads_of(collected: Sequence[Labels]) -> tuple[list[str], dict[str, Head]]:
    """The features of all heads and the examples of each; ``collected`` holds those of each article."""
    names = _common([[features for head in BASE_HEADS for features, _ in own[head]] for own in collected])
    found = {}
    for head in collected[0]:
        rows = [row for own in collected for row in own[head]]
        owners = np.repeat(np.arange(len(collected)), [len(own[head]) for own in collected])
        labels = np.array([label for _, label in rows], dtype=object)
        found[head] = Head(_sparse([features for features, _ in rows], names), labels, owners)
    return names, found


def fit_heads(names: list[str], found: dict[str, Head], among: Any, strength: float = 1.5) -> Classifier:
    """One multinomial logistic regression a head, from the articles that the mask ``among`` holds."""
    from sklearn.linear_model import LogisticRegression

    heads: dict[str, list[str]] = {}
    blocks = []
    for name, head in found.items():
        rows = among[head.owners]
        labels = head.labels[rows]
        classes = sorted(set(labels))
        if len(classes) < 2:
            heads[name] = classes or ["no"]
            blocks.append(np.zeros((len(names) + 1, 1)))
            continue
        model = LogisticRegression(C=1.0 / strength, max_iter=400, tol=1e-4)
        model.fit(head.matrix[rows], labels.astype(str))
        heads[name] = [str(label) for label in model.classes_]
        coefficients, intercept = model.coef_, model.intercept_
        if len(classes) == 2:
            coefficients, intercept = np.vstack([0 * coefficients, coefficients]), np.array([0.0, intercept[0]])
        blocks.append(np.vstack([intercept, coefficients.T]))
    return Classifier(heads, ["", *names], np.hstack(blocks).astype(np.float32))
