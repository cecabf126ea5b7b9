"""Which of two values comes first where Jira has its own order: priorities, resolutions, versions, issue keys."""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

from connector.core.fields import name_of
from connector.core.issue import Issue
from connector.jql.scope import Names, Scope

Rank = tuple[object, ...]

_PRIORITIES = (
    ("highest", "blocker", "最高"),
    ("high", "critical", "高"),
    ("medium", "major", "中"),
    ("low", "minor", "低"),
    ("lowest", "trivial", "最低"),
)
"""Jira's own priorities, old and new, by their id from 1, for a site whose order is not known."""


def ranker(field_id: str, scope: Scope, names: Names) -> Callable[[str], int | None]:
    """Gives the rank of a name or id: larger is more important. None when the order is not known."""
    families: Sequence[Sequence[str]] = [(one.casefold(),) for one in scope.ranks.get(field_id, ())]
    if not families and field_id == "priority":
        families = [(*family, str(index + 1)) for index, family in enumerate(_PRIORITIES)]
    ranks = {one: -index for index, family in enumerate(families) for one in family}

    @lru_cache(maxsize=1024)
    def rank(name: str) -> int | None:
        return next((ranks[one] for one in sorted(names.of(field_id, name)) if one in ranks), None)

    return rank


def rank_of(value: object, rank: Callable[[str], int | None]) -> int | None:
    """The rank of a value of a field, by its name or else by its id."""
    name = name_of(value)
    found = rank(name) if name is not None else None
    if found is None and isinstance(value, dict) and "id" in value:
        return rank(str(value["id"]))
    return found


def natural(text: str) -> Rank:
    """Orders texts as people do: 1.10 after 1.9."""
    pieces = re.split(r"(\d+)", text.casefold())
    return tuple(
        (1, int(one), "") if one.isdigit() and one.isascii() and len(one) < 19 else (0, 0, one) for one in pieces
    )


def version_ranks(scope: Scope, issue: Issue) -> dict[str, int]:
    """The place of each version of the issue's project, by id and by case-folded name."""
    listed = scope.versions.get(issue.project_key, ())
    by_name = {str(one.get("name")).casefold(): place for place, one in enumerate(listed)}
    return by_name | {str(one.get("id")): place for place, one in enumerate(listed)}


def version_rank(value: object, ranks: dict[str, int]) -> int | None:
    """The place of a version object or of a version's name or id."""
    faces = [str(value.get("id")), str(value.get("name"))] if isinstance(value, dict) else [str(value)]
    return next((ranks[one.casefold()] for one in faces if one.casefold() in ranks), None)


def key_rank(key: str) -> tuple[str, int] | None:
    """An issue key as project and number, or None when it is none."""
    project, _, number = key.rpartition("-")
    if not project or not number.isascii() or not number.isdigit() or len(number) > 18:
        return None
    return project.casefold(), int(number)
