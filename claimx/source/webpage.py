"""A web page's title, date and main text, with the standard library's parser.

Deliberately small: the text of ``<article>`` or ``<main>`` where the page has one, else of the body, without scripts,
navigation, headers, footers, asides and forms; a line break between blocks. The result is the text that spans refer to.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

import msgspec

_SKIP = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "nav",
        "footer",
        "aside",
        "form",
        "button",
        "select",
        "svg",
        "iframe",
        "head",
    ]
)
_BLOCK = frozenset(
    [
        "address",
        "article",
        "blockquote",
        "br",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "ol",
        "option",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "title",
        "tr",
        "ul",
    ]
)
_VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"]
)
_DATE_NAMES = (
    "article:published_time",
    "datepublished",
    "og:published_time",
    "pubdate",
    "publishdate",
    "publish_date",
    "publish-date",
    "weibo: article:create_at",
    "og:release_date",
    "dc.date",
    "dc.date.issued",
    "date",
)
_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s{0,3}=\s{0,3}[\"']?\s{0,3}([A-Za-z0-9_.:-]{2,40})", re.IGNORECASE)
_JSON_DATE = re.compile(r'"(?:datePublished|pubDate|publishTime|dateCreated)"\s{0,3}:\s{0,3}"([^"]{6,40})"')
_BLANK = re.compile(r"[ \t\r\n\f]+")


class Page(msgspec.Struct, frozen=True):
    """What a web page says: its main text, title and the date it gives of itself (as written)."""

    text: str
    title: str | None = None
    date: str | None = None


def declared_charset(data: bytes) -> str | None:
    """The encoding that the page names in its first 4,096 bytes, or None."""
    match = _CHARSET.search(data[:4096])
    return match[1].decode("ascii") if match else None


def read_page(markup: str) -> Page:
    """The main text, title and date of an HTML page; broken markup is read as far as it goes."""
    reader = _Reader()
    reader.feed(markup)
    reader.close()
    text = reader.main_text() or reader.text("body")
    date = next((reader.meta[name] for name in _DATE_NAMES if reader.meta.get(name)), None)
    if date is None:
        found = _JSON_DATE.search(markup)
        date = found[1] if found else reader.time
    title = reader.meta.get("og:title") or reader.heading.strip() or reader.title.strip() or None
    return Page(text, _BLANK.sub(" ", title) if title else None, date)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.meta: dict[str, str] = {}
        self.title = self.heading = ""
        self.time: str | None = None
        self._skip: list[str] = []
        self._regions: list[str] = []
        self._inside: list[str] = []
        self._parts: dict[str, list[str]] = {"article": [], "main": [], "body": []}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {key: value or "" for key, value in attrs}
        if tag == "meta":
            name = (values.get("property") or values.get("name") or values.get("itemprop") or "").lower()
            if name and values.get("content"):
                self.meta.setdefault(name, values["content"])
        elif tag == "time" and self.time is None and values.get("datetime"):
            self.time = values["datetime"]
        elif tag == "body":
            self._skip.clear()  # a head that was never closed must not hide the page
        if tag in _SKIP and (tag != "head" or not self._parts["body"]):
            self._skip.append(tag)
        if tag in {"article", "main"}:
            self._regions.append(tag)
        if tag in {"title", "h1"}:
            self._inside.append(tag)
        if tag in _BLOCK:
            self._add("\n")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._skip:
            while self._skip.pop() != tag:
                pass
        if tag in self._regions:
            while self._regions.pop() != tag:
                pass
        if tag in self._inside:
            while self._inside.pop() != tag:
                pass
        if tag in _BLOCK:
            self._add("\n")

    def handle_data(self, data: str) -> None:
        if "title" in self._inside and "svg" not in self._skip:
            self.title += data
            return
        if self._skip:
            return
        if "h1" in self._inside and len(self.heading) < 300:
            self.heading += data
        self._add(_BLANK.sub(" ", data))

    def _add(self, piece: str) -> None:
        if self._skip:
            return
        self._parts["body"].append(piece)
        for region in set(self._regions):
            self._parts[region].append(piece)

    def text(self, region: str) -> str:
        lines = (line.strip(" ") for line in "".join(self._parts[region]).split("\n"))
        return "\n".join(line for line in lines if line)

    def main_text(self) -> str:
        """The text of the articles or the main part, unless it is a mere teaser beside the whole body."""
        whole = len(self.text("body"))
        for region in ("article", "main"):
            text = self.text(region)
            if len(text) * 5 >= whole and text:
                return text
        return ""
