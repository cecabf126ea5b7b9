"""Phase gates: the machine recommends, people decide, and an early pass goes back with its reasons."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from connector.core.actions import Line, MoveIssue, Planned, SetIssueProperty, WriteComment
from connector.core.fields import issue_number, name_of
from connector.core.findings import CriterionResult, Decision, GateRun, Recommendation
from connector.core.issue import Change, Issue
from connector.core.project import Project
from connector.core.rulebook import Gate, Rulebook, Text
from connector.core.rules.approvals import decision_in, judge_approvals
from connector.core.rules.conditions import Evidence, judge_criterion
from connector.core.speech import Say, spoken

GATE_PROPERTY = "lifecycle.gate"
ENOUGH_SHOULDS = Decimal("0.8")
OPENING: frozenset[Decision] = frozenset({"GO", "COND_GO"})


@dataclass(frozen=True, slots=True, kw_only=True)
class GateJudged:
    """One gate after judging: its current run, the writes that follow, and whether it opened just now."""

    run: GateRun
    planned: tuple[Planned, ...] = ()
    has_just_opened: bool = False


def phase_of(rulebook: Rulebook, runs: tuple[GateRun, ...]) -> str:
    """The phase the project is in: the furthest that a decided gate has opened."""
    if not rulebook.phases:
        return ""
    latest = latest_decided(runs)
    opened = [gate.opens for gate in rulebook.gates if (run := latest.get(gate.id)) and run.decision in OPENING]
    first = rulebook.gates[0].leaves if rulebook.gates else rulebook.phases[0]
    return max([first, *opened], key=rulebook.phases.index)


def latest_decided(runs: tuple[GateRun, ...]) -> dict[str, GateRun]:
    """The last decision of each gate, by gate id; a void one counts as none."""
    latest: dict[str, GateRun] = {}
    for run in sorted(runs, key=lambda run: run.sequence):
        if run.decision is not None and run.decision != "VOID":
            latest[run.gate] = run
    return latest


def judge_gate(
    gate: Gate,
    evidence: Evidence,
    runs: tuple[GateRun, ...],
    rulebook: Rulebook,
    say: Say,
    moved_back: frozenset[str] = frozenset(),
) -> GateJudged:
    """Judge one gate: keep a decision that stands, take up a new one, else say how ready it is.

    runs: every earlier run of the project. A status change that was already answered is never answered again.
    moved_back: the natural keys of moves that a person has had taken back. What our account put back is no decision.
    """
    own = tuple(run for run in runs if run.gate == gate.id)
    issue = gate_issue_of(gate, evidence.project)
    change = decisive_change(issue) if issue is not None else None
    code = _decision_of(gate, issue) if issue is not None else None
    trigger = _trigger(issue, change) if issue is not None and code is not None else None
    run = _fresh_run(gate, issue, evidence, own, runs, rulebook)
    if issue is None or trigger is None or code is None:
        return GateJudged(run=run)
    answered = next((one for one in own if _answers(one, trigger, issue, change)), None)
    if answered is None and change is not None and change.author == evidence.project.account:
        answered = next((one for one in own if _move(gate, issue, one).natural_key in moved_back), None)
    if answered is not None:
        return GateJudged(run=answered)
    run = replace(
        run,
        trigger=trigger,
        decided_by=change.author if change else None,
        decided_at=change.at if change else issue.updated,
    )
    is_early = code == "GO" and run.recommendation in {"NOT_READY", "UNKNOWN"}
    if is_early and gate.on_early_pass == "return":
        return _returned(gate, issue, run, evidence.project, rulebook, say)
    return _decided(gate, issue, replace(run, state="decided", decision=code), evidence.project, rulebook, say)


def gate_issue_of(gate: Gate, project: Project) -> Issue | None:
    """The issue people decide the gate on: the newest that the rule selects."""
    scope = project.scope()
    found = [issue for issue in project.issues if gate.gate_issue.matches(issue, scope)]
    return max(found, key=issue_number, default=None)


def decisive_change(issue: Issue) -> Change | None:
    """The status change that brought the issue into its present status."""
    moves = [change for change in issue.changes if change.field_id == "status"]
    return max(moves, key=lambda change: (change.at, change.history_id), default=None)


def recommend(results: tuple[CriterionResult, ...]) -> Recommendation:
    """A failed must is not ready, an unknown must is unknown; shoulds decide between ready and ready with gaps."""
    musts = [result.state for result in results if result.is_must]
    if "fail" in musts:
        return "NOT_READY"
    if "unknown" in musts:
        return "UNKNOWN"
    shoulds = [result.state for result in results if not result.is_must and result.state != "n.a."]
    passed = sum(state in {"pass", "waived"} for state in shoulds)
    if shoulds and Decimal(passed) / len(shoulds) < ENOUGH_SHOULDS:
        return "READY_WITH_GAPS"
    return "READY"


def _decision_of(gate: Gate, issue: Issue) -> Decision | None:
    return decision_in(gate, name_of(issue.fields.get("status")))


def _trigger(issue: Issue, change: Change | None) -> str:
    """What a decision is known by: the history entry, or where none is at hand the status that the issue is in.

    Never a moment: our own comment on the decision moves that, and would be answered with another one.
    """
    return _without_history(issue) if change is None else f"history {change.history_id}"


def _without_history(issue: Issue) -> str:
    return f"issue {issue.id} in status {_status_id(issue)}"


def _answers(run: GateRun, trigger: str, issue: Issue, change: Change | None) -> bool:
    """Whether the run has answered this decision, also where it did so before the history was at hand."""
    if run.trigger == trigger:
        return True
    return change is not None and run.trigger == _without_history(issue) and change.at <= run.data_date


def _status_id(issue: Issue) -> str:
    status = issue.fields.get("status")
    return str(status.get("id")) if isinstance(status, Mapping) else ""


def _fresh_run(
    gate: Gate,
    issue: Issue | None,
    evidence: Evidence,
    own: tuple[GateRun, ...],
    runs: tuple[GateRun, ...],
    rulebook: Rulebook,
) -> GateRun:
    approvals = judge_approvals(gate, issue, evidence.project)
    results = (_phase_result(gate, runs, rulebook), *_criteria(gate, evidence), *approvals)
    closed = [run for run in own if run.trigger is not None]
    was_open = any(run.decision in OPENING for run in closed)
    return GateRun(
        gate=gate.id,
        sequence=1 + max((run.sequence for run in closed), default=0),
        state="planned" if issue is None else "reopened" if was_open else "open",
        recommendation=recommend(results),
        results=results,
        data_date=evidence.project.as_of,
        rules=rulebook.hash,
        evidence=_digest(results),
        gate_issue=issue.key if issue else None,
    )


def _criteria(gate: Gate, evidence: Evidence) -> tuple[CriterionResult, ...]:
    return tuple(judge_criterion(criterion, evidence) for criterion in gate.criteria)


def _phase_result(gate: Gate, runs: tuple[GateRun, ...], rulebook: Rulebook) -> CriterionResult:
    """Every gate's first must: the project has come as far as the phase that the gate leaves."""
    phase = phase_of(rulebook, runs)
    has_come = rulebook.phases.index(phase) >= rulebook.phases.index(gate.leaves)
    return CriterionResult(
        criterion="phase",
        title={"id": "gate.criterion.phase.title"},
        state="pass" if has_come else "fail",
        is_must=True,
        reason="gate.criterion.phase.pass" if has_come else "gate.criterion.phase.fail",
        values={"phase": phase, "needed": gate.leaves},
    )


