"""Reads the lexicon: the words of the domain live in TSV and TOML files beside this module, not in code.

A TSV file has one record a line, fields separated by tabs; empty lines and lines that start with ``#`` are comments.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from claimx.errors import LexiconError


def read_text(name: str) -> str:
    """The content of lexicon file ``name``; raises :class:`LexiconError` where there is no such file."""
    try:
        return (files("claimx.lexicon") / name).read_text(encoding="utf-8")
    except FileNotFoundError:
        raise LexiconError(f"There is no lexicon file {name!r}; reinstall claimx or correct the name.") from None


def parse_tsv(content: str) -> list[tuple[str, ...]]:
    """Records of a TSV lexicon; trailing empty fields are kept."""
    return [tuple(line.split("\t")) for line in content.splitlines() if line.strip() and not line.startswith("#")]


@cache
def read_tsv(name: str) -> tuple[tuple[str, ...], ...]:
    """Records of lexicon file ``name``, read once."""
    return tuple(parse_tsv(read_text(name)))


@cache
def read_toml(name: str) -> dict[str, Any]:
    """Tables of lexicon file ``name``, read once; treat the result as frozen."""
    try:
        return tomllib.loads(read_text(name))
    except tomllib.TOMLDecodeError as error:
        raise LexiconError(f"Lexicon file {name!r} is not valid TOML: {error}.") from None
