"""Annotated documents to score against, and where the output to score comes from.

Gold is a folder of ``.claimx`` articles, or of ``<doc>.txt`` with ``<doc>.gold.json``. Output is a file of ``claimx/1``
JSON Lines, or is extracted anew.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec

from claimx.corpus import SUFFIX, load_article, load_corpus, to_gold_dict
from claimx.errors import CorpusError, UnreadableInput
from claimx.model import sha256_of

GOLD_SUFFIX = ".gold.json"

Plain = Mapping[str, Any]
Extract = Callable[["GoldDocument"], Plain]


class GoldDocument(msgspec.Struct, frozen=True):
    """One annotated text; the lists hold plain dicts as in a ``.gold.json`` file."""

    name: str
    text: str
    reference_date: str | None
    quantities: list[dict[str, Any]]
    times: list[dict[str, Any]]
    claims: list[dict[str, Any]]


def load_gold(path: Path) -> list[GoldDocument]:
    """The annotated texts at ``path``: a ``.claimx`` file, a folder of them, or a folder of texts with ``.gold.json``.

    Raises :class:`CorpusError` for a malformed or missing annotation, :class:`UnreadableInput` for a missing text.
    """
    if path.is_file():
        return [_from_dict(to_gold_dict(article), article.text) for article in [load_article(path)]]
    annotations = sorted(path.glob("*" + GOLD_SUFFIX))
    if annotations:
        return [_load_gold_json(annotation) for annotation in annotations]
    if not any(path.rglob("*" + SUFFIX)):
        raise CorpusError(f"There is no gold in {path}: neither {SUFFIX} articles nor texts with {GOLD_SUFFIX} files.")
    return [_from_dict(to_gold_dict(article), article.text) for article in load_corpus(path)]


def _load_gold_json(path: Path) -> GoldDocument:
    source = path.with_name(path.name.removesuffix(GOLD_SUFFIX) + ".txt")
    try:
        text = source.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableInput(f"{source}, the text that {path.name} annotates, cannot be read ({error}).") from None
    try:
        plain = json.loads(path.read_bytes(), parse_float=Decimal)
        return _from_dict({**plain, "doc": path.name.removesuffix(GOLD_SUFFIX)}, text)
    except (ValueError, KeyError, TypeError) as error:
        raise CorpusError(f"{path} is no annotation of claimx: {error!r}.") from None


def _from_dict(plain: Plain, text: str) -> GoldDocument:
    lists = (plain["quantities"], plain["times"], plain["claims"])
    return GoldDocument(plain["doc"], text, plain.get("reference_date"), *lists)


def load_predictions(path: Path) -> dict[str, Plain]:
    """Records of a ``claimx/1`` JSON Lines file, by ``doc_id`` and by ``sha256`` of their text.

    Raises :class:`UnreadableInput` naming the line that is no such record.
    """
    records: dict[str, Plain] = {}
    try:
        lines = path.read_bytes().decode("utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableInput(f"{path} cannot be read as UTF-8 JSON Lines ({error}).") from None
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            record = json.loads(line, parse_float=Decimal)
        except ValueError as error:
            raise UnreadableInput(f"{path}, line {number}, is not valid JSON: {error}.") from None
        if not isinstance(record, dict) or record.get("schema") != "claimx/1":
            raise UnreadableInput(f"{path}, line {number}, is no claimx/1 record; give output of claimx batch.")
        for key in (record.get("sha256"), record.get("doc_id")):
            if key:
                records[str(key)] = record
    return records


def live_extractor() -> Extract:
    """Extraction by claimx as it stands, with the reference date of the annotation and nothing else known."""
    from claimx.pipeline import Extractor

    extractor = Extractor()

    def run(document: GoldDocument) -> Plain:
        return extractor(document.text, reference_date=document.reference_date, doc_id=document.name).to_dict()

    return run


def from_predictions(path: Path) -> Extract:
    """What the JSON Lines file at ``path`` holds for each document; nothing for those it lacks."""
    records = load_predictions(path)

    def look_up(document: GoldDocument) -> Plain:
        return records.get(document.name) or records.get(sha256_of(document.text)) or {}

    return look_up
