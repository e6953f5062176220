"""What may stand right of a numeral: units, classifiers and currencies, looked up by longest form.

The forms are lexicon data (``units.tsv``, ``classifiers.tsv``, ``currencies.tsv``, ``currency_home.toml``).
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from claimx.lexicon.loader import parse_tsv, read_text, read_toml, read_tsv
from claimx.source.text import fold

YEN_SIGN = "¥"  # yuan or yen: decided by the document, too
HOME = "HOME"  # the unit of a bare 元: which currency is decided by the document


class Unit(NamedTuple):
    """A unit form: its kind, canonical unit ("=" as written) and power of ten; ``flag`` asks for a special rule."""

    form: str
    kind: str
    unit: str
    exponent: int
    not_before: tuple[str, ...]
    flag: str = ""


class Forms:
    """Longest-match lookup of forms by prefix at, or suffix before, a position."""

    __slots__ = ("_lengths", "_table", "firsts")

    def __init__(self, table: dict[str, Unit], backward: bool = False) -> None:
        self._table = table
        lengths: dict[str, set[int]] = {}
        for form in table:
            lengths.setdefault(form[-1] if backward else form[0], set()).add(len(form))
        self._lengths = {char: tuple(sorted(sizes, reverse=True)) for char, sizes in lengths.items()}
        self.firsts = frozenset(self._lengths)

    def at(self, text: str, position: int) -> Unit | None:
        """The longest form that begins at ``position`` and is not part of another word."""
        sizes = self._lengths.get(text[position : position + 1])
        if sizes is None:
            return None
        table = self._table
        for size in sizes:
            unit = table.get(text[position : position + size])
            if unit is None:
                continue
            end = position + size
            if unit.not_before and text.startswith(unit.not_before, end):
                continue
            last = unit.form[-1]
            if last.isascii() and last.isalnum() and _is_word(text, end):
                told = (last in "xX" and text[end] in "PE") or (size > 1 and last.isalpha() and text[end].isdigit())
                if not told:  # 0.58xPB, 256GB25,990元
                    continue
            return unit
        return None

    def flagged(self, flag: str) -> frozenset[str]:
        """The forms with ``flag``."""
        return frozenset(form for form, unit in self._table.items() if unit.flag == flag)

    def before(self, text: str, position: int) -> Unit | None:
        """The longest form that ends at ``position``."""
        if position <= 0:
            return None
        sizes = self._lengths.get(text[position - 1])
        if sizes is None:
            return None
        for size in sizes:
            if size <= position:
                unit = self._table.get(text[position - size : position])
                if unit is not None:
                    return unit
        return None


def _is_word(text: str, position: int) -> bool:
    """Whether an ASCII letter or digit stands at ``position``."""
    char = text[position : position + 1]
    return char.isascii() and char.isalnum()


def _split(field: str) -> list[str]:
    return [fold(form.replace("_", " ")) for form in field.split() if form != "-"]


@lru_cache(maxsize=1)
def right_units() -> Forms:
    """Everything that may follow a numeral."""
    table: dict[str, Unit] = {}
    for record in parse_tsv(read_text("classifiers.tsv")):
        exceptions = tuple(_split(record[1])) if len(record) > 1 else ()
        flag = record[2] if len(record) > 2 else ""
        for form in _split(record[0]):
            table[form] = Unit(form, "count", "=", 0, exceptions, flag)
    for record in read_tsv("units.tsv"):
        exceptions = tuple(_split(record[4])) if len(record) > 4 else ()
        for form in _split(record[0]):
            table[form] = Unit(form, record[1], record[2], int(record[3]), exceptions)
    for code, names, symbols, hundredths in read_tsv("currencies.tsv"):
        for form in _split(names):
            table[form] = Unit(form, "money", code, 0, ())
            if form.endswith(("元", "币")):
                table[form + "整"] = Unit(form + "整", "money", code, 0, ())
        for form in _split(symbols):
            table.setdefault(form, Unit(form, "money", code, 0, ()))
        for form in _split(hundredths):
            table[form] = Unit(form, "money", code, -2, (), "sub")
    bare = read_toml("currency_home.toml")["bare"]
    exceptions = tuple(_split(bare["not_before"]))
    for form in _split(bare["major"]):
        table[form] = Unit(form, "money", HOME, 0, exceptions, "loose" if form == fold(bare["loose"]) else "")
    for form in _split(bare["tenth"]):
        table[form] = Unit(form, "money", HOME, -1, ("色", "度", "落", "膜", "病", "利", "巾", "衣", "笔", "绒"), "sub")
    for form in _split("分钱 仙"):
        table[form] = Unit(form, "money", HOME, -2, ("居", "人", "女", "股", "境"), "sub")
    return Forms(table)


@lru_cache(maxsize=1)
def sub_units() -> frozenset[str]:
    """Names of tenths and hundredths of a currency."""
    return right_units().flagged("sub")


@lru_cache(maxsize=1)
def left_currencies() -> Forms:
    """Names, symbols and codes of currencies that may stand before an amount."""
    table: dict[str, Unit] = {}
    for code, names, symbols, _ in read_tsv("currencies.tsv"):
        for form in (*_split(names), *_split(symbols)):
            table[form] = Unit(form, "money", code, 0, (), "symbol" if form.isascii() or len(form) == 1 else "")
    for form in "¥￥":
        table[form] = Unit(form, "money", "CNY", 0, (), "yen")
    for form in ("元", "圆", "块", "镑", "铢"):
        table.pop(form, None)
    return Forms(table, backward=True)


@lru_cache(maxsize=1)
def latin_units() -> frozenset[str]:
    """Unit forms of ASCII letters."""
    return frozenset(
        form for record in read_tsv("units.tsv") for form in record[0].split() if form.isascii() and form.isalpha()
    )
