"""How each rule looked at an issue at a past moment: whether it was asked, and the clause that decided."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from connector.core.decide import event_names
from connector.core.events import Origin
from connector.core.findings import GateRun
from connector.core.issue import Change, Issue
from connector.core.judge import find_risks
from connector.core.project import Project
from connector.core.rulebook import ClauseSeen, Rulebook, Selector, SelectorScope

Outcome = Literal["not asked", "left it alone", "selected it", "judged it"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """One rule and one issue. `because` says in words what decided, `clauses` what each clause of its query saw."""

    rule: str
    place: str
    outcome: Outcome
    because: str
    clauses: tuple[ClauseSeen, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What there was to look at: the event, the issue with what it newly reported, and the moment's surroundings."""

    origin: Origin
    issue: Issue
    changes: tuple[Change, ...]
    scope: SelectorScope
    rulebook: Rulebook
    fields: Mapping[str, str]
    runs: tuple[GateRun, ...] = ()


def looks(sight: Sight, project: Project) -> list[Looked]:
    """Every rule that might have answered to the event, in rulebook order. project: it, with this issue alone."""
    return [*_risks(sight, project), *_automations(sight), *_gates(sight)]


def _automations(sight: Sight) -> Iterator[Looked]:
    names = event_names(sight.origin, sight.changes)
    for rule in sight.rulebook.automations:
        name, place = f"automation {rule.id}", str(rule.place)
        if not names & set(rule.when):
            waits = f"it waits for {', '.join(rule.when)}; this was {', '.join(sorted(names))}"
            yield Looked(rule=name, place=place, outcome="not asked", because=waits)
        elif rule.if_ is None:
            because = "it has no `if`, so that every such event starts it"
            yield Looked(rule=name, place=place, outcome="selected it", because=because)
        else:
            yield _by_query(name, place, rule.if_, sight)


def _risks(sight: Sight, project: Project) -> Iterator[Looked]:
    rules = sight.rulebook.risks
    if rules is None:
        return
    looked = _by_query("risks", str(rules.place), rules.select, sight)
    if looked.outcome != "selected it":
        yield looked
        return
    (found,) = find_risks(project, sight.rulebook, sight.fields) or (None,)
    if found is None or found.score is None:
        because = "probability or impact is not on its scale, so that there is no score"
    elif not found.is_open:
        because = "the risk is closed"
    else:
        escalated = ", escalated" if found.is_escalated else ""
        because = f"score {found.score} = {found.probability} × {found.impact}, band {found.band}{escalated}"
    yield Looked(rule="risks", place=str(rules.place), outcome="judged it", because=because, clauses=looked.clauses)


def _gates(sight: Sight) -> Iterator[Looked]:
    """The gates that people decide on this issue, with what the rollup after the event found."""
    for gate in sight.rulebook.gates:
        looked = _by_query(f"gate {gate.id}", str(gate.place), gate.gate_issue, sight)
        if looked.outcome == "selected it":
            because = _judged(gate.id, sight)
            yield Looked(
                rule=looked.rule, place=looked.place, outcome="judged it", because=because, clauses=looked.clauses
            )


def _judged(gate: str, sight: Sight) -> str:
    history = {f"history {change.history_id}" for change in sight.changes}
    runs = [run for run in sight.runs if run.gate == gate]
    run = next((run for run in runs if run.trigger in history), None)
    if run is None:
        after = [run for run in runs if run.data_date >= sight.origin.at and run.trigger is None]
        if not after:
            return "no rollup after the event left anything about it; a run that was still open is not kept"
        run = after[0]
    stands = [f"{one.criterion} {one.state}" for one in run.results if one.state not in {"pass", "n.a."}]
    decided = "returned" if run.was_returned else run.decision or "no decision"
    return f"run {run.sequence}: {run.recommendation}, {decided}" + (f"; {', '.join(stands)}" if stands else "")


def _by_query(rule: str, place: str, query: Selector, sight: Sight) -> Looked:
    seen = query.explain(sight.issue, sight.scope)
    if seen.matches:
        because = "every clause it needs holds"
        return Looked(rule=rule, place=place, outcome="selected it", because=because, clauses=seen.clauses)
    failing = [f"{one.text} (it had: {one.seen})" for one in seen.clauses if not one.holds]
    because = f"does not hold: {'; '.join(failing)}" if failing else f"does not hold: {query.text}"
    return Looked(rule=rule, place=place, outcome="left it alone", because=because, clauses=seen.clauses)
