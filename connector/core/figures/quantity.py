"""Amounts that know what they are counted in, and refuse to be added to others: money, hours, points."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from connector.core.errors import ConnectorError
from connector.core.figures.figure import Unit


class MixedUnits(ConnectorError):
    """Amounts of different units or currencies were to be added."""


@dataclass(frozen=True, slots=True)
class Denomination:
    """What an amount is counted in. Hours and points are currencies of their own; `currency` is money's ISO code."""

    unit: Unit
    currency: str | None = None

    def __str__(self) -> str:
        return self.currency or self.unit


HOURS = Denomination("hours")
POINTS = Denomination("points")


@dataclass(frozen=True, slots=True)
class Quantity:
    """An amount in a denomination. Adding or subtracting another denomination raises MixedUnits."""

    amount: Decimal
    denomination: Denomination

    def __add__(self, other: "Quantity") -> "Quantity":
        return Quantity(self.amount + self._alike(other).amount, self.denomination)

    def __sub__(self, other: "Quantity") -> "Quantity":
        return Quantity(self.amount - self._alike(other).amount, self.denomination)

    def __mul__(self, factor: Decimal) -> "Quantity":
        return Quantity(self.amount * factor, self.denomination)

    def _alike(self, other: "Quantity") -> "Quantity":
        if other.denomination != self.denomination:
            raise MixedUnits(
                f"{self.amount} {self.denomination} and {other.amount} {other.denomination} cannot be added; "
                "convert one of them first, or keep two figures"
            )
        return other


def money(amount: Decimal | int | str, currency: str) -> Quantity:
    """An amount of money."""
    return Quantity(Decimal(amount), Denomination("money", currency))


def hours(amount: Decimal | int | str) -> Quantity:
    """An amount of work in hours."""
    return Quantity(Decimal(amount), HOURS)


def points(amount: Decimal | int | str) -> Quantity:
    """An amount of work in story points."""
    return Quantity(Decimal(amount), POINTS)


def add_up(quantities: Iterable[Quantity]) -> Quantity | None:
    """The sum; None of nothing. Raises MixedUnits."""
    total: Quantity | None = None
    for one in quantities:
        total = one if total is None else total + one
    return total
