"""A folder to one file: every document recorded, in order, the same bytes for any number of processes."""

from __future__ import annotations

import csv
import json
import multiprocessing
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from claimx.batch import local
from claimx.batch.local import list_files, run_folder
from claimx.batch.work import Job, Task
from claimx.errors import InvalidOption, UnreadableInput
from claimx.model import Document
from claimx.pipeline import Extractor
from claimx.source.reading import ReadOptions

ARTICLE = "星河科技公布年报：全年营收 38.6 亿元，同比增长 12.5%。\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "articles"
    (root / "b" / "deep").mkdir(parents=True)
    (root / ".hidden").mkdir()
    (root / "z.txt").write_text(ARTICLE, encoding="utf-8")
    (root / "a.txt").write_text(ARTICLE, encoding="gb18030")
    (root / "a.html").write_text(f"<p>{ARTICLE}</p>", encoding="utf-8")
    (root / "b" / "2025-08-30.md").write_text(ARTICLE, encoding="utf-8")
    (root / "b" / "deep" / "empty.txt").touch()
    (root / "b" / "deep" / "picture.txt").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(50))
    lines = [json.dumps({"text": ARTICLE, "title": f"题{number}"}) for number in range(40)]
    lines[7] = "{malformed"
    (root / "c.jsonl").write_text("\n".join(lines), encoding="utf-8")
    (root / "d.json").write_text(json.dumps([{"text": ARTICLE}, {"n": 1}]), encoding="utf-8")
    (root / "skipped.pdf").write_bytes(b"%PDF-1.4")
    (root / ".hidden" / "x.txt").write_text(ARTICLE, encoding="utf-8")
    (root / ".x.txt").write_text(ARTICLE, encoding="utf-8")
    return root


ORDER = [
    *("a.html", "a.txt", "b/2025-08-30", "b/deep/empty", "b/deep/picture"),
    *(f"c:{number}" for number in range(1, 41)),
    *("d:1", "d:2", "z"),
]
BAD = {"b/deep/empty", "b/deep/picture", "c:8", "d:2"}


