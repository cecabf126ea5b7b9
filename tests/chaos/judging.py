"""What must hold after a run, and be the same as after a quiet one."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import requests
from sqlalchemy import select

from connector.core.findings import Findings
from connector.store import changes, entities, findings, inbox, issues, outbox
from connector.store.coding import rebuild
from connector.store.engine import reading
from connector.store.tables import inbox as inbox_table
from tests.chaos.house import PROJECTS, Run
from tests.chaos.people import BEGINS, People

OWN = "connector"
# Jira tells a link by an event of its own and not by one of the issue, whose `updated` it moves all the same.
TOLD_APART = frozenset({"comment", "worklog", "watches", "votes", "lastViewed", "issuelinks", "updated"})
# The rank depends on when the connector made its issues, and these moments on when it wrote.
RUNS_DIFFER = frozenset({"updated", "resolutiondate", "statuscategorychangedate", "created", "customfield_10019"})
_VOLATILE = (
    (re.compile(r'ac:macro-id="[^"]*"'), 'ac:macro-id=""'),
    (re.compile(r"<p><em>Generated automatically\..*?</em></p>"), ""),
)


@dataclass(slots=True)
class Seen:
    """What was found after a run: problems, counts for the table, and the state that another run must share."""

    problems: list[str] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    state: dict[str, object] = field(default_factory=dict)

    def check(self, holds: bool, problem: str) -> None:
        """Note a problem that must not be."""
        if not holds:
            self.problems.append(problem)


def look(run: Run, people: People) -> Seen:
    """Everything that can be asked while the sandbox is up."""
    seen = Seen()
    told = requests.get(f"{run.sandbox_url}/sandbox/webhooks", timeout=20).json()
    seen.counts |= {name: told[name] for name in ("sent", "retried", "failed")}
    seen.check(told["failed"] == 0, f"{told['failed']} webhooks were given up by the site: the run was too unkind")
    _accepted_are_done(run, seen)
    _order_is_kept(run, seen)
    names = requests.get(f"{run.sandbox_url}/sandbox/state", timeout=20).json()["fields"]
    for project in PROJECTS:
        truth = dict(_issues_of(people, project))
        _mirror_is_true(run, project, truth, seen)
        _links_are_true(run, project, truth, seen)
        _totals_are_true(run, project, truth, names, seen)
        pages = dict(_pages_of(people, project))
        _notes_stand(people, project, pages, seen)
        seen.state[project] = {"issues": {key: _shared(one, names) for key, one in truth.items()}, "pages": pages}
    return seen


def look_at_record(run: Run, seen: Seen) -> None:
    """What was written twice, from the sandbox's record and its saved state. Once the sandbox has ended."""
    record = [json.loads(line) for line in (run.place / "record.jsonl").read_text("utf-8").splitlines()]
    state = json.loads((run.place / "sandbox" / "state.json").read_text("utf-8"))
    done = [one for one in record if one["method"] in ("POST", "PUT") and one["status"] < 300]
    made = Counter(label for one in done if _is(one, r"/issue$") for label in _labels(one) if "lifecycle-" in label)
    said = Counter(mark for one in done if _is(one, r"/issue/[^/]+/comment$") if (mark := _mark(one)))
    moved = Counter(one["path"] for one in done if _is(one, r"/transitions$") and _is_ours(one))
    linked = Counter(json.dumps(one["body"], sort_keys=True) for one in done if _is(one, r"/issueLink$"))
    pages = _own_editions(state)
    seen.counts |= {
        "issues made": sum(made.values()),
        "comments": sum(said.values()),
        "moves": sum(moved.values()),
        "links": sum(linked.values()),
        "page versions": len(pages),
    }
    for what, counted in (("issue", made), ("comment", said), ("link", linked)):
        twice = {name: count for name, count in counted.items() if count > 1}
        seen.check(not twice, f"{what} written twice: {twice}")
    with reading(run.house.engine) as conn:
        rows = outbox.listed(conn, state="confirmed", limit=1_000_000)
    planned = Counter(row.kind for row in rows)
    seen.check(
        sum(moved.values()) <= planned["MoveIssue"],
        f"{sum(moved.values())} moves were made for {planned['MoveIssue']} decisions",
    )
    seen.check(sum(said.values()) > 0 and sum(linked.values()) > 0, "the connector wrote no comment or no link at all")
    unchanged = [title for title, before, after in pages if before == after]
    seen.check(not unchanged, f"pages written without a change: {Counter(unchanged)}")


def differences(first: Mapping[str, object], second: Mapping[str, object], place: str = "") -> Iterator[str]:
    """Where two states differ, in words short enough to read."""
    for key in sorted({*first, *second}):
        one, two = first.get(key), second.get(key)
        if isinstance(one, Mapping) and isinstance(two, Mapping):
            yield from differences(one, two, f"{place}{key} > ")
        elif one != two:
            yield f"{place}{key}: {_around(one, two)}"


