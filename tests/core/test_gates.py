from dataclasses import replace
from datetime import timedelta

from connector.core.actions import MoveIssue, SetIssueProperty, WriteComment
from connector.core.findings import KpiFound
from connector.core.project import Entity
from connector.core.rulebook import Criterion, KpiHolds, PageStands, SomeIssues
from connector.core.rules.conditions import Evidence, judge_criterion
from connector.core.rules.gates import judge_gate, latest_decided, phase_of, recommend
from tests.core.build import (
    ALL_DONE,
    CLOSURE,
    NOW,
    OWNERS,
    PLACE,
    PLAN,
    decided,
    gate_issue,
    issue,
    jql,
    moved,
    project,
    rulebook,
    say,
    threshold,
)

READY_TASK = issue(1, assignee={"accountId": "a", "displayName": "Li"}, duedate="2026-04-01")
BARE_TASK = issue(2)
FORTH = ("In Review", "Passed")
PASS = moved(77, *FORTH)


def judged(held, gate=PLAN, runs=(), rules=None, moved_back=frozenset()):
    rules = rules or rulebook()
    evidence = Evidence(project=held, kpis={}, runs=latest_decided(runs))
    return judge_gate(gate, evidence, runs, rules, say, moved_back)


def test_an_undecided_gate_says_how_ready_it_is_and_writes_nothing() -> None:
    found = judged(project(READY_TASK, gate_issue(is_at="In Review")))

    assert (found.run.state, found.run.recommendation, found.planned) == ("open", "READY", ())


def test_a_gate_names_the_issues_it_waits_for() -> None:
    found = judged(project(READY_TASK, BARE_TASK, gate_issue(is_at="In Review")))

    assert found.run.recommendation == "NOT_READY"
    assert [(one.criterion, one.state, one.issues) for one in found.run.results] == [
        ("phase", "pass", ()),
        ("owners", "fail", ("OPS-2",)),
    ]


def test_an_early_pass_goes_back_with_its_reasons_and_the_issues_by_name() -> None:
    found = judged(project(READY_TASK, BARE_TASK, gate_issue(is_at="Passed", changes=(PASS,))))

    comment, move, prop = (planned.write for planned in found.planned)
    assert isinstance(comment, WriteComment)
    assert comment.natural_key == "issue 1090 comment gate plan 1"
    assert [(line.text, line.issues) for line in comment.lines] == [
        ("gate.return.heading gate=Plan baseline", ()),
        (
            "gate.reason criterion=Owners and dates reason=gate.criterion.every.fail count=1 total=2",
            ("OPS-2",),
        ),
        ("gate.return.mend", ()),
    ]
    assert move == MoveIssue(
        issue="1090", key="OPS-90", from_status="6", to_status=("In Review",), occasion="gate plan history 77"
    )
    assert isinstance(prop, SetIssueProperty)
    assert (found.run.decision, found.run.was_returned, found.has_just_opened) == (None, True, False)


def test_a_pass_that_is_due_opens_the_next_phase() -> None:
    found = judged(project(READY_TASK, gate_issue(is_at="Passed", changes=(PASS,))))

    assert (found.run.state, found.run.decision, found.run.decided_by, found.run.trigger) == (
        "decided",
        "GO",
        "li",
        "history 77",
    )
    assert found.has_just_opened is True
    assert not [planned for planned in found.planned if isinstance(planned.write, MoveIssue)]


def test_an_early_pass_is_only_flagged_where_the_rule_says_so() -> None:
    gate = replace(PLAN, on_early_pass="flag")

    found = judged(project(BARE_TASK, gate_issue(is_at="Passed", changes=(PASS,))), gate)

    assert (found.run.decision, found.has_just_opened) == ("GO", True)
    assert "gate.decided.gaps" in [line.text for line in found.planned[0].write.lines]


def test_a_status_change_is_answered_once() -> None:
    held = project(BARE_TASK, gate_issue(is_at="Passed", changes=(PASS,)))
    first = judged(held)

    again = judged(held, runs=(first.run,))

    assert (again.run, again.planned) == (first.run, ())


