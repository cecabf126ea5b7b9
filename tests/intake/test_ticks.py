"""The clock's letters for automations: weeks, schedules, waits."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import Engine

from connector.core.automation_rules import AddLabel, Narrowing
from connector.core.figures.calendar import WorkingCalendar
from connector.core.rulebook import Automation, ProjectRules
from connector.intake.timers import put_ticks
from connector.store import inbox, projects, timers
from connector.store.engine import reading, writing
from connector.store.timers import Timer
from tests.core.build import PLACE, project_rules

MONDAY = datetime(2026, 3, 16, 0, 30, tzinfo=UTC)
"""Half past eight in Shanghai."""


def rule(event: str, **wanted: tuple[str, ...]) -> Automation:
    narrowed = (Narrowing(event=event, wanted=wanted),) if wanted else ()
    return Automation(id="r", when=(event,), narrowed=narrowed, then=(AddLabel(label="x"),), place=PLACE)


def look(engine: Engine, now: datetime, *rules: Automation, own: ProjectRules | None = None) -> list[str]:
    """Look at the clock twice; the ids of the letters that are new, but for the days."""
    with writing(engine) as conn:
        projects.ensure(conn, "main", "OPS")
    with reading(engine) as conn:
        before = {row.id for row in inbox.peek(conn, limit=100)}
    for _ in range(2):
        put_ticks(engine, ["main"], lambda *_: own or project_rules(), now, lambda *_: rules)
    with reading(engine) as conn:
        rows = inbox.peek(conn, limit=100)
    return [row.delivery for row in rows if row.id not in before and not row.delivery.startswith("day.began")]


def test_a_week_begins_once_on_its_monday_even_when_nobody_looked_before_thursday(engine: Engine) -> None:
    found = [look(engine, MONDAY + timedelta(days=days), rule("week.began")) for days in (3, 4, 7)]

    assert found == [["week.began OPS 2026-W12"], [], ["week.began OPS 2026-W13"]]


def test_a_week_that_begins_with_a_holiday_is_worked_from_its_first_working_day(engine: Engine) -> None:
    own = replace(project_rules(), days=WorkingCalendar(holidays=frozenset({date(2026, 3, 16)})))

    found = [look(engine, MONDAY + timedelta(days=days), rule("week.worked"), own=own) for days in (0, 1)]

    assert found == [[], ["week.worked OPS 2026-W12"]]


def test_a_day_says_whether_it_is_worked(engine: Engine) -> None:
    for days in (0, 6):
        look(engine, MONDAY + timedelta(days=days))

    with reading(engine) as conn:
        told = [json.loads(row.body)["working_day"] for row in inbox.peek(conn, limit=100)]
    assert told == [True, False]


def test_a_schedule_begins_when_it_is_written_and_comes_once_however_many_look(engine: Engine) -> None:
    nine = rule("schedule", schedule=("0 9 * * mon-fri",))

    found = [look(engine, MONDAY + timedelta(minutes=minutes), nine) for minutes in (0, 29, 31, 60)]

    assert found == [[], [], ["schedule OPS 0 9 * * mon-fri 2026-03-16T01:00:00+00:00"], []]


def test_times_that_passed_while_nobody_looked_are_made_up_for_once(engine: Engine) -> None:
    nine = rule("schedule", schedule=("0 9 * * mon-fri",))

    found = [look(engine, MONDAY + timedelta(days=days), nine) for days in (0, 5, 5)]

    assert found == [[], ["schedule OPS 0 9 * * mon-fri 2026-03-20T01:00:00+00:00"], []]


def test_a_wait_that_is_over_is_told_once_and_one_that_runs_is_not(engine: Engine) -> None:
    with writing(engine) as conn:
        for number, hours in ((1, 0), (2, 1)):
            due = MONDAY + timedelta(hours=hours)
            timers.start(conn, [Timer(site="main", rule="r", issue=f"100{number}", project="OPS", due_at=due)])

    found = [look(engine, MONDAY + timedelta(minutes=minutes)) for minutes in (0, 1)]

    assert found == [["timer.due OPS r 1001 2026-03-16T00:30:00+00:00"], []]
