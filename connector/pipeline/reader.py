"""Somebody who can read from the products what a payload left out."""

from collections.abc import Iterable
from typing import Protocol

from connector.core.events import Event


class Reader(Protocol):
    """Reads from the products what a trimmed payload did not tell."""

    def issues(self, site: str, ids: Iterable[str]) -> list[Event] | None:
        """The issues' whole state and history, as events; None when the site could not be asked now."""

    def page(self, site: str, page_id: str) -> list[Event] | None:
        """The page's whole state, as events; None when the site could not be asked now."""
