"""Calls that a library lacks or gets wrong, sent through the library's own session."""

from typing import cast
from urllib.parse import quote

from jira import JIRA

from connector.atlassian.shapes import Raw


class JiraWire:
    """Raw calls of Jira's REST API. Paths are below `rest/api/<version>`, the library's own version by default."""

    def __init__(self, library: JIRA) -> None:
        self._library = library

    def get(self, path: str, params: Raw | None = None, version: str | None = None) -> object:
        """GET; the answer's JSON."""
        return _json(self._library._session.get(self._url(path, version), params=params))

    def post(self, path: str, body: object, version: str | None = None) -> object:
        """POST; the answer's JSON, None when it is empty."""
        return _json(self._library._session.post(self._url(path, version), json=body))

    def put(self, path: str, body: object, version: str | None = None) -> object:
        """PUT; the answer's JSON, None when it is empty."""
        return _json(self._library._session.put(self._url(path, version), json=body))

    def delete(self, path: str) -> None:
        """DELETE."""
        self._library._session.delete(self._url(path, None))

    def _url(self, path: str, version: str | None) -> str:
        if version is None:
            return str(self._library._get_url(path))
        return str(self._library._get_url(path, base="{server}/rest/{rest_path}/" + version + "/{path}"))


def part(value: str) -> str:
    """An id, key or name as one part of a path."""
    return quote(value, safe="")


def _json(response: object) -> object:
    content = getattr(response, "content", b"")
    return cast("object", response.json()) if content else None  # type: ignore[attr-defined]
