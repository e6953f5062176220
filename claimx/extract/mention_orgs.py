"""Unknown Chinese names of organizations and segments: by their endings, by a stock code or a definition beside them.

A name reaches back from its ending to a boundary: punctuation, a word that cannot be in a name (lexicon section
``cut``), or another known name. Short names with an industry word (``智邦科技``) count only where the part before is no
plain word; full legal names, institutions and names with a stock code count as they stand.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from claimx.extract.mention_words import (
    Candidate,
    automaton,
    common_words,
    is_han,
    is_plain,
    matcher,
    rare_words,
    tuple_of,
    words,
)
from claimx.lexicon.entities import by_ticker

if TYPE_CHECKING:
    from ahocorasick_rs import AhoCorasick

_TIERS = ("legal", "strong", "industry", "weak", "company")
_REACH, _LEGAL_REACH = 12, 26  # code points before the ending
_LONGEST_STEM = {"industry": 4, "weak": 4, "company": 5}
_LEGAL = 2  # the rank of a full legal name
_OFTEN = 3
_ORG_END = 2  # the mark of the last character of a known organization
_CODE = re.compile(
    r"\((?P<alias>[^\s(),:]{2,10}[,、] ?)?(?:(?:股票|证券|股份|上市)?(?:代码|代号|编号)[::]? ?|行情 ?|港股 ?)?(?:"
    r"(?P<head>SZ|SH|BJ|HK|SS)[ :.]{0,2}(?P<tail>\d{4,6})"
    r"|(?P<number>\d{4,6}) ?[.,、-]? ?(?P<exchange>SZ|SH|HK|BJ|SS|TW|TWO|KS|T|KY)"
    r"|(?P<bare>\d{5,6}|(?!19|20)\d{4}(?=\)))(?![\d.%])"
    r"|(?P<letters>[A-Z]{1,5}(?:\.[A-Z])?)[.](?P<us>US|N|O|NYSE|NASDAQ)"
    r"|(?:NYSE|NASDAQ|Nasdaq|纳斯达克|纽交所|美股)[::] ?(?P<listed>[A-Z]{1,5})"
    r"|(?P<price>\d+\.\d+,-?\d+\.\d+,-?\d+\.\d+%)"
    r")[^()\n]{0,24}\)"
)
_DEFINED = re.compile(
    r"\(?(?:以下|下文|下|后)?(?:简称|统称)(?:为|作)?[::]? ?[\"“”‘’「『]?(?P<name>[^\s\"“”‘’「」『』(),。;:]{2,12}?)[\"“”‘’」』)]"
    r"|\((?:以下|下)称(?:为)?[::]? ?[\"“”「『]?(?P<other>[^\s\"“”「」『』(),。;:]{2,12}?)[\"“”」』)]"
)
_LATIN_TWIN = re.compile(r"\((?P<latin>[A-Z][A-Za-z0-9&.'’ -]{1,40}[A-Za-z0-9.])(?:[,、;][^()\n]{1,20})?\)")
_TITLE_WORDS = re.compile(r"[A-Z][a-z'’]+(?: [A-Z]\.?)?(?: [A-Z][A-Za-z'’-]+){1,2}")
_STAKE = re.compile(r" ?[0-9.]{1,6}%的?(?:股权|股份|股本)")
_SPECIAL = re.compile(r"(?<![A-Za-z])\*?ST[\u4e00-\u9fff]{2}(?:[AB](?![A-Za-z]))?")
_EXCHANGES = {"SS": "SH"}


class Ground(NamedTuple):
    """What the finder knows about a text: where words end and begin that no name crosses, and the known names."""

    folded: str
    ends: bytearray  # 1 where such a word ends
    legal_ends: bytearray  # the same for full legal names
    begins: bytearray  # 1 where such a word, or a cue that follows a name, begins
    solid: bytearray  # 1 at characters inside a known name (not a place), 2 at its last


def survey(folded: str, known: list[Candidate]) -> Ground:
    """The ground of ``folded`` with its known names."""
    size = len(folded) + 1
    ground = Ground(folded, bytearray(size), bytearray(size), bytearray(size), bytearray(size))
    cutter, forms = _cutter()
    cuts, legal, keep = words("cut", "words"), words("cut", "legal"), words("cut", "keep")
    for number, start, end in cutter.find_matches_as_indexes(folded):
        form = forms[number]
        if form in keep:
            continue
        if form in cuts:
            ground.ends[end] = 1
            ground.begins[start] = 1
        if form in legal:
            ground.legal_ends[end] = 1
    for _, start, _end in matcher("cue", "after")[0].find_matches_as_indexes(folded):
        ground.begins[start] = 1
    for one in known:
        ground.begins[one.start] = 1
        if one.kind != "place":
            for place in range(one.start, one.end):
                ground.solid[place] = 1
            if one.kind == "organization":
                ground.solid[one.end - 1] = _ORG_END
    return ground


@lru_cache(maxsize=1)
def _cutter() -> tuple[AhoCorasick, tuple[str, ...]]:
    forms = tuple(sorted(words("cut", "words") | words("cut", "legal") | words("cut", "keep")))
    return automaton(forms), forms


def reach_back(ground: Ground, end: int, limit: int, *, legal: bool = False) -> int:
    """Where the part of a name begins that ends at ``end``."""
    folded, ends = ground.folded, ground.legal_ends if legal else ground.ends
    start = end
    while start > 0 and end - start < limit:
        char = folded[start - 1]
        if (ground.solid[start - 1] and not legal) or ends[start]:
            break
        if char == ")" and legal:
            opened = folded.rfind("(", max(0, start - 8), start)
            if opened < 0 or not all(map(is_han, folded[opened + 1 : start - 1])):
                break
            start = opened
            continue
        if not is_han(char) and not (char.isascii() and char.isalpha()) and char != "*":
            break
        start -= 1
    while start < end and folded[start] in ")(":
        start += 1
    return start


def _clause_start(ground: Ground, end: int, limit: int) -> int:
    start = end
    while start > 0 and end - start < limit and (is_han(ground.folded[start - 1]) or ground.folded[start - 1] in "*ST"):
        start -= 1
    return start


def find_orgs(ground: Ground) -> list[Candidate]:
    """Organizations by their endings."""
    folded = ground.folded
    finder, forms = _endings()
    sure: list[Candidate] = []
    open_: list[Candidate] = []
    chain_start, chain_end = -1, -1
    tiers: list[str] = []
    for number, start, end in (*finder.find_matches_as_indexes(folded), (-1, len(folded) + 1, len(folded) + 1)):
        tier = _tier(forms[number]) if number >= 0 else ""
        if start == chain_end and tier and tiers:
            chain_end = end
            tiers.append(tier)
            continue
        if tiers and tiers[-1]:
            named = _named(ground, chain_start, chain_end, tiers)
            if named is not None:
                (open_ if tiers[-1] in ("weak", "company") else sure).append(named)
        chain_start, chain_end, tiers = start, end, [tier] if tier else []
    known = {folded[one.start : one.end] for one in sure}
    often = Counter(folded[one.start : one.end] for one in open_)
    sure += [
        one
        for one in open_
        if folded[one.start : one.end] in known
        or _has_cue(ground, one)
        or _is_frequent(folded[one.start : one.end], often)
    ]
    return _tails(folded, sure)


def _is_frequent(text: str, often: Counter[str]) -> bool:
    """Whether a doubtful name of four characters, no word of which is in a dictionary, stands again and again."""
    stem = text[:2]
    return len(text) == 4 and stem not in rare_words() and text[1:3] not in common_words() and often[text] >= _OFTEN


def _tails(folded: str, found: list[Candidate]) -> list[Candidate]:
    """A name that ends with another name which the text uses more often gives way to it (持星恒电源 → 星恒电源)."""
    texts = Counter(folded[one.start : one.end] for one in found)
    kept = []
    for one in found:
        text = folded[one.start : one.end]
        for cut in range(1, min(len(text) - 3, 7)):
            tail = text[cut:]
            if tail in texts and one.rank > _LEGAL and texts[tail] > texts[text]:
                kept.append(one._replace(start=one.start + cut))
                break
        else:
            kept.append(one)
    return kept


def _has_cue(ground: Ground, one: Candidate) -> bool:
    """Whether something beside a doubtful name says that it is an organization."""
    folded = ground.folded
    if folded.startswith(tuple_of("cue", "org_after"), one.end) or _LATIN_TWIN.match(folded, one.end):
        return True
    if _STAKE.match(folded, one.end):
        return True
    before, after = folded[max(0, one.start - 1) : one.start], folded[one.end : one.end + 1]
    if before == "、" and one.start > 1 and ground.solid[one.start - 2] == _ORG_END:
        return True
    return after == "、" and bool(ground.solid[min(one.end + 1, len(folded))])


@lru_cache(maxsize=1)
def _endings() -> tuple[AhoCorasick, tuple[str, ...]]:
    forms = tuple(sorted(frozenset().union(*(words("org", key) for key in (*_TIERS, "not_end")))))
    return automaton(forms), forms


@cache
def _tier(form: str) -> str:
    """The strength of an ending; empty where the word ends no name."""
    return next((tier for tier in _TIERS if form in words("org", tier)), "")


def _named(ground: Ground, start: int, end: int, tiers: list[str]) -> Candidate | None:
    """The name that ends with the endings from ``start`` to ``end``, if it is one."""
    folded = ground.folded
    if "legal" in tiers:
        return _full_name(ground, start, end)
    tier = tiers[-1]
    if start and ground.solid[start - 1]:
        return _subsidiary(ground, start, end, tier)
    first = reach_back(ground, start, _REACH)
    if start - first < 2 and _stands_alone(ground, start):
        first = start - 2
    stem, first = _trim(folded[first:start], first)
    refused = words("org", "not_stem")
    if len(stem) < 2 or stem in refused or not is_han(stem[-1]):
        return None
    if tier == "strong":
        named = Candidate(first, end, "organization", rank=3)
        return named if _proper(stem, folded[start:end]) or _founded(ground, named, folded[start:end]) else None
    place = stem.startswith(tuple_of("cut", "places"))
    core = _without_place(stem) if place else stem
    if not 2 <= len(core) <= _LONGEST_STEM[tier] or core in refused or core in common_words() or is_plain(core):
        return None
    if tier == "company" and (len(core) < 3 or core[:2] in common_words() or core[-2:] in common_words()):
        return None
    if not place and is_plain(folded[first:end]):
        return None
    return Candidate(first, end, "organization", rank=4) if _ends_well(ground, end) else None


def _stands_alone(ground: Ground, end: int) -> bool:
    """Whether the two characters before ``end`` are no word and begin at a boundary, whatever they look like (恒升)."""
    pair = ground.folded[max(0, end - 2) : end]
    if len(pair) < 2 or not all(map(is_han, pair)) or pair in common_words() or pair in rare_words():
        return False
    if any(char in words("cut", "legal") for char in pair) or ground.solid[end - 2]:
        return False
    cuts, alone = words("cut", "words"), _clause_start(ground, end, 4) == end - 2
    if pair in cuts or pair[0] in cuts:
        return pair not in cuts and alone and end >= 3 and ground.folded[end - 3] in "、“「《("
    return alone or bool(ground.ends[end - 2])


def _subsidiary(ground: Ground, start: int, end: int, tier: str) -> Candidate | None:
    """A known name with an industry behind it (万达轴承): another company."""
    if (
        tier != "industry"
        or ground.solid[start - 1] != _ORG_END
        or not is_han(ground.folded[start - 1])
        or ground.folded[start:end] in words("org", "shares")
    ):
        return None
    first = start
    while (
        first > 0
        and ground.solid[first - 1]
        and start - first < _REACH
        and (first == start or ground.solid[first - 1] != _ORG_END)
    ):
        first -= 1
    return Candidate(first, end, "organization", rank=3) if _ends_well(ground, end) else None


def _founded(ground: Ground, one: Candidate, ending: str) -> bool:
    """Whether a firm with a plain word for a name (原创资本) has a cue beside it."""
    return ending in words("org", "firms") and one.end - one.start == len(ending) + 2 and _has_cue(ground, one)


def _full_name(ground: Ground, start: int, end: int) -> Candidate | None:
    """A name with its legal form; it may begin with a known name and hold a place in brackets."""
    folded = ground.folded
    first = _at_place(folded, reach_back(ground, start, _LEGAL_REACH, legal=True), start)
    stem = folded[first:start]
    if len(stem) < 2 or stem in words("org", "not_stem") or is_plain(stem) or not is_han(stem[0]):
        return None
    return Candidate(first, end, "organization", rank=_LEGAL)


def _without_place(stem: str) -> str:
    for place in tuple_of("cut", "places"):
        if stem.startswith(place):
            return stem[len(place) :].removeprefix("市").removeprefix("省")
    return stem


def _at_place(folded: str, first: int, end: int) -> int:
    """A full name begins with its place, where it holds one outside brackets."""
    region = folded[first:end]
    matches = matcher("cut", "places")[0].find_matches_as_indexes(region)
    for _, start, _stop in matches:
        if start and region[start - 1] != "(" and region[:start].count("(") == region[:start].count(")"):
            return first + start
        if start == 0:
            return first
    return first


def _trim(stem: str, first: int) -> tuple[str, int]:
    """``stem`` without the plain words at its head that only describe it."""
    common, generic = common_words(), words("org", "not_stem")
    while len(stem) > 2:
        if stem.startswith(tuple_of("cut", "places")):
            break
        for width in (4, 3, 2):
            if len(stem) - width >= 2 and (stem[:width] in common or stem[:width] in generic):
                stem, first = stem[width:], first + width
                break
        else:
            break
    return stem, first


def _proper(stem: str, ending: str) -> bool:
    """Whether the head of an institution's name is more than plain words."""
    if stem.startswith(tuple_of("cut", "places")):
        core = _without_place(stem)
        if ending.endswith(tuple_of("org", "placed")):
            return stem not in words("org", "not_stem")
        stem = core
    plain = re.sub("^[A-Za-z]+", "", stem)
    return len(stem) >= 2 and not (
        is_plain(plain) or plain in common_words() or stem in common_words() or stem in words("org", "not_stem")
    )


