"""What the tests of both dispatches stand on: projects that are due, a rollup over them, and jobs in a database."""

import time
from collections.abc import Callable
from typing import Any

from sqlalchemy import Engine, text

from connector.clock import FixedClock
from connector.core.rulebook import Rulebook
from connector.dispatch.jobtables import SCHEMA, make_job_tables, use_job_tables
from connector.rollup import Rollup
from connector.siterules import SiteRules
from connector.store import findings, projects
from connector.store.engine import reading, writing
from tests.core.build import CATALOG
from tests.pipeline.desk import NOW


def until(is_so: Callable[[], bool], within_s: float = 20) -> bool:
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        if is_so():
            return True
        time.sleep(0.01)
    return False


def rolled(engine: Engine) -> set[str]:
    with reading(engine) as conn:
        return {row.key for row in projects.all_of(conn, "main") if findings.latest_rollup(conn, "main", row.key)}


def rolling(engine: Engine, rules: Rulebook) -> Rollup:
    ground = SiteRules(site="main", rulebook=rules, catalog=CATALOG)
    return Rollup(engine=engine, clock=FixedClock(NOW), rules_of=lambda _: ground, templates=dict, real=FixedClock(NOW))


def dirty(engine: Engine, *keys: str) -> None:
    with writing(engine) as conn:
        for key in keys:
            projects.ensure(conn, "main", key)
        projects.mark_dirty(conn, "main", keys, urgent=True)


def is_due(engine: Engine, key: str) -> bool:
    with reading(engine) as conn:
        return key in {one.key for one in projects.due(conn)}


def clean_job_tables(engine: Engine) -> None:
    """The tables for jobs, without the jobs and workers of the test before."""
    make_job_tables(engine)
    on_jobs(engine, "DELETE FROM procrastinate_jobs")
    on_jobs(engine, "DELETE FROM procrastinate_workers")


def on_jobs(engine: Engine, statement: str) -> None:
    """Do something behind the board's back."""
    with writing(engine) as conn:
        use_job_tables(conn)
        conn.execute(text(statement))


def jobs(engine: Engine, *columns: str) -> list[Any]:
    """What the jobs on the board say of themselves, by lock."""
    wanted = ", ".join(columns or ("queueing_lock",))
    with reading(engine) as conn:
        rows = conn.execute(text(f"SELECT {wanted} FROM {SCHEMA}.procrastinate_jobs ORDER BY queueing_lock"))
        return [tuple(row) if columns else row[0] for row in rows]
