"""A wiki string into the document (ADF) that it stands for."""

import re

Node = dict[str, object]

_HEADING = re.compile(r"h([1-6])\. (.*)")
_ITEM = re.compile(r"([*#-]+) (.*)")
_SPAN = re.compile(
    r"\{\{(?P<code>[^}\n]+)\}\}|\[~(?:accountid:)?(?P<who>[^\]\n]+)\]|\[(?:(?P<label>[^|\]\n]+)\|)?(?P<href>(?:https?://|mailto:|/)[^\]\n]+)\]"
    r"|(?<!\w)\*(?P<strong>[^\s*][^*\n]*?)\*(?!\w)|(?<!\w)_(?P<em>[^\s_][^_\n]*?)_(?!\w)"
)


def wiki_to_adf(wiki: str) -> Node:
    """The document that a wiki string stands for."""
    return {"type": "doc", "version": 1, "content": _lines_to_blocks(wiki.replace("\r\n", "\n").split("\n"))}


def _lines_to_blocks(lines: list[str]) -> list[Node]:
    blocks: list[Node] = []
    at = 0
    while at < len(lines):
        block, at = _next_block(lines, at)
        if block is not None:
            blocks.append(block)
    return blocks


def _next_block(lines: list[str], at: int) -> tuple[Node | None, int]:
    line = lines[at]
    if not line.strip():
        return None, at + 1
    if heading := _HEADING.fullmatch(line.strip()):
        node: Node = {"type": "heading", "attrs": {"level": int(heading[1])}, "content": _spans(heading[2])}
        return node, at + 1
    if line.strip() == "----":
        return {"type": "rule"}, at + 1
    fence = line.strip()
    if fence in ("{code}", "{noformat}", "{quote}", "{info}", "{note}", "{tip}", "{warning}", "{panel}"):
        return _fenced(lines, at, fence)
    if _ITEM.fullmatch(line.strip()):
        return _listed(lines, at)
    if line.startswith("|"):
        return _table(lines, at)
    end = at
    while end < len(lines) and lines[end].strip() and (end == at or not _starts_block(lines[end])):
        end += 1
    return {"type": "paragraph", "content": _with_breaks(lines[at:end])}, end


def _starts_block(line: str) -> bool:
    text = line.strip()
    return bool(_HEADING.fullmatch(text) or _ITEM.fullmatch(text) or text.startswith(("|", "{code}", "----")))


def _fenced(lines: list[str], at: int, fence: str) -> tuple[Node, int]:
    end = next((n for n in range(at + 1, len(lines)) if lines[n].strip() == fence), len(lines))
    inside = lines[at + 1 : end]
    if fence in ("{code}", "{noformat}"):
        text = "\n".join(inside)
        return {"type": "codeBlock", "content": [{"type": "text", "text": text}] if text else []}, end + 1
    blocks = _lines_to_blocks(inside) or [{"type": "paragraph", "content": []}]
    if fence == "{quote}":
        return {"type": "blockquote", "content": blocks}, end + 1
    word = fence.strip("{}")
    kind = {"panel": "info", "tip": "success"}.get(word, word)
    return {"type": "panel", "attrs": {"panelType": kind}, "content": blocks}, end + 1


def _listed(lines: list[str], at: int) -> tuple[Node, int]:
    end = at
    rows: list[tuple[str, str]] = []
    while end < len(lines) and (item := _ITEM.fullmatch(lines[end].strip())):
        rows.append((item[1], item[2]))
        end += 1
    return _list_node(rows, 1), end


def _list_node(rows: list[tuple[str, str]], depth: int) -> Node:
    kind = "orderedList" if rows[0][0][min(depth, len(rows[0][0])) - 1] == "#" else "bulletList"
    items: list[Node] = []
    at = 0
    while at < len(rows):
        content: list[Node] = [{"type": "paragraph", "content": _spans(rows[at][1])}]
        end = at + 1
        while end < len(rows) and len(rows[end][0]) > depth:
            end += 1
        if end > at + 1:
            content.append(_list_node(rows[at + 1 : end], depth + 1))
        items.append({"type": "listItem", "content": content})
        at = end
    return {"type": kind, "content": items}


def _table(lines: list[str], at: int) -> tuple[Node, int]:
    rows: list[Node] = []
    while at < len(lines) and lines[at].startswith("|"):
        line = lines[at].strip()
        is_head = line.startswith("||")
        cells = [one for one in re.split(r"\|\|?", line) if one.strip()]
        kind = "tableHeader" if is_head else "tableCell"
        row = [{"type": kind, "content": [{"type": "paragraph", "content": _spans(one.strip())}]} for one in cells]
        rows.append({"type": "tableRow", "content": row})
        at += 1
    return {"type": "table", "content": [row for row in rows if row["content"]]}, at


def _with_breaks(lines: list[str]) -> list[Node]:
    nodes: list[Node] = []
    for number, line in enumerate(lines):
        if number:
            nodes.append({"type": "hardBreak"})
        nodes += _spans(line)
    return nodes


def _spans(line: str) -> list[Node]:
    nodes: list[Node] = []
    at = 0
    for found in _SPAN.finditer(line):
        if found.start() > at:
            nodes.append({"type": "text", "text": line[at : found.start()]})
        nodes.append(_span(found))
        at = found.end()
    if at < len(line):
        nodes.append({"type": "text", "text": line[at:]})
    return nodes


def _span(found: re.Match[str]) -> Node:
    if found["who"]:
        return {"type": "mention", "attrs": {"id": found["who"], "text": f"@{found['who']}"}}
    if found["href"]:
        mark: Node = {"type": "link", "attrs": {"href": found["href"]}}
        return {"type": "text", "text": found["label"] or found["href"], "marks": [mark]}
    kind = next(name for name in ("code", "strong", "em") if found[name])
    return {"type": "text", "text": found[kind], "marks": [{"type": kind}]}
