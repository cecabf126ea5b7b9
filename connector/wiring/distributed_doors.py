"""The doors' app under distributed dispatch, made in the web server's own child."""

from flask import Flask

from connector.wiring.app import doors_of
from connector.wiring.distributed import dispatch_of


def doors_app() -> Flask:
    """The app, made from the environment's settings."""
    return doors_of(dispatch_of)
