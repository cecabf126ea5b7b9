from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.core.figures.figure import round_half_up
from connector.core.figures.quality import (
    Defect,
    Finished,
    Stage,
    Submission,
    ageing,
    criteria_coverage,
    defect_density,
    escape_rate,
    first_pass_acceptance,
    first_pass_yield,
    first_submission,
    first_time_yield,
    introduced_in,
    passed_tests,
    removal_efficiency,
    reopen_rate,
    reopen_rate_after,
    reopens_per_item,
    rolled_yield,
)

DAY0 = datetime(2026, 1, 1, tzinfo=UTC)
RELEASE = date(2026, 1, 31)
# Wikipedia, "First-pass yield": units in, out and reworked of four processes.
PROCESSES = [
    Stage(came_in=100, came_out=90, reworked=5),
    Stage(came_in=90, came_out=80, reworked=0),
    Stage(came_in=80, came_out=75, reworked=10),
    Stage(came_in=75, came_out=70, reworked=8),
]


def day(n: int) -> datetime:
    return DAY0 + timedelta(days=n)


def shown(value: Decimal | None) -> str:
    assert value is not None
    return str(round_half_up(value, 4))


def test_wikipedias_yields_of_four_processes_are_reproduced() -> None:
    assert [shown(first_time_yield(one).value) for one in PROCESSES] == ["0.9000", "0.8889", "0.9375", "0.9333"]
    assert [shown(first_pass_yield(one).value) for one in PROCESSES] == ["0.8500", "0.8889", "0.8125", "0.8267"]
    assert shown(rolled_yield(PROCESSES).value) == "0.5075"


def test_the_whole_lines_first_time_yield_is_out_of_the_last_of_in_of_the_first() -> None:
    assert first_time_yield(Stage(came_in=100, came_out=70)).value == Decimal("0.7")


def test_a_stage_without_input_has_no_yield_and_lets_no_line_have_one() -> None:
    idle = Stage(came_in=0, came_out=0)

    assert (first_pass_yield(idle).reason, rolled_yield([*PROCESSES, idle]).reason, rolled_yield([]).reason) == (
        "no_data",
        "no_data",
        "no_data",
    )


def test_reopen_rate_is_of_the_cohort_first_finished_in_the_window() -> None:
    items = [
        Finished(key="again", first_finished=day(5), reopened=(day(6), day(9), day(12))),
        Finished(key="good", first_finished=day(10)),
        Finished(key="later", first_finished=day(10), reopened=(day(50),)),
        Finished(key="outside", first_finished=day(31), reopened=(day(32),)),
    ]

    found = reopen_rate(items, day(0), day(30), day(40))

    assert (found.value, found.behind, found.used) == (Decimal(1) / 3, ("again",), 3)


def test_a_reopen_rate_with_denominator_0_is_null() -> None:
    assert reopen_rate([], day(0), day(30), day(40)).reason == "no_data"


@pytest.mark.parametrize(("days", "again"), [(30, ("soon",)), (60, ("soon", "late")), (90, ("soon", "late"))])
def test_the_reopen_rate_is_shown_at_30_60_and_90_days(days: int, again: tuple[str, ...]) -> None:
    items = [
        Finished(key="soon", first_finished=day(0), reopened=(day(3),)),
        Finished(key="late", first_finished=day(0), reopened=(day(45),)),
        Finished(key="good", first_finished=day(0)),
    ]

    found = reopen_rate_after(items, day(0), day(10), day(200), days)

    assert (found.value, found.behind) == (Decimal(len(again)) / 3, again)


def test_items_too_young_to_judge_are_left_out_of_the_cohort() -> None:
    items = [Finished(key="old", first_finished=day(0)), Finished(key="young", first_finished=day(20))]
    found = reopen_rate_after(items, day(0), day(30), day(45), 30)

    assert (found.value, found.left_out, found.notes) == (0, ("young",), ("young_cohort",))
    assert reopen_rate_after(items, day(0), day(30), day(20), 30).reason == "low_coverage"


def test_reopens_per_item_counts_every_reopening() -> None:
    found = reopens_per_item({"a": 3, "b": 0})

    assert (found.value, found.behind, reopens_per_item({}).reason) == (Decimal("1.5"), ("a",), "no_data")


ORDER = ["To Do", "Doing", "Review", "Done"]


@pytest.mark.parametrize(
    ("visits", "has_passed"),
    [
        pytest.param(["Doing", "Review", "Done"], True, id="forwards"),
        pytest.param(["Doing", "Review", "Doing", "Review", "Done"], False, id="backwards-then-passed"),
        pytest.param(["Doing", "Review"], None, id="still-in-review"),
        pytest.param(["Doing"], None, id="never-submitted"),
        pytest.param(["Review", "Parked"], None, id="somewhere-else"),
    ],
)
def test_the_first_submission_fails_by_leaving_the_review_backwards(visits: list[str], has_passed: bool | None) -> None:
    assert first_submission(visits, "Review", ORDER) is has_passed


