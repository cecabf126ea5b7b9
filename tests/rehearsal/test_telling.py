from decimal import Decimal

import pytest

from connector.core.actions import (
    EnsureLabel,
    Line,
    LinkIssues,
    MakeIssue,
    MoveIssue,
    SendMessage,
    SetIssueFields,
    SetIssueProperty,
    WriteComment,
    WriteRegion,
)
from connector.core.fields import Field, FieldCatalog
from connector.rehearsal.telling import Naming, headline, jsonable, plain, shown, told_write

NAMING = Naming(
    words={"score": "customfield_3"},
    catalog=FieldCatalog([Field(id="customfield_9", name="Team")]),
    keys={"1005": "OPS-5"},
)


@pytest.mark.parametrize(
    ("write", "said"),
    [
        pytest.param(
            SetIssueFields(issue="1007", key="OPS-7", values={"customfield_3": 20, "customfield_9": {"value": "East"}}),
            "set OPS-7: score 20, Team East",
            id="fields-by-the-rules-words",
        ),
        pytest.param(EnsureLabel(issue="1007", key="OPS-7", label="late"), "label OPS-7: add late", id="label"),
        pytest.param(
            WriteComment(
                issue="1007", key="OPS-7", purpose="p", edition="1", lines=(Line(text="Waits for", issues=("OPS-1",)),)
            ),
            "comment OPS-7: “Waits for OPS-1”",
            id="comment",
        ),
        pytest.param(
            SendMessage(channel="ops", rule="late 1", about="issue 1007", occasion="inbox 7", text="OPS-7 is late"),
            "notify ops: “OPS-7 is late”",
            id="message",
        ),
        pytest.param(
            SendMessage(
                channel="ops", rule="r 1", about="project OPS", occasion="o", title="Late", text="OPS-7\nOPS-8"
            ),
            "notify ops: Late: “OPS-7 / OPS-8”",
            id="message-with-a-title",
        ),
        pytest.param(
            MoveIssue(issue="1009", key="OPS-9", from_status="6", to_status=("Returned", "Planned"), occasion="o"),
            "move OPS-9: to Returned / Planned",
            id="move",
        ),
        pytest.param(
            MakeIssue(project="OPS", name="slip-OPS-5", type=("Risk",), summary="Late"),
            "make Risk: name slip-OPS-5, summary Late, project OPS",
            id="make",
        ),
        pytest.param(
            LinkIssues(source="project OPS issue slip-OPS-5", target="1005", type="Relates"),
            "link slip-OPS-5: type Relates, to OPS-5",
            id="link-of-one-that-is-yet-to-be-made",
        ),
        pytest.param(
            SetIssueProperty(issue="1007", key="OPS-7", name="seen", value={"at": 1}),
            "property OPS-7: name seen, value at 1",
            id="property",
        ),
        pytest.param(
            WriteRegion(page="title Minutes", region="now", body="<p>One</p>"),
            "write_region title Minutes: region now, body <p>One</p>",
            id="a-write-without-words-of-its-own",
        ),
    ],
)
def test_a_write_is_told_in_one_line(write: object, said: str) -> None:
    assert headline(told_write(write, NAMING)) == said


def test_values_are_shown_as_people_know_them() -> None:
    assert [shown(one) for one in (None, [], {"name": "High"}, ["a", "b"], 3)] == [
        "nothing",
        "nothing",
        "High",
        "a / b",
        "3",
    ]


def test_values_become_json() -> None:
    assert plain({"a": Decimal("1.5"), "b": {"name": "High"}, "c": (1,)}) == {"a": 1.5, "b": "High", "c": [1]}
    assert jsonable({"make": "Risk", "name": "slip"}) == {"make": "Risk", "name": "slip"}
