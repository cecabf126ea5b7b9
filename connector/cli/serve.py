"""`connector serve`: the doors and the worker rooms, as one command."""

import os
import tempfile

import click
import structlog
from granian import Granian
from granian.constants import Interfaces, Loops
from granian.log import LogLevels

from connector.dispatch.bells import ROOMS, Room
from connector.dispatch.processes import Children, worker_command
from connector.logs import set_up_logs
from connector.settings import BadSetting, Settings, read_settings
from connector.store.engine import migrate
from connector.store.locks import serve_lock
from connector.wiring.house import BELLS_DIR, House
from connector.wiring.work import work as work_in

log = structlog.get_logger()

DOOR_THREADS = 64


@click.command()
def serve() -> None:
    """Take in webhooks, judge projects by the rules and write back. Ends with SIGTERM or Ctrl-C.

    Settings come from the environment (CONNECTOR_…) or connector.toml; README.md lists them.
    """
    settings = read_settings()
    _check(settings)
    set_up_logs()
    house = House(settings)
    with serve_lock(house.engine):
        migrate(house.engine)
        for site in settings.sites:
            house.rules.rules_of(site.name)
        house.engine.dispose()
        with tempfile.TemporaryDirectory(prefix="connector-") as place:
            os.environ[BELLS_DIR] = place
            os.environ["PROMETHEUS_MULTIPROC_DIR"] = place
            children = Children({room: worker_command(room) for room in ROOMS})
            children.start()
            try:
                _open_doors(settings)
            finally:
                children.stop()
                log.info("closed")


@click.command(hidden=True)
@click.argument("room", type=click.Choice(ROOMS))
def work(room: Room) -> None:
    """Work in one room; `serve` starts these."""
    set_up_logs()
    work_in(House(read_settings()), room)


def _check(settings: Settings) -> None:
    """What `serve` cannot do without."""
    if not settings.sites:
        raise BadSetting(
            "no site is set; give CONNECTOR_JIRA_URL and CONNECTOR_CONFLUENCE_URL, or name a connector.toml in "
            "CONNECTOR_CONFIG (README.md, section Settings). To see the connector without a site: connector demo"
        )
    for site in settings.sites:
        for product, door in (("JIRA", site.jira_door), ("CONFLUENCE", site.confluence_door)):
            if not door.secrets:
                click.echo(
                    f"connector: site {site.name}: no {product}_WEBHOOK_SECRET, so that door refuses every delivery",
                    err=True,
                )


def _open_doors(settings: Settings) -> None:
    """Serve the doors from a process that does nothing else, until SIGTERM or SIGINT."""
    server = Granian(
        "connector.wiring.doors:doors_app",
        factory=True,
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=DOOR_THREADS,
        loop=Loops.asyncio,
        log_enabled=True,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        workers_kill_timeout=30,
    )
    log.info("doors open", host=settings.host, port=settings.port)
    server.serve()
