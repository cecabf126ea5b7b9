"""What people do in the sandbox's Jira: make, edit, move, comment, log work, link and look things up."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from connector.sandbox.acting.place import Caller, Declined, Json, as_map, maps, plain, text_within

_OPTIONS = frozenset({"goal_direction", "department", "response", "gate_decision"})
_PEOPLE = frozenset({"assignee", "reporter", "risk_owner"})
_TEXTS = frozenset({"description", "trigger", "gate_conditions"})
_NAMED = frozenset({"priority", "resolution"})
_PAGE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A comment: who wrote it and its words."""

    by_app: bool
    text: str


@dataclass(frozen=True, slots=True)
class InJira:
    """Somebody at work in Jira. Types, statuses, fields and options are named by their words in `locale.WORDS`."""

    caller: Caller

    def make_project(self, key: str, name: str, lead: str) -> None:
        """Open a project; its Confluence space comes with it."""
        who = self.caller.person(lead)
        body: Json = {"key": key, "name": name, "projectTypeKey": "software"}
        body |= {"leadAccountId": who["accountId"]} if self._is_cloud else {"lead": who["name"]}
        self._ask("POST", "project", body)

    def make(self, project: str, kind: str, summary: str, values: Mapping[str, object] | None = None) -> str:
        """Make an issue; its key."""
        fields: Json = {
            "project": {"key": project},
            "issuetype": {"name": self._words(kind)},
            "summary": summary,
            **self._fields(values or {}),
        }
        return str(as_map(self._ask("POST", "issue", {"fields": fields}))["key"])

    def edit(self, key: str, values: Mapping[str, object]) -> None:
        """Change fields of an issue."""
        self._ask("PUT", f"issue/{key}", {"fields": self._fields(values)})

    def move(self, key: str, *statuses: str) -> None:
        """Take the transitions that lead to these statuses, one after the other."""
        for status in statuses:
            self._take(key, status, {})

    def finish(self, key: str) -> None:
        """Move the issue to done, with a resolution."""
        self._take(key, "done", {"fields": {"resolution": {"name": self._words("resolution_done")}}})

    def comment(self, key: str, words: str) -> None:
        """Say something on an issue."""
        self._ask("POST", f"issue/{key}/comment", {"body": self._text(words)})

    def log_work(self, key: str, hours: int, started: datetime) -> None:
        """Book hours on an issue."""
        at = started.strftime("%Y-%m-%dT%H:%M:%S.000%z")
        self._ask("POST", f"issue/{key}/worklog", {"timeSpentSeconds": hours * 3600, "started": at})

    def link(self, key: str, kind: str, other: str) -> None:
        """Link two issues: `key` does to `other` what the link says."""
        ends = {"outwardIssue": {"key": other}, "inwardIssue": {"key": key}}
        self._ask("POST", "issueLink", {"type": {"name": self._words(kind)}, **ends})

    def fields(self, key: str) -> Json:
        """The issue's fields as Jira has them."""
        return as_map(as_map(self._ask("GET", f"issue/{key}")).get("fields"))

    def value(self, key: str, field: str) -> object:
        """One field, by its word."""
        return self.fields(key).get(self._field(field))

    def status(self, key: str) -> str:
        """The name of the status the issue is in."""
        return text_within(self.fields(key), "status", "name")

    def comments(self, key: str) -> list[Said]:
        """The comments of an issue, oldest first."""
        app = self.caller.place.app
        found = maps(self._ask("GET", f"issue/{key}/comment"), "comments")
        return [
            Said(
                by_app=text_within(one, "author", "accountId" if self._is_cloud else "name")
                == (app.id if self._is_cloud else app.name),
                text=plain(one.get("body")),
            )
            for one in found
        ]

    def linked(self, key: str) -> list[str]:
        """The keys of the issues that this one is linked to."""
        ends = [as_map(one.get(end)) for one in maps(self.fields(key), "issuelinks") for end in _ENDS]
        return sorted(str(one["key"]) for one in ends if one)

    def property_of(self, key: str, name: str) -> object:
        """The value of an issue's entity property."""
        return as_map(self._ask("GET", f"issue/{key}/properties/{name}")).get("value")

    def find(self, jql: str) -> list[str]:
        """The keys of all issues that a query finds, in its order."""
        return self._find_by_token(jql) if self._is_cloud else self._find_by_number(jql)

    def _find_by_token(self, jql: str) -> list[str]:
        asked: Json = {"jql": jql, "fields": ["summary"], "maxResults": _PAGE}
        keys: list[str] = []
        while True:
            found = as_map(self._ask("POST", "search/jql", asked))
            keys += [str(one["key"]) for one in maps(found, "issues")]
            if not found.get("nextPageToken"):
                return keys
            asked = {**asked, "nextPageToken": found["nextPageToken"]}

    def _find_by_number(self, jql: str) -> list[str]:
        keys: list[str] = []
        while True:
            asked: Json = {"jql": jql, "fields": ["summary"], "maxResults": _PAGE, "startAt": len(keys)}
            found = as_map(self._ask("POST", "search", asked))
            keys += [str(one["key"]) for one in maps(found, "issues")]
            if len(keys) >= int(str(found["total"])):
                return keys

    def _take(self, key: str, status: str, more: Json) -> None:
        wanted = self._words(status)
        offered = maps(self._ask("GET", f"issue/{key}/transitions"), "transitions")
        found = next((one for one in offered if text_within(one, "to", "name") == wanted), None)
        if found is None:
            raise Declined(f"{key} cannot be moved to {wanted}; there is no such transition from where it is")
        self._ask("POST", f"issue/{key}/transitions", {"transition": {"id": found["id"]}, **more})

    @property
    def _is_cloud(self) -> bool:
        return self.caller.place.is_cloud

    def _ask(self, method: str, path: str, body: object = None) -> object:
        version = "3" if self._is_cloud else "2"
        return self.caller.ask(method, f"{self.caller.place.jira}/rest/api/{version}/{path}", body)

    def _words(self, word: str) -> str:
        return self.caller.place.words(word)

    def _text(self, words: str) -> object:
        if not self._is_cloud:
            return words
        paragraphs = [{"type": "paragraph", "content": [{"type": "text", "text": one}]} for one in words.splitlines()]
        return {"type": "doc", "version": 1, "content": paragraphs}

    def _field(self, word: str) -> str:
        if word == "parent" and not self._is_cloud:
            word = "epic_link"
        return self.caller.place.fields.get(word, word)

    def _fields(self, values: Mapping[str, object]) -> Json:
        return {self._field(word): self._shaped(word, value) for word, value in values.items()}

    def _shaped(self, word: str, value: object) -> object:
        if isinstance(value, date):
            return value.isoformat()
        if not isinstance(value, str):
            return value
        if word in _OPTIONS:
            return {"value": self._words(value)}
        if word in _NAMED:
            return {"name": self._words(value)}
        if word in _PEOPLE:
            return self.caller.person(value)
        if word in _TEXTS:
            return self._text(value)
        return {"key": value} if word == "parent" and self._is_cloud else value


_ENDS = ("inwardIssue", "outwardIssue")
