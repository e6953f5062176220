"""Noun phrases of a sentence, named in no lexicon: runs of words that jieba's dictionary calls nouns or does not hold.

A dictionary tags a word the same wherever it stands, so a run may miss a word or hold one too many; it overlaps with
what is meant far more often than words cut at marks and particles alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from claimx.claims.cues import cue_words
from claimx.claims.frame import Frame, Spanned, between
from claimx.claims.phrases import parts
from claimx.model import Sentence
from claimx.tokens import default_tokenizer

# beginnings of the dictionary's tags: nouns, words in Latin letters, verbs used as nouns, attributes, short forms, places
_NOMINAL = ("n", "eng", "vn", "an", "b", "j", "s")
NAME = "name"  # the tag of a known name
_UNKNOWN = "n?"  # a word that the dictionary does not hold: most are names
_OTHER = "-"
_JOINED = ("v", "a", "m", "t", "f", "g", "z")  # what a noun of one character takes in from before it: 折叠|屏


class Noun(msgspec.Struct):
    """A noun phrase with the tags of its first and last word and of the words before and after it (`^` and `$` at the
    edges of the sentence; `#value`, `#time`, `#metric`, `#cue` for what was found there, `name` for a known name)."""

    start: int
    end: int
    first: str
    last: str
    before: str
    after: str


class _Word(msgspec.Struct):
    start: int
    end: int
    tag: str


def noun_phrases(frame: Frame, sentence: Sentence) -> list[Noun]:
    """The noun phrases of two or more code points in ``sentence``, in order; what is no noun parts them."""
    words = list(_words(frame, sentence))
    found = []
    first = 0
    while first < len(words):
        last = first
        while last < len(words) and words[last].tag.startswith(_NOMINAL):
            last += 1
        if last > first:
            noun = _noun(words, first, last)
            if noun is not None:
                found.append(noun)
        first = last + 1
    return found


def _noun(words: list[_Word], first: int, last: int) -> Noun | None:
    """The noun phrase of the words [first, last); None where it is one character that nothing can be added to."""
    start, end = words[first].start, words[last - 1].end
    if end - start < 2:
        if first == 0 or not words[first - 1].tag.startswith(_JOINED):
            return None
        first -= 1
        start = words[first].start
    before = words[first - 1].tag if first else "^"
    after = words[last].tag if last < len(words) else "$"
    return Noun(start, end, words[first].tag, words[last - 1].tag, before, after)


def _words(frame: Frame, sentence: Sentence) -> Iterator[_Word]:
    """The words of ``sentence`` with their tags; what was found in it counts as one word each."""
    at = sentence.start
    for start, end, tag in [*_found(frame, sentence), (sentence.end, sentence.end, "")]:
        if start < at:
            continue
        for word, told in default_tokenizer().tagged(frame.folded[at:start]):
            yield _Word(at, at + len(word), told or _guess(word))
            at += len(word)
        yield _Word(start, end, tag)
        at = end


def _found(frame: Frame, sentence: Sentence) -> list[tuple[int, int, str]]:
    """Values, times, names, metrics and cues that part words, the longest first where several begin."""
    start, end = sentence.start, sentence.end
    rows: list[tuple[str, Sequence[Spanned]]] = [
        ("#value", between(frame.quantities, start, end)),
        ("#time", between(frame.times, start, end)),
        (NAME, between(frame.mentions, start, end)),
        ("#metric", [metric for metric in between(frame.metrics, start, end) if not metric.weak]),
        ("#cue", [cue for cue in between(frame.cues, start, end) if parts(cue)]),
    ]
    found = [(item.start, item.end, tag) for tag, items in rows for item in items]
    return sorted(found, key=lambda item: (item[0], -item[1]))


def _guess(word: str) -> str:
    """The tag of a word that the dictionary does not hold."""
    if not word[0].isalnum() or word.isdecimal():
        return _OTHER
    if word.isascii():
        return "eng" if any(char.isalpha() for char in word) else _OTHER
    return _OTHER if any(char in cue_words("noun.never") for char in word) else _UNKNOWN
