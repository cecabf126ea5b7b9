"""Jira Cloud: writes go to v3 with texts as documents; issues are read from v2, where texts are what webhooks say."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from connector.atlassian.jira import JiraProject, Transition
from connector.atlassian.jira_alike import PAGE, JiraAlike
from connector.atlassian.jira_reading import leads_from, project_categories_from, project_from, transition_from
from connector.atlassian.shapes import Raw, as_map, as_maps, as_number, as_text, within
from connector.atlassian.texts import adf, adf_of_text
from connector.atlassian.wire import part
from connector.core.actions import Line

_HISTORIES_PAGE = 1000


class JiraCloud(JiraAlike):
    """A Jira Cloud site. See the Protocol `jira.Jira`."""

    def projects(self) -> tuple[JiraProject, ...]:
        """The projects our account may see."""
        return tuple(project_from(one) for one in self._projects({}))

    def leads(self) -> dict[str, str]:
        """Who leads them."""
        return leads_from(self._projects({"expand": "lead"}))

    def project_categories(self) -> dict[str, str]:
        """What category they are in."""
        return project_categories_from(self._projects({}))

    def _projects(self, asked: Raw) -> list[Raw]:
        found: list[Raw] = []
        while True:
            answer = self._wire.get("project/search", {**asked, "startAt": len(found), "maxResults": 50})
            page = [dict(one) for one in as_maps(within(answer, "values"))]
            found += page
            if not page or within(answer, "isLast") is True:
                return found

    def search(
        self, jql: str, *, fields: Sequence[str] | None = None, with_changelog: bool = False
    ) -> Iterator[list[Raw]]:
        """The issues a query finds, page by page. The query must be bounded; the index may lag."""
        body: Raw = {"jql": jql, "fields": list(fields or ["*all"]), "maxResults": PAGE}
        while True:
            answer = self._wire.post("search/jql", body, version="2")
            page = [self._completed(one) for one in as_maps(within(answer, "issues"))]
            if page:
                yield self._with_histories(page) if with_changelog else page
            token = as_text(within(answer, "nextPageToken"))
            if not token or token == body.get("nextPageToken") or within(answer, "isLast") is True:
                return
            body = {**body, "nextPageToken": token}

    def count(self, jql: str) -> int:
        """About how many issues a query finds."""
        return as_number(within(self._wire.post("search/approximate-count", {"jql": jql}), "count"))

    def issues(self, ids: Sequence[str]) -> list[Raw]:
        """The issues, whole."""
        found: list[Raw] = []
        for start in range(0, len(ids), PAGE):
            body: Raw = {"issueIdsOrKeys": list(ids[start : start + PAGE]), "fields": ["*all"]}
            answer = self._wire.post("issue/bulkfetch", body, version="2")
            page = [self._completed(one) for one in as_maps(within(answer, "issues"))]
            found += self._with_histories(page) if page else []
        return found

    def transitions(self, issue: str) -> tuple[Transition, ...]:
        """The ways out of the issue's present status."""
        found = as_maps(self._library.transitions(part(issue), expand="transitions.fields"))
        return tuple(transition_from(one) for one in found)

    def _with_histories(self, page: list[Raw]) -> list[Raw]:
        histories = self._histories([as_text(one.get("id")) for one in page])
        return [{**one, "changelog": _changelog(histories[as_text(one.get("id"))])} for one in page]

    def _histories(self, ids: list[str]) -> dict[str, list[Mapping[str, object]]]:
        found: dict[str, list[Mapping[str, object]]] = defaultdict(list)
        body: Raw = {"issueIdsOrKeys": ids, "maxResults": _HISTORIES_PAGE}
        while True:
            answer = self._wire.post("changelog/bulkfetch", body)
            for one in as_maps(within(answer, "issueChangeLogs")):
                found[as_text(one.get("issueId"))] += as_maps(one.get("changeHistories"))
            token = as_text(within(answer, "nextPageToken"))
            if not token or token == body.get("nextPageToken"):
                return found
            body = {**body, "nextPageToken": token}

    def _worklogs(self, issue: str) -> Iterator[Mapping[str, object]]:
        yield from self._paged(f"issue/{part(issue)}/worklog", "worklogs", {})

    def _text(self, lines: Sequence[Line]) -> object:
        return adf(lines, self._browse_url)

    def _plain(self, text: str) -> object:
        return adf_of_text(text)


def _changelog(histories: list[Mapping[str, object]]) -> Raw:
    ordered = sorted(histories, key=lambda one: _number(as_map(one).get("id")))
    return {"startAt": 0, "maxResults": len(ordered), "total": len(ordered), "histories": ordered}


def _number(value: object) -> int:
    text = as_text(value)
    return int(text) if text.isascii() and text.isdigit() else 0
