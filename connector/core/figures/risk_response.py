"""Risk responses: what remains of a risk, what that is worth, and whether the strategy fits what was planned."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from connector.core.figures.quantity import Quantity
from connector.core.figures.reading import Reading, measured, null, quotient
from connector.core.figures.risk import Level

Strategy = Literal["escalate", "avoid", "transfer", "mitigate", "accept", "exploit", "share", "enhance"]
Fault = Literal[
    "avoided_yet_residual",
    "no_counterparty",
    "no_contingency_plan",
    "accepted_high_without_sponsor",
    "strategy_of_other_kind",
    "no_strategy",
]
FOR_THREATS = frozenset({"escalate", "avoid", "transfer", "mitigate", "accept"})
FOR_OPPORTUNITIES = frozenset({"escalate", "exploit", "share", "enhance", "accept"})
STRATEGY_NAMES: Mapping[str, Strategy] = {
    "escalate": "escalate",
    "上报": "escalate",
    "avoid": "avoid",
    "规避": "avoid",
    "风险规避": "avoid",
    "transfer": "transfer",
    "转移": "transfer",
    "mitigate": "mitigate",
    "减轻": "mitigate",
    "缓解": "mitigate",
    "accept": "accept",
    "接受": "accept",
    "exploit": "exploit",
    "开拓": "exploit",
    "share": "share",
    "分享": "share",
    "enhance": "enhance",
    "提高": "enhance",
}
"""The strategies' names in both languages; 缓解 is read as 减轻."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessed:
    """Probability and impact at one time: before responses, after them, or as targeted."""

    probability: Decimal | None = None
    impact: Decimal | None = None

    @property
    def product(self) -> Reading:
        """Score or EMV: P × I. Null `no_estimate` while either is missing."""
        if self.probability is None or self.impact is None:
            return null("no_estimate")
        return measured(self.probability * self.impact)


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """A planned response: its strategy, cost, and whether its issue is done."""

    strategy: Strategy | None = None
    cost: Quantity | None = None
    is_done: bool = False
    counterparty: str | None = None
    has_contingency_plan: bool = False
    is_active_acceptance: bool = False
    has_sponsor_approval: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Levels:
    """A risk's inherent, residual, planned residual and target product.

    `residual` is what counts now: that after the response once it is done, the inherent one until then.
    """

    inherent: Reading
    residual: Reading
    planned_residual: Reading
    target: Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What a response is worth, in money: the EMV it takes away, net of its cost, and per unit of cost.

    `residual_and_cost` adds the response's cost to what remains, as some sources report residual risk.
    """

    reduction: Reading
    net_benefit: Reading
    leverage: Reading
    residual_and_cost: Reading

    @property
    def is_worthwhile(self) -> bool | None:
        """Whether the reduction exceeds the cost; None while it is not known."""
        return None if self.net_benefit.value is None else self.net_benefit.value > 0


def levels(before: Assessed, after: Assessed, target: Assessed, response: Response) -> Levels:
    """Inherent, residual and target risk. The residual counts only when the response issue is done."""
    return Levels(
        inherent=before.product,
        residual=after.product if response.is_done else before.product,
        planned_residual=after.product,
        target=target.product,
    )


def response_effect(before: Assessed, after: Assessed, cost: Decimal | None) -> Effect:
    """Response effect = EMV₀ − EMV₁ − cost; leverage = (EMV₀ − EMV₁) ÷ cost.

    Money, and a plain ratio. Null `no_estimate` while an EMV or the cost is missing; leverage null `div_zero` at 0.
    """
    first, second = before.product.value, after.product.value
    if first is None or second is None or cost is None:
        missing = null("no_estimate")
        known = missing if first is None or second is None else measured(first - second)
        return Effect(reduction=known, net_benefit=missing, leverage=missing, residual_and_cost=missing)
    return Effect(
        reduction=measured(first - second),
        net_benefit=measured(first - second - cost),
        leverage=quotient(first - second, cost),
        residual_and_cost=measured(second + cost),
    )


def strategy_faults(response: Response, after: Assessed, level: Level | None, *, is_threat: bool) -> tuple[Fault, ...]:
    """What in a response contradicts its strategy.

    Avoid leaves a residual P or I of 0; transfer names the counterparty; active acceptance has a contingency plan; a
    high risk is accepted by the sponsor only. The strategies are PMBOK's, these checks are this project's rule.
    """
    if response.strategy is None:
        return ("no_strategy",)
    faults: list[Fault] = []
    if response.strategy not in (FOR_THREATS if is_threat else FOR_OPPORTUNITIES):
        faults.append("strategy_of_other_kind")
    if response.strategy == "avoid" and 0 not in (after.probability, after.impact):
        faults.append("avoided_yet_residual")
    if response.strategy == "transfer" and not response.counterparty:
        faults.append("no_counterparty")
    if response.strategy == "accept":
        faults += _acceptance_faults(response, level)
    return tuple(faults)


def _acceptance_faults(response: Response, level: Level | None) -> list[Fault]:
    faults: list[Fault] = []
    if response.is_active_acceptance and not response.has_contingency_plan:
        faults.append("no_contingency_plan")
    if level == "high" and not response.has_sponsor_approval:
        faults.append("accepted_high_without_sponsor")
    return faults
