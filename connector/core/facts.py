"""Facts drawn from one issue's history: when work was promised, begun and finished, and what got in its way."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from connector.core.fields import day_of, instant_of
from connector.core.issue import Change, Facts, Issue
from connector.core.project import Entity

Category = Literal["new", "indeterminate", "done"]
Interval = tuple[datetime, datetime | None]
"""From and until; until is None while it lasts."""

SLIP_OF_THE_HAND = timedelta(minutes=10)
AT_ONCE = timedelta(minutes=1)
_FLAG_NAMES = frozenset({"flagged", "标记", "已标记"})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stay:
    """A stretch of time in one status category. `until` is None for the present one."""

    category: str
    since: datetime
    until: datetime | None


def facts_of(
    issue: Issue,
    categories: Mapping[str, str],
    *,
    blocked_by_links: Sequence[Interval] = (),
    baseline_at: datetime | None = None,
) -> Facts:
    """The facts of an issue that carries its changes.

    categories: status id → new, indeterminate or done; changes into statuses it does not name are passed over.
    Where the history is not at hand, nothing is concluded from the present status.
    blocked_by_links: see blocking_intervals. baseline_at: slips before it were planning and do not count.
    """
    stays = _stays(issue, {**categories_in(issue.fields), **categories})
    finished_at = stays[-1].since if stays and stays[-1].category == "done" else None
    started_at = _first(stays, "indeterminate")
    blocks = _joined([*_flagged(issue), *blocked_by_links])
    return Facts(
        committed_at=next((one.since for one in stays if one.category != "new"), None),
        started_at=started_at or finished_at,
        finished_at=finished_at,
        first_finished_at=_first(stays, "done"),
        reopened_n=_reopenings(stays),
        blocked_s=int(sum((until - since).total_seconds() for since, until in blocks if until)),
        blocked_since=next((since for since, until in blocks if until is None), None),
        slips=sum(_is_slip(one, baseline_at) for one in issue.changes),
        was_never_started=started_at is None and finished_at is not None,
    )


def categories_in(fields: Mapping[str, object]) -> dict[str, str]:
    """The status categories that an issue's fields tell of, by status id."""
    status = fields.get("status")
    category = status.get("statusCategory") if isinstance(status, Mapping) else None
    key = category.get("key") if isinstance(category, Mapping) else None
    identity = status.get("id") if isinstance(status, Mapping) else None
    return {str(identity): key} if isinstance(key, str) and identity is not None else {}


def blocking_intervals(
    issue_id: str, links: Iterable[Entity], blockers: Mapping[str, Facts], *, types: frozenset[str]
) -> tuple[Interval, ...]:
    """When links of these types (lower-case names) into the issue held it up: from the link until it goes or its
    source is finished.

    blockers: the facts of the links' source issues by id; one that is not known is taken as unfinished.
    """
    return tuple(
        interval
        for link in links
        if link.data.get("target") == issue_id and str(link.data.get("type")).casefold() in types
        if (interval := _held_up(link, blockers.get(str(link.data.get("source"))))) is not None
    )


def _held_up(link: Entity, blocker: Facts | None) -> Interval | None:
    since = instant_of(link.data.get("created")) or link.at
    ends = [link.at] if link.is_gone else []
    if blocker is not None and blocker.finished_at is not None:
        ends.append(blocker.finished_at)
    until = min(ends, default=None)
    return None if until is not None and until <= since else (since, until)


def _stays(issue: Issue, categories: Mapping[str, str]) -> list[_Stay]:
    created = instant_of(issue.fields.get("created"))
    moves = [one for one in issue.changes if one.field_id == "status"]
    entries: list[tuple[datetime, str]] = []
    if created is not None and (moves or _is_as_made(issue, created)):
        entries.append((created, _category(_first_status(issue, moves), categories)))
    entries += [(one.at, _category(one.after_id, categories)) for one in moves]
    known = [entry for entry in entries if entry[1]]
    firsts = [entry for n, entry in enumerate(known) if n == 0 or known[n - 1][1] != entry[1]]
    ends: list[datetime | None] = [since for since, _ in firsts[1:]]
    return [
        _Stay(category=category, since=since, until=until)
        for (since, category), until in zip(firsts, [*ends, None], strict=False)
    ]


def _is_as_made(issue: Issue, created: datetime) -> bool:
    """Whether an issue without status changes has been in its status since it was made.

    The other possibility is that its history is not at hand (an import, a search without changelog), and then nothing
    may be concluded: finished long ago is not finished on the day it was made.
    """
    resolved = instant_of(issue.fields.get("resolutiondate"))
    if resolved is not None and resolved - created > AT_ONCE:
        return False
    return bool(issue.changes) or issue.updated is None or issue.updated - created <= AT_ONCE


def _first_status(issue: Issue, moves: Sequence[Change]) -> str | None:
    if moves:
        return moves[0].before_id
    return next(iter(categories_in(issue.fields)), None)


def _category(status_id: str | None, categories: Mapping[str, str]) -> str:
    found = categories.get(status_id or "", "")
    return found if found in ("new", "indeterminate", "done") else ""


def _first(stays: Sequence[_Stay], category: Category) -> datetime | None:
    return next((one.since for one in stays if one.category == category), None)


def _reopenings(stays: Sequence[_Stay]) -> int:
    """How often done work was taken up again. A stay of less than ten minutes on either side was a wrong click."""
    return sum(
        not _is_short(stays[n]) and not _was_put_back(stays, n + 1)
        for n in range(len(stays) - 1)
        if stays[n].category == "done"
    )


def _is_short(stay: _Stay) -> bool:
    return stay.until is not None and stay.until - stay.since < SLIP_OF_THE_HAND


def _was_put_back(stays: Sequence[_Stay], n: int) -> bool:
    again = next((one.since for one in stays[n:] if one.category == "done"), None)
    return again is not None and again - stays[n].since < SLIP_OF_THE_HAND


def _is_slip(change: Change, baseline_at: datetime | None) -> bool:
    if change.field_id != "duedate" or (baseline_at is not None and change.at <= baseline_at):
        return False
    before = day_of(change.before_id or change.before)
    after = day_of(change.after_id or change.after)
    return before is not None and after is not None and after > before


def _flagged(issue: Issue) -> list[Interval]:
    turns = [one for one in issue.changes if _is_flag(one)]
    since = instant_of(issue.fields.get("created")) if _was_flagged_at_first(issue, turns) else None
    found: list[Interval] = []
    for one in turns:
        if since is not None and not one.after:
            found.append((since, one.at))
            since = None
        elif since is None and one.after:
            since = one.at
    return [*found, (since, None)] if since is not None else found


def _is_flag(change: Change) -> bool:
    return change.field.casefold() in _FLAG_NAMES or "Impediment" in (change.before, change.after)


def _was_flagged_at_first(issue: Issue, turns: Sequence[Change]) -> bool:
    return bool(turns[0].before) if turns else issue.fields.get("flagged") is True


def _joined(intervals: Iterable[Interval]) -> list[Interval]:
    """The same time without overlaps, in order."""
    joined: list[Interval] = []
    for since, until in sorted(intervals, key=lambda one: one[0]):
        last = joined[-1] if joined else None
        if last is None or (last[1] is not None and last[1] < since):
            joined.append((since, until))
        else:
            end = None if last[1] is None or until is None else max(last[1], until)
            joined[-1] = (last[0], end)
    return joined
