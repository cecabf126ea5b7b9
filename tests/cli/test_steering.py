import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine

from connector.cli.main import cli
from connector.core.actions import EnsureLabel, Planned
from connector.store import inbox, outbox, pauses, planning, projects
from connector.store.engine import reading, writing

NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
RULES = """\
language: 1
projects: [{jira: [OPS], mode: write, space: OPS}]
pages: [{id: late, template: status, title: {en: Late}}]
automations:
  - {id: late, when: [issue.updated], if: issuetype = Task, then: [{add_label: late}]}
  - {id: early, when: [issue.updated], if: issuetype = Task, then: [{add_label: early}]}
"""


@pytest.fixture(autouse=True)
def office(engine: Engine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The commands' environment: one site with project OPS, over a database of its own."""
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "rules.yaml").write_text(RULES, "utf-8")
    given = {
        "DATABASE_URL": engine.url.render_as_string(hide_password=False),
        "JIRA_URL": "https://jira.example.com",
        "CONFLUENCE_URL": "https://wiki.example.com",
        "RULES_DIR": str(tmp_path / "rules"),
    }
    for name, value in given.items():
        monkeypatch.setenv(f"CONNECTOR_{name}", value)
    monkeypatch.chdir(tmp_path)
    with writing(engine) as conn:
        projects.ensure(conn, "main", "OPS")
        projects.ensure(conn, "main", "MKT")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, list(arguments))


def holds(engine: Engine, count: int, rule: str = "automation late", project: str = "OPS") -> None:
    planned = [
        Planned(write=EnsureLabel(issue=f"{n}", key=f"{project}-{n}", label=f"{rule} {project}"), rule=rule, place="p")
        for n in range(count)
    ]
    with writing(engine) as conn:
        planning.plan_all(
            conn, "main", project, planned, now=NOW, run="events 1", rules="h", is_observed=False, is_held=True
        )


def states(engine: Engine) -> dict[str, int]:
    with reading(engine) as conn:
        return dict(sorted(outbox.counts_by_state(conn).items()))


def test_a_pause_says_how_it_ends_and_a_second_one_since_when_it_is(engine: Engine) -> None:
    first = run("pause", "--project", "OPS", "--reason", "the rules\nare wrong")
    again = run("pause", "--project", "OPS")

    with reading(engine) as conn:
        (held,) = pauses.of_site(conn, "main")
    since = held.at.isoformat(timespec="seconds")
    assert first.stdout == "main/OPS: paused; `connector resume --project OPS` lets it go on\n"
    assert again.stdout == f"main/OPS: paused already, since {since}: the rules are wrong\n"


def test_going_on_marks_the_project_and_tells_the_event_path(engine: Engine) -> None:
    run("pause")
    with writing(engine) as conn:
        for key in ("MKT", "OPS"):
            projects.rolled_up(conn, "main", key, projects.dirty_n(conn, "main", key), NOW)

    result = run("resume")

    with reading(engine) as conn:
        due = [one.key for one in projects.due(conn)]
        letters = [(one.name, one.source) for one in inbox.peek(conn, limit=10)]
    assert result.stdout == "site main: goes on\n"
    assert due == ["MKT", "OPS"]
    assert letters == [("project.resumed", "clock")] * 2


def test_what_was_not_paused_is_said_and_what_else_is_paused_too() -> None:
    run("pause", "--reason", "upgrade")

    result = run("resume", "--project", "OPS")

    assert result.stdout == "main/OPS: was not paused\nsite main: still paused: upgrade\n"


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        pytest.param(
            ["--project", "OSP"], "project OSP is not mirrored in site main; did you mean 'OPS'?", id="project"
        ),
        pytest.param(["--rule", "eraly"], "there is no rule 'eraly'; did you mean 'early'?", id="rule"),
        pytest.param(
            ["--rule", "late"],
            "several rules are called 'late'; say which: automation late, page late",
            id="two-rules",
        ),
    ],
)
@pytest.mark.parametrize("command", ["pause", "resume"])
def test_an_unknown_name_is_an_error_with_the_nearest_one(command: str, arguments: list[str], problem: str) -> None:
    result = run(command, *arguments)

    assert (result.exit_code, result.stderr) == (2, f"connector: {problem}\n")


def test_a_rule_can_be_stopped_although_the_rule_files_are_wrong(engine: Engine, tmp_path: Path) -> None:
    holds(engine, 1)
    (tmp_path / "rules" / "rules.yaml").write_text("language: [", "utf-8")

    result = run("pause", "--rule", "late")

    assert result.exit_code == 0
    assert "cannot be used" in result.stderr
    assert result.stdout == "automation late: paused; `connector resume --rule 'automation late'` lets it go on\n"


def test_what_a_rule_holds_back_is_listed_and_let_go(engine: Engine) -> None:
    holds(engine, 2)
    holds(engine, 1, project="MKT")
    holds(engine, 1, rule="automation early")

    listed = run("release", "late", "--list")
    before = states(engine)
    released = run("release", "late", "--project", "OPS")

    lines = [f"OPS  issue {n} label automation late OPS  (automation late, p)" for n in range(2)]
    assert listed.stdout.splitlines() == [
        *lines,
        "MKT  issue 0 label automation late MKT  (automation late, p)",
        "3 writes held back",
    ]
    assert before == {"held": 4}
    assert released.stdout.splitlines() == [
        *lines,
        "2 writes released; they leave with the next round of connector serve",
    ]
    assert states(engine) == {"held": 2, "planned": 2}


def test_all_that_is_held_back_is_let_go_together(engine: Engine) -> None:
    holds(engine, 1)
    holds(engine, 1, rule="automation early")

    run("release", "--all")

    assert states(engine) == {"planned": 2}


def test_a_rule_that_holds_nothing_back_is_an_error_that_names_those_that_do(engine: Engine) -> None:
    holds(engine, 1)

    result = run("release", "early")

    assert (result.exit_code, result.stderr) == (
        2,
        "connector: rule early holds nothing back; there is automation late, late\n",
    )


def test_status_shows_pauses_held_writes_and_runs_in_columns(engine: Engine) -> None:
    holds(engine, 2)
    run("pause", "--rule", "automation late", "--reason", "too many labels")

    lines = run("status").stdout.splitlines()[6:]
    told = json.loads(run("status", "--json", "--runs", "1").stdout)

    with reading(engine) as conn:
        (held,) = pauses.of_site(conn, "main")
    assert lines == [
        f"paused rule main/automation late since {held.at.isoformat(timespec='seconds')}: too many labels",
        "held main/OPS automation late: 2 writes; `connector release late --project OPS` lets them go",
        "run       decided                    projects  rules            writes",
        "events 1  2026-01-05T09:00:00+00:00  OPS       automation late  2 held",
    ]
    site = told["sites"][0]
    assert (site["held"], [one["name"] for one in site["paused"]], [one["name"] for one in told["runs"]]) == (
        [{"rule": "automation late", "project": "OPS", "writes": 2}],
        ["automation late"],
        ["events 1"],
    )


def test_no_runs_are_shown_when_none_are_asked_for(engine: Engine) -> None:
    holds(engine, 1)

    assert "events 1" not in run("status", "--runs", "0").stdout
