"""Bytes to text: byte order mark, then strict UTF-8, then GB18030, with UTF-16 and Big5 where they fit much better.

A decoded text is never changed: no newline is translated and no code point dropped, but for a byte order mark at the
very start, which belongs to the encoding.
"""

from __future__ import annotations

import codecs
from functools import lru_cache

from claimx.errors import InvalidOption, UnreadableInput
from claimx.source.text import fold

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16: it begins with the same two bytes
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# what people mean by these names is the wider encoding that their programs really write
_WIDER = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "hz": "hz",
    "big5": "big5hkscs",
    "cp950": "cp950",
    "utf-8-sig": "utf-8",
}
_MAGIC = (
    (b"%PDF-", "a PDF"),
    (b"PK\x03\x04", "a ZIP archive or an Office document"),
    (b"\xd0\xcf\x11\xe0", "an old Office document"),
    (b"{\\rtf", "a rich-text document"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"\x28\xb5\x2f\xfd", "a zstd archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"\x7fELF", "a program"),
    (b"PAR1", "a Parquet file"),
    (b"SQLite format 3", "a database"),
)
_SAMPLE = 1 << 16  # bytes or code points looked at to judge an encoding
_CONTROLS = frozenset(chr(code) for code in (*range(0x09), *range(0x0E, 0x1B), *range(0x1C, 0x20), 0x7F, 0xFFFD))
_MOST_CONTROLS = 0.02
_CONFIDENT = 0.75  # share of common characters from which an encoding counts as right
_CERTAIN = 0.97  # in a text of some length: no need to look at other encodings
_ENOUGH = 200  # code points
_PLAUSIBLE = 0.4  # below this, bytes that happen to be valid are still no text
_MARGIN = 0.12  # by how much a second choice must fit better than the first
_MOST_DAMAGE = 0.01


def decode(
    data: bytes, encoding: str | None = None, *, name: str = "The input", declared: str | None = None
) -> tuple[str, str]:
    """The text of ``data`` and the name of the encoding it was in.

    ``encoding`` is what the user says: it alone is tried. ``declared`` is what the file says of itself (an HTML page's
    ``charset``): it is tried after UTF-8. ``name`` begins the sentence of an error.
    Raises :class:`InvalidOption` for an encoding that does not exist, :class:`UnreadableInput` for empty or binary data
    and for bytes that are in no encoding known here or not in the one named. A file in damaged UTF-8 is read with
    U+FFFD for what cannot be read, and its encoding called ``utf-8-replace``.
    """
    if not data:
        raise UnreadableInput(f"{name} is empty.")
    for magic, kind in _MAGIC:
        if data.startswith(magic):
            raise UnreadableInput(f"{name} is {kind}, not text; convert it to text or HTML first.")
    text, found = _decode_as(data, encoding, name) if encoding else _detect(data, name, declared)
    if not text.strip():
        raise UnreadableInput(f"{name} is empty.")
    if _looks_binary(text):
        raise UnreadableInput(
            f"{name} is binary, not text, or in an encoding claimx does not detect; name it with --encoding."
        )
    return text, found


def known_encoding(encoding: str) -> str:
    """The canonical name of ``encoding``; raises :class:`InvalidOption` where Python knows no such text encoding."""
    try:
        info = codecs.lookup(encoding)
    except (LookupError, ValueError):  # ValueError: a name with a NUL
        info = None
    if info is None or not getattr(info, "_is_text_encoding", True) or info.name in {"undefined", "idna", "punycode"}:
        raise InvalidOption(f"{encoding!r} is no text encoding; use a name such as utf-8, gb18030, big5 or utf-16.")
    return info.name


def _decode_as(data: bytes, encoding: str, name: str) -> tuple[str, str]:
    canonical = known_encoding(encoding)
    for bom, of in _BOMS:
        if data.startswith(bom) and canonical.replace("-sig", "") in {of, of.rsplit("-", 1)[0]}:
            data = data[len(bom) :]
            canonical = of
            break
    wider = _WIDER.get(canonical, canonical)
    text = _try(data, wider)
    if text is None and canonical == "big5":
        wider = "cp950"
        text = _try(data, wider)
    try:
        better = _detect(data, name, None)
    except UnreadableInput:
        better = None
    hint = f"it looks like {better[1]}; " if better and better[1] != canonical else ""
    if text is None:
        raise UnreadableInput(f"{name} is not in {encoding}: {hint}leave out --encoding to have it detected.")
    if better and better[0] != text and _common(text) + 0.3 < _common(better[0]):
        raise UnreadableInput(f"{name} is not in {encoding}: {hint}leave out --encoding to have it detected.")
    return _named(data, text, wider)


def _detect(data: bytes, name: str, declared: str | None) -> tuple[str, str]:
    for bom, of in _BOMS:
        if data.startswith(bom):
            text = _try(data[len(bom) :], of)
            if text is not None:
                return text, of
    if b"\0" in data[:_SAMPLE]:
        wide = _wide(data)
        if wide:
            return wide
    text = _try(data, "utf-8")
    if text is not None:
        return text, "utf-8"
    if declared:
        declared = _WIDER.get(declared.lower(), declared)
        text = _try(data, declared)
        if text is not None and _common(text) >= _CONFIDENT:
            return _named(data, text, declared)
    candidates = [(text, of) for of in ("gb18030", "big5hkscs", "cp950") if (text := _try(data, of)) is not None]
    best = candidates[0] if candidates else None
    if best and len(best[0]) >= _ENOUGH and _common(best[0]) >= _CERTAIN:
        return best
    for rival in [*candidates[1:], *_wide_candidates(data)]:
        if _common(rival[0]) >= max(_CONFIDENT, _common(best[0]) + _MARGIN if best else 0):
            best = rival
    damaged = data.decode("utf-8", "replace")
    clean = damaged.count("\ufffd") <= max(1, len(damaged) * _MOST_DAMAGE)
    if clean and (best is None or _common(damaged) > _common(best[0])):
        return damaged, "utf-8-replace"
    if best is None or _common(best[0]) < _PLAUSIBLE:
        raise UnreadableInput(
            f"{name} is binary, not text, or in an encoding claimx does not detect; name it with --encoding."
        )
    return _named(data, *best)


def _named(data: bytes, text: str, encoding: str) -> tuple[str, str]:
    """``text`` with the plainest name that reads ``data`` as the same: Big5 where none of its extensions is needed."""
    return text, "big5" if encoding in {"big5hkscs", "cp950"} and _try(data, "big5") == text else encoding


def _try(data: bytes, encoding: str) -> str | None:
    try:
        # lone surrogates in UTF-8/16/32 are kept: a text that some program cut in half is still a text
        return data.decode(encoding, "surrogatepass" if encoding.startswith("utf-") else "strict")
    except (UnicodeError, LookupError, ValueError):
        return None


def _wide(data: bytes) -> tuple[str, str] | None:
    """UTF-16 without a mark, told by the zero bytes of its ASCII characters and by how common the others are."""
    fits = [
        found for found in _wide_candidates(data) if not _looks_binary(found[0]) and _common(found[0]) >= _CONFIDENT
    ]
    return max(fits, key=lambda found: _common(found[0]), default=None)


def _wide_candidates(data: bytes) -> list[tuple[str, str]]:
    if len(data) % 2:
        return []
    return [(text, name) for name in ("utf-16-le", "utf-16-be") if (text := _try(data, name)) is not None]


def _looks_binary(text: str) -> bool:
    sample = text[:_SAMPLE]
    return sum(char in _CONTROLS for char in sample) > max(2, len(sample) * _MOST_CONTROLS)


@lru_cache(maxsize=1)
def _common_characters() -> frozenset[str]:
    """The 3,755 most used hanzi, which GB 2312 lists first, with its punctuation and full-width forms."""
    rows = (bytes((high, low)) for high in (0xA1, 0xA3, *range(0xB0, 0xD8)) for low in range(0xA1, 0xFF))
    return frozenset("".join(row.decode("gb2312", "ignore") for row in rows)) | frozenset("「」『』﹁﹂〝〞⋯•‧\u00a0")


def _common(text: str) -> float:
    """The share of common characters among those beyond ASCII, with Traditional ones folded; 1 for pure ASCII."""
    sample = [char for char in text[:_SAMPLE] if char > "\x7f"]
    if not sample:
        return 1.0
    common = _common_characters()
    folded = fold("".join(sample))
    return sum(
        raw in common or char in common or "!" <= char <= "~" for raw, char in zip(sample, folded, strict=True)
    ) / len(sample)
