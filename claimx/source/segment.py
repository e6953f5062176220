"""Sentences and clauses, as half-open code-point spans of the source.

A line break always ends a sentence, so headlines and list items need no full stop. Inside a line ``。！？｡`` and
ellipses end one, and ASCII ``. ! ?`` where they are not part of a number, an abbreviation, a name or an address. A
stop takes the closing quotes and brackets behind it along. Inside a closed pair of brackets or quotes nothing ends,
unless it is a long quotation that holds several sentences. A semicolon ends a clause, never a sentence.

Everything is decided on the folded view; the words of these rules are in ``lexicon/segment.toml``.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from claimx.lexicon.loader import read_toml
from claimx.model import Range, Sentence
from claimx.source.text import Text, fold

_LINE = re.compile(r"[^\n\r\u2028\u2029]+")
# the folded view turns the full-width forms into ASCII, so one alphabet is enough here
_EVENT = re.compile(r"[。｡!?…]+|\.+|[“”‘’「」『』﹁﹂﹃﹄《》〈〉()\[\]【】〔〕{}\"]")
_INDENT = re.compile(r"\u3000[\u3000 ]*\u3000")
_WIDE_GAP = 2

_PAIRS = {"”": "“", "’": "‘", "」": "「", "』": "『", "﹂": "﹁", "﹄": "﹃", "》": "《", "〉": "〈"}
_PAIRS |= {")": "(", "]": "[", "】": "【", "〕": "〔", "}": "{"}
_OPENERS = frozenset(_PAIRS.values())
_QUOTES = frozenset('“‘「『﹁﹃"')
_CLOSERS = frozenset(_PAIRS)
_CONTINUES = frozenset(",、;:·—~/%")
_BULLETS = frozenset(" ,;:。!?、)】")

_LONG_QUOTE = 20  # code points; a shorter quotation is a slogan, not speech
_HEAD = 8  # code points; a shorter 【…】 is a label of the line it begins
_HEAD_PREFIX = 14  # code points that may stand before a 【…】 head: an outlet's name, a number
_ONE_LINER = 160  # code points; from here on a wide gap separates paragraphs, in shorter lines columns
# code points; what runs on for longer is cut, so that whoever looks at all pairs within a sentence or a clause stays quick
# on texts without punctuation
_LONGEST_CLAUSE = 300
_LONGEST_SENTENCE = 1200
_TAG = 16  # code points of “…。”某某表示, at most


class _Pair:
    """A closed pair of brackets or quotes of one line; ``several`` once a stop in it is followed by more words."""

    __slots__ = ("close", "kind", "last_stop", "open", "several")

    def __init__(self, kind: str, start: int) -> None:
        self.kind, self.open, self.close = kind, start, -1
        self.several, self.last_stop = False, -1


class _Words(NamedTuple):
    abbreviations: frozenset[str]
    shouted_names: frozenset[str]
    listed: frozenset[str]
    attributive: frozenset[str]
    tag: re.Pattern[str]  # 某某表示 right behind a quotation


@lru_cache(maxsize=1)
def _words() -> _Words:
    table = read_toml("segment.toml")
    saying = "|".join(sorted((re.escape(fold(word)) for word in table["saying"]), key=len, reverse=True))
    return _Words(
        frozenset(word.casefold() for word in table["abbreviations"]),
        frozenset(word.casefold() for word in table["shouted_names"]),
        frozenset(fold(word) for word in table["listed"]),
        frozenset(fold(word) for word in table["attributive"]),
        re.compile(rf"[ ]?[^ ,。!?;:\"“”「」()\n\r]{{1,{_TAG}}}?(?:{saying})(?=[,。;:!?]|$)", re.MULTILINE),
    )


def split_sentences(text: Text) -> list[Sentence]:
    """The sentences of ``text`` in order: no overlap, no surrounding white space, no visible code point left out.

    ``paragraph`` counts from 0; paragraphs are separated by line breaks, and in articles kept on one line by wide gaps
    (two ideographic spaces or more). A sentence of more than 1,200 code points is cut behind a comma.
    """
    folded, raw = text.folded, text.raw
    found: list[Sentence] = []
    paragraph = 0
    for start, end in _paragraphs(raw):
        begin, any_here = start, False
        for stop in [*_ends(folded, start, end), end]:
            for piece in _pieces(folded, begin, stop, _LONGEST_SENTENCE):
                found.append(Sentence(piece.start, piece.end, raw[piece.start : piece.end], paragraph))
                any_here = True
            begin = stop
        paragraph += any_here
    return found


def split_clauses(text: Text, start: int, end: int) -> list[Range]:
    """The clauses of ``text[start:end]``: ended by comma, semicolon or colon (which they keep) or by a wide gap.

    Not ended inside a number (``2,476``), a clock time or ratio (``14:48``), an address, or short brackets. What runs on
    for more than 300 code points without any of these is cut.
    """
    folded, raw = text.folded, text.raw
    closed = _short_brackets(folded, start, end)
    opens = [first for first, _ in closed]
    found: list[Range] = []
    begin = start
    for match in _CLAUSE.finditer(folded, start, end):
        at = match.start()
        index = bisect_left(opens, at) - 1
        if index >= 0 and at < closed[index][1]:
            continue
        if match.group().isspace():
            if match.end() - at < _WIDE_GAP and raw[at] != "\u3000":
                continue
        elif _inside_number(folded, raw, at, start, end):
            continue
        found += _pieces(folded, begin, match.end(), _LONGEST_CLAUSE)
        begin = match.end()
    found += _pieces(folded, begin, end, _LONGEST_CLAUSE)
    return found


_CLAUSE = re.compile(r"[,;:]| +")
_BRACKET = re.compile(r"[()《》\[\]]")
_SHORT_BRACKET = 40  # code points


def _pieces(folded: str, start: int, end: int, longest: int) -> Iterator[Range]:
    """``start:end`` trimmed, cut where it is longer than ``longest``: best behind a mark, never within a figure or word."""
    span = _trim(folded, start, end)
    while span:
        start, end = span
        if end - start <= longest:
            yield Range(start, end)
            return
        back = range(start + longest, start + longest // 2, -1)
        marked = (at for at in back if folded[at - 1] in ",;、" and not _is_digit(folded[at]))
        cut = next(marked, 0) or next((at for at in back if folded[at] > "\u2fff" < folded[at - 1]), start + longest)
        yield Range(*(_trim(folded, start, cut) or (start, cut)))
        span = _trim(folded, cut, end)


def _short_brackets(folded: str, start: int, end: int) -> list[tuple[int, int]]:
    """Closed outermost brackets of at most 40 code points, in order."""
    found: list[tuple[int, int]] = []
    opened: int | None = None
    for match in _BRACKET.finditer(folded, start, end):
        if match.group() in "(《[":
            if opened is None or match.start() - opened > _SHORT_BRACKET:
                opened = match.start()
        elif opened is not None:
            if match.end() - opened <= _SHORT_BRACKET:
                found.append((opened, match.end()))
            opened = None
    return found


def _inside_number(folded: str, raw: str, at: int, start: int, end: int) -> bool:
    """Whether the comma or colon at ``at`` is part of a number, a time, a ratio or an address."""
    if at <= start or at + 1 >= end:
        return False
    before, sign, after = folded[at - 1], folded[at], folded[at + 1]
    if sign == ":" and (folded.startswith("//", at + 1) or (_is_latin(before) and _is_latin(after))):
        return True
    if sign != "," or not (_is_digit(before) and _is_digit(after)):
        return False
    # 增长15，300 家: a full-width comma groups digits only where the digits are full-width as well
    grouped = folded[at + 1 : at + 4].isdigit() and not folded[at + 4 : at + 5].isdigit()
    return grouped and (raw[at] == "," or raw[at - 1] > "9")


def _is_digit(char: str) -> bool:
    return "0" <= char <= "9"


def _is_latin(char: str) -> bool:
    return char.isascii() and char.isalnum()


def _trim(folded: str, start: int, end: int) -> tuple[int, int] | None:
    while start < end and folded[start].isspace():
        start += 1
    while end > start and folded[end - 1].isspace():
        end -= 1
    return (start, end) if start < end else None


def _paragraphs(raw: str) -> Iterator[tuple[int, int]]:
    """Ranges between line breaks, and between wide ideographic gaps that once were line breaks.

    They were in long lines, and where a plain space, left over from the break, stands before the indent.
    """
    for line in _LINE.finditer(raw):
        begin, end = line.span()
        long = end - begin >= _ONE_LINER
        for gap in _INDENT.finditer(raw, begin, end):
            if long or raw[gap.start() - 1 : gap.start()] == " ":
                yield begin, gap.start()
                begin = gap.start()
        yield begin, end


def _ends(folded: str, start: int, end: int) -> list[int]:
    """Offsets after which a sentence ends within the paragraph ``start:end``, ascending, the end itself excluded."""
    events = list(_EVENT.finditer(folded, start, end))
    if not events:
        return []
    pairs, stops = _pairs_and_stops(folded, events, start, end)
    opening = {pair.open: pair for pair in pairs}
    closing = {pair.close: pair for pair in pairs}
    ends: list[int] = []
    blocking = 0
    last = start
    for match in events:
        at, after = match.span()
        if at in opening:
            blocking += not opening[at].several
        elif at in closing:
            pair = closing[at]
            blocking -= not pair.several
            if blocking == 0 and after > last and _ends_with_pair(folded, pair, after, end, last):
                last = _through_closers(folded, after, end, opening)
                ends.append(last)
        elif at in stops and blocking == 0:
            stop = _through_closers(folded, after, end, opening)
            if _goes_on(folded, stop, end, quoted=stop > after):
                continue
            last = stop
            ends.append(stop)
    return ends


def _pairs_and_stops(folded: str, events: list[re.Match[str]], start: int, end: int) -> tuple[list[_Pair], set[int]]:
    """The closed pairs of a paragraph and the offsets of punctuation that can end a sentence."""
    stack: list[_Pair] = []
    waiting: dict[str, int] = {}  # openers on the stack by kind, so that a stray closer costs nothing
    closed: list[_Pair] = []
    stops: set[int] = set()
    for match in events:
        sign, at = match.group(), match.start()
        if sign in _OPENERS or (sign == '"' and not waiting.get('"')):
            stack.append(_Pair(sign, at))
            waiting[sign] = waiting.get(sign, 0) + 1
        elif sign in _CLOSERS or sign == '"':
            kind = _PAIRS.get(sign, sign)
            if not waiting.get(kind):
                continue
            while True:
                pair = stack.pop()
                waiting[pair.kind] -= 1
                if pair.kind == kind:
                    break
            pair.close = at
            pair.several = pair.kind in _QUOTES and pair.several and at - pair.open > _LONG_QUOTE
            closed.append(pair)
        elif _can_end(folded, match, start, end):
            stops.add(at)
            if stack:
                inner = stack[-1]
                inner.last_stop = match.end()
                follows = folded[match.end() : match.end() + 1]
                inner.several = inner.several or bool(follows and follows not in _CLOSERS and follows != '"')
    return closed, stops


def _can_end(folded: str, match: re.Match[str], start: int, end: int) -> bool:
    """Whether a run of stops can end a sentence by what stands right before and after it."""
    sign, at, after = match.group(), match.start(), match.end()
    if sign[0] in "。｡":
        return True
    before = folded[at - 1] if at > start else ""
    follows = folded[after] if after < end else ""
    if follows in _CONTINUES and follows:
        return False
    if sign[0] == "…" or len(sign) > 1:
        return bool(before) and follows not in _words().listed
    latin = before.isascii() and before.isalnum()
    if sign in "!?":
        if not before or (sign == "!" and follows == "["):
            return False  # ![…](…) is a picture in Markdown
        if before.isascii() and before not in '%)" ' and follows.isascii() and (follows.isalnum() or follows == "="):
            return False  # an address, or code
        return not (sign == "!" and latin and _word_before(folded, at, start).casefold() in _words().shouted_names)
    if follows.isascii() and (follows.isalnum() or follows in _CONTINUES) and follows:
        return not (before.isascii() or follows.isdigit() or not before)
    if _is_digit(before):
        return not _is_bullet(folded, at, start)
    if not latin:
        return bool(before) and before != " "
    word = _word_before(folded, at, start)
    if len(word) == 1 or word.casefold() in _words().abbreviations:
        return False
    return not follows or follows.isspace() or follows in _CLOSERS or follows == '"'


def _word_before(folded: str, at: int, start: int) -> str:
    first = at
    while first > max(start, at - 16) and folded[first - 1].isascii() and folded[first - 1].isalpha():
        first -= 1
    return folded[first:at]


def _is_bullet(folded: str, at: int, start: int) -> bool:
    """Whether the digits before the full stop at ``at`` number a list item."""
    first = at
    while first > max(start, at - 4) and _is_digit(folded[first - 1]):
        first -= 1
    return at - first <= 3 and (first == start or folded[first - 1] in _BULLETS or folded[first - 1] in _CLOSERS)


def _through_closers(folded: str, at: int, end: int, opening: dict[int, _Pair]) -> int:
    """``at`` moved over the closing quotes and brackets (one space between allowed) that stand there."""
    while at < end:
        char = folded[at]
        if char in _CLOSERS or (char == '"' and at not in opening):
            at += 1
        elif char == " " and at + 1 < end and folded[at + 1] in _CLOSERS:
            at += 2
        else:
            break
    return at


def _goes_on(folded: str, at: int, end: int, quoted: bool) -> bool:
    """Whether the sentence goes on behind the stop that ends at ``at``."""
    follows = folded[at] if at < end else ""
    if follows and (follows in _CONTINUES or (quoted and follows in _words().attributive)):
        return True
    return quoted and _words().tag.match(folded, at, min(end, at + _TAG + 8)) is not None


def _ends_with_pair(folded: str, pair: _Pair, after: int, end: int, last: int) -> bool:
    """Whether the sentence ends with the pair closed at ``after``, whose own last stop did not count."""
    if pair.kind == "【":
        head = pair.close - pair.open > _HEAD and not folded[last : pair.open].strip(" ").count(",")
        return head and pair.open - last <= _HEAD_PREFIX and not _goes_on(folded, after, end, quoted=True)
    if pair.several or pair.last_stop != pair.close or _goes_on(folded, after, end, quoted=True):
        return False
    before = folded[max(last, pair.open - 2) : pair.open].strip(" ")
    if pair.kind not in _QUOTES:
        return pair.kind == "(" and not before
    if not before or before[-1] in ":,。!?":
        return True
    follows = folded[after] if after < end else " "
    return folded[pair.close - 1] in "。｡" or follows.isspace() or pair.close - pair.open > _LONG_QUOTE
