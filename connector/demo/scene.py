"""What the people of the story share: who is there, what time it is, and which issue is which."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from connector.demo.expectations import Unexpected, until
from connector.demo.stage import TIMEZONE, Stage
from connector.demo.wording import Both
from connector.sandbox.acting.confluence import InConfluence, Sheet
from connector.sandbox.acting.jira import InJira
from connector.sandbox.acting.place import Caller

PROJECT = "OPS"
SPONSOR, MANAGER, REVIEWER = "ada", "ben", "gus"
"""Who ordered the project, who leads it, and who is in a hurry to have its gates behind them."""


@dataclass(slots=True)
class Scene:
    """The story as far as it has come. `keys` are issue keys by the story's own names.

    `outside` and `version` are what the status page was outside its regions when people last wrote on it.
    """

    stage: Stage
    locale: str
    keys: dict[str, str] = field(default_factory=dict)
    outside: bytes = b""
    version: int = 0
    _callers: dict[str, Caller] = field(default_factory=dict)

    def say(self, text: Both, **values: object) -> str:
        """The text in the language of the story."""
        return text.say(self.locale, **values)

    def jira(self, person: str) -> InJira:
        """Somebody at work in Jira."""
        return InJira(self._caller(person))

    def confluence(self, person: str) -> InConfluence:
        """Somebody at work in Confluence."""
        return InConfluence(self._caller(person))

    def name(self, person: str) -> str:
        """What somebody is called."""
        return self.stage.place.people[person].display_name

    def at(self, day: date, hour: int = 9, minute: int = 0) -> None:
        """Go on to a moment of the story, in its own time zone."""
        self.stage.set_clock(datetime.combine(day, time(hour, minute), ZoneInfo(TIMEZONE)))

    def settle(self) -> None:
        """Wait until the connector has done what there is to do."""
        until(lambda: None, self.stage.is_quiet)

    def page(self, label: str) -> Sheet:
        """The project's page with this label, as the manager finds it. Raises Unexpected when there is none."""
        found = self.confluence(MANAGER).labelled(PROJECT, label)
        if found is None:
            raise Unexpected(f"the page with the label {label}", "there", "no such page")
        return found

    def status_page(self) -> Sheet:
        """The project's live status page."""
        return self.page("project-status")

    def issue_url(self, name: str) -> str:
        """Where to look at an issue of the story."""
        return f"{self.stage.place.jira}/browse/{self.keys[name]}"

    def close(self) -> None:
        """Everybody goes home."""
        for caller in self._callers.values():
            caller.close()

    def _caller(self, person: str) -> Caller:
        if person not in self._callers:
            place = self.stage.place
            self._callers[person] = Caller(place, place.people[person])
        return self._callers[person]


Act = Callable[[Scene], None]
See = Callable[[Scene], list[str]]
Open = Callable[[Scene], list[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of the story: when and what happens, who does it, what must come of it and where to look.

    `see` gives what it found to be right, line by line, and raises Unexpected for what is not.
    """

    day: date
    title: Both
    told: Both
    act: Act
    see: See
    open: Open
