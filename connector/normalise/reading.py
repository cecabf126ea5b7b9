"""Reads strangers' JSON by place, so that an error can name where it stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from connector.core.fields import instant_of, user_of
from connector.normalise.verdict import Unreadable

_LAST_MS = 253_402_300_799_000
_ID_LENGTH = 255


@dataclass(frozen=True, slots=True)
class Part:
    """A value inside a payload and the path to it. A missing key gives a part whose value is None."""

    value: object
    place: str = "body"

    def at(self, *keys: str) -> "Part":
        """The part below these keys."""
        part = self
        for key in keys:
            inner = part.value.get(key) if isinstance(part.value, Mapping) else None
            part = Part(inner, key if part.place == "body" else f"{part.place}.{key}")
        return part

    @property
    def fields(self) -> dict[str, object]:
        """The object's own entries, empty where it is no object."""
        return dict(self.value) if isinstance(self.value, Mapping) else {}

    @property
    def items(self) -> "list[Part]":
        """The objects of a list, empty where it is no list."""
        if not isinstance(self.value, list):
            return []
        return [Part(one, f"{self.place}[{n}]") for n, one in enumerate(self.value) if isinstance(one, Mapping)]

    def id(self) -> str:
        """An id that must be there, given as text or number. Raises Unreadable."""
        found = self.maybe_id()
        if found is None:
            raise Unreadable(f"{self.place} is {kind_of(self.value)}; expected an id")
        return found

    def maybe_id(self) -> str | None:
        """An id given as text or number, or None."""
        if isinstance(self.value, int) and not isinstance(self.value, bool):
            return str(self.value)
        if isinstance(self.value, str) and 0 < len(self.value) <= _ID_LENGTH:
            return self.value
        return None

    def text(self) -> str | None:
        """A text, or None."""
        return self.value if isinstance(self.value, str) else None

    def number(self) -> int:
        """A whole number, 0 where there is none."""
        if isinstance(self.value, str) and self.value.isdigit() and len(self.value) < 10:
            return int(self.value)
        return self.value if isinstance(self.value, int) and not isinstance(self.value, bool) else 0

    def moment(self) -> datetime | None:
        """A moment given in milliseconds since 1970 or as ISO 8601, or None."""
        if isinstance(self.value, int):
            return datetime.fromtimestamp(self.value / 1000, UTC) if 0 <= self.value <= _LAST_MS else None
        try:
            return instant_of(self.value)
        except OverflowError:
            return None

    def user(self) -> str | None:
        """The stable id of a user object."""
        return user_of(self.value)


def kind_of(value: object) -> str:
    """What a JSON value is, for messages that must not show it."""
    match value:
        case None:
            return "missing"
        case bool():
            return "a true or false"
        case int() | float():
            return "a number"
        case str():
            return "a text"
        case list():
            return "a list"
        case _:
            return "an object"


def without_empty(data: Mapping[str, object]) -> dict[str, object]:
    """The entries that hold something, so that two payloads that say the same look the same."""
    return {key: value for key, value in data.items() if value is not None}
