"""Taking back what a run wrote, on both deployments: our values go back, what people have changed stays."""

import json
import re
import shutil
from pathlib import Path

from sqlalchemy import Engine

from connector.pages.regions import find
from connector.store import outbox, runs
from connector.store.engine import reading
from tests.flow.deeds import BOTH, pass_gate, person_writes, save, status_page
from tests.flow.town import RULES, Deployment, Town, town


def run_of(place: Town, rule: str) -> str:
    """The newest run in which the rule wrote."""
    with reading(place.engine()) as conn:
        return next(one.name for one in runs.recent(conn, "main", 50) if rule in one.rules)


def written_since(place: Town, count: int) -> list[str]:
    with reading(place.engine()) as conn:
        rows = outbox.listed(conn, site="main", limit=500)[::-1]
    return [f"{row.rule}: {row.natural_key}" for row in rows[count:] if row.kind != "WritePage"]


def rows_in(place: Town) -> int:
    with reading(place.engine()) as conn:
        return len(outbox.listed(conn, site="main", limit=500))


def a_scored_risk(place: Town) -> str:
    key = place.make("Risk", "The supplier is late", probability=4, impact=5)
    place.step()
    assert place.issue(key)[place.field("score")] == 20
    assert place.issue(key)["labels"] == ["escalated"]
    return key


def not_echoed(place: Town) -> list[str]:
    """What was taken back and whose event was not known for ours."""
    with reading(place.engine()) as conn:
        rows = outbox.listed(conn, site="main", state="confirmed", limit=500)
    return [row.kind for row in rows if row.rule == "undo" and row.echoed_at is None]


def lines_of(output: str) -> list[str]:
    return [re.sub(r"undo [0-9a-f]{12}", "undo ID", line) for line in output.splitlines()]


@BOTH
def test_what_a_run_wrote_goes_back_and_no_rule_writes_it_again(
    tmp_path: Path, engine: Engine, deployment: Deployment
) -> None:
    with town(tmp_path, engine, deployment=deployment) as place:
        key = a_scored_risk(place)
        run = run_of(place, "risks")

        done = place.type(f"undo {run} --yes")
        count = rows_in(place)
        place.step()
        place.edit(key, summary="The supplier is late by a week")
        place.step()

        field = place.field("score")
        assert (done.exit_code, lines_of(done.stdout)) == (
            0,
            [
                f"{run}, OPS: 3 of 3 writes were done or wait",
                f"  takes back  {key}: the comment “Risk level: High. Score 20 = probability 4 × impact 5.” is deleted"
                "  (risks)",
                f"  takes back  {key}: label escalated is taken off  (risks)",
                f"  takes back  {key} Risk score: 20 → empty  (risks)",
                "undo ID: 3 of 3 taken back",
            ],
        )
        issue = place.issue(key)
        assert (issue[field], issue["labels"], place.comments(key)) == (None, [], [])
        assert (written_since(place, count), not_echoed(place)) == ([], [])
        # Something else is asked for: that is written.
        place.edit(key, probability=5)
        place.step()
        assert place.issue(key)[field] == 25


@BOTH
def test_what_people_have_changed_since_is_left_alone_and_said(
    tmp_path: Path, engine: Engine, deployment: Deployment
) -> None:
    with town(tmp_path, engine, deployment=deployment) as place:
        key = a_scored_risk(place)
        run = run_of(place, "risks")
        place.edit(key, score=7, labels=[])
        place.ask("POST", f"api/2/issue/{key}/comment", {"body": "We have talked to them."})

        done = place.type(f"undo {run.split()[-1]}", input="y\n")

        field = place.field("score")
        assert (done.exit_code, lines_of(done.stdout)[1:]) == (
            0,
            [
                f"  leaves      {key}: somebody has written after the comment  (risks)",
                f"  leaves      {key}: label escalated was taken off since  (risks)",
                f"  leaves      {key} Risk score: was changed since, to 7  (risks)",
                "nothing to take back",
            ],
        )
        assert place.issue(key)[field] == 7
        assert len(place.comments(key)) == 2


