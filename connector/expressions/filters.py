"""The filters and tests that expressions may use; all others do not exist for them."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any, cast

from jinja2 import Undefined, pass_context
from jinja2.filters import FILTERS as ALL_FILTERS
from jinja2.runtime import Context
from jinja2.tests import TESTS as ALL_TESTS

from connector.expressions.budget import Budget
from connector.expressions.built import build, size
from connector.expressions.errors import LimitReached
from connector.expressions.texts import text_of

BUDGET = "_budget"
"""The name under which an evaluation carries its budget; no expression can say it."""

_MOST_DIGITS = 28


def budget_of(context: Context) -> Budget:
    """The budget of the evaluation that is running."""
    found = context[BUDGET]
    assert isinstance(found, Budget)
    return found


def bounded(function: Callable[..., Any], *, is_of_text: bool = False) -> Callable[..., Any]:
    """A filter or test of Jinja's, charged for what it looks through, its result weighed.

    is_of_text: it works on texts, and would make a text of a whole list if one were given to it.
    """
    wanted = getattr(function, "jinja_pass_arg", None)
    lead: Callable[[Context], tuple[object, ...]] = _LEADS["" if wanted is None else wanted.name]

    @pass_context
    def filtered(context: Context, value: Any, *args: Any, **kwargs: Any) -> object:
        budget = budget_of(context)
        budget.charge(1 + sum(size(one) for one in (value, *args, *kwargs.values())))
        result = function(*lead(context), text_of(value) if is_of_text else value, *args, **kwargs)
        if isinstance(result, str):
            budget.check_text(len(result))
        if any(result is one for one in (value, *args)):
            return result
        return build(_whole(result, budget), budget)

    return filtered


_LEADS: dict[str, Callable[[Context], tuple[object, ...]]] = {
    "": lambda _: (),
    "context": lambda context: (context,),
    "environment": lambda context: (context.environment,),
    "eval_context": lambda context: (context.eval_ctx,),
}


def _whole(result: object, budget: Budget) -> object:
    """Lazy results are worked out here, where they are counted."""
    if not isinstance(result, Iterator):
        return result
    found: list[object] = []
    for one in result:
        found.append(one)
        budget.check_items(len(found))
    return found


@pass_context
def join(context: Context, values: Iterable[object], between: str = "", attribute: str | int | None = None) -> str:
    """Values as one text, with something between them."""
    budget = budget_of(context)
    budget.charge(size(values))
    if attribute is not None:
        environment = context.environment
        values = [environment.getitem(one, attribute) for one in values]
    return _joined([text_of(one) for one in values], between, budget)


@pass_context
def joined(context: Context, values: Iterable[object]) -> str:
    """The ~ operator."""
    return _joined([text_of(one) for one in values], "", budget_of(context))


def _joined(texts: list[str], between: str, budget: Budget) -> str:
    budget.check_text(sum(len(one) for one in texts) + len(between) * max(0, len(texts) - 1))
    return between.join(texts)


@pass_context
def replace(context: Context, text: object, old: str, new: str, count: int = -1) -> str:
    """A text with every `old` replaced, or the first `count` of them."""
    whole, gone, put = text_of(text), text_of(old), text_of(new)
    budget_of(context).check_text(len(whole) + (whole.count(gone) if count < 0 else count) * len(put))
    return whole.replace(gone, put, count)


@pass_context
def total(context: Context, values: Iterable[Any], attribute: str | int | None = None, start: Any = 0) -> object:
    """The sum of numbers. Whole numbers, Decimals and decimal fractions may be mixed."""
    budget = budget_of(context)
    budget.charge(size(values))
    result: Any = _number(start)
    for one in values:
        number = _number(one if attribute is None else context.environment.getitem(one, attribute))
        result = sum(alike(result, number))
    return result


def _number(value: object) -> int | float | Decimal:
    if isinstance(value, Undefined):
        str(value)
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise LimitReached(f"adds up {type(value).__name__} values", "add numbers only")
    return value


def alike(left: Any, right: Any) -> tuple[Any, Any]:
    """Two numbers made ready for arithmetic: beside a Decimal, a fraction is taken as the digits that were written."""
    if isinstance(left, Decimal) and isinstance(right, float):
        return left, Decimal(str(right))
    if isinstance(left, float) and isinstance(right, Decimal):
        return Decimal(str(left)), right
    return left, right


_ROUNDING = {"common": ROUND_HALF_UP, "ceil": ROUND_CEILING, "floor": ROUND_FLOOR}


def rounded(value: object, precision: object = 0, method: str = "common") -> object:
    """A number rounded half up (common), up (ceil) or down (floor) to `precision` places."""
    number = _number(value)
    if method not in _ROUNDING or not isinstance(precision, int) or abs(precision) > _MOST_DIGITS:
        raise LimitReached("rounds in a way that is not known", "write round(2), round(2, 'floor') or round(2, 'ceil')")
    try:
        found = Decimal(str(number)).quantize(Decimal(1).scaleb(-precision), rounding=_ROUNDING[method])
    except InvalidOperation as error:
        raise LimitReached(f"rounds {number}, which has too many digits") from error
    return found if isinstance(number, Decimal) else type(number)(found)


def whole_number(value: object, default: int = 0) -> int:
    """A number or text as a whole number, cut towards zero; `default` where that cannot be."""
    if isinstance(value, int):
        return int(value)
    try:
        number = Decimal(_digits(value))
        return int(number) if number.is_finite() and number.adjusted() < _MOST_DIGITS else default
    except InvalidOperation:
        return default


def fraction(value: object, default: float = 0.0) -> float:
    """A number or text as a decimal fraction; `default` where that cannot be."""
    try:
        return float(_digits(value))
    except ValueError:
        return default


def _digits(value: object) -> str:
    return str(value).strip()[:100] if isinstance(value, str | int | float | Decimal | Undefined) else ""


def _string(value: object) -> str:
    return text_of(value)


def pairs(value: Mapping[object, object]) -> list[tuple[object, object]]:
    """The keys and values of a mapping."""
    return list(value.items())


@pass_context
def counted(context: Context, values: object) -> object:
    """What a loop goes over, charged for every round before the first."""
    budget = budget_of(context)
    if isinstance(values, list | tuple | Mapping | set | frozenset | range | str):
        budget.charge(1 + len(values))
    return _whole(values, budget)


@pass_context
def compared(context: Context, value: object) -> object:
    """One side of a comparison, charged for what must be looked through."""
    if value.__class__ is not int and value.__class__ is not Decimal:
        budget_of(context).charge(size(value))
    return value


@pass_context
def made(context: Context, value: object) -> object:
    """A list or mapping written in the expression, weighed."""
    return build(value, budget_of(context))


_OWN: dict[str, Callable[..., Any]] = {
    "float": bounded(fraction),
    "int": bounded(whole_number),
    "items": bounded(pairs),
    "join": join,
    "replace": replace,
    "round": bounded(rounded),
    "string": bounded(_string),
    "sum": total,
}
_OF_TEXT = "capitalize lower title trim truncate upper"
_TAKEN = """
abs count d default first last length list map max min reject rejectattr reverse select selectattr sort unique
"""
FILTERS = (
    _OWN
    | {name: bounded(ALL_FILTERS[name]) for name in _TAKEN.split()}
    | {name: bounded(ALL_FILTERS[name], is_of_text=True) for name in _OF_TEXT.split()}
)
HIDDEN = {"_counted": counted, "_compared": compared, "_joined": joined, "_made": made}
"""What the compiler puts in; no expression can say these names."""

_TESTS = """
!= < <= == > >= boolean defined divisibleby eq equalto even false float ge greaterthan gt in integer iterable le
lessthan lt mapping ne none number odd sequence string true undefined
"""
TESTS = {name: bounded(cast("Callable[..., Any]", ALL_TESTS[name])) for name in _TESTS.split()}
