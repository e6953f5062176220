"""The documents say what is so: their code runs and prints what they show, their commands work, their files exist."""

from __future__ import annotations

import io
import json
import re
import shlex
import shutil
import subprocess
import sys
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any, get_args

import pytest

import claimx
from claimx import model
from claimx.output.schema import json_schema

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = Path(claimx.__file__).resolve().parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
BLOCKS = [(match[1], match[2], README.count("\n", 0, match.start()) + 1) for match in BLOCK.finditer(README)]
ARTICLE = "小米集团公布,第三季度营收1131亿元,同比增长22%。\n"


def test_code_prints_what_is_shown() -> None:
    """All Python blocks as one program; a text block behind one is what it prints."""
    space: dict[str, Any] = {}
    ran = 0
    for number, (kind, code, line) in enumerate(BLOCKS):
        if kind != "python":
            continue
        printed = io.StringIO()
        with redirect_stdout(printed):
            exec(compile("\n" * line + code, "README.md", "exec"), space)
        ran += 1
        following = BLOCKS[number + 1] if number + 1 < len(BLOCKS) else ("", "", 0)
        if following[0] == "text":
            assert printed.getvalue() == following[1], f"README.md, line {line}"
    assert ran >= 4


def test_commands_work_in_turn(tmp_path: Path) -> None:
    (tmp_path / "articles").mkdir()
    for path in (tmp_path / "article.txt", tmp_path / "articles" / "a.txt"):
        path.write_text(ARTICLE, encoding="utf-8")
    shutil.copytree(ROOT / "corpora" / "dev", tmp_path / "corpora" / "dev")
    ran = 0
    for kind, code, line in BLOCKS:
        if kind != "console":
            continue
        for command, shown in re.findall(r"^\$ (.+)\n((?:(?!\$ ).*\n)*)", code, re.MULTILINE):
            program, *arguments = shlex.split(command, comments=True)
            assert program == "claimx"
            done = subprocess.run(
                [sys.executable, "-m", "claimx", *arguments],
                capture_output=True,
                text=True,
                encoding="utf-8",
                check=False,
                cwd=tmp_path,
                timeout=300,
            )
            assert (done.returncode, done.stderr) == (0, ""), f"README.md, line {line}: {command}"
            printed = [row.split() for row in done.stdout.splitlines()]
            for row in shown.splitlines():
                assert row == "…" or row.split() in printed, f"README.md, line {line}: {row}"
            ran += 1
    assert ran >= 6


FILES = sorted(set(re.findall(r"`((?:claimx|benchmarks|tests|scripts|corpora)/[a-z][\w./]*|corpora/)`", README)))


@pytest.mark.parametrize("name", FILES)
def test_files_exist(name: str) -> None:
    """Those of the package where it is installed, the others in the checkout."""
    base = PACKAGE.parent if name.startswith("claimx/") else ROOT
    assert (base / name).exists()


def test_json_example_has_every_field() -> None:
    (example,) = [json.loads(code) for kind, code, _ in BLOCKS if kind == "json"]
    definitions = json_schema()["$defs"]
    assert set(example) | {"title"} == set(definitions["Record"]["properties"]) - {"offsets"}
    assert set(example["claims"][0]) == set(definitions["Claim"]["properties"])


@pytest.mark.parametrize("name", ["Measure", "Direction", "Basis", "Modality", "Bound", "ClaimType"])
def test_every_value_is_explained(name: str) -> None:
    assert [value for value in get_args(getattr(model, name)) if f"`{value}`" not in README] == []


def test_make_targets() -> None:
    if not (ROOT / "Makefile").exists():
        pytest.skip("no checkout")
    targets = re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert set(re.findall(r"^make (\w+)", README, re.MULTILINE)) <= set(targets)
    article = re.search(r"^ARTICLE \?= (.+)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert article
    assert (ROOT / article[1]).exists()


def test_both_commands_stand_at_the_top() -> None:
    head = README.splitlines()[:8]
    assert any(line.startswith("make demo") for line in head)
    assert any(line.startswith("make test") for line in head)
