from datetime import date, timedelta
from decimal import Decimal

import pytest

from connector.core.figures.communication import (
    ActionItem,
    DecisionRecord,
    Meeting,
    actions_closed,
    adherence,
    decision_log_completeness,
    minutes_in_time,
    open_actions_by_age,
    planned_meetings,
    stakeholder_coverage,
)

TODAY = date(2026, 3, 16)  # a Monday


def networkdays(first: date, last: date) -> int:
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return sum(day.weekday() < 5 for day in days)


def day(n: int) -> date:
    return date(2026, 3, n)


def test_adherence_is_held_of_planned_by_the_cadence() -> None:
    planned = planned_meetings(day(2), day(30), 7)

    assert planned == 5
    assert adherence(4, planned).value == Decimal("0.8")
    assert adherence(0, 0).reason == "not_applicable"


def test_a_cadence_needs_a_day_and_an_end_before_its_start_asks_for_no_meeting() -> None:
    assert planned_meetings(day(3), day(2), 7) == 0
    with pytest.raises(ValueError, match="give 1 or more"):
        planned_meetings(day(2), day(3), 0)


def test_minutes_are_out_within_two_working_days() -> None:
    meetings = [
        Meeting(key="friday", held=day(6), minutes=day(10)),  # Tuesday
        Meeting(key="slow", held=day(6), minutes=day(11)),
        Meeting(key="missing", held=day(9)),
        Meeting(key="fresh", held=day(13)),
    ]

    found = minutes_in_time(meetings, TODAY, networkdays)

    assert (found.value, found.behind, found.used) == (Decimal(1) / 3, ("friday",), 3)
    assert minutes_in_time(meetings[3:], TODAY, networkdays).reason == "no_data"


def test_open_action_items_past_their_due_date_stay_in_the_denominator() -> None:
    items = [
        ActionItem(key="kept", noted=day(1), due=day(6), closed=day(6)),
        ActionItem(key="late", noted=day(1), due=day(6), closed=day(9)),
        ActionItem(key="open", noted=day(1), due=day(15)),
        ActionItem(key="today", noted=day(1), due=TODAY),
        ActionItem(key="undated", noted=day(9)),
    ]

    found = actions_closed(items, TODAY)

    assert (found.value, found.used, found.left_out) == (Decimal(1) / 3, 3, ("undated",))
    assert list(open_actions_by_age(items, TODAY).items()) == [("open", 15), ("today", 15), ("undated", 7)]


def test_a_decision_is_on_record_with_decision_owner_date_and_link() -> None:
    whole = DecisionRecord(key="a", decision="Buy", owner="li", decided=day(2), link="OPS-7")
    bare = DecisionRecord(key="b", decision="Buy", owner="li", link=" ", decided=day(2))

    assert decision_log_completeness([whole, bare]).value == Decimal("0.5")
    assert decision_log_completeness([]).reason == "no_data"


def test_stakeholder_coverage_is_who_received_the_report_of_those_it_was_planned_for() -> None:
    assert stakeholder_coverage(["li", "wang"], {"li", "somebody else"}).value == Decimal("0.5")
    assert stakeholder_coverage([], {"li"}).reason == "not_applicable"
