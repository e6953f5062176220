"""The value of a numeral: exact decimals from Arabic digits, Chinese digits and scale words, in linear time.

Nothing here knows about text around a numeral; :mod:`claimx.extract.num_scan` finds numerals and hands their tokens over.
"""

from __future__ import annotations

import decimal
from collections.abc import Sequence
from decimal import Decimal

DIGITS = {
    **dict(zip("零一二三四五六七八九", range(10), strict=True)),
    **dict(zip("零壹贰叁肆伍陆柒捌玖", range(10), strict=True)),
    "〇": 0, "○": 0, "两": 2, "俩": 2, "参": 3, "弌": 1, "弍": 2, "弎": 3, "幺": 1,
}  # fmt: skip
SMALL = {"十": 1, "百": 2, "千": 3, "拾": 1, "佰": 2, "仟": 3}
BIG = {"万": 4, "亿": 8, "兆": 12}
TENS = {"廿": 2, "卅": 3, "卌": 4}
SCALES = {**SMALL, **BIG}
# capital numerals that are everyday characters, too
EVERYDAY = frozenset("伍陆肆参拾")
LATIN_SCALES = {"k": 3, "K": 3, "w": 4, "W": 4, "m": 6, "M": 6, "b": 9, "B": 9, "G": 9, "T": 12}

# wide enough for every numeral a text states in words; longer digit strings never take part in arithmetic
LONGEST = 400
_WIDE = decimal.Context(prec=4 * LONGEST, Emax=decimal.MAX_EMAX, Emin=decimal.MIN_EMIN)
_ZERO = Decimal(0)

# a token of a numeral: (kind, value, exponent): "n" number as written (its length for an exponent), "d" digit, "z" zero, "s" small scale, "b" big scale
Token = tuple[str, Decimal | int, int]


def plain(value: Decimal) -> Decimal:
    """``value`` without exponent or trailing zeros of the fraction."""
    exponent = value.as_tuple().exponent
    if not isinstance(exponent, int) or not exponent:
        return value
    if not value:
        return _ZERO
    if exponent > 0:
        return _WIDE.quantize(value, Decimal(1))
    reduced = value.normalize(_WIDE)
    exponent = reduced.as_tuple().exponent
    return _WIDE.quantize(reduced, Decimal(1)) if isinstance(exponent, int) and exponent > 0 else reduced


def shifted(digits: str, exponent: int) -> Decimal:
    """The number written ``digits`` (ASCII digits and at most one point) times ten to ``exponent``, exactly."""
    whole, _, part = digits.partition(".")
    if exponent > 0:
        whole, part = whole + part[:exponent].ljust(exponent, "0"), part[exponent:]
    elif exponent < 0:
        whole = whole.rjust(-exponent, "0")
        whole, part = whole[:exponent], whole[exponent:] + part
    part = part.rstrip("0")
    whole = whole.lstrip("0") or "0"
    return Decimal(f"{whole}.{part}" if part else whole)


def negated(value: Decimal) -> Decimal:
    """``-value`` exactly, whatever its length; zero has no sign."""
    return value.copy_negate() if value else value


def is_whole(value: Decimal) -> bool:
    """Whether ``value`` has no fraction; holds for any length, unlike ``%``, which is bounded by the context."""
    return value == value.to_integral_value()


def times_power(value: Decimal, exponent: int) -> Decimal:
    """``value`` times ten to ``exponent``, plain."""
    return plain(value.scaleb(exponent, _WIDE)) if exponent else value


def add(first: Decimal, second: Decimal) -> Decimal:
    """Exact sum."""
    return plain(_WIDE.add(first, second))


def multiply(first: Decimal, second: Decimal) -> Decimal:
    """Exact product."""
    return plain(_WIDE.multiply(first, second))


def divide(first: Decimal, second: Decimal) -> Decimal | None:
    """Quotient to 28 digits; None where ``second`` is zero."""
    return plain(first / second) if second else None


def evaluate(tokens: Sequence[Token]) -> tuple[Decimal, int]:
    """Value of integer ``tokens``, and the exponent that a following bare digit would take its place from.

    Sections are summed and multiplied by the scale word that closes them; a bigger scale word takes up all smaller ones
    before it (三千万亿). A last bare digit takes the place below the last scale word (一万三 is 13,000).
    """
    parts: list[tuple[int, Decimal]] = []  # (exponent, value), exponents falling
    section = _ZERO
    current: Decimal | None = None
    last = 0
    after_zero = False
    run = 0
    for kind, value, exponent in tokens:
        if kind == "n":
            current = Decimal(value)
            run = exponent  # its length: a lone digit may take the place below the scale word, 01 may not
        elif kind in {"d", "z"}:
            if current is None:
                if kind == "z" and (section or parts):
                    after_zero = True
                    continue
                current, run = Decimal(value), 1
            else:
                current, run = _WIDE.add(_WIDE.multiply(current, Decimal(10)), Decimal(value)), run + 1
        elif kind == "s":
            factor = current if current else Decimal(1)
            section = _WIDE.add(section, factor.scaleb(exponent, _WIDE))
            current, last, after_zero = None, exponent, False
        else:
            low = _WIDE.add(section, current or _ZERO)
            empty = not section and current is None
            while parts and (parts[-1][0] < exponent or (empty and parts[-1][0] == exponent)):
                low = _WIDE.add(low, parts.pop()[1])
            if not low and empty:
                low = Decimal(1)
            parts.append((exponent, low.scaleb(exponent, _WIDE)))
            section, current, last, after_zero = _ZERO, None, exponent, False
    if current is not None:
        if run == 1 and last >= 2 and not after_zero:
            current = current.scaleb(last - 1, _WIDE)
        section = _WIDE.add(section, current)
    total = section
    for _, part in parts:
        total = _WIDE.add(total, part)
    return plain(total), last
