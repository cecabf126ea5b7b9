"""Draws the macros that people put on pages."""

from connector.sandbox.confluence.model import Page
from connector.sandbox.web.canvas import Drawer, Element, Scene, inner, parameters, put, text_of
from connector.sandbox.web.clean import safe_style
from connector.sandbox.web.macro_jira import draw_jira

_COLOURS = frozenset({"grey", "red", "yellow", "green", "blue", "purple"})
_SIGNS = {"info": "ℹ", "note": "✎", "tip": "✔", "warning": "⚠", "panel": ""}
_CHINESE_COLOURS = {"gray": "grey"}


def _rich(scene: Scene, into: Element, macro: Element) -> None:
    body = inner(macro, "ac:rich-text-body")
    if body is not None:
        scene.children(into, body)


def _status(_scene: Scene, into: Element, macro: Element) -> None:
    given = parameters(macro)
    colour = given.get("colour", given.get("color", "grey")).lower()
    colour = _CHINESE_COLOURS.get(colour, colour)
    look = colour if colour in _COLOURS else "grey"
    subtle = " subtle" if given.get("subtle") == "true" else ""
    put(into, "span", given.get("title") or colour, style_class=f"lozenge status-{look}{subtle}")


def _panel(kind: str) -> Drawer:
    def drawn(scene: Scene, into: Element, macro: Element) -> None:
        given = parameters(macro)
        box = put(into, "div", style_class=f"panel panel-{kind}")
        colours = {"bgColor": "background-color", "borderColor": "border-color"}
        style = safe_style("; ".join(f"{colours[one]}: {given[one]}" for one in colours if given.get(one)))
        if style:
            box.set("style", style)
        if _SIGNS[kind]:
            put(box, "span", _SIGNS[kind], style_class="panel-sign")
        inside = put(box, "div", style_class="panel-inside")
        if given.get("title"):
            put(inside, "p", given["title"], style_class="panel-title")
        _rich(scene, inside, macro)

    return drawn


def _expand(scene: Scene, into: Element, macro: Element) -> None:
    box = put(into, "details", style_class="expand")
    put(box, "summary", parameters(macro).get("title") or scene.t("Click here to expand…"))
    _rich(scene, put(box, "div"), macro)


def _details(scene: Scene, into: Element, macro: Element) -> None:
    if parameters(macro).get("hidden") == "true":
        return
    _rich(scene, put(into, "div", style_class="page-properties"), macro)


def _excerpt(scene: Scene, into: Element, macro: Element) -> None:
    if parameters(macro).get("hidden") != "true":
        _rich(scene, put(into, "div"), macro)


def _code(_scene: Scene, into: Element, macro: Element) -> None:
    given = parameters(macro)
    box = put(into, "div", style_class="code")
    if given.get("title"):
        put(box, "p", given["title"], style_class="panel-title")
    put(box, "pre", text_of(inner(macro, "ac:plain-text-body")))


def _contents(scene: Scene, into: Element, macro: Element) -> None:
    scene.contents.append((put(into, "div", style_class="toc"), parameters(macro)))


def _children(scene: Scene, into: Element, _macro: Element) -> None:
    if scene.page is None:
        return
    found = scene.world.confluence.children(scene.page.id)
    rows = put(into, "ul")
    for one in found:
        put(put(rows, "li"), "a", one.title, href=scene.to.page(one))
    if not found:
        put(put(rows, "li"), "span", scene.t("There are no pages below this one."), style_class="quiet")


def _by_label(scene: Scene, into: Element, macro: Element) -> None:
    given = parameters(macro)
    wanted = given.get("labels") or given.get("label") or given.get("cql", "")
    names = {one.strip(" \"'").lower() for one in wanted.replace("=", ",").replace("and", ",").split(",")}
    rows = put(into, "ul")
    for one in scene.world.confluence.pages(scene.page.space if scene.page else None):
        if names & {label.name for label in one.labels}:
            put(put(rows, "li"), "a", one.title, href=scene.to.page(one))
    if not len(rows):
        put(put(rows, "li"), "span", scene.t("No page has these labels."), style_class="quiet")


def _anchor(_scene: Scene, into: Element, macro: Element) -> None:
    name = "-".join(parameters(macro).get("", "").split())
    if name:
        put(into, "span").set("id", name)


def _section(style_class: str) -> Drawer:
    def drawn(scene: Scene, into: Element, macro: Element) -> None:
        _rich(scene, put(into, "div", style_class=style_class), macro)

    return drawn


def _include(scene: Scene, into: Element, macro: Element) -> None:
    """Only the name of what is included, with a link to it: a page that includes itself must end somewhere."""
    box = put(into, "div", style_class="box-unknown")
    put(box, "b", scene.t("Included from another page"))
    for one in macro.iter():
        title = next((str(value) for name, value in one.attrib.items() if str(name).endswith("content-title")), "")
        found: Page | None = scene.world.confluence.page_titled(scene.page.space, title) if scene.page else None
        if title and found:
            put(put(box, "p"), "a", found.title, href=scene.to.page(found))
        elif title:
            put(box, "p", title)


MACROS: dict[str, Drawer] = {
    "status": _status,
    **{kind: _panel(kind) for kind in _SIGNS},
    "expand": _expand,
    "details": _details,
    "excerpt": _excerpt,
    "code": _code,
    "noformat": _code,
    "toc": _contents,
    "children": _children,
    "contentbylabel": _by_label,
    "anchor": _anchor,
    "section": _section("layout-section"),
    "column": _section("layout-cell"),
    "quote": _section("quote"),
    "excerpt-include": _include,
    "include": _include,
    "jira": draw_jira,
    "jiraissues": draw_jira,
}
