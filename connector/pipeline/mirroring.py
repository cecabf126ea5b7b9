"""Bringing a batch of events into the mirror."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from connector.core.events import EntityGone, EntitySeen, Event, IssueGone, IssueSeen
from connector.core.facts import categories_in, facts_of
from connector.core.fields import instant_of
from connector.core.issue import Change, Issue
from connector.core.mirror import in_project, merge_entity, merge_issue
from connector.core.project import Entity
from connector.store import changes as histories
from connector.store import entities, issues, statuses
from connector.store.issues import Stored

LATELY = timedelta(days=1)
"""An event whose webhook has not come for so long has none."""
_TALK = frozenset({"comment", "worklog"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Mirrored:
    """What one letter's events did to the mirror.

    `changes` are the new changes by issue id; `issues` those touched as they stood after this letter, whatever later
    letters of the batch did to them; `is_changed` whether anything is new;
    `projects` and `spaces` the keys of those that the events were about; `news` names by issue id what happened within
    the last day (see `unjudged`).
    """

    events: tuple[Event, ...]
    issues: Mapping[str, Issue]
    changes: dict[str, tuple[Change, ...]]
    projects: frozenset[str]
    spaces: frozenset[str]
    is_changed: bool
    news: dict[str, frozenset[str]] = field(default_factory=dict)


@dataclass(slots=True)
class Slice:
    """The part of one site's mirror that a batch touches, as it stands after each event."""

    site: str
    issues: dict[str, Stored]
    entities: dict[tuple[str, str], Entity]
    categories: dict[str, str]
    learned: dict[str, str] = field(default_factory=dict)
    new_changes: defaultdict[str, list[Change]] = field(default_factory=lambda: defaultdict(list))
    touched_issues: set[str] = field(default_factory=set)
    states: list[Entity] = field(default_factory=list)

    def issue(self, name: str) -> Issue | None:
        """An issue of this slice by id."""
        found = self.issues.get(name)
        return found.issue if found else None


def load_slice(conn: Connection, site: str, events: Iterable[Event]) -> Slice:
    """What the events touch: their issues with histories, the issues that entities belong to, the entities."""
    ids, names = set[str](), set[tuple[str, str]]()
    for event in events:
        ids.update(_issue_ids(event))
        if isinstance(event, EntitySeen | EntityGone):
            names.add((event.kind, event.id))
    properties = {(one.kind, one.id): one for one in entities.of_parents(conn, site, ids, ["property"])}
    return Slice(
        site=site,
        issues=issues.load(conn, site, ids, with_changes=True),
        entities={**properties, **entities.load(conn, site, names)},
        categories=statuses.categories(conn, site),
    )


def apply_letter(piece: Slice, events: tuple[Event, ...]) -> Mirrored:
    """Merge one letter's events into the slice, in their order."""
    is_changed = False
    touched, projects, spaces = dict[str, None](), set[str](), set[str]()
    new: dict[str, tuple[Change, ...]] = {}
    news: defaultdict[str, set[str]] = defaultdict(set)
    for event in events:
        match event:
            case IssueSeen() | IssueGone():
                before = piece.issue(event.issue_id)
                fresh, has_news = _merge_issue(piece, event)
                if fresh:
                    new[event.issue_id] = (*new.get(event.issue_id, ()), *fresh)
                is_changed |= has_news
                touched[event.issue_id] = None
                news[event.issue_id] |= _news_of(event, before, fresh)
                after = piece.issues[event.issue_id].issue
                projects.update(one.project_key for one in (before, after) if one is not None)
            case EntitySeen() | EntityGone():
                is_new = _merge_entity(piece, event)
                is_changed |= is_new
                if is_new and event.parent and event.kind in _TALK and _is_lately(_at(piece, event), event):
                    news[event.parent].add(f"{event.kind} {event.id}")
                touched.update(dict.fromkeys(_issue_ids(event)))
                (spaces if event.kind.startswith("page") else projects).update(_owners_of(piece, event))
            case _:
                # A new day is news: what is overdue is so from today on.
                is_changed = True
                projects.add(event.project)
    return Mirrored(
        events=events,
        issues={one: piece.issues[one].issue for one in touched if one in piece.issues},
        changes=new,
        projects=frozenset(projects - {""}),
        spaces=frozenset(spaces - {""}),
        is_changed=is_changed,
        news={issue_id: frozenset(names) for issue_id, names in news.items() if names},
    )


