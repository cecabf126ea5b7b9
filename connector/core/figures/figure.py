"""A figure: a number that carries where it comes from, or no number and the reason why."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
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
Unit = Literal["count", "ratio", "days", "hours", "per week", "points"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One number as of one instant.

    `value` is None exactly when `reason` is given. `used`/`total` is the coverage in issues, `left_out` the keys that
    could not be used, `issues` the keys behind the number (the numerator of a ratio), `query` what selected them.
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

    def __post_init__(self) -> None:
        if (self.value is None) == (self.reason is None):
            raise ValueError(f"figure {self.name} needs a value or a reason, and not both")

    @property
    def is_low_confidence(self) -> bool:
        """Whether fewer than 80 % of the issues could be used, so that no light may be lit by it."""
        return self.total > 0 and self.used * 5 < self.total * 4
