"""What letters left out, read from the products between two runs of a plan and never while one is under way."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from connector.core.events import Event
from connector.pipeline.reader import Reader


@dataclass(slots=True)
class ReadSoFar:
    """What was read from the products so far, and what is still to be read."""

    issues_by_id: dict[str, list[Event]] = field(default_factory=dict)
    pages_by_id: dict[str, list[Event]] = field(default_factory=dict)
    wanted: set[str] = field(default_factory=set)
    wanted_pages: set[str] = field(default_factory=set)
    silent: set[str] = field(default_factory=set)

    def issues(self, site: str, ids: Iterable[str]) -> list[Event] | None:
        """The issues as far as they were read; the others are noted."""
        asked = list(ids)
        self.wanted |= {one for one in asked if one not in self.issues_by_id and one not in self.silent}
        found = [event for one in asked for event in self.issues_by_id.get(one, ())]
        return None if any(one not in self.issues_by_id for one in asked) and not found else found

    def page(self, site: str, page_id: str) -> list[Event] | None:
        """The page if it was read; else it is noted."""
        if page_id not in self.pages_by_id and page_id not in self.silent:
            self.wanted_pages.add(page_id)
        return self.pages_by_id.get(page_id)

    def ask(self, reader: Reader, site: str) -> bool:
        """Read what is wanted. False when nothing new was learnt."""
        wanted, pages_wanted = sorted(self.wanted), sorted(self.wanted_pages)
        self.wanted, self.wanted_pages = set(), set()
        events = reader.issues(site, wanted) if wanted else []
        if events is None:
            self.silent |= set(wanted)
        else:
            self.issues_by_id |= {one: [] for one in wanted}
            if wanted:
                self.issues_by_id[wanted[0]] = list(events)
        for page_id in pages_wanted:
            read = reader.page(site, page_id)
            if read is None:
                self.silent.add(page_id)
            else:
                self.pages_by_id[page_id] = read
        return bool(events) or any(one in self.pages_by_id for one in pages_wanted)

    def missed(self) -> tuple[str, ...]:
        """What could not be read, in words."""
        return tuple(
            f"{one} could not be read from the product, so what the payload left out is missing here"
            for one in sorted(self.silent)
        )
