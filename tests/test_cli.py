"""The command line: what is written where, and one helpful sentence with the right exit code for all that is wrong."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from claimx import __version__ as version
from claimx import cli
from claimx.model import Document

ARTICLE = "星河科技公布年报：全年营收 38.6 亿元，同比增长 12.5%。🚀净利润 4.2 亿元，\n同比增长 30%。\n"


class Result:
    def __init__(self, code: int, out: bytes, err: str) -> None:
        self.code, self.out, self.err = code, out.decode("utf-8"), err


@pytest.fixture
def claimx(capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch) -> Any:
    """Runs the command line in this process."""

    def run(*arguments: str | Path, stdin: bytes = b"") -> Result:
        # the real descriptor, in the poorest encoding: pytest captures what arrives there
        with io.TextIOWrapper(open(os.dup(1), "wb"), encoding="ascii") as out:
            monkeypatch.setattr(sys, "stdout", out)
            monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
            code = cli._run([str(argument) for argument in arguments])
        captured = capfdbinary.readouterr()
        return Result(code, captured.out, captured.err.decode("utf-8"))

    return run


@pytest.fixture
def article(tmp_path: Path) -> Path:
    path = tmp_path / "2025-08-30_星河.txt"
    path.write_text(ARTICLE, encoding="utf-8")
    return path


def fails(result: Result, *words: str, code: int = 2) -> None:
    """One sentence on standard error, nothing on standard output."""
    assert result.code == code
    assert result.out == ""
    (line,) = result.err.splitlines()
    assert line.startswith("claimx: ")
    assert line.endswith((".", ")"))
    for word in words:
        assert word in line


# --- extract


def test_json_lines(claimx: Any, article: Path) -> None:
    result = claimx("extract", article, "--format", "jsonl")
    assert (result.code, result.err) == (0, "")
    (line,) = result.out.splitlines()
    record = json.loads(line)
    assert (record["schema"], record["doc_id"], record["path"]) == ("claimx/1", "2025-08-30_星河", str(article))
    assert (record["reference_date"], record["reference_date_from"]) == ("2025-08-30", "filename")
    assert (record["n_chars"], record["encoding"], record["error"]) == (len(ARTICLE), "utf-8", None)
    assert "38.6 亿元" in [quantity["text"] for quantity in record["quantities"]]
    for kind in ("quantities", "times", "mentions", "claims"):
        assert all(ARTICLE[item["start"] : item["end"]] == item["text"] for item in record[kind])


@pytest.mark.parametrize(("unit", "codec", "width"), [("byte", "utf-8", 1), ("utf16", "utf-16-le", 2)])
def test_other_offsets(claimx: Any, article: Path, unit: str, codec: str, width: int) -> None:
    record = json.loads(claimx("extract", article, "--format", "json", "--offsets", unit).out)
    encoded = ARTICLE.encode(codec)
    assert record["offsets"] == unit
    assert record["quantities"]
    for item in record["quantities"]:
        assert encoded[item["start"] * width : item["end"] * width].decode(codec) == item["text"]


def test_table_is_the_default_and_plain_when_piped(claimx: Any, article: Path) -> None:
    result = claimx("extract", article)
    assert (result.code, result.err) == (0, "")
    assert result.out == claimx("extract", article, "--format", "table").out
    assert "reference date: 2025-08-30 (filename)" in result.out
    assert "\x1b" not in result.out


def test_csv(claimx: Any, article: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(claimx("extract", article, "--format", "csv").out)))
    claims = json.loads(claimx("extract", article, "--format", "json").out)["claims"]
    assert [(row["anchor_text"], int(row["anchor_start"])) for row in rows] == [
        (claim["anchor"]["text"], claim["anchor"]["start"]) for claim in claims
    ]


def test_html(claimx: Any, article: Path) -> None:
    result = claimx("extract", article, "--format", "html")
    assert result.code == 0
    assert result.out.startswith("<!DOCTYPE html>")


def test_standard_input(claimx: Any) -> None:
    result = claimx("extract", "-", "--format", "jsonl", stdin=ARTICLE.encode("gb18030"))
    record = json.loads(result.out)
    assert (record["path"], record["encoding"], record["n_chars"]) == (None, "gb18030", len(ARTICLE))
    lines = claimx(
        *("extract", "-", "--format", "jsonl", "--input-format", "jsonl", "--text-field", "t"),
        stdin=b'{"t": "a 1%"}\n{"t": "b"}',
    )
    assert [json.loads(line)["n_chars"] for line in lines.out.splitlines()] == [4, 1]


def test_reference_date_of_the_argument_wins(claimx: Any, article: Path) -> None:
    record = json.loads(claimx("extract", article, "--format", "json", "--reference-date", "2024-01-02").out)
    assert (record["reference_date"], record["reference_date_from"]) == ("2024-01-02", "argument")


def test_output_file(claimx: Any, article: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.jsonl"
    result = claimx("extract", article, "--format", "jsonl", "-o", target)
    assert (result.code, result.out, result.err) == (0, "", "")
    assert json.loads(target.read_text(encoding="utf-8"))["doc_id"] == "2025-08-30_星河"
    assert sorted(os.listdir(tmp_path)) == ["2025-08-30_星河.txt", "out.jsonl"]


def test_several_documents_one_bad(claimx: Any, tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text('{"text": "营收 5 亿元。"}\n{"text": \n{"text": "净利 1 亿元。"}\n', encoding="utf-8")
    result = claimx("extract", path, "--format", "jsonl")
    assert result.code == 1
    assert [json.loads(line)["error"] is None for line in result.out.splitlines()] == [True, False, True]
    (line,) = result.err.splitlines()
    assert line.startswith("claimx: x:2: ")
    assert "line 2, is not valid JSON" in line
    assert len(json.loads(claimx("extract", path, "--format", "json").out)) == 3
    assert "x:3" in claimx("extract", path).out
    fails(claimx("extract", path, "--format", "html"), "--format jsonl")


def test_text_with_anything(claimx: Any, tmp_path: Path) -> None:
    """Lone surrogates, NUL and escape sequences come out as valid UTF-8, and never steer a terminal."""
    path = tmp_path / "x.json"
    path.write_text(json.dumps({"text": "营收 5 亿元\x00\ud800\x1b[2J", "title": "\x1b]0;x\x07\ud800题"}))
    for form in ("json", "jsonl", "csv", "html", "table"):
        result = claimx("extract", path, "--format", form)
        assert (result.code, result.err) == (0, "")
        assert "\x1b" not in result.out or form == "csv"
    assert json.loads(claimx("extract", path, "--format", "json").out)["title"] == "\x1b]0;x\x07\ud800题"


# --- what can be wrong


def test_bad_files(claimx: Any, tmp_path: Path, article: Path) -> None:
    empty, binary, malformed = tmp_path / "empty.txt", tmp_path / "x.txt", tmp_path / "x.json"
    empty.touch()
    binary.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(99))
    malformed.write_text("{]")
    fails(claimx("extract", empty), "empty.txt is empty")
    fails(claimx("extract", binary), "is a picture, not text")
    fails(claimx("extract", malformed), "is not valid JSON")
    fails(claimx("extract", tmp_path / "nope.txt"), "There is no file", "nope.txt")
    fails(claimx("extract", tmp_path), "is a directory", "claimx batch")
    fails(claimx("extract", article, "--encoding", "big5"), "is not in big5", "utf-8")
    fails(claimx("extract", "-"), "The input is empty")


def test_unreadable_path(claimx: Any, article: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    fails(claimx("extract", article), "may not be read; check its permissions")


def test_bad_usage(claimx: Any, tmp_path: Path, article: Path) -> None:
    fails(claimx("extract", article, "--encoding", "utf-9"), "'utf-9' is no text encoding")
    fails(claimx("extract", article, "--reference-date", "soon"), "'soon' is no date", "YYYY-MM-DD")
    assert claimx("extract", article, "--format", "xls").code == 2
    assert claimx("extract").code == 2
    assert claimx("nonsense").code == 2
    assert claimx("extract", article, "--nonsense").code == 2
    fails(claimx("extract", article, "-o", tmp_path / "no" / "x"), "cannot be written")
    fails(claimx("extract", article, "-o", tmp_path), "is a directory")
    fails(claimx("eval", tmp_path / "nope"), "There is no file or folder")
    nothing = claimx()
    assert nothing.code == 2
    assert "extract" in nothing.err
    for arguments in (("extract", article, "--format", "xls"), ("nonsense",), ("extract", article, "--nonsense")):
        result = claimx(*arguments)
        assert (result.out, len(result.err.splitlines())) == ("", 1)
        assert "Traceback" not in result.err


def test_failed_run_leaves_the_old_output(claimx: Any, tmp_path: Path) -> None:
    target = tmp_path / "out.jsonl"
    target.write_text("old")
    fails(claimx("extract", tmp_path / "nope.txt", "-o", target), "There is no file")
    assert target.read_text() == "old"


def test_fault_of_our_own_is_recorded(claimx: Any, article: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from claimx.pipeline import Extractor

    def fail(*_: Any, **__: Any) -> Document:
        raise KeyError("boom\nline")

    monkeypatch.setattr(Extractor, "__call__", fail)
    result = claimx("extract", article, "--format", "jsonl")
    assert result.code == 1
    assert "please report it" in json.loads(result.out)["error"]
    assert len(result.err.splitlines()) == 1


# --- the rest


def test_schema(claimx: Any) -> None:
    result = claimx("schema")
    assert (result.code, result.err) == (0, "")
    assert json.loads(result.out)["title"] == "claimx/1"


def test_version(claimx: Any) -> None:
    result = claimx("--version")
    assert (result.code, result.out, result.err) == (0, f"claimx {version}\n", "")


@pytest.mark.parametrize("command", ["extract", "batch", "schema", "eval"])
def test_help(claimx: Any, command: str) -> None:
    result = claimx(command, "--help")
    assert result.code == 0
    assert command in result.out


def run_module(*arguments: str, **options: Any) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "claimx", *arguments]
    return subprocess.run(command, capture_output=True, check=False, timeout=120, **options)


def test_module_in_a_poor_locale(article: Path) -> None:
    """``python -m claimx``: UTF-8 out, whatever the locale; the same bytes as to a file."""
    environment = {**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii"}
    done = run_module("extract", str(article), "--format", "jsonl", env=environment)
    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout.decode("utf-8"))["n_chars"] == len(ARTICLE)
    missing = run_module("extract", str(article.with_name("没有.txt")), env=environment)
    assert missing.returncode == 2
    assert missing.stderr.startswith(b"claimx: There is no file")


@pytest.mark.skipif(sys.platform == "win32", reason="pipes")
def test_reader_that_stops_early(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text('{"text": "营收 5 亿元。"}\n' * 3000, encoding="utf-8")
    command = f'"{sys.executable}" -m claimx extract "{path}" --format jsonl | head -n 1'
    done = subprocess.run(command, shell=True, capture_output=True, check=False, timeout=120)
    assert done.stderr == b""
    assert json.loads(done.stdout)["doc_id"] == "x:1"


def test_light_start() -> None:
    code = (
        "import sys, claimx, claimx.cli, claimx.spacy_component\n"
        "print([name for name in ('spacy', 'jieba', 'dateparser', 'rich.table') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_bar_only_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    screen = Terminal()
    monkeypatch.setattr(sys, "stderr", screen)
    with cli._progress() as advance:
        advance(3, 7)
    assert "3/7" in screen.getvalue()
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    with cli._progress() as advance:
        assert advance is None


def test_bug_is_one_sentence_too(claimx: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from claimx.output import schema

    def fail() -> None:
        raise ZeroDivisionError("boom")

    monkeypatch.setattr(schema, "json_schema", fail)
    fails(claimx("schema"), "ZeroDivisionError: boom", "report it", code=1)
