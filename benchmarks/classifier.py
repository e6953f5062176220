"""What training brings: the trained models beside the rules alone, on articles that they have not seen.

usage: python benchmarks/classifier.py [--folds N] [--seed N] [--top N] [--json FILE] [--write] [FOLDER …]

The articles (corpora/train and corpora/dev without FOLDER) are parted into folds; models fitted on the other folds read
each one. The rules are the first reading that the models start from: type, measure, direction, basis and modality as the
rules have them, for each role the nearest candidate. Needs claimx[train].
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from results import CORPORA, RESULTS, fill, markdown_table, where

from claimx.calibration import Judged, Outcome, calibrate, judge_drafts
from claimx.claims.assemble import read
from claimx.claims.candidates import asserts
from claimx.claims.draft import Draft, Option
from claimx.claims.events import statement_candidates
from claimx.claims.feature_names import in_words
from claimx.claims.link import Chooser
from claimx.claims.reader import Reader
from claimx.claims.sources import Source, find_sources
from claimx.corpus import load_corpus
from claimx.errors import ClaimxError
from claimx.evaluate import FIELDS, f1
from claimx.evaluate.score import field_right, pair_claims
from claimx.pipeline import Config, Extractor
from claimx.training import Folds, Prepared, cross_fit, prepare, report_of

BINS = 10
HEADS = ("type", "modality")


class Nearest(Chooser):
    """For each role the candidate nearest to the value; a source only where it is named in the sentence before it."""

    def choose(self, role: str, draft: Draft, options: list[Option]) -> tuple[Option, float]:
        spans = [option for option in options if option.span is not None]
        if role == "attribution":
            spoken = [
                option for option in spans if isinstance(option.item, Source) and "before|here" in option.features
            ]
            return (spoken[0] if spoken else Option(None, [])), 0.5
        if role in ("subject", "event_subject"):
            named = [option for option in spans if option.kind in ("organization", "product", "segment", "index")]
            spans = [option for option in named if option.span.end <= draft.anchor.start] or named or spans  # type: ignore[union-attr]
        if not spans:
            return (options[0] if options else Option(None, [])), 0.5
        return min(spans, key=lambda option: _distance(draft, option)), 0.5


def _distance(draft: Draft, option: Option) -> int:
    span = option.span
    assert span is not None
    return draft.anchor.start - span.end if span.end <= draft.anchor.start else span.start - draft.anchor.end


def by_rules(prepared: Prepared) -> Outcome:
    """What the rules alone make of an article."""
    frame = prepared.frame
    reader = Reader(frame, find_sources(frame))
    chooser = Nearest()

    def decide(draft: Draft, features: list[str]) -> bool:
        if draft.quantity is None:
            draft.type, draft.measure = "event", "date"
            return "happening" in features and not draft.clause.quantities
        return asserts(frame, draft)

    kept = [draft for draft, _, claimed in read(reader, chooser, decide) if claimed]
    taken = 0
    for draft, source in statement_candidates(frame, reader.sources):
        inside = any(draft.anchor.start <= other.start < draft.anchor.end for other in frame.quantities)
        if not inside and draft.anchor.start >= taken and source.manner == "say":
            taken = draft.anchor.end
            draft.subject = source.span
            kept.append(draft)
    kept.sort(key=lambda draft: (draft.anchor.start, draft.anchor.end))
    from claimx.claims.speakers import source_options

    reader = Reader(frame, reader.sources)
    for draft in kept:
        reader.enter(draft.clause)
        if draft.type != "statement":
            draft.attribution = chooser.choose("attribution", draft, source_options(reader, draft))[0].span
        reader.previous = draft
    return judge_drafts(prepared.article, frame, kept)


def accuracy(outcomes: list[Outcome]) -> dict[str, float]:
    """F1 of what is found, typed and strict; of the claims found, the share with each field right; in percent."""
    report = report_of(outcomes)
    claims, statements = report.claims, report.statements
    figures = {
        "found": f1(claims.found, claims.predicted, claims.gold),
        "typed": f1(claims.fields["type"], claims.predicted, claims.gold),
        "strict": f1(claims.strict, claims.predicted, claims.gold),
        "statements found": f1(statements.found, statements.predicted, statements.gold),
        **{name: claims.fields[name] / max(1, claims.found) for name in FIELDS},
    }
    for name in HEADS:
        figures[f"{name}, macro-F1"] = macro_f1(outcomes, name)
    return {name: round(100 * share, 1) for name, share in figures.items()}


def macro_f1(outcomes: list[Outcome], field: str) -> float:
    """The mean over the labels of gold of each label's F1, among the claims found."""
    gold: Counter[str] = Counter()
    found: Counter[str] = Counter()
    right: Counter[str] = Counter()
    for outcome in outcomes:
        for mine, yours in pair_claims(outcome.gold.claims, outcome.claims):
            theirs, ours = outcome.gold.claims[mine], outcome.claims[yours]
            label = str(theirs[field])
            got = label if field_right(field, theirs, ours) else str(ours[field])
            gold[label] += 1
            found[got] += 1
            right[label] += got == label
    return sum(f1(right[label], found[label], gold[label]) for label in gold) / max(1, len(gold))


