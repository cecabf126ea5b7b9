from datetime import date
from decimal import Decimal

import pytest

from connector.core.figures.calendar import WorkingCalendar
from connector.core.figures.cpli import (
    baseline_execution_index,
    critical_path_length,
    critical_path_length_index,
    hit_task_rate,
    is_critical_path_sound,
)
from connector.core.figures.figure import round_half_up
from connector.core.figures.network import Activity, Link
from connector.core.figures.reading import null
from connector.core.figures.schedule_health import PlanItem

TODAY = date(2026, 3, 16)


def task(number: int, due: int | None, finished: int | None = None, **more: object) -> PlanItem:
    return PlanItem(
        key=f"OPS-{number}",
        baseline_finish=None if due is None else date(2026, 3, due),
        actual_finish=None if finished is None else date(2026, 3, finished),
        **more,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(
    ("length", "spare", "printed"), [(720, -60, "0.917"), (80, 20, "1.25"), (800, 20, "1.03"), (800, 200, "1.25")]
)
def test_the_critical_path_length_index_has_the_printed_values(length: int, spare: int, printed: str) -> None:
    """DAU Acquipedia, AcqNotes and scheduletraininghub: CPLI examples. 1.025 is printed as 1.03: half up."""
    found = critical_path_length_index(length, spare).value

    assert found is not None
    assert str(round_half_up(found, len(printed) - 2)) == printed


def test_without_a_path_there_is_no_cpli() -> None:
    assert critical_path_length_index(0, 5) == null("div_zero")


def test_the_critical_path_length_counts_the_working_days_still_to_come() -> None:
    assert critical_path_length(TODAY, date(2026, 3, 27), WorkingCalendar()) == 9


def test_bei_is_what_was_completed_of_what_should_have_been() -> None:
    found = baseline_execution_index([task(1, 10, 9), task(2, 16), task(3, 12, 15), task(4, 30)], TODAY)

    assert (found.value, found.behind) == (Decimal(2) / 3, ("OPS-1", "OPS-3"))


def test_bei_can_exceed_1() -> None:
    assert baseline_execution_index([task(1, 10, 9), task(2, 30, 12)], TODAY).value == 2


def test_bei_is_null_before_the_first_task_should_be_done_and_without_a_baseline() -> None:
    assert baseline_execution_index([task(1, 30)], TODAY) == null("not_started")
    assert baseline_execution_index([task(1, None, 9)], TODAY) == null("no_baseline")


def test_bei_leaves_out_containers_milestones_and_level_of_effort() -> None:
    others = [
        task(2, 10, is_leaf=False),
        task(3, 10, is_milestone=True),
        task(4, 10, is_effort_level=True),
    ]

    assert baseline_execution_index([task(1, 10, 9), *others], TODAY).value == 1


def test_the_hit_task_rate_counts_what_was_due_in_the_period() -> None:
    tasks = [task(1, 2, 9), task(2, 10, 8), task(3, 11, 12), task(4, 12), task(5, 13, 13), task(6, 30, 10)]

    found = hit_task_rate(tasks, date(2026, 3, 9), date(2026, 3, 15))

    assert (found.value, found.behind, found.used) == (Decimal("0.5"), ("OPS-2", "OPS-5"), 4)
    assert hit_task_rate(tasks, date(2026, 4, 1), date(2026, 4, 5)).reason == "no_data"
    assert hit_task_rate([task(1, None)], TODAY, TODAY).reason == "no_baseline"


ACTIVITIES = [Activity(id=name, duration=2) for name in "abc"]


def test_a_delay_of_a_critical_task_moves_the_finish_of_a_sound_network() -> None:
    links = [Link(before="a", after="b"), Link(before="b", after="c")]

    assert is_critical_path_sound(ACTIVITIES, links) is True


def test_a_finish_that_does_not_follow_a_delay_by_as_much_is_no_sound_critical_path() -> None:
    begun_together = [Activity(id="a", duration=2), Activity(id="b", duration=10)]

    assert is_critical_path_sound(begun_together, [Link(before="a", after="b", type="SS")]) is False


def test_a_task_that_waits_for_a_promised_date_moves_the_finish_all_the_same() -> None:
    assert is_critical_path_sound([Activity(id="a", duration=1, not_before=2)], []) is True


def test_a_network_that_is_done_is_not_tested() -> None:
    assert is_critical_path_sound([Activity(id="a", duration=2, started=0, finished=2)], [], data_date=2) is None


def test_work_under_way_is_delayed_by_what_remains_of_it() -> None:
    begun = Activity(id="a", duration=5, started=0, remaining=3)

    assert is_critical_path_sound([begun], [], data_date=2) is True