def _ends_well(ground: Ground, end: int) -> bool:
    """Whether a name may end at ``end``: no further word is begun."""
    return end >= len(ground.folded) or not is_han(ground.folded[end]) or bool(ground.begins[end])


def find_coded(ground: Ground, known: list[Candidate]) -> list[Candidate]:
    """Names with a stock code or a quotation in brackets behind them."""
    folded = ground.folded
    ending = {one.end: one for one in known}
    found: list[Candidate] = []
    for match in _CODE.finditer(folded):
        ticker = _ticker(match)
        entity = by_ticker().get(ticker) if ticker else None
        names: list[tuple[int, int]] = []
        if match["alias"]:
            names.append((match.start("alias"), match.start("alias") + len(match["alias"].rstrip("、, "))))
        end = match.start()
        while end and folded[end - 1] == " ":
            end -= 1
        if end and folded[end - 1] == ")" and (inner := folded.rfind("(", max(0, end - 40), end)) > 0:
            end = inner  # 润和软件(13.530,…)(300339.SZ)
        if end in ending:
            continue
        start = _coded_start(ground, end)
        if end - start >= 2:
            names.append((start, end))
        for first, last in names:
            found.append(
                Candidate(
                    first,
                    last,
                    "organization",
                    entity.id if entity else None,
                    entity.name if entity else None,
                    entity.tickers if entity else (ticker,) if ticker else (),
                    rank=2,
                )
            )
    return found


