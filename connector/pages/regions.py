"""Regions: the parts of a page that the connector writes. Every byte outside them is left as it was."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape

from connector.pages.markers import keep_markers
from connector.pages.reading import StorageReader, as_bytes, check_whole
from connector.pages.sameness import is_same

_OPEN_BODY = b"<ac:rich-text-body>"
_CLOSE_BODY = b"</ac:rich-text-body>"
_START_TAG = re.compile(rb"<[^\s/>]+(?:\s+[^\s=]+\s*=\s*(?:\"[^\"]*\"|'[^']*'))*\s*(/?)>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """One region of a page: `inner` stands between the bytes `start` and `end` of the UTF-8 body.

    `has_body` is False when the macro's body was written as an empty tag or left out altogether: then the body's own
    tags are put in as well.
    """

    start: int
    end: int
    inner: str
    has_body: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Spliced:
    """A body with its regions renewed. `missing` regions were not on the page; `problems` are regions left alone."""

    body: str
    changed: bool
    missing: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a body holds: the regions that may be written, and in words why others may not, by region id."""

    regions: Mapping[str, Region] = field(default_factory=dict)
    problems: Mapping[str, str] = field(default_factory=dict)


def wrap(region: str, storage: str) -> str:
    """A new region around its content."""
    name = f'<ac:parameter ac:name="id">{escape(region)}</ac:parameter>'
    start = '<ac:structured-macro ac:name="details" ac:schema-version="1">'
    return f"{start}{name}<ac:rich-text-body>{storage}</ac:rich-text-body></ac:structured-macro>"


def find(body: str) -> dict[str, Region]:
    """The regions of a page that may be written, by id. Raises NotStorage for a body that is not well-formed."""
    return dict(look(body).regions)


def look(body: str) -> Found:
    """The regions of a page, and those that were doubled or nested, where writing could cost a person's work."""
    reader = _MacroReader(as_bytes(body))
    reader.read(reader.body)
    problems = dict(reader.nested)
    for name in reader.seen:
        if reader.seen.count(name) > 1:
            problems[name] = f"region {name} is on the page {reader.seen.count(name)} times; delete all but one"
    regions = {name: region for name, region in reader.regions if name not in problems}
    return Found(regions=regions, problems=problems)


def splice(body: str, regions: Mapping[str, str]) -> Spliced:
    """Put new content into the regions of a page. Regions that say the same already keep their very bytes.

    A region that a person deleted stays deleted. Comments on text that is still there stay on it.
    Raises NotStorage when the body or a new content is not well-formed.
    """
    for storage in regions.values():
        check_whole(storage)
    found = look(body)
    raw = as_bytes(body)
    stale = {
        name: region
        for name, region in found.regions.items()
        if name in regions and not is_same(region.inner, regions[name])
    }
    for name, region in sorted(stale.items(), key=lambda item: item[1].start, reverse=True):
        raw = raw[: region.start] + _content(region, regions[name]) + raw[region.end :]
    known = {**found.regions, **found.problems}
    return Spliced(
        body=raw.decode(),
        changed=bool(stale),
        missing=tuple(name for name in regions if name not in known),
        problems=tuple(problem for name, problem in found.problems.items() if name in regions),
    )


def _content(region: Region, storage: str) -> bytes:
    inner = keep_markers(region.inner, storage).encode()
    return inner if region.has_body else _OPEN_BODY + inner + _CLOSE_BODY


@dataclass(slots=True)
class _Macro:
    """A macro whose end has not been read yet."""

    is_region: bool
    name: str = ""
    region: Region | None = None
    inside: str | None = None


class _MacroReader(StorageReader):
    """Notes where page-properties macros and their bodies begin and end."""

    def __init__(self, body: bytes) -> None:
        super().__init__()
        self.body = body
        self.regions: list[tuple[str, Region]] = []
        self.seen: list[str] = []
        self.nested: dict[str, str] = {}
        self._path: list[str] = []
        self._macros: list[_Macro] = []
        self._body_starts: list[int] = []
        self._is_id = False

    def started(self, name: str, attributes: dict[str, str]) -> None:
        if name == "ac:structured-macro":
            self._macros.append(_Macro(is_region=attributes.get("ac:name") == "details"))
        elif name == "ac:rich-text-body":
            self._body_starts.append(self.at)
        elif name == "ac:parameter":
            self._is_id = attributes.get("ac:name") == "id" and self._is_of_region()
        self._path.append(name)

    def texted(self, words: str) -> None:
        if self._is_id:
            self._macros[-1].name += words

    def ended(self, name: str) -> None:
        self._path.pop()
        if name == "ac:parameter":
            self._is_id = False
        elif name == "ac:rich-text-body":
            self._end_body(self._body_starts.pop())
        elif name == "ac:structured-macro":
            self._end_macro(self._macros.pop())

    def _is_of_region(self) -> bool:
        return bool(self._macros) and self._macros[-1].is_region and self._path[-1:] == ["ac:structured-macro"]

    def _end_body(self, start: int) -> None:
        if not self._is_of_region():
            return
        tag = _START_TAG.match(self.body, start)
        assert tag is not None, "expat has read this start tag"
        if tag[1]:
            self._macros[-1].region = Region(start=start, end=tag.end(), inner="", has_body=False)
        else:
            inner = self.body[tag.end() : self.at].decode()
            self._macros[-1].region = Region(start=tag.end(), end=self.at, inner=inner)

    def _end_macro(self, macro: _Macro) -> None:
        name = macro.name.strip()
        if not macro.is_region or not name:
            return
        self.seen.append(name)
        outer = [one for one in self._macros if one.is_region]
        if outer:
            self.nested[name] = f"region {name} stands inside another page-properties macro; move it out"
            for one in outer:
                one.inside = name
        if macro.inside is not None:
            self.nested[name] = f"region {name} has region {macro.inside} inside it; move that out"
        # Without a body the macro has at least its id parameter, so it ends with an end tag, where the body goes.
        self.regions.append((name, macro.region or Region(start=self.at, end=self.at, inner="", has_body=False)))
