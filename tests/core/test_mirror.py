"""How states of one thing are merged."""

import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from connector.core.events import EntityGone, EntityKind, EntitySeen, IssueGone, IssueSeen, Origin
from connector.core.issue import Change, Issue
from connector.core.mirror import digest, in_project, merge_entity, merge_issue, stamp

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


def origin(minutes: int = 0) -> Origin:
    return Origin(site="main", name="issue.updated", at=NOON + timedelta(minutes=minutes))


def seen(minutes: int = 0, *, trimmed: bool = False, changes: tuple[Change, ...] = (), **fields: object) -> IssueSeen:
    own = {} if trimmed else {"updated": (NOON + timedelta(minutes=minutes)).isoformat()}
    return IssueSeen(
        origin=origin(minutes),
        issue_id="1",
        key="OPS-1",
        fields={**own, **fields},
        changes=changes,
        is_trimmed=trimmed,
    )


def change(history: int, minutes: int, author: str | None = "mina", **more: str) -> Change:
    values = {"field": "status", "field_id": "status", "before_id": "1", "after_id": "3", **more}
    return Change(history_id=history, at=NOON + timedelta(minutes=minutes), author=author, **values)


def entity(
    minutes: int, kind: EntityKind = "sprint", *, trimmed: bool = False, revision: int = 0, **data: object
) -> EntitySeen:
    return EntitySeen(origin=origin(minutes), kind=kind, id="9", data=data, is_trimmed=trimmed, revision=revision)


def gone(minutes: int, kind: EntityKind = "sprint") -> EntityGone:
    return EntityGone(origin=origin(minutes), kind=kind, id="9")


def after(*events: EntitySeen | EntityGone) -> tuple[bool, object]:
    known = None
    for event in events:
        known = merge_entity(known, event)
    assert known is not None
    return known.is_gone, known.data.get("n")


def test_stamps_sort_by_fullness_then_revision_then_moment_then_tie() -> None:
    stamps = [
        stamp(NOON + timedelta(days=9), tie="z", revision=9, is_trimmed=True),
        stamp(NOON + timedelta(days=9), tie="z", revision=9),
        stamp(NOON, tie="a", revision=10),
        stamp(NOON, tie="b", revision=10),
        stamp(NOON + timedelta(microseconds=1), tie="a", revision=10),
    ]

    assert stamps == sorted(stamps)


def test_a_stamp_does_not_depend_on_the_zone_a_moment_is_told_in() -> None:
    assert stamp(NOON.astimezone(ZoneInfo("Asia/Shanghai")), tie="") == stamp(NOON, tie="")


def test_a_digest_does_not_depend_on_the_order_of_keys() -> None:
    assert digest({"a": 1, "b": {"c": 2, "d": 3}}) == digest({"b": {"d": 3, "c": 2}, "a": 1})
    assert digest({"a": 1}) != digest({"a": 2})


def test_the_first_sighting_makes_the_issue() -> None:
    merged = merge_issue(None, "", seen(summary="x"))

    assert (merged.issue.key, merged.issue.updated, merged.is_changed) == ("OPS-1", NOON, True)
    assert merged.stamp


def test_a_newer_state_replaces_an_older_one_and_never_the_other_way_round() -> None:
    first = merge_issue(None, "", seen(0, summary="old"))
    newer = merge_issue(first.issue, first.stamp, seen(1, summary="new"))
    older = merge_issue(newer.issue, newer.stamp, seen(0, summary="old"))

    assert (newer.issue.fields["summary"], newer.is_changed) == ("new", True)
    assert (older.issue, older.stamp, older.is_changed) == (newer.issue, newer.stamp, False)


def test_the_same_state_again_changes_nothing() -> None:
    first = merge_issue(None, "", seen(0, summary="x"))
    again = merge_issue(first.issue, first.stamp, seen(0, summary="x"))

    assert (again.issue, again.is_changed, again.new_changes) == (first.issue, False, ())


def test_a_late_event_still_adds_its_change() -> None:
    first = merge_issue(None, "", seen(9, changes=(change(2, 9),)))
    late = merge_issue(first.issue, first.stamp, seen(1, changes=(change(1, 1),)))

    assert [one.history_id for one in late.issue.changes] == [1, 2]
    assert (late.new_changes, late.is_changed, late.stamp) == ((change(1, 1),), True, first.stamp)


def test_of_two_reports_of_a_change_the_earlier_moment_counts_whichever_comes_first() -> None:
    early, late = seen(5, changes=(change(1, 4),)), seen(5, changes=(change(1, 5),))
    one = merge_issue(None, "", early)
    other = merge_issue(None, "", late)

    both = merge_issue(one.issue, one.stamp, late), merge_issue(other.issue, other.stamp, early)
    assert both[0].issue == both[1].issue
    assert [merged.new_changes for merged in both] == [(), (change(1, 4),)]


