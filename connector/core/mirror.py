"""The mirror's rule for time: whatever order events arrive in, and however often, the same state results.

A state wins over another by its stamp, never by when it arrived. A full state always beats a trimmed one. What is
removed for good stays removed; a page or a version may come back, so there the later moment decides.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import blake2b

import orjson

from connector.core.events import EntityGone, EntitySeen, IssueGone, IssueSeen
from connector.core.fields import instant_of, name_of
from connector.core.issue import Change, Issue
from connector.core.project import Entity

FINAL_KINDS = frozenset({"comment", "worklog", "link", "attachment", "page_comment"})
"""Kinds whose ids never come back once they were removed."""
_UNCHANGING = frozenset({"link", "attachment"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """An issue after an event. `new_changes` are those not known before, or known with a later moment than now.

    `wants_read` says that the issue should be read from Jira, see needs_read.
    """

    issue: Issue
    stamp: str
    is_changed: bool
    new_changes: tuple[Change, ...] = ()
    wants_read: bool = False


def stamp(at: datetime, *, tie: str, revision: int = 0, is_trimmed: bool = False) -> str:
    """A text that sorts states of one thing: full before trimmed, then revision, then moment, then `tie`."""
    moment = at.astimezone(UTC).isoformat(timespec="microseconds")
    return f"{0 if is_trimmed else 1}/{revision:010d}/{moment}/{tie}"


def merge_issue(known: Issue | None, known_stamp: str, seen: IssueSeen | IssueGone) -> Merged:
    """The issue after this event. `known` carries its changes, `known_stamp` is the stamp of the last merge."""
    if isinstance(seen, IssueGone):
        kept = known or Issue(site=seen.origin.site, id=seen.issue_id, key=seen.key, is_trimmed=True)
        return Merged(issue=replace(kept, is_gone=True), stamp=known_stamp, is_changed=not kept.is_gone)
    before = known or Issue(site=seen.origin.site, id=seen.issue_id, key=seen.key, is_trimmed=True)
    changes, new = _join_changes(before.changes, seen.changes)
    seen_stamp = _issue_stamp(seen)
    content = _content(before, seen) if seen_stamp > known_stamp else before
    issue = replace(content, changes=changes) if new else content
    return Merged(
        issue=issue,
        stamp=max(seen_stamp, known_stamp),
        is_changed=known is None or bool(new) or _has_new_fields(known, issue),
        new_changes=new,
        wants_read=needs_read(known, seen),
    )


def needs_read(known: Issue | None, seen: IssueSeen) -> bool:
    """Whether this sighting leaves the mirror with less than Jira has.

    So it is with a trimmed body that tells of something new, and with an update of an issue that was never seen whole:
    its earlier history is not in the body, and facts drawn from half a history would be wrong.
    """
    if known is not None and known.is_gone:
        return False
    if known is None or known.updated is None:
        return seen.is_trimmed or seen.origin.name == "issue.updated"
    return seen.is_trimmed and _tells_more(known, known.updated, seen)


def merge_entity(known: Entity | None, seen: EntitySeen | EntityGone) -> Entity:
    """The entity after this event."""
    if isinstance(seen, EntityGone):
        return _gone(known, seen)
    return _seen(known, _fresh(seen)) if known else _fresh(seen)


def in_project(entity: Entity, project: str) -> Entity:
    """The entity under this project: what belongs to an issue or page is where its issue or page is now."""
    return entity if entity.project == project else replace(entity, project=project)


def digest(data: Mapping[str, object]) -> str:
    """A short hash of JSON data, the same whatever the order of its keys."""
    return blake2b(orjson.dumps(data, option=orjson.OPT_SORT_KEYS, default=_plain), digest_size=12).hexdigest()


def _plain(value: object) -> object:
    return dict(value) if isinstance(value, Mapping) else str(value)


def _issue_stamp(seen: IssueSeen) -> str:
    at = instant_of(seen.fields.get("updated")) or seen.origin.at
    later = seen.origin.at.astimezone(UTC).isoformat(timespec="microseconds")
    return stamp(at, tie=f"{later}/{digest(seen.fields)}", is_trimmed=seen.is_trimmed)


def _content(before: Issue, seen: IssueSeen) -> Issue:
    updated = None if seen.is_trimmed else instant_of(seen.fields.get("updated")) or seen.origin.at
    return replace(before, key=seen.key, fields=seen.fields, updated=updated, is_trimmed=seen.is_trimmed)


def _has_new_fields(known: Issue, issue: Issue) -> bool:
    return (known.key, known.is_trimmed, known.fields) != (issue.key, issue.is_trimmed, issue.fields)


def _join_changes(known: tuple[Change, ...], seen: Iterable[Change]) -> tuple[tuple[Change, ...], tuple[Change, ...]]:
    """All changes in the order they happened, and those that `known` did not hold in that form.

    A webhook tells the moment of a change a little later than the history does: the earliest report counts.
    """
    by_identity = {one.identity: one for one in known}
    new: dict[tuple[int, str, str, str, str, str], Change] = {}
    for change in seen:
        held = by_identity.get(change.identity)
        if held is None or _told(change) < _told(held):
            by_identity[change.identity] = new[change.identity] = change
    if not new:
        return known, ()
    return tuple(sorted(by_identity.values(), key=_happened)), tuple(sorted(new.values(), key=_happened))


def _told(change: Change) -> tuple[datetime, bool, str, str, str]:
    return (change.at, change.author is None, change.author or "", change.field, change.field_id)


def _happened(change: Change) -> tuple[datetime, tuple[int, str, str, str, str, str]]:
    return (change.at, change.identity)


def _tells_more(known: Issue, updated: datetime, seen: IssueSeen) -> bool:
    if seen.origin.at < updated:
        return False
    return any(_core_of(value) != _core_of(known.fields.get(name)) for name, value in seen.fields.items())


def _core_of(value: object) -> object:
    """What a field says, without the trimmings that differ between payloads (avatars, self links)."""
    if isinstance(value, Mapping):
        return value.get("id") or value.get("accountId") or name_of(value)
    if isinstance(value, list):
        return [_core_of(one) for one in value]
    return value or None


def _fresh(seen: EntitySeen) -> Entity:
    at = seen.updated or seen.origin.at
    return Entity(
        site=seen.origin.site,
        kind=seen.kind,
        id=seen.id,
        data=seen.data,
        project=seen.project,
        parent=seen.parent,
        at=at if seen.kind in FINAL_KINDS else seen.origin.at,
        stamp=stamp(at, tie=_tie(seen), revision=seen.revision, is_trimmed=seen.is_trimmed),
        revision=seen.revision,
        is_trimmed=seen.is_trimmed,
    )


def _tie(seen: EntitySeen) -> str:
    """What tells states of one revision and moment apart.

    Labels, a move or an archiving give a page no new version: of two looks at one version the later one counts.
    """
    if seen.kind != "page":
        return digest(seen.data)
    return f"{seen.origin.at.astimezone(UTC).isoformat(timespec='microseconds')}/{digest(seen.data)}"


def _seen(known: Entity, fresh: Entity) -> Entity:
    content, removal = _parts(known.stamp)
    is_newer = _wins(fresh.kind, fresh.stamp, content)
    winner, loser = (fresh, known) if is_newer else (known, fresh)
    at = winner.at if fresh.kind in FINAL_KINDS else max(known.at, fresh.at)
    return _settled(_placed(winner, loser), fresh.stamp if is_newer else content, removal, at)


def _gone(known: Entity | None, seen: EntityGone) -> Entity:
    at = seen.origin.at
    bare = Entity(
        site=seen.origin.site,
        kind=seen.kind,
        id=seen.id,
        project=seen.project,
        parent=seen.parent,
        at=at,
        is_trimmed=True,
    )
    content, removal = _parts(known.stamp) if known else ("", None)
    choose = min if seen.kind in FINAL_KINDS else max
    removed_at = at if removal is None else choose(removal, at)
    kept = _placed(known, bare) if known else bare
    return _settled(kept, content, removed_at, max(at, kept.at))


def _placed(winner: Entity, loser: Entity) -> Entity:
    return replace(winner, project=winner.project or loser.project, parent=winner.parent or loser.parent)


def _wins(kind: str, ours: str, theirs: str) -> bool:
    """Full beats trimmed; then the newest wins, but of what never changes the first sighting says when it began."""
    if ours[0] != theirs[:1]:
        return ours[0] > theirs[:1]
    return ours < theirs if kind in _UNCHANGING else ours > theirs


def _parts(text: str) -> tuple[str, datetime | None]:
    """The stamp of the content, and the moment of the last removal that is known of."""
    content, _, removal = text.partition("~")
    return content, datetime.fromisoformat(removal.partition(" ")[0]) if removal else None


def _settled(entity: Entity, content: str, removal: datetime | None, at: datetime) -> Entity:
    if removal is None:
        return replace(entity, stamp=content, at=at, is_gone=False)
    is_final = entity.kind in FINAL_KINDS
    is_gone = is_final or removal >= at
    moment = removal.astimezone(UTC).isoformat(timespec="microseconds")
    return replace(
        entity,
        stamp=f"{content}~{moment} {'gone' if is_gone else 'restored'}",
        at=removal if is_final else at,
        is_gone=is_gone,
    )
