"""Files and streams to documents: text, Markdown, HTML, JSON and JSON Lines in any usual Chinese encoding.

A reader yields one :class:`SourceDocument` for each article. What is wrong with a whole file is raised as
:class:`~claimx.errors.UnreadableInput`; what is wrong with one record of many is a document with ``error`` set, so that
nothing gets lost. Plain text and Markdown are kept as they are, front matter and all: spans count from the start of the
file. Of HTML the main text is taken, of JSON the text field, of an annotated article (``.claimx``) the text without its
markup.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, Literal

import msgspec

from claimx.corpus import parse_article
from claimx.errors import CorpusError, InvalidOption, UnreadableInput
from claimx.source.decoding import decode, known_encoding
from claimx.source.metadata import day_in_name, day_of, front_matter
from claimx.source.webpage import declared_charset, read_page

Format = Literal["auto", "txt", "md", "html", "json", "jsonl", "claimx"]

_FORMATS: dict[str, Format] = {
    ".txt": "txt",
    ".md": "md",
    ".markdown": "md",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".json": "json",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".claimx": "claimx",
}
READABLE = frozenset(_FORMATS)

# looked for in this order where the user names no field
_TEXT_FIELDS = ("text", "content", "body", "article", "正文", "内容")
_TITLE_FIELDS = ("title", "headline", "标题")
_DATE_FIELDS = (
    "date",
    "reference_date",
    "published",
    "published_at",
    "publish_date",
    "publish_time",
    "pubdate",
    "datetime",
    "time",
    "日期",
)
_ID_FIELDS = ("doc_id", "id")
_SHOWN_FIELDS = 8


class ReadOptions(msgspec.Struct, frozen=True):
    """How to read: encoding and format where the file does not tell, and the field names of JSON records.

    A field name may be a path with dots (``article.body``).
    """

    encoding: str | None = None
    format: Format = "auto"
    text_field: str | None = None
    title_field: str | None = None
    date_field: str | None = None

    def __post_init__(self) -> None:
        if self.encoding is not None:
            known_encoding(self.encoding)
        if self.format not in Format.__args__:  # type: ignore[attr-defined]
            raise InvalidOption(f"{self.format!r} is no input format; use one of {', '.join(Format.__args__)}.")  # type: ignore[attr-defined]


class SourceDocument(msgspec.Struct, frozen=True):
    """One article as read: its text and what file and record say of it; ``error`` says why there is no text."""

    text: str = ""
    title: str | None = None
    reference_date: datetime.date | None = None
    reference_date_from: Literal["metadata", "filename"] | None = None
    path: str | None = None
    doc_id: str | None = None
    encoding: str | None = None
    error: str | None = None


def read_path(
    path: str | Path, options: ReadOptions | None = None, *, doc_id: str | None = None
) -> Iterator[SourceDocument]:
    """The articles of a file, lazily; of JSON Lines one line is held in memory at a time.

    ``doc_id`` is the file's own name by default, without suffix. Raises :class:`UnreadableInput` where the file is
    missing, a directory, not permitted, empty, binary, or in an encoding that cannot be found out.
    """
    path = Path(path)
    options = options or ReadOptions()
    name = doc_id if doc_id is not None else path.stem
    form = format_of(path, options)
    try:
        if path.is_dir():
            raise UnreadableInput(f"{path} is a directory; give a file, or use `claimx batch` for a folder.")
        with path.open("rb") as stream:
            if form == "jsonl":
                yield from _dated(_read_lines(stream, options, str(path), name), path.name)
            else:
                yield from _dated(read_bytes(stream.read(), options, name=str(path), doc_id=name, form=form), path.name)
    except FileNotFoundError:
        raise UnreadableInput(f"There is no file {path}; check the name.") from None
    except PermissionError:
        raise UnreadableInput(f"{path} may not be read; check its permissions.") from None
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        raise UnreadableInput(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}.") from None


def read_bytes(
    data: bytes,
    options: ReadOptions | None = None,
    *,
    name: str | None = None,
    doc_id: str | None = None,
    form: Format = "auto",
) -> Iterator[SourceDocument]:
    """The articles in ``data``, of format ``form`` (``auto``: plain text); ``name`` is their path, if they have one."""
    options = options or ReadOptions()
    form = options.format if options.format != "auto" else form
    shown = name or "The input"
    if form == "jsonl":
        yield from _read_lines(data.splitlines(keepends=True), options, name, doc_id)
        return
    declared = declared_charset(data) if form == "html" else None
    text, encoding = decode(data, options.encoding, name=shown, declared=declared)
    if form == "json":
        yield from _read_json(text, options, name, doc_id, encoding)
        return
    title: str | None = None
    date: Any = None
    if form == "claimx":
        try:
            article = parse_article(text, shown)
        except CorpusError as error:
            raise UnreadableInput(str(error)) from None
        text, title, date = article.text, article.title, article.reference_date
    elif form == "html":
        page = read_page(text)
        text, title, date = page.text, page.title, page.date
        if not text.strip():
            raise UnreadableInput(f"{shown} is a web page without any text.")
    elif form == "md":
        matter = front_matter(text)
        title, date = matter.get("title"), _first(matter, _DATE_FIELDS)
    day = day_of(date)
    yield SourceDocument(text, title, day, "metadata" if day else None, name, doc_id, encoding)


def format_of(path: str | Path, options: ReadOptions) -> Format:
    """The format of a file: what the options say, else what its suffix says, else plain text."""
    return options.format if options.format != "auto" else _FORMATS.get(Path(path).suffix.lower(), "txt")


def _dated(documents: Iterable[SourceDocument], filename: str) -> Iterator[SourceDocument]:
    """``documents``, with the day in the file's name where they have none of their own."""
    day = day_in_name(filename)
    for document in documents:
        if day is None or document.reference_date is not None:
            yield document
        else:
            yield msgspec.structs.replace(document, reference_date=day, reference_date_from="filename")


