"""The pages on which people look at the sandbox."""

from flask import Blueprint, Response

from connector.sandbox.front import the_world

home = Blueprint("home", __name__)


@home.get("/")
def index() -> Response:
    """Where the two products are."""
    world = the_world()
    return Response(f"Jira: {world.jira_url}\nConfluence: {world.confluence_url}\n", mimetype="text/plain")


def web_blueprints(is_cloud: bool) -> list[Blueprint]:
    """Every blueprint of the web pages."""
    return [home]
