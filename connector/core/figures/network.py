"""Section 4: the schedule network by the critical path method (CPM) with all four relations of PDM and lags.

Times are in working days from the project's start: an activity of 3 days that starts at 0 finishes at 3.
Sources: PMI, PMBOK Guide, chapter 6, and Practice Standard for Scheduling.
"""

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Literal, NamedTuple

from connector.core.errors import ConnectorError
from connector.core.figures.calendar import WorkingCalendar
from connector.core.figures.loops import loops_in

Days = int | Decimal
Relation = Literal["FS", "SS", "FF", "SF"]
"""Finish-to-start, start-to-start, finish-to-finish, start-to-finish: what of the first drives what of the second."""

NEAR_CRITICAL = 5


class BadNetwork(ConnectorError):
    """Activities that no network can be made of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """A piece of work. `not_before`: it starts no earlier (a promise of somebody outside, a constraint).

    `started` and `finished` are actual times; `remaining` is what is left of work under way (its whole duration, where
    it is None). `is_imputed`: the duration is a guess.
    """

    id: str
    duration: Days
    not_before: Days | None = None
    started: Days | None = None
    finished: Days | None = None
    remaining: Days | None = None
    is_imputed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """`after` waits for `before`, as `type` says, and `lag` days more (less, when negative: a lead)."""

    before: str
    after: str
    type: Relation = "FS"
    lag: Days = 0


class Times(NamedTuple):
    """When an activity can and must happen, and how much it can wait.

    `total_float` delays nobody's finish but uses up what others share, `free_float` delays no successor either.
    """

    early_start: Days
    early_finish: Days
    late_start: Days
    late_finish: Days
    total_float: Days
    free_float: Days


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """A network worked out.

    `times` by activity id, in the order given. `finish` is the latest early finish. `critical` are the unfinished
    activities with the least float (0, or another for a deadline), `path` one chain of them from start to finish,
    `near_critical` those with up to five days more than none. `loops` wait for each other in a circle: the links
    inside them are left out. `unknown` links name an activity that is not there. `out_of_sequence` links were broken by
    what really happened; the rest of the work still waits for them (retained logic). `open_starts` wait for nobody,
    nobody waits for `open_ends`. `is_low_confidence`: an imputed duration lies on the critical path.
    """

    times: Mapping[str, Times]
    finish: Days
    critical: tuple[str, ...]
    near_critical: tuple[str, ...]
    path: tuple[str, ...]
    loops: tuple[tuple[str, ...], ...] = ()
    unknown: tuple[Link, ...] = ()
    out_of_sequence: tuple[Link, ...] = ()
    open_starts: tuple[str, ...] = ()
    open_ends: tuple[str, ...] = ()
    is_low_confidence: bool = False


_Edge = tuple[int, str, Days]
"""The other activity's number, the relation and the lag."""


class _Early(NamedTuple):
    """By activity: its start, when its work still to come begins, its finish, and what drives it (-1: nothing)."""

    starts: list[Days]
    begins: list[Days]
    finishes: list[Days]
    drivers: list[int]


def schedule(
    activities: Sequence[Activity],
    links: Iterable[Link] = (),
    *,
    data_date: Days = 0,
    deadline: Days | None = None,
) -> Schedule:
    """Work the network out: forwards for the early times, backwards for the late ones.

    Nothing unfinished happens before `data_date`. With a `deadline` the late times count back from it, and float is
    negative where it cannot be kept. Raises BadNetwork for an id that stands twice and for a negative duration.
    """
    _check(activities)
    number = {one.id: n for n, one in enumerate(activities)}
    known, unknown = list[Link](), list[Link]()
    for link in links:
        (known if link.before in number and link.after in number else unknown).append(link)
    loops, kept = _without_loops(known, number)
    before, after = _edges(kept, number)
    order = _order(before, after)
    early = _forward(activities, before, order, data_date)
    end = max(early.finishes, default=data_date)
    late = _backward(activities, after, order, early, end if deadline is None else deadline)
    times = _times(activities, after, early, late)
    critical, near = _critical(activities, times, order, 0 if deadline in (None, end) else None)
    path = _path(activities, early)
    return Schedule(
        times={one.id: times[n] for n, one in enumerate(activities)},
        finish=end,
        critical=critical,
        near_critical=near,
        path=path,
        loops=tuple(tuple(activities[n].id for n in loop) for loop in loops),
        unknown=tuple(unknown),
        out_of_sequence=tuple(one for one in kept if _was_broken(activities, number, one)),
        open_starts=tuple(one.id for n, one in enumerate(activities) if not before[n]),
        open_ends=tuple(one.id for n, one in enumerate(activities) if not after[n]),
        is_low_confidence=any(activities[number[one]].is_imputed for one in {*critical, *path}),
    )