def test_a_pass_that_our_account_put_back_is_the_one_that_was_answered() -> None:
    first = judged(project(BARE_TASK, gate_issue(is_at="Passed", changes=(PASS,))))
    (move,) = (one.write for one in first.planned if isinstance(one.write, MoveIssue))
    ours = [replace(moved(n, *ends), author="us") for n, ends in ((78, ("Passed", "In Review")), (79, FORTH))]
    held = project(BARE_TASK, gate_issue(is_at="Passed", changes=(PASS, *ours)), account="us")

    undone = judged(held, runs=(first.run,), moved_back=frozenset({move.natural_key}))
    not_undone = judged(held, runs=(first.run,))

    assert (undone.run, undone.planned) == (first.run, ())
    assert (not_undone.run.sequence, not_undone.run.was_returned) == (2, True)


def test_a_pass_that_a_person_tries_again_after_an_undo_is_answered() -> None:
    first = judged(project(BARE_TASK, gate_issue(is_at="Passed", changes=(PASS,))))
    (move,) = (one.write for one in first.planned if isinstance(one.write, MoveIssue))
    again = replace(moved(79, "In Review", "Passed"), author="ada")
    held = project(BARE_TASK, gate_issue(is_at="Passed", changes=(PASS, again)), account="us")

    assert judged(held, runs=(first.run,), moved_back=frozenset({move.natural_key})).run.was_returned


def test_a_second_try_after_a_return_is_a_run_of_its_own() -> None:
    first = judged(project(BARE_TASK, gate_issue(is_at="Passed", changes=(PASS,)))).run
    back, pass_again = moved(78, "Passed", "In Review"), moved(79, "In Review", "Passed")
    later = project(READY_TASK, gate_issue(is_at="Passed", changes=(PASS, back, replace(pass_again, at=NOW))))

    second = judged(later, runs=(first,))

    assert (second.run.sequence, second.run.decision, second.run.trigger) == (2, "GO", "history 79")


def test_a_gate_of_a_later_phase_cannot_be_passed_now() -> None:
    change = moved(80, "In Review", "Passed")
    held = project(gate_issue(is_at="Passed", label="closure", changes=(change,)))

    found = judged(held, CLOSURE)

    assert found.run.was_returned is True
    assert [(one.criterion, one.state) for one in found.run.results] == [("phase", "fail"), ("all-done", "pass")]


def test_a_decided_gate_whose_issue_was_opened_again_is_reopened() -> None:
    run = decided("plan")

    found = judged(project(READY_TASK, gate_issue(is_at="In Review")), runs=(run,))

    assert (found.run.state, found.run.sequence) == ("reopened", 2)


def test_the_phase_is_the_furthest_that_a_decision_has_opened() -> None:
    rules = rulebook()

    assert phase_of(rules, ()) == "planning"
    assert phase_of(rules, (decided("plan"),)) == "executing"
    assert phase_of(rules, (decided("plan"), decided("closure", "HOLD"))) == "executing"
    assert phase_of(rules, (decided("plan"), decided("closure", "COND_GO"))) == "closing"


def test_an_unknown_must_is_unknown_and_never_ready() -> None:
    gate = replace(
        PLAN,
        criteria=(Criterion(id="cost", title={}, check=KpiHolds(kpi="cpi", is_=threshold(">= 0.9")), place=PLACE),),
    )

    found = judged(project(gate_issue(is_at="In Review")), gate)

    assert found.run.recommendation == "UNKNOWN"


def test_gaps_in_shoulds_do_not_hold_a_gate() -> None:
    should = replace(ALL_DONE, is_must=False)
    results = tuple(
        judge_criterion(one, Evidence(project=project(READY_TASK), kpis={}, runs={})) for one in (OWNERS, should)
    )

    assert recommend(results) == "READY_WITH_GAPS"


def page(**data: object) -> Entity:
    return Entity(site="main", kind="page", id="7", project="OPS", at=NOW, data=data)


