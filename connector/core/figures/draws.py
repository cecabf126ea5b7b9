"""Random draws that are the same for ever: raw words of a generator whose stream is fixed, shaped by our own formulas.

The seed comes from what is forecast and is printed with the result. The words of PCG64 never change between versions of
numpy, while its ready-made distributions may; therefore only the words are taken from there.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

METHOD = "1"
"""The version of the simulation method. It changes whenever the same seed would give other numbers."""
TRIALS = 10_000
_GRID = 4_097


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """A three-point estimate: low ≤ likely ≤ high, in its user's unit. The shape is a triangle or a PERT beta."""

    low: float
    likely: float
    high: float
    is_beta: bool = False

    def __post_init__(self) -> None:
        if not self.low <= self.likely <= self.high:
            given = f"{self.low}, {self.likely}, {self.high}"
            raise ValueError(f"the estimate {given} is out of order; give low, likely, high")

    @property
    def mean(self) -> float:
        """Its mean: (low + likely + high) ÷ 3 of a triangle, (low + 4·likely + high) ÷ 6 of a PERT beta."""
        if self.is_beta:
            return (self.low + 4 * self.likely + self.high) / 6
        return (self.low + self.likely + self.high) / 3


def seed_of(project: str, data_date: date, method: str = METHOD) -> int:
    """The seed of a forecast: a hash of the project's id, the data date and the method's version. Print it."""
    text = f"{project}|{data_date.isoformat()}|{method}"
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")


class Draws:
    """A stream of uniform numbers from a seed. Each call goes on where the last one ended."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self._words = np.random.PCG64(seed)

    def uniform(self, *shape: int) -> Floats:
        """Numbers of equal likelihood in [0, 1), with 53 bits."""
        words = np.asarray(self._words.random_raw(int(np.prod(shape))), dtype=np.uint64)
        return ((words >> np.uint64(11)).astype(np.float64) * 2.0**-53).reshape(shape)

    def picks(self, samples: Sequence[int], *shape: int) -> NDArray[np.int64]:
        """Samples drawn with replacement."""
        values = np.asarray(samples, dtype=np.int64)
        return values[(self.uniform(*shape) * len(values)).astype(np.int64)]

    def spread(self, spread: Spread, trials: int) -> Floats:
        """Draws from a three-point estimate."""
        return quantile(spread, self.uniform(trials))


def quantile(spread: Spread, u: Floats) -> Floats:
    """The value of the estimate that is not exceeded with probability u."""
    width = spread.high - spread.low
    if width == 0:
        return np.full_like(u, spread.likely)
    return _beta(spread, u) if spread.is_beta else _triangle(spread, u)


def percentile_of(values: NDArray[np.float64] | NDArray[np.int64], percent: int) -> float:
    """The nearest-rank percentile of trials."""
    rank = max(-(-percent * len(values) // 100), 1)
    return float(np.partition(values, rank - 1)[rank - 1])


def correlated(draws: Draws, columns: Sequence[Floats], correlation: Sequence[Sequence[float]]) -> list[Floats]:
    """The same columns, each with its values re-ordered so that their ranks go together as `correlation` says.

    A Gaussian copula on centred scores. Every column keeps exactly its own values, so that correlation never changes a
    mean. Raises numpy's LinAlgError for a matrix that is not positive definite.
    Source: Iman and Conover, Communications in Statistics B11 (1982).
    """
    trials = len(columns[0])
    grid = NormalDist()
    scores = np.array([grid.inv_cdf((n + 0.5) / trials) for n in range(trials)])
    mixed = np.stack([scores[np.argsort(draws.uniform(trials), kind="stable")] for _ in columns])
    # The shuffled scores are correlated by accident; that is taken out before the wanted correlation goes in.
    accident = np.linalg.cholesky(np.corrcoef(mixed)) if len(columns) > 1 else np.ones((1, 1))
    wanted = np.linalg.cholesky(np.asarray(correlation, dtype=np.float64))
    scored = wanted @ np.linalg.solve(accident, mixed)
    return [np.sort(one)[np.argsort(np.argsort(score))] for one, score in zip(columns, scored, strict=True)]


def _triangle(spread: Spread, u: Floats) -> Floats:
    low, likely, high = spread.low, spread.likely, spread.high
    rising = low + np.sqrt(u * (high - low) * (likely - low))
    falling = high - np.sqrt((1 - u) * (high - low) * (high - likely))
    return np.asarray(np.where(u < (likely - low) / (high - low), rising, falling))


def _beta(spread: Spread, u: Floats) -> Floats:
    """PERT: a beta distribution with the mean (low + 4·likely + high) ÷ 6, turned around on a fine grid."""
    width = spread.high - spread.low
    a = 1 + 4 * (spread.likely - spread.low) / width
    b = 1 + 4 * (spread.high - spread.likely) / width
    x = np.linspace(0.0, 1.0, _GRID)
    density = x ** (a - 1) * (1 - x) ** (b - 1)
    below = np.concatenate(([0.0], np.cumsum((density[1:] + density[:-1]) / 2)))
    return np.asarray(spread.low + width * np.interp(u, below / below[-1], x))
