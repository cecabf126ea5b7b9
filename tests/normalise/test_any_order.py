"""Whatever order a history arrives in, and however often, the same mirror results."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connector.core.project import Entity
from tests.normalise.history import STEPS, Story
from tests.normalise.mirrored import Mirror

QUIET = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def stories(shortest_wait_s: int) -> st.SearchStrategy[Story]:
    """Lives of 5 to 40 steps after two issues and a page were made."""
    waits = st.integers(shortest_wait_s, 90_000)
    steps = st.lists(st.tuples(st.sampled_from(sorted(STEPS)), st.integers(0, 50), waits), min_size=5, max_size=40)
    return steps.map(_lived)


def _lived(steps: list[tuple[str, int, int]]) -> Story:
    story = Story()
    for step, pick, wait_s in [("create", 0, 1), ("create", 0, 1), ("edit_page", 0, 1), *steps]:
        story.take(step, pick, wait_s)
    return story


def in_order(story: Story) -> Mirror:
    mirror = Mirror()
    for delivery in story.deliveries:
        mirror.take(delivery)
    return mirror


@QUIET
@given(story=stories(shortest_wait_s=0), data=st.data())
def test_a_history_that_is_shuffled_and_repeated_leaves_the_same_mirror(story: Story, data: st.DataObject) -> None:
    some = st.lists(st.sampled_from(range(len(story.deliveries))), max_size=30)
    twice = [*range(len(story.deliveries)), *data.draw(some)]
    shuffled = Mirror()
    for n in data.draw(st.permutations(twice)):
        shuffled.take(story.deliveries[n])

    assert shuffled.picture() == in_order(story).picture()


@QUIET
@given(story=stories(shortest_wait_s=1), data=st.data())
def test_what_arrives_last_of_each_kind_is_not_what_counts(story: Story, data: st.DataObject) -> None:
    backwards = Mirror()
    for delivery in reversed(story.deliveries):
        backwards.take(reversed(delivery))

    assert backwards.picture() == in_order(story).picture()
    _check_against_the_truth(story, backwards)


def _check_against_the_truth(story: Story, mirror: Mirror) -> None:
    """The mirror is not only the same in any order but right."""
    for issue in story.issues.values():
        held = mirror.issue(issue.id)
        assert held.is_gone == issue.is_gone
        assert len(held.changes) == len(issue.histories)
        _check_children(
            mirror, "comment", issue.id, {one: text["body"] for one, text in issue.comments.items()}, "body"
        )
        seconds = {one: log["timeSpentSeconds"] for one, log in issue.worklogs.items()}
        _check_children(mirror, "worklog", issue.id, seconds, "seconds")
    links = {one.id: one.data["target"] for one in _standing(mirror, "link")}
    assert links == {number: target for number, (_, target) in story.links.items()}
    assert {one.parent: one.data["value"] for one in _standing(mirror, "property")} == story.properties
    assert mirror.entity("page", "98001").is_gone == story.is_page_gone
    if ("version", "70001") in mirror.entities:
        version = mirror.entity("version", "70001")
        assert version.is_gone == story.is_version_gone
        assert version.is_gone or version.data["name"] == story.version["name"]


def _check_children(mirror: Mirror, kind: str, issue: str, expected: dict[str, object], name: str) -> None:
    found = {one.id: one.data[name] for one in _standing(mirror, kind) if one.parent == issue}
    assert found == expected


def _standing(mirror: Mirror, kind: str) -> list[Entity]:
    return [one for one in mirror.entities.values() if one.kind == kind and not one.is_gone]
