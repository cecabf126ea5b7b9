"""Somebody who can read from the products what a payload left out."""

from collections.abc import Iterable
from typing import Protocol

from connector.core.events import Event


class Reader(Protocol):
    """Reads from the products what a trimmed payload did not tell. What cannot be read now is left out."""

    def issues(self, site: str, ids: Iterable[str]) -> list[Event]:
        """The issues' whole state and history, as events."""

    def page(self, site: str, page_id: str) -> list[Event]:
        """The page's whole state, as events."""
