"""`connector backfill` fills a project's mirror; `connector rollup` judges it and writes its pages, now."""

from collections.abc import Iterator

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from connector.atlassian.failures import Refused
from connector.cli.choosing import chosen_site, house_for, project_option, site_option
from connector.core.errors import ConnectorError
from connector.core.figures.figure import Figure
from connector.core.findings import Findings
from connector.normalise.rest import rest_issue, rest_page
from connector.pipeline.absorb import absorb, close_project, open_project
from connector.settings import read_settings
from connector.store import issues, outbox
from connector.store.engine import migrate, reading
from connector.wiring.house import House

AT_ONCE = 100


class UnknownProject(ConnectorError):
    """The project is not under rules, or was never seen."""


@click.command()
@project_option
@site_option
def backfill(key: str, site_name: str | None) -> None:
    """Fill the mirror of a project with all its issues, histories and pages. Fires no rule and writes nothing."""
    house = house_for(read_settings())
    site = chosen_site(house.settings, site_name).name
    migrate(house.engine)
    house.clients.learn(house.engine, site)
    ground = house.rules.rules_of(site)
    rules = ground.rulebook.project_for(key) if ground else None
    if rules is None:
        raise UnknownProject(f"project {key} is under no rules; name it under projects: in the rule files")
    # A search for a project that is not there may just find nothing; asked for by its key, Jira says so.
    house.clients.jira(site).issue_types(key)
    open_project(house.engine, site, key, key, house.clock.now())
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console) as progress:
        for count in _take_issues(house, site, key, progress):
            progress.advance(progress.tasks[0].id, count)
        for _ in _take_pages(house, site, rules.space, progress):
            progress.advance(progress.tasks[1].id)
    close_project(house.engine, site, key)
    with reading(house.engine) as conn:
        counted = issues.counts(conn, site, key)
    click.echo(f"{key}: {sum(counted.values())} issues mirrored")
    for category, count in sorted(counted.items()):
        click.echo(f"  {category:<15}{count:>8}")
    click.echo(f"`connector rollup --project {key}` shows what its rules find and would write.")


@click.command()
@project_option
@site_option
@click.option("--write", "mode", flag_value="write", help="Write to Jira and Confluence even if the rules observe.")
@click.option("--observe", "mode", flag_value="observe", help="Write nothing, only show what would be written.")
def rollup(key: str, site_name: str | None, mode: str | None) -> None:
    """Judge one project now, show what was found, and carry its writes out (in mode write)."""
    house = house_for(read_settings())
    site = chosen_site(house.settings, site_name).name
    migrate(house.engine)
    house.clients.learn(house.engine, site)
    done = house.rollup.run(site, key, is_urgent=True, mode=mode)
    if done is None:
        raise UnknownProject(
            f"project {key} is not mirrored yet, or another process is at it; connector backfill fills it"
        )
    _show(done.findings)
    verb = "would write" if done.is_observed else "writes"
    for planned in done.planned:
        click.echo(f"{verb}: {planned.write.natural_key}  ({planned.rule}, {planned.place})")
    if done.is_paused:
        click.echo(f"{key} is paused: nothing was written; connector status shows since when, connector resume ends it")
        return
    if done.is_observed:
        click.echo(
            f"{key} is in observe mode: nothing was written. --write writes this once; mode: write in the rules,"
        )
        click.echo("or `connector mode --project KEY write`, always.")
        return
    while house.outbox.send_due():
        pass
    with reading(house.engine) as conn:
        rows = outbox.listed(conn, site=site, project=key, limit=len(done.planned) or 1)
    for row in rows:
        click.echo(f"{row.state}: {row.natural_key}" + (f": {row.reason}" if row.reason else ""))
    if any(row.state == "refused" for row in rows):
        raise click.exceptions.Exit(1)


def _take_issues(house: House, site: str, key: str, progress: Progress) -> Iterator[int]:
    """Read and absorb the project's issues, page by page; gives the number of each page."""
    jira = house.clients.jira(site)
    query = f'project = "{key}" ORDER BY key ASC'
    progress.add_task(f"{key} issues", total=jira.count(f'project = "{key}"'))
    ids: list[str] = []
    for page in jira.search(query, fields=["updated"]):
        ids.extend(str(raw["id"]) for raw in page)
        while len(ids) >= AT_ONCE:
            yield _absorb_issues(house, site, ids[:AT_ONCE])
            ids = ids[AT_ONCE:]
    if ids:
        yield _absorb_issues(house, site, ids)


def _absorb_issues(house: House, site: str, ids: list[str]) -> int:
    now = house.clock.now()
    raw = house.clients.jira(site).issues(ids)
    absorb(house.engine, site, [event for one in raw for event in rest_issue(site, one, now)])
    return len(ids)


def _take_pages(house: House, site: str, space: str, progress: Progress) -> Iterator[None]:
    """Read and absorb the pages of the project's space; a project without a space has none."""
    progress.add_task(f"{space} pages", total=None)
    confluence, now = house.clients.confluence(site), house.clock.now()
    try:
        for page in confluence.pages_of(space):
            absorb(house.engine, site, rest_page(site, page.raw, now, space=page.space, labels=page.labels))
            yield
    except Refused as refusal:
        click.echo(f"connector: space {space} cannot be read: {refusal}", err=True)


def _show(found: Findings) -> None:
    """The findings in short, for a terminal."""
    table = Table(title=f"{found.project} as of {found.as_of.isoformat(timespec='minutes')}, phase {found.phase}")
    for heading in ("KPI", "value", "target", "light"):
        table.add_column(heading)
    for kpi in found.kpis:
        table.add_row(kpi.kpi, _shown(kpi.figure), kpi.target or "", kpi.light)
    console = Console()
    console.print(table)
    figures = Table("figure", "value", "unit", "used of total")
    for name, figure in found.figures.items():
        figures.add_row(name, _shown(figure), figure.unit, f"{figure.used} of {figure.total}")
    console.print(figures)
    console.print("issues by status category: " + ", ".join(f"{k} {v}" for k, v in found.by_category.items()))


def _shown(figure: Figure) -> str:
    """The figure's value, or why there is none."""
    if figure.value is None:
        return f"null: {figure.reason}"
    text = f"{figure.value:.4f}"
    return text.rstrip("0").rstrip(".")
