"""Quantities of a text: money, percentages, ratios, counts, measures, points and ranks, with value, unit and bound.

Rules are those of GUIDELINES A; the words live in the lexicon (``units.tsv``, ``classifiers.tsv``, ``currencies.tsv``,
``currency_home.toml``, ``hedges.toml``, ``quant_context.toml``, ``ranks.toml``, ``number_guards.toml``). Spans are
half-open ranges of code points of the text as given, hedges left out. Values are exact Decimals in the unit named:
money in major units, ``percent``, ``pp``, ``x`` for ratios.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from claimx.errors import InvalidOption
from claimx.extract.currency_home import Home
from claimx.extract.hedges import left_hedge, right_hedge
from claimx.extract.num_parse import negated, plain
from claimx.extract.quant_bounds import SCALE_WORDS, bounds
from claimx.extract.quant_item import Item
from claimx.extract.quant_items import find_items
from claimx.extract.quant_join import conversions, join
from claimx.extract.quant_kind import settled, vague
from claimx.extract.quant_units import HOME, YEN_SIGN
from claimx.extract.quant_words import find_worded
from claimx.extract.ranks import find_ranks
from claimx.model import Bound, Quantity, QuantityKind
from claimx.source.text import Text, fold


def find_quantities(
    text: Text, *, blocked: Sequence[tuple[int, int]] = (), home_currency: str | None = None
) -> list[Quantity]:
    """Every quantity of ``text``, in text order and without overlaps. Never raises on any text.

    ``blocked`` are sorted spans of names and times, in which no quantity lies; only an amount that reads further than one
    (一千日元 over 一千日) stands. ``home_currency`` is the ISO code of a bare 元 where the text states none (default: the
    home market that the text speaks for).
    """
    raw, folded = text.raw, text.folded
    items, ordinals = find_items(raw, folded, blocked)
    items = join(folded, items)
    items = settled(folded, items)
    bounds(folded, items)
    items = [item for item in items if not vague(folded, item)]
    conversions(folded, items)
    _currencies(raw, folded, items, home_currency)
    found: list[tuple[int, int, Quantity | Item]] = [(item.start, item.end, item) for item in items]
    for one in find_worded(folded):
        quantity = Quantity(
            one.start, one.end, raw[one.start : one.end], one.kind, one.value, one.high, one.unit, one.bound
        )
        found.append((one.start, one.end, quantity))
    for rank in find_ranks(folded, ordinals, blocked):
        quantity = Quantity(rank.start, rank.end, raw[rank.start : rank.end], "rank", rank.value, None, "rank")
        found.append((rank.start, rank.end, quantity))
    found.sort(key=lambda one: (one[0], -one[1]))
    return _assembled(raw, found, blocked)


def _assembled(
    raw: str, found: list[tuple[int, int, Quantity | Item]], blocked: Sequence[tuple[int, int]]
) -> list[Quantity]:
    """Non-overlapping quantities outside ``blocked``, with ``same_as`` as indices."""
    result: list[Quantity] = []
    index: dict[int, int] = {}
    last = 0
    at_block, n_blocks = 0, len(blocked)
    for start, end, one in found:
        if start < last or end <= start:
            continue
        while at_block < n_blocks and blocked[at_block][1] <= start:
            at_block += 1
        if at_block < n_blocks and blocked[at_block][0] < end and not (isinstance(one, Item) and one.free):
            continue
        last = end
        if isinstance(one, Quantity):
            result.append(one)
            continue
        index[id(one)] = len(result)
        low, high = plain(one.value), None if one.high is None else plain(one.high)
        if one.sign < 0:
            low, high = (negated(low), None) if high is None else (negated(high), negated(low))
        result.append(
            Quantity(
                start,
                end,
                raw[start:end],
                cast(QuantityKind, one.kind),
                low,
                high,
                raw[end - len(one.unit) : end] if one.unit and one.form and _as_written(one, raw, end) else one.unit,
                cast(Bound, one.bound or "exact"),
                index.get(id(one.same_as)) if one.same_as is not None else None,
            )
        )
    return result


def _as_written(item: Item, raw: str, end: int) -> bool:
    """Whether the unit closes the span, so that it can be given in the script of the text."""
    if item.kind not in ("count", "measure", "points") or item.unit is None:
        return False
    return fold(raw[end - len(item.unit) : end]) == item.unit


def _currencies(raw: str, folded: str, items: list[Item], home_currency: str | None) -> None:
    """Resolve every bare 元, and amounts without any unit."""
    stated = [
        (item.start, item.unit, item.currency_given)
        for item in items
        if item.kind == "money" and item.explicit and item.unit is not None and item.same_as is None
    ]
    home = Home(raw, folded, stated, home_currency)
    last: Item | None = None
    foreign = _only_foreign(items)
    for item in items:
        if item.kind != "money":
            continue
        if item.unit == YEN_SIGN:
            item.unit = "JPY" if home.in_yen else "CNY"
        elif item.unit == HOME:
            if item.form in ("蚊", "仙"):
                item.unit = "HKD"
            elif item.bare and last is not None and last.explicit and not _apart(folded, last, item):
                item.unit = last.unit  # 报价0.84港元，成交额467.57万
            elif item.bare and foreign is not None:
                item.unit = foreign
            else:
                item.unit = home.at(item.start, item.scaled)
        if item.same_as is None and not item.bare:
            last = item


def _only_foreign(items: list[Item]) -> str | None:
    """The one currency that a text names several times where it never writes a bare 元: that of its bare amounts, too."""
    named = [item.unit for item in items if item.kind == "money" and not item.bare and item.same_as is None]
    return named[0] if len(named) > 2 and len(set(named)) == 1 and named[0] not in (HOME, YEN_SIGN) else None


def _apart(folded: str, first: Item, second: Item) -> bool:
    return second.start - first.end > 80 or "\n" in folded[first.end : second.start]


def parse_quantity(s: str, *, home_currency: str | None = None) -> Quantity | None:
    """The quantity that the whole of ``s`` states, white space and hedges around it aside; None where it is not just one.

    Raises :class:`claimx.errors.InvalidOption` where ``s`` is no string.
    """
    if not isinstance(s, str):
        raise InvalidOption(f"parse_quantity wants a string, not {type(s).__name__}; pass the phrase itself.")
    text = Text(s)
    found = find_quantities(text, home_currency=home_currency)
    if len(found) != 1:
        return None
    only = found[0]
    folded = text.folded
    left = left_hedge(folded, only.start, folded[only.start] in SCALE_WORDS)
    right = right_hedge(folded, only.end, True)
    first = left.start if left else only.start
    last = right.end if right else only.end
    return only if not folded[:first].strip() and not folded[last:].strip() else None
