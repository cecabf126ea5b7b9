"""`connector test` plays the rule tests that lie beside a rule directory and shows expected and got side by side."""

import json
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from connector.pages.templates import TemplateProblem, read_templates
from connector.rehearsal.cases.reading import read_cases
from connector.rehearsal.cases.running import BadCase, Ground, Played, ground_of, play
from connector.rehearsal.telling import jsonable
from connector.rulefiles.files import rules_directory, templates_directory
from connector.rulefiles.problem import Problems

NOTHING = "(nothing)"


@click.command("test")
@click.argument(
    "directory", required=False, envvar="CONNECTOR_RULES_DIR", type=click.Path(path_type=Path, file_okay=False)
)
@click.option(
    "--templates",
    envvar="CONNECTOR_TEMPLATES_DIR",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of page templates that the rules may name.",
)
@click.option("--only", metavar="TEXT", default="", help="Only the cases whose name holds this text.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of text.")
@click.pass_context
def test(context: click.Context, directory: Path | None, templates: Path | None, only: str, as_json: bool) -> None:
    """Play the rule tests in DIRECTORY/tests on the rules in DIRECTORY.

    Without DIRECTORY: CONNECTOR_RULES_DIR, else ./rules, else the rules that came with the connector. Exits with status
    1 when a case comes out otherwise than expected, with status 2 when the rules or the tests cannot be read.
    """
    chosen = rules_directory(directory)
    played = _play_all(chosen, templates, only, context)
    failed = [one for one in played if not one.is_met]
    if as_json:
        told = [
            {"name": one.name, "place": one.place, "passed": one.is_met, "lines": jsonable(one.lines)} for one in played
        ]
        click.echo(json.dumps({"cases": told, "failed": len(failed)}, ensure_ascii=False, indent=2))
    else:
        for one in failed:
            _show(one)
        click.echo(f"{chosen}: {len(played)} case{'' if len(played) == 1 else 's'}, {len(failed)} failed")
    if failed:
        context.exit(1)


def _play_all(directory: Path, templates: Path | None, only: str, context: click.Context) -> list[Played]:
    cases = read_cases(directory)
    if isinstance(cases, Problems):
        _give_up(cases, context)
        return []
    try:
        filled = read_templates(templates_directory(templates))
    except TemplateProblem as problem:
        raise BadCase(str(problem)) from problem
    grounds: dict[str | None, Ground] = {}
    played: list[Played] = []
    problems: list[Problems] = []
    for case in (one for one in cases if only in one.name):
        if case.project not in grounds:
            ground = ground_of(directory, case.project, filled)
            if isinstance(ground, Problems):
                _give_up(ground, context)
                return []
            grounds[case.project] = ground
        done = play(case, grounds[case.project], filled)
        if isinstance(done, Problems):
            problems.append(done)
        else:
            played.append(done)
    if problems:
        _give_up(Problems(found=tuple(one for some in problems for one in some.found)), context)
    return played


def _give_up(problems: Problems, context: click.Context) -> None:
    for problem in problems.found:
        click.echo(str(problem), err=True)
    context.exit(2)


def _show(one: Played) -> None:
    """A failing case, expected and got side by side."""
    click.echo(f"{one.place}: {one.name}")
    table = Table("", "expected", "got")
    for line in one.lines:
        table.add_row("" if line.is_met else "✗", line.expected or NOTHING, line.got or NOTHING)
    console = Console()
    (console if console.is_terminal else Console(width=160)).print(table, markup=False)
