"""Finds numerals in the folded view: Arabic, Chinese and mixed, with fractions, decimals and approximations.

One scan over the text stops at each numeral character; a fast pattern reads plain Arabic numerals with scale words, a token
loop the rest. Every numeral comes with what its neighbours need to judge it; nothing is decided here about units.
"""

from __future__ import annotations

import re
from decimal import Decimal

from claimx.extract.num_guards import guarded, metric_letters, unguarded
from claimx.extract.num_parse import (
    BIG,
    DIGITS,
    LONGEST,
    SCALES,
    SMALL,
    TENS,
    Token,
    add,
    divide,
    evaluate,
    negated,
    plain,
    shifted,
    times_power,
)

_CN_DIGITS = "".join(DIGITS)
_POINT_DIGITS = "零〇○一二三四五六七八九壹贰叁肆伍陆柒捌玖幺"
_SMALL = "".join(SMALL)
_BIG = "".join(BIG)
_TENS = "".join(TENS)
_CN = _CN_DIGITS + _SMALL + _BIG + _TENS
_ZEROS = frozenset("零〇○")

_START = re.compile(f"[0-9{_CN}]")
_AR = r"(?:[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])|[0-9]+)(?:\.[0-9]+)?"
_FAST = re.compile(rf"({_AR})(?: {{0,2}}([{_SMALL}{_BIG}]+))?")
_HUGE = re.compile(rf"[{_CN}]{{{LONGEST},}}")
# what may follow a plain numeral and make it a longer one
_MORE = re.compile(rf" {{0,2}}(?:[{_CN_DIGITS}{_TENS}多余几分份又^/eE]|点|[0-9]|{_ZEROS and '[零〇○]'})")
_TOKEN = re.compile(
    rf"([0-9]{{1,3}}(?:,[0-9]{{3}})+(?![0-9])|[0-9]+(?:\.[0-9]+)?)|([零〇○])|([{_CN_DIGITS}])|([{_SMALL}])|([{_BIG}])|([{_TENS}])|([多余几])"
)
_POINT = re.compile(rf" {{0,2}}点 {{0,2}}((?:[{_POINT_DIGITS}0-9] ?)+)")
_OVER = re.compile(r" {0,4}[分份] {0,4}之 {0,4}([负+-])? {0,2}")
_SHORT_OVER = re.compile(r"[分份]([一二两三四五六七八九])(?![一二两三四五六七八九十百千万亿0-9钟秒半个米之公年角])")
_AND = re.compile(r" {0,2}又 {0,2}")
_SLASH = re.compile(r"/([0-9]{1,4})(?! ?[0-9/.,%万亿])")
_MIXED_SLASH = re.compile(r" ([0-9]{1,3})/([0-9]{1,3})(?![0-9/.%])")
_EXPONENT = re.compile(r"[eE]([+-]?[0-9]{1,3})(?![0-9A-Za-z.])")
_POWER = re.compile(r"\^([+-]?[0-9]{1,3}(?:\.[0-9]{1,3})?)(?![0-9A-Za-z])")
_DATE_TAIL = re.compile(r" {0,2}(?:[月号年季时%]|日(?![元圆])|个月|点[0-9钟半]|[A-Za-z](?![A-Za-z]))")
_UNITED = re.compile(r"[0-9][A-Za-z]{1,3}\Z")
_LETTERS = re.compile(r"[A-Za-z]+\Z")
_LABEL = re.compile(r"[12]?[0-9]|3[01]|(?:19|20)[0-9]{2}")  # a day or a year
_FRESH = re.compile(rf"[0-9]+[{_SMALL}{_BIG}]")


class Numeral:
    """A numeral as found, without its sign: ``value`` is unsigned, ``sign_at`` where a sign may stand (or -1)."""

    __slots__ = (
        "approximate", "chinese", "end", "exponent", "high", "kind", "latin", "pair", "scaled", "sign_at", "start", "value", "version",
    )  # fmt: skip

    def __init__(self, start: int, end: int, value: Decimal) -> None:
        self.start = start
        self.end = end
        self.value = value
        self.high: Decimal | None = None
        self.kind = "cardinal"  # cardinal, fraction, percent
        self.exponent = 0  # of the scale words at the end, which a range shares
        self.scaled = False
        self.chinese = False
        self.approximate = False  # 数十, 十几: the lower figure
        self.pair = False  # 六七: two digits side by side that may be a range
        self.sign_at = -1
        self.latin = False  # glued to Latin letters on its left
        self.version = False  # part of a dotted string of numbers


