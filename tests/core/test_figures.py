from dataclasses import replace
from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.core.figures.catalog import FIGURES
from connector.core.figures.figure import Figure
from connector.core.figures.percentile import nearest_rank
from connector.core.figures.population import Population
from connector.core.issue import Facts
from connector.core.judge import find_risks, population_of
from connector.core.rules.kpis import find_kpi
from tests.core.build import FIELDS, NOW, finished, gate_issue, issue, kpi, moment, project, risk, rulebook

SHANGHAI = ZoneInfo("Asia/Shanghai")


def people(*work, baseline_due=None, as_of=NOW) -> Population:
    return Population(work=work, as_of=as_of, timezone=SHANGHAI, baseline_due=baseline_due or {})


def value(name: str, population: Population) -> Decimal | None:
    return FIGURES[name](population).value


def test_completion_is_done_of_all_in_scope() -> None:
    found = FIGURES["completion"](people(finished(1, "2026-03-02"), issue(2), issue(3), issue(4)))

    assert (found.value, found.issues, found.used, found.total) == (Decimal("0.25"), ("OPS-1",), 4, 4)


def test_completion_of_nothing_is_null_and_not_zero() -> None:
    found = FIGURES["completion"](people())

    assert (found.value, found.reason) == (None, "no_data")


def test_work_that_was_called_off_leaves_the_scope() -> None:
    off = finished(2, "2026-03-02", resolution={"name": "Won't Do"})

    population = population_of(project(finished(1, "2026-03-02"), off, issue(3)), rulebook())

    assert [one.key for one in population.work] == ["OPS-1", "OPS-3"]
    assert [one.key for one in population.descoped] == ["OPS-2"]


def test_risks_goals_gates_epics_and_subtasks_are_no_work_items() -> None:
    epic = replace(issue(4), fields={**issue(4).fields, "issuetype": {"name": "Epic", "hierarchyLevel": 1}})
    part = replace(issue(5), fields={**issue(5).fields, "issuetype": {"name": "Sub-task", "subtask": True}})
    held = project(issue(1), risk(2, 3, 3), issue(3, type="Goal"), epic, part, gate_issue(is_at="To Do"))

    assert [one.key for one in population_of(held, rulebook()).work] == ["OPS-1"]


def test_an_unfinished_late_item_counts_against_the_on_time_rate() -> None:
    on_time = finished(1, "2026-03-05T12:00", duedate="2026-03-06")
    late = finished(2, "2026-03-09T12:00", duedate="2026-03-06")
    never = issue(3, duedate="2026-03-06")
    not_due = issue(4, duedate="2026-04-30")

    found = FIGURES["on_time_rate"](people(on_time, late, never, not_due))

    assert (found.value, found.used, found.issues) == (Decimal(1) / 3, 3, ("OPS-1",))


def test_a_due_date_means_the_end_of_that_day_in_the_projects_time_zone() -> None:
    evening = finished(1, "2026-03-06T15:59", duedate="2026-03-06")  # 23:59 in Shanghai
    midnight = finished(2, "2026-03-06T16:00", duedate="2026-03-06")  # 00:00 the next day

    assert FIGURES["on_time_rate"](people(evening, midnight)).issues == ("OPS-1",)


def test_the_baselines_date_counts_even_when_the_due_date_was_moved() -> None:
    moved_out = finished(1, "2026-03-10T09:00", duedate="2026-03-20")

    found = FIGURES["on_time_rate"](people(moved_out, baseline_due={"1001": date(2026, 3, 6)}))

    assert found.value == 0


def test_too_few_due_dates_make_the_on_time_rate_null() -> None:
    undated = [finished(n, "2026-03-05") for n in range(2, 5)]

    found = FIGURES["on_time_rate"](people(finished(1, "2026-03-05", duedate="2026-03-06"), *undated))

    assert (found.value, found.reason, found.left_out) == (None, "low_coverage", ("OPS-2", "OPS-3", "OPS-4"))


@given(st.lists(st.booleans(), max_size=20))
def test_adding_an_unfinished_late_item_never_raises_the_on_time_rate(outcomes: list[bool]) -> None:
    work = [
        finished(n, "2026-03-05" if good else "2026-03-09", duedate="2026-03-06") for n, good in enumerate(outcomes, 1)
    ]

    before = value("on_time_rate", people(*work))
    after = value("on_time_rate", people(*work, issue(99, duedate="2026-03-06")))

    assert after is not None
    assert before is None or after <= before


