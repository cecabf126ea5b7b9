"""A text as Jira keeps it: a wiki string for v2 and webhooks, an ADF document for v3, HTML for pages."""

from collections.abc import Mapping, Sequence
from typing import cast

from connector.sandbox.jira.html import blocks_to_html
from connector.sandbox.jira.wiki import wiki_to_adf

Text = dict[str, object]

_PANEL_WORDS = {
    "info": "info",
    "note": "note",
    "tip": "tip",
    "warning": "warning",
    "success": "tip",
    "error": "warning",
}
_MARK_WIKI = {"strong": "*", "em": "_", "strike": "-", "underline": "+"}


def from_wiki(wiki: str) -> Text:
    """A text from what v2 sends."""
    return {"wiki": wiki, "adf": wiki_to_adf(wiki)}


def from_adf(document: Mapping[str, object]) -> Text:
    """A text from what v3 sends; the document is kept as it came."""
    return {"wiki": _blocks_to_wiki(_content(document)), "adf": dict(document)}


def wiki_of(text: object) -> str | None:
    """The wiki string of a kept text."""
    return str(text["wiki"]) if isinstance(text, Mapping) and "wiki" in text else None


def adf_of(text: object) -> object:
    """The document of a kept text."""
    return text.get("adf") if isinstance(text, Mapping) else None


def html_of(text: object) -> str:
    """The kept text as HTML, every text in it escaped."""
    document = adf_of(text)
    return blocks_to_html(_content(document)) if isinstance(document, Mapping) else ""


def _content(node: Mapping[str, object]) -> Sequence[Mapping[str, object]]:
    return cast("Sequence[Mapping[str, object]]", node.get("content") or ())


def _attr(node: Mapping[str, object], name: str) -> object:
    attrs = node.get("attrs")
    return attrs.get(name) if isinstance(attrs, Mapping) else None


def _blocks_to_wiki(blocks: Sequence[Mapping[str, object]]) -> str:
    return "\n\n".join(_block_to_wiki(block) for block in blocks)


def _block_to_wiki(block: Mapping[str, object], bullets: str = "") -> str:
    kind, inside = block.get("type"), _content(block)
    if kind == "heading":
        return f"h{_attr(block, 'level')}. {_inline_to_wiki(inside)}"
    if kind in ("bulletList", "orderedList"):
        sign = bullets + ("*" if kind == "bulletList" else "#")
        return "\n".join(_item_to_wiki(item, sign) for item in inside)
    if kind in ("taskList", "decisionList"):
        return "\n".join(f"* {_inline_to_wiki(_content(item))}" for item in inside)
    if kind == "codeBlock":
        return "{code}\n" + _inline_to_wiki(inside) + "\n{code}"
    if kind == "blockquote":
        return "{quote}\n" + _blocks_to_wiki(inside) + "\n{quote}"
    if kind == "panel":
        word = _PANEL_WORDS.get(str(_attr(block, "panelType")), "panel")
        return f"{{{word}}}\n{_blocks_to_wiki(inside)}\n{{{word}}}"
    if kind == "rule":
        return "----"
    if kind == "table":
        return "\n".join(_row_to_wiki(row) for row in inside)
    if kind in ("blockCard", "embedCard"):
        return f"[{_attr(block, 'url')}]"
    if kind == "paragraph":
        return _inline_to_wiki(inside)
    return _blocks_to_wiki(inside)


def _item_to_wiki(item: Mapping[str, object], sign: str) -> str:
    lines = []
    for block in _content(item):
        is_list = block.get("type") in ("bulletList", "orderedList")
        lines.append(_block_to_wiki(block, sign) if is_list else f"{sign} {_block_to_wiki(block)}")
    return "\n".join(lines)


def _row_to_wiki(row: Mapping[str, object]) -> str:
    cells = _content(row)
    is_head = bool(cells) and all(cell.get("type") == "tableHeader" for cell in cells)
    bar = "||" if is_head else "|"
    return bar + bar.join(_blocks_to_wiki(_content(cell)).replace("\n", " ") or " " for cell in cells) + bar


def _inline_to_wiki(nodes: Sequence[Mapping[str, object]]) -> str:
    return "".join(_one_to_wiki(node) for node in nodes)


def _one_to_wiki(node: Mapping[str, object]) -> str:
    kind = node.get("type")
    if kind == "text":
        return _marked(str(node.get("text", "")), node.get("marks"))
    if kind == "hardBreak":
        return "\n"
    if kind == "mention":
        return f"[~accountid:{_attr(node, 'id')}]"
    if kind == "inlineCard":
        return f"[{_attr(node, 'url')}]"
    if kind == "emoji":
        return str(_attr(node, "text") or _attr(node, "shortName"))
    if kind == "status":
        return f"[{_attr(node, 'text')}]"
    return str(_attr(node, "text") or "")


def _marked(text: str, marks: object) -> str:
    for mark in cast("Sequence[Mapping[str, object]]", marks or ()):
        kind = mark.get("type")
        if kind == "code":
            text = "{{" + text + "}}"
        elif kind == "link":
            text = f"[{text}|{_attr(mark, 'href')}]"
        elif kind in _MARK_WIKI:
            text = f"{_MARK_WIKI[kind]}{text}{_MARK_WIKI[kind]}"
    return text
