"""`connector simulate` plays a project's mirrored history under other rules and tells what would have fired."""

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from connector.cli.choosing import chosen_site, project_option, site_option
from connector.cli.plan import checked_project, house_under, json_option
from connector.core.errors import ConnectorError
from connector.intake.timers import put_ticks
from connector.rehearsal.history import read_past
from connector.rehearsal.simulated import Compared, Fired, Simulated, compare
from connector.rehearsal.simulating import Span, simulate
from connector.rehearsal.telling import jsonable
from connector.settings import Settings, read_settings
from connector.store import accounts
from connector.store.engine import reading

DAY = click.DateTime(["%Y-%m-%d"])
MOST_SHOWN = 40


class BadSpan(ConnectorError):
    """The days or rules that a simulation was asked for cannot be played."""


@click.command("simulate")
@project_option
@click.option("--from", "since", type=DAY, required=True, metavar="DATE", help="The first day that is told.")
@click.option("--to", "until", type=DAY, required=True, metavar="DATE", help="The last day that is told.")
@click.option(
    "--rules",
    "rules_dirs",
    multiple=True,
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="Rule files to play; two directories are compared. Without it, the rules in force.",
)
@site_option
@json_option
def simulate_command(
    key: str,
    since: datetime,
    until: datetime,
    rules_dirs: tuple[Path, ...],
    site_name: str | None,
    as_json: bool,
) -> None:
    """Play the mirrored history of a project day by day under other rules. Writes nothing."""
    if until < since:
        raise BadSpan(f"--to {until.date()} is before --from {since.date()}; say the earlier day first")
    if len(rules_dirs) > 2:
        raise BadSpan(f"{len(rules_dirs)} rule directories are given; one is played, two are compared")
    settings, span = read_settings(), Span(project=key, since=since.date(), until=until.date())
    chosen: Sequence[Path | None] = rules_dirs or (None,)
    played = [_play(settings, directory, site_name, span) for directory in chosen]
    compared = compare(*played) if len(played) == 2 else None
    if as_json:
        told = {"simulations": [_named(one, path) for one, path in zip(played, chosen, strict=True)]}
        more = {"compared": jsonable(compared)} if compared is not None else {}
        click.echo(json.dumps({**told, **more}, ensure_ascii=False, indent=2))
        return
    for one, path in zip(played, chosen, strict=True):
        _show(one, path)
    if compared is not None:
        _show_compared(compared, chosen)


def _play(settings: Settings, directory: Path | None, site_name: str | None, span: Span) -> Simulated:
    house = house_under(settings, directory)
    site = chosen_site(settings, site_name).name
    checked_project(house, site, span.project)
    ground = house.rules.rules_of(site)
    own = ground.rulebook.project_for(span.project) if ground is not None else None
    assert ground is not None, "the project is under its rules"
    assert own is not None, "the project is under its rules"
    with reading(house.engine) as conn:
        account = accounts.of_site(conn, site).get("jira")
        name = account.account_id if account is not None else None
        past = read_past(conn, site, span.project, own.space, ground.catalog, name)
    with Console(stderr=True).status(f"{span.project} …") as status:
        return simulate(
            past,
            ground,
            house.rules.templates(),
            span,
            ticks=lambda engine, now: put_ticks(engine, [site], house.ticking_rules, now, house.automations_of),
            on_day=lambda day: status.update(f"{span.project} {day}"),
        )


def _named(one: Simulated, path: Path | None) -> dict[str, object]:
    told = jsonable(one)
    assert isinstance(told, dict), "a value of ours becomes an object"
    return {"directory": str(path) if path else None, **told}


def _show(one: Simulated, path: Path | None) -> None:
    click.echo(
        f"{one.project} from {one.since} to {one.until} under {path or 'the rules in force'} ({one.rules[:12]}): "
        f"{one.events} events"
    )
    for note in one.notes:
        click.echo(f"note: {note}")
    table = Table("rule", "writes", "held", "days", "first", "last", "where")
    for rule in one.by_rule:
        first, last = (moment.isoformat(timespec="minutes") for moment in (rule.first, rule.last))
        table.add_row(rule.rule, str(rule.writes), str(rule.held or ""), str(rule.days), first, last, rule.place)
    _print(table) if one.by_rule else click.echo("no rule would have written anything")
    for fired in one.fired[:MOST_SHOWN]:
        click.echo(_line(fired))
    if len(one.fired) > MOST_SHOWN:
        click.echo(f"… and {len(one.fired) - MOST_SHOWN + one.untold} more; --json tells all")
    for turned in one.turned[:MOST_SHOWN]:
        click.echo(f"{turned.day}  {turned.what}: {turned.before} → {turned.after}")
    if len(one.turned) > MOST_SHOWN:
        click.echo(f"… and {len(one.turned) - MOST_SHOWN} more turns; --json tells all")


def _show_compared(found: Compared, paths: Sequence[Path | None]) -> None:
    names = [str(path) for path in paths]
    for name, fired in ((f"only under {names[0]}", found.only_a), (f"only under {names[1]}", found.only_b)):
        click.echo(f"{name}: {len(fired)}")
        for one in fired[:MOST_SHOWN]:
            click.echo(f"  {_line(one)}")
    click.echo(f"under both: {len(found.both)}")


def _line(fired: Fired) -> str:
    held = "[held] " if fired.state == "held" else ""
    return f"{fired.at.isoformat(timespec='minutes')}  {held}{fired.text}  ({fired.rule}, {fired.place})"


def _print(table: Table) -> None:
    console = Console()
    (console if console.is_terminal else Console(width=160)).print(table, markup=False)
