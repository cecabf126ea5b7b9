"""Facts drawn from histories written out as small diaries."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from connector.core.facts import blocking_intervals, categories_in, facts_of
from connector.core.issue import Change, Facts, Issue
from connector.core.project import Entity

DAY0 = datetime(2026, 1, 5, 9, tzinfo=UTC)
CATEGORIES = {"new": "new", "new2": "new", "doing": "indeterminate", "done": "done", "done2": "done"}


def hour(hours: float) -> datetime:
    return DAY0 + timedelta(hours=hours)


def change(number: int, at: float, field: str, before: str | None, after: str | None) -> Change:
    ends = {"before_id": before, "before": before, "after_id": after, "after": after}
    return Change(history_id=number, at=hour(at), author=None, field=field, field_id=field, **ends)


def issue(*changes: Change, status: str = "new", **fields: object) -> Issue:
    last = next((one.after_id for one in reversed(changes) if one.field_id == "status"), status)
    own = {"created": DAY0.isoformat(), "status": {"id": last}}
    return Issue(site="main", id="1", key="OPS-1", fields={**own, **fields}, changes=changes)


def moves(*steps: tuple[float, str], first: str = "new") -> Issue:
    befores = [first, *(name for _, name in steps)]
    changes = [
        change(n, at, "status", before, name)
        for n, ((at, name), before) in enumerate(zip(steps, befores, strict=False))
    ]
    return issue(*changes, status=first)


def facts(found: Issue) -> Facts:
    return facts_of(found, CATEGORIES)


def test_an_issue_that_was_only_made_has_no_facts() -> None:
    assert facts(moves()) == Facts()


def test_work_is_committed_and_started_when_it_first_leaves_and_enters() -> None:
    found = facts(moves((1, "new2"), (2, "doing"), (3, "new"), (4, "doing")))

    assert found == Facts(committed_at=hour(2), started_at=hour(2))


def test_work_is_finished_with_its_last_entry_into_done() -> None:
    found = facts(moves((1, "doing"), (2, "done"), (30, "doing"), (40, "done"), (41, "done2")))

    assert found == Facts(
        committed_at=hour(1),
        started_at=hour(1),
        finished_at=hour(40),
        first_finished_at=hour(2),
        reopened_n=1,
    )


def test_reopened_work_is_not_finished() -> None:
    found = facts(moves((1, "doing"), (2, "done"), (30, "doing")))

    assert (found.finished_at, found.first_finished_at, found.reopened_n) == (None, hour(2), 1)


def test_work_that_went_straight_to_done_was_never_started() -> None:
    found = facts(moves((5, "done")))

    assert found == Facts(
        committed_at=hour(5),
        started_at=hour(5),
        finished_at=hour(5),
        first_finished_at=hour(5),
        was_never_started=True,
    )


def test_work_that_was_made_in_progress_started_when_it_was_made() -> None:
    found = facts(moves((5, "done"), first="doing"))

    assert (found.committed_at, found.started_at, found.was_never_started) == (DAY0, DAY0, False)


def test_an_issue_that_nobody_touched_is_judged_by_the_status_it_has() -> None:
    raw = {"created": DAY0.isoformat(), "status": {"id": "77", "statusCategory": {"key": "done"}}}
    found = facts_of(Issue(site="main", id="1", key="OPS-1", fields=raw, updated=DAY0), {})

    assert (found.finished_at, found.was_never_started) == (DAY0, True)


@pytest.mark.parametrize("status", ["doing", "done"])
def test_nothing_is_concluded_from_a_status_when_the_history_is_not_at_hand(status: str) -> None:
    imported = replace(issue(status=status), updated=hour(900))
    resolved = issue(change(1, 1, "summary", "a", "b"), status=status, resolutiondate=hour(800).isoformat())

    assert facts(imported) == facts(resolved) == Facts()


@pytest.mark.parametrize(
    ("steps", "reopened_n"),
    [
        pytest.param([(1, "done"), (1.1, "doing"), (9, "done")], 0, id="done-by-mistake"),
        pytest.param([(1, "done"), (9, "doing"), (9.1, "done")], 0, id="put-back-at-once"),
        pytest.param([(1, "done"), (9, "new"), (9.05, "doing"), (9.1, "done")], 0, id="put-back-in-two-steps"),
        pytest.param([(1, "done"), (9, "doing"), (9.2, "done")], 1, id="put-back-after-twelve-minutes"),
        pytest.param([(1, "done"), (9, "doing"), (20, "done"), (30, "new")], 2, id="twice"),
        pytest.param([(1, "done"), (9, "done2")], 0, id="from-one-done-status-to-another"),
    ],
)
def test_a_reopening_of_less_than_ten_minutes_is_a_wrong_click(steps: list[tuple[float, str]], reopened_n: int) -> None:
    assert facts(moves((0.5, "doing"), *steps)).reopened_n == reopened_n


def test_a_status_whose_category_nobody_knows_is_passed_over() -> None:
    found = facts(moves((1, "doing"), (2, "lost"), (3, "done")))

    assert (found.started_at, found.finished_at, found.reopened_n) == (hour(1), hour(3), 0)


def test_flagged_time_is_blocked_time() -> None:
    found = facts(
        issue(
            change(1, 1, "Flagged", None, "Impediment"),
            change(2, 3, "Flagged", "Impediment", ""),
            change(3, 10, "Flagged", "", "Impediment"),
        )
    )

    assert (found.blocked_s, found.blocked_since) == (2 * 3600, hour(10))


def test_a_flag_is_known_by_its_option_whatever_the_field_is_called() -> None:
    found = facts(issue(change(1, 1, "Markiert", None, "Impediment"), change(2, 2, "Markiert", "Impediment", "")))

    assert found.blocked_s == 3600


def test_an_issue_made_with_a_flag_was_blocked_from_the_start() -> None:
    cleared = facts(issue(change(1, 2, "Flagged", "Impediment", "")))
    standing = facts(issue(flagged=True))

    assert (cleared.blocked_s, standing.blocked_since) == (2 * 3600, DAY0)


def test_blocks_that_overlap_count_once() -> None:
    flagged = issue(change(1, 1, "Flagged", None, "Impediment"), change(2, 3, "Flagged", "Impediment", ""))
    found = facts_of(flagged, CATEGORIES, blocked_by_links=[(hour(2), hour(5)), (hour(4), hour(4.5)), (hour(9), None)])

    assert (found.blocked_s, found.blocked_since) == (4 * 3600, hour(9))


def test_a_block_that_lasts_swallows_those_that_begin_later() -> None:
    found = facts_of(issue(), CATEGORIES, blocked_by_links=[(hour(2), None), (hour(3), hour(4))])

    assert (found.blocked_s, found.blocked_since) == (0, hour(2))


def test_a_later_due_date_is_a_slip_and_an_earlier_or_first_one_is_not() -> None:
    found = issue(
        change(1, 1, "duedate", None, "2026-03-01"),
        change(2, 2, "duedate", "2026-03-01", "2026-03-08"),
        change(3, 3, "duedate", "2026-03-08", "2026-03-05"),
        change(4, 4, "duedate", "2026-03-05", "2026-04-01"),
        change(5, 5, "duedate", "2026-04-01", None),
    )

    assert facts(found).slips == 2
    assert facts_of(found, CATEGORIES, baseline_at=hour(2)).slips == 1


def link(source: str, made: float, removed: float | None = None, name: str = "Blocks") -> Entity:
    data = {"type": name, "source": source, "target": "1", "created": hour(made).isoformat()}
    is_gone = removed is not None
    return Entity(
        site="main", kind="link", id="9", data=data, at=hour(made if removed is None else removed), is_gone=is_gone
    )


@pytest.mark.parametrize(
    ("found", "interval"),
    [
        pytest.param(link("2", 1), (hour(1), None), id="blocker-unfinished"),
        pytest.param(link("unknown", 1), (hour(1), None), id="blocker-not-mirrored"),
        pytest.param(link("3", 1), (hour(1), hour(5)), id="blocker-finished"),
        pytest.param(link("2", 1, 4), (hour(1), hour(4)), id="link-removed"),
        pytest.param(link("3", 1, 7), (hour(1), hour(5)), id="finished-then-removed"),
    ],
)
def test_a_blocking_link_holds_up_until_it_goes_or_its_source_is_finished(
    found: Entity, interval: tuple[datetime, datetime | None]
) -> None:
    blockers = {"2": Facts(), "3": Facts(finished_at=hour(5))}

    assert blocking_intervals("1", [found], blockers, types=frozenset({"blocks"})) == (interval,)


def test_links_of_other_types_directions_or_to_finished_work_hold_nothing_up() -> None:
    links = [link("2", 1, name="Relates"), link("3", 6)]
    blockers = {"3": Facts(finished_at=hour(5))}

    assert blocking_intervals("1", links, blockers, types=frozenset({"blocks"})) == ()
    assert blocking_intervals("2", [link("2", 1)], {}, types=frozenset({"blocks"})) == ()


def test_categories_are_learnt_from_a_snapshot() -> None:
    status = {"id": "3", "name": "In Progress", "statusCategory": {"key": "indeterminate"}}

    assert categories_in({"status": status}) == {"3": "indeterminate"}
    assert categories_in({"status": {"id": "3"}}) == categories_in({}) == categories_in({"status": "x"}) == {}
