"""The Jinja environment of expressions: what operators, attributes and calls are allowed to do."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from jinja2 import StrictUndefined, Undefined, pass_context
from jinja2.runtime import Context, LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment

from connector.expressions.budget import Budget
from connector.expressions.built import build, size
from connector.expressions.errors import LimitReached
from connector.expressions.filters import FILTERS, HIDDEN, TESTS, alike, budget_of
from connector.expressions.texts import text_of

_LOOP = frozenset(
    {"depth0", "first", "index", "index0", "last", "length", "nextitem", "previtem", "revindex", "revindex0"}
)
_OFFERED: tuple[tuple[type, frozenset[str]], ...] = (
    (LoopContext, _LOOP),
    (datetime, frozenset({"year", "month", "day", "hour", "minute", "second"})),
    (date, frozenset({"year", "month", "day"})),
    (timedelta, frozenset({"days", "seconds"})),
)
_LARGEST_POWER = 1000
MARK = "_mark"
"""The name under which a text carries what is made of each value in it; no expression can say it."""
_SIGNS = frozenset({"+", "-", "*", "/", "//", "%", "**"})


@pass_context
def _written(context: Context, value: object) -> str:
    mark = context.get(MARK)
    return mark(text_of(value)) if callable(mark) else text_of(value)


@pass_context
def _range(context: Context, *bounds: int) -> object:
    """Whole numbers from the first bound up to, not including, the second."""
    numbers = range(*bounds)
    budget = budget_of(context)
    try:
        budget.check_items(len(numbers))
    except OverflowError as error:
        raise LimitReached(f"makes a list of more than {budget.limits.items} values") from error
    return build(list(numbers), budget)


GLOBALS: dict[str, Callable[..., object]] = {"range": _range}


class BoundedEnvironment(ImmutableSandboxedEnvironment):
    """Jinja with limits. Nothing but what is offered here can be reached from an expression."""

    intercepted_binops = _SIGNS
    intercepted_unops = frozenset({"+", "-"})

    def __init__(self) -> None:
        # Nothing is worked out while compiling: there is no budget then.
        super().__init__(
            undefined=StrictUndefined, optimized=False, finalize=_written, keep_trailing_newline=True, cache_size=0
        )
        self.filters = FILTERS | HIDDEN
        self.tests = dict(TESTS)
        self.globals = dict(GLOBALS)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Arithmetic, refused before it is done where the result would be too large."""
        budget = budget_of(context)
        budget.charge(1)
        left, right = alike(left, right)
        _CHECKS.get(operator, _no_check)(left, right, budget)
        result = self.binop_table[operator](left, right)
        if isinstance(result, complex):
            raise LimitReached("makes a number that is not real")
        return build(result, budget)

    def getattr(self, obj: Any, attribute: str) -> Any:
        """A key of a mapping, or an attribute that is offered."""
        return self._found(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """A key of a mapping, a place in a list or text, or an attribute that is offered."""
        if isinstance(argument, int) and isinstance(obj, Sequence):
            try:
                return obj[argument]
            except IndexError:
                return self.undefined(f"there is no place {argument} in a list of {len(obj)}")
        return self._found(obj, argument)

    def _found(self, obj: Any, name: Any) -> Any:
        if isinstance(obj, Undefined):
            str(obj)
        if isinstance(name, Undefined):
            str(name)
        if isinstance(name, str) and name.startswith("_"):
            raise LimitReached(f"the name {_shown(name)} is not offered")
        if isinstance(obj, Mapping):
            return obj[name] if name in obj else self.undefined(f"there is no {_shown(name)} here")
        if isinstance(name, str) and name in _attributes(obj):
            return getattr(obj, name)
        return self.undefined(f"a {type(obj).__name__} has no {_shown(name)} here")

    def call(__self, __context: Context, __obj: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: N805
        """A function that was offered by name."""
        budget = budget_of(__context)
        budget.charge(1 + sum(size(one) for one in (*args, *kwargs.values())))
        if isinstance(__obj, Undefined):
            str(__obj)
        if isinstance(__obj, type) or not callable(__obj) or isinstance(__obj, LoopContext):
            raise LimitReached(f"calls a {type(__obj).__name__}, which is no function")
        return __context.call(__obj, *args, **kwargs) if __obj is _range else __obj(*args, **kwargs)

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Whether an attribute is offered, for whatever part of Jinja still asks."""
        return not attr.startswith("_") and attr in _attributes(obj)


def _shown(name: object) -> str:
    return repr(name[:60]) if isinstance(name, str) else f"place of type {type(name).__name__}"


def _attributes(obj: object) -> frozenset[str] | set[str]:
    """What may be read of an object: fields and properties of a frozen dataclass, parts of a date, loop counters."""
    kind = type(obj)
    if is_dataclass(kind):
        parameters = getattr(kind, "__dataclass_params__", None)
        if not getattr(parameters, "frozen", False):
            return frozenset()
        computed = {name for base in kind.__mro__ for name, one in vars(base).items() if isinstance(one, property)}
        return {one.name for one in fields(kind)} | computed
    return next((names for offered, names in _OFFERED if isinstance(obj, offered)), frozenset())


def _no_check(left: object, right: object, budget: Budget) -> None:
    """Differences and quotients are never larger than what they are made of."""


def _check_sum(left: Any, right: Any, budget: Budget) -> None:
    if isinstance(left, str) and isinstance(right, str):
        budget.check_text(len(left) + len(right))
    elif isinstance(left, list | tuple) and isinstance(right, list | tuple):
        budget.check_items(size(left) + size(right))
    elif isinstance(left, int) and isinstance(right, int):
        budget.check_bits(max(left.bit_length(), right.bit_length()) + 1)


def _check_product(left: Any, right: Any, budget: Budget) -> None:
    for many, times in ((left, right), (right, left)):
        if isinstance(many, str | bytes) and isinstance(times, int):
            budget.check_text(len(many) * max(0, times))
        elif isinstance(many, list | tuple) and isinstance(times, int):
            budget.check_items(size(many) * max(0, times))
    if isinstance(left, int) and isinstance(right, int):
        budget.check_bits(left.bit_length() + right.bit_length())


def _check_power(left: Any, right: Any, budget: Budget) -> None:
    if isinstance(left, int) and isinstance(right, int):
        budget.check_bits(left.bit_length() * max(0, right))
    elif isinstance(right, int | Decimal) and not -_LARGEST_POWER <= right <= _LARGEST_POWER:
        raise LimitReached(f"raises to a power beyond {_LARGEST_POWER}")


def _check_remainder(left: Any, right: Any, budget: Budget) -> None:
    if isinstance(left, str | bytes):
        raise LimitReached("formats a text with %", "join texts with ~, and write numbers with round")


_CHECKS: dict[str, Callable[[Any, Any, Budget], None]] = {
    "+": _check_sum,
    "*": _check_product,
    "**": _check_power,
    "%": _check_remainder,
}
