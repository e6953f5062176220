"""The gazetteer: companies, products, people, indices, places and segments that claimx knows by name.

Its records are the ``entities_*.tsv`` files beside this module, all from public knowledge. Columns: id, kind, canonical
name, aliases, tickers, home currency (ISO 4217), last month of the fiscal year (empty: December), flags.

An alias that ends in ``?`` is a common word as well and counts only in context; one that ends in ``+`` counts only with
a model designation behind it (``秦+`` for 秦 PLUS). The flag ``n`` says that a bare model number may follow (小米 15).
"""

from __future__ import annotations

from functools import lru_cache
from typing import cast, get_args

import msgspec

from claimx.errors import LexiconError
from claimx.lexicon.loader import read_tsv
from claimx.model import MentionKind

FILES = (
    "entities_companies.tsv",
    "entities_companies2.tsv",
    "entities_mainland.tsv",
    "entities_hktw.tsv",
    "entities_private.tsv",
    "entities_world.tsv",
    "entities_bodies.tsv",
    "entities_products.tsv",
    "entities_people.tsv",
    "entities_indices.tsv",
    "entities_places.tsv",
    "entities_segments.tsv",
)
_KINDS = frozenset(get_args(MentionKind))
_COLUMNS = 8


class Entity(msgspec.Struct, frozen=True, gc=False):
    """A known name. ``aliases`` holds every form but ``name``, without marks; a guarded form is also in ``guarded``
    (needs context) or ``modelled`` (needs a model behind it). ``fiscal_year_end`` is a month from 1 to 12."""

    id: str
    kind: MentionKind
    name: str
    aliases: tuple[str, ...] = ()
    tickers: tuple[str, ...] = ()
    currency: str | None = None
    fiscal_year_end: int = 12
    guarded: tuple[str, ...] = ()
    modelled: tuple[str, ...] = ()
    numbered: bool = False

    @property
    def forms(self) -> tuple[str, ...]:
        """The name and all aliases."""
        return (self.name, *self.aliases)


@lru_cache(maxsize=1)
def entities() -> dict[str, Entity]:
    """Every entity by its id. Raises :class:`LexiconError` for a record that does not follow the format."""
    found: dict[str, Entity] = {}
    for file in FILES:
        for record in read_tsv(file):
            entity = _entity(file, record)
            if entity.id in found:
                raise LexiconError(f"{file}: the id {entity.id!r} is given twice; make it unique.")
            found[entity.id] = entity
    return found


def _entity(file: str, record: tuple[str, ...]) -> Entity:
    if not 3 <= len(record) <= _COLUMNS or record[1] not in _KINDS or not record[0] or not record[2].strip("?+"):
        raise LexiconError(f"{file}: {record[0]!r} needs id, kind and name, and at most {_COLUMNS} columns.")
    identifier, kind, name, aliases, tickers, currency, year_end, flags = record + ("",) * (_COLUMNS - len(record))
    if year_end and not (year_end.isdigit() and 1 <= int(year_end) <= 12):
        raise LexiconError(f"{file}: {identifier!r} has the fiscal year end {year_end!r}; give a month from 1 to 12.")
    marked = [form for form in (name, *aliases.split("|")) if form]
    return Entity(
        id=identifier,
        kind=cast(MentionKind, kind),
        name=name.rstrip("?+"),
        aliases=tuple(form.rstrip("?+") for form in marked[1:]),
        tickers=tuple(ticker for ticker in tickers.split("|") if ticker),
        currency=currency or None,
        fiscal_year_end=int(year_end or 12),
        guarded=tuple(form[:-1] for form in marked if form.endswith("?")),
        modelled=tuple(form[:-1] for form in marked if form.endswith("+")),
        numbered="n" in flags,
    )


@lru_cache(maxsize=1)
def by_ticker() -> dict[str, Entity]:
    """Entities by stock code: each ticker in full (``9988.HK``) and, for letters, without its exchange (``BABA``)."""
    codes: dict[str, Entity] = {}
    for entity in entities().values():
        for ticker in entity.tickers:
            codes.setdefault(ticker, entity)
            stem = ticker.rpartition(".")[0]
            if stem.isalpha():
                codes.setdefault(stem, entity)
    return codes
