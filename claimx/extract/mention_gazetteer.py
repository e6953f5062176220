"""Known names: the gazetteer matched over the folded view, and the model designations behind known product families."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from claimx.extract.mention_words import Candidate, common_words, is_han, is_latin, tuple_of, unit_pattern, words
from claimx.lexicon.entities import Entity, entities
from claimx.source.text import fold

if TYPE_CHECKING:
    from ahocorasick_rs import AhoCorasick

_LOWER = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}
_SEAM = re.compile(r"(?<=[A-Za-z0-9])(?=[\u3400-\u9fff])|(?<=[\u3400-\u9fff])(?=[A-Za-z0-9])|(?<=[a-z])(?=[0-9])")
_LATIN_FORM = re.compile(
    r"(?<=[A-Za-z])(?: [A-Z][a-z]+)?,? (?:Inc|Corp|Ltd|Co)\b\.?"
    r"|-(?:SW|DR|KY|[BPSW])(?![A-Za-z0-9])"  # the marks of share classes: 快手-W, 臻鼎-KY
    r"|(?<=[A-Za-z])(?: [A-Z][a-z]+)? (?:Corporation|Limited|LLC|plc|Securities|Group|Holdings)\b"
)
_DATE = re.compile(r"(?:1[0-2]|[1-9])月|(?:3[01]|[12][0-9]|[1-9])日|20[0-9]{2}年")
_DOTS = ("·", "•", "‧")
_WITH_NUMBER = re.compile(r"以 ?[0-9]")
_OWN_CODE = re.compile(r" ?\((?:[A-Z]{2}[ :.]?)?([0-9]{4,6})")
_LONGEST_INSIDE = 12
_SHORT = 5  # shorter latin names keep their case
_LIST = re.compile(r" ?(?:、|,|及|和|与|以及|/|或) ?")


class Form(NamedTuple):
    """One spelling of an entity."""

    text: str
    entity: Entity
    guarded: bool
    modelled: bool


class Hit(NamedTuple):
    """A spelling found in a text; the span may reach over a model designation."""

    start: int
    end: int
    form: Form
    head_end: int


class _Index(NamedTuple):
    matcher: AhoCorasick
    forms: tuple[tuple[Form, ...], ...]  # by pattern; empty for a word that is no name


def lower(folded: str) -> str:
    """``folded`` with ASCII capitals made small; the length stays."""
    return folded.translate(_LOWER)


def _spellings(text: str) -> set[str]:
    """``text`` with and without a space where scripts meet."""
    folded = fold(text)
    tight = re.sub(r"(?<=[A-Za-z0-9]) (?=[\u3400-\u9fff])|(?<=[\u3400-\u9fff]) (?=[A-Za-z0-9])", "", folded)
    return {folded, tight, _SEAM.sub(" ", tight), re.sub(r"(?<=[\u3400-\u9fff]) ?·", " · ", folded)} - {""}


@lru_cache(maxsize=1)
def _index() -> _Index:
    from ahocorasick_rs import AhoCorasick, MatchKind

    patterns: dict[str, list[Form]] = {word: [] for word in map(lower, words("none", "words"))}
    for entity in entities().values():
        for text in dict.fromkeys(entity.forms):
            for spelling in sorted(_spellings(text)):
                form = Form(spelling, entity, text in entity.guarded, text in entity.modelled)
                patterns.setdefault(lower(spelling), []).append(form)
    keys = tuple(patterns)
    return _Index(AhoCorasick(keys, matchkind=MatchKind.LeftmostLongest), tuple(tuple(patterns[k]) for k in keys))


def find_known(folded: str) -> list[Hit]:
    """Every known name of ``folded`` in text order, context not yet judged."""
    index = _index()
    small = lower(folded)
    hits: list[Hit] = []
    reached = 0
    for number, start, end in index.matcher.find_matches_as_indexes(small):
        if start < reached:
            continue
        hit = _check(folded, index.forms[number], start, end)
        if hit is None and index.forms[number]:
            hit = _shorter(index, folded, small, start, end) or _inside(index, folded, small, start, end)
        if hit is not None:
            hits.append(hit)
            reached = hit.end
    return hits


def _shorter(index: _Index, folded: str, small: str, start: int, end: int) -> Hit | None:
    """A shorter name at ``start``, where the longest one does not fit its surroundings."""
    for size in range(end - start - 1, 1, -1):
        found = index.matcher.find_matches_as_indexes(small[start : start + size])
        if not found or found[0][1] != 0:
            return None
        number, _, length = found[0]
        hit = _check(folded, index.forms[number], start, start + length)
        if hit is not None:
            return hit
    return None


def _inside(index: _Index, folded: str, small: str, start: int, end: int) -> Hit | None:
    """A name that begins within one which does not fit its surroundings (东京电子 within 其|中东|京电子)."""
    base = start + 1
    for number, first, last in index.matcher.find_matches_as_indexes(small[base : end + _LONGEST_INSIDE]):
        if base + first >= end:
            return None
        hit = _check(folded, index.forms[number], base + first, base + last)
        if hit is not None:
            return hit
    return None


def _check(folded: str, forms: tuple[Form, ...], start: int, end: int) -> Hit | None:
    for form in forms:
        text = folded[start:end]
        if not _spelled(form.text, text) or not _bounded(folded, start, end, form):
            continue
        stop = end
        if form.entity.kind == "organization":
            stop = _extension_end(folded, end)
        if stop == end and (form.entity.kind == "product" or form.entity.numbered or form.modelled):
            stop = model_end(folded, end, numbered=not form.modelled)
        if stop == end and (form.modelled or _runs_on(folded, start, end)):
            continue
        return Hit(start, stop, form, end)
    return None


def _extension_end(folded: str, end: int) -> int:
    """Where a company's name ends with the legal form behind it (公司, 集团, Inc.), which names nothing new."""
    if latin := _LATIN_FORM.match(folded, end):
        return latin.end()
    if end < len(folded) and folded.startswith(tuple_of("org", "extension"), end):
        for form in tuple_of("org", "extension"):
            if folded.startswith(form, end) and not folded.startswith(tuple_of("org", "not_extension"), end):
                return end + len(form)
    return end


