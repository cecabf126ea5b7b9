from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from connector.core.figures.actual_cost import Rate, Worklog
from connector.core.figures.baseline import Baseline, BaselineItem
from connector.core.figures.calendar import WorkingCalendar
from connector.core.figures.catalog import FIGURES
from connector.core.figures.figure import Figure
from connector.core.figures.population import Population
from connector.core.figures.project_plan import PLAN
from connector.core.figures.quantity import Quantity, hours, money
from connector.core.issue import Issue
from tests.core.build import NOW, finished, issue

SHANGHAI = ZoneInfo("Asia/Shanghai")
# Monday to Friday in two weeks, as of Monday 16 March: PV 80 h and 8 h, AT 11 working days.
FIRST, SECOND, NEXT = (date(2026, 3, 2), date(2026, 3, 6)), (date(2026, 3, 9), date(2026, 3, 13)), date(2026, 3, 16)


def item(number: int, budget: Quantity | None, span: tuple[date, date]) -> BaselineItem:
    return BaselineItem(issue=str(1000 + number), key=f"OPS-{number}", budget=budget, start=span[0], finish=span[1])


def plan(unit: Callable[[int], Quantity] = hours) -> Baseline:
    items = (item(1, unit(40), FIRST), item(2, unit(40), SECOND), item(3, unit(40), (NEXT, date(2026, 3, 20))))
    return Baseline(version=1, at=datetime(2026, 3, 1, tzinfo=UTC), items=items)


def done(number: int, spent_h: int | None = None) -> Issue:
    return finished(number, "2026-03-06T09:00", timespent=None if spent_h is None else spent_h * 3600)


def population(*work: Issue, **more: object) -> Population:
    return Population(work=work, as_of=NOW, timezone=SHANGHAI, query="project = OPS", **more)  # type: ignore[arg-type]


def values(held: Population, *names: str) -> list[Decimal | None]:
    return [FIGURES[name](held).value for name in names]


def reasons(held: Population) -> dict[str, str | None]:
    return {name: figure(held).reason for name, figure in PLAN.items()}


def test_a_project_with_baseline_and_hours_has_every_figure_of_its_plan() -> None:
    held = population(done(1, 50), issue(2, is_at="In Progress"), issue(3), baseline=plan())

    assert values(held, "bac", "pv", "ev", "ac", "sv", "cv") == [120, 88, 40, 50, -48, -10]
    assert values(held, "cpi", "eac", "etc", "vac") == [Decimal("0.8"), 150, 100, -30]
    assert values(held, "spi", "tcpi") == [Decimal(40) / 88, Decimal(80) / 70]
    assert values(held, "es", "sv_t", "spi_t") == [5, -6, Decimal(5) / 11]
    assert values(held, "percent_complete") == [Decimal(1) / 3]
    assert values(held, "eac_t", "tspi") == [Decimal(11) + 10 / (Decimal(5) / 11), Decimal(10) / 4]


def test_a_figure_says_what_it_rests_on() -> None:
    gone = replace(plan(), items=(*plan().items, item(4, hours(8), FIRST)))

    found = FIGURES["spi"](population(done(1), issue(2), issue(3), baseline=gone))

    assert (found.used, found.total, found.issues, found.left_out) == (3, 4, ("OPS-1",), ("OPS-4",))
    assert (found.unit, found.query, found.as_of) == ("ratio", "project = OPS", NOW)
    assert found.why_left_out == {"OPS-4": "no_data"}


def test_what_cannot_be_counted_is_named_with_the_reason() -> None:
    odd = (item(3, None, FIRST), BaselineItem(issue="1004", key="OPS-4", budget=hours(8)))
    held = population(
        done(1), *(issue(n) for n in (2, 3, 4)), baseline=replace(plan(), items=(*plan().items[:2], *odd))
    )

    assert FIGURES["bac"](held).why_left_out == {"OPS-3": "no_estimate"}
    assert FIGURES["pv"](held).why_left_out == {"OPS-3": "no_estimate", "OPS-4": "no_date"}


def test_a_cost_figure_says_that_hours_were_taken_as_booked() -> None:
    held = population(done(1, 50), issue(2), issue(3), baseline=replace(plan(), is_provisional=True))

    assert FIGURES["cpi"](held).notes == ("provisional_baseline", "spent_as_booked")
    assert FIGURES["spi"](held).notes == ("provisional_baseline",)


def test_without_a_baseline_every_figure_is_null_no_baseline_but_the_hours_spent() -> None:
    found = reasons(population(done(1, 3), issue(2)))

    assert found == {**dict.fromkeys(PLAN, "no_baseline"), "ac": None}


def test_without_hours_actual_cost_is_null_no_actuals() -> None:
    assert FIGURES["ac"](population(done(1))).reason == "no_actuals"


