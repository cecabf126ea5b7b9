from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine

from connector.cli.main import cli
from connector.core.actions import EnsureLabel, Planned, SendMessage
from connector.store import findings, in_force, inbox, outbox, planning, projects
from connector.store.engine import reading, writing
from connector.store.in_force import InForce
from connector.store.inbox import NewLetter

NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


@pytest.fixture
def called(engine: Engine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """The command's environment: one site, over a database of its own."""
    given = {
        "DATABASE_URL": engine.url.render_as_string(hide_password=False),
        "JIRA_URL": "https://jira.example.com",
        "CONFLUENCE_URL": "https://wiki.example.com",
    }
    for name, value in given.items():
        monkeypatch.setenv(f"CONNECTOR_{name}", value)
    monkeypatch.chdir(tmp_path)
    return monkeypatch


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, list(arguments))


@pytest.mark.usefixtures("called")
def test_status_shows_projects_what_waits_and_what_was_refused_with_the_reasons(engine: Engine) -> None:
    label = EnsureLabel(issue="10001", key="OPS-1", label="escalated")
    letter = NewLetter(
        site="main",
        source="jira",
        delivery="one",
        body_hash="0",
        name="issue.updated",
        trace=None,
        received_at=NOW,
        body=b"{}",
    )
    with writing(engine) as conn:
        projects.ensure(conn, "main", "OPS")
        (row_id,) = inbox.put(conn, [letter])
        assert row_id is not None
        inbox.set_aside(conn, row_id, "issue.id is missing; expected an id")
        (write_id,) = planning.plan_all(
            conn,
            "main",
            "OPS",
            [Planned(write=label, rule="risks", place="rules/risks.yaml:17:3")],
            now=NOW,
            run="test",
            rules="0",
            is_observed=False,
        )
        assert write_id is not None
        outbox.refuse(conn, write_id, "403: give the account the permission to edit issues", NOW)

    result = run("status")

    assert (result.exit_code, result.stdout.splitlines()) == (
        0,
        [
            f"{'inbox waiting':<20}{0:>8}",
            f"{'inbox aside':<20}{1:>8}",
            f"{'outbox waiting':<20}{0:>8}",
            f"{'dead letters':<20}{1:>8}",
            "project main/OPS: last rolled up never",
            f"aside {row_id} jira issue.updated: issue.id is missing; expected an id",
            f"refused {write_id} {label.natural_key} (risks, rules/risks.yaml:17:3): "
            "403: give the account the permission to edit issues",
            "run   decided                    projects  rules  writes",
            "test  2026-01-05T09:00:00+00:00  OPS       risks  1 refused",
        ],
    )


@pytest.mark.usefixtures("called")
@pytest.mark.parametrize(
    ("mode", "kept", "said"),
    [
        pytest.param("observe", "observe", "main/OPS: observe\n", id="observe"),
        pytest.param("write", "write", "main/OPS: write\n", id="write"),
        pytest.param("rules", None, "main/OPS: as the rule files say\n", id="rules"),
    ],
)
def test_mode_overrules_the_rule_files_until_it_is_given_back(
    engine: Engine, mode: str, kept: str | None, said: str
) -> None:
    with writing(engine) as conn:
        projects.ensure(conn, "main", "OPS")

    result = run("mode", "--project", "OPS", mode)

    with reading(engine) as conn:
        row = projects.get(conn, "main", "OPS")
        due = [one.key for one in projects.due(conn)]
    assert (result.exit_code, result.stdout) == (0, said)
    assert row is not None
    assert (row.mode, due) == (kept, ["OPS"])


@pytest.mark.usefixtures("called")
def test_mode_asks_for_a_backfill_of_a_project_that_is_not_mirrored() -> None:
    result = run("mode", "--project", "NOPE", "write")

    assert (result.exit_code, result.stderr) == (
        2,
        "connector: project NOPE is not mirrored yet; connector backfill --project NOPE fills it first\n",
    )


