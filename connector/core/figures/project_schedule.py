"""Figures of a project's schedule: its network of blocking links, and how complete and healthy its plan is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from connector.core.figures.activities import BLOCKS, LinkRule, Outside, PlannedIssue, duration_of, plan_of
from connector.core.figures.calendar import NoWorkingDay, WorkingCalendar
from connector.core.figures.cpli import critical_path_length, critical_path_length_index, is_critical_path_sound
from connector.core.figures.figure import Figure, Unit
from connector.core.figures.network import Link, Schedule, Times, dates, schedule
from connector.core.figures.once import once
from connector.core.figures.plan_fields import links_of, plan_item, planned_issue
from connector.core.figures.population import Population
from connector.core.figures.reading import Reading, figure, measured, null
from connector.core.figures.schedule_health import Health, HealthPlan, plan_health
from connector.core.figures.standing import baseline_of

RULES: Mapping[str, LinkRule] = {**BLOCKS, "阻塞": LinkRule(), "阻止": LinkRule()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """A project's network as of today. `known` of its open items have a duration of their own, `guessed` do not.

    `data_date` is this morning in working days, `finish` the forecast finish of the last open item; None where nothing
    is open. `is_sound`: the critical path test. Items are named by their keys; `planned` holds what was read of them.
    """

    schedule: Schedule
    data_date: int
    links: tuple[Link, ...]
    finish: date | None
    is_sound: bool | None
    known: tuple[str, ...]
    guessed: tuple[str, ...]
    planned: Mapping[str, PlannedIssue]


@once
def network_of(population: Population) -> Network:
    """The critical path method over the project's work items and the links by which they block each other.

    Day 0 is the first planned or actual start; done items keep their actual dates.
    """
    by_key = {issue.key: planned_issue(issue, population) for issue in population.work}
    planned, names = list(by_key.values()), by_key.keys()
    links = tuple(dict.fromkeys(link for issue in population.work for link in links_of(issue)))
    starts = [day for one in planned for day in (one.start, one.started, one.finished) if day is not None]
    start = min([*starts, population.today])
    beyond = Outside(due={name: None for link in links for name in (link.source, link.target) if name not in names})
    plan = plan_of(
        planned,
        links,
        start=start,
        today=population.today,
        calendar=population.calendar,
        rules=RULES,
        outside=beyond,
    )
    found = schedule(plan.activities, plan.links, data_date=plan.data_date)
    still_open = [one for one in planned if one.finished is None]
    last = found.path[-1] if found.path else None
    return Network(
        schedule=found,
        data_date=plan.data_date,
        links=plan.links,
        finish=None if last is None else _last_day(found.times[last], start, population.calendar),
        is_sound=is_critical_path_sound(plan.activities, plan.links, data_date=plan.data_date, before=found),
        known=tuple(one.id for one in still_open if duration_of(one, population.calendar) is not None),
        guessed=tuple(one.id for one in still_open if duration_of(one, population.calendar) is None),
        planned=by_key,
    )


@once
def health_of(population: Population) -> Health:
    """The checks P1 to P18 over the project's plan, as far as its fields tell."""
    network = network_of(population)
    baseline = baseline_of(population)
    planned = {} if baseline is None else {one.issue: one for one in baseline.items}
    floats = network.schedule.times if _missing(network) is None else {}
    items = tuple(
        plan_item(
            issue,
            network.planned[issue.key],
            planned.get(issue.id),
            population,
            floats[issue.key].total_float if issue.key in floats else None,
        )
        for issue in population.work
    )
    sound = network.is_sound if _missing(network) is None else None
    return plan_health(HealthPlan(items=items, today=population.today, links=network.links, critical_path=sound))


def plan_completeness(population: Population) -> Figure:
    """Mean of the ratios of the checks P1 to P18 that apply: how complete and healthy the plan is.

    A ratio; its issues are those that fail a check. Null `no_data` without work. Notes name the checks below their
    threshold (below_P2 …). Source: this project's own score; the checks are DCMA-EA PAM 200.1, section 4, and its own.
    """
    if not population.work:
        return _figure("plan_completeness", "ratio", null("no_data"), population)
    health = health_of(population)
    failing = tuple(dict.fromkeys(key for check in health.checks for key in check.failing if "→" not in key))
    notes = tuple(f"below_{check.id}" for check in health.checks if check.holds is False)
    count = len(population.work)
    reading = measured(health.score.value or Decimal(0), used=count, behind=failing, notes=notes)
    return _figure("plan_completeness", "ratio", reading, population)


