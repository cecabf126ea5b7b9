"""Storage format as people see it: safe HTML, built element by element from a list of what may be there."""

import html.entities
import re

from lxml import etree
from markupsafe import Markup

from connector.sandbox.confluence.comments import comments_on
from connector.sandbox.confluence.model import Page
from connector.sandbox.front import acting_user, the_world
from connector.sandbox.web.canvas import URIS, Element, Heading, Scene, put
from connector.sandbox.web.clean import inside
from connector.sandbox.web.door import addresses, looks, texts
from connector.sandbox.web.macros import MACROS
from connector.sandbox.web.storage_parts import PARTS
from connector.sandbox.web.words import Texts

_OPEN = "<root " + " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in URIS.items()) + ">"
_XML_OWN = frozenset({"amp", "lt", "gt", "quot", "apos"})
_ENTITY = re.compile(r"<!\[CDATA\[.*?\]\]>|<!--.*?-->|&([A-Za-z][A-Za-z0-9]*);", re.DOTALL)


def draw(body: str, page: Page | None) -> Markup:
    """A body as HTML. One that cannot be read is shown as the text that it is, with a word about it."""
    target = etree.Element("div")
    scene = _scene(page)
    try:
        source = parse(body)
    except etree.XMLSyntaxError:
        put(target, "p", scene.t("This is no well-formed storage format:"), style_class="box-missing")
        put(target, "pre", body)
        return inside(target)
    scene.children(target, source)
    for place, wanted in scene.contents:
        _fill_contents(place, wanted, scene.headings, scene.t)
    return inside(target)


def parse(body: str) -> Element:
    """A body as a tree below one root. Nothing outside the text is ever loaded."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
    text = f"{_OPEN}{_ENTITY.sub(_spelt_out, body)}</root>"
    return etree.fromstring(text.encode("utf-8", "replace"), parser)


def _spelt_out(found: re.Match[str]) -> str:
    point = None if found[1] in _XML_OWN else html.entities.name2codepoint.get(found[1] or "")
    return f"&#{point};" if point else found[0]


def _scene(page: Page | None) -> Scene:
    world = the_world()
    marks = {}
    if page is not None:
        inline = comments_on(world.confluence, page, "inline")
        marks = {one.marker: one.resolution != "resolved" for one in inline if one.marker}
    return Scene(
        world=world,
        me=acting_user(),
        t=texts(),
        to=addresses(),
        looks=looks(),
        page=page,
        drawers=PARTS,
        macros=MACROS,
        marks=marks,
    )


def _fill_contents(place: Element, wanted: dict[str, str], headings: list[Heading], t: Texts) -> None:
    least, most = (_level(wanted.get(name, ""), default) for name, default in (("minLevel", 1), ("maxLevel", 7)))
    shown = [one for one in headings if least <= one.level <= most and one.text]
    if not shown:
        put(place, "span", t("This page has no headings."), style_class="quiet")
        return
    top = min(one.level for one in shown)
    for one in shown:
        line = put(place, "div", style_class=f"toc-line toc-{one.level - top}")
        put(line, "a", one.text, href=f"#{one.anchor}")


def _level(text: str, default: int) -> int:
    return int(text) if text.isdigit() and 1 <= int(text) <= 7 else default