def _digest(results: tuple[CriterionResult, ...]) -> str:
    seen = [(one.criterion, one.state, sorted(one.issues), str(dict(one.values))) for one in results]
    return hashlib.sha256(json.dumps(seen, ensure_ascii=False).encode()).hexdigest()


def _returned(gate: Gate, issue: Issue, run: GateRun, project: Project, rulebook: Rulebook, say: Say) -> GateJudged:
    run = replace(run, state="submitted", was_returned=True)
    move = _move(gate, issue, run)
    head = Line(text=say("gate.return.heading", gate=spoken(gate.title, project.rules.locale, say)), is_strong=True)
    lines = (head, *_reasons(run, project, rulebook, say), Line(text=say("gate.return.mend")))
    return GateJudged(
        run=run,
        planned=(
            _planned(gate, _comment(gate, issue, run, lines)),
            _planned(gate, move),
            _planned(gate, _property(gate, issue, run)),
        ),
    )


def _move(gate: Gate, issue: Issue, run: GateRun) -> MoveIssue:
    """The gate's issue goes back; each decision is returned once."""
    return MoveIssue(
        issue=issue.id,
        key=issue.key,
        from_status=_status_id(issue),
        to_status=gate.return_to,
        occasion=f"gate {gate.id} {run.trigger}",
    )


