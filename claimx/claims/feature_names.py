"""The features of the claim stage in words, for explanations and for tables of what models learned.

A feature is pieces joined by ``|``; a piece is ``name``, ``name=value`` or ``side:role``. What is not listed here is told
as it is written in the code.
"""

from __future__ import annotations

MARKS = ",;。、:("  # counted between a candidate and the value

_NAMES = {
    "what": "kind of value",
    "unit": "unit",
    "word": "the value is written",
    "row": "in a row of values",
    "range": "a range",
    "bound": "bound",
    "grain": "grain of the time",
    "dated": "the time is resolved",
    "happening": "verb of a happening behind",
    "before": "verb of a happening before",
    "happened-before": "a happening before",
    "L=edge": "opens its clause",
    "R=edge": "closes its clause",
    "metric": "metric",
    "topic": "the metric's type",
    "subject": "kind of subject",
    "who": "subject",
    "share": "the metric is a share",
    "gap": "between metric and value",
    "noun": "the metric's words",
    "period": "length of the period",
    "when": "the period is",
    "comparator": "set against a comparator",
    "bracket": "in brackets",
    "headline": "in the headline",
    "unstopped": "no full stop at the end",
    "short": "a short sentence",
    "question": "a question",
    "name": "a name",
    "names": "names in the clause",
    "metrics": "metrics in between",
    "values": "values in between",
    "repeats": "said before in the sentence",
    "negative": "below zero",
    "kind": "a name of a",
    "where": "which clause",
    "rank": "how many nearer",
    "head": "opens its clause",
    "prep": "behind the preposition",
    "noprep": "no preposition before",
    "nx": "followed by",
    "nx2": "followed by",
    "pv": "right behind",
    "aside": "a mere circumstance",
    "speaking": "a source that speaks",
    "owns": "right before the metric",
    "owns~": "shortly before the metric",
    "metric-after": "before the metric",
    "metric-before": "behind the metric",
    "in-metric": "part of the metric",
    "prev": "that of the claim before",
    "main": "the company named most",
    "count": "named so often",
    "compared": "compared with",
    "phrase": "noun phrase",
    "unlisted": "noun phrase by its words",
    "nouns": "by its words a noun phrase",
    "nouns-first": "its first noun",
    "nouns-last": "its last noun",
    "first-word": "its first word",
    "last-word": "its last word",
    "word-before": "the word before",
    "word-after": "the word behind",
    "earlier": "named in an earlier sentence",
    "inherited": "carried over from the claim before",
    "alike": "as with the last value of the kind",
    "alike-only": "as with the last value of the kind alone",
    "headed": "from the heading before",
    "prior": "the subject before",
    "pronoun": "a pronoun stands for it",
    "opened": "opened the sentence before",
    "order": "place in its row",
    "order=match": "same place in its row",
    "modified": "what the value describes",
    "none": "nothing is named",
    "admits": "the metric admits such values",
    "key": "metric",
    "form": "written",
    "stronger": "better metrics nearer",
    "own": "in this sentence",
    "in-name": "inside a name",
    "weak": "a loose noun",
    "strong": "a full metric",
    "pre": "behind the word",
    "nopre": "no word before that parts it",
    "published": "the day of publication",
    "since": "since then",
    "dateline": "the line of the date",
    "quoted": "inside the quotation",
    "verb": "verb of speech",
    "others": "other names since",
    "after": "behind the value",
    "same": "in the same clause",
    "back1": "one clause before",
    "back2": "two clauses before",
    "back3": "three clauses or more before",
    "next": "in a later clause",
    "here": "in the same sentence",
    "near": "in the same paragraph",
    "source": "the source itself",
    "title": "a title",
    "told": "that of an earlier value",
    "told-before": "that of an earlier value",
    "first": "the first date of the",
    "list": "a list of nouns",
    "list=match": "same place in its list",
    "named": "companies named before the pronoun",
    "pronoun-before": "a pronoun of an earlier sentence",
    "opens": "the sentence opens with",
    "words": "the sentence begins",
    "apart": "sentences since",
    "end1": "ends in",
    "end2": "ends in",
    "begin2": "begins with",
    "left1": "right behind",
    "left2": "right behind",
    "right1": "followed by",
    "right2": "followed by",
    "size": "length",
    "far": "distance to the value",
    "way": "on the way to the value",
    "behind-value": "behind the value",
}
_ALONE = {"count": "a count", "rank": "a rank", "name": "a name", "before": "before the value"}  # without a value
_SIDES = {
    "l": "cue right before",
    "l1": "nearest cue before",
    "L": "cue earlier in the clause",
    "L1": "nearest cue earlier in the clause",
    "r": "cue right behind",
    "r1": "nearest cue behind",
    "R": "cue later in the clause",
    "R1": "nearest cue later in the clause",
    "b": "cue in an earlier clause",
    "b1": "cue one clause before",
    "b2": "cue two clauses before",
    "b3+": "cue three clauses or more before",
    "s": "nearest earlier cue of modality",
    "n": "cue in the next clause",
    "rule": "by rule",
    "p": "the claim before",
    "st": "reported words",
    "way": "cue on the way to the value",
}


def in_words(feature: str) -> str:
    """``feature`` for a reader."""
    head, *rest = feature.split("|")
    return ", ".join([_piece(head), *map(_piece, rest)])


def _piece(piece: str) -> str:
    if piece in _ALONE or piece in _NAMES:
        return _ALONE.get(piece) or _NAMES[piece]
    side, colon, inner = piece.partition(":")
    if colon and side in _SIDES:
        return f"{_SIDES[side]} {_piece(inner) if side in ('rule', 'p', 'st') else _quoted(inner)}"
    name, equals, value = piece.partition("=")
    if not equals:
        if len(piece) == 2 and piece[0] in MARKS:
            return f"marks “{piece[0]}” before the value {piece[1]}"
        return piece
    if name in ("L1", "L2", "L3", "L4", "R1", "R2", "R3", "R4"):
        return f"{'behind' if name[0] == 'L' else 'followed by'} {_quoted(value)}"
    words = _NAMES.get(name, name)
    if value in ("True", "False"):
        return words if value == "True" else f"not: {words}"
    return f"{words} {_quoted(value)}"


def _quoted(words: str) -> str:
    """Words of the text in quotation marks, names of roles and labels plain."""
    return words if words.isascii() and words.strip() else f"“{words}”"
