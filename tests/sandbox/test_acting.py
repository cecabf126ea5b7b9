"""People who act in a running sandbox, over real connections."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime

import pytest

from connector.sandbox.acting.confluence import InConfluence
from connector.sandbox.acting.jira import InJira, Said
from connector.sandbox.acting.place import Caller, Declined, Place, fetch, plain, tell, visit
from connector.sandbox.server import Sandbox
from connector.sandbox.world import Deployment, Locale, SandboxOptions

pytestmark = pytest.mark.parametrize(
    ("deployment", "locale"),
    [("cloud", "en"), ("cloud", "zh_CN"), ("datacenter", "en"), ("datacenter", "zh_CN")],
)


@contextmanager
def running(deployment: Deployment, locale: Locale) -> Iterator[Place]:
    with Sandbox(SandboxOptions(port=0, deployment=deployment, locale=locale)) as box:
        yield visit(box.url)


@contextmanager
def calling(deployment: Deployment, locale: Locale, who: str = "ada") -> Iterator[Caller]:
    with running(deployment, locale) as place, closing(Caller(place, place.people[who])) as caller:
        yield caller


def test_an_issue_is_made_moved_talked_about_and_finished(deployment: Deployment, locale: Locale) -> None:
    with calling(deployment, locale) as caller:
        ada, words = InJira(caller), caller.place.words
        ada.make_project("OPS", "Operations", "ben")
        epic = ada.make("OPS", "epic", "Satisfied customers")
        values = {"assignee": "chen", "duedate": date(2026, 3, 20), "priority": "highest", "parent": epic}
        key = ada.make("OPS", "bug", "Calls get lost", values)
        ada.move(key, "in_progress", "in_review")
        reviewed = ada.status(key)
        ada.comment(key, "Found it.\nMended it.")
        ada.log_work(key, 3, datetime(2026, 3, 2, 9, tzinfo=UTC))
        ada.edit(key, {"labels": ["phone"]})
        ada.finish(key)

        fields = ada.fields(key)
        assert (reviewed, ada.status(key)) == (words("in_review"), words("done"))
        assert (fields["duedate"], fields["labels"], fields["timespent"]) == ("2026-03-20", ["phone"], 10800)
        assert fields["assignee"]["displayName"] == caller.place.people["chen"].display_name  # type: ignore[index]
        assert fields["priority"]["name"] == words("highest")  # type: ignore[index]
        assert [(one.by_app, "Mended it." in one.text) for one in ada.comments(key)] == [(False, True)]
        assert ada.find("project = OPS ORDER BY key ASC") == [epic, key]


def test_what_the_workflow_does_not_offer_is_declined(deployment: Deployment, locale: Locale) -> None:
    with calling(deployment, locale) as caller:
        ada = InJira(caller)
        ada.make_project("OPS", "Operations", "ben")
        key = ada.make("OPS", "task", "Answer the phone")

        with pytest.raises(Declined, match=f"{key} cannot be moved to"):
            ada.move(key, "in_review")


def test_fields_are_set_and_read_by_their_words(deployment: Deployment, locale: Locale) -> None:
    with calling(deployment, locale) as caller:
        ada = InJira(caller)
        ada.make_project("OPS", "Operations", "ben")
        risk = ada.make("OPS", "risk", "Too few people", {"probability": 4, "impact": 5})
        goal = ada.make("OPS", "goal", "Answer in a day", {"goal_target": 24, "goal_direction": "direction_down"})
        ada.link(risk, "link_relates", goal)

        assert (ada.value(risk, "probability"), ada.value(risk, "impact")) == (4, 5)
        assert ada.value(goal, "goal_direction")["value"] == caller.place.words("direction_down")  # type: ignore[index]
        assert (ada.linked(risk), ada.linked(goal)) == ([goal], [risk])


def test_the_connectors_own_comments_are_told_from_peoples(deployment: Deployment, locale: Locale) -> None:
    with calling(deployment, locale) as caller:
        place = caller.place
        InJira(caller).make_project("OPS", "Operations", "ben")
        key = InJira(caller).make("OPS", "task", "Answer the phone")
        with closing(Caller(place, place.app)) as app:
            InJira(app).comment(key, "Scored")

        assert InJira(caller).comments(key) == [Said(by_app=True, text="Scored")]


def test_a_page_is_made_found_by_its_label_written_and_commented_on(deployment: Deployment, locale: Locale) -> None:
    with calling(deployment, locale) as caller:
        InJira(caller).make_project("OPS", "Operations", "ben")
        ada = InConfluence(caller)
        made = ada.make_page("OPS", "Charter", "<p>Three goals</p>", ["charter"])
        nothing, found = ada.labelled("OPS", "status"), ada.labelled("OPS", "charter")
        written = ada.write(made, "<p>Four goals</p>")
        ada.comment_on_text(written, "goals", "Which?")
        body = ada.page(made.id).body

        assert nothing is None
        assert found == made
        assert (written.version, written.body, written.title) == (2, "<p>Four goals</p>", "Charter")
        assert body.startswith("<p>Four <ac:inline-comment-marker")
        assert made.url.startswith(caller.place.confluence)


def test_a_stranger_is_declined(deployment: Deployment, locale: Locale) -> None:
    with running(deployment, locale) as place:
        stranger = place.people["ivo"]
        with closing(Caller(place, stranger)) as caller, pytest.raises(Declined, match=": 403 "):
            InJira(caller).make_project("OPS", "Operations", "ben")


def test_the_clock_is_moved_and_told(deployment: Deployment, locale: Locale) -> None:
    with running(deployment, locale) as place:
        tell(f"{place.url}/sandbox/clock", {"now": "2026-01-05T09:00:00+00:00"})
        told = fetch(f"{place.url}/sandbox/clock")

    assert told["now"] == "2026-01-05T09:00:00+00:00"  # type: ignore[index]


def test_nobody_there_is_said_plainly(deployment: Deployment, locale: Locale) -> None:
    with running(deployment, locale) as place:
        pass

    with pytest.raises(Declined, match=r"no answer .*; is the program running"):
        fetch(f"{place.url}/sandbox/state")


def test_the_words_of_a_document_are_read_in_their_order(deployment: Deployment, locale: Locale) -> None:
    inner = [{"type": "text", "text": "one"}, {"type": "text", "text": "two"}]

    assert plain({"type": "doc", "content": [{"type": "paragraph", "content": inner}]}) == "one two"
