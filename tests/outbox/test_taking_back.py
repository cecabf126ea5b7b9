"""Each write that takes another back looks once more, right before it is sent."""

import pytest
import responses
from sqlalchemy import Engine

from connector.core.taking_back import DeleteComment, PutBackFields, PutBackProperty, TakingBack, Unlink
from connector.store import planning, remotes
from connector.store.engine import reading, writing
from connector.store.outbox import OutboxRow
from tests.atlassian.sites import CLOUD_API, CLOUD_V2, sent
from tests.outbox.office import NOW, Office, comment

ADA = {"accountId": "ada", "displayName": "Ada"}
BOT = {"accountId": "bot", "displayName": "Connector"}
OURS = {"id": "77", "body": "Hello", "author": BOT, "updateAuthor": BOT}
KEY = comment().natural_key
GATE = "issue/1001/properties/lifecycle.gate"


def takes_back(office: Office, write: TakingBack) -> OutboxRow:
    """Write a comment, then take it back by this write, under the comment's key; the row as it ended."""
    responses.post(f"{CLOUD_API}/issue/1001/comment", status=201, json={"id": "77"})
    (row_id,) = office.plan(comment())
    office.send()
    with writing(office.engine) as conn:
        (undone,) = planning.take_back(conn, "main", [(write, office.row(row_id))], now=NOW, run="undo 1")
    office.send()
    return office.row(undone)


def remote(engine: Engine) -> str | None:
    with reading(engine) as conn:
        return remotes.find(conn, "main", KEY)


def calls(method: str) -> list[str]:
    return [str(one.request.url) for one in responses.calls if one.request.method == method]


@responses.activate
def test_only_fields_that_still_hold_ours_are_put_back(engine: Engine) -> None:
    held = {"fields": {"duedate": "2026-04-01", "priority": {"id": "1", "name": "Highest"}}}
    responses.get(f"{CLOUD_V2}/issue/1001", json=held)
    responses.put(f"{CLOUD_V2}/issue/1001", status=204)
    ours, before = {"duedate": "2026-04-01", "priority": {"name": "Low"}}, {"duedate": None, "priority": {"id": "3"}}

    row = takes_back(Office(engine), PutBackFields(of=KEY, issue="1001", key="OPS-1", ours=ours, values=before))

    assert (row.state, sent()) == ("confirmed", {"fields": {"duedate": None}})


@responses.activate
def test_nothing_is_sent_where_people_have_changed_every_field(engine: Engine) -> None:
    responses.get(f"{CLOUD_V2}/issue/1001", json={"fields": {"duedate": "2026-05-01"}})
    ours = {"duedate": "2026-04-01"}

    row = takes_back(
        Office(engine), PutBackFields(of=KEY, issue="1001", key="OPS-1", ours=ours, values={"duedate": None})
    )

    assert (row.state, calls("PUT")) == ("confirmed", [])


@pytest.mark.parametrize(
    ("comments", "state", "reason", "is_known"),
    [
        pytest.param([OURS], "confirmed", None, False, id="untouched"),
        pytest.param([], "confirmed", None, False, id="gone-already"),
        pytest.param(
            [OURS, {"id": "78", "body": "Why?", "author": ADA}],
            "refused",
            "OPS-1: somebody has written after the comment",
            True,
            id="answered",
        ),
        pytest.param(
            [{**OURS, "body": "Hello!", "updateAuthor": ADA}],
            "refused",
            "OPS-1: the comment was edited by Ada",
            True,
            id="edited",
        ),
        pytest.param(
            [{"id": "70", "body": "Before", "author": ADA}, OURS], "confirmed", None, False, id="something-before"
        ),
    ],
)
@responses.activate
def test_a_comment_is_deleted_unless_people_have_come_to_need_it(
    engine: Engine, comments: list[object], state: str, reason: str | None, is_known: bool
) -> None:
    responses.get(f"{CLOUD_V2}/issue/1001/comment", json={"comments": comments, "total": len(comments)})
    responses.get(f"{CLOUD_API}/myself", json=BOT)
    responses.delete(f"{CLOUD_API}/issue/1001/comment/77", status=204)

    row = takes_back(Office(engine), DeleteComment(of=KEY, issue="1001", key="OPS-1", comment="77", says="Hello"))

    # What is gone is not edited when the rule has something new to say: it says so in a new comment.
    assert (row.state, row.reason, remote(engine) is not None) == (state, reason, is_known)


@pytest.mark.parametrize(
    ("value", "method", "body"),
    [pytest.param(None, "DELETE", None, id="taken-off"), pytest.param({"a": 1}, "PUT", {"a": 1}, id="set-back")],
)
@responses.activate
def test_a_property_is_set_back_or_taken_off(engine: Engine, value: object, method: str, body: object) -> None:
    responses.get(f"{CLOUD_API}/{GATE}", json={"key": "lifecycle.gate", "value": {"a": 2}})
    responses.delete(f"{CLOUD_API}/{GATE}", status=204)
    responses.put(f"{CLOUD_API}/{GATE}", status=200)
    write = PutBackProperty(of=KEY, issue="1001", key="OPS-1", name="lifecycle.gate", ours={"a": 2}, value=value)

    row = takes_back(Office(engine), write)

    assert (row.state, calls(method)) == ("confirmed", [f"{CLOUD_API}/{GATE}"])
    assert body is None or sent() == body


@responses.activate
def test_a_property_that_holds_something_else_by_now_stays(engine: Engine) -> None:
    responses.get(f"{CLOUD_API}/{GATE}", json={"key": "lifecycle.gate", "value": {"a": 3}})
    write = PutBackProperty(of=KEY, issue="1001", key="OPS-1", name="lifecycle.gate", ours={"a": 2}, value=None)

    row = takes_back(Office(engine), write)

    assert (row.state, calls("DELETE")) == ("confirmed", [])


@responses.activate
def test_a_link_is_removed_in_whichever_direction_it_stands(engine: Engine) -> None:
    link = {"id": "5", "type": {"name": "Relates"}, "inwardIssue": {"id": "1002"}}
    responses.get(f"{CLOUD_API}/issue/1001", json={"id": "1001", "fields": {"issuelinks": [link]}})
    responses.delete(f"{CLOUD_API}/issueLink/5", status=204)

    row = takes_back(Office(engine), Unlink(of=KEY, source="1001", target="1002", names=("relates",)))

    assert (row.state, calls("DELETE")) == ("confirmed", [f"{CLOUD_API}/issueLink/5"])
