"""Lists and mappings that an expression makes. They know their weight: lists of lists of lists cannot explode."""

from collections.abc import Iterable, Mapping
from typing import SupportsIndex, overload

from connector.expressions.budget import Budget


class BuiltList(list[object]):
    """A list with the number of values in it, those of inner lists included."""

    __slots__ = ("weight",)

    def __init__(self, values: Iterable[object], weight: int) -> None:
        super().__init__(values)
        self.weight = weight

    @overload
    def __getitem__(self, place: SupportsIndex, /) -> object: ...
    @overload
    def __getitem__(self, place: slice, /) -> "BuiltList": ...
    def __getitem__(self, place: SupportsIndex | slice, /) -> object:
        """A slice weighs what the whole weighs: more than it should, never less."""
        found = super().__getitem__(place)
        return BuiltList(found, self.weight) if isinstance(place, slice) and isinstance(found, list) else found


class BuiltMapping(dict[object, object]):
    """A mapping with the number of values in it, those of inner lists included."""

    __slots__ = ("weight",)

    def __init__(self, values: Mapping[object, object], weight: int) -> None:
        super().__init__(values)
        self.weight = weight


def weigh(value: object) -> int:
    """How many values one value stands for. What the caller gave counts as one, whatever is in it."""
    if isinstance(value, BuiltList | BuiltMapping):
        return 1 + value.weight
    if isinstance(value, tuple):
        return 1 + sum(weigh(one) for one in value)
    return 1


def build(value: object, budget: Budget) -> object:
    """The same list, tuple or mapping with its weight, checked against the budget. Anything else stays as it is."""
    if isinstance(value, BuiltList | BuiltMapping):
        return value
    if isinstance(value, list | tuple):
        weight = sum(weigh(one) for one in value)
        budget.check_items(weight)
        return BuiltList(value, weight)
    if type(value) is dict:
        weight = sum(weigh(one) for one in value.values())
        budget.check_items(weight)
        return BuiltMapping(value, weight)
    return value


def size(value: object) -> int:
    """How much there is to look through in a value, in steps."""
    if isinstance(value, BuiltList | BuiltMapping):
        return value.weight
    if isinstance(value, str):
        return 1 + len(value) // 64
    if isinstance(value, list | tuple | Mapping | set | frozenset | range):
        return len(value)
    return 1
