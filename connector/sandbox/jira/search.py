"""Finds issues by JQL, with the connector's own JQL room over the sandbox's index."""

import re
from zoneinfo import ZoneInfo

from connector.core.fields import Field, FieldCatalog, Reach
from connector.core.issue import Issue
from connector.jql.compile import Scope, compile_jql
from connector.jql.errors import JqlError
from connector.sandbox.jira.issue_shape import mirror_of
from connector.sandbox.jira.named import unknown_in
from connector.sandbox.jira.rows import FieldRow, IssueRow
from connector.sandbox.jira.search_index import indexed
from connector.sandbox.refusal import Refusal, jira_refusal
from connector.sandbox.users import Person
from connector.sandbox.world import World

UNBOUNDED = "Unbounded JQL queries are not allowed here. Please add a search restriction to your query."
REMOVED = (
    "The requested API has been removed. Please migrate to the /rest/api/3/search/jql API. A full migration "
    "guideline is available at https://developer.atlassian.com/changelog/#CHANGE-2046"
)


def find_issues(
    world: World,
    jql: str,
    person: Person,
    *,
    must_be_bounded: bool = False,
    is_validated: bool = True,
    reconciled: frozenset[str] = frozenset(),
) -> list[IssueRow]:
    """The issues that match, in the order the query asks for; newest first when it asks for none.

    Raises Jira's 400 for a query that cannot be read, that names no restriction where one is needed or, unless it is
    not to be validated, that names what the site does not have.
    """
    try:
        selector = compile_jql(jql, catalog_of(world))
    except JqlError as error:
        raise _refused(world, f"Error in the JQL Query: {error}") from error
    if must_be_bounded and not selector.is_bounded:
        raise jira_refusal(400, UNBOUNDED)
    if is_validated and (errors := unknown_in(world, jql, catalog_of(world)).errors):
        raise _refused(world, *errors)
    found = selector.select(indexed(world, reconciled=reconciled), scope_of(world, person))
    if not re.search(r"\border\s+by\b", jql, re.IGNORECASE):
        found = sorted(found, key=_newest_first)
    rows = (world.jira.issues.get(one.id) for one in found)
    return [one for one in rows if one is not None]


def warnings_of(world: World, jql: str) -> list[str]:
    """What Data Center says beside the results of a query: the people it names who are not there."""
    return list(unknown_in(world, jql, catalog_of(world)).warnings)


def _refused(world: World, *messages: str) -> Refusal:
    """Jira's 400 for a query; Data Center has warnings where others have errors by field."""
    if world.is_cloud:
        return jira_refusal(400, *messages)
    return Refusal(400, {"errorMessages": list(messages), "warningMessages": []})


def _newest_first(issue: Issue) -> tuple[str, int]:
    return issue.project_key, -int(issue.key.rpartition("-")[2])


def scope_of(world: World, person: Person) -> Scope:
    """Who asks, when, and how linked issues are found."""

    def by_key(key: str) -> Issue | None:
        row = world.jira.issue(key)
        return mirror_of(world, row) if row else None

    zone = ZoneInfo(person.time_zone)
    return Scope(now=world.clock.now(), timezone=zone, user=person.id if world.is_cloud else person.name, issue=by_key)


def catalog_of(world: World) -> FieldCatalog:
    """The site's fields as JQL knows them; the same object until a field is added."""
    kept = world.jira.catalog
    if kept is None or kept[0] != len(world.jira.fields):
        fields = [_field(one) for one in world.jira.fields.values()]
        # There are no groups here, and scope_of does not look up who leads what.
        reach = Reach(groups=frozenset(), has_leads=False, has_component_leads=False)
        kept = (len(world.jira.fields), FieldCatalog(fields, reach=reach))
        world.jira.catalog = kept
    return kept[1]


def _field(row: FieldRow) -> Field:
    aliases: tuple[str, ...] = ()
    if row.is_custom:
        aliases = (f"cf[{row.id.removeprefix('customfield_')}]",)
    return Field(id=row.id, name=row.name, kind=row.type, items=row.items, aliases=aliases)
