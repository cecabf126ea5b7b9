"""The event path's mind: an event and the issue it touched in, planned writes out. Costs one issue, never a project."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from connector.core.actions import EnsureLabel, Planned, SetIssueFields
from connector.core.automate import run_automation
from connector.core.errors import ConnectorError
from connector.core.events import Origin
from connector.core.fields import day_of
from connector.core.findings import TimelineEntry
from connector.core.issue import Change, Issue
from connector.core.rulebook import ProjectRules, Rulebook, SelectorScope
from connector.core.rules.risks import RiskJudged, RiskMark, judge_risk
from connector.core.speech import Say

CHAIN_DEPTH = 5
"""How many times planned writes are judged again on a scratch copy before a chain of rules is cut."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judging:
    """What event rules may look at besides the issue itself.

    fields: our words with the field ids they are bound to in this site; find: another mirrored issue by key or id;
    mark: what was last told about the issue as a risk.
    """

    rulebook: Rulebook
    rules: ProjectRules
    fields: Mapping[str, str]
    now: datetime
    say: Say
    mark: RiskMark | None = None
    account: str | None = None
    find: Callable[[str], Issue | None] = lambda _: None

    def scope(self) -> SelectorScope:
        """What selectors may look at."""
        return SelectorScope(now=self.now, timezone=self.rules.timezone, user=self.account, issue=self.find)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What the event rules decided for one issue. `problems` are rules whose texts could not be worked out for it.

    `mark` is to be remembered for the issue as a risk, `notes` go to the project's timeline, `is_urgent` asks for a
    rollup at once; `cut` names the rules of a chain that did not come to rest.
    """

    planned: tuple[Planned, ...] = ()
    mark: RiskMark | None = None
    notes: tuple[TimelineEntry, ...] = ()
    is_urgent: bool = False
    cut: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


def decide(origin: Origin, issue: Issue, changes: tuple[Change, ...], judging: Judging) -> Decided:
    """Judge one issue after an event. changes: what the event newly reported.

    Rules that answer to each other's writes are worked out here, on a scratch copy, so that one merged set of writes
    results and no rule waits for our own echo.
    """
    names = event_names(origin, changes)
    scratch, mark, merged = issue, judging.mark, dict[str, Planned]()
    crossed = escalated = False
    fresh: list[Planned] = []
    problems = dict[str, None]()
    for _ in range(CHAIN_DEPTH):
        risk = _judge_risk(scratch, replace(judging, mark=mark))
        fresh = [
            one
            for one in (*(risk.planned if risk else ()), *_automations(names, scratch, judging, problems))
            if merged.get(one.write.natural_key) != one
        ]
        if risk is not None and risk.mark is not None:
            mark, crossed, escalated = risk.mark, crossed or risk.has_crossed, escalated or risk.has_escalated
        if not fresh:
            break
        merged.update({one.write.natural_key: one for one in fresh})
        scratch, names = _after(scratch, fresh), frozenset({"issue.updated"})
    return Decided(
        planned=tuple(merged.values()),
        mark=mark if mark != judging.mark else None,
        notes=(*_slip_notes(issue, changes), *_risk_notes(origin, issue, mark, crossed, escalated)),
        is_urgent=crossed or escalated or _is_gate(issue, judging),
        cut=tuple(sorted({one.rule for one in fresh})),
        problems=tuple(problems),
    )


def event_names(origin: Origin, changes: tuple[Change, ...]) -> frozenset[str]:
    """The rule author's words for what happened; a status change is a transition as well as an update."""
    names = {origin.name}
    if origin.name == "issue.updated" and any(change.field_id == "status" for change in changes):
        names.add("issue.transitioned")
    return frozenset(names)


def _judge_risk(issue: Issue, judging: Judging) -> RiskJudged | None:
    rules = judging.rulebook.risks
    if rules is None or not rules.select.matches(issue, judging.scope()):
        return None
    return judge_risk(issue, rules, judging.fields, judging.mark, judging.say)


def _automations(names: frozenset[str], issue: Issue, judging: Judging, problems: dict[str, None]) -> list[Planned]:
    scope = judging.scope()
    planned: list[Planned] = []
    for rule in judging.rulebook.automations:
        if names & set(rule.when) and rule.if_.matches(issue, scope):
            try:
                planned += run_automation(rule, issue, judging.fields, judging.rules.locale)
            except ConnectorError as problem:
                # One rule that cannot be worked out for one issue must not hold up the others.
                problems[f"{rule.place}: {rule.id}: {issue.key}: {problem}"] = None
    return planned


def _after(issue: Issue, planned: list[Planned]) -> Issue:
    """The issue as it would be once these writes were done."""
    fields = dict(issue.fields)
    for one in planned:
        if isinstance(one.write, SetIssueFields) and one.write.issue == issue.id:
            fields.update(one.write.values)
        if isinstance(one.write, EnsureLabel) and one.write.issue == issue.id:
            labels = fields.get("labels")
            held = list(labels) if isinstance(labels, list | tuple) else []
            fields["labels"] = held if one.write.label in held else [*held, one.write.label]
    return replace(issue, fields=fields)


def _slip_notes(issue: Issue, changes: tuple[Change, ...]) -> list[TimelineEntry]:
    """A due date that moved later is worth remembering."""
    notes = []
    for change in changes:
        before, after = day_of(change.before_id or change.before), day_of(change.after_id or change.after)
        if change.field_id == "duedate" and before is not None and after is not None and after > before:
            values = {"before": before.isoformat(), "after": after.isoformat(), "days": (after - before).days}
            notes.append(TimelineEntry(at=change.at, what="timeline.slip", values=values, key=issue.key))
    return notes


def _risk_notes(
    origin: Origin, issue: Issue, mark: RiskMark | None, crossed: bool, escalated: bool
) -> list[TimelineEntry]:
    if mark is None or not (crossed or escalated):
        return []
    what = "timeline.risk.escalated" if escalated else "timeline.risk.band"
    return [TimelineEntry(at=origin.at, what=what, values={"band": mark.band, "score": mark.score}, key=issue.key)]


def _is_gate(issue: Issue, judging: Judging) -> bool:
    scope = judging.scope()
    return any(gate.gate_issue.matches(issue, scope) for gate in judging.rulebook.gates)
