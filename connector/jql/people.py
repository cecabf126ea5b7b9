"""Functions about people: currentUser, membersOf, updatedBy."""

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
    """The user of the scope; nobody when the scope has none."""

    def bind(scope: Scope) -> CallTest:
        is_user = _is_one_of({scope.user} if scope.user else set())
        return lambda value, _: is_user(value)

    return bind


def members_of(arguments: tuple[str, ...]) -> Callable[[Scope], CallTest]:
    """The members of a group, by its name."""
    group = arguments[0].casefold()

    def bind(scope: Scope) -> CallTest:
        is_member = _is_one_of({one for name, ids in scope.members.items() if name.casefold() == group for one in ids})
        return lambda value, _: is_member(value)

    return bind


def updated_by(arguments: tuple[str, ...]) -> Callable[[Scope], CallTest] | None:
    """Issues that a user created, changed or commented on, since and until the moments that follow the name."""
    ends = [moment(one) for one in arguments[1:]]
    if any(one is None for one in ends):
        return None
    is_user = _is_one_of({arguments[0]})
    since, until = [*ends, None, None][:2]

    def bind(scope: Scope) -> CallTest:
        start = since(scope).start if since else datetime.min.replace(tzinfo=scope.now.tzinfo)
        end = until(scope).end if until else datetime.max.replace(tzinfo=scope.now.tzinfo)
        return lambda _, issue: any(start <= at <= end for at in _touched(issue, is_user))

    return bind


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
