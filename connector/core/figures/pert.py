"""Section 4, PERT: three-point estimates, and what they say of one path.

Sources: the Program Evaluation and Review Technique (1959); Hulett, Monte Carlo simulation or PERT (PMI).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import sqrt
from statistics import NormalDist

from connector.core.errors import ConnectorError
from connector.core.figures.reading import Reading, measured


class BadEstimate(ConnectorError):
    """Three points that are not in order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreePoint:
    """An estimate by its best, most likely and worst value, all in one unit. Raises BadEstimate out of order."""

    optimistic: Decimal
    likely: Decimal
    pessimistic: Decimal

    def __post_init__(self) -> None:
        if not self.optimistic <= self.likely <= self.pessimistic:
            raise BadEstimate(
                f"{self.optimistic} ≤ {self.likely} ≤ {self.pessimistic} does not hold; "
                "give the best, the most likely and the worst value in this order"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class PathEstimate:
    """A path's expected length and its variance, exact."""

    mean: Fraction
    variance: Fraction


def expected(one: ThreePoint) -> Fraction:
    """t_e = (O + 4M + P) / 6, in the unit of the three."""
    return Fraction(one.optimistic + 4 * one.likely + one.pessimistic) / 6


def variance(one: ThreePoint) -> Fraction:
    """σ² = ((P - O) / 6)², in the squared unit."""
    return (Fraction(one.pessimistic - one.optimistic) / 6) ** 2


def triangular_mean(one: ThreePoint) -> Fraction:
    """The triangular distribution's mean, (O + M + P) / 3."""
    return Fraction(one.optimistic + one.likely + one.pessimistic) / 3


def triangular_variance(one: ThreePoint) -> Fraction:
    """The triangular distribution's σ² = (O² + M² + P² - OM - OP - MP) / 18."""
    o, m, p = (Fraction(value) for value in (one.optimistic, one.likely, one.pessimistic))
    return (o * o + m * m + p * p - o * m - o * p - m * p) / 18


def path(estimates: Iterable[ThreePoint]) -> PathEstimate:
    """The sum of a path's expected times and of its variances. Only the critical path's activities belong here.

    Where several paths run side by side the result is optimistic (merge bias): simulate the network instead.
    """
    ones = list(estimates)
    return PathEstimate(
        mean=sum((expected(one) for one in ones), Fraction(0)),
        variance=sum((variance(one) for one in ones), Fraction(0)),
    )


def probability_by(estimate: PathEstimate, deadline: Decimal) -> Reading:
    """P(T ≤ D) = Φ((D - Σ t_e) / √Σ σ²). A ratio; 0 or 1 where nothing is uncertain."""
    spare = Fraction(deadline) - estimate.mean
    if estimate.variance == 0:
        return measured(1 if spare >= 0 else 0)
    return measured(Decimal(NormalDist().cdf(float(spare) / sqrt(estimate.variance))))
