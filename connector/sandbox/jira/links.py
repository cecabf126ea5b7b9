"""Links between issues, and from an issue to somewhere else."""

from connector.sandbox.jira.edit import Draft
from connector.sandbox.jira.events import tell_link
from connector.sandbox.jira.rows import Change, IssueRow, Link, LinkType, RemoteLink
from connector.sandbox.refusal import jira_refusal
from connector.sandbox.users import Person
from connector.sandbox.world import World


def find_link_type(world: World, given: object) -> LinkType:
    """The kind of link that `{"name"}` or `{"id"}` names. Raises Jira's 404."""
    named = given if isinstance(given, dict) else {}
    for one in world.jira.link_types.values():
        if one.id == named.get("id") or one.name.casefold() == str(named.get("name", "")).casefold():
            return one
    name = named.get("name", named.get("id"))
    raise jira_refusal(404, f"No issue link type with name '{name}' found.")


def link_issues(world: World, kind: LinkType, source: IssueRow, target: IssueRow, actor: Person) -> Link:
    """`source` <outward words> `target`. The same link again is the link that is there already."""
    if source.id == target.id:
        raise jira_refusal(400, "You cannot link an issue to itself.")
    for known in (world.jira.links[one] for one in source.links):
        if known.type == kind.id and (known.source, known.target) == (source.id, target.id):
            return known
    link = Link(id=str(world.next_id("link")), type=kind.id, source=source.id, target=target.id)
    drafts = (Draft(world, source, actor), Draft(world, target, actor))
    world.jira.links[link.id] = link
    for issue in (source, target):
        issue.links.append(link.id)
    drafts[0].note(_change(after=target.key, after_text=f"This issue {kind.outward} {target.key}"))
    drafts[1].note(_change(after=source.key, after_text=f"This issue {kind.inward} {source.key}"))
    for draft in drafts:
        draft.commit(tell=False)
    tell_link(world, "issuelink_created", link)
    return link


def unlink(world: World, link: Link, actor: Person) -> None:
    """Take a link away, with a note of it in both histories."""
    kind = world.jira.link_types[link.type]
    ends = ((link.source, link.target, kind.outward), (link.target, link.source, kind.inward))
    for mine, theirs, words in ends:
        issue, other = world.jira.issues.get(mine), world.jira.issues.get(theirs)
        if issue is None:
            continue
        key = other.key if other else str(world.jira.ghosts.get(theirs, {}).get("key", theirs))
        draft = Draft(world, issue, actor)
        draft.note(_change(before=key, before_text=f"This issue {words} {key}"))
        draft.commit(tell=False)
        issue.links.remove(link.id)
        world.jira.forget_shape(mine)
    del world.jira.links[link.id]
    tell_link(world, "issuelink_deleted", link)


def put_remote_link(world: World, issue: IssueRow, data: dict[str, object], actor: Person) -> tuple[RemoteLink, bool]:
    """Make a remote link, or replace the one of the same globalId. True when it is new."""
    global_id = data.get("globalId")
    for known in issue.remote_links:
        if global_id is not None and known.global_id == global_id:
            known.data = data
            return known, False
    link = RemoteLink(
        id=world.next_id("remote_link"), global_id=str(global_id) if global_id is not None else None, data=data
    )
    issue.remote_links.append(link)
    shown = data.get("object")
    title = str(shown.get("title")) if isinstance(shown, dict) else ""
    draft = Draft(world, issue, actor)
    draft.note(
        Change(
            field="RemoteIssueLink",
            field_id=None,
            fieldtype="jira",
            after=str(link.id),
            after_text=f'This issue links to "{title}"',
        )
    )
    draft.commit(tell=False)
    return link, True


def _change(
    *,
    before: str | None = None,
    before_text: str | None = None,
    after: str | None = None,
    after_text: str | None = None,
) -> Change:
    return Change(
        field="Link",
        field_id=None,
        fieldtype="jira",
        before=before,
        before_text=before_text,
        after=after,
        after_text=after_text,
    )
