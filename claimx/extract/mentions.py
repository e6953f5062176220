"""Names in a text: companies, products, people, indices, places and business segments.

Known names come from the gazetteer (``lexicon/entities_*.tsv``), unknown ones from patterns over the folded view. What a
document has named once with a clear cue is the same mention wherever the same string stands again. Mentions never
overlap; spans are half-open ranges of code points.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from claimx.extract.mention_gazetteer import find_known, judge, straddles
from claimx.extract.mention_items import find_items, find_stems, find_titles
from claimx.extract.mention_latin import LATIN_RANK as _LATIN
from claimx.extract.mention_latin import find_latin, in_brackets
from claimx.extract.mention_orgs import (
    find_coded,
    find_defined,
    find_orgs,
    find_segments,
    find_special,
    find_twins,
    survey,
)
from claimx.extract.mention_people import find_people
from claimx.extract.mention_words import Candidate, automaton, common_words, is_latin
from claimx.model import Mention
from claimx.source.text import Text

_FAMILY = 3  # code points; a shorter family name of a foreigner is too common to be taken up alone
_NUMERALS = frozenset(
    "0123456789０１２３４５６７８９〇零一二三四五六七八九十百千万萬亿億两兩半壹贰叁肆伍陆柒捌玖拾佰仟廿卅"
)


def find_mentions(text: Text) -> list[Mention]:
    """Every name in ``text``, in text order and without overlaps. Never raises."""
    raw, folded = text.raw, text.folded
    known = judge(folded, find_known(folded))
    ground = survey(folded, known)
    unknown = [
        *find_latin(folded, [(one.start, one.end) for one in known]),
        *find_orgs(ground),
        *find_coded(ground, known),
        *find_special(ground),
        *find_defined(ground),
        *find_twins(ground, known),
        *find_people(ground),
        *find_segments(ground),
        *find_items(ground),
        *find_titles(ground),
    ]
    settled = _twinned(folded, settle([*known, *unknown]))
    return [
        Mention(
            start=one.start,
            end=one.end,
            text=raw[one.start : one.end],
            kind=one.kind,
            id=one.id,
            name=one.name or raw[one.start : one.end],
            tickers=one.tickers,
        )
        for one in settle([*settled, *_again(folded, settled)])
    ]


def _twinned(folded: str, settled: list[Candidate]) -> list[Candidate]:
    """Unknown latin words in brackets behind a name are the same thing; behind anything else they are a mere term."""
    ending = {one.end: one for one in settled}
    kept = []
    for one in settled:
        if one.rank == _LATIN and in_brackets(folded, one.start, one.end) and folded[one.end - 1].isalpha():
            twin = ending.get(one.start - 1)
            if twin is None:
                if one.kind != "organization":
                    continue
            else:
                kept.append(
                    twin._replace(start=one.start, end=one.end, name=twin.name or folded[twin.start : twin.end])
                )
                continue
        kept.append(one)
    return kept


def _again(folded: str, settled: list[Candidate]) -> list[Candidate]:
    """Further places of the names that the text itself has made known."""
    names: dict[str, Candidate] = {}
    for one in settled:
        text = folded[one.start : one.end]
        if one.rank > 1 and one.kind != "segment" and len(text) >= 2 and not (one.kind == "product" and text.isalpha()):
            names.setdefault(text, one)
        if one.kind == "person" and (dot := max(map(text.rfind, "·•‧・"))) > 0:
            family = text[dot + 1 :].strip()
            if len(family) >= _FAMILY and family not in common_words():
                names.setdefault(family, one)
    stems = dict(find_stems(folded, settled))
    for stem, one in stems.items():
        names.setdefault(stem, one)
    if not names:
        return []
    forms = tuple(names)
    found = []
    for number, start, end in automaton(forms).find_matches_as_indexes(folded):
        if is_latin(folded[start]) and start and is_latin(folded[start - 1]):
            continue
        if end < len(folded) and is_latin(folded[end - 1]) and is_latin(folded[end]):
            continue
        if forms[number] in stems and straddles(folded, start, end):
            continue
        found.append(names[forms[number]]._replace(start=start, end=end, rank=4))
    return found


def settle(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Candidates without overlaps: the leftmost wins, then the longest, then the lowest rank."""
    kept: list[Candidate] = []
    for one in sorted(candidates, key=lambda each: (each.start, -each.end, each.rank)):
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return kept


def digit_names(mentions: Sequence[Mention]) -> list[tuple[int, int]]:
    """Sorted spans of the mentions that hold a numeral, Arabic or Chinese: no quantity or time may lie in them."""
    return [(one.start, one.end) for one in mentions if not _NUMERALS.isdisjoint(one.text)]
