"""Sprints: velocity, say-do and churn, judged by what was in the sprint at its start and at its close."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from connector.core.figures.reading import Reading, covered, measured, null, quotient, share
from connector.core.issue import Change

Interval = tuple[datetime, datetime | None]
"""From and until; until is None while it lasts."""

AT_CLOSE = timedelta(minutes=1)
"""Jira takes unfinished work out of a sprint in the moments in which it closes it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SprintItem:
    """An item with the times it was in the sprint and the times it was done. `points` is its estimate at close."""

    key: str
    inside: tuple[Interval, ...]
    done: tuple[Interval, ...] = ()
    points: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sprint:
    """A closed sprint, from its real start to its real close."""

    started: datetime
    closed: datetime
    items: tuple[SprintItem, ...]


def stays_in(
    sprint_id: str, changes: Iterable[Change], created: datetime, ids_now: Iterable[str]
) -> tuple[Interval, ...]:
    """When an issue was in a sprint, from its changes of the field Sprint (comma lists of ids), oldest first.

    ids_now: the sprints it is in at present, which tell those of an issue whose field never changed.
    """
    moves = [one for one in changes if one.field.casefold() == "sprint"]
    first = _ids(moves[0].before_id) if moves else frozenset(ids_now)
    states = [(created, first), *((one.at, _ids(one.after_id)) for one in moves)]
    found: list[Interval] = []
    since: datetime | None = None
    for at, ids in states:
        if sprint_id in ids and since is None:
            since = at
        elif sprint_id not in ids and since is not None:
            found.append((since, at))
            since = None
    return tuple(found) if since is None else (*found, (since, None))


def committed(sprint: Sprint) -> list[SprintItem]:
    """What was in the sprint at its start and not done before."""
    return [one for one in sprint.items if _holds(one.inside, sprint.started) and not _holds(one.done, sprint.started)]


def velocity(sprint: Sprint) -> Reading:
    """Points of the items done within the sprint, by their status at its close.

    Points. Items without an estimate are left out; null `no_data` where nothing was done, `no_estimate` where no item
    that was done has one, `low_coverage` where most have none. Source: The Scrum community's velocity.
    """
    done = [one for one in sprint.items if _was_done_in(sprint, one)]
    sized = {one.key: one.points for one in done if one.points is not None}
    left_out = tuple(one.key for one in done if one.points is None)
    if done and not sized:
        return null("no_estimate", total=len(done), left_out=left_out)
    if not done:
        return measured(0) if sprint.items else null("no_data")
    return covered(measured(sum(sized.values(), Decimal(0)), used=len(sized), behind=tuple(sized), left_out=left_out))


def mean_velocity(sprints: Sequence[Sprint]) -> Reading:
    """Points a sprint, over closed sprints. Null `no_data` while none has a velocity; the others weigh on coverage."""
    found = [one.value for one in map(velocity, sprints) if one.value is not None]
    if not found:
        return null("no_data", total=len(sprints))
    return covered(measured(Fraction(sum(found)) / len(found), used=len(found), total=len(sprints)))


def say_do(sprint: Sprint) -> Reading:
    """Say-do: items committed at the start and done at the close, of all committed at the start.

    Ratio of counts; what came in later is in neither. Null `no_data` where nothing was committed.
    """
    said = [one.key for one in committed(sprint)]
    done = {one.key for one in sprint.items if _was_done_in(sprint, one)}
    return share([key for key in said if key in done], said)


def scope_churn(sprint: Sprint) -> Reading:
    """Items that came in plus items taken out after the start, of those committed at the start.

    Ratio of counts, may exceed 1; an item that came and went counts twice. Null `no_data` where nothing was committed.
    """
    said = {one.key for one in committed(sprint)}
    came = [one for one in sprint.items if one.key not in said and _came_in(sprint, one)]
    went = [one for one in sprint.items if (one.key in said or one in came) and not _is_in_at_close(sprint, one)]
    return quotient(len(came) + len(went), len(said), empty="no_data")


def _came_in(sprint: Sprint, item: SprintItem) -> bool:
    return any(sprint.started < since <= sprint.closed for since, _ in item.inside)


def _was_done_in(sprint: Sprint, item: SprintItem) -> bool:
    """Whether the item was finished in the sprint, stood done at the close, and was still in the sprint then."""
    finished = any(
        sprint.started < since <= sprint.closed and (until is None or until > sprint.closed)
        for since, until in item.done
    )
    return finished and _is_in_at_close(sprint, item)


def _is_in_at_close(sprint: Sprint, item: SprintItem) -> bool:
    return _holds(item.inside, sprint.closed) or any(
        until is not None and sprint.closed - AT_CLOSE <= until <= sprint.closed for _, until in item.inside
    )


def _holds(intervals: Iterable[Interval], at: datetime) -> bool:
    return any(since <= at and (until is None or until > at) for since, until in intervals)


def _ids(text: str | None) -> frozenset[str]:
    return frozenset(one.strip() for one in (text or "").split(",") if one.strip())
