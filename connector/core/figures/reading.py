"""A reading: a number worked out from plain inputs, or why there is none. A figure has name and moment besides."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from connector.core.figures.figure import Figure, NullReason, Unit
from connector.core.figures.quantity import Quantity

Number = Decimal | Fraction | int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One number in full precision with its coverage.

    `value` is None exactly when `reason` is given. `used`/`total` count the items that could be used and all that
    should have been; `behind` are the keys behind the number (the numerator of a ratio), `left_out` those that could
    not be used. `notes` are words for what a reader must know: `low_confidence`, `window_open`, `board_not_used` …
    """

    value: Decimal | None
    reason: NullReason | None = None
    used: int = 0
    total: int = 0
    behind: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if (self.value is None) == (self.reason is None):
            raise ValueError("a reading needs a value or a reason, and not both")

    @property
    def is_low_confidence(self) -> bool:
        """Whether fewer than 80 % of the items could be used, or the sample is small."""
        return "low_confidence" in self.notes or self.used * 5 < self.total * 4


def null(
    reason: NullReason, *, used: int = 0, total: int = 0, left_out: Sequence[str] = (), notes: Sequence[str] = ()
) -> Reading:
    """No number, because of `reason`."""
    return Reading(value=None, reason=reason, used=used, total=total, left_out=tuple(left_out), notes=tuple(notes))


def measured(
    value: Number,
    *,
    used: int = 0,
    total: int | None = None,
    behind: Sequence[str] = (),
    left_out: Sequence[str] = (),
    notes: Sequence[str] = (),
) -> Reading:
    """A number. Without `total`, all that could be used is all there is besides what was left out."""
    return Reading(
        value=decimal_of(value),
        used=used,
        total=used + len(left_out) if total is None else total,
        behind=tuple(behind),
        left_out=tuple(left_out),
        notes=tuple(notes),
    )


def covered(reading: Reading) -> Reading:
    """The reading, or null `low_coverage` where fewer than half of the items could be used."""
    if reading.value is None or reading.used * 2 >= reading.total:
        return reading
    return null("low_coverage", used=reading.used, total=reading.total, left_out=reading.left_out, notes=reading.notes)


def share(
    part: Collection[str], whole: Collection[str], *, left_out: Sequence[str] = (), notes: Sequence[str] = ()
) -> Reading:
    """Ratio of counts: `part` of `whole`, by key. `left_out` belong to neither and weigh on the coverage.

    Null `no_data` without any item, `low_coverage` where fewer than half can be used.
    """
    total = len(whole) + len(left_out)
    if total == 0:
        return null("no_data", notes=notes)
    if len(whole) * 2 < total:
        return null("low_coverage", used=len(whole), total=total, left_out=left_out, notes=notes)
    ratio = Fraction(len(part), len(whole))
    return measured(ratio, used=len(whole), behind=tuple(part), left_out=left_out, notes=notes)


def quotient(numerator: Number, denominator: Number, *, empty: NullReason = "div_zero") -> Reading:
    """A plain division; null with the reason `empty` where the denominator is 0."""
    if denominator == 0:
        return null(empty)
    return measured(Fraction(numerator) / Fraction(denominator))


def ratio_of(numerator: Quantity, denominator: Quantity) -> Reading:
    """One amount divided by another of the same unit and currency, a plain ratio; null `div_zero` by zero.

    Raises MixedUnits for amounts that cannot be compared.
    """
    alike = numerator - denominator * Decimal(0)
    return quotient(alike.amount, denominator.amount)


def mean(values: Collection[Number]) -> Reading:
    """The arithmetic mean. Null `no_data` of nothing."""
    if not values:
        return null("no_data")
    total = sum((Fraction(one) for one in values), Fraction(0))
    return measured(total / len(values), used=len(values))


def decimal_of(number: Number) -> Decimal:
    """The number as a Decimal of 28 digits."""
    if isinstance(number, Fraction):
        return Decimal(number.numerator) / Decimal(number.denominator)
    return Decimal(number)


def figure(
    reading: Reading, *, name: str, unit: Unit, as_of: datetime, query: str = "", currency: str | None = None
) -> Figure:
    """The reading as a figure: with its name, its unit, the moment and what selected the items."""
    return Figure(
        name=name,
        unit=unit,
        as_of=as_of,
        value=reading.value,
        reason=reading.reason,
        used=reading.used,
        total=reading.total,
        query=query,
        issues=reading.behind,
        left_out=reading.left_out,
        currency=currency,
        notes=reading.notes,
    )
