"""Working rules out until they come to rest: planned writes are judged again on a scratch copy, to a set depth."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from connector.core.actions import (
    EnsureLabel,
    LinkIssues,
    MoveIssue,
    Planned,
    SetIssueFields,
    SetIssueProperty,
    Write,
    WriteComment,
)
from connector.core.automate import run_automation
from connector.core.errors import ConnectorError
from connector.core.issue import Issue
from connector.core.judging import Happening, Judging
from connector.core.rulebook import Automation
from connector.core.rules.risks import RiskMark, judge_risk
from connector.core.values import Figures, values_of

CHAIN_DEPTH = 5
"""How many times planned writes are judged again on a scratch copy before a chain of rules is cut."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What rules are asked about: an event, with the issue it happened to, and the rules that led to it."""

    happening: Happening
    issue: Issue | None
    via: tuple[str, ...] = ()
    is_risk_asked: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """A rule that acts on an issue at that moment, unless it has been done by then."""

    rule: str
    issue: str
    due_at: datetime


@dataclass(slots=True)
class Course:
    """One working out: what has been decided so far, and the issues as they would then be."""

    judging: Judging
    scratch: dict[str, Issue] = field(default_factory=dict)
    marks: dict[str, RiskMark] = field(default_factory=dict)
    merged: dict[str, Planned] = field(default_factory=dict)
    subjects: dict[str, str] = field(default_factory=dict)
    crossed: set[str] = field(default_factory=set)
    escalated: set[str] = field(default_factory=set)
    problems: dict[str, None] = field(default_factory=dict)
    cut: set[str] = field(default_factory=set)
    waits: dict[tuple[str, str], Wait] = field(default_factory=dict)
    is_over: set[tuple[str, str]] = field(default_factory=set)

    def settle(self, wave: Mapping[str, Heard]) -> None:
        """Ask the rules about a wave of events, then about what their writes would cause, until nothing is new."""
        self.scratch = {one.issue.id: one.issue for one in wave.values() if one.issue is not None}
        for depth in range(CHAIN_DEPTH):
            # Every rule of a wave sees the same state; what it wants is done to the copy afterwards.
            fresh = [(heard, one) for heard in wave.values() for one in self._judge(heard, is_first=depth == 0)]
            if not fresh:
                return
            for _, planned in fresh:
                # Put at the end, so that of two that set one field the later one counts.
                self.merged.pop(planned.write.natural_key, None)
                self.merged[planned.write.natural_key] = planned
            wave = self._after(fresh)
        self.cut = {" → ".join((*heard.via, planned.rule)) for heard, planned in fresh}

    def _judge(self, heard: Heard, *, is_first: bool) -> Iterator[Planned]:
        issue, happening = heard.issue, heard.happening
        if issue is not None and heard.is_risk_asked:
            yield from self._judge_risk(issue)
            if issue.id in self.crossed and self.marks[issue.id] != self.judging.marks.get(issue.id):
                happening = self._with_band(happening, issue.id)
        rules = sorted(self.judging.rulebook.automations, key=lambda rule: rule.id)
        for rule in rules:
            try:
                yield from self._ask(rule, happening, issue, is_first=is_first)
            except ConnectorError as problem:
                # One rule that cannot be worked out for one issue must not hold up the others.
                where = issue.key if issue is not None else self.judging.rules.jira
                self.problems[f"{rule.place}: {rule.id}: {where}: {problem}"] = None

    def _ask(self, rule: Automation, happening: Happening, issue: Issue | None, *, is_first: bool) -> Iterator[Planned]:
        is_due = "timer.due" in happening.names and happening.about.get("rule") == rule.id
        if not is_due and not any(rule.hears(name, happening.about) for name in happening.names):
            self._give_up(rule, issue)
            return
        targets = self._still(rule, issue) if is_due else self._targets(rule, issue)
        if is_due and issue is not None:
            self.is_over.add((rule.id, issue.id))
        if not targets:
            self._give_up(rule, issue)
        if not targets or not self._is_time(rule, happening):
            return
        for target in targets:
            if target is not None:
                self.scratch.setdefault(target.id, target)
            if rule.unless_done_within is not None and not is_due:
                self._wait(rule, target)
                continue
            trigger = issue if target is not issue else None
            for planned in run_automation(rule, happening, target, trigger, self.judging):
                if self._is_news(planned):
                    subject = target.id if target is not None else self.judging.rules.jira
                    self.subjects[planned.write.natural_key] = subject
                    yield planned

    def _targets(self, rule: Automation, issue: Issue | None) -> list[Issue | None]:
        """The issues to act on: that of the event, or those that the rule selects; [None] is the project itself."""
        scope = self.judging.scope()
        if issue is not None:
            if rule.if_ is not None and not rule.if_.matches(issue, scope):
                return []
            if rule.for_each is None:
                return [issue]
            asked = (rule.for_each,)
        else:
            asked = rule.selectors  # type: ignore[assignment]
        if not asked:
            return [None]
        return [one for one in self._present() if all(select.matches(one, scope) for select in asked)]

    def _present(self) -> list[Issue]:
        """The project's issues as they would be by now."""
        held = self.judging.issues()
        return [self.scratch.get(one.id, one) for one in held if not one.is_trimmed and not one.is_gone]

    def _still(self, rule: Automation, issue: Issue | None) -> list[Issue | None]:
        """The issue that was waited for, if it still matches."""
        asked = rule.for_each or rule.if_
        is_met = issue is not None and (asked is None or asked.matches(issue, self.judging.scope()))
        return [issue] if is_met else []

    def _is_time(self, rule: Automation, happening: Happening) -> bool:
        """Whether the project's figures are as the rule asks; without a value for one of them it does not act."""
        if rule.only_when is None:
            return True
        figures = Figures(self.judging)
        asked = {"figure": figures.figure, "kpi": figures.kpi, "gate": figures.gate}
        try:
            return rule.only_when({**values_of(happening, None, None, self.judging), **asked})
        except ConnectorError:
            if figures.has_gap:
                return False
            raise

    def _wait(self, rule: Automation, issue: Issue | None) -> None:
        assert rule.unless_done_within is not None, "only rules that wait come here"
        if issue is None or (rule.id, issue.id) in self.judging.timers:
            return
        due_at = self.judging.now + rule.unless_done_within
        self.waits.setdefault((rule.id, issue.id), Wait(rule=rule.id, issue=issue.id, due_at=due_at))

    def _give_up(self, rule: Automation, issue: Issue | None) -> None:
        """What was waited for has been done: the next time counts from its own beginning."""
        if issue is None or (rule.id, issue.id) not in self.judging.timers:
            return
        if not self._still(rule, issue):
            self.is_over.add((rule.id, issue.id))

    def _judge_risk(self, issue: Issue) -> Iterator[Planned]:
        rules, judging = self.judging.rulebook.risks, self.judging
        if rules is None or not rules.select.matches(issue, judging.scope()):
            return
        last = self.marks.get(issue.id, judging.marks.get(issue.id))
        judged = judge_risk(issue, rules, judging.fields, last, judging.say)
        if judged.mark is not None:
            self.marks[issue.id] = judged.mark
            self.crossed |= {issue.id} if judged.has_crossed else set()
            self.escalated |= {issue.id} if judged.has_escalated else set()
        for planned in judged.planned:
            if self._is_news(planned):
                self.subjects[planned.write.natural_key] = issue.id
                yield planned

    def _with_band(self, happening: Happening, issue_id: str) -> Happening:
        mark = self.marks[issue_id]
        about = {**happening.about, "band": mark.band, "score": mark.score}
        return Happening(names=happening.names | {"risk.band_changed"}, about=about)

    def _is_news(self, planned: Planned) -> bool:
        """Whether a write is not decided yet. What fields and labels hold on the copy is never asked for again."""
        return isinstance(planned.write, SetIssueFields) or self.merged.get(planned.write.natural_key) != planned

    def _after(self, fresh: list[tuple[Heard, Planned]]) -> dict[str, Heard]:
        """Do the writes to the copy. Gives what they cause, by issue."""
        wave: dict[str, Heard] = {}
        for heard, planned in fresh:
            for issue_id in ends_of(planned.write):
                issue = self._issue(issue_id)
                if issue is None:
                    continue
                self.scratch[issue_id] = changed = done(planned.write, issue)
                caused = caused_by(planned.write)
                before = wave.get(issue_id)
                names = caused.names | (before.happening.names if before else frozenset())
                about = {**(before.happening.about if before else {}), **caused.about}
                if before is not None:
                    about["field"] = (*_fields_in(before.happening), *_fields_in(caused))
                via = (*heard.via, planned.rule)
                wave[issue_id] = Heard(happening=Happening(names=names, about=about), issue=changed, via=via)
        return {one: replace(heard, issue=self.scratch[one]) for one, heard in wave.items()}

    def _issue(self, issue_id: str) -> Issue | None:
        if issue_id in self.scratch:
            return self.scratch[issue_id]
        found = self.judging.find(issue_id)
        return None if found is None or found.is_trimmed or found.is_gone else found


