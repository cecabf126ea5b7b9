"""Values to JSON text and back: canonical (sorted keys, no spaces), and safe for whatever strangers send."""

import dataclasses
import json
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any, TypeVar, cast

import orjson
from pydantic import TypeAdapter

T = TypeVar("T")

_OPTIONS = orjson.OPT_SORT_KEYS | orjson.OPT_PASSTHROUGH_DATETIME
_NATIVE_TAGS = {"$decimal": Decimal, "$moment": datetime.fromisoformat, "$day": date.fromisoformat}


def encode(value: object) -> str:
    """The value as canonical JSON. Dataclasses become objects; Decimal, datetime and date are tagged.

    A text that is no valid Unicode and a number beyond 64 bits, which orjson refuses, are written all the same.
    """
    try:
        return orjson.dumps(value, default=_tagged, option=_OPTIONS).decode()
    except orjson.JSONEncodeError:
        return json.dumps(value, default=_tagged, sort_keys=True, separators=(",", ":"), allow_nan=False)


def decode(text: str | bytes) -> object:
    """The plain JSON value, tags left as they are: for strangers' data."""
    try:
        return cast("object", orjson.loads(text))
    except orjson.JSONDecodeError:
        return cast("object", json.loads(text))


def decode_tagged(text: str | bytes) -> object:
    """The JSON value with Decimal, datetime and date restored: for values of our own. Tuples come back as lists."""
    return _untagged(decode(text))


def rebuild(kind: type[T], tree: object) -> T:
    """A dataclass from the tree that `decode_tagged` gives back, tuples and nested dataclasses included."""
    return cast("T", _adapter(cast("Any", kind)).validate_python(tree))


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def _tagged(value: object) -> object:
    match value:
        case Decimal():
            return {"$decimal": str(value)}
        case datetime():
            return {"$moment": value.isoformat()}
        case date():
            return {"$day": value.isoformat()}
        case Mapping():
            return dict(value)
        case _ if dataclasses.is_dataclass(value):
            return {one.name: getattr(value, one.name) for one in dataclasses.fields(value)}
    raise TypeError(f"a {type(value).__name__} cannot be stored as JSON")


def _untagged(value: object) -> object:
    if isinstance(value, list):
        return [_untagged(one) for one in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        (tag, inner), *_ = value.items()
        native = _NATIVE_TAGS.get(tag)
        if native is not None and isinstance(inner, str):
            return _restored(native, inner, value)
    return {key: _untagged(inner) for key, inner in value.items()}


def _restored(native: object, text: str, otherwise: object) -> object:
    try:
        return native(text) if callable(native) else otherwise
    except (ValueError, InvalidOperation):
        return otherwise
