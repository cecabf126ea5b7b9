"""The figures that rules may name: `figure("on_time_rate")`."""

from collections.abc import Callable, Mapping

from connector.core.figures import (
    delivery,
    project_flow,
    project_forecast,
    project_plan,
    project_quality,
    project_risk,
    project_schedule,
)
from connector.core.figures.figure import Figure
from connector.core.figures.population import Population

FIGURES: Mapping[str, Callable[[Population], Figure]] = {
    "completion": delivery.completion,
    "on_time_rate": delivery.on_time_rate,
    "throughput": delivery.throughput,
    "overdue": delivery.overdue,
    "open_high_risks": project_risk.open_high_risks,
    "cycle_time_median": project_flow.cycle_time_median,
    "work_in_progress": project_flow.work_in_progress,
    "reopen_rate": project_quality.reopen_rate,
    "on_time_rate_current": delivery.on_time_rate_current,
    "mean_delay": delivery.mean_delay,
    "cycle_time_p85": project_flow.cycle_time_p85,
    "lead_time_p85": project_flow.lead_time_p85,
    "oldest_work_item_age": project_flow.oldest_work_item_age,
    "sle_attainment": project_flow.sle_attainment,
    "littles_law": project_flow.littles_law,
    "straight_to_done": project_flow.straight_to_done,
    "reopens_per_item": project_quality.reopens_per_item,
    "weeks_to_done_p50": project_forecast.weeks_to_done_p50,
    "weeks_to_done_p85": project_forecast.weeks_to_done_p85,
    "risk_score_total": project_risk.risk_score_total,
    "unassessed_risks": project_risk.unassessed_risks,
    "risk_owner_coverage": project_risk.risk_owner_coverage,
    **project_plan.PLAN,
    **project_schedule.SCHEDULE,
}
