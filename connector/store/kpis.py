"""The series of each KPI: one point whenever it changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Row, func, select

from connector.core.figures.figure import NullReason, Unit
from connector.core.findings import KpiFound, Light
from connector.store.statements import upsert
from connector.store.tables import kpi_points


@dataclass(frozen=True, slots=True, kw_only=True)
class KpiPoint:
    """A KPI from this moment on, until the next point. Without a value there is a reason."""

    kpi: str
    as_of: datetime
    value: Decimal | None
    reason: NullReason | None
    unit: Unit
    light: Light
    target: str | None
    amber: str | None
    used: int
    total: int
    rules: str


_PARTS = [kpi_points.c[name] for name in KpiPoint.__dataclass_fields__]


def save_kpis(conn: Connection, site: str, project: str, found: Sequence[KpiFound], rules: str) -> int:
    """Add a point to the series of each KPI that changed. Gives how many did."""
    newest = latest_kpis(conn, site, project)
    points = [_point(one, rules) for one in found]
    changed = [one for one in points if one.kpi not in newest or _told(one) != _told(newest[one.kpi])]
    upsert(conn, kpi_points, [_values(site, project, one) for one in changed])
    return len(changed)


def latest_kpis(conn: Connection, site: str, project: str) -> dict[str, KpiPoint]:
    """The newest point of each KPI, by its id."""
    mine = (kpi_points.c.site == site, kpi_points.c.project == project)
    last = select(kpi_points.c.kpi, func.max(kpi_points.c.as_of).label("as_of")).where(*mine)
    of_last = last.group_by(kpi_points.c.kpi).subquery()
    joined = kpi_points.join(of_last, (of_last.c.kpi == kpi_points.c.kpi) & (of_last.c.as_of == kpi_points.c.as_of))
    rows = conn.execute(select(*_PARTS).select_from(joined).where(*mine))
    return {row.kpi: _read(row) for row in rows}


def kpi_series(conn: Connection, site: str, project: str, kpi: str) -> list[KpiPoint]:
    """All points of a KPI, oldest first."""
    mine = (kpi_points.c.site == site, kpi_points.c.project == project, kpi_points.c.kpi == kpi)
    return [_read(row) for row in conn.execute(select(*_PARTS).where(*mine).order_by(kpi_points.c.as_of))]


def _point(found: KpiFound, rules: str) -> KpiPoint:
    figure = found.figure
    return KpiPoint(
        kpi=found.kpi,
        as_of=figure.as_of,
        value=figure.value,
        reason=figure.reason,
        unit=figure.unit,
        light=found.light,
        target=found.target,
        amber=found.amber,
        used=figure.used,
        total=figure.total,
        rules=rules,
    )


def _told(point: KpiPoint) -> tuple[object, ...]:
    """What a reader would notice."""
    return (point.value, point.reason, point.unit, point.light, point.target, point.amber)


def _values(site: str, project: str, point: KpiPoint) -> Mapping[str, object]:
    values = {name: getattr(point, name) for name in KpiPoint.__dataclass_fields__}
    value = None if point.value is None else str(point.value)
    return {**values, "site": site, "project": project, "value": value}


def _read(row: Row[Any]) -> KpiPoint:
    value = None if row.value is None else Decimal(row.value)
    return KpiPoint(**{**row._mapping, "value": value})
