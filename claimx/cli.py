"""The command line: ``claimx extract``, ``batch``, ``eval`` and ``schema``.

Data goes to standard output or OUT, everything else to standard error. Exit 0: done; 1: some documents failed, each
named and recorded; 2: wrong usage or unreadable input, told in one sentence.
"""

from __future__ import annotations

import datetime
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, redirect_stdout
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TextIO

import typer

from claimx.errors import ClaimxError, InvalidOption, UnreadableInput

if TYPE_CHECKING:
    from claimx.model import Document
    from claimx.pipeline import Extractor

app = typer.Typer(
    name="claimx",
    help="Typed claims with exact source offsets from Chinese tech-finance articles.",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


# typer brings its own click or uses the common one, by its version; either way this is what usage errors are
_USAGE_ERROR: Any = next(kind for kind in typer.BadParameter.__mro__ if kind.__name__ == "ClickException")


class OutputFormat(StrEnum):
    """How ``extract`` writes."""

    table = "table"
    json = "json"
    jsonl = "jsonl"
    csv = "csv"
    html = "html"


class BatchFormat(StrEnum):
    """How ``batch`` writes."""

    jsonl = "jsonl"
    csv = "csv"


class OffsetUnit(StrEnum):
    """What ``start`` and ``end`` count."""

    codepoint = "codepoint"
    byte = "byte"
    utf16 = "utf16"


class ErrorMode(StrEnum):
    """What ``batch`` does with a document that fails."""

    record = "record"
    raise_ = "raise"


class InputFormat(StrEnum):
    """How the input is read."""

    auto = "auto"
    txt = "txt"
    md = "md"
    html = "html"
    json = "json"
    jsonl = "jsonl"
    claimx = "claimx"


_Day = Annotated[
    str | None,
    typer.Option(
        "--reference-date", metavar="DATE", help="The day the articles speak from, YYYY-MM-DD; overrules their own."
    ),
]
_Encoding = Annotated[
    str | None, typer.Option("--encoding", metavar="NAME", help="Encoding of the input; detected by default.")
]
_Offsets = Annotated[OffsetUnit, typer.Option("--offsets", help="What start and end count in JSON.")]
_Input = Annotated[
    InputFormat, typer.Option("--input-format", help="How to read the input; by the file's suffix by default.")
]
_TextField = Annotated[str | None, typer.Option("--text-field", metavar="NAME", help="JSON field that holds the text.")]
_TitleField = Annotated[
    str | None, typer.Option("--title-field", metavar="NAME", help="JSON field that holds the title.")
]
_DateField = Annotated[str | None, typer.Option("--date-field", metavar="NAME", help="JSON field that holds the date.")]
_Currency = Annotated[
    str | None,
    typer.Option(
        "--home-currency", metavar="CODE", help="Currency of a bare 元 (CNY, HKD, TWD …); by the text by default."
    ),
]

_Metrics = Annotated[
    str | None,
    typer.Option("--metrics", metavar="FILE", help="Further metrics, a TSV file with the columns of the lexicon's."),
]


def _print_version(wanted: bool) -> None:
    if wanted:
        from claimx import __version__

        with _opened("-") as (stream, _):
            stream.write(f"claimx {__version__}\n")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    """Typed claims with exact source offsets from Chinese tech-finance articles."""


@app.command()
def extract(
    file: Annotated[str, typer.Argument(metavar="FILE|-", help="An article, or - for standard input.")],
    form: Annotated[OutputFormat, typer.Option("--format", help="How to write the result.")] = OutputFormat.table,
    reference_date: _Day = None,
    offsets: _Offsets = OffsetUnit.codepoint,
    encoding: _Encoding = None,
    input_format: _Input = InputFormat.auto,
    text_field: _TextField = None,
    title_field: _TitleField = None,
    date_field: _DateField = None,
    home_currency: _Currency = None,
    metrics: _Metrics = None,
    output: Annotated[str, typer.Option("-o", "--output", metavar="OUT", help="Write to this file.")] = "-",
    explain: Annotated[
        bool, typer.Option("--explain", help="Tell of every claim which cues, rules and features gave each field.")
    ] = False,
) -> None:
    """Extract the claims of one article (or of a JSON file of several)."""
    from claimx.batch.work import process
    from claimx.pipeline import Config, Extractor
    from claimx.source.reading import ReadOptions, read_bytes, read_path

    options = ReadOptions(encoding, input_format.value, text_field, title_field, date_field)
    day = _day(reference_date)
    extractor = Extractor(Config(home_currency=home_currency, metrics=metrics))
    if file == "-":
        sources = read_bytes(sys.stdin.buffer.read(), options, doc_id="stdin")
    else:
        sources = read_path(file, options)
    failed: list[tuple[str, str]] = []

    def documents() -> Iterator[Document]:
        for source in sources:
            document = process(extractor, source, day)
            if document.error is not None:
                failed.append((document.doc_id or file, document.error))
            yield document

    if explain and form is not OutputFormat.table:
        raise InvalidOption("--explain is for people; leave out --format, or take `rule` and `cues` of each claim.")
    with _opened(output, _first_of(documents())) as (stream, found):
        if explain:
            _write_explained(found, stream, extractor)
        else:
            _WRITERS[form](found, stream, offsets.value)
    _report(failed)


@app.command()
def batch(
    folder: Annotated[str, typer.Argument(metavar="FOLDER", help="Folder of articles, read with all folders below.")],
    output: Annotated[
        str, typer.Option("-o", "--output", metavar="OUT", help="The file to write; - is standard output.")
    ],
    jobs: Annotated[
        int | None, typer.Option("--jobs", metavar="N", help="Processes; one for each processor by default.")
    ] = None,
    form: Annotated[
        BatchFormat | None, typer.Option("--format", help="How to write; by OUT's suffix by default.")
    ] = None,
    on_error: Annotated[
        ErrorMode, typer.Option("--on-error", help="Record a document that fails, or stop at the first.")
    ] = ErrorMode.record,
    include: Annotated[
        list[str] | None,
        typer.Option("--include", metavar="GLOB", help="Files to read, such as '*.txt'; may be repeated."),
    ] = None,
    reference_date: _Day = None,
    offsets: _Offsets = OffsetUnit.codepoint,
    encoding: _Encoding = None,
    input_format: _Input = InputFormat.auto,
    text_field: _TextField = None,
    title_field: _TitleField = None,
    date_field: _DateField = None,
    home_currency: _Currency = None,
    metrics: _Metrics = None,
) -> None:
    """Extract the claims of every article in a folder into one file."""
    from claimx.batch.local import run_folder
    from claimx.batch.work import Job
    from claimx.pipeline import Config
    from claimx.source.reading import ReadOptions

    if form is None:
        form = BatchFormat.csv if output.lower().endswith(".csv") else BatchFormat.jsonl
    job = Job(
        read=ReadOptions(encoding, input_format.value, text_field, title_field, date_field),
        config=Config(home_currency=home_currency, metrics=metrics),
        reference_date=_day(reference_date),
        format=form.value,
        offsets=offsets.value,
    )
    with _progress() as advance:
        summary = run_folder(
            folder, output, job=job, jobs=jobs, on_error=on_error.value, include=include or (), progress=advance
        )
    done = summary.documents - len(summary.failed)
    if summary.failed or sys.stderr.isatty():
        _say(f"{done} of {summary.documents} documents done")
    _report(summary.failed)


@app.command()
def schema() -> None:
    """Print the JSON Schema of claimx/1."""
    import json

    from claimx.output.schema import json_schema

    with _opened("-") as (stream, _):
        stream.write(json.dumps(json_schema(), ensure_ascii=False, indent=2) + "\n")


class DatasetName(StrEnum):
    """Public data sets that ``eval`` can read."""

    finnum3 = "finnum3"
    numclaim = "numclaim"
    cluener = "cluener"


@app.command(name="eval")
def evaluate(
    gold: Annotated[
        Path | None,
        typer.Argument(metavar="GOLD", help="Folder of .claimx articles or of .gold.json files, or a file."),
    ] = None,
    pred: Annotated[
        Path | None, typer.Argument(metavar="PRED", help="JSON Lines of claimx batch; extracted anew by default.")
    ] = None,
    errors: Annotated[int, typer.Option("--errors", metavar="N", help="Show this many errors of each class.")] = 0,
    baseline: Annotated[
        Path | None, typer.Option("--baseline", metavar="FILE", help="Show what was gained and lost against this one.")
    ] = None,
    keep: Annotated[
        Path | None, typer.Option("--write-baseline", metavar="FILE", help="Keep these scores as a baseline.")
    ] = None,
    dataset: Annotated[
        tuple[DatasetName, Path] | None,
        typer.Option("--dataset", metavar="NAME PATH", help="Score a public data set: finnum3, numclaim or cluener."),
    ] = None,
) -> None:
    """Score output against annotated articles: precision, recall and F1 for each kind, type and field."""
    if (gold is None) == (dataset is None):
        raise InvalidOption("Give either GOLD, the annotated articles, or --dataset NAME PATH.")
    for path in (gold, pred, baseline):
        if path is not None and not path.exists():
            raise UnreadableInput(f"There is no file or folder {path}; check the name.")
    if gold is None:
        assert dataset is not None
        if pred or baseline or keep:
            raise InvalidOption("--dataset is scored anew and by itself; leave out PRED and baselines.")
        from claimx.evaluate import score_dataset

        table = score_dataset(dataset[0].value, dataset[1], errors)
    else:
        from claimx import __version__
        from claimx.evaluate import compare, evaluate_files, load_baseline, render, write_baseline

        before = load_baseline(baseline) if baseline else None
        report, documents = evaluate_files(gold, pred)
        table = render(report, errors)
        if before:
            table += "\n" + compare(report, before, documents)
        if keep:
            write_baseline(report, keep, __version__, datetime.date.today())
    with _opened("-") as (stream, _):
        stream.write(table)


@app.command()
def train(
    corpora: Annotated[list[Path], typer.Argument(metavar="CORPORA...", help="Folders of .claimx articles.")],
    output: Annotated[
        Path, typer.Option("-o", "--output", metavar="WEIGHTS", help="The file of weights to write.")
    ] = Path("weights.msgpack"),
    seed: Annotated[int, typer.Option("--seed", metavar="N", help="Decides which articles are held out together.")] = 0,
) -> None:
    """Fit the models of the claim stage on annotated articles (needs claimx[train])."""
    from claimx.training import train

    train(corpora, output, seed, tell=_say)


def main() -> None:
    """Runs the command line and exits with its code."""
    sys.exit(_run(sys.argv[1:]))


def _run(arguments: list[str]) -> int:
    """The exit code of ``claimx`` with ``arguments``; no error of the user's shows a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a title or path may hold what the terminal's encoding lacks
            stream.reconfigure(errors="backslashreplace" if stream is sys.stderr else "replace")
    try:
        if not arguments:
            with redirect_stdout(sys.stderr):
                app(args=["--help"], prog_name="claimx", standalone_mode=False)
            return 2
        code = app(args=arguments, prog_name="claimx", standalone_mode=False)
        return code if isinstance(code, int) else 0
    except _USAGE_ERROR as error:
        _say(" ".join(error.format_message().replace("Value error, ", "").split()))
        return 2
    except ClaimxError as error:
        _say(str(error))
        return 2
    except (typer.Abort, KeyboardInterrupt):
        _say("stopped.")
        return 130
    except BrokenPipeError:
        # the reader of our output has seen enough; keep the interpreter from complaining when it flushes at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        _say(f"{error.filename or 'The output'}: {error.strerror or error}.")
        return 2
    except Exception as fault:
        if os.environ.get("CLAIMX_DEBUG"):
            raise
        _say(
            f"something went wrong in claimx ({type(fault).__name__}: {fault}); set CLAIMX_DEBUG=1 to see where, and report it."
        )
        return 1


def _say(message: str) -> None:
    from claimx.output.tables import printable

    print(f"claimx: {printable(message)}", file=sys.stderr)


def _report(failed: Iterable[tuple[str, str]]) -> None:
    """Names the documents that failed; with any, ends with exit code 1."""
    any_failed = False
    for name, reason in failed:
        any_failed = True
        _say(f"{name}: {reason}")
    if any_failed:
        raise typer.Exit(1)


def _day(value: str | None) -> datetime.date | None:
    from claimx.pipeline import parse_reference_date

    return parse_reference_date(value)


def _first_of(documents: Iterator[Document]) -> Iterator[Document]:
    """``documents``, of which the first is made now: input that cannot be read must not leave an empty output file."""
    first = next(documents, None)

    def chained() -> Iterator[Document]:
        if first is not None:
            yield first
        yield from documents

    return chained()


@contextmanager
def _opened(output: str, documents: Iterator[Document] | None = None) -> Iterator[tuple[TextIO, Iterator[Document]]]:
    """The stream to write to, with the documents to write; a terminal is written to in its own encoding."""
    if output == "-" and sys.stdout.isatty():
        yield sys.stdout, documents or iter(())
        return
    from claimx.batch.local import atomic_output

    sys.stdout.flush()
    with atomic_output(output) as stream:
        yield stream, documents or iter(())


def _write_table(documents: Iterator[Document], stream: TextIO, offsets: Any) -> None:
    from claimx.output.tables import print_table, printable

    for number, document in enumerate(documents):
        if document.error is not None:
            continue  # named on standard error
        heading = printable(document.title or document.doc_id or "")
        stream.write(("\n" if number else "") + (heading + "\n" if heading else ""))
        print_table(document, stream)


def _write_explained(documents: Iterator[Document], stream: TextIO, extractor: Extractor) -> None:
    from claimx.claims.explain import explain, to_text
    from claimx.output.tables import printable

    for number, document in enumerate(documents):
        if document.error is None:
            lines = to_text(explain(document, extractor.metrics())).split("\n")
            stream.write(
                ("\n" if number else "") + "\n".join("  " * line.startswith("  ") + printable(line) for line in lines)
            )


def _write_json(documents: Iterator[Document], stream: TextIO, offsets: Any) -> None:
    """One object, or an array where there are several documents."""
    from claimx.output.jsonl import json_page

    first = next(documents, None)
    second = next(documents, None)
    if first is None or second is None:
        stream.write("[]\n" if first is None else json_page(first, offsets) + "\n")
        return
    stream.write("[\n" + json_page(first, offsets) + ",\n" + json_page(second, offsets))
    for document in documents:
        stream.write(",\n" + json_page(document, offsets))
    stream.write("\n]\n")


def _write_jsonl(documents: Iterator[Document], stream: TextIO, offsets: Any) -> None:
    from claimx.output.jsonl import json_line

    for document in documents:
        stream.write(json_line(document, offsets) + "\n")


def _write_csv(documents: Iterator[Document], stream: TextIO, offsets: Any) -> None:
    from claimx.batch.work import Job, lines_of
    from claimx.output.tables import csv_text

    stream.write(csv_text(()))
    for document in documents:
        stream.write(lines_of(document, Job(format="csv", offsets=offsets)))


def _write_html(documents: Iterator[Document], stream: TextIO, offsets: Any) -> None:
    from claimx.output.html import html_page

    found = [document for _, document in zip(range(2), documents, strict=False)]
    if len(found) > 1:
        raise InvalidOption("A page shows one document and this file holds several; use --format jsonl or csv.")
    for document in found:
        stream.write(html_page(document))


_WRITERS = {
    OutputFormat.table: _write_table,
    OutputFormat.json: _write_json,
    OutputFormat.jsonl: _write_jsonl,
    OutputFormat.csv: _write_csv,
    OutputFormat.html: _write_html,
}


@contextmanager
def _progress() -> Iterator[Any]:
    """A function that moves a progress bar on standard error, or None where that is no terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("extracting", total=None)

        def advance(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        yield advance
