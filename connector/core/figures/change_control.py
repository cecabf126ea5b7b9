"""Change control: how change requests are decided, what they add up to, and what changed without one.

Sources: The PM² Guide, change log; PMBOK Guide, perform integrated change control.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from connector.core.figures.on_time import Networkdays
from connector.core.figures.percentile import percentile
from connector.core.figures.quantity import Denomination, Quantity, add_up
from connector.core.figures.reading import Reading, ratio_of, share

Decision = Literal["approve", "reject", "postpone", "merge"]
Aspect = Literal["scope", "schedule", "cost", "quality", "risk", "resource", "operations"]

ASPECTS: tuple[Aspect, ...] = ("scope", "schedule", "cost", "quality", "risk", "resource", "operations")
BASELINE_FIELDS = frozenset({"duedate", "timeoriginalestimate", "points", "scope"})
"""Fields that only an approved change request may change once there is a baseline."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRequest:
    """A change request. `deltas` are what it adds to budget, days and points; `impact` its assessment by aspect."""

    key: str
    submitted: date
    decided: date | None = None
    decision: Decision | None = None
    is_emergency: bool = False
    is_implemented: bool = False
    deltas: tuple[Quantity, ...] = ()
    impact: Mapping[str, str] | None = None
    requester: str | None = None
    approvers: tuple[tuple[str, str], ...] = ()
    """Who approved, as pairs of role and person."""

    @property
    def is_approved(self) -> bool:
        """Whether it was approved."""
        return self.decision == "approve"


@dataclass(frozen=True, slots=True, kw_only=True)
class BaselineChange:
    """A change of a field of an issue after the baseline, with the change requests it is linked to."""

    issue: str
    field: str
    at: date
    requests: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Quorum:
    """Whether a decision was made by those who may make it, and what is missing."""

    is_met: bool
    missing_roles: tuple[str, ...]
    is_own_request: bool


def open_by_age(requests: Iterable[ChangeRequest], today: date) -> dict[str, int]:
    """Undecided change requests with their age in calendar days, oldest first. Postponed ones are still open."""
    ages = {one.key: (today - one.submitted).days for one in requests if one.decision in (None, "postpone")}
    return dict(sorted(ages.items(), key=lambda pair: -pair[1]))


def decision_lead_time(requests: Iterable[ChangeRequest], networkdays: Networkdays, percent: int = 85) -> Reading:
    """P85 of submitted → decided, in working days with both ends counted. Null as `percentile.percentile`."""
    taken = {one.key: networkdays(one.submitted, one.decided) for one in requests if one.decided is not None}
    return percentile(taken, percent)


def approval_rate(requests: Iterable[ChangeRequest]) -> Reading:
    """Approved ÷ decided. Ratio of counts; null `no_data` while none was decided."""
    decided = [one for one in requests if one.decision is not None]
    return share([one.key for one in decided if one.is_approved], [one.key for one in decided])


def cumulative_change(requests: Iterable[ChangeRequest]) -> dict[Denomination, Quantity]:
    """Σ Δ of the approved change requests, apart for each currency, days and points. Empty while none was approved."""
    groups: dict[Denomination, list[Quantity]] = {}
    for one in requests:
        if one.is_approved:
            for delta in one.deltas:
                groups.setdefault(delta.denomination, []).append(delta)
    sums = {kind: add_up(deltas) for kind, deltas in groups.items()}
    return {kind: total for kind, total in sums.items() if total is not None}


def scope_change_index(approved: Quantity, original_bac: Quantity) -> Reading:
    """Σ approved Δbudget ÷ original BAC. A plain ratio, null `div_zero` where the BAC is 0.

    Raises MixedUnits across currencies.
    """
    return ratio_of(approved, original_bac)


def implementation_rate(requests: Iterable[ChangeRequest]) -> Reading:
    """Implemented ÷ approved. Ratio of counts; null `no_data` while none was approved."""
    approved = [one for one in requests if one.is_approved]
    return share([one.key for one in approved if one.is_implemented], [one.key for one in approved])


def emergency_share(requests: Iterable[ChangeRequest]) -> Reading:
    """Emergency change requests of all. Ratio of counts; null `no_data` without any."""
    known = list(requests)
    return share([one.key for one in known if one.is_emergency], [one.key for one in known])


def unauthorised(
    changes: Iterable[BaselineChange], requests: Iterable[ChangeRequest], baseline: date
) -> list[BaselineChange]:
    """Changes of due date, estimate or scope after the baseline without a linked, approved change request, in order."""
    approved = {one.key for one in requests if one.is_approved}
    found = [
        one
        for one in changes
        if one.field in BASELINE_FIELDS and one.at > baseline and not approved.intersection(one.requests)
    ]
    return sorted(found, key=lambda one: (one.at, one.issue, one.field))


def unanswered_aspects(request: ChangeRequest) -> tuple[Aspect, ...]:
    """What the impact assessment leaves open. It is complete when nothing is: "none" is an answer, nothing is not."""
    answers = request.impact or {}
    return tuple(aspect for aspect in ASPECTS if not answers.get(aspect, "").strip())


def impact_coverage(requests: Iterable[ChangeRequest]) -> Reading:
    """Change requests with a complete impact assessment, of all. Ratio of counts; null `no_data` without any."""
    known = list(requests)
    return share([one.key for one in known if not unanswered_aspects(one)], [one.key for one in known])


def quorum(request: ChangeRequest, required: Sequence[str]) -> Quorum:
    """Whether every required role of the CCB is on record and the requester is not the only approver.

    Separation of duties is this project's rule.
    """
    missing = tuple(role for role in required if role not in {role for role, _ in request.approvers})
    people = {person for _, person in request.approvers}
    alone = request.requester is not None and people == {request.requester}
    return Quorum(is_met=not missing and not alone and bool(people), missing_roles=missing, is_own_request=alone)
