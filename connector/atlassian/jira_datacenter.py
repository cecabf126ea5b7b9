"""Jira Data Center: v2, texts as wiki markup."""

from collections.abc import Iterator, Mapping, Sequence

from connector.atlassian.jira import JiraProject, Transition
from connector.atlassian.jira_alike import PAGE, JiraAlike, is_id, quoted
from connector.atlassian.jira_reading import leads_from, project_categories_from, project_from, transition_from
from connector.atlassian.shapes import Raw, as_map, as_maps, as_number, as_text, within
from connector.atlassian.texts import wiki, wiki_text
from connector.atlassian.wire import part
from connector.core.actions import Line


class JiraDataCenter(JiraAlike):
    """A Jira Data Center site. See the Protocol `jira.Jira`."""

    person_key = "username"

    def projects(self) -> tuple[JiraProject, ...]:
        """The projects our account may see."""
        return tuple(project_from(as_map(one.raw)) for one in self._library.projects())

    def leads(self) -> dict[str, str]:
        """Who leads them."""
        return leads_from(as_maps(self._wire.get("project", {"expand": "lead"})))

    def project_categories(self) -> dict[str, str]:
        """What category they are in."""
        return project_categories_from(as_maps(self._wire.get("project", {})))

    def search(
        self, jql: str, *, fields: Sequence[str] | None = None, with_changelog: bool = False
    ) -> Iterator[list[Raw]]:
        """The issues a query finds, page by page."""
        asked: Raw = {"jql": jql, "fields": list(fields or ["*all"]), "maxResults": PAGE}
        if with_changelog:
            asked["expand"] = ["changelog"]
        yield from self._found(asked)

    def count(self, jql: str) -> int:
        """How many issues a query finds."""
        return as_number(within(self._wire.post("search", {"jql": jql, "maxResults": 0}), "total"))

    def issues(self, ids: Sequence[str]) -> list[Raw]:
        """The issues, whole."""
        found: list[Raw] = []
        for start in range(0, len(ids), PAGE):
            named = ", ".join(one if is_id(one) else quoted(one) for one in ids[start : start + PAGE])
            # Unless validation is off, one issue that is gone makes the whole query fail.
            asked: Raw = {
                "jql": f"id in ({named})",
                "fields": ["*all"],
                "expand": ["changelog"],
                "maxResults": PAGE,
                "validateQuery": False,
            }
            found += [raw for page in self._found(asked) for raw in page]
        return found

    def transitions(self, issue: str) -> tuple[Transition, ...]:
        """The ways out of the issue's present status.

        The documented list takes no `expand`, without which it leaves out the fields: they are asked for with the
        issue itself. A site whose issues tell no transitions gives the list without them.
        """
        raw = as_map(self._library.issue(part(issue), fields="status", expand="transitions.fields").raw)
        found = raw.get("transitions")
        listed = found if isinstance(found, list) else self._library.transitions(part(issue))
        return tuple(transition_from(one) for one in as_maps(listed))

    def _found(self, asked: Raw) -> Iterator[list[Raw]]:
        start = 0
        while True:
            answer = self._wire.post("search", {**asked, "startAt": start})
            page = as_maps(within(answer, "issues"))
            if page:
                yield [self._with_whole_changelog(self._completed(one)) for one in page]
            start += len(page)
            if not page or start >= as_number(within(answer, "total")):
                return

    def _with_whole_changelog(self, raw: Raw) -> Raw:
        told = within(raw, "changelog", "histories")
        if as_number(within(raw, "changelog", "total")) <= len(as_maps(told)):
            return raw
        whole = self._library.issue(as_text(raw.get("id")), fields="updated", expand="changelog").raw
        return {**raw, "changelog": within(whole, "changelog")}

    def _worklogs(self, issue: str) -> Iterator[Mapping[str, object]]:
        yield from as_maps(within(self._wire.get(f"issue/{part(issue)}/worklog"), "worklogs"))

    def _text(self, lines: Sequence[Line]) -> object:
        return wiki(lines, self._browse_url)

    def _plain(self, text: str) -> object:
        return wiki_text(text)
