"""The history of an issue in the reader's language: field names, days and times as people write them."""

from dataclasses import dataclass

from connector.sandbox.front import the_world
from connector.sandbox.jira.rows import Change, History, IssueRow
from connector.sandbox.jira.shapes import duration
from connector.sandbox.users import Person
from connector.sandbox.web.door import looks, texts

_SECONDS = frozenset({"timeoriginalestimate", "timeestimate", "timespent"})
#: What the changelog calls a thing that is no field, and the field whose name people know it by.
_KNOWN_AS = {
    "Link": "issuelinks",
    "Attachment": "attachment",
    "IssueParentAssociation": "parent",
    "Comment": "comment",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeView:
    """One field's change."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryView:
    """Everything that one edit changed."""

    author: Person | None
    at: str
    changes: list[ChangeView]


def history_of(found: IssueRow) -> list[HistoryView]:
    """The history, newest first."""
    return [_view(one) for one in reversed(found.histories)]


def _view(row: History) -> HistoryView:
    author = looks().person(row.author)
    return HistoryView(author=author, at=looks().moment(row.created), changes=[_change(one) for one in row.changes])


def _change(row: Change) -> ChangeView:
    fields, t = the_world().jira.fields, texts()
    known = fields.get(row.field_id or "") or fields.get(_KNOWN_AS.get(row.field, ""))
    own = {"WorklogId": t("Work log ID"), "RemoteIssueLink": t("Link elsewhere")}
    return ChangeView(
        name=known.name if known else own.get(row.field, row.field),
        before=_value(row.field_id, row.before, row.before_text),
        after=_value(row.field_id, row.after, row.after_text),
    )


def _value(field_id: str | None, value: str | None, text: str | None) -> str:
    shown = text or value
    if not shown:
        return texts()("None")
    row = the_world().jira.fields.get(field_id or "")
    if field_id in _SECONDS and shown.isdigit():
        return duration(int(shown))
    if row is not None and row.kind == "date" and value:
        return looks().day(value)
    if field_id is None and texts().is_chinese:
        return shown.replace("This issue links to", "此问题链接到").replace("This issue ", "此问题")
    return shown
