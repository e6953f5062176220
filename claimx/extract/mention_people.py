"""Unknown people: a surname and one or two characters beside a role or a verb of speech, and foreign names.

Without a cue no string of characters is taken for a person. A foreign name needs a middle dot, or a role before and its
latin form in brackets behind.
"""

from __future__ import annotations

import re
from functools import lru_cache

from claimx.extract.mention_orgs import Ground
from claimx.extract.mention_words import Candidate, common_words, is_han, matcher, tuple_of, words

_DOTTED = re.compile(r"[\u4e00-\u9fff]{1,8} ?[·•‧・] ?[\u4e00-\u9fff]{1,8}(?:[·•‧・-][\u4e00-\u9fff]{1,8})*")
_TWIN = re.compile(r"([\u4e00-\u9fff]{2,6})\((?:[A-Z][A-Za-z.'’-]+ ){1,3}[A-Z][A-Za-z.'’-]+\)")
_OPENERS = frozenset(" ,。;:!?、()\"'“”‘’「」『』《》【】[]|/\n\r—-…@·>")
_STOPS = frozenset(" ,。;:!?、()\"'“”‘’「」『』《》【】[]|/\n\r—…@<")


def find_people(ground: Ground) -> list[Candidate]:
    """People with a cue beside them."""
    folded = ground.folded
    found: list[Candidate] = []
    for _, _start, end in matcher("person", "roles")[0].find_matches_as_indexes(folded):
        begin = end
        while begin < len(folded) and folded[begin] in " :":
            begin += 1
        if begin - end > 1 or begin >= len(folded) or ground.solid[begin]:
            continue
        if folded.startswith(tuple_of("person", "roles"), begin):
            continue
        twin = _TWIN.match(folded, begin)
        if twin is not None and twin[1] not in common_words():
            found.append(_person(begin, twin.end(1)))
            continue
        size = _name_size(folded, begin, follow=True)
        while size:
            found.append(_person(begin, begin + size))
            begin += size
            if folded[begin : begin + 1] not in ("、", "和", "与", "及") or not folded[begin : begin + 1]:
                break
            begin += 1
            size = (
                0 if ground.solid[min(begin, len(folded) - 1)] else _name_size(folded, begin, follow=True, listed=True)
            )
    for _, start, _end in matcher("person", "after")[0].find_matches_as_indexes(folded):
        for size in (3, 2, 4):
            begin = start - size
            if begin < 0 or (begin and not _opens(ground, begin)) or any(ground.solid[begin:start]):
                continue
            if _is_name(folded[begin:start], strict=True):
                found.append(_person(begin, start))
                break
    found += _foreign(ground)
    return found


def _person(start: int, end: int) -> Candidate:
    return Candidate(start, end, "person", rank=3)


def _opens(ground: Ground, place: int) -> bool:
    before = ground.folded[place - 1]
    return before in _OPENERS or bool(ground.solid[place - 1]) or bool(ground.ends[place])


def _name_size(folded: str, start: int, *, follow: bool, listed: bool = False) -> int:
    """How many characters of a Chinese name begin at ``start``; 0 if none do."""
    for size in (3, 2, 4):
        end = start + size
        name = folded[start:end]
        if len(name) < size or not _is_name(name, strict=listed):
            continue
        if size == 3 and folded.startswith(_verbs(), start + 2):
            continue  # 王力接任: the third character begins the verb
        if not follow or _may_follow(folded, end):
            return size
    return 0


@lru_cache(maxsize=1)
def _verbs() -> tuple[str, ...]:
    return tuple(word for word in tuple_of("person", "follow") if len(word) > 1 or word == "拟")


def _may_follow(folded: str, end: int) -> bool:
    if end >= len(folded) or folded[end] in _STOPS or not is_han(folded[end]):
        return end >= len(folded) or folded[end] in _STOPS or folded[end].isdigit()
    return folded.startswith(tuple_of("person", "follow"), end)


def _is_name(name: str, *, strict: bool) -> bool:
    """Whether ``name`` can be a Chinese person's; ``strict`` where the cue is weak."""
    if not all(map(is_han, name)) or name in words("person", "not_name") or name in common_words():
        return False
    if name.endswith(tuple_of("person", "not_ending")):
        return False
    double = name[:2] in _double() and len(name) >= 3
    if len(name) == 4 and not double:
        return False
    given = name[2:] if double else name[1:]
    if not double and name[0] not in words("person", "surnames"):
        return False
    if len(name) >= 3 and not double and (name[:2] in words("person", "not_name")):
        return False
    if given in words("person", "not_name") or any(char in _never() for char in given):
        return False
    if strict and not double:
        if name[0] in words("person", "rare"):
            return False
        if len(name) == 3 and (name[1:] in common_words() and name[:2] in common_words()):
            return False
    return True


@lru_cache(maxsize=1)
def _double() -> frozenset[str]:
    return frozenset(word for word in words("person", "surnames") if len(word) == 2)


@lru_cache(maxsize=1)
def _never() -> frozenset[str]:
    """Characters that are in no given name."""
    return words("person", "never")


def _foreign(ground: Ground) -> list[Candidate]:
    folded = ground.folded
    found = []
    for match in _DOTTED.finditer(folded):
        start, end = match.span()
        dot = min(place for place in (match.group().find(mark) for mark in "·•‧・") if place > 0)
        first = start + len(match.group()[:dot].rstrip())
        # the given name reaches back to a boundary or a role; at most five characters
        begin = first
        while (
            begin > start
            and first - begin < 5
            and not ground.ends[begin]
            and not folded.endswith(tuple_of("person", "roles"), start, begin)
            and not ground.solid[begin - 1]
        ):
            begin -= 1
        tail = end
        last = max(match.group().rfind(mark) for mark in "·•‧・-") + start + 1
        while last < len(folded) and folded[last] == " ":
            last += 1
        size = 1
        while last + size < end and size < 6 and not _verb_at(ground, last + size):
            size += 1
        tail = last + size
        if tail - last >= 2 and first - begin >= 1:
            found.append(_person(begin, tail))
            if tail - last >= 3:
                found.append(_person(last, tail))
    return found


def _verb_at(ground: Ground, place: int) -> bool:
    folded = ground.folded
    return folded.startswith(tuple_of("person", "foreign_follow"), place)
