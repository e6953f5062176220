"""claimx: typed claims with exact source offsets from Chinese tech-finance articles.

The public door holds names only; each part is imported when it is first used.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from claimx.errors import ClaimxError, InvalidOption, LexiconError, UnreadableInput
    from claimx.extract.numbers import parse_number
    from claimx.extract.quantities import parse_quantity
    from claimx.extract.times import parse_time
    from claimx.model import Claim, Document, Mention, Number, Quantity, Sentence, Span, Time, Token
    from claimx.pipeline import Config, Extractor, extract, find_numbers, find_quantities, find_times
    from claimx.tokens import tokenize

__version__ = "0.1.0"

_HOME = {
    "ClaimxError": "errors",
    "InvalidOption": "errors",
    "LexiconError": "errors",
    "UnreadableInput": "errors",
    "Claim": "model",
    "Document": "model",
    "Mention": "model",
    "Number": "model",
    "Quantity": "model",
    "Sentence": "model",
    "Span": "model",
    "Time": "model",
    "Token": "model",
    "Config": "pipeline",
    "Extractor": "pipeline",
    "extract": "pipeline",
    "find_numbers": "pipeline",
    "find_quantities": "pipeline",
    "find_times": "pipeline",
    "parse_number": "extract.numbers",
    "parse_quantity": "extract.quantities",
    "parse_time": "extract.times",
    "tokenize": "tokens",
}

__all__ = [
    "Claim",
    "ClaimxError",
    "Config",
    "Document",
    "Extractor",
    "InvalidOption",
    "LexiconError",
    "Mention",
    "Number",
    "Quantity",
    "Sentence",
    "Span",
    "Time",
    "Token",
    "UnreadableInput",
    "extract",
    "find_numbers",
    "find_quantities",
    "find_times",
    "parse_number",
    "parse_quantity",
    "parse_time",
    "tokenize",
]


def __getattr__(name: str) -> Any:
    home = _HOME.get(name)
    if home is None:
        raise AttributeError(f"module 'claimx' has no attribute {name!r}")
    value = getattr(import_module(f"claimx.{home}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])


class _Door(ModuleType):
    """This module: ``claimx.extract`` is the function, although there is a subpackage of that name.

    The import system sets a subpackage as an attribute of its package when it is first loaded, whoever asks for it.
    """

    def __setattr__(self, name: str, value: object) -> None:
        if name not in _HOME or not isinstance(value, ModuleType):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Door
