"""The trained classifier of drafts: linear heads over named features.

Every decision is a sum of weights, so it can be told in words.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import exp
from typing import Any

import numpy as np


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
