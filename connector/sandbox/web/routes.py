"""The pages on which people look at the sandbox."""

from flask import Blueprint, Response

from connector.sandbox.web.addresses import Addresses
from connector.sandbox.web.board import board
from connector.sandbox.web.door import back_to, guard
from connector.sandbox.web.home import home
from connector.sandbox.web.issue import issue
from connector.sandbox.web.issue_forms import issue_forms
from connector.sandbox.web.issue_list import issue_list
from connector.sandbox.web.issue_talk import issue_talk
from connector.sandbox.web.project import project
from connector.sandbox.web.wiki import wiki
from connector.sandbox.web.wiki_edit import wiki_edit
from connector.sandbox.web.wiki_history import wiki_history
from connector.sandbox.web.wiki_talk import wiki_talk

_JIRA = (project, board, issue_list, issue, issue_forms, issue_talk)
_WIKI = (wiki, wiki_edit, wiki_history, wiki_talk)


def web_blueprints(is_cloud: bool) -> list[Blueprint]:
    """Every page, in one blueprint behind one door: Jira and Confluence stand where the deployment has them."""
    pages = Blueprint("web", __name__, template_folder="templates", static_folder="static", static_url_path="/_web")
    guard(pages)
    pages.register_blueprint(home)
    to = Addresses(is_cloud=is_cloud)
    for one in _JIRA:
        pages.register_blueprint(one, url_prefix=to.jira or None)
    for one in _WIKI:
        pages.register_blueprint(one, url_prefix=to.wiki)
    for number, place in enumerate(dict.fromkeys((to.jira, to.wiki))):
        if place:
            pages.add_url_rule(place, f"door_{number}", _home)
    return [pages]


def _home() -> Response:
    return back_to("/")
