"""Every action of automations, from a person's edit to what stands in Jira and Confluence, on both deployments."""

import shutil
from pathlib import Path

import pytest
from sqlalchemy import Engine

from connector.store import outbox
from connector.store.engine import reading
from tests.flow.town import RULES, Deployment, Town, town

ACTIONS = """
language: 1
automations:
  - id: steered
    when: {event: issue.updated, field: [labels]}
    if: issuetype = Task AND labels = steer
    then:
      - set_fields: {duedate: "{{ today + days(7) }}", summary: "Steered {{ issue.key }}"}
      - transition: [Escalated, In Progress]
      - assign: {to: reporter}
      - comment: {purpose: steered, text: "{{ event.by }} asked for it\\nLook at {{ issue.key }}"}
      - raise_risk:
          key: risk-{{ issue.key }}
          summary: "{{ issue.key }} may be late"
          probability: 4
          impact: 3
          link: Relates
      - open_decision: {key: "way-{{ issue.key }}", summary: "How does {{ issue.key }} go on?", text: "One line\\nTwo"}
      - ensure_link: {link: Relates, made: "way-{{ issue.key }}"}
      - set_property: {name: steering, value: {by: "{{ issue.key }}", n: 3}}
      - ensure_page:
          key: "notes-{{ issue.key }}"
          title: "Notes on {{ issue.key }}"
          text: "## Why\\n\\n{{ issue.summary }}"
      - write_region: {page: "notes-{{ issue.key }}", region: facts, text: "It is *{{ issue.summary }}*"}
      - write_region: {page: status, region: steered, text: "{{ issue.key }} is steered"}
      - add_page_comment: {page: "notes-{{ issue.key }}", purpose: hello, text: "Written for **{{ issue.key }}**"}
"""


def rules_in(place: Path, text: str = ACTIONS) -> Path:
    held = place / "rules"
    shutil.copytree(RULES, held, ignore=shutil.ignore_patterns("tests"))
    (held / "automations.yaml").write_text(text, "utf-8")
    return held


def steer(place: Town, *, summary: str = "The <b>key</b> upgrade") -> str:
    key = place.make("Task", summary)
    place.step()
    place.edit(key, labels=["steer"])
    return key


def refused(place: Town) -> list[tuple[str, str | None]]:
    with reading(place.engine()) as conn:
        return [(row.natural_key, row.reason) for row in outbox.dead(conn)]


def comments_on(place: Town, title: str) -> list[str]:
    with place.box.world.lock:
        held = place.box.world.confluence.held
        page = next(page for page in held.pages.values() if page.title == title)
        return [one.latest.body for one in held.comments.values() if one.page == page.id]


@pytest.mark.parametrize("deployment", ["cloud", "datacenter"])
def test_every_action_leaves_what_it_says(tmp_path: Path, engine: Engine, deployment: Deployment) -> None:
    with town(tmp_path, engine, deployment=deployment, rules=rules_in(tmp_path)) as place:
        key = steer(place)
        place.step()
        issue = place.issue(key)
        linked = [one.get("outwardIssue") or one["inwardIssue"] for one in issue["issuelinks"]]
        property = place.ask("GET", f"api/2/issue/{key}/properties/steering")["value"]
        notes, status = place.page(f"Notes on {key}"), place.page("OPS status")
        by = {one["fields"]["summary"]: place.issue(one["key"]) for one in linked}

        assert refused(place) == []
        assert (issue["summary"], issue["duedate"] is not None) == (f"Steered {key}", True)
        assert (issue["status"]["name"], issue["assignee"]["displayName"]) == (
            "In Progress",
            issue["reporter"]["displayName"],
        )
        assert len(place.comments(key)) == 1
        assert property == {"by": key, "n": 3}
        assert sorted(by) == [f"How does {key} go on?", f"{key} may be late"]
        assert by[f"{key} may be late"][place.field("score")] == 12
        assert "decision" in by[f"How does {key} go on?"]["labels"]
        assert "<h2>Why</h2>" in notes.latest.body
        assert "<em>The &lt;b&gt;key&lt;/b&gt; upgrade</em>" in notes.latest.body
        assert f"{key} is steered" in status.latest.body
        assert comments_on(place, f"Notes on {key}") == [f"<p>Written for <strong>{key}</strong></p>"]


