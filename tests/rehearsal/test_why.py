from pathlib import Path

import pytest
from sqlalchemy import Engine

from connector.rehearsal.answers import EventTold, IssueTold, PageTold
from connector.rehearsal.looking import Looked
from connector.rehearsal.why import Asker, NotKnown
from connector.rulefiles.projects import Defaults
from tests.flow.town import Town, town
from tests.rehearsal.snapshot import all_rows


def asker(place: Town) -> Asker:
    ground = place.house.rules.rules_of("main")
    assert ground is not None
    return Asker(
        engine=place.house.engine,
        ground=ground,
        defaults=Defaults(timezone="Asia/Shanghai"),
        templates=frozenset(place.house.rules.templates()),
    )


def event(place: Town, name: str) -> EventTold:
    found = asker(place).anything(name)
    assert isinstance(found, EventTold)
    return found


def issue(place: Town, key: str) -> IssueTold:
    found = asker(place).anything(key)
    assert isinstance(found, IssueTold)
    return found


def of(looked: tuple[Looked, ...], rule: str) -> Looked:
    return next(one for one in looked if one.rule == rule)


def test_an_issue_tells_its_last_events_and_all_that_was_written_to_it(tmp_path: Path, engine: Engine) -> None:
    with town(tmp_path, engine) as place:
        key = place.make("Risk", "The supplier is late", probability=3, impact=3)
        place.step()
        place.edit(key, impact=5)
        place.step()

        found = issue(place, key)

        assert (found.key, found.summary) == (key, "The supplier is late")
        people = [one for one in found.events if one.wrote]
        assert [(one.name, one.wrote) for one in people] == [
            ("issue.created", ("risks",)),
            ("issue.updated", ("risks",)),
        ]
        assert people[1].changed == ("Risk impact: 3 → 5",)
        assert [one.text.partition(":")[0] for one in found.came if one.text.startswith("set")] == [f"set {key}"] * 2
        assert {one.state for one in found.came} == {"confirmed"}
        assert all("confirmed" in one.how for one in found.came)


def test_an_event_tells_each_rule_that_looked_and_the_clause_that_decided(tmp_path: Path, engine: Engine) -> None:
    with town(tmp_path, engine) as place:
        key = place.make("Risk", "The supplier is late", probability=3, impact=3)
        place.step()
        place.edit(key, impact=5)
        place.step()
        last = [one for one in issue(place, key).events if one.wrote][-1]
        before = all_rows(engine)

        found = event(place, str(last.inbox_id))

        looked = found.issues[key]
        assert (of(looked, "risks").outcome, of(looked, "risks").because) == (
            "judged it",
            "score 15 = 3 × 5, band high",
        )
        left = of(looked, "automation overdue-critical-becomes-risk")
        assert left.outcome == "left it alone"
        assert "does not hold" in left.because
        assert any(not one.holds and "priority" in one.text for one in left.clauses)
        assert {one.cause for one in found.came} == {f"inbox {last.inbox_id}"}
        assert {one.rule for one in found.came} == {"risks"}
        assert all_rows(engine) == before


def test_the_same_event_is_found_by_the_senders_delivery_id(tmp_path: Path, engine: Engine) -> None:
    with town(tmp_path, engine) as place:
        key = place.make("Risk", "The supplier is late", probability=3, impact=3)
        place.step()
        first = issue(place, key).events[0]
        with place.house.engine.connect() as conn:
            delivery = conn.exec_driver_sql(f"SELECT delivery FROM inbox WHERE id = {first.inbox_id}").scalar_one()

        assert event(place, delivery).inbox_id == first.inbox_id


def test_an_earlier_event_is_judged_on_the_issue_as_it_was(tmp_path: Path, engine: Engine) -> None:
    with town(tmp_path, engine) as place:
        key = place.make("Risk", "The supplier is late", probability=3, impact=3)
        place.step()
        place.edit(key, impact=5)
        place.step()
        first = issue(place, key).events[0]

        assert of(event(place, str(first.inbox_id)).issues[key], "risks").because == "score 9 = 3 × 3, band medium"


def test_an_event_that_brought_nothing_about_says_so(tmp_path: Path, engine: Engine) -> None:
    with town(tmp_path, engine) as place:
        key = place.make("Task", "Write the survey")
        place.step()
        made = issue(place, key).events[0]

        found = event(place, str(made.inbox_id))

        assert found.came == ()
        assert of(found.issues[key], "risks").outcome == "left it alone"
        assert of(found.issues[key], "automation overdue-critical-becomes-risk").because.startswith(
            "it waits for issue.updated"
        )


def test_the_echo_of_our_own_write_is_told_as_such_and_a_persons_event_is_not(tmp_path: Path, engine: Engine) -> None:
    with town(tmp_path, engine) as place:
        key = place.make("Risk", "The supplier is late", probability=3, impact=3)
        place.step()
        made, *echoes = issue(place, key).events

        said = [any("own account" in note for note in event(place, str(one.inbox_id)).notes) for one in (made, *echoes)]

        assert said == [False, *(True for _ in echoes)]
        assert echoes != []


def test_a_page_tells_which_regions_were_written_when_and_by_which_figures(tmp_path: Path, engine: Engine) -> None:
    with town(tmp_path, engine) as place:
        place.make("Task", "Write the survey", duedate="2020-01-01")
        place.step()
        page = next(one for one in place.box.world.confluence.pages("OPS") if "OPS" in one.title)

        by_id, by_title = asker(place).anything(str(page.id)), asker(place).anything(page.title)

        assert by_id == by_title
        assert isinstance(by_id, PageTold)
        assert {one.came.rule for one in by_id.writes} == {"page status"}
        assert by_id.writes[0].regions != ()
        assert by_id.writes[-1].regions != by_id.writes[0].regions
        assert by_id.writes[-1].figures["overdue"].startswith("1 ")


def test_what_is_not_known_is_refused_with_what_could_be_asked(tmp_path: Path, engine: Engine) -> None:
    with town(tmp_path, engine) as place, pytest.raises(NotKnown, match="'OPS-999' is no letter, issue or page"):
        asker(place).anything("OPS-999")
