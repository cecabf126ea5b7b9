"""`connector retry` sends once more what was refused, after a person has mended what was in its way."""

import click

from connector.cli.choosing import chosen_site, house_for, site_option
from connector.core.errors import ConnectorError
from connector.settings import read_settings
from connector.store import outbox
from connector.store.engine import migrate, reading, writing


class NotRefused(ConnectorError):
    """No write under this number was refused."""


@click.command()
@click.argument("numbers", nargs=-1, type=int, required=True, metavar="NUMBER...")
@site_option
def retry(numbers: tuple[int, ...], site_name: str | None) -> None:
    """Send refused writes once more, by the NUMBER that `connector status` shows.

    A message that may have been sent the first time then arrives twice.
    """
    house = house_for(read_settings())
    site = chosen_site(house.settings, site_name).name
    migrate(house.engine)
    with reading(house.engine) as conn:
        rows = {row.id: row for row in outbox.dead(conn) if row.site == site}
    lost = [number for number in numbers if number not in rows]
    if lost:
        raise NotRefused(
            f"{', '.join(map(str, lost))}: no such write was refused; `connector status` shows those that were"
        )
    for number in dict.fromkeys(numbers):
        with writing(house.engine) as conn:
            is_again = outbox.retry(conn, [number]) == 1
        said = "is sent once more" if is_again else "a newer write has taken its place"
        click.echo(f"{number} {rows[number].natural_key}: {said}")
