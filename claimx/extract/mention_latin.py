"""Unknown names in latin letters: model designations (``K90``, ``QwQ-32B``), and capitalized names of firms and things."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache

from claimx.extract.mention_gazetteer import generic, model_end
from claimx.extract.mention_words import Candidate, is_han, tuple_of, unit_pattern, words
from claimx.model import MentionKind

# a latin word with inner hyphens, dots, ampersands and digits; a sign of plus or a caret stays outside
_RUN = re.compile(r"(?<![A-Za-zÀ-ɏ0-9_@./#&])[A-Za-z][A-Za-zÀ-ɏ0-9]*(?:[-.&'’][A-Za-zÀ-ɏ0-9]+)*\.?")
_DESIGNATION = re.compile(r"[A-Za-z]{1,5}-?[0-9]{1,4}(?:\.[0-9]{1,2})?[A-Za-z]{0,3}(?:-[A-Za-z0-9.]+)*")
# … with a longer head (SunHawk-R2), codes of medicines (SHR-A1811) and of open models (gpt-oss-120b)
_CODED = re.compile(
    r"[A-Z][A-Za-z]{3,14}-(?!19|20[0-9]{2})[A-Z]{0,2}[0-9]{1,4}(?:\.[0-9]{1,2})?[A-Za-z]{0,3}"
    r"|[A-Z]{2,4}-(?!19|20[0-9]{2}$)[A-Z]?[0-9]{3,5}|[a-z]{2,8}(?:-[a-z]{2,8})?-[0-9]{1,3}b"
)
_CAPITALIZED = re.compile(
    r"[A-Z][A-Za-zÀ-ɏ0-9'’&-]*[a-zß-ɏ][A-Za-zÀ-ɏ0-9'’&-]*|[A-Z]\.(?:[A-Z]\.)+|[a-z]{1,2}[A-Z][A-Za-z0-9]+"
)
_SHOUTED = re.compile(r"[A-Z]{3,8}")
_ADDRESS = re.compile(
    r"(?:https?://|www\.)[!-~]+|(?<![A-Za-z0-9_.+-])[A-Za-z0-9_.+-]{1,64}@[A-Za-z0-9.-]{1,64}"
    r"|(?<![a-z0-9-])[a-z0-9-]{1,63}\.(?:com|cn|net|org|io|hk|tw)(?:\.[a-z]{2})?(?![A-Za-z0-9])(?:/[!-~]*)?"
)
# digits that belong to a date behind a name (ET5 9月 without its space)
_DATE_TAIL = re.compile(r"(?:1[0-2]|[1-9])月$|(?:3[01]|[12][0-9]|[1-9])日$|20[0-9]{2}年$")
LATIN_RANK = 6
_LONGEST = 48  # code points; a longer run of latin letters is no name
_SENTENCE = 6  # a longer row of latin words is foreign text, not a name


def find_latin(folded: str, taken: list[tuple[int, int]]) -> list[Candidate]:
    """Names in latin letters outside the sorted spans ``taken``."""
    blocked = sorted(taken + [match.span() for match in _ADDRESS.finditer(folded)])
    found: list[Candidate] = []
    row: list[tuple[int, int]] = []
    at = 0
    runs = list(_RUN.finditer(folded))
    times = Counter(match.group() for match in runs)
    for match in runs:
        start, end = match.span()
        if folded[end - 1] == ".":
            end -= (
                0
                if re.fullmatch(r"(?:[A-Z]\.)+", match.group()) or match.group() in ("Inc.", "Corp.", "Ltd.", "Co.")
                else 1
            )
        if folded[end - 1].isdigit() and (date := _DATE_TAIL.search(folded, start, end + 1)):
            end = date.start()
            if end - start < 2:
                end = match.end()
        while at < len(blocked) and blocked[at][1] <= start:
            at += 1
        if (at < len(blocked) and blocked[at][0] < end) or end - start > _LONGEST:
            found += _close(folded, row, times)
            row = []
            continue
        if row and folded[row[-1][1] : start] not in (" ", " & "):
            found += _close(folded, row, times)
            row = []
        row.append((start, end))
    found += _close(folded, row, times)
    return found


def _close(folded: str, row: list[tuple[int, int]], times: Counter[str]) -> list[Candidate]:
    """The names in a row of latin words with single spaces between them."""
    if not row:
        return []
    if len(row) > _SENTENCE or any(folded[start:end] in words("generic", "small") for start, end in row):
        return []
    found: list[Candidate] = []
    place = 0
    while place < len(row):
        start, end = row[place]
        text = folded[start:end]
        if any(char.isdigit() for char in text):
            candidate = _designation(folded, start, end)
            if candidate is not None:
                found.append(candidate)
            place += 1
            while place < len(row) and candidate is not None and row[place][0] < candidate.end:
                place += 1
            continue
        stop = place
        while stop < len(row) and _CAPITALIZED.fullmatch(folded[row[stop][0] : row[stop][1]]):
            stop += 1
        if stop > place:
            candidate = _proper(folded, row[place:stop], times)
            if candidate is not None:
                found.append(candidate)
                while stop < len(row) and row[stop][0] < candidate.end:
                    stop += 1
            place = stop
            continue
        if _SHOUTED.fullmatch(text) and not generic(text):
            numbered = model_end(folded, end)
            if numbered > end and re.search(r"[0-9]", folded[end:numbered]):
                found.append(Candidate(start, numbered, "product", rank=LATIN_RANK))
        place += 1
    return found


def _designation(folded: str, start: int, end: int) -> Candidate | None:
    text = folded[start:end]
    if _CODED.fullmatch(text) and not generic(text) and not generic(text.partition("-")[0]):
        return Candidate(start, model_end(folded, end, numbered=False), "product", rank=LATIN_RANK)
    if not _DESIGNATION.fullmatch(text) or generic(text) or unit_pattern().fullmatch(text):
        return None
    if text[0].islower() and (len(text) > 4 or not text[1:].isdigit()) and not re.search("[A-Z]", text):
        return None
    if start and folded[start - 1] in "$€£¥+*=%":
        return None
    digits = re.sub(r"[^0-9]", "", text)
    if len(digits) >= 5 or (folded[end : end + 1] == "%") or re.match(r"\.[0-9]", folded[end : end + 2]):
        return None
    head = text.rstrip("0123456789.")
    if len(head) >= 2 and generic(head.rstrip("-")) and head.isupper() and "-" not in head.rstrip("-") and text != head:
        return None  # PE15, EPS0.63
    return Candidate(start, model_end(folded, end, numbered=False), "product", rank=LATIN_RANK)


def _proper(folded: str, row: list[tuple[int, int]], times: Counter[str]) -> Candidate | None:
    while (
        row
        and generic(folded[row[0][0] : row[0][1]])
        and folded[row[0][0] : row[0][1]] not in words("cue", "suffix_latin")
    ):
        row = row[1:]
    while (
        row
        and generic(folded[row[-1][0] : row[-1][1]])
        and folded[row[-1][0] : row[-1][1]] not in words("cue", "suffix_latin")
    ):
        row = row[:-1]
    if not row or (len(row) == 1 and (row[0][1] - row[0][0] < 3 or generic(folded[row[0][0] : row[0][1]]))):
        return None
    start, end = row[0][0], row[-1][1]
    if len(row) == 1 and not _clear(folded, start, end, times):
        return None
    kind = _kind(folded, start, end, row)
    stop = model_end(folded, end) if kind == "product" else end
    return Candidate(start, stop, kind, rank=LATIN_RANK)


def _kind(folded: str, start: int, end: int, row: list[tuple[int, int]]) -> MentionKind:
    last = folded[row[-1][0] : row[-1][1]]
    if last in words("cue", "suffix_latin"):
        return "organization"
    head = folded[max(0, start - 8) : start].rstrip(" (“「『\"'《")
    tail = folded[end : end + 8].lstrip(" )”」』\"'》")
    if tail.startswith(tuple_of("cue", "product")):
        return "product"
    if 2 <= len(row) <= 3 and (
        head.endswith(tuple_of("person", "roles"))
        or (in_brackets(folded, start, end) and _middle_dot(folded, start - 1))
    ):
        return "person"
    if head.endswith(tuple_of("cue", "product_before")):
        return "product"
    if tail.startswith(tuple_of("cue", "after")) or head.endswith(tuple_of("cue", "before")):
        return "organization"
    return "product"


def _clear(folded: str, start: int, end: int, times: Counter[str]) -> bool:
    """Whether a single unknown word is a name: by its inner capitals, a cue beside it, or because it comes again."""
    text = folded[start:end]
    if re.search(r"[a-z][A-Z]", text) or text[1:2] == ".":
        return True
    if "-" in text and re.search("[0-9]", folded[end : model_end(folded, end)]):
        return True  # Xi-Hand 2
    head = folded[max(0, start - 8) : start].rstrip(" (“「『\"'《")
    tail = folded[end : end + 8].lstrip(" )”」』\"'》")
    if head.endswith((*tuple_of("cue", "before"), *tuple_of("cue", "product_before"))):
        return True
    if tail.startswith((*tuple_of("cue", "org_after"), *tuple_of("cue", "product"))):
        return True
    return len(text) >= 4 and times[text] > 1


def in_brackets(folded: str, start: int, end: int) -> bool:
    """Whether the words stand alone in brackets behind a Chinese word."""
    return start > 1 and folded[start - 1] == "(" and folded[end : end + 1] == ")" and is_han(folded[start - 2])


def _middle_dot(folded: str, end: int) -> bool:
    head = folded[max(0, end - 14) : end]
    return bool(_name_tail().search(head))


@lru_cache(maxsize=1)
def _name_tail() -> re.Pattern[str]:
    roles = "|".join(re.escape(role) for role in tuple_of("person", "roles"))
    return re.compile(rf"(?:[·•‧・]|(?:{roles}))[\u4e00-\u9fff]{{2,8}}$")
