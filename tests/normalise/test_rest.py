"""What answers of the REST API do to the mirror."""

from datetime import UTC, datetime, timedelta
from itertools import permutations

import orjson
import pytest

from connector.normalise.rest import rest_issue, rest_page
from connector.normalise.verdict import Unreadable
from tests.normalise.mirrored import Mirror, body_of, mirror_after

READ = datetime(2026, 1, 20, tzinfo=UTC)
STATUS = {"id": "3", "name": "In Progress", "statusCategory": {"key": "indeterminate"}}


def raw_issue(**fields: object) -> dict[str, object]:
    issue = orjson.loads(body_of("jira", "issue_updated__status_cloud"))["issue"]
    return {**issue, "fields": {**issue["fields"], **fields}}


def history(entry: str, minute: int, **item: object) -> dict[str, object]:
    author = {"accountId": "5f0a11", "displayName": "Mina Okafor"}
    created = f"2026-01-05T09:{minute:02d}:00.000+0000"
    return {"id": entry, "author": author, "created": created, "items": [item]}


def status_item(before: str, after: str) -> dict[str, object]:
    return {"field": "status", "fieldId": "status", "from": before, "fromString": "x", "to": after, "toString": "y"}


def test_a_read_issue_brings_its_whole_history_oldest_first() -> None:
    raw = raw_issue()
    raw["changelog"] = {
        "histories": [
            history("90009", 40, **status_item("3", "10001")),
            history("90001", 30, **status_item("10000", "3")),
        ]
    }
    mirror = Mirror().take(rest_issue("main", raw, READ))

    issue = mirror.issue("20001")
    assert [(one.history_id, one.at.minute, one.author) for one in issue.changes] == [
        (90001, 30, "5f0a11"),
        (90009, 40, "5f0a11"),
    ]
    assert (issue.is_trimmed, mirror.merges[-1].wants_read) == (False, False)


def test_a_read_fires_no_rule_unless_asked_to() -> None:
    backfill = rest_issue("main", raw_issue(), READ)
    live = rest_issue("main", raw_issue(), READ, is_live=True)

    assert {one.origin.is_live for one in backfill} == {False}
    assert {one.origin.is_live for one in live} == {True}
    assert all(one.origin.name.endswith(".seen") for one in live)


def test_a_change_told_by_a_webhook_and_by_the_history_is_one_change_at_the_earlier_moment() -> None:
    told = orjson.loads(body_of("jira", "issue_updated__status_cloud"))["changelog"]["items"][0]
    raw = raw_issue()
    raw["changelog"] = {"histories": [history("90001", 29, **told)]}
    mirror = mirror_after("jira", "issue_updated__status_cloud").take(rest_issue("main", raw, READ))

    (change,) = mirror.issue("20001").changes
    assert change.at == datetime(2026, 1, 5, 9, 29, tzinfo=UTC)


def test_rich_text_becomes_plain_text() -> None:
    def doc(text: str) -> dict[str, object]:
        return {
            "type": "doc",
            "version": 1,
            "content": [{"type": "paragraph", "content": [{"type": "text", "text": text}]}],
        }

    raw = raw_issue(
        description=doc("Too long."),
        comment={"comments": [{"id": "30001", "body": doc("Called."), "updated": "2026-01-05T09:05:00.000+0000"}]},
    )
    mirror = Mirror().take(rest_issue("main", raw, READ))

    assert mirror.issue("20001").fields["description"] == "Too long."
    assert mirror.entity("comment", "30001").data["body"] == "Called."


def test_a_read_issue_tells_of_its_project_versions_sprints_and_properties() -> None:
    java = (
        "com.atlassian.greenhopper.service.sprint.Sprint@1f2e[id=62,rapidViewId=7,state=CLOSED,"
        "name=Week 2, the long one,startDate=2026-01-12T08:00:00.000Z,endDate=<null>,goal=<null>]"
    )
    raw = raw_issue(
        fixVersions=[{"id": "70001", "name": "Spring", "released": True}],
        customfield_10020=[{"id": 61, "name": "Week 1", "state": "active", "boardId": 7}, java],
    )
    raw["properties"] = {"lifecycle": {"gate": "plan-baseline"}}
    mirror = Mirror().take(rest_issue("main", raw, READ))

    assert mirror.entity("project", "10100").data == {"key": "OPS", "name": "Operations"}
    version = mirror.entity("version", "70001")
    assert (version.project, version.is_trimmed, version.data["released"]) == ("OPS", True, True)
    assert mirror.entity("sprint", "61").data == {"name": "Week 1", "state": "active", "board": "7"}
    assert mirror.entity("sprint", "62").data == {
        "name": "Week 2, the long one",
        "state": "closed",
        "start": "2026-01-12T08:00:00.000Z",
        "board": "7",
    }
    assert mirror.entity("property", "20001:lifecycle").data["value"] == {"gate": "plan-baseline"}


