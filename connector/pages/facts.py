"""Everything a template may name: a project's findings, told in the page's language."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from connector.core.findings import (
    CriterionResult,
    Findings,
    GateRun,
    GoalFound,
    KpiFound,
    Light,
    Reason,
    RiskFound,
    TimelineEntry,
)
from connector.core.rulebook import Gate, ProjectRules, Rulebook
from connector.pages.languages import Translate
from connector.pages.lines import CriterionLine, GateLine, GoalLine, KpiLine, RiskLine, Ruling, Step, Told

# The first characters of the rules' hash are enough to find them again.
RULES_SHOWN = 12


def facts_of(findings: Findings, rulebook: Rulebook, rules: ProjectRules, say: Translate) -> dict[str, object]:
    """Everything a template may name, by name; templates/README.md says what each is."""
    story = _Story(findings, rulebook, say)
    gates = story.gates()
    risks = tuple(story.risk(one) for one in findings.risks)
    kpis = tuple(story.kpi(one) for one in findings.kpis)
    escalated = {one.key for one in findings.timeline if one.what == "timeline.risk.escalated"}
    return {
        "amber": tuple(one for one in kpis if one.light == "amber"),
        "as_of": findings.as_of,
        "by_category": dict(findings.by_category),
        "closing": next((one for one in gates if one.closes_project), None),
        "done_lately": findings.done_lately,
        "done_share": _done_share(findings),
        "escalations": tuple(one for one in risks if one.is_escalated or one.key in escalated),
        "due_next": findings.due_next,
        "figures": dict(findings.figures),
        "gate": None if findings.is_closed else next((one for one in gates if not one.is_passed), None),
        "gates": gates,
        "goals": tuple(story.goal(one) for one in findings.goals),
        "is_closed": findings.is_closed,
        "kpis": kpis,
        "light": findings.light,
        "light_reasons": tuple(story.told(one) for one in findings.light_reasons),
        "milestones": findings.milestones,
        "name": findings.name,
        "open_risks": tuple(one for one in risks if one.is_open),
        "overdue": findings.overdue,
        "phase": story.phase_title(findings.phase),
        "phases": story.steps(),
        "project": findings.project,
        "red": tuple(one for one in kpis if one.light == "red"),
        "risks": risks,
        "rules": findings.rules[:RULES_SHOWN],
        "slipped": findings.slipped,
        "standing": findings.standing,
        "timeline": tuple(story.told(one) for one in findings.timeline),
        "timezone": rules.timezone.key,
        "today": findings.as_of.astimezone(rules.timezone).date(),
    }


@dataclass(frozen=True, slots=True)
class _Story:
    """Tells findings in one language, with the rulebook's titles for the ids in them."""

    findings: Findings
    rulebook: Rulebook
    say: Translate

    def phase_title(self, phase: str) -> str:
        titles = self.rulebook.phase_titles
        return self.say.title(titles[phase]) if phase in titles else phase

    def steps(self) -> tuple[Step, ...]:
        phases = self.rulebook.phases
        here = phases.index(self.findings.phase) if self.findings.phase in phases else -1
        if self.findings.is_closed:
            here = len(phases)
        return tuple(
            Step(title=self.phase_title(phase), state="done" if at < here else "now" if at == here else "ahead")
            for at, phase in enumerate(phases)
        )

    def gates(self) -> tuple[GateLine, ...]:
        return tuple(self._gate(gate, runs) for gate in self.rulebook.gates if (runs := self._runs(gate)))

    def _runs(self, gate: Gate) -> list[GateRun]:
        return sorted((run for run in self.findings.gates if run.gate == gate.id), key=lambda run: run.sequence)

    def _gate(self, gate: Gate, runs: list[GateRun]) -> GateLine:
        newest = runs[-1]
        return GateLine(
            id=gate.id,
            title=self.say.title(gate.title),
            opens=self.phase_title(gate.opens),
            key=newest.gate_issue,
            state=newest.state,
            recommendation=newest.recommendation,
            decision=newest.decision,
            criteria=tuple(self._criterion(result) for result in newest.results),
            rulings=tuple(_ruling(run) for run in runs if run.decision is not None or run.was_returned),
            closes_project=gate.closes_project,
        )

    def _criterion(self, result: CriterionResult) -> CriterionLine:
        return CriterionLine(
            title=self.say.title(result.title),
            state=result.state,
            is_must=result.is_must,
            text=self.say(result.reason, **self._named(result.values)),
            issues=result.issues,
        )

    def told(self, fact: Reason | TimelineEntry) -> Told:
        return Told(
            text=self.say(fact.what, **self._named(fact.values)),
            what=fact.what,
            key=fact.key,
            at=fact.at if isinstance(fact, TimelineEntry) else None,
        )

    def _named(self, values: Mapping[str, object]) -> dict[str, object]:
        """The values with titles in the place of gates', phases' and KPIs' ids, and a KPI's unit beside it."""
        named = {name: self._title(name, value) for name, value in values.items()}
        kpi = next((one for one in self.findings.kpis if one.kpi == values.get("kpi")), None)
        return {"unit": kpi.figure.unit, **named} if kpi is not None else named

    def _title(self, name: str, value: object) -> object:
        if not isinstance(value, str):
            return value
        if name == "gate":
            gate = self.rulebook.gate(value)
            return self.say.title(gate.title) if gate else value
        if name == "kpi":
            kpi = next((one for one in self.findings.kpis if one.kpi == value), None)
            return self.say.title(kpi.title) if kpi else value
        return self.phase_title(value) if name in {"phase", "needed"} else value

    def kpi(self, found: KpiFound) -> KpiLine:
        figure, value = found.figure, ""
        if figure.value is not None:
            value = self.say.amount(figure.value, figure.unit, figure.name, _bounds(found))
        return KpiLine(
            id=found.kpi,
            title=self.say.title(found.title),
            figure=figure,
            value=value,
            target=self.say.threshold(found.target or "", figure.unit, figure.name),
            amber=self.say.threshold(found.amber or "", figure.unit, figure.name),
            light=found.light,
        )

    def risk(self, found: RiskFound) -> RiskLine:
        return RiskLine(
            key=found.key,
            summary=found.summary,
            probability=found.probability,
            impact=found.impact,
            score=found.score,
            band=self.say.named("risk.band", found.band) if found.band else self.say("risk.band.unassessed"),
            light=self._band_light(found),
            owner=found.owner,
            is_open=found.is_open,
            is_escalated=found.is_escalated,
        )

    def _band_light(self, found: RiskFound) -> Light:
        bands = [band.id for band in self.rulebook.risks.bands] if self.rulebook.risks else []
        if found.band is None or found.band not in bands:
            return "grey"
        if found.is_high:
            return "red"
        return "green" if found.band == bands[-1] else "amber"

    def goal(self, found: GoalFound) -> GoalLine:
        sign = "≤" if found.direction == "at most" else "≥"
        return GoalLine(
            key=found.key,
            summary=found.summary,
            target=f"{sign} {self._with_unit(found.target, found.unit)}" if found.target is not None else "",
            actual=self._with_unit(found.actual, found.unit) if found.actual is not None else "",
            is_met=found.is_met,
        )

    def _with_unit(self, number: Decimal, unit: str | None) -> str:
        shown = self.say.numbers.number(number)
        if not unit:
            return shown
        return f"{shown}{unit}" if unit.startswith(("%", "％")) else f"{shown} {unit}"


def _ruling(run: GateRun) -> Ruling:
    return Ruling(at=run.decided_at, by=run.decided_by, decision=run.decision, was_returned=run.was_returned)


def _bounds(found: KpiFound) -> list[Decimal]:
    """The numbers in a KPI's target and amber bound."""
    return [Decimal(bound.split(" ")[-1]) for bound in (found.target, found.amber) if bound]


def _done_share(findings: Findings) -> Decimal | None:
    figure = findings.figures.get("completion")
    return figure.value if figure is not None else None
