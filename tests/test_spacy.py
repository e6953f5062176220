"""The spaCy component and Docs made of claimx's own tokens."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import claimx
from claimx import spacy_component
from claimx.model import Document, encode_json
from claimx.pipeline import extract

TEXT = "星河科技公布年报：全年营收 38.6 亿元，同比增长 12.5%。\n🚀净利润 4.2 亿元。"


@pytest.fixture(scope="module")
def nlp() -> Any:
    spacy = pytest.importorskip("spacy")
    spacy_component.create  # noqa: B018 - registers the factory where the package is not installed
    pipeline = spacy.blank("zh")
    pipeline.add_pipe("claimx", config={"reference_date": "2025-08-30"})
    return pipeline


def check(doc: Any, document: Document) -> None:
    """``doc`` holds what ``document`` holds."""
    assert doc.text == document.text
    expected = document.to_dict()
    for key in ("claims", "quantities", "times", "mentions"):
        assert encode_json(getattr(doc._, key)) == encode_json(expected[key])
    spans = list(doc.spans["claims"])
    assert len(spans) == len(document.claims)
    for span, claim in zip(spans, document.claims, strict=True):
        assert span.label_ == claim.type
        assert span.start_char <= claim.start
        assert claim.end <= span.end_char
        assert claim.text in span.text


def test_component(nlp: Any) -> None:
    doc = nlp(TEXT)
    check(doc, extract(TEXT, reference_date="2025-08-30"))
    assert Decimal("12.5") in [quantity["value"] for quantity in doc._.quantities]
    assert len(doc.spans["claims"]) > 0


def test_words_cut_otherwise(nlp: Any) -> None:
    """The tokens of the Doc need not meet the ends of claims."""
    import spacy
    from spacy.tokens import Doc

    words = [TEXT[start : start + 7] for start in range(0, len(TEXT), 7)]
    doc = Doc(spacy.blank("zh").vocab, words=words, spaces=[False] * len(words))
    check(nlp.get_pipe("claimx")(doc), extract(TEXT, reference_date="2025-08-30"))


def test_reference_date_of_a_doc(nlp: Any) -> None:
    doc = nlp.make_doc("公司去年营收 5 亿元。")
    doc._.reference_date = "2020-05-06"
    doc = nlp.get_pipe("claimx")(doc)
    assert doc._.reference_date == "2020-05-06"
    assert doc._.times == extract("公司去年营收 5 亿元。", reference_date="2020-05-06").to_dict()["times"]


@pytest.mark.parametrize("text", ["", " ", "\n", "无"])
def test_nothing_to_find(nlp: Any, text: str) -> None:
    doc = nlp(text)
    assert doc.text == text
    assert doc._.claims == []
    assert len(doc.spans["claims"]) == 0


def test_doc_bin(nlp: Any) -> None:
    from spacy.tokens import DocBin

    data = DocBin(store_user_data=True, docs=[nlp(TEXT)]).to_bytes()
    (doc,) = DocBin().from_bytes(data).get_docs(nlp.vocab)
    check(doc, extract(TEXT, reference_date="2025-08-30"))


def test_bytes_and_disk(nlp: Any, tmp_path: Path) -> None:
    import spacy
    from spacy.tokens import Doc

    doc = Doc(nlp.vocab).from_bytes(nlp(TEXT).to_bytes())
    check(doc, extract(TEXT, reference_date="2025-08-30"))
    nlp.to_disk(tmp_path / "pipeline")
    again = spacy.load(tmp_path / "pipeline")
    check(again(TEXT), extract(TEXT, reference_date="2025-08-30"))


@pytest.mark.slow
def test_processes(nlp: Any) -> None:
    texts = [TEXT.replace("38.6", str(number)) for number in range(8)]
    found = list(nlp.pipe(texts, n_process=2, batch_size=2))
    for doc, text in zip(found, texts, strict=True):
        check(doc, extract(text, reference_date="2025-08-30"))


@pytest.mark.slow
def test_spawned_processes() -> None:
    """Fresh interpreters get the component and its getters by pickle."""
    code = (
        "import multiprocessing, spacy\n"
        "import claimx.spacy_component as component\n"
        "component.create\n"
        "if __name__ == '__main__':\n"
        "    multiprocessing.set_start_method('spawn')\n"
        "    nlp = spacy.blank('zh'); nlp.add_pipe('claimx')\n"
        f"    print(sum(len(doc._.quantities) for doc in nlp.pipe([{TEXT!r}] * 4, n_process=2, batch_size=1)))\n"
    )
    with tempfile.TemporaryDirectory() as place:
        script = Path(place) / "script.py"
        script.write_text(code, encoding="utf-8")
        done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=False, timeout=120)
    assert (done.returncode, done.stderr) == (0, "")
    assert int(done.stdout) == 4 * len(claimx.find_quantities(TEXT))


def test_doc_of_our_tokens() -> None:
    spacy = pytest.importorskip("spacy")
    document = extract(TEXT, reference_date="2025-08-30")
    doc = spacy_component.to_spacy(document, spacy.blank("zh").vocab)
    check(doc, document)
    assert [token.text for token in doc] == [token.text for token in claimx.tokenize(TEXT)]


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(exclude_categories=())) | st.text("营收 3%\n\r\t\u3000\ud800é🚀"))
@example("")
@example("甲\x00\ud800\r\n \u3000乙")
def test_any_text_as_doc(text: str) -> None:
    spacy = pytest.importorskip("spacy")
    document = Document(text=text, n_chars=len(text))
    doc = spacy_component.to_spacy(document, spacy.vocab.Vocab())
    assert doc.text == "".join("\ufffd" if "\ud800" <= char <= "\udfff" else char for char in text)


def test_import_is_light() -> None:
    code = "import sys, claimx.spacy_component; print('spacy' in sys.modules, 'jieba' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]


def test_entry_point(tmp_path: Path) -> None:
    """As pip installs it: spaCy finds the factory by itself, and making any pipeline stays cheap and silent."""
    info = tmp_path / "claimx_test-0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: claimx-test\nVersion: 0\n")
    (info / "entry_points.txt").write_text("[spacy_factories]\nclaimx = claimx.spacy_component:create\n")
    root = Path(claimx.__file__).parent.parent
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), str(root), *sys.path[1:]])}
    code = (
        "import sys, spacy\n"
        "nlp = spacy.blank('zh'); nlp.add_pipe('sentencizer')\n"
        "assert 'claimx.pipeline' not in sys.modules and 'jieba' not in sys.modules\n"
        "nlp.add_pipe('claimx', config={'home_currency': 'HKD'})\n"
        "print(nlp.get_pipe_config('claimx')['home_currency'], nlp.pipe_names)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, env=environment, cwd=tmp_path
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.strip() == "HKD ['sentencizer', 'claimx']"