def _coded_start(ground: Ground, end: int) -> int:
    folded = ground.folded
    clause = _clause_start(ground, end, 12)
    if end - clause <= 5:
        return clause
    start = reach_back(ground, end - 1, 9)  # the last word of a short name may look like a boundary
    if end - start < 3:
        start = max(clause, end - 4)
    if end - start > 4:
        stem, first = _trim(folded[start:end], start)
        start = first if len(stem) >= 3 else start
    return start if end - start <= 8 else end - 4


def _ticker(match: re.Match[str]) -> str:
    number = match["tail"] or match["number"] or match["bare"]
    if number:
        exchange = match["head"] or match["exchange"] or ""
        if not exchange and len(number) == 4:
            return ""  # of Hong Kong or of Taiwan: the code does not say
        if not exchange:
            exchange = (
                "HK"
                if len(number) == 5
                else {"6": "SH", "9": "SH", "0": "SZ", "3": "SZ", "2": "SZ"}.get(number[0], "BJ")
            )
        if exchange == "HK":
            number = number.lstrip("0").rjust(4, "0")
        return f"{number}.{_EXCHANGES.get(exchange, exchange)}"
    return match["letters"] or match["listed"] or ""


def find_special(ground: Ground) -> list[Candidate]:
    """Shares under special treatment (``*ST海华``), whose mark makes the name known."""
    return [Candidate(*match.span(), "organization", rank=3) for match in _SPECIAL.finditer(ground.folded)]


