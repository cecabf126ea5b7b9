"""KPIs that are worked out: arithmetic over figures and over what queries count, add up and average."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, DecimalException

from connector.core.errors import ConnectorError
from connector.core.fields import number_of
from connector.core.figures.catalog import FIGURES
from connector.core.figures.figure import Figure, NullReason, Unit
from connector.core.figures.population import Population
from connector.core.issue import Issue
from connector.core.project import Project
from connector.core.rulebook import Formula, Selector, Term
from connector.core.values import issue_values

SECONDS_AN_HOUR = Decimal(3600)
PASSED_OVER = Decimal("NaN")
MEASURED = frozenset({"cycle_days", "blocked_hours", "reopened", "slips"})
"""What a KPI may ask of an issue besides what texts may: see `measured_values`."""


class NoValue(ConnectorError):
    """A term that has no value, or arithmetic that comes to nothing; the reason is a figure's."""

    def __init__(self, reason: NullReason) -> None:
        super().__init__(reason)
        self.reason: NullReason = reason


@dataclass(slots=True)
class _Work:
    """One formula being worked out for one project. `asked` are the terms that were needed, by their number."""

    formula: Formula
    project: Project
    population: Population
    fields: Mapping[str, str]
    asked: dict[int, Figure] = field(default_factory=dict)

    def value_of(self, number: int) -> Decimal:
        """A term's value. Raises NoValue."""
        if number not in self.asked:
            self.asked[number] = self._figure(self.formula.terms[number])
        found = self.asked[number]
        if found.value is None:
            raise NoValue(found.reason or "no_data")
        return found.value

    def _figure(self, term: Term) -> Figure:
        if term.function == "figure":
            return FIGURES[term.name](narrowed(self.population, term.select, self.project))
        return self._aggregate(term)

    def _aggregate(self, term: Term) -> Figure:
        """What a term counts or adds up. What it cannot say of an issue is left out, and shown in the coverage."""
        used, left_out, numbers = list[Issue](), list[Issue](), list[Decimal]()
        passed_over, scope = 0, self.project.scope()
        for issue in self.project.issues:
            if term.select is not None and not term.select.matches(issue, scope):
                continue
            number = _number(term, {"issue": measured_values(issue, self.fields, self.population)})
            if number is None:
                left_out.append(issue)
            elif number is PASSED_OVER:
                passed_over += 1
            else:
                used.append(issue)
                numbers.append(number)
        answered = len(used) + passed_over
        total = answered + len(left_out)
        value = _AGGREGATES[term.function](numbers, term.percent) if answered * 2 >= total else None
        reason: NullReason = "no_data" if answered * 2 >= total else "low_coverage"
        return Figure(
            name=term.function,
            unit="count",
            as_of=self.population.as_of,
            value=value,
            reason=reason if value is None else None,
            used=answered,
            total=total,
            query=term.select.text if term.select is not None else self.population.query,
            issues=tuple(issue.key for issue in used),
            left_out=tuple(issue.key for issue in left_out),
        )


def work_out(
    name: str, formula: Formula, project: Project, population: Population, fields: Mapping[str, str]
) -> Figure:
    """The formula's value. Null where a term that it needs is, with that term's reason, or where it divides by zero."""
    work = _Work(formula, project, population, fields)
    value, reason = None, None
    try:
        value = formula.work_out(work.value_of)
    except NoValue as problem:
        reason = problem.reason
    except (ConnectorError, DecimalException):
        reason = "not_applicable"
    terms = [work.asked[number] for number in sorted(work.asked)]
    return Figure(
        name=name,
        unit=_unit(formula, terms),
        as_of=population.as_of,
        value=value,
        reason=reason,
        used=sum(one.used for one in terms),
        total=sum(one.total for one in terms),
        query=formula.text,
        issues=_keys(one.issues for one in terms),
        left_out=_keys(one.left_out for one in terms),
    )


def narrowed(population: Population, select: Selector | None, project: Project) -> Population:
    """The population with the work items that a query selects, or as it is."""
    if select is None:
        return population
    scope, matches = project.scope(), select.matches
    return population.narrowed(lambda issue: matches(issue, scope), select.text)


def measured_values(issue: Issue, fields: Mapping[str, str], population: Population) -> Mapping[str, object]:
    """The issue as a KPI's `where` and numbers see it: what texts see, and what its history says in numbers."""
    facts = issue.facts
    return {
        **issue_values(issue, fields),
        "cycle_days": _cycle_days(issue, population),
        "blocked_hours": Decimal(facts.blocked_s) / SECONDS_AN_HOUR,
        "reopened": facts.reopened_n,
        "slips": facts.slips,
    }


def _cycle_days(issue: Issue, population: Population) -> int | None:
    """Days from first start to last finish, both counted; None where one is not known, or they are swapped."""
    started, finished = issue.facts.started_at, issue.facts.finished_at
    if started is None or finished is None or finished < started:
        return None
    return (population.day(finished) - population.day(started)).days + 1


def _number(term: Term, values: Mapping[str, object]) -> Decimal | None:
    """What one issue brings: its number, PASSED_OVER where `where` does not hold, None where that cannot be said."""
    try:
        if term.where is not None and not term.where(values):
            return PASSED_OVER
        number = term.of(values) if term.of is not None else Decimal(1)
    except ConnectorError:
        # A comparison with an empty field is neither a yes nor a no.
        return None
    found = number if isinstance(number, Decimal) else number_of(number)
    return found if found is not None and found.is_finite() else None


def _unit(formula: Formula, terms: Sequence[Figure]) -> Unit:
    if formula.unit is not None:
        return formula.unit
    return terms[0].unit if terms else "count"


def _keys(several: Iterable[Sequence[str]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(key for keys in several for key in keys))


def _average(numbers: list[Decimal], _: Decimal) -> Decimal | None:
    return sum(numbers, Decimal(0)) / len(numbers) if numbers else None


def _percentile(numbers: list[Decimal], percent: Decimal) -> Decimal | None:
    """Nearest rank: the smallest number that so many per cent of the numbers do not exceed."""
    if not numbers:
        return None
    return sorted(numbers)[max(1, math.ceil(percent * len(numbers) / 100)) - 1]


_AGGREGATES: Mapping[str, Callable[[list[Decimal], Decimal], Decimal | None]] = {
    "count": lambda numbers, _: Decimal(len(numbers)),
    "sum": lambda numbers, _: sum(numbers, Decimal(0)),
    "avg": _average,
    "median": lambda numbers, _: _percentile(numbers, Decimal(50)),
    "percentile": _percentile,
}
