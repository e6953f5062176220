"""The benchmarks run: figures in the documents come from nowhere else."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
BENCHMARKS = ROOT / "benchmarks"
ARTICLE = "星河科技营收 3 亿元，同比增长 20%。\n"


@pytest.fixture
def results(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(BENCHMARKS)
    import results

    return results


def test_sections(results: Any, tmp_path: Path) -> None:
    path = tmp_path / "x.md"
    path.write_text("a\n<!-- b -->\nold\n<!-- /b -->\n<!-- c -->\nkept\n<!-- /c -->\n", encoding="utf-8")
    table = results.markdown_table([("", "n"), ("甲", "1")])
    assert table == "|  | n |\n| --- | ---: |\n| 甲 | 1 |"
    results.fill(path, "b", table)
    content = path.read_text(encoding="utf-8")
    assert content == f"a\n<!-- b -->\n{table}\n<!-- /b -->\n<!-- c -->\nkept\n<!-- /c -->\n"
    with pytest.raises(SystemExit, match="has no section"):
        results.fill(path, "d", table)


def test_where(results: Any) -> None:
    assert "claimx" in results.where()
    assert "\n" not in results.where()


@pytest.mark.parametrize("name", ["README.md", "benchmarks/RESULTS.md"])
def test_documents_have_the_sections(name: str) -> None:
    content = (ROOT / name).read_text(encoding="utf-8")
    for section in ("accuracy", "speed"):
        assert content.count(f"<!-- {section} -->") == content.count(f"<!-- /{section} -->") == 1


def run(*arguments: str | Path) -> str:
    command = [sys.executable, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False, timeout=300)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_accuracy() -> None:
    article = min((ROOT / "corpora" / "dev").glob("*.claimx"), key=lambda path: path.stat().st_size)
    printed = run(BENCHMARKS / "accuracy.py", article)
    assert f"| {article.name} | 1 |" in printed
    assert "| of the claims found |" in printed


@pytest.mark.slow
def test_speed(tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    path.write_text(ARTICLE, encoding="utf-8")
    article = min((ROOT / "corpora" / "dev").glob("*.claimx"), key=lambda path: path.stat().st_size)
    (tmp_path / article.name).write_bytes(article.read_bytes())
    printed = run(BENCHMARKS / "speed.py", "--rounds", "1", "--corpora", tmp_path, path)
    assert "| jieba.lcut |" in printed
    assert f"claimx extract, {len(ARTICLE)} characters" in printed
