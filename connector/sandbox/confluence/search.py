"""CQL search for Cloud's v1 API and Data Center."""

from html import escape

from connector.sandbox.confluence.content import Content, Shape, Tree, content, moment
from connector.sandbox.confluence.cql import Asker, search
from connector.sandbox.confluence.model import Page
from connector.sandbox.confluence.places import page_path, space_path
from connector.sandbox.confluence.problem import ConfluenceProblem
from connector.sandbox.confluence.request import the_state
from connector.sandbox.confluence.storage import read
from connector.sandbox.front import acting_user, the_world


def found_by(cql: str) -> list[Content]:
    """What the query finds in the index and is still there."""
    if not cql.strip():
        raise ConfluenceProblem(400, "Could not parse cql : it is empty")
    state, world, person = the_state(), the_world(), acting_user()

    def person_id(name: str) -> str | None:
        known = world.users.find(name)
        return known.id if known else None

    asker = Asker(id=person.id, zone=person.time_zone, now=world.clock.now(), people=person_id)
    held = state.held
    everything: dict[str, Content] = {**held.pages, **held.comments, **held.attachments}
    ids = [one.id for one in search(cql, state.index.documents(), asker)]
    return [everything[one] for one in ids if one in everything and _is_shown(everything[one])]


def result(one: Content, tree: Tree, excerpt: str) -> Shape:
    """One result of a search, around the content that was found."""
    page = one if isinstance(one, Page) else the_state().held.pages[one.page]
    shown = content(one, tree)
    space = the_state().space(page.space)
    return {
        "content": shown,
        "title": str(shown["title"]),
        "excerpt": "" if excerpt == "none" else _excerpt(one),
        "url": page_path(page),
        "resultGlobalContainer": {"title": space.name, "displayUrl": space_path(space.key)},
        "breadcrumbs": [],
        "entityType": "content",
        "iconCssClass": f"aui-icon content-type-{shown['type']}",
        "lastModified": moment(one.latest.at),
        "friendlyLastModified": one.latest.at.date().isoformat(),
        "score": 0.0,
    }


def _is_shown(one: Content) -> bool:
    page = one if isinstance(one, Page) else the_state().held.pages.get(one.page)
    return page is not None and page.status == "current" and getattr(one, "status", "current") == "current"


def _excerpt(one: Content) -> str:
    body = getattr(one.latest, "body", "")
    return escape(read(body).text[:250], quote=False) if body else ""