def _accepted_are_done(run: Run, seen: Seen) -> None:
    """Every delivery that was told 202 has its row, and every row is carried through."""
    accepted = {(one.identifier, one.body_hash) for one in run.between.seen if one.status == 202}
    answers = Counter(one.status for one in run.between.seen)
    with reading(run.house.engine) as conn:
        rows = conn.execute(select(inbox_table.c.delivery, inbox_table.c.body_hash, inbox_table.c.state)).all()
        aside = inbox.aside(conn)
        dead = outbox.dead(conn)
    done = {(row.delivery, row.body_hash) for row in rows if row.state == "done"}
    seen.counts |= {"202": answers[202], "200": answers[200], "no answer": answers[None], "503": answers[503]}
    seen.check(accepted <= done, f"{len(accepted - done)} accepted events are lost")
    seen.check(not aside, f"{len(aside)} letters lie aside: {[one.reason for one in aside[:3]]}")
    seen.check(not dead, f"{len(dead)} writes were refused: {[(one.natural_key, one.reason) for one in dead[:3]]}")
    odd = {status: count for status, count in answers.items() if status not in (200, 202, 503, None)}
    seen.check(not odd, f"the doors answered {odd}")


def _order_is_kept(run: Run, seen: Seen) -> None:
    """Letters were carried through in the order of their arrival."""
    with reading(run.house.engine) as conn:
        at = conn.execute(select(inbox_table.c.finished_at).order_by(inbox_table.c.id)).scalars().all()
    moments = [one for one in at if one is not None]
    seen.check(moments == sorted(moments), "letters were not carried through in the order of their arrival")


def _mirror_is_true(run: Run, project: str, truth: Mapping[str, Any], seen: Seen) -> None:
    """The mirror holds each issue's fields and whole history as the site does."""
    with reading(run.house.engine) as conn:
        mirrored = {one.key: one for one in issues.of_project(conn, "main", project)}
        histories = changes.changes_in(conn, "main", [one.id for one in mirrored.values()])
    seen.check(set(mirrored) == set(truth), f"{project}: mirrored other issues: {set(mirrored) ^ set(truth)}")
    for key in sorted(set(mirrored) & set(truth)):
        held, fields = mirrored[key].fields, truth[key]["fields"]
        wrong = {
            name: (held.get(name), value)
            for name, value in fields.items()
            if name not in TOLD_APART and held.get(name) != value
        }
        seen.check(not wrong, f"{key} is mirrored wrongly: {str(wrong)[:300]}")
        told = Counter(
            (item.get("fieldId") or item["field"], item.get("toString") or "")
            for one in truth[key]["changelog"]["histories"]
            for item in one["items"]
            if item["field"] != "Link"
        )
        kept = Counter(
            (one.field_id, one.after or "") for one in histories.get(mirrored[key].id, ()) if one.field != "Link"
        )
        seen.check(told == kept, f"{key}: history differs: {str((told - kept) + (kept - told))[:300]}")


def _links_are_true(run: Run, project: str, truth: Mapping[str, Any], seen: Seen) -> None:
    """The mirror holds each link once."""
    with reading(run.house.engine) as conn:
        held = entities.of_project(conn, "main", project, ["link"])
    mirrored = Counter(one.id for one in held if not one.is_gone)
    told = Counter({link["id"]: 1 for one in truth.values() for link in one["fields"]["issuelinks"]})
    seen.check(mirrored == told, f"{project}: links {sorted(mirrored)} are mirrored, {sorted(told)} are there")


def _totals_are_true(run: Run, project: str, truth: Mapping[str, Any], names: Mapping[str, str], seen: Seen) -> None:
    """The figures of the last rollup, counted again from the site's own data."""
    with reading(run.house.engine) as conn:
        found = _last_findings(conn, project)
    counted = Counter(one["fields"]["status"]["statusCategory"]["key"] for one in truth.values())
    figures = {one.kpi: one.figure.value for one in found.kpis}
    seen.check(dict(found.by_category) == dict(counted), f"{project}: {dict(found.by_category)} is not {dict(counted)}")
    high = sum(_is_high(one["fields"], names) for one in truth.values())
    seen.check(figures["open_high_risks"] == Decimal(high), f"{project}: {figures['open_high_risks']} high, not {high}")
    scores = [one for one in truth.values() if _score(one["fields"], names) is not None]
    wrong = [one["key"] for one in scores if one["fields"][names["score"]] != _score(one["fields"], names)]
    seen.check(not wrong, f"{project}: scores not written back: {wrong}")
    today = (BEGINS + timedelta(hours=8)).date().isoformat()
    late = sum(_is_late(one["fields"], today) for one in truth.values())
    seen.check(figures["overdue"] == Decimal(late), f"{project}: {figures['overdue']} overdue, not {late}")


def _last_findings(conn: Any, project: str) -> Findings:
    found = findings.latest_rollup(conn, "main", project)
    assert found is not None, f"{project} was never rolled up"
    return rebuild(Findings, found.body)


