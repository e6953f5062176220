"""claimx as a spaCy component: ``nlp.add_pipe("claimx")``.

The component sets ``doc.spans["claims"]`` (one span a claim, labelled with its type) and ``doc._.claims`` (plain dicts,
as in the ``claims`` of a JSON record), and beside them ``doc._.quantities``, ``doc._.times`` and ``doc._.mentions``.
``start`` and ``end`` in those dicts count code points of ``doc.text``. The words of the Doc may be cut in any way: a span
of tokens is the smallest that covers the characters. All data is plain and lives in ``doc.user_data``, so it survives
``nlp.pipe(n_process=2)`` and ``DocBin(store_user_data=True)``.

spaCy loads this module as an entry point whenever a pipeline is made, so it imports nothing heavy by itself.
"""

from __future__ import annotations

import datetime
import re
from bisect import bisect_left, bisect_right
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc
    from spacy.vocab import Vocab

    from claimx.model import Document

GROUP = "claims"
_KEYS = ("claims", "quantities", "times", "mentions")
_PREFIX = "claimx_"
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_REGISTERED = False


class ClaimxComponent:
    """Finds claims in a spaCy Doc; made by the factory ``create``."""

    def __init__(self, home_currency: str | None = None, reference_date: str | None = None) -> None:
        from claimx.pipeline import Config, Extractor

        self.extractor = Extractor(Config(home_currency=home_currency))
        self.reference_date = reference_date
        register_extensions()

    def __call__(self, doc: Doc) -> Doc:
        """``doc`` with its claims; the day it speaks from may be in ``doc._.reference_date`` (ISO)."""
        day = doc.user_data.get(_PREFIX + "reference_date") or self.reference_date
        attach(doc, self.extractor(doc.text, reference_date=day))
        return doc


def _create(
    nlp: Language, name: str, home_currency: str | None = None, reference_date: str | None = None
) -> ClaimxComponent:
    """The factory behind ``nlp.add_pipe("claimx", config={...})``.

    ``home_currency``: ISO code of a bare 元; ``reference_date``: the day texts speak from, for those that say none.
    """
    return ClaimxComponent(home_currency, reference_date)


def __getattr__(name: str) -> Any:
    # `create` is what the entry point names: only asking for it needs spaCy, importing this module does not
    if name != "create":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from spacy.language import Language

    globals()["create"] = Language.factory("claimx", func=_create)
    return globals()["create"]


def to_spacy(document: Document, vocab: Vocab) -> Doc:
    """A spaCy Doc over claimx's own tokens, with ``doc.text == document.text`` and its claims set.

    White space is tokens of its own, none is trailing. Lone surrogates, which spaCy cannot hold, become U+FFFD.
    """
    from spacy.tokens import Doc

    from claimx.tokens import tokenize

    register_extensions()
    words = [_SURROGATE.sub("\ufffd", token.text) for token in tokenize(document.text)]
    doc = Doc(vocab, words=words, spaces=[False] * len(words))
    attach(doc, document)
    return doc


def attach(doc: Doc, document: Document) -> None:
    """Puts what claimx found in ``document`` on ``doc``, whose text must be that of the document."""
    from spacy.tokens import Span, SpanGroup

    record = document.to_dict()
    for key in _KEYS:
        doc.user_data[_PREFIX + key] = _plain(record[key])
    starts = [token.idx for token in doc]
    spans = (
        Span(doc, bisect_right(starts, claim.start) - 1, bisect_left(starts, claim.end), label=claim.type)
        for claim in document.claims
    )
    doc.spans[GROUP] = SpanGroup(doc, name=GROUP, spans=list(spans))


def register_extensions() -> None:
    """Declares ``doc._.claims`` and its companions; may be called any number of times, also before loading a DocBin."""
    global _REGISTERED  # noqa: PLW0603 - spaCy's own registry is global as well
    if _REGISTERED:
        return
    from spacy.tokens import Doc

    for key in _KEYS:
        # no closures: spaCy sends the getters to its processes
        Doc.set_extension(key, getter=partial(_get, key=key), force=True)
    Doc.set_extension("reference_date", getter=_get_reference_date, setter=_set_reference_date, force=True)
    _REGISTERED = True


def _get(doc: Doc, key: str) -> list[dict[str, Any]]:
    """What was found, as in ``Document.to_dict``: values are Decimal again."""
    found: list[dict[str, Any]] = doc.user_data.get(_PREFIX + key, [])
    if key == "quantities":
        return [{**item, **_exact(item)} for item in found]
    if key == "claims":
        return [{**item, "value": item["value"] and {**item["value"], **_exact(item["value"])}} for item in found]
    return list(found)


def _exact(item: dict[str, Any]) -> dict[str, Decimal | None]:
    return {name: None if item[name] is None else Decimal(item[name]) for name in ("value", "high")}


def _get_reference_date(doc: Doc) -> str | None:
    day: str | None = doc.user_data.get(_PREFIX + "reference_date")
    return day


def _set_reference_date(doc: Doc, value: str | datetime.date | None) -> None:
    doc.user_data[_PREFIX + "reference_date"] = str(value) if value is not None else None


def _plain(value: Any) -> Any:
    """Only what msgpack can hold: exact values as digits, for a float would lose some."""
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, (list, tuple)) else value