def dates(times: Times, start: date, calendar: WorkingCalendar) -> tuple[date, date]:
    """The early start and finish as days: a one-day activity starts and ends on the same day.

    A milestone (no duration) falls on the day that brings it about: the last one before it, or the project's first.
    """
    first = int(Decimal(times.early_start).to_integral_value(ROUND_FLOOR))
    last = max(int(Decimal(times.early_finish).to_integral_value(ROUND_CEILING)) - 1, 0)
    return calendar.day(start, min(first, last)), calendar.day(start, last)


def _check(activities: Sequence[Activity]) -> None:
    seen: set[str] = set()
    for one in activities:
        if one.id in seen:
            raise BadNetwork(f"activity {one.id!r} stands twice; give each activity an id of its own")
        if one.duration < 0 or (one.remaining is not None and one.remaining < 0):
            raise BadNetwork(f"activity {one.id!r} lasts {one.duration} days; a duration is 0 or more")
        seen.add(one.id)


def _without_loops(links: list[Link], number: Mapping[str, int]) -> tuple[list[list[int]], list[Link]]:
    """The loops, and the links that are in none of them."""
    leads: list[list[int]] = [[] for _ in number]
    for link in links:
        leads[number[link.before]].append(number[link.after])
    waits = [0] * len(leads)
    for ones in leads:
        for one in ones:
            waits[one] += 1
    if _count_ordered(leads, waits) == len(leads):
        return [], links
    loops = loops_in(leads)
    loop_of = {node: which for which, loop in enumerate(loops) for node in loop}
    kept = [one for one in links if loop_of.get(number[one.before], -1) != loop_of.get(number[one.after], -2)]
    return loops, kept


def _count_ordered(leads: Sequence[Sequence[int]], waits: list[int]) -> int:
    ready = deque(n for n, count in enumerate(waits) if not count)
    done = 0
    while ready:
        done += 1
        for other in leads[ready.popleft()]:
            waits[other] -= 1
            if not waits[other]:
                ready.append(other)
    return done


def _edges(links: Iterable[Link], number: Mapping[str, int]) -> tuple[list[list[_Edge]], list[list[_Edge]]]:
    before: list[list[_Edge]] = [[] for _ in number]
    after: list[list[_Edge]] = [[] for _ in number]
    for link in links:
        one, other = number[link.before], number[link.after]
        before[other].append((one, link.type, link.lag))
        after[one].append((other, link.type, link.lag))
    return before, after


def _order(before: Sequence[Sequence[_Edge]], after: Sequence[Sequence[_Edge]]) -> list[int]:
    """The activities so that each comes after all it waits for."""
    waits = [len(ones) for ones in before]
    order = [n for n, count in enumerate(waits) if not count]
    for node in order:
        for other, _, _ in after[node]:
            waits[other] -= 1
            if not waits[other]:
                order.append(other)
    return order


