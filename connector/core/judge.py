"""The rollup's mind: one project as of one instant in, findings and planned writes out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from connector.core.actions import Planned
from connector.core.fields import current_due
from connector.core.figures.catalog import FIGURES
from connector.core.figures.population import Population, is_called_off, is_container, is_subtask
from connector.core.findings import Findings, GateRun, KpiFound, RiskFound, TimelineEntry
from connector.core.light import overall_light
from connector.core.lines import by_category, done_lately, due_next, milestones, overdue, slipped
from connector.core.project import Project
from connector.core.rulebook import Rulebook, Selector
from connector.core.rules.conditions import Evidence
from connector.core.rules.gates import GateJudged, gate_issue_of, judge_gate, latest_decided, phase_of
from connector.core.rules.goals import find_goal
from connector.core.rules.kpis import find_kpi
from connector.core.rules.risks import find_risk
from connector.core.speech import Say


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What earlier rollups left: gate runs, the baseline's due dates by issue id, and notes for the timeline.

    `moved_back` are the natural keys of the moves that a person has had taken back.
    """

    runs: tuple[GateRun, ...] = ()
    baseline_due: Mapping[str, date] = field(default_factory=dict)
    notes: tuple[TimelineEntry, ...] = ()
    moved_back: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What one rollup decided.

    `runs` are gate runs to keep (new, or still open and to be replaced); `baseline_due` is given when a gate has just
    fixed a new baseline.
    """

    findings: Findings
    planned: tuple[Planned, ...]
    runs: tuple[GateRun, ...]
    baseline_due: Mapping[str, date] | None = None


def judge(project: Project, rulebook: Rulebook, fields: Mapping[str, str], past: Past, say: Say) -> Judged:
    """Judge the whole project. fields: our words with the field ids they are bound to in this site."""
    risks = find_risks(project, rulebook, fields)
    population = population_of(project, rulebook, risks, past.baseline_due)
    kpis = tuple(find_kpi(kpi, project, population, fields) for kpi in rulebook.kpis)
    gates = _judge_gates(project, rulebook, kpis, past, say)
    runs = _merged(past.runs, tuple(one.run for one in gates))
    findings = _findings(project, rulebook, fields, population, risks, kpis, runs, past)
    opened = {one.run.gate for one in gates if one.has_just_opened}
    return Judged(
        findings=findings,
        planned=tuple(planned for one in gates for planned in one.planned),
        runs=tuple(one.run for one in gates if one.run not in past.runs),
        baseline_due=_baseline(population) if _sets_baseline(rulebook, opened) else None,
    )


def issues_whose_history_counts(project: Project, rulebook: Rulebook) -> frozenset[str]:
    """Ids of the issues whose changes must be loaded before judging: those that gates are decided on."""
    found = [gate_issue_of(gate, project) for gate in rulebook.gates]
    return frozenset(issue.id for issue in found if issue is not None)


def issues_whose_comments_count(project: Project, rulebook: Rulebook) -> frozenset[str]:
    """Ids of the issues whose comments must be loaded before judging: those on which gates are approved."""
    found = [gate_issue_of(gate, project) for gate in rulebook.gates if gate.approvals is not None]
    return frozenset(issue.id for issue in found if issue is not None)


def find_risks(project: Project, rulebook: Rulebook, fields: Mapping[str, str]) -> tuple[RiskFound, ...]:
    """Every risk of the project, highest score first; unassessed ones last."""
    if rulebook.risks is None:
        return ()
    rules, scope = rulebook.risks, project.scope()
    found = [find_risk(issue, rules, fields) for issue in project.issues if rules.select.matches(issue, scope)]
    return tuple(sorted(found, key=lambda risk: (not risk.is_open, -(risk.score or 0), risk.issue)))


def population_of(
    project: Project,
    rulebook: Rulebook,
    risks: tuple[RiskFound, ...] = (),
    baseline_due: Mapping[str, date] | None = None,
) -> Population:
    """The project's work items: leaves, without risks, goals, gates and milestones, without what was called off."""
    scope = project.scope()
    others = _selectors_of_no_work(rulebook)
    work = [
        issue
        for issue in project.issues
        if not is_container(issue) and not is_subtask(issue) and not any(one.matches(issue, scope) for one in others)
    ]
    return Population(
        work=tuple(issue for issue in work if not is_called_off(issue)),
        descoped=tuple(issue for issue in work if is_called_off(issue)),
        as_of=project.as_of,
        timezone=project.timezone,
        risks=risks,
        baseline_due=baseline_due or {},
        query=f"project = {project.key}",
        calendar=project.rules.days,
        fields=project.rules.field_ids,
    )


