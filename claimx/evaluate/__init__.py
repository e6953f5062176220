"""How good the output is: scores against annotated articles and public data sets, and against an earlier release."""

from __future__ import annotations

from pathlib import Path

from claimx.evaluate.baseline import compare, load_baseline, write_baseline
from claimx.evaluate.datasets import score_dataset
from claimx.evaluate.gold import GoldDocument, from_predictions, live_extractor, load_gold
from claimx.evaluate.score import FIELDS, STRICT, Report, evaluate, f1
from claimx.evaluate.tables import render

__all__ = [
    "FIELDS",
    "STRICT",
    "GoldDocument",
    "Report",
    "compare",
    "evaluate",
    "evaluate_files",
    "f1",
    "from_predictions",
    "live_extractor",
    "load_baseline",
    "load_gold",
    "render",
    "score_dataset",
    "write_baseline",
]


def evaluate_files(gold: Path, pred: Path | None = None) -> tuple[Report, list[GoldDocument]]:
    """The score of ``pred`` (a JSON Lines file; None: extracted anew) against the annotations at ``gold``, and those.

    Raises :class:`~claimx.errors.CorpusError` or :class:`~claimx.errors.UnreadableInput` in words.
    """
    documents = load_gold(gold)
    return evaluate(documents, live_extractor() if pred is None else from_predictions(pred)), documents
