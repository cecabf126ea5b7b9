"""Pieces of storage format: text becomes harmless here, and macros are put together from escaped parts."""

import re
from collections.abc import Iterable, Mapping
from html import escape
from typing import Literal
from urllib.parse import quote

from markupsafe import Markup

Colour = Literal["Green", "Yellow", "Red", "Grey", "Blue", "Purple"]

# XML 1.0 knows no way to write these, escaped or not.
_UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Storage(Markup):
    """A piece of storage format that may stand in a page as it is."""

    __slots__ = ()


class Block(Storage):
    """A piece that stands by itself: a table or a bodied macro, never inside a paragraph."""

    __slots__ = ()


def writable(words: str) -> str:
    """The words with every character that XML cannot hold replaced by U+FFFD."""
    return _UNWRITABLE.sub("\ufffd", words)


def text(value: object) -> Storage:
    """Any value as one line of text that is no markup, in element content and attribute values alike."""
    if isinstance(value, Markup):
        return Storage(value)
    return Storage(escape(" ".join(str(value).split())))


def anchor(address: str, words: object) -> Storage:
    """A link to a web address. Any other kind of address leaves the words alone."""
    if not address.startswith(("https://", "http://")):
        return text(words)
    return Storage(f'<a href="{escape(quote(address, safe=_KEPT))}">{text(words)}</a>')


# What a complete address may hold; everything else is percent-encoded.
_KEPT = ":/?#[]@!$&()*+,;=%-._~"


def macro(name: str, parameters: Mapping[str, object], body: Storage | None = None) -> Storage:
    """A macro with its parameters, and with a body of rich text if one is given."""
    held = "".join(
        f'<ac:parameter ac:name="{escape(key)}">{text(value)}</ac:parameter>' for key, value in parameters.items()
    )
    inner = "" if body is None else f"<ac:rich-text-body>{body}</ac:rich-text-body>"
    kind = Storage if body is None else Block
    return kind(
        f'<ac:structured-macro ac:name="{escape(name)}" ac:schema-version="1">{held}{inner}</ac:structured-macro>'
    )


def status(words: object, colour: Colour) -> Storage:
    """A coloured label."""
    return macro("status", {"title": words, "colour": colour})


def person(account: str, attribute: str) -> Storage:
    """A mention that Confluence shows as the person's name. attribute: ri:account-id or ri:username."""
    return Storage(f'<ac:link><ri:user {attribute}="{text(account)}" /></ac:link>')


def table(head: Iterable[object], rows: Iterable[Iterable[object]]) -> Block:
    """A table with a row of headings."""
    lines = [_row("th", head), *(_row("td", row) for row in rows)]
    return Block(f"<table><tbody>{''.join(lines)}</tbody></table>")


def _row(cell: str, values: Iterable[object]) -> str:
    return "<tr>" + "".join(f"<{cell}><p>{text(value)}</p></{cell}>" for value in values) + "</tr>"
