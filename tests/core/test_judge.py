from datetime import date

from connector.core.findings import TimelineEntry
from connector.core.judge import Past, issues_whose_history_counts, judge
from tests.core.build import FIELDS, NOW, decided, finished, gate_issue, issue, kpi, moved, project, risk, rulebook, say

TASK = issue(1, assignee={"accountId": "a", "displayName": "Li"}, duedate="2026-04-01")
PASS = moved(77, "In Review", "Passed")


def judged(*issues, past=None, **rules):
    return judge(project(*issues), rulebook(**rules), FIELDS, past or Past(), say)


def test_a_passed_planning_gate_fixes_the_due_dates_as_the_baseline() -> None:
    found = judged(TASK, gate_issue(is_at="Passed", changes=(PASS,)))

    assert found.baseline_due == {"1001": date(2026, 4, 1)}
    assert found.findings.phase == "executing"


def test_a_returned_gate_fixes_no_baseline() -> None:
    found = judged(issue(1), gate_issue(is_at="Passed", changes=(PASS,)))

    assert found.baseline_due is None
    assert found.findings.phase == "planning"
    assert [one.what for one in found.findings.timeline] == ["timeline.gate.returned"]


def test_the_closing_gate_closes_the_project() -> None:
    past = Past(runs=(decided("plan"),))
    closing = gate_issue(is_at="Passed", label="closure", changes=(moved(99, "In Review", "Passed"),))

    found = judged(
        finished(1, "2026-03-02"),
        gate_issue(is_at="Passed", changes=(moved(1, "To Do", "Passed"),)),
        closing,
        past=past,
    )

    assert (found.findings.phase, found.findings.is_closed) == ("closing", True)


def test_one_decision_lets_the_next_gate_be_judged_in_the_same_rollup() -> None:
    closing = gate_issue(is_at="Passed", label="closure", changes=(moved(99, "In Review", "Passed"),))

    found = judged(finished(1, "2026-03-02"), gate_issue(is_at="Passed", changes=(PASS,)), closing)

    assert found.findings.is_closed is True


def test_judging_twice_decides_nothing_new() -> None:
    first = judged(TASK, gate_issue(is_at="Passed", changes=(PASS,)))

    again = judged(TASK, gate_issue(is_at="Passed", changes=(PASS,)), past=Past(runs=first.runs))

    assert again.planned == ()
    assert again.findings.gates == first.findings.gates or again.findings.phase == first.findings.phase


def test_the_light_is_red_for_an_escalated_risk_and_says_so() -> None:
    found = judged(risk(1, 4, 5)).findings

    assert (found.light, [(one.what, one.key) for one in found.light_reasons]) == (
        "red",
        [("light.risk.escalated", "OPS-1")],
    )


def test_the_light_is_amber_for_a_high_risk_that_is_not_escalated() -> None:
    assert judged(risk(1, 4, 4)).findings.light == "amber"


def test_the_light_is_green_when_a_kpi_is_on_target_and_nothing_is_wrong() -> None:
    found = judged(finished(1, "2026-03-02"), kpis=(kpi("completion", target=">= 0.5"),)).findings

    assert (found.light, found.light_reasons) == ("green", ())


def test_the_light_is_grey_while_no_figure_supports_it() -> None:
    assert judged(issue(1)).findings.light == "grey"


def test_lists_name_what_is_late_next_and_slipped() -> None:
    past = Past(baseline_due={"1003": date(2026, 3, 20)})

    found = judged(
        issue(1, duedate="2026-03-10"), issue(2, duedate="2026-03-20"), issue(3, duedate="2026-03-27"), past=past
    ).findings

    assert [(line.key, line.days) for line in found.overdue] == [("OPS-1", 6)]
    assert [(line.key, line.days) for line in found.due_next] == [("OPS-2", 4), ("OPS-3", 11)]
    assert [(line.key, line.days) for line in found.slipped] == [("OPS-3", 7)]
    assert found.by_category == {"new": 3}


def test_the_timeline_is_told_in_the_order_of_time() -> None:
    note = TimelineEntry(at=NOW.replace(month=1), what="timeline.slip", key="OPS-1")

    found = judged(issue(1), gate_issue(is_at="Passed", changes=(PASS,)), past=Past(notes=(note,))).findings

    assert [one.what for one in found.timeline] == ["timeline.slip", "timeline.gate.returned"]


def test_only_the_histories_of_gate_issues_are_asked_for() -> None:
    held = project(TASK, gate_issue(is_at="Passed"), gate_issue(is_at="To Do", label="closure"))

    assert issues_whose_history_counts(held, rulebook()) == {"1090", "1091"}
