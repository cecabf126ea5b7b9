"""Prometheus metrics. Counts are kept by each process; what waits is read from the database when asked.

`connector serve` runs several processes and names them a common directory (PROMETHEUS_MULTIPROC_DIR), so that the
doors can answer for all of them.
"""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest, multiprocess
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

REGISTRY = CollectorRegistry()

EVENTS_ACCEPTED = Counter(
    "connector_events_accepted_total", "Webhook deliveries accepted and stored", ["site", "source"], registry=REGISTRY
)
EVENTS_REPEATED = Counter(
    "connector_events_repeated_total", "Deliveries seen before", ["site", "source"], registry=REGISTRY
)
EVENTS_LEFT_ALONE = Counter(
    "connector_events_left_alone_total", "Known events we do nothing with", ["site", "source"], registry=REGISTRY
)
EVENTS_REFUSED = Counter(
    "connector_events_refused_total", "Deliveries refused", ["source", "status"], registry=REGISTRY
)
EVENTS_HANDLED = Counter("connector_events_handled_total", "Deliveries taken through the pipeline", registry=REGISTRY)
REQUESTS = Counter(
    "connector_atlassian_requests_total",
    "Requests sent to Jira and Confluence",
    ["product", "method", "status"],
    registry=REGISTRY,
)
ROLLUP_SECONDS = Histogram("connector_rollup_seconds", "Seconds that one project's rollup takes", registry=REGISTRY)

WAITING: Mapping[str, str] = {
    "connector_inbox_waiting": "Accepted events not yet worked on",
    "connector_inbox_aside": "Accepted events that could not be read and lie aside",
    "connector_outbox_waiting": "Writes planned or under way",
    "connector_dead_letters": "Writes refused for good",
}
"""What is counted in the database, by metric name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesState:
    """The rules in force at a site, by hash, and whether the rule directory holds them still."""

    hash: str
    is_valid: bool


class _Rules(Collector):
    """Shows which rules are in force, and whether those that lie in the rule directory are valid."""

    def __init__(self, rules: Mapping[str, RulesState]) -> None:
        self._rules = rules

    def collect(self) -> Iterator[GaugeMetricFamily]:
        valid = GaugeMetricFamily(
            "connector_rules_valid",
            "1 while the rule directory is valid, 0 while older rules are kept",
            labels=["site"],
        )
        info = GaugeMetricFamily("connector_rules_info", "The rules in force, by hash", labels=["site", "hash"])
        for site, state in self._rules.items():
            valid.add_metric([site], float(state.is_valid))
            info.add_metric([site, state.hash], 1)
        yield from (valid, info)


class _Waiting(Collector):
    """Shows counts that were read from the database just now."""

    def __init__(self, counts: Mapping[str, int]) -> None:
        self._counts = counts

    def collect(self) -> Iterator[GaugeMetricFamily]:
        for name, text in WAITING.items():
            yield GaugeMetricFamily(name, text, value=self._counts[name])


def exposition(counts: Mapping[str, int], rules: Mapping[str, RulesState] = MappingProxyType({})) -> bytes:
    """All metrics in Prometheus' text format. counts: a number for each name in WAITING; rules: by site."""
    registry = CollectorRegistry()
    registry.register(_Waiting(counts))
    registry.register(_Rules(rules))
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        return generate_latest(registry)
    return generate_latest(registry) + generate_latest(REGISTRY)
