"""What claims from models that have not seen an article are worth: right or wrong, and how sure they may be of it.

The confidence of a claim is a logistic function of the log-odds of its decisions; the weights are fitted here
on held-out claims against *right*: the anchor is one of the annotation, and type, subject, metric, period, modality and
attribution are as the scorer accepts them.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import msgspec
import numpy as np

from claimx.claims.assemble import drafts_of
from claimx.claims.draft import Draft
from claimx.claims.frame import Frame
from claimx.claims.models import Models
from claimx.claims.resolve import CHANCES, resolve, sureness
from claimx.corpus import Article, to_gold_dict
from claimx.evaluate import GoldDocument
from claimx.evaluate.score import field_right, pair_claims

ROLES = ("type", "subject", "metric", "period", "modality", "attribution")
UNFITTED = [0.0] + [1.0] * len(CHANCES)
_STRENGTH = 1.0  # of the L2 penalty


class Judged(msgspec.Struct):
    """A held-out claim: the log-odds of its decisions, and whether it is right."""

    sureness: list[float]
    right: bool


class Outcome(msgspec.Struct):
    """What models made of one article: its gold, the claims as plain dicts, and each claim judged."""

    gold: GoldDocument
    claims: list[dict[str, Any]]
    judged: list[Judged]


def gold_document(article: Article) -> GoldDocument:
    """The article as the scorer reads it."""
    plain = to_gold_dict(article)
    return GoldDocument(
        plain["doc"], article.text, plain["reference_date"], plain["quantities"], plain["times"], plain["claims"]
    )


def judge(article: Article, frame: Frame, models: Models) -> Outcome:
    """What ``models`` make of the article laid out in ``frame``."""
    return judge_drafts(article, frame, drafts_of(frame, models))


def judge_drafts(article: Article, frame: Frame, drafts: list[Draft]) -> Outcome:
    """The same of claims decided on elsewhere; ``drafts`` are in text order."""
    gold = gold_document(article)
    claims = msgspec.to_builtins(resolve(frame, drafts, UNFITTED), builtin_types=(Decimal,))
    right = [False] * len(claims)
    for mine, yours in pair_claims(gold.claims, claims):
        right[yours] = all(field_right(name, gold.claims[mine], claims[yours]) for name in ROLES)
    return Outcome(
        gold, claims, [Judged(sureness(draft), is_right) for draft, is_right in zip(drafts, right, strict=True)]
    )


def calibrate(judged: Sequence[Judged]) -> list[float]:
    """Intercept and one weight a decision: logistic regression whose weights are not negative, so that a surer decision
    never makes a claim less sure."""
    from scipy.optimize import minimize

    if not judged:
        return UNFITTED
    matrix = np.array([[1.0, *item.sureness] for item in judged])
    sign = np.array([1.0 if item.right else -1.0 for item in judged])

    def loss(weights: Any) -> tuple[float, Any]:
        margin = sign * (matrix @ weights)
        slope = matrix.T @ (-sign * np.exp(-np.logaddexp(0.0, margin)))
        slope[1:] += _STRENGTH * weights[1:]
        return float(np.logaddexp(0.0, -margin).sum() + 0.5 * _STRENGTH * weights[1:] @ weights[1:]), slope

    bounds = [(None, None)] + [(0.0, None)] * len(CHANCES)
    fitted = minimize(loss, np.array(UNFITTED), jac=True, method="L-BFGS-B", bounds=bounds)
    return [round(float(weight), 4) for weight in fitted.x]
