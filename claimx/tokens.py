"""The tokenization stage: jieba over the folded view, with the project's own words, as tokens that tile the text.

Tokens of a text are in order, touch one another, and together are the text: white space is a token too. The
:class:`Tokenizer` holds a jieba tokenizer of its own; neither jieba's global one nor its cache in the shared temporary
directory is read or written.
"""

from __future__ import annotations

import re
import sys
import threading
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

from claimx.lexicon.loader import read_tsv
from claimx.model import Token
from claimx.source.text import Text, fold

# jieba's time on a run without punctuation or space grows with its square, so longer ones are handed over in pieces
_MAX_RUN = 1000
_RUN = r"[\u4e00-\u9fd5a-zA-Z0-9+#&._%\-]"  # what jieba itself regards as one block
_LONG_RUN = re.compile(f"{_RUN}{{{_MAX_RUN + 1}}}")
_PIECE = re.compile(f"{_RUN}{{1,{_MAX_RUN}}}|[^{_RUN[1:]}+")


def _cut(cut: Callable[[str], Iterator[str]], folded: str) -> Iterator[str]:
    if _LONG_RUN.search(folded) is None:
        return cut(folded)
    return (word for piece in _PIECE.finditer(folded) for word in cut(piece.group()))


class Tokenizer:
    """jieba with a dictionary of its own, loaded at the first use (about a second).

    ``extra``: further words as (word, frequency); a frequency of 0 lets jieba choose one that keeps the word whole.
    Picklable: the dictionary is loaded anew in each process. May be shared by threads.
    """

    def __init__(self, extra: tuple[tuple[str, int], ...] = ()) -> None:
        self.extra = extra
        self._jieba: Any = None
        self._lock = threading.Lock()

    def __getstate__(self) -> dict[str, Any]:
        return {"extra": self.extra}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__init__(state["extra"])  # type: ignore[misc]

    def __call__(self, text: Text | str) -> list[Token]:
        """The tokens of ``text``; never raises, whatever the text holds."""
        source = text if isinstance(text, Text) else Text(text)
        raw, folded = source.raw, source.folded
        tokens: list[Token] = []
        at = 0
        for word in _cut(self._loaded().cut, folded):
            end = at + len(word)
            tokens.append(Token(at, end, raw[at:end]))
            at = end
        return tokens

    def tagged(self, folded: str) -> Iterator[tuple[str, str]]:
        """The words of a folded text with their part of speech in jieba's dictionary (`n`, `v`, `ns` …), which knows no
        context; nothing for a word that it does not hold. The project's own words are nouns (`n`)."""
        tags = _tags(self.extra)
        for word in _cut(self._loaded().cut, folded):
            yield word, tags.get(word, "")

    def _loaded(self) -> Any:
        if self._jieba is None:
            with self._lock:
                if self._jieba is None:
                    self._jieba = _load(self.extra)
        return self._jieba


def _load(extra: tuple[tuple[str, int], ...]) -> Any:
    import jieba

    tokenizer = jieba.Tokenizer()
    # jieba's initialize() reads and writes a cache in the shared temporary directory; its parts do the same without
    with tokenizer.lock:
        tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(tokenizer.get_dict_file())
        tokenizer.initialized = True
    for word, frequency in (*_user_words(), *extra):
        tokenizer.add_word(fold(word), frequency or None)
    return tokenizer


@lru_cache(maxsize=4)
def _tags(extra: tuple[tuple[str, int], ...]) -> dict[str, str]:
    """The tag of each word; apart from the tokenizer, as those who only cut need none."""
    import jieba

    with jieba.Tokenizer().get_dict_file() as file:
        columns = file.read().decode("utf-8").split()  # word, frequency and tag, one after the other
    tags = dict(zip(columns[::3], map(sys.intern, columns[2::3]), strict=True))
    return tags | {fold(word): "n" for word, _ in (*_user_words(), *extra)}


@lru_cache(maxsize=1)
def _user_words() -> tuple[tuple[str, int], ...]:
    return tuple((row[0], int(row[1]) if len(row) > 1 and row[1] else 0) for row in read_tsv("words.tsv"))


@lru_cache(maxsize=1)
def default_tokenizer() -> Tokenizer:
    """The tokenizer behind :func:`tokenize`."""
    return Tokenizer()


def tokenize(text: Text | str) -> list[Token]:
    """The words of ``text`` as :class:`~claimx.model.Token`; joined, their texts are the text."""
    return default_tokenizer()(text)
