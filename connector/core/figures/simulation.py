"""When a backlog will be done where its size is not fixed: simulated, with a seed that is printed.

For a fixed backlog see `forecast`, which is exact. Source: Magennis, Forecasting and Simulating Software Development
Projects (2011).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import sqrt
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from connector.core.figures.draws import TRIALS, Draws, Spread, percentile_of
from connector.core.figures.forecast import ENOUGH_SAMPLES, HORIZON
from connector.core.figures.reading import Reading, measured, null

NOT_REACHED = HORIZON + 1
AS_IT_IS = Spread(low=1, likely=1, high=1)
"""No growth."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtraWork:
    """A risk that brings work: with this probability, so many items."""

    probability: float
    items: Spread


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """Open items, the factor by which they split or grow (1 is no growth), and the risks that bring more."""

    items: int
    growth: Spread = AS_IT_IS
    risks: tuple[ExtraWork, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulated:
    """The trials of a simulation: the period in which each was done, `NOT_REACHED` where it never was.

    `seed` reproduces them; `notes` are `low_confidence` under six samples, `unstable` where Little's law does not hold.
    """

    durations: tuple[int, ...]
    seed: int
    samples: int
    notes: tuple[str, ...] = ()
    reason: Literal["finished", "no_data"] | None = None

    def periods(self, percent: int) -> Reading:
        """The nearest-rank percentile of the duration, in periods.

        Null `finished` where nothing is left, `no_data` without a sample above zero or beyond the horizon.
        """
        if self.reason is not None:
            return null(self.reason, used=self.samples, notes=self.notes)
        found = percentile_of(np.asarray(self.durations), percent)
        if found >= NOT_REACHED:
            return null("no_data", used=self.samples, notes=(*self.notes, "beyond_horizon"))
        return measured(int(found), used=self.samples, notes=self.notes)

    def probability(self, periods: int) -> Reading:
        """The share of trials done within so many periods. Null as `periods`."""
        if self.reason is not None:
            return null(self.reason, used=self.samples, notes=self.notes)
        done = Fraction(sum(one <= periods for one in self.durations), len(self.durations))
        return measured(done, used=self.samples, notes=self.notes)

    def standard_error(self, periods: int) -> float:
        """How far the simulated probability may be from the true one: √(p(1−p)/n)."""
        chance = float(self.probability(periods).value or 0)
        return sqrt(chance * (1 - chance) / max(len(self.durations), 1))


def simulate(
    backlog: Backlog, samples: Sequence[int], seed: int, *, trials: int = TRIALS, is_stable: bool | None = None
) -> Simulated:
    """Simulate the backlog being worked off. samples: items finished in each past period, zeros included.

    is_stable: what Little's-law check said; a system that is not stable is noted with the result.
    """
    notes = ("low_confidence",) * (len(samples) < ENOUGH_SAMPLES) + ("unstable",) * (is_stable is False)
    if backlog.items == 0 and not backlog.risks:
        return Simulated(durations=(), seed=seed, samples=len(samples), notes=notes, reason="finished")
    if not any(samples):
        return Simulated(durations=(), seed=seed, samples=len(samples), notes=notes, reason="no_data")
    draws = Draws(seed)
    work = _work(backlog, draws, trials)
    durations = _durations(work, samples, draws)
    return Simulated(durations=tuple(durations.tolist()), seed=seed, samples=len(samples), notes=notes)


def latest(parts: Sequence[Simulated]) -> list[int]:
    """The finish of a programme: in each trial the latest of its projects, trial by trial.

    All parts have the same number of trials and were simulated from one common seed.
    """
    return [max(trial) for trial in zip(*(one.durations for one in parts), strict=True)]


def _work(backlog: Backlog, draws: Draws, trials: int) -> NDArray[np.int64]:
    """How many items each trial has to do, whole items."""
    total = backlog.items * draws.spread(backlog.growth, trials)
    for risk in backlog.risks:
        happens = draws.uniform(trials) < risk.probability
        total = total + happens * draws.spread(risk.items, trials)
    return np.ceil(np.round(total, 9)).astype(np.int64)


def _durations(work: NDArray[np.int64], samples: Sequence[int], draws: Draws) -> NDArray[np.int64]:
    """The first period in which each trial's total reaches its work; 0 where there is none to do."""
    left, taken = work.copy(), np.full(len(work), NOT_REACHED, dtype=np.int64)
    taken[left <= 0] = 0
    for period in range(1, HORIZON + 1):
        if not (left > 0).any():
            break
        # Every trial draws in every period, so that the stream does not depend on who is done already.
        before = left > 0
        left -= draws.picks(samples, len(work))
        taken[before & (left <= 0)] = period
    return taken
