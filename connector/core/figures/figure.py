"""A figure: a number that carries where it comes from, or no number and the reason why."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

NullReason = Literal[
    "no_baseline",
    "no_estimate",
    "no_actuals",
    "no_data",
    "div_zero",
    "not_started",
    "finished",
    "not_applicable",
    "low_coverage",
    "no_permission",
]
Unit = Literal[
    "count", "ratio", "days", "hours", "per week", "points", "money", "working days", "weeks", "periods", "score"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One number as of one instant.

    `value` is None exactly when `reason` is given. `used`/`total` is the coverage in issues, `value_share` the covered
    share of the value where the issues weigh differently. `left_out` are the keys that could not be used,
    `why_left_out` says why by key, in one word such as no_estimate. `issues` are the keys behind the number (the
    numerator of a ratio), `query` what selected them, `rules` the hash of the rulebook that chose how to count.
    `currency` is the ISO code of money. `notes` are words for what a reader must know: provisional_baseline, imputed …
    Values are full precision; rounding is for display only.
    """

    name: str
    unit: Unit
    as_of: datetime
    value: Decimal | None
    reason: NullReason | None = None
    used: int = 0
    total: int = 0
    query: str = ""
    issues: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    currency: str | None = None
    value_share: Decimal | None = None
    why_left_out: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    rules: str = ""

    def __post_init__(self) -> None:
        if (self.value is None) == (self.reason is None):
            raise ValueError(f"figure {self.name} needs a value or a reason, and not both")
        if self.value is not None and not self.value.is_finite():
            raise ValueError(f"figure {self.name} is {self.value}; give a reason in place of a value that is no number")

    @property
    def is_low_confidence(self) -> bool:
        """Whether fewer than 80 % of the issues could be used, or there were too few: no light may be lit by it."""
        if "low_confidence" in self.notes:
            return True
        if self.value_share is not None and self.value_share * 5 < 4:
            return True
        return self.total > 0 and self.used * 5 < self.total * 4


def round_half_up(value: Decimal, places: int) -> Decimal:
    """The value with so many digits after the point; a half goes away from zero. For display only.

    Python's own rounding would make 0.04 of the 0.045 that PMBOK's risk matrix shows as 0.05.
    """
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
