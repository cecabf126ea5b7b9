"""Pausing a project, a rule or a site: silence at once, and afterwards what is a state catches up."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from connector.store import outbox
from connector.store.engine import reading
from tests.flow.deeds import BOTH, pass_gate, status_page
from tests.flow.town import Deployment, Town, town


def score_of(place: Town, key: str) -> Any:
    return place.issue(key)[place.field("score")]


def observed(place: Town) -> set[str]:
    with reading(place.engine()) as conn:
        return {row.rule for row in outbox.listed(conn, site="main", state="observed", limit=500)}


def late_task(place: Town) -> str:
    key = place.make("Task", "The key upgrade", priority={"name": "Highest"}, duedate="2020-01-01")
    place.step()
    place.edit(key, summary="The key system upgrade")
    place.step()
    return key


@BOTH
@pytest.mark.parametrize("what", ["--project OPS", ""], ids=["project", "site"])
def test_nothing_is_written_to_a_paused_project_and_afterwards_its_scores_and_pages_catch_up(
    tmp_path: Path, engine: Engine, deployment: Deployment, what: str
) -> None:
    with town(tmp_path, engine, deployment=deployment) as place:
        place.make("Task", "First work")
        place.step()
        before = status_page(place).latest.number
        paused = place.type(f"pause {what} --reason 'the rules are being looked at'")
        key = place.make("Risk", "The supplier is late", probability=4, impact=5)
        late = late_task(place)
        silent = (score_of(place, key), place.comments(key), place.issue(late)["issuelinks"])
        number, shown = status_page(place).latest.number, observed(place)

        resumed = place.type(f"resume {what}")
        place.step()

        assert (paused.exit_code, resumed.exit_code) == (0, 0)
        assert (silent, number) == ((None, [], []), before)
        assert shown == {"risks", "automation overdue-critical-becomes-risk", "page status"}
        assert (score_of(place, key), len(place.comments(key)), place.issue(key)["labels"]) == (20, 1, ["escalated"])
        assert "The supplier is late" in status_page(place).latest.body
        # The rule answers to an event, and that is over.
        assert place.issue(late)["issuelinks"] == []


def test_a_paused_automation_is_silent_the_others_are_not_and_it_does_not_fire_late(
    tmp_path: Path, engine: Engine
) -> None:
    with town(tmp_path, engine) as place:
        paused = place.type("pause --rule overdue-critical-becomes-risk")
        key = place.make("Risk", "The supplier is late", probability=4, impact=5)
        late = late_task(place)
        scored = score_of(place, key)
        resumed = place.type("resume --rule overdue-critical-becomes-risk")
        place.step()
        silent = place.issue(late)["issuelinks"]
        place.edit(late, summary="The key system upgrade, really")
        place.step()

        assert paused.stdout == (
            "automation overdue-critical-becomes-risk: paused; "
            "`connector resume --rule 'automation overdue-critical-becomes-risk'` lets it go on\n"
        )
        assert resumed.stdout == "automation overdue-critical-becomes-risk: goes on\n"
        assert (scored, silent) == (20, [])
        assert len(place.issue(late)["issuelinks"]) == 1


def test_paused_risk_rules_score_nothing_the_register_still_shows_and_scores_catch_up(
    tmp_path: Path, engine: Engine
) -> None:
    with town(tmp_path, engine) as place:
        place.type("pause --rule risks")
        key = place.make("Risk", "The supplier is late", probability=4, impact=5)
        place.step()
        silent, page = score_of(place, key), status_page(place).latest.body
        place.type("resume --rule risks")
        place.step()

        assert silent is None
        assert "The supplier is late" in page
        assert "Paused rules" in page
        assert (score_of(place, key), len(place.comments(key))) == (20, 1)
        assert "Paused rules" not in status_page(place).latest.body


def test_a_paused_gate_is_neither_returned_nor_commented_but_shown_and_goes_back_after_the_pause(
    tmp_path: Path, engine: Engine
) -> None:
    with town(tmp_path, engine) as place:
        place.type("pause --rule 'gate plan-baseline'")
        key = place.make("Phase Gate", "Plan baseline", labels=["plan-baseline"])
        pass_gate(place, key)
        silent = (place.issue(key)["status"]["name"], place.comments(key))
        page = status_page(place).latest.body
        place.type("resume --rule plan-baseline")
        place.step()

        assert silent == ("Passed", [])
        assert key in page
        assert place.issue(key)["status"]["name"] == "Returned"
        assert len(place.comments(key)) == 1


def test_a_paused_page_stays_as_it_is_until_it_goes_on(tmp_path: Path, engine: Engine) -> None:
    with town(tmp_path, engine) as place:
        place.make("Task", "First work")
        place.step()
        place.type("pause --rule status")
        number = status_page(place).latest.number
        key = place.make("Risk", "The supplier is late", probability=4, impact=5)
        place.step()
        silent = status_page(place).latest.number
        place.type("resume --rule status")
        place.step()

        assert silent == number
        assert score_of(place, key) == 20
        assert "The supplier is late" in status_page(place).latest.body


def test_a_write_that_waits_leaves_after_the_pause_with_what_is_wanted_by_then(tmp_path: Path, engine: Engine) -> None:
    with town(tmp_path, engine) as place:
        key = place.make("Risk", "The supplier is late", probability=1, impact=2)
        place.hear()
        while place.house.pipeline.take_batch().letters:
            pass
        place.type("pause --project OPS")
        place.edit(key, probability=2)
        place.hear()
        while place.house.pipeline.take_batch().letters:
            pass
        taken = place.house.outbox.send_due()
        with reading(place.engine()) as conn:
            waits = [(row.id, row.rule) for row in outbox.listed(conn, state="planned")]
        place.type("resume --project OPS")
        while place.house.outbox.send_due():
            pass

        assert (taken, {rule for _, rule in waits}) == (0, {"risks"})
        assert score_of(place, key) == 4
        assert len(place.comments(key)) == 1
