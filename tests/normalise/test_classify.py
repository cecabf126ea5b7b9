"""What the door thinks of a body."""

from datetime import UTC, datetime

import orjson
import pytest

from connector.normalise.letter import tick_body
from connector.normalise.read import DEPTH, classify
from connector.normalise.verdict import Known, LeftAlone, NotAnEvent
from tests.normalise.mirrored import body_of, events_of, names

JIRA = {
    "issue_created": "issue.created",
    "issue_updated": "issue.updated",
    "issue_deleted": "issue.deleted",
    "issue": "issue.updated",
    "comment_created": "comment.created",
    "comment_updated": "comment.updated",
    "comment_deleted": "comment.deleted",
    "worklog_created": "worklog.created",
    "worklog_updated": "worklog.updated",
    "worklog_deleted": "worklog.deleted",
    "issuelink_created": "link.created",
    "issuelink_deleted": "link.deleted",
    "sprint_created": "sprint.created",
    "sprint_updated": "sprint.updated",
    "sprint_started": "sprint.started",
    "sprint_closed": "sprint.closed",
    "sprint_deleted": "sprint.deleted",
    "version_created": "version.created",
    "version_updated": "version.updated",
    "version_moved": "version.moved",
    "version_released": "version.released",
    "version_unreleased": "version.unreleased",
    "version_deleted": "version.deleted",
    "project_created": "project.created",
    "project_updated": "project.updated",
    "project_archived": "project.archived",
    "project_restored_archived": "project.restored",
    "project_restored_deleted": "project.restored",
    "project_soft_deleted": "project.deleted",
    "project_deleted": "project.deleted",
    "attachment_created": "attachment.created",
    "attachment_deleted": "attachment.deleted",
    "issue_property_set": "property.set",
    "issue_property_deleted": "property.deleted",
}
CONFLUENCE = {
    "page_created": "page.created",
    "page_updated": "page.updated",
    "page_moved": "page.moved",
    "page_removed": "page.removed",
    "page_restored": "page.restored",
    "page_trashed": "page.trashed",
    "label_added": "page.labelled",
    "label_removed": "page.unlabelled",
    "comment_created": "page.commented",
    "comment_updated": "page.comment_updated",
    "comment_removed": "page.comment_removed",
    "attachment_created": "page.attachment_created",
    "attachment_updated": "page.attachment_updated",
    "attachment_removed": "page.attachment_removed",
    "attachment_trashed": "page.attachment_trashed",
    "attachment_restored": "page.attachment_restored",
}
NOT_PLAIN = ("left__", "forge__")


def taken(source: str) -> list[str]:
    return [one for one in names(source) if not one.startswith(NOT_PLAIN)]


@pytest.mark.parametrize("name", [one for one in taken("jira") if one != "issuelink_created__epic"])
def test_every_jira_event_is_taken_under_our_name(name: str) -> None:
    verdict = classify("jira", body_of("jira", name))

    assert verdict == Known(name=JIRA[name.partition("__")[0]])


@pytest.mark.parametrize("name", taken("confluence"))
def test_every_confluence_event_is_taken_under_the_name_in_its_body_or_its_header(name: str) -> None:
    event = name.partition("__")[0]
    hint = event if name.endswith("without_event") else None

    assert classify("confluence", body_of("confluence", name), hint) == Known(name=CONFLUENCE[event])


@pytest.mark.parametrize("source", ["jira", "confluence"])
def test_no_kind_of_event_lacks_a_payload(source: str) -> None:
    table = JIRA if source == "jira" else CONFLUENCE

    assert {one.partition("__")[0] for one in taken(source)} == set(table)


@pytest.mark.parametrize(
    ("source", "name", "reason"),
    [
        ("jira", "left__filter_updated", "saved filters are not mirrored"),
        ("jira", "left__user_created", "people are not mirrored: an issue names them"),
        ("jira", "left__option_voting_changed", "site-wide options do not concern a project's state"),
        ("jira", "left__board_configuration_changed", "boards are not mirrored: their sprints are"),
        ("jira", "left__issuetype_created", "issue types are read from the issues"),
        (
            "jira",
            "left__jira_expression_evaluation_failed",
            "the site reports a failed app expression, not a change",
        ),
        ("jira", "left__app_access_to_objects_blocked", "the site reports an app's access, not a change"),
        ("jira", "left__unheard_of", "events called 'dashboard_painted' are not known here"),
        ("jira", "left__forge_issue_viewed", "events called 'avi:jira:viewed:issue' are not known here"),
        ("jira", "issuelink_created__epic", "a sub-task or epic link: the issue's own fields tell of those"),
        ("confluence", "left__blog_created", "blog posts are not mirrored"),
        ("confluence", "left__blog_without_event", "blog posts are not mirrored"),
        ("confluence", "left__comment_on_blog", "blog posts are not mirrored"),
        ("confluence", "left__content_created", "the event of the page itself tells the same"),
        ("confluence", "left__content_property", "content properties are not mirrored"),
        ("confluence", "left__space_updated", "spaces are not mirrored: their pages are"),
        ("confluence", "left__label_created", "a label counts once a page carries it"),
        ("confluence", "left__user_created", "people are not mirrored"),
        ("confluence", "left__group_created", "groups are not mirrored"),
        ("confluence", "left__page_children_reordered", "the order of pages does not matter here"),
        ("confluence", "left__theme_enabled", "the look of the site does not matter here"),
    ],
)
def test_what_is_left_alone_is_so_for_a_stated_reason_and_tells_nothing(source: str, name: str, reason: str) -> None:
    assert classify(source, body_of(source, name)) == LeftAlone(reason=reason)
    assert events_of(source, name) == ()


