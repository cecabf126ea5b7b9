from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from connector.core.findings import CriterionResult
from connector.core.issue import Change
from connector.core.judge import issues_whose_comments_count
from connector.core.project import Entity, Project
from connector.core.rulebook import Approvals, Gate, Role
from connector.core.rules.approvals import judge_approvals, word_in
from connector.core.rules.conditions import Evidence
from connector.core.rules.gates import gate_issue_of, judge_gate
from connector.core.surroundings import Surroundings
from tests.core.build import NOW, PLACE, PLAN, gate_issue, issue, moved, project, rulebook, say

SPONSOR = Role(id="sponsor", title={"en": "Sponsor"}, people=("li", "ana@example.com"), groups=("board",), place=PLACE)
PM = Role(id="pm", title={"en": "Project manager"}, people=("Ben Okafor",), place=PLACE)
BOARD = Surroundings(members={"Board": frozenset({"uma", "vic"})})
ASKED = Approvals(roles=(SPONSOR, PM), place=PLACE)
TWO = replace(ASKED, quorum=2)
HOUR = timedelta(hours=1)


def said(n: int, author: str, body: object, *, at: datetime = NOW - HOUR, name: str = "", **more: object) -> Entity:
    data = {"author": author, "author_name": name or author.title(), "body": body, "created": at.isoformat(), **more}
    return Entity(site="main", kind="comment", id=str(n), parent="1090", project="OPS", at=at, data=data)


def held(*comments: Entity, is_at: str = "In Review", changes: tuple[Change, ...] = (), **changed: object) -> Project:
    around = {"around": BOARD, **changed}
    return project(gate_issue(is_at=is_at, changes=changes), comments=comments, **around)


def outcome(found: Project, asked: Approvals = ASKED) -> tuple[str, str, dict[str, object]]:
    gate = replace(PLAN, approvals=asked, decided={"GO": ("Passed",), "HOLD": ("To Do",)})
    (result,) = judge_approvals(gate, gate_issue_of(gate, found), found)
    assert (result.criterion, result.is_must) == ("approvals", True)
    return result.state, result.reason.removeprefix("gate.criterion.approvals."), dict(result.values)


LI = said(1, "li", "Approved")
BEN = said(2, "712:b", "批准。", name="Ben Okafor")
UMA = said(3, "uma", "Approve")
PASSED = (
    "pass",
    "pass",
    {"approved": ["Li", "Ben Okafor"]},
)


def waiting(given: int, *roles: Role, asked: int = 2, **more: object) -> tuple[str, str, dict[str, object]]:
    reason = "refused" if "refused" in more else "fail"
    return "fail", reason, {"given": given, "asked": asked, "roles": [one.title for one in roles], **more}


@pytest.mark.parametrize(
    "text",
    [
        "Approve",
        "approved!",
        "APPROVED, with thanks",
        " *Approved*",
        "_Approved_ by me",
        "“Approved”",
        "✅ Approved",
        "批准",
        "同意。",
        "同意，上线吧",
        "（批准）",
        "Approved\nbut mind the dates",
    ],
)
def test_the_first_word_approves_whatever_its_capitals_and_punctuation(text: str) -> None:
    assert word_in(text) is True


@pytest.mark.parametrize("text", ["Reject", "rejected: no budget", "REJECTED.", "驳回", "不同意！", "不同意 这样做"])
def test_the_first_word_refuses(text: str) -> None:
    assert word_in(text) is False


@pytest.mark.parametrize(
    "text",
    [
        "I approve",
        "Not approved",
        "Approval is near",
        "Approver: Li",
        "Approve?",
        "Approved ?",
        "Approve/Reject",
        "",
        "同意书还没有到",
        "批准了吗",
        "批准？",
        "> Approved",
        "-Approved-",
        "我同意",
        "rejecting",
        None,
        7,
    ],
)
def test_other_words_neither_approve_nor_refuse(text: object) -> None:
    assert word_in(text) is None


def test_a_gate_that_asks_for_no_approval_has_no_such_criterion() -> None:
    found = held(LI, BEN)

    assert judge_approvals(PLAN, gate_issue_of(PLAN, found), found) == ()


def test_somebody_of_every_role_has_to_approve() -> None:
    assert outcome(held(LI, BEN)) == PASSED
    assert outcome(held(LI)) == waiting(1, PM)
    assert outcome(held(LI, UMA)) == waiting(1, PM)
    assert outcome(held()) == waiting(0, SPONSOR, PM)


def test_a_gate_without_an_issue_has_nobody_s_approval() -> None:
    assert outcome(project(around=BOARD)) == waiting(0, SPONSOR, PM)


def test_who_plays_two_roles_stands_for_both() -> None:
    both = replace(PM, people=("li",))

    assert outcome(held(LI), Approvals(roles=(SPONSOR, both), place=PLACE))[0] == "pass"


