"""Functions about people: currentUser, membersOf, updatedBy, projectsLeadByUser, componentsLeadByUser."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

from connector.core.issue import Issue
from connector.jql.faces import test_for
from connector.jql.moments import instant, moment
from connector.jql.plan import CallTest, Test
from connector.jql.reading import inside
from connector.jql.scope import Scope

_comments = inside("comment", "comments")


def current_user(_: tuple[str, ...]) -> Callable[[Scope], CallTest]:
    """The user of the scope; nobody when the scope has none. Source: JQL functions, "currentUser()"."""

    def bind(scope: Scope) -> CallTest:
        is_user = _is_one_of({scope.user} if scope.user else set())
        return lambda value, _: is_user(value)

    return bind


def members_of(arguments: tuple[str, ...]) -> Callable[[Scope], CallTest]:
    """The members of a group, by its name. Source: JQL functions, "membersOf()"."""
    group = arguments[0].casefold()

    def bind(scope: Scope) -> CallTest:
        is_member = _is_one_of({one for name, ids in scope.members.items() if name.casefold() == group for one in ids})
        return lambda value, _: is_member(value)

    return bind


def updated_by(arguments: tuple[str, ...]) -> Callable[[Scope], CallTest] | None:
    """Issues that a user created, changed or commented on, since and until the moments that follow the name.

    Source: JQL functions, "updatedBy()".
    """
    ends = [moment(one) for one in arguments[1:3]]
    if any(one is None for one in ends):
        return None
    is_named = _is_one_of({arguments[0]})
    since, until = [*ends, None, None][:2]

    def bind(scope: Scope) -> CallTest:
        is_user = known_by(is_named, scope)
        start = since(scope).start if since else datetime.min.replace(tzinfo=scope.now.tzinfo)
        end = until(scope).end if until else datetime.max.replace(tzinfo=scope.now.tzinfo)
        return lambda _, issue: any(start <= at <= end for at in _touched(issue, is_user))

    return bind


def known_by(test: Test, scope: Scope) -> Test:
    """The test, asked of a user's id and of all that is known of the user, so that names work where ids stand."""

    def either(value: object) -> bool:
        return test(value) or (isinstance(value, str) and test(scope.people(value)))

    return either


def projects_led(arguments: tuple[str, ...]) -> Callable[[Scope], CallTest]:
    """Projects that a person leads; the user of the scope where nobody is named.

    Source: JQL functions, "projectsLeadByUser()".
    """

    def bind(scope: Scope) -> CallTest:
        led = _led(scope.leads, arguments, scope)
        return lambda value, _: isinstance(value, Mapping) and str(value.get("key")) in led

    return bind


def components_led(arguments: tuple[str, ...]) -> Callable[[Scope], CallTest]:
    """Components that a person leads; the user of the scope where nobody is named.

    Source: JQL functions, "componentsLeadByUser()".
    """

    def bind(scope: Scope) -> CallTest:
        led = _led(scope.component_leads, arguments, scope)
        return lambda value, _: isinstance(value, Mapping) and str(value.get("id")) in led

    return bind


def _led(leads: Mapping[str, str], arguments: tuple[str, ...], scope: Scope) -> frozenset[str]:
    wanted = {*arguments} if arguments else {scope.user} if scope.user else set()
    is_lead = known_by(_is_one_of({one for one in wanted if one}), scope)
    return frozenset(thing for thing, lead in leads.items() if is_lead(lead))


def _touched(issue: Issue, is_user: Test) -> Iterator[datetime]:
    yield from (change.at for change in issue.changes if change.author and is_user(change.author))
    comments = _comments(issue)
    said = [one for one in comments if isinstance(one, Mapping)] if isinstance(comments, list) else []
    made = [(one.get("author"), one.get("created")) for one in said]
    for author, at in ((issue.fields.get("creator"), issue.fields.get("created")), *made):
        if is_user(author) and (found := instant(at)) is not None:
            yield found


def _is_one_of(ids: set[str]) -> Test:
    return test_for("user", frozenset(one.casefold() for one in ids))
