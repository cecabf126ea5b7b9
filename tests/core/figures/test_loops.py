from hypothesis import given
from hypothesis import strategies as st

from connector.core.figures.loops import loops_in


def test_each_loop_is_found_once() -> None:
    assert loops_in([[1], [2], [0, 3], [4], [3], [5], []]) == [[0, 1, 2], [3, 4], [5]]


def test_a_network_without_loops_has_none() -> None:
    assert loops_in([[1, 2], [3], [3], []]) == []


def test_a_long_chain_is_no_danger() -> None:
    count = 50_000

    assert loops_in([[n + 1] for n in range(count)] + [[0]]) == [list(range(count + 1))]


def reached(after: list[list[int]], start: int) -> set[int]:
    seen: set[int] = set()
    waiting = list(after[start])
    while waiting:
        node = waiting.pop()
        if node not in seen:
            seen.add(node)
            waiting += after[node]
    return seen


@given(st.lists(st.lists(st.integers(0, 6), max_size=3), min_size=7, max_size=7))
def test_two_nodes_are_in_one_loop_exactly_when_each_reaches_the_other(after: list[list[int]]) -> None:
    found = loops_in(after)
    reach = [reached(after, n) for n in range(7)]

    together = {(a, b) for loop in found for a in loop for b in loop}

    assert together == {(a, b) for a in range(7) for b in range(7) if a in reach[a] and b in reach[a] and a in reach[b]}
