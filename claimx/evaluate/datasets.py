"""Public annotated sets that a user may have obtained, and what claimx scores on them.

None is shipped; each is read from a path in the format of its publication:

``finnum3``, ``numclaim``: numerals of Chinese analysts' notes, each *in-claim* (an estimate or forecast of the analyst) or
    *out-of-claim*. A JSON array or JSON Lines of objects with the text (``paragraph``, ``tweet``, ``sentence`` or
    ``text``), the numeral (``target_numeral`` or ``target_num``), where it begins (``offset_start`` or ``offset``, code
    points; looked for in the text where absent or not matching) and the label (``claim``: 1 or 0, or the words above).
    claimx says in-claim where a claim anchored on the numeral is no statement of fact.
``cluener``: CLUENER 2020 names. JSON Lines of ``{"text": …, "label": {"company": {"words": [[start, end]]}}}``, the end
    inclusive. claimx's mentions are scored as exact spans for the labels that it has a kind for.

A path may be a file, or a folder whose ``*.json`` and ``*.jsonl`` files are read.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from claimx.errors import InvalidOption, UnreadableInput
from claimx.evaluate.score import SpanScore, f1
from claimx.evaluate.tables import aligned, percent, prf
from claimx.model import Claim, Document
from claimx.output.tables import printable
from claimx.source.decoding import decode

_TEXT = ("paragraph", "tweet", "sentence", "text", "context")
_NUMERAL = ("target_numeral", "target_num", "numeral", "target")
_OFFSET = ("offset_start", "offset", "start")
_LABEL = ("claim", "label", "in_claim")
_YES = frozenset(["1", "true", "yes", "in-claim", "in claim", "in_claim", "inclaim"])
_NO = frozenset(["0", "false", "no", "out-of-claim", "out of claim", "out_of_claim", "outofclaim"])
_BEFORE, _AFTER = 20, 10  # code points of context shown around an error
_FACTS = frozenset(["actual", "denied", "rumor"])
# the labels of CLUENER and the kinds of mention that are the same; the others have no counterpart
_NAMES: dict[str, tuple[str, ...]] = {
    "company": ("organization",),
    "organization": ("organization",),
    "government": ("organization",),
    "name": ("person",),
    "address": ("place",),
}


class NumeralCase(msgspec.Struct, frozen=True):
    """One numeral of a text (half-open code points) and whether it is an estimate or forecast."""

    text: str
    start: int
    end: int
    in_claim: bool


class NameCase(msgspec.Struct, frozen=True):
    """One text and its names as (start, end, label), half-open code points."""

    text: str
    names: tuple[tuple[int, int, str], ...]


def score_dataset(name: str, path: Path, errors: int = 0) -> str:
    """The score of claimx on the data set ``name`` at ``path``, as lines for people; up to ``errors`` errors of each class.

    Raises :class:`InvalidOption` for a name that is none, :class:`UnreadableInput` naming the record that is malformed.
    """
    scorer = _SCORERS.get(name)
    if scorer is None:
        raise InvalidOption(f"{name!r} is no data set; use one of {', '.join(_SCORERS)}.")
    return scorer(path, errors)


def load_numerals(path: Path) -> list[NumeralCase]:
    """The numerals of FinNum-3 or NumClaim files."""
    return [_numeral(record, where) for where, record in _records(path)]


def load_names(path: Path) -> list[NameCase]:
    """The texts of CLUENER files with their names."""
    return [_name_case(record, where) for where, record in _records(path)]


def _score_numerals(path: Path, errors: int) -> str:
    from claimx.pipeline import Extractor

    extractor = Extractor()
    documents: dict[str, Document] = {}
    counts = {(gold, found): 0 for gold in (True, False) for found in (True, False)}
    covered = 0
    shown: dict[bool, list[str]] = {True: [], False: []}
    cases = load_numerals(path)
    for case in cases:
        if case.text not in documents:
            documents = {case.text: extractor(case.text)}  # numerals of one text stand together
        claim = _claim_on(documents[case.text], case)
        found = claim is not None and claim.modality not in _FACTS
        covered += claim is not None
        counts[case.in_claim, found] += 1
        if found != case.in_claim:
            words = _shown(case.text, (case.start, case.end))
            shown[case.in_claim].append(f"{words} {claim.modality if claim else 'no claim'}")
    rows: list[tuple[str, ...]] = [("", "gold", "output", "P", "R", "F1")]
    scores = []
    for label, value in (("in-claim", True), ("out-of-claim", False)):
        gold = counts[value, True] + counts[value, False]
        predicted = counts[True, value] + counts[False, value]
        right = counts[value, value]
        scores.append(f1(right, predicted, gold))
        rows.append(
            (label, str(gold), str(predicted), percent(right, predicted), percent(right, gold), percent(scores[-1]))
        )
    lines = [
        f"{len(cases)} numerals; {percent(covered, len(cases))}% anchor a claim",
        f"macro F1 {percent(sum(scores) / 2)}  accuracy {percent(counts[True, True] + counts[False, False], len(cases))}",
        aligned(rows),
    ]
    for label, value in (("in-claim missed", True), ("in-claim extra", False)):
        if errors > 0 and shown[value]:
            lines += [f"{label}: {len(shown[value])}", *shown[value][:errors]]
    return "\n".join(lines) + "\n"


def _claim_on(document: Document, case: NumeralCase) -> Claim | None:
    """The claim whose anchor holds the numeral."""
    for claim in document.claims:
        if claim.anchor.start < case.end and claim.anchor.end > case.start and claim.type != "statement":
            return claim
    return None


def _score_names(path: Path, errors: int) -> str:
    from claimx.extract.mentions import find_mentions
    from claimx.source.text import Text

    by_label: dict[str, SpanScore] = {}
    by_kind: dict[str, SpanScore] = {}
    wrong: dict[str, list[str]] = {}
    cases = load_names(path)
    for case in cases:
        found: dict[tuple[int, int], str] = {
            (mention.start, mention.end): mention.kind for mention in find_mentions(Text(case.text))
        }
        gold = {(start, end): label for start, end, label in case.names}
        for place, label in gold.items():
            hit = found.get(place) in _NAMES.get(label, ())
            by_label.setdefault(label, SpanScore()).add(True, hit)
            if label in _NAMES and not hit:
                wrong.setdefault(f"{label} missed", []).append(_shown(case.text, place))
        for place, kind in found.items():
            hit = kind in _NAMES.get(gold.get(place, ""), ())
            by_kind.setdefault(kind, SpanScore()).add(hit, True)
            if not hit:
                wrong.setdefault(f"{kind} extra", []).append(_shown(case.text, place))
    labels: list[tuple[str, ...]] = [("label", "gold", "found", "R")]
    for label, score in sorted(by_label.items()):
        right = (str(score.found), percent(score.found, score.gold)) if label in _NAMES else ("–", "–")
        labels.append((label, str(score.gold), *right))
    kinds: list[tuple[str, ...]] = [("kind", "output", "right", "P")]
    for kind, score in sorted(by_kind.items()):
        kinds.append((kind, str(score.predicted), str(score.found), prf(score)[0]))
    lines = [f"{len(cases)} texts; names are exact spans", aligned(labels), aligned(kinds)]
    for name, examples in sorted(wrong.items(), key=lambda item: -len(item[1])) if errors > 0 else ():
        lines += [f"{name}: {len(examples)}", *examples[:errors]]
    return "\n".join(lines) + "\n"


def _shown(text: str, place: tuple[int, int]) -> str:
    start, end = place
    words = f"…{text[max(0, start - _BEFORE) : start]}【{text[start:end]}】{text[end : end + _AFTER]}…"
    return "  " + printable(words.replace("\n", "⏎"))


def _records(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every JSON object of the files at ``path``, with words that name it in an error."""
    if not path.exists():
        raise UnreadableInput(f"There is no file or folder {path}; check the name.")
    files = [path] if path.is_file() else sorted([*path.rglob("*.json"), *path.rglob("*.jsonl")])
    if not files:
        raise UnreadableInput(f"There is no .json or .jsonl file in {path}; name the file of the data set.")
    for file in files:
        try:
            text, _ = decode(file.read_bytes(), name=str(file))
        except OSError as error:
            raise UnreadableInput(f"{file} cannot be read: {error.strerror or error}.") from None
        for number, record in enumerate(_parsed(text, file), 1):
            where = f"{file}, record {number},"
            if not isinstance(record, dict):
                raise UnreadableInput(f"{where} is no JSON object.")
            yield where, record


