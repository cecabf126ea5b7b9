"""Decision trees: the expected money of every choice, and the best of them."""

from dataclasses import dataclass
from decimal import Decimal

from connector.core.errors import ConnectorError


class BadTree(ConnectorError):
    """A decision tree whose numbers cannot be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """A leaf: what is earned (or lost, below zero) when things come out this way, before the costs on the way to it."""

    payoff: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """One way that chance may go. The probabilities of a chance add up to 1."""

    name: str
    probability: Decimal
    then: "Node"
    cost: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chance:
    """A node at which things happen."""

    branches: tuple[Branch, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One way that we may choose, with its cost."""

    name: str
    then: "Node"
    cost: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A node at which we decide."""

    options: tuple[Option, ...]


Node = End | Chance | Choice


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """A choice worked out: the EMV of each option in the given order, and the names of the best (several on a tie)."""

    values: tuple[tuple[str, Decimal], ...]
    best: tuple[str, ...]
    value: Decimal


def expected_money(node: Node) -> Decimal:
    """EMV of a node: Σ p × (payoff − cost) where things happen, the highest option where we choose.

    Money. Raises BadTree for probabilities that do not add up to 1 or a node without a way on.
    Source: PMBOK Guide, decision tree analysis.
    """
    match node:
        case End():
            return node.payoff
        case Chance():
            return _chance(node)
        case Choice():
            return decide(node).value


def decide(choice: Choice) -> Decided:
    """The options' EMV, each less its cost, and the best."""
    if not choice.options:
        raise BadTree("a choice has no options; give it at least one")
    values = tuple((one.name, expected_money(one.then) - one.cost) for one in choice.options)
    highest = max(value for _, value in values)
    return Decided(values=values, best=tuple(name for name, value in values if value == highest), value=highest)


def _chance(node: Chance) -> Decimal:
    total = sum((one.probability for one in node.branches), Decimal(0))
    if total != 1 or any(one.probability < 0 for one in node.branches):
        names = ", ".join(f"{one.name} {one.probability}" for one in node.branches)
        raise BadTree(
            f"the probabilities {names or 'of no branch'} add up to {total}; let each be 0 to 1 and all make 1"
        )
    return sum((one.probability * (expected_money(one.then) - one.cost) for one in node.branches), Decimal(0))