def test_a_report_that_names_the_author_fills_in_one_that_does_not() -> None:
    first = merge_issue(None, "", seen(5, changes=(change(1, 5, author=None),)))
    then = merge_issue(first.issue, first.stamp, seen(5, changes=(change(1, 5),)))

    assert then.issue.changes[0].author == "mina"


def test_a_trimmed_state_never_replaces_a_full_one() -> None:
    full = merge_issue(None, "", seen(0, summary="full", labels=[]))
    trimmed = merge_issue(full.issue, full.stamp, seen(9, trimmed=True, summary="later"))

    assert (trimmed.issue, trimmed.is_changed, trimmed.wants_read) == (full.issue, False, True)


def test_a_full_state_replaces_a_later_trimmed_one() -> None:
    trimmed = merge_issue(None, "", seen(9, trimmed=True, summary="later"))
    full = merge_issue(trimmed.issue, trimmed.stamp, seen(0, summary="full"))

    assert (trimmed.issue.is_trimmed, trimmed.issue.updated, trimmed.wants_read) == (True, None, True)
    assert (full.issue.is_trimmed, full.issue.fields["summary"], full.is_changed) == (False, "full", True)


@pytest.mark.parametrize(
    ("minutes", "fields", "wants_read"),
    [
        pytest.param(9, {"status": {"id": "3"}}, True, id="another-status"),
        pytest.param(9, {"status": {"id": "1", "iconUrl": "x"}}, False, id="only-trimmings-differ"),
        pytest.param(9, {"assignee": {"accountId": "a"}}, True, id="now-assigned"),
        pytest.param(9, {"labels": ["x"]}, False, id="same-labels"),
        pytest.param(9, {"labels": []}, True, id="labels-gone"),
        pytest.param(-9, {"status": {"id": "3"}}, False, id="older-than-what-is-known"),
        pytest.param(9, {}, False, id="nothing-but-its-id"),
    ],
)
def test_a_trimmed_body_wants_a_read_only_when_it_tells_of_something_new(
    minutes: int, fields: dict[str, object], wants_read: bool
) -> None:
    full = merge_issue(None, "", seen(0, status={"id": "1", "name": "To Do"}, assignee=None, labels=["x"]))
    merged = merge_issue(full.issue, full.stamp, seen(minutes, trimmed=True, **fields))

    assert merged.wants_read is wants_read


def test_an_update_of_an_issue_never_seen_whole_wants_its_history_read() -> None:
    updated = seen(0, summary="x")
    made = replace(updated, origin=replace(origin(), name="issue.created"))
    read = replace(updated, origin=replace(origin(), name="issue.seen"))
    first = merge_issue(None, "", updated)

    assert [merge_issue(None, "", one).wants_read for one in (updated, made, read)] == [True, False, False]
    assert not merge_issue(first.issue, first.stamp, seen(1, summary="y")).wants_read


def test_a_deleted_issue_stays_deleted_and_keeps_its_last_state() -> None:
    first = merge_issue(None, "", seen(0, summary="x"))
    deleted = merge_issue(first.issue, first.stamp, IssueGone(origin=origin(5), issue_id="1", key="OPS-1"))
    later = merge_issue(deleted.issue, deleted.stamp, seen(9, summary="y"))
    again = merge_issue(later.issue, later.stamp, IssueGone(origin=origin(5), issue_id="1", key="OPS-1"))

    assert deleted.issue == replace(first.issue, is_gone=True)
    assert (deleted.is_changed, again.is_changed) == (True, False)
    assert (later.issue.is_gone, later.issue.fields["summary"], later.wants_read) == (True, "y", False)


def test_a_deletion_may_come_before_anything_else() -> None:
    deleted = merge_issue(None, "", IssueGone(origin=origin(5), issue_id="1", key="OPS-1"))
    filled = merge_issue(deleted.issue, deleted.stamp, seen(0, summary="x"))

    assert deleted.issue == Issue(site="main", id="1", key="OPS-1", is_trimmed=True, is_gone=True)
    assert (filled.issue.is_gone, filled.issue.fields["summary"]) == (True, "x")


def test_properties_and_facts_of_the_known_issue_are_kept() -> None:
    first = merge_issue(None, "", seen(0))
    known = replace(first.issue, properties={"lifecycle": 1})

    assert merge_issue(known, first.stamp, seen(1)).issue.properties == {"lifecycle": 1}


