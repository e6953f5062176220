"""Cue words of the claim stage: one scan of the folded text, leftmost-longest, roles from the lexicon."""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import cache, lru_cache
from typing import Any

import ahocorasick_rs
import msgspec

from claimx.lexicon.loader import read_toml
from claimx.source.text import Text, fold

# groups that are looked up by their words, not searched for
_SETS = frozenset(
    [
        "filler",
        "list",
        "noun",
        "subject",
        "preposition",
        "period",
        "opener",
        "joint",
        "share",
        "rank",
        "count",
        "source",
    ]
)


class CueHit(msgspec.Struct, frozen=True, gc=False):
    """A cue word's half-open span in the text and the roles it may play, such as ``movement.up``.

    ``groups`` holds the roles and the groups above them (``movement``), for quick questions.
    """

    start: int
    end: int
    word: str
    roles: frozenset[str]
    groups: frozenset[str]

    def plays(self, prefix: str) -> bool:
        """Whether one of the roles is ``prefix`` or lies under it."""
        return prefix in self.groups


@lru_cache(maxsize=1)
def _automaton() -> tuple[Any, list[str], list[frozenset[str]], list[frozenset[str]]]:
    roles: dict[str, set[str]] = {}
    for group, table in read_toml("cues.toml").items():
        if group in _SETS:
            continue
        for name, words in table.items():
            for word in words.split():
                roles.setdefault(fold(word), set()).add(f"{group}.{name}")
    words = sorted(roles)
    automaton = ahocorasick_rs.AhoCorasick(words, matchkind=ahocorasick_rs.MatchKind.LeftmostLongest)
    played = [frozenset() if "none.words" in roles[word] else frozenset(roles[word]) for word in words]
    groups = [found | {role.partition(".")[0] for role in found} for found in played]
    return automaton, words, played, groups


@cache
def cue_words(role: str) -> frozenset[str]:
    """The folded words of a role such as ``pronoun.company``."""
    group, _, name = role.partition(".")
    return frozenset(fold(word) for word in read_toml("cues.toml")[group][name].split())


@cache
def longest_first(role: str) -> tuple[str, ...]:
    """:func:`cue_words` in the order in which they are tried: a longer word before those that it holds."""
    return tuple(sorted(cue_words(role), key=lambda word: (-len(word), word)))


@lru_cache(maxsize=1)
def filler_pattern() -> re.Pattern[str]:
    """Matches what may stand between a movement and its value without untying them."""
    words = longest_first("filler.words")
    return re.compile(r"(?:[\s,]|" + "|".join(map(re.escape, words)) + ")*")


def tied(gap: str) -> bool:
    """Whether only filler stands in ``gap`` (folded text between a cue and its value)."""
    return filler_pattern().fullmatch(gap) is not None


def find_cues(text: Text) -> list[CueHit]:
    """Every cue of ``text`` in text order; Latin cues only where no letter or digit touches them."""
    automaton, words, roles, groups = _automaton()
    folded = text.folded
    hits = []
    for index, start, end in automaton.find_matches_as_indexes(folded):
        if not roles[index]:
            continue
        word = words[index]
        if word.isascii() and (
            _touches(folded, start - 1) and word[0].isalpha() and not _digit(folded, start - 1, word)
        ):
            continue
        if word.isascii() and _touches(folded, end):
            continue
        hits.append(CueHit(start, end, word, roles[index], groups[index]))
    return hits


def cue_behind(cue: CueHit, position: int) -> CueHit | None:
    """The part of a cue behind ``position`` where that is a cue itself, else None."""
    if not cue.start < position < cue.end:
        return None
    _, words, roles, groups = _automaton()
    rest = cue.word[position - cue.start :]
    index = bisect_left(words, rest)
    if index == len(words) or words[index] != rest or not roles[index]:
        return None
    return CueHit(position, cue.end, rest, roles[index], groups[index])


def _touches(folded: str, index: int) -> bool:
    return 0 <= index < len(folded) and folded[index].isascii() and folded[index].isalnum()


def _digit(folded: str, index: int, word: str) -> bool:
    """A digit may stand right before a Latin cue, as in ``4Q25F`` or ``+12%YoY``."""
    return folded[index].isdigit()
