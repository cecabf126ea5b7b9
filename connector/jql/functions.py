"""The functions of JQL: what each takes and gives. Facts from Atlassian's JQL function reference."""

from collections.abc import Callable
from dataclasses import dataclass

from connector.jql.ast import Call
from connector.jql.context import Context
from connector.jql.errors import closest
from connector.jql.fields import Target
from connector.jql.kinds import KindName
from connector.jql.moments import PERIODS, Moment, Span, period
from connector.jql.needs import (
    Need,
    needs_component_leads,
    needs_field,
    needs_group,
    needs_history,
    needs_leads,
    needs_nothing,
    needs_user,
)
from connector.jql.people import components_led, current_user, members_of, projects_led, updated_by
from connector.jql.plan import CallTest, Make
from connector.jql.planning import (
    VersionId,
    earliest_unreleased,
    earliest_unreleased_id,
    latest_released,
    latest_released_id,
    released,
    sprints_that_are,
    subtask_types,
    unreleased,
)
from connector.jql.relations import cascade_option, child_issues, linked_issues
from connector.jql.scope import Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    """One function: how many arguments, which kinds of fields it can be compared with, one value or a list."""

    name: str
    kinds: frozenset[KindName]
    make: Make
    least: int = 0
    most: int = 0
    is_list: bool = True
    fields: frozenset[str] = frozenset()
    needs: Need = needs_nothing
    needs_history: bool = False
    reads_time: bool = False


def _function(
    name: str,
    kind: KindName,
    make: Make,
    arguments: tuple[int, int] = (0, 0),
    is_list: bool = True,
    fields: frozenset[str] = frozenset(),
    needs: Need = needs_nothing,
) -> Function:
    return Function(
        name=name,
        kinds=frozenset({kind, "any"}),
        make=make,
        least=arguments[0],
        most=arguments[1],
        is_list=is_list,
        fields=fields,
        needs=needs,
        needs_history=name == "updatedBy",
        reads_time=name == "updatedBy",
    )


_TYPES = frozenset({"issuetype"})
_ALL = (
    _function("currentUser", "user", current_user, is_list=False, needs=needs_user),
    _function("membersOf", "user", members_of, (1, 1), needs=needs_group),
    _function("projectsLeadByUser", "project", projects_led, (0, 1), needs=needs_leads),
    _function(
        "componentsLeadByUser",
        "named",
        components_led,
        (0, 1),
        fields=frozenset({"components"}),
        needs=needs_component_leads,
    ),
    _function("standardIssueTypes", "named", subtask_types(False), fields=_TYPES),
    _function("subtaskIssueTypes", "named", subtask_types(True), fields=_TYPES),
    _function("openSprints", "sprint", sprints_that_are("active")),
    _function("closedSprints", "sprint", sprints_that_are("closed")),
    _function("futureSprints", "sprint", sprints_that_are("future")),
    _function("releasedVersions", "version", released, (0, 99)),
    _function("unreleasedVersions", "version", unreleased, (0, 99)),
    _function("latestReleasedVersion", "version", latest_released, (1, 1), is_list=False),
    _function("earliestUnreleasedVersion", "version", earliest_unreleased, (1, 1), is_list=False),
    _function("linkedIssues", "issue", linked_issues, (1, 2), needs=needs_field("issuelinks")),
    _function("childIssuesOf", "issue", child_issues, (1, 1), needs=needs_field("parent", "epic")),
    _function("portfolioChildIssuesOf", "issue", child_issues, (1, 1), needs=needs_field("parent", "epic")),
    _function("updatedBy", "issue", updated_by, (1, 3), needs=needs_history),
    _function("cascadeOption", "option", cascade_option, (1, 2)),
)
FUNCTIONS = {one.name.casefold(): one for one in _ALL}
TIMES = {
    "now": "now",
    "currentlogin": "currentLogin",
    **{f"{edge.casefold()}of{name}": f"{edge}Of{name.title()}" for edge in ("start", "end") for name in PERIODS},
}
"""Names of the functions that give a moment, by their case-folded name."""

