"""`connector check`: reads a rule directory as `serve` would and prints every problem with its place."""

from dataclasses import replace
from pathlib import Path

import click

from connector.core.rulebook import Place, Rulebook
from connector.pages.templates import TemplateProblem, read_templates
from connector.rulefiles.files import rules_directory, templates_directory
from connector.rulefiles.problem import Problems
from connector.rulefiles.projects import Defaults
from connector.rulefiles.read import read_rules


@click.command()
@click.argument(
    "directory", required=False, envvar="CONNECTOR_RULES_DIR", type=click.Path(path_type=Path, file_okay=False)
)
@click.option(
    "--templates",
    envvar="CONNECTOR_TEMPLATES_DIR",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of page templates that the rules may name.",
)
@click.pass_context
def check(context: click.Context, directory: Path | None, templates: Path | None) -> None:
    """Check the rule files in DIRECTORY.

    Without DIRECTORY: CONNECTOR_RULES_DIR, else ./rules, else the rules that came with the connector. Prints every
    problem as file:line:column: rule: what was found; what would do. Exits with status 1 when there is one.
    """
    chosen = rules_directory(directory)
    read = read_rules(chosen, None, Defaults(), templates=template_names(templates))
    if isinstance(read, Problems):
        for problem in read.found:
            click.echo(str(replace(problem, place=_openable(problem.place, chosen))))
        click.echo(f"{chosen}: {_counted(len(read.found), 'problem')}", err=True)
        context.exit(1)
    _check_templates(templates_directory(templates), context)
    for warning in read.warnings:
        click.echo(f"warning: {warning}")
    click.echo(f"{chosen}: {_summary(read)}; no problems")


def _openable(place: Place, directory: Path) -> Place:
    """The place by the path that leads there from where the command was called."""
    name = Path(place.file).name
    return replace(place, file=str(directory / name if "/" in place.file else directory))


def template_names(wanted: Path | None = None, *, here: Path = Path()) -> frozenset[str]:
    """The page templates there are: in the folder asked for, else in ./templates, else those shipped."""
    folder = templates_directory(wanted, here=here)
    return frozenset(one.name for one in folder.iterdir() if one.is_dir()) if folder.is_dir() else frozenset()


def _check_templates(folder: Path, context: click.Context) -> None:
    """Read the page templates as `serve` would."""
    try:
        read_templates(folder)
    except TemplateProblem as problem:
        click.echo(str(problem))
        context.exit(1)


def _summary(rules: Rulebook) -> str:
    return ", ".join(
        (
            _counted(len(rules.phases), "phase"),
            _counted(len(rules.gates), "gate"),
            _counted(len(rules.kpis), "KPI"),
            _counted(len(rules.pages), "page"),
            _counted(len(rules.automations), "automation"),
        )
    )


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
