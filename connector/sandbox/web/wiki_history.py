"""The versions of a page, what each changed, and going back to one."""

import difflib
import re
from dataclasses import dataclass

from flask import Blueprint, Response, request

from connector.sandbox.confluence.model import Page
from connector.sandbox.front import acting_user, the_world
from connector.sandbox.web.door import addresses, done, page
from connector.sandbox.web.storage import draw
from connector.sandbox.web.wiki import around_space, page_of

wiki_history = Blueprint("wiki_history", __name__)
_AROUND = 3
_BLOCK_END = re.compile(r"(</(?:p|h[1-6]|li|tr|table|ul|ol|ac:structured-macro|ac:rich-text-body|ac:task)>)(?!\n)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of a comparison: `added`, `gone`, `same`, or `gap` where equal lines were left out."""

    kind: str
    text: str


@wiki_history.get("/pages/viewpreviousversions.action")
def history() -> Response:
    """Every version, newest first."""
    found = page_of(request.args.get("pageId", ""))
    return page("wiki/history.html", 200, **_around(found), editions=list(reversed(found.editions)))


@wiki_history.get("/pages/<number>/versions/<int:version>")
def version(number: str, version: int) -> Response:
    """The page as it was."""
    found = page_of(number)
    edition = the_world().confluence.edition(found, version)
    return page("wiki/version.html", 200, **_around(found), edition=edition, body=draw(edition.body, found))


@wiki_history.get("/pages/<number>/versions/<int:version>/changes")
def changes(number: str, version: int) -> Response:
    """What a version changed in the stored body."""
    found, state = page_of(number), the_world().confluence
    edition = state.edition(found, version)
    before = state.edition(found, version - 1).body if version > 1 else ""
    return page("wiki/changes.html", 200, **_around(found), edition=edition, lines=compared(before, edition.body))


@wiki_history.post("/pages/<number>/versions/<int:version>/restore")
def revert(number: str, version: int) -> Response:
    """Write an old version again as the newest one."""
    found = page_of(number)
    message = f"Reverted from v. {version}"
    the_world().confluence.revert(found, version, acting_user(), message, with_title=False)
    return done(addresses().page(found))


def compared(before: str, after: str) -> list[Line]:
    """Two bodies block by block, with a few equal lines around each difference."""
    old, new = (_BLOCK_END.sub(r"\1\n", one).splitlines() for one in (before, after))
    found: list[Line] = []
    for group in difflib.SequenceMatcher(None, old, new, autojunk=False).get_grouped_opcodes(_AROUND):
        if found or group[0][1] or group[0][3]:
            found.append(Line(kind="gap", text=""))
        for tag, start, end, new_start, new_end in group:
            if tag == "equal":
                found += [Line(kind="same", text=one) for one in old[start:end]]
            else:
                found += [Line(kind="gone", text=one) for one in old[start:end]]
                found += [Line(kind="added", text=one) for one in new[new_start:new_end]]
    return found


def _around(found: Page) -> dict[str, object]:
    state = the_world().confluence
    return {**around_space(state.space(found.space)), "page": found, "above": state.ancestors(found)}
