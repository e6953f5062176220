"""The tokenization stage: tokens tile any text; words of the trade stay whole; nothing shared is touched."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from claimx.lexicon.loader import read_tsv
from claimx.source.text import Text
from claimx.tokens import Tokenizer, tokenize

CASES = (Path(__file__).parent / "cases" / "tokens.txt").read_text(encoding="utf-8").split("\n")


@pytest.mark.parametrize("case", [line for line in CASES if line and not line.startswith("#")])
def test_cases(case: str) -> None:
    words = case.replace("␣", " ").split("/")
    assert [token.text for token in tokenize("".join(words))] == words


def check_tiling(raw: str) -> None:
    at = 0
    for token in tokenize(raw):
        assert token.start == at < token.end
        assert raw[token.start : token.end] == token.text
        at = token.end
    assert at == len(raw)


@settings(max_examples=200)
@given(st.text(st.characters(exclude_categories=())) | st.text("营收增长 \n\r\t3.5%ＡＢａ-+#\u3000公司\ud800é🚀"))
@example("")
@example("\r\n\n\r \u3000\t")
@example("\x00\ud800\udc00\u0301é")
def test_tokens_tile_any_text(raw: str) -> None:
    check_tiling(raw)


@pytest.mark.parametrize(
    "raw",
    ["鿕" * 20_000, "7" * 200_000, "营收增长" * 5_000, "aB3" * 30_000, "\u3000" * 50_000],
    ids=["rare hanzi", "digits", "words", "latin", "spaces"],
)
def test_long_runs(raw: str) -> None:
    """jieba alone needs time in the square of a run of unknown characters."""
    check_tiling(raw)


def test_accepts_a_text() -> None:
    assert tokenize(Text("毛利率")) == tokenize("毛利率")


def test_user_words_are_whole_and_well_formed() -> None:
    words = [row[0] for row in read_tsv("words.tsv")]
    assert len(words) == len(set(words)) > 300
    split = [word for word in words if len(tokenize(word)) > 1]
    assert split == []


def test_extra_words_stay_with_their_tokenizer() -> None:
    own = Tokenizer((("星河蓝海云", 0),))
    assert [token.text for token in own("买星河蓝海云了")] == ["买", "星河蓝海云", "了"]
    assert len(tokenize("星河蓝海云")) > 1
    again = pickle.loads(pickle.dumps(own))
    assert [token.text for token in again("星河蓝海云")] == ["星河蓝海云"]


def test_tags_are_those_of_the_dictionary() -> None:
    own = Tokenizer((("星河蓝海云", 0),))
    told = list(own.tagged("星河蓝海云收购归母净利润，鿕"))
    assert "".join(word for word, _ in told) == "星河蓝海云收购归母净利润，鿕"
    assert dict(told) == {"星河蓝海云": "n", "收购": "v", "归母净利润": "n", "，": "", "鿕": ""}


def test_threads_share_one_tokenizer() -> None:
    fresh = Tokenizer()
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(fresh, ["归母净利润同比扭亏为盈"] * 16))
    assert all(result == results[0] for result in results)


def test_leaves_jieba_and_temporary_files_alone() -> None:
    """Neither the global tokenizer nor its cache in the shared temporary directory is used or made."""
    with tempfile.TemporaryDirectory() as place:
        code = (
            "import sys, claimx\n"
            "assert 'jieba' not in sys.modules and 'spacy' not in sys.modules\n"
            "claimx.tokenize('归母净利润')\n"
            "import jieba\n"
            "assert not jieba.dt.initialized and 'spacy' not in sys.modules\n"
        )
        environment = {**os.environ, "TMPDIR": place}
        done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
        assert os.listdir(place) == []
