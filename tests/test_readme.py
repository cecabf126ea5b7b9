import re
from pathlib import Path

import click

from connector.cli.main import cli
from connector.metrics import WAITING
from connector.settings import DEFAULTS

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")


def test_every_setting_is_explained_with_its_default() -> None:
    rows = [line.split("|")[1:4] for line in section("Settings").splitlines() if line.startswith("| `")]
    told = {}
    for names, defaults, _ in rows:
        quoted = re.findall(r"`([^`]*)`", defaults)
        for number, name in enumerate(re.findall(r"`([A-Z_]+)`", names)):
            told[name] = quoted[number if len(quoted) > number else -1] if quoted else ""

    assert sorted(told) == sorted(DEFAULTS)
    # A folder's default is where it is looked for, which is no value of the setting.
    fixed = {name: value for name, value in DEFAULTS.items() if value}
    assert {name: told[name] for name in fixed} == fixed


def test_every_command_and_every_argument_that_must_be_given_is_shown() -> None:
    commands = {name: command for name, command in cli.commands.items() if not command.hidden}
    told = section("Commands")

    assert [name for name in commands if f"`connector {name}" not in told] == []
    for name, command in commands.items():
        needed = [one.opts[0] for one in command.params if one.required and isinstance(one, click.Option)]
        row = next(line for line in told.splitlines() if line.startswith(f"| `connector {name}"))
        assert [option for option in needed if option not in row] == [], name


def test_every_command_explains_itself_and_its_options() -> None:
    commands = {name: command for name, command in cli.commands.items() if not command.hidden}

    assert [name for name, command in commands.items() if not command.help] == []


def test_every_target_of_make_is_told_by_make_itself() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    told = re.findall(r'@echo "make (\w+) ', makefile)

    assert told == ["demo", "test", "story", "check", "browser", "chaos", "bench", "fix"]
    assert [name for name in told if f"make {name}" not in README] == []


def test_every_status_that_the_doors_answer_is_explained() -> None:
    told = section("What the doors answer")

    assert re.findall(r"^\| (\d+) \|", told, re.MULTILINE) == ["202", "200", "400", "401", "413", "503"]


def test_the_metrics_have_names_that_people_can_look_for() -> None:
    assert sorted(WAITING) == [
        "connector_dead_letters",
        "connector_inbox_aside",
        "connector_inbox_waiting",
        "connector_outbox_waiting",
    ]


def test_every_link_to_a_file_leads_somewhere() -> None:
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", README)

    assert [link for link in links if not (ROOT / link).exists()] == []


def section(title: str) -> str:
    """The text under a heading of the README."""
    found = re.search(rf"^#+ {re.escape(title)}\n(.*?)(?=^#+ )", README, re.MULTILINE | re.DOTALL)
    assert found is not None, f"README.md has no section {title!r}"
    return found[1]
