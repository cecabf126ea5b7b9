"""Distributed dispatch, put together: jobs in the database that several machines share."""

from connector.dispatch.board import Board, Ringer
from connector.dispatch.distributed import DistributedDispatch
from connector.wiring.ground import Ground


def dispatch_of(ground: Ground) -> DistributedDispatch:
    """The jobs of this connector's database."""
    settings = ground.settings
    board = Board(engine=ground.engine)
    sites = tuple(site.name for site in settings.sites)
    return DistributedDispatch(
        board=board,
        ringer=Ringer(board=board, sites=sites, window_s=settings.window_s),
        sweep_s=settings.sweep_s,
        has_wake_ups=settings.has_wake_ups,
    )
