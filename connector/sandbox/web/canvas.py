"""Where a page's storage format is drawn: what is known while drawing, and the walk from element to element."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from lxml import etree

from connector.sandbox.confluence.model import Page
from connector.sandbox.users import Person
from connector.sandbox.web.addresses import Addresses
from connector.sandbox.web.clean import ALLOWED, DROPPED, MOST_DEEP, add_text, is_element, safe_attributes
from connector.sandbox.web.shown import Looks
from connector.sandbox.web.words import Texts
from connector.sandbox.world import World

Element = etree._Element
URIS = {
    "ac": "http://atlassian.com/content",
    "ri": "http://atlassian.com/resource/identifier",
    "at": "http://atlassian.com/template",
}
_PREFIXES = {uri: prefix for prefix, uri in URIS.items()}
_TINTS = {
    "grey": "#f4f5f7",
    "gray": "#f4f5f7",
    "blue": "#deebff",
    "green": "#e3fcef",
    "yellow": "#fffae6",
    "red": "#ffebe6",
    "purple": "#eae6ff",
    "teal": "#e6fcff",
    "orange": "#fff0d4",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A heading that was drawn: what a table of contents needs of it."""

    level: int
    text: str
    anchor: str


@dataclass(slots=True, kw_only=True)
class Scene:
    """One drawing of one body. `page` is None for what stands on no page.

    contents: the places of tables of contents with the macro's parameters, filled when all headings are known.
    """

    world: World
    me: Person
    t: Texts
    to: Addresses
    looks: Looks
    page: Page | None
    drawers: Mapping[str, "Drawer"]
    macros: Mapping[str, "Drawer"]
    headings: list[Heading] = field(default_factory=list)
    contents: list[tuple[Element, dict[str, str]]] = field(default_factory=list)
    marks: Mapping[str, bool] = field(default_factory=dict)
    depth: int = 0

    def children(self, into: Element, node: Element) -> None:
        """Draw what is inside an element."""
        self.depth += 1
        add_text(into, node.text)
        for child in node:
            if is_element(child):
                self.one(into, child)
            add_text(into, child.tail)
        self.depth -= 1

    def one(self, into: Element, node: Element) -> None:
        """Draw one element."""
        name = short(node.tag)
        if self.depth > MOST_DEEP:
            put(into, "span", self.t("This is nested too deeply to be drawn."), style_class="box-missing")
        elif drawer := self.drawers.get(name):
            drawer(self, into, node)
        elif name in ALLOWED:
            self._html(into, node, name)
        elif ":" in name:
            box = put(into, "div", style_class="box-unknown")
            put(box, "b", f"<{name}>")
            self.children(box, node)
        elif name not in DROPPED:
            self.children(into, node)

    def _html(self, into: Element, node: Element, name: str) -> None:
        given = attributes_of(node)
        made = etree.SubElement(into, name, safe_attributes(name, given))
        if tint := _tint(given):
            made.set("style", f"background-color: {tint}")
        self.children(made, node)
        if name[0] == "h" and name[1:].isdigit():
            self._note_heading(made, int(name[1:]))

    def _note_heading(self, made: Element, level: int) -> None:
        text = " ".join("".join(map(str, made.itertext())).split())
        anchor = free = "-".join(text.split()) or "heading"
        taken = {one.anchor for one in self.headings}
        number = 0
        while free in taken:
            number += 1
            free = f"{anchor}.{number}"
        made.set("id", free)
        self.headings.append(Heading(level=level, text=text, anchor=free))


Drawer = Callable[[Scene, Element, Element], None]


def short(tag: object) -> str:
    """An element's or attribute's name with its usual prefix: `ac:link`, `p`."""
    name = etree.QName(str(tag))
    prefix = _PREFIXES.get(name.namespace or "")
    return f"{prefix}:{name.localname}" if prefix else name.localname


def attributes_of(node: Element) -> dict[str, str]:
    """The attributes by their short names."""
    return {short(name): str(value) for name, value in node.attrib.items()}


def attribute(node: Element, name: str) -> str:
    """One attribute by its short name, or an empty text."""
    return attributes_of(node).get(name, "")


def inner(node: Element, *names: str) -> Element | None:
    """The first child element of one of these short names."""
    return next((one for one in node if is_element(one) and short(one.tag) in names), None)


def text_of(node: Element | None) -> str:
    """All text inside an element, or an empty text."""
    return "" if node is None else "".join(str(one) for one in node.itertext())


def parameters(macro: Element) -> dict[str, str]:
    """A macro's parameters by name; the default one under an empty name."""
    found: dict[str, str] = {}
    for child in macro:
        if is_element(child) and short(child.tag) in ("ac:parameter", "ac:default-parameter"):
            found.setdefault(attribute(child, "ac:name"), text_of(child).strip())
    return found


def put(into: Element, tag: str, text: str = "", *, style_class: str = "", **attributes: str) -> Element:
    """Make an element at the end of another one."""
    made = etree.SubElement(into, tag, attributes)
    if style_class:
        made.set("class", style_class)
    add_text(made, text)
    return made


def _tint(given: Mapping[str, str]) -> str | None:
    named = given.get("data-highlight-colour", "").lower()
    if not named:
        named = next(
            (one.removeprefix("highlight-") for one in given.get("class", "").split() if one.startswith("highlight-")),
            "",
        )
    if len(named) == 7 and named[0] == "#" and all(one in "0123456789abcdef" for one in named[1:]):
        return named
    return _TINTS.get(named)
