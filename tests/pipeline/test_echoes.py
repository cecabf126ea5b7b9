from datetime import timedelta

import pytest
from sqlalchemy import Engine

from connector.core.actions import (
    EnsureLabel,
    Line,
    LinkIssues,
    MakeIssue,
    MoveIssue,
    SetIssueFields,
    SetIssueProperty,
    WriteComment,
    WritePage,
)
from connector.core.automation_rules import AddLabel
from connector.store import pages, remotes
from connector.store.engine import writing
from tests.pipeline.desk import ADA, NOW, US, Desk, about, created, item, later, moved, rule, shown, stamp, updated

SEEN = rule("seen", AddLabel(label="seen"))
TOUCHED = rule("touched", AddLabel(label="seen"), when="comment.created")
SCORE = SetIssueFields(issue="1001", key="OPS-1", values={"customfield_3": 12})
LABEL = EnsureLabel(issue="1001", key="OPS-1", label="escalated")
MOVE = MoveIssue(issue="1001", key="OPS-1", from_status="6", to_status=("In Review",), occasion="gate plan history 7")
COMMENT = WriteComment(
    issue="1001", key="OPS-1", purpose="risk band", edition="1", lines=(Line(text="The risk is high: 20"),)
)
PROPERTY = SetIssueProperty(issue="1001", key="OPS-1", name="lifecycle.gate", value={"gate": "plan"})
SCORED = item("customfield_3", None, 12)


def ready(engine: Engine, *automations) -> Desk:
    desk = Desk(engine, *(automations or (SEEN,)))
    desk.tell(created(1))
    return desk


def told(desk: Desk, *bodies) -> list[str]:
    """The rules that answered to these letters."""
    before = len(desk.rows())
    desk.tell(*bodies)
    return [row.rule for row in desk.rows()[before:]]


def changed(*items, by: str = US, n: int = 5, **fields) -> dict[str, object]:
    return updated(shown(1, updated=stamp(later(n)), **fields), *items, by=by, at=later(n), n=n)


@pytest.mark.parametrize(
    ("write", "letter"),
    [
        pytest.param(SCORE, changed(SCORED, customfield_3=12.0), id="fields"),
        pytest.param(LABEL, changed(item("labels", "", "escalated"), labels=["escalated"]), id="label"),
        pytest.param(MOVE, changed(moved("Passed", "In Review"), is_at="In Review"), id="move"),
    ],
)
def test_our_own_change_closes_its_row_and_starts_no_rule(engine: Engine, write, letter) -> None:
    desk = ready(engine)
    row = desk.has_sent(write)

    assert told(desk, letter) == []
    assert desk.is_echoed(row)


def test_on_data_center_a_change_names_the_field_by_its_title(engine: Engine) -> None:
    desk = ready(engine)
    row = desk.has_sent(SCORE)
    entry = {"field": "Risk score", "from": None, "fromString": None, "to": None, "toString": "12"}

    assert told(desk, changed(entry, customfield_3=12)) == []
    assert desk.is_echoed(row)


def test_a_person_who_uses_our_account_is_judged_though_our_value_still_stands(engine: Engine) -> None:
    desk = ready(engine)
    row = desk.has_sent(SCORE)

    rules = told(desk, changed(item("summary", "Work 1", "By hand"), summary="By hand", customfield_3=12))

    assert rules == ["automation seen"]
    assert not desk.is_echoed(row)


def test_a_person_who_sets_our_value_is_judged(engine: Engine) -> None:
    desk = ready(engine)
    row = desk.has_sent(SCORE)

    assert told(desk, changed(SCORED, customfield_3=12, by=ADA)) == ["automation seen"]
    assert not desk.is_echoed(row)


def test_a_write_from_long_ago_explains_no_event_of_today(engine: Engine) -> None:
    desk = ready(engine)
    row = desk.has_sent(SCORE, at=NOW - timedelta(days=2))

    assert told(desk, changed(SCORED, customfield_3=12)) == ["automation seen"]
    assert not desk.is_echoed(row)


def test_an_echo_that_comes_half_told_is_known_by_what_is_read_up(engine: Engine) -> None:
    desk = ready(engine)
    row = desk.has_sent(SCORE)
    log = {"histories": [_history(5, US, SCORED)]}
    desk.shelf.issues_by_id = {"1001": {**shown(1, customfield_3=12, updated=stamp(later(5))), "changelog": log}}

    assert told(desk, about("jira:issue_updated", _short(12), by=US, at=later(5))) == []
    assert desk.is_echoed(row)


def test_news_of_somebody_else_that_comes_with_our_echo_is_judged(engine: Engine) -> None:
    desk = ready(engine)
    row = desk.has_sent(SCORE)
    log = {"histories": [_history(5, US, SCORED), _history(6, ADA, item("summary", "Work 1", "Hers"))]}
    read = shown(1, customfield_3=12, summary="Hers", updated=stamp(later(6)))
    desk.shelf.issues_by_id = {"1001": {**read, "changelog": log}}

    assert told(desk, about("jira:issue_updated", _short(12), by=US, at=later(5))) == ["automation seen"]
    assert desk.is_echoed(row)


def test_our_own_comment_starts_no_rule_and_another_of_our_account_does(engine: Engine) -> None:
    desk = ready(engine, TOUCHED)
    row = desk.has_sent(COMMENT, remote_id="501")

    assert told(desk, _comment("501", "*The risk is high: 20*\n\nLook at it")) == []
    assert desk.is_echoed(row)
    assert told(desk, _comment("502", "I wrote this by hand")) == ["automation touched"]


