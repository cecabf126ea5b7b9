"""The products' names for what happens, and ours."""

from collections.abc import Mapping


def _family(kind: str, raw: str, *verbs: str) -> dict[str, str]:
    return {f"{raw}_{verb}": f"{kind}.{verb}" for verb in verbs}


JIRA_NAMES: Mapping[str, str] = {
    **_family("issue", "jira:issue", "created", "updated", "deleted"),
    "jira:worklog_updated": "issue.updated",
    **_family("comment", "comment", "created", "updated", "deleted"),
    **_family("worklog", "worklog", "created", "updated", "deleted"),
    **_family("link", "issuelink", "created", "deleted"),
    **_family("sprint", "sprint", "created", "updated", "started", "closed", "deleted"),
    **_family("version", "jira:version", "created", "updated", "released", "unreleased", "moved", "deleted"),
    "jira:version_merged": "version.deleted",
    **_family("project", "project", "created", "updated", "deleted", "archived"),
    "project_soft_deleted": "project.deleted",
    "project_restored_deleted": "project.restored",
    "project_restored_archived": "project.restored",
    **_family("attachment", "attachment", "created", "deleted"),
    **_family("property", "issue_property", "set", "deleted"),
}

CONFLUENCE_NAMES: Mapping[str, str] = {
    **_family("page", "page", "created", "updated", "moved", "removed", "restored", "trashed"),
    "page_initialized": "page.created",
    **dict.fromkeys(
        ("page_published", "page_snapshotted", "page_started", "page_archived", "page_unarchived"), "page.updated"
    ),
    "page_copied": "page.created",
    "page_deleted": "page.removed",
    "label_added": "page.labelled",
    "label_removed": "page.unlabelled",
    "comment_created": "page.commented",
    "comment_updated": "page.comment_updated",
    "comment_removed": "page.comment_removed",
    **{
        f"attachment_{verb}": f"page.attachment_{verb}"
        for verb in ("created", "updated", "removed", "restored", "trashed")
    },
}

UNNAMED_PAGE = "page.seen"
"""A page body whose event nobody names."""

CLOCK_NAMES = frozenset(
    {"day.began", "week.began", "week.worked", "schedule", "timer.due", "review.due", "project.resumed"}
)

_JIRA_LEFT: Mapping[str, str] = {
    "filter_": "saved filters are not mirrored",
    "user_": "people are not mirrored: an issue names them",
    "option_": "site-wide options do not concern a project's state",
    "board_": "boards are not mirrored: their sprints are",
    "issuetype_": "issue types are read from the issues",
    "jira_expression_": "the site reports a failed app expression, not a change",
    "app_access_": "the site reports an app's access, not a change",
    "project_role": "roles are not mirrored",
}

_CONFLUENCE_LEFT: Mapping[str, str] = {
    "blog": "blog posts are not mirrored",
    "content_": "the event of the page itself tells the same",
    "space_": "spaces are not mirrored: their pages are",
    "page_children_reordered": "the order of pages does not matter here",
    "page_permissions_updated": "restrictions are not mirrored",
    "page_viewed": "nothing changed",
    "page_liked": "nothing changed",
    "label_created": "a label counts once a page carries it",
    "label_deleted": "a label counts while a page carries it",
    "user_": "people are not mirrored",
    "group_": "groups are not mirrored",
    "blueprint_page_created": "page_created tells the same",
    "theme_": "the look of the site does not matter here",
    "task_": "the tasks of a page are read with the page",
}


def canonical(source: str, name: str) -> str | None:
    """Our name for an event called `name` by the product or, already, by us."""
    table = JIRA_NAMES if source == "jira" else CONFLUENCE_NAMES
    lowered = name.strip().lower()
    is_ours = lowered in table.values() or lowered == UNNAMED_PAGE
    return table.get(lowered) or (lowered if is_ours else None)


def reason_left(source: str, name: str) -> str | None:
    """Why the connector leaves an event of this name alone, or None where it has never heard of it."""
    table = _JIRA_LEFT if source == "jira" else _CONFLUENCE_LEFT
    lowered = name.strip().lower()
    for prefix, reason in table.items():
        if lowered.startswith(prefix):
            return reason
    return None
