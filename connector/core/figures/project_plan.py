"""Figures of a project against its plan: earned value, earned schedule and the execution of its baseline."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from connector.core.figures import cpli, earned_schedule, earned_value
from connector.core.figures.earned_value import Earned
from connector.core.figures.figure import Figure, Unit
from connector.core.figures.population import Population, is_called_off
from connector.core.figures.reading import Reading, figure
from connector.core.figures.schedule_health import PlanItem
from connector.core.figures.standing import Standing, baseline_of, standing_of

Plan = Callable[[Population], Figure]


def bac(population: Population) -> Figure:
    """BAC, budget at completion: the baseline's budgets. Hours, points or money; null `no_baseline`, `no_estimate`."""
    return _amount("bac", standing_of(population).bac, population)


def pv(population: Population) -> Figure:
    """PV, planned value: what should have been done by today. As BAC."""
    return _amount("pv", standing_of(population).pv, population)


def ev(population: Population) -> Figure:
    """EV, earned value: what has been done by today. As BAC."""
    return _amount("ev", standing_of(population).ev, population)


def ac(population: Population) -> Figure:
    """AC, actual cost: what was spent by today. As BAC, in hours without a baseline; null `no_actuals` without any.

    Where worklogs are not at hand, an issue's own sum of hours is taken, with the note spent_as_booked.
    """
    return _amount("ac", standing_of(population).ac, population)


def _of_plan(name: str, measure: Callable[[Earned], Reading], unit: Unit | None = None) -> Plan:
    """A figure of earned value for which the cost need not be known."""

    def plan_figure(population: Population) -> Figure:
        standing = standing_of(population)
        reading = standing.missing if standing.earned is None else _on(standing, measure(standing.earned))
        return _amount(name, reading, population) if unit is None else _plain(name, unit, reading, population)

    plan_figure.__doc__ = measure.__doc__
    return plan_figure


def _of_cost(name: str, measure: Callable[[Earned], Reading], unit: Unit | None = None) -> Plan:
    """A figure of earned value and cost. Where nothing was spent, whether work was done decides on the reason."""

    def of_known(now: Earned) -> Reading:
        return measure(now) if now.ac else earned_value.cost_performance_index(now)

    known = _of_plan(name, of_known, unit)

    def cost_figure(population: Population) -> Figure:
        standing = standing_of(population)
        if standing.ac.value is not None or standing.ac.reason == "no_actuals":
            found = known(population)
            notes = standing.ac.notes if found.value is not None else ()
            return replace(found, notes=(*found.notes, *notes))
        return _plain(name, unit or "hours", standing.missing, population)

    cost_figure.__doc__ = measure.__doc__
    return cost_figure


def _of_time(name: str, measure: Callable[[Standing], Reading], unit: Unit) -> Plan:
    """A figure of earned schedule."""

    def plan_figure(population: Population) -> Figure:
        standing = standing_of(population)
        return _plain(name, unit, _on(standing, measure(standing)), population)

    plan_figure.__doc__ = measure.__doc__
    return plan_figure


def _es(standing: Standing) -> Reading:
    """ES, earned schedule: when today's EV was planned for. Working days; null `no_baseline`, `no_estimate`."""
    return standing.es


def _spi_t(standing: Standing) -> Reading:
    """SPI(t) = ES / AT. A ratio, above 1 is early; null `no_baseline`, `no_estimate`, `not_started`."""
    return earned_schedule.schedule_performance_index_time(standing.es, standing.at)


def _eac_t(standing: Standing) -> Reading:
    """EAC(t) = AT + (PD - ES) / SPI(t): the duration to expect. Working days; null as SPI(t), `div_zero` for 0."""
    return earned_schedule.estimate_at_completion_time(standing.pd, standing.es, standing.at, _spi_t(standing))


def _sv_t(standing: Standing) -> Reading:
    """SV(t) = ES - AT. Working days, negative is late; null as SPI(t)."""
    return earned_schedule.schedule_variance_time(standing.es, standing.at)


def _tspi(standing: Standing) -> Reading:
    """TSPI = (PD - ES) / (PD - AT). A ratio; null as SPI(t), and once the planned day has passed."""
    return earned_schedule.to_complete_schedule_performance_index(standing.pd, standing.es, standing.at)


def _eac(now: Earned) -> Reading:
    """EAC = BAC / CPI, the typical estimate at completion. As BAC; null as CPI."""
    return earned_value.estimate_at_completion_typical(now)


