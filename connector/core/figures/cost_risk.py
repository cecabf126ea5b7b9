"""Risk-adjusted cost: the estimate at completion with the project's risks in it, and the contingency that covers them.

Money of one currency. Source: Hulett, Integrated Cost-Schedule Risk Analysis (2011).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np

from connector.core.figures.draws import TRIALS, Draws, Floats, Spread, correlated, percentile_of

CONTINGENCY_AT = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class CostRisk:
    """A risk of the register: its probability, and what it costs if it happens (below zero for an opportunity)."""

    key: str
    probability: float
    cost: Spread


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What the cost is made of: the base EAC, the uncertainty of the estimates (money over or under the base, one each
    line), how these go together (a correlation matrix), and what a period of delay costs.
    """

    base: float
    uncertainty: tuple[Spread, ...] = ()
    correlation: tuple[tuple[float, ...], ...] = ()
    burn: float = 0.0
    delays: tuple[float, ...] = ()
    """Delay in periods, trial by trial, from a simulation of the schedule with as many trials; empty for none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskAdjusted:
    """The trials' costs, sorted. `seed` reproduces them."""

    costs: tuple[float, ...]
    base: float
    seed: int

    def cost(self, percent: int) -> float:
        """The nearest-rank percentile of the cost."""
        return percentile_of(np.asarray(self.costs), percent)

    def contingency(self, percent: int = CONTINGENCY_AT) -> float:
        """What it takes beyond the base to be covered with this probability: Pxx − EAC_base. Below zero it is spare."""
        return self.cost(percent) - self.base

    @property
    def mean(self) -> float:
        """The mean cost: base + ΣEMV + mean uncertainty + burn × mean delay, but for the luck of the draw."""
        return float(np.mean(self.costs))


@dataclass(frozen=True, slots=True, kw_only=True)
class Moments:
    """Mean, variance and standard deviation of a sum."""

    mean: float
    variance: float
    deviation: float


def risk_adjusted_cost(plan: Plan, risks: Sequence[CostRisk], seed: int, *, trials: int = TRIALS) -> RiskAdjusted:
    """EAC_base + Σ Bernoulli(p)·Tri(low, likely, high) + estimate uncertainty + burn × the same trial's delay.

    Raises ValueError where the delays do not have one value a trial.
    """
    if plan.delays and len(plan.delays) != trials:
        raise ValueError(f"there are {len(plan.delays)} delays for {trials} trials; give one for each trial")
    draws = Draws(seed)
    costs = np.full(trials, plan.base, dtype=np.float64)
    for risk in sorted(risks, key=lambda one: one.key):
        costs += (draws.uniform(trials) < risk.probability) * draws.spread(risk.cost, trials)
    for column in _uncertainty(plan, draws, trials):
        costs += column
    if plan.delays:
        costs += plan.burn * np.asarray(plan.delays)
    return RiskAdjusted(costs=tuple(np.sort(costs).tolist()), base=plan.base, seed=seed)


def total_cost(parts: Sequence[Sequence[float]]) -> list[float]:
    """The cost of a programme: in each trial the sum over its projects, trial by trial."""
    return [sum(trial) for trial in zip(*parts, strict=True)]


def second_moment(
    means: Sequence[float], variances: Sequence[float], correlation: Sequence[Sequence[float]]
) -> Moments:
    """Quick check without a trial: mean Σμ, variance Σσ² + 2Σρσσ. Correlation never changes the mean."""
    deviations = [sqrt(one) for one in variances]
    pairs = [(i, j) for i in range(len(means)) for j in range(i)]
    variance = sum(variances) + 2 * sum(correlation[i][j] * deviations[i] * deviations[j] for i, j in pairs)
    return Moments(mean=sum(means), variance=variance, deviation=sqrt(variance))


def emv_of(risks: Sequence[CostRisk]) -> Mapping[str, float]:
    """Each risk's probability × mean cost, to be shown beside the contingency."""
    return {one.key: one.probability * one.cost.mean for one in risks}


def _uncertainty(plan: Plan, draws: Draws, trials: int) -> list[Floats]:
    columns = [draws.spread(one, trials) for one in plan.uncertainty]
    return correlated(draws, columns, plan.correlation) if plan.correlation and len(columns) > 1 else columns
