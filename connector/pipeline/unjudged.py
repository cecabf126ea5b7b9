"""What the mirror learnt by reading, before the letter of its own came: to the rules that letter is news all the same.

Without this a read-up, the sweep or a catch-up would swallow the event that a webhook is still to tell.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from sqlalchemy import Connection

from connector.core.events import EntityGone, EntitySeen, IssueSeen
from connector.pipeline.mirroring import Mirrored
from connector.store import findings

TOPIC = "unjudged"
MOST = 50
"""Of one issue no more than so many are remembered, the last ones."""

Waiting = dict[str, list[str]]
"""By issue id, what was learnt and not told yet: `issue`, `history 77`, `comment 501`."""


def read_waiting(conn: Connection, site: str, issue_ids: Iterable[str]) -> Waiting:
    """What these issues' letters are still to tell."""
    found = findings.judgements_of(conn, site, [f"issue {one}" for one in issue_ids], TOPIC)
    held = {subject.removeprefix("issue "): tree for subject, tree in found.items()}
    return {issue_id: [str(one) for one in tree] for issue_id, tree in held.items() if isinstance(tree, list)}


def keep_waiting(conn: Connection, site: str, waiting: Waiting) -> None:
    """Remember what letters are still to tell."""
    findings.set_judgements(conn, site, TOPIC, {f"issue {one}": list(names[-MOST:]) for one, names in waiting.items()})


def learn(waiting: Waiting, mirrored: Mirrored, *, is_told: bool) -> Waiting:
    """What is to be remembered of issues after this letter, or after a read that nobody told of."""
    own = _own(mirrored) if is_told else {}
    changed: Waiting = {}
    for issue_id in {*mirrored.news, *own}:
        known, told = waiting.get(issue_id, []), own.get(issue_id, frozenset())
        names = [*(one for one in known if one not in told), *sorted(mirrored.news.get(issue_id, frozenset()) - told)]
        if names != known:
            changed[issue_id] = list(dict.fromkeys(names))
    return changed


def caught_up(waiting: Mapping[str, list[str]], mirrored: Mirrored) -> Mirrored | None:
    """The letter as if the mirror had first heard of it now; None when it tells nothing that was waited for."""
    if not any(set(waiting.get(issue_id, [])) & told for issue_id, told in _own(mirrored).items()):
        return None
    event = mirrored.events[0]
    changes = {event.issue_id: event.changes} if isinstance(event, IssueSeen) and event.changes else {}
    return replace(mirrored, changes=changes, is_changed=True)


def _own(mirrored: Mirrored) -> dict[str, frozenset[str]]:
    """What the letter's own event tells, by issue id."""
    event = mirrored.events[0] if mirrored.events else None
    match event:
        case IssueSeen():
            is_new = event.origin.name == "issue.created"
            names = {f"history {one.history_id}" for one in event.changes} | ({"issue"} if is_new else set())
            return {event.issue_id: frozenset(names)}
        case EntitySeen() | EntityGone() if event.parent is not None:
            return {event.parent: frozenset({f"{event.kind} {event.id}"})}
        case _:
            return {}
