"""Numerals of a text, Chinese and Arabic: cardinals, ordinals and fractions with exact values.

Rules: the numeral grammar is that of everyday and financial Chinese (大写 included); words that merely hold a numeral
character are listed in ``lexicon/number_guards.toml``. Spans are half-open ranges of code points of the text as given.
"""

from __future__ import annotations

import re
from decimal import Decimal

from claimx.extract.num_parse import EVERYDAY, LATIN_SCALES, is_whole, multiply, negated, times_power
from claimx.extract.num_scan import Numeral, scan
from claimx.model import Number, NumberKind
from claimx.source.text import Text

_LATIN_SCALE = re.compile(r" ?([kKwWMmBGT])(?![A-Za-z0-9])")
_LATIN_RUN = re.compile(r"[A-Za-z]+")
_ORDINAL = re.compile(r"第 {0,2}\Z")
_DOZEN = re.compile(r"打(?![击包开造算电印卡扮折响断破下工车架压好磨])")
_HALF = re.compile(r"半个(?!月|小时|多|季度|世纪|钟|星期)")
_NEGATIVE = re.compile(r"(?<![胜自肩担抱])负的?\Z")


def find_numbers(text: Text) -> list[Number]:
    """Every numeral in ``text``, in text order and without overlaps. Never raises.

    A sign belongs to the span. 百分之五 gives the figure 五 alone (its percentage is a quantity); 五分之一 is a fraction.
    """
    raw, folded = text.raw, text.folded
    found = [number for numeral in scan(raw, folded) if (number := _number(raw, folded, numeral)) is not None]
    if "半个" in folded:
        for match in _HALF.finditer(folded):
            taken = any(number.start < match.end() and match.start() < number.end for number in found)
            if not taken and folded[max(0, match.start() - 1) : match.start()] not in (
                "大",
                "小",
                "一",
                "多",
                "前",
                "后",
            ):
                found.append(
                    Number(match.start(), match.end(), raw[match.start() : match.end()], Decimal("0.5"), "fraction")
                )
        found.sort(key=lambda number: number.start)
    return found


def _number(raw: str, folded: str, numeral: Numeral) -> Number | None:
    start, end, value = numeral.start, numeral.end, numeral.value
    kind: NumberKind = "fraction" if numeral.kind == "fraction" else "cardinal"
    if numeral.latin or (numeral.pair and numeral.high is None):
        return None
    if numeral.kind == "percent":
        start = numeral.exponent
        inner = scan(raw[start:end], folded[start:end])
        if len(inner) != 1:
            return None
        value = inner[0].value
    elif end - start == 1 and folded[start] in EVERYDAY and folded.strip() != folded[start]:
        return None
    if folded.startswith("折", end) or (folded.startswith("成", end) and numeral.chinese and end - start == 1):
        return None
    if not numeral.chinese and not numeral.scaled:
        suffix = _LATIN_SCALE.match(folded, end)
        if (
            suffix
            and (suffix.group(1) != "G" or not is_whole(value))
            and not (suffix.group(1) == "m" and suffix.group()[0] != " ")
        ):
            if kind == "cardinal":
                value, end = times_power(value, LATIN_SCALES[suffix.group(1)]), suffix.end()
        elif end < len(folded) and folded[end].isascii() and folded[end].isalpha():
            letters = _LATIN_RUN.match(folded, end)
            if letters and not _is_unit(letters.group()):
                return None
    dozen = _DOZEN.match(folded, end) if numeral.chinese or folded.startswith("打", end) else None
    if dozen:
        value, end = multiply(value, Decimal(12)), dozen.end()
    if numeral.sign_at >= 0 and numeral.kind != "percent":
        start = numeral.sign_at
        if folded[start] != "+":
            value = negated(value)
    elif numeral.chinese is False and start > 1 and folded[start - 1] == " " and folded[start - 2] == "负":
        start, value = start - 2, negated(value)
    ordinal = _ORDINAL.search(folded, max(0, start - 3), start)
    if ordinal:
        start, kind = ordinal.start(), "ordinal"
    return Number(start, end, raw[start:end], value, kind)


def _is_unit(letters: str) -> bool:
    from claimx.extract.quant_units import latin_units

    return letters in latin_units()


def parse_number(s: str) -> Decimal | None:
    """The value of ``s`` where all of it is one numeral (white space around it aside), else None."""
    stripped = s.strip()
    found = find_numbers(Text(stripped))
    if len(found) == 1 and found[0].start == 0 and found[0].end == len(stripped):
        return found[0].value
    return None
