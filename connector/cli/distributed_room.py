"""`python -m connector.cli.distributed_room NAME`: one room in a process of its own, woken by jobs in PostgreSQL."""

import sys

from connector.cli.room import main
from connector.wiring import distributed

if __name__ == "__main__":
    main(sys.argv[1], distributed.dispatch_of)
