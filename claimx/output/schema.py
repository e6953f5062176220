"""The JSON Schema of ``claimx/1``, made from the typed objects themselves."""

from __future__ import annotations

from typing import Any

import msgspec

from claimx.model import SCHEMA, Record


def json_schema() -> dict[str, Any]:
    """The schema of one line of output: every field is always written, and values are exact number literals."""
    schema: dict[str, Any] = _as_written(msgspec.json.schema(Record))
    schema["$defs"]["Record"]["properties"]["offsets"] = {
        "enum": ["byte", "utf16"],
        "description": "What start and end count, where it is not code points.",
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": SCHEMA,
        "description": "One document a line. start and end are half-open offsets in code points of the text; until is exclusive.",
        **schema,
    }


def _as_written(node: Any) -> Any:
    if isinstance(node, list):
        return [_as_written(inner) for inner in node]
    if not isinstance(node, dict):
        return node
    if node.get("format") == "decimal":
        return {"type": "number"}
    built = {key: _as_written(inner) for key, inner in node.items()}
    if built.get("type") == "object" and "properties" in built:
        built["required"] = list(built["properties"])
    return built
