"""`python -m connector.cli.room NAME`: one room in a process of its own, as `serve` starts them.

Apart from `main`, so that a worker does not load what only people's commands need (the sandbox, the demo), and apart
from `doors` and `distributed_room`, which need less and more.
"""

import sys
from collections.abc import Callable

from connector.core.errors import ConnectorError
from connector.dispatch.bells import ROOMS
from connector.dispatch.work import Dispatch
from connector.logs import set_up_logs
from connector.settings import read_settings
from connector.wiring import local
from connector.wiring.ground import Ground
from connector.wiring.house import House
from connector.wiring.work import work


def main(name: str, dispatch_of: Callable[[Ground], Dispatch]) -> None:
    """Work in the room until SIGTERM. A problem that a person can mend ends it with its text."""
    set_up_logs()
    try:
        house = House(read_settings())
        work(house, ROOMS[name], dispatch_of(house))
    except ConnectorError as problem:
        sys.exit(f"connector: {problem}")


if __name__ == "__main__":
    main(sys.argv[1], local.dispatch_of)
