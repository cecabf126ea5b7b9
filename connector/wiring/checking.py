"""`connector check --online`: everything that rules name, looked for in the real site."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from connector.atlassian.confluence import Confluence
from connector.atlassian.failures import Refused
from connector.atlassian.jira import Jira, SiteNames
from connector.rulefiles.problem import Problem, in_order, shown, suggest
from connector.rulefiles.references import Kind, Reference

WORDS: dict[Kind, str] = {
    "status": "status",
    "type": "issue type",
    "priority": "priority",
    "resolution": "resolution",
    "link": "kind of link",
    "person": "person",
    "group": "group",
    "role": "role",
    "project": "project",
    "space": "space",
    "page": "page",
}
OTHERWISE: dict[Kind, str] = {"person": "write the account id (Cloud) or the user name (Data Center)"}
NOT_FOUND = 404


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What looking brought: problems, and the kinds of things that this site could not be asked about."""

    problems: tuple[Problem, ...]
    unasked: tuple[str, ...] = ()


@dataclass
class SiteCheck:
    """One site being asked. What was asked once is not asked again."""

    jira: Jira
    confluence: Confluence
    _persons: dict[str, bool] = field(default_factory=dict)
    _groups: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _roles: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _unasked: dict[str, None] = field(default_factory=dict)

    def check(self, references: Iterable[Reference]) -> Checked:
        """Look for everything that is named. Raises AtlassianFailure when the site does not answer."""
        problems = [problem for one in references if (problem := self._problem(one)) is not None]
        return Checked(problems=in_order(problems), unasked=tuple(self._unasked))

    @cached_property
    def names(self) -> SiteNames:
        """What the site calls things."""
        return self.jira.names()

    @cached_property
    def projects(self) -> tuple[str, ...]:
        """The keys and names of the projects."""
        return tuple(name for one in self.jira.projects() for name in (one.key, one.name))

    @cached_property
    def spaces(self) -> tuple[str, ...]:
        """The keys of the spaces."""
        return self.confluence.spaces()

    def _problem(self, reference: Reference) -> Problem | None:
        try:
            known = self._known(reference)
        except Refused as refused:
            if refused.status != NOT_FOUND or reference.kind not in {"group", "role"}:
                raise
            # An older or a smaller product, which has no such question.
            self._unasked[f"{WORDS[reference.kind]}s"] = None
            return None
        if known is None or {one.casefold() for one in reference.names} & {one.casefold() for one in known}:
            return None
        inside = f" in {reference.within}" if reference.within else ""
        what = f"this site has no {WORDS[reference.kind]} {shown(reference.names[0])}{inside}"
        otherwise = OTHERWISE.get(reference.kind, f"make the {WORDS[reference.kind]}, or name another")
        mend = suggest(reference.names[0], known, otherwise)
        return Problem(place=reference.place, rule=reference.rule, what=what, mend=mend)

    def _known(self, reference: Reference) -> Sequence[str] | None:
        """What there is of this kind; None where the one that is meant is there."""
        name = reference.names[0]
        match reference.kind:
            case "person":
                return None if self._persons.setdefault(name, self.jira.has_person(name)) else ()
            case "group":
                return _asked(self._groups, name, lambda: self.jira.groups_like(name))
            case "role":
                return _asked(self._roles, reference.within, lambda: self.jira.roles_of(reference.within))
            case "page":
                return self._page(reference.within, name)
            case "space":
                return self.spaces
            case "project":
                return self.projects
        by_kind = {
            "status": self.names.statuses,
            "type": self.names.types,
            "priority": self.names.priorities,
            "resolution": self.names.resolutions,
            "link": self.names.links,
        }
        return by_kind[reference.kind]

    def _page(self, space: str, title: str) -> Sequence[str] | None:
        """Nothing to complain about in a space that is not there: the space was complained about."""
        if space.casefold() not in {one.casefold() for one in self.spaces}:
            return None
        return () if self.confluence.page_by_title(space, title) is None else None


def _asked(held: dict[str, tuple[str, ...]], key: str, ask: Callable[[], tuple[str, ...]]) -> tuple[str, ...]:
    if key not in held:
        held[key] = ask()
    return held[key]
