"""Storage format as Confluence takes it: what it refuses, what it adds on saving, and markers of inline comments.

A body is an XML fragment in which HTML's entities and the prefixes `ac`, `ri` and `at` are known. Bytes that
Confluence has no reason to change are never changed: ids are put into start tags, markers around text, and nothing is
written anew.
"""

import html.entities
import re
import uuid
from dataclasses import dataclass, field
from xml.parsers import expat
from xml.sax.saxutils import escape

from connector.sandbox.confluence.problem import BadStorage, ConfluenceProblem

MOST_BYTES = 5 * 1024 * 1024
_URIS = {
    "ac": "http://atlassian.com/content",
    "ri": "http://atlassian.com/resource/identifier",
    "at": "http://atlassian.com/template",
}
_PREFIXES = {uri: prefix for prefix, uri in _URIS.items()}
_OPEN = ("<root " + " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in _URIS.items()) + ">").encode()
_XML_OWN = frozenset({"amp", "lt", "gt", "quot", "apos"})
_DTD = "".join(
    f'<!ENTITY {name} "&#{point};">' for name, point in html.entities.name2codepoint.items() if name not in _XML_OWN
).encode()
# fmt: off
_ACTIVE = frozenset({
    "script", "style", "iframe", "object", "embed", "form", "input", "button", "link", "meta", "base",
    "svg", "math", "applet", "frame", "frameset",
})
# fmt: on
# fmt: off
_KNOWN = frozenset({
    "ac:structured-macro", "ac:macro", "ac:parameter", "ac:default-parameter", "ac:rich-text-body",
    "ac:plain-text-body", "ac:link", "ac:link-body", "ac:plain-text-link-body", "ac:image",
    "ac:caption", "ac:emoticon", "ac:placeholder", "ac:layout", "ac:layout-section", "ac:layout-cell",
    "ac:task-list", "ac:task", "ac:task-id", "ac:task-uuid", "ac:task-status", "ac:task-body",
    "ac:inline-comment-marker", "ac:adf-extension", "ac:adf-node", "ac:adf-attribute", "ac:adf-content",
    "ac:adf-mark", "ac:adf-fallback", "ri:page", "ri:blog-post", "ri:attachment", "ri:url",
    "ri:shortcut", "ri:user", "ri:space", "ri:content-entity",
})
# fmt: on
_MACROS = frozenset({"ac:structured-macro", "ac:macro"})
_BODIES = frozenset({"ac:rich-text-body", "ac:plain-text-body"})
_TAKES_PARAMETERS = _MACROS | {"ac:adf-node", "ac:adf-extension"}
# Text in these is no text of the page.
_HIDDEN = frozenset({"ac:parameter", "ac:plain-text-body", "ac:task-id", "ac:task-uuid", "ac:task-status"})
_START_TAG = re.compile(rb"<ac:structured-macro(?:[^>\"']|\"[^\"]*\"|'[^']*')*?(?=\s*/?>)")
_TOKEN = re.compile(r"<!\[CDATA\[.*?\]\]>|<!--.*?-->|<(?:[^>\"']|\"[^\"]*\"|'[^']*')*>", re.DOTALL)
_UNREAD = re.compile(r"<!\[CDATA\[.*?\]\]>|<!--.*?-->", re.DOTALL)
_ENTITY = re.compile(r"&([A-Za-z_][\w.-]*);")
_NAME = re.compile(r"</?([A-Za-z][\w:.-]*)")


@dataclass(slots=True, kw_only=True)
class Reading:
    """What a well-formed body holds: its text, the markers of inline comments, the macros that lack an id.

    bare_macros: byte offset of each such start tag, and whether its schema version is missing too.
    """

    text: str = ""
    markers: set[str] = field(default_factory=set)
    bare_macros: list[tuple[int, bool]] = field(default_factory=list)


def read(body: str) -> Reading:
    """Read a body. Raises BadStorage when it is not well-formed or holds what Confluence does not allow."""
    try:
        raw = body.encode()
    except UnicodeEncodeError as error:
        raise BadStorage("Illegal character", 1, error.start + 1) from None
    if len(raw) > MOST_BYTES:
        raise ConfluenceProblem(413, "Request too large. Limit is 5 MB.")
    found = _Reader().read(raw)
    _check_entities(body)
    return found


def saved(body: str) -> str:
    """The body as Confluence keeps it: each structured macro has an id and a schema version, the rest is as given."""
    raw, parts, done = body.encode(), [], 0
    for offset, lacks_schema in read(body).bare_macros:
        match = _START_TAG.match(raw, offset)
        assert match is not None
        schema = ' ac:schema-version="1"' if lacks_schema else ""
        parts += [raw[done : match.end()], f'{schema} ac:macro-id="{uuid.uuid4()}"'.encode()]
        done = match.end()
    return b"".join([*parts, raw[done:]]).decode()


def marked(body: str, selection: str, index: int, marker: str) -> str:
    """The body with a marker around one place of the selected text.

    index: which of the places, from 0. Raises 400 when there is no such place within one piece of text.
    """
    places = _places(body, escape(selection))
    if not 0 <= index < len(places):
        raise ConfluenceProblem(400, f"The selected text was found {len(places)} times on the page.")
    start, end = places[index]
    tag = f'<ac:inline-comment-marker ac:ref="{marker}">'
    return f"{body[:start]}{tag}{body[start:end]}</ac:inline-comment-marker>{body[end:]}"


def count_places(body: str, selection: str) -> int:
    """How often the text stands in the body where a comment can be put on it."""
    return len(_places(body, escape(selection)))


def unmarked(body: str, marker: str) -> str:
    """The body without this marker; the text inside it stays."""
    pattern = rf'<ac:inline-comment-marker\s+ac:ref="{re.escape(marker)}"\s*>(.*?)</ac:inline-comment-marker>'
    return re.sub(pattern, r"\1", body, flags=re.DOTALL)


def _check_entities(body: str) -> None:
    # expat passes over an unknown entity without a word when there is an outer DTD.
    for match in _ENTITY.finditer(_UNREAD.sub(lambda hidden: " " * len(hidden[0]), body)):
        if match[1] not in _XML_OWN and match[1] not in html.entities.name2codepoint:
            row = body.count("\n", 0, match.start()) + 1
            column = match.start() - body.rfind("\n", 0, match.start())
            raise BadStorage(f'Undeclared general entity "{match[1]}"', row, column)


def _places(body: str, wanted: str) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    hidden = done = 0
    for token in _TOKEN.finditer(body):
        if not hidden:
            found += _within(body, wanted, done, token.start())
        name = _NAME.match(token[0])
        if name and name[1] in _HIDDEN and not token[0].endswith("/>"):
            hidden += -1 if token[0].startswith("</") else 1
        done = token.end()
    return found + _within(body, wanted, done, len(body))


def _within(body: str, wanted: str, start: int, end: int) -> list[tuple[int, int]]:
    if not wanted:
        return []
    return [(one.start(), one.end()) for one in re.compile(re.escape(wanted)).finditer(body, start, end)]


class _Reader:
    def __init__(self) -> None:
        self.found = Reading()
        self._text: list[str] = []
        self._stack: list[str] = []
        self._bodies: list[int] = []
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_ALWAYS)
        self._parser.UseForeignDTD(True)
        self._parser.ExternalEntityRefHandler = self._entities
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters
        self._parser.ProcessingInstructionHandler = self._instruction

    def read(self, raw: bytes) -> Reading:
        try:
            self._parser.Parse(_OPEN, False)
            self._parser.Parse(raw, False)
            self._parser.Parse(b"</root>", True)
        except expat.ExpatError as error:
            raise self._bad(expat.ErrorString(error.code) or "not well-formed") from None
        self.found.text = " ".join("".join(self._text).split())
        return self.found

    def _entities(self, context: str, _base: str | None, _system: str | None, _public: str | None) -> int:
        self._parser.ExternalEntityParserCreate(context).Parse(_DTD, True)
        return 1

    def _start(self, raw_name: str, raw_attributes: dict[str, str]) -> None:
        if not self._stack:
            self._stack.append("root")
            return
        name = self._known(raw_name)
        attributes = {self._short(one): value for one, value in raw_attributes.items()}
        self._refuse_active(name, attributes)
        self._check_place(name, attributes)
        if name in ("ac:structured-macro", "ac:macro"):
            self._bodies.append(0)
        if name == "ac:structured-macro" and "ac:macro-id" not in attributes:
            offset = self._parser.CurrentByteIndex - len(_OPEN)
            self.found.bare_macros.append((offset, "ac:schema-version" not in attributes))
        if name == "ac:inline-comment-marker":
            self.found.markers.add(attributes.get("ac:ref", ""))
        self._stack.append(name)
        self._text.append(" " if ":" not in name and name not in ("b", "strong", "em", "i", "u", "span", "a") else "")

    def _end(self, _name: str) -> None:
        if self._stack.pop() in _MACROS:
            self._bodies.pop()

    def _characters(self, text: str) -> None:
        if not _HIDDEN.intersection(self._stack):
            self._text.append(text)

    def _instruction(self, target: str, _data: str) -> None:
        raise self._bad(f"Processing instruction '{target}' is not allowed")

    def _known(self, raw_name: str) -> str:
        name = self._short(raw_name)
        if ":" in name and not name.startswith("at:") and name not in _KNOWN:
            raise self._bad(f"Unknown element <{name}>")
        return name

    def _short(self, raw_name: str) -> str:
        uri, _, local = raw_name.rpartition(" ")
        return f"{_PREFIXES.get(uri, uri)}:{local}" if uri else local

    def _refuse_active(self, name: str, attributes: dict[str, str]) -> None:
        if name.lower() in _ACTIVE:
            raise self._bad(f"Element <{name}> is not allowed")
        for key, value in attributes.items():
            is_code = re.match(r"\s*(javascript|vbscript|data:text/html)", value, re.IGNORECASE)
            if re.fullmatch(r"on[a-z]+", key, re.IGNORECASE) or (key in ("href", "src", "ri:value") and is_code):
                raise self._bad(f"Attribute {key} of <{name}> is not allowed")

    def _check_place(self, name: str, attributes: dict[str, str]) -> None:
        parent = self._stack[-1]
        if name in _MACROS and not attributes.get("ac:name"):
            raise self._bad(f"<{name}> has no ac:name")
        if name == "ac:parameter" and parent not in _TAKES_PARAMETERS:
            raise self._bad(f"<ac:parameter> inside <{parent}>")
        if name in _BODIES:
            if parent not in _MACROS:
                raise self._bad(f"<{name}> inside <{parent}>")
            self._bodies[-1] += 1
            if self._bodies[-1] > 1:
                raise self._bad("A macro has two bodies")
        if name == "ac:task" and parent != "ac:task-list":
            raise self._bad(f"<ac:task> inside <{parent}>")

    def _bad(self, what: str) -> BadStorage:
        row, column = self._parser.CurrentLineNumber, self._parser.CurrentColumnNumber + 1
        return BadStorage(what, row, column - len(_OPEN) if row == 1 else column)
