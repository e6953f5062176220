"""Ranks and superlatives, only with a stated field or scope (``lexicon/ranks.toml``).

第一, 首次, 最大, 榜首, 前三, TOP 5 … with the rank as value; labels such as 第三代 and opinions such as 最大挑战 are none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from claimx.extract.num_parse import is_whole
from claimx.extract.num_scan import Numeral
from claimx.lexicon.loader import read_toml
from claimx.source.text import fold

_CLAUSE = re.compile(r"[。;!?\n,:(]")
_MOST = re.compile(r"最(?:为|具|受|被)?")
_VALUE_BEHIND = re.compile(r"[高低多少大小深快慢早晚][^。;,!?\n的]{0,5}?[0-9]")
_NUMBER_AFTER = re.compile(
    r" ?(?:为|达|可达|可|至|约|近|逾|达到|超过|不超过|只|仅|只要|价|价格|的(?![0-9一二三四五六七八九十]{1,4}[年月日季]))? ?(?:[0-9$¥￥]|[一二两三四五六七八九十百千万亿]+[百千万亿元成倍%])"
)
_TOP = re.compile(r"(?<![A-Za-z])(?:TOP|Top|top)[ -]{0,2}([0-9]{1,3})(?![0-9A-Za-z.])")
_FRONT = re.compile(r"前 ?([一二两三四五六七八九十]{1,3}|[0-9]{1,3})(?!\.?[0-9]|成(?!员))")
_TIME_END = frozenset("年月日季周度来期内初末半天旬代度份")


class Rank(NamedTuple):
    """A rank: its half-open span and its value."""

    start: int
    end: int
    value: Decimal


class _Tables(NamedTuple):
    automaton: object
    kinds: tuple[int, ...]
    adjectives: tuple[str, ...]
    vague: tuple[str, ...]
    opinions: frozenset[str]
    scope: re.Pattern[str]
    extreme: re.Pattern[str]
    after: tuple[str, ...]
    labels: tuple[str, ...]
    counted: tuple[str, ...]
    pieces: tuple[str, ...]
    nouns: tuple[str, ...]
    inner_scope: tuple[str, ...]
    scope_end: re.Pattern[str]
    since: re.Pattern[str]
    aside: tuple[str, ...]
    right: tuple[str, ...]
    left: tuple[str, ...]
    tails: tuple[str, ...]
    not_front: tuple[str, ...]


def _sorted(words: str) -> tuple[str, ...]:
    return tuple(sorted({fold(word) for word in words.split()}, key=len, reverse=True))


@lru_cache(maxsize=1)
def _tables() -> _Tables:
    import ahocorasick_rs

    data = read_toml("ranks.toml")
    # 0: no rank; 1, 2, 3: the rank; 9: a rank with a scope only
    kinds: dict[str, int] = {}
    for name, kind in (("first", 1), ("second", 2), ("third", 3), ("scoped", 9), ("none", 0)):
        kinds.update((word, kind) for word in _sorted(data[name]) if len(word) > 1)
    extreme = data["new_extreme"]
    return _Tables(
        ahocorasick_rs.AhoCorasick(list(kinds), matchkind=ahocorasick_rs.MatchKind.LeftmostLongest),
        tuple(kinds.values()),
        _sorted(data["superlative"]["adjectives"]),
        _sorted(data["superlative"]["vague"]),
        frozenset(_sorted(data["superlative"]["opinions"])),
        re.compile("|".join(map(re.escape, _sorted(data["superlative"]["scope"])))),
        re.compile("|".join(map(re.escape, _sorted(extreme["words"])))),
        _sorted(extreme["after"]),
        _sorted(data["ordinal"]["labels"]),
        _sorted(data["ordinal"]["counted"]),
        _sorted(data["ordinal"]["pieces"]),
        _sorted(data["ordinal"]["nouns"]),
        _sorted(data["superlative"]["inner_scope"]),
        re.compile("(?:" + "|".join(map(re.escape, _sorted(data["superlative"]["scope"]))) + ")(?:上|的|中|内)? ?$"),
        re.compile(
            r"(?:(?:[年月周日季]|季度|个月|年代)多?(?:以)?来[^。;,!?\n]{0,10}|(?<![其国集之])中(?![国央心方美兴信芯东小期长等型间层文])[^。;,!?\n]{0,6})$"
        ),
        _sorted(data["ordinal"]["aside"]),
        _sorted(data["ordinal"]["right"]),
        _sorted(data["ordinal"]["left"]),
        _sorted(data["top"]["tails"]),
        _sorted(data["top"]["not_before"]),
    )


def find_ranks(
    folded: str, ordinals: Sequence[tuple[int, Numeral]] = (), blocked: Sequence[tuple[int, int]] = ()
) -> list[Rank]:
    """Ranks of a text, in no order; ``ordinals`` are its numerals behind 第."""
    tables = _tables()
    found: list[Rank] = []
    taken: set[int] = set()
    for which, start, end in tables.automaton.find_matches_as_indexes(folded):  # type: ignore[attr-defined]
        kind = tables.kinds[which]
        if kind == 9:
            scoped = _scope(folded, start, tables) or tables.scope.match(folded, end) is not None
            if not scoped and not folded[start:end].startswith(tables.inner_scope):
                continue
            kind = 1
        if kind:
            first, last = _whole(folded, start, end, tables)
            if last <= first:
                continue
            found.append(Rank(first, last, Decimal(kind)))
            taken.update(range(first, last))
        taken.update(range(start, end))
    begins = {start for start, _ in blocked}
    position = folded.find("最")
    while position >= 0:
        if position not in taken:
            rank = _superlative(folded, position, tables)
            if rank is not None and rank.end not in begins:  # 最快下周一: a hedge of the time
                found.append(rank)
        position = folded.find("最", position + 1)
    found.extend(_extremes(folded, tables, blocked, taken))
    found.extend(rank for first, numeral in ordinals if (rank := _ordinal(folded, first, numeral, tables)) is not None)
    found.extend(_tops(folded, tables))
    return found


def _whole(folded: str, start: int, end: int, tables: _Tables) -> tuple[int, int]:
    """The rank word at a match: 夺|冠军, 居|首位, and not the 最 of a superlative behind 之."""
    word, following = folded[start:end], folded[end : end + 1]
    if word[-1] == "冠" and following == "军" and len(word) > 1:
        return end - 1, end + 1
    if word[-1] == "首" and following == "位" and len(word) > 1:
        return end - 1, end + 1
    if word == "之最" and folded.startswith(tables.adjectives, end):
        return start, start
    return start, end


def _clause_start(folded: str, position: int, reach: int = 40) -> int:
    first = max(0, position - reach)
    last = first
    for match in _CLAUSE.finditer(folded, first, position):
        last = match.end()
    return last


def _scope(folded: str, position: int, tables: _Tables, reach: int = 30) -> bool:
    return tables.scope.search(folded, _clause_start(folded, position, reach), position) is not None


def _superlative(folded: str, position: int, tables: _Tables) -> Rank | None:
    match = _MOST.match(folded, position)
    if match is None:
        return None
    adjective = next((word for word in tables.adjectives if folded.startswith(word, match.end())), None)
    if adjective is None:
        return None
    end = match.end() + len(adjective)
    if _NUMBER_AFTER.match(folded, end) or _VALUE_BEHIND.match(folded, end - 1):
        return None
    start = position
    clause = _clause_start(folded, position)
    left = folded[clause:position]
    if left.endswith(("历史", "史上")):
        start -= 3 if left.endswith("历史上") else 2
    elif folded.startswith(tables.vague, end) or (folded.startswith("价", end) and not folded.startswith("价格", end)):
        return None
    elif not tables.scope.search(left) and not tables.since.search(left):
        right = folded[end : end + 8]
        if not (left.endswith(("是", "为", "成为")) and right.startswith("的") and "之一" in right):
            return None
    elif (
        adjective in tables.opinions
        and not left.endswith("表现")
        and not tables.scope_end.search(left)
        and not tables.since.search(left)
    ):
        return None  # 最佳, 最强 …: opinions unless the scope stands right before them
    return Rank(start, end, Decimal(1))


def _extremes(folded: str, tables: _Tables, blocked: Sequence[tuple[int, int]], taken: set[int]) -> list[Rank]:
    ends = {end for _, end in blocked if folded[end - 1 : end] in _TIME_END}
    found = []
    for match in tables.extreme.finditer(folded):
        if match.start() in taken or ("最" in match.group() and _VALUE_BEHIND.match(folded, match.end() - 1)):
            continue  # 最高 hedges the value behind it; 新高 does not
        before = match.start()
        while before > 0 and folded[before - 1] in " 的":
            before -= 1
        if before in ends or match.start() in ends or folded.endswith(tables.after, max(0, before - 8), before):
            value = Decimal(2) if match.group().startswith("次") else Decimal(1)
            found.append(Rank(match.start(), match.end(), value))
    return found


def _ordinal(folded: str, first: int, numeral: Numeral, tables: _Tables) -> Rank | None:
    end = numeral.end
    if numeral.high is not None or not is_whole(numeral.value) or numeral.value < 1 or numeral.value > 100000:
        return None
    after = end + 1 if folded.startswith(" ", end) else end
    value = numeral.value
    clause = _clause_start(folded, first, 24)
    left = folded[clause:first].rstrip(" ")
    if folded.startswith(tables.labels, after):
        piece = next((word for word in tables.pieces if folded.startswith(word, after)), None)
        if piece is None or not tables.scope_end.search(left):
            return None
        return Rank(first, after + len(piece), value)  # 全球第一颗, 本月第三次
    counted = next((word for word in tables.counted if folded.startswith(word, after)), None)
    if counted == "家" and not (tables.scope.search(left) or left.endswith(tables.left)):
        return None  # 去年才开第一家店
    if counted == "大" and folded.startswith("股东", after + 1):
        return Rank(first, end, value)
    if counted is not None:
        return Rank(first, after + len(counted), value)
    if (first == 0 and after >= len(folded)) or folded.startswith(("、第", "和第"), after):
        return Rank(first, end, value)
    closed = after >= len(folded) or folded.startswith(tables.right, after) or folded[after] == "\n"
    if (
        closed
        and len(left) > 1
        and (not left.endswith(tables.aside) or folded[after : after + 1] in "到至升降跌")
        and value <= 1000
    ):
        return Rank(first, end, value)
    if left.endswith(tables.left) and folded[after : after + 1] not in ("一", ""):
        return Rank(first, end, value)
    if folded.startswith(tables.nouns, after) and tables.scope.search(left):
        return Rank(first, end, value)  # 中国连锁第一品牌
    return None


def _tops(folded: str, tables: _Tables) -> list[Rank]:
    found = []
    for match in _TOP.finditer(folded):
        found.append(Rank(match.start(), match.end(), Decimal(match.group(1))))
    if "前" not in folded:
        return found
    for match in _FRONT.finditer(folded):
        end = match.end()
        after = end + 1 if folded.startswith(" ", end) else end
        if folded.startswith(tables.not_front, after) or folded[match.start() - 1 : match.start()] in (
            "目",
            "此",
            "以",
            "之",
            "年",
            "日",
            "月",
            "天",
            "提",
            "年",
            "当",
            "先",
            "周",
        ):
            continue
        word = match.group(1)
        value = Decimal(word) if word.isdigit() and word.isascii() else _small(word)
        if value is None or value < 2:
            continue
        tail = next((word for word in tables.tails if folded.startswith(word, after)), None)
        if tail is not None:
            end = after + len(tail)
        found.append(Rank(match.start(), end, value))
    return found


def _small(word: str) -> Decimal | None:
    from claimx.extract.numbers import parse_number
    from claimx.source.text import Text

    del Text
    return parse_number(word)
