from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from connector.core.figures.baseline import Baseline, BaselineItem
from connector.core.figures.catalog import FIGURES
from connector.core.figures.population import Population
from connector.core.figures.project_schedule import SCHEDULE, health_of, network_of
from connector.core.figures.schedule_health import CheckResult
from connector.core.issue import Facts, Issue
from tests.core.build import NOW, finished, issue, moment

FIELDS = {"start_date": "customfield_7", "story_points": "customfield_8", "acceptance_criteria": "customfield_9"}


def work(number: int, start: str | None, due: str | None, *blocks: int, **more: object) -> Issue:
    links = [{"type": {"name": "Blocks"}, "outwardIssue": {"key": f"OPS-{other}"}} for other in blocks]
    return issue(number, customfield_7=start, duedate=due, issuelinks=links, **more)


def population(*issues: Issue, **more: object) -> Population:
    held: dict[str, object] = {"fields": FIELDS, "as_of": NOW, "timezone": ZoneInfo("Asia/Shanghai"), **more}
    return Population(work=issues, **held)  # type: ignore[arg-type]


def check(name: str, *issues: Issue, **more: object) -> CheckResult:
    return next(one for one in health_of(population(*issues, **more)).checks if one.id == name)


CHAIN = (
    work(1, "2026-03-16", "2026-03-18", 2),
    work(2, "2026-03-19", "2026-03-23", 3),
    work(3, "2026-03-24", "2026-03-25"),
    work(4, "2026-03-16", "2026-03-16", 3),
)


def test_the_network_forecasts_the_finish_over_blocking_links() -> None:
    held = population(*CHAIN)

    assert network_of(held).finish == date(2026, 3, 25)
    assert (FIGURES["days_to_finish"](held).value, FIGURES["days_to_finish"](held).issues) == (
        8,
        ("OPS-1", "OPS-2", "OPS-3"),
    )
    assert (FIGURES["critical_items"](held).value, FIGURES["critical_items"](held).issues) == (
        3,
        ("OPS-1", "OPS-2", "OPS-3"),
    )


def test_a_link_counts_once_though_both_its_issues_tell_of_it() -> None:
    blocked = [{"type": {"name": "Blocks"}, "inwardIssue": {"key": "OPS-1"}}]
    both = (work(1, "2026-03-16", "2026-03-18", 2), issue(2, issuelinks=blocked, timeoriginalestimate=28800))

    assert len(network_of(population(*both)).links) == 1
    assert FIGURES["days_to_finish"](population(*both)).value == 4


def test_other_links_are_no_logic() -> None:
    related = [{"type": {"name": "Relates"}, "outwardIssue": {"key": "OPS-2"}}, {"type": {}}, "odd"]
    held = population(issue(1, issuelinks=related, timeoriginalestimate=28800), issue(2))

    found = FIGURES["days_to_finish"](held)

    assert (found.reason, found.notes) == ("no_data", ("no_logic",))


def test_done_work_and_work_under_way_take_the_time_they_took() -> None:
    done = finished(1, "2026-03-12T09:00", started="2026-03-09T09:00", customfield_7="2026-03-09", duedate="2026-03-11")
    begun = work(
        2, "2026-03-12", "2026-03-20", 3, is_at="In Progress", facts=Facts(started_at=moment("2026-03-12")),
        timeestimate=57600,
    )  # fmt: skip
    held = population(done, begun, work(3, "2026-03-23", "2026-03-23"))

    assert FIGURES["days_to_finish"](held).value == 3
    assert network_of(held).schedule.times["OPS-1"][:2] == (0, 4)


def test_a_network_without_durations_is_null_no_estimate() -> None:
    found = FIGURES["days_to_finish"](population(work(1, None, None, 2), issue(2)))

    assert (found.reason, found.left_out) == ("no_estimate", ("OPS-1", "OPS-2"))


def test_a_network_with_few_durations_is_null_low_coverage() -> None:
    held = population(work(1, "2026-03-16", "2026-03-18", 2), issue(2), issue(3))

    assert FIGURES["critical_items"](held).reason == "low_coverage"


def test_a_guessed_duration_on_the_critical_path_is_low_confidence() -> None:
    held = population(work(1, "2026-03-16", "2026-03-18", 2), issue(2))

    found = FIGURES["days_to_finish"](held)

    assert (found.value, found.left_out, found.is_low_confidence) == (6, ("OPS-2",), True)
    assert found.notes == ("low_confidence", "imputed")


