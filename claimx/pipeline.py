"""The wiring: text in, :class:`~claimx.model.Document` out, through mentions, times, quantities and claims.

An :class:`Extractor` holds no state between texts, is picklable and meant to be made once per process.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache, partial
from itertools import islice
from typing import Any

import msgspec

from claimx.claims import find_claims
from claimx.errors import InvalidOption
from claimx.extract.mentions import digit_names, find_mentions
from claimx.extract.metrics import MetricTable, table_with
from claimx.extract.numbers import find_numbers as _find_numbers
from claimx.extract.quantities import find_quantities as _find_quantities
from claimx.extract.reference import find_reference_date
from claimx.extract.times import find_times as _find_times
from claimx.model import Document, Mention, Number, Quantity, ReferenceSource, Span, Time, sha256_of
from claimx.source.segment import split_sentences
from claimx.source.text import Text

Item = str | tuple[str, Mapping[str, Any]]


class Config(msgspec.Struct, frozen=True):
    """Settings of an :class:`Extractor`.

    ``home_currency``: ISO 4217 code that a bare 元 stands for; None lets the text decide.
    ``claims``: whether to look for claims; without them only quantities, times and mentions are found.
    ``metrics``: path of a TSV file of further metrics, with the columns of ``claimx/lexicon/metrics.tsv``; its forms win
    over those of the lexicon.
    """

    home_currency: str | None = None
    claims: bool = True
    metrics: str | None = None


def parse_reference_date(value: str | datetime.date | None) -> datetime.date | None:
    """A day from an ISO string (time of day is dropped) or a date; raises :class:`InvalidOption` otherwise."""
    if value is None or type(value) is datetime.date:
        return value
    if isinstance(value, datetime.datetime):
        return value.date()
    try:
        return datetime.datetime.fromisoformat(str(value).strip()).date()
    except ValueError:
        raise InvalidOption(f"{value!r} is no date; give the reference date as YYYY-MM-DD.") from None


class Extractor:
    """Turns texts into documents; ``extractor(text)`` and ``extractor.pipe(texts)``."""

    def __init__(self, config: Config | None = None) -> None:
        self.config = config or Config()
        self.metrics()  # a file that cannot be used is told now, not at the first text

    def metrics(self) -> MetricTable | None:
        """The matcher of metrics where the settings add some, else None: that of the lexicon."""
        return table_with(str(self.config.metrics)) if self.config.metrics is not None else None

    def __call__(
        self,
        text: str,
        *,
        reference_date: str | datetime.date | None = None,
        title: str | None = None,
        doc_id: str | None = None,
        path: str | None = None,
        encoding: str | None = None,
        reference_date_from: ReferenceSource | None = None,
    ) -> Document:
        """The document of ``text``.

        ``reference_date`` is the day the article speaks from (ISO string or date); without it a date line or the first
        full date of the text is used, never the clock. Raises :class:`InvalidOption` for a date that is none.
        """
        source = Text(text)
        day = parse_reference_date(reference_date)
        origin: ReferenceSource = (reference_date_from or "argument") if day else "none"
        if day is None:
            day = find_reference_date(source)
            origin = "text" if day else "none"
        mentions, times, quantities = self._find(source, day)
        document = Document(
            doc_id=doc_id,
            path=path,
            title=title,
            sha256=sha256_of(text),
            n_chars=len(text),
            encoding=encoding,
            reference_date=day,
            reference_date_from=origin,
            quantities=quantities,
            times=times,
            mentions=mentions,
            text=text,
            sentences=split_sentences(source),
        )
        if self.config.claims:
            document.claims = find_claims(source, document, self.metrics())
        return document

    def _find(self, source: Text, day: datetime.date | None) -> tuple[list[Mention], list[Time], list[Quantity]]:
        mentions = find_mentions(source)
        names = digit_names(mentions)
        times = _find_times(source, day, blocked=names, mentions=mentions)
        blocked = _merge(names, times)
        quantities = _find_quantities(source, blocked=blocked, home_currency=self.config.home_currency)
        return mentions, times, quantities

    def pipe(self, items: Iterable[Item], *, n_process: int = 1, batch_size: int = 64) -> Iterator[Document]:
        """Documents of ``items`` in their order, lazily; an item is a text or (text, keyword arguments of a call).

        ``n_process`` > 1 works in that many processes, on batches of ``batch_size`` items.
        """
        if n_process < 1 or batch_size < 1:
            raise InvalidOption("n_process and batch_size must be 1 or more.")
        if n_process == 1:
            for item in items:
                yield self._run(item)
            return
        from concurrent.futures import Future, ProcessPoolExecutor

        batches = iter(partial(_batch, iter(items), batch_size), [])
        with ProcessPoolExecutor(n_process) as pool:
            waiting: list[Future[list[Document]]] = []
            for batch in batches:
                waiting.append(pool.submit(_run_batch, self, batch))
                if len(waiting) > 2 * n_process:  # bounded memory: never more than a few batches ahead
                    yield from waiting.pop(0).result()
            for future in waiting:
                yield from future.result()

    def _run(self, item: Item) -> Document:
        if isinstance(item, str):
            return self(item)
        text, metadata = item
        return self(text, **metadata)


def _batch(items: Iterator[Item], size: int) -> list[Item]:
    return list(islice(items, size))


def _run_batch(extractor: Extractor, batch: list[Item]) -> list[Document]:
    return [extractor._run(item) for item in batch]


def _merge(names: list[tuple[int, int]], times: list[Time]) -> list[tuple[int, int]]:
    return sorted([*names, *((time.start, time.end) for time in times)])


@lru_cache(maxsize=1)
def default_extractor() -> Extractor:
    """The extractor behind :func:`claimx.extract`."""
    return Extractor()


def extract(
    text: str,
    reference_date: str | datetime.date | None = None,
    title: str | None = None,
    doc_id: str | None = None,
) -> Document:
    """Everything claimx finds in ``text``; see :class:`Extractor`."""
    return default_extractor()(text, reference_date=reference_date, title=title, doc_id=doc_id)


def find_numbers(text: str) -> list[Number]:
    """Every numeral of ``text``, Chinese or Arabic, in text order."""
    return _find_numbers(Text(text))


def find_quantities(text: str) -> list[Quantity]:
    """Every measured, counted or ranked value of ``text`` that is no part of a name or a time, in text order."""
    return default_extractor()._find(Text(text), None)[2]


def find_times(text: str, reference_date: str | datetime.date | None = None) -> list[Time]:
    """Every date, period, duration and frequency of ``text``, resolved against ``reference_date``, in text order."""
    source = Text(text)
    mentions = find_mentions(source)
    day = parse_reference_date(reference_date)
    return _find_times(source, day, blocked=digit_names(mentions), mentions=mentions)


__all__ = ["Config", "Extractor", "Span", "extract", "find_numbers", "find_quantities", "find_times"]
