"""A mirror in memory, kept by the same rules as the stored one, for tests of what events do to it."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from connector.core.events import EntityGone, EntitySeen, Event, IssueGone, IssueSeen
from connector.core.facts import categories_in, facts_of
from connector.core.issue import Issue
from connector.core.mirror import Merged, in_project, merge_entity, merge_issue
from connector.core.project import Entity
from connector.normalise.letter import Letter, Source
from connector.normalise.read import normalise

PAYLOADS = Path(__file__).parent / "payloads"
ARRIVED = datetime(2026, 2, 1, tzinfo=UTC)


def names(source: str) -> list[str]:
    return sorted(one.stem for one in (PAYLOADS / source).glob("*.json"))


def body_of(source: str, name: str) -> bytes:
    return (PAYLOADS / source / f"{name}.json").read_bytes()


def events_of(source: Source, name: str, hint: str | None = None) -> tuple[Event, ...]:
    return normalise(Letter(site="main", source=source, name=hint, body=body_of(source, name), received_at=ARRIVED))


@dataclass
class Mirror:
    issues: dict[str, tuple[Issue, str]] = field(default_factory=dict)
    entities: dict[tuple[str, str], Entity] = field(default_factory=dict)
    categories: dict[str, str] = field(default_factory=dict)
    merges: list[Merged] = field(default_factory=list)

    def take(self, events: Iterable[Event]) -> "Mirror":
        for event in events:
            match event:
                case IssueSeen() | IssueGone():
                    self._take_issue(event)
                case EntitySeen() | EntityGone():
                    known = self.entities.get((event.kind, event.id))
                    self.entities[event.kind, event.id] = merge_entity(known, event)
        return self

    def _take_issue(self, event: IssueSeen | IssueGone) -> None:
        known, stamp = self.issues.get(event.issue_id, (None, ""))
        merged = merge_issue(known, stamp, event)
        self.issues[event.issue_id] = (merged.issue, merged.stamp)
        if isinstance(event, IssueSeen):
            # From the event and not from the merged issue: a trimmed body may name a status that loses there.
            self.categories.update(categories_in(event.fields))
        self.merges.append(merged)

    def issue(self, issue_id: str) -> Issue:
        issue, _ = self.issues[issue_id]
        return replace(issue, facts=facts_of(issue, self.categories))

    def entity(self, kind: str, entity_id: str) -> Entity:
        return self.entities[kind, entity_id]

    def picture(self) -> dict[str, object]:
        """All there is, with facts, and with every child in the project of its issue or page."""
        issues = {one: (self.issue(one), stamp) for one, (_, stamp) in self.issues.items()}
        return {"issues": issues, "entities": {key: self._placed(one) for key, one in self.entities.items()}}

    def _placed(self, entity: Entity) -> Entity:
        if entity.parent in self.issues:
            return in_project(entity, self.issue(entity.parent).project_key)
        page = self.entities.get(("page", entity.parent or ""))
        return in_project(entity, page.project) if page is not None and page.project else entity


def mirror_after(source: Source, *payloads: str, hint: str | None = None) -> Mirror:
    mirror = Mirror()
    for name in payloads:
        mirror.take(events_of(source, name, hint))
    return mirror