def find_defined(ground: Ground) -> list[Candidate]:
    """Short names a text defines itself: ``（以下简称“X”）``."""
    found = []
    for match in _DEFINED.finditer(ground.folded):
        group = "name" if match["name"] else "other"
        start, end = match.span(group)
        text = ground.folded[start:end]
        if (
            text in words("org", "company")
            or text in common_words()
            or text.endswith(("协议", "合同", "公告", "办法", "规则", "条例", "议案"))
        ):
            continue
        found.append(Candidate(start, end, "organization", rank=3))
    return found


def find_twins(ground: Ground, known: list[Candidate]) -> list[Candidate]:
    """``X（Latin Name）``: the Chinese name before a latin one in brackets, where it is short and stands clear."""
    folded = ground.folded
    ending = {one.end for one in known}
    starts = {one.start for one in known}
    found = []
    for match in _LATIN_TWIN.finditer(folded):
        end, latin = match.start(), match["latin"]
        if end in ending or not re.search("[a-z]", latin):
            continue
        if end and folded[end - 1] in '”」』"》':
            opened = max(folded.rfind(mark, max(0, end - 12), end - 1) for mark in '“「『"《')
            if opened < 0 or end - opened < 4:
                continue
            start, end = opened + 1, end - 1
        else:
            start = reach_back(ground, end, 9)
            _, start = _trim(folded[start:end], start)
        stem = folded[start:end]
        if not (2 <= len(stem) <= 8 and all(map(is_han, stem))) or stem in common_words() or is_plain(stem):
            continue
        if (
            stem.startswith(tuple_of("cut", "places"))
            or not starts.isdisjoint(range(start, end))
            or stem.endswith(tuple_of("cue", "product"))
        ):
            continue
        firm = stem.endswith((*tuple_of("org", "strong"), *tuple_of("org", "industry"), *tuple_of("org", "weak")))
        if " " not in latin or firm:
            found.append(Candidate(start, end, "organization", rank=4))
        elif _TITLE_WORDS.fullmatch(latin) and stem[0] in words("person", "foreign_first"):
            found.append(Candidate(start, end, "person", rank=4))
    return found