def test_a_quorum_counts_different_people_whichever_role_they_play() -> None:
    assert outcome(held(LI, UMA), TWO) == ("pass", "pass", {"approved": ["Li", "Uma"]})
    assert outcome(held(LI, said(4, "li", "Approved again")), TWO) == waiting(1, PM)
    assert outcome(held(LI, BEN), replace(ASKED, quorum=3)) == waiting(2, SPONSOR, PM, asked=3)


@pytest.mark.parametrize(
    "comment",
    [
        pytest.param(said(1, "LI", "Approve"), id="account"),
        pytest.param(said(1, "712:z", "Approve", name="li"), id="display-name"),
        pytest.param(said(1, "712:ana", "Approve"), id="e-mail"),
        pytest.param(said(1, "key-7", "Approve"), id="user-name"),
        pytest.param(said(1, "vic", "Approve"), id="group"),
    ],
)
def test_a_role_names_people_in_several_ways(comment: Entity) -> None:
    people: dict[str, object] = {
        "712:ana": {"accountId": "712:ana", "emailAddress": "Ana@example.com"},
        "key-7": {"key": "key-7", "name": "li"},
    }
    around = replace(BOARD, people=people.get)
    rules = replace(ASKED, roles=(SPONSOR,))
    shown = [issue(n, assignee=person) for n, person in enumerate(people.values(), 1)]
    found = held(comment, around=around)

    assert outcome(replace(found, issues=(*found.issues, *shown)), rules)[0] == "pass"


def test_strangers_and_other_issues_do_not_approve() -> None:
    elsewhere = replace(BEN, parent="1091")
    removed = replace(BEN, is_gone=True)

    assert outcome(held(LI, said(9, "stranger", "Approved"))) == waiting(1, PM)
    assert outcome(held(LI, elsewhere)) == waiting(1, PM)
    assert outcome(held(LI, removed)) == waiting(1, PM)


def test_the_last_word_of_a_person_counts() -> None:
    no, yes = said(9, "li", "Rejected", at=NOW), said(10, "li", "Approve", at=NOW)

    assert outcome(held(LI, BEN, no)) == waiting(1, SPONSOR, refused=["Li"])
    assert outcome(held(no, BEN, LI)) == waiting(1, SPONSOR, refused=["Li"])
    assert outcome(held(BEN, no, yes)) == ("pass", "pass", {"approved": ["Ben Okafor", "Li"]})
    assert outcome(held(LI, BEN, said(9, "li", "A word more", at=NOW))) == PASSED


def test_a_refusal_is_no_veto_and_that_of_a_stranger_nothing() -> None:
    assert outcome(held(LI, BEN, said(9, "uma", "驳回"))) == PASSED
    assert outcome(held(LI, said(9, "stranger", "Reject"))) == waiting(1, PM)


def test_an_edited_comment_counts_by_what_it_says_now_and_when_it_was_edited() -> None:
    changes = (moved(70, "Passed", "In Review", at=NOW - HOUR),)
    late = {"updated": NOW.isoformat(), "update_author": "li"}
    before = NOW - 2 * HOUR

    assert outcome(held(said(1, "li", "Approved", at=before, **late), BEN_LATER, changes=changes)) == PASSED
    assert outcome(held(said(1, "li", "Approved", at=before), BEN_LATER, changes=changes)) == waiting(1, SPONSOR)
    assert outcome(held(said(1, "li", "Hm", at=before, **late), BEN_LATER, changes=changes)) == waiting(1, SPONSOR)


BEN_LATER = said(20, "712:b", "Approved", name="Ben Okafor", at=NOW + HOUR)


def test_what_somebody_else_has_edited_is_nobody_s_word() -> None:
    forged = said(1, "li", "Approved", updated=NOW.isoformat(), update_author="712:b")

    assert outcome(held(forged, BEN)) == waiting(1, SPONSOR)


def test_our_own_account_and_inactive_ones_do_not_approve() -> None:
    gone = issue(5, assignee={"accountId": "li", "active": False})
    here = issue(5, assignee={"accountId": "li", "active": True})
    found = held(LI, BEN)

    assert outcome(held(LI, BEN, account="li")) == waiting(1, SPONSOR)
    assert outcome(replace(found, issues=(*found.issues, gone))) == waiting(1, SPONSOR)
    assert outcome(replace(found, issues=(*found.issues, here))) == PASSED


def test_a_gate_that_comes_again_is_approved_again() -> None:
    back = moved(70, "Passed", "In Review", at=NOW)
    shown_before = moved(69, "To Do", "Passed", at=NOW - 3 * HOUR)

    assert outcome(held(LI, BEN, changes=(shown_before, back))) == waiting(0, SPONSOR, PM)
    assert outcome(held(LI, BEN, changes=(moved(70, "In Progress", "In Review", at=NOW),))) == PASSED


