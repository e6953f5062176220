"""Unknown names by their place in a text: heads of digest items, titles in 《》, and short forms of names given in full."""

from __future__ import annotations

import re
from functools import lru_cache

from claimx.extract.mention_orgs import Ground
from claimx.extract.mention_words import Candidate, common_words, is_han, is_plain, rare_words, tuple_of, words

# a bullet, a number or an opening bracket may stand before the name: ``◎云岭智造：``
_ITEM = re.compile(
    r"(?m)^[^\S\n]*(?:[·•●◎◇◆○■□▲△▶▪※*#>-]|\(?[0-9]{1,2}[).、]|[①-⑳])?[^\S\n]*[【\[]?"
    r"(?P<name>[\u4e00-\u9fff]{3,6})(?P<end>[】\]]?[: ]) ?"
)
_TITLE = re.compile(r"《([^《》\n]{1,24})》")
_HEAD_ITEM = 10  # code points behind the colon in which the item must speak of a company
_SHORTEST_STEM = 2


def find_items(ground: Ground) -> list[Candidate]:
    """Companies at the head of a digest item, with a colon and words of a company behind."""
    folded = ground.folded
    found = []
    for match in _ITEM.finditer(folded):
        start, end = match.span("name")
        name, size = match["name"], end - start
        if any(ground.solid[start:end]) or name.endswith(tuple_of("item", "not_name")) or is_plain(name):
            continue
        if size == 3 and (name[:2] in common_words() or name[1:] in common_words()):
            continue
        if name.startswith(tuple_of("item", "not_name")) or (size != 4 and any(ground.ends[start + 1 : end])):
            continue
        rest = folded[match.end() : match.end() + _HEAD_ITEM]
        if ":" in match["end"] and any(word in rest for word in tuple_of("item", "after")):
            found.append(Candidate(start, end, "organization", rank=4))
    return found


def find_titles(ground: Ground) -> list[Candidate]:
    """Games, films and other works: titles in 《》 with a word beside them that says so."""
    folded = ground.folded
    found: list[Candidate] = []
    reached = -1
    for match in _TITLE.finditer(folded):
        start, end = match.span(1)
        title = match[1].strip()
        listed = 0 <= match.start() - reached <= 1
        if title.endswith(tuple_of("title", "not_end")) or any(ground.solid[start:end]) or not title:
            continue
        if (
            listed
            or folded.endswith(tuple_of("title", "before"), 0, match.start())
            or folded.startswith(tuple_of("title", "after"), match.end())
        ):
            found.append(Candidate(start, end, "product", rank=4))
            reached = match.end()
    return found


@lru_cache(maxsize=1)
def _endings() -> tuple[str, ...]:
    forms = words("org", "industry") | words("org", "weak") | {"集团", "公司"}
    return tuple(sorted(forms, key=lambda word: (-len(word), word)))


def find_stems(folded: str, settled: list[Candidate]) -> list[tuple[str, Candidate]]:
    """Short forms of unknown company names: what stands before the industry (摩云 of 摩云科技), where it is no word."""
    endings, cuts = _endings(), words("cut", "legal")
    found = []
    for one in settled:
        text = folded[one.start : one.end]
        if one.kind != "organization" or one.id is not None or one.rank < 2 or not 4 <= len(text) <= 6:
            continue
        ending = next((word for word in endings if text.endswith(word)), "")
        stem = text[: -len(ending)] if ending else ""
        if len(stem) < _SHORTEST_STEM or not all(map(is_han, stem)):
            continue
        if stem in common_words() or stem in rare_words() or is_plain(stem) or stem in words("org", "not_stem"):
            continue
        if stem.startswith(tuple_of("cut", "places")) or any(char in cuts for char in stem):
            continue
        found.append((stem, one))
    return found