@BOTH
def test_a_link_is_removed_and_an_issue_that_was_made_is_named_to_be_closed_by_hand(
    tmp_path: Path, engine: Engine, deployment: Deployment
) -> None:
    with town(tmp_path, engine, deployment=deployment) as place:
        late = place.make("Task", "The key upgrade", priority={"name": "Highest"}, duedate="2020-01-01")
        place.step()
        place.edit(late, summary="The key system upgrade")
        place.step()
        rule = "automation overdue-critical-becomes-risk"

        done = place.type(f"undo {run_of(place, rule)} --yes")
        count = rows_in(place)
        place.step()
        place.edit(late, summary="The key system upgrade, really")
        place.step()

        links = place.issue(late)["issuelinks"]
        assert (done.exit_code, lines_of(done.stdout)[1:]) == (
            0,
            [
                f"  takes back  OPS-2 – {late}: the link (Relates) is removed  ({rule})",
                f"  leaves      OPS-2 was made, and issues are never deleted: close it by hand  ({rule})",
                "undo ID: 1 of 1 taken back",
            ],
        )
        assert (links, written_since(place, count), not_echoed(place)) == ([], [], [])
        assert place.issue("OPS-2")["summary"] == f"{late} is late: The key system upgrade"


@BOTH
def test_all_that_a_rule_wrote_since_a_moment_goes_back_to_what_was_there_first(
    tmp_path: Path, engine: Engine, deployment: Deployment
) -> None:
    with town(tmp_path, engine, deployment=deployment) as place:
        key = place.make("Risk", "The supplier is late", probability=1, impact=2, score=1)
        place.step()
        place.edit(key, probability=2)
        place.step()
        assert place.issue(key)[place.field("score")] == 4

        done = place.type("undo --rule risks --since 2000-01-01 --yes")

        assert (done.exit_code, f"  takes back  {key} Risk score: 4 → 1  (risks)" in done.stdout) == (0, True)
        assert place.issue(key)[place.field("score")] == 1


@BOTH
def test_a_gates_return_is_taken_back_as_far_as_the_workflow_lets_it(
    tmp_path: Path, engine: Engine, deployment: Deployment
) -> None:
    with town(tmp_path, engine, deployment=deployment) as place:
        key = place.make("Phase Gate", "Plan baseline", labels=["plan-baseline"])
        pass_gate(place, key)
        assert place.issue(key)["status"]["name"] == "Returned"

        done = place.type(f"undo {run_of(place, 'gate plan-baseline')} --yes")
        count = rows_in(place)
        place.step()

        told = [line for line in lines_of(done.stdout) if "plan-baseline" in line]
        assert (done.exit_code, told) == (
            0,
            [
                f"  takes back  {key}: the comment “The gate “Plan baseline review” was passed too early and ha…” is"
                " deleted  (gate plan-baseline)",
                f"  leaves      {key}: the workflow offers the connector no way from Returned back to Passed"
                "  (gate plan-baseline)",
                f"  takes back  {key}: property lifecycle.gate is taken off  (gate plan-baseline)",
            ],
        )
        assert place.comments(key) == []
        assert place.ask("GET", f"api/2/issue/{key}/properties")["keys"] == []
        assert (written_since(place, count), not_echoed(place)) == ([], [])


@BOTH
def test_regions_go_back_to_the_pages_version_before_and_people_keep_their_words(
    tmp_path: Path, engine: Engine, deployment: Deployment
) -> None:
    with town(tmp_path, engine, deployment=deployment) as place:
        place.make("Task", "First work")
        place.step()
        first = find(status_page(place).latest.body)
        place.make("Task", "Second work", duedate="2020-01-01")
        place.step()
        person_writes(place, "<p>Ben: we wait for the supplier</p>")
        changed = [name for name, one in find(status_page(place).latest.body).items() if one.inner != first[name].inner]

        done = place.type(f"undo {run_of(place, 'page status')} --yes")
        after = status_page(place).latest
        place.step()
        unchanged = status_page(place).latest.number
        place.make("Task", "Third work", duedate="2020-01-01")
        place.step()

        assert (done.exit_code, lines_of(done.stdout)[1:]) == (
            0,
            [
                *(f"  takes back  OPS status: region {name} as it was before  (page status)" for name in changed),
                "undo ID: 1 of 1 taken back",
            ],
        )
        assert {name: one.inner for name, one in find(after.body).items()} == {
            name: one.inner for name, one in first.items()
        }
        assert "<p>Ben: we wait for the supplier</p>" in after.body
        assert not_echoed(place) == []
        # The rule asks for what was taken back until it wants something else.
        assert unchanged == after.number
        assert "Third work" in status_page(place).latest.body


