"""Figures of a project's quality, over its work items."""

from connector.core.figures import quality
from connector.core.figures.figure import Figure
from connector.core.figures.population import Population
from connector.core.figures.reading import figure, share


def reopen_rate(population: Population) -> Figure:
    """Items reopened after they were first finished, of all items ever finished.

    Ratio of counts. Null `no_data` while nothing has been finished or no history is known.
    """
    counts = _reopenings(population)
    reading = share([key for key, n in counts.items() if n], counts)
    return figure(reading, name="reopen_rate", unit="ratio", as_of=population.as_of, query=population.query)


def reopens_per_item(population: Population) -> Figure:
    """How often an item was reopened, on average over all items ever finished.

    A plain number, shown as a ratio of counts. Null `no_data` while nothing has been finished or no history is known.
    """
    reading = quality.reopens_per_item(_reopenings(population))
    return figure(reading, name="reopens_per_item", unit="ratio", as_of=population.as_of, query=population.query)


def _reopenings(population: Population) -> dict[str, int]:
    return {one.key: one.facts.reopened_n for one in population.work if one.facts.first_finished_at is not None}
