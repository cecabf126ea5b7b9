"""Reading the values inside an issue's fields, whatever shape Jira gave them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation

from connector.core.issue import Issue


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A field of a site: `id` such as duedate or customfield_10016, `kind` Jira's schema type.

    kind: string, number, date, datetime, user, option, array, version, component, issuetype, status, priority,
    resolution, project, issuelinks, progress, timetracking, any. `items` is the element kind of an array.
    """

    id: str
    name: str
    kind: str = "any"
    items: str | None = None
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How far our knowledge of a site goes, so that a query beyond it is refused and not answered with nothing.

    `held`: ids of the fields that the issues carry, None where they carry all. `changed`: case-folded ids and names of
    the fields that the histories at hand speak of, None where whole histories are at hand. `groups`: names of the
    groups whose members are known, None where every group is taken on trust. `ranks`: by field id (priority,
    resolution) what each value is called, name first, where the site has told all of them. `has_leads`,
    `has_component_leads`: whether it is known who leads projects and components. `has_user`: whether it is known who
    asks.
    """

    held: frozenset[str] | None = None
    changed: frozenset[str] | None = None
    groups: frozenset[str] | None = None
    ranks: Mapping[str, tuple[tuple[str, ...], ...]] = field(default_factory=dict)
    has_leads: bool = True
    has_component_leads: bool = True
    has_user: bool = True


EVERYTHING_HELD = Reach()


class FieldCatalog:
    """The fields of a site, found by id, name or alias without regard to case, and how far its answers reach."""

    def __init__(self, fields: Iterable[Field] = (), *, reach: Reach = EVERYTHING_HELD) -> None:
        self.fields = tuple(fields)
        self.reach = reach
        self._by_name: dict[str, Field] = {}
        for one in self.fields:
            for name in (one.id, one.name, *one.aliases):
                self._by_name.setdefault(name.casefold(), one)

    def find(self, name: str) -> Field | None:
        """The field called `name`, by id, shown name or alias."""
        return self._by_name.get(name.casefold())

    def names(self) -> tuple[str, ...]:
        """Every id, name and alias, for suggestions."""
        return tuple(name for one in self.fields for name in (one.id, one.name, *one.aliases))


def bind(names: Mapping[str, tuple[str, ...]], catalog: FieldCatalog) -> dict[str, str]:
    """Our words (probability, impact …) with the id of the first field of the site that bears one of their names."""
    bound = {}
    for word, candidates in names.items():
        found = next((field for name in candidates if (field := catalog.find(name))), None)
        if found is not None:
            bound[word] = found.id
    return bound


def name_of(value: object) -> str | None:
    """The shown name of a Jira value: a plain string, or the displayName, name, value or key of an object."""
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping):
        for key in ("displayName", "name", "value", "key"):
            if isinstance(value.get(key), str):
                return str(value[key])
    return None


def user_of(value: object) -> str | None:
    """The stable id of a user object: accountId on Cloud, name or key on Data Center."""
    if isinstance(value, Mapping):
        for key in ("accountId", "name", "key"):
            if isinstance(value.get(key), str) and value[key]:
                return str(value[key])
    return None


def number_of(value: object) -> Decimal | None:
    """A number field, or a select option whose text is a number, as a Decimal."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        return Decimal(str(value))
    text = name_of(value)
    if text is None:
        return None
    try:
        number = Decimal(text.strip().split(" ")[0]) if text.strip() else None
    except InvalidOperation:
        return None
    return number if number is not None and number.is_finite() else None


def instant_of(value: object) -> datetime | None:
    """A Jira timestamp (2026-03-01T10:20:30.000+0800) or milliseconds since 1970, as an aware UTC datetime."""
    if isinstance(value, int) and not isinstance(value, bool):
        try:
            return datetime.fromtimestamp(value / 1000, UTC)
        except (OverflowError, ValueError, OSError):
            return None
    if not isinstance(value, str):
        return None
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return None
    try:
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except OverflowError:
        return None


def day_of(value: object) -> date | None:
    """A plain Jira date (2026-03-01). Never shifted by a time zone."""
    if not isinstance(value, str):
        return None
    try:
        return date.fromisoformat(value[:10])
    except ValueError:
        return None


def status_category(issue: Issue) -> str | None:
    """The key of the issue's status category: new, indeterminate, done or undefined."""
    status = issue.fields.get("status")
    category = status.get("statusCategory") if isinstance(status, Mapping) else None
    key = category.get("key") if isinstance(category, Mapping) else None
    return key if isinstance(key, str) else None


def is_done(issue: Issue) -> bool:
    """Whether the issue's status category is done."""
    return status_category(issue) == "done"


def current_due(issue: Issue) -> date | None:
    """The issue's due date as it stands now. It means the end of that day."""
    return day_of(issue.fields.get("duedate"))


def issue_number(issue: Issue) -> int:
    """The number in the issue's key, for lists in the order people know."""
    number = issue.key.rpartition("-")[2]
    return int(number) if number.isdigit() else 0


def summary_of(issue: Issue) -> str:
    """The issue's summary, or nothing."""
    text = issue.fields.get("summary")
    return text if isinstance(text, str) else ""
