"""Which of Jira's routes stand where: Cloud at the root as v3 and v2, Data Center under /jira as v2."""

from flask import Blueprint, Flask, Response

from connector.sandbox.front import answer
from connector.sandbox.jira.routes.boards import boards
from connector.sandbox.jira.routes.flow import cloud_flow, flow
from connector.sandbox.jira.routes.issues import cloud_issues, issues
from connector.sandbox.jira.routes.links import links
from connector.sandbox.jira.routes.projects import projects
from connector.sandbox.jira.routes.properties import properties
from connector.sandbox.jira.routes.search import cloud_search, server_search
from connector.sandbox.jira.routes.site import CLOUD_ID, site
from connector.sandbox.jira.routes.sprints import sprints
from connector.sandbox.jira.routes.talk import talk
from connector.sandbox.jira.routes.versions import versions

_BOTH = (site, projects, issues, flow, talk, links, properties, versions)
_CLOUD = (cloud_issues, cloud_flow, cloud_search)
edge = Blueprint("edge", __name__)


@edge.get("/_edge/tenant_info")
def tenant() -> Response:
    """The cloud id of the site; needs no credentials."""
    return answer({"cloudId": CLOUD_ID})


def register_jira(app: Flask, *, is_cloud: bool) -> None:
    """Put Jira's routes on the app."""
    if is_cloud:
        for version in ("3", "2", "latest"):
            _register(app, (*_BOTH, *_CLOUD), f"/rest/api/{version}")
        _register(app, (boards, sprints), "/rest/agile/1.0")
        app.register_blueprint(edge)
    else:
        for version in ("2", "latest"):
            _register(app, (*_BOTH, server_search), f"/jira/rest/api/{version}")
        _register(app, (boards, sprints), "/jira/rest/agile/1.0")


def _register(app: Flask, blueprints: tuple[Blueprint, ...], prefix: str) -> None:
    for one in blueprints:
        app.register_blueprint(one, name=f"{one.name}{prefix.replace('/', '_').replace('.', '_')}", url_prefix=prefix)