def records(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.fixture
def forked(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Processes that inherit what a test patches, and the loaded lexicon."""
    if "fork" not in multiprocessing.get_all_start_methods():
        pytest.skip("needs fork")
    Extractor()(ARTICLE)
    monkeypatch.setattr(local, "get_context", lambda _: multiprocessing.get_context("fork"))
    return monkeypatch


def test_every_document_in_order_whatever_the_processes(folder: Path, tmp_path: Path) -> None:
    outputs = [tmp_path / f"{jobs}.jsonl" for jobs in (1, 3)]
    for jobs, output in zip((1, 3), outputs, strict=True):
        summary = run_folder(folder, output, jobs=jobs)
        assert summary.documents == len(ORDER)
        assert [name for name, _ in summary.failed] == [name for name in ORDER if name in BAD]
    assert outputs[0].read_bytes() == outputs[1].read_bytes()
    found = records(outputs[0])
    assert [record["doc_id"] for record in found] == ORDER
    assert {record["doc_id"] for record in found if record["error"]} == BAD
    assert found[0]["path"] == f"{folder.as_posix()}/a.html"
    by_name = {record["doc_id"]: record for record in found}
    assert by_name["b/2025-08-30"]["reference_date"] == "2025-08-30"
    assert by_name["a.txt"]["encoding"] == "gb18030"
    assert by_name["c:5"]["title"] == "题4"
    for record in found:
        if not record["error"]:
            assert "38.6 亿元" in [quantity["text"] for quantity in record["quantities"]]
    assert sorted(os.listdir(tmp_path)) == ["1.jsonl", "3.jsonl", "articles"]


def test_csv(folder: Path, tmp_path: Path, forked: pytest.MonkeyPatch) -> None:
    output = tmp_path / "out.csv"
    run_folder(folder, output, job=Job(format="csv"), jobs=2)
    with output.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["doc_id"] for row in rows if row["error"]] == [name for name in ORDER if name in BAD]
    run_folder(folder, tmp_path / "out.jsonl", jobs=2)
    claims = [
        (record["doc_id"], claim["id"]) for record in records(tmp_path / "out.jsonl") for claim in record["claims"]
    ]
    assert [(row["doc_id"], row["id"]) for row in rows if not row["error"]] == claims


def test_a_fault_in_one_document_is_recorded(folder: Path, tmp_path: Path, forked: pytest.MonkeyPatch) -> None:
    call = Extractor.__call__

    def fail(self: Extractor, text: str, **options: Any) -> Document:
        if options["doc_id"] == "c:20":
            raise RecursionError("too deep")
        return call(self, text, **options)

    forked.setattr(Extractor, "__call__", fail)
    summary = run_folder(folder, tmp_path / "out.jsonl", jobs=2)
    assert dict(summary.failed)["c:20"] == (
        "claimx failed on this document (RecursionError: too deep); please report it."
    )
    assert [record["doc_id"] for record in records(tmp_path / "out.jsonl")] == ORDER


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_process_that_dies_costs_one_document(
    folder: Path, tmp_path: Path, forked: pytest.MonkeyPatch, jobs: int
) -> None:
    call = Extractor.__call__

    def die(self: Extractor, text: str, **options: Any) -> Document:
        if options["doc_id"] in ("b/2025-08-30", "c:20"):
            os._exit(9)
        return call(self, text, **options)

    forked.setattr(Extractor, "__call__", die)
    summary = run_folder(folder, tmp_path / "out.jsonl", jobs=jobs)
    assert {name for name, _ in summary.failed} == {*BAD, "b/2025-08-30", "c:20"}
    found = records(tmp_path / "out.jsonl")
    assert [record["doc_id"] for record in found] == ORDER
    assert "process that worked on this document died" in found[2]["error"]


def test_raise_writes_nothing(folder: Path, tmp_path: Path, forked: pytest.MonkeyPatch) -> None:
    output = tmp_path / "out.jsonl"
    output.write_text("old")
    with pytest.raises(UnreadableInput, match=r"^b/deep/empty: .*is empty"):
        run_folder(folder, output, jobs=2, on_error="raise")
    assert output.read_text() == "old"
    assert sorted(os.listdir(tmp_path)) == ["articles", "out.jsonl"]


def test_own_output_is_never_read(folder: Path, tmp_path: Path, forked: pytest.MonkeyPatch) -> None:
    for name in ("out.jsonl", "out.jsonl", "other.jsonl"):
        summary = run_folder(folder, folder / name, jobs=1)
        assert summary.documents == len(ORDER)
    assert (folder / "out.jsonl").read_bytes() == (folder / "other.jsonl").read_bytes()


def test_bounded(folder: Path, forked: pytest.MonkeyPatch) -> None:
    """Only a few tasks are taken ahead of what has been written."""
    taken = 0

    def endless(*_: Any) -> Any:
        nonlocal taken
        for number in range(10_000):
            taken += 1
            yield number, Task(str(folder / "z.txt"), str(number))

    forked.setattr(local, "_tasks", endless)
    results = local._results([], Job(), 2)
    for _ in range(5):
        next(results)
    assert taken <= 5 + 2 * local._AHEAD
    results.close()  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("include", "names"),
    [
        (["*.txt"], ["a", "b/deep/empty", "b/deep/picture", "z"]),
        (["b/*"], ["b/2025-08-30", "b/deep/empty", "b/deep/picture"]),
        (["*.pdf", "*.html"], ["a", "skipped"]),
        (["nothing"], []),
    ],
)
def test_include(folder: Path, include: list[str], names: list[str]) -> None:
    assert [task.doc_id for task in list_files(folder, include=include)] == names


@pytest.mark.skipif(sys.platform == "win32", reason="symbolic links")
def test_links(folder: Path) -> None:
    before = len(list_files(folder))
    (folder / "loop").symlink_to(folder)
    (folder / "dead.txt").symlink_to(folder / "nowhere")
    tasks = list_files(folder)
    assert len(tasks) == before + 1  # the dead link is a file that cannot be read, and will be recorded


def test_odd_file_names(tmp_path: Path, forked: pytest.MonkeyPatch) -> None:
    root = tmp_path / "articles"
    root.mkdir()
    try:
        (root / os.fsdecode(b"\xff\xfe.txt")).write_text(ARTICLE, encoding="utf-8")
    except OSError:
        pytest.skip("the file system takes no such names")
    (root / "a b\n c.txt").write_text(ARTICLE, encoding="utf-8")
    run_folder(root, tmp_path / "out.jsonl", jobs=1)
    assert [record["doc_id"] for record in records(tmp_path / "out.jsonl")] == ["a b\n c", "\udcff\udcfe"]


def test_progress(folder: Path, tmp_path: Path, forked: pytest.MonkeyPatch) -> None:
    seen: list[tuple[int, int]] = []
    run_folder(folder, tmp_path / "out.jsonl", jobs=1, progress=lambda done, total: seen.append((done, total)))
    assert seen == sorted(seen)
    assert seen[-1] == (8, 8)


def test_options_reach_the_processes(folder: Path, tmp_path: Path) -> None:
    import datetime

    job = Job(read=ReadOptions(text_field="title"), reference_date=datetime.date(2020, 1, 2), offsets="byte")
    run_folder(folder, tmp_path / "out.jsonl", job=job, jobs=1, include=["c.jsonl"])
    found = records(tmp_path / "out.jsonl")
    assert (found[0]["n_chars"], found[0]["reference_date"], found[0]["offsets"]) == (2, "2020-01-02", "byte")


def test_bad_folders(tmp_path: Path, folder: Path) -> None:
    out = tmp_path / "out.jsonl"
    with pytest.raises(UnreadableInput, match="There is no folder"):
        run_folder(tmp_path / "nope", out)
    with pytest.raises(UnreadableInput, match="is not a folder; use `claimx extract`"):
        run_folder(folder / "a.txt", out)
    with pytest.raises(UnreadableInput, match=r"There is no file to read in .*\*\.md"):
        run_folder(folder / ".hidden", out, include=["*.md"])
    with pytest.raises(InvalidOption, match="cannot be written"):
        run_folder(folder, tmp_path / "no" / "out.jsonl")
    with pytest.raises(InvalidOption, match="is a directory"):
        run_folder(folder, tmp_path)
    with pytest.raises(InvalidOption, match="--jobs must be 1 or more"):
        run_folder(folder, out, jobs=0)
    assert not out.exists()


def test_command_line(folder: Path, tmp_path: Path) -> None:
    output = tmp_path / "out.jsonl"
    command = [sys.executable, "-m", "claimx", "batch", str(folder), "--jobs", "2", "-o"]
    done = subprocess.run([*command, str(output)], capture_output=True, text=True, check=False, timeout=120)
    assert (done.returncode, done.stdout) == (1, "")
    lines = done.stderr.splitlines()
    assert lines[0] == f"claimx: {len(ORDER) - len(BAD)} of {len(ORDER)} documents done"
    assert [line.split(": ")[1] for line in lines[1:]] == [name for name in ORDER if name in BAD]
    piped = subprocess.run([*command, "-"], capture_output=True, check=False, timeout=120)
    assert piped.stdout == output.read_bytes()
    good = subprocess.run([*command, str(output), "--include", "z.txt"], capture_output=True, check=False, timeout=120)
    assert (good.returncode, good.stdout, good.stderr) == (0, b"", b"")
    stop = subprocess.run([*command, str(output), "--on-error", "raise"], capture_output=True, text=True, check=False)
    assert stop.returncode == 2
    assert stop.stderr.startswith("claimx: b/deep/empty: ")
    assert len(records(output)) == 1
