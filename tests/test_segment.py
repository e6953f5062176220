"""Sentences and clauses: tables of cases, and what holds for any text."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from claimx.source.segment import split_clauses, split_sentences
from claimx.source.text import Text

CASES = Path(__file__).parent / "cases"
ALPHABET = (
    "。！？!?….,;:，；：、“”‘’「」『』《》〈〉（）()[]【】{}\"' \u3000\n\r\u2028\t甲乙说的表示aZ19%\ud800\x00🚀\u0301"
)
texts = st.text(st.sampled_from(ALPHABET)) | st.text()


def cases(name: str) -> list[str]:
    lines = (CASES / name).read_text(encoding="utf-8").split("\n")
    return [line for line in lines if line.strip(" ") and not line.startswith("#")]


@pytest.mark.parametrize("case", cases("sentences.txt"))
def test_sentences(case: str) -> None:
    marked = case.replace("⏎", "\n")
    text = marked.replace("‖", "").replace("¶", "")
    wanted = [
        (sentence.strip(" \u3000"), number)
        for number, paragraph in enumerate(marked.split("¶"))
        for line in paragraph.split("\n")
        for sentence in line.split("‖")
        if sentence.strip(" \u3000")
    ]
    found = split_sentences(Text(text))
    assert [(sentence.text, sentence.paragraph) for sentence in found] == wanted
    assert all(text[sentence.start : sentence.end] == sentence.text for sentence in found)


@pytest.mark.parametrize("case", cases("clauses.txt"))
def test_clauses(case: str) -> None:
    text = case.replace("|", "")
    found = [text[clause.start : clause.end] for clause in split_clauses(Text(text), 0, len(text))]
    assert found == [clause.strip(" \u3000") for clause in case.split("|")]


def test_clauses_within_a_sentence() -> None:
    text = Text("甲涨。乙跌，丙平，丁涨。")
    start = text.raw.index("乙")
    assert [text.raw[clause.start : clause.end] for clause in split_clauses(text, start, len(text))] == [
        "乙跌，",
        "丙平，",
        "丁涨。",
    ]
    assert split_clauses(text, 3, 3) == []


def test_one_line_article() -> None:
    """Paragraphs of an article kept on one line stand between wide gaps."""
    paragraph = (
        "星河科技公布年报，全年营收增长三成，净利润增长两成，毛利率持平，现金流转正，订单充足，产能扩张，员工增加。"
    )
    text = "原标题：星河科技年报　　" + " 　　".join([paragraph] * 5)
    found = split_sentences(Text(text))
    assert [sentence.paragraph for sentence in found] == [0, 1, 2, 3, 4, 5]
    assert [sentence.text for sentence in found] == ["原标题：星河科技年报"] + [paragraph] * 5


def visible(text: Text, start: int, end: int) -> list[int]:
    return [at for at in range(start, end) if not text.folded[at].isspace()]


@given(texts)
@example("（" * 40 + "]" * 40)
@example("“。”" * 20)
@example("\ud800。\udfff\x00。")
def test_sentences_tile_any_text(raw: str) -> None:
    text = Text(raw)
    found = split_sentences(text)
    covered: list[int] = []
    for sentence in found:
        assert raw[sentence.start : sentence.end] == sentence.text
        assert sentence.text
        assert not text.folded[sentence.start].isspace()
        assert not text.folded[sentence.end - 1].isspace()
        assert not covered or covered[-1] < sentence.start
        covered += visible(text, sentence.start, sentence.end)
    assert covered == visible(text, 0, len(raw))
    paragraphs = [sentence.paragraph for sentence in found]
    assert sorted(set(paragraphs)) == list(range(len(set(paragraphs))))
    assert paragraphs == sorted(paragraphs)


@given(texts)
def test_clauses_tile_their_sentence(raw: str) -> None:
    text = Text(raw)
    for sentence in split_sentences(text):
        covered: list[int] = []
        for clause in split_clauses(text, sentence.start, sentence.end):
            assert sentence.start <= clause.start < clause.end <= sentence.end
            assert not covered or covered[-1] < clause.start
            covered += visible(text, clause.start, clause.end)
        assert covered == visible(text, sentence.start, sentence.end)


def test_what_never_ends_is_cut() -> None:
    """Behind a mark where there is one, and never within a figure or a Latin word."""
    text = Text("营收增长1234.5亿元，" * 200 + "净利ABCDEF" * 200)
    sentences = split_sentences(text)
    assert max(len(sentence.text) for sentence in sentences) <= 1200
    clauses = [clause for one in sentences for clause in split_clauses(text, one.start, one.end)]
    assert max(clause.end - clause.start for clause in clauses) <= 300
    for found in (sentences, clauses):
        for before, after in pairwise(found):
            assert not (text.raw[before.end - 1].isascii() and text.raw[after.start].isascii())
    assert all(sentence.text.endswith("，") for sentence in sentences[:-2])


@pytest.mark.parametrize(
    "raw",
    [
        "1" * 1_000_000,
        "。" * 300_000,
        "（" * 300_000 + "]" * 300_000,
        "“甲。" * 100_000,
        "《。》" * 100_000,
        "甲，" * 300_000,
    ],
    ids=["digits", "stops", "stray brackets", "open quotes", "titles", "clauses"],
)
def test_large_and_odd(raw: str) -> None:
    """Time grows in proportion: with any square in it these would not end."""
    text = Text(raw)
    found = split_sentences(text)
    assert found[0].start == 0
    assert found[-1].end == len(raw)
    assert sum(clause.end - clause.start for clause in split_clauses(text, 0, len(raw))) == len(raw)
