"""Making projects, versions and components."""

import re

from connector.sandbox.jira.edit import Draft
from connector.sandbox.jira.events import tell_project, tell_version
from connector.sandbox.jira.rows import Component, IssueRow, Project, Version
from connector.sandbox.jira.sprints import create_board
from connector.sandbox.jira.template import TYPES
from connector.sandbox.jira.template_fields import screen_of
from connector.sandbox.refusal import field_refusal
from connector.sandbox.users import Person
from connector.sandbox.world import World


def create_project(world: World, *, key: str, name: str, lead: Person, actor: Person) -> Project:
    """A project from the template, with a board and a Confluence space of the same key."""
    errors = {}
    if not re.fullmatch(r"[A-Z][A-Z0-9_]{1,9}", key):
        errors["projectKey"] = (
            "Project keys must start with an uppercase letter, followed by one or more uppercase alphanumeric "
            "characters."
        )
    elif world.jira.project(key) is not None:
        errors["projectKey"] = f"Project '{key}' uses this project key."
    if not name.strip() or len(name) > 80:
        errors["projectName"] = "You must specify a valid project name."
    elif any(one.name.casefold() == name.casefold() for one in world.jira.projects.values()):
        errors["projectName"] = "A project with that name already exists."
    if errors:
        raise field_refusal(errors)
    types = {word: world.jira.own("types", number) for number, word, _, _ in TYPES}
    project = Project(
        id=str(world.next_id("project")),
        key=key,
        name=name,
        lead=lead.id,
        workflows={types[word]: workflow for _, word, _, workflow in TYPES},
        screens={types[word]: screen_of(word, is_cloud=world.is_cloud) for _, word, _, _ in TYPES},
    )
    world.jira.projects[project.id] = project
    create_board(world, project, f"{key} {world.words('board')}")
    world.confluence.create_space(key, name, actor)
    tell_project(world, "project_created", project)
    return project


def create_version(world: World, project: Project, row: Version) -> Version:
    """A version of a project. Raises Jira's 400 when the name is taken."""
    check_version_name(world, project, row.name)
    world.jira.versions[row.id] = row
    project.versions.append(row.id)
    tell_version(world, "version_created", row)
    return row


def check_version_name(world: World, project: Project, name: str, *, but: str | None = None) -> None:
    """Refuse an empty name and one that the project has already."""
    if not name.strip():
        raise field_refusal({"name": "You must specify a valid version name"})
    if len(name) > 255:
        raise field_refusal({"name": "The version name exceeds the maximum length of 255 characters."})
    taken = {world.jira.versions[one].name.casefold() for one in project.versions if one != but}
    if name.casefold() in taken:
        raise field_refusal({"name": "A version with this name already exists in this project."})


def release(world: World, version: Version, released: bool) -> None:
    """Release a version, or take the release back; today's date where it has none."""
    version.released = released
    if released and version.release_date is None:
        version.release_date = world.clock.now().astimezone(world.timezone).date().isoformat()
    forget_version(world, version)
    tell_version(world, "version_released" if released else "version_unreleased", version)


def delete_version(
    world: World, version: Version, actor: Person, *, fix_to: Version | None, affects_to: Version | None
) -> None:
    """Delete a version; issues that name it get the other one, or none."""
    for issue in [one for one in world.jira.issues.values() if one.project == version.project]:
        _swap(world, issue, "fixVersions", version, fix_to, actor)
        _swap(world, issue, "versions", version, affects_to, actor)
    world.jira.projects[version.project].versions.remove(version.id)
    tell_version(world, "version_deleted", version, merged_to=fix_to)
    del world.jira.versions[version.id]


def forget_version(world: World, version: Version) -> None:
    """A version changed: the issues that show it are out of date."""
    for issue in world.jira.issues.values():
        if version.id in issue.many("fixVersions") or version.id in issue.many("versions"):
            world.jira.forget_shape(issue.id)


def _swap(world: World, issue: IssueRow, name: str, old: Version, new: Version | None, actor: Person) -> None:
    named = issue.many(name)
    if old.id not in named:
        return
    kept = [one for one in named if one != old.id]
    if new is not None and new.id not in kept:
        kept.append(new.id)
    draft = Draft(world, issue, actor)
    draft.set(name, kept)
    draft.commit()


def create_component(
    world: World, project: Project, name: str, *, description: str = "", lead: str | None = None
) -> Component:
    """A component of a project. Raises Jira's 400 when the name is taken."""
    if not name.strip():
        raise field_refusal({"name": "The component name specified is invalid - cannot be an empty string."})
    taken = {world.jira.components[one].name.casefold() for one in project.components}
    if name.casefold() in taken:
        raise field_refusal({"name": f"A component with the name {name} already exists in this project."})
    row = Component(
        id=str(world.next_id("component")), project=project.id, name=name, description=description, lead=lead
    )
    world.jira.components[row.id] = row
    project.components.append(row.id)
    return row
