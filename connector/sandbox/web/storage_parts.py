"""Draws Confluence's own elements that are no macros: links, pictures, tasks, layouts, marks, emoticons."""

import re

from connector.sandbox.confluence.files import file_named
from connector.sandbox.confluence.model import Page
from connector.sandbox.web.canvas import (
    Drawer,
    Element,
    Scene,
    attribute,
    attributes_of,
    inner,
    put,
    short,
    text_of,
)
from connector.sandbox.web.clean import is_element, safe_address

_EMOTICONS = {
    "smile": "🙂",
    "sad": "🙁",
    "cheeky": "😛",
    "laugh": "😀",
    "wink": "😉",
    "thumbs-up": "👍",
    "thumbs-down": "👎",
    "information": "ℹ️",
    "tick": "✅",
    "cross": "❌",
    "warning": "⚠️",
    "plus": "➕",
    "minus": "➖",
    "question": "❓",
    "light-on": "💡",
    "light-off": "💡",
    "yellow-star": "⭐",
    "red-star": "⭐",
    "green-star": "⭐",
    "blue-star": "⭐",
    "heart": "❤️",
    "broken-heart": "💔",
}
_PIXELS = re.compile(r"\d{1,4}")


def draw_macro(scene: Scene, into: Element, node: Element) -> None:
    """A macro, by its name; one that the sandbox does not know is a box with its name and its text."""
    name = attribute(node, "ac:name")
    drawer = scene.macros.get(name)
    if drawer is not None:
        drawer(scene, into, node)
        return
    box = put(into, "div", style_class="box-unknown")
    put(box, "b", scene.t("Macro: {name}", name=name))
    rich, plain = inner(node, "ac:rich-text-body"), inner(node, "ac:plain-text-body")
    if rich is not None:
        scene.children(box, rich)
    if plain is not None:
        put(box, "pre", text_of(plain))


def _link(scene: Scene, into: Element, node: Element) -> None:
    target = next((one for one in node if is_element(one) and short(one.tag).startswith("ri:")), None)
    anchor = attribute(node, "ac:anchor")
    if target is not None and short(target.tag) == "ri:user":
        _user(scene, into, target)
        return
    address, title = _aim(scene, target) if target is not None else ("", anchor)
    if anchor and (address or target is None):
        address += f"#{'-'.join(anchor.split())}"
    made = put(into, "a", href=address) if address else put(into, "span", style_class="link-missing")
    rich, plain = inner(node, "ac:link-body"), inner(node, "ac:plain-text-link-body")
    if rich is not None:
        scene.children(made, rich)
    else:
        put(made, "span", text_of(plain) or title)


def _aim(scene: Scene, target: Element) -> tuple[str, str]:
    """The address and the title of what a link is about; no address when that is not there."""
    kind, given = short(target.tag), attributes_of(target)
    state = scene.world.confluence
    if kind == "ri:page":
        key = given.get("ri:space-key") or (scene.page.space if scene.page else "")
        title = given.get("ri:content-title", "")
        found = state.page_titled(key, title)
        return (scene.to.page(found), found.title) if found else ("", title)
    if kind == "ri:content-entity":
        held = state.held.pages.get(given.get("ri:content-id", ""))
        return (scene.to.page(held), held.title) if held else ("", given.get("ri:content-id", ""))
    if kind == "ri:space":
        key = given.get("ri:space-key", "")
        space = state.held.spaces.get(key)
        return (scene.to.space(key), space.name) if space else ("", key)
    if kind == "ri:attachment":
        return _file(scene, target), given.get("ri:filename", "")
    if kind == "ri:url":
        address = given.get("ri:value", "")
        return safe_address(address) or "", address
    return "", next(iter(given.values()), kind)


def _user(scene: Scene, into: Element, target: Element) -> None:
    given = attributes_of(target)
    named = next((given[one] for one in ("ri:account-id", "ri:userkey", "ri:username") if given.get(one)), "")
    person = scene.looks.person(named)
    shown = person.display_name if person else named or scene.t("Unknown user")
    put(into, "span", f"@{shown}", style_class="mention")


