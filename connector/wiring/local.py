"""Local dispatch, put together: the bells of one `serve`."""

import os
from pathlib import Path

from connector.dispatch.bells import Bells
from connector.dispatch.local import LocalDispatch
from connector.wiring.ground import Ground

BELLS_DIR = "LIFECYCLE_CONNECTOR_BELLS"
"""Named by `serve` to its own processes; no setting of people's."""


def dispatch_of(ground: Ground) -> LocalDispatch:
    """The bells between the processes of this `serve`; silent where there is none."""
    place = os.environ.get(BELLS_DIR)
    bells = Bells(Path(place or "."), has_wake_ups=ground.settings.has_wake_ups and place is not None)
    return LocalDispatch(bells=bells, sweep_s=ground.settings.sweep_s)