def _spelled(form: str, text: str) -> bool:
    if form == text or not form.isascii() or (len(form) >= _SHORT and not form.isdigit()):
        return form == text or not form.isdigit()
    return text in (form.upper(), form.capitalize()) and form.isalpha()


def _bounded(folded: str, start: int, end: int, form: Form) -> bool:
    before = folded[start - 1] if start else " "
    if is_latin(folded[start]) and (
        is_latin(before)
        or (before in "@_" and folded[start:end].isascii())
        or (before in ".-" and folded[start].isdigit())
    ):
        return False
    plain = form.entity.kind != "place" or folded[end - 1] != "国"  # 中国 begins and ends too many words
    if end - start == 2 and plain and straddles(folded, start, end):
        return False
    if end - start == 2 and folded[end : end + 1] in _DOTS and form.entity.kind == "organization":
        return False  # the given name of a foreigner (山姆·…)
    if form.text.isdigit() and (before in "$¥€£.,:/-~至到第约近" or not _free(folded, end)):
        return False
    if end < len(folded) and is_latin(folded[end - 1]) and is_latin(folded[end]):
        # a family name runs into its model number (Qwen3), any name into a date (ET5 9月 without its space)
        model = form.entity.kind == "product" and folded[end].isdigit() and folded[end - 1].isalpha()
        return model or _DATE.match(folded, end) is not None
    return True


def straddles(folded: str, start: int, end: int) -> bool:
    """Whether two characters belong to the words on either side (提高|通过 holds 高通)."""
    common = common_words()
    return start > 0 and folded[start - 1 : start + 1] in common and folded[end - 1 : end + 1] in common


def _runs_on(folded: str, start: int, end: int) -> bool:
    """Whether the name ends inside a latin word or number."""
    if end >= len(folded) or not (is_latin(folded[end - 1]) and is_latin(folded[end])):
        return False
    digits = re.compile("[0-9][0-9,.]*").match(folded, end)  # 理想ONE2021年: the year is no part of the name
    return digits is None or is_latin(folded[digits.end() : digits.end() + 1] or " ") or _free(folded, digits.end())


@lru_cache(maxsize=1)
def _model_pattern() -> re.Pattern[str]:
    model = "|".join(re.escape(word) for word in tuple_of("model", "words"))
    letters = "".join(sorted(words("model", "letters")))
    return re.compile(
        rf"(?P<hyphen>-[A-Za-z][A-Za-z0-9]*(?:\.[0-9]+)?|-[0-9]{{1,3}}(?:\.[0-9]+)?[A-Za-z]{{0,5}}[0-9]?)(?![A-Za-z0-9])"
        rf"|(?P<word> ?(?:{model}|(?i:pro|max|plus|ultra|mini))(?:[0-9]{{1,2}})?)(?![A-Za-z0-9])"
        rf"|(?P<mixed> ?[A-Za-z]{{1,4}}[0-9]{{1,4}}(?:\.[0-9])?[A-Za-z]{{0,3}})(?![A-Za-z0-9.])"
        rf"|(?P<number> ?(?<![0-9.,])[0-9]{{1,4}}(?:\.[0-9]{{1,2}})?(?:[A-Za-z]{{1,4}}[0-9]{{0,3}})?)(?![A-Za-z0-9]|[.,][0-9])"
        rf"|(?P<decimal>(?<=[0-9])\.[0-9]{{1,2}})(?![A-Za-z0-9]|[.,][0-9])"
        rf"|(?P<letter> [{letters}])(?![A-Za-z0-9.&/-])"
    )


