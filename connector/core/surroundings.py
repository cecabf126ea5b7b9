"""What a project's issues tell about its surroundings: its versions, the people in it, the order of its priorities.

Selectors look at these through a SelectorScope. What the site itself has told goes before what is gathered here.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from connector.core.issue import Issue
from connector.core.rulebook import SelectorScope

Object = Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What the site and the mirror know around a project's issues. SelectorScope says what each mapping holds."""

    versions: Mapping[str, Sequence[Object]] = field(default_factory=dict)
    sprints: Mapping[str, Object] = field(default_factory=dict)
    members: Mapping[str, frozenset[str]] = field(default_factory=dict)
    ranks: Mapping[str, Sequence[Sequence[str]]] = field(default_factory=dict)
    leads: Mapping[str, str] = field(default_factory=dict)
    component_leads: Mapping[str, str] = field(default_factory=dict)
    people: Callable[[str], object] = lambda _: None

    def scope(
        self, *, now: datetime, timezone: ZoneInfo, user: str | None, issue: Callable[[str], Issue | None]
    ) -> SelectorScope:
        """What selectors may look at in these surroundings."""
        return SelectorScope(
            now=now,
            timezone=timezone,
            user=user,
            issue=issue,
            people=self.people,
            versions=self.versions,
            sprints=self.sprints,
            members=self.members,
            ranks=self.ranks,
            leads=self.leads,
            component_leads=self.component_leads,
        )


NOTHING_AROUND = Surroundings()

_PEOPLE = ("assignee", "reporter", "creator")
_VERSIONS = ("fixVersions", "versions")


def versions_in(issues: Iterable[Issue]) -> dict[str, list[Object]]:
    """The versions that issues name, in the order they were made in, by each of their project's names."""
    by_project: dict[str, dict[str, Object]] = {}
    names: dict[str, list[str]] = {}
    for issue in issues:
        key = issue.project_key
        if key not in names:
            names[key] = _names_of(issue)
        for one in _objects(issue, _VERSIONS):
            by_project.setdefault(key, {}).setdefault(str(one.get("id")), one)
    return {
        name: sorted(found.values(), key=_by_id) for project, found in by_project.items() for name in names[project]
    }


def people_in(issues: Iterable[Issue]) -> Callable[[str], object]:
    """Finds what the issues show of a person by any id of theirs. The issues are gone through at the first question."""
    known: dict[str, Object] = {}
    waiting = iter(issues)

    def find(user_id: str) -> object:
        for issue in waiting:
            _meet(issue, known)
        return known.get(user_id)

    return find


def _meet(issue: Issue, known: dict[str, Object]) -> None:
    for person in _people(issue):
        for face in ("accountId", "key", "name"):
            if isinstance(person.get(face), str):
                known.setdefault(str(person[face]), person)


def ranks_in(issues: Iterable[Issue], field_id: str, known: Sequence[Sequence[str]] = ()) -> list[tuple[str, str]]:
    """Name and id of the values that issues hold in a ranked field, the most important first.

    known: names with the same meaning, in the order every new site has. Where all names are among them they decide;
    otherwise the ids do, which grow as an administrator adds values.
    """
    found: dict[str, Object] = {}
    for issue in issues:
        value = issue.fields.get(field_id)
        if isinstance(value, Mapping) and isinstance(value.get("name"), str):
            found.setdefault(str(value["name"]), value)
    places = {name.casefold(): place for place, family in enumerate(known) for name in family}
    if all(name.casefold() in places for name in found):
        ordered = sorted(found, key=lambda name: places[name.casefold()])
    else:
        ordered = sorted(found, key=lambda name: _by_id(found[name]))
    return [(name, str(found[name].get("id"))) for name in ordered]


def _by_id(value: Object) -> tuple[int, str]:
    text = str(value.get("id"))
    return (int(text) if text.isdecimal() and len(text) < 19 else 0, text)


def _names_of(issue: Issue) -> list[str]:
    project = issue.fields.get("project")
    told = [project.get(name) for name in ("key", "name", "id")] if isinstance(project, Mapping) else []
    return list(dict.fromkeys([issue.project_key, *(str(one) for one in told if one is not None)]))


def _objects(issue: Issue, field_ids: Iterable[str]) -> Iterator[Object]:
    for field_id in field_ids:
        value = issue.fields.get(field_id)
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, Mapping):
                yield one


def _people(issue: Issue) -> Iterator[Object]:
    yield from _objects(issue, _PEOPLE)
    for field_id, inner in (("comment", "comments"), ("worklog", "worklogs")):
        held = issue.fields.get(field_id)
        listed = held.get(inner) if isinstance(held, Mapping) else None
        for one in listed if isinstance(listed, list) else ():
            author = one.get("author") if isinstance(one, Mapping) else None
            if isinstance(author, Mapping):
                yield author
