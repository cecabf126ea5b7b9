"""Reading a stranger's JSON without trusting its shape."""

from collections.abc import Mapping

Raw = dict[str, object]


def as_map(value: object) -> Mapping[str, object]:
    """The value as an object; an empty one when it is none."""
    return value if isinstance(value, Mapping) else {}


def as_maps(value: object) -> list[Mapping[str, object]]:
    """The objects of a list; none when it is no list."""
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


def as_text(value: object) -> str:
    """The value as a string (ids come as text or as numbers); empty when it is neither."""
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""


def as_number(value: object, otherwise: int = 0) -> int:
    """The value as a whole number."""
    return value if isinstance(value, int) and not isinstance(value, bool) else otherwise


def within(value: object, *path: str) -> object:
    """What stands at the end of a path of keys; None where the path breaks off."""
    for key in path:
        value = as_map(value).get(key)
    return value
