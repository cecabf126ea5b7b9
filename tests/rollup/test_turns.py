"""What a rollup finds to have happened: gates decided, KPIs that crossed into another light."""

from dataclasses import replace

import pytest
from sqlalchemy import Engine

from connector.core.actions import EnsureLabel, MakeIssue, SendMessage, WritePage
from connector.core.automation_rules import AddLabel, EnsureIssue, Narrowing, Notify
from connector.core.rulebook import Automation
from connector.store import outbox, planning
from connector.store.engine import reading, writing
from tests.core.build import PLACE, jql, kpi
from tests.pipeline.desk import about, created, item, later, moved, shown, stamp, updated
from tests.rollup.test_rollup import STATUS, House

LATE = kpi("overdue", target="= 0", amber="<= 1")
NOTE = EnsureIssue(
    key=lambda values: f"red-{values['event']['kpi']}",  # type: ignore[index]
    type="Task",
    summary=lambda values: f"{values['event']['from']} to {values['event']['into']}",  # type: ignore[index]
)


def on(event: str, *then, **more) -> Automation:  # type: ignore[no-untyped-def]
    return Automation(id="r", when=(event,), then=then, place=PLACE, **more)


def into(*lights: str) -> tuple[Narrowing, ...]:
    return (Narrowing(event="kpi.crossed", wanted={"into": lights}),)


def overdue(house: House, *numbers: int, at: int) -> None:
    """These issues were due long ago, as a person now says."""
    for number in numbers:
        told = shown(number, duedate="2020-01-01", updated=stamp(later(at)))
        house.desk.tell(updated(told, item("duedate", None, "2020-01-01"), at=later(at), n=at))


def made(house: House) -> list[str]:
    return [f"{one.name}: {one.summary}" for one in house.desk.writes() if isinstance(one, MakeIssue)]


def test_a_kpi_that_crosses_into_red_is_told_of_once(engine: Engine) -> None:
    house = House(engine, kpis=(LATE,), automations=(on("kpi.crossed", NOTE, narrowed=into("red")),))
    house.desk.tell(created(1, duedate="2030-01-01"), created(2, duedate="2030-01-01"))
    house.roll(1)
    overdue(house, 1, at=2)
    house.roll(2)
    amber = made(house)
    overdue(house, 2, at=3)
    house.roll(3)
    house.roll(4)

    assert amber == []
    assert made(house) == ["red-overdue: amber to red"]


def test_a_kpi_that_is_looked_at_for_the_first_time_has_crossed_nothing(engine: Engine) -> None:
    house = House(engine, kpis=(LATE,), automations=(on("kpi.crossed", NOTE),))
    house.desk.tell(created(1, duedate="2020-01-01"), created(2, duedate="2020-01-01"))
    house.roll(1)

    assert made(house) == []


def test_a_look_that_keeps_nothing_leaves_the_crossing_to_the_rollup_that_does(engine: Engine) -> None:
    house = House(engine, kpis=(LATE,), automations=(on("kpi.crossed", NOTE),))
    house.desk.tell(created(1, duedate="2030-01-01"))
    house.roll(1)
    overdue(house, 1, at=2)
    looked = house.roll(2, mode="observe")
    before = made(house)
    house.roll(3)

    assert [type(one.write) for one in looked.planned] == [MakeIssue]
    assert (before, made(house)) == ([], ["red-overdue: green to amber"])


def test_every_crossing_is_told_to_a_channel_by_itself_and_once(engine: Engine) -> None:
    tell = Notify(
        channel="board",
        text=lambda values: f"{values['event']['kpi']} {values['event']['into']}",  # type: ignore[index]
        number=1,
    )
    also = replace(LATE, id="too_late")
    house = House(engine, kpis=(LATE, also), automations=(on("kpi.crossed", tell),))
    house.desk.tell(created(1, duedate="2030-01-01"), created(2, duedate="2030-01-01"))
    house.roll(1)
    silent = messages(house)
    overdue(house, 1, at=2)
    house.roll(2)
    house.roll(3)
    both = messages(house)
    overdue(house, 2, at=4)
    house.roll(4)

    assert silent == []
    assert both == ["overdue amber", "too_late amber"]
    assert messages(house) == [*both, "overdue red", "too_late red"]


def messages(house: House) -> list[str]:
    """What channels were told, each rollup's in order of the alphabet."""
    rows = [row for row in house.desk.rows() if isinstance(row.write, SendMessage)]
    runs = list(dict.fromkeys(row.run for row in rows))
    texts = {run: sorted(str(row.write.text) for row in rows if row.run == run) for run in runs}  # type: ignore[union-attr]
    return [one for run in runs for one in texts[run]]


@pytest.mark.parametrize(("decision", "expected"), [("GO", ["OPS-1"]), ("HOLD", [])])
def test_a_decided_gate_lets_a_rule_act_on_the_issues_that_it_selects(
    engine: Engine, decision: str, expected: list[str]
) -> None:
    narrowed = (Narrowing(event="gate.decided", wanted={"gate": ("plan",), "decision": (decision.casefold(),)}),)
    rule = on("gate.decided", AddLabel(label="go"), narrowed=narrowed, for_each=jql("issuetype = Task"))
    house = House(engine, automations=(rule,))
    gate = shown(90, type="Phase Gate", is_at="In Review", labels=["plan"])
    ready = created(1, assignee={"accountId": "li", "displayName": "li"}, duedate="2030-01-01")
    house.desk.tell(ready, about("jira:issue_created", gate))
    house.roll(1)
    passed = shown(90, type="Phase Gate", is_at="Passed", labels=["plan"], updated=stamp(later(2)))
    house.desk.tell(updated(passed, moved("In Review", "Passed"), at=later(2), n=2))
    house.roll(2)
    house.roll(3)

    assert [one.key for one in house.desk.writes() if isinstance(one, EnsureLabel)] == expected


def test_what_waits_for_a_release_stands_on_the_status_page_until_it_is_released(engine: Engine) -> None:
    rule = Automation(id="r", when=("issue.created",), then=(AddLabel(label="x"),), at_most=1, place=PLACE)
    house = House(engine, pages=(STATUS,), automations=(rule,))
    house.desk.tell(*(created(n) for n in range(1, 4)))
    house.roll(1)
    told = page_text(house)
    with writing(engine) as conn:
        freed = planning.release(conn, "main", "r", "OPS")
    house.roll(2)

    assert "automation r: 2 changes beyond its limit" in told
    assert (freed, "beyond its limit" in page_text(house)) == (2, False)
    with reading(engine) as conn:
        assert outbox.held(conn, "main") == []


def page_text(house: House) -> str:
    return str([row.write for row in house.pages() if isinstance(row.write, WritePage)][-1].body)
