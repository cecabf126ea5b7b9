from datetime import date
from decimal import Decimal

import pytest

from connector.core.figures.activities import (
    IssueLink,
    LinkRule,
    Outside,
    PlannedIssue,
    duration_of,
    plan_of,
    remaining_of,
)
from connector.core.figures.calendar import WorkingCalendar
from connector.core.figures.network import Activity, Link, schedule

PLAIN = WorkingCalendar()
MONDAY, FRIDAY = date(2026, 3, 2), date(2026, 3, 6)


def issue(number: int, start: date | None = None, due: date | None = None, **more: object) -> PlannedIssue:
    return PlannedIssue(id=str(number), start=start, due=due, **more)  # type: ignore[arg-type]


def blocks(source: int, target: int, type: str = "Blocks") -> IssueLink:
    return IssueLink(source=str(source), target=str(target), type=type)


@pytest.mark.parametrize(
    ("planned", "days"),
    [
        pytest.param(issue(1, MONDAY, date(2026, 3, 9), estimate_h=Decimal(8)), 6, id="dates-go-first"),
        pytest.param(issue(1, estimate_h=Decimal(10)), Decimal("1.5"), id="estimate-up-to-half-days"),
        pytest.param(issue(1, estimate_h=Decimal(8), allocation=Decimal("0.5")), 2, id="half-of-the-day"),
        pytest.param(issue(1, FRIDAY, MONDAY, estimate_h=Decimal(8)), 1, id="dates-in-disorder-do-not-count"),
        pytest.param(issue(1, MONDAY, FRIDAY, is_milestone=True), 0, id="milestone"),
        pytest.param(issue(1, due=FRIDAY), None, id="unknown"),
        pytest.param(issue(1, estimate_h=Decimal(-8)), None, id="a-negative-estimate-says-nothing"),
        pytest.param(issue(1, estimate_h=Decimal(0)), None, id="an-estimate-of-0-says-nothing"),
    ],
)
def test_a_duration_comes_from_the_dates_else_from_the_estimate(planned: PlannedIssue, days: object) -> None:
    assert duration_of(planned, PLAIN) == days


@pytest.mark.parametrize(
    ("planned", "days"),
    [
        pytest.param(issue(1, started=MONDAY, remaining_h=Decimal(20)), Decimal("2.5"), id="remaining-hours"),
        pytest.param(issue(1, started=MONDAY), 3, id="what-the-plan-leaves"),
        pytest.param(issue(1, started=MONDAY, remaining_h=Decimal(-1)), 0, id="never-less-than-nothing"),
        pytest.param(issue(1, started=date(2026, 2, 2)), 1, id="at-least-a-day"),
        pytest.param(issue(1), None, id="not-begun"),
        pytest.param(issue(1, started=MONDAY, finished=FRIDAY), None, id="over"),
    ],
)
def test_what_remains_of_work_under_way(planned: PlannedIssue, days: object) -> None:
    assert remaining_of(planned, 5, date(2026, 3, 4), PLAIN) == days


def test_a_missing_duration_is_the_median_of_the_others_and_flagged() -> None:
    issues = [issue(1, estimate_h=Decimal(8)), issue(2, estimate_h=Decimal(24)), issue(3)]

    found = plan_of(issues, [blocks(1, 3)], start=MONDAY, today=MONDAY, calendar=PLAIN)

    assert found.activities[2] == Activity(id="3", duration=2, is_imputed=True)
    assert found.imputed == ("3",)
    assert schedule(found.activities, found.links).is_low_confidence is True


def test_only_links_that_block_are_logic() -> None:
    others = [blocks(1, 2, "Relates"), blocks(1, 2, "Duplicate"), blocks(1, 2, "Cloners")]

    found = plan_of([issue(1), issue(2)], [blocks(2, 1), *others], start=MONDAY, today=MONDAY, calendar=PLAIN)

    assert found.links == (Link(before="2", after="1"),)


def test_configured_link_types_carry_relation_and_lag() -> None:
    rules = {"starts with": LinkRule(relation="SS", lag=2), "waits for": LinkRule(is_inward=True)}
    links = [blocks(1, 2, "Starts With"), blocks(1, 2, "waits for"), blocks(1, 2)]

    found = plan_of([issue(1), issue(2)], links, start=MONDAY, today=MONDAY, calendar=PLAIN, rules=rules)

    assert found.links == (Link(before="1", after="2", type="SS", lag=2), Link(before="2", after="1"))


def test_an_external_predecessors_due_date_is_the_earliest_start() -> None:
    outside = Outside(due={"90": FRIDAY, "91": date(2026, 2, 2), "92": None})
    links = [blocks(90, 1), blocks(91, 1), blocks(92, 1), blocks(93, 1), blocks(1, 90)]

    found = plan_of([issue(1, MONDAY, FRIDAY)], links, start=MONDAY, today=MONDAY, calendar=PLAIN, outside=outside)

    assert found.activities == (Activity(id="1", duration=5, not_before=5),)
    assert (found.links, found.undated, found.invisible) == ((), (blocks(92, 1),), (blocks(93, 1),))


def test_a_constraint_of_its_own_counts_where_it_is_later() -> None:
    planned = issue(1, MONDAY, FRIDAY, not_before=date(2026, 3, 11))

    found = plan_of(
        [planned], [blocks(90, 1)], start=MONDAY, today=MONDAY, calendar=PLAIN, outside=Outside(due={"90": FRIDAY})
    )

    assert found.activities[0].not_before == 7


def test_work_finished_on_a_rest_day_was_finished_before_the_next_morning() -> None:
    saturday = issue(1, MONDAY, FRIDAY, started=MONDAY, finished=date(2026, 3, 7))

    found = plan_of([saturday], [], start=MONDAY, today=date(2026, 3, 9), calendar=PLAIN)

    assert found.activities == (Activity(id="1", duration=5, started=0, finished=5),)


def test_actual_dates_become_times_from_the_start() -> None:
    done, begun = issue(1, MONDAY, FRIDAY, started=MONDAY, finished=date(2026, 3, 9)), issue(2, MONDAY, FRIDAY)
    begun = issue(2, MONDAY, FRIDAY, started=date(2026, 3, 10))

    found = plan_of([done, begun], [], start=MONDAY, today=date(2026, 3, 12), calendar=PLAIN)

    assert found.activities == (
        Activity(id="1", duration=5, started=0, finished=6),
        Activity(id="2", duration=5, started=6, remaining=3),
    )
    assert found.data_date == 8
