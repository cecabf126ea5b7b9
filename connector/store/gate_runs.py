"""Runs of gates. A decided one is a record and never changes again."""

from sqlalchemy import Connection, select

from connector.core.errors import ConnectorError
from connector.core.findings import GateRun
from connector.store.coding import rebuild
from connector.store.statements import insert
from connector.store.tables import gate_runs


class RunIsDecided(ConnectorError):
    """A gate run that people decided on was to be changed."""


def save_gate_run(conn: Connection, site: str, project: str, run: GateRun) -> None:
    """Store a run, in place of its own earlier state.

    Raises RunIsDecided when that was decided and says anything else.
    """
    row = {"site": site, "project": project, "gate": run.gate, "sequence": run.sequence}
    values = {"is_decided": run.decision is not None, "body": run}
    statement = insert(conn, gate_runs)
    statement = statement.on_conflict_do_update(
        index_elements=list(row), set_=values, where=gate_runs.c.is_decided.is_(False)
    )
    conn.execute(statement, [{**row, **values}])
    if _find(conn, site, project, run.gate, run.sequence) != run:
        raise RunIsDecided(
            f"run {run.sequence} of gate {run.gate} in project {project} was decided and cannot change; "
            f"make run {run.sequence + 1}"
        )


def latest_gate_runs(conn: Connection, site: str, project: str) -> dict[str, GateRun]:
    """The newest run of each gate, by gate id."""
    return {run.gate: run for run in all_gate_runs(conn, site, project)}


def all_gate_runs(conn: Connection, site: str, project: str) -> list[GateRun]:
    """Every run, by gate and sequence."""
    statement = select(gate_runs.c.body).where(gate_runs.c.site == site, gate_runs.c.project == project)
    bodies = conn.execute(statement.order_by(gate_runs.c.gate, gate_runs.c.sequence)).scalars()
    return [rebuild(GateRun, body) for body in bodies]


def _find(conn: Connection, site: str, project: str, gate: str, sequence: int) -> GateRun | None:
    c = gate_runs.c
    mine = (c.site == site, c.project == project, c.gate == gate, c.sequence == sequence)
    body = conn.execute(select(c.body).where(*mine)).scalar_one_or_none()
    return None if body is None else rebuild(GateRun, body)
