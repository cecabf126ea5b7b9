"""Functions about other issues and about options: linkedIssues, cascadeOption."""

from collections.abc import Callable, Iterator, Mapping

from connector.core.issue import Issue
from connector.jql.faces import test_for
from connector.jql.plan import CallTest
from connector.jql.scope import Scope


def linked_issues(arguments: tuple[str, ...]) -> Callable[[Scope], CallTest]:
    """Issues that are linked to an issue, in any way or as `arguments[1]` says ("is blocked by").

    Both ends of a link carry it: what the named issue says counts, and what the asked issue says of the named one.
    Source: JQL functions, "linkedIssues()".
    """
    name, kind = arguments[0].casefold(), arguments[1].casefold() if len(arguments) > 1 else None

    def bind(scope: Scope) -> CallTest:
        root = scope.issue(arguments[0]) or scope.issue(arguments[0].upper())
        names = frozenset({name, *((root.key.casefold(), root.id) if root else ())})
        theirs = frozenset(_others(root, kind, names=None)) if root else frozenset()
        is_theirs = test_for("issue", theirs)

        def test(value: object, issue: Issue) -> bool:
            return is_theirs(value) or (isinstance(value, Issue) and any(_others(issue, kind, names)))

        return test

    return bind


def child_issues(arguments: tuple[str, ...]) -> Callable[[Scope], CallTest]:
    """Issues below an issue, however many levels: its children, their children and so on, never itself.

    Source: JQL functions, "childIssuesOf()".
    """
    name = arguments[0].casefold()

    def bind(scope: Scope) -> CallTest:
        root = scope.issue(arguments[0]) or scope.issue(arguments[0].upper())
        names = frozenset({name, *((root.key.casefold(), root.id) if root else ())})
        return lambda value, _: isinstance(value, Issue) and any(names & above for above in _ancestors(value, scope))

    return bind


_PARENTS = ("parent", "epic")
_MOST_LEVELS = 12


def _ancestors(issue: Issue, scope: Scope) -> Iterator[frozenset[str]]:
    """What each issue above this one is called, nearest first. A circle ends at the number of levels Jira has."""
    here: Issue | None = issue
    for _ in range(_MOST_LEVELS):
        above = next((one for key in _PARENTS if here and isinstance(one := here.fields.get(key), Mapping)), None)
        if above is None:
            return
        key, number = str(above.get("key") or ""), str(above.get("id") or "")
        yield frozenset({key.casefold(), number}) - {""}
        here = scope.issue(number) or scope.issue(key)


_OPPOSITE = {"inwardIssue": "outward", "outwardIssue": "inward"}


def _others(issue: Issue, kind: str | None, names: frozenset[str] | None) -> Iterator[str]:
    """Keys and ids at the other end of an issue's links of a kind; only `names` if given.

    A kind is meant as the named issue sees it: its own description, or from the asked issue the opposite one.
    """
    links = issue.fields.get("issuelinks")
    for link in (one for one in links if isinstance(one, Mapping)) if isinstance(links, list) else ():
        for side, opposite in _OPPOSITE.items():
            other = link.get(side)
            if not isinstance(other, Mapping):
                continue
            seen_from = side.removesuffix("Issue") if names is None else opposite
            description = kinds.get(seen_from) if isinstance(kinds := link.get("type"), Mapping) else None
            if kind is not None and str(description).casefold() != kind:
                continue
            faces = [str(other[key]).casefold() for key in ("key", "id") if key in other]
            yield from (one for one in faces if names is None or one in names)


def cascade_option(arguments: tuple[str, ...]) -> Callable[[Scope], CallTest]:
    """A cascading select with this parent and, if given, this child; `none` is no choice, \"none\" the word."""
    wanted = [_option(one) for one in arguments]

    def test(value: object, _: Issue) -> bool:
        if not isinstance(value, Mapping):
            return False
        return all(is_it(one) for is_it, one in zip(wanted, (value, value.get("child")), strict=False))

    return lambda _: test


def _option(text: str) -> Callable[[object], bool]:
    if text.casefold() == "none":
        return lambda value: value is None
    is_it = test_for("option", frozenset({text.strip('"').casefold()}))
    return lambda value: value is not None and is_it(value)
