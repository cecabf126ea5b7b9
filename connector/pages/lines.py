"""Findings as templates see them: read-only lines, with every title and reason in the page's language."""

from dataclasses import dataclass
from datetime import datetime

from connector.core.figures.figure import Figure
from connector.core.findings import CriterionState, Light

OPENING = frozenset({"GO", "COND_GO"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A phase of the project: `state` is done, now or ahead."""

    title: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A fact in words, with the issue it is about and its moment where it has one. `what` is its message id."""

    text: str
    what: str
    key: str | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionLine:
    """One line of a gate's list: `text` says what was seen, `issues` are those that stand in its way."""

    title: str
    state: CriterionState
    is_must: bool
    text: str
    issues: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """What people decided on a gate, or that their early pass was returned. `by` is an account id."""

    at: datetime | None
    by: str | None
    decision: str | None
    was_returned: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class GateLine:
    """A gate as it stands: its newest run, what it still waits for, and what was decided on it so far."""

    id: str
    title: str
    opens: str
    key: str | None
    state: str
    recommendation: str
    decision: str | None
    criteria: tuple[CriterionLine, ...]
    rulings: tuple[Ruling, ...]
    closes_project: bool

    @property
    def open_criteria(self) -> tuple[CriterionLine, ...]:
        """The criteria that are not met or not known, musts first."""
        still_open = [one for one in self.criteria if one.state in {"fail", "unknown"}]
        return tuple(sorted(still_open, key=lambda one: not one.is_must))

    @property
    def met_n(self) -> int:
        """How many criteria are met, waived or do not apply."""
        return len(self.criteria) - len(self.open_criteria)

    @property
    def returned_n(self) -> int:
        """How often an early pass was returned."""
        return sum(one.was_returned for one in self.rulings)

    @property
    def is_passed(self) -> bool:
        """Whether the last decision opened the next phase."""
        decisions = [one.decision for one in self.rulings if one.decision is not None]
        return bool(decisions) and decisions[-1] in OPENING


@dataclass(frozen=True, slots=True, kw_only=True)
class KpiLine:
    """A KPI in words: its value, its bounds, its light, and what the value rests on."""

    id: str
    title: str
    figure: Figure
    value: str
    target: str
    amber: str
    light: Light


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskLine:
    """A risk with the name and the colour of its band."""

    key: str
    summary: str
    probability: int | None
    impact: int | None
    score: int | None
    band: str
    light: Light
    owner: str | None
    is_open: bool
    is_escalated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalLine:
    """A goal with its target and actual value in words."""

    key: str
    summary: str
    target: str
    actual: str
    is_met: bool | None
