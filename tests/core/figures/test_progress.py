from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.core.figures.baseline import Baseline, BaselineItem, Technique, budget_at_completion
from connector.core.figures.calendar import WorkingCalendar
from connector.core.figures.progress import Progress, earned_value, measured_fraction
from connector.core.figures.quantity import hours

MONDAY, FRIDAY = date(2026, 3, 2), date(2026, 3, 6)
PLAIN = WorkingCalendar()
GATE = datetime(2026, 1, 5, tzinfo=UTC)
TECHNIQUES: list[Technique] = ["0/100", "50/50", "20/80", "milestones", "percent", "effort", "loe", "apportioned"]


def item(number: int, technique: Technique = "0/100", budget: int | None = 10) -> BaselineItem:
    held = None if budget is None else hours(budget)
    return BaselineItem(
        issue=str(number), key=f"OPS-{number}", budget=held, start=MONDAY, finish=FRIDAY, technique=technique
    )


def baseline(*items: BaselineItem, **more: object) -> Baseline:
    return Baseline(version=1, at=GATE, items=items, **more)  # type: ignore[arg-type]


def fraction(technique: Technique, **state: object) -> Decimal | None:
    return measured_fraction(item(1, technique), Progress(**state), Decimal("0.6"))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("technique", "not_begun", "begun", "done"),
    [("0/100", "0", "0", "1"), ("50/50", "0", "0.5", "1"), ("20/80", "0", "0.2", "1")],
)
def test_fixed_formulas_earn_at_start_and_finish(technique: Technique, not_begun: str, begun: str, done: str) -> None:
    found = [fraction(technique), fraction(technique, is_started=True), fraction(technique, is_done=True)]

    assert found == [Decimal(not_begun), Decimal(begun), Decimal(done)]


def test_weighted_milestones_earn_the_weight_of_those_that_are_done() -> None:
    steps = ((Decimal(3), True), (Decimal(1), False))

    assert fraction("milestones", is_started=True, steps=steps) == Decimal("0.75")
    assert fraction("milestones", is_started=True) is None
    assert fraction("milestones") == 0


def test_percent_complete_comes_only_from_what_somebody_has_set() -> None:
    assert fraction("percent", is_started=True, percent=Decimal("0.35")) == Decimal("0.35")
    assert fraction("percent", is_started=True, percent=Decimal("1.4")) == 1
    assert fraction("percent", is_started=True) is None
    assert fraction("percent") == 0


def test_effort_based_progress_is_capped_at_0_9_until_done() -> None:
    assert fraction("effort", is_started=True, spent_h=Decimal(3), remaining_h=Decimal(1)) == Decimal("0.75")
    assert fraction("effort", is_started=True, spent_h=Decimal(30), remaining_h=Decimal(0)) == Decimal("0.9")
    assert fraction("effort", is_done=True, spent_h=Decimal(30), remaining_h=Decimal(0)) == 1
    assert fraction("effort", is_started=True) is None


def test_level_of_effort_earns_what_was_planned() -> None:
    assert fraction("loe", is_done=True) == Decimal("0.6")


def test_an_item_done_with_resolution_wont_do_earns_0_and_keeps_its_budget_as_descoped() -> None:
    plan = baseline(item(1), item(2))

    found = earned_value(plan, {"1": Progress(is_done=True), "2": Progress(is_called_off=True)}, FRIDAY, PLAIN)

    assert (found.amount, found.descoped, budget_at_completion(plan).value) == (10, ("OPS-2",), 20)


def test_a_reopened_issue_falls_back_to_0_with_0_100() -> None:
    plan, done, reopened = baseline(item(1)), Progress(is_started=True, is_done=True), Progress(is_started=True)

    found = [earned_value(plan, {"1": state}, FRIDAY, PLAIN).amount for state in (done, reopened)]

    assert found == [10, 0]


def test_an_apportioned_item_follows_the_item_it_depends_on() -> None:
    plan = baseline(item(1, "50/50"), item(2, "apportioned", 4))

    found = earned_value(plan, {"1": Progress(is_started=True), "2": Progress(depends_on="1")}, FRIDAY, PLAIN)

    assert (found.amount, found.behind) == (7, ("OPS-1", "OPS-2"))


def test_what_cannot_be_measured_is_left_out_and_named() -> None:
    plan = baseline(item(1), item(2, budget=None), item(3, "percent"), item(4))
    states = {"1": Progress(is_done=True), "2": Progress(is_done=True), "3": Progress(is_started=True)}

    found = earned_value(plan, states, FRIDAY, PLAIN)

    assert (found.amount, found.used) == (10, 1)
    assert found.left_out == {"OPS-2": "no_estimate", "OPS-3": "no_data", "OPS-4": "no_data"}


def test_a_reader_is_told_of_effort_based_items_and_of_much_level_of_effort() -> None:
    assert earned_value(baseline(item(1, "effort")), {}, FRIDAY, PLAIN).notes == ("effort_based",)
    assert earned_value(baseline(item(1), item(2, "loe", 2)), {}, FRIDAY, PLAIN).notes == ()
    assert earned_value(baseline(item(1), item(2, "loe", 3)), {}, FRIDAY, PLAIN).notes == ("much_effort_level",)


def test_costs_of_control_accounts_earn_what_was_planned_of_them() -> None:
    found = earned_value(baseline(item(1), other_costs=(hours(5),)), {"1": Progress()}, MONDAY, PLAIN)

    assert (found.amount, found.effort_level) == (1, 1)


AMOUNTS = st.decimals(0, 100, places=1)
STATES = st.builds(
    Progress,
    is_started=st.booleans(),
    is_done=st.booleans(),
    is_called_off=st.booleans(),
    percent=st.none() | st.decimals(-1, 3, places=2),
    steps=st.lists(st.tuples(AMOUNTS, st.booleans()), max_size=3).map(tuple),
    spent_h=AMOUNTS,
    remaining_h=st.none() | AMOUNTS,
    depends_on=st.just("0"),
)


@given(
    st.lists(st.tuples(st.sampled_from(TECHNIQUES), st.integers(0, 10**6), STATES), min_size=1, max_size=8),
    st.dates(date(2026, 2, 20), date(2026, 3, 20)),
)
def test_ev_is_never_more_than_bac(work: list[tuple[Technique, int, Progress]], day: date) -> None:
    plan = baseline(*(item(number, technique, budget) for number, (technique, budget, _) in enumerate(work)))

    found = earned_value(plan, {str(number): state for number, (_, _, state) in enumerate(work)}, day, PLAIN)

    bac = budget_at_completion(plan).value
    assert bac is not None
    assert 0 <= found.effort_level <= found.amount <= bac
