"""A page's regions as lines of text, so that people see what would change and not how it is spelt."""

import difflib

from connector.pages.reading import NotStorage, StorageReader, as_bytes
from connector.pages.regions import find

_BLOCKS = frozenset({"p", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "div", "table", "ul", "ol", "ac:task"})
_CELLS = frozenset({"td", "th"})
_HIDDEN = frozenset({"ac:parameter", "ac:task-id", "ac:task-uuid"})


def region_diff(region: str, before: str | None, after: str) -> tuple[str, ...]:
    """What changes in a region, as the lines of a text diff. before: None where the region is not there yet."""
    old, new = (as_lines(before) if before is not None else []), as_lines(after)
    lines = difflib.unified_diff(old, new, lineterm="", n=1)
    # The first two name the files; here it is the region.
    return tuple(f"{region}: {one}" if one.startswith("@@") else one for one in list(lines)[2:])


def regions_of(body: str) -> dict[str, str]:
    """The regions of a page's body by id; none where it is not well-formed."""
    try:
        return {name: region.inner for name, region in find(body).items()}
    except NotStorage:
        return {}


def as_lines(storage: str) -> list[str]:
    """The text that a reader sees, a line for each paragraph, bullet and table row."""
    reader = _LineReader()
    reader.read(as_bytes(storage))
    reader.end_line()
    return reader.lines


class _LineReader(StorageReader):
    """Gathers the shown text line by line; cells of a row are separated by bars."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self._line: list[str] = []
        self._hidden = 0
        self._rows = 0

    def started(self, name: str, attributes: dict[str, str]) -> None:
        if name in _BLOCKS:
            self._break(name)
        elif name in _CELLS and any(one.strip() for one in self._line):
            self._line.append(" | ")
        elif name == "ac:structured-macro":
            self._line.append(f"[{attributes.get('ac:name', 'macro')}] ")
        elif name == "ri:attachment":
            self._line.append(attributes.get("ri:filename", ""))
        elif name == "br":
            self._line.append(" ")
        self._hidden += name in _HIDDEN
        self._rows += name == "tr"

    def ended(self, name: str) -> None:
        self._hidden -= name in _HIDDEN
        self._rows -= name == "tr"
        if name in _BLOCKS:
            self._break(name)

    def texted(self, words: str) -> None:
        if not self._hidden:
            self._line.append(words)

    def end_line(self) -> None:
        """What was gathered is a line of its own."""
        text = " ".join("".join(self._line).split())
        if text:
            self.lines.append(text)
        self._line = []

    def _break(self, name: str) -> None:
        """A block begins or ends; inside a table row only the row itself breaks the line."""
        if self._rows and name != "tr":
            self._line.append(" ")
        else:
            self.end_line()