def save_slice(conn: Connection, piece: Slice) -> None:
    """Write the slice back, with facts brought up to date from the histories."""
    late = statuses.learn(conn, piece.site, piece.learned)
    piece.categories.update(piece.learned)
    if late:
        _load_affected(conn, piece, late)
    histories.add(conn, piece.site, piece.new_changes)
    for issue_id in piece.touched_issues:
        stored = piece.issues[issue_id]
        facts = facts_of(stored.issue, piece.categories)
        properties = _properties_of(piece, issue_id)
        piece.issues[issue_id] = replace(stored, issue=replace(stored.issue, facts=facts, properties=properties))
    issues.save(conn, [(one.issue, one.stamp) for one in (piece.issues[key] for key in sorted(piece.touched_issues))])
    entities.save(conn, list({(one.kind, one.id): one for one in piece.states}.values()))
    entities.add_versions(conn, piece.states)


def _load_affected(conn: Connection, piece: Slice, status_ids: set[str]) -> None:
    """A status's category became known: the facts of issues that passed through it are worked out again."""
    affected = issues.issues_with_status(conn, piece.site, status_ids) - set(piece.issues)
    piece.issues.update(issues.load(conn, piece.site, affected, with_changes=True))
    piece.touched_issues.update(affected & set(piece.issues))
    passed = {
        key
        for key, stored in piece.issues.items()
        if any(change.field_id == "status" and change.after_id in status_ids for change in stored.issue.changes)
    }
    piece.touched_issues.update(passed)


def _merge_issue(piece: Slice, event: IssueSeen | IssueGone) -> tuple[tuple[Change, ...], bool]:
    if isinstance(event, IssueSeen):
        # From the event, not from the merged issue: a trimmed copy that loses still tells what its status means.
        piece.learned.update(categories_in(event.fields))
    stored = piece.issues.get(event.issue_id)
    merged = merge_issue(stored.issue if stored else None, stored.stamp if stored else "", event)
    piece.issues[event.issue_id] = Stored(issue=merged.issue, stamp=merged.stamp)
    piece.touched_issues.add(event.issue_id)
    piece.new_changes[event.issue_id].extend(merged.new_changes)
    return merged.new_changes, merged.is_changed


def _merge_entity(piece: Slice, event: EntitySeen | EntityGone) -> bool:
    name = (event.kind, event.id)
    known = piece.entities.get(name)
    merged = merge_entity(known, event)
    parent = piece.issue(merged.parent) if merged.parent else None
    if parent is not None:
        merged = in_project(merged, parent.project_key)
    piece.entities[name] = merged
    if merged == known:
        return False
    piece.states.append(merged)
    if event.kind == "property" and merged.parent in piece.issues:
        piece.touched_issues.add(str(merged.parent))
    return True


def _news_of(event: IssueSeen | IssueGone, before: Issue | None, fresh: tuple[Change, ...]) -> set[str]:
    """What happened lately to the issue that was not known."""
    names = {f"history {one.history_id}" for one in fresh if _is_lately(one.at, event)}
    created = instant_of(event.fields.get("created")) if isinstance(event, IssueSeen) and before is None else None
    return names | {"issue"} if created is not None and _is_lately(created, event) else names


def _at(piece: Slice, event: EntitySeen | EntityGone) -> datetime:
    return piece.entities[event.kind, event.id].at


def _is_lately(at: datetime, event: Event) -> bool:
    return at >= event.origin.at - LATELY


def _properties_of(piece: Slice, issue_id: str) -> dict[str, object]:
    """An issue carries its entity properties, so that a selector can look at them."""
    return {
        one.id.partition(":")[2]: one.data.get("value")
        for one in sorted(piece.entities.values(), key=lambda one: one.id)
        if one.kind == "property" and one.parent == issue_id and not one.is_gone
    }


def _issue_ids(event: Event) -> list[str]:
    """Ids of the issues that an event is about."""
    if isinstance(event, IssueSeen | IssueGone):
        return [event.issue_id]
    if isinstance(event, EntitySeen | EntityGone) and not event.kind.startswith("page"):
        ends = [] if isinstance(event, EntityGone) else [event.data.get("source"), event.data.get("target")]
        found = [event.parent, *ends] if event.kind == "link" else [event.parent]
        return [str(one) for one in found if isinstance(one, str | int)]
    return []


def _owners_of(piece: Slice, event: EntitySeen | EntityGone) -> set[str]:
    """Keys of the projects, or of the spaces for what is of a page, that an entity belongs to."""
    owners: Sequence[Issue | None] = [piece.issue(one) for one in _issue_ids(event)]
    known = piece.entities.get((event.kind, event.id))
    return {one.project_key for one in owners if one is not None} | {
        key for key in (event.project, known.project if known else None) if key
    }
