"""Blocks of plain text as Jira keeps them: ADF for Cloud, wiki markup for Data Center.

Nothing in a text is read as markup. What looks like it is escaped; only our own bullets, strong type and issue links
are markup. Which signs a backslash protects, and that numeric entities are kept, is how Atlassian's own renderer
works (BackslashEscapeRendererComponent, HtmlEscapeRendererComponent): it does not protect a backslash.
"""

import re
from collections.abc import Iterable, Sequence
from itertools import groupby

from connector.core.actions import Line

Node = dict[str, object]

_KEY = re.compile(r"[A-Z][A-Z0-9_]*-[0-9]+")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff￾￿]")
_WIKI = re.compile(
    r"(?P<entity>&(?=#?\w+;)|\\|:(?=//|[DPdp]\b))"
    r"|(?P<plain>(?<=[^\W_])[-_](?=[^\W_]))"
    r"|(?P<sign>[-#*_+?^~|%{}\[\]()!@])"
)
_BLOCK_START = re.compile(r"(h[1-6]|bq)\.")


def adf(lines: Iterable[Line], browse_url: str) -> Node:
    """The document of the lines. `browse_url` is the address people see the site at."""
    content: list[Node] = []
    for is_bullet, group in groupby(lines, key=lambda line: line.is_bullet):
        paragraphs = [_paragraph(line, browse_url) for line in group]
        content += [_bullets(paragraphs)] if is_bullet else paragraphs
    return {"type": "doc", "version": 1, "content": content}


def adf_of_text(text: str) -> Node:
    """A plain text as a document, one paragraph a line."""
    return adf([Line(text=one) for one in text.splitlines()], "")


def wiki(lines: Sequence[Line], browse_url: str) -> str:
    """The lines as wiki markup."""
    out: list[str] = []
    for before, line in zip([None, *lines], lines, strict=False):
        if before is not None and not (before.is_bullet and line.is_bullet):
            out.append("")
        out.append(_wiki_line(line, browse_url))
    return "\n".join(out)


def wiki_text(text: str) -> str:
    """A plain text as wiki markup that shows the same text."""
    return "\n".join(_escaped(one) for one in text.splitlines())


def _paragraph(line: Line, browse_url: str) -> Node:
    marks: list[Node] = [{"type": "strong"}] if line.is_strong else []
    nodes = _text_nodes(line.text, marks)
    for key in line.issues:
        if nodes:
            nodes.append({"type": "text", "text": " "})
        nodes.append(_issue_link(key, browse_url))
    return {"type": "paragraph", "content": nodes}


def _text_nodes(text: str, marks: list[Node]) -> list[Node]:
    nodes: list[Node] = []
    for number, part in enumerate(_clean(text).splitlines()):
        if number:
            nodes.append({"type": "hardBreak"})
        if part:
            nodes.append({"type": "text", "text": part, **({"marks": marks} if marks else {})})
    return nodes


def _issue_link(key: str, browse_url: str) -> Node:
    if not _KEY.fullmatch(key):
        return {"type": "text", "text": _clean(key) or "?"}
    href = f"{browse_url}/browse/{key}"
    return {"type": "text", "text": key, "marks": [{"type": "link", "attrs": {"href": href}}]}


def _bullets(paragraphs: list[Node]) -> Node:
    items: list[Node] = [{"type": "listItem", "content": [one]} for one in paragraphs]
    return {"type": "bulletList", "content": items}


def _wiki_line(line: Line, browse_url: str) -> str:
    text = _escaped(" ".join(_clean(line.text).split()))
    strong = f"*{text}*" if line.is_strong and text else text
    parts = [strong] if strong else []
    parts += [f"[{key}|{browse_url}/browse/{key}]" if _KEY.fullmatch(key) else _escaped(key) for key in line.issues]
    return ("* " if line.is_bullet else "") + " ".join(parts)


def _escaped(text: str) -> str:
    safe = _WIKI.sub(_escape, _clean(text))
    # A heading or a quotation begins with a letter, which a backslash does not protect.
    return f"&#{ord(safe[0])};{safe[1:]}" if _BLOCK_START.match(safe) else safe


def _escape(found: re.Match[str]) -> str:
    if found["plain"]:
        return found["plain"]
    return "\\" + found["sign"] if found["sign"] else f"&#{ord(found['entity'])};"


def _clean(text: str) -> str:
    return _CONTROL.sub("", text)
