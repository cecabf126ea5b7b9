"""What HTML the web pages let through: elements and attributes on a list, everything else without its tags."""

import re
from collections.abc import Mapping

from lxml import etree, html
from markupsafe import Markup

Element = etree._Element

#: Elements that mean something in a text and can do nothing.
# fmt: off
ALLOWED = frozenset({
    "p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "table", "thead", "tbody", "tfoot", "tr", "th", "td",
    "colgroup", "col", "caption", "strong", "b", "em", "i", "u", "s", "del", "ins", "sub", "sup", "small", "big",
    "code", "pre", "kbd", "blockquote", "q", "cite", "hr", "br", "span", "div", "a", "time", "dl", "dt", "dd",
})
#: Elements whose inside is no text either.
DROPPED = frozenset({
    "script", "style", "iframe", "object", "embed", "template", "noscript", "svg", "math", "title", "textarea",
    "select", "xmp", "plaintext", "frameset", "head",
})
# fmt: on
MOST_DEEP = 60
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_SAFE_ADDRESS = re.compile(r"(https?://|mailto:|/(?![/\\])|#)[^\s\\]*", re.IGNORECASE)
_CLASS = re.compile(r"panel(-[a-z]+)?( panel-[a-z]+)?")
_NUMBER = re.compile(r"\d{1,4}")
_STYLE_NAMES = frozenset(
    {
        "color",
        "background-color",
        "border-color",
        "text-align",
        "width",
        "vertical-align",
        "text-decoration",
        "margin-left",
    }
)
_STYLE_VALUE = re.compile(
    r"#[0-9a-f]{3,8}|[a-z-]{1,30}|\d{1,4}(\.\d{1,4})?(px|%|em|rem|pt)?|rgba?\([\d\s.,%]{5,40}\)", re.IGNORECASE
)


def safe_address(address: str | None) -> str | None:
    """The address if a link may lead there: the web, mail, or this site; else None."""
    found = (address or "").strip()
    return found if _SAFE_ADDRESS.fullmatch(found) else None


def safe_attributes(tag: str, given: Mapping[str, str]) -> dict[str, str]:
    """Those of an element's attributes that may stay."""
    kept: dict[str, str] = {}
    for name in ("colspan", "rowspan", "start", "span"):
        if _NUMBER.fullmatch(given.get(name, "")):
            kept[name] = given[name]
    if style := safe_style(given.get("style", "")):
        kept["style"] = style
    if tag == "a" and (address := safe_address(given.get("href"))):
        kept |= {"href": address, "rel": "noopener noreferrer nofollow"}
    return kept


def safe_style(style: str) -> str:
    """The declarations of a style that only colour and place."""
    kept = []
    for one in style[:1000].split(";"):
        name, _, value = (part.strip().lower() for part in one.partition(":"))
        if name in _STYLE_NAMES and _STYLE_VALUE.fullmatch(value):
            kept.append(f"{name}: {value}")
    return "; ".join(kept)


def cleaned(raw: str) -> Markup:
    """HTML made of what is on the list."""
    if not raw.strip():
        return Markup("")
    source = html.fragment_fromstring(raw, create_parent="div")
    target = etree.Element("div")
    _copy(target, source, 0)
    return inside(target)


def inside(element: Element) -> Markup:
    """The HTML inside an element that was built here."""
    text = Markup.escape(element.text or "")
    parts = [etree.tostring(one, method="html", encoding="unicode") for one in element]
    # Every part was serialised from elements on the list, which escapes all text.
    return text + Markup("".join(parts))  # noqa: S704


def _copy(target: Element, source: Element, depth: int) -> None:
    add_text(target, source.text)
    for child in source:
        if is_element(child) and child.tag not in DROPPED and depth < MOST_DEEP:
            _copy(_place(target, child), child, depth + 1)
        add_text(target, child.tail)


def _place(target: Element, child: Element) -> Element:
    if child.tag not in ALLOWED:
        return target
    given = {str(name): str(value) for name, value in child.attrib.items()}
    made = etree.SubElement(target, child.tag, safe_attributes(child.tag, given))
    if child.tag == "div" and _CLASS.fullmatch(given.get("class", "")):
        made.set("class", given["class"])
    return made


def is_element(node: Element) -> bool:
    """Whether it is an element, not a comment or an entity, which lxml keeps among the elements."""
    tag: object = node.tag
    return isinstance(tag, str)


def add_text(target: Element, text: str | None) -> None:
    """Put text at the end of an element; what XML cannot hold is left out."""
    text = _CONTROL.sub("", text or "")
    if not text:
        return
    if len(target):
        target[-1].tail = (target[-1].tail or "") + text
    else:
        target.text = (target.text or "") + text
