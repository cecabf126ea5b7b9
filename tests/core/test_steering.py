from datetime import UTC, datetime

import pytest

from connector.core.actions import (
    EnsureLabel,
    Line,
    LinkIssues,
    MakeIssue,
    MoveIssue,
    Planned,
    SetIssueFields,
    SetIssueProperty,
    Write,
    WriteComment,
)
from connector.core.before import before_of, with_before
from connector.core.comparing import is_same_value, shown
from connector.core.steering import Pause, Paused, awake, rule_names
from tests.core.build import issue, rulebook
from tests.pipeline.desk import rule

NOW = datetime(2026, 3, 16, 9, 0, tzinfo=UTC)
OPS_7 = issue(7, labels=["old"], customfield_3=9, assignee=None)
LINKED = {"id": "1", "type": {"name": "Relates"}, "outwardIssue": {"id": "1009"}}


def paused(kind: str, name: str) -> Pause:
    return Pause(site="main", kind=kind, name=name, at=NOW)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("write", "before"),
    [
        pytest.param(
            SetIssueFields(issue="1007", key="OPS-7", values={"customfield_3": 12, "assignee": {"accountId": "ada"}}),
            {"customfield_3": 9, "assignee": None},
            id="fields",
        ),
        pytest.param(EnsureLabel(issue="1007", key="OPS-7", label="late"), {"labels": ["old"]}, id="label"),
        pytest.param(
            MoveIssue(issue="1007", key="OPS-7", from_status="1", to_status=("Done",), occasion="run"),
            {"status": OPS_7.fields["status"]},
            id="move",
        ),
        pytest.param(
            SetIssueProperty(issue="1007", key="OPS-7", name="lifecycle", value=1), {"lifecycle": None}, id="property"
        ),
        pytest.param(LinkIssues(source="1007", target="1009", type="Relates"), {"linked": False}, id="link"),
        pytest.param(
            WriteComment(issue="1007", key="OPS-7", purpose="p", edition="1", lines=(Line(text="x"),)),
            None,
            id="comment",
        ),
        pytest.param(MakeIssue(project="OPS", name="slip", type=("Risk",), summary="late"), None, id="issue"),
        pytest.param(EnsureLabel(issue="1008", key="OPS-8", label="late"), None, id="another-issue"),
    ],
)
def test_a_write_is_kept_with_what_it_replaces(write: Write, before: object) -> None:
    assert before_of(write, OPS_7) == before


@pytest.mark.parametrize(
    ("names", "is_linked"),
    [pytest.param(("Verknüpft", "Relates"), True, id="by-name"), pytest.param(("Blocks",), False, id="another-type")],
)
def test_two_issues_that_are_linked_already_are_told_apart(names: tuple[str, ...], is_linked: bool) -> None:
    write = LinkIssues(source="1009", target="1007", type="relates", names=names)

    assert before_of(write, issue(7, issuelinks=[LINKED])) == {"linked": is_linked}


def test_what_a_write_tells_itself_is_not_told_anew() -> None:
    write = EnsureLabel(issue="1007", key="OPS-7", label="late")
    told = Planned(write=write, rule="r", place="p", cause="inbox 1", before={"labels": []})
    untold = Planned(write=write, rule="r", place="p")

    assert with_before([told, untold], [OPS_7], "inbox 2") == (
        told,
        Planned(write=write, rule="r", place="p", cause="inbox 2", before={"labels": ["old"]}),
    )


@pytest.mark.parametrize(
    ("held", "written"),
    [
        pytest.param(12.0, 12, id="number"),
        pytest.param("12", 12, id="number-as-text"),
        pytest.param(None, [], id="nothing"),
        pytest.param({"id": "3", "value": "High"}, {"value": "high"}, id="option"),
        pytest.param({"accountId": "5f0", "displayName": "Ada"}, {"accountId": "5f0"}, id="user"),
        pytest.param({"name": "High", "id": "2"}, "High", id="by-name"),
        pytest.param(["b", "a"], ["a", "b"], id="list"),
        pytest.param("one \\- two\r\nthree", "one - two three", id="text"),
    ],
)
def test_a_value_is_known_again_in_the_shape_that_products_give_it_back(held: object, written: object) -> None:
    assert is_same_value(held, written)


@pytest.mark.parametrize(
    ("held", "written"),
    [
        pytest.param(12, 16, id="number"),
        pytest.param(None, 0, id="nothing-is-not-zero"),
        pytest.param({"id": "3", "value": "High"}, {"value": "Low"}, id="option"),
        pytest.param(["a"], ["a", "a"], id="list"),
        pytest.param("one", "One", id="text"),
    ],
)
def test_another_value_is_not_taken_for_ours(held: object, written: object) -> None:
    assert not is_same_value(held, written)


def test_a_value_is_shown_short_and_by_name() -> None:
    values = [None, {"displayName": "Ada", "accountId": "5f0"}, ["a", {"name": "b"}], "x\n" * 60]

    assert [shown(one) for one in values] == ["empty", "Ada", "a, b", f"{'x ' * 29}x…"]


def test_paused_rules_are_left_out_of_the_rulebook_for_events_and_gates_stay() -> None:
    book = rulebook(automations=(rule("late"), rule("early")))
    some = Paused(rules={name: paused("rule", name) for name in ("automation late", "risks", "gate plan")})

    left = awake(book, some)

    assert ([one.id for one in left.automations], left.risks, left.gates) == (["early"], None, book.gates)
    assert awake(book, Paused()) is book


def test_a_project_is_held_by_its_own_pause_or_by_its_sites() -> None:
    own, whole = paused("project", "OPS"), paused("site", "*")

    assert Paused(projects={"OPS": own}, site=whole).of_project("OPS") == own
    assert Paused(site=whole).of_project("OPS") == whole
    assert Paused(projects={"OPS": own}).of_project("MKT") is None


def test_the_rules_that_can_be_paused_are_called_as_writes_call_them() -> None:
    book = rulebook(automations=(rule("late"),))

    gates = [f"gate {one.id}" for one in book.gates]
    pages = [f"page {one.id}" for one in book.pages]
    assert sorted(rule_names(book)) == sorted(["automation late", *gates, *pages, *(["risks"] if book.risks else [])])
