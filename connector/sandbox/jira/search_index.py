"""The search index, which may lag behind what was written, as Cloud's does."""

import time

from connector.core.issue import Issue
from connector.sandbox.jira.issue_shape import mirror_of
from connector.sandbox.jira.rows import IssueRow
from connector.sandbox.world import World


def note_change(world: World, issue: IssueRow, *, is_new: bool = False) -> None:
    """Keep what the index still shows, before the issue changes. Does nothing while the index does not lag."""
    lag_s = world.faults.switches.search_lag_s
    if lag_s <= 0:
        world.jira.index_lag.clear()
        return
    kept = world.jira.index_lag.get(issue.id)
    if kept is not None and kept[0] > time.monotonic():
        return
    before = None if is_new else mirror_of(world, issue)
    world.jira.index_lag[issue.id] = (time.monotonic() + lag_s, before)


def indexed(world: World, *, reconciled: frozenset[str] = frozenset()) -> list[Issue]:
    """Every issue as the index shows it now; those reconciled as they really are."""
    _forget_old(world)
    lagging = world.jira.index_lag
    found = [
        mirror_of(world, issue)
        for issue in world.jira.issues.values()
        if issue.id not in lagging or issue.id in reconciled
    ]
    if lagging:
        found += [old for id_, (_, old) in lagging.items() if old is not None and id_ not in reconciled]
    return found


def _forget_old(world: World) -> None:
    now = time.monotonic()
    for issue_id in [one for one, (until, _) in world.jira.index_lag.items() if until <= now]:
        del world.jira.index_lag[issue_id]