def test_the_decision_itself_does_not_outdate_the_approvals_before_it() -> None:
    onward = moved(70, "In Review", "Passed", at=NOW, author="zoe")
    held_back = moved(69, "In Review", "To Do", at=NOW - 2 * HOUR)
    from_hold = moved(70, "To Do", "Passed", at=NOW, author="zoe")

    assert outcome(held(LI, BEN, is_at="Passed", changes=(onward,))) == PASSED
    assert outcome(held(LI, BEN, is_at="Passed", changes=(held_back, from_hold))) == PASSED
    later = replace(held_back, at=NOW - HOUR / 2)
    assert outcome(held(LI, BEN, is_at="Passed", changes=(later, from_hold))) == waiting(0, SPONSOR, PM)


@pytest.mark.parametrize(
    ("quorum", "decider", "state"),
    [
        pytest.param(None, "li", "fail", id="alone"),
        pytest.param(None, "zoe", "pass", id="somebody-else-decided"),
        pytest.param(1, "li", "pass", id="alone-and-asked-for-one"),
    ],
)
def test_who_decides_is_the_only_approver_just_where_one_is_asked_for(
    quorum: int | None, decider: str, state: str
) -> None:
    rules = Approvals(roles=(SPONSOR,), quorum=quorum, place=PLACE)
    change = moved(70, "In Review", "Passed", at=NOW, author=decider)

    found = outcome(held(LI, is_at="Passed", changes=(change,)), rules)

    assert found == (state, "alone" if state == "fail" else "pass", {"approved": ["Li"]})


def test_who_decides_is_not_the_only_approver_beside_another() -> None:
    change = moved(70, "In Review", "Passed", at=NOW, author="li")

    assert outcome(held(LI, BEN, is_at="Passed", changes=(change,))) == PASSED


def test_who_decides_must_be_named_even_where_one_is_asked_for() -> None:
    rules = Approvals(roles=(PM,), quorum=1, place=PLACE)
    change = moved(70, "In Review", "Passed", at=NOW, author="li")

    assert outcome(held(LI, is_at="Passed", changes=(change,)), rules) == waiting(0, PM, asked=1)


@pytest.mark.parametrize(
    "hidden",
    [
        pytest.param(replace(SPONSOR, jira_role="Sponsors"), id="jira-role"),
        pytest.param(replace(SPONSOR, groups=("board", "unseen")), id="group-that-cannot-be-seen"),
    ],
)
def test_approvals_are_unknown_while_the_people_of_a_role_are(hidden: Role) -> None:
    rules = Approvals(roles=(hidden, PM), place=PLACE)
    unknown = ("unknown", "unknown", {"given": 1, "asked": 2, "roles": [{"en": "Sponsor"}]})

    assert outcome(held(BEN), rules) == unknown
    assert outcome(held(BEN), replace(rules, quorum=2)) == unknown
    assert outcome(held(BEN, LI), rules)[0] == "pass"
    assert outcome(held(UMA), rules) == waiting(1, PM)


def judged(found: Project, gate: Gate, tell: Callable[..., str] = say) -> tuple[CriterionResult, list[object]]:
    judged = judge_gate(gate, Evidence(project=found, kpis={}, runs={}), (), rulebook(), tell)
    return judged.run.results[-1], [one.write for one in judged.planned]


def test_a_gate_passed_without_its_approvals_goes_back_naming_who_is_missing() -> None:
    gate = replace(PLAN, approvals=ASKED, criteria=())
    change = moved(70, "In Review", "Passed", at=NOW, author="zoe")
    refusal = said(9, "uma", "Rejected")

    result, (comment, *others) = judged(held(BEN, refusal, is_at="Passed", changes=(change,)), gate)

    assert (result.criterion, result.state) == ("approvals", "fail")
    assert [line.text for line in comment.lines] == [
        "gate.return.heading gate=Plan baseline",
        "gate.reason criterion=gate.criterion.approvals.title reason=gate.criterion.approvals.refused"
        " asked=2 given=1 refused=['Uma'] roles=[{'en': 'Sponsor'}]",
        "gate.return.mend",
    ]
    assert len(others) == 2


def test_a_gate_passed_with_its_approvals_opens() -> None:
    gate = replace(PLAN, approvals=ASKED, criteria=())
    change = moved(70, "In Review", "Passed", at=NOW, author="zoe")
    found = held(BEN, LI, is_at="Passed", changes=(change,))

    run = judge_gate(gate, Evidence(project=found, kpis={}, runs={}), (), rulebook(), say).run

    assert (run.decision, run.recommendation) == ("GO", "READY")


def test_comments_are_asked_for_only_where_a_gate_waits_for_approval() -> None:
    found = held()
    asking = replace(PLAN, approvals=ASKED)

    assert issues_whose_comments_count(found, rulebook()) == frozenset()
    assert issues_whose_comments_count(found, rulebook(gates=(asking,))) == frozenset({"1090"})