def test_the_name_in_the_body_counts_for_more_than_the_one_in_the_path() -> None:
    body = body_of("confluence", "page_trashed__dc_full")

    assert classify("confluence", body, "page_created") == Known(name="page.trashed")


@pytest.mark.parametrize("hint", ["page_moved", "page.moved", " Page_Moved "])
def test_a_hint_may_be_the_product_s_name_or_ours(hint: str) -> None:
    body = body_of("confluence", "page_moved__cloud_without_event")

    assert classify("confluence", body, hint) == Known(name="page.moved")


def test_a_page_whose_event_nobody_names_is_worth_a_look() -> None:
    body = body_of("confluence", "page_removed__cloud_without_event")

    assert classify("confluence", body) == Known(name="page.seen")
    assert classify("confluence", body, "page.seen") == Known(name="page.seen")


def test_a_bare_content_object_is_its_page() -> None:
    body = b'{"id": "98001", "type": "page", "title": "Service goals", "space": {"key": "OPS"}}'

    assert classify("confluence", body, "page_updated") == Known(name="page.updated")


@pytest.mark.parametrize(
    ("source", "body", "hint", "found"),
    [
        ("jira", b"[1]", None, "a list instead of a JSON object"),
        ("jira", b'"jira:issue_created"', None, "a text instead of a JSON object"),
        ("jira", b"{}", None, "no webhookEvent"),
        ("jira", b'{"webhookEvent": 7}', None, "no webhookEvent"),
        ("jira", b'{"webhookEvent": "jira:issue_created"}', None, "jira:issue_created without issue.id"),
        (
            "jira",
            b'{"webhookEvent": "jira:issue_created", "issue": {"id": "1"}}',
            None,
            "jira:issue_created without issue.key",
        ),
        (
            "jira",
            b'{"webhookEvent": "issuelink_created", "issueLink": {"id": 1, "sourceIssueId": 2}}',
            None,
            "issuelink_created without issueLink.destinationIssueId",
        ),
        (
            "jira",
            b'{"webhookEvent": "issue_property_set", "issue": {"id": "1", "key": "A-1"}}',
            None,
            "issue_property_set without property.key",
        ),
        (
            "jira",
            b'{"comment": {"id": "1"}}',
            "no-such-event",
            "an event name from the header or path that is not known: 'no-such-event'",
        ),
        ("confluence", b'{"timestamp": 1}', None, "no event name and no page"),
        ("confluence", b'{"event": "page_updated", "page": {}}', None, "page_updated without page.id"),
        ("confluence", b'{"event": "comment_created"}', None, "comment_created without comment.id"),
        ("confluence", b'{"event": "attachment_created"}', None, "attachment_created without attachment.id"),
        ("confluence", b'{"event": "label_added", "label": {"name": "x"}}', None, "label_added without page.id"),
        ("clock", b'{"event": "day.began", "project": "OPS"}', None, "day.began without project or at"),
        ("clock", b'{"event": "page_created"}', None, "event 'page_created'"),
    ],
)
def test_what_is_no_event_is_told_with_what_was_found(source: str, body: bytes, hint: str | None, found: str) -> None:
    verdict = classify(source, body, hint)

    assert isinstance(verdict, NotAnEvent)
    assert verdict.found == found


def test_a_jira_event_at_confluence_s_door_is_no_event() -> None:
    verdict = classify("confluence", body_of("jira", "issue_created__cloud"), "page_updated")

    assert verdict == NotAnEvent(
        found="page_updated without page.id",
        expected="a Confluence webhook: a JSON object with event (or its name in X-Event-Key or the path) and page.id",
    )


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe{}", b"NaN", b'{"a": "\\ud800"}', b"<xml/>"])
def test_what_is_not_json_is_told_so(body: bytes) -> None:
    verdict = classify("jira", body)

    assert isinstance(verdict, NotAnEvent)
    assert verdict.found.startswith("not JSON")


@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}")])
def test_a_body_may_nest_a_hundred_levels_and_no_more(opening: str, closing: str) -> None:
    def nested(levels: int) -> bytes:
        inner = opening * (levels - 1) + "1" + closing * (levels - 1)
        event = '{"webhookEvent": "jira:issue_created", "issue": {"id": "1", "key": "A-1"}, "x": %s}'
        return (event % inner).encode()

    assert classify("jira", nested(DEPTH)) == Known(name="issue.created")
    for levels in (DEPTH + 1, 900, 100_000):
        assert isinstance(classify("jira", nested(levels)), NotAnEvent)


def test_a_wide_body_is_not_a_deep_one() -> None:
    fields = {f"customfield_{n}": [{"id": str(n)}] for n in range(5_000)}
    issue = {"id": "1", "key": "A-1", "fields": fields}

    assert classify("jira", orjson.dumps({"webhookEvent": "jira:issue_created", "issue": issue})) == Known(
        name="issue.created"
    )


def test_a_forge_event_carries_what_tells_it_from_others() -> None:
    verdict = classify("confluence", body_of("confluence", "forge__page_updated"))

    assert verdict == Known(
        name="page.updated", delivery="avi:confluence:updated:page 98001 2026-01-05T09:10:00.000Z 2"
    )


def test_a_tick_of_our_own_clock_is_an_event() -> None:
    tick = tick_body("day.began", "OPS", datetime(2026, 1, 5, tzinfo=UTC))

    assert classify("clock", tick) == Known(name="day.began")
