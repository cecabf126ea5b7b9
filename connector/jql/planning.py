"""Functions about issue types, sprints and versions."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from connector.core.issue import Issue
from connector.jql.faces import sprint_of
from connector.jql.plan import CallTest, Make
from connector.jql.scope import Scope

Version = Mapping[str, object]
VersionId = Callable[[Scope], str | None]


def subtask_types(wanted: bool) -> Make:
    """Types that are sub-task types, or those that are not. Source: JQL functions, "standardIssueTypes()"."""

    def test(value: object, _: Issue) -> bool:
        if not isinstance(value, Mapping):
            return False
        is_subtask = value.get("subtask")
        if not isinstance(is_subtask, bool):
            is_subtask = value.get("hierarchyLevel") == -1
        return is_subtask is wanted

    return lambda _: lambda _: test


def sprints_that_are(state: str) -> Make:
    """Sprints in a state. The scope's sprints are newer than what stands in the issue.

    Source: JQL functions, "openSprints()", "closedSprints()", "futureSprints()".
    """

    def bind(scope: Scope) -> CallTest:
        def test(value: object, _: Issue) -> bool:
            sprint = sprint_of(value)
            now = scope.sprints.get(str(sprint.get("id")), sprint).get("state")
            return isinstance(now, str) and now.casefold() == state

        return test

    return lambda _: bind


def released(projects: tuple[str, ...]) -> Callable[[Scope], CallTest]:
    """Released versions, of these projects if any are named. Source: JQL functions, "releasedVersions()"."""
    return _versions(projects, wanted=True)


def unreleased(projects: tuple[str, ...]) -> Callable[[Scope], CallTest]:
    """Versions that are not released, of these projects if any are named.

    Source: JQL functions, "unreleasedVersions()".
    """
    return _versions(projects, wanted=False)


def _versions(projects: tuple[str, ...], wanted: bool) -> Callable[[Scope], CallTest]:
    named = {one.casefold() for one in projects}

    def bind(scope: Scope) -> CallTest:
        newest = {str(one.get("id")): one for listed in scope.versions.values() for one in listed}

        def test(value: object, issue: Issue) -> bool:
            if not isinstance(value, Mapping) or (named and not named & _names_of(issue)):
                return False
            return (newest.get(str(value.get("id")), value).get("released") is True) is wanted

        return test

    return bind


def _names_of(issue: Issue) -> set[str]:
    project = issue.fields.get("project")
    faces = [project.get(key) for key in ("key", "name", "id")] if isinstance(project, Mapping) else []
    return {str(one).casefold() for one in (*faces, issue.project_key) if one is not None}


def latest_released(projects: tuple[str, ...]) -> Callable[[Scope], CallTest]:
    """The last version of a project, in the project's order, that is released and not archived.

    Source: JQL functions, "latestReleasedVersion()".
    """
    return _is_version(latest_released_id(projects))


def earliest_unreleased(projects: tuple[str, ...]) -> Callable[[Scope], CallTest]:
    """The first version of a project, in the project's order, that is neither released nor archived.

    Source: JQL functions, "earliestUnreleasedVersion()".
    """
    return _is_version(earliest_unreleased_id(projects))


def latest_released_id(projects: tuple[str, ...]) -> VersionId:
    """Gives the id of the version that latestReleasedVersion(project) stands for."""
    return _one_version(projects[0], wanted=True, last=True)


def earliest_unreleased_id(projects: tuple[str, ...]) -> VersionId:
    """Gives the id of the version that earliestUnreleasedVersion(project) stands for."""
    return _one_version(projects[0], wanted=False, last=False)


def _is_version(version_id: VersionId) -> Callable[[Scope], CallTest]:
    def bind(scope: Scope) -> CallTest:
        chosen = version_id(scope)
        return lambda value, _: chosen is not None and isinstance(value, Mapping) and str(value.get("id")) == chosen

    return bind


def _one_version(project: str, wanted: bool, last: bool) -> VersionId:
    def choose(scope: Scope) -> str | None:
        listed = next((some for key, some in scope.versions.items() if key.casefold() == project.casefold()), ())
        fitting = [str(one.get("id")) for one in _open(listed) if (one.get("released") is True) is wanted]
        return fitting[-1 if last else 0] if fitting else None

    return choose


def _open(versions: Sequence[Version]) -> Iterable[Version]:
    return (one for one in versions if one.get("archived") is not True)
