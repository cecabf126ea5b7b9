"""`plan`, `simulate` and `why` as people call them, on a town where something has happened."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from connector.cli.main import cli
from tests.conftest import opened
from tests.flow.town import RULES, TEMPLATES, Town, town
from tests.rehearsal.snapshot import all_rows
from tests.rehearsal.test_planning import risk_told


@pytest.fixture
def place(tmp_path: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    """A town with a risk, and the environment of its commands."""
    (tmp_path / "connector.db").write_bytes(sqlite_template.read_bytes())
    with opened(f"sqlite:///{tmp_path / 'connector.db'}") as engine, town(tmp_path, engine) as held:
        site = held.house.settings.sites[0]
        given = {
            "DATABASE_URL": f"sqlite:///{tmp_path / 'connector.db'}",
            "RULES_DIR": str(RULES),
            "TEMPLATES_DIR": str(TEMPLATES),
            "CLOCK_FILE": str(tmp_path / "sandbox" / "clock.json"),
            "TIMEZONE": "Asia/Shanghai",
            **{f"{name}_URL": access.url for name, access in (("JIRA", site.jira), ("CONFLUENCE", site.confluence))},
            **{f"{name}_USER": "connector@example.com" for name in ("JIRA", "CONFLUENCE")},
            **{f"{name}_TOKEN": "token-connector" for name in ("JIRA", "CONFLUENCE")},
        }
        for name, value in given.items():
            monkeypatch.setenv(f"CONNECTOR_{name}", value)
        held.make("Risk", "The supplier is late", probability=3, impact=3)
        held.step()
        yield held


def run(*arguments: str, stdin: bytes | None = None) -> Result:
    return CliRunner().invoke(cli, list(arguments), input=stdin)


def stricter(place: Path) -> Path:
    """The shipped rules with a lower bound for high risks."""
    place.mkdir()
    for path in RULES.glob("*.yaml"):
        text = path.read_text("utf-8")
        (place / path.name).write_text(text.replace('high: ">= 15"', 'high: ">= 9"'), "utf-8")
    return place


def test_plan_prints_before_and_after_with_the_rule_behind_it(place: Town, tmp_path: Path) -> None:
    (tmp_path / "event.json").write_bytes(risk_told(place, "OPS-1", impact=5))
    before = all_rows(place.house.engine)

    result = run("plan", "--event", str(tmp_path / "event.json"))

    lines = result.output.splitlines()
    assert result.exit_code == 0, result.output
    assert "set OPS-1" in lines
    assert lines[lines.index("set OPS-1") + 1] == "    score: 9 → 15"
    assert lines[lines.index("set OPS-1") + 2].startswith("  because of risks, rules/risks.yaml:")
    assert lines[-1].endswith("would be written")
    assert all_rows(place.house.engine) == before


def test_plan_takes_the_event_from_standard_input_and_prints_json(place: Town) -> None:
    result = run("plan", "--event", "-", "--json", stdin=risk_told(place, "OPS-1", impact=4))

    told = json.loads(result.output)
    assert told["about"] == "issue.updated"
    assert {"field": "score", "before": 9, "after": 12} in [one for w in told["writes"] for one in w["differences"]]


def test_plan_tries_other_rules(place: Town, tmp_path: Path) -> None:
    rules = stricter(tmp_path / "stricter")

    result = run("plan", "--event", "-", "--json", "--rules", str(rules), stdin=risk_told(place, "OPS-1", impact=4))

    said = [str(one["told"].get("says")) for one in json.loads(result.output)["writes"]]
    assert any("High" in one for one in said)


def test_plan_of_a_project_says_when_nothing_is_to_be_written(place: Town) -> None:
    result = run("plan", "--project", "OPS")

    assert (result.exit_code, result.output.splitlines()[-1]) == (0, "nothing would be written")


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        pytest.param(("plan",), 2, "say either --event FILE or --project KEY", id="neither"),
        pytest.param(("plan", "--project", "NOPE"), 2, "project NOPE is not mirrored yet", id="unknown-project"),
        pytest.param(
            ("simulate", "--project", "OPS", "--from", "2026-02-01", "--to", "2026-01-01"),
            2,
            "--to 2026-01-01 is before --from 2026-02-01; say the earlier day first",
            id="backwards",
        ),
        pytest.param(("why", "OPS-999"), 2, "'OPS-999' is no letter, issue or page", id="unknown-subject"),
    ],
)
def test_what_cannot_be_answered_is_said_in_one_line(
    place: Town, arguments: tuple[str, ...], status: int, said: str
) -> None:
    result = run(*arguments)

    assert result.exit_code == status
    assert said in result.stderr
    assert "Traceback" not in result.stderr


def test_simulate_compares_two_rule_directories(place: Town, tmp_path: Path) -> None:
    today = place.house.clock.now().date()
    span = ("--from", str(today - timedelta(days=1)), "--to", str(today + timedelta(days=1)))
    rules = stricter(tmp_path / "stricter")
    before = all_rows(place.house.engine)

    result = run("simulate", "--project", "OPS", *span, "--rules", str(RULES), "--rules", str(rules), "--json")

    told = json.loads(result.output)
    assert [one["events"] for one in told["simulations"]] == [1, 1]
    assert ["Medium" in one["text"] for one in told["compared"]["only_a"] if one["rule"] == "risks"] == [True]
    assert ["High" in one["text"] for one in told["compared"]["only_b"] if one["rule"] == "risks"] == [True]
    assert [one["text"] for one in told["compared"]["both"] if one["rule"] == "risks"] == ["set OPS-1: score 9"]
    assert all_rows(place.house.engine) == before


def test_simulate_prints_how_often_each_rule_would_have_written(place: Town) -> None:
    today = place.house.clock.now().date()

    result = run("simulate", "--project", "OPS", "--from", str(today), "--to", str(today + timedelta(days=1)))

    assert result.exit_code == 0, result.output
    row = next(line for line in result.output.splitlines() if line.startswith("│ risks"))
    assert [cell.strip() for cell in row.strip("│").split("│")][:4] == ["risks", "2", "", "1"]


def test_why_tells_of_an_issue_and_then_of_its_event(place: Town) -> None:
    place.edit("OPS-1", impact=4)
    place.step()
    issue = run("why", "OPS-1")
    inbox = [line.split()[1] for line in issue.output.splitlines() if "→ risks" in line][-1]
    event = run("why", inbox)

    assert (issue.exit_code, event.exit_code) == (0, 0)
    assert "OPS-1 The supplier is late (To Do)" in issue.output.splitlines()[0]
    assert any(
        line.startswith("  risks judged it: score 12 = 3 × 4, band medium") for line in event.output.splitlines()
    )
    assert any(line.lstrip().startswith("FAILS  priority = Highest") for line in event.output.splitlines())
    assert any("confirmed" in line for line in event.output.splitlines())


def test_why_tells_of_a_page_as_json(place: Town) -> None:
    page = next(one for one in place.box.world.confluence.pages("OPS") if "OPS" in one.title)

    told = json.loads(run("why", page.title, "--json").output)

    assert (told["kind"], told["page_id"]) == ("page", str(page.id))
    assert told["writes"][0]["came"]["rule"] == "page status"
