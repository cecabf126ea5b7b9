"""Small builders of findings and rules for the tests of pages."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from connector.core.figures.figure import Figure
from connector.core.findings import (
    CriterionResult,
    Findings,
    GateRun,
    GoalFound,
    IssueLine,
    KpiFound,
    Reason,
    RiskFound,
    TimelineEntry,
)
from connector.core.issue import Issue
from connector.core.rulebook import (
    Band,
    Explained,
    Gate,
    PageRule,
    Place,
    ProjectRules,
    RiskRules,
    Rulebook,
    SelectorScope,
    Threshold,
)
from connector.pages.render import Rendered, render_page
from connector.pages.templates import Template, read_template, read_templates
from connector.pages.words import Links

AS_OF = datetime(2026, 3, 5, 1, 30, tzinfo=UTC)
PLACE = Place(file="rules.yaml", line=1, column=1)
TEMPLATES = Path(__file__).parents[2] / "templates"
LINKS = Links(jira_url="https://jira.example.com")


class Everything:
    """A selector that selects every issue."""

    text = "project = OPS"
    needs_history = False
    reads_time = False

    def matches(self, issue: Issue, scope: SelectorScope) -> bool:
        return True

    def explain(self, issue: Issue, scope: SelectorScope) -> Explained:
        return Explained(matches=True, clauses=())


def project_rules(locale: str = "en") -> ProjectRules:
    return ProjectRules(
        jira="OPS",
        mode="write",
        space="OPS",
        locale=locale,
        timezone=ZoneInfo("Asia/Shanghai"),
        calendar=None,
        fields={},
    )


def gate_rule(gate: str, leaves: str, opens: str, **more: Any) -> Gate:
    titles = {"plan": {"en": "Plan baseline", "zh_CN": "计划基准评审"}, "close": {"en": "Closure", "zh_CN": "项目关闭"}}
    rule = Gate(
        id=gate,
        title=titles.get(gate, {"en": gate}),
        leaves=leaves,
        opens=opens,
        gate_issue=Everything(),
        criteria=(),
        decided={},
        place=PLACE,
    )
    return replace(rule, **more)


def rulebook() -> Rulebook:
    bands = tuple(
        Band(id=name, from_=Threshold(operator=">=", value=Decimal(at)))
        for name, at in (("high", 15), ("medium", 8), ("low", 1))
    )
    return Rulebook(
        hash="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        phases=("initiation", "planning", "execution", "closing"),
        phase_titles={name: {"id": f"phase.{name}"} for name in ("initiation", "planning", "execution", "closing")},
        gates=(
            gate_rule("plan", "planning", "execution"),
            gate_rule("close", "closing", "closing", closes_project=True),
        ),
        risks=RiskRules(
            select=Everything(),
            probability="probability",
            impact="impact",
            score=None,
            scale=(5, 5),
            bands=bands,
            place=PLACE,
        ),
        kpis=(),
        goals=None,
        milestones=None,
        pages=(),
        automations=(),
        project_for=lambda _: None,
    )


def figure(name: str, value: str | None, unit: Any = "ratio", **more: Any) -> Figure:
    return Figure(
        name=name,
        unit=unit,
        as_of=AS_OF,
        value=None if value is None else Decimal(value),
        reason=more.pop("reason", None if value is not None else "no_data"),
        used=more.pop("used", 60),
        total=more.pop("total", 60),
        query=more.pop("query", "project = OPS"),
        **more,
    )


def kpi(name: str, value: str | None, light: Any, target: str | None, unit: Any = "ratio", **more: Any) -> KpiFound:
    return KpiFound(
        kpi=name,
        title=more.pop("title", {"id": f"kpi.{name}"}),
        figure=figure(name, value, unit, **more),
        light=light,
        target=target,
        amber=None,
    )


def criterion(
    name: str, state: Any, message: str, /, issues: tuple[str, ...] = (), **values: object
) -> CriterionResult:
    title = {"en": f"{name} are complete", "zh_CN": f"{name}齐全"}
    return CriterionResult(
        criterion=name,
        title=title,
        state=state,
        is_must=name != "Charter pages",
        reason=message,
        values=values,
        issues=issues,
    )


def gate_run(gate: str, sequence: int, **more: Any) -> GateRun:
    run = GateRun(
        gate=gate,
        sequence=sequence,
        state="open",
        recommendation="NOT_READY",
        results=(),
        data_date=AS_OF,
        rules="9f86",
        evidence="e",
        gate_issue="OPS-3",
    )
    return replace(run, **more)


def risk(key: str, summary: str, probability: int | None, impact: int | None, **more: Any) -> RiskFound:
    score = probability * impact if probability is not None and impact is not None else None
    band = None if score is None else "high" if score >= 15 else "medium" if score >= 8 else "low"
    return RiskFound(
        issue=key.rpartition("-")[2],
        key=key,
        summary=summary,
        probability=probability,
        impact=impact,
        score=score,
        band=band,
        owner=more.pop("owner", "Wang Lei"),
        is_open=more.pop("is_open", True),
        is_high=band == "high",
        is_escalated=(score or 0) >= 20,
    )


def line(key: str, summary: str, due: date | None = None, **more: Any) -> IssueLine:
    return IssueLine(
        key=key,
        summary=summary,
        owner=more.pop("owner", "Ana Lima"),
        due=due,
        status=more.pop("status", "To Do"),
        **more,
    )


def goal(
    key: str, summary: str, target: str | None, actual: str | None, direction: Any = "at least", unit: str | None = "%"
) -> GoalFound:
    met = None
    if target is not None and actual is not None:
        met = Decimal(actual) <= Decimal(target) if direction == "at most" else Decimal(actual) >= Decimal(target)
    return GoalFound(
        key=key,
        summary=summary,
        target=Decimal(target) if target else None,
        actual=Decimal(actual) if actual else None,
        unit=unit,
        direction=direction,
        is_met=met,
    )


def findings(**more: Any) -> Findings:
    """A project of which nothing is known but what is given."""
    bare = Findings(
        site="main",
        project="OPS",
        name="Operations",
        as_of=AS_OF,
        rules=rulebook().hash,
        phase="planning",
        is_closed=False,
    )
    return replace(bare, **more)


def red_project() -> Findings:
    """A project in planning, with something in every list."""
    return findings(
        name="Raise customer satisfaction",
        gates=(
            gate_run(
                "plan",
                1,
                state="submitted",
                was_returned=True,
                decided_at=AS_OF,
                decided_by="5b10",
                trigger="history 1",
            ),
            gate_run(
                "plan",
                2,
                results=(
                    criterion("Owners", "fail", "gate.criterion.every.fail", ("OPS-12", "OPS-15"), count=2, total=48),
                    criterion("Charter pages", "fail", "gate.criterion.page.missing", label="charter"),
                    criterion("Costs", "unknown", "gate.criterion.kpi.unknown", kpi="on_time_rate", reason="no_data"),
                    criterion("Estimates", "pass", "gate.criterion.every.pass", total=48),
                ),
            ),
        ),
        risks=(
            risk("OPS-21", "Supplier misses the portal's delivery date", 4, 5),
            risk("OPS-22", "Too few people answer on weekends", 3, 3, owner=None),
            risk("OPS-23", "Survey is not representative", None, 2),
            risk("OPS-24", "Training room is booked", 2, 2, is_open=False),
        ),
        kpis=(
            kpi("completion", "0.35", "grey", None),
            kpi("on_time_rate", "0.8966", "amber", ">= 0.9", used=58, left_out=("OPS-30", "OPS-31")),
            kpi("throughput", "3.25", "green", ">= 3", "per week"),
            kpi("overdue", "2", "red", "<= 0", "count", issues=("OPS-9", "OPS-14")),
            kpi("cycle_time_median", None, "grey", "<= 10", "days", used=3, total=21),
        ),
        goals=(
            goal("OPS-4", "Answer within 24 hours", "95", "88.5"),
            goal("OPS-5", "Fewer complaints", "15", None),
            goal("OPS-6", "Follow-up satisfaction", "90", "92"),
        ),
        figures={"completion": figure("completion", "0.35")},
        overdue=(
            line("OPS-9", "Write the service catalogue", date(2026, 2, 20), days=13),
            line("OPS-14", "Agree on response times with the suppliers", date(2026, 3, 3), days=2, owner=None),
        ),
        milestones=(
            line("OPS-40", "Goals agreed", date(2026, 1, 30), finished=date(2026, 1, 29), status="Done"),
            line("OPS-41", "Portal live", date(2026, 3, 1)),
            line("OPS-42", "Survey evaluated", date(2026, 6, 12)),
        ),
        done_lately=(line("OPS-11", "Interview ten customers", finished=date(2026, 3, 4)),),
        due_next=(line("OPS-16", "Train the first team", date(2026, 3, 10), days=5),),
        slipped=(line("OPS-9", "Write the service catalogue", date(2026, 2, 20), days=12, finished=None),),
        by_category={"done": 21, "indeterminate": 8, "new": 31},
        light="red",
        light_reasons=(
            Reason(
                what="light.kpi.red",
                values={"kpi": {"id": "kpi.overdue"}, "value": Decimal(2), "unit": "count", "target": "<= 0"},
            ),
            Reason(what="light.risk.escalated", values={"score": 20}, key="OPS-21"),
            Reason(what="light.gate.returned", values={"gate": "plan"}, key="OPS-3"),
        ),
    )


def closed_project() -> Findings:
    """A project that went all the way."""
    story = red_project()
    at = datetime(2026, 8, 31, 8, 0, tzinfo=UTC)
    return replace(
        story,
        as_of=at,
        phase="closing",
        is_closed=True,
        gates=(
            story.gates[0],
            replace(
                story.gates[1],
                state="decided",
                decision="GO",
                decided_at=AS_OF,
                decided_by="5b10",
                recommendation="READY",
            ),
            gate_run(
                "close",
                1,
                state="decided",
                decision="GO",
                decided_at=at,
                decided_by="5b11",
                gate_issue="OPS-7",
                recommendation="READY",
            ),
        ),
        timeline=(
            TimelineEntry(at=AS_OF, what="timeline.gate.returned", values={"gate": "plan"}, key="OPS-3"),
            TimelineEntry(
                at=AS_OF,
                what="timeline.slip",
                values={"before": "2026-02-08", "after": "2026-02-20", "days": 12},
                key="OPS-9",
            ),
            TimelineEntry(at=AS_OF, what="timeline.risk.escalated", values={"band": "high", "score": 20}, key="OPS-21"),
            TimelineEntry(
                at=at,
                what="timeline.gate.decided",
                values={"gate": "close", "decision": "GO", "by": "5b11"},
                key="OPS-7",
            ),
        ),
        light="amber",
        light_reasons=(),
    )


def page_rule(template: str = "status", title: str = "{project} {name}") -> PageRule:
    return PageRule(id=template, template=template, title={"en": title}, labels=("lifecycle-status",), place=PLACE)


@cache
def shipped() -> dict[str, Template]:
    return read_templates(TEMPLATES)


def render(template: Template | str, found: Findings, locale: str = "en") -> Rendered:
    """A shipped template by its name, or any other one, filled with findings."""
    chosen = shipped()[template] if isinstance(template, str) else template
    return render_page(chosen, found, rulebook(), project_rules(locale), page_rule(chosen.name), LINKS)


def template_of(source: str) -> Template:
    return read_template("own", source, "own/page.md")
