"""What the REST API answers, as events: for backfill, bulk reads and the sweep."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from connector.core.events import EntityGone, EntitySeen, Event, Origin
from connector.normalise.jira_issue import around, hanging_on, histories_in, issue_seen
from connector.normalise.reading import Part, without_empty
from connector.normalise.storage import outline

_STANDING = frozenset({"current", "draft"})


def rest_issue(
    site: str, raw: Mapping[str, object], at: datetime, *, is_live: bool = False, is_trimmed: bool = False
) -> tuple[Event, ...]:
    """An issue read through REST (v2 or v3 shape), its own sighting first.

    raw: the issue with all its fields and, under changelog.histories, its whole history. at: when it was read.
    is_trimmed: only some of the fields were asked for. Raises Unreadable without id or key.
    """
    origin = Origin(site=site, name="issue.seen", at=at, is_live=is_live)
    issue = Part(raw, "issue")
    changes = histories_in(issue.at("changelog"), at)
    seen = replace(issue_seen(issue, origin, changes), is_trimmed=is_trimmed)
    return (seen, *hanging_on(issue, origin), *around(issue, origin))


def rest_page(
    site: str,
    raw: Mapping[str, object],
    at: datetime,
    *,
    space: str | None = None,
    labels: Sequence[str] | None = None,
    is_live: bool = False,
) -> tuple[Event, ...]:
    """A page read through REST (Cloud v2, Cloud v1 or Data Center), with what its body holds.

    space, labels: for Cloud v2, whose pages name neither the space's key nor, unless asked, the labels.
    A page in the trash gives a removal besides. Raises Unreadable without an id.
    """
    page = Part(raw, "page")
    status = page.at("status").text() or "current"
    origin = Origin(site=site, name="page.seen", at=at, is_live=is_live)
    seen = _page(page, origin, space or page.at("space", "key").text(), _labels(page, labels), status)
    if status in _STANDING or status == "archived":
        return (seen,)
    gone = EntityGone(
        origin=replace(origin, name="page.trashed"),
        kind="page",
        id=seen.id,
        project=seen.project,
        revision=seen.revision,
        is_final=False,
    )
    return (seen, gone)


def _page(page: Part, origin: Origin, space: str | None, labels: Sequence[str], status: str) -> EntitySeen:
    revision = page.at("version", "number").number()
    changed = page.at("version", "createdAt").moment() or page.at("version", "when").moment()
    body = page.at("body", "storage", "value").text()
    data = {
        "title": page.at("title").text(),
        "space": space,
        "version": revision,
        "status": status,
        "labels": sorted(set(labels)),
        "parent": _parent(page),
        **(outline(body) if body is not None else {}),
    }
    return EntitySeen(
        origin=origin,
        kind="page",
        id=page.at("id").id(),
        data=without_empty(data),
        project=space,
        revision=revision,
        updated=changed,
        is_trimmed=body is None,
    )


def _labels(page: Part, labels: Sequence[str] | None) -> Sequence[str]:
    if labels is not None:
        return labels
    found = page.at("labels", "results").items or page.at("metadata", "labels", "results").items
    return [name for one in found if (name := one.at("name").text())]


def _parent(page: Part) -> str | None:
    ancestors = page.at("ancestors").items
    return page.at("parentId").maybe_id() or (ancestors[-1].at("id").maybe_id() if ancestors else None)
