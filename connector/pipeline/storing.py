"""Putting what a batch decided into the outbox: one merged set of writes a project, no rule beyond its limit."""

from connector.pipeline.bench import RISK_TOPIC, Bench
from connector.store import findings
from connector.store.decided import store_acts


def store_plans(bench: Bench) -> int:
    """Put everything that was decided into the outbox. Gives the number of writes that were new."""
    marks = {f"issue {issue_id}": mark for issue_id, mark in bench.told.items()}
    findings.set_judgements(bench.conn, bench.site.site, RISK_TOPIC, marks)
    stored = [
        row_id
        for (project, is_watched), acts in bench.plans.items()
        for row_id in store_acts(
            bench.conn,
            bench.site.site,
            project,
            acts,
            bench.rulebook_of(project),
            now=bench.real_now,
            run=bench.run,
            is_observed=is_watched,
            is_paused=bench.paused.of_project(project) is not None,
        )
    ]
    return sum(row_id is not None for row_id in stored)
