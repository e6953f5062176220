"""Third step of the quantity extractor: what the hedges around each item say about its value."""

from __future__ import annotations

import re
from functools import lru_cache

from claimx.extract.hedges import left_hedge, past_bracket, right_hedge
from claimx.extract.quant_item import Item, context_pattern, context_words

SCALE_WORDS = frozenset("十百千万亿兆半")
_LIST = re.compile(r" ?(?:、|和|及|与|以及) ?")
_SHARED = ("over", "under", "at_least", "at_most")


@lru_cache(maxsize=1)
def _far() -> tuple[tuple[str, re.Pattern[str]], ...]:
    words = context_words()
    return tuple(
        (bound, re.compile("(?:" + "|".join(words[name]) + r")[^，。;、,;:!?\n]{1,18}的 ?$"))
        for bound, name in (
            ("about", "far_about"),
            ("under", "far_under"),
            ("near", "far_near"),
            ("at_most", "far_at_most"),
            ("at_least", "far_at_least"),
        )
    )


@lru_cache(maxsize=1)
def _settled_level() -> tuple[str, ...]:
    return context_words()["stated_levels"]


def bounds(folded: str, items: list[Item]) -> None:
    """Set the bound of each item; members of a list share the hedge before the first or behind the last of them."""
    previous: Item | None = None
    shared: str | None = None
    for item in items:
        by_left = _bound(folded, item)
        if by_left:
            each = context_pattern("each").search(folded, max(0, item.start - 12), item.start)
            shared = item.bound if each or item.bound in _SHARED else None
        elif shared is not None and item.bound is None and previous is not None and _listed(folded, previous, item):
            item.bound = shared
        else:
            shared = None
        previous = item
    for index in range(len(items) - 2, -1, -1):
        item, following = items[index], items[index + 1]
        behind = item.bound is None and following.bound in ("at_least", "at_most") and _listed(folded, item, following)
        if behind and context_pattern("each").search(folded, max(0, item.start - 24), item.start):
            item.bound = following.bound


def _listed(folded: str, first: Item, second: Item) -> bool:
    return (
        first.kind == second.kind
        and second.start - first.end <= 4
        and _LIST.fullmatch(folded, first.end, second.start) is not None
    )


def _bound(folded: str, item: Item) -> bool:
    """Read the hedges around an item; True where one stands on its left."""
    if item.numeral.approximate:
        item.bound = "over"
    start = item.hedge_at if item.hedge_at >= 0 else item.start
    left = left_hedge(folded, start, folded[item.start] in SCALE_WORDS)
    if left is not None and not _compared(folded, item):
        item.bound = left.bound
    elif left is None and item.kind in ("percent", "ratio", "money", "count"):
        for bound, pattern in _far():
            part = item.kind == "ratio" or (item.kind == "percent" and bound in ("about", "at_most", "under"))
            if (part or bound == "at_least") and pattern.search(folded, max(0, start - 28), start):
                item.bound = bound
                break
    right = right_hedge(folded, item.end, not item.bare)
    if right is not None and right.bound is not None:
        weak = item.bound is None or item.bound == "about" or left is None
        if (weak or (item.bound == "over" and right.bound == "about")) and not item.bound == right.bound == "over":
            item.bound = right.bound
    elif right is None and item.kind == "money":
        behind = past_bracket(folded, item.end)
        if behind is not None:
            item.bound = behind
    return left is not None


def _compared(folded: str, item: Item) -> bool:
    """跌破24.5元的发行价: the amount is the level itself, stated exactly."""
    return folded.startswith("的", item.end) and folded.startswith(_settled_level(), item.end + 1)
