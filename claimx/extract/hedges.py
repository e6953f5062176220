"""Bounds: the hedge words left and right of a value (``lexicon/hedges.toml``). Hedges are no part of a value's span."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from claimx.lexicon.loader import read_toml
from claimx.model import Bound
from claimx.source.text import fold

_BOUNDS: tuple[Bound, ...] = ("about", "near", "over", "under", "at_least", "at_most")


class Hedge(NamedTuple):
    """A hedge found: where it begins, where it ends, and the bound it sets (None for a pseudo-hedge)."""

    start: int
    end: int
    bound: Bound | None


class _Tables(NamedTuple):
    left: dict[str, Bound | None]
    left_lengths: dict[str, tuple[int, ...]]
    light_lengths: dict[str, tuple[int, ...]]
    light: frozenset[str]
    reaching: frozenset[str]
    scale_only: frozenset[str]
    passing: frozenset[str]
    nouns: frozenset[str]
    right: dict[str, Bound | None]
    right_lengths: dict[str, tuple[int, ...]]
    not_before: tuple[str, ...]
    unit_only: frozenset[str]
    past_bracket: frozenset[str]


def _lengths(words: dict[str, Bound | None] | frozenset[str], at: int) -> dict[str, tuple[int, ...]]:
    sizes: dict[str, set[int]] = {}
    for word in words:
        sizes.setdefault(word[at], set()).add(len(word))
    return {char: tuple(sorted(found, reverse=True)) for char, found in sizes.items()}


@lru_cache(maxsize=1)
def _tables() -> _Tables:
    data = read_toml("hedges.toml")
    left: dict[str, Bound | None] = {fold(word): None for word in data["left"]["none"].split()}
    right: dict[str, Bound | None] = {}
    scale_only = frozenset(fold(word) for word in data["left"]["scale_only"].split())
    for bound in _BOUNDS:
        left.update((fold(word), bound) for word in data["left"].get(bound, "").split())
        right.update((fold(word), bound) for word in data["right"].get(bound, "").split())
    left.update((word, "over") for word in scale_only)
    light = frozenset(fold(word) for word in data["left"]["light"].split())
    return _Tables(
        left,
        _lengths(left, -1),
        _lengths(light, -1),
        light,
        frozenset(fold(word) for word in data["left"]["reaching"].split()),
        scale_only,
        frozenset(fold(word) for word in data["left"]["passing"].split()),
        frozenset(fold(word) for word in data["left"]["nouns"].split()),
        right,
        _lengths(right, 0),
        tuple(fold(word) for word in data["right"]["not_before"].split()),
        frozenset(fold(word) for word in data["right"]["unit_only"].split()),
        frozenset(fold(word) for word in data["right"]["past_bracket"].split()),
    )


def plain_hedges() -> frozenset[str]:
    """Words that only hedge (约, 逾, 不到), unlike 升破 or 站上, which tell what an amount does."""
    return _tables().reaching


def left_hedge(folded: str, start: int, scale_word: bool = False) -> Hedge | None:
    """The outermost hedge that ends where a value begins; ``scale_word``: the value is a bare 万, 亿, 千 … or half."""
    tables = _tables()
    at = start
    found: Hedge | None = None
    touching = True
    for _ in range(4):
        while at > 0 and folded[at - 1] == " " and start - at < 4:
            at -= 1
        if at <= 0:
            break
        char = folded[at - 1]
        word = _ending(folded, at, tables.left, tables.left_lengths, char)
        if word and (touching or word in tables.reaching):
            bound = tables.left[word]
            first = at - len(word)
            if bound is None:
                break
            experienced = word == "过" and first > 0 and folded[first - 1] in tables.passing
            if experienced and folded[max(0, first - 2) : first] not in tables.nouns:
                break  # 投入过5亿: experience, not excess
            if word in tables.scale_only and (not scale_word or found is not None):
                break
            if found is None or found.bound in ("about", "near") or bound in ("at_most", "at_least"):
                found = Hedge(first, found.end if found else at, bound)
            at = first
            continue
        if found is not None:
            break
        word = _ending(folded, at, tables.light, tables.light_lengths, char)
        if not word:
            break
        at -= len(word)
        touching = False
    return found


def right_hedge(folded: str, end: int, with_unit: bool) -> Hedge | None:
    """The hedge that begins where a value ends."""
    tables = _tables()
    at = end
    while folded.startswith(" ", at) and at - end < 2:
        at += 1
    sizes = tables.right_lengths.get(folded[at : at + 1])
    if sizes is None or folded.startswith(tables.not_before, at):
        return None
    for size in sizes:
        word = folded[at : at + size]
        if word in tables.right and (with_unit or word not in tables.unit_only):
            return Hedge(at, at + size, tables.right[word])
    return None


def past_bracket(folded: str, end: int) -> Bound | None:
    """The bound that a hedge behind a bracket sets on the value before it: 5499元（下同）起跳."""
    if not folded.startswith("(", end):
        return None
    close = folded.find(")", end, end + 40)
    if close < 0 or "\n" in folded[end:close]:
        return None
    tables = _tables()
    hedge = right_hedge(folded, close + 1, True)
    if hedge is None or folded[hedge.start : hedge.end] not in tables.past_bracket:
        return None
    return hedge.bound


def _ending(
    folded: str,
    at: int,
    words: dict[str, Bound | None] | frozenset[str],
    lengths: dict[str, tuple[int, ...]],
    char: str,
) -> str | None:
    for size in lengths.get(char, ()):
        if size <= at and folded[at - size : at] in words:
            return folded[at - size : at]
    return None
