"""What the rules found out: values that are stored, compared with the last ones and shown on pages."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from connector.core.figures.figure import Figure
from connector.core.rulebook import Text

CriterionState = Literal["pass", "fail", "waived", "n.a.", "unknown"]
Recommendation = Literal["READY", "READY_WITH_GAPS", "NOT_READY", "UNKNOWN"]
GateState = Literal["planned", "open", "submitted", "in review", "decided", "deferred", "reopened", "void", "closed"]
Decision = Literal["GO", "COND_GO", "RECYCLE", "HOLD", "KILL", "REDIRECT", "DEFERRED", "VOID"]
Light = Literal["green", "amber", "red", "grey"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionResult:
    """How one criterion came out. `issues` are the keys that stand in its way.

    `reason` is a message id of the catalogues, `values` fill its places.
    """

    criterion: str
    title: Text
    state: CriterionState
    is_must: bool
    reason: str
    values: Mapping[str, object] = field(default_factory=dict)
    issues: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class GateRun:
    """One run of a gate. Immutable once decided; a later run of the same gate has a higher `sequence`.

    `trigger` is the id of the status change that people decided with (None while nobody has); `evidence` the hash of
    the results the decision rests on; `rules` the hash of the rulebook they were judged by.
    """

    gate: str
    sequence: int
    state: GateState
    recommendation: Recommendation
    results: tuple[CriterionResult, ...]
    data_date: datetime
    rules: str
    evidence: str
    gate_issue: str | None = None
    decision: Decision | None = None
    decided_by: str | None = None
    decided_at: datetime | None = None
    trigger: str | None = None
    was_returned: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskFound:
    """A risk with its score; `is_high` in the top band. Unassessed (`reason` says why), score and band are None."""

    issue: str
    key: str
    summary: str
    probability: int | None
    impact: int | None
    score: int | None
    band: str | None
    owner: str | None
    is_open: bool
    is_high: bool
    is_escalated: bool
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KpiFound:
    """A KPI's figure against its target. A null figure is grey."""

    kpi: str
    title: Text
    figure: Figure
    light: Light
    target: str | None
    amber: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalFound:
    """A goal's attainment. `is_met` is None while the actual value is missing."""

    key: str
    summary: str
    target: Decimal | None
    actual: Decimal | None
    unit: str | None
    direction: Literal["at least", "at most"]
    is_met: bool | None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueLine:
    """An issue as a page lists it."""

    key: str
    summary: str
    owner: str | None
    due: date | None
    status: str | None
    days: int | None = None
    finished: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineEntry:
    """Something worth remembering in the project's story. `what` is a message id, `values` fill its places."""

    at: datetime
    what: str
    values: Mapping[str, object] = field(default_factory=dict)
    key: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """A fact behind a light. `what` is a message id, `values` fill its places, `key` is the issue it is about."""

    what: str
    values: Mapping[str, object] = field(default_factory=dict)
    key: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How free the connector is in the project: whether it only watches, since when and why it is paused.

    `rules` are the full names of the rules that are paused in the whole site. `held` says by rule how many of its
    writes go beyond its limit and wait for a person.
    """

    is_observed: bool = False
    paused_at: datetime | None = None
    reason: str = ""
    rules: tuple[str, ...] = ()
    held: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """All that one rollup found in a project."""

    site: str
    project: str
    name: str
    as_of: datetime
    rules: str
    phase: str
    is_closed: bool
    gates: tuple[GateRun, ...] = ()
    risks: tuple[RiskFound, ...] = ()
    kpis: tuple[KpiFound, ...] = ()
    goals: tuple[GoalFound, ...] = ()
    figures: Mapping[str, Figure] = field(default_factory=dict)
    overdue: tuple[IssueLine, ...] = ()
    milestones: tuple[IssueLine, ...] = ()
    done_lately: tuple[IssueLine, ...] = ()
    due_next: tuple[IssueLine, ...] = ()
    slipped: tuple[IssueLine, ...] = ()
    by_category: Mapping[str, int] = field(default_factory=dict)
    timeline: tuple[TimelineEntry, ...] = ()
    light: Light = "grey"
    light_reasons: tuple[Reason, ...] = ()
    standing: Standing = Standing()