def test_when_nothing_is_open_the_network_is_finished() -> None:
    assert FIGURES["days_to_finish"](population(finished(1, "2026-03-12"))).reason == "finished"


def test_a_mistyped_year_breaks_nothing() -> None:
    held = population(work(1, "2026-03-16", "9999-12-31", 2), work(2, "0001-01-01", "9999-12-31"))

    assert FIGURES["days_to_finish"](held).value is not None
    assert network_of(held).finish == date.max


def test_loops_are_counted_and_their_members_named() -> None:
    held = population(work(1, "2026-03-16", "2026-03-17", 2), work(2, "2026-03-16", "2026-03-17", 1), issue(3))

    found = FIGURES["dependency_loops"](held)

    assert (found.value, found.issues) == (1, ("OPS-1", "OPS-2"))


def test_cpli_compares_the_forecast_with_the_baselines_finish() -> None:
    gate = datetime(2026, 3, 1, tzinfo=UTC)
    plan = Baseline(version=1, at=gate, items=(BaselineItem(issue="1003", key="OPS-3", finish=date(2026, 3, 23)),))

    found = FIGURES["cpli"](population(*CHAIN, baseline=plan))

    assert found.value == Decimal(5) / 7
    assert FIGURES["cpli"](population(*CHAIN)).reason == "no_baseline"


def test_a_complete_plan_fails_no_check() -> None:
    complete = {
        "assignee": {"accountId": "li", "active": True},
        "parent": {"key": "OPS-90"},
        "timeoriginalestimate": 28800,
    }
    chain = (
        work(1, "2026-03-16", "2026-03-18", 2, **complete),
        work(2, "2026-03-19", "2026-03-23", **complete),
    )

    found = FIGURES["plan_completeness"](population(*chain))

    # Without milestones both ends of the chain are loose.
    assert (found.notes, found.issues) == (("below_P7",), ("OPS-1", "OPS-2"))
    assert found.value is not None
    assert found.value > Decimal("0.9")


@pytest.mark.parametrize(
    ("name", "fields", "fails"),
    [
        ("P1", {"parent": {"key": "OPS-9"}}, False),
        ("P1", {}, True),
        ("P2", {"assignee": {"accountId": "li"}}, False),
        ("P2", {"assignee": {"accountId": "li", "active": False}}, True),
        ("P2", {"assignee": None}, True),
        ("P3", {"customfield_7": "2026-03-16", "duedate": "2026-03-18"}, False),
        ("P3", {"duedate": "2026-03-18"}, True),
        ("P4", {"timeoriginalestimate": 3600}, False),
        ("P4", {"customfield_8": 3}, False),
        ("P4", {"timeoriginalestimate": 0}, True),
        ("P15", {"duedate": "2026-03-15"}, True),
    ],
)
def test_checks_read_the_fields_of_the_work(name: str, fields: dict[str, object], fails: bool) -> None:
    assert (check(name, issue(1, **fields)).failing == ("OPS-1",)) is fails


@pytest.mark.parametrize(
    ("fields", "fails"),
    [
        ({"customfield_9": "opens in a second"}, False),
        ({"description": "Intro\n\nh2. Acceptance criteria\n* opens in a second"}, False),
        ({"description": "*验收标准：*\r\n一秒内打开"}, False),
        ({"description": "h2. Acceptance criteria\n\nh2. Notes\nnone"}, True),
        ({"description": "h2. Acceptance criteria"}, True),
        ({"description": "the acceptance criteria are elsewhere\nreally"}, True),
        ({}, True),
    ],
)
def test_a_story_needs_acceptance_criteria_in_its_field_or_below_a_heading(
    fields: dict[str, object], fails: bool
) -> None:
    assert (check("P5", issue(1, type="Story", **fields)).failing == ("OPS-1",)) is fails


def test_without_work_there_is_no_schedule() -> None:
    assert {name: figure(population()).reason for name, figure in SCHEDULE.items()} == {
        "plan_completeness": "no_data",
        "days_to_finish": "no_data",
        "critical_items": "no_data",
        "dependency_loops": "no_data",
        "cpli": "no_baseline",
    }