def scan(raw: str, folded: str) -> list[Numeral]:
    """All numerals of a text, in text order, without overlaps."""
    found: list[Numeral] = []
    guards = guarded(folded)
    n_guards, at_guard = len(guards), 0
    search, fast, more = _START.search, _FAST.match, _MORE.match
    match = search(folded)
    length = len(folded)
    while match:
        position = match.start()
        while at_guard < n_guards and guards[at_guard][1] <= position:
            at_guard += 1
        limit = length
        if at_guard < n_guards:
            first, last = guards[at_guard]
            if first <= position and not unguarded(folded, position):
                match = search(folded, last)
                continue
            limit = first
        numeral: Numeral | None = None
        plainly = fast(folded, position)
        if plainly is not None:
            digits, words = plainly.group(1), plainly.group(2)
            end = plainly.end()
            if "," in digits and not _true_commas(raw, folded, position, plainly.end(1)):
                digits = digits.partition(",")[0]
                words, end = None, position + len(digits)
            if words and position < limit < end and folded[limit - 1] == " " and _LABEL.fullmatch(digits):
                words, end = None, plainly.end(1)  # 17 万科, 2026 万达: the word behind the space has its own meaning
            if words and len(words) > 1:
                kept = _sound_scales(words)
                end -= len(words) - kept
                words = words[:kept]
            if (
                "." in digits
                and not words
                and (
                    (folded.startswith(".", end) and folded[end + 1 : end + 2].isdigit())
                    or (position > 1 and folded[position - 1] == "." and folded[position - 2].isdigit())
                )
            ):
                digits = digits.partition(".")[0]
                numeral = Numeral(position, position + len(digits), shifted(digits.replace(",", ""), 0))
                numeral.version = True
            elif more(folded, end) and len(digits) < LONGEST:
                numeral = _complex(folded, position, limit)
            if numeral is None:
                exponent = 0
                if words:
                    for word in words:
                        exponent += SCALES[word]
                numeral = Numeral(position, end, shifted(digits.replace(",", ""), exponent))
                if words:
                    numeral.exponent, numeral.scaled = exponent, True
        else:
            huge = _HUGE.match(folded, position)
            if huge:
                match = search(folded, huge.end())
                continue
            numeral = _complex(folded, position, limit)
            if numeral is None:
                match = search(folded, position + 1)
                continue
        if found and numeral.start < found[-1].end:
            numeral.start = found[-1].end  # 十几|百: 几 belongs to the numeral before
        _look_left(folded, numeral)
        found.append(numeral)
        match = search(folded, numeral.end)
    return found


def _true_commas(raw: str, folded: str, start: int, end: int) -> bool:
    """A full-width comma separates thousands only between full-width digits; ASCII digits with it are a list."""
    if raw[start:end] == folded[start:end]:
        return True
    return all(raw[i] != "，" or not raw[i - 1].isascii() for i in range(start, end))


def _sound_scales(words: str) -> int:
    """How many of the scale characters in ``words`` belong to one numeral: 万亿, 千万, 百亿, not 十千."""
    previous = SCALES[words[0]]
    kept = 1
    for word in words[1:]:
        exponent = SCALES[word]
        if (exponent < 4 and (previous < 4 or kept > 1)) or kept >= 4:
            break
        if exponent < 4 and previous >= 4:
            break
        previous, kept = exponent, kept + 1
    return kept