def ends_of(write: Write) -> tuple[str, ...]:
    """Ids of the issues that a write changes; what is still to be made has none."""
    match write:
        case SetIssueFields() | EnsureLabel() | MoveIssue() | WriteComment() | SetIssueProperty():
            return (write.issue,)
        case LinkIssues():
            return tuple(end for end in (write.source, write.target) if end.isdigit())
    return ()


def caused_by(write: Write) -> Happening:
    """The events that a write causes at the issues it changes."""
    match write:
        case SetIssueFields():
            return Happening(names=frozenset({"issue.updated"}), about={"field": tuple(sorted(write.values))})
        case EnsureLabel():
            return Happening(names=frozenset({"issue.updated"}), about={"field": ("labels",)})
        case MoveIssue():
            about = {"field": ("status",), "into": write.to_status}
            return Happening(names=frozenset({"issue.updated", "issue.transitioned"}), about=about)
        case WriteComment():
            return Happening(names=frozenset({"comment.created", "issue.commented"}))
        case LinkIssues():
            return Happening(names=frozenset({"link.created", "issue.linked"}))
        case SetIssueProperty():
            return Happening(names=frozenset({"property.set"}))
    return Happening(names=frozenset())


def done(write: Write, issue: Issue) -> Issue:
    """The issue as it would be once this write was done."""
    match write:
        case SetIssueFields():
            return replace(issue, fields={**issue.fields, **write.values})
        case EnsureLabel():
            labels = issue.fields.get("labels")
            held = list(labels) if isinstance(labels, list | tuple) else []
            return replace(issue, fields={**issue.fields, "labels": list(dict.fromkeys([*held, write.label]))})
        case MoveIssue():
            return replace(issue, fields={**issue.fields, "status": {"name": write.to_status[0]}})
        case SetIssueProperty():
            return replace(issue, properties={**issue.properties, write.name: write.value})
    return issue


def _fields_in(happening: Happening) -> tuple[object, ...]:
    found = happening.about.get("field")
    return found if isinstance(found, tuple) else ()