def calibration(crossed: Folds) -> dict[str, Any]:
    """How often claims are right by their confidence, whose weights come from the other folds."""
    pairs: list[tuple[float, bool]] = []
    for fold in sorted(set(crossed.fold)):
        judged = [(item, number == fold) for item, number in _judged(crossed)]
        weights = calibrate([item for item, own in judged if not own])
        for item, own in judged:
            if own:
                total = weights[0] + sum(a * b for a, b in zip(weights[1:], item.sureness, strict=True))
                pairs.append((1.0 / (1.0 + math.exp(-total)), item.right))
    bins: list[list[tuple[float, bool]]] = [[] for _ in range(BINS)]
    for chance, right in pairs:
        bins[min(BINS - 1, int(BINS * chance))].append((chance, right))
    rows = [
        {
            "from": number / BINS,
            "n": len(own),
            "confidence": sum(chance for chance, _ in own) / len(own),
            "right": sum(right for _, right in own) / len(own),
        }
        for number, own in enumerate(bins)
        if own
    ]
    apart = sum(row["n"] * abs(row["confidence"] - row["right"]) for row in rows) / max(1, len(pairs))
    brier = sum((chance - right) ** 2 for chance, right in pairs) / max(1, len(pairs))
    return {"bins": rows, "expected calibration error": apart, "Brier score": brier}


def _judged(crossed: Folds) -> list[tuple[Judged, int]]:
    return [
        (item, fold) for fold, outcome in zip(crossed.fold, crossed.outcomes, strict=True) for item in outcome.judged
    ]


def telling(crossed: Folds, top: int) -> dict[str, dict[str, list[str]]]:
    """For each head's labels and each role the features that decide most: mean weight over the folds times how much the
    feature varies."""
    spread = _spread(crossed)
    found: dict[str, dict[str, list[str]]] = {}
    classifiers = [models.classifier for models in crossed.models]
    for head, labels in classifiers[0].heads.items():
        rows = found.setdefault(head, {})
        for label in labels[1:] if len(labels) == 2 else labels:
            weights: Counter[str] = Counter()
            for classifier in classifiers:
                if label in classifier.heads[head]:
                    column = classifier.columns[head].start + classifier.heads[head].index(label)
                    for name, row in classifier.index.items():
                        weights[name] += float(classifier.matrix[row, column])
            rows[label] = _top(weights, spread[head], top)
    for role in crossed.models[0].rankers:
        weights = Counter()
        for models in crossed.models:
            ranker = models.rankers[role]
            # what a feature alone brings: with a hidden layer its effect differs from candidate to candidate
            alone = ranker.scores([[], *([name] for name in ranker.index)])
            weights.update(dict(zip(ranker.index, (alone[1:] - alone[0]).tolist(), strict=True)))
        found.setdefault("role", {})[role] = _top(weights, spread[role], top)
    return found


