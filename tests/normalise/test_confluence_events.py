"""What each kind of Confluence event does to the mirror."""

from datetime import UTC, datetime

import pytest

from connector.normalise.rest import rest_page
from tests.normalise.mirrored import Mirror, events_of, mirror_after

SHAPES = ("dc_full", "dc_id_only", "cloud_without_event")


def at(minutes: int) -> datetime:
    return datetime(2026, 1, 5, 9, minutes, tzinfo=UTC)


def after(*names: str) -> Mirror:
    mirror = Mirror()
    for name in names:
        mirror.take(events_of("confluence", name, hint=name.partition("__")[0]))
    return mirror


def read(version: int, minutes: int, read_at: int, **more: object) -> Mirror:
    raw = {
        "id": "98001",
        "title": "Service goals",
        "status": "current",
        "version": {"number": version, "createdAt": at(minutes).isoformat()},
        "body": {"storage": {"value": "<h1>Goals</h1><p>Answer within a day.</p>"}},
        **more,
    }
    return Mirror().take(rest_page("main", raw, at(read_at), space="OPS", labels=["charter"]))


@pytest.mark.parametrize("shape", SHAPES)
def test_a_created_page_is_known_and_waits_to_be_read(shape: str) -> None:
    page = after(f"page_created__{shape}").entity("page", "98001")

    assert (page.is_trimmed, page.is_gone, page.at) == (True, False, at(0))
    if shape != "dc_id_only":
        assert page.data == {"title": "Service goals", "space": "OPS", "version": 1}
        assert (page.project, page.revision) == ("OPS", 1)


@pytest.mark.parametrize("shape", SHAPES)
def test_an_updated_page_keeps_what_was_read_until_it_is_read_again(shape: str) -> None:
    mirror = read(1, 0, 1)
    before = mirror.entity("page", "98001").data
    mirror.take(events_of("confluence", f"page_updated__{shape}", hint="page_updated"))

    page = mirror.entity("page", "98001")
    assert (page.data, page.is_trimmed, page.at) == (before, False, at(10))


def test_an_update_shows_its_title_and_version_on_a_page_that_was_never_read() -> None:
    page = after("page_created__dc_full", "page_updated__dc_full").entity("page", "98001")

    assert page.revision == 2
    assert page.data["version"] == 2


@pytest.mark.parametrize("shape", ["dc_full", "cloud_without_event"])
def test_a_moved_page_names_its_new_parent(shape: str) -> None:
    page = after(f"page_moved__{shape}").entity("page", "98001")

    assert page.data["parent"] == "98009"


def test_an_id_only_move_is_a_sighting() -> None:
    (event,) = events_of("confluence", "page_moved__dc_id_only")

    assert (event.origin.name, event.is_trimmed, event.data) == ("page.moved", True, {})


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("verb", ["trashed", "removed"])
def test_a_trashed_or_removed_page_is_gone_and_keeps_what_was_read(shape: str, verb: str) -> None:
    mirror = read(2, 10, 11)
    mirror.take(events_of("confluence", f"page_{verb}__{shape}", hint=f"page_{verb}"))

    page = mirror.entity("page", "98001")
    assert (page.is_gone, page.data["labels"]) == (True, ["charter"])


@pytest.mark.parametrize("shape", SHAPES)
def test_a_restored_page_is_back_whichever_event_comes_first(shape: str) -> None:
    names = [f"page_{one}__{shape}" for one in ("created", "trashed", "restored")]
    mirrors = [after(*names), after(*reversed(names)), after(names[1], names[2], names[1], names[0])]

    assert [one.entity("page", "98001").is_gone for one in mirrors] == [False] * 3
    assert mirrors[0].entities == mirrors[1].entities == mirrors[2].entities


def test_a_removal_after_the_restoring_counts() -> None:
    names = [f"page_{one}__dc_id_only" for one in ("removed", "restored", "trashed")]

    assert after(*names).entity("page", "98001").is_gone


