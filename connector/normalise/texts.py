"""Rich text of the newer REST API as plain text. The mirror holds plain texts only."""

from collections.abc import Mapping

_BLOCKS = frozenset({"paragraph", "heading", "listItem", "blockquote", "codeBlock", "tableRow", "mediaSingle", "rule"})
_DEPTH = 100


def plain(value: object) -> object:
    """The text of a document object (ADF); anything else as it is."""
    if isinstance(value, Mapping) and value.get("type") == "doc" and isinstance(value.get("content"), list):
        return "".join(_pieces(value, 0)).strip("\n")
    return value


def _pieces(node: object, depth: int) -> list[str]:
    if not isinstance(node, Mapping) or depth > _DEPTH:
        return []
    content = node.get("content")
    inner = [piece for one in content for piece in _pieces(one, depth + 1)] if isinstance(content, list) else []
    is_block = node.get("type") in _BLOCKS and not (inner and inner[-1].endswith("\n"))
    return [_own_text(node), *inner, "\n" if is_block else ""]


def _own_text(node: Mapping[object, object]) -> str:
    attrs = node.get("attrs")
    values = attrs if isinstance(attrs, Mapping) else {}
    match node.get("type"):
        case "text":
            return str(node.get("text") or "")
        case "hardBreak":
            return "\n"
        case "mention" | "emoji" | "status":
            return str(values.get("text") or values.get("shortName") or "")
        case "inlineCard" | "blockCard":
            return str(values.get("url") or "")
        case "date":
            return str(values.get("timestamp") or "")
    return ""
