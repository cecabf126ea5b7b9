"""`connector status` shows what waits and what was refused; `connector mode` lets a project write, or only watch."""

import json

import click

from connector.cli.backfill import UnknownProject
from connector.cli.choosing import chosen_site, house_for, project_option, site_option
from connector.cli.standing import as_tree, jsonable, run_lines, steering_lines
from connector.settings import read_settings
from connector.store import in_force, inbox, outbox, projects
from connector.store.decided import cut_chains
from connector.store.engine import migrate, reading, writing
from connector.store.in_force import InForce


@click.command()
@click.option("--runs", "run_count", default=5, show_default=True, metavar="N", help="How many runs of late to show.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of text.")
def status(run_count: int, as_json: bool) -> None:
    """Show the projects, what is paused or held back, what waits, lies aside or was refused, and the runs of late."""
    house = house_for(read_settings())
    migrate(house.engine)
    sites = [site.name for site in house.settings.sites]
    if as_json:
        with reading(house.engine) as conn:
            told = as_tree(conn, sites, house.counts(), run_count)
        click.echo(json.dumps(told, ensure_ascii=False, indent=2, default=jsonable))
        return
    for name, count in house.counts().items():
        click.echo(f"{name.removeprefix('connector_').replace('_', ' '):<20}{count:>8}")
    with reading(house.engine) as conn:
        rules = in_force.told(conn, sites)
        for site in house.settings.sites:
            tell_rules(site.name, rules.get(site.name))
            for row in projects.all_of(conn, site.name):
                rolled = row.rolled_at.isoformat(timespec="seconds") if row.rolled_at else "never"
                click.echo(
                    f"project {site.name}/{row.key}: last rolled up {rolled}"
                    + (f", mode {row.mode}" if row.mode else "")
                    + ("" if row.is_caught_up else ", its mirror is not whole: connector backfill fills it")
                )
            for line in steering_lines(conn, site.name):
                click.echo(line)
            own = rules.get(site.name)
            for cut in cut_chains(conn, site.name, own.rules if own is not None else None):
                at = cut.at.isoformat(timespec="seconds")
                click.echo(f"chain of rules cut {site.name}/{cut.project} at {at}: {cut.chain}; let one of them rest")
        for letter in inbox.aside(conn, 20):
            click.echo(f"aside {letter.id} {letter.source} {letter.name}: {letter.reason}")
        for write in outbox.dead(conn, 20):
            click.echo(f"refused {write.id} {write.natural_key} ({write.rule}, {write.place}): {write.reason}")
        for line in run_lines(conn, sites, run_count):
            click.echo(line)


def tell_rules(site: str, rules: InForce | None) -> None:
    """Say which rules are in force since when, and why it is not what lies in the rule directory."""
    if rules is None:
        return
    since = rules.since.isoformat(timespec="seconds")
    state = (
        f"; newer ones cannot be used, {len(rules.problems)} problem{'' if len(rules.problems) == 1 else 's'}"
        if rules.problems
        else ""
    )
    click.echo(f"rules {site}: {rules.rules[:12]} since {since}{state}")
    for problem in rules.problems:
        click.echo(f"  {problem}")
    for warning in rules.warnings:
        click.echo(f"  warning: {warning}")


@click.command()
@project_option
@site_option
@click.argument("mode", type=click.Choice(["observe", "write", "rules"]))
def mode(key: str, site_name: str | None, mode: str) -> None:
    """Let a project write, or only observe; `rules` leaves it to the rule files again."""
    house = house_for(read_settings())
    site = chosen_site(house.settings, site_name).name
    migrate(house.engine)
    with reading(house.engine) as conn:
        known = projects.get(conn, site, key)
    if known is None:
        raise UnknownProject(f"project {key} is not mirrored yet; connector backfill --project {key} fills it first")
    with writing(house.engine) as conn:
        projects.set_mode(conn, site, key, None if mode == "rules" else "write" if mode == "write" else "observe")
        projects.mark_dirty(conn, site, [key])
        if mode == "observe":
            outbox.withdraw(conn, site, key)
    click.echo(f"{site}/{key}: {'as the rule files say' if mode == 'rules' else mode}")