def _score(fields: Mapping[str, Any], names: Mapping[str, str]) -> int | None:
    """Probability times impact of an open risk."""
    probability, impact = fields.get(names["probability"]), fields.get(names["impact"])
    is_open = fields["status"]["statusCategory"]["key"] != "done"
    if fields["issuetype"]["name"] != "Risk" or probability is None or impact is None or not is_open:
        return None
    return int(probability * impact)


def _is_high(fields: Mapping[str, Any], names: Mapping[str, str]) -> bool:
    score = _score(fields, names)
    return score is not None and score >= 15


def _is_late(fields: Mapping[str, Any], today: str) -> bool:
    is_work = fields["issuetype"]["name"] not in ("Phase Gate", "Goal", "Risk", "Milestone")
    is_open = fields["status"]["statusCategory"]["key"] != "done"
    return is_work and is_open and fields["duedate"] is not None and fields["duedate"] < today


def _issues_of(people: People, project: str) -> Iterator[tuple[str, Any]]:
    """Every issue of a project as the site holds it, with its history."""
    number = 1
    while True:
        key = f"{project}-{number}"
        answer = requests.get(
            f"{people.url}/rest/api/2/issue/{key}",
            params={"expand": "changelog"},
            auth=("ada@example.com", "token-ada"),
            timeout=20,
        )
        if answer.status_code == 404:
            return
        yield key, answer.json()
        number += 1


def _pages_of(people: People, project: str) -> Iterator[tuple[str, str]]:
    """Every page of a project's space, without what differs from run to run."""
    space = people.ask("GET", "/wiki/api/v2/spaces", params={"keys": project})["results"][0]["id"]
    params = {"limit": 250, "body-format": "storage"}
    for page in people.ask("GET", f"/wiki/api/v2/spaces/{space}/pages", params=params)["results"]:
        body = str(page["body"]["storage"]["value"])
        for pattern, replacement in _VOLATILE:
            body = pattern.sub(replacement, body)
        yield page["title"], body


def _notes_stand(people: People, project: str, pages: Mapping[str, str], seen: Seen) -> None:
    status = next((body for title, body in pages.items() if title.endswith("status")), "")
    lost = [note for note in people.notes[project] if status.count(note) != 1]
    seen.counts["notes on status pages"] = seen.counts.get("notes on status pages", 0) + len(people.notes[project])
    seen.check(not lost, f"{project}: people's notes are not on the status page: {lost[:3]}")


def _shared(issue: Mapping[str, Any], names: Mapping[str, str]) -> Mapping[str, object]:
    """What another run with the same edits must end with."""
    fields = {name: value for name, value in issue["fields"].items() if name not in TOLD_APART | RUNS_DIFFER}
    if fields["issuetype"]["name"] == "Risk" and fields["status"]["statusCategory"]["key"] == "done":
        # A closed risk is left as it was: how far its last scores got depends on when they were heard of.
        del fields[names["score"]]
        fields["labels"] = [one for one in fields["labels"] if one != "escalated"]
    fields["links"] = sorted(_links(issue["fields"]["issuelinks"]))
    return {name: json.dumps(value, sort_keys=True, ensure_ascii=False) for name, value in fields.items()}


def _links(links: list[Any]) -> Iterator[tuple[str, str, str]]:
    """Type, direction and the other end's key of each link."""
    for one in links:
        direction = "inwardIssue" if "inwardIssue" in one else "outwardIssue"
        yield one["type"]["name"], direction, one[direction]["key"]


def _own_editions(state: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Title, body before and body after of each version that the connector wrote of a page that was there."""
    own = next(one["id"] for one in state["users"] if one["name"] == OWN)
    found = []
    pages = state["confluence"]["pages"]
    for page in pages.values() if isinstance(pages, dict) else pages:
        editions = page["editions"]
        for before, after in pairwise(editions):
            if after["by"] == own:
                found.append((after["title"], before["body"], after["body"]))
    return found


def _is(one: Mapping[str, Any], path: str) -> bool:
    return one["method"] == "POST" and re.search(path, one["path"]) is not None


def _is_ours(one: Mapping[str, Any]) -> bool:
    return "lifecycle-connector" in str(one["headers"].get("x-atlassian-webhook-trace", ""))


def _labels(one: Mapping[str, Any]) -> list[str]:
    return list(one["body"]["fields"].get("labels") or [])


def _mark(one: Mapping[str, Any]) -> str | None:
    """The mark of a comment of ours, with the issue it is on."""
    marks = [str(each["value"]) for each in one["body"].get("properties") or []]
    return f"{one['path']} {marks[0]}" if marks else None


def _around(one: object, two: object) -> str:
    """The place where two texts part, else both."""
    first, second = str(one), str(two)
    at = next((n for n, (a, b) in enumerate(zip(first, second, strict=False)) if a != b), min(len(first), len(second)))
    start = max(0, at - 60)
    return f"{first[start : at + 60]!r} is not {second[start : at + 60]!r}"
