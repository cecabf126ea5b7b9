"""Criteria of gates: each is judged on the project as it stands, and says what it waits for by name."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from connector.core.findings import CriterionResult, CriterionState, GateRun, KpiFound
from connector.core.project import Entity, Project
from connector.core.rulebook import (
    Criterion,
    EveryIssue,
    GatePassed,
    KpiHolds,
    PageStands,
    SomeIssues,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What criteria may look at: the project, its KPIs and the latest run of each gate by gate id."""

    project: Project
    kpis: Mapping[str, KpiFound]
    runs: Mapping[str, GateRun]


def judge_criterion(criterion: Criterion, evidence: Evidence) -> CriterionResult:
    """How the criterion stands now. Missing evidence makes it unknown, never a pass."""
    match criterion.check:
        case EveryIssue() as check:
            return _every_issue(criterion, check, evidence.project)
        case SomeIssues() as check:
            return _some_issues(criterion, check, evidence.project)
        case PageStands() as check:
            return _page_stands(criterion, check, evidence.project)
        case KpiHolds() as check:
            return _kpi_holds(criterion, check, evidence.kpis)
        case GatePassed() as check:
            return _gate_passed(criterion, check, evidence.runs)


def _every_issue(criterion: Criterion, check: EveryIssue, project: Project) -> CriterionResult:
    scope = project.scope()
    chosen = [issue for issue in project.issues if check.every.matches(issue, scope)]
    lacking = tuple(issue.key for issue in chosen if not check.has.matches(issue, scope))
    if len(chosen) < check.at_least:
        return _result(criterion, "fail", "gate.criterion.too_few", {"count": len(chosen), "at_least": check.at_least})
    if lacking:
        values = {"count": len(lacking), "total": len(chosen)}
        return _result(criterion, "fail", "gate.criterion.every.fail", values, lacking)
    return _result(criterion, "pass", "gate.criterion.every.pass", {"total": len(chosen)})


def _some_issues(criterion: Criterion, check: SomeIssues, project: Project) -> CriterionResult:
    scope = project.scope()
    chosen = tuple(issue.key for issue in project.issues if check.count.matches(issue, scope))
    values = {"count": len(chosen), "threshold": str(check.is_)}
    if check.is_.holds(Decimal(len(chosen))):
        return _result(criterion, "pass", "gate.criterion.count.pass", values)
    # Too many: the issues found stand in the way. Too few: none of those found is to blame.
    blamed = chosen if check.is_.operator in {"<", "<=", "="} else ()
    return _result(criterion, "fail", "gate.criterion.count.fail", values, blamed)


def _page_stands(criterion: Criterion, check: PageStands, project: Project) -> CriterionResult:
    page = next((page for page in project.pages if _is_labelled(page, check.label)), None)
    if page is None:
        return _result(criterion, "fail", "gate.criterion.page.missing", {"label": check.label})
    filled = _filled_headings(page)
    empty = [spellings[0] for spellings in check.headings if not filled & {one.casefold() for one in spellings}]
    title = str(page.data.get("title", ""))
    if empty:
        values = {"page": title, "headings": ", ".join(empty)}
        return _result(criterion, "fail", "gate.criterion.page.headings", values)
    return _result(criterion, "pass", "gate.criterion.page.pass", {"page": title})


def _is_labelled(page: Entity, label: str) -> bool:
    labels = page.data.get("labels")
    return not page.is_gone and isinstance(labels, list | tuple) and label in labels


def _filled_headings(page: Entity) -> set[str]:
    headings = page.data.get("headings")
    if not isinstance(headings, list | tuple):
        return set()
    return {str(one["text"]).strip().casefold() for one in headings if isinstance(one, Mapping) and one.get("has_text")}


def _kpi_holds(criterion: Criterion, check: KpiHolds, kpis: Mapping[str, KpiFound]) -> CriterionResult:
    found = kpis.get(check.kpi)
    if found is None or found.figure.value is None:
        reason = found.figure.reason if found else "no_data"
        return _result(criterion, "unknown", "gate.criterion.kpi.unknown", {"kpi": check.kpi, "reason": reason})
    values = {
        "kpi": check.kpi,
        "value": found.figure.value,
        "unit": found.figure.unit,
        "threshold": str(check.is_),
    }
    if check.is_.holds(found.figure.value):
        return _result(criterion, "pass", "gate.criterion.kpi.pass", values)
    return _result(criterion, "fail", "gate.criterion.kpi.fail", values)


def _gate_passed(criterion: Criterion, check: GatePassed, runs: Mapping[str, GateRun]) -> CriterionResult:
    run = runs.get(check.gate)
    if run is not None and run.decision in {"GO", "COND_GO"}:
        return _result(criterion, "pass", "gate.criterion.gate.pass", {"gate": check.gate})
    return _result(criterion, "fail", "gate.criterion.gate.fail", {"gate": check.gate})


def _result(
    criterion: Criterion,
    state: CriterionState,
    reason: str,
    values: Mapping[str, object],
    issues: tuple[str, ...] = (),
) -> CriterionResult:
    return CriterionResult(
        criterion=criterion.id,
        title=criterion.title,
        state=state,
        is_must=criterion.is_must,
        reason=reason,
        values=values,
        issues=issues,
    )
