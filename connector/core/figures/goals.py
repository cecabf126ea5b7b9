"""Goals: whether they are SMART, and how far they are reached."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from connector.core.figures.reading import Reading, covered, measured, null

Letter = Literal["S", "M", "A", "R", "T"]
SHOWN = (Decimal(0), Decimal("1.2"))
"""Attainment is shown within 0 to 120 %."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """A goal as it is written down. Empty texts and None are what was not written.

    `band` is the range that capacity or history makes likely. `at_least` tells the direction of a goal that keeps a
    value, whose target is its baseline.
    """

    key: str
    verb: str = ""
    object: str = ""
    owner: str = ""
    unit: str = ""
    baseline: Decimal | None = None
    target: Decimal | None = None
    source: str = ""
    band: tuple[Decimal, Decimal] | None = None
    justification: str = ""
    parent: str = ""
    start: date | None = None
    end: date | None = None
    actual: Decimal | None = None
    weight: Decimal = Decimal(1)
    at_least: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One letter of SMART: `missing` are words for what fails it, empty when it passes."""

    letter: Letter
    missing: tuple[str, ...]

    @property
    def has_passed(self) -> bool:
        """Whether nothing is missing."""
        return not self.missing


@dataclass(frozen=True, slots=True, kw_only=True)
class Overall:
    """Attainment over all goals: the weighted mean of those that have one, and how many have none."""

    mean: Reading
    null_n: int


def lint(goal: Goal, project: tuple[date, date]) -> tuple[Check, ...]:
    """The five checks of a goal, each with what it lacks. project: its first and last day.

    S: verb, object, owner. M: unit, baseline value, target value, data source. A: target within the band, or justified.
    R: a parent objective. T: start and end inside the project. Source: Doran, Management Review 70(11) 1981.
    """
    return (
        Check(letter="S", missing=_absent(verb=goal.verb, object=goal.object, owner=goal.owner)),
        Check(
            letter="M",
            missing=_absent(unit=goal.unit, baseline=goal.baseline, target=goal.target, source=goal.source),
        ),
        Check(letter="A", missing=_unachievable(goal)),
        Check(letter="R", missing=_absent(parent=goal.parent)),
        Check(letter="T", missing=_untimely(goal, project)),
    )


def is_smart(goal: Goal, project: tuple[date, date]) -> bool:
    """Whether all five checks pass."""
    return all(check.has_passed for check in lint(goal, project))


def attainment(goal: Goal) -> Reading:
    """Attainment = (actual − baseline) ÷ (target − baseline), unclamped.

    A plain ratio: 1 is reached, whichever direction the target lies in. A goal that keeps its value (target = baseline)
    is 1 or 0, with the note `met_or_not`. Null `no_actuals` without an actual value, `no_baseline` without a baseline
    value, `no_data` without a target.
    """
    if goal.actual is None:
        return null("no_actuals", total=1, left_out=(goal.key,))
    if goal.target is None:
        return null("no_data", total=1, left_out=(goal.key,))
    if goal.baseline is None:
        return null("no_baseline", total=1, left_out=(goal.key,))
    if goal.target == goal.baseline:
        is_met = goal.actual >= goal.target if goal.at_least else goal.actual <= goal.target
        return measured(int(is_met), used=1, behind=(goal.key,), notes=("met_or_not",))
    reached = (goal.actual - goal.baseline) / (goal.target - goal.baseline)
    return measured(reached, used=1, behind=(goal.key,))


def shown(value: Decimal) -> Decimal:
    """An attainment as it is displayed: never below 0 nor above 1.2."""
    return min(max(value, SHOWN[0]), SHOWN[1])


def overall(goals: Sequence[Goal]) -> Overall:
    """The weighted mean of the goals' attainments, unclamped, beside the number that have none.

    A plain ratio. Null `no_data` without a goal or where none has an attainment; `low_coverage` where most have none.
    """
    readings = {one.key: (one.weight, attainment(one).value) for one in goals}
    found = {key: (weight, value) for key, (weight, value) in readings.items() if value is not None}
    left_out = [key for key in readings if key not in found]
    weights = sum((weight for weight, _ in found.values()), Decimal(0))
    if weights == 0:
        return Overall(mean=null("no_data", total=len(goals), left_out=left_out), null_n=len(left_out))
    total = sum((weight * value for weight, value in found.values()), Decimal(0))
    reading = covered(measured(total / weights, used=len(found), behind=tuple(found), left_out=left_out))
    return Overall(mean=reading, null_n=len(left_out))


def _absent(**given: object) -> tuple[str, ...]:
    texts = {name: "" if value is None else str(value).strip() for name, value in given.items()}
    return tuple(name for name, text in texts.items() if not text)


def _unachievable(goal: Goal) -> tuple[str, ...]:
    if goal.justification.strip():
        return ()
    if goal.band is None or goal.target is None:
        return ("band_or_justification",)
    low, high = goal.band
    return () if low <= goal.target <= high else ("outside_band",)


def _untimely(goal: Goal, project: tuple[date, date]) -> tuple[str, ...]:
    absent = _absent(start=goal.start, end=goal.end)
    if goal.start is None or goal.end is None:
        return absent
    if goal.end < goal.start:
        return ("end_before_start",)
    return () if project[0] <= goal.start and goal.end <= project[1] else ("outside_project",)
