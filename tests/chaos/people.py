"""People who edit in the sandbox by REST, by chance from a seed: the same edits in every run, whatever else happens."""

import random
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import requests

from tests.chaos.house import PROJECTS

BEGINS = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
NAMES = ("ada", "ben", "chen", "dana", "emil", "fay", "gus", "hana")
WORDS = ("survey", "answer time", "complaints", "hand-over", "call list", "training", "report", "follow-up")
PRIORITIES = ("2", "3", "4", "5")
TYPES = ("Task", "Story", "Bug", "Risk", "Goal", "Milestone")
CHARTER = "<h2>Goals</h2><p>Happier customers</p><h2>Scope</h2><p>The support desk</p>"


@dataclass(slots=True)
class Known:
    """What people remember of an issue. A settled risk is touched no more: its escalation then has one outcome."""

    key: str
    type: str
    is_settled: bool = False


@dataclass
class People:
    """The people, what they made so far, and how many edits that were."""

    url: str
    seed: int
    edits: int = 0
    issues: dict[str, list[Known]] = field(default_factory=lambda: {key: [] for key in PROJECTS})
    pages: dict[str, list[str]] = field(default_factory=lambda: {key: [] for key in PROJECTS})
    notes: dict[str, list[str]] = field(default_factory=lambda: {key: [] for key in PROJECTS})
    gates: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._chance = random.Random(self.seed)
        self._session = requests.Session()
        self._session.trust_env = False
        told = self._session.get(f"{self.url}/sandbox/state", timeout=20).json()
        self._fields = {str(word): str(name) for word, name in told["fields"].items()}
        self._accounts = {one["name"]: one["account_id"] for one in told["people"]}
        self._homes: dict[str, dict[str, str]] = {}

    def begin(self) -> None:
        """Every project gets its gate and a first issue, so that its status page is there."""
        for project in PROJECTS:
            self.gates[project] = self.make(project, "Phase Gate", "Plan baseline", labels=["plan-baseline"])
            self.make(project, "Task", "The first work")

    def edit_by_chance(self) -> None:
        """One edit of somebody somewhere."""
        project = self._chance.choice(PROJECTS)
        doing = self._chance.choices(
            (self._make, self._change, self._move, self._talk, self._assess, self._write, self._note),
            (16, 26, 20, 12, 16, 7, 3),
        )[0]
        doing(project)

    def make(self, project: str, kind: str, summary: str, **fields: Any) -> str:
        """A new issue; field words are the sandbox's."""
        values = {self._fields.get(word, word): value for word, value in fields.items()}
        basic = {"project": {"key": project}, "issuetype": {"name": kind}, "summary": summary}
        made = self._edit("POST", "/rest/api/2/issue", {"fields": {**basic, **values}})
        key = str(made["key"])
        if kind != "Phase Gate":
            self.issues[project].append(Known(key, kind))
        return key

    def set_fields(self, key: str, **fields: Any) -> None:
        """Change fields of an issue."""
        values = {self._fields.get(word, word): value for word, value in fields.items()}
        self._edit("PUT", f"/rest/api/2/issue/{key}", {"fields": values})

    def status_of(self, key: str) -> str:
        """The name of the status that an issue is in."""
        return str(self.ask("GET", f"/rest/api/2/issue/{key}", params={"fields": "status"})["fields"]["status"]["name"])

    def move_to(self, key: str, status: str) -> None:
        """Take the transition that leads to a status."""
        chosen = next(one for one in self._offered(key) if one["to"]["name"] == status)
        self._edit("POST", f"/rest/api/2/issue/{key}/transitions", {"transition": {"id": chosen["id"]}})

    def add_charter(self, project: str) -> None:
        """The page that the plan baseline asks for."""
        page = self._new_page(project, f"{project} charter", CHARTER)
        self._edit("POST", f"/wiki/rest/api/content/{page}/label", [{"prefix": "global", "name": "charter"}])

    def goals_and_owners(self, project: str) -> None:
        """What else the plan baseline asks for: three goals with targets, and an owner and a date for what is open."""
        for number in range(3):
            self.make(project, "Goal", f"Goal {number}", goal_target=10)
        for known in self.issues[project]:
            if known.type == "Goal":
                self.set_fields(known.key, goal_target=10)
            elif known.type in ("Task", "Story", "Bug", "Risk", "Milestone"):
                self.set_fields(known.key, assignee={"id": self._accounts["ben"]}, duedate="2026-09-30")

    def ask(self, method: str, path: str, body: Any = None, params: Any = None) -> Any:
        """A request in somebody's name; a rate limit is waited for."""
        # Not by chance: how often a page is stale differs from run to run.
        who = NAMES[self.edits % len(NAMES)]
        while True:
            answer = self._session.request(
                method,
                f"{self.url}{path}",
                json=body,
                params=params,
                auth=(f"{who}@example.com", f"token-{who}"),
                timeout=30,
            )
            if answer.status_code != 429:
                break
            time.sleep(float(answer.headers["Retry-After"]))
        if answer.status_code == 409:
            raise Stale
        assert answer.status_code < 300, f"{method} {path}: {answer.status_code} {answer.text[:500]}"
        return answer.json() if answer.content else None

    def _edit(self, method: str, path: str, body: Any) -> Any:
        """One edit, a second after the one before on the sandbox's clock."""
        self.edits += 1
        now = (BEGINS + timedelta(seconds=self.edits)).isoformat()
        self._session.post(f"{self.url}/sandbox/clock", json={"now": now}, timeout=20).raise_for_status()
        return self.ask(method, path, body)

    def _make(self, project: str) -> None:
        kind = self._chance.choice(TYPES)
        fields: dict[str, Any] = {"priority": {"id": self._chance.choice(PRIORITIES)}}
        if kind == "Risk":
            fields |= {"probability": self._chance.randint(1, 3), "impact": self._chance.randint(1, 4)}
        if self._chance.random() < 0.5:
            fields["duedate"] = self._date()
        self.make(project, kind, f"{self._chance.choice(WORDS)} {self.edits}", **fields)

    def _change(self, project: str) -> None:
        key = self._chance.choice(self.issues[project]).key
        what = self._chance.choice(("summary", "duedate", "assignee", "priority", "labels", "description"))
        value: Any = {
            "summary": f"{self._chance.choice(WORDS)} {self.edits} {self._chance.choice(('重要', '&', '<b>', '|'))}",
            "duedate": self._date(),
            "assignee": {"id": self._accounts[self._chance.choice(NAMES)]},
            "priority": {"id": self._chance.choice(PRIORITIES)},
            "labels": self._chance.sample(["q1", "q2", "urgent", "web", "phone"], 2),
            "description": f"Said {self.edits} times.\n\nSee {key}.",
        }[what]
        if what == "labels":
            # Set as a whole, this would take the label away that the connector adds.
            self._edit("PUT", f"/rest/api/2/issue/{key}", {"update": {"labels": [{"add": one} for one in value]}})
        else:
            self.set_fields(key, **{what: value})

    def _move(self, project: str) -> None:
        key = self._chance.choice(self.issues[project]).key
        chosen = self._chance.choice(self._offered(key))
        fields = {"resolution": {"id": "10000"}} if "resolution" in chosen.get("fields", {}) else {}
        self._edit(
            "POST",
            f"/rest/api/2/issue/{key}/transitions",
            {"transition": {"id": chosen["id"]}, "fields": fields},
        )

    def _talk(self, project: str) -> None:
        key = self._chance.choice(self.issues[project]).key
        self._edit("POST", f"/rest/api/2/issue/{key}/comment", {"body": f"Talk {self.edits}: *hear* [me]"})

    def _assess(self, project: str) -> None:
        risks = [one for one in self.issues[project] if one.type == "Risk" and not one.is_settled]
        if not risks:
            self.make(project, "Risk", f"risk {self.edits}", probability=2, impact=3)
            return
        risk = self._chance.choice(risks)
        probability, impact = self._chance.choice(((1, 2), (2, 4), (3, 3), (3, 5), (4, 4), (4, 5), (5, 5)))
        risk.is_settled = probability * impact >= 20
        self.set_fields(risk.key, probability=probability, impact=impact)

    def _write(self, project: str) -> None:
        if not self.pages[project] or self._chance.random() < 0.4:
            self.pages[project].append(self._new_page(project, f"Minutes {self.edits}", f"<p>Minutes {self.edits}</p>"))
            return
        page = self._chance.choice(self.pages[project])
        self._append(page, f"<p>More {self.edits} &amp; more</p>")

    def _note(self, project: str) -> None:
        """Somebody writes on the page that the connector keeps up."""
        note = f"<p>A note on the status, {self.edits}.</p>"
        found = self.ask("GET", "/wiki/api/v2/pages", params={"title": f"{project} status", "limit": 5})["results"]
        title_of = {one["title"]: one["id"] for one in found}
        page = title_of.get(f"{project} status") or self._status_page(project)
        self.notes[project].append(note)
        self._append(page, note)

    def _status_page(self, project: str) -> str:
        space = self._home(project)["space"]
        found = self.ask("GET", f"/wiki/api/v2/spaces/{space}/pages", params={"limit": 250})["results"]
        return next(str(one["id"]) for one in found if one["title"].endswith("status"))

    def _append(self, page: str, text: str) -> None:
        """Add a paragraph at the end of a page; when somebody saved in between, on what they saved."""
        is_first = True
        while True:
            held = self.ask("GET", f"/wiki/api/v2/pages/{page}", params={"body-format": "storage"})
            body = {
                "id": page,
                "status": "current",
                "title": held["title"],
                "body": {"representation": "storage", "value": held["body"]["storage"]["value"] + text},
                "version": {"number": held["version"]["number"] + 1},
            }
            path = f"/wiki/api/v2/pages/{page}"
            try:
                _ = self._edit("PUT", path, body) if is_first else self.ask("PUT", path, body)
            except Stale:
                is_first = False
                continue
            return

    def _new_page(self, project: str, title: str, body: str) -> str:
        home = self._home(project)
        made = self._edit(
            "POST",
            "/wiki/api/v2/pages",
            {
                "spaceId": home["space"],
                "status": "current",
                "title": title,
                "parentId": home["page"],
                "body": {"representation": "storage", "value": body},
            },
        )
        return str(made["id"])

    def _home(self, project: str) -> dict[str, str]:
        if project not in self._homes:
            space = self.ask("GET", "/wiki/api/v2/spaces", params={"keys": project})["results"][0]
            self._homes[project] = {"space": str(space["id"]), "page": str(space["homepageId"])}
        return self._homes[project]

    def _offered(self, key: str) -> list[Any]:
        path = f"/rest/api/2/issue/{key}/transitions"
        return list(self.ask("GET", path, params={"expand": "transitions.fields"})["transitions"])

    def _date(self) -> str:
        return (BEGINS + timedelta(days=self._chance.randint(-20, 90))).date().isoformat()


class Stale(Exception):
    """Somebody else saved the page in between."""
