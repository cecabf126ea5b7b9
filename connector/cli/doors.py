"""`python -m connector.cli.doors`: the doors in a process of their own, as `serve` starts them."""

import sys

from connector.core.errors import ConnectorError
from connector.logs import set_up_logs
from connector.settings import read_settings
from connector.wiring.doors import open_doors


def main() -> None:
    """Keep the doors open until SIGTERM. A problem that a person can mend ends this with status 2 and its text."""
    set_up_logs()
    try:
        open_doors(read_settings())
    except ConnectorError as problem:
        sys.exit(f"connector: {problem}")


if __name__ == "__main__":
    main()