def _top(weights: Counter[str], spread: dict[str, float], top: int) -> list[str]:
    ranked = sorted(((weight * spread.get(name, 0.0), name) for name, weight in weights.items()), reverse=True)
    words = dict.fromkeys(in_words(name) for weight, name in ranked if weight > 0)
    return list(words)[:top]


def _spread(crossed: Folds) -> dict[str, dict[str, float]]:
    """The standard deviation of each feature among the examples of a head or the candidates of a role."""
    rows: dict[str, list[list[str]]] = {}
    for examples in crossed.seen:
        for head, labels in examples.labels.items():
            rows.setdefault(head, []).extend(features for features, _ in labels)
        for role, groups in examples.groups.items():
            rows.setdefault(role, []).extend(features for group in groups for features in group.options)
    found = {}
    for name, own in rows.items():
        counts = Counter(feature for features in own for feature in set(features))
        total = max(1, len(own))
        found[name] = {feature: math.sqrt(n / total * (1 - n / total)) for feature, n in counts.items()}
    return found


def markdown(result: dict[str, Any]) -> str:
    names = list(result["trained"])
    table = [("", "rules alone", "trained", "gain")]
    for name in names:
        rules, trained = result["rules"][name], result["trained"][name]
        table.append((name, f"{rules:.1f}", f"{trained:.1f}", f"{trained - rules:+.1f}"))
    bins = [("confidence", "claims", "mean confidence", "right")]
    for row in result["calibration"]["bins"]:
        low = row["from"]
        bins.append(
            (f"{low:.1f}–{low + 1 / BINS:.1f}", str(row["n"]), f"{row['confidence']:.2f}", f"{row['right']:.2f}")
        )
    features = ["| head | label | speaks for it |", "| --- | --- | --- |"]
    for head, labels in result["features"].items():
        for label, words in labels.items():
            features.append(f"| {head} | {label} | {_cell('; '.join(words))} |")
    return "\n\n".join(
        [
            result["where"] + f"; {result['articles']} articles, {result['folds']} folds, seed {result['seed']}",
            markdown_table(table),
            "A claim is right where its anchor is that of a claim in gold and type, subject, metric, period, modality and "
            f"attribution agree. Expected calibration error {result['calibration']['expected calibration error']:.3f}, "
            f"Brier score {result['calibration']['Brier score']:.3f}.",
            markdown_table(bins),
            "\n".join(features),
        ]
    )


def _cell(words: str) -> str:
    return words.replace("|", "\\|").replace("\n", "⏎")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="*", type=Path, metavar="FOLDER")
    parser.add_argument("--folds", type=int, default=5, metavar="N")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="decides which articles are held out together")
    parser.add_argument("--top", type=int, default=5, metavar="N", help="features shown of each label and role")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures here")
    parser.add_argument("--write", action="store_true", help="put the tables into RESULTS.md")
    options = parser.parse_args()
    if options.folds < 2:
        parser.error("--folds needs 2 or more")
    if options.write and options.folders:
        parser.error("--write is for corpora/; leave out FOLDER")
    extractor = Extractor(Config(claims=False))
    try:
        folders = options.folders or [CORPORA / "train", CORPORA / "dev"]
        prepared = [prepare(article, extractor) for folder in folders for article in load_corpus(folder)]
        crossed = cross_fit(prepared, options.folds, options.seed)
    except ClaimxError as error:
        print(f"classifier.py: {error}", file=sys.stderr)
        return 2
    result = {
        "where": where(),
        "articles": len(prepared),
        "folds": options.folds,
        "seed": options.seed,
        "rules": accuracy([by_rules(item) for item in prepared]),
        "trained": accuracy(crossed.outcomes),
        "calibration": calibration(crossed),
        "features": telling(crossed, options.top),
    }
    content = markdown(result)
    print(content)
    if options.json:
        options.json.write_text(json.dumps(result, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    if options.write:
        fill(RESULTS, "classifier", content)
    return 0


if __name__ == "__main__":
    sys.exit(main())
