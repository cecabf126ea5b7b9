from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from connector.core.asof import issue_as_of
from connector.core.facts import facts_of
from connector.core.figures.calendar import WorkingCalendar
from connector.core.figures.catalog import FIGURES
from connector.core.figures.figure import Figure
from connector.core.figures.population import Population
from connector.core.figures.project_forecast import outlook
from connector.core.findings import RiskFound
from connector.core.issue import Facts, Issue
from tests.core.build import CATEGORY, NOW, STATUS_ID, finished, issue, moment, moved

SHANGHAI = ZoneInfo("Asia/Shanghai")
CATEGORIES = {STATUS_ID[name]: category for name, category in CATEGORY.items()}


def found(name: str, *work: Issue, **more: object) -> Figure:
    return FIGURES[name](Population(work=work, as_of=NOW, timezone=SHANGHAI, query="project = OPS", **more))  # type: ignore[arg-type]


def took(number: int, days: int, *, end: str = "2026-03-12T04:00", **fields: object) -> Issue:
    start = moment(end) - timedelta(days=days - 1)
    return finished(number, end, started=start.replace(tzinfo=None).isoformat(), **fields)


def with_history(number: int, is_at: str, *steps: tuple[str, str]) -> Issue:
    """An issue that was made on 5 January and went the given ways: pairs of moment and status."""
    names = ["To Do", *(name for _, name in steps)]
    changes = tuple(moved(n, names[n], name, at=moment(at)) for n, (at, name) in enumerate(steps))
    held = issue(number, is_at=is_at, changes=changes)
    return replace(held, facts=facts_of(held, CATEGORIES))


def test_a_reopened_item_runs_from_its_first_start_to_its_last_finish_and_counts_once() -> None:
    again = with_history(
        1,
        "Done",
        ("2026-02-02T02:00", "In Progress"),
        ("2026-02-04T02:00", "Done"),
        ("2026-02-20T02:00", "In Progress"),
        ("2026-03-11T02:00", "Done"),
    )
    alike = [replace(again, key=f"OPS-{n}") for n in range(1, 9)]

    assert found("cycle_time_p85", *alike).value == 38  # 2 February to 11 March
    assert found("throughput", again).value == Decimal("0.25")


def test_a_report_of_a_past_day_keeps_what_was_known_then() -> None:
    taken_up = with_history(
        1,
        "In Progress",
        ("2026-03-02T02:00", "In Progress"),
        ("2026-03-04T02:00", "Done"),
        ("2026-03-12T02:00", "In Progress"),
    )
    monday = moment("2026-03-09T09:00")
    then = issue_as_of(taken_up, monday, categories=CATEGORIES)
    assert then is not None

    was = FIGURES["throughput"](Population(work=(then,), as_of=monday, timezone=SHANGHAI))

    assert (was.value, was.issues) == (Decimal("0.25"), ("OPS-1",))
    assert found("throughput", taken_up).value == 0
    assert found("work_in_progress", taken_up).value == 1


def test_an_item_sent_back_to_to_do_stays_in_progress_and_its_clock_keeps_running() -> None:
    back = with_history(1, "To Do", ("2026-03-02T02:00", "In Progress"), ("2026-03-04T02:00", "To Do"))

    assert found("work_in_progress", back).issues == ("OPS-1",)
    assert found("oldest_work_item_age", back).value == 15  # 2 to 16 March


def test_an_item_that_went_straight_to_done_took_one_day_and_the_share_is_shown() -> None:
    straight = with_history(1, "Done", ("2026-03-11T02:00", "Done"))
    share = found("straight_to_done", straight, *(took(n, 3) for n in range(2, 5)))

    assert found("cycle_time_median", *[straight] * 5, *(took(n, 3) for n in range(2, 6))).reason == "no_data"
    assert (share.value, share.issues, share.notes) == (Decimal("0.25"), ("OPS-1",), ("board_not_used",))


def test_days_begin_and_end_in_the_projects_time_zone() -> None:
    # 15:59 UTC is still the same day in Shanghai, 16:00 UTC the next.
    evening = [finished(n, "2026-03-10T15:59", started="2026-03-10T01:00") for n in range(1, 9)]
    midnight = [finished(n, "2026-03-10T16:00", started="2026-03-10T01:00") for n in range(1, 9)]

    assert (found("cycle_time_p85", *evening).value, found("cycle_time_p85", *midnight).value) == (1, 2)


