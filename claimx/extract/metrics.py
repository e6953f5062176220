"""Words that name what is measured: one scan of the folded text for the forms of ``lexicon/metrics.tsv``.

Where forms overlap the leftmost, then the longest wins, so `归母净利润` is one metric and not 净利润 within it. Users add
metrics of their own in a file of the same columns (:func:`metric_table`).
"""

from __future__ import annotations

from bisect import bisect_left
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple, cast, get_args

import ahocorasick_rs

from claimx.errors import LexiconError, UnreadableInput
from claimx.lexicon.loader import parse_tsv, read_tsv
from claimx.model import ClaimType, QuantityKind, Span
from claimx.source.text import Text, fold

_TYPES = frozenset(get_args(ClaimType))
_KINDS = frozenset(get_args(QuantityKind))
_LINKS = frozenset(["为", "是", " "])
# a single character names a metric only shortly before a value (长4780毫米, not 增长), but what a share is of may stand between
_REACH = 4
_SHORT_LATIN = 3  # longer Latin forms match in any case, by the file's own rule


class MetricMention(Span, frozen=True, gc=False):
    """A metric named in the text: half-open span, canonical ``key``, the claim type that it signals, and the kinds of
    quantity its level admits. ``share``: a percentage of it is a part of a whole. ``weak``: a verb or loose noun, which
    names the metric only where no better noun is near."""

    key: str
    type: ClaimType
    kinds: frozenset[str]
    share: bool
    weak: bool


class MetricEntry(NamedTuple):
    """One line of the lexicon: a canonical metric and the forms that name it."""

    key: str
    type: ClaimType
    kinds: frozenset[str]
    share: bool
    forms: tuple[str, ...]
    weak_forms: tuple[str, ...]


class _Form(NamedTuple):
    entry: MetricEntry
    strong: bool
    weak: bool


class MetricTable(NamedTuple):
    """The matcher of metrics: an automaton over ``words``, and what each of them names."""

    automaton: Any
    forms: list[_Form]
    words: list[str]
    exact: list[str | None]  # how a short Latin form must be written


def parse_metrics(content: str, name: str) -> list[MetricEntry]:
    """Entries of a metrics file (TSV: key, type, kinds, level|share, forms, weak forms).

    Raises :class:`~claimx.errors.LexiconError` naming ``name`` and the record that does not follow the format.
    """
    return [_entry(record, name) for record in parse_tsv(content)]


def _entry(record: tuple[str, ...], name: str) -> MetricEntry:
    key, claim_type, kinds, measure, forms, weak = (*record, "", "", "", "", "", "")[:6]
    admitted = frozenset(kind for kind in kinds.split("|") if kind)
    if not key or claim_type not in _TYPES or not admitted <= _KINDS or measure not in ("level", "share"):
        raise LexiconError(f"{name}: {key!r} needs a claim type, quantity kinds and 'level' or 'share', by tabs.")
    return MetricEntry(key, cast(ClaimType, claim_type), admitted, measure == "share", _split(forms), _split(weak))


def _split(forms: str) -> tuple[str, ...]:
    return tuple(form.strip() for form in forms.split("|") if form.strip())


@lru_cache(maxsize=1)
def metric_entries() -> tuple[MetricEntry, ...]:
    """Every metric of the shipped lexicon."""
    return tuple(_entry(record, "metrics.tsv") for record in read_tsv("metrics.tsv"))


def metric_table(extra: tuple[MetricEntry, ...] = ()) -> MetricTable:
    """The matcher of the shipped metrics and ``extra`` ones, which win over shipped forms."""
    forms: dict[str, _Form] = {}
    exact: dict[str, str] = {}
    for entry in (*extra, *metric_entries()):
        own: dict[str, _Form] = {}
        for strong, words in ((True, entry.forms), (False, entry.weak_forms)):
            for word in words:
                for written in {fold(word), fold(word).replace(" ", "")}:
                    short = written.isascii() and len(written) <= _SHORT_LATIN
                    lowered = written.lower()
                    if short:
                        exact.setdefault(lowered, written)
                    known = own.get(lowered)
                    own[lowered] = _Form(
                        entry,
                        strong or (known is not None and known.strong),
                        not strong or (known is not None and known.weak),
                    )
        for word, form in own.items():
            forms.setdefault(word, form)
    keys = sorted(forms)
    automaton = ahocorasick_rs.AhoCorasick(keys, matchkind=ahocorasick_rs.MatchKind.LeftmostLongest)
    return MetricTable(automaton, [forms[key] for key in keys], keys, [exact.get(key) for key in keys])


@lru_cache(maxsize=8)
def table_with(path: str) -> MetricTable:
    """The matcher of the shipped metrics and those in the user's file at ``path``, read once a process.

    Raises :class:`~claimx.errors.UnreadableInput` where there is no such UTF-8 file, :class:`LexiconError` naming the
    record that does not follow the format.
    """
    try:
        content = Path(path).read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableInput(f"The metrics file {path} cannot be read as UTF-8 text ({error}).") from None
    entries = parse_metrics(content, path)
    for entry in entries:
        if not entry.forms and not entry.weak_forms:
            raise LexiconError(f"{path}: {entry.key!r} has no form, so no text could name it; add words behind a tab.")
    return metric_table(tuple(entries))


@lru_cache(maxsize=1)
def _default_table() -> MetricTable:
    return metric_table()


def find_metrics(source: Text, blocked: list[tuple[int, int]], table: MetricTable | None = None) -> list[MetricMention]:
    """The metrics named in ``source``, in text order; none overlaps a ``blocked`` span (sorted half-open ranges)."""
    automaton, forms, words, exact = table or _default_table()
    folded, raw = source.folded, source.raw
    lowered = folded.lower()
    if len(lowered) != len(folded):  # a few capitals grow in lower case; offsets must not
        lowered = folded
    lowered = _masked(lowered, blocked)
    found: list[MetricMention] = []
    last_end = -1
    for index, start, end in automaton.find_matches_as_indexes(lowered):
        word = words[index]
        if word[0].isascii() and _latin(folded, start - 1):
            continue
        if word[-1].isascii() and _latin(folded, end):
            continue
        if exact[index] is not None and folded[start:end] != exact[index]:
            continue
        entry, strong, weak = forms[index]
        if end - start == 1 and not entry.share and not _leads(blocked, end):
            continue
        joined = start == last_end or folded[last_end:start] in _LINKS  # 净利润亏损, 净利润为亏损
        found.append(
            MetricMention(
                start,
                end,
                raw[start:end],
                entry.key,
                entry.type,
                entry.kinds,
                entry.share,
                (weak and joined) or not strong,
            )
        )
        last_end = end
    return found


def _leads(values: list[tuple[int, int]], position: int) -> bool:
    """Whether a value begins within a few code points of ``position``."""
    index = bisect_left(values, (position, 0))
    return index < len(values) and values[index][0] - position <= _REACH


def _masked(text: str, blocked: list[tuple[int, int]]) -> str:
    """``text`` with the blocked spans struck out, so that a form cannot reach into one: 2020年首九个[月收入] is 收入."""
    pieces = []
    position = 0
    for start, end in blocked:
        if start > position:
            pieces.append(text[position:start])
        if end > position:
            pieces.append("\0" * (end - max(start, position)))
            position = end
    pieces.append(text[position:])
    return "".join(pieces)


def _latin(text: str, index: int) -> bool:
    return 0 <= index < len(text) and text[index].isascii() and text[index].isalpha()
