"""One consistent picture of a project: all that a rollup computes from."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from connector.core.issue import Issue
from connector.core.rulebook import ProjectRules, SelectorScope
from connector.core.surroundings import NOTHING_AROUND, Surroundings, people_in


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """Anything but an issue, as the mirror holds it. See events.EntitySeen for `id`, `project` and `parent`.

    `at` is the moment of its newest state in UTC (of its removal, once it is gone). `stamp` orders states of one entity
    and changes whenever the state does (see mirror.stamp).
    """

    site: str
    kind: str
    id: str
    data: Mapping[str, object] = field(default_factory=dict)
    project: str | None = None
    parent: str | None = None
    at: datetime
    stamp: str = ""
    revision: int = 0
    is_trimmed: bool = False
    is_gone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A project's mirrored state as of one instant.

    `issues` are in the order of their numeric id. `started` is when the connector first saw the project.
    `account` is the id of the connector's own user in Jira, None where it is not known yet.
    `comments` are those of the issues that gates wait for approval on, and no others.
    """

    site: str
    key: str
    name: str
    rules: ProjectRules
    as_of: datetime
    issues: tuple[Issue, ...] = ()
    versions: tuple[Entity, ...] = ()
    sprints: tuple[Entity, ...] = ()
    links: tuple[Entity, ...] = ()
    worklogs: tuple[Entity, ...] = ()
    pages: tuple[Entity, ...] = ()
    comments: tuple[Entity, ...] = ()
    account: str | None = None
    jira_url: str = ""
    around: Surroundings = NOTHING_AROUND

    @property
    def timezone(self) -> ZoneInfo:
        """The project's own time zone, in which days begin and end."""
        return self.rules.timezone

    def scope(self) -> SelectorScope:
        """What selectors may look at: this project's issues and what is around them, at this moment."""
        by_name = {name: issue for issue in self.issues for name in (issue.id, issue.key)}
        around = replace(self.around, people=people_in(self.issues))
        return around.scope(now=self.as_of, timezone=self.timezone, user=self.account, issue=by_name.get)