def find_segments(ground: Ground) -> list[Candidate]:
    """``X业务``, ``X板块``, ``X事业群``: a noun phrase and the word for a part of a company."""
    folded = ground.folded
    found = []
    joiners = tuple_of("segment", "joiners")
    for _, start, end in matcher("segment", "words")[0].find_matches_as_indexes(folded):
        first, stem = _noun_phrase(ground, start)
        if not stem or stem in words("segment", "not_head") or stem.endswith(tuple_of("segment", "cuts")):
            continue
        if folded.startswith(tuple_of("segment", "not_after"), end) or stem.endswith(tuple_of("segment", "not_last")):
            continue
        # 手机部件及组装业务: one more member before a joiner
        joiner = next((each for each in joiners if folded.endswith(each, 0, first)), "")
        if joiner:
            outer, head = _noun_phrase(ground, first - len(joiner))
            if head and not head.endswith(tuple_of("segment", "not_joined")):
                first = outer
        found.append(Candidate(first, end, "segment", rank=4))
    return found


def _noun_phrase(ground: Ground, end: int) -> tuple[int, str]:
    """The noun phrase that ends at ``end``, without verbs and adverbs at its head."""
    folded = ground.folded
    first = reach_back(ground, end, 10)
    latest = first
    for _, _start, stop in matcher("segment", "cuts")[0].find_matches_as_indexes(folded[first:end]):
        if end - first - stop >= 2:
            latest = first + stop
    stem = folded[latest:end]
    return (latest, stem) if len(stem) >= 2 else (end, "")
