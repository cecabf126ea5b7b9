"""What `connector status` tells beside the counts: pauses, what rules hold back, the runs of late; and as JSON."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import Connection

from connector.core.steering import Pause
from connector.store import in_force, inbox, outbox, pauses, projects, runs
from connector.store.decided import cut_chains
from connector.store.runs import Run

_MOST_RULES = 40


def steering_lines(conn: Connection, site: str) -> Iterator[str]:
    """What is paused in a site, since when and why; what its rules hold back, with the command that lets it go."""
    for one in pauses.of_site(conn, site):
        yield f"paused {_name(one)} since {_moment(one.at)}" + (f": {one.reason}" if one.reason else "")
    for rule, project, count in _held(conn, site):
        name = rule.removeprefix("automation ")
        writes = "1 write" if count == 1 else f"{count} writes"
        yield f"held {site}/{project} {rule}: {writes}; `connector release {name} --project {project}` lets them go"


def run_lines(conn: Connection, sites: Sequence[str], count: int) -> Iterator[str]:
    """The runs of late, newest first, in columns."""
    rows = [_run_cells(one) for one in _runs(conn, sites, count)]
    if not rows:
        return
    table = [("run", "decided", "projects", "rules", "writes"), *rows]
    widths = [max(len(row[at]) for row in table) for at in range(4)]
    for row in table:
        yield "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[4]])


def as_tree(conn: Connection, sites: Sequence[str], counts: Mapping[str, int], run_count: int) -> dict[str, object]:
    """All that status tells, for programs."""
    told = in_force.told(conn, sites)
    return {
        "counts": dict(counts),
        "sites": [
            {
                "site": site,
                "rules": asdict(told[site]) if site in told else None,
                "projects": [asdict(row) for row in projects.all_of(conn, site)],
                "paused": [asdict(one) for one in pauses.of_site(conn, site)],
                "chains_cut": [asdict(one) for one in cut_chains(conn, site)],
                "held": [{"rule": rule, "project": key, "writes": n} for rule, key, n in _held(conn, site)],
            }
            for site in sites
        ],
        "runs": [asdict(one) for one in _runs(conn, sites, run_count)],
        "aside": [
            {"id": one.id, "source": one.source, "name": one.name, "reason": one.reason}
            for one in inbox.aside(conn, 20)
        ],
        "refused": [
            {"id": one.id, "write": one.natural_key, "rule": one.rule, "place": one.place, "reason": one.reason}
            for one in outbox.dead(conn, 20)
        ],
    }


def jsonable(value: object) -> object:
    """For json.dumps: moments as ISO text."""
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no JSON form")


def _held(conn: Connection, site: str) -> list[tuple[str, str, int]]:
    counted = Counter((row.rule, row.project) for row in outbox.held(conn, site))
    return [(rule, project, count) for (rule, project), count in sorted(counted.items())]


def _runs(conn: Connection, sites: Sequence[str], count: int) -> list[Run]:
    found = [one for site in sites for one in runs.recent(conn, site, count)] if count > 0 else []
    return sorted(found, key=lambda one: one.at, reverse=True)[:count]


def _run_cells(one: Run) -> tuple[str, str, str, str, str]:
    counts = ", ".join(f"{count} {state}" for state, count in one.counts.items())
    return one.name, _moment(one.at), ", ".join(one.projects), _short(", ".join(one.rules)), counts


def _name(one: Pause) -> str:
    match one.kind:
        case "site":
            return f"site {one.site}"
        case "project":
            return f"project {one.site}/{one.name}"
        case "rule":
            return f"rule {one.site}/{one.name}"


def _moment(at: datetime) -> str:
    return at.isoformat(timespec="seconds")


def _short(text: str) -> str:
    return text if len(text) <= _MOST_RULES else f"{text[: _MOST_RULES - 1]}…"
