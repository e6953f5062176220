"""What the benchmarks share: where a run was made, and generated sections of Markdown files."""

from __future__ import annotations

import datetime
import os
import platform
import re
from pathlib import Path

import claimx

ROOT = Path(__file__).resolve().parent.parent
CORPORA = ROOT / "corpora"
RESULTS = ROOT / "benchmarks" / "RESULTS.md"
README = ROOT / "README.md"


def where() -> str:
    """Day, release, interpreter and processor of a run, on one line."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return (
        f"{datetime.date.today()}, claimx {claimx.__version__}, Python {platform.python_version()}, "
        f"{_processor()}, {cores} cores"
    )


def _processor() -> str:
    try:
        found = re.search(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(encoding="utf-8"), re.MULTILINE)
    except OSError:
        found = None
    return found[1].strip() if found else platform.processor() or platform.machine()


def markdown_table(rows: list[tuple[str, ...]]) -> str:
    """``rows`` as a table; the first is the head, all columns but the first are figures."""
    head, *body = rows
    lines = [head, ("---", *("---:" for _ in head[1:])), *body]
    return "\n".join("| " + " | ".join(row) + " |" for row in lines)


def fill(path: Path, section: str, content: str) -> None:
    """Puts ``content`` between the lines ``<!-- section -->`` and ``<!-- /section -->`` of the file at ``path``."""
    text = path.read_text(encoding="utf-8")
    begin, end = f"<!-- {section} -->", f"<!-- /{section} -->"
    before, found, rest = text.partition(begin)
    _, closed, after = rest.partition(end)
    if not found or not closed:
        raise SystemExit(f"{path} has no section {begin} … {end}.")
    path.write_text(f"{before}{begin}\n{content.strip()}\n{end}{after}", encoding="utf-8")
