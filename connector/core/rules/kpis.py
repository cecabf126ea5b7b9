"""KPIs: a figure against its target, with a light that is grey when the figure is null or rests on too little."""

from dataclasses import replace

from connector.core.figures.catalog import FIGURES
from connector.core.figures.figure import Figure
from connector.core.figures.population import Population
from connector.core.findings import KpiFound, Light
from connector.core.project import Project
from connector.core.rulebook import Kpi


def find_kpi(kpi: Kpi, project: Project, population: Population) -> KpiFound:
    """The KPI's figure and light. `select` narrows the population before the figure is computed."""
    figure = FIGURES[kpi.figure](_narrowed(kpi, project, population))
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


def _narrowed(kpi: Kpi, project: Project, population: Population) -> Population:
    if kpi.select is None:
        return population
    scope, select = project.scope(), kpi.select
    chosen = tuple(issue for issue in population.work if select.matches(issue, scope))
    return replace(population, work=chosen, query=select.text)