CHARTER = Criterion(
    id="charter",
    title={},
    check=PageStands(label="charter", headings=(("Goals", "目标"), ("Scope", "范围"))),
    place=PLACE,
)


def charter_state(*pages: Entity) -> tuple[str, str]:
    held = project(pages=pages)
    found = judge_criterion(CHARTER, Evidence(project=held, kpis={}, runs={}))
    return found.state, found.reason


def test_a_page_with_all_headings_filled_in_either_language_stands() -> None:
    headings = [{"text": "目标", "has_text": True}, {"text": "Scope", "has_text": True}]

    assert charter_state(page(title="Charter", labels=["charter"], headings=headings)) == (
        "pass",
        "gate.criterion.page.pass",
    )


def test_a_heading_without_text_below_it_does_not_count() -> None:
    headings = [{"text": "Goals", "has_text": True}, {"text": "Scope", "has_text": False}]

    assert charter_state(page(title="Charter", labels=["charter"], headings=headings))[1] == (
        "gate.criterion.page.headings"
    )


def test_a_trashed_page_is_missing() -> None:
    trashed = replace(page(title="Charter", labels=["charter"], headings=[]), is_gone=True)

    assert charter_state(trashed) == ("fail", "gate.criterion.page.missing")


def test_too_few_issues_blame_none_of_those_found() -> None:
    three_goals = Criterion(
        id="goals", title={}, check=SomeIssues(count=jql("issuetype = Goal"), is_=threshold(">= 3")), place=PLACE
    )
    held = project(issue(1, type="Goal"))

    found = judge_criterion(three_goals, Evidence(project=held, kpis={}, runs={}))

    assert (found.state, found.issues, found.values) == ("fail", (), {"count": 1, "threshold": ">= 3"})


def test_a_kpi_that_misses_its_bound_fails_the_criterion() -> None:
    from connector.core.figures.catalog import FIGURES
    from connector.core.figures.population import Population

    population = Population(work=(BARE_TASK,), as_of=NOW, timezone=project().timezone)
    found = KpiFound(
        kpi="completion", title={}, figure=FIGURES["completion"](population), light="red", target=None, amber=None
    )
    criterion = Criterion(id="done", title={}, check=KpiHolds(kpi="completion", is_=threshold(">= 0.5")), place=PLACE)

    result = judge_criterion(criterion, Evidence(project=project(), kpis={"completion": found}, runs={}))

    assert (result.state, result.reason) == ("fail", "gate.criterion.kpi.fail")


def test_a_decision_is_answered_once_though_its_history_came_later() -> None:
    first = judged(project(READY_TASK, gate_issue(is_at="Passed"))).run

    again = judged(project(READY_TASK, gate_issue(is_at="Passed", changes=(PASS,))), runs=(first,))

    assert first.trigger == "issue 1090 in status 6"
    assert (again.run, again.planned) == (first, ())


def test_a_decision_after_one_without_history_is_a_run_of_its_own() -> None:
    first = judged(project(READY_TASK, gate_issue(is_at="Passed"))).run
    later = replace(PASS, at=NOW + timedelta(hours=1))

    again = judged(project(READY_TASK, gate_issue(is_at="Passed", changes=(later,))), runs=(first,))

    assert (again.run.sequence, again.run.trigger) == (2, "history 77")


def test_a_gate_whose_issue_was_deleted_waits_for_a_new_one_and_keeps_its_decision() -> None:
    run = decided("plan")

    found = judged(project(READY_TASK), runs=(run,))

    assert (found.run.state, found.run.sequence, found.planned) == ("planned", 2, ())
    assert phase_of(rulebook(), (run, found.run)) == "executing"


def test_a_conditional_pass_is_people_s_to_give_though_a_must_is_open() -> None:
    gate = replace(PLAN, decided={**PLAN.decided, "COND_GO": ("In Progress",)})
    change = moved(80, "In Review", "In Progress")

    found = judged(project(BARE_TASK, gate_issue(is_at="In Progress", changes=(change,))), gate)

    assert (found.run.decision, found.run.was_returned, found.has_just_opened) == ("COND_GO", False, True)
