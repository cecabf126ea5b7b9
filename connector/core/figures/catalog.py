"""The figures that rules may name: `figure("on_time_rate")`."""

from collections.abc import Callable, Mapping

from connector.core.figures import delivery, flow, risk
from connector.core.figures.figure import Figure
from connector.core.figures.population import Population

FIGURES: Mapping[str, Callable[[Population], Figure]] = {
    "completion": delivery.completion,
    "on_time_rate": delivery.on_time_rate,
    "throughput": delivery.throughput,
    "overdue": delivery.overdue,
    "open_high_risks": risk.open_high_risks,
    "cycle_time_median": flow.cycle_time_median,
    "work_in_progress": flow.work_in_progress,
    "reopen_rate": flow.reopen_rate,
}
