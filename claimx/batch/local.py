"""A folder to one file of JSON Lines or CSV, by a pool of processes on this machine.

Documents are written in the order of their paths, whatever process finishes first, so that the output is the same to
the byte for any number of processes. Memory is bounded: only a few tasks are under way at a time. The output appears
under its name when it is complete, never before.
"""

from __future__ import annotations

import io
import os
import re
import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from fnmatch import fnmatchcase
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import Literal, TextIO

import msgspec

from claimx.batch.work import Done, Job, Task, failure, run
from claimx.errors import InvalidOption, UnreadableInput
from claimx.output.tables import csv_text
from claimx.pipeline import Extractor
from claimx.source.reading import READABLE, ReadOptions, SourceDocument, format_of, read_path

OnError = Literal["record", "raise"]

_OUTPUT = re.compile(rb'\[?\s*\{\s*"schema":\s*"claimx/|.*<meta name="generator" content="claimx">', re.DOTALL)
_HEAD = 200  # bytes that tell it
_PER_TASK = 16  # records of a JSON Lines file that go to a process at a time
_AHEAD = 4  # tasks under way for each process
_CRASHED = "The process that worked on this document died, perhaps for lack of memory; try the document on its own."


class Summary(msgspec.Struct, frozen=True):
    """How a run ended: documents written, and the failed ones as (name, reason)."""

    documents: int
    failed: tuple[tuple[str, str], ...]


def run_folder(
    folder: str | Path,
    output: str | Path,
    *,
    job: Job | None = None,
    jobs: int | None = None,
    on_error: OnError = "record",
    include: Sequence[str] = (),
    progress: Callable[[int, int], None] | None = None,
) -> Summary:
    """Extracts every readable file under ``folder`` into the file ``output`` (``-``: standard output).

    ``jobs``: number of processes, by default one for each processor. ``include``: patterns of file names or of paths
    below the folder; by default all text, Markdown, HTML and JSON files. ``progress`` is called with files done and
    files in all. With ``on_error="raise"`` the first document that fails ends the run with
    :class:`UnreadableInput` and nothing is written; else it has a record with ``error``. A program that calls this
    needs the usual ``if __name__ == "__main__":`` guard, for the processes import it.
    """
    job = job or Job()
    if jobs is not None and jobs < 1:
        raise InvalidOption(f"--jobs must be 1 or more, not {jobs}.")
    tasks = list_files(folder, output, include)
    if not tasks:
        wanted = " ".join(include) or " ".join(f"*{suffix}" for suffix in sorted(READABLE))
        raise UnreadableInput(
            f"There is no file to read in {folder} (looked for {wanted}); check the folder or --include."
        )
    with atomic_output(output) as stream:
        if job.format == "csv":
            stream.write(csv_text(()))
        documents = 0
        failed: list[tuple[str, str]] = []
        for finished, done in _results(tasks, job, jobs or processors()):
            if done.failed and on_error == "raise":
                name, reason = done.failed[0]
                raise UnreadableInput(f"{name}: {reason}")
            stream.write(done.output)
            documents += done.documents
            failed += done.failed
            if progress:
                progress(finished, len(tasks))
    return Summary(documents, tuple(failed))


