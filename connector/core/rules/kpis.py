"""KPIs: a figure against its target, with a light that is grey when the figure is null or rests on too little."""

from collections.abc import Mapping
from types import MappingProxyType

from connector.core.figures.catalog import FIGURES
from connector.core.figures.figure import Figure
from connector.core.figures.population import Population
from connector.core.findings import KpiFound, Light
from connector.core.project import Project
from connector.core.rulebook import Kpi
from connector.core.rules.formulas import narrowed, work_out


def find_kpi(
    kpi: Kpi, project: Project, population: Population, fields: Mapping[str, str] = MappingProxyType({})
) -> KpiFound:
    """The KPI's figure and light. `select` narrows the population before the figure is computed.

    fields: our words with the field ids they are bound to in this site.
    """
    if kpi.formula is not None:
        figure = work_out(kpi.id, kpi.formula, project, population, fields)
    else:
        figure = FIGURES[kpi.figure](narrowed(population, kpi.select, project))
    return KpiFound(
        kpi=kpi.id,
        title=kpi.title,
        figure=figure,
        light=light_of(kpi, figure),
        target=str(kpi.target) if kpi.target else None,
        amber=str(kpi.amber) if kpi.amber else None,
    )


def light_of(kpi: Kpi, figure: Figure) -> Light:
    """Green on target, amber within the second bound, red beyond. Compares the unrounded value."""
    if figure.value is None or figure.is_low_confidence or kpi.target is None:
        return "grey"
    if kpi.target.holds(figure.value):
        return "green"
    if kpi.amber is not None and kpi.amber.holds(figure.value):
        return "amber"
    return "red"
