import gzip
import json
from pathlib import Path

from click.testing import CliRunner
from sqlalchemy import Engine

from connector.cli.main import cli
from connector.sandbox.server import Sandbox
from connector.sandbox.world import SandboxOptions
from connector.store import changes, inbox, issues, outbox
from connector.store.engine import reading

ROOT = Path(__file__).parents[2]
STATUSES = {"new": ("1", "To Do"), "indeterminate": ("3", "In Progress"), "done": ("5", "Done")}
HOW_MANY = {"new": 130, "indeterminate": 40, "done": 60}


def seed(file: Path) -> None:
    """Issues of an invented project, a file as REST gives them, each finished one with its history."""
    number = 0
    with gzip.open(file, "wt", encoding="utf-8") as out:
        for category, count in HOW_MANY.items():
            for _ in range(count):
                number += 1
                out.write(json.dumps(issue(number, category)) + "\n")


def issue(number: int, category: str) -> dict[str, object]:
    status_id, name = STATUSES[category]
    moves = [
        move(number * 10, "2026-02-02T09:00:00.000+0000", "new", "indeterminate"),
        move(number * 10 + 1, "2026-02-04T17:00:00.000+0000", "indeterminate", "done"),
    ]
    return {
        "id": str(20000 + number),
        "key": f"HAR-{number}",
        "changelog": {"histories": moves if category == "done" else []},
        "fields": {
            "summary": f"Harbour work {number}",
            "project": {"id": "777", "key": "HAR", "name": "Harbour"},
            "issuetype": {"id": "9", "name": "Task", "subtask": False},
            "status": {"id": status_id, "name": name, "statusCategory": {"key": category, "id": 2, "name": name}},
            "created": "2026-02-01T09:00:00.000+0000",
            "updated": "2026-02-05T09:00:00.000+0000",
            "labels": [],
            "resolution": None,
        },
    }


def move(history: int, at: str, before: str, after: str) -> dict[str, object]:
    item = {
        "field": "status",
        "fieldId": "status",
        "fieldtype": "jira",
        "from": STATUSES[before][0],
        "fromString": STATUSES[before][1],
        "to": STATUSES[after][0],
        "toString": STATUSES[after][1],
    }
    return {"id": str(history), "created": at, "items": [item]}


def test_a_backfill_fills_the_mirror_fires_nothing_and_one_rollup_writes_the_page(
    tmp_path: Path, engine: Engine
) -> None:
    seed(tmp_path / "harbour.jsonl.gz")
    with Sandbox(SandboxOptions(port=0, seed=tmp_path / "harbour.jsonl.gz")) as box:
        environment = {
            "CONNECTOR_DATABASE_URL": engine.url.render_as_string(hide_password=False),
            "CONNECTOR_JIRA_URL": box.world.jira_url,
            "CONNECTOR_CONFLUENCE_URL": box.world.confluence_url,
            "CONNECTOR_RULES_DIR": str(ROOT / "rules"),
            "CONNECTOR_TEMPLATES_DIR": str(ROOT / "templates"),
            **{f"CONNECTOR_{product}_USER": "connector@example.com" for product in ("JIRA", "CONFLUENCE")},
            **{f"CONNECTOR_{product}_TOKEN": "token-connector" for product in ("JIRA", "CONFLUENCE")},
        }
        filled = CliRunner().invoke(cli, ["backfill", "--project", "HAR"], env=environment)
        with reading(engine) as conn:
            counted = issues.counts(conn, "main", "HAR")
            history = changes.changes_of(conn, "main", "20171")
            waiting = (inbox.waiting(conn), outbox.counts_by_state(conn))
        watched = CliRunner().invoke(cli, ["rollup", "--project", "HAR"], env=environment)
        titles_before = [page.title for page in box.world.confluence.pages("HAR")]
        rolled = CliRunner().invoke(cli, ["rollup", "--project", "HAR", "--write"], env=environment)
        page = next(one for one in box.world.confluence.pages("HAR") if one.title == "HAR status")

    assert filled.exit_code == 0, filled.output
    assert counted == HOW_MANY
    assert [(one.before, one.after) for one in history] == [("To Do", "In Progress"), ("In Progress", "Done")]
    assert waiting == (0, {})
    assert "observe mode: nothing was written" in watched.output
    assert titles_before == ["Harbour Home"]
    assert rolled.exit_code == 0, rolled.output
    assert "confirmed: project HAR page status" in rolled.output
    assert "cycle_time_median" in rolled.output
    assert "60" in page.latest.body


def test_a_backfill_of_a_project_that_is_not_there_says_so(tmp_path: Path, engine: Engine) -> None:
    with Sandbox(SandboxOptions(port=0)) as box:
        environment = {
            "CONNECTOR_DATABASE_URL": engine.url.render_as_string(hide_password=False),
            "CONNECTOR_JIRA_URL": box.world.jira_url,
            "CONNECTOR_CONFLUENCE_URL": box.world.confluence_url,
            **{f"CONNECTOR_{product}_USER": "connector@example.com" for product in ("JIRA", "CONFLUENCE")},
            **{f"CONNECTOR_{product}_TOKEN": "token-connector" for product in ("JIRA", "CONFLUENCE")},
        }
        found = CliRunner().invoke(cli, ["backfill", "--project", "NOPE"], env=environment)

    assert found.exit_code == 2
    assert "NOPE" in found.output
    assert "Traceback" not in found.output