def test_the_newest_state_of_an_entity_counts() -> None:
    assert after(entity(1, n=1), entity(2, n=2)) == after(entity(2, n=2), entity(1, n=1)) == (False, 2)


def test_states_of_one_moment_are_told_apart_the_same_way_in_any_order() -> None:
    assert after(entity(1, n=1), entity(1, n=2)) == after(entity(1, n=2), entity(1, n=1))


def test_a_state_counts_from_when_it_came_about_where_that_is_told() -> None:
    newer = replace(entity(3, "comment", n=2), updated=NOON + timedelta(minutes=2))
    older = replace(entity(9, "comment", n=1), updated=NOON + timedelta(minutes=1))

    assert after(newer, older) == (False, 2)
    assert merge_entity(merge_entity(None, newer), older).at == NOON + timedelta(minutes=2)


def test_a_page_s_version_counts_for_more_than_the_moment() -> None:
    assert after(entity(1, "page", revision=3, n=3), entity(9, "page", revision=2, n=2)) == (False, 3)


def test_of_two_looks_at_one_version_of_a_page_the_later_one_counts() -> None:
    # A label, a move or an archiving gives a page no new version; which data sort first must not matter.
    looks = [entity(minute, "page", revision=1, n=n) for minute, n in ((1, 1), (2, 2), (3, 1), (4, 3))]

    for earlier, later in itertools.combinations(looks, 2):
        assert after(earlier, later) == after(later, earlier) == (False, later.data["n"])


def test_a_trimmed_entity_never_replaces_a_full_one_but_says_that_it_stands() -> None:
    trashed = (entity(1, "page", revision=1, n=1), gone(2, "page"))

    assert after(*trashed, entity(3, "page", trimmed=True, revision=2, n=2)) == (False, 1)


@pytest.mark.parametrize("kind", ["comment", "worklog", "link", "attachment", "page_comment"])
def test_what_is_deleted_for_good_never_comes_back(kind: EntityKind) -> None:
    assert after(entity(1, kind, n=1), gone(2, kind), entity(9, kind, n=1)) == (True, 1)
    assert after(gone(2, kind), entity(1, kind, n=1)) == (True, 1)


@pytest.mark.parametrize("kind", ["sprint", "version", "project", "property", "page", "page_label", "page_attachment"])
def test_what_may_come_back_does_so_by_its_moment(kind: EntityKind) -> None:
    assert after(entity(1, kind, n=1), gone(2, kind)) == (True, 1)
    assert after(gone(2, kind), entity(1, kind, n=1)) == (True, 1)
    assert after(entity(9, kind, n=9), gone(2, kind), entity(1, kind, n=1)) == (False, 9)


def test_a_removal_and_a_sighting_of_one_moment_are_a_removal() -> None:
    assert after(entity(2, n=1), gone(2)) == after(gone(2), entity(2, n=1)) == (True, 1)


def test_the_stamp_changes_with_every_change_of_state() -> None:
    first = merge_entity(None, entity(1, "page", revision=1, n=1))
    trashed = merge_entity(first, gone(2, "page"))
    restored = merge_entity(trashed, entity(3, "page", trimmed=True))

    assert len({first.stamp, trashed.stamp, restored.stamp}) == 3
    assert merge_entity(restored, entity(3, "page", trimmed=True)) == restored


def test_a_gone_entity_tells_when_it_went() -> None:
    link = merge_entity(merge_entity(None, entity(1, "link", n=1)), gone(5, "link"))

    assert (link.at, link.is_gone) == (NOON + timedelta(minutes=5), True)
    assert merge_entity(link, gone(7, "link")).at == NOON + timedelta(minutes=5)


def test_of_several_sightings_of_a_link_the_first_says_since_when_it_stands() -> None:
    link = merge_entity(merge_entity(None, entity(5, "link", n=5)), entity(1, "link", n=1))

    assert (link.at, link.data["n"]) == (NOON + timedelta(minutes=1), 1)


def test_what_one_event_knows_of_owner_and_project_the_other_need_not() -> None:
    bare = entity(1, "comment", n=1)
    told = replace(entity(0, "comment", n=0), parent="1", project="OPS")

    for first, then in ((bare, told), (told, bare)):
        merged = merge_entity(merge_entity(None, first), then)
        assert (merged.parent, merged.project, merged.data["n"]) == ("1", "OPS", 1)


def test_a_child_goes_where_its_issue_goes() -> None:
    comment = merge_entity(None, replace(entity(1, "comment"), project="OPS"))

    assert in_project(comment, "MKT").project == "MKT"
    assert in_project(comment, "OPS") is comment