def test_undecided_submissions_are_not_in_the_denominator() -> None:
    submissions = [
        Submission(key="a", decided=date(2026, 1, 10), passed=True),
        Submission(key="b", decided=date(2026, 1, 11), passed=False),
        Submission(key="c", decided=None, passed=None),
        Submission(key="d", decided=date(2026, 2, 10), passed=True),
    ]

    found = first_pass_acceptance(submissions, date(2026, 1, 1), date(2026, 1, 31))

    assert (found.value, found.behind, found.used) == (Decimal("0.5"), ("a",), 2)
    assert first_pass_acceptance(submissions[2:3], date(2026, 1, 1), date(2026, 1, 31)).reason == "no_data"


def defect(key: str, found: int, fixed: int | None = None, resolution: str | None = None) -> Defect:
    ended = None if fixed is None else RELEASE + timedelta(days=fixed)
    return Defect(key=key, created=RELEASE + timedelta(days=found), fixed=ended, resolution=resolution)


def test_duplicates_and_reports_that_are_no_bug_are_no_defects() -> None:
    defects = [
        defect("a", -5, 1, "Fixed"),
        defect("b", -5, 1, "Duplicate"),
        defect("c", -5, 1, "Cannot Reproduce"),
        defect("d", -5, 1, "Not a Bug"),
        defect("e", -5),
    ]

    found = defect_density(defects, Decimal("0.5"))

    assert (found.value, found.behind) == (4, ("a", "e"))


def test_a_defect_density_over_size_0_is_null() -> None:
    assert defect_density([defect("a", 1)], Decimal(0)).reason == "div_zero"


def test_removal_efficiency_is_found_before_of_before_and_90_days_after() -> None:
    defects = [defect("a", -9), defect("b", -1), defect("c", 0), defect("d", 90), defect("e", 91)]

    found = removal_efficiency(defects, RELEASE, RELEASE + timedelta(days=91))

    assert (found.value, found.behind, found.used) == (Decimal("0.5"), ("a", "b"), 4)


def test_removal_efficiency_waits_until_its_window_has_elapsed() -> None:
    found = removal_efficiency([defect("a", -9)], RELEASE, RELEASE + timedelta(days=90))

    assert (found.value, found.reason, found.notes) == (None, "no_data", ("window_open",))


def test_escape_rate_is_found_after_release_of_all() -> None:
    assert escape_rate([defect("a", -9), defect("b", 3), defect("c", 0), defect("d", -1)], RELEASE).value == Decimal(
        "0.5"
    )
    assert escape_rate([], RELEASE).reason == "no_data"


def test_ageing_tells_the_mean_and_p85_of_fixes_and_the_open_ones_by_age() -> None:
    fixed = [defect(str(n), 0, n) for n in range(1, 11)]
    found = ageing([*fixed, defect("young", 5), defect("old", 0)], RELEASE + timedelta(days=20))

    assert (found.mean.value, found.p85.value) == (Decimal("5.5"), 9)
    assert list(found.open_days.items()) == [("old", 20), ("young", 15)]


def test_seven_fixes_have_a_mean_and_no_percentile_and_none_have_neither() -> None:
    few = ageing([defect(str(n), 0, n) for n in range(1, 8)], RELEASE)
    none = ageing([], RELEASE)

    assert (few.mean.value, few.p85.reason) == (4, "no_data")
    assert (none.mean.reason, none.p85.reason) == ("no_data", "no_data")


def test_tests_passed_are_of_those_executed_and_criteria_with_a_test_of_all() -> None:
    assert passed_tests({"t1", "t9"}, ["t1", "t2"]).value == Decimal("0.5")
    assert criteria_coverage({"c1"}, ["c1", "c2", "c3", "c4"]).value == Decimal("0.25")
    assert (passed_tests(set(), []).reason, criteria_coverage(set(), []).reason) == ("no_data", "no_data")


@given(st.lists(st.tuples(st.integers(0, 30), st.lists(st.integers(0, 90), max_size=3)), max_size=15))
def test_the_reopen_rate_never_falls_as_time_goes_by(spans: list[tuple[int, list[int]]]) -> None:
    items = [
        Finished(key=str(n), first_finished=day(start), reopened=tuple(day(start + one) for one in again))
        for n, (start, again) in enumerate(spans)
    ]
    rates = [reopen_rate(items, day(0), day(30), day(t)).value for t in (30, 60, 120)]

    assert rates == sorted(rates, key=lambda one: one or 0)


def test_a_defect_counts_for_the_version_it_affects_else_for_that_of_the_work_that_brought_it_in() -> None:
    assert introduced_in(["1.2"], ["1.0"]) == ("1.2",)
    assert introduced_in([], ["1.0"]) == ("1.0",)
    assert introduced_in([], []) == ()