def test_a_resolution_date_stands_for_a_missing_history_and_is_a_moment_too() -> None:
    imported = issue(1, is_at="Done", resolutiondate="2026-03-08T23:30:00.000+0000")  # Monday in Shanghai
    weeks = Population(work=(imported,), as_of=NOW, timezone=SHANGHAI)

    assert str(weeks.finished_on(imported)) == "2026-03-09"


def test_items_whose_start_is_unknown_are_left_out_of_cycle_time_and_not_of_lead_time() -> None:
    imported = [finished(n, "2026-03-10") for n in range(1, 9)]

    assert found("cycle_time_p85", *imported).left_out == tuple(f"OPS-{n}" for n in range(1, 9))
    assert found("lead_time_p85", *imported).value == 65  # made on 5 January


def test_the_oldest_age_is_null_where_nothing_with_a_known_start_is_in_progress() -> None:
    unknown = issue(1, is_at="In Progress")

    assert found("oldest_work_item_age").reason == "no_data"
    assert found("oldest_work_item_age", unknown).left_out == ("OPS-1",)
    assert found("work_in_progress", unknown).value == 1


def test_sle_attainment_compares_the_last_four_weeks_with_the_twelve_before() -> None:
    past = [took(n, 5, end="2026-02-10T04:00") for n in range(1, 9)]
    recent = [took(11, 5), took(12, 6), took(13, 1)]

    attained = found("sle_attainment", *past, *recent)

    assert (attained.value, attained.issues) == (Decimal(2) / 3, ("OPS-11", "OPS-13"))
    assert found("sle_attainment", *recent).reason == "no_data"


def test_littles_law_is_null_in_a_young_project_and_noted_where_it_does_not_hold() -> None:
    young = finished(1, "2026-03-16", created="2026-03-15T09:00:00.000+0000")
    pile = [issue(n, is_at="In Progress", facts=Facts(started_at=moment("2026-01-06T02:00"))) for n in range(20, 25)]
    broken = found("littles_law", *pile, took(1, 3))

    assert found("littles_law", young).reason == "not_started"
    assert found("littles_law", *pile).reason == "no_data"
    assert (broken.notes, broken.value is not None and broken.value < Decimal("0.1")) == (("unstable",), True)
    assert found("littles_law", *(took(n, 3) for n in range(1, 4))).value == 1


def test_reopens_per_item_counts_every_reopening_of_what_was_ever_finished() -> None:
    again = issue(1, facts=Facts(first_finished_at=moment("2026-03-01"), reopened_n=3))

    assert found("reopens_per_item", again, finished(2, "2026-03-02")).value == Decimal("1.5")
    assert found("reopens_per_item", issue(3)).reason == "no_data"


def test_due_dates_that_were_moved_hide_delay_from_the_current_rate_alone() -> None:
    moved_out = finished(1, "2026-03-10T04:00", duedate="2026-03-12")
    base = {"1001": moment("2026-03-06").date()}

    assert found("on_time_rate", moved_out, baseline_due=base).value == 0
    assert found("on_time_rate_current", moved_out, baseline_due=base).value == 1


WEEKS = ["2026-01-14", "2026-01-21", "2026-01-28", "2026-02-04", "2026-02-11", "2026-02-18", "2026-02-25", "2026-03-04"]


def weekly(each: int) -> list[Issue]:
    ends = [end for end in WEEKS for _ in range(each)] + ["2026-01-07"] * each + ["2026-03-11"] * each
    return [took(n, 1, end=f"{end}T04:00") for n, end in enumerate(ends, 100)]


def test_open_work_is_done_after_backlog_by_throughput_weeks_when_every_week_is_alike() -> None:
    still_open = [issue(n) for n in range(1, 8)]
    forecast = found("weeks_to_done_p85", *weekly(2), *still_open)

    assert (forecast.value, forecast.unit, forecast.notes) == (4, "weeks", ("no_growth",))
    assert forecast.issues == tuple(f"OPS-{n}" for n in range(1, 8))
    assert found("weeks_to_done_p50", *weekly(2), *still_open).value == 4


