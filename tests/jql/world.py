"""A small site for the tests: its fields, a moment, and issues that name only what matters."""

from collections.abc import Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from connector.core.fields import Field, FieldCatalog, Reach
from connector.core.issue import Change, Issue
from connector.jql.compile import Names, Scope, compile_jql

CATALOG = FieldCatalog(
    [
        Field(id="duedate", name="到期日", kind="date"),
        Field(id="customfield_10010", name="Severity", kind="option"),
        Field(id="customfield_10011", name="Region", kind="option-with-child"),
        Field(id="customfield_10016", name="Story Points", kind="number"),
        Field(id="customfield_10020", name="Sprint", kind="array", items="json"),
        Field(id="customfield_10021", name="Rank", kind="any"),
        Field(id="customfield_10030", name="Go-live", kind="datetime"),
        Field(id="customfield_10031", name="Start date", kind="date"),
        Field(id="customfield_10032", name="Notes", kind="string"),
        Field(id="customfield_10033", name="Risk owner", kind="user"),
        Field(id="customfield_10034", name="Tags", kind="array", items="string"),
        Field(id="customfield_10035", name="概率", kind="option", aliases=("probability",)),
    ],
    reach=Reach(groups=frozenset({"crew", "Site Crew"}), has_leads=True, has_component_leads=True),
)
SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 3, 4, 2, 30, tzinfo=UTC)  # Wednesday, 10:30 in Shanghai
NAMES = Names(types={"risk": ("风险",)}, statuses={"To Do": ("待办",)}, priorities={"Highest": ("最高",)})
LI = {"accountId": "712:li", "displayName": "Li Wen", "emailAddress": "li.wen@example.com"}
ANA = {"name": "ana", "key": "JIRAUSER10100", "displayName": "Ana Ruiz"}
PROJECT = {"id": "10000", "key": "OPS", "name": "Operations", "projectCategory": {"id": "5", "name": "Internal"}}


def scope(**given: object) -> Scope:
    return Scope(**({"now": NOW, "timezone": SHANGHAI, "user": "712:li"} | given))  # type: ignore[arg-type]


def issue(
    key: str = "OPS-7",
    *,
    changes: tuple[Change, ...] = (),
    properties: Mapping[str, object] | None = None,
    **fields: object,
) -> Issue:
    whole = {"project": PROJECT, "created": "2026-01-01T08:00:00.000+0800", "creator": ANA} | fields
    number = key.rpartition("-")[2]
    return Issue(site="main", id=f"1{number:0>4}", key=key, fields=whole, changes=changes, properties=properties or {})


def change(
    day: int, field: str, before: str | None, after: str | None, *, by: str = "ana", **ids: str | None
) -> Change:
    """On a day of February 2026 at noon UTC; `before_id` and `after_id` where they matter."""
    return Change(
        history_id=1000 + day,
        at=datetime(2026, 2, day, 12, tzinfo=UTC),
        author=by,
        field=field,
        field_id=field,
        before=before,
        after=after,
        **ids,
    )


def selects(query: str, about: Issue | None = None, /, *, within: Scope | None = None, **fields: object) -> bool:
    return compile_jql(query, CATALOG, NAMES).matches(about or issue(**fields), within or scope())  # type: ignore[arg-type]
