"""The trained part of the claim stage, read from one small file.

Two kinds of model: a :class:`~claimx.claims.ranker.Ranker` chooses one of several candidates (which name is the
subject?), a head of the :class:`~claimx.claims.linear.Classifier` one of a fixed set of labels (is it a change?).
``claimx.training`` fits them; nothing here needs more than numpy.
"""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from typing import Any

import msgspec
import numpy as np

from claimx.claims.linear import Classifier
from claimx.claims.ranker import Ranker
from claimx.errors import LexiconError

WEIGHTS_FILE = "weights.msgpack"
_LEAST = 0.001  # a row whose weights are all smaller has this scale


class Units(msgspec.Struct):
    """A matrix as whole numbers from -127 to 127, with a scale a row as little-endian float16."""

    numbers: bytes
    scales: bytes


class RankerWeights(msgspec.Struct):
    """A ranker in the file: its features, their own weights as little-endian float16 (the bias first), what leads from
    features (the bias first) and from settings to the hidden layer, and the weights of its units."""

    features: list[str]
    direct: bytes
    hidden: Units
    leading: Units
    out: list[float]


class Weights(msgspec.Struct):
    """The file: heads and rankers with their features."""

    heads: dict[str, list[str]]
    features: list[str]
    matrix: Units
    settings: list[str]
    rankers: dict[str, RankerWeights]
    calibration: list[float]
    trained_on: str = ""


class Models(msgspec.Struct):
    """Everything that was trained, ready to use."""

    classifier: Classifier
    rankers: dict[str, Ranker]
    calibration: list[float]


def whole(matrix: Any) -> Units:
    """``matrix`` as it is written to the file."""
    scales = (np.maximum(np.abs(matrix).max(axis=1, initial=0.0), _LEAST) / 127).astype("<f2")
    numbers = np.rint(matrix / scales.astype(np.float32)[:, None]).clip(-127, 127).astype(np.int8)
    return Units(numbers.tobytes(), scales.tobytes())


def _matrix(units: Units, columns: int) -> Any:
    scales = np.frombuffer(units.scales, dtype="<f2").astype(np.float32)[:, None]
    return np.frombuffer(units.numbers, dtype=np.int8).reshape(len(scales), columns) * scales


def unpack(weights: Weights) -> Models:
    """The models in ``weights``."""
    columns = sum(len(labels) for labels in weights.heads.values())
    settings = {name: row for row, name in enumerate(weights.settings)}
    rankers = {}
    for name, found in weights.rankers.items():
        units = len(found.out)
        direct = np.frombuffer(found.direct, dtype="<f2").astype(np.float32)[:, None]
        matrix = np.hstack([direct, _matrix(found.hidden, units)])
        out = np.array(found.out, dtype=np.float32)
        rankers[name] = Ranker(found.features, matrix, settings, _matrix(found.leading, units), out)
    classifier = Classifier(weights.heads, weights.features, _matrix(weights.matrix, columns))
    return Models(classifier, rankers, weights.calibration)


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
