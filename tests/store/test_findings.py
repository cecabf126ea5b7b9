from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import Engine

from connector.core.figures.figure import Figure
from connector.core.findings import CriterionResult, Findings, GateRun, KpiFound
from connector.store import findings, gate_runs, kpis
from connector.store.coding import rebuild
from connector.store.engine import reading, writing
from connector.store.findings import Rollup
from connector.store.gate_runs import RunIsDecided
from connector.store.kpis import KpiPoint

NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)

RUN = GateRun(
    gate="plan-baseline",
    sequence=1,
    state="open",
    recommendation="NOT_READY",
    results=(
        CriterionResult(
            criterion="owners",
            title={"id": "criterion.owners"},
            state="fail",
            is_must=True,
            reason="criterion.every",
            values={"share": Decimal("0.75"), "missing": 2, "day": NOW.date()},
            issues=("OPS-7", "OPS-9"),
        ),
    ),
    data_date=NOW,
    rules="abc",
    evidence="e1",
)
DECIDED = replace(RUN, state="decided", decision="GO", decided_by="u-1", decided_at=NOW)


def saved(engine: Engine, *runs: GateRun) -> None:
    with writing(engine) as conn:
        for run in runs:
            gate_runs.save_gate_run(conn, "main", "OPS", run)


def figure(value: str | None, day: int = 0) -> Figure:
    reason = "no_data" if value is None else None
    found = None if value is None else Decimal(value)
    at = NOW + timedelta(days=day)
    return Figure(name="on_time_rate", unit="ratio", as_of=at, value=found, reason=reason, used=4, total=5)


def kpi(value: str | None, day: int = 0) -> KpiFound:
    light = "grey" if value is None else "green"
    return KpiFound(
        kpi="on_time", title={"id": "kpi.on_time"}, figure=figure(value, day), light=light, target=">= 0.9", amber=None
    )


def point(value: str | None, day: int = 0) -> KpiPoint:
    return KpiPoint(
        kpi="on_time",
        as_of=NOW + timedelta(days=day),
        value=None if value is None else Decimal(value),
        reason="no_data" if value is None else None,
        unit="ratio",
        light="grey" if value is None else "green",
        target=">= 0.9",
        amber=None,
        used=4,
        total=5,
        rules="abc",
    )


def test_a_gate_run_comes_back_as_it_was_and_may_change_until_it_is_decided(engine: Engine) -> None:
    saved(engine, RUN, replace(RUN, recommendation="READY"), DECIDED, DECIDED)

    with reading(engine) as conn:
        assert gate_runs.all_gate_runs(conn, "main", "OPS") == [DECIDED]
        assert gate_runs.all_gate_runs(conn, "main", "MKT") == []


@pytest.mark.parametrize(
    "later",
    [
        pytest.param(replace(DECIDED, decision="HOLD"), id="another-decision"),
        pytest.param(replace(DECIDED, evidence="e2"), id="other-evidence"),
        pytest.param(RUN, id="undecided-again"),
    ],
)
def test_a_decided_run_never_changes(engine: Engine, later: GateRun) -> None:
    saved(engine, DECIDED)

    with pytest.raises(RunIsDecided, match="run 1 of gate plan-baseline in project OPS was decided"):
        saved(engine, later)

    with reading(engine) as conn:
        assert gate_runs.all_gate_runs(conn, "main", "OPS") == [DECIDED]


def test_the_latest_run_of_each_gate_is_the_one_with_the_highest_number(engine: Engine) -> None:
    again, other = replace(RUN, sequence=10), replace(RUN, gate="closing")
    saved(engine, DECIDED, again, replace(RUN, sequence=2), other)

    with reading(engine) as conn:
        assert gate_runs.latest_gate_runs(conn, "main", "OPS") == {"plan-baseline": again, "closing": other}
        sequences = [(run.gate, run.sequence) for run in gate_runs.all_gate_runs(conn, "main", "OPS")]
    assert sequences == [("closing", 1), ("plan-baseline", 1), ("plan-baseline", 2), ("plan-baseline", 10)]


def test_a_kpi_gets_a_point_only_when_a_reader_would_notice(engine: Engine) -> None:
    told = [kpi(None), kpi("0.90", 1), kpi("0.90", 2), kpi("0.9000000000000000000001", 3)]
    with writing(engine) as conn:
        changed = [kpis.save_kpis(conn, "main", "OPS", [one], "abc") for one in told]

        assert changed == [1, 1, 0, 1]
        series = [point(None), point("0.90", 1), point("0.9000000000000000000001", 3)]
        assert kpis.kpi_series(conn, "main", "OPS", "on_time") == series
        assert kpis.latest_kpis(conn, "main", "OPS") == {"on_time": series[-1]}
        assert kpis.latest_kpis(conn, "main", "MKT") == {}


def test_the_newest_findings_of_a_project_come_back_whole(engine: Engine) -> None:
    found = Findings(
        site="main",
        project="OPS",
        name="运营",
        as_of=NOW,
        rules="abc",
        phase="planning",
        is_closed=False,
        gates=(DECIDED,),
        kpis=(kpi("0.9"),),
        figures={"on_time_rate": figure(None)},
        by_category={"done": 3},
    )
    with writing(engine) as conn:
        findings.save_rollup(conn, "main", "OPS", NOW - timedelta(days=1), "old", {"any": "json"})
        findings.save_rollup(conn, "main", "OPS", NOW, "abc", found)

        latest = findings.latest_rollup(conn, "main", "OPS")

        assert latest is not None
        assert (latest.as_of, latest.rules, rebuild(Findings, latest.body)) == (NOW, "abc", found)
        assert findings.latest_rollup(conn, "main", "MKT") is None


def test_a_rollup_may_be_any_json(engine: Engine) -> None:
    with writing(engine) as conn:
        findings.save_rollup(conn, "main", "OPS", NOW, "abc", {"n": Decimal("0.1"), "list": [1]})

        expected = Rollup(as_of=NOW, rules="abc", body={"n": Decimal("0.1"), "list": [1]})
        assert findings.latest_rollup(conn, "main", "OPS") == expected


def test_a_judgement_is_remembered_by_subject_and_topic(engine: Engine) -> None:
    with writing(engine) as conn:
        findings.set_judgement(conn, "main", "issue 7", "band", {"band": "high", "score": Decimal(16)})
        findings.set_judgement(conn, "main", "issue 7", "band", {"band": "medium", "score": Decimal(9)})
        findings.set_judgements(conn, "main", "late", {"issue 7": True, "issue 8": [1]})

        assert findings.judgement(conn, "main", "issue 7", "band") == {"band": "medium", "score": Decimal(9)}
        assert findings.judgement(conn, "main", "issue 9", "band") is None
        assert findings.judgement(conn, "other", "issue 7", "band") is None
        known = findings.judgements_of(conn, "main", ["issue 7", "issue 8", "issue 9"], "late")
        assert known == {"issue 7": True, "issue 8": [1]}
        topics = findings.topics_of(conn, "main", "issue 7")
        assert topics == {"band": {"band": "medium", "score": Decimal(9)}, "late": True}
        assert list(topics) == ["band", "late"]