def test_a_baseline_of_due_dates_alone_is_null_no_estimate_but_for_what_needs_none() -> None:
    due = {"1001": date(2026, 3, 6), "1002": date(2026, 3, 13)}
    held = population(done(1, 3), issue(2), baseline_due=due)

    assert reasons(held) == {**dict.fromkeys(PLAN, "no_estimate"), "ac": None, "bei": None, "hit_task_rate": None}
    assert values(held, "bei", "hit_task_rate", "ac") == [Decimal("0.5"), Decimal("0.5"), 3]


def test_work_done_without_hours_has_no_cost_figures_and_says_so() -> None:
    held = population(done(1), issue(2), issue(3), baseline=plan())
    costs = ("cv", "cpi", "critical_ratio", "eac", "etc", "vac", "tcpi", "percent_spent")

    assert [(FIGURES[name](held).reason, FIGURES[name](held).notes) for name in costs] == [
        ("no_actuals", ("work_without_worklogs",))
    ] * 8
    assert values(held, "spi", "percent_complete") == [Decimal(40) / 88, Decimal(1) / 3]


def test_with_nothing_done_and_nothing_spent_cost_figures_have_not_started() -> None:
    held = population(issue(1), issue(2), issue(3), baseline=plan())

    assert (FIGURES["cpi"](held).reason, FIGURES["spi_t"](held).value, FIGURES["eac_t"](held).reason) == (
        "not_started",
        0,
        "div_zero",
    )


def test_before_its_start_the_plan_has_no_time_figures() -> None:
    early = datetime(2026, 2, 20, tzinfo=UTC)
    held = replace(population(issue(1), issue(2), issue(3), baseline=plan()), as_of=early)

    assert [FIGURES[name](held).reason for name in ("spi", "spi_t", "sv_t", "bei")] == ["not_started"] * 4


def test_worklogs_and_rates_make_the_cost_money() -> None:
    log = Worklog(id="1", issue="1001", author="li", started=datetime(2026, 3, 4, tzinfo=UTC), seconds=36000)
    held = population(
        done(1),
        issue(2),
        issue(3),
        baseline=plan(lambda amount: money(amount * 100, "CNY")),
        worklogs=(log,),
        rates=(Rate(person="li", cost=money(200, "CNY")),),
    )

    found = FIGURES["ac"](held)

    assert (found.value, found.unit, found.currency) == (2000, "money", "CNY")
    assert values(held, "cpi", "eac") == [2, 6000]


def test_hours_are_never_compared_with_money() -> None:
    held = population(done(1, 50), issue(2), issue(3), baseline=plan(lambda amount: money(amount, "CNY")))

    found = [FIGURES[name](held) for name in ("ac", "cpi", "eac", "percent_spent")]

    assert [(one.reason, one.notes) for one in found] == [("not_applicable", ("mixed_units",))] * 4
    assert values(held, "sv") == [-48]


def test_a_baseline_in_two_currencies_has_no_sums() -> None:
    mixed = replace(plan(), items=(item(1, money(1, "CNY"), FIRST), item(2, money(1, "USD"), SECOND)))

    found = FIGURES["bac"](population(done(1), issue(2), baseline=mixed))

    assert (found.reason, found.notes) == ("not_applicable", ("mixed_units",))


def test_work_called_off_earns_nothing_and_keeps_its_budget() -> None:
    off = finished(2, "2026-03-02", resolution={"name": "Won't Do"})
    held = population(done(1), issue(3), descoped=(off,), baseline=plan())

    assert values(held, "bac", "ev") == [120, 40]


def test_a_part_of_the_project_has_the_plan_of_its_own_issues() -> None:
    log = Worklog(id="1", issue="1001", author="li", started=datetime(2026, 3, 4, tzinfo=UTC), seconds=36000)
    off = finished(2, "2026-03-02", resolution={"name": "Won't Do"})
    whole = population(
        done(1), issue(3), descoped=(off,), baseline=replace(plan(), other_costs=(hours(9),)), worklogs=(log,)
    )

    part = whole.narrowed(lambda one: one.key != "OPS-1", "key != OPS-1")

    assert values(part, "bac", "ev") == [80, 0]
    assert (FIGURES["ac"](part).reason, FIGURES["bac"](part).query) == ("no_actuals", "key != OPS-1")
    assert population(done(1), baseline_due={"1001": NEXT}).narrowed(lambda _: False, "").baseline_due == {}


def test_holidays_of_the_projects_calendar_count() -> None:
    holiday = WorkingCalendar(holidays=frozenset({date(2026, 3, 4), date(2026, 3, 5)}))
    held = population(done(1), issue(2), issue(3), baseline=plan(), calendar=holiday)

    assert values(held, "es", "sv_t") == [3, -6]


@pytest.mark.parametrize("name", PLAN)
def test_every_figure_of_the_plan_is_documented_and_in_the_catalogue(name: str) -> None:
    figure = FIGURES[name]

    assert isinstance(figure(population()), Figure)
    assert figure(population()).name == name
    assert (figure.__doc__ or "").strip()
