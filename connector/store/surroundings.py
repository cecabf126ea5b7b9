"""What selectors may look at besides issues, gathered from what the mirror and the site have told."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import Connection

from connector.core.fields import Reach
from connector.core.issue import Issue
from connector.core.project import Entity
from connector.core.surroundings import Surroundings, people_in
from connector.store import entities, findings

_OLD_SPRINT = re.compile(r"\.Sprint@\w+\[id=(\d+),")
SITE = "site"
RANKS = "ranks"
LEADS = "leads"
COMPONENT_LEADS = "component leads"
MEMBERS = "members"
CATEGORIES = "project categories"
"""Topics under which the site's own answers are kept: names by field id, leads and categories by project key, component
leads by component id, and members by group."""


def around(conn: Connection, site: str, key: str, issues: Iterable[Issue]) -> Surroundings:
    """What is around these issues of a project. It costs as much as there are issues given, not as the project has."""
    seen = tuple(issues)
    project = next((issue.fields["project"] for issue in seen if issue.project_key == key and _has_project(issue)), {})
    members = _mapping(findings.judgement(conn, site, SITE, MEMBERS))
    versions = [_version(one) for one in entities.of_project(conn, site, key, ["version"])]
    names = {key, *(str(project[name]) for name in ("id", "name") if isinstance(project, Mapping) and name in project)}
    return Surroundings(
        versions=dict.fromkeys(names, versions),
        sprints=_sprints(conn, site, seen),
        ranks=_mapping(findings.judgement(conn, site, SITE, RANKS)),
        leads=_mapping(findings.judgement(conn, site, SITE, LEADS)),
        component_leads=_mapping(findings.judgement(conn, site, SITE, COMPONENT_LEADS)),
        members={name: frozenset(ids) for name, ids in members.items()},
        people=people_in(seen),
    )


def reach(conn: Connection, site: str) -> Reach:
    """How far the site's answers reach, so that rules which ask for more are refused when they are read."""
    ranks = _mapping(findings.judgement(conn, site, SITE, RANKS))
    return Reach(
        ranks={field: tuple(tuple(faces) for faces in listed) for field, listed in ranks.items()},
        groups=frozenset(_mapping(findings.judgement(conn, site, SITE, MEMBERS))),
        has_leads=bool(_mapping(findings.judgement(conn, site, SITE, LEADS))),
        has_component_leads=isinstance(findings.judgement(conn, site, SITE, COMPONENT_LEADS), Mapping),
    )


def _has_project(issue: Issue) -> bool:
    return isinstance(issue.fields.get("project"), Mapping)


def _version(entity: Entity) -> Mapping[str, object]:
    return {**entity.data, "id": entity.id}


def _sprints(conn: Connection, site: str, issues: Iterable[Issue]) -> dict[str, Mapping[str, object]]:
    """The sprints that the issues are in. Their states there are as old as the issues' last change."""
    names = {("sprint", found) for issue in issues for found in _sprint_ids(issue)}
    return {one.id: {**one.data, "id": one.id} for one in entities.load(conn, site, names).values()}


def _sprint_ids(issue: Issue) -> Iterator[str]:
    for value in issue.fields.values():
        for one in value if isinstance(value, list) else ():
            if isinstance(one, Mapping) and "state" in one and "id" in one:
                yield str(one["id"])
            elif isinstance(one, str) and (found := _OLD_SPRINT.search(one)):
                yield found[1]


def _mapping(told: object) -> dict[str, Any]:
    return dict(told) if isinstance(told, Mapping) else {}