def model_end(folded: str, end: int, *, numbered: bool = True) -> int:
    """Where the model designation ends that begins at ``end`` (`` 17 Pro Max``, ``3-235B-A22B``); ``end`` if there is
    none. A number with a unit or a percent sign behind it is a quantity and stays out."""
    pattern = _model_pattern()
    first = end
    for _ in range(8):
        match = pattern.match(folded, end)
        if match is None:
            break
        if match["hyphen"] and not (end and is_latin(folded[end - 1])):
            break
        if match["number"]:
            if not numbered and end == first and not re.fullmatch("0[0-9]", match["number"]):
                break  # 海豹06 is a model, 三元5.7 is none
            if (end > first and folded[end - 1].isdigit()) or not _model_number(folded, match):
                break
        elif (
            (match["decimal"] and not _free(folded, match.end()))
            or (match["mixed"] and _generic_shape(match["mixed"].strip()))
            or (match["hyphen"] and (not _free(folded, match.end()) and match["hyphen"][-1].isdigit()))
        ):
            break
        end = match.end()
    if end > first and folded[end : end + 1] == "+" and not folded[end + 1 : end + 2].isdigit():
        end += 1
    return end


def _model_number(folded: str, match: re.Match[str]) -> bool:
    number = match["number"]
    text = number.strip()
    if text[-1].isalpha() and (
        text in words("generic", "latin") or unit_pattern().fullmatch(text.lstrip("0123456789."))
    ):
        return False
    year = len(text) == 4 and text[:2] in ("19", "20")
    if year and (number[0] == " " or folded[match.end() : match.end() + 1] in ("至", "到", "-", "~")):
        return False
    if text[0] == "0" and len(text) > 1 and text[1] == ".":
        return False
    if not _free(folded, match.end()):
        return False
    tail = folded[match.end() : match.end() + 2]
    return not (number[0] == " " and tail[:1] in "-~—–至到" and tail[1:2].isdigit() and tail)


def _free(folded: str, end: int) -> bool:
    """Whether no unit, scale or further digit follows."""
    if folded[end : end + 1].isdigit() or (folded[end : end + 1] in ".," and folded[end + 1 : end + 2].isdigit()):
        return False
    return unit_pattern().match(folded, end) is None


@lru_cache(maxsize=1)
def _shapes() -> re.Pattern[str]:
    return re.compile("|".join(sorted(words("generic", "shapes"))))


def _generic_shape(text: str) -> bool:
    return _shapes().fullmatch(text) is not None or text in words("generic", "latin")


def generic(text: str) -> bool:
    """Whether a latin word is no name: a metric, an abbreviation, a quarter, a plain word."""
    return _generic_shape(text)


def judge(folded: str, hits: list[Hit]) -> list[Candidate]:
    """The hits that mean the thing they name; a common word needs context, or a clear mention in the same text."""
    clear = {hit.form.entity.id for hit in hits if not hit.form.guarded or hit.end > hit.head_end}
    clear |= {  # a person once known by a role or a verb is known throughout
        hit.form.entity.id
        for place, hit in enumerate(hits)
        if hit.form.guarded and hit.form.entity.kind == "person" and _in_context(folded, hits, place)
    }
    kept: list[Candidate] = []
    for place, hit in enumerate(hits):
        entity = hit.form.entity
        if (
            hit.form.guarded
            and hit.end == hit.head_end
            and entity.id not in clear
            and not _in_context(folded, hits, place)
        ):
            continue
        extended = hit.end > hit.head_end and not (
            is_han(folded[hit.end - 1]) or _LATIN_FORM.match(folded, hit.head_end)
        )
        kind = "product" if extended and entity.kind == "organization" else entity.kind
        known = not (extended and entity.kind == "organization")
        kept.append(
            Candidate(
                hit.start,
                hit.end,
                kind,
                entity.id if known else None,
                None if extended else entity.name,
                entity.tickers if known else (),
                rank=1,
            )
        )
    return kept


def _marked(folded: str, hit: Hit) -> bool:
    """Whether the form stands alone in brackets, has its own stock code behind it, or a number with 以."""
    if folded[hit.start - 1 : hit.start] in ("【", "[") and folded[hit.end : hit.end + 1] in ("】", "]"):
        return hit.start > 0
    if _WITH_NUMBER.match(folded, hit.end):
        return True
    code = _OWN_CODE.match(folded, hit.end)
    stems = [ticker.rpartition(".")[0].lstrip("0") for ticker in hit.form.entity.tickers]
    return code is not None and code[1].lstrip("0") in stems


def _in_context(folded: str, hits: list[Hit], place: int) -> bool:
    """Whether what stands beside a guarded form shows that the name is meant."""
    hit = hits[place]
    if folded.startswith(tuple_of("context", "after"), hit.head_end) or _marked(folded, hit):
        return True
    if hit.form.entity.kind == "person" and (
        folded.startswith(tuple_of("context", "person"), hit.end)
        or folded.endswith(tuple_of("person", "roles"), 0, hit.start)
    ):
        return True
    before = hits[place - 1] if place else None
    after = hits[place + 1] if place + 1 < len(hits) else None
    if after is not None and after.form.entity.kind == "product" and folded[hit.end : after.start] in ("", " "):
        return True
    pairs = ((before, before.end if before else 0, hit.start), (after, hit.end, after.start if after else 0))
    for other, start, end in pairs:
        if other is None or other.form.entity.kind != hit.form.entity.kind:
            continue
        if end - start < 6 and _LIST.fullmatch(folded, start, end):
            return True
    return False
