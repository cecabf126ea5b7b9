"""Puts a paragraph below a heading of a page; every other byte of the body stays."""

import re
from dataclasses import dataclass
from html import unescape
from xml.sax.saxutils import escape

_TOKEN = re.compile(
    r"<!\[CDATA\[.*?\]\]>|<!--.*?-->|<(?P<end>/?)h(?P<level>[1-6])(?=[\s/>])(?:[^>\"']|\"[^\"]*\"|'[^']*')*>", re.DOTALL
)
_TAG = re.compile(r"<!\[CDATA\[(.*?)\]\]>|<[^>]*>", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A heading: its text, its level, and the offset in the body right after it."""

    text: str
    level: int
    after: int


def headings_in(body: str) -> list[Place]:
    """The headings in order."""
    found: list[Place] = []
    start: re.Match[str] | None = None
    for token in _TOKEN.finditer(body):
        if not token["level"] or token[0].endswith("/>"):
            continue
        if not token["end"]:
            start = token
        elif start is not None and start["level"] == token["level"]:
            text = unescape(_TAG.sub(lambda tag: tag[1] or "", body[start.end() : token.start()]))
            found.append(Place(text=" ".join(text.split()), level=int(token["level"]), after=token.end()))
            start = None
    return found


def add_below(body: str, heading: int, text: str) -> str:
    """The body with the text as paragraphs right below a heading, counted from 0; IndexError when there is none."""
    place = headings_in(body)[heading].after
    return f"{body[:place]}{paragraphs(text)}{body[place:]}"


def paragraphs(text: str) -> str:
    """Plain text as storage: a paragraph for each block of lines, a line break within it."""
    blocks = re.split(r"\n\s*\n", text.replace("\r\n", "\n").strip())
    return "".join(f"<p>{'<br/>'.join(map(escape, one.split(chr(10))))}</p>" for one in blocks if one.strip())
