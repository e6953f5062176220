"""Unknown people: a surname and one or two characters beside a role or a verb of speech, and foreign names.

Without a cue no string of characters is taken for a person. A foreign name needs a middle dot, or a role before and its
latin form in brackets behind.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from claimx.extract.mention_orgs import Ground
from claimx.extract.mention_words import Candidate, common_words, is_han, is_plain, matcher, tuple_of, words

_DOTTED = re.compile(r"[\u4e00-\u9fff]{1,8} ?[·•‧・] ?[\u4e00-\u9fff]{1,8}(?:[·•‧・-][\u4e00-\u9fff]{1,8})*")
_DOT = re.compile("[·•‧・]")
_BEFORE_DOT = 9
_TWIN = re.compile(r"([\u4e00-\u9fff]{2,6})\((?:[A-Z][A-Za-z.'’-]+ ){1,3}[A-Z][A-Za-z.'’-]+\)")
_OPENERS = frozenset(" ,。;:!?、()\"'“”‘’「」『』《》【】[]|/\n\r—-…@·>")
_SPEAKER = re.compile(r"(?m)^[^\S\n]*[【\[*]{0,2}([\u4e00-\u9fff]{2,3})[】\]*]{0,2}: ?(?=\S)")
_LONGEST_FOREIGN = 7
_CLEARLY_FOREIGN = 4  # a shorter one may be Chinese as well
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
        size = _foreign_size(ground, begin)
        if size < _CLEARLY_FOREIGN:
            size = _name_size(ground, begin, follow=True) or size
        while size:
            found.append(_person(begin, begin + size))
            begin += size
            if folded[begin : begin + 1] not in ("、", "和", "与", "及") or not folded[begin : begin + 1]:
                break
            begin += 1
            size = (
                0 if ground.solid[min(begin, len(folded) - 1)] else _name_size(ground, begin, follow=True, listed=True)
            )
    for _, start, _end in matcher("person", "after")[0].find_matches_as_indexes(folded):
        for size in (3, 2, 4):
            begin = start - size
            if begin < 0 or (begin and not _opens(ground, begin)) or any(ground.solid[begin:start]):
                continue
            if _is_name(folded[begin:start], strict=True):
                found.append(_person(begin, start))
                break
    found += _titled(ground)
    found += _speakers(folded)
    found += _foreign(ground)
    return found


def _titled(ground: Ground) -> list[Candidate]:
    """A surname with 先生 or 女士 behind it."""
    folded = ground.folded
    found = []
    for _, start, end in matcher("person", "titles")[0].find_matches_as_indexes(folded):
        for size in (1, 2):
            surname = folded[max(0, start - size) : start]
            before = folded[max(0, start - size - 1) : start - size + 1]
            if (
                len(surname) == size
                and surname in words("person", "surnames")
                and surname not in words("person", "rare")
                and before not in common_words()
                and not any(ground.solid[start - size : start])
            ):
                found.append(_person(start - size, end))
    return found


def _speakers(folded: str) -> list[Candidate]:
    """Who speaks in an interview: a Chinese name and a colon at the head of a line."""
    return [_person(*match.span(1)) for match in _SPEAKER.finditer(folded) if _is_name(match[1], strict=True)]


def _foreign_size(ground: Ground, start: int) -> int:
    """How many characters of a foreign family name begin at ``start``, behind a role; 0 if none do."""
    folded = ground.folded
    if folded[start] not in words("person", "foreign_first"):
        return 0
    chars = _foreign_chars()
    end = start
    while end < len(folded) and end - start < _LONGEST_FOREIGN and folded[end] in chars:
        if end - start >= 2 and _verb_at(ground, end):
            break
        end += 1
    name = folded[start:end]
    closed = end >= len(folded) or folded[end] in _STOPS or _verb_at(ground, end)
    if end - start < 2 or not closed or name in common_words() or is_plain(name):
        return 0
    return end - start


def _person(start: int, end: int) -> Candidate:
    return Candidate(start, end, "person", rank=3)


def _opens(ground: Ground, place: int) -> bool:
    before = ground.folded[place - 1]
    return before in _OPENERS or bool(ground.solid[place - 1]) or bool(ground.ends[place])


def _name_size(ground: Ground, start: int, *, follow: bool, listed: bool = False) -> int:
    """How many characters of a Chinese name begin at ``start``; 0 if none do."""
    folded = ground.folded
    for size in (3, 2, 4):
        end = start + size
        name = folded[start:end]
        if len(name) < size:
            continue
        middle = size == 3 and not listed and name[1] in words("person", "middle")
        if middle and _is_name(name[0] + name[2], strict=True) and _stands_clear(ground, start):
            return size
        if not _is_name(name, strict=listed):
            continue
        if size == 3 and folded.startswith(_verbs(), start + 2):
            continue  # 王力接任: the third character begins the verb
        if not follow or _may_follow(folded, end) or (size == 3 and _stands_clear(ground, start)):
            return size
    return 0


def _stands_clear(ground: Ground, start: int) -> bool:
    """Whether three characters behind a role are a name whatever follows: no two of them, nor the last and the next,
    make a word."""
    folded, common = ground.folded, common_words()
    if folded[start] in words("person", "rare") or ground.begins[start] or ground.begins[start + 2]:
        return False
    return not any(folded[place : place + 2] in common for place in (start, start + 1, start + 2))


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
def _foreign_chars() -> frozenset[str]:
    """Characters that transliterate foreign names."""
    return frozenset("".join(words("person", "foreign_chars")))


@lru_cache(maxsize=1)
def _never() -> frozenset[str]:
    """Characters that are in no given name."""
    return words("person", "never")


def _dotted(folded: str) -> Iterator[re.Match[str]]:
    """Chinese words around a middle dot; the dots are found first, for they are few."""
    reached = 0
    for dot in _DOT.finditer(folded):
        if dot.start() < reached:
            continue
        match = _DOTTED.search(folded, max(reached, dot.start() - _BEFORE_DOT))
        if match is not None and match.start() <= dot.start():
            reached = match.end()
            yield match


def _foreign(ground: Ground) -> list[Candidate]:
    folded, chars = ground.folded, _foreign_chars()
    found = []
    for match in _dotted(folded):
        start, end = match.span()
        dot = min(place for place in (match.group().find(mark) for mark in "·•‧・") if place > 0)
        first = start + len(match.group()[:dot].rstrip())
        # the given name reaches back to a boundary or a role; at most five characters
        begin = first
        while (
            begin > start
            and first - begin < 5
            and (not ground.ends[begin] or folded[begin - 1] in chars)
            and (folded[begin - 1] in chars or first - begin < 1)
            and not folded.endswith(tuple_of("person", "roles"), start, begin)
            and not ground.solid[begin - 1]
        ):
            begin -= 1
        tail = end
        last = max(match.group().rfind(mark) for mark in "·•‧・-") + start + 1
        while last < len(folded) and folded[last] == " ":
            last += 1
        size = 1
        while last + size < end and size < 7 and folded[last + size] in chars and not _verb_at(ground, last + size):
            size += 1
        tail = last + size
        one = size == 1 and folded[last] in words("person", "surnames") and not is_han(folded[tail : tail + 1] or " ")
        spelled = all(char in chars for char in folded[begin:first])
        if (size >= 2 or one or _verb_at(ground, tail)) and first - begin >= 1 and spelled and folded[last] in chars:
            found.append(_person(begin, tail))
            if tail - last >= 3:
                found.append(_person(last, tail))
    return found


def _verb_at(ground: Ground, place: int) -> bool:
    """Whether a word that follows a foreign name begins at ``place``; one character may be a part of the name."""
    folded = ground.folded
    verbs, chars = tuple_of("person", "foreign_follow"), _foreign_chars()
    if not folded.startswith(verbs, place):
        return False
    if folded[place] not in chars or folded[place + 1 : place + 2] not in chars:
        return True
    return folded.startswith(_long_verbs(), place)


@lru_cache(maxsize=1)
def _long_verbs() -> tuple[str, ...]:
    return tuple(word for word in tuple_of("person", "foreign_follow") if len(word) > 1)
