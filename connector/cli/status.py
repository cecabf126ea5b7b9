"""`connector status` shows what waits and what was refused; `connector mode` lets a project write, or only watch."""

import click

from connector.cli.backfill import UnknownProject
from connector.cli.choosing import chosen_site, house_for, project_option, site_option
from connector.settings import read_settings
from connector.store import inbox, outbox, projects
from connector.store.engine import migrate, reading, writing


@click.command()
def status() -> None:
    """Show the projects, what waits, what lies aside and what was refused, with the reasons."""
    house = house_for(read_settings())
    migrate(house.engine)
    for name, count in house.counts().items():
        click.echo(f"{name.removeprefix('connector_').replace('_', ' '):<20}{count:>8}")
    with reading(house.engine) as conn:
        for site in house.settings.sites:
            for row in projects.all_of(conn, site.name):
                rolled = row.rolled_at.isoformat(timespec="seconds") if row.rolled_at else "never"
                click.echo(
                    f"project {site.name}/{row.key}: last rolled up {rolled}"
                    + (f", mode {row.mode}" if row.mode else "")
                    + ("" if row.is_caught_up else ", its mirror is not whole: connector backfill fills it")
                )
        for letter in inbox.aside(conn, 20):
            click.echo(f"aside {letter.id} {letter.source} {letter.name}: {letter.reason}")
        for write in outbox.dead(conn, 20):
            click.echo(f"refused {write.id} {write.natural_key} ({write.rule}, {write.place}): {write.reason}")


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
