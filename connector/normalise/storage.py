"""What a page's body holds, read from Confluence's storage format: headings, tables and tasks."""

import re
from collections.abc import Iterator
from hashlib import sha256
from html.entities import html5

from lxml import etree

BODY_LIMIT = 1_000_000
"""Longer bodies are read but not kept."""

_ROWS = 500
_CELLS = 50
_NOT_SHOWN = frozenset({"{ac}parameter", "{ac}placeholder", "{ac}task-id", "{ac}task-status", "{ac}task-uuid"})
_EMPTY_MACROS = frozenset({"toc", "anchor"})
_THINGS = frozenset({"{ac}image", "{ri}user", "{ri}page", "{ri}attachment", "{ri}url", "img", "time"})
_ENTITY = re.compile(r"&([A-Za-z][A-Za-z0-9]*;)")
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_XML_ENTITIES = frozenset({"amp;", "lt;", "gt;", "quot;", "apos;"})
_LEVELS = {f"h{level}": level for level in range(1, 7)}


def outline(body: str) -> dict[str, object]:
    """The parts of a page's data that come from its body.

    headings: [{level, text, has_text}], where has_text says that something stands below it, before the next heading
    of the same or a higher level. tables: [[[cell, …], …], …]. tasks: [{id, text, is_done}].
    """
    root = _parsed(body)
    found: dict[str, object] = {
        "headings": _headings(root),
        "tables": [_rows(one) for one in root.iter("table")],
        "tasks": [_task(one) for one in root.iter("{ac}task")],
        "body_hash": sha256(body.encode("utf-8", "surrogatepass")).hexdigest(),
    }
    return {**found, "body": body} if len(body) <= BODY_LIMIT else found


def _parsed(body: str) -> etree._Element:
    """The body as a tree. Broken markup is read as far as it goes; no entity, file or address is ever fetched."""
    text = _ENTITY.sub(_resolved, body)
    text = "".join(one for one in text if one in "\t\n\r" or (one >= "\x20" and not "\ud800" <= one <= "\udfff"))
    parser = etree.XMLParser(
        recover=True, resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    wrapped = f'<page xmlns:ac="ac" xmlns:ri="ri" xmlns:at="at">{text}</page>'.encode()
    return etree.fromstring(wrapped, parser)


def _resolved(match: re.Match[str]) -> str:
    name = match.group(1)
    return match.group() if name in _XML_ENTITIES else html5.get(name, f"&amp;{name}")


def _headings(root: etree._Element) -> list[dict[str, object]]:
    """The headings in order. A heading has text as soon as anything shows up before one of its rank or above."""
    found: list[dict[str, object]] = []
    open_: list[dict[str, object]] = []
    for level, text in _flow(root):
        if level:
            open_ = [one for one in open_ if int(str(one["level"])) < level]
            heading: dict[str, object] = {"level": level, "text": text, "has_text": False}
            found.append(heading)
            open_.append(heading)
        else:
            for one in open_:
                one["has_text"] = True
    return found


def _flow(node: etree._Element) -> Iterator[tuple[int, str]]:
    """Headings (level, text) and anything else that shows (0, what it is), in the order of the page."""
    stack: list[etree._Element | str] = [node]
    while stack:
        one = stack.pop()
        if isinstance(one, str):
            if _squeezed(one):
                yield 0, "text"
            continue
        tail = one.tail if one is not node else None
        stack += [tail] if tail else []
        if one.tag in _LEVELS:
            yield _LEVELS[one.tag], _shown(one)
        elif one.tag not in _NOT_SHOWN:
            if _is_thing(one):
                yield 0, one.tag
            stack += reversed(list(one))
            stack += [one.text] if one.text else []


def _is_thing(node: etree._Element) -> bool:
    if node.tag == "{ac}structured-macro":
        has_body = any(child.tag in ("{ac}rich-text-body", "{ac}plain-text-body") for child in node)
        return not has_body and node.get("{ac}name") not in _EMPTY_MACROS
    return node.tag in _THINGS


def _shown(node: etree._Element) -> str:
    """The text a reader sees in an element."""
    pieces: list[str] = []
    stack: list[etree._Element | str] = [node]
    while stack:
        one = stack.pop()
        if isinstance(one, str):
            pieces.append(one)
            continue
        if one is not node and one.tail:
            stack.append(one.tail)
        if one.tag not in _NOT_SHOWN:
            stack += reversed(list(one))
            stack += [one.text] if one.text else []
            pieces.append(" " if one.tag in ("p", "br", "li", "td", "th") else "")
    return _squeezed("".join(pieces))


def _squeezed(text: str) -> str:
    return " ".join(text.split())


def _rows(table: etree._Element) -> list[list[str]]:
    rows = [one for one in table.iter("tr") if next(one.iterancestors("table"), None) is table]
    return [[_shown(cell) for cell in row if cell.tag in ("td", "th")][:_CELLS] for row in rows[:_ROWS]]


def _task(task: etree._Element) -> dict[str, object]:
    body = task.find("{ac}task-body")
    return {
        "id": (task.findtext("{ac}task-id") or "").strip(),
        "text": _shown(body) if body is not None else "",
        "is_done": (task.findtext("{ac}task-status") or "").strip() == "complete",
    }
