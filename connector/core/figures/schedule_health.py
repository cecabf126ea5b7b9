"""Section 5: plan completeness and schedule health, the checks P1 to P18 (DCMA's 14 points among them).

Each check is a ratio of passed to applicable items, with the items that fail. Sources: DCMA-EA PAM 200.1, section 4;
GAO Schedule Assessment Guide; P1 to P6 are this project's own.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from connector.core.figures.network import Days, Link
from connector.core.figures.reading import Reading, measured, null

ALL, MOST, NEARLY = Decimal(1), Decimal("0.90"), Decimal("0.95")
HIGH_FLOAT = 44
LONG = 44


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanItem:
    """A work item as the checks see it. None: not known, or it has none.

    `is_deliverable`: something that must be accepted; `holds_budget`: an epic or control account; other containers are
    `is_leaf` False. `total_float` and `duration` are in working days, `forecast` dates those that are still to come.
    """

    key: str
    is_leaf: bool = True
    is_done: bool = False
    is_milestone: bool = False
    is_deliverable: bool = False
    is_effort_level: bool = False
    holds_budget: bool = False
    has_parent: bool = False
    has_active_owner: bool = False
    has_resource: bool = False
    has_criteria: bool = False
    is_hard_constrained: bool | None = None
    start: date | None = None
    due: date | None = None
    estimate: Decimal | None = None
    budget: Decimal | None = None
    duration: Days | None = None
    total_float: Days | None = None
    baseline_duration: Days | None = None
    baseline_finish: date | None = None
    actual_start: date | None = None
    actual_finish: date | None = None
    forecast_start: date | None = None
    forecast_finish: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthPlan:
    """All that the checks look at, as of the end of `today`. `links` connect the items by key.

    `longest` is what a duration may be: 44 working days to DCMA, a project may ask for 10. `budget` is what was
    approved, `critical_path` the outcome of the critical path test.
    """

    items: tuple[PlanItem, ...]
    today: date
    links: tuple[Link, ...] = ()
    start: date | None = None
    finish: date | None = None
    budget: Decimal | None = None
    longest: Days = LONG
    critical_path: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """How a project weighs the checks: thresholds, weights (1 where none is given) and which are musts, by id."""

    thresholds: Mapping[str, Decimal] = field(default_factory=dict)
    weights: Mapping[str, Decimal] = field(default_factory=dict)
    musts: frozenset[str] = frozenset({"P6"})


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """How one check came out. `ratio` is null `not_applicable` where it has nothing to look at, and `holds` None then.

    `failing` are the keys of the items, or of links written first→second.
    """

    id: str
    ratio: Reading
    threshold: Decimal
    failing: tuple[str, ...]
    is_must: bool

    @property
    def holds(self) -> bool | None:
        """Whether the ratio reaches its threshold. Never rounds."""
        return None if self.ratio.value is None else self.ratio.value >= self.threshold


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """All checks, the overall score (Σ weight × ratio / Σ weight) and whether the plan fails: a must is not held."""

    checks: tuple[CheckResult, ...]
    score: Reading

    @property
    def is_failed(self) -> bool:
        """Whether a must is below its threshold, whatever the score."""
        return any(one.is_must and one.holds is False for one in self.checks)


Outcome = tuple[Sequence[str], Sequence[str]]
"""What a check applies to, and what fails it."""


def plan_health(plan: HealthPlan, policy: Policy | None = None) -> Health:
    """Judge a plan by all checks. Checks that apply to nothing have no ratio and no weight. A score is a ratio."""
    rules = policy or Policy()
    checks = tuple(_judged(name, plan, rules) for name in CHECKS)
    weighed = [(rules.weights.get(one.id, ALL), one.ratio.value) for one in checks if one.ratio.value is not None]
    weight = sum((share for share, _ in weighed), Decimal(0))
    if weight <= 0:
        return Health(checks=checks, score=null("no_data"))
    total = sum((share * ratio for share, ratio in weighed), Decimal(0))
    return Health(checks=checks, score=measured(total / weight, used=len(weighed), total=len(checks)))


def _judged(name: str, plan: HealthPlan, rules: Policy) -> CheckResult:
    check, usual = CHECKS[name]
    applicable, failing = check(plan)
    passed = len(applicable) - len(failing)
    return CheckResult(
        id=name,
        ratio=measured(Decimal(passed) / len(applicable), used=len(applicable))
        if applicable
        else null("not_applicable"),
        threshold=rules.thresholds.get(name, usual),
        failing=tuple(failing),
        is_must=name in rules.musts,
    )


def _check(
    applies: Callable[[HealthPlan, PlanItem], bool], holds: Callable[[HealthPlan, PlanItem], bool]
) -> Callable[[HealthPlan], Outcome]:
    def outcome(plan: HealthPlan) -> Outcome:
        seen = [one for one in plan.items if applies(plan, one)]
        return [one.key for one in seen], [one.key for one in seen if not holds(plan, one)]

    return outcome


def _is_leaf(_: HealthPlan, one: PlanItem) -> bool:
    return one.is_leaf


def _is_open(_: HealthPlan, one: PlanItem) -> bool:
    return one.is_leaf and not one.is_done


def _has_dates(plan: HealthPlan, one: PlanItem) -> bool:
    """P3: start and due set, in order, within the project."""
    if one.start is None or one.due is None or one.start > one.due:
        return False
    return (plan.start is None or one.start >= plan.start) and (plan.finish is None or one.due <= plan.finish)


def _budgets(plan: HealthPlan) -> Outcome:
    """P6: each control account has a budget, and together they keep to what was approved."""
    accounts = [one for one in plan.items if one.holds_budget]
    without = [one.key for one in accounts if one.budget is None or one.budget <= 0]
    total = sum((one.budget for one in accounts if one.budget is not None), Decimal(0))
    is_over = plan.budget is not None and total > plan.budget
    keys = [one.key for one in accounts]
    return keys, keys if is_over else without


def _logic(plan: HealthPlan) -> Outcome:
    """P7: a predecessor and a successor; one start and one finish milestone may go without."""
    led, leading = {link.after for link in plan.links}, {link.before for link in plan.links}
    seen = [one for one in plan.items if _is_open(plan, one)]
    begins = next((one.key for one in seen if one.is_milestone and one.key not in led and one.key in leading), None)
    ends = next((one.key for one in seen if one.is_milestone and one.key in led and one.key not in leading), None)
    loose = [one.key for one in seen if one.key not in led or one.key not in leading]
    return [one.key for one in seen], [key for key in loose if key not in (begins, ends)]


def _links(holds: Callable[[Link], bool]) -> Callable[[HealthPlan], Outcome]:
    def outcome(plan: HealthPlan) -> Outcome:
        return [_name(one) for one in plan.links], [_name(one) for one in plan.links if not holds(one)]

    return outcome


def _name(link: Link) -> str:
    return f"{link.before}→{link.after}"


def _is_valid(plan: HealthPlan, one: PlanItem) -> bool:
    """P15: nothing has happened after the data date, nothing is forecast before it."""
    actual = (one.actual_start, one.actual_finish)
    ahead = (one.forecast_start if one.actual_start is None else None, one.forecast_finish if not one.is_done else None)
    return all(day is None or day <= plan.today for day in actual) and all(
        day is None or day >= plan.today for day in ahead
    )


def _was_kept(_: HealthPlan, one: PlanItem) -> bool:
    """P17: finished by its baseline finish."""
    return (
        one.actual_finish is not None and one.baseline_finish is not None and one.actual_finish <= one.baseline_finish
    )


def _critical_path(plan: HealthPlan) -> Outcome:
    """P18: a delay of a critical task moved the finish by as much (see cpli.is_critical_path_sound)."""
    if plan.critical_path is None:
        return [], []
    return ["critical path"], [] if plan.critical_path else ["critical path"]


CHECKS: Mapping[str, tuple[Callable[[HealthPlan], Outcome], Decimal]] = {
    "P1": (_check(_is_leaf, lambda _, one: one.has_parent), ALL),
    "P2": (_check(_is_open, lambda _, one: one.has_active_owner), ALL),
    "P3": (_check(_is_leaf, _has_dates), ALL),
    "P4": (_check(_is_leaf, lambda _, one: one.estimate is not None and one.estimate > 0), NEARLY),
    "P5": (_check(lambda _, one: one.is_deliverable, lambda _, one: one.has_criteria), MOST),
    "P6": (_budgets, ALL),
    "P7": (_logic, NEARLY),
    "P8": (_links(lambda link: link.lag >= 0), ALL),
    "P9": (_links(lambda link: link.lag <= 0), NEARLY),
    "P10": (_links(lambda link: link.type == "FS"), MOST),
    "P11": (
        _check(
            lambda plan, one: _is_open(plan, one) and one.is_hard_constrained is not None,
            lambda _, one: not one.is_hard_constrained,
        ),
        NEARLY,
    ),
    "P12": (
        _check(
            lambda plan, one: _is_open(plan, one) and one.total_float is not None,
            lambda _, one: one.total_float is not None and one.total_float <= HIGH_FLOAT,
        ),
        NEARLY,
    ),
    "P13": (
        _check(
            lambda plan, one: _is_open(plan, one) and one.total_float is not None,
            lambda _, one: one.total_float is not None and one.total_float >= 0,
        ),
        ALL,
    ),
    "P14": (
        _check(
            lambda plan, one: _is_open(plan, one) and one.baseline_duration is not None,
            lambda plan, one: one.baseline_duration is not None and one.baseline_duration <= plan.longest,
        ),
        NEARLY,
    ),
    "P15": (_check(_is_leaf, _is_valid), ALL),
    "P16": (
        _check(
            lambda plan, one: _is_leaf(plan, one) and one.duration is not None and one.duration >= 1,
            lambda _, one: one.has_resource or bool(one.estimate),
        ),
        ALL,
    ),
    "P17": (
        _check(
            lambda plan, one: one.is_leaf and one.baseline_finish is not None and one.baseline_finish <= plan.today,
            _was_kept,
        ),
        NEARLY,
    ),
    "P18": (_critical_path, ALL),
}
