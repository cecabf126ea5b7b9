"""Writes down every request and its answer, one JSON object a line."""

import threading
from collections.abc import Mapping
from pathlib import Path

import orjson

SECRET_HEADERS = frozenset(
    {"authorization", "cookie", "set-cookie", "proxy-authorization", "x-hub-signature", "x-atlassian-token"}
)


class Recorder:
    """Appends to a file; a None path records nothing."""

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self._lock = threading.Lock()
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)

    @property
    def is_on(self) -> bool:
        """Whether anything is written at all."""
        return self.path is not None

    def write(self, line: Mapping[str, object]) -> None:
        """Append one record and hand it to the operating system before returning."""
        if self.path is None:
            return
        text = orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE | orjson.OPT_NON_STR_KEYS)
        with self._lock, self.path.open("ab") as out:
            out.write(text)


def without_secrets(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers, lower case, without those that carry a secret."""
    return {name.lower(): value for name, value in headers.items() if name.lower() not in SECRET_HEADERS}
