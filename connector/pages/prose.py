"""Markdown, as template authors write it, to storage format, as Confluence keeps it."""

from xml.etree.ElementTree import Element, SubElement

from markdown import Markdown
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor

from connector.pages.tokens import OPEN

_ADDRESSES = ("https://", "http://", "mailto:")


class BadAddress(ValueError):
    """A link in a template that leads nowhere a template's link may lead."""


def to_storage(markdown: str) -> str:
    """The Markdown as storage format. HTML in it is shown as text. Raises BadAddress for a link that is not allowed."""
    return _converter().convert(markdown)


def _converter() -> Markdown:
    converter = Markdown(extensions=["tables", "sane_lists", _StorageFormat()])
    converter.preprocessors.deregister("html_block")
    for name in ("html", "image_link", "image_reference", "short_image_ref", "automail"):
        converter.inlinePatterns.deregister(name)
    converter.treeprocessors.deregister("prettify")
    return converter


class _StorageFormat(Extension):
    """Puts the tables in the shape that both of Confluence's editors keep, and looks at every link."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 (the library's name)
        # After the inline patterns (20), so that links stand as elements.
        md.treeprocessors.register(_Reshape(md), "storage", 15)


class _Reshape(Treeprocessor):
    def run(self, root: Element) -> None:
        for link in root.iter("a"):
            _check_address(link.get("href", ""))
        for table in root.iter("table"):
            _reshape_table(table)


def _check_address(address: str) -> None:
    if OPEN in address:
        raise BadAddress("a link's address holds a value; use link(), search() or another function that makes links")
    if not address.startswith(_ADDRESSES):
        raise BadAddress(f"a link leads to {address!r}; it must begin with {', '.join(_ADDRESSES)}")


def _reshape_table(table: Element) -> None:
    """One body of rows, paragraphs in the cells; under an empty head row the first column holds the headings."""
    rows = list(table.iter("tr"))
    has_head = any(_has_content(cell) for cell in rows[0])
    for child in list(table):
        table.remove(child)
    body = SubElement(table, "tbody")
    for row in rows if has_head else rows[1:]:
        body.append(row)
        if not has_head and len(row):
            row[0].tag = "th"
        for cell in row:
            _into_paragraph(cell)


def _has_content(cell: Element) -> bool:
    return len(cell) > 0 or bool((cell.text or "").strip())


def _into_paragraph(cell: Element) -> None:
    paragraph = Element("p", {"style": cell.attrib.pop("style")} if "style" in cell.attrib else {})
    paragraph.text, cell.text = cell.text, None
    paragraph.extend(list(cell))
    for child in list(cell):
        cell.remove(child)
    cell.append(paragraph)
