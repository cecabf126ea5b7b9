"""How values are written into a text."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum

from jinja2 import Undefined

from connector.core.fields import name_of
from connector.expressions.errors import LimitReached


def text_of(value: object) -> str:
    """A value as text: nothing for None, the shown name of a Jira object. Lists have no text of their own."""
    if isinstance(value, str):
        return str.__str__(value)
    if value is None:
        return ""
    if isinstance(value, bool | int | float | date | datetime | time | timedelta | Undefined):
        return str(value)
    if isinstance(value, Decimal):
        return f"{value:f}" if abs(value.adjusted()) < 50 else str(value)
    if isinstance(value, Enum):
        return text_of(value.value)
    if isinstance(value, Mapping) and (name := name_of(value)) is not None:
        return name
    if isinstance(value, list | tuple | set | frozenset):
        raise LimitReached("writes a list", "say how: {{ … | join(', ') }}")
    raise LimitReached(f"writes a whole {type(value).__name__}", "write one of its values")
