"""The operations that a Cloud and a Data Center Jira do alike; what differs is left to the two."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence

from jira import JIRA

from connector.atlassian.failures import Refused
from connector.atlassian.jira import MARKER, Account, IssueType, Link
from connector.atlassian.jira_naming import TellsNames
from connector.atlassian.jira_reading import (
    RICH_SYSTEM,
    account_from,
    catalog_from,
    categories_from,
    leads_from,
    links_from,
    names_and_ids,
    rich_fields,
    types_from,
)
from connector.atlassian.jira_taking_back import TakesBack
from connector.atlassian.shapes import Raw, as_map, as_maps, as_number, as_text, within
from connector.atlassian.wire import JiraWire, part
from connector.core.actions import Line
from connector.core.fields import FieldCatalog, user_of

PAGE = 100


class JiraAlike(TakesBack, TellsNames, ABC):
    """Half of a Jira client: see the Protocol `jira.Jira` for what each method promises."""

    def __init__(self, library: JIRA, browse_url: str) -> None:
        self._library = library
        self._wire = JiraWire(library)
        self._browse_url = browse_url.rstrip("/")
        self._rich: frozenset[str] | None = None

    @property
    def browse_url(self) -> str:
        """The address people see the site at."""
        return self._browse_url

    def account(self) -> Account:
        """Who we are signed in as."""
        return account_from(self._library.myself())

    def fields(self) -> FieldCatalog:
        """All fields of the site."""
        return catalog_from(self._raw_fields())

    def statuses(self) -> dict[str, str]:
        """The category of each status."""
        return categories_from([as_map(one.raw) for one in self._library.statuses()])

    def ranks(self) -> dict[str, tuple[tuple[str, str], ...]]:
        """The site's order of priorities and resolutions: both are listed in it, for anybody who is signed in."""
        return {name: names_and_ids(as_maps(self._wire.get(name))) for name in ("priority", "resolution")}

    def component_leads(self, project: str) -> dict[str, str]:
        """Who leads the components of a project."""
        return leads_from(as_maps(self._wire.get(f"project/{part(project)}/components")), by="id")

    def members(self, group: str) -> tuple[str, ...]:
        """The members of a group, page by page, those who left the company not counted."""
        found: list[Mapping[str, object]] = []
        while True:
            answer = self._wire.get("group/member", {"groupname": group, "startAt": len(found), "maxResults": 50})
            page = as_maps(within(answer, "values"))
            found += page
            if not page or within(answer, "isLast") is True:
                return tuple(person for one in found if (person := user_of(one)) is not None)

    def issue_types(self, project: str) -> tuple[IssueType, ...]:
        """The types of a project."""
        return types_from(self._wire.get(f"project/{part(project)}"))

    @abstractmethod
    def search(
        self, jql: str, *, fields: Sequence[str] | None = None, with_changelog: bool = False
    ) -> Iterator[list[Raw]]:
        """The issues a query finds, page by page."""

    def fields_of(self, issue: str, names: Sequence[str]) -> Raw:
        """Some fields of an issue, by field id."""
        return dict(as_map(self._library.issue(issue, fields=",".join(names)).raw.get("fields")))

    def set_fields(self, issue: str, values: Mapping[str, object]) -> None:
        """The issue's fields hold these values."""
        self._wire.put(f"issue/{part(issue)}", {"fields": self._sent_values(values)})

    def set_label(self, issue: str, label: str) -> None:
        """The issue carries the label."""
        self._wire.put(f"issue/{part(issue)}", {"update": {"labels": [{"add": label}]}})

    def add_comment(self, issue: str, lines: Sequence[Line], marker: str) -> str:
        """Write a new comment."""
        made = self._wire.post(f"issue/{part(issue)}/comment", self._comment(lines, marker))
        return as_text(within(made, "id"))

    def edit_comment(self, issue: str, comment: str, lines: Sequence[Line], marker: str) -> None:
        """The comment has this text."""
        self._wire.put(f"issue/{part(issue)}/comment/{part(comment)}", self._comment(lines, marker))

    def find_comment(self, issue: str, marker: str) -> str | None:
        """The newest comment with the marker."""
        asked: Raw = {"orderBy": "-created", "expand": "properties"}
        for comment in self._comments(issue, asked):
            for one in as_maps(comment.get("properties")):
                if one.get("key") == MARKER and one.get("value") == marker:
                    return as_text(comment.get("id"))
        return None

    def transition(self, issue: str, transition: str, fields: Mapping[str, object]) -> None:
        """Take the transition."""
        body: Raw = {"transition": {"id": transition}}
        if fields:
            body["fields"] = self._sent_values(fields)
        self._wire.post(f"issue/{part(issue)}/transitions", body)

    def create_issue(
        self,
        project: str,
        type_id: str,
        summary: str,
        values: Mapping[str, object],
        lines: Sequence[Line],
        label: str,
        marker: str,
    ) -> tuple[str, str]:
        """Make an issue."""
        labels = values.get("labels")
        fields: Raw = {
            **self._sent_values(values),
            "project": {"key": project},
            "issuetype": {"id": type_id},
            "summary": " ".join(summary.split()),
            "labels": [*(labels if isinstance(labels, list) else []), label],
        }
        if lines:
            fields["description"] = self._text(lines)
        made = self._wire.post("issue", {"fields": fields, "properties": _marked(marker)})
        return as_text(within(made, "id")), as_text(within(made, "key"))

    def find_issue(self, project: str, label: str, marker: str) -> tuple[str, str] | None:
        """The issue with this label and marker."""
        jql = f"project = {quoted(project)} AND labels = {quoted(label)} ORDER BY created ASC"
        for page in self.search(jql, fields=["labels"]):
            for raw in page:
                found = as_text(raw.get("id"))
                if self.property(found, MARKER) == marker:
                    return found, as_text(raw.get("key"))
        return None

    def link(self, source: str, target: str, link_type: str) -> None:
        """Link two issues. Jira calls the end that the outward name is said of `inwardIssue`."""
        self._wire.post(
            "issueLink",
            {"type": {"name": link_type}, "inwardIssue": _end(source), "outwardIssue": _end(target)},
        )

    def links_of(self, issue: str) -> tuple[Link, ...]:
        """The links of an issue."""
        return links_from(self._library.issue(part(issue), fields="issuelinks").raw)

    def set_property(self, issue: str, name: str, value: object) -> None:
        """The issue's entity property holds the value."""
        self._library.add_issue_property(part(issue), part(name), value)

    def property(self, issue: str, name: str) -> object:
        """The issue's entity property."""
        try:
            found = self._library.issue_property(part(issue), part(name))
        except Refused as refused:
            if refused.status == 404:
                return None
            raise
        return within(found.raw, "value")

    def _completed(self, raw: Mapping[str, object]) -> Raw:
        """The issue with the comments and worklogs that a list leaves out."""
        issue, fields = as_text(raw.get("id")), as_map(raw.get("fields"))
        more: Raw = {}
        if _is_short(fields.get("comment"), "comments"):
            more["comment"] = _section("comments", list(self._comments(issue, {})))
        if _is_short(fields.get("worklog"), "worklogs"):
            more["worklog"] = _section("worklogs", list(self._worklogs(issue)))
        return {**raw, "fields": {**fields, **more}} if more else dict(raw)

    def _comments(self, issue: str, asked: Raw) -> Iterator[Mapping[str, object]]:
        yield from self._paged(f"issue/{part(issue)}/comment", "comments", asked)

    @abstractmethod
    def _worklogs(self, issue: str) -> Iterator[Mapping[str, object]]:
        """All worklogs of an issue."""

    def _paged(self, path: str, member: str, asked: Raw) -> Iterator[Mapping[str, object]]:
        """The members of all pages of a list with startAt and total, with texts as wiki strings."""
        start = 0
        while True:
            answer = self._wire.get(path, {**asked, "startAt": start, "maxResults": PAGE}, version="2")
            found = as_maps(within(answer, member))
            yield from found
            start += len(found)
            if not found or start >= as_number(within(answer, "total")):
                return

    def _comment(self, lines: Sequence[Line], marker: str) -> Raw:
        return {"body": self._text(lines), "properties": _marked(marker)}

    def _raw_fields(self) -> list[Mapping[str, object]]:
        return as_maps(self._library.fields())

    def _sent_values(self, values: Mapping[str, object]) -> Raw:
        """Field values as this deployment takes them: a plain text for a rich field is never read as markup."""
        return {
            field: self._plain(value) if isinstance(value, str) and self._is_rich(field) else value
            for field, value in values.items()
        }

    def _is_rich(self, field: str) -> bool:
        if not field.startswith("customfield_"):
            return field in RICH_SYSTEM
        if self._rich is None:
            self._rich = rich_fields(self._raw_fields())
        return field in self._rich

    @abstractmethod
    def _text(self, lines: Sequence[Line]) -> object:
        """The lines as this deployment keeps texts."""

    @abstractmethod
    def _plain(self, text: str) -> object:
        """A plain text as this deployment keeps texts."""


def quoted(text: str) -> str:
    """A text as a JQL string."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def is_id(text: str) -> bool:
    """Whether the text is an issue's number rather than its key."""
    return text.isascii() and text.isdigit()


def _marked(marker: str) -> list[Raw]:
    return [{"key": MARKER, "value": marker}]


def _end(issue: str) -> Raw:
    return {"id": issue} if is_id(issue) else {"key": issue}


def _is_short(section: object, member: str) -> bool:
    return as_number(within(section, "total")) > len(as_maps(within(section, member)))


def _section(member: str, found: list[Mapping[str, object]]) -> Raw:
    return {member: found, "startAt": 0, "maxResults": len(found), "total": len(found)}
