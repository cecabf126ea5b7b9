"""`python -m connector.cli.room NAME`: one room in a process of its own, as `serve` starts them.

Apart from `main`, so that a worker does not load what only people's commands need (the sandbox, the demo).
"""

import sys

from connector.core.errors import ConnectorError
from connector.dispatch.bells import ROOMS
from connector.dispatch.processes import DOORS
from connector.logs import set_up_logs
from connector.settings import read_settings
from connector.wiring.doors import open_doors
from connector.wiring.house import House
from connector.wiring.work import work


def main(name: str) -> None:
    """Work in the room until SIGTERM. A problem that a person can mend ends it with status 2 and its text."""
    set_up_logs()
    try:
        settings = read_settings()
        if name == DOORS:
            open_doors(settings)
        else:
            work(House(settings), ROOMS[name])
    except ConnectorError as problem:
        sys.exit(f"connector: {problem}")


if __name__ == "__main__":
    main(sys.argv[1])
