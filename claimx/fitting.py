"""Linear models from collected examples: one softmax over each group of options, one logistic regression a head.

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
from claimx.errors import MissingExtra

Group = tuple[list[list[str]], list[int]]  # the features of each option, the indices of the right ones
Labels = dict[str, list[tuple[list[str], str]]]  # by head: the features of a draft and its label

BASE_HEADS = ("claim", "event", "statement")  # every draft is an example of one of them
_CLOSE = 1e-7  # relative gain of a step below which a fit is done; closer fits read held-out articles no better
_RARE = 3  # a feature seen in fewer articles is left out: half of all are, and held-out articles are read no worse


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
    """Groups of options as a matrix, one row an option: the groups' sizes and articles, the rows that are right."""

    names: list[str]
    matrix: Any
    sizes: Any
    owners: Any
    right: Any


def choices_of(collected: Sequence[Sequence[Group]]) -> Choices:
    """The groups of one role; ``collected`` holds those of each article."""
    groups = [group for own in collected for group in own]
    rows = [features for options, _ in groups for features in options]
    names = _common([[features for options, _ in own for features in options] for own in collected])
    sizes = np.array([len(options) for options, _ in groups], dtype=int)
    firsts = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(int)
    right = np.zeros(len(rows))
    for first, (_, chosen) in zip(firsts, groups, strict=False):
        right[first + np.array(chosen)] = 1.0
    owners = np.repeat(np.arange(len(collected)), [len(own) for own in collected])
    return Choices(names, _sparse(rows, {name: column for column, name in enumerate(names)}), sizes, owners, right)


def _common(articles: Sequence[Iterable[Sequence[str]]]) -> list[str]:
    """The features that are not rare, sorted; ``articles`` holds the rows of features of each article."""
    counts = Counter(name for rows in articles for name in {name for features in rows for name in features})
    least = min(_RARE, 1 + len(articles) // 10)  # a handful of articles has no other features
    return sorted(name for name, count in counts.items() if count >= least)


def fit_choices(choices: Choices, among: Any, start: dict[str, float], strength: float = 2.0) -> dict[str, float]:
    """Weights by feature, from the groups that the mask ``among`` holds; ``start`` are weights to set out from.

    Maximizes the probability of the right options under a softmax over each group, with an L2 penalty.
    """
    from scipy.optimize import minimize

    if not among.any():
        return {}
    sizes = choices.sizes[among]
    firsts = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(int)
    rows = np.repeat(among, choices.sizes)
    matrix, right = choices.matrix[rows], choices.right[rows]
    turned = matrix.T.tocsr()

    def loss(weights: Any) -> tuple[float, Any]:
        scores = matrix @ weights
        top = np.repeat(np.maximum.reduceat(scores, firsts), sizes)
        raised = np.exp(scores - top)
        total = np.add.reduceat(raised, firsts)
        good = np.maximum(np.add.reduceat(raised * right, firsts), 1e-300)
        slope = raised / np.repeat(total, sizes) - raised * right / np.repeat(good, sizes)
        value = float((np.log(total) - np.log(good)).sum())
        return value + 0.5 * strength * float(weights @ weights), turned @ slope + strength * weights

    begin = np.array([start.get(name, 0.0) for name in choices.names])
    fitted = minimize(loss, begin, jac=True, method="L-BFGS-B", options={"maxiter": 300, "ftol": _CLOSE})
    return {name: float(weight) for name, weight in zip(choices.names, fitted.x, strict=True)}


def _sparse(rows: Sequence[Sequence[str]], index: dict[str, int]) -> Any:
    from scipy.sparse import csr_matrix

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
    index = {name: column for column, name in enumerate(names)}
    found = {}
    for head in collected[0]:
        rows = [row for own in collected for row in own[head]]
        owners = np.repeat(np.arange(len(collected)), [len(own[head]) for own in collected])
        labels = np.array([label for _, label in rows], dtype=object)
        found[head] = Head(_sparse([features for features, _ in rows], index), labels, owners)
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