def days_to_finish(population: Population) -> Figure:
    """Working days from today until the network's forecast finish, today counted.

    Null `no_data` with the note no_logic where no item blocks another, `no_estimate` and `low_coverage` where durations
    are missing, `finished` where nothing is open. Items whose duration was guessed are left out of the coverage.
    Source: the critical path method (PMI, PMBOK Guide).
    """
    return _figure("days_to_finish", "working days", _of_network(population, _days_to_finish), population)


def critical_items(population: Population) -> Figure:
    """Open items without float: a delay of one delays the project. A count; null as `days_to_finish`."""
    return _figure("critical_items", "count", _of_network(population, _critical), population)


def dependency_loops(population: Population) -> Figure:
    """Groups of items that wait for each other in a circle. A count; null `no_data` without work."""
    if not population.work:
        return _figure("dependency_loops", "count", null("no_data"), population)
    loops = network_of(population).schedule.loops
    members = tuple(key for loop in loops for key in loop)
    reading = measured(len(loops), used=len(population.work), behind=members)
    return _figure("dependency_loops", "count", reading, population)


def cpli(population: Population) -> Figure:
    """CPLI, critical path length index: (CPL + TF) / CPL, TF from the forecast to the baseline's finish. A ratio.

    Null `no_baseline`, else as `days_to_finish`. Source: DCMA-EA PAM 200.1, point 13.
    """
    baseline = baseline_of(population)
    planned = None if baseline is None else baseline.finish
    if planned is None:
        return _figure("cpli", "ratio", null("no_baseline"), population)

    def index(network: Network) -> Reading:
        if network.finish is None:
            return null("finished")
        length = critical_path_length(population.today, network.finish, population.calendar)
        return critical_path_length_index(length, population.calendar.steps(network.finish, planned))

    return _figure("cpli", "ratio", _of_network(population, index), population)


SCHEDULE: Mapping[str, Callable[[Population], Figure]] = {
    "plan_completeness": plan_completeness,
    "days_to_finish": days_to_finish,
    "critical_items": critical_items,
    "dependency_loops": dependency_loops,
    "cpli": cpli,
}


def _last_day(times: Times, start: date, calendar: WorkingCalendar) -> date:
    """The last day of an item; the end of all calendars for one that was planned beyond it by a mistyped date."""
    try:
        return dates(times, start, calendar)[1]
    except NoWorkingDay:
        return date.max


def _of_network(population: Population, measure: Callable[[Network], Reading]) -> Reading:
    network = network_of(population)
    missing = _missing(network)
    reading = measure(network) if missing is None else missing
    if reading.value is None:
        return reading
    notes = ("low_confidence", "imputed") if network.schedule.is_low_confidence else ()
    return measured(
        reading.value, used=len(network.known), behind=reading.behind, left_out=network.guessed, notes=notes
    )


def _missing(network: Network) -> Reading | None:
    """Why the network says nothing."""
    count = len(network.known) + len(network.guessed)
    if not count:
        return null("finished" if network.schedule.times else "no_data")
    if not network.links:
        return null("no_data", total=count, notes=("no_logic",))
    if not network.known:
        return null("no_estimate", total=count, left_out=network.guessed)
    if len(network.known) * 2 < count:
        return null("low_coverage", used=len(network.known), total=count, left_out=network.guessed)
    return None


def _days_to_finish(network: Network) -> Reading:
    ahead = max(network.schedule.times[key].early_finish for key in network.schedule.path)
    return measured(Decimal(ahead - network.data_date), behind=network.schedule.path)


def _critical(network: Network) -> Reading:
    return measured(len(network.schedule.critical), behind=network.schedule.critical)


def _figure(name: str, unit: Unit, reading: Reading, population: Population) -> Figure:
    found = figure(reading, name=name, unit=unit, as_of=population.as_of, query=population.query)
    return replace(found, why_left_out=dict.fromkeys(found.left_out, "no_estimate"))
