"""Keeping what rules decided about one project: its writes within limits, its waits, its marks and its chains."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy import Connection

from connector.core.actions import Planned
from connector.core.decide import Decided
from connector.core.merging import merged
from connector.core.rulebook import Rulebook
from connector.store import findings, planning, projects, timers
from connector.store.limits import Act, split, still_to_do
from connector.store.timers import Timer

log = structlog.get_logger()

CUT = "chains cut"
"""Subject of the chains of rules that did not come to rest in a project, by chain."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CutChain:
    """A chain of rules that did not come to rest in a project: its links, when it was last cut, under which rules."""

    project: str
    chain: str
    at: datetime
    rules: str
    cause: str | None


def cut_chains(conn: Connection, site: str, rules: str | None = None) -> list[CutChain]:
    """The chains that were cut; with `rules` only those under them, for newer rules may have mended the others."""
    found = [
        CutChain(project=row.key, chain=chain, at=told["at"], rules=str(told["rules"]), cause=told.get("cause"))
        for row in projects.all_of(conn, site)
        for chain, told in findings.topics_of(conn, site, f"{CUT} {row.key}").items()
        if isinstance(told, dict)
    ]
    return [one for one in found if rules is None or one.rules == rules]


def keep_decided(
    conn: Connection,
    site: str,
    project: str,
    decided: Decided,
    rulebook: Rulebook,
    *,
    now: datetime,
    run: str,
    is_observed: bool,
    is_paused: bool,
) -> list[int | None]:
    """Keep everything that was decided in one go. Gives the row id of each write, None where none was needed."""
    acts = [(decided.subjects.get(one.write.natural_key, project), one) for one in decided.planned]
    keep_waits(conn, site, project, decided, cause=None)
    report(conn, site, project, decided, rulebook.hash, at=now, cause=None)
    return store_acts(
        conn, site, project, acts, rulebook, now=now, run=run, is_observed=is_observed, is_paused=is_paused
    )


def store_acts(
    conn: Connection,
    site: str,
    project: str,
    acts: Sequence[Act],
    rulebook: Rulebook,
    *,
    now: datetime,
    run: str,
    is_observed: bool,
    is_paused: bool,
) -> list[int | None]:
    """Put one run's writes for a project into the outbox, merged; what goes beyond a rule's limit is held."""
    if not acts:
        return []

    def put(planned: Sequence[Planned], *, is_held: bool = False) -> list[int | None]:
        return planning.plan_all(
            conn,
            site,
            project,
            planned,
            now=now,
            run=run,
            rules=rulebook.hash,
            is_observed=is_observed,
            is_paused=is_paused,
            is_held=is_held,
        )

    if is_observed:
        return put(merged(one for _, one in acts))
    limits = {one.name: one.at_most for one in rulebook.automations}
    divided = split(conn, site, still_to_do(conn, site, acts, now=now), limits, now=now)
    for rule, count in divided.counts.items():
        log.warning("over the rule's limit", rule=rule, project=project, at_most=limits[rule], held=count)
    if divided.held:
        projects.mark_dirty(conn, site, [project])
    # What is kept back stays apart by rule, so that each can be released by itself.
    return [*put(merged(divided.sent)), *put(divided.held, is_held=True)]


def keep_waits(conn: Connection, site: str, project: str, decided: Decided, *, cause: str | None) -> None:
    """Begin and end the waits of rules for issues."""
    timers.stop(conn, site, decided.is_over)
    begun = [
        Timer(site=site, rule=one.rule, issue=one.issue, project=project, due_at=one.due_at, cause=cause)
        for one in decided.waits
    ]
    timers.start(conn, begun)


def report(
    conn: Connection, site: str, project: str, decided: Decided, rules: str, *, at: datetime, cause: str | None
) -> None:
    """Tell what could not be worked out, and keep the chains that were cut for who looks after the rules."""
    for problem in decided.problems:
        log.error("rule could not be worked out", problem=problem)
    for chain in decided.cut:
        log.warning("chain of rules cut", chain=chain, project=project, cause=cause)
        told = {"at": at, "rules": rules, "cause": cause}
        findings.set_judgement(conn, site, f"{CUT} {project}", chain, told)
