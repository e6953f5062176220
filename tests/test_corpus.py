"""Annotated articles: the markup, what is wrong with it in words, and every article of corpora/."""

from __future__ import annotations

import datetime
from decimal import Decimal
from pathlib import Path

import pytest

from claimx.corpus import load_article, load_corpus, parse_article, to_gold_dict
from claimx.errors import CorpusError

CORPORA = Path(__file__).resolve().parent.parent / "corpora"
HEAD = "style: flash\noutlet: 财经\nreference_date: 2025-08-30\n---\n"
ARTICLE = (
    HEAD
    + """{星河|s1}{去年|t1 2024-01-01..2025-01-01}{营收|m1}{约 {3|x1} 亿元|q1 money 300000000 CNY about}（{4000万美元|q2 money 40000000 USD same=q1}），
{同比|m2}增 {3%|q3 percent 3}至 {5%|q4 percent 5..7}；\\{原文\\|。{李明|a1}说{会更好|x2}。
---
# a comment
q1 financial_result level s=s1 m=m1 p=t1 s_ok=星河科技,该公司  # another
q3 operating_metric change dir=up basis=yoy s=s1 m=m2 p=t1[2025-01-01..2025-04-01] mod=forecast type_ok=price a=a1
x2 statement none s=s1 a=a1
x1 statement none
"""
)
PATHS = sorted(CORPORA.rglob("*.claimx"))


def test_markup() -> None:
    found = parse_article(ARTICLE, "a/x.claimx")
    assert (found.name, found.style, found.reference_date) == ("x", "flash", datetime.date(2025, 8, 30))
    assert found.text == "星河去年营收约 3 亿元（4000万美元），\n同比增 3%至 5%；{原文|。李明说会更好。"
    for span in (*found.quantities, *found.times, *(claim.anchor for claim in found.claims)):
        assert found.text[span.start : span.end] == span.text
    first, second, third, fourth = found.quantities
    assert (first.kind, first.value, first.unit, first.bound) == ("money", Decimal(300000000), "CNY", "about")
    assert (second.same_as, third.unit, fourth.high) == (0, "percent", Decimal(7))
    revenue, _, growth, statement = found.claims
    assert (revenue.type, revenue.subject_ok, revenue.modality) == (
        "financial_result",
        ("星河科技", "该公司"),
        "actual",
    )
    assert (growth.direction, growth.basis, growth.modality, growth.type_ok) == ("up", "yoy", "forecast", ("price",))
    assert growth.period
    assert (growth.period.text, growth.period.begin) == ("去年", datetime.date(2025, 1, 1))
    assert (statement.measure, statement.anchor.text) == ("none", "会更好")


def test_gold_dict() -> None:
    gold = to_gold_dict(parse_article(ARTICLE, "x.claimx"))
    assert list(gold) == ["doc", "reference_date", "sha256", "n_chars", "quantities", "times", "claims"]
    assert gold["claims"][0]["begin"] == "2024-01-01"
    assert gold["times"][0] == {
        **{"start": 2, "end": 4, "text": "去年", "kind": "date", "begin": "2024-01-01", "until": "2025-01-01"},
        **{"value": None, "anchor": None},
    }


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("|q3 percent 3}", "|q3 percent three}", "line 6: 'three' is no number"),
        ("|q3 percent 3}", "|q3 parcent 3}", "line 6: 'parcent' is no kind of quantity"),
        ("|q3 percent 3}", "|q3 percent 3 percent}", "take none"),
        ("|q3 percent 3}", "|q1 percent 3}", "the id 'q1' is used twice"),
        ("|q3 percent 3}", "|zz percent 3}", "'zz' is no id"),
        ("5..7", "7..5", "from the smaller to the greater"),
        ("same=q1", "same=q9", "which is no other quantity"),
        ("40000000 USD", "40000000 dollars", "is no ISO currency code"),
        ("2024-01-01..2025-01-01}", "2025-01-01..2024-01-01}", "ends before it begins"),
        ("2024-01-01..2025-01-01}", "lately}", "is no time"),
        ("\\{原文", "{原文", "markup is not closed"),
        ("{李明|a1}", "李明|a1}", "stands outside markup"),
        ("{李明|a1}", "{李明 |a1}", "white space at an edge"),
        ("x1 statement none\n", "", "'x1' is marked but no claim uses it"),
        ("x1 statement none", "x9 statement none", "no span of the text is marked 'x9'"),
        ("x1 statement none", "q1 deal level", "'q1' anchors two claims"),
        ("x1 statement none", "x1 deal level", "the anchor of deal is a q span"),
        ("x1 statement none", "x1 statement level", "'level' is no measure of statement"),
        ("dir=up", "dir=upward", "'upward' is no direction"),
        ("mod=forecast", "mod=", "has no value"),
        ("financial_result level", "financial_results level", "is no claim type"),
        ("style: flash\n", "", "style"),
        ("reference_date: 2025-08-30", "reference_date: soon", "is no day"),
    ],
)
def test_malformed(before: str, after: str, message: str) -> None:
    assert before in ARTICLE
    with pytest.raises(CorpusError) as caught:
        parse_article(ARTICLE.replace(before, after), "x.claimx")
    assert message in str(caught.value)
    assert str(caught.value).startswith("x.claimx, line ")


def test_files(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="There is no article"):
        load_corpus(tmp_path)
    (tmp_path / "x.claimx").write_bytes(b"\xff")
    with pytest.raises(CorpusError, match="cannot be read as UTF-8"):
        load_corpus(tmp_path)


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_articles_are_well_formed(path: Path) -> None:
    article = load_article(path)
    assert article.claims
    for claim in article.claims:
        for span in (claim.anchor, claim.subject, claim.metric, claim.comparator, claim.period, claim.attribution):
            assert span is None or article.text[span.start : span.end] == span.text


def test_articles_differ() -> None:
    """No article twice, under no name twice; no text in two splits."""
    names = [path.stem for path in PATHS]
    assert len(names) == len(set(names))
    texts = [path.read_text(encoding="utf-8").split("\n---\n")[1] for path in PATHS]
    assert len(texts) == len(set(texts))