def test_a_comment_with_our_words_and_another_id_is_not_ours(engine: Engine) -> None:
    desk = ready(engine, TOUCHED)
    row = desk.has_sent(COMMENT, remote_id="501")

    assert told(desk, _comment("777", "Quoting: The risk is high: 20")) == ["automation touched"]
    assert not desk.is_echoed(row)


def test_an_edit_of_our_comment_closes_the_row_of_the_edit(engine: Engine) -> None:
    desk = ready(engine, TOUCHED)
    first = desk.has_sent(COMMENT, remote_id="501")
    desk.tell(_comment("501", "The risk is high: 20"))
    edit = desk.has_sent(
        WriteComment(issue="1001", key="OPS-1", purpose="risk band", edition="1", lines=(Line(text="Now 25"),)),
        remote_id="501",
    )

    desk.tell(_comment("501", "Now 25", event="comment_updated", at=later(9)))

    assert (desk.is_echoed(first), desk.is_echoed(edit)) == (True, True)


def test_an_issue_that_we_made_is_known_by_its_summary_and_id(engine: Engine) -> None:
    desk = ready(engine, rule("new", AddLabel(label="new"), when="issue.created", if_="issuetype = Risk"))
    make = MakeIssue(project="OPS", name="slip-OPS-1", type=("Risk",), summary="OPS-1 is late")
    row = desk.has_sent(make, remote_id="1007")

    risk = {"type": "Risk", "summary": "OPS-1 is late"}
    assert told(desk, about("jira:issue_created", shown(8, **risk), by=US)) == ["automation new"]
    assert told(desk, about("jira:issue_created", shown(7, **risk), by=US)) == []
    assert desk.is_echoed(row)


def test_a_link_names_nobody_and_is_ours_by_both_its_ends(engine: Engine) -> None:
    desk = ready(engine)
    desk.tell(created(7), created(8))
    make = MakeIssue(project="OPS", name="slip-OPS-1", type=("Risk",), summary="x")
    with writing(engine) as conn:
        remotes.remember(conn, "main", make.natural_key, "1007")
    row = desk.has_sent(LinkIssues(source=make.natural_key, target="1001", type="Relates"))

    desk.tell(_link("31", 1008, 1001))
    assert not desk.is_echoed(row)

    desk.tell(_link("32", 1007, 1001))
    assert desk.is_echoed(row)


def test_a_property_is_ours_by_its_value(engine: Engine) -> None:
    desk = ready(engine)
    row = desk.has_sent(PROPERTY)

    desk.tell(_property({"gate": "other"}))
    assert not desk.is_echoed(row)

    desk.tell(_property({"gate": "plan"}))
    assert desk.is_echoed(row)


def test_a_page_of_ours_is_known_by_its_id_and_a_page_with_our_title_elsewhere_is_not_ours(engine: Engine) -> None:
    desk = ready(engine)
    row = desk.has_sent(_page("status"), remote_id="9001")
    with writing(engine) as conn:
        pages.save(conn, "main", _page("status").natural_key, "9001", 1, {}, NOW)
    desk.shelf.pages_by_id = {one: _raw_page(one, space) for one, space in (("9001", "OPS"), ("9002", "HR"))}

    desk.tell(_page_event("9002"), source="confluence")
    assert not desk.is_echoed(row)

    desk.tell(_page_event("9001"), source="confluence")
    assert desk.is_echoed(row)


def test_a_page_that_we_have_just_made_is_known_by_its_title_and_space(engine: Engine) -> None:
    desk = ready(engine)
    status, other = desk.has_sent(_page("status")), desk.has_sent(_page("status-2", title="Other"))
    desk.shelf.pages_by_id = {"9001": _raw_page("9001", "OPS")}

    desk.tell(_page_event("9001"), source="confluence")

    assert (desk.is_echoed(status), desk.is_echoed(other)) == (True, False)


def _short(score: int) -> dict[str, object]:
    return {**shown(1), "fields": {"customfield_3": score}}


def _history(number: int, who: str, *items) -> dict[str, object]:
    return {"id": str(number), "author": {"accountId": who}, "created": stamp(later(number)), "items": list(items)}


def _comment(number: str, text: str, *, event: str = "comment_created", at=NOW) -> dict[str, object]:
    who = {"accountId": US, "displayName": "Connector"}
    comment = {"id": number, "author": who, "updateAuthor": who, "body": text, "created": stamp(NOW)}
    body = {"comment": {**comment, "updated": stamp(at)}, "issue": shown(1)}
    return {"webhookEvent": event, "timestamp": int(at.timestamp() * 1000), **body}


def _link(number: str, source: int, target: int) -> dict[str, object]:
    kind = {"name": "Relates", "outwardName": "relates to", "inwardName": "relates to"}
    ends = {"sourceIssueId": source, "destinationIssueId": target}
    return {"webhookEvent": "issuelink_created", "issueLink": {"id": int(number), **ends, "issueLinkType": kind}}


def _property(value: object) -> dict[str, object]:
    held = {"key": "lifecycle.gate", "value": value}
    return {"webhookEvent": "issue_property_set", "issue": shown(1), "property": held}


def _page(name: str, title: str = "Operations: status") -> WritePage:
    shared = {"project": "OPS", "space": "OPS", "parent": None, "body": "<p/>", "regions": {}, "compare": {}}
    return WritePage(page=name, title=title, **shared)  # type: ignore[arg-type]


def _raw_page(number: str, space: str) -> dict[str, object]:
    held = {"title": "Operations: status", "space": {"key": space}, "version": {"number": 1}, "status": "current"}
    return {"id": number, **held, "body": {"storage": {"value": "<p/>"}}}


def _page_event(number: str) -> dict[str, object]:
    return {"event": "page_updated", "userAccountId": US, "page": {"id": number}}
