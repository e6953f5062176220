"""What a phrase of time is, and the words around times that decide between readings (``lexicon/time_context.toml``)."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from typing import Literal, NamedTuple

from claimx.extract.time_atoms import Atom
from claimx.lexicon.loader import read_toml
from claimx.source.text import fold

Anchor = Literal["past", "future"]
PhraseKind = Literal["date", "range", "moved", "duration", "set", "span_end"]


SAME = ("period", "same_month", "same_quarter")  # 同期, 同月, 同季: of the period in force


class Phrase(NamedTuple):
    """A time found: ``atoms`` give its days; ``to`` those of the end of a range; ``parts`` numbers of a duration."""

    start: int
    end: int
    kind: PhraseKind
    atoms: tuple[Atom, ...]
    to: tuple[Atom, ...] = ()
    parts: tuple[tuple[Decimal, str], ...] = ()
    anchor: Anchor | None = None
    sign: int = 0  # of a moved time: before or after
    open_side: str = ""  # begin or until: that side has no bound


class _Context(NamedTuple):
    future: re.Pattern[str]
    past_words: frozenset[str]
    future_words: frozenset[str]
    prefix: re.Pattern[str]
    lasting: re.Pattern[str]
    running: re.Pattern[str]
    lasting_after: tuple[str, ...]
    vintage: tuple[str, ...]
    number_names: tuple[str, ...]
    compared: tuple[str, ...]
    since: tuple[str, ...]
    coming: tuple[str, ...]
    faint: frozenset[str]
    not_before: dict[str, tuple[str, ...]]
    not_after: dict[str, tuple[str, ...]]
    only: dict[str, tuple[str, ...]]


@lru_cache(maxsize=1)
def context() -> _Context:
    """The tables of ``lexicon/time_context.toml``, folded."""
    data = read_toml("time_context.toml")

    def words(section: str, name: str) -> list[str]:
        return sorted({fold(word) for word in data[section][name].split()}, key=len, reverse=True)

    past, future = words("prefix", "past"), words("prefix", "future")
    return _Context(
        re.compile("|".join(words("cue", "future"))),
        frozenset(past),
        frozenset(future),
        re.compile("(" + "|".join(sorted([*past, *future], key=len, reverse=True)) + r")(?:的|这|约)? {0,2}\Z"),
        re.compile("(?:" + "|".join(words("cue", "lasting")) + r")了?(?:近|约|逾|超)? {0,2}\Z"),
        re.compile("(?:" + "|".join(words("cue", "running")) + r")了?(?:近|约|逾|超)? {0,2}\Z"),
        tuple(words("cue", "lasting_after")),
        tuple(words("guard", "vintage")),
        tuple(words("guard", "number")),
        tuple(words("cue", "compared")),
        tuple(words("cue", "since")),
        tuple(words("cue", "coming")),
        frozenset(words("cue", "faint")),
        *(
            {name: tuple(words(section, name)) for name in data[section]}
            for section in ("not_before", "not_after", "only")
        ),
    )