def _look_left(folded: str, numeral: Numeral) -> None:
    start = numeral.start
    if not start:
        return
    before = folded[start - 1]
    if before in "+-−负":
        numeral.sign_at = start - 1
        earlier = folded[start - 2] if start > 1 else ""
        if before == "负" and earlier == "正":
            numeral.sign_at = -1  # 正负 2%: a tolerance
        elif earlier.isascii() and earlier.isalnum() and before != "负":
            numeral.latin = earlier.isalpha() and before != "+"
            if (
                earlier.isdigit()
                or earlier == before
                or (before == "+" and _UNITED.search(folded, max(0, start - 8), start - 1))
            ):
                numeral.sign_at = -1
        elif before != "负" and (earlier in SCALES or earlier in DIGITS or (earlier in "%)]-+−年月日季" and earlier)):
            numeral.sign_at = -1
    elif before.isascii() and before.isalpha():
        letters = _LETTERS.search(folded, max(0, start - 8), start)
        numeral.latin = letters is None or letters.group() not in metric_letters()
    elif before in "._" and start > 1:
        earlier = folded[start - 2]
        if before == "." and folded[start].isdigit():
            if earlier.isdigit():
                numeral.version = True
            elif not (earlier.isascii() and earlier.isalpha()):
                decimal = re.compile(r"[0-9]+").match(folded, start)
                if decimal and not numeral.scaled and not numeral.chinese and decimal.end() == numeral.end:
                    numeral.value = shifted("0." + decimal.group(), 0)
                    numeral.start = start - 1
                    if start > 1 and folded[start - 2] in "+-−":
                        numeral.sign_at = start - 2
        if earlier.isascii() and earlier.isalpha():
            numeral.latin = True
    elif before == ".":
        decimal = re.compile(r"[0-9]+").match(folded, start)
        if decimal and decimal.end() == numeral.end:
            numeral.value, numeral.start = shifted("0." + decimal.group(), 0), 0
    elif before == " " and start > 1 and folded[start - 2] in "负-" and start < 8 and not folded[: start - 2].strip():
        numeral.sign_at = start - 2


def _complex(folded: str, position: int, limit: int) -> Numeral | None:
    """The numeral at ``position`` read token by token, or None where the characters there are none."""
    whole = _integer(folded, position, limit)
    if whole is None:
        return None
    numeral = whole
    kind, end = numeral.kind, numeral.end
    over = _OVER.match(folded, end)
    if over:
        share = _part(folded, over.end(), limit)
        if share is not None:
            return _fraction(numeral, share, -1 if over.group(1) in ("负", "-") else 1, None, folded)
    short = _SHORT_OVER.match(folded, end)
    if (
        short
        and numeral.chinese
        and not numeral.pair
        and 2 <= numeral.value <= 10
        and numeral.value > DIGITS[short.group(1)]
    ):
        value = divide(Decimal(DIGITS[short.group(1)]), numeral.value)
        if value is not None:
            numeral.value, numeral.end, numeral.kind = value, short.end(), "fraction"
            return numeral
    joined = _AND.match(folded, end)
    if joined:
        bottom = _part(folded, joined.end(), limit)
        if bottom is not None:
            over = _OVER.match(folded, bottom.end)
            share = _part(folded, over.end(), limit) if over else None
            if share is not None:
                return _fraction(bottom, share, 1, numeral, folded)
            slash = None if bottom.chinese or bottom.scaled else _SLASH.match(folded, bottom.end)
            value = divide(bottom.value, Decimal(slash.group(1))) if slash else None
            if slash and value is not None:  # 2又1/3
                numeral.value, numeral.end, numeral.kind = add(numeral.value, value), slash.end(), "fraction"
                return numeral
            short = _SHORT_OVER.match(folded, bottom.end)
            if short and bottom.value:
                value = divide(Decimal(DIGITS[short.group(1)]), bottom.value)
                if value is not None:
                    numeral.value, numeral.end, numeral.kind = add(numeral.value, value), short.end(), "fraction"
                    return numeral
    if not numeral.chinese and not numeral.scaled:
        if end < len(folded):
            _latin_tail(folded, numeral)
    elif folded.startswith("半", end) and kind == "cardinal" and folded[position:end] == "一":
        numeral.value, numeral.end, numeral.kind = Decimal("0.5"), end + 1, "fraction"
    return numeral


def _latin_tail(folded: str, numeral: Numeral) -> None:
    """Exponents, powers and slashed fractions of a plain Arabic numeral."""
    end = numeral.end
    following = folded[end]
    if following in "eE":
        exponent = _EXPONENT.match(folded, end)
        if exponent:
            numeral.value, numeral.end = times_power(numeral.value, int(exponent.group(1))), exponent.end()
    elif following == "^":
        power = _POWER.match(folded, end)
        if power and numeral.value and len(str(numeral.value)) < 20:
            numeral.value, numeral.end = plain(numeral.value ** Decimal(power.group(1))), power.end()
    elif following == "/" and not folded.startswith("/", numeral.start - 1):
        slash = _SLASH.match(folded, end)
        value = divide(numeral.value, Decimal(slash.group(1))) if slash else None
        if slash and value is not None:
            numeral.value, numeral.end, numeral.kind = value, slash.end(), "fraction"
    elif following == " ":
        slash = _MIXED_SLASH.match(folded, end)
        value = divide(Decimal(slash.group(1)), Decimal(slash.group(2))) if slash else None
        if slash and value is not None:
            numeral.value, numeral.end, numeral.kind = add(numeral.value, value), slash.end(), "fraction"