def test_a_version_seen_in_an_issue_does_not_overwrite_the_version_s_own_event() -> None:
    raw = raw_issue(fixVersions=[{"id": "70001", "name": "Spring", "released": True}])
    mirror = mirror_after("jira", "version_created").take(rest_issue("main", raw, READ))

    version = mirror.entity("version", "70001")
    assert (version.data["start_date"], version.project) == ("2026-01-05", "OPS")


def test_an_issue_read_with_some_of_its_fields_is_trimmed_when_told_so() -> None:
    raw = {"id": "20001", "key": "OPS-1", "fields": {"summary": "x", "updated": "2026-01-05T10:00:00.000+0000"}}
    mirror = Mirror().take(rest_issue("main", raw, READ, is_trimmed=True))

    assert mirror.issue("20001").is_trimmed


def test_an_answer_without_a_key_names_the_place() -> None:
    with pytest.raises(Unreadable, match=r"issue\.key is missing; expected an id"):
        rest_issue("main", {"id": "20001", "fields": {}}, READ)


BODY = "<h1>Goals</h1><p>Answer within a day.</p>"
CLOUD = {
    "id": "98001",
    "status": "current",
    "title": "Service goals",
    "spaceId": "1",
    "parentId": "98000",
    "version": {"number": 3, "createdAt": "2026-01-10T08:00:00.000Z"},
    "body": {"storage": {"representation": "storage", "value": BODY}},
}
DATA_CENTER = {
    "id": "98001",
    "type": "page",
    "status": "current",
    "title": "Service goals",
    "space": {"key": "OPS"},
    "ancestors": [{"id": "97000"}, {"id": "98000"}],
    "version": {"number": 3, "when": "2026-01-10T08:00:00.000Z"},
    "metadata": {"labels": {"results": [{"name": "charter"}]}},
    "body": {"storage": {"value": BODY}},
}


def test_cloud_and_data_center_pages_read_the_same() -> None:
    cloud = rest_page("main", CLOUD, READ, space="OPS", labels=["charter"])
    data_center = rest_page("main", DATA_CENTER, READ)

    assert cloud == data_center
    (page,) = cloud
    assert (page.project, page.revision, page.is_trimmed) == ("OPS", 3, False)
    assert page.updated == datetime(2026, 1, 10, 8, tzinfo=UTC)
    assert page.data == {
        "title": "Service goals",
        "space": "OPS",
        "version": 3,
        "status": "current",
        "labels": ["charter"],
        "parent": "98000",
        "headings": [{"level": 1, "text": "Goals", "has_text": True}],
        "tables": [],
        "tasks": [],
        "body_hash": page.data["body_hash"],
        "body": BODY,
    }


def test_an_older_answer_that_comes_late_does_not_win() -> None:
    old = {**DATA_CENTER, "title": "Goals", "version": {"number": 2, "when": "2026-01-09T08:00:00.000Z"}}
    mirror = Mirror().take(rest_page("main", DATA_CENTER, READ))
    mirror.take(rest_page("main", old, READ + timedelta(hours=1)))

    assert mirror.entity("page", "98001").data["title"] == "Service goals"


def test_a_page_that_is_read_again_shows_what_changed_without_a_new_version() -> None:
    labelled = {**DATA_CENTER, "metadata": {"labels": {"results": [{"name": "charter"}, {"name": "goals"}]}}}
    readings = [
        *rest_page("main", labelled, READ),
        *rest_page("main", DATA_CENTER, READ + timedelta(days=1)),
        *rest_page("main", labelled, READ + timedelta(days=2)),
    ]

    found = [Mirror().take(order).entity("page", "98001").data["labels"] for order in permutations(readings)]

    assert found == [["charter", "goals"]] * 6


def test_a_page_in_the_trash_is_gone_and_keeps_its_content() -> None:
    mirror = Mirror().take(rest_page("main", {**DATA_CENTER, "status": "trashed"}, READ))

    page = mirror.entity("page", "98001")
    assert (page.is_gone, page.data["title"]) == (True, "Service goals")


def test_a_page_read_without_its_body_is_trimmed() -> None:
    (page,) = rest_page("main", {"id": "98001", "title": "Service goals"}, READ)

    assert page.is_trimmed