def processors() -> int:
    """The number of processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def list_files(folder: str | Path, output: str | Path = "-", include: Sequence[str] = ()) -> list[Task]:
    """The files under ``folder`` that match, sorted by path, without ``output`` itself and other output of claimx; links to folders are not followed.

    A document is named by its path below the folder without suffix, and with it where two files would share a name.
    """
    root = Path(folder)
    if not root.exists():
        raise UnreadableInput(f"There is no folder {root}; check the name.")
    if not root.is_dir():
        raise UnreadableInput(f"{root} is not a folder; use `claimx extract` for a file.")
    own = os.path.realpath(output) if str(output) != "-" and os.path.exists(output) else None
    unreadable: list[str] = []
    found: list[str] = []
    for place, folders, names in os.walk(root, onerror=lambda error: unreadable.append(error.filename)):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            path = Path(place, name)
            below = path.relative_to(root).as_posix()
            if _wanted(name, below, include) and not (own and os.path.realpath(path) == own) and not _is_output(path):
                found.append(below)
    # a folder that cannot be listed is a task that fails, so it is recorded like a file that cannot be read
    found += [Path(path).relative_to(root).as_posix() for path in unreadable]
    found.sort()
    stems: dict[str, int] = {}
    for below in found:
        stem = _stem(below)
        stems[stem] = stems.get(stem, 0) + 1
    return [Task((root / below).as_posix(), _stem(below) if stems[_stem(below)] == 1 else below) for below in found]


def _stem(below: str) -> str:
    return Path(below).with_suffix("").as_posix() if Path(below).name else below


def _wanted(name: str, below: str, include: Sequence[str]) -> bool:
    if not include:
        return not name.startswith(".") and Path(name).suffix.lower() in READABLE
    if name.startswith(".") and not any(pattern.rpartition("/")[2].startswith(".") for pattern in include):
        return False  # as in a shell, * does not mean hidden files
    return any(fnmatchcase(name, pattern) or fnmatchcase(below, pattern) for pattern in include)


def _is_output(path: Path) -> bool:
    """Whether the file was written by claimx: output kept beside the articles is not taken for one of them."""
    if path.suffix.lower() not in (".jsonl", ".json", ".html"):
        return False
    try:
        with path.open("rb") as stream:
            return _OUTPUT.match(stream.read(_HEAD)) is not None
    except OSError:
        return False


@contextmanager
def atomic_output(output: str | Path) -> Iterator[TextIO]:
    """A stream in UTF-8 whose content appears as the file ``output`` only when the block ends well.

    ``-`` is standard output; a device or pipe is written to directly.
    """
    if str(output) == "-":
        buffer = getattr(sys.stdout, "buffer", None)
        if buffer is None:  # replaced by the program that calls us
            yield sys.stdout
            return
        wrapper = io.TextIOWrapper(buffer, encoding="utf-8", newline="\n", write_through=True)
        try:
            yield wrapper
        finally:
            wrapper.detach()
        buffer.flush()
        return
    target = Path(os.path.realpath(output))
    try:
        if target.is_dir():
            raise InvalidOption(f"The output {target} is a directory; give a file name with -o.")
        special = target.exists() and not target.is_file()
        part = target if special else target.with_name(f".{target.name}.{os.getpid()}.tmp")
        stream = part.open("w", encoding="utf-8", newline="\n")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise InvalidOption(f"The output {target} cannot be written: {reason}.") from None
    try:
        with stream:
            yield stream
        if not special:
            part.replace(target)
    except BaseException:
        if not special:
            part.unlink(missing_ok=True)
        raise


def _tasks(files: Sequence[Task], read: ReadOptions) -> Iterator[tuple[int, Task]]:
    """The files as (files done with this task, task); JSON Lines are read here and handed out in small lots."""
    for number, task in enumerate(files, 1):
        if format_of(task.path, read) != "jsonl":
            yield number, task
            continue
        documents = read_path(task.path, read, doc_id=task.doc_id)
        try:
            while lot := tuple(islice(documents, _PER_TASK)):
                yield number - 1, Task(task.path, task.doc_id, lot)
        except UnreadableInput as error:
            yield (
                number,
                Task(task.path, task.doc_id, (SourceDocument(path=task.path, doc_id=task.doc_id, error=str(error)),)),
            )


def _results(files: Sequence[Task], job: Job, jobs: int) -> Iterator[tuple[int, Done]]:
    """The finished tasks in order, as (files done, result)."""
    waiting: deque[tuple[int, Task, Future[Done]]] = deque()
    tasks = _tasks(files, job.read)
    pool = _pool(job, jobs)
    try:
        while True:
            for number, task in islice(tasks, _AHEAD * jobs - len(waiting)):
                waiting.append((number, task, _submit(pool, task)))
            if not waiting:
                return
            number, task, future = waiting.popleft()
            try:
                done = future.result()
            except BrokenProcessPool:
                # any of the tasks under way can be the cause: each is tried in a process of its own
                pool.shutdown(cancel_futures=True)
                yield number, _alone(task, job)
                for number, task, future in waiting:
                    survived = future.done() and not future.cancelled() and future.exception() is None
                    yield number, future.result() if survived else _alone(task, job)
                waiting.clear()
                pool = _pool(job, jobs)
            else:
                yield number, done
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _alone(task: Task, job: Job) -> Done:
    """The result of a task worked on by a process of its own; one that kills it is a failure."""
    if len(task.documents) > 1:
        parts = [_alone(Task(task.path, task.doc_id, (document,)), job) for document in task.documents]
        failed = tuple(pair for part in parts for pair in part.failed)
        return Done("".join(part.output for part in parts), sum(part.documents for part in parts), failed)
    with _pool(job, 1) as pool:
        try:
            return _submit(pool, task).result()
        except BrokenProcessPool:
            return failure(task, job, _CRASHED)


def _submit(pool: ProcessPoolExecutor, task: Task) -> Future[Done]:
    try:
        return pool.submit(_work, task)
    except BrokenProcessPool as error:
        broken: Future[Done] = Future()
        broken.set_exception(error)
        return broken


def _pool(job: Job, jobs: int) -> ProcessPoolExecutor:
    # fresh interpreters: a fork would copy whatever locks the threads of the progress bar hold
    return ProcessPoolExecutor(jobs, mp_context=get_context("spawn"), initializer=_start, initargs=(job,))


_state: tuple[Extractor, Job] | None = None


def _start(job: Job) -> None:
    global _state  # noqa: PLW0603 - the process's own extractor, made once
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends the pool on Ctrl-C
    _state = Extractor(job.config), job


def _work(task: Task) -> Done:
    assert _state is not None
    extractor, job = _state
    return run(extractor, task, job)