def _read_json(
    text: str, options: ReadOptions, name: str | None, doc_id: str | None, encoding: str
) -> Iterator[SourceDocument]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UnreadableInput(f"{name or 'The input'} is not valid JSON: {_json_fault(error)}.") from None
    if not isinstance(value, list):
        yield _from_record(value, options, name, doc_id, encoding)
        return
    for number, record in enumerate(value, 1):
        yield _from_record(record, options, name, f"{doc_id or 'input'}:{number}", encoding, where=f"record {number}")


def _read_lines(
    lines: BinaryIO | Iterable[bytes], options: ReadOptions, name: str | None, doc_id: str | None
) -> Iterator[SourceDocument]:
    """One document a line; a line that cannot be read is a document with an error, and the rest goes on."""
    shown = name or "The input"
    anything = False
    encoding: str | None = None  # of the line before: a short line alone may not tell
    for number, line in enumerate(_text_lines(lines, shown), 1):
        if not line.strip():
            continue
        anything = True
        where, own = f"line {number}", f"{doc_id or 'input'}:{number}"
        try:
            text, encoding = decode(
                line.rstrip(b"\r\n"), options.encoding, name=f"{shown}, {where},", declared=encoding
            )
            record = json.loads(text)
        except UnreadableInput as error:
            yield SourceDocument(path=name, doc_id=own, error=str(error))
        except (ValueError, RecursionError) as error:
            yield SourceDocument(
                path=name, doc_id=own, error=f"{shown}, {where}, is not valid JSON: {_json_fault(error)}."
            )
        else:
            yield _from_record(record, options, name, own, encoding, where=where)
    if not anything:
        raise UnreadableInput(f"{shown} is empty.")


def _text_lines(lines: BinaryIO | Iterable[bytes], shown: str) -> Iterator[bytes]:
    """Lines of an ASCII-compatible encoding: a file in UTF-16 or UTF-32 is turned into UTF-8 first."""
    source = iter(lines)
    first = next(source, b"")
    if first.startswith((b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff")) or b"\0" in first[:64]:
        text, _ = decode(b"".join([first, *source]), name=shown)
        yield from (line.encode("utf-8", "surrogatepass") for line in text.split("\n"))
        return
    yield first.removeprefix(b"\xef\xbb\xbf")
    yield from source


def _json_fault(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg} at line {error.lineno}, column {error.colno}"
    return "it is nested too deeply" if isinstance(error, RecursionError) else str(error)


def _from_record(
    record: Any, options: ReadOptions, name: str | None, doc_id: str | None, encoding: str, *, where: str = ""
) -> SourceDocument:
    shown = f"{name or 'The input'}, {where}," if where else name or "The input"
    if isinstance(record, str) and options.text_field is None:
        record = {"text": record}
    if not isinstance(record, dict):
        fault = f"{shown} holds no JSON object with a text field."
        return SourceDocument(path=name, doc_id=doc_id, encoding=encoding, error=fault)
    own = _first(record, _ID_FIELDS)
    doc_id = str(own) if isinstance(own, (str, int)) and str(own) else doc_id
    text = _field(record, options.text_field, _TEXT_FIELDS)
    fault = ""
    if text is None:
        fields = ", ".join(str(key) for key in list(record)[:_SHOWN_FIELDS]) or "none"
        wanted = f"no field {options.text_field!r}" if options.text_field else "no text field"
        fault = f"{shown} has {wanted}; name the right one with --text-field (there are: {fields})."
    elif not isinstance(text, str):
        fault = f"{shown} has a text field that holds no string; name the right one with --text-field."
    elif not text.strip():
        fault = f"{shown} has an empty text."
    if fault:
        return SourceDocument(path=name, doc_id=doc_id, encoding=encoding, error=fault)
    title = _field(record, options.title_field, _TITLE_FIELDS)
    day = day_of(_field(record, options.date_field, _DATE_FIELDS))
    return SourceDocument(
        text, title if isinstance(title, str) else None, day, "metadata" if day else None, name, doc_id, encoding
    )


def _field(record: dict[str, Any], named: str | None, usual: tuple[str, ...]) -> Any:
    if named is None:
        return _first(record, usual)
    if named in record:
        return record[named]
    value: Any = record
    for part in named.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return value


def _first(record: dict[str, Any], names: tuple[str, ...]) -> Any:
    return next((record[name] for name in names if record.get(name) is not None), None)
