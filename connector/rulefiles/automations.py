"""The section `automations`: when something happens to these issues, do these things."""

from collections.abc import Callable, Mapping

from connector.core.automation_rules import CONDITION_NAMES, TEXT_NAMES, OfIssue, RuleAction
from connector.core.figures.catalog import FIGURES
from connector.core.rulebook import Automation
from connector.expressions.compile import compile_expression
from connector.expressions.errors import ExpressionError
from connector.rulefiles.action_messages import compile_notify
from connector.rulefiles.action_pages import PAGE_ACTIONS
from connector.rulefiles.actions import ISSUE_ACTIONS, Site
from connector.rulefiles.desk import Desk
from connector.rulefiles.events import OF_ISSUES, OF_PAGES, Around, compile_when
from connector.rulefiles.part import Part
from connector.rulefiles.problem import shown, suggest
from connector.rulefiles.shape_automations import ActionShape, AutomationShape
from connector.rulefiles.texts import calls_in

_COMPILERS: Mapping[str, Callable[[Part, object, Site], RuleAction | None]] = {
    **ISSUE_ACTIONS,
    **PAGE_ACTIONS,
    "notify": compile_notify,
}


def compile_automation(part: Part, shape: AutomationShape, desk: Desk, around: Around) -> Automation:
    """One automation with its actions in their order."""
    heard = compile_when(part.at("when"), shape.when, around, desk)
    events = set(heard.events)
    has_issue = events <= OF_ISSUES or shape.if_ is not None or shape.for_each is not None
    site = Site(
        desk=desk,
        around=around,
        names=_names(events, shape, has_issue=has_issue),
        is_of_pages=events <= OF_PAGES,
        has_links=has_issue and "issue.deleted" not in events,
    )
    then = [(index, _action(part.at("then", index), one, site)) for index, one in enumerate(shape.then)]
    for index, action in then:
        if action is not None:
            _check_has_issue(part.at("then", index), action, shape, events, desk, has_issue=has_issue)
    if shape.unless_done_within is not None:
        _check_wait(part.at("unless_done_within"), events, desk, has_issue=has_issue)
    return Automation(
        id=shape.id,
        when=heard.events,
        narrowed=heard.narrowed,
        if_=desk.selector(part.at("if"), shape.if_) if shape.if_ is not None else None,
        only_when=_condition(part.at("only_when"), shape.only_when, desk, around) if shape.only_when else None,
        for_each=desk.selector(part.at("for_each"), shape.for_each) if shape.for_each is not None else None,
        then=tuple(action for _, action in then if action is not None),
        at_most=shape.at_most,
        unless_done_within=shape.unless_done_within,
        place=part.place,
    )


def _names(events: set[str], shape: AutomationShape, *, has_issue: bool) -> frozenset[str]:
    """What the rule's texts may name: `trigger` is there when an event's issue leads to others."""
    is_branch = shape.for_each is not None and bool(events) and events <= OF_ISSUES
    away = {*(() if has_issue else ("issue",)), *(() if is_branch else ("trigger",))}
    return TEXT_NAMES - away


def _action(part: Part, shape: ActionShape, site: Site) -> RuleAction | None:
    given = [name for name in ActionShape.model_fields if getattr(shape, name) is not None]
    if len(given) != 1:
        what = f"{' and '.join(given)} stand together" if given else "there is nothing to do here"
        site.desk.complaints.add(part, what, f"write exactly one of {', '.join(ActionShape.model_fields)}")
        return None
    return _COMPILERS[given[0]](part.at(given[0]), getattr(shape, given[0]), site)


def _check_has_issue(
    part: Part, action: RuleAction, shape: AutomationShape, events: set[str], desk: Desk, *, has_issue: bool
) -> None:
    """An action on an issue needs one that is there."""
    if not isinstance(action, OfIssue):
        return
    if not has_issue:
        without = ", ".join(sorted(events - OF_ISSUES))
        desk.complaints.add(
            part, f"there is no issue to act on: {without} happens to none", "select some with for_each"
        )
    elif "issue.deleted" in events and shape.for_each is None:
        desk.complaints.add(part, "a deleted issue cannot be written to", "select others with for_each")


def _check_wait(part: Part, events: set[str], desk: Desk, *, has_issue: bool) -> None:
    if not has_issue:
        desk.complaints.add_key(part, "there is no issue to wait for", "select some with for_each")
    elif "issue.deleted" in events:
        desk.complaints.add_key(part, "a deleted issue is not waited for", "remove it")


def _condition(part: Part, text: str, desk: Desk, around: Around) -> Callable[[Mapping[str, object]], bool]:
    """What must hold of the project's figures: an expression, with or without {{ }} around it."""
    bare = text.strip()
    start = text.index(bare)
    if bare.startswith("{{") and bare.endswith("}}"):
        bare, start = bare[2:-2], start + 2
    _check_calls(part, text, bare, desk, around)
    try:
        compiled = compile_expression(bare, CONDITION_NAMES)
    except ExpressionError as error:
        mend = error.would_do or "mend the expression"
        desk.complaints.add(part, f"text: {error.what}", mend, offset=start + error.column - 1)
        return lambda _: False
    return lambda values: bool(compiled.evaluate(values))


def _check_calls(part: Part, text: str, expression: str, desk: Desk, around: Around) -> None:
    """Complain about figures, KPIs and gates that do not exist."""
    there = {"figure": FIGURES.keys(), "kpi": around.kpis, "gate": around.gates}
    for function, name in calls_in(expression):
        known = there.get(function)
        if known is not None and name not in known and name not in desk.complaints.lost_ids:
            mend = suggest(name, known, f"name a {function}")
            at = max(text.find(f"'{name}'"), text.find(f'"{name}"')) + 1
            desk.complaints.add(part, f"there is no {function} {shown(name)}", mend, offset=at)