def test_a_region_that_a_person_has_changed_since_stays(tmp_path: Path, engine: Engine) -> None:
    with town(tmp_path, engine) as place:
        place.make("Task", "First work")
        place.step()
        place.make("Task", "Second work", duedate="2020-01-01")
        place.step()
        edited = status_page(place).latest.body.replace("Second work", "Second work (Ben: done)")
        save(place, edited)

        done = place.type(f"undo {run_of(place, 'page status')} --yes")

        assert "  leaves      OPS status: region schedule was changed since  (page status)" in lines_of(done.stdout)
        assert "Second work (Ben: done)" in status_page(place).latest.body


def test_nothing_is_done_without_a_yes_and_json_shows_the_plan(tmp_path: Path, engine: Engine) -> None:
    with town(tmp_path, engine) as place:
        key = a_scored_risk(place)
        run = run_of(place, "risks")
        count = rows_in(place)

        declined = place.type(f"undo {run}", input="n\n")
        told = json.loads(place.type(f"undo {run} --json").stdout)

        assert declined.exit_code == 1
        assert (told["run"], told["undo"], told["outcomes"], rows_in(place)) == (run, None, [], count)
        assert [step["back"] for step in told["steps"]] == [
            [f"{key}: the comment “Risk level: High. Score 20 = probability 4 × impact 5.” is deleted"],
            [f"{key}: label escalated is taken off"],
            [f"{key} Risk score: 20 → empty"],
        ]


def test_an_undone_run_is_not_undone_again_and_an_undo_not_in_turn(tmp_path: Path, engine: Engine) -> None:
    with town(tmp_path, engine) as place:
        key = a_scored_risk(place)
        run = run_of(place, "risks")
        place.type(f"undo {run} --yes")
        undone = run_of(place, "undo")

        again = place.type(f"undo {run} --yes")
        in_turn = place.type(f"undo {undone} --yes")

        assert lines_of(again.stdout)[-4:] == [
            *("  leaves      was taken back already (undo ID)  (risks)" for _ in range(3)),
            "nothing to take back",
        ]
        assert "nothing to take back" in in_turn.stdout
        assert place.issue(key)[place.field("score")] is None


def test_a_run_is_taken_back_although_the_project_is_paused(tmp_path: Path, engine: Engine) -> None:
    with town(tmp_path, engine) as place:
        key = a_scored_risk(place)
        place.type("pause --project OPS --reason 'the scores are wrong'")

        done = place.type(f"undo {run_of(place, 'risks')} --yes")

        assert done.exit_code == 0
        assert place.issue(key)[place.field("score")] is None


def test_a_run_that_nobody_knows_is_an_error_that_names_those_of_late(tmp_path: Path, engine: Engine) -> None:
    with town(tmp_path, engine) as place:
        a_scored_risk(place)

        done = place.type("undo events 000000000000 --yes")

        assert done.exit_code == 2
        assert "there is no run 'events 000000000000'; of late there were " in done.stderr
        assert run_of(place, "risks") in done.stderr


PARTS = """
language: 1
automations:
  - id: blocked
    when: issue.updated
    if: issuetype = Task
    then:
      - add_page_comment: {page: status, purpose: blocked, text: "{{ issue.key }} is blocked"}
      - write_region: {page: status, region: blocked, text: "{{ issue.key }}: {{ issue.summary }}"}
"""


@BOTH
def test_a_rules_own_region_is_emptied_and_its_comment_on_the_page_deleted(
    tmp_path: Path, engine: Engine, deployment: Deployment
) -> None:
    shutil.copytree(RULES, tmp_path / "rules")
    (tmp_path / "rules" / "automations.yaml").write_text(PARTS, "utf-8")
    with town(tmp_path, engine, deployment=deployment, rules=tmp_path / "rules") as place:
        key = place.make("Task", "First work")
        place.step()
        place.edit(key, summary="First work, blocked")
        place.step()
        written = find(status_page(place).latest.body)["rule-blocked"].inner

        done = place.type(f"undo {run_of(place, 'automation blocked')} --yes")
        count = rows_in(place)
        place.step()
        page = status_page(place)
        with place.box.world.lock:
            comments = [one for one in place.box.world.confluence.held.comments.values() if one.page == page.id]

        assert "First work, blocked" in written
        assert (done.exit_code, len(done.stdout.splitlines())) == (0, 4)
        assert find(page.latest.body)["rule-blocked"].inner == ""
        assert comments == []
        assert written_since(place, count) == []