def _parsed(text: str, file: Path) -> list[Any]:
    if text.lstrip().startswith("["):
        pieces = [(text, "")]
    else:
        pieces = [(line, f", line {number},") for number, line in enumerate(text.split("\n"), 1) if line.strip()]
    values = []
    for piece, where in pieces:
        try:
            values.append(json.loads(piece))
        except ValueError as error:
            raise UnreadableInput(f"{file}{where} is not valid JSON: {error}.") from None
    return values[0] if len(values) == 1 and isinstance(values[0], list) else values


def _numeral(record: dict[str, Any], where: str) -> NumeralCase:
    text, numeral, label = (_first(record, names, where) for names in (_TEXT, _NUMERAL, _LABEL))
    text, numeral, answer = str(text), str(numeral), str(label).strip().lower()
    if answer not in _YES | _NO:
        raise UnreadableInput(f"{where} has the label {label!r}; 1 or 0, in-claim or out-of-claim is expected.")
    offset = next((record[name] for name in _OFFSET if isinstance(record.get(name), int)), -1)
    if offset < 0 or not text.startswith(numeral, offset):
        offset = text.find(numeral)
    if offset < 0 or not numeral:
        raise UnreadableInput(f"{where} names the numeral {numeral!r}, which is not in its text.")
    return NumeralCase(text, offset, offset + len(numeral), answer in _YES)


def _first(record: dict[str, Any], names: tuple[str, ...], where: str) -> Any:
    for name in names:
        if record.get(name) is not None:
            return record[name]
    raise UnreadableInput(f"{where} has none of the fields {', '.join(names)}.")


def _name_case(record: dict[str, Any], where: str) -> NameCase:
    text, labels = record.get("text"), record.get("label", {})
    if not isinstance(text, str) or not isinstance(labels, dict):
        raise UnreadableInput(f"{where} has no text, or its label is no table of names.")
    names = []
    for label, spans in labels.items():
        try:
            found = [(int(start), int(end) + 1, word) for word, places in spans.items() for start, end in places]
        except (AttributeError, TypeError, ValueError):
            raise UnreadableInput(f"{where} has names under {label!r} that are no [start, end] pairs.") from None
        for start, end, word in found:
            if text[start:end] != word:
                raise UnreadableInput(f"{where} says {word!r} stands at [{start}, {end - 1}], but other words do.")
            names.append((start, end, str(label)))
    return NameCase(text, tuple(sorted(names)))


_SCORERS: dict[str, Callable[[Path, int], str]] = {
    "finnum3": _score_numerals,
    "numclaim": _score_numerals,
    "cluener": _score_names,
}
