"""What many figures ask of one population is worked out once."""

from collections.abc import Callable
from functools import wraps
from typing import TypeVar
from weakref import ref

from connector.core.figures.population import Population

Answer = TypeVar("Answer")


def once(compute: Callable[[Population], Answer]) -> Callable[[Population], Answer]:
    """The same function, which keeps its last answer for as long as the population that it was given lives.

    A population never changes, so that the answer stays right.
    """
    last: list[tuple[ref[Population], Answer]] = []

    @wraps(compute)
    def remembering(population: Population) -> Answer:
        held = last[0] if last else None
        if held is not None and held[0]() is population:
            return held[1]
        found = compute(population)
        last[:] = [(ref(population), found)]
        return found

    return remembering