def _forward(
    activities: Sequence[Activity], before: Sequence[Sequence[_Edge]], order: Sequence[int], data_date: Days
) -> _Early:
    count = len(activities)
    early = _Early(starts=[0] * count, begins=[0] * count, finishes=[0] * count, drivers=[-1] * count)
    starts, begins, finishes, drivers = early
    for node in order:
        one = activities[node]
        if one.finished is not None:
            starts[node] = begins[node] = one.finished - one.duration if one.started is None else one.started
            finishes[node] = one.finished
            continue
        length = _left(one)
        begin = data_date
        if one.not_before is not None and one.not_before > begin:
            begin = one.not_before
        for other, kind, lag in before[node]:
            wish = (finishes[other] if kind[0] == "F" else starts[other]) + lag
            if kind[1] == "F":
                wish -= length
            if wish > begin or (wish == begin and drivers[node] < 0):
                begin, drivers[node] = wish, other
        starts[node] = begin if one.started is None else one.started
        begins[node] = begin
        finishes[node] = begin + length
    return early


def _backward(
    activities: Sequence[Activity], after: Sequence[Sequence[_Edge]], order: Sequence[int], early: _Early, end: Days
) -> list[Days]:
    """Late finishes. Work that is over holds nobody back and has no float; a start that has happened is free."""
    late = list(early.finishes)
    left = [_left(one) for one in activities]
    for node in reversed(order):
        one = activities[node]
        if one.finished is not None:
            continue
        latest = end
        for other, kind, lag in after[node]:
            if activities[other].finished is not None or (kind[0] == "S" and one.started is not None):
                continue
            limit = late[other] - lag
            if kind[1] == "S":
                limit -= left[other]
            if kind[0] == "S":
                limit += left[node]
            if limit < latest:
                latest = limit
        late[node] = latest
    return late


def _times(
    activities: Sequence[Activity], after: Sequence[Sequence[_Edge]], early: _Early, late: Sequence[Days]
) -> list[Times]:
    found: list[Times] = []
    for node, one in enumerate(activities):
        start, finish = early.starts[node], early.finishes[node]
        total = late[node] - finish
        free = total
        for other, kind, lag in after[node] if one.finished is None else ():
            if activities[other].finished is not None or (kind[0] == "S" and one.started is not None):
                continue
            gap = (early.begins[other] if kind[1] == "S" else early.finishes[other]) - lag
            gap -= finish if kind[0] == "F" else start
            if gap < free:
                free = gap
        found.append(Times(start, finish, start + total, late[node], total, free))
    return found


def _left(activity: Activity) -> Days:
    """The days of work still to come."""
    return activity.duration if activity.started is None or activity.remaining is None else activity.remaining


def _critical(
    activities: Sequence[Activity], times: Sequence[Times], order: Sequence[int], bound: Days | None
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The critical and the near-critical activities, in the order in which they can happen."""
    still_open = [n for n in order if activities[n].finished is None]
    if bound is None:
        bound = min((times[n].total_float for n in still_open), default=0)
    still_open.sort(key=lambda n: times[n].early_start)
    critical = tuple(activities[n].id for n in still_open if times[n].total_float <= bound)
    near = tuple(activities[n].id for n in still_open if bound < times[n].total_float <= NEAR_CRITICAL)
    return critical, near


def _path(activities: Sequence[Activity], early: _Early) -> tuple[str, ...]:
    """From the first activity that finishes last back along what drives it, as far as it is not over."""
    still_open = [n for n, one in enumerate(activities) if one.finished is None]
    node = max(still_open, key=lambda n: early.finishes[n], default=-1)
    found: list[str] = []
    while node >= 0 and activities[node].finished is None:
        found.append(activities[node].id)
        node = early.drivers[node]
    return tuple(reversed(found))


def _was_broken(activities: Sequence[Activity], number: Mapping[str, int], link: Link) -> bool:
    """Whether the second happened although the first had not (yet) let it."""
    one, other = activities[number[link.before]], activities[number[link.after]]
    happened = other.started if link.type[1] == "S" else other.finished
    if happened is None:
        return False
    cause = one.finished if link.type[0] == "F" else one.started
    return cause is None or happened < cause + link.lag