def _part(folded: str, position: int, limit: int) -> Numeral | None:
    """The numeral that begins exactly at ``position``, for a part of a fraction."""
    if position < len(folded) and _START.match(folded, position):
        return _integer(folded, position, limit)
    return None


def _fraction(bottom: Numeral, top: Numeral, sign: int, whole: Numeral | None, folded: str) -> Numeral | None:
    words = folded[bottom.start : bottom.end].replace(" ", "")
    numeral = Numeral(whole.start if whole else bottom.start, top.end, top.value)
    numeral.chinese, numeral.scaled = True, True
    numeral.approximate = top.approximate
    if whole is None and words[0] in "百千万佰仟" and all(word in SCALES for word in words):
        exponent = sum(SCALES[word] for word in words)
        numeral.kind = "percent"
        numeral.value = times_power(top.value if sign > 0 else negated(top.value), 2 - exponent)
        numeral.high = None if top.high is None else times_power(top.high, 2 - exponent)
        numeral.exponent = top.start  # where the figure itself begins: find_numbers reports that alone
        return numeral
    value = divide(top.value if sign > 0 else negated(top.value), bottom.value)
    if value is None:
        return None
    numeral.kind = "fraction"
    numeral.value = add(whole.value, value) if whole else value
    return numeral


def _integer(folded: str, position: int, limit: int) -> Numeral | None:
    """An integer or decimal numeral at ``position``: its tokens checked for order as they are read."""
    tokens: list[Token] = []
    ends: list[int] = []
    at = position
    approximate = False
    length = min(len(folded), position + 3 * LONGEST)
    arabic_first = folded[position].isdigit()
    while at < length:
        gap = at
        while gap < length and folded[gap] == " " and gap - at < 3:
            gap += 1
        if gap != at and gap >= limit:
            break
        match = _TOKEN.match(folded, gap)
        if match is None:
            break
        which, word = match.lastindex, match.group()
        previous = tokens[-1][0] if tokens else ""
        if which == 1:
            if tokens and (
                previous not in "sbz"
                or (gap != at and not _FRESH.match(folded, gap))
                or ("." in word and (gap != at or previous != "b" or word.index(".") != 4))  # 4万2888.55点
                or ("," in word and (gap != at or previous != "b"))
                or (
                    len(word.replace(",", "").partition(".")[0]) > (tokens[-1][2] or 4)
                    and not _FRESH.match(folded, gap)
                )
                or (_DATE_TAIL.match(folded, match.end()) is not None)
            ):
                break
            if len(word) >= LONGEST:
                break
            tokens.append(("n", Decimal(word.replace(",", "")), len(word)))
        elif which in {2, 3}:
            digit = 0 if which == 2 else DIGITS[word]
            if previous == "n" or (
                previous in "sb" and arabic_first and not _continues(folded, match.end(), which == 2)
            ):
                break
            if gap != at and previous in "dz" and not _continues(folded, match.end(), False):
                break
            tokens.append(("z" if which == 2 else "d", digit, 0))
        elif which == 4:
            exponent = SMALL[word]
            if (previous == "s" and (exponent > 1 or tokens[-1][2] < 2)) or (previous == "b" and arabic_first):
                break
            if previous == "b" and gap != at:
                break
            tokens.append(("s", 0, exponent))
        elif which == 5:
            if previous == "b" and len(tokens) > 2 and tokens[-2][0] == "b" and tokens[-3][0] == "b":
                break
            tokens.append(("b", 0, BIG[word]))
        elif which == 6:
            if previous and previous not in "sbz":
                break
            tokens.extend((("d", TENS[word], 0), ("s", 0, 1)))
            ends.append(gap)
        else:
            beyond = match.end()
            while beyond < length and folded[beyond] == " " and beyond - match.end() < 2:
                beyond += 1
            closing = beyond < length and folded[beyond] in BIG
            if not tokens or not (closing or (word == "几" and previous in "sz" and not arabic_first)):
                break
            if word == "几" and not closing and folded[match.end() : match.end() + 1] in ("乎", "何"):
                break
            approximate = True
            at = match.end()
            if not closing:
                tokens_end = at
                return _finish(
                    folded, position, tokens_end, tokens, approximate=approximate, arabic=arabic_first, limit=limit
                )
            continue
        at = match.end()
        ends.append(at)
    if not tokens:
        return None
    return _finish(folded, position, at, tokens, approximate=approximate, arabic=arabic_first, limit=limit)