def _etc(now: Earned) -> Reading:
    """ETC = EAC - AC, of the typical estimate. As BAC; 0 once all is earned."""
    return earned_value.estimate_to_complete(now, _eac(now))


def _vac(now: Earned) -> Reading:
    """VAC = BAC - EAC, of the typical estimate. As BAC, negative is over budget."""
    return earned_value.variance_at_completion(now, _eac(now))


def bei(population: Population) -> Figure:
    """BEI, baseline execution index: tasks completed / tasks whose baseline finish has come. A ratio; may exceed 1.

    Null `no_baseline`, `not_started` before the first of them. Source: DCMA-EA PAM 200.1, point 14.
    """
    reading = cpli.baseline_execution_index(plan_items(population), population.today)
    return _plain("bei", "ratio", reading, population)


def hit_task_rate(population: Population) -> Figure:
    """HTP: tasks finished by their baseline finish, of those whose baseline finish lay in the last four whole weeks.

    A ratio; null `no_baseline`, `no_data` where none was due then. Source: DCMA-EA PAM 200.1.
    """
    monday = population.today - timedelta(days=population.today.weekday())
    first, last = monday - timedelta(weeks=4), monday - timedelta(days=1)
    return _plain("hit_task_rate", "ratio", cpli.hit_task_rate(plan_items(population), first, last), population)


def plan_items(population: Population) -> list[PlanItem]:
    """The project's work items with what the baseline says of them. What was called off is not executed."""
    baseline = baseline_of(population)
    planned = {} if baseline is None else {one.issue: one for one in baseline.items}
    return [
        PlanItem(
            key=issue.key,
            is_milestone=issue.id in planned and planned[issue.id].is_milestone,
            is_effort_level=issue.id in planned and planned[issue.id].technique == "loe",
            baseline_finish=planned[issue.id].finish if issue.id in planned else None,
            actual_finish=None if is_called_off(issue) else population.finished_on(issue),
        )
        for issue in (*population.work, *population.descoped)
    ]


def _on(standing: Standing, reading: Reading) -> Reading:
    """The reading with the coverage of the EV that it rests on."""
    if reading.value is None or standing.ev.value is None:
        return reading
    base = standing.ev
    return replace(
        reading,
        used=base.used,
        total=base.total,
        behind=base.behind,
        left_out=base.left_out,
        notes=(*reading.notes, *base.notes),
    )


def _amount(name: str, reading: Reading, population: Population) -> Figure:
    """A figure in the baseline's denomination; in hours while there is none."""
    denomination = standing_of(population).denomination
    unit: Unit = "hours" if denomination is None else denomination.unit
    found = _plain(name, unit, reading, population)
    return found if denomination is None else replace(found, currency=denomination.currency)


def _plain(name: str, unit: Unit, reading: Reading, population: Population) -> Figure:
    found = figure(reading, name=name, unit=unit, as_of=population.as_of, query=population.query)
    why = standing_of(population).why_left_out
    return replace(found, why_left_out={key: why[key] for key in found.left_out if key in why})


PLAN: dict[str, Plan] = {
    "bac": bac,
    "pv": pv,
    "ev": ev,
    "ac": ac,
    "sv": _of_plan("sv", earned_value.schedule_variance),
    "cv": _of_cost("cv", earned_value.cost_variance),
    "spi": _of_plan("spi", earned_value.schedule_performance_index, "ratio"),
    "cpi": _of_cost("cpi", earned_value.cost_performance_index, "ratio"),
    "critical_ratio": _of_cost("critical_ratio", earned_value.critical_ratio, "ratio"),
    "eac": _of_cost("eac", _eac),
    "etc": _of_cost("etc", _etc),
    "vac": _of_cost("vac", _vac),
    "tcpi": _of_cost("tcpi", earned_value.to_complete_performance_index, "ratio"),
    "percent_complete": _of_plan("percent_complete", earned_value.percent_complete, "ratio"),
    "percent_spent": _of_cost("percent_spent", earned_value.percent_spent, "ratio"),
    "es": _of_time("es", _es, "working days"),
    "sv_t": _of_time("sv_t", _sv_t, "working days"),
    "spi_t": _of_time("spi_t", _spi_t, "ratio"),
    "eac_t": _of_time("eac_t", _eac_t, "working days"),
    "tspi": _of_time("tspi", _tspi, "ratio"),
    "bei": bei,
    "hit_task_rate": hit_task_rate,
}