def _selectors_of_no_work(rulebook: Rulebook) -> tuple[Selector, ...]:
    rules = (rulebook.risks, rulebook.goals, rulebook.milestones, rulebook.changes)
    return (*(rule.select for rule in rules if rule is not None), *(gate.gate_issue for gate in rulebook.gates))


def _judge_gates(
    project: Project, rulebook: Rulebook, kpis: tuple[KpiFound, ...], past: Past, say: Say
) -> list[GateJudged]:
    """Judge the gates in rulebook order; each sees what those before it have just decided."""
    judged: list[GateJudged] = []
    by_id = {found.kpi: found for found in kpis}
    for gate in rulebook.gates:
        runs = _merged(past.runs, tuple(one.run for one in judged))
        evidence = Evidence(project=project, kpis=by_id, runs=latest_decided(runs))
        judged.append(judge_gate(gate, evidence, runs, rulebook, say, past.moved_back))
    return judged


def _merged(past: tuple[GateRun, ...], fresh: tuple[GateRun, ...]) -> tuple[GateRun, ...]:
    """All runs, where a fresh one replaces the open run of the same gate and sequence."""
    by_key = {(run.gate, run.sequence): run for run in (*past, *fresh)}
    return tuple(by_key[key] for key in sorted(by_key))


def _findings(
    project: Project,
    rulebook: Rulebook,
    fields: Mapping[str, str],
    population: Population,
    risks: tuple[RiskFound, ...],
    kpis: tuple[KpiFound, ...],
    runs: tuple[GateRun, ...],
    past: Past,
) -> Findings:
    goals, scope = rulebook.goals, project.scope()
    light, reasons = overall_light(kpis, risks, runs)
    return Findings(
        site=project.site,
        project=project.key,
        name=project.name,
        as_of=project.as_of,
        rules=rulebook.hash,
        phase=phase_of(rulebook, runs),
        is_closed=is_closed(rulebook, runs),
        gates=runs,
        risks=risks,
        kpis=kpis,
        goals=tuple(
            find_goal(issue, goals, fields) for issue in project.issues if goals and goals.select.matches(issue, scope)
        ),
        figures={name: figure(population) for name, figure in FIGURES.items()},
        overdue=overdue(population),
        milestones=milestones(project, rulebook),
        done_lately=done_lately(population),
        due_next=due_next(population),
        slipped=slipped(population),
        by_category=by_category(project.issues),
        timeline=tuple(sorted((*past.notes, *_gate_notes(runs)), key=lambda note: note.at)),
        light=light,
        light_reasons=reasons,
    )


def is_closed(rulebook: Rulebook, runs: tuple[GateRun, ...]) -> bool:
    """Whether a gate that closes the project was decided GO."""
    latest = latest_decided(runs)
    return any(
        gate.closes_project and gate.id in latest and latest[gate.id].decision == "GO" for gate in rulebook.gates
    )


def _gate_notes(runs: tuple[GateRun, ...]) -> list[TimelineEntry]:
    """The returns and decisions among the gate runs, as entries of the timeline."""
    notes = []
    for run in runs:
        if run.decided_at is None or not (run.was_returned or run.decision):
            continue
        what = "timeline.gate.returned" if run.was_returned else "timeline.gate.decided"
        values = {"gate": run.gate, "decision": run.decision or "", "by": run.decided_by or ""}
        notes.append(TimelineEntry(at=run.decided_at, what=what, values=values, key=run.gate_issue))
    return notes


def _sets_baseline(rulebook: Rulebook, opened: set[str]) -> bool:
    return any(gate.sets_baseline and gate.id in opened for gate in rulebook.gates)


def _baseline(population: Population) -> dict[str, date]:
    """The due dates that are fixed now: of every work item that has one and is not done yet or has just been."""
    return {issue.id: due for issue in population.work if (due := current_due(issue)) is not None}
