"""Whether a document is one that Jira's v3 API would take as a text (Atlassian Document Format)."""

from collections.abc import Mapping

_BLOCKS = frozenset(
    [
        "paragraph",
        "heading",
        "bulletList",
        "orderedList",
        "taskList",
        "decisionList",
        "codeBlock",
        "blockquote",
        "panel",
        "rule",
        "table",
        "mediaSingle",
        "mediaGroup",
        "expand",
        "blockCard",
        "embedCard",
        "extension",
        "bodiedExtension",
    ]
)
_INLINES = frozenset(
    [
        "text",
        "hardBreak",
        "mention",
        "emoji",
        "inlineCard",
        "date",
        "status",
        "placeholder",
        "inlineExtension",
        "mediaInline",
    ]
)
_CHILDREN: dict[str, frozenset[str]] = {
    "doc": _BLOCKS | {"layoutSection"},
    "paragraph": _INLINES,
    "heading": _INLINES,
    "bulletList": frozenset({"listItem"}),
    "orderedList": frozenset({"listItem"}),
    "listItem": frozenset({"paragraph", "bulletList", "orderedList", "codeBlock", "mediaSingle", "taskList"}),
    "taskList": frozenset({"taskItem", "taskList"}),
    "taskItem": _INLINES,
    "decisionList": frozenset({"decisionItem"}),
    "decisionItem": _INLINES,
    "codeBlock": frozenset({"text"}),
    "blockquote": frozenset({"paragraph", "bulletList", "orderedList", "codeBlock", "mediaSingle"}),
    "panel": frozenset({"paragraph", "heading", "bulletList", "orderedList", "codeBlock", "rule", "taskList"}),
    "table": frozenset({"tableRow"}),
    "tableRow": frozenset({"tableCell", "tableHeader"}),
    "tableCell": _BLOCKS | {"nestedExpand"},
    "tableHeader": _BLOCKS | {"nestedExpand"},
    "expand": _BLOCKS | {"nestedExpand"},
    "nestedExpand": _BLOCKS,
    "mediaSingle": frozenset({"media", "caption"}),
    "mediaGroup": frozenset({"media"}),
    "caption": _INLINES,
    "bodiedExtension": _BLOCKS,
    "layoutSection": frozenset({"layoutColumn"}),
    "layoutColumn": _BLOCKS,
}
_MUST_HAVE_CHILDREN = frozenset(
    [
        "bulletList",
        "orderedList",
        "listItem",
        "table",
        "tableRow",
        "tableCell",
        "tableHeader",
        "blockquote",
        "panel",
        "expand",
        "taskList",
    ]
)
_MARKS = frozenset(
    [
        "strong",
        "em",
        "code",
        "strike",
        "underline",
        "subsup",
        "link",
        "textColor",
        "backgroundColor",
        "annotation",
        "alignment",
        "indentation",
        "border",
        "breakout",
        "fragment",
        "dataConsumer",
    ]
)
_NEEDED_ATTRS: dict[str, tuple[str, ...]] = {
    "heading": ("level",),
    "mention": ("id",),
    "emoji": ("shortName",),
    "date": ("timestamp",),
    "status": ("text", "color"),
    "panel": ("panelType",),
    "taskItem": ("localId", "state"),
    "taskList": ("localId",),
    "media": ("type",),
}
_PANELS = frozenset({"info", "note", "tip", "warning", "error", "success", "custom"})
_COLOURS = frozenset({"neutral", "purple", "blue", "red", "yellow", "green"})
_DEEPEST = 40


def adf_problem(document: object) -> str | None:
    """What is wrong with the document, or None when Jira would take it."""
    if not isinstance(document, Mapping):
        return "a document must be an object"
    if document.get("type") != "doc":
        return f"the document's type is {document.get('type')!r}, not 'doc'"
    if document.get("version") != 1 or isinstance(document.get("version"), bool):
        return f"the document's version is {document.get('version')!r}, not 1"
    if not isinstance(document.get("content"), list):
        return "the document has no list of content"
    if surplus := set(document) - {"type", "version", "content"}:
        return f"the document has unknown members: {', '.join(sorted(map(str, surplus)))}"
    return _children_problem("doc", document["content"], 0)


def _children_problem(kind: str, children: object, depth: int) -> str | None:
    if depth > _DEEPEST:
        return f"more than {_DEEPEST} levels of nodes"
    if not isinstance(children, list):
        return f"the content of {kind} is not a list"
    if not children and kind in _MUST_HAVE_CHILDREN:
        return f"{kind} is empty"
    for child in children:
        problem = _node_problem(kind, child, depth)
        if problem:
            return problem
    return None


def _node_problem(parent: str, node: object, depth: int) -> str | None:
    if not isinstance(node, Mapping) or not isinstance(node.get("type"), str):
        return f"something in {parent} is no node"
    kind = node["type"]
    if kind not in _CHILDREN.get(parent, frozenset()):
        return f"{kind} cannot stand in {parent}"
    if surplus := set(node) - {"type", "content", "attrs", "marks", "text", "version"}:
        return f"{kind} has unknown members: {', '.join(sorted(map(str, surplus)))}"
    problem = _attrs_problem(kind, node.get("attrs", {})) or _marks_problem(kind, node.get("marks", []))
    if problem:
        return problem
    if kind == "text":
        is_text = isinstance(node.get("text"), str) and node["text"] != ""
        return None if is_text else "a text node is empty or has no text"
    if "text" in node and kind != "placeholder":
        return f"{kind} cannot have text"
    if kind in _CHILDREN:
        return _children_problem(kind, node.get("content", []), depth + 1)
    return f"{kind} cannot have content" if "content" in node else None


def _attrs_problem(kind: str, attrs: object) -> str | None:
    if not isinstance(attrs, Mapping):
        return f"the attrs of {kind} are no object"
    for name in _NEEDED_ATTRS.get(kind, ()):
        if name not in attrs:
            return f"{kind} lacks the attribute {name}"
    if kind == "heading" and attrs["level"] not in (1, 2, 3, 4, 5, 6):
        return f"the level of a heading is {attrs['level']!r}"
    if kind == "panel" and attrs["panelType"] not in _PANELS:
        return f"the panelType is {attrs['panelType']!r}"
    if kind == "status" and attrs["color"] not in _COLOURS:
        return f"the colour of a status is {attrs['color']!r}"
    if kind in ("inlineCard", "blockCard", "embedCard") and not ({"url", "data"} & set(attrs)):
        return f"{kind} lacks the attribute url"
    return None


def _marks_problem(kind: str, marks: object) -> str | None:
    if not isinstance(marks, list):
        return f"the marks of {kind} are not a list"
    for mark in marks:
        if not isinstance(mark, Mapping) or mark.get("type") not in _MARKS:
            return f"{kind} has an unknown mark"
        if mark["type"] == "link":
            attrs = mark.get("attrs")
            if not isinstance(attrs, Mapping) or not isinstance(attrs.get("href"), str) or not attrs["href"]:
                return "a link mark has no href"
    return None
