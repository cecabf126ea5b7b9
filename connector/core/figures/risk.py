"""Figures of risk."""

from decimal import Decimal

from connector.core.figures.figure import Figure
from connector.core.figures.population import Population


def open_high_risks(population: Population) -> Figure:
    """Open risks in the highest band. A count; risks without probability or impact are left out and named."""
    still_open = [risk for risk in population.risks if risk.is_open]
    scored = [risk for risk in still_open if risk.score is not None]
    high = [risk for risk in scored if risk.is_high]
    return Figure(
        name="open_high_risks",
        unit="count",
        as_of=population.as_of,
        value=Decimal(len(high)),
        used=len(scored),
        total=len(still_open),
        query="open risks",
        issues=tuple(risk.key for risk in high),
        left_out=tuple(risk.key for risk in still_open if risk.score is None),
    )
