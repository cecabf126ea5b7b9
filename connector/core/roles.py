"""The parts that people play, and whose approval a gate waits for."""

from dataclasses import dataclass

from connector.core.selecting import Place, Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """A part that people play: who they are, by name in the product, by group, or by the Jira project's own role."""

    id: str
    title: Text
    people: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    jira_role: str | None = None
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Approvals:
    """Who is to approve a gate by a comment on its issue.

    `quorum`: so many different people of these roles, whichever they play; None is somebody of each of them.
    """

    roles: tuple[Role, ...]
    quorum: int | None = None
    place: Place
