"""`connector check`: reads a rule directory as `serve` would and prints every problem with its place."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import click

from connector.cli.choosing import chosen_site, site_option
from connector.core.errors import ConnectorError
from connector.core.rulebook import Place, Rulebook
from connector.pages.templates import TemplateProblem, read_templates
from connector.rulefiles.files import rules_directory, templates_directory
from connector.rulefiles.problem import Problem, Problems, in_order
from connector.rulefiles.projects import Defaults
from connector.rulefiles.read import read_rules
from connector.rulefiles.references import Reference
from connector.settings import read_settings
from connector.wiring.channel_check import channel_warnings
from connector.wiring.checking import SiteCheck
from connector.wiring.clients import Clients


class NoFolder(ConnectorError):
    """A folder that was named is not there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is to be checked, and against which site."""

    directory: Path
    templates: frozenset[str]
    people: Path | None
    site: str | None


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
@click.option(
    "--people",
    envvar="CONNECTOR_PEOPLE_FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File with people's capacity, rates and leave; goes before the one that the rules name.",
)
@click.option(
    "--channels",
    envvar="CONNECTOR_CHANNELS_FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File of the channels that rules notify: is each of them there?",
)
@click.option("--online", is_flag=True, help="Also look for everything that the rules name in the real site.")
@site_option
@click.pass_context
def check(
    context: click.Context,
    directory: Path | None,
    templates: Path | None,
    people: Path | None,
    channels: Path | None,
    online: bool,
    site_name: str | None,
) -> None:
    """Check the rule files in DIRECTORY.

    Without DIRECTORY: CONNECTOR_RULES_DIR, else ./rules, else the rules that came with the connector. Prints every
    problem as file:line:column: rule: what was found; what would do. Exits with status 1 when there is one.

    --online asks the site in the settings: are the fields, statuses, issue types, priorities, kinds of links, people,
    groups, roles, projects, spaces and pages there that the rules name? It only reads.
    """
    chosen, folder = rules_directory(directory), templates_directory(templates)
    if not folder.is_dir():
        raise NoFolder(f"{folder} is no folder; name the one that holds the page templates")
    looked = _looked_up if online else _read_alone
    read, problems = looked(Asked(directory=chosen, templates=template_names(templates), people=people, site=site_name))
    found = [str(replace(one, place=_openable(one.place, chosen))) for one in problems]
    found += _template_problems(folder)
    for line in found:
        click.echo(line)
    for warning in (*read.warnings, *channel_warnings(read, channels)) if isinstance(read, Rulebook) else ():
        click.echo(f"warning: {warning}")
    if isinstance(read, Problems) or found:
        click.echo(f"{chosen}: {_counted(len(found), 'problem')}", err=True)
        context.exit(1)
    click.echo(f"{chosen}: {_summary(read)}; no problems")


def _read_alone(asked: Asked) -> tuple[Rulebook | Problems, Sequence[Problem]]:
    """The rules read without a site: its own fields are taken on trust."""
    read = read_rules(asked.directory, None, Defaults(), templates=asked.templates, people_file=asked.people)
    return read, read.found if isinstance(read, Problems) else ()


def _looked_up(asked: Asked) -> tuple[Rulebook | Problems, Sequence[Problem]]:
    """The rules read against the site's own fields, and what else of theirs is not there."""
    settings = read_settings()
    site = chosen_site(settings, asked.site)
    clients = Clients({site.name: site})
    named: list[Reference] = []
    read = read_rules(
        asked.directory,
        clients.jira(site.name).fields(),
        Defaults(locale=settings.locale, timezone=settings.timezone.key),
        templates=asked.templates,
        people_file=asked.people,
        named=named,
    )
    checked = SiteCheck(clients.jira(site.name), clients.confluence(site.name)).check(named)
    for kind in checked.unasked:
        click.echo(f"warning: this site cannot be asked for its {kind}; they were not checked", err=True)
    return read, in_order((*(read.found if isinstance(read, Problems) else ()), *checked.problems))


def _openable(place: Place, directory: Path) -> Place:
    """The place by the path that leads there from where the command was called."""
    name = Path(place.file).name
    return replace(place, file=str(directory / name if "/" in place.file else directory))


def template_names(wanted: Path | None = None, *, here: Path = Path()) -> frozenset[str]:
    """The page templates there are: in the folder asked for, else in ./templates, else those shipped."""
    folder = templates_directory(wanted, here=here)
    return frozenset(one.name for one in folder.iterdir() if one.is_dir()) if folder.is_dir() else frozenset()


def _template_problems(folder: Path) -> list[str]:
    """Read the page templates as `serve` would."""
    try:
        read_templates(folder)
    except TemplateProblem as problem:
        return str(problem).splitlines()
    return []


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
