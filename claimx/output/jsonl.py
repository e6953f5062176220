"""Documents as JSON: one line each, the records of the ``claimx/1`` schema."""

from __future__ import annotations

import json
from typing import Any

import msgspec

from claimx.model import Document, Record, encode_json
from claimx.output.offsets import Unit, converted


def json_line(document: Record, offsets: Unit = "codepoint") -> str:
    """One line of JSON without line break; always valid UTF-8, for lone surrogates are written as ``\\udXXX``."""
    return _encoded(_plain(document, offsets))


def json_page(document: Record, offsets: Unit = "codepoint") -> str:
    """The same record, indented for reading (but on one line where it holds lone surrogates)."""
    line = json_line(document, offsets)
    try:
        return msgspec.json.format(line, indent=2)
    except msgspec.DecodeError:
        return line


def _plain(document: Record, offsets: Unit) -> dict[str, Any]:
    if not isinstance(document, Document):
        document = Document(**{name: getattr(document, name) for name in Record.__struct_fields__})
    return converted(document.to_dict(), document.text, offsets)


def _encoded(value: dict[str, Any]) -> str:
    try:
        return encode_json(value)
    except UnicodeEncodeError:
        return encode_json(_escaped(value))


def _escaped(value: Any) -> Any:
    """``value`` with the strings that UTF-8 cannot hold already written as ASCII-only JSON."""
    if isinstance(value, str):
        return value if _encodable(value) else msgspec.Raw(json.dumps(value).encode("ascii"))
    if isinstance(value, dict):
        return {key: _escaped(inner) for key, inner in value.items()}
    return [_escaped(inner) for inner in value] if isinstance(value, (list, tuple)) else value


def _encodable(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
