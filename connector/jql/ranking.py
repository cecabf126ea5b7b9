"""Which of two values comes first where Jira has its own order: priorities, resolutions, versions, issue keys."""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

from connector.core.fields import name_of
from connector.core.issue import Issue
from connector.jql.scope import Names, Scope

Rank = tuple[object, ...]

PRIORITIES = (
    ("highest", "blocker", "最高"),
    ("high", "critical", "高"),
    ("medium", "major", "中"),
    ("low", "minor", "低"),
    ("lowest", "trivial", "最低"),
)
"""Jira's own priorities, old and new, by their id from 1, for a site whose order is not known."""


Ranker = Callable[[str | None, str | None], int | None]
"""Gives the rank of a name or else an id: larger is more important. None when the order is not known."""


def ranker(field_id: str, scope: Scope, names: Names) -> Ranker:
    """The order of a field's values: the site's own, else that of Jira's own priorities, else that of their ids.

    Source: JQL fields, "Priority"; Jira's administrators order priorities, and a new site has five.
    """
    families: Sequence[Sequence[str]] = scope.ranks.get(field_id, ())
    if not families and field_id == "priority":
        families = PRIORITIES
    ranks = {one.casefold(): -index - 1 for index, family in enumerate(families) for one in family}
    is_own = field_id in scope.ranks

    @lru_cache(maxsize=1024)
    def rank(name: str | None, value_id: str | None) -> int | None:
        told = names.of(field_id, name) if name is not None else frozenset()
        found = next((ranks[one] for one in sorted(told) if one in ranks), None)
        if found is None and value_id is not None and value_id.casefold() in ranks:
            found = ranks[value_id.casefold()]
        if found is None and not is_own and value_id is not None and value_id.isdecimal() and len(value_id) < 19:
            # Ids grow as an administrator adds values below those that were there.
            found = -int(value_id)
        return found

    return rank


def rank_of(value: object, rank: Ranker) -> int | None:
    """The rank of a value of a field, by its name or else by its id."""
    value_id = value.get("id") if isinstance(value, dict) else None
    return rank(name_of(value), None if value_id is None else str(value_id))


def natural(text: str) -> Rank:
    """Orders texts as people do: 1.10 after 1.9."""
    pieces = re.split(r"(\d+)", text.casefold())
    return tuple(
        (1, int(one), "") if one.isdigit() and one.isascii() and len(one) < 19 else (0, 0, one) for one in pieces
    )


def version_ranks(scope: Scope, issue: Issue) -> dict[str, int]:
    """The place of each version of the issue's project, by case-folded name and, where none is called so, by id."""
    listed = scope.versions.get(issue.project_key, ())
    by_id = {str(one.get("id")): place for place, one in enumerate(listed)}
    return by_id | {str(one.get("name")).casefold(): place for place, one in enumerate(listed)}


def version_rank(value: object, ranks: dict[str, int]) -> int | None:
    """The place of a version object or of a version's name or id."""
    faces = [str(value.get("name")), str(value.get("id"))] if isinstance(value, dict) else [str(value)]
    return next((ranks[one.casefold()] for one in faces if one.casefold() in ranks), None)


def key_rank(key: str) -> tuple[str, int] | None:
    """An issue key as project and number, or None when it is none."""
    project, _, number = key.rpartition("-")
    if not project or not number.isascii() or not number.isdigit() or len(number) > 18:
        return None
    return project.casefold(), int(number)
