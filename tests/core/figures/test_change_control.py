from datetime import date, timedelta
from decimal import Decimal

import pytest

from connector.core.figures.change_control import (
    ASPECTS,
    BaselineChange,
    ChangeRequest,
    approval_rate,
    cumulative_change,
    decision_lead_time,
    emergency_share,
    impact_coverage,
    implementation_rate,
    open_by_age,
    quorum,
    scope_change_index,
    unanswered_aspects,
    unauthorised,
)
from connector.core.figures.quantity import Denomination, MixedUnits, Quantity, money, points

TODAY = date(2026, 3, 16)
DAYS = Denomination("working days")


def networkdays(first: date, last: date) -> int:
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return sum(day.weekday() < 5 for day in days)


def request(key: str, decision: str | None = None, **more: object) -> ChangeRequest:
    submitted = more.pop("submitted", date(2026, 3, 2))
    return ChangeRequest(key=key, submitted=submitted, decision=decision, **more)  # type: ignore[arg-type]


def test_open_change_requests_are_those_undecided_or_postponed_oldest_first() -> None:
    requests = [
        request("young", submitted=date(2026, 3, 12)),
        request("old", "postpone"),
        request("gone", "approve"),
        request("merged", "merge"),
    ]

    assert list(open_by_age(requests, TODAY).items()) == [("old", 14), ("young", 4)]


def test_decision_lead_time_is_the_85th_percentile_in_working_days() -> None:
    decided = [request(str(n), "approve", decided=date(2026, 3, 2) + timedelta(days=n)) for n in range(10)]

    assert decision_lead_time(decided, networkdays).value == 7  # 2 to 10 March, the weekend left out
    assert decision_lead_time(decided[:7], networkdays).reason == "no_data"


def test_approval_rate_is_approved_of_decided() -> None:
    requests = [request("a", "approve"), request("b", "reject"), request("c", "merge"), request("d", "postpone")]

    assert approval_rate([*requests, request("e")]).value == Decimal("0.25")
    assert approval_rate([request("e")]).reason == "no_data"


def test_approved_changes_add_up_apart_for_money_days_and_points() -> None:
    requests = [
        request("a", "approve", deltas=(money(100, "CNY"), Quantity(Decimal(5), DAYS))),
        request("b", "approve", deltas=(money(-30, "CNY"), money(7, "USD"), points(3))),
        request("c", "reject", deltas=(money(999, "CNY"),)),
    ]

    found = cumulative_change(requests)

    assert {str(kind): total.amount for kind, total in found.items()} == {
        "CNY": 70,
        "working days": 5,
        "USD": 7,
        "points": 3,
    }
    assert cumulative_change([]) == {}


def test_the_scope_change_index_is_approved_change_of_the_original_budget() -> None:
    assert scope_change_index(money(50, "CNY"), money(1000, "CNY")).value == Decimal("0.05")
    assert scope_change_index(money(50, "CNY"), money(0, "CNY")).reason == "div_zero"
    with pytest.raises(MixedUnits):
        scope_change_index(money(50, "CNY"), money(1000, "USD"))


def test_implemented_is_of_approved_and_emergencies_are_of_all() -> None:
    requests = [
        request("a", "approve", is_implemented=True),
        request("b", "approve", is_emergency=True),
        request("c", "reject", is_implemented=True),
        request("d"),
    ]

    assert implementation_rate(requests).value == Decimal("0.5")
    assert emergency_share(requests).value == Decimal("0.25")
    assert (implementation_rate([]).reason, emergency_share([]).reason) == ("no_data", "no_data")


def change(issue: str, field: str = "duedate", at: int = 10, *requests: str) -> BaselineChange:
    return BaselineChange(issue=issue, field=field, at=date(2026, 3, at), requests=requests)


def test_a_baseline_field_changed_after_the_baseline_without_an_approved_request_is_unauthorised() -> None:
    requests = [request("CR-1", "approve"), request("CR-2", "reject")]
    changes = [
        change("late", "duedate", 12),
        change("allowed", "duedate", 10, "CR-1"),
        change("refused", "timeoriginalestimate", 10, "CR-2"),
        change("before", "duedate", 1),
        change("harmless", "summary", 10),
    ]

    found = unauthorised(changes, requests, date(2026, 3, 5))

    assert [one.issue for one in found] == ["refused", "late"]


def test_an_impact_assessment_is_complete_when_each_of_the_seven_aspects_is_answered() -> None:
    whole = dict.fromkeys(ASPECTS, "none")
    complete, partly = request("a", impact=whole), request("b", impact={**whole, "risk": " ", "cost": ""})

    assert (unanswered_aspects(complete), unanswered_aspects(partly)) == ((), ("cost", "risk"))
    assert len(unanswered_aspects(request("c"))) == 7
    assert impact_coverage([complete, partly]).value == Decimal("0.5")


@pytest.mark.parametrize(
    ("approvers", "is_met", "missing", "is_own"),
    [
        pytest.param((("sponsor", "li"), ("pm", "wang")), True, (), False, id="all-roles"),
        pytest.param((("sponsor", "li"),), False, ("pm",), False, id="a-role-is-missing"),
        pytest.param((), False, ("sponsor", "pm"), False, id="nobody"),
        pytest.param((("sponsor", "zhou"), ("pm", "zhou")), False, (), True, id="the-requester-alone"),
        pytest.param((("sponsor", "li"), ("pm", "zhou")), True, (), False, id="the-requester-among-others"),
    ],
)
def test_the_requester_may_not_be_the_sole_approver(
    approvers: tuple[tuple[str, str], ...], is_met: bool, missing: tuple[str, ...], is_own: bool
) -> None:
    found = quorum(request("a", requester="zhou", approvers=approvers), ["sponsor", "pm"])

    assert (found.is_met, found.missing_roles, found.is_own_request) == (is_met, missing, is_own)
