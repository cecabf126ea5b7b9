import gc
from zoneinfo import ZoneInfo

from connector.core.figures.once import once
from connector.core.figures.population import Population
from tests.core.build import NOW


def population() -> Population:
    return Population(work=(), as_of=NOW, timezone=ZoneInfo("UTC"))


def test_an_answer_is_worked_out_once_for_each_population() -> None:
    asked: list[Population] = []

    @once
    def count(of: Population) -> int:
        asked.append(of)
        return len(asked)

    first, second = population(), population()

    assert [count(first), count(first), count(second), count(second), count(first)] == [1, 1, 2, 2, 3]


def test_an_answer_does_not_outlive_its_population() -> None:
    @once
    def name(_: Population) -> str:
        return "old" if is_old else "new"

    is_old = True
    held = population()
    name(held)
    del held
    gc.collect()
    is_old = False

    assert name(population()) == "new"
