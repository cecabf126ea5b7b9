"""A KPI's value: `figure("…")` alone, or arithmetic over figures and over what queries count, add up and average."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, DivisionUndefined, InvalidOperation
from typing import cast

from jinja2 import nodes

from connector.core.errors import ConnectorError
from connector.core.figures.catalog import FIGURES
from connector.core.figures.figure import Unit
from connector.core.rulebook import Formula, Function, Selector, Term
from connector.core.rules.formulas import MEASURED, NoValue
from connector.expressions.compile import Expression, compile_expression
from connector.expressions.errors import ExpressionError
from connector.rulefiles.desk import Desk
from connector.rulefiles.part import Part
from connector.rulefiles.problem import shown, suggest
from connector.rulefiles.texts import OF_EVERY_ISSUE, single_expression, unknown_values

Constant = str | int | float
Arguments = Mapping[str, Constant]
Key = tuple[str, tuple[tuple[str, Constant], ...]]

TAKES: Mapping[str, frozenset[str]] = {
    "figure": frozenset({"where"}),
    "count": frozenset({"where"}),
    "sum": frozenset({"of", "where"}),
    "avg": frozenset({"of", "where"}),
    "median": frozenset({"of", "where"}),
    "percentile": frozenset({"of", "where", "percent"}),
}
MOST_TERMS = 20
MOST_DIGITS = 15
ISSUE = frozenset({"issue"})
FORM = 'write figure("on_time_rate"), or arithmetic over figure, count, sum, avg, median and percentile'


class NotANumber(ConnectorError):
    """What a KPI's value comes to is no number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A KPI's value: one figure over what `select` selects, or a formula."""

    figure: str = ""
    select: Selector | None = None
    formula: Formula | None = None


def compile_value(part: Part, text: str, unit: Unit | None, desk: Desk) -> Value:
    """The value, with everything in it that is wrong complained about."""
    tree = single_expression(text)
    calls = [] if tree is None else _calls(tree)
    if tree is None or not calls:
        desk.complaints.add(part, f"{shown(text)} is not a figure", FORM)
        return Value()
    if len(calls) > MOST_TERMS:
        desk.complaints.add(part, f"{len(calls)} calls stand in one value", f"at most {MOST_TERMS}; make two KPIs")
        return Value()
    keys = [_key(part, text, call, desk) for call in calls]
    found = {key: _term(part, text, key, desk) for key in keys if key is not None}
    if None in keys:
        return Value()
    if tree is calls[0] and unit is None and len(found) == 1:
        (only,) = found.values()
        if only.function == "figure":
            return Value(figure=only.name, select=only.select)
    expression = _expression(part, text, desk)
    if expression is None:
        return Value()
    work_out = _worker(expression, list(found))
    is_quotient = isinstance(tree, nodes.Div)
    return Value(
        formula=Formula(
            text=text,
            terms=tuple(found.values()),
            work_out=work_out,
            unit=unit or ("ratio" if is_quotient else None),
        )
    )


def _calls(tree: nodes.Node) -> list[nodes.Call]:
    found = [tree] if isinstance(tree, nodes.Call) else []
    return [*found, *tree.find_all(nodes.Call)]


def _key(part: Part, text: str, call: nodes.Call, desk: Desk) -> Key | None:
    """What a call asks, as what it is known by; complained about when it is not one of ours."""
    name = call.node.name if isinstance(call.node, nodes.Name) else ""
    at = max(text.find(name), 0)
    if name not in TAKES:
        desk.complaints.add(part, f"there is no function {shown(name)}", suggest(name, TAKES, FORM), offset=at)
        return None
    given = {"": call.args[0] if call.args else nodes.Const(""), **{one.key: one.value for one in call.kwargs}}
    constants: dict[str, Constant] = {
        key: one.value
        for key, one in given.items()
        if isinstance(one, nodes.Const) and isinstance(one.value, int if key == "percent" else str)
    }
    is_whole = (
        call.dyn_args is None and call.dyn_kwargs is None and len(call.args) <= 1 and len(constants) == len(given)
    )
    if not is_whole:
        desk.complaints.add(part, f"{name} is given what is no text between quotes", FORM, offset=at)
        return None
    for key in sorted(constants.keys() - TAKES[name] - {""}):
        mend = suggest(key, TAKES[name], "remove it")
        desk.complaints.add(part, f"{name} takes no {shown(key)}", mend, offset=max(text.find(key), 0))
    if "of" in TAKES[name] and "of" not in constants:
        desk.complaints.add(part, f"{name} of what is not said", 'add for example of="issue.points"', offset=at)
    return name, tuple(sorted(constants.items()))


def _term(part: Part, text: str, key: Key, desk: Desk) -> Term:
    function, given = cast("Function", key[0]), dict(key[1])
    named, where = str(given[""]), given.get("where")
    if function == "figure":
        if named not in FIGURES:
            mend = suggest(named, FIGURES, "see the README's table of figures")
            desk.complaints.add(part, f"there is no figure {shown(named)}", mend, offset=max(text.find(named), 0))
        return Term(function=function, name=named, select=_selector(part, text, where, desk))
    return Term(
        function=function,
        select=_selector(part, text, named or None, desk),
        where=_of_issue(part, text, where, desk),
        of=_of_issue(part, text, given.get("of"), desk),
        percent=_percent(part, given.get("percent", 50), desk),
    )


def _selector(part: Part, text: str, query: Constant | None, desk: Desk) -> Selector | None:
    if query is None:
        return None
    return desk.selector(part, str(query), start=max(text.find(str(query)), 0))


def _percent(part: Part, percent: Constant, desk: Desk) -> Decimal:
    if not isinstance(percent, int) or not 1 <= percent <= 100:
        desk.complaints.add(part, f"{shown(percent)} is no percentile", "write a whole number from 1 to 100")
        return Decimal(50)
    return Decimal(percent)


def _of_issue(
    part: Part, text: str, asked: Constant | None, desk: Desk
) -> Callable[[Mapping[str, object]], object] | None:
    """Something that is worked out for each issue, such as `issue.points`."""
    if asked is None:
        return None
    start = max(text.find(str(asked)), 0)
    desk.spend(part, str(asked), 3)
    try:
        expression = compile_expression(str(asked), ISSUE)
    except ExpressionError as error:
        desk.complaints.add(part, f"value: {error.what}", error.would_do or "mend it", offset=start)
        return None
    words = frozenset(desk.words.ids) | desk.words.missing | MEASURED
    for name in unknown_values("{{ " + str(asked) + " }}", words):
        mend = suggest(name, OF_EVERY_ISSUE | words, "declare it under projects: fields:")
        desk.complaints.add(part, f"an issue has no {name!r}", mend, offset=max(text.find(name, start), 0))
    missing = dict.fromkeys(desk.words.missing)

    def work_out(values: Mapping[str, object]) -> object:
        issue = values["issue"]
        return expression.evaluate({"issue": {**missing, **(issue if isinstance(issue, Mapping) else {})}})

    return work_out


def _expression(part: Part, text: str, desk: Desk) -> Expression | None:
    desk.spend(part, text, 3)
    try:
        return compile_expression(text, frozenset(TAKES))
    except ExpressionError as error:
        desk.complaints.add(part, f"value: {error.what}", error.would_do or "mend it", offset=error.column - 1)
        return None


def _divides_by_zero(cause: BaseException | None) -> bool:
    """Whether that was the trouble; nothing divided by nothing is told otherwise by decimals."""
    return isinstance(cause, ZeroDivisionError) or (
        isinstance(cause, InvalidOperation) and DivisionUndefined in (cause.args[:1] or ((),))[0]
    )


def _worker(expression: Expression, keys: list[Key]) -> Callable[[Callable[[int], Decimal]], Decimal]:
    """Works the expression out; its calls ask for terms by their number."""

    def work_out(value_of: Callable[[int], Decimal]) -> Decimal:
        def asked(name: str) -> Callable[..., Decimal]:
            return lambda first="", **given: value_of(keys.index((name, tuple(sorted({"": first, **given}.items())))))

        try:
            found = expression.evaluate({name: asked(name) for name in TAKES})
        except ExpressionError as error:
            raise NoValue("div_zero" if _divides_by_zero(error.__cause__) else "not_applicable") from error
        if isinstance(found, bool) or not isinstance(found, int | float | Decimal):
            raise NotANumber(f"{expression.text} comes to a {type(found).__name__}")
        number = Decimal(str(found))
        if not number.is_finite() or number.adjusted() > MOST_DIGITS:
            raise NotANumber(f"{expression.text} comes to a number that nobody can read")
        return number

    return work_out
