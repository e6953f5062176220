"""Annotated articles: texts with gold quantities, times and claims in inline markup, so that nobody counts offsets.

One file an article, ``<name>.claimx`` (UTF-8), in three parts between lines that hold only ``---``:

1. header lines ``key: value``: ``style``, ``outlet``, ``reference_date`` (ISO) and, optional, ``title`` and ``note``;
2. the text, with markup ``{words|id spec}`` that may nest; ``\\{``, ``\\}`` and ``\\|`` stand for the characters
   themselves. Without its markup this part is the exact text of the article;
3. one claim a line; what follows ``#`` is a comment.

The first letter of an id says what is marked:

* ``q`` a quantity: ``q1 kind value [unit] [bound] [same=q0]``, ranges as ``3..5``, ``pp`` short for percentage points;
* ``t`` a time: ``t1 2025-07-01..2025-10-01`` (until is exclusive), ``t2 P3Y future``, ``t3 R/P1D``, ``t4 ?`` (no one can say);
* ``p`` a period that is more than one time: ``p1 2025-03-01..2025-11-01``;
* ``s`` subject, ``m`` metric, ``c`` comparator, ``a`` attribution, ``x`` reported words: ``s1``.

A claim line is ``anchor type measure`` and ``key=value`` pairs: ``dir basis s m p mod a c type_ok s_ok``. ``s m a c`` name any
marked span, ``p`` a time or period, also with days of its own as in ``p=t1[2025-01-01..2026-01-01]``.
All spans are half-open ranges of code points of the text.
"""

from __future__ import annotations

import datetime
import re
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal, NamedTuple, NoReturn, get_args

import msgspec

from claimx.errors import CorpusError
from claimx.model import (
    Basis,
    Bound,
    ClaimType,
    Direction,
    Measure,
    Modality,
    Period,
    Quantity,
    QuantityKind,
    Span,
    Time,
)

SUFFIX = ".claimx"

_SEPARATOR = "---"
_HEADER = ("title", "style", "outlet", "reference_date", "note")
_REQUIRED = ("style", "outlet", "reference_date")
_UNITS = {"percent": "percent", "percentage_point": "pp", "ratio": "x", "rank": "rank"}  # kinds with one unit
_ID = re.compile(r"[qtpsmcax]\d+")
_DAYS = re.compile(r"(\d{4}-\d\d-\d\d)\.\.(\d{4}-\d\d-\d\d)")
_AMOUNT = r"\d+(?:\.\d+)?"
_DURATION = re.compile(
    rf"P(?=.)(?:{_AMOUNT}Y)?(?:{_AMOUNT}M)?(?:{_AMOUNT}W)?(?:{_AMOUNT}D)?"
    rf"(?:T(?=.)(?:{_AMOUNT}H)?(?:{_AMOUNT}M)?(?:{_AMOUNT}S)?)?"
)
_SET = re.compile(r"R/" + _DURATION.pattern)
_CURRENCY = re.compile(r"[A-Z]{3}")
_KEYS = ("dir", "basis", "s", "m", "p", "mod", "a", "c", "type_ok", "s_ok")
_PAIR = re.compile(r"[ \t]+(?=(?:" + "|".join(_KEYS) + r")=)")
_COMMENT = re.compile(r"(?:^|[ \t])#.*")
_PERIOD = re.compile(r"([tp]\d+)(?:\[([^\]]*)\])?")


class GoldClaim(msgspec.Struct, frozen=True):
    """A claim as annotated: its anchor and fields; ``type_ok`` and ``subject_ok`` list equally right answers."""

    anchor: Span
    type: ClaimType
    measure: Measure
    direction: Direction | None = None
    basis: Basis | None = None
    subject: Span | None = None
    metric: Span | None = None
    comparator: Span | None = None
    period: Period | None = None
    modality: Modality = "actual"
    attribution: Span | None = None
    type_ok: tuple[str, ...] = ()
    subject_ok: tuple[str, ...] = ()


class Article(msgspec.Struct, frozen=True):
    """An annotated article: its text without markup, header fields, and gold lists in text order."""

    name: str
    path: str
    text: str
    style: str
    outlet: str
    reference_date: datetime.date
    title: str | None
    note: str | None
    quantities: tuple[Quantity, ...]
    times: tuple[Time, ...]
    claims: tuple[GoldClaim, ...]


class _Marked(NamedTuple):
    """One marked span: its id, words behind the id, place and line in the file."""

    id: str
    spec: str
    start: int
    end: int
    line: int


def load_article(path: str | Path) -> Article:
    """The article in the file at ``path``; raises :class:`CorpusError` naming file and line where it is malformed."""
    path = Path(path)
    try:
        content = path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CorpusError(f"{path} cannot be read as UTF-8 text ({error}).") from None
    return parse_article(content, str(path))


