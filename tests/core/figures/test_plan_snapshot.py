from datetime import date
from zoneinfo import ZoneInfo

from connector.core.figures.baseline import Baseline, BaselineItem, Prices
from connector.core.figures.catalog import FIGURES
from connector.core.figures.plan_snapshot import plan_snapshot
from connector.core.figures.population import Population
from connector.core.figures.quantity import hours, money, points
from connector.core.issue import Issue
from connector.store.coding import decode_tagged, encode, rebuild
from tests.core.build import NOW, issue

FIELDS = {"start_date": "customfield_7", "story_points": "customfield_8"}
PLANNED = issue(
    1,
    customfield_7="2026-03-16",
    duedate="2026-03-20",
    timeoriginalestimate=144000,
    customfield_8=5,
    assignee={"accountId": "li"},
    parent={"key": "OPS-90"},
)


def population(*work: Issue) -> Population:
    return Population(work=work, as_of=NOW, timezone=ZoneInfo("Asia/Shanghai"), fields=FIELDS)


def test_a_snapshot_has_dates_budget_owner_and_parent_of_each_item() -> None:
    found = plan_snapshot(population(PLANNED, issue(2, customfield_8=3)), approver="zhao")

    assert found == Baseline(
        version=1,
        at=NOW,
        approver="zhao",
        items=(
            BaselineItem(
                issue="1001",
                key="OPS-1",
                start=date(2026, 3, 16),
                finish=date(2026, 3, 20),
                budget=hours(40),
                owner="li",
                parent="OPS-90",
                type="Task",
            ),
            BaselineItem(issue="1002", key="OPS-2", type="Task"),
        ),
    )


def test_points_are_the_budget_only_where_nothing_is_estimated_in_hours() -> None:
    found = plan_snapshot(population(issue(1, customfield_8=3), issue(2)))

    assert [one.budget for one in found.items] == [points(3), None]


def test_a_price_makes_money_of_the_hours() -> None:
    found = plan_snapshot(population(PLANNED), prices=Prices(hour=money(200, "CNY")))

    assert found.items[0].budget == money(8000, "CNY")


def test_a_snapshot_is_kept_with_all_it_says_and_measured_against() -> None:
    taken = plan_snapshot(population(PLANNED), is_provisional=True)

    kept = rebuild(Baseline, decode_tagged(encode(taken)))

    assert kept == taken
    held = Population(work=(PLANNED,), as_of=NOW, timezone=ZoneInfo("Asia/Shanghai"), baseline=kept)
    assert (FIGURES["pv"](held).value, FIGURES["ev"](held).value, FIGURES["pv"](held).notes) == (
        8,
        0,
        ("provisional_baseline",),
    )
