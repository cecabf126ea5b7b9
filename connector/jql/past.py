"""An issue's history as states: which values a field had, from when to when, and who set them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from connector.core.fields import user_of
from connector.core.issue import Change, Issue
from connector.jql.fields import Target
from connector.jql.moments import instant
from connector.jql.predicates import elements

_BEFORE_ALL = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class State:
    """What a field held from `start` until `end`, None for what it still holds. `values` is empty for EMPTY."""

    start: datetime
    end: datetime | None
    by: str | None
    values: tuple[object, ...]


def changes_of(issue: Issue, target: Target) -> list[Change]:
    """The changes of one field, oldest first."""
    assert target.history is not None
    names = target.history.names
    return [one for one in issue.changes if one.field_id.casefold() in names or one.field.casefold() in names]


def before(change: Change) -> tuple[object, ...]:
    """What a change took away, in the shape of a field's values."""
    return _value(change.before_id, change.before)


def after(change: Change) -> tuple[object, ...]:
    """What a change put there, in the shape of a field's values."""
    return _value(change.after_id, change.after)


def _value(value_id: str | None, shown: str | None) -> tuple[object, ...]:
    if not value_id and not shown:
        return ()
    return ({"id": value_id, "accountId": value_id, "name": shown, "key": value_id, "displayName": shown},)


def states_of(issue: Issue, target: Target) -> list[State]:
    """All states of a field, oldest first.

    Source: JQL operators, "WAS": the value that a field has now counts as one that it had.
    """
    assert target.history is not None
    changes = changes_of(issue, target)
    now = tuple(elements(target.read(issue)))
    held = _held_by_list(changes, now) if target.history.is_list else _held(changes, now)
    starts = [instant(issue.fields.get("created")) or _BEFORE_ALL, *(one.at for one in changes)]
    authors = [user_of(issue.fields.get("creator")), *(one.author for one in changes)]
    found = [
        State(start, end, author, values)
        for start, end, author, values in zip(starts, [*starts[1:], None], authors, held, strict=True)
    ]
    # Versions taken out and put in by one edit leave no moment in which there were none.
    return [one for one in found if one.end is None or one.start < one.end or not target.history.is_list]


def _held(changes: Sequence[Change], now: tuple[object, ...]) -> list[tuple[object, ...]]:
    if not changes:
        return [now]
    return [before(changes[0]), *(after(one) for one in changes)]


def _held_by_list(changes: Sequence[Change], now: tuple[object, ...]) -> list[tuple[object, ...]]:
    """Each change puts in or takes out one value, so the states are found backwards from what is there now."""
    held = {_key(one): one for one in now}
    states = [tuple(held.values())]
    for change in reversed(changes):
        for one in after(change):
            held.pop(_key(one), None)
        for one in before(change):
            held[_key(one)] = one
        states.append(tuple(held.values()))
    return states[::-1]


def _key(value: object) -> str:
    return str(value.get("id") or value.get("name")) if isinstance(value, dict) else str(value)