@pytest.mark.parametrize("shape", ["dc_full", "dc_id_only"])
def test_a_label_is_mirrored_and_taken_off(shape: str) -> None:
    put_on = after(f"label_added__{shape}")
    taken_off = after(f"label_removed__{shape}", f"label_added__{shape}")

    label = put_on.entity("page_label", "98001:charter")
    assert (label.data, label.parent, label.is_gone) == ({"name": "charter"}, "98001", False)
    assert put_on.entity("page", "98001").is_trimmed
    assert taken_off.entity("page_label", "98001:charter").is_gone


def test_a_label_without_its_name_still_says_which_page_to_read() -> None:
    events = events_of("confluence", "label_added__nameless_label")

    assert [(one.origin.name, one.kind, one.id) for one in events] == [("page.labelled", "page", "98001")]


def test_a_comment_on_a_page_is_mirrored_and_removed() -> None:
    made = after("comment_created__dc_full").entity("page_comment", "99001")
    edited = after("comment_updated__dc_full", "comment_created__dc_full").entity("page_comment", "99001")
    removed = after("comment_removed__dc_full", "comment_created__dc_full").entity("page_comment", "99001")

    assert (made.parent, made.project, made.data["author"]) == ("98001", "OPS", "mina")
    assert (edited.revision, edited.is_gone) == (2, False)
    assert removed.is_gone


def test_a_comment_known_by_its_id_alone_is_trimmed() -> None:
    made = after("comment_created__dc_id_only", "comment_updated__dc_id_only")
    removed = after("comment_removed__dc_id_only")

    assert (made.entity("page_comment", "99001").is_trimmed, made.entity("page_comment", "99001").parent) == (
        True,
        None,
    )
    assert removed.entity("page_comment", "99001").is_gone


def test_a_cloud_comment_takes_its_name_from_the_header() -> None:
    comment = after("comment_created__cloud_without_event").entity("page_comment", "99001")

    assert comment.parent == "98001"


@pytest.mark.parametrize("shape", ["dc_full", "dc_id_only"])
def test_a_page_s_file_is_mirrored_trashed_and_restored(shape: str) -> None:
    made = after(f"attachment_created__{shape}", f"attachment_updated__{shape}")
    trashed = after(f"attachment_created__{shape}", f"attachment_trashed__{shape}")
    removed = after(f"attachment_removed__{shape}", f"attachment_created__{shape}")
    restored = after(f"attachment_restored__{shape}", f"attachment_trashed__{shape}")

    file = made.entity("page_attachment", "97001")
    assert (file.is_gone, file.is_trimmed) == (False, shape == "dc_id_only")
    if shape == "dc_full":
        assert (file.parent, file.data) == (
            "98001",
            {"filename": "charter.pdf", "size": 1024, "version": 2},
        )
    assert trashed.entity("page_attachment", "97001").is_gone
    assert removed.entity("page_attachment", "97001").is_gone
    assert not restored.entity("page_attachment", "97001").is_gone


def test_who_did_it_is_an_account_on_cloud_and_a_key_on_data_center() -> None:
    cloud = events_of("confluence", "page_updated__cloud_without_event", hint="page_updated")[0]
    data_center = events_of("confluence", "page_updated__dc_id_only")[0]

    assert (cloud.origin.actor, data_center.origin.actor) == ("5f0a11", "mina")


def test_a_nameless_page_is_seen_and_fires_nothing() -> None:
    (event,) = events_of("confluence", "page_removed__cloud_without_event")

    assert (event.origin.name, event.is_trimmed) == ("page.seen", True)


def test_a_forge_event_of_a_page_is_read_like_a_webhook() -> None:
    updated = mirror_after("confluence", "forge__page_updated").entity("page", "98001")
    deleted = mirror_after("confluence", "forge__page_updated", "forge__page_deleted").entity("page", "98001")

    assert updated.data == {"title": "Service goals", "space": "OPS", "version": 2}
    assert (updated.at, updated.revision) == (at(10), 2)
    assert deleted.is_gone
