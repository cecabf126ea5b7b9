"""Plain data back into the rows it was made from."""

import types
import typing
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any, TypeVar

Row = TypeVar("Row")


def thaw(kind: type[Row], data: Mapping[str, object]) -> Row:
    """A row of this dataclass, with the rows inside it, from what `dataclasses.asdict` or orjson made of one."""
    readers = _readers(typing.cast("typing.Hashable", kind))
    return kind(**{name: _read(readers[name], value) for name, value in data.items() if name in readers})


def thaw_all(kind: type[Row], rows: Mapping[str, object]) -> dict[str, Row]:
    """A table of rows by their id."""
    return {key: thaw(kind, typing.cast("Mapping[str, object]", row)) for key, row in rows.items()}


@cache
def _readers(kind: Any) -> dict[str, type[object] | None]:
    hints = typing.get_type_hints(kind)
    return {one.name: _row_inside(hints[one.name]) for one in fields(kind)}


def _row_inside(hint: object) -> type[object] | None:
    """The dataclass that a list field is made of, if it is one."""
    if isinstance(hint, types.GenericAlias) and hint.__origin__ is list:
        inside = hint.__args__[0]
        return inside if isinstance(inside, type) and is_dataclass(inside) else None
    return None


def _read(inside: type[object] | None, value: object) -> object:
    if inside is None or not isinstance(value, list):
        return value
    return [thaw(inside, row) for row in value]
