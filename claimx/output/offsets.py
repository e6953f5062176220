"""Spans of a written document counted in UTF-8 bytes or UTF-16 code units instead of code points."""

from __future__ import annotations

from typing import Any, Literal

Unit = Literal["codepoint", "byte", "utf16"]

_CODEC = {"byte": ("utf-8", 1), "utf16": ("utf-16-le", 2)}


def converted(record: dict[str, Any], text: str, unit: Unit) -> dict[str, Any]:
    """``record`` (of ``Document.to_dict``) with every ``start`` and ``end`` counted in ``unit``.

    Spans stay half-open. A record not in code points says so in ``offsets``. Lone surrogates count as three bytes.
    """
    if unit == "codepoint":
        return record
    offsets: set[int] = set()
    _collect(record, offsets)
    moved: dict[str, Any] = _moved(record, positions(text, offsets, unit))
    return {"schema": moved.pop("schema", None), "offsets": unit, **moved}


def positions(text: str, offsets: set[int], unit: Unit) -> dict[int, int]:
    """Where each of ``offsets`` (code points of ``text``) lies when counted in ``unit``."""
    if unit == "codepoint":
        return {offset: offset for offset in offsets}
    codec, width = _CODEC[unit]
    where: dict[int, int] = {}
    last = total = 0
    for offset in sorted(offsets):
        total += len(text[last:offset].encode(codec, "surrogatepass")) // width
        where[offset] = total
        last = offset
    return where


def _collect(value: Any, offsets: set[int]) -> None:
    if isinstance(value, dict):
        if isinstance(value.get("start"), int) and isinstance(value.get("end"), int):
            offsets.update((value["start"], value["end"]))
        for inner in value.values():
            _collect(inner, offsets)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            _collect(inner, offsets)


def _moved(value: Any, where: dict[int, int]) -> Any:
    if isinstance(value, dict):
        spanned = isinstance(value.get("start"), int) and isinstance(value.get("end"), int)
        return {
            key: where[inner] if spanned and key in ("start", "end") else _moved(inner, where)
            for key, inner in value.items()
        }
    return [_moved(inner, where) for inner in value] if isinstance(value, (list, tuple)) else value
