"""What is done to one article, in whichever process: read, extract, write as lines; a failure becomes a record."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Literal

import msgspec

from claimx.errors import ClaimxError, UnreadableInput
from claimx.model import Document, Record, sha256_of
from claimx.output.jsonl import json_line
from claimx.output.offsets import Unit
from claimx.output.rows import claim_rows, error_row
from claimx.output.tables import csv_text
from claimx.pipeline import Config, Extractor
from claimx.source.reading import ReadOptions, SourceDocument, read_path

LineFormat = Literal["jsonl", "csv"]


class Job(msgspec.Struct, frozen=True):
    """What all documents of a run have in common; small, as it goes to every process."""

    read: ReadOptions = ReadOptions()
    config: Config = Config()
    reference_date: datetime.date | None = None
    format: LineFormat = "jsonl"
    offsets: Unit = "codepoint"


class Task(msgspec.Struct, frozen=True):
    """A file to read, or articles read already."""

    path: str
    doc_id: str
    documents: tuple[SourceDocument, ...] = ()


class Done(msgspec.Struct, frozen=True):
    """The output of a task as text, how many documents it holds, and those that failed as (name, reason)."""

    output: str
    documents: int
    failed: tuple[tuple[str, str], ...] = ()


def process(extractor: Extractor, source: SourceDocument, reference_date: datetime.date | None = None) -> Document:
    """The document of one article as read; ``reference_date`` overrules what file and record say.

    Never raises for what an article holds: the reason is the document's ``error``, in one sentence.
    """
    if source.error is not None:
        return _failed(source, source.error)
    try:
        return extractor(
            source.text,
            reference_date=reference_date or source.reference_date,
            reference_date_from="argument" if reference_date else source.reference_date_from,
            title=source.title,
            doc_id=source.doc_id,
            path=source.path,
            encoding=source.encoding,
        )
    except ClaimxError:
        raise  # wrong settings or a broken lexicon: the same for every document
    except Exception as fault:
        return _failed(source, _our_fault(fault))


def _our_fault(fault: Exception) -> str:
    reason = " ".join(f"{type(fault).__name__}: {fault}".split())
    return f"claimx failed on this document ({reason}); please report it."


def _failed(source: SourceDocument, error: str) -> Document:
    return Document(
        doc_id=source.doc_id,
        path=source.path,
        title=source.title,
        sha256=sha256_of(source.text) if source.text else None,
        n_chars=len(source.text),
        encoding=source.encoding,
        error=error,
    )


def failure(task: Task, job: Job, error: str) -> Done:
    """The record of a task that came to nothing."""
    known = task.documents[0] if task.documents else SourceDocument(path=task.path, doc_id=task.doc_id)
    return rendered([_failed(known, error)], job)


def rendered(documents: Iterable[Document], job: Job) -> Done:
    """The lines of ``documents`` in the format of ``job``."""
    parts: list[str] = []
    failed: list[tuple[str, str]] = []
    for document in documents:
        try:
            lines = lines_of(document, job)
        except Exception as fault:
            document = Document(doc_id=document.doc_id, path=document.path, error=_our_fault(fault))  # noqa: PLW2901
            lines = lines_of(document, job)
        if document.error is not None:
            failed.append((document.doc_id or document.path or "?", document.error))
        parts.append(lines)
    return Done("".join(parts), len(parts), tuple(failed))


def lines_of(document: Record, job: Job) -> str:
    """One document as text: a JSON line, or CSV rows without header."""
    if job.format == "jsonl":
        return json_line(document, job.offsets) + "\n"
    return csv_text(
        [error_row(document)] if document.error is not None else claim_rows(document, job.offsets), header=False
    )


def run(extractor: Extractor, task: Task, job: Job) -> Done:
    """Reads and extracts the documents of one task."""
    return rendered(_documents(extractor, task, job), job)


def _documents(extractor: Extractor, task: Task, job: Job) -> Iterator[Document]:
    if task.documents:
        for source in task.documents:
            yield process(extractor, source, job.reference_date)
        return
    try:
        for source in read_path(Path(task.path), job.read, doc_id=task.doc_id):
            yield process(extractor, source, job.reference_date)
    except ClaimxError as error:
        if not isinstance(error, UnreadableInput):
            raise
        yield _failed(SourceDocument(path=task.path, doc_id=task.doc_id), str(error))
    except Exception as fault:
        yield _failed(SourceDocument(path=task.path, doc_id=task.doc_id), _our_fault(fault))