def load_corpus(folder: str | Path) -> list[Article]:
    """Every article under ``folder``, by path; raises :class:`CorpusError` where one is malformed or there is none."""
    paths = sorted(Path(folder).rglob("*" + SUFFIX))
    if not paths:
        raise CorpusError(f"There is no article ({SUFFIX} file) under {folder}; name the folder that holds them.")
    return [load_article(path) for path in paths]


def parse_article(content: str, path: str) -> Article:
    """The article in ``content``; ``path`` names it in errors and gives ``name`` (its last part without suffix)."""
    return _Reader(content, path).article()


class _Reader:
    """Reads one article file; ``line`` is the one that errors name."""

    def __init__(self, content: str, path: str) -> None:
        self.path = path
        self.line = 1
        self.lines = content.removeprefix("\ufeff").split("\n")
        self.marked: dict[str, _Marked] = {}
        self.text = ""

    def fail(self, message: str) -> NoReturn:
        raise CorpusError(f"{self.path}, line {self.line}: {message}.")

    def article(self) -> Article:
        # the first and the last separator count, so that the text itself may hold such a line
        separators = [number for number, line in enumerate(self.lines) if line.rstrip() == _SEPARATOR]
        if len(separators) < 2:
            self.fail("an article has three parts between lines that hold only ---")
        first, last = separators[0], separators[-1]
        header = self._header(self.lines[:first])
        self._read_markup("\n".join(self.lines[first + 1 : last]), first + 2)
        quantities = self._quantities()
        times = self._times()
        self._check_overlaps()
        claims = self._claims(self.lines[last + 1 :], last + 2)
        return Article(
            name=Path(self.path).name.removesuffix(SUFFIX),
            path=self.path,
            text=self.text,
            style=header["style"],
            outlet=header["outlet"],
            reference_date=self._day(header["reference_date"]),
            title=header.get("title"),
            note=header.get("note"),
            quantities=tuple(quantities),
            times=tuple(times),
            claims=tuple(claims),
        )

    def _header(self, lines: list[str]) -> dict[str, str]:
        header: dict[str, str] = {}
        for self.line, line in enumerate(lines, 1):
            key, colon, value = (part.strip() for part in line.partition(":"))
            if not line.strip():
                continue
            if not colon or not value or key not in _HEADER or key in header:
                self.fail(f"a header line is 'key: value' with each key once, of {', '.join(_HEADER)}; not {line!r}")
            header[key] = value
        for key in _REQUIRED:
            if key not in header:
                self.fail(f"the header lacks {key!r}")
        self._day(header["reference_date"])
        return header

    def _read_markup(self, marked_text: str, line: int) -> None:
        """Fills ``text`` and ``marked`` in one pass over the text part, which begins at ``line``."""
        self.line = line
        pieces: list[str] = []
        length = 0
        opened: list[tuple[int, int]] = []
        place = 0
        while place < len(marked_text):
            char = marked_text[place]
            if char == "\\" and marked_text[place + 1 : place + 2] in ("{", "}", "|"):
                place += 1
                char = marked_text[place]
            elif char == "{":
                opened.append((length, self.line))
                place += 1
                continue
            elif char == "|":
                close = marked_text.find("}", place)
                if not opened or close < 0:
                    self.fail("'|' stands outside markup; write \\| for the character itself")
                start, self_line = opened.pop()
                self._mark(marked_text[place + 1 : close], start, length, self_line)
                place = close + 1
                continue
            elif char == "}":
                self.fail("'}' closes markup that has no '|'; write \\} for the character itself")
            if char == "\n":
                self.line += 1
            pieces.append(char)
            length += 1
            place += 1
        if opened:
            self.line = opened[-1][1]
            self.fail("markup is not closed; write \\{ for the character itself")
        self.text = "".join(pieces)

    def _mark(self, label: str, start: int, end: int, line: int) -> None:
        name, _, spec = label.strip().partition(" ")
        if not _ID.fullmatch(name):
            self.fail(f"{name!r} is no id; ids are one of q t p s m c a x and a number")
        if name in self.marked:
            self.fail(f"the id {name!r} is used twice")
        if start == end:
            self.fail(f"{name!r} marks no words")
        self.marked[name] = _Marked(name, spec.strip(), start, end, line)

    def _of(self, letter: str) -> list[_Marked]:
        found = [mark for name, mark in self.marked.items() if name[0] == letter]
        return sorted(found, key=lambda mark: (mark.start, mark.end))

    def _check_overlaps(self) -> None:
        values = sorted((mark for name, mark in self.marked.items() if name[0] in "qt"), key=lambda mark: mark.start)
        for before, after in pairwise(values):
            if after.start < before.end:
                self.line = after.line
                self.fail(f"{before.id!r} and {after.id!r} overlap; no quantity or time lies in another")
        for mark in self.marked.values():
            self.line = mark.line
            words = self.text[mark.start : mark.end]
            if words != words.strip():
                self.fail(f"{mark.id!r} marks white space at an edge")
            if mark.id[0] in "smcax" and mark.spec:
                self.fail(f"{mark.id!r} takes nothing behind its id, not {mark.spec!r}")
            if mark.id[0] == "p":
                self._days(mark.spec)

    def _quantities(self) -> list[Quantity]:
        marks = self._of("q")
        place = {mark.id: number for number, mark in enumerate(marks)}
        return [self._quantity(mark, place) for mark in marks]

    def _quantity(self, mark: _Marked, place: dict[str, int]) -> Quantity:
        self.line = mark.line
        words = mark.spec.split()
        same: int | None = None
        bound: Bound = "exact"
        if words and words[-1].startswith("same="):
            name = words.pop().removeprefix("same=")
            if name not in place or name == mark.id:
                self.fail(f"{mark.id!r} is said to be the same as {name!r}, which is no other quantity")
            same = place[name]
        if len(words) > 2 and words[-1] in get_args(Bound):
            bound = msgspec.convert(words.pop(), Bound)
        if len(words) not in (2, 3):
            self.fail(f"{mark.id!r} needs a kind, a value and, for most kinds, a unit; not {mark.spec!r}")
        kind = self._one_of("percentage_point" if words[0] == "pp" else words[0], QuantityKind, "kind of quantity")
        unit = words[2] if len(words) > 2 else _UNITS.get(kind)
        if (kind in _UNITS and len(words) > 2) or (kind in ("money", "measure") and unit is None):
            self.fail(f"{mark.id!r}: money and measure need a unit, percent, pp, ratio and rank take none")
        if kind == "money" and not _CURRENCY.fullmatch(unit or ""):
            self.fail(f"{mark.id!r}: {unit!r} is no ISO currency code")
        low, _, high = words[1].partition("..")
        value, top = self._decimal(low), self._decimal(high) if high else None
        if top is not None and top <= value:
            self.fail(f"{mark.id!r}: a range runs from the smaller to the greater value")
        text = self.text[mark.start : mark.end]
        return Quantity(mark.start, mark.end, text, kind, value, top, unit, bound, same)

    def _times(self) -> list[Time]:
        times = []
        for mark in self._of("t"):
            self.line = mark.line
            text = self.text[mark.start : mark.end]
            value, _, anchor = mark.spec.partition(" ")
            if value == "?" and not anchor:
                times.append(Time(mark.start, mark.end, text, "date"))
            elif _SET.fullmatch(value) and not anchor:
                times.append(Time(mark.start, mark.end, text, "set", value=value))
            elif _DURATION.fullmatch(value) and anchor in ("", "past", "future"):
                side = msgspec.convert(anchor, Literal["past", "future"]) if anchor else None
                times.append(Time(mark.start, mark.end, text, "duration", value=value, anchor=side))
            elif not anchor:
                begin, until = self._days(value)
                times.append(Time(mark.start, mark.end, text, "date", begin, until))
            else:
                self.fail(f"{mark.id!r}: {mark.spec!r} is no time; write begin..until, an ISO duration, R/P1D or ?")
        return times

    def _claims(self, lines: list[str], first: int) -> list[GoldClaim]:
        claims: dict[str, GoldClaim] = {}
        used: set[str] = set()
        for self.line, line in enumerate(lines, first):
            words = _COMMENT.sub("", line).strip()
            if not words:
                continue
            anchor = words.split(None, 1)[0]
            if anchor in claims:
                self.fail(f"{anchor!r} anchors two claims")
            claims[anchor] = self._claim(words, used)
        for mark in self.marked.values():
            if mark.id[0] not in "qt" and mark.id not in used:
                self.line = mark.line
                self.fail(f"{mark.id!r} is marked but no claim uses it")
        return sorted(claims.values(), key=lambda claim: (claim.anchor.start, claim.anchor.end))

    def _claim(self, words: str, used: set[str]) -> GoldClaim:
        head, *pairs = _PAIR.split(words)
        if len(head.split()) != 3:
            self.fail(f"a claim line begins with anchor, type and measure; not {head!r}")
        anchor, type_, measure = head.split()
        claim_type = self._one_of(type_, ClaimType, "claim type")
        wanted, measure_wanted = {"event": ("t", "date"), "statement": ("x", "none")}.get(claim_type, ("q", ""))
        if anchor[:1] != wanted:
            self.fail(f"the anchor of {claim_type} is a {wanted} span, not {anchor!r}")
        if (measure_wanted and measure != measure_wanted) or (not measure_wanted and measure in ("date", "none")):
            self.fail(f"{measure!r} is no measure of {claim_type}")
        fields: dict[str, str] = {}
        for pair in pairs:
            key, _, value = pair.partition("=")
            if not value.strip() or key in fields:
                self.fail(f"{pair!r} has no value, or its key stands twice")
            fields[key] = value.strip()
        return GoldClaim(
            anchor=self._span(anchor, used),
            type=claim_type,
            measure=self._one_of(measure, Measure, "measure"),
            direction=self._one_of(fields["dir"], Direction, "direction") if "dir" in fields else None,
            basis=self._one_of(fields["basis"], Basis, "basis") if "basis" in fields else None,
            subject=self._span(fields["s"], used) if "s" in fields else None,
            metric=self._span(fields["m"], used) if "m" in fields else None,
            comparator=self._span(fields["c"], used) if "c" in fields else None,
            period=self._period(fields["p"], used) if "p" in fields else None,
            modality=self._one_of(fields.get("mod", "actual"), Modality, "modality"),
            attribution=self._span(fields["a"], used) if "a" in fields else None,
            type_ok=tuple(self._one_of(name, ClaimType, "claim type") for name in self._names(fields, "type_ok")),
            subject_ok=tuple(self._names(fields, "s_ok")),
        )

    def _names(self, fields: dict[str, str], key: str) -> list[str]:
        return [name.strip() for name in fields.get(key, "").split(",") if name.strip()]

    def _span(self, name: str, used: set[str]) -> Span:
        if name not in self.marked:
            self.fail(f"no span of the text is marked {name!r}")
        used.add(name)
        mark = self.marked[name]
        return Span(mark.start, mark.end, self.text[mark.start : mark.end])

    def _period(self, value: str, used: set[str]) -> Period:
        match = _PERIOD.fullmatch(value)
        if not match:
            self.fail(f"a period is a t or p span, with days in brackets where they differ; not {value!r}")
        name, days = match.groups()
        span = self._span(name, used)
        days = days if days is not None else self.marked[name].spec
        begin, until = self._days(days) if _DAYS.fullmatch(days) else (None, None)
        if match[2] is not None and begin is None:
            self.fail(f"{match[2]!r} is not begin..until")
        return Period(span.start, span.end, span.text, begin, until)

    def _one_of(self, value: str, choices: Any, what: str) -> Any:
        if value not in get_args(choices):
            self.fail(f"{value!r} is no {what}; use one of {', '.join(get_args(choices))}")
        return value

    def _day(self, value: str) -> datetime.date:
        try:
            return datetime.date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is no day; write YYYY-MM-DD")

    def _days(self, value: str) -> tuple[datetime.date, datetime.date]:
        match = _DAYS.fullmatch(value)
        if not match:
            self.fail(f"{value!r} is no time; write begin..until, an ISO duration, R/P1D or ?")
        begin, until = self._day(match[1]), self._day(match[2])
        if begin >= until:
            self.fail(f"{value!r} ends before it begins; until is the day after the last one")
        return begin, until

    def _decimal(self, value: str) -> Decimal:
        try:
            number = Decimal(value)
        except InvalidOperation:
            self.fail(f"{value!r} is no number")
        if not number.is_finite():
            self.fail(f"{value!r} is no number")
        return number


def to_gold_dict(article: Article) -> dict[str, Any]:
    """``article`` as plain dicts in the shape of a ``<doc>.gold.json`` file; values stay Decimal, days are ISO strings."""
    from claimx.model import sha256_of

    return {
        "doc": article.name,
        "reference_date": article.reference_date.isoformat(),
        "sha256": sha256_of(article.text),
        "n_chars": len(article.text),
        "quantities": [_plain(quantity) for quantity in article.quantities],
        "times": [{key: value for key, value in _plain(time).items() if key != "grain"} for time in article.times],
        "claims": [_claim_dict(claim) for claim in article.claims],
    }


def _plain(value: Any) -> dict[str, Any]:
    built: dict[str, Any] = msgspec.to_builtins(value, builtin_types=(Decimal,))
    return built


def _claim_dict(claim: GoldClaim) -> dict[str, Any]:
    plain = _plain(claim)
    anchor = plain.pop("anchor")
    period = plain.pop("period")
    days = {"begin": None, "until": None}
    if period:
        days = {key: period.pop(key) for key in days}
    return {**anchor, **plain, "period": period, **days}