@pytest.mark.parametrize("deployment", ["cloud", "datacenter"])
def test_the_same_again_writes_nothing_and_what_changed_is_written_in_its_place(
    tmp_path: Path, engine: Engine, deployment: Deployment
) -> None:
    rule = """
language: 1
automations:
  - id: told
    when: {event: issue.updated, field: [summary, priority]}
    if: issuetype = Task
    then:
      - ensure_page: {key: log, title: Log, text: Begun}
      - write_region: {page: log, region: last, text: "Last: {{ issue.summary }}"}
      - add_page_comment: {page: log, purpose: last, text: "Last: {{ issue.summary }}"}
      - set_property: {name: last, value: "{{ issue.summary }}"}
"""
    with town(tmp_path, engine, deployment=deployment, rules=rules_in(tmp_path, rule)) as place:
        key = place.make("Task", "One")
        place.step()
        place.edit(key, summary="Two")
        place.step()
        version = place.page("Log").latest.number
        place.edit(key, priority={"name": "High"})
        place.step()
        same = (place.page("Log").latest.number, comments_on(place, "Log"))
        place.edit(key, summary="Three")
        place.step()
        body = place.page("Log").latest.body

        assert refused(place) == []
        assert same == (version, ["<p>Last: Two</p>"])
        assert body.count("rule-last") == 1
        assert "<p>Last: Three</p>" in body
        assert comments_on(place, "Log") == ["<p>Last: Three</p>"]


@pytest.mark.parametrize("deployment", ["cloud", "datacenter"])
@pytest.mark.parametrize("kind", ["WritePage", "WriteRegion", "WritePageComment"])
def test_a_reply_that_was_lost_leaves_one_of_everything(
    tmp_path: Path, engine: Engine, deployment: Deployment, kind: str
) -> None:
    with town(tmp_path, engine, deployment=deployment, rules=rules_in(tmp_path)) as place:
        key = steer(place)
        place.hear()
        while place.house.pipeline.take_batch().letters:
            pass
        lost = lose_reply_of(place, kind)
        place.step()
        body = place.page(f"Notes on {key}").latest.body

        assert (lost, refused(place)) == (True, [])
        assert body.count("rule-facts") == 1
        assert comments_on(place, f"Notes on {key}") == [f"<p>Written for <strong>{key}</strong></p>"]


def lose_reply_of(place: Town, kind: str) -> bool:
    """Send one write after another; the site does the first one of this kind, and its reply is lost."""
    house, switches = place.house, place.box.world.faults.switches
    for _ in range(60):
        with reading(house.engine) as conn:
            waiting = outbox.listed(conn, state="planned", limit=500)[::-1]
        if waiting and waiting[0].kind == kind:
            writes_only(switches)
            house.outbox.send_due(limit=1)
            return bool(switches.reply_lost_next == 0)
        if not house.outbox.send_due(limit=1):
            place.hear()
            while house.pipeline.take_batch().letters:
                pass
    return False


def writes_only(switches: object) -> None:
    switches.reply_lost_next = 1  # type: ignore[attr-defined]


def test_a_region_that_somebody_deleted_stays_deleted(tmp_path: Path, engine: Engine) -> None:
    with town(tmp_path, engine, rules=rules_in(tmp_path)) as place:
        key = steer(place)
        place.step()
        page = place.page(f"Notes on {key}")
        wiki = f"{place.box.world.confluence_url}/api/v2/pages/{page.id}"
        kept = page.latest.body.partition("<ac:structured-macro")[0]
        place.ask(
            "PUT",
            wiki,
            {
                "id": page.id,
                "status": "current",
                "title": page.title,
                "body": {"representation": "storage", "value": kept},
                "version": {"number": page.latest.number + 1},
            },
        )
        place.step()
        place.edit(key, summary="Another", labels=["steer", "again"])
        place.step()

        assert "rule-facts" not in place.page(f"Notes on {key}").latest.body
        assert refused(place) == []
