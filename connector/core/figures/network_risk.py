"""Schedule risk of a network: each activity's duration drawn from its estimate, the network worked out in every trial.

Durations and results are in working days from the data date. All trials go through the network at once, one activity
after another. Source: Hulett, Integrated Cost-Schedule Risk Analysis (2011); PMI paper 4620 on PERT and merge bias.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

import numpy as np

from connector.core.errors import ConnectorError
from connector.core.figures.draws import TRIALS, Draws, Floats, Spread, percentile_of
from connector.core.figures.network import Link

_NEAR = 1e-9


class LoopInNetwork(ConnectorError):
    """Activities that wait for each other in a circle cannot be simulated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Uncertain:
    """An activity with its estimate in working days, and the day from the data date before which it cannot start."""

    id: str
    duration: Spread
    not_before: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkRisk:
    """What the trials found.

    `finishes` are sorted, in working days from the data date. `criticality` is the share of trials in which an activity
    had no float; `sensitivity` the rank correlation (Spearman) of its duration with the finish, None where one of them
    never varies. `seed` reproduces it all.
    """

    finishes: tuple[float, ...]
    criticality: Mapping[str, float]
    sensitivity: Mapping[str, float | None]
    seed: int

    def finish(self, percent: int) -> float:
        """The nearest-rank percentile of the finish."""
        return percentile_of(np.asarray(self.finishes), percent)

    def probability(self, days: float) -> float:
        """The share of trials finished within so many working days."""
        return float(np.searchsorted(np.asarray(self.finishes), days + _NEAR, side="right")) / len(self.finishes)


def network_risk(
    activities: Sequence[Uncertain], links: Sequence[Link], seed: int, *, trials: int = TRIALS
) -> NetworkRisk:
    """Simulate the network. Links to activities that are not given are passed over.

    Raises LoopInNetwork where activities wait for each other, ValueError for an empty network.
    """
    if not activities:
        raise ValueError("a network without activities has no finish")
    draws = Draws(seed)
    by_key = {one.id: one for one in sorted(activities, key=lambda one: one.id)}
    known = [one for one in links if one.before in by_key and one.after in by_key]
    order = _order(by_key, known)
    lengths = {key: draws.spread(one.duration, trials) for key, one in by_key.items()}
    starts = _forward(order, by_key, known, lengths, trials)
    end = np.max([starts[key] + lengths[key] for key in order], axis=0)
    lates = _backward(order, known, lengths, end)
    return NetworkRisk(
        finishes=tuple(np.sort(end).tolist()),
        criticality={key: float(np.mean(lates[key] - starts[key] <= _NEAR)) for key in by_key},
        sensitivity={key: rank_correlation(lengths[key], end) for key in by_key},
        seed=seed,
    )


def rank_correlation(left: Floats, right: Floats) -> float | None:
    """Spearman's correlation of two columns of trials; None where one of them never varies."""
    if np.ptp(left) == 0 or np.ptp(right) == 0:
        return None
    return float(np.corrcoef(_ranks(left), _ranks(right))[0, 1])


def _order(by_key: Mapping[str, Uncertain], links: Sequence[Link]) -> list[str]:
    waits: dict[str, set[str]] = {key: set() for key in by_key}
    for link in links:
        waits[link.after].add(link.before)
    try:
        return list(TopologicalSorter(waits).static_order())
    except CycleError as error:
        circle = " → ".join(error.args[1])
        raise LoopInNetwork(f"{circle} wait for each other; take one of these links away") from error


def _forward(
    order: Sequence[str],
    by_key: Mapping[str, Uncertain],
    links: Sequence[Link],
    lengths: Mapping[str, Floats],
    trials: int,
) -> dict[str, Floats]:
    """The early start of every activity in every trial."""
    into = _grouped(links, lambda link: link.after)
    starts: dict[str, Floats] = {}
    for key in order:
        start = np.full(trials, max(by_key[key].not_before, 0.0), dtype=np.float64)
        for link in into.get(key, ()):
            start = np.maximum(start, _earliest(link, starts[link.before], lengths))
        starts[key] = start
    return starts


def _backward(
    order: Sequence[str], links: Sequence[Link], lengths: Mapping[str, Floats], end: Floats
) -> dict[str, Floats]:
    """The late start of every activity in every trial."""
    out = _grouped(links, lambda link: link.before)
    lates: dict[str, Floats] = {}
    for key in reversed(order):
        late = end - lengths[key]
        for link in out.get(key, ()):
            late = np.minimum(late, _latest(link, lates[link.after], lengths))
        lates[key] = late
    return lates


def _earliest(link: Link, start: Floats, lengths: Mapping[str, Floats]) -> Floats:
    """How early the successor may start."""
    of_it = start + (lengths[link.before] if link.type in ("FS", "FF") else 0.0)
    return np.asarray(of_it + float(link.lag) - (lengths[link.after] if link.type in ("FF", "SF") else 0.0))


def _latest(link: Link, late: Floats, lengths: Mapping[str, Floats]) -> Floats:
    """How late the predecessor may start."""
    of_it = late + (lengths[link.after] if link.type in ("FF", "SF") else 0.0)
    return np.asarray(of_it - float(link.lag) - (lengths[link.before] if link.type in ("FS", "FF") else 0.0))


def _grouped(links: Sequence[Link], by: Callable[[Link], str]) -> dict[str, list[Link]]:
    groups: dict[str, list[Link]] = {}
    for link in links:
        groups.setdefault(by(link), []).append(link)
    return groups


def _ranks(values: Floats) -> Floats:
    """Ranks from 0, equal values sharing their mean rank."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    return np.asarray((ends - (counts + 1) / 2)[inverse], dtype=np.float64)
