"""The project's overall light, computed from rules with the facts behind it: nobody sets it by hand."""

from connector.core.findings import GateRun, KpiFound, Light, Reason, RiskFound


def overall_light(
    kpis: tuple[KpiFound, ...], risks: tuple[RiskFound, ...], runs: tuple[GateRun, ...]
) -> tuple[Light, tuple[Reason, ...]]:
    """The worst of what the KPIs, open risks and gates say, and every fact that makes it so.

    Red: a red KPI or an escalated open risk. Amber: an amber KPI, an open risk in the top band, or a gate that was
    returned and not decided since. Grey while no KPI has a light. Reasons are message ids with values.
    """
    red = [*_kpi_reasons(kpis, "red"), *_escalated(risks)]
    amber = [*_kpi_reasons(kpis, "amber"), *_high(risks), *_returned(runs)]
    if red:
        return "red", tuple(red + amber)
    if amber:
        return "amber", tuple(amber)
    return ("green", ()) if any(one.light == "green" for one in kpis) else ("grey", ())


def _kpi_reasons(kpis: tuple[KpiFound, ...], light: Light) -> list[Reason]:
    return [
        Reason(
            what=f"light.kpi.{light}",
            values={"kpi": one.title, "value": one.figure.value, "unit": one.figure.unit, "target": one.target},
        )
        for one in kpis
        if one.light == light
    ]


def _escalated(risks: tuple[RiskFound, ...]) -> list[Reason]:
    return [_risk_reason(risk, "light.risk.escalated") for risk in risks if risk.is_open and risk.is_escalated]


def _high(risks: tuple[RiskFound, ...]) -> list[Reason]:
    return [
        _risk_reason(risk, "light.risk.high")
        for risk in risks
        if risk.is_open and risk.is_high and not risk.is_escalated
    ]


def _risk_reason(risk: RiskFound, what: str) -> Reason:
    return Reason(what=what, values={"score": risk.score}, key=risk.key)


def _returned(runs: tuple[GateRun, ...]) -> list[Reason]:
    """Gates whose last answered run was a return."""
    last: dict[str, GateRun] = {}
    for run in sorted(runs, key=lambda run: run.sequence):
        if run.trigger is not None:
            last[run.gate] = run
    return [
        Reason(what="light.gate.returned", values={"gate": run.gate}, key=run.gate_issue)
        for run in last.values()
        if run.was_returned
    ]