def _continues(folded: str, position: int, zero: bool) -> bool:
    """Whether a scale word follows, which makes a digit behind 5万 part of the same numeral (5万三千)."""
    while position < len(folded) and folded[position] == " ":
        position += 1
    following = folded[position : position + 1]
    return bool(following) and (following in SCALES or (zero and (following in DIGITS or following.isdigit())))


def _finish(
    folded: str, position: int, end: int, tokens: list[Token], *, approximate: bool, arabic: bool, limit: int
) -> Numeral | None:
    kinds = "".join(token[0] for token in tokens)
    if kinds.strip("sb") == "":
        several = position > 0 and folded[position - 1] in "数几"
        first = folded[position]
        lone = len(kinds) == 1 and first not in "十拾"
        numeral = Numeral(position, end, Decimal(0))
        if several:
            numeral.start -= 2 if folded.startswith("好几", position - 2) and position > 1 else 1
            approximate = True
        elif lone or (kinds == "bb" and folded[end - 1] == first):
            numeral.pair = True  # a lone scale word: no numeral unless a hedge or unit asks for it
    else:
        numeral = Numeral(position, end, Decimal(0))
    numeral.chinese = not arabic
    numeral.approximate = approximate
    _pairs(numeral, tokens, kinds)
    if numeral.high is None:
        numeral.value, _ = evaluate(tokens)
    numeral.scaled = "s" in kinds or "b" in kinds
    trailing = 0
    for kind, _, exponent in reversed(tokens):
        if kind not in "sb":
            break
        trailing += exponent
        if kind == "b":
            numeral.exponent += exponent
    if not numeral.exponent:
        numeral.exponent = trailing
    if numeral.high is None and not approximate:
        point = _POINT.match(folded, end)
        if point and not (arabic and (point.group(1)[0].isdigit() or kinds == "n")):
            tail = point.end()
            while folded[tail - 1] == " ":
                tail -= 1
            scale = re.compile(rf" {{0,2}}([{_SMALL}{_BIG}]+)").match(folded, tail)
            if scale and scale.group(1)[0] in "十百拾佰" and scale.group(1)[-1] not in BIG:
                return numeral
            if folded[tail : tail + 1] == "刻":
                return numeral
            digits = "".join(
                char if char.isdigit() and char.isascii() else str(DIGITS[char])
                for char in point.group(1)
                if char != " "
            )
            numeral.value = add(numeral.value, shifted("0." + digits, 0))
            numeral.end = tail
            numeral.exponent = 0
            if scale and not (limit < scale.end() and folded[scale.end() - 1] == " "):
                kept = _sound_scales(scale.group(1))
                words = scale.group(1)[:kept]
                numeral.exponent = sum(SCALES[word] for word in words)
                numeral.value = times_power(numeral.value, numeral.exponent)
                numeral.end = scale.start(1) + kept
                numeral.scaled = True
    return numeral


def _pairs(numeral: Numeral, tokens: list[Token], kinds: str) -> None:
    """Two rising digits side by side before or after a scale word, or alone, are a range: 三四百, 十七八, 六七."""
    at = kinds.find("dd")
    if at < 0 or (kinds.count("d") > 2 and "ddd" in kinds):
        return
    low, high = int(tokens[at][1]), int(tokens[at + 1][1])
    if not (high - low == 1 or (low, high) in ((3, 5), (1, 3))) or low < 1:
        return
    followed = at + 2 < len(kinds) and kinds[at + 2] in "sb"
    preceded = at > 0 and tokens[at - 1][0] == "s" and tokens[at - 1][2] == 1 and at + 2 == len(kinds)
    alone = len(kinds) == 2
    if not (followed or preceded or alone):
        return
    numeral.value, _ = evaluate([*tokens[: at + 1], *tokens[at + 2 :]])
    numeral.high, _ = evaluate([*tokens[:at], *tokens[at + 1 :]])
    numeral.pair = alone
