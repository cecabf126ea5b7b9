"""The doors' process: what the web server runs."""

from flask import Flask

from connector.intake.committer import Committer
from connector.intake.doors import doors
from connector.logs import set_up_logs
from connector.settings import read_settings
from connector.web import create_app
from connector.wiring.house import House


def doors_app() -> Flask:
    """The WSGI app of the doors, made from the environment's settings."""
    set_up_logs()
    return app_of(House(read_settings()))


def app_of(house: House) -> Flask:
    """The WSGI app of one house."""
    committer = Committer(house.engine, lambda: house.bells.ring("pipeline"))
    door = doors(house.settings.sites, committer, house.clock)
    return create_app(door, counts=house.counts, problems=house.problems, admin_token=house.settings.admin_token)
