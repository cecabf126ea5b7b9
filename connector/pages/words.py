"""The functions a template may call: each turns facts into pieces of storage format in the page's language."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal, Protocol
from urllib.parse import quote

from markupsafe import escape

from connector.core.figures.figure import Figure
from connector.core.findings import Light
from connector.pages import storage
from connector.pages.languages import Translate, fill
from connector.pages.lines import CriterionLine, GateLine, GoalLine, Step
from connector.pages.storage import Block, Colour, Storage

COLOURS: Mapping[str, Colour] = {
    "green": "Green",
    "amber": "Yellow",
    "red": "Red",
    "grey": "Grey",
    "blue": "Blue",
    "purple": "Purple",
}
# Longer lists of keys make an address that servers refuse.
KEYS_IN_A_SEARCH = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """Where links of a page lead: Jira's address, and how Confluence names people (by account id, or on Data Center
    by user name)."""

    jira_url: str
    people: Literal["ri:account-id", "ri:username"] = "ri:account-id"


class _Keyed(Protocol):
    @property
    def key(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Words:
    """A template's functions for one page."""

    say: Translate
    links_to: Links

    def functions(self) -> dict[str, Callable[..., object]]:
        """The functions by the names that templates use; templates/README.md says what each does."""
        return {
            "_": self.message,
            "bar": self.bar,
            "basis": self.basis,
            "criterion_mark": self.criterion_mark,
            "date": self.date,
            "decision": self.decision,
            "figure": self.figure,
            "goal_mark": self.goal_mark,
            "jira_table": self.jira_table,
            "light_mark": self.light_mark,
            "link": self.link,
            "links": self.links,
            "moment": self.moment,
            "note": self.note,
            "number": self.number,
            "percent": self.percent,
            "person": self.person,
            "phase_bar": self.phase_bar,
            "readiness": self.readiness,
            "rest": self.rest,
            "search": self.search,
            "status": self.status,
            "table": self.table,
        }

    def message(self, message: str = "", /, **values: object) -> Storage:
        """A message of the catalogues, or with a keyword for each locale a text of the template's own."""
        if not message:
            return storage.text(self.say.title({name: str(words) for name, words in values.items()}))
        pattern = str(escape(self.say.pattern(message, values)))
        return Storage(fill(pattern, lambda name, prefix: self._filling(values, name, prefix)))

    def _filling(self, values: Mapping[str, object], name: str, prefix: str | None) -> str | None:
        if name not in values:
            return None
        value = values[name]
        if isinstance(value, Storage):
            return value
        named = self.say.special(prefix, value) if prefix is not None else self.say.show(value)
        return storage.text(named)

    def link(self, key: str | None, words: object = None) -> Storage:
        """A link to a work item, by its key. Nothing for no key."""
        if not key:
            return Storage("")
        address = f"{self.links_to.jira_url.rstrip('/')}/browse/{quote(key, safe='')}"
        return storage.anchor(address, key if words is None else words)

    def links(self, keys: Sequence[str], at_most: int = 8) -> Storage:
        """Links to work items, and beyond `at_most` one link that finds them all."""
        shown = self.say("list.separator").join(self.link(key) for key in keys[:at_most])
        more = len(keys) - at_most
        if more <= 0:
            return Storage(shown)
        return Storage(f"{shown} {self.search(keys, self.say('list.more', count=more))}")

    def rest(self, lines: Sequence[_Keyed], shown: int) -> Storage:
        """A link that finds all of a list of which only the first `shown` are printed."""
        more = len(lines) - shown
        return self.search([line.key for line in lines], self.say("list.more", count=more)) if more > 0 else Storage("")

    def search(self, what: str | Iterable[str], words: object) -> Storage:
        """A link to Jira's search: for a query, or for these keys."""
        if not isinstance(what, str):
            keys = list(what)[:KEYS_IN_A_SEARCH]
            if not keys:
                return storage.text(words)
            what = f"key in ({', '.join(keys)})"
        return storage.anchor(f"{self.links_to.jira_url.rstrip('/')}/issues/?jql={quote(what, safe='')}", words)

    def figure(self, figure: Figure, words: str = "") -> Storage:
        """A figure's value, or the words for it, linked to the work items behind it; or why there is none."""
        shown = words or self.say.figure(figure)
        if figure.value is None:
            return Storage(f"<em>{storage.text(self.say('figure.missing', reason=shown))}</em>")
        if figure.issues and len(figure.issues) <= KEYS_IN_A_SEARCH:
            return self.search(figure.issues, shown)
        return self.search(figure.query, shown) if _is_query(figure.query) else storage.text(shown)

    def basis(self, figure: Figure) -> Storage:
        """How much of the project a figure rests on, and a warning when that is too little for a light."""
        if figure.total == 0:
            return Storage("")
        message = "figure.low_confidence" if figure.is_low_confidence else "figure.basis"
        return storage.text(self.say(message, used=figure.used, total=figure.total, count=figure.total))

    def date(self, value: date | datetime | None) -> Storage:
        """A day. A dash for none."""
        if value is None:
            return storage.text("–")
        local = value.astimezone(self.say.timezone).date() if isinstance(value, datetime) else value
        return storage.text(self.say.numbers.day(local))

    def moment(self, value: datetime | None) -> Storage:
        """A day and time in the project's time zone. A dash for none."""
        return storage.text("–" if value is None else self.say.numbers.moment(value, self.say.timezone))

    def number(self, value: Decimal | int | None) -> Storage:
        """A number with the locale's separators. A dash for none."""
        return storage.text("–" if value is None else self.say.numbers.number(value))

    def percent(self, share: Decimal | None) -> Storage:
        """A share in whole percent. A dash for none."""
        return storage.text("–" if share is None else self.say.amount(share, "ratio"))

    def bar(self, share: Decimal | None) -> Storage:
        """A share as a bar of text with its percentage. A dash for none."""
        return storage.text("–" if share is None else f"{self.say.numbers.bar(share)} {self.percent(share)}")

    def light_mark(self, light: Light) -> Storage:
        """A light as a coloured label in words, so that it can be read without seeing colours."""
        return self.status(self.say(f"light.{light}"), light)

    def phase_bar(self, phases: Sequence[Step]) -> Storage:
        """The phases in their order: ✓ and green when done, ● and blue for the present one, grey when ahead."""
        looks = {"done": ("✓ ", "green"), "now": ("● ", "blue"), "ahead": ("", "grey")}
        marks = [(mark + step.title, colour) for step in phases for mark, colour in [looks[step.state]]]
        return Storage(" → ".join(self.status(words, colour) for words, colour in marks))

    def readiness(self, gate: GateLine) -> Storage:
        """What the connector recommends for a gate, as a coloured label."""
        colours = {"READY": "green", "READY_WITH_GAPS": "amber", "NOT_READY": "red"}
        words = self.say.named("gate.recommendation", gate.recommendation)
        return self.status(words, colours.get(gate.recommendation, "grey"))

    def decision(self, gate: GateLine) -> Storage:
        """What people last decided on a gate, as a coloured label."""
        if gate.decision is None:
            return self.status(self.say("gate.undecided"), "grey")
        return self.status(self.say.named("gate.decision", gate.decision), "green" if gate.is_passed else "amber")

    def criterion_mark(self, criterion: CriterionLine) -> Storage:
        """The state of a gate's criterion as a coloured label, and whether it is only recommended."""
        colour = "red" if criterion.is_must else "amber"
        colours = {"pass": "green", "waived": "green", "fail": colour}
        mark = self.status(self.say.named("criterion.state", criterion.state), colours.get(criterion.state, "grey"))
        return mark if criterion.is_must else mark + f" {self.say('criterion.should')}"

    def goal_mark(self, goal: GoalLine, is_final: bool = False) -> Storage:
        """Whether a goal is met, as a coloured label. At the end (`is_final`) what is not met is missed."""
        if goal.is_met is None:
            return self.status(self.say("goal.unknown"), "grey")
        if goal.is_met:
            return self.status(self.say("goal.met"), "green")
        words, colour = ("goal.missed", "red") if is_final else ("goal.not_yet", "amber")
        return self.status(self.say(words), colour)

    def status(self, words: object, colour: str = "grey") -> Storage:
        """A coloured label: green, amber, red, grey, blue or purple."""
        return storage.status(words, COLOURS[colour])

    def person(self, account: str | None) -> Storage:
        """A mention of the person with this account id. A dash for nobody."""
        return storage.person(account, self.links_to.people) if account else storage.text("–")

    def table(self, head: Sequence[object], rows: Sequence[Sequence[object]]) -> Block:
        """A table from lists."""
        return storage.table(head, rows)

    def note(self, words: object) -> Storage:
        """An information panel, for people's zones: a region may not hold one."""
        return storage.macro("info", {}, Storage(f"<p>{storage.text(words)}</p>"))

    def jira_table(self, jql: str, columns: str = "key,summary,assignee,due,status", at_most: int = 20) -> Storage:
        """Jira's own live table of what a query finds."""
        held = {"jqlQuery": jql, "columns": columns, "maximumIssues": at_most}
        return Block(storage.macro("jira", held))


def _is_query(words: str) -> bool:
    """Whether a figure's source is a query, and not a description of one."""
    return any(sign in words for sign in "=<>~")
