"""Which rules are in force at a site and since when, and why newer ones are not: told by the rooms, read by people."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from connector.store import findings
from connector.store.coding import rebuild

SUBJECT, TOPIC = "site", "rules"
MOST_TOLD = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class InForce:
    """The rules in force, by hash. `problems` say why what lies in the rule directory now is not."""

    rules: str
    since: datetime
    problems: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def told(conn: Connection, sites: Sequence[str]) -> Mapping[str, InForce]:
    """What is in force, by site; those without are left out."""
    found = {site: findings.judgement(conn, site, SUBJECT, TOPIC) for site in sites}
    return {site: rebuild(InForce, tree) for site, tree in found.items() if tree is not None}


def tell(conn: Connection, site: str, now: InForce) -> None:
    """Remember what is in force. Rules that were so before keep their moment."""
    last = told(conn, [site]).get(site)
    since = last.since if last is not None and last.rules == now.rules else now.since
    fresh = replace(now, since=since, problems=now.problems[:MOST_TOLD])
    if fresh != last:
        findings.set_judgement(conn, site, SUBJECT, TOPIC, fresh)