def _file(scene: Scene, target: Element) -> str:
    """Where an attachment is fetched: on this page, or on the one that is named inside."""
    on: Page | None = scene.page
    other = inner(target, "ri:page")
    state = scene.world.confluence
    if other is not None:
        key = attribute(other, "ri:space-key") or (on.space if on else "")
        on = state.page_titled(key, attribute(other, "ri:content-title"))
    found = file_named(state, on, attribute(target, "ri:filename")) if on else None
    return scene.to.page_file(found) if found else ""


def _image(scene: Scene, into: Element, node: Element) -> None:
    attached, outside = inner(node, "ri:attachment"), inner(node, "ri:url")
    name = attribute(attached, "ri:filename") if attached is not None else ""
    address = _file(scene, attached) if attached is not None else ""
    if address:
        figure = put(into, "span", style_class="figure")
        sizes = {one: attribute(node, f"ac:{one}") for one in ("width", "height")}
        kept = {one: size for one, size in sizes.items() if _PIXELS.fullmatch(size)}
        put(figure, "img", src=address, alt=attribute(node, "ac:alt") or name, **kept)
        caption = inner(node, "ac:caption")
        if caption is not None:
            scene.children(put(figure, "span", style_class="caption"), caption)
        return
    box = put(into, "span", style_class="box-missing")
    where = safe_address(attribute(outside, "ri:value")) if outside is not None else None
    if where:
        put(box, "a", scene.t("Picture elsewhere: {address}", address=where), href=where, rel="noopener noreferrer")
    else:
        put(box, "span", scene.t("Picture is missing: {name}", name=name))


def _tasks(scene: Scene, into: Element, node: Element) -> None:
    rows = put(into, "ul", style_class="tasks")
    for task in node:
        if not is_element(task) or short(task.tag) != "ac:task":
            continue
        is_done = text_of(inner(task, "ac:task-status")).strip() == "complete"
        row = put(rows, "li", style_class="task-done" if is_done else "task-open")
        put(row, "span", "☑" if is_done else "☐", style_class="tick")
        body = inner(task, "ac:task-body")
        if body is not None:
            scene.children(put(row, "span"), body)


def _mark(scene: Scene, into: Element, node: Element) -> None:
    marker = attribute(node, "ac:ref")
    if not scene.marks.get(marker):
        scene.children(into, node)
        return
    made = put(into, "span", style_class="inline-mark")
    made.set("id", f"mark-{marker}")
    scene.children(made, node)


def _emoticon(_scene: Scene, into: Element, node: Element) -> None:
    fallback = attribute(node, "ac:emoji-fallback")
    name = attribute(node, "ac:name")
    put(into, "span", fallback or _EMOTICONS.get(name, f":{name}:"), style_class="emoticon")


def _layout(style_class: str) -> Drawer:
    def drawn(scene: Scene, into: Element, node: Element) -> None:
        kind = attribute(node, "ac:type").replace("_", "-")
        extra = f" {kind}" if re.fullmatch(r"[a-z-]{1,30}", kind) else ""
        scene.children(put(into, "div", style_class=f"{style_class}{extra}"), node)

    return drawn


def _extension(scene: Scene, into: Element, node: Element) -> None:
    """What only the new editor knows: its fallback, else its content in a box."""
    fallback = inner(node, "ac:adf-fallback")
    content = next((one for one in node.iter() if is_element(one) and short(one.tag) == "ac:adf-content"), None)
    if fallback is not None:
        scene.children(into, fallback)
        return
    box = put(into, "div", style_class="box-unknown")
    put(box, "b", scene.t("Extension"))
    if content is not None:
        scene.children(box, content)


def _time(scene: Scene, into: Element, node: Element) -> None:
    day = attribute(node, "datetime")
    put(into, "time", scene.looks.day(day) or text_of(node), style_class="date")


def _nothing(_scene: Scene, _into: Element, _node: Element) -> None:
    """What is seen only while writing."""


PARTS: dict[str, Drawer] = {
    "ac:structured-macro": draw_macro,
    "ac:macro": draw_macro,
    "ac:link": _link,
    "ac:image": _image,
    "ac:task-list": _tasks,
    "ac:inline-comment-marker": _mark,
    "ac:emoticon": _emoticon,
    "ac:layout": _layout("layout"),
    "ac:layout-section": _layout("layout-section"),
    "ac:layout-cell": _layout("layout-cell"),
    "ac:adf-extension": _extension,
    "ac:placeholder": _nothing,
    "time": _time,
}
