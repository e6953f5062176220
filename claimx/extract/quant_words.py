"""Quantities that are words: 三位数, 过半, 翻番 …, found by their own patterns."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

from claimx.extract.hedges import left_hedge, right_hedge
from claimx.extract.num_parse import DIGITS
from claimx.extract.quant_item import context_pattern
from claimx.model import Bound, QuantityKind

_PLACES = re.compile(
    r"(?<![年第十百千万亿0-9])((?<![法人企业各市主参])单(?=位数的?(?:百分|增|升|跌|降|减|下|上|成|年|幅|涨|回|%))|[个两双二三四五六])位数(?!字|量|目|组|码|的?(?:价格|售价|元|美元|密码|代码|员工|股票|人|家|公司|用户|编码|号码))(?:字)?"
)
_HALF = re.compile(
    r"(?P<hedge>过|超过|超|近|逾|接近|不到|不足|将近|约|大约|逾越|达到|达|足足)(?P<a>半数|半)(?![年个天导小路程场山月途径岛成价载截推封官球自]|数)"
    r"|(?P<b>(?<![大小多一前后])半数)(?!人马)"
)
_HALF_POINT = re.compile(r"半个(百分点|点(?!钟|位))|(?<![一二三四五六七八九十0-9])半码")
_DOUBLE = re.compile(
    r"翻(?:了|上)?(?P<inner>近|约|逾|超|超过|接近)?(?:(?P<digit>[一二两三四五六七八九0-9])(?:倍|番)|(一)?番|倍)(?!译|云|山|阅|滚|新)"
)
_BOUNDS: dict[str, Bound] = {
    "过": "over", "超过": "over", "超": "over", "逾": "over", "近": "near", "接近": "near", "将近": "near", "不到": "under",
    "不足": "under", "约": "about", "大约": "about",
}  # fmt: skip


class Worded(NamedTuple):
    """A quantity stated in words alone."""

    start: int
    end: int
    kind: QuantityKind
    value: Decimal
    high: Decimal | None
    unit: str
    bound: Bound


def find_worded(folded: str) -> list[Worded]:
    """Quantities that are whole words, in no order."""
    found: list[Worded] = []
    if "位数" in folded:
        for match in _PLACES.finditer(folded):
            figures = {"个": 1, "单": 1, "双": 2}.get(match.group(1)) or DIGITS[match.group(1)]
            low = Decimal(10) ** (figures - 1)
            found.append(Worded(match.start(), match.end(), "percent", low, low * 10 - 1, "percent", "exact"))
    if "半" in folded:
        for match in _HALF.finditer(folded):
            group = "a" if match.group("a") else "b"
            bound: Bound = _BOUNDS.get(match.group("hedge") or "", "exact")
            found.append(Worded(match.start(group), match.end(group), "ratio", Decimal("0.5"), None, "x", bound))
        for match in _HALF_POINT.finditer(folded):
            around = max(0, match.start() - 40), match.end() + 20
            if not match.group(1) and not context_pattern("rate_step").search(folded, *around):
                continue
            half = Decimal("0.5") if match.group(1) else Decimal("0.125")  # 码: a quarter of a point
            found.append(Worded(match.start(), match.end(), "percentage_point", half, None, "pp", "exact"))
    if "翻" in folded:
        for match in _DOUBLE.finditer(folded):
            digit = match.group("digit")
            if digit and match.group().endswith("倍"):
                continue  # 翻了三倍 is the multiple 三倍
            times = (int(digit) if digit.isdigit() and digit.isascii() else DIGITS[digit]) if digit else 1
            left, right = left_hedge(folded, match.start()), right_hedge(folded, match.end(), True)
            hedge = _BOUNDS.get(match.group("inner") or "") or (left and left.bound) or (right and right.bound)
            found.append(Worded(match.start(), match.end(), "ratio", Decimal(2) ** times, None, "x", hedge or "exact"))
    return found
