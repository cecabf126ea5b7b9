import socket

import pytest

from connector.sandbox.ports import PortTaken, check_ports
from connector.sandbox.server import Sandbox
from connector.sandbox.world import SandboxOptions


def test_a_port_that_is_taken_is_named_with_the_option_to_change_it() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        with pytest.raises(PortTaken) as caught:
            check_ports({"--port": 0, "--sandbox-port": port})

    assert f"port {port} cannot be used" in str(caught.value)
    assert str(caught.value).endswith("choose another with --sandbox-port")


def test_a_sandbox_on_a_port_that_is_taken_says_so_in_one_line() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        with pytest.raises(PortTaken, match=f"port {port} cannot be used .* choose another with --port"):
            Sandbox(SandboxOptions(port=port))
