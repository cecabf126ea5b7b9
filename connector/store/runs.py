"""What was written run by run: a run is one batch of events, or one rollup of a project."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, func, literal, or_, select

from connector.core.actions import MoveIssue, SetIssueFields, Write
from connector.core.steering import UNDO
from connector.core.taking_back import PutBackFields
from connector.store.outbox import OutboxRow, State, found, is_of_rule
from connector.store.statements import chunks
from connector.store.tables import outbox


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run: when it decided, in which projects, by which rules, and how many writes are in which state now."""

    site: str
    name: str
    at: datetime
    projects: tuple[str, ...]
    rules: tuple[str, ...]
    counts: Mapping[State, int]


def recent(conn: Connection, site: str, limit: int = 10) -> list[Run]:
    """The runs that decided something, the newest first."""
    newest = func.max(outbox.c.id)
    moments = select(outbox.c.run, func.min(outbox.c.created_at).label("at")).where(outbox.c.site == site)
    listed = conn.execute(moments.group_by(outbox.c.run).order_by(newest.desc()).limit(limit)).all()
    parts = _parts(conn, site, [row.run for row in listed])
    return [_run(site, row.run, row.at, parts[row.run]) for row in listed]


def rules(conn: Connection, site: str) -> set[str]:
    """The full names of all rules that ever asked for a write."""
    told = conn.execute(select(outbox.c.rule).distinct().where(outbox.c.site == site, outbox.c.rule != UNDO)).scalars()
    return {name for joined in told for name in joined.split(", ")}


def named(conn: Connection, site: str, name: str) -> list[str]:
    """The full names of the runs that are called so, or whose last word begins so. At most ten."""
    begins = or_(outbox.c.run == name, outbox.c.run.like(f"% {_escaped(name)}%", escape="\\"))
    rows = conn.execute(select(outbox.c.run).distinct().where(outbox.c.site == site, begins).limit(10))
    runs = [row.run for row in rows]
    return [name] if name in runs else sorted(runs)


def of_run(conn: Connection, site: str, run: str) -> list[OutboxRow]:
    """Everything that a run decided, oldest first."""
    return found(conn, outbox.c.site == site, outbox.c.run == run)


def of_rule(conn: Connection, site: str, rule: str, since: datetime) -> list[OutboxRow]:
    """Everything that a rule has decided since then, alone or together with others, oldest first."""
    return found(conn, outbox.c.site == site, is_of_rule(literal(rule)), outbox.c.created_at >= since)


def histories(conn: Connection, site: str, keys: Iterable[str]) -> dict[str, list[OutboxRow]]:
    """All writes under these natural keys that were or are to be sent, oldest first."""
    told: defaultdict[str, list[OutboxRow]] = defaultdict(list)
    for some in chunks(sorted(set(keys))):
        real = outbox.c.state.not_in(("replaced", "observed"))
        for row in found(conn, outbox.c.site == site, outbox.c.natural_key.in_(some), real):
            told[row.natural_key].append(row)
    return dict(told)


def taken_back(conn: Connection, site: str, issue_ids: Iterable[str]) -> dict[str, dict[str, object]]:
    """What rules wrote to fields of issues and a person took back, by issue and field id, if nothing was written since.

    Fields that were taken back together are known one by one here, whatever the natural key of their row.
    """
    told: dict[str, dict[str, object]] = {}
    for some in chunks(sorted(set(issue_ids)), 100):
        is_theirs = or_(*(_begins(f"issue {one} fields ") for one in some))
        mine = (outbox.c.site == site, is_theirs, outbox.c.state.in_(("planned", "sent", "unknown", "confirmed")))
        has_any = select(outbox.c.id).where(*mine, outbox.c.kind == PutBackFields.__name__).limit(1)
        if conn.execute(has_any).first() is None:
            continue
        for row in found(conn, *mine):
            _follow(told, row.write)
    return {issue: fields for issue, fields in told.items() if fields}


def moved_back(conn: Connection, site: str, project: str) -> frozenset[str]:
    """The natural keys of the moves in a project that were taken back."""
    c = outbox.c
    mine = (c.site == site, c.project == project, c.rule == UNDO, c.kind == MoveIssue.__name__)
    done = (c.state.in_(("sent", "unknown", "confirmed")),)
    return frozenset(conn.execute(select(c.natural_key).where(*mine, *done)).scalars())


def _follow(told: dict[str, dict[str, object]], write: Write) -> None:
    match write:
        case PutBackFields():
            told.setdefault(write.issue, {}).update(write.ours)
        case SetIssueFields():
            for field in write.values:
                told.get(write.issue, {}).pop(field, None)


def _begins(prefix: str) -> ColumnElement[bool]:
    return and_(outbox.c.natural_key >= prefix, outbox.c.natural_key < prefix + "\U0010ffff")


Part = tuple[str, str, State, int]


def _parts(conn: Connection, site: str, runs: Sequence[str]) -> dict[str, list[Part]]:
    c = outbox.c
    parts: defaultdict[str, list[Part]] = defaultdict(list)
    for some in chunks(runs):
        grouped = select(c.run, c.project, c.rule, c.state, func.count().label("n")).where(c.site == site)
        for row in conn.execute(grouped.where(c.run.in_(some)).group_by(c.run, c.project, c.rule, c.state)):
            parts[row.run].append((row.project, row.rule, row.state, row.n))
    return parts


def _run(site: str, name: str, at: datetime, parts: Sequence[Part]) -> Run:
    counts: dict[State, int] = {}
    for _, _, state, count in parts:
        counts[state] = counts.get(state, 0) + count
    return Run(
        site=site,
        name=name,
        at=at,
        projects=tuple(sorted({project for project, _, _, _ in parts})),
        rules=tuple(sorted({rule for _, rule, _, _ in parts})),
        counts=dict(sorted(counts.items())),
    )


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
