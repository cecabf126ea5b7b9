"""The WSGI app behind the doors."""

import os
import signal
from collections.abc import Callable

from flask import Flask

from connector.dispatch.parent import end_with_parent
from connector.dispatch.work import Dispatch, Ring
from connector.intake.committer import Committer
from connector.intake.doors import doors
from connector.logs import set_up_logs
from connector.settings import read_settings
from connector.web import create_app
from connector.wiring.ground import Ground


def doors_of(dispatch_of: Callable[[Ground], Dispatch]) -> Flask:
    """The WSGI app of the doors' process, made from the environment's settings."""
    set_up_logs()
    end_with_parent(lambda: os.kill(os.getpid(), signal.SIGKILL))
    ground = Ground(read_settings())
    return app_of(ground, dispatch_of(ground).ring)


def app_of(ground: Ground, ring: Ring = lambda room: None) -> Flask:
    """The WSGI app of one connector. ring: wakes the pipeline; without it letters wait for whoever looks."""
    committer = Committer(ground.engine, lambda: ring("pipeline"))
    door = doors(ground.settings.sites, committer, ground.clock)
    token = ground.settings.admin_token
    return create_app(
        door, counts=ground.counts, problems=ground.problems, rules=ground.rules_in_force, admin_token=token
    )
