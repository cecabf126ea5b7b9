"""What each kind of Jira event does to the mirror."""

from datetime import UTC, datetime

import orjson
import pytest

from connector.core.events import IssueGone, IssueSeen, Ticked
from connector.core.issue import Change
from connector.core.project import Entity
from connector.normalise.letter import Letter, tick_body
from connector.normalise.read import normalise
from connector.normalise.verdict import Unreadable
from tests.normalise.mirrored import ARRIVED, Mirror, body_of, events_of, mirror_after


def at(minutes: int, day: int = 5) -> datetime:
    return datetime(2026, 1, day, 9 + minutes // 60, minutes % 60, tzinfo=UTC)


def name_and_kind(source_name: str) -> list[tuple[str, str]]:
    return [(one.origin.name, type(one).__name__) for one in events_of("jira", source_name)]


@pytest.mark.parametrize("shape", ["cloud", "dc"])
def test_a_created_issue_is_mirrored_with_every_field_and_no_changes(shape: str) -> None:
    mirror = mirror_after("jira", f"issue_created__{shape}")

    issue = mirror.issue("20001")
    assert (issue.site, issue.key, issue.project_key) == ("main", "OPS-1", "OPS")
    assert (issue.updated, issue.changes, issue.is_trimmed) == (at(0), (), False)
    assert issue.fields["customfield_10016"] == 3.0
    assert "environment" in issue.fields
    assert mirror.categories == {"10000": "new"}


def test_the_event_of_an_issue_says_who_did_it_and_when() -> None:
    (event,) = events_of("jira", "issue_updated__status_cloud")

    assert (event.origin.site, event.origin.name) == ("main", "issue.updated")
    assert (event.origin.at, event.origin.actor, event.origin.is_live) == (at(30), "5f0a11", True)


@pytest.mark.parametrize(("shape", "author"), [("cloud", "5f0a11"), ("dc", "mina")])
def test_an_updated_issue_gets_new_fields_and_its_change(shape: str, author: str) -> None:
    mirror = mirror_after("jira", f"issue_created__{shape}", f"issue_updated__status_{shape}")

    issue = mirror.issue("20001")
    change = Change(
        history_id=90001,
        at=at(30),
        author=author,
        field="status",
        field_id="status",
        before_id="10000",
        before="To Do",
        after_id="3",
        after="In Progress",
    )
    assert issue.changes == (change,)
    assert (issue.updated, issue.facts.started_at) == (at(30), at(30))
    assert mirror.merges[-1].new_changes == (change,)
    assert mirror.merges[-1].is_changed


def test_a_resolved_issue_is_finished() -> None:
    mirror = mirror_after(
        "jira", "issue_created__cloud", "issue_updated__status_cloud", "issue_updated__resolved_cloud"
    )

    issue = mirror.issue("20001")
    assert [one.field_id for one in issue.changes] == ["status", "resolution", "status"]
    assert issue.facts.finished_at == at(60)


def test_data_center_s_field_names_become_the_ids_that_rest_uses() -> None:
    mirror = mirror_after("jira", "issue_updated__fix_version_dc")

    (change,) = mirror.issue("20001").changes
    assert (change.field, change.field_id) == ("Fix Version", "fixVersions")


def test_an_update_without_an_event_type_is_an_update_all_the_same() -> None:
    mirror = mirror_after("jira", "issue_updated__no_event_type_dc")

    issue = mirror.issue("20001")
    assert issue.changes[0].after_id == "2026-03-08"
    assert issue.facts.slips == 1


def test_a_trimmed_issue_asks_for_a_read_and_takes_nothing_away() -> None:
    mirror = mirror_after("jira", "issue_created__cloud", "issue_updated__trimmed_cloud")

    assert mirror.issue("20001").fields["status"]["id"] == "10000"
    assert mirror.merges[-1].wants_read
    assert not mirror.merges[-1].is_changed


def test_an_issue_known_only_from_a_trimmed_body_is_marked_so() -> None:
    mirror = mirror_after("jira", "issue_updated__trimmed_cloud")

    issue = mirror.issue("20001")
    assert (issue.is_trimmed, issue.updated, issue.key) == (True, None, "OPS-1")
    assert mirror.merges[-1].wants_read


def test_data_center_s_comment_comes_with_the_issue_and_all_that_hangs_on_it() -> None:
    found = name_and_kind("issue_updated__commented_dc")

    assert found == [
        ("issue.updated", "IssueSeen"),
        ("comment.created", "EntitySeen"),
        ("worklog.seen", "EntitySeen"),
    ]


def test_a_full_issue_tells_of_its_links_and_attachments() -> None:
    mirror = mirror_after("jira", "issue_updated__linked_cloud")

    link, file = mirror.entity("link", "50001"), mirror.entity("attachment", "80001")
    assert link.data == {
        "type": "Blocks",
        "outward": "blocks",
        "inward": "is blocked by",
        "source": "20001",
        "target": "20002",
        "created": at(36).isoformat(),
    }
    assert (link.parent, link.project) == ("20001", "OPS")
    assert (file.data["filename"], file.at, file.parent) == ("survey.xlsx", at(40), "20001")


def test_a_link_seen_from_its_other_end_is_the_same_link() -> None:
    body = {
        "webhookEvent": "jira:issue_updated",
        "timestamp": 1767605760000,
        "issue": {
            "id": "20002",
            "key": "MKT-7",
            "fields": {
                "issuelinks": [
                    {
                        "id": "50001",
                        "type": {"name": "Blocks", "inward": "is blocked by", "outward": "blocks"},
                        "inwardIssue": {"id": "20001", "key": "OPS-1"},
                    }
                ]
            },
        },
    }
    from_target = Mirror().take(normalise(_letter(body)))

    assert from_target.entity("link", "50001") == mirror_after("jira", "issue_updated__linked_cloud").entity(
        "link", "50001"
    )


def _letter(body: object) -> Letter:
    return Letter(site="main", source="jira", name=None, body=orjson.dumps(body), received_at=ARRIVED)


@pytest.mark.parametrize("shape", ["cloud", "dc"])
def test_a_deleted_issue_is_gone_and_keeps_its_last_state(shape: str) -> None:
    mirror = mirror_after("jira", f"issue_created__{shape}", f"issue_deleted__{shape}")

    issue = mirror.issue("20001")
    assert (issue.is_gone, issue.updated) == (True, at(36))
    assert [type(one) for one in events_of("jira", f"issue_deleted__{shape}")] == [IssueGone, IssueSeen]


def test_a_deleted_issue_stays_deleted_when_an_older_event_comes_late() -> None:
    mirror = mirror_after("jira", "issue_deleted__cloud", "issue_created__cloud")

    assert mirror.issue("20001").is_gone


def test_an_issue_that_an_automation_rule_sends_bare_is_an_update() -> None:
    mirror = mirror_after("jira", "issue__automation_without_event")

    assert mirror.issue("20001").updated == at(34)
    assert name_and_kind("issue__automation_without_event") == [("issue.updated", "IssueSeen")]


@pytest.mark.parametrize(("shape", "author"), [("cloud", "5f0a11"), ("dc", "mina")])
def test_a_comment_is_mirrored_under_its_issue(shape: str, author: str) -> None:
    mirror = mirror_after("jira", f"comment_created__{shape}")

    comment = mirror.entity("comment", "30001")
    assert (comment.parent, comment.at, comment.is_gone) == ("20001", at(5), False)
    assert (comment.data["author"], comment.data["body"]) == (author, "I call them today.")
    assert events_of("jira", f"comment_created__{shape}")[0].origin.actor == author


def test_cloud_shows_the_issue_beside_the_comment_and_data_center_does_not() -> None:
    assert name_and_kind("comment_created__cloud") == [
        ("comment.created", "EntitySeen"),
        ("issue.seen", "IssueSeen"),
    ]
    assert name_and_kind("comment_created__dc") == [("comment.created", "EntitySeen")]


@pytest.mark.parametrize("shape", ["cloud", "dc"])
def test_an_edited_comment_has_its_new_text_whichever_comes_first(shape: str) -> None:
    names = (f"comment_created__{shape}", f"comment_updated__{shape}")
    mirrors = [mirror_after("jira", *names), mirror_after("jira", *reversed(names))]

    assert [one.entity("comment", "30001").data["body"] for one in mirrors] == ["I called them."] * 2
    assert mirrors[0].entities == mirrors[1].entities


@pytest.mark.parametrize("shape", ["cloud", "dc"])
def test_a_deleted_comment_stays_deleted(shape: str) -> None:
    mirror = mirror_after("jira", f"comment_deleted__{shape}", f"comment_created__{shape}")

    comment = mirror.entity("comment", "30001")
    assert (comment.is_gone, comment.at) == (True, at(9))
    assert comment.data["body"] == "I call them today."


@pytest.mark.parametrize("shape", ["cloud", "dc"])
def test_a_worklog_is_mirrored_edited_and_removed(shape: str) -> None:
    made = mirror_after("jira", f"worklog_created__{shape}").entity("worklog", "40001")
    edited = mirror_after("jira", f"worklog_created__{shape}", f"worklog_updated__{shape}")
    removed = mirror_after("jira", f"worklog_deleted__{shape}", f"worklog_updated__{shape}")

    assert (made.parent, made.data["seconds"], made.data["started"]) == (
        "20001",
        3600,
        "2026-01-05T08:00:00.000+0000",
    )
    assert edited.entity("worklog", "40001").data["seconds"] == 7200
    assert removed.entity("worklog", "40001").is_gone


def test_data_center_s_worklog_event_of_an_issue_updates_the_issue() -> None:
    mirror = mirror_after("jira", "issue_created__dc", "issue_updated__worklog_dc")

    assert mirror.issue("20001").fields["timespent"] == 7200


def test_a_link_is_mirrored_with_both_ends_and_removed() -> None:
    made = mirror_after("jira", "issuelink_created").entity("link", "50001")
    removed = mirror_after("jira", "issuelink_deleted", "issuelink_created").entity("link", "50001")

    assert (made.data["source"], made.data["target"], made.data["type"]) == ("20001", "20002", "Blocks")
    assert (made.at, made.parent) == (at(35), "20001")
    assert (removed.is_gone, removed.at) == (True, at(50))
    assert removed.data == made.data


def test_a_link_was_made_when_it_was_seen_first() -> None:
    mirror = mirror_after("jira", "issue_updated__linked_cloud", "issuelink_created")

    assert mirror.entity("link", "50001").at == at(35)


def test_a_sprint_s_life_is_followed() -> None:
    names = ("sprint_created", "sprint_updated", "sprint_started", "sprint_closed")
    states = [mirror_after("jira", *names[: n + 1]).entity("sprint", "61").data for n in range(4)]

    assert [one["state"] for one in states] == ["future", "future", "active", "closed"]
    assert [one["name"] for one in states] == ["Week 1", "Week one", "Week one", "Week one"]
    assert states[3]["completed"] == "2026-01-13T09:00:00.000+0000"
    assert states[3]["board"] == "7"


def test_a_deleted_sprint_is_gone() -> None:
    mirror = mirror_after("jira", "sprint_deleted", "sprint_closed")

    assert mirror.entity("sprint", "61").is_gone


def test_a_version_s_life_is_followed() -> None:
    names = ("version_created", "version_updated", "version_moved", "version_released", "version_unreleased")
    states = [mirror_after("jira", *names[: n + 1]).entity("version", "70001").data for n in range(5)]

    assert [one["released"] for one in states] == [False, False, False, True, False]
    assert [one["name"] for one in states] == ["Spring", *["Spring 2026"] * 4]
    assert states[0] == {
        "name": "Spring",
        "released": False,
        "archived": False,
        "start_date": "2026-01-05",
        "release_date": "2026-04-30",
        "project_id": "10100",
    }


def test_a_deleted_version_is_gone() -> None:
    mirror = mirror_after("jira", "version_created", "version_deleted")

    assert mirror.entity("version", "70001").is_gone


def test_a_merged_version_is_gone_and_the_other_known() -> None:
    mirror = mirror_after("jira", "version_created", "version_deleted__merged")

    assert mirror.entity("version", "70001").is_gone
    assert mirror.entity("version", "70002").data["name"] == "Summer"


def test_a_project_is_mirrored_renamed_and_archived() -> None:
    made = mirror_after("jira", "project_created").entity("project", "10100")
    renamed = mirror_after("jira", "project_created", "project_updated").entity("project", "10100")
    archived = mirror_after("jira", "project_created", "project_archived").entity("project", "10100")
    restored = mirror_after("jira", "project_archived", "project_restored_archived").entity("project", "10100")

    assert (made.project, made.data) == ("OPS", {"key": "OPS", "name": "Operations", "lead": "5f0b22"})
    assert renamed.data["name"] == "Operations and service"
    assert archived.data["archived"] is True
    assert "archived" not in restored.data


def test_a_project_in_the_bin_comes_back() -> None:
    binned = mirror_after("jira", "project_created", "project_soft_deleted")
    restored = mirror_after("jira", "project_restored_deleted", "project_created", "project_soft_deleted")
    deleted = mirror_after("jira", "project_restored_deleted", "project_deleted__dc")

    assert binned.entity("project", "10100").is_gone
    assert not restored.entity("project", "10100").is_gone
    assert deleted.entity("project", "10100").is_gone


def test_an_attachment_is_mirrored_and_removed() -> None:
    made = mirror_after("jira", "attachment_created").entity("attachment", "80001")
    beside = mirror_after("jira", "attachment_created__with_issue").entity("attachment", "80001")
    removed = mirror_after("jira", "attachment_deleted", "attachment_created").entity("attachment", "80001")

    assert made == Entity(
        site="main",
        kind="attachment",
        id="80001",
        data={
            "filename": "survey.xlsx",
            "size": 20480,
            "mime_type": "application/vnd.ms-excel",
            "author": "5f0c33",
            "created": "2026-01-05T09:40:00.000+0000",
        },
        at=at(40),
        stamp=made.stamp,
    )
    assert (beside.parent, beside.project) == ("20001", "OPS")
    assert (removed.is_gone, removed.at) == (True, at(45))


def test_an_issue_s_property_is_mirrored_and_removed() -> None:
    made = mirror_after("jira", "issue_property_set").entity("property", "20001:lifecycle")
    removed = mirror_after("jira", "issue_property_set", "issue_property_deleted")

    assert made.data == {"key": "lifecycle", "value": {"gate": "plan-baseline"}}
    assert (made.parent, made.project) == ("20001", "OPS")
    assert removed.entity("property", "20001:lifecycle").is_gone


def test_a_property_that_is_set_again_is_back() -> None:
    mirror = mirror_after("jira", "issue_property_set", "issue_property_deleted")
    (first, *_) = events_of("jira", "issue_property_set")
    later = Letter(
        site="main",
        source="jira",
        name=None,
        body=body_of("jira", "issue_property_set").replace(b"1767606600000", b"1767610000000"),
        received_at=ARRIVED,
    )
    mirror.take(normalise(later))

    assert not mirror.entity("property", "20001:lifecycle").is_gone
    assert first.origin.name == "property.set"


def test_the_trace_that_the_door_saw_travels_with_the_event() -> None:
    letter = Letter(
        site="main",
        source="jira",
        name=None,
        body=body_of("jira", "issue_created__cloud"),
        trace="run-9",
        received_at=ARRIVED,
        is_live=False,
    )
    (event,) = normalise(letter)

    assert (event.origin.trace, event.origin.is_live) == ("run-9", False)


def test_a_forge_update_is_a_trimmed_issue_with_the_trace_of_our_write() -> None:
    mirror = mirror_after("jira", "forge__issue_updated")
    (event,) = events_of("jira", "forge__issue_updated")

    assert mirror.issue("20001").is_trimmed
    assert (event.origin.name, event.origin.actor, event.origin.trace) == ("issue.updated", "5f0a11", "run-7")


def test_a_forge_comment_that_was_edited_is_an_update() -> None:
    mirror = mirror_after("jira", "comment_created__cloud", "forge__issue_commented")

    assert mirror.entity("comment", "30001").data["body"] == "I called them."
    assert events_of("jira", "forge__issue_commented")[0].origin.name == "comment.updated"


def test_a_forge_link_has_both_ends() -> None:
    mirror = mirror_after("jira", "forge__issuelink_created")

    assert mirror.entity("link", "50001") == mirror_after("jira", "issuelink_created").entity("link", "50001")


def test_a_tick_names_its_project_and_moment() -> None:
    letter = Letter(
        site="main",
        source="clock",
        name="day.began",
        body=tick_body("day.began", "OPS", at(0)),
        received_at=ARRIVED,
    )
    (event,) = normalise(letter)

    assert isinstance(event, Ticked)
    assert (event.project, event.origin.name, event.origin.at) == ("OPS", "day.began", at(0))


@pytest.mark.parametrize(
    ("body", "place"),
    [
        (b"{", "not JSON"),
        (b'{"webhookEvent": "sprint_started"}', "sprint_started without sprint.id"),
        (b'{"webhookEvent": "comment_created", "comment": {"id": []}}', "comment_created without comment.id"),
    ],
)
def test_a_letter_that_tells_nothing_readable_names_the_place(body: bytes, place: str) -> None:
    letter = Letter(site="main", source="jira", name=None, body=body, received_at=ARRIVED)

    with pytest.raises(Unreadable, match=place):
        normalise(letter)


@pytest.mark.parametrize(
    "moment", ["1e30", "99999999999999999999", "-5", '"soon"', "null", '"9999-12-31T23:59:59-2300"']
)
def test_a_moment_that_is_none_gives_way_to_the_arrival(moment: str) -> None:
    body = f'{{"webhookEvent": "sprint_started", "timestamp": {moment}, "sprint": {{"id": 61}}}}'
    (event,) = normalise(Letter(site="main", source="jira", name=None, body=body.encode(), received_at=ARRIVED))

    assert event.origin.at == ARRIVED
