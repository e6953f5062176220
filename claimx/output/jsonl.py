"""Documents as JSON: one line each, the records of the ``claimx/1`` schema."""

from __future__ import annotations

from typing import Any

import msgspec

from claimx.model import Document, Record, encode_json
from claimx.output.offsets import Unit, converted


def json_line(document: Record, offsets: Unit = "codepoint") -> str:
    """One line of JSON without line break; always valid UTF-8, for lone surrogates are written as ``\\udXXX``."""
    return encode_json(_plain(document, offsets))


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
