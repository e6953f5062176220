"""The atoms that times are made of, and the value of the short numerals in them.

An atom is a piece of the folded view with a kind and numbers. Kinds are those of ``lexicon/times.tsv`` and: year years yy
yyears roc bare plan decade century · fyear fquarter fquarters endquarter · half quarter quarters month months ym day days
date md weekday nth_weekday clock holiday lunar · latin_q latin_h latin_m · first last trailing coming nth (前三个月,
最后五天, 上两周, 下一个月, 第三周) · count (a counted unit) · set. :mod:`claimx.extract.time_scan` finds them.
"""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from claimx.extract.num_parse import DIGITS, SCALES, SMALL, TENS, Token, evaluate

CN_DIGIT = "".join(DIGITS)
CN = CN_DIGIT + "".join(SMALL) + "".join(TENS)
_ZEROS = frozenset("零〇○")


class Atom(NamedTuple):
    """A piece of a time: ``value`` and ``high`` are its numbers, ``word`` a name or unit, ``mark`` how it was written."""

    start: int
    end: int
    kind: str
    value: int = 0
    high: int = 0
    word: str = ""
    mark: str = ""
    parts: tuple[tuple[Decimal, str], ...] = ()


@lru_cache(maxsize=4096)
def number(text: str) -> Decimal | None:
    """The value of a short numeral, Arabic or Chinese; 几十 and 数百 stand for their lowest, 整 for one."""
    text = text.lstrip("几数").replace("整", "一")
    if not text:
        return None
    if text[0].isascii():
        return Decimal(text)
    tokens: list[Token] = []
    for char in text:
        if char.isascii():
            tokens.append(("d", int(char), 0))
        elif char in _ZEROS:
            tokens.append(("z", 0, 0))
        elif char in DIGITS:
            tokens.append(("d", DIGITS[char], 0))
        elif char in TENS:
            tokens.extend((("d", TENS[char], 0), ("s", 0, 1)))
        elif char in SMALL:
            tokens.append(("s", 0, SCALES[char]))
        elif char in SCALES:
            tokens.append(("b", 0, SCALES[char]))
        else:
            return None
    return evaluate(tokens)[0]


@lru_cache(maxsize=4096)
def small(text: str) -> int:
    """The whole number of ``text``, or 0 where it is none."""
    value = number(text) if text else None
    return int(value) if value is not None and value == value.to_integral_value() and value < 10**9 else 0


def digits(text: str) -> int:
    """The number whose digits, Arabic or Chinese, are written one after the other (二〇二五)."""
    value = 0
    for char in text:
        digit = int(char) if char.isascii() else DIGITS.get(char, 0)
        value = value * 10 + digit
    return value
