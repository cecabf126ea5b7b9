"""The doors' process: a web server that does nothing else. What it serves is in `app`, loaded by its own child."""

import os
import signal
import socket

from granian import Granian
from granian.constants import Interfaces, Loops
from granian.log import LogLevels

from connector.dispatch.parent import end_with_parent, environment_of_child
from connector.settings import BadSetting, Settings

THREADS = 64
"""Deliveries that may wait for the disk at once; more wait in the server's own queue."""


def check_port(settings: Settings) -> None:
    """Raise BadSetting when somebody else listens there already."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            raise BadSetting(
                f"CONNECTOR_HOST and CONNECTOR_PORT are {settings.host}:{settings.port}, where the doors cannot listen "
                f"({error.strerror}); end what listens there, or set another CONNECTOR_PORT"
            ) from error


def open_doors(settings: Settings) -> None:
    """Serve the doors until SIGTERM or SIGINT, or until who started them is gone; what is under way is answered."""
    end_with_parent(lambda: os.kill(os.getpid(), signal.SIGTERM))
    # The server's own child ends with the server.
    os.environ.update(environment_of_child())
    Granian(
        f"connector.wiring.{settings.dispatch}_doors:doors_app",
        factory=True,
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=THREADS,
        loop=Loops.asyncio,
        log_level=LogLevels.error,
        respawn_failed_workers=True,
        workers_kill_timeout=30,
    ).serve()