def test_the_promise_is_never_earlier_than_the_coin_flip() -> None:
    work = [*weekly(2)[:11], *(issue(n) for n in range(1, 8))]
    flip, promise = found("weeks_to_done_p50", *work).value, found("weeks_to_done_p85", *work).value

    assert flip is not None
    assert promise is not None
    assert flip < promise


@pytest.mark.parametrize(
    ("work", "reason"),
    [
        pytest.param([], "no_data", id="nothing-at-all"),
        pytest.param([finished(1, "2026-03-02")], "finished", id="nothing-open"),
        pytest.param([issue(1)], "no_data", id="nothing-ever-finished"),
        pytest.param([issue(1, created="2026-03-14T09:00:00.000+0000")], "not_started", id="first-week-under-way"),
    ],
)
def test_without_backlog_or_throughput_there_is_no_forecast(work: list[Issue], reason: str) -> None:
    assert found("weeks_to_done_p85", *work).reason == reason


def risk_found(number: int, score: int | None, *, is_open: bool = True, owner: str | None = "li") -> RiskFound:
    return RiskFound(
        issue=str(number),
        key=f"OPS-{number}",
        summary="",
        probability=None,
        impact=None,
        score=score,
        band=None,
        owner=owner,
        is_open=is_open,
        is_high=False,
        is_escalated=False,
    )


def test_risk_figures_are_of_the_open_risks_and_count_the_unassessed_apart() -> None:
    risks = (risk_found(1, 12), risk_found(2, 6, owner=None), risk_found(3, None), risk_found(4, 20, is_open=False))

    total = found("risk_score_total", risks=risks)

    assert (total.value, total.unit, total.left_out) == (18, "score", ("OPS-3",))
    assert (found("unassessed_risks", risks=risks).issues, found("risk_owner_coverage", risks=risks).value) == (
        ("OPS-3",),
        Decimal(2) / 3,
    )


def test_risk_figures_without_risks_or_assessments_are_null() -> None:
    unknown = (risk_found(1, None), risk_found(2, None), risk_found(3, 4))

    assert found("risk_score_total", risks=unknown).reason == "low_coverage"
    assert found("risk_owner_coverage").reason == "no_data"
    assert (found("risk_score_total").value, found("unassessed_risks").value) == (0, 0)


def test_every_figure_of_the_catalogue_bears_its_own_name_and_moment() -> None:
    for name in FIGURES:
        figure = found(name, *weekly(1), issue(1, duedate="2026-03-01"))

        assert (figure.name, figure.as_of) == (name, NOW)


def test_every_figure_of_an_empty_project_is_0_or_null_with_a_reason() -> None:
    for name in FIGURES:
        figure = found(name)

        assert figure.value == 0 or figure.reason is not None


def test_late_items_are_late_in_working_days_and_open_ones_until_today() -> None:
    late = [finished(1, "2026-03-09T04:00", duedate="2026-03-06"), issue(2, duedate="2026-03-10")]
    delay = found("mean_delay", *late, finished(3, "2026-03-05T04:00", duedate="2026-03-06"))

    assert (delay.value, delay.unit, delay.issues) == (Decimal("2.5"), "working days", ("OPS-1", "OPS-2"))
    assert found("mean_delay").reason == "no_data"


def test_holidays_ahead_or_behind_let_throughput_be_drawn_by_working_day() -> None:
    # Two items every week, ten in five weeks; a whole week of holidays lies ahead.
    holidays = frozenset(moment(f"2026-03-{n}").date() for n in range(23, 28))
    work = (*weekly(2), *(issue(n) for n in range(1, 8)))
    plain = Population(work=work, as_of=NOW, timezone=SHANGHAI)
    resting = replace(plain, calendar=WorkingCalendar(holidays=holidays))

    usual, later = outlook(plain, 50), outlook(resting, 50)
    figure = FIGURES["weeks_to_done_p50"](resting)

    assert (usual.weeks.value, usual.finish) == (4, moment("2026-04-10").date())
    assert (later.weeks.value, later.weeks.notes) == (5, ("by_working_day",))
    assert later.finish is not None
    assert resting.calendar.is_working(later.finish)
    assert (figure.value, figure.notes) == (5, ("no_growth", "by_working_day"))


def test_a_figure_from_few_items_is_of_low_confidence() -> None:
    few = found("cycle_time_p85", *(took(n, n) for n in range(1, 9)))

    assert (few.value, few.notes, few.is_low_confidence) == (7, ("low_confidence",), True)