def _decided(gate: Gate, issue: Issue, run: GateRun, project: Project, rulebook: Rulebook, say: Say) -> GateJudged:
    title = spoken(gate.title, project.rules.locale, say)
    opens = run.decision in OPENING
    head = Line(
        text=say("gate.decided.heading", gate=title, decision=say(f"gate.decision.{run.decision}")),
        is_strong=True,
    )
    gaps = _reasons(run, project, rulebook, say)
    lines = (head, *((Line(text=say("gate.decided.gaps")), *gaps) if gaps else ()))
    return GateJudged(
        run=run,
        planned=(
            _planned(gate, _comment(gate, issue, run, lines)),
            _planned(gate, _property(gate, issue, run)),
        ),
        has_just_opened=opens,
    )


def _reasons(run: GateRun, project: Project, rulebook: Rulebook, say: Say) -> tuple[Line, ...]:
    locale = project.rules.locale
    return tuple(
        Line(
            text=say(
                "gate.reason",
                criterion=spoken(result.title, locale, say),
                reason=say(result.reason, **_told(result.values, rulebook)),
            ),
            is_bullet=True,
            issues=result.issues,
        )
        for result in run.results
        if result.state in {"fail", "unknown"}
    )


def _told(values: Mapping[str, object], rulebook: Rulebook) -> dict[str, object]:
    """The values of a reason as people know them: gates, phases and KPIs by their titles instead of their ids."""
    titles: dict[str, dict[str, Text]] = {
        "gate": {gate.id: gate.title for gate in rulebook.gates},
        "kpi": {kpi.id: kpi.title for kpi in rulebook.kpis},
        "phase": dict(rulebook.phase_titles),
        "needed": dict(rulebook.phase_titles),
    }
    return {name: titles.get(name, {}).get(str(value), value) for name, value in values.items()}


def _comment(gate: Gate, issue: Issue, run: GateRun, lines: tuple[Line, ...]) -> WriteComment:
    return WriteComment(
        issue=issue.id, key=issue.key, purpose=f"gate {gate.id}", edition=str(run.sequence), lines=lines
    )


def _property(gate: Gate, issue: Issue, run: GateRun) -> SetIssueProperty:
    value = {
        "gate": gate.id,
        "sequence": run.sequence,
        "state": run.state,
        "recommendation": run.recommendation,
        "decision": run.decision,
        "blocked": run.decision not in OPENING,
    }
    return SetIssueProperty(issue=issue.id, key=issue.key, name=GATE_PROPERTY, value=value)


def _planned(gate: Gate, write: WriteComment | MoveIssue | SetIssueProperty) -> Planned:
    return Planned(write=write, rule=f"gate {gate.id}", place=str(gate.place))
