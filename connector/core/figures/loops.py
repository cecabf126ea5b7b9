"""Loops in a network of activities: the groups that wait for each other in a circle."""

from collections.abc import Sequence


def loops_in(after: Sequence[Sequence[int]]) -> list[list[int]]:
    """The strongly connected components of more than one node, or of one that leads to itself, each in node order.

    after: the nodes that each node leads to. Source: Tarjan, SIAM Journal on Computing 1(2), 1972, without recursion.
    """
    index: dict[int, int] = {}
    low: dict[int, int] = {}
    path: list[int] = []
    on_path: set[int] = set()
    found: list[list[int]] = []
    for root in range(len(after)):
        work = [(root, 0)] if root not in index else []
        while work:
            node, tried = work.pop()
            if tried == 0:
                index[node] = low[node] = len(index)
                path.append(node)
                on_path.add(node)
            step = _next(node, tried, after, index, low, on_path)
            if step is not None:
                work += [(node, step + 1), (after[node][step], 0)]
                continue
            if low[node] == index[node]:
                found += _component(node, path, on_path, after)
            if work:
                parent = work[-1][0]
                low[parent] = min(low[parent], low[node])
    return sorted(found)


def _next(
    node: int, tried: int, after: Sequence[Sequence[int]], index: dict[int, int], low: dict[int, int], on_path: set[int]
) -> int | None:
    """The position of the next unseen node that this one leads to; seen ones on the path count at once."""
    for position in range(tried, len(after[node])):
        other = after[node][position]
        if other not in index:
            return position
        if other in on_path:
            low[node] = min(low[node], index[other])
    return None


def _component(node: int, path: list[int], on_path: set[int], after: Sequence[Sequence[int]]) -> list[list[int]]:
    members: list[int] = []
    while not members or members[-1] != node:
        members.append(path.pop())
        on_path.discard(members[-1])
    is_loop = len(members) > 1 or node in after[node]
    return [sorted(members)] if is_loop else []
