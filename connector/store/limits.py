"""How far a rule may go in one run: what is beyond its limit is kept back, counted before anything is written."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from connector.core.actions import Planned, SetIssueFields
from connector.store import planning
from connector.store.runs import taken_back

Act = tuple[str, Planned]
"""A write with the issue, or the project, that it is about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """What may be written now, what is kept back, and by rule for how many issues."""

    sent: tuple[Planned, ...]
    held: tuple[Planned, ...]
    counts: Mapping[str, int]


def split(conn: Connection, site: str, acts: Sequence[Act], limits: Mapping[str, int], *, now: datetime) -> Split:
    """Divide what rules decided in one run of one project. limits: how many issues each rule may act on.

    A limit counts issues, whatever the rule does to each, and only those for which something is still to be done.
    """
    new = planning.unsettled(conn, site, [planned for _, planned in acts if planned.rule in limits], now=now)
    touched: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for subject, planned in acts:
        if planned.rule in limits and planned.write.natural_key in new:
            touched[planned.rule][subject] = None
    over = {(rule, one) for rule, subjects in touched.items() for one in list(subjects)[limits[rule] :]}
    return Split(
        sent=tuple(planned for subject, planned in acts if (planned.rule, subject) not in over),
        held=tuple(planned for subject, planned in acts if (planned.rule, subject) in over),
        counts={rule: sum(one == rule for one, _ in over) for rule in sorted({rule for rule, _ in over})},
    )


def still_to_do(conn: Connection, site: str, acts: Sequence[Act], *, now: datetime) -> list[Act]:
    """The writes without the fields that will hold these values anyway once what is on its way has been done.

    Nor are those asked for again that a person has taken back, until a rule wants something else of the field.
    """
    ids = [one.write.issue for _, one in acts if isinstance(one.write, SetIssueFields)]
    coming = planning.under_way(conn, site, ids, now=now) if ids else {}
    for issue, fields in (taken_back(conn, site, ids) if ids else {}).items():
        coming[issue] = {**fields, **coming.get(issue, {})}
    settled = {issue: _settled(issue, fields, acts) for issue, fields in coming.items()}
    left = [(subject, _without(one, coming, settled)) for subject, one in acts]
    return [(subject, one) for subject, one in left if one is not None]


def _settled(issue: str, coming: Mapping[str, object], acts: Sequence[Act]) -> set[str]:
    """The fields of an issue that what is on its way leaves as they are asked for last.

    What was asked for before is outdated then: written by itself it would overtake what is on its way.
    """
    wanted: dict[str, object] = {}
    for _, one in acts:
        if isinstance(one.write, SetIssueFields) and one.write.issue == issue:
            wanted.update(one.write.values)
    return {field for field, value in coming.items() if field in wanted and wanted[field] == value}


def _without(
    planned: Planned, coming: Mapping[str, Mapping[str, object]], settled: Mapping[str, set[str]]
) -> Planned | None:
    write = planned.write
    if not isinstance(write, SetIssueFields) or write.issue not in coming:
        return planned
    known = coming[write.issue]
    dropped = {field for field, value in write.values.items() if field in known and known[field] == value}
    dropped |= settled[write.issue]
    values = {field: value for field, value in write.values.items() if field not in dropped}
    if len(values) == len(write.values):
        return planned
    return replace(planned, write=replace(write, values=values)) if values else None