_ELSEWHERE = """
approved approver breached completed elapsed everbreached issuehistory
issueswithremotelinksbyglobalid lastlogin myapproval mypending outdated paused pending pendingby
projectswhereuserhaspermission projectswhereuserhasrole remaining running votedissues watchedissues
withincalendarhours
"""
NOT_MIRRORED = frozenset(_ELSEWHERE.split())
"""Functions that Jira knows and that ask for what the mirror does not hold."""


def moment_of(call: Call, context: Context) -> Moment:
    """The moment that now(), currentLogin() or one of startOf… and endOf… gives. Raises JqlError.

    Source: JQL functions. A scope without a session began its session at the moment itself.
    """
    name = TIMES.get(call.name.casefold())
    if name is None:
        raise _unknown(call, context, wanted="a date or time")
    if name in _WITHOUT_ARGUMENTS:
        _count(call, context, 0, 0)
        return _WITHOUT_ARGUMENTS[name]
    _count(call, context, 0, 1)
    edge, _, unit = name.partition("Of")
    found = period(unit.casefold(), edge == "end", call.arguments[0] if call.arguments else None)
    if found is None:
        raise context.wrong(
            f"{name}() takes an offset such as -1, +2w or 15d, not {call.arguments[0]!r}",
            call.position,
            found=call.arguments[0],
            expected=("-1", "+2w", "15d"),
        )
    return found


_WITHOUT_ARGUMENTS: dict[str, Moment] = {
    "now": lambda scope: Span(scope.now, scope.now),
    "currentLogin": lambda scope: Span(scope.login or scope.now, scope.login or scope.now),
}


def test_of(call: Call, target: Target, context: Context) -> tuple[Function, Callable[[Scope], CallTest]]:
    """The function that is called, and what makes its test. Raises JqlError."""
    function = FUNCTIONS.get(call.name.casefold())
    if function is None:
        raise _unknown(call, context, wanted=f"{target.kind} values")
    if target.kind not in function.kinds or (function.fields and target.id not in function.fields):
        raise context.wrong(
            f"{function.name}() gives {_given(function)}, and this field does not hold them", call.position, call.name
        )
    _count(call, context, function.least, function.most)
    if missing := function.needs(call.arguments, context.catalog.reach):
        raise context.wrong(f"{function.name}() cannot be answered: {missing}", call.position, call.name)
    make = function.make(call.arguments)
    if make is None:
        raise context.wrong(f"{function.name}() cannot read its arguments {call.arguments}", call.position, call.name)
    return function, make


def version_of(call: Call, target: Target, context: Context) -> VersionId:
    """The one version that a function gives, for < and its like. Raises JqlError."""
    function, _ = test_of(call, target, context)
    choose = _ONE_VERSION.get(function.name)
    if choose is None:
        message = f"{function.name}() gives a list, and a list is neither before nor after a version"
        raise context.wrong(message, call.position, call.name, expected=tuple(_ONE_VERSION))
    return choose(call.arguments)


_ONE_VERSION = {"latestReleasedVersion": latest_released_id, "earliestUnreleasedVersion": earliest_unreleased_id}


def _given(function: Function) -> str:
    if function.fields:
        return {"issuetype": "issue types", "components": "components"}[min(function.fields)]
    return f"{min(function.kinds - {'any'})}s"


def _count(call: Call, context: Context, least: int, most: int) -> None:
    given = len(call.arguments)
    if not least <= given <= most:
        takes = f"{least}" if least == most else f"{least} to {most}"
        raise context.wrong(
            f"{call.name}() takes {takes} argument{'' if takes == '1' else 's'} and is given {given}",
            call.position,
            call.name,
        )


def _unknown(call: Call, context: Context, wanted: str) -> Exception:
    folded = call.name.casefold()
    known = [*(one.name for one in _ALL), *TIMES.values()]
    if folded in NOT_MIRRORED:
        return context.wrong(
            f"{call.name}() asks for what is not mirrored; select in another way",
            call.position,
            call.name,
            expected=known,
        )
    if folded in FUNCTIONS or folded in TIMES:
        return context.wrong(f"{call.name}() does not give {wanted}", call.position, call.name)
    guess = closest(call.name, known)
    return context.wrong(
        f"there is no function {call.name}()",
        call.position,
        call.name,
        expected=known,
        suggestion=f"{guess}()" if guess else None,
    )
