"""A document (ADF) as HTML for the sandbox's pages; every text in it is escaped."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import cast

_MARKS = {"strong": "b", "em": "i", "strike": "del", "underline": "ins", "code": "code"}

_TAGS = {
    "paragraph": "p",
    "bulletList": "ul",
    "orderedList": "ol",
    "listItem": "li",
    "taskList": "ul",
    "taskItem": "li",
    "decisionList": "ul",
    "decisionItem": "li",
    "codeBlock": "pre",
    "blockquote": "blockquote",
    "tableRow": "tr",
    "tableCell": "td",
    "tableHeader": "th",
}


def blocks_to_html(nodes: Sequence[Mapping[str, object]]) -> str:
    """The nodes as HTML."""
    return "".join(_node_to_html(node) for node in nodes)


def _node_to_html(node: Mapping[str, object]) -> str:
    kind = str(node.get("type"))
    inside = blocks_to_html(_content(node))
    if kind == "text":
        return _marked_html(escape(str(node.get("text", ""))), node.get("marks"))
    if kind == "heading":
        return f"<h{_attr(node, 'level')}>{inside}</h{_attr(node, 'level')}>"
    if kind == "table":
        return f"<table><tbody>{inside}</tbody></table>"
    if kind == "panel":
        return f'<div class="panel panel-{escape(str(_attr(node, "panelType")))}">{inside}</div>'
    if kind in ("rule", "hardBreak"):
        return "<hr/>" if kind == "rule" else "<br/>"
    if kind in _TAGS:
        return f"<{_TAGS[kind]}>{inside}</{_TAGS[kind]}>"
    shown = _attr(node, "text") or _attr(node, "url") or _attr(node, "shortName")
    return f"<span>{escape(str(shown))}</span>" if shown else inside


def _marked_html(html: str, marks: object) -> str:
    for mark in cast("Sequence[Mapping[str, object]]", marks or ()):
        kind = str(mark.get("type"))
        if kind in _MARKS:
            html = f"<{_MARKS[kind]}>{html}</{_MARKS[kind]}>"
        href = str(_attr(mark, "href") or "")
        if kind == "link" and href.startswith(("http://", "https://", "mailto:", "/")):
            html = f'<a href="{escape(href, quote=True)}">{html}</a>'
    return html


def _content(node: Mapping[str, object]) -> Sequence[Mapping[str, object]]:
    return cast("Sequence[Mapping[str, object]]", node.get("content") or ())


def _attr(node: Mapping[str, object], name: str) -> object:
    attrs = node.get("attrs")
    return attrs.get(name) if isinstance(attrs, Mapping) else None
