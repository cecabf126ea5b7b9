"""What must come of a step: looked up as a person would look, and said plainly when it is otherwise."""

import re
import time
from collections.abc import Callable, Iterable
from html import unescape
from typing import TypeVar

from connector.core.errors import ConnectorError
from connector.pages.regions import find

LOOK_EVERY_S = 0.1
PATIENCE_S = 30.0
SHOWN = 400
_ROW = re.compile(r"<tr>(.*?)</tr>", re.DOTALL)
_CELL = re.compile(r"<t[hd][^>]*>(.*?)</t[hd]>", re.DOTALL)
_TAG = re.compile(r"<[^>]+>")
_KEY = re.compile(r"\b[A-Z][A-Z0-9]+-[1-9][0-9]*\b")
T = TypeVar("T")


class Unexpected(ConnectorError):
    """Something is not as the story says."""

    def __init__(self, what: str, expected: object, got: object) -> None:
        super().__init__(f"{what}: expected {_short(expected)}; got {_short(got)}")


def expect(what: str, expected: object, got: object) -> None:
    """Raises Unexpected unless both are equal."""
    if expected != got:
        raise Unexpected(what, expected, got)


def expect_within(what: str, parts: Iterable[str], text: str) -> None:
    """Raises Unexpected unless every part stands in the text."""
    for part in parts:
        if part not in text:
            raise Unexpected(what, f"“{part}” in it", text)


def until(see: Callable[[], T], is_quiet: Callable[[], bool], patience_s: float = PATIENCE_S) -> T:
    """What `see` gives once all is quiet and nothing is unexpected. Raises the last Unexpected when patience ends."""
    ends_at = time.monotonic() + patience_s
    while True:
        settle(is_quiet, ends_at)
        try:
            return see()
        except Unexpected:
            if time.monotonic() > ends_at:
                raise
        time.sleep(LOOK_EVERY_S)


def settle(is_quiet: Callable[[], bool], ends_at: float) -> None:
    """Wait until all is quiet. Raises Unexpected when it is not in time."""
    while not is_quiet():
        if time.monotonic() > ends_at:
            raise Unexpected("the connector's work", "done by now", "webhooks, events or writes still waiting")
        time.sleep(LOOK_EVERY_S)


def words_of(storage: str) -> str:
    """The words that a reader sees in a piece of a page."""
    return " ".join(unescape(_TAG.sub(" ", storage)).split())


def region_words(body: str, region: str) -> str:
    """The words in one region of a page. Raises Unexpected when the page has no such region."""
    found = find(body).get(region)
    if found is None:
        raise Unexpected("the page's regions", region, ", ".join(find(body)))
    return words_of(found.inner)


def rows_about(body: str, region: str, key: str) -> list[list[str]]:
    """The rows of a region's tables that name an issue, as the words of their cells."""
    found = find(body).get(region)
    rows = _ROW.findall(found.inner) if found is not None else []
    cells = [[words_of(cell) for cell in _CELL.findall(row)] for row in rows]
    return [row for row in cells if any(key in keys_in(cell) for cell in row)]


def outside(body: str) -> bytes:
    """Every byte of a page that stands outside its regions."""
    raw, kept, at = body.encode(), b"", 0
    for region in sorted(find(body).values(), key=lambda one: one.start):
        kept, at = kept + raw[at : region.start], region.end
    return kept + raw[at:]


def keys_in(text: str) -> set[str]:
    """The issue keys that a text names."""
    return set(_KEY.findall(text))


def _short(value: object) -> str:
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
