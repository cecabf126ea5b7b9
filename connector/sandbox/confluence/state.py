"""The sandbox's Confluence: spaces and pages, and what may be done with them.

Labels, properties, comments and files are in their own modules beside this one and take this state.
"""

import orjson
from pydantic import TypeAdapter

from connector.sandbox.confluence.host import Host
from connector.sandbox.confluence.index import SearchIndex
from connector.sandbox.confluence.model import Edition, Holdings, Page, Space, Status
from connector.sandbox.confluence.problem import ConfluenceProblem, StaleVersion, absent, title_taken
from connector.sandbox.confluence.storage import saved
from connector.sandbox.confluence.webhooks import Announcer
from connector.sandbox.users import Person

_PLAIN = TypeAdapter(Holdings)
_LONGEST_TITLE = 255


class ConfluenceState:
    """Every space and page of one Confluence. Whoever calls holds the world's lock."""

    def __init__(self, host: Host) -> None:
        self.host = host
        self.held = Holdings()
        self.tell = Announcer(host)
        self.index = SearchIndex(host.faults)

    def snapshot(self) -> dict[str, object]:
        """Everything, as plain data."""
        return dict(_PLAIN.dump_python(self.held, mode="json"))

    def load(self, data: dict[str, object]) -> None:
        """Take up the state that a snapshot holds."""
        self.held = _PLAIN.validate_json(orjson.dumps(data))
        self.index.rebuild(self.held)

    # looking

    def space(self, key: str) -> Space:
        """The space of this key; 404 when there is none."""
        found = self.held.spaces.get(key)
        if found is None:
            raise ConfluenceProblem(404, f"No space with key : {key}")
        return found

    def space_of_id(self, number: str) -> Space:
        """The space of this id; 404 when there is none."""
        for one in self.held.spaces.values():
            if str(one.id) == number:
                return one
        raise ConfluenceProblem(404, f"No space found with id: {number}")

    def page(self, page_id: str, *statuses: Status) -> Page:
        """The page of this id in one of these statuses (current when none is named); 404 when there is none."""
        found = self.held.pages.get(page_id)
        if found is None or found.status not in (statuses or ("current",)):
            raise absent("content", page_id)
        return found

    def pages(self, space: str | None = None, *statuses: Status) -> list[Page]:
        """The pages of a space or of all, by id, in these statuses (current when none is named)."""
        wanted = statuses or ("current",)
        return [
            one for one in self.held.pages.values() if one.status in wanted and (space is None or one.space == space)
        ]

    def page_titled(self, space: str, title: str) -> Page | None:
        """The current page of this title, whatever the case of its letters."""
        wanted = title.strip().casefold()
        return next((one for one in self.pages(space) if one.title.casefold() == wanted), None)

    def children(self, page_id: str) -> list[Page]:
        """The pages right below, in their order."""
        found = [one for one in self.held.pages.values() if one.parent == page_id and one.status == "current"]
        return sorted(found, key=lambda one: (one.position, int(one.id)))

    def below(self, page_id: str) -> list[tuple[int, Page]]:
        """All pages below with their depth (1 for children), parents before children."""
        found: list[tuple[int, Page]] = []
        for child in self.children(page_id):
            found += [(1, child), *((depth + 1, one) for depth, one in self.below(child.id))]
        return found

    def ancestors(self, page: Page) -> list[Page]:
        """The pages above, from the top of the space down."""
        above: list[Page] = []
        while page.parent is not None and page.parent in self.held.pages:
            page = self.held.pages[page.parent]
            above.insert(0, page)
        return above

    # writing

    def create_space(self, key: str, name: str, actor: Person) -> Space:
        """Make a space with its home page. 400 when the key is taken."""
        if key in self.held.spaces:
            raise ConfluenceProblem(400, f"A space already exists with key {key}")
        now = self.host.clock.now()
        space = Space(id=self.host.next_id("space"), key=key, name=name, home="", author=actor.id, created=now)
        self.held.spaces[key] = space
        title = f"{name} 主页" if self.host.locale == "zh_CN" else f"{name} Home"
        space.home = self._add_page(key, title, "", None, actor).id
        return space

    def create_page(
        self, *, space: str, title: str, body: str, parent: str | None, actor: Person, message: str = ""
    ) -> Page:
        """Make a page. 404 for a missing space or parent, 400 for a bad title or body or one that is taken."""
        self.space(space)
        if parent is not None and self.page(parent).space != space:
            raise ConfluenceProblem(400, "The parent page is in another space.")
        self._check_title(title, space, None)
        page = self._add_page(space, title.strip(), saved(body), parent, actor, message)
        self.tell.page("page_created", page, actor)
        return page

    def update_page(
        self,
        page: Page,
        *,
        number: int,
        title: str,
        body: str | None,
        actor: Person,
        message: str = "",
        is_minor: bool = False,
        parent: str | None = None,
    ) -> Page:
        """Write the next version of a current page, and put it below `parent` when one is given.

        Raises StaleVersion (409) unless `number` follows the present one; 400 and 404 as create_page does.
        """
        self.check_number(page, number)
        self._check_title(title, page.space, page)
        kept = page.latest.body if body is None else saved(body)
        if parent is not None and parent != page.parent:
            self._check_parent(page, self.page(parent))
        self._next_edition(page, title.strip(), kept, actor, message, is_minor)
        self.tell.page("page_updated", page, actor, trigger="edit_page")
        if parent is not None and parent != page.parent:
            self.put_below(page, parent, None, actor)
        return page

    def put_below(self, page: Page, parent: str | None, position: int | None, actor: Person) -> None:
        """Move a page below another one (None: to the top of the space), to a place among its children or the end."""
        new = self.page(parent) if parent is not None else None
        if new is not None:
            self._check_parent(page, new)
        old = self.held.pages.get(page.parent) if page.parent else None
        siblings = [one for one in self._level(page.space, parent) if one is not page]
        siblings.insert(len(siblings) if position is None else position, page)
        page.parent = parent
        for place, one in enumerate(siblings):
            one.position = place
        for moved in (page, *(one for _, one in self.below(page.id))):
            self.index.note_page(moved, self.held)
        self.host.changed()
        self.tell.moved(page, actor, old, new)

    def move(self, page: Page, where: str, target: Page, actor: Person) -> None:
        """Move a page `append` (below the target), `before` or `after` it."""
        if where == "append":
            self.put_below(page, target.id, None, actor)
            return
        others = [one for one in self._level(page.space, target.parent) if one is not page]
        place = others.index(target) if target in others else 0
        self.put_below(page, target.parent, place + (1 if where == "after" else 0), actor)

    def revert(self, page: Page, number: int, actor: Person, message: str, with_title: bool) -> Edition:
        """Write an old version again as the next one."""
        old = self.edition(page, number)
        title = old.title if with_title else page.title
        self._check_title(title, page.space, page)
        self._next_edition(page, title, old.body, actor, message, False)
        self.tell.page("page_updated", page, actor, trigger="revert")
        return page.latest

    def trash(self, page: Page, actor: Person) -> None:
        """Put a current page in the trash; its children go up to its parent."""
        for child in self.children(page.id):
            child.parent = page.parent
            self.index.note_page(child, self.held)
        page.status = "trashed"
        self.index.forget_page(page, self.held)
        self.host.changed()
        self.tell.page("page_trashed", page, actor)

    def restore(self, page: Page, number: int, actor: Person) -> None:
        """Take a page out of the trash as its next version, otherwise unchanged."""
        self.check_number(page, number)
        self._check_title(page.title, page.space, page)
        if page.parent is not None and self._is_gone(page.parent):
            page.parent = self.space(page.space).home
        page.status = "current"
        latest = page.latest
        self._next_edition(page, latest.title, latest.body, actor, "", False)
        self.index.note_all(page, self.held)
        self.tell.page("page_restored", page, actor)

    def purge(self, page: Page, actor: Person) -> None:
        """Delete a trashed page for good, with its comments and files."""
        self.tell.page("page_removed", page, actor)
        held = self.held
        held.comments = {key: one for key, one in held.comments.items() if one.page != page.id}
        held.attachments = {key: one for key, one in held.attachments.items() if one.page != page.id}
        del held.pages[page.id]
        self.host.changed()

    # what the others use

    def edition(self, page: Page, number: int) -> Edition:
        """One version of a page; 404 when there is none of this number."""
        for one in page.editions:
            if one.number == number:
                return one
        raise ConfluenceProblem(404, f"No version {number} of content {page.id}")

    def check_number(self, page: Page, number: int) -> None:
        """409 unless the number follows the present version's."""
        if number != page.latest.number + 1:
            raise StaleVersion(page.latest.number, number)

    def _add_page(
        self, space: str, title: str, body: str, parent: str | None, actor: Person, message: str = ""
    ) -> Page:
        now = self.host.clock.now()
        page = Page(
            id=str(self.host.next_id("content")),
            space=space,
            parent=parent,
            status="current",
            position=len(self._level(space, parent)),
            created=now,
            author=actor.id,
            editions=[Edition(number=1, title=title, body=body, at=now, by=actor.id, message=message)],
        )
        self.held.pages[page.id] = page
        self.index.note_page(page, self.held)
        self.host.changed()
        return page

    def _next_edition(self, page: Page, title: str, body: str, actor: Person, message: str, is_minor: bool) -> None:
        page.editions.append(
            Edition(
                number=page.latest.number + 1,
                title=title,
                body=body,
                at=self.host.clock.now(),
                by=actor.id,
                message=message,
                is_minor=is_minor,
            )
        )
        self.index.note_page(page, self.held)
        self.host.changed()

    def _level(self, space: str, parent: str | None) -> list[Page]:
        found = [one for one in self.pages(space) if one.parent == parent]
        return sorted(found, key=lambda one: (one.position, int(one.id)))

    def _check_title(self, title: str, space: str, page: Page | None) -> None:
        if not title.strip():
            raise ConfluenceProblem(400, "A title is required for a page.")
        if len(title) > _LONGEST_TITLE:
            raise ConfluenceProblem(400, f"Title cannot be longer than {_LONGEST_TITLE} characters.")
        other = self.page_titled(space, title)
        if other is not None and other is not page:
            raise title_taken(title.strip(), space)

    def _check_parent(self, page: Page, parent: Page) -> None:
        if parent.space != page.space:
            raise ConfluenceProblem(400, "A page cannot be moved to a different space.")
        if page is parent or page in self.ancestors(parent):
            raise ConfluenceProblem(400, "A page cannot be moved below itself.")

    def _is_gone(self, page_id: str) -> bool:
        found = self.held.pages.get(page_id)
        return found is None or found.status != "current"
