"""What the {{ }} places and conditions of automations may name."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

from connector.core.fields import name_of, summary_of
from connector.core.issue import Issue
from connector.core.judging import Happening, Judging


def issue_values(issue: Issue, fields: Mapping[str, str]) -> Mapping[str, object]:
    """The issue as expressions see it: key, summary, status, assignee, duedate, labels and our bound words."""
    labels = issue.fields.get("labels")
    return {
        "key": issue.key,
        "summary": summary_of(issue),
        "status": name_of(issue.fields.get("status")),
        "type": name_of(issue.fields.get("issuetype")),
        "priority": name_of(issue.fields.get("priority")),
        "assignee": name_of(issue.fields.get("assignee")),
        "duedate": issue.fields.get("duedate"),
        "labels": tuple(labels) if isinstance(labels, list | tuple) else (),
        **{word: issue.fields.get(field) for word, field in fields.items()},
    }


def values_of(happening: Happening, issue: Issue | None, trigger: Issue | None, judging: Judging) -> dict[str, object]:
    """What a rule's texts may name, for one event. `trigger` is the issue of the event where `issue` is another."""
    figures = Figures(judging)
    zone = judging.rules.timezone
    values: dict[str, object] = {
        "event": {"name": min(happening.names, default=""), **happening.about},
        "project": ProjectValues(judging),
        "figure": figures.figure,
        "kpi": figures.kpi,
        "gate": figures.gate,
        "now": judging.now.astimezone(zone),
        "today": judging.now.astimezone(zone).date(),
        "days": _days,
        "locale": judging.rules.locale,
    }
    if issue is not None:
        values["issue"] = issue_values(issue, judging.fields)
    if trigger is not None:
        values["trigger"] = issue_values(trigger, judging.fields)
    return values


def _days(number: int) -> timedelta:
    """So many days, to be added to a date."""
    return timedelta(days=number)


@dataclass(slots=True)
class Figures:
    """What the last rollup found, by name. `has_gap`: something was asked for that has no value."""

    judging: Judging
    has_gap: bool = field(default=False)

    def figure(self, name: str) -> Decimal | None:
        """The figure's value, None where the data do not support it."""
        found = self.judging.findings()
        held = found.figures.get(name) if found else None
        return self._noted(held.value if held else None)

    def kpi(self, name: str) -> Mapping[str, object]:
        """The KPI's `value`, `light` and `target`."""
        found = self.judging.findings()
        held = next((one for one in found.kpis if one.kpi == name), None) if found else None
        if held is None:
            self.has_gap = True
            return {"value": None, "light": "grey", "target": None}
        return {"value": self._noted(held.figure.value), "light": held.light, "target": held.target}

    def gate(self, name: str) -> Mapping[str, object]:
        """The newest run of the gate: its `state`, `recommendation` and `decision`."""
        found = self.judging.findings()
        runs = [run for run in found.gates if run.gate == name] if found else []
        if not runs:
            return {"state": "planned", "recommendation": "UNKNOWN", "decision": None}
        newest = max(runs, key=lambda run: run.sequence)
        return {"state": newest.state, "recommendation": newest.recommendation, "decision": newest.decision}

    def _noted(self, value: Decimal | None) -> Decimal | None:
        self.has_gap |= value is None
        return value


@dataclass(frozen=True, slots=True)
class ProjectValues(Mapping[str, object]):
    """The project as expressions see it. What the last rollup found is only looked up when it is asked for."""

    judging: Judging

    def __getitem__(self, name: str) -> object:
        """One of key, name, phase, light and is_closed."""
        if name == "key":
            return self.judging.rules.jira
        found = self.judging.findings()
        match name:
            case "name":
                return self.judging.name or (found.name if found else "")
            case "phase":
                return found.phase if found else (self.judging.rulebook.phases or ("",))[0]
            case "light":
                return found.light if found else "grey"
            case "is_closed":
                return found.is_closed if found else False
        raise KeyError(name)

    def __contains__(self, name: object) -> bool:
        return name in OF_A_PROJECT

    def __iter__(self) -> Iterator[str]:
        return iter(OF_A_PROJECT)

    def __len__(self) -> int:
        return len(OF_A_PROJECT)


OF_A_PROJECT = ("key", "name", "phase", "light", "is_closed")
