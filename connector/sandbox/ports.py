"""Whether ports are free, asked before a server says it in words of its own."""

import socket
from collections.abc import Mapping

from connector.core.errors import ConnectorError

HOST = "127.0.0.1"


class PortTaken(ConnectorError):
    """A port that is needed is in use."""


def check_ports(ports: Mapping[str, int], host: str = HOST) -> None:
    """Raises PortTaken, which says which port is in use and what to do. ports: by the option that names it."""
    for option, port in ports.items():
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError as error:
                raise PortTaken(
                    f"port {port} cannot be used ({error.strerror}); end the program that has it, "
                    f"or choose another with {option}"
                ) from error
