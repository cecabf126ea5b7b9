"""Figures of a project's risks, as the rules scored them."""

from decimal import Decimal

from connector.core.figures.figure import Figure, Unit
from connector.core.figures.population import Population
from connector.core.figures.reading import Reading, covered, figure, measured, null
from connector.core.findings import RiskFound

QUERY = "open risks"


def open_high_risks(population: Population) -> Figure:
    """Open risks in the highest band. A count; risks without probability or impact are left out and named."""
    scored, left_out = _scored(population)
    high = [risk.key for risk in scored if risk.is_high]
    reading = measured(len(high), used=len(scored), behind=high, left_out=left_out)
    return _figure("open_high_risks", "count", reading, population)


def risk_score_total(population: Population) -> Figure:
    """Σ score of the open risks: the height of the risk burndown today.

    Points of the risk scale, which rank and are not money. Closed risks count 0; unassessed ones are left out. Null
    `low_coverage` where most are unassessed.
    """
    scored, left_out = _scored(population)
    keys = [risk.key for risk in scored]
    total = sum((Decimal(risk.score) for risk in scored if risk.score is not None), Decimal(0))
    reading = covered(measured(total, used=len(scored), behind=keys, left_out=left_out))
    return _figure("risk_score_total", "score", reading, population)


def unassessed_risks(population: Population) -> Figure:
    """Open risks without probability or impact: unassessed, and never of score 0. A count."""
    still_open = [risk for risk in population.risks if risk.is_open]
    unknown = [risk.key for risk in still_open if risk.score is None]
    reading = measured(len(unknown), used=len(still_open), behind=unknown)
    return _figure("unassessed_risks", "count", reading, population)


def risk_owner_coverage(population: Population) -> Figure:
    """Open risks that have an owner, of all open risks. Ratio of counts; null `no_data` without an open risk."""
    still_open = [risk for risk in population.risks if risk.is_open]
    if not still_open:
        return _figure("risk_owner_coverage", "ratio", null("no_data"), population)
    owned = [risk.key for risk in still_open if risk.owner is not None]
    reading = measured(Decimal(len(owned)) / len(still_open), used=len(still_open), behind=owned)
    return _figure("risk_owner_coverage", "ratio", reading, population)


def _scored(population: Population) -> tuple[list[RiskFound], list[str]]:
    still_open = [risk for risk in population.risks if risk.is_open]
    scored = [risk for risk in still_open if risk.score is not None]
    return scored, [risk.key for risk in still_open if risk.score is None]


def _figure(name: str, unit: Unit, reading: Reading, population: Population) -> Figure:
    return figure(reading, name=name, unit=unit, as_of=population.as_of, query=QUERY)
