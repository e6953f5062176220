"""A self-contained HTML page of one document: the text with its values and names marked, and the table of claims.

Nothing is loaded from anywhere and no script runs; everything from the document is escaped.
"""

from __future__ import annotations

from html import escape

from claimx.model import Claim, Document
from claimx.output.rows import span_text
from claimx.output.tables import printable, summary

_STYLE = """
.claimx .text { white-space: pre-wrap; overflow-wrap: anywhere; line-height: 1.7; }
.claimx .q { background: #fff0b3; } .claimx .t { background: #d3f2d6; } .claimx .m { background: #dbe8ff; }
.claimx .q, .claimx .t, .claimx .m { color: #111; }
.claimx .claim { border-bottom: 2px solid #c2410c; font-weight: 600; }
.claimx .claim:target + span { outline: 3px solid #c2410c; }
.claimx table { border-collapse: collapse; font-size: 14px; }
.claimx th, .claimx td { border-bottom: 1px solid #8888; padding: .3rem .5rem; text-align: left; vertical-align: top; }
""".strip()
_PAGE_STYLE = """
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, "PingFang SC", "Noto Sans CJK SC", sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; }
""".strip()
_HEADS = ("type", "subject", "metric", "value", "measure", "direction", "basis", "period", "modality", "source")
_HARMFUL = dict.fromkeys((*range(9), 11, 12, *range(14, 32), *range(127, 160), *range(55296, 57344)), 65533)


def html_page(document: Document) -> str:
    """The page as a string of valid UTF-8; control characters and lone surrogates are shown as U+FFFD."""
    title = _safe(printable(document.title or document.doc_id or document.path or "claimx"))
    return f"""<!DOCTYPE html>
<html lang="zh">
<head>
<meta charset="utf-8">
<meta name="generator" content="claimx">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{title}</title>
<style>
{_PAGE_STYLE}
</style>
</head>
<body>
<h1>{title}</h1>
{_fragment(document, linked=True)}</body>
</html>
"""


def html_fragment(document: Document) -> str:
    """The same without the page around it, for notebooks: a ``<div>`` with its own style and no ids."""
    return _fragment(document, linked=False)


def _fragment(document: Document, *, linked: bool) -> str:
    rows = "\n".join(_table_row(claim, number if linked else None) for number, claim in enumerate(document.claims))
    heads = "".join(f"<th>{head}</th>" for head in _HEADS)
    table = f"<table>\n<thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}\n</tbody>\n</table>\n" if rows else ""
    return f"""<div class="claimx">
<style>
{_STYLE}
</style>
<p>{_safe(summary(document))}</p>
{table}<div class="text">{_marked(document, linked=linked)}</div>
</div>
"""


def _safe(text: str) -> str:
    return escape(text.translate(_HARMFUL))


def _table_row(claim: Claim, number: int | None) -> str:
    cells = (
        claim.type,
        span_text(claim.subject),
        span_text(claim.metric),
        claim.anchor.text,
        claim.measure,
        claim.direction or "",
        claim.basis or "",
        span_text(claim.period),
        claim.modality,
        span_text(claim.attribution),
    )
    safe = [_safe(cell) for cell in cells]
    if number is not None:
        safe[3] = f'<a href="#c{number}">{safe[3]}</a>'
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in safe) + "</tr>"


def _marked(document: Document, *, linked: bool) -> str:
    """The text with spans of quantities, times, mentions and anchors; overlapping ones are cut at each other's ends."""
    text = document.text
    found: list[tuple[int, int, str]] = [(quantity.start, quantity.end, "q") for quantity in document.quantities]
    found += [(time.start, time.end, "t") for time in document.times]
    found += [(mention.start, mention.end, "m") for mention in document.mentions]
    found += [(claim.anchor.start, claim.anchor.end, "claim") for claim in document.claims]
    anchors: dict[int, list[int]] = {}
    for number, claim in enumerate(document.claims if linked else ()):
        anchors.setdefault(claim.anchor.start, []).append(number)
    changes: dict[int, list[tuple[str, int]]] = {0: [], len(text): []}
    for start, end, kind in found:
        changes.setdefault(start, []).append((kind, 1))
        changes.setdefault(end, []).append((kind, -1))
    open_kinds = dict.fromkeys(("q", "t", "m", "claim"), 0)
    edges = sorted(changes)
    parts: list[str] = []
    for edge, following in zip(edges, [*edges[1:], len(text)], strict=True):
        for kind, step in changes[edge]:
            open_kinds[kind] += step
        parts += [f'<a id="c{number}" class="claim"></a>' for number in anchors.get(edge, ())]
        piece = _safe(text[edge:following])
        kinds = " ".join(kind for kind, count in open_kinds.items() if count)
        parts.append(f'<span class="{kinds}">{piece}</span>' if kinds and piece else piece)
    return "".join(parts)