def test_overdue_counts_open_items_whose_day_is_over() -> None:
    found = FIGURES["overdue"](people(issue(1, duedate="2026-03-15"), issue(2, duedate="2026-03-16"), issue(3)))

    assert (found.value, found.issues, found.left_out) == (1, ("OPS-1",), ("OPS-3",))


def test_overdue_without_any_due_date_is_null() -> None:
    assert FIGURES["overdue"](people(issue(1))).reason == "no_data"


def test_throughput_counts_whole_weeks_and_leaves_out_the_one_under_way() -> None:
    work = [finished(1, "2026-02-18"), finished(2, "2026-03-12"), finished(3, "2026-03-13"), finished(4, "2026-03-16")]

    found = FIGURES["throughput"](people(*work))

    assert (found.value, found.issues) == (Decimal("0.75"), ("OPS-1", "OPS-2", "OPS-3"))


def test_a_project_younger_than_a_week_has_no_throughput() -> None:
    young = finished(1, "2026-03-16", created="2026-03-15T09:00:00.000+0000")

    assert FIGURES["throughput"](people(young)).reason == "not_started"


def test_cycle_time_counts_both_ends_and_takes_the_nearest_rank() -> None:
    work = [finished(n, f"2026-03-{n + 1:02d}T10:00", started="2026-03-01T09:00") for n in range(1, 9)]

    assert value("cycle_time_median", people(*work)) == 5


def test_seven_finished_items_say_nothing_about_cycle_time() -> None:
    work = [finished(n, "2026-03-10", started="2026-03-01") for n in range(1, 8)]

    assert FIGURES["cycle_time_median"](people(*work)).reason == "no_data"


def test_an_item_finished_before_its_start_is_left_out_of_cycle_time() -> None:
    work = [finished(n, "2026-03-10", started="2026-03-01") for n in range(1, 9)]

    found = FIGURES["cycle_time_median"](people(*work, finished(9, "2026-03-01", started="2026-03-05")))

    assert (found.used, found.total, found.left_out) == (8, 9, ("OPS-9",))


@given(st.lists(st.integers(1, 400), min_size=1), st.integers(1, 99))
def test_percentiles_grow_with_their_rank(values: list[int], percent: int) -> None:
    assert nearest_rank(values, percent) <= nearest_rank(values, percent + 1)


def test_reopened_items_count_once_against_all_ever_finished() -> None:
    again = issue(1, facts=Facts(first_finished_at=moment("2026-03-01"), reopened_n=3))

    assert value("reopen_rate", people(again, finished(2, "2026-03-02"))) == Decimal("0.5")


def test_open_high_risks_leaves_out_what_is_closed_or_unassessed() -> None:
    held = project(risk(1, 5, 5), risk(2, 5, 5, is_at="Done"), risk(3, None, 4), risk(4, 2, 2))
    risks = find_risks(held, rulebook(), FIELDS)

    found = FIGURES["open_high_risks"](population_of(held, rulebook(), risks))

    assert (found.value, found.issues, found.used, found.total, found.left_out) == (1, ("OPS-1",), 2, 3, ("OPS-3",))


@pytest.mark.parametrize(
    ("done", "light"),
    [
        pytest.param(9, "green", id="on-target"),
        pytest.param(8, "amber", id="within-the-second-bound"),
        pytest.param(7, "red", id="beyond"),
    ],
)
def test_a_kpis_light_compares_the_unrounded_value(done: int, light: str) -> None:
    work = [finished(n, "2026-03-02") for n in range(1, done + 1)] + [issue(n) for n in range(done + 1, 11)]

    found = find_kpi(kpi("completion", target=">= 0.9", amber=">= 0.8"), project(), people(*work))

    assert found.light == light


def test_a_null_kpi_is_grey() -> None:
    assert find_kpi(kpi("completion", target=">= 0.9"), project(), people()).light == "grey"


def test_a_kpi_on_too_little_coverage_is_grey() -> None:
    work = [finished(n, "2026-03-05", duedate="2026-03-06") for n in (1, 2, 3)] + [finished(4, "2026-03-05")]

    found = find_kpi(kpi("on_time_rate", target=">= 0.9"), project(), people(*work))

    assert (found.figure.value, found.light) == (1, "grey")


def test_a_figure_has_a_value_or_a_reason_and_never_both() -> None:
    with pytest.raises(ValueError, match="a value or a reason"):
        Figure(name="x", unit="count", as_of=NOW, value=Decimal(1), reason="no_data")
