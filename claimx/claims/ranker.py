"""The model that chooses one of several candidates: which name is the subject, which time the period.

A candidate's score is the sum of the weights of its features and, where there were examples enough to learn one, of what
a hidden layer makes of these features together with those of the value's setting: of words and cues that stand around
the value whichever candidate is taken, and that say which kind of candidate to trust. Needs nothing more than numpy.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import repeat
from typing import Any

import numpy as np

_NOTHING = np.zeros(0, dtype=np.float32)


class Ranker:
    """Weights of one role.

    ``features``: what candidates are told by. ``matrix``: float32, one row a feature behind a first row of biases; the
    first column is the feature's own weight, the others lead to the units of the hidden layer, if there are any.
    ``settings``: row of each feature of a setting in ``leading``, float32, one column a unit. ``out``: float32, the
    weight of each unit.
    """

    def __init__(
        self,
        features: Sequence[str],
        matrix: Any,
        settings: dict[str, int] | None = None,
        leading: Any = _NOTHING,
        out: Any = _NOTHING,
    ) -> None:
        self.index = {name: row for row, name in enumerate(features, 1)}
        self.matrix = np.vstack([matrix, np.zeros((1, matrix.shape[1]), dtype=np.float32)])
        self.settings = settings or {}
        self.leading = leading
        self.out = out
        self._unknown = len(matrix)  # a row of zeros

    def scores(self, candidates: Sequence[Sequence[str]], setting: Sequence[str] = ()) -> Any:
        """The score of each of ``candidates``, none of which names a feature twice: training counts each once."""
        rows: list[int] = []
        firsts: list[int] = []
        for features in candidates:
            firsts.append(len(rows))
            rows.append(0)
            rows.extend(map(self.index.get, features, repeat(self._unknown)))
        sums = np.add.reduceat(self.matrix.take(rows, axis=0), firsts, axis=0)
        direct = sums[:, 0]
        if not len(self.out):
            return direct
        units = sums[:, 1:]
        known = [row for row in map(self.settings.get, setting) if row is not None]
        if known:
            units = units + np.add.reduce(self.leading.take(known, axis=0))
        return direct + np.maximum(units, 0.0) @ self.out

    def effects(self, features: Sequence[str], setting: Sequence[str] = ()) -> dict[str, float]:
        """By how much the score of a candidate with ``features`` would be lower without each of them."""
        without = [[other for other in features if other != name] for name in features]
        whole, *rest = self.scores([features, *without], setting).tolist()
        return {name: whole - score for name, score in zip(features, rest, strict=True)}

    def choose(self, candidates: Sequence[Sequence[str]], setting: Sequence[str] = ()) -> tuple[int, float]:
        """The index of the best candidate and its probability among all of them; ``candidates`` is not empty."""
        scores = self.scores(candidates, setting)
        best = int(scores.argmax())
        return best, float(1.0 / np.exp(np.maximum(scores - scores[best], -60.0)).sum())


# finds all candidates alike and so takes the first: for a role that the articles trained on never showed
UNTRAINED = Ranker([], np.zeros((1, 1), dtype=np.float32))