@pytest.mark.usefixtures("called")
def test_what_a_person_can_put_right_is_said_in_one_line() -> None:
    result = run("mode", "--project", "OPS", "--site", "mian", "write")

    assert (result.exit_code, result.stderr) == (2, "connector: there is no site 'mian'; there is main\n")


def test_a_wrong_setting_ends_every_command_in_one_line(called: pytest.MonkeyPatch) -> None:
    called.setenv("CONNECTOR_PORT", "http")

    results = [run(*arguments) for arguments in (["status"], ["serve"], ["backfill", "--project", "OPS"])]

    told = "connector: CONNECTOR_PORT is 'http'; it must be a number from 0 to 65535, such as 8080\n"
    assert [(one.exit_code, one.stderr) for one in results] == [(2, told)] * 3


def test_serve_without_a_site_says_what_to_set(called: pytest.MonkeyPatch) -> None:
    for name in ("JIRA_URL", "CONFLUENCE_URL"):
        called.delenv(f"CONNECTOR_{name}")

    result = run("serve")

    assert result.exit_code == 2
    assert result.stderr.startswith("connector: no site is set; give CONNECTOR_JIRA_URL and CONNECTOR_CONFLUENCE_URL")


@pytest.mark.usefixtures("called")
def test_status_tells_of_a_chain_of_rules_that_was_cut_with_its_links(engine: Engine) -> None:
    told = {"at": NOW, "rules": "0", "cause": "inbox 7"}
    with writing(engine) as conn:
        projects.ensure(conn, "main", "OPS")
        findings.set_judgement(conn, "main", "chains cut OPS", "automation a → automation b", told)

    lines = run("status").stdout.splitlines()

    at = NOW.isoformat(timespec="seconds")
    assert f"chain of rules cut main/OPS at {at}: automation a → automation b; let one of them rest" in lines


@pytest.mark.usefixtures("called")
def test_status_tells_which_rules_are_in_force_and_what_is_wrong_with_newer_ones(engine: Engine) -> None:
    problem = "rules/gates.yaml:2:1: gatez: unknown key 'gatez'; did you mean 'gates'?"
    now = InForce(rules="0b90b50551f4aa", since=NOW, problems=(problem,), warnings=("rules/projects.yaml:7:3: score",))
    with writing(engine) as conn:
        in_force.tell(conn, "main", now)

    lines = run("status").stdout.splitlines()

    assert lines[-3:] == [
        "rules main: 0b90b50551f4 since 2026-01-05T09:00:00+00:00; newer ones cannot be used, 1 problem",
        f"  {problem}",
        "  warning: rules/projects.yaml:7:3: score",
    ]


@pytest.mark.usefixtures("called")
def test_what_was_refused_is_sent_once_more_by_its_number(engine: Engine) -> None:
    told = [
        SendMessage(channel="ops", rule="late 1", about="issue 1007", occasion=one, text="Late") for one in ("a", "b")
    ]
    with writing(engine) as conn:
        planned = [Planned(write=one, rule="automation late", place="p") for one in told]
        ids = planning.plan_all(conn, "main", "OPS", planned, now=NOW, run="r", rules="h", is_observed=False)
        for row_id in ids:
            assert row_id is not None
            outbox.refuse(conn, row_id, "it may have been sent", NOW)

    done, unknown = run("retry", str(ids[0])), run("retry", str(ids[0]), "999")

    with reading(engine) as conn:
        states = [row.state for row in outbox.listed(conn)[::-1]]
    assert (done.exit_code, done.stdout) == (
        0,
        f"{ids[0]} issue 1007 message to ops of late 1 after a: is sent once more\n",
    )
    assert (unknown.exit_code, unknown.stderr) == (
        2,
        f"connector: {ids[0]}, 999: no such write was refused; `connector status` shows those that were\n",
    )
    assert states == ["planned", "refused"]
