"""The trained part of the claim stage: linear models over named features, read from one small file.

Two kinds of model: a :class:`Ranker` chooses one of several candidates (which name is the subject?), a head of the
:class:`Classifier` one of a fixed set of labels (is it a change?). Both are sums of weights, so every decision can be
told in words; ``claimx.training`` fits them, nothing here needs more than numpy.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files
from itertools import repeat
from math import exp
from typing import Any

import msgspec
import numpy as np

from claimx.errors import LexiconError

WEIGHTS_FILE = "weights.msgpack"


class Ranker:
    """Scores candidates for a role by the sum of their features' weights."""

    def __init__(self, weights: dict[str, float]) -> None:
        self.weights = weights

    def score(self, features: Sequence[str]) -> float:
        """The sum of the weights of ``features``, none of which is named twice: training counts each once."""
        return sum(map(self.weights.get, features, repeat(0.0)))

    def choose(self, candidates: Sequence[Sequence[str]]) -> tuple[int, float]:
        """The index of the best candidate and its probability among all of them; ``candidates`` is not empty."""
        scores = [self.score(features) for features in candidates]
        best = max(range(len(scores)), key=scores.__getitem__)
        top = scores[best]
        return best, 1.0 / sum(exp(max(-60.0, score - top)) for score in scores)


class Classifier:
    """Several heads over one shared set of features.

    ``matrix``: float32, one row a feature, one column a label, the heads side by side; ``heads``: name -> labels, in
    the order of the columns. The first row is the bias.
    """

    def __init__(self, heads: dict[str, list[str]], features: list[str], matrix: Any) -> None:
        self.heads = heads
        self.index = {name: row for row, name in enumerate(features)}
        self.matrix = matrix
        self.columns: dict[str, slice] = {}
        first = 0
        for name, labels in heads.items():
            self.columns[name] = slice(first, first + len(labels))
            first += len(labels)

    def scores(self, features: Sequence[str]) -> list[float]:
        """One score a label, all heads side by side."""
        find = self.index.get
        # each once, as in training; sorted, as a sum of floats depends on its order and some features come from sets
        rows = sorted({row for row in map(find, features) if row is not None})
        total = self.matrix[0] + np.add.reduce(self.matrix.take(rows, axis=0)) if rows else self.matrix[0]
        scores: list[float] = total.tolist()
        return scores

    def choose(self, scores: list[float], head: str) -> tuple[str, float]:
        """The best label of ``head`` and its probability."""
        part = scores[self.columns[head]]
        best = max(range(len(part)), key=part.__getitem__)
        return self.heads[head][best], 1.0 / sum(exp(max(-60.0, value - part[best])) for value in part)


class Weights(msgspec.Struct):
    """The file: heads and rankers with their features; weights as little-endian float16."""

    heads: dict[str, list[str]]
    features: list[str]
    matrix: bytes
    rankers: dict[str, tuple[list[str], bytes]]
    calibration: list[float]
    trained_on: str = ""


class Models(msgspec.Struct):
    """Everything that was trained, ready to use."""

    classifier: Classifier
    rankers: dict[str, Ranker]
    calibration: list[float]


def unpack(weights: Weights) -> Models:
    """The models in ``weights``."""
    columns = sum(len(labels) for labels in weights.heads.values())
    matrix = np.frombuffer(weights.matrix, dtype="<f2").astype(np.float32).reshape(len(weights.features), columns)
    rankers = {
        name: Ranker(dict(zip(features, np.frombuffer(data, dtype="<f2").astype(float).tolist(), strict=True)))
        for name, (features, data) in weights.rankers.items()
    }
    return Models(Classifier(weights.heads, weights.features, matrix), rankers, weights.calibration)


@lru_cache(maxsize=1)
def models() -> Models:
    """The models that ship with the package; raises :class:`LexiconError` where the file is missing or broken."""
    try:
        content = (files("claimx.claims") / WEIGHTS_FILE).read_bytes()
        return unpack(msgspec.msgpack.decode(content, type=Weights))
    except (FileNotFoundError, msgspec.MsgspecError, ValueError) as error:
        raise LexiconError(
            f"The trained weights ({WEIGHTS_FILE}) cannot be read ({error}); reinstall claimx or run `claimx train`."
        ) from None
