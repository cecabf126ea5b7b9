"""What a Jira site has by name: statuses, types, priorities, links, people, groups, roles."""

from typing import ClassVar, Protocol

from connector.atlassian.failures import Refused
from connector.atlassian.jira import SiteNames
from connector.atlassian.shapes import as_map, as_maps, as_text, within
from connector.atlassian.wire import JiraWire, part

NOT_FOUND = 404
MOST_GROUPS = 50


class _Half(Protocol):
    """What the other half of the client has."""

    _wire: JiraWire
    person_key: ClassVar[str]


class TellsNames:
    """A part of a Jira client: see the Protocol `jira.Jira` for what each method promises."""

    person_key: ClassVar[str] = "accountId"
    """By which parameter a person is asked for."""

    def names(self: _Half) -> SiteNames:
        """What the site calls things."""
        return SiteNames(
            statuses=_names(self._wire.get("status")),
            types=_names(self._wire.get("issuetype")),
            priorities=_names(self._wire.get("priority")),
            resolutions=_names(self._wire.get("resolution")),
            links=_names(within(self._wire.get("issueLinkType"), "issueLinkTypes")),
        )

    def has_person(self: _Half, person: str) -> bool:
        """Whether there is a person with this id."""
        try:
            self._wire.get("user", {self.person_key: person})
        except Refused as refused:
            if refused.status == NOT_FOUND:
                return False
            raise
        return True

    def groups_like(self: _Half, name: str) -> tuple[str, ...]:
        """The groups whose names hold this one."""
        found = self._wire.get("groups/picker", {"query": name, "maxResults": MOST_GROUPS})
        return _names(within(found, "groups"))

    def roles_of(self: _Half, project: str) -> tuple[str, ...]:
        """The names of a project's roles."""
        return tuple(as_map(self._wire.get(f"project/{part(project)}/role")))


def _names(raw: object) -> tuple[str, ...]:
    return tuple(as_text(one.get("name")) for one in as_maps(raw))
