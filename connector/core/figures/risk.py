"""Risk: score and level on the scales, expected money and delay.

Sources: ISO 31000 (GB/T 24353); PMBOK Guide, chapter 11; The PM² Guide. Scores of ordinal scales rank risks; they are
not money.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from connector.core.figures.quantity import Denomination, Quantity, add_up
from connector.core.figures.reading import Reading, measured, null

Level = Literal["very low", "low", "medium", "high"]
Assessment = Literal["unassessed", "not a risk", "risk", "issue"]
Fate = Literal["open", "closed", "occurred"]
Scale = tuple[Decimal, ...]

PMBOK_PROBABILITY: Scale = tuple(Decimal(one) for one in ("0.1", "0.3", "0.5", "0.7", "0.9"))
PMBOK_IMPACT: Scale = tuple(Decimal(one) for one in ("0.05", "0.1", "0.2", "0.4", "0.8"))
ONE_TO_FIVE: Scale = tuple(Decimal(n) for n in range(1, 6))


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """A probability and impact matrix: the level of every cell, as a table and not as one threshold."""

    cells: Mapping[tuple[Decimal, Decimal], Level]

    def level(self, probability: Decimal, impact: Decimal) -> Level | None:
        """The cell's level; None where the scales do not have these values."""
        return self.cells.get((probability, impact))


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """A risk in money or days: a probability from 0 to 1 and an impact, above zero for opportunities, too."""

    key: str
    probability: Decimal | None
    impact: Quantity | None
    is_threat: bool = True
    fate: Fate = "open"


def score(probability: Decimal | None, impact: Decimal | None) -> Reading:
    """Risk score: P × I on the configured scales, unrounded. Null `no_estimate` while either is missing, never 0."""
    if probability is None or impact is None:
        return null("no_estimate")
    return measured(probability * impact)


def worst_impact(impacts: Mapping[str, Decimal | None]) -> Decimal | None:
    """A risk's impact: the highest over its objectives (cost, time, scope, quality); None while none is assessed."""
    return max((one for one in impacts.values() if one is not None), default=None)


def pmbok_matrix() -> Matrix:
    """PMBOK's scales; high from 0.18, medium from 0.05, low below. The scores are compared unrounded.

    Source: PMBOK Guide, 5th edition, figure 11-10, for the scores; the bounds are this project's rule.
    """
    return matrix(PMBOK_PROBABILITY, PMBOK_IMPACT, {"high": Decimal("0.18"), "medium": Decimal("0.05")}, "low")


def five_by_five() -> Matrix:
    """Scales of 1 to 5; high from 15, medium from 8, low from 4, very low below. The bounds are this project's rule."""
    bounds: dict[Level, Decimal] = {"high": Decimal(15), "medium": Decimal(8), "low": Decimal(4)}
    return matrix(ONE_TO_FIVE, ONE_TO_FIVE, bounds, "very low")


def matrix(probabilities: Scale, impacts: Scale, bounds: Mapping[Level, Decimal], lowest: Level) -> Matrix:
    """A matrix whose cells are coloured by their score. bounds: the least score of each level, highest level first."""
    cells = {(p, i): _level(p * i, bounds, lowest) for p in probabilities for i in impacts}
    return Matrix(cells=cells)


def assessment(probability: Decimal | None, impact: Decimal | Quantity | None) -> Assessment:
    """What the probability makes of it: without P or I unassessed, with P 0 no risk (close it), with P 1 an issue."""
    if probability is None or impact is None:
        return "unassessed"
    if probability == 0:
        return "not a risk"
    return "issue" if probability == 1 else "risk"


def expected_value(probability: Decimal, impact: Decimal) -> Decimal:
    """EMV or expected delay of one risk: P × impact, in the impact's unit and with its sign.

    Raises ValueError for a probability outside 0 to 1.
    """
    if not 0 <= probability <= 1:
        raise ValueError(f"a probability of {probability} lies outside 0 to 1")
    return probability * impact


def register_emv(register: Iterable[Exposure]) -> dict[Denomination, Reading]:
    """EMV of the register: Σ P × impact of the open risks, by currency. Threats add exposure, opportunities subtract.

    Money (or days), never added across currencies. Closed risks count 0, those that occurred have left: their cost is
    actual cost. Open risks without P or impact are left out of every sum and named; where nothing could be assessed the
    result is empty.
    """
    still_open = [one for one in register if one.fate == "open"]
    left_out = [one.key for one in still_open if one.probability is None or one.impact is None]
    groups: dict[Denomination, dict[str, Quantity]] = {}
    for one in still_open:
        if one.probability is not None and one.impact is not None:
            sign = 1 if one.is_threat else -1
            value = one.impact * (sign * expected_value(one.probability, Decimal(1)))
            groups.setdefault(one.impact.denomination, {})[one.key] = value
    return {kind: _sum(parts, left_out) for kind, parts in groups.items()}


def expected_delay(path: Iterable[Exposure]) -> Reading:
    """Expected delay: Σ P × impact days of the open risks on one path. Days do not add across parallel paths.

    Null `no_data` of an empty path, `no_estimate` where no risk of it is assessed.
    """
    register = list(path)
    sums = register_emv(register)
    if len(sums) > 1:
        add_up(one.impact for one in register if one.impact is not None)
    open_n = sum(one.fate == "open" for one in register)
    return next(iter(sums.values()), null("no_estimate" if open_n else "no_data", total=open_n))


def _sum(parts: Mapping[str, Quantity], left_out: list[str]) -> Reading:
    total = add_up(parts.values())
    amount = total.amount if total is not None else Decimal(0)
    return measured(amount, used=len(parts), behind=tuple(parts), left_out=left_out)


def _level(value: Decimal, bounds: Mapping[Level, Decimal], lowest: Level) -> Level:
    return next((level for level, least in bounds.items() if value >= least), lowest)
