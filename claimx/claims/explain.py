"""Why a claim reads as it does: for each field the decision, how sure it is, what spoke for it, and the cue words.

The claim stage is run once more with onlookers, so nothing is kept or computed unless somebody asks. Every decision rests
on named features. What is told of a field that a head fills are the features whose weights set its label most apart from
the runner-up; of a role, those without which the chosen words would score most lower, unless the runner-up has them too.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import exp
from operator import itemgetter

import msgspec

from claimx.claims.assemble import Ranked, drafts_of
from claimx.claims.draft import Draft, Option
from claimx.claims.feature_names import in_words
from claimx.claims.frame import Frame
from claimx.claims.models import Models, models
from claimx.claims.ranker import UNTRAINED
from claimx.claims.resolve import resolve
from claimx.extract.metrics import MetricTable
from claimx.model import Claim, Document
from claimx.source.text import Text

_HEADS = {"event": ("event", "modality"), "statement": ("statement", "modality")}
_VALUE_HEADS = ("claim", "type", "measure", "direction", "basis", "modality")
_ASKED = ("claim", "event", "statement")  # heads that answer yes or no
_MOST = 3  # features told of a decision
_FIELDS = {"event_subject": "subject", "statement_subject": "subject", "event": "claim", "statement": "claim"}


class Evidence(msgspec.Struct, frozen=True):
    """What spoke for a decision, in words, and by how much (in log-odds)."""

    words: str
    feature: str
    weight: float


class Reason(msgspec.Struct, frozen=True):
    """A decided field: the value taken, its probability, the runner-up (None without one), the strongest evidence."""

    field: str
    value: str
    chance: float
    instead: str | None
    evidence: tuple[Evidence, ...]


class Explanation(msgspec.Struct, frozen=True):
    """A claim with the reasons of its fields; its cue words are in ``claim.cues``."""

    claim: Claim
    reasons: tuple[Reason, ...]

    def __str__(self) -> str:
        """Several lines for people."""
        claim = self.claim
        lines = [f"[{claim.anchor.start},{claim.anchor.end}) {claim.anchor.text}  {claim!r}", f"  rule: {claim.rule}"]
        for reason in self.reasons:
            told = "; ".join(f"{item.words} (+{item.weight:.1f})" for item in reason.evidence)
            instead = f", not {reason.instead}" if reason.instead is not None else ""
            lines.append(
                f"  {reason.field}: {reason.value} {reason.chance:.2f}{instead}" + (f" — {told}" if told else "")
            )
        cues = ", ".join(f"{cue.text} [{cue.start},{cue.end}) for {cue.role}" for cue in claim.cues)
        lines.append(f"  cues: {cues or 'none'}; confidence {claim.confidence}")
        return "\n".join(line.replace("\n", "⏎").replace("\r", "⏎") for line in lines)


class _Onlooker(Ranked):
    """Chooses as the rankers do and keeps the reasons; sees the features of the heads, too."""

    def __init__(self, trained: Models) -> None:
        super().__init__(trained)
        self.roles: dict[int, list[Reason]] = {}
        self.features: dict[int, list[str]] = {}
        self.kept: list[Draft] = []  # so that no id is given again

    def choose(self, role: str, draft: Draft, options: list[Option]) -> tuple[Option, float]:
        """The option with the highest score."""
        chosen, chance = super().choose(role, draft, options)
        if options:
            self.roles.setdefault(id(draft), []).append(self._reason(role, draft, chosen, chance, options))
        return chosen, chance

    def watch(self, draft: Draft, features: list[str]) -> None:
        """Remembers what the heads see of ``draft``."""
        self.kept.append(draft)
        self.features[id(draft)] = features

    def _reason(self, role: str, draft: Draft, chosen: Option, chance: float, options: list[Option]) -> Reason:
        ranker = self.rankers.get(role, UNTRAINED)
        scores = ranker.scores([option.features for option in options], draft.setting).tolist()
        others = [pair for pair in zip(scores, options, strict=True) if _words(pair[1]) != _words(chosen)]
        rival = max(others, key=itemgetter(0), default=(0.0, None))[1]
        shared = set(rival.features) if rival is not None else set()
        effects = ranker.effects(chosen.features, draft.setting)
        apart = {name: effect for name, effect in effects.items() if name not in shared}
        return Reason(
            _FIELDS.get(role, role), _words(chosen), chance, _words(rival) if rival else None, _strongest(apart)
        )


def explain(document: Document, metrics: MetricTable | None = None) -> list[Explanation]:
    """The claims of an extracted document, in text order, each with its reasons.

    ``metrics`` is the matcher that the document was extracted with, where it was not that of the lexicon.
    """
    trained = models()
    frame = Frame(Text(document.text), document, metrics)
    onlooker = _Onlooker(trained)
    drafts = drafts_of(frame, trained, onlooker, onlooker.watch)
    claims = resolve(frame, drafts, trained.calibration)
    return [
        Explanation(claim, (*_decided(trained, draft, onlooker), *onlooker.roles.get(id(draft), ())))
        for draft, claim in zip(drafts, claims, strict=True)
    ]


def _decided(trained: Models, draft: Draft, onlooker: _Onlooker) -> list[Reason]:
    """The reasons of the trained heads."""
    classifier = trained.classifier
    features = onlooker.features[id(draft)]
    scores = classifier.scores(features)
    rows = sorted({row for row in map(classifier.index.get, features) if row is not None})
    names = {classifier.index[name]: name for name in features if name in classifier.index}
    reasons = []
    kind = draft.type if draft.type in _HEADS and draft.quantity is None else ""
    for head in _HEADS.get(kind, _VALUE_HEADS):
        labels = classifier.heads[head]
        columns = classifier.columns[head]
        part = scores[columns]
        order = sorted(range(len(labels)), key=lambda index: (-part[index], index))
        if head in _ASKED and "yes" in labels:  # a claim may be taken at less than even odds
            order.sort(key=lambda index: labels[index] != "yes")
        best, rival = order[0], order[1] if len(order) > 1 else None
        chance = 1.0 / sum(exp(min(60.0, value - part[best])) for value in part)
        weights = classifier.matrix[:, columns]
        apart = {
            names[row]: float(weights[row, best] - (weights[row, rival] if rival is not None else 0)) for row in rows
        }
        instead = labels[rival] if rival is not None and head not in _ASKED else None
        reasons.append(Reason(_FIELDS.get(head, head), labels[best], chance, instead, _strongest(apart)))
    return reasons


def _strongest(weights: dict[str, float]) -> tuple[Evidence, ...]:
    """The features that weigh most; those that read alike add up."""
    ranked = sorted(
        ((weight, name) for name, weight in weights.items() if weight > 0), key=lambda item: (-item[0], item[1])
    )
    return tuple(Evidence(in_words(name), name, round(weight, 2)) for weight, name in ranked[:_MOST])


def _words(option: Option) -> str:
    return option.span.text if option.span is not None else "none"


def to_text(explanations: Sequence[Explanation]) -> str:
    """The explanations for people, a blank line between them."""
    return "\n\n".join(map(str, explanations)) + ("\n" if explanations else "")
