"""`connector serve`: the doors and the worker rooms, as one command."""

import os
import signal
import tempfile
import threading
from collections.abc import Mapping

import click
import structlog

from connector.dispatch.bells import ROOMS
from connector.dispatch.jobtables import make_job_tables
from connector.dispatch.processes import DOORS, Children, worker_command
from connector.logs import set_up_logs
from connector.settings import BadSetting, Dispatch, Settings, read_settings
from connector.store.engine import migrate
from connector.store.locks import serve_lock
from connector.wiring.doors import check_port
from connector.wiring.house import open_house
from connector.wiring.local import BELLS_DIR

log = structlog.get_logger()

ROOM_MODULES: Mapping[Dispatch, str] = {
    "local": "connector.cli.room",
    "distributed": "connector.cli.distributed_room",
}


@click.command()
def serve() -> None:
    """Take in webhooks, judge projects by the rules and write back. Ends with SIGTERM or Ctrl-C.

    Settings come from the environment (CONNECTOR_…) or connector.toml; README.md lists them.
    """
    settings = read_settings()
    _check(settings)
    set_up_logs()
    with open_house(settings) as house, serve_lock(house.engine):
        migrate(house.engine)
        if settings.dispatch == "distributed":
            make_job_tables(house.engine)
        for site in settings.sites:
            house.rules.check(site.name)
        house.close()
        with tempfile.TemporaryDirectory(prefix="connector-") as place:
            os.environ[BELLS_DIR] = place
            # Every process counts into files there, so that the doors can tell the counts of all.
            os.environ["PROMETHEUS_MULTIPROC_DIR"] = place
            _run(settings)


def _check(settings: Settings) -> None:
    """What `serve` cannot do without."""
    if not settings.sites:
        raise BadSetting(
            "no site is set; give CONNECTOR_JIRA_URL and CONNECTOR_CONFLUENCE_URL, or name a connector.toml in "
            "CONNECTOR_CONFIG (README.md, section Settings). To see the connector without a site: connector demo"
        )
    check_port(settings)
    for site in settings.sites:
        for product, door in (("JIRA", site.jira_door), ("CONFLUENCE", site.confluence_door)):
            if not door.secrets:
                click.echo(
                    f"connector: site {site.name}: no {product}_WEBHOOK_SECRET, so that door refuses every delivery",
                    err=True,
                )


def _run(settings: Settings) -> None:
    """Keep the rooms running until SIGTERM or SIGINT; then close the doors first."""
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    module = ROOM_MODULES[settings.dispatch]
    rooms = {room: worker_command(module, room) for room in ROOMS}
    children = Children({DOORS: worker_command("connector.cli.doors"), **rooms})
    children.start()
    log.info("serving", host=settings.host, port=settings.port, sites=[site.name for site in settings.sites])
    stop.wait()
    children.stop()
    log.info("closed")
