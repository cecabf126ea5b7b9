"""The event path's mind: an event and the issue it touched in, planned writes out. Costs one issue, never a project.

Only a rule that selects among the project's issues (`for_each`, or an event without an issue) costs as many.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from connector.core.actions import Planned
from connector.core.events import Origin
from connector.core.fields import day_of, name_of
from connector.core.findings import TimelineEntry
from connector.core.issue import Change, Issue
from connector.core.judging import Happening, Judging
from connector.core.rules.risks import RiskMark
from connector.core.settling import Course, Heard, Wait

ALSO_CALLED = {"comment.created": "issue.commented", "link.created": "issue.linked"}
"""What rules may call an event besides its own name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What the rules decided. `problems` are rules whose texts could not be worked out.

    `subjects` says by natural key which issue (or project) a write is about; `marks` are to be remembered for issues as
    risks, `notes` go to the project's timeline, `is_urgent` asks for a rollup at once; `cut` names the chains of rules
    that did not come to rest, with their links. `waits` are to begin, `is_over` are waits (rule, issue) to be given up.
    """

    planned: tuple[Planned, ...] = ()
    subjects: Mapping[str, str] = field(default_factory=dict)
    marks: Mapping[str, RiskMark] = field(default_factory=dict)
    notes: tuple[TimelineEntry, ...] = ()
    is_urgent: bool = False
    cut: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    waits: tuple[Wait, ...] = ()
    is_over: tuple[tuple[str, str], ...] = ()


def decide(origin: Origin, issue: Issue, changes: tuple[Change, ...], judging: Judging) -> Decided:
    """Judge one issue after an event. changes: what the event newly reported.

    Rules that answer to each other's writes are worked out here, on a scratch copy, so that one merged set of writes
    results and no rule waits for our own echo.
    """
    happening = Happening(names=event_names(origin, changes), about=_about(origin, issue, changes))
    course = Course(judging)
    if issue.is_gone:
        course.settle({issue.id: Heard(happening=happening, issue=issue, is_risk_asked=False)})
        return _decided(course)
    course.settle({issue.id: Heard(happening=happening, issue=issue)})
    crossed = issue.id in course.crossed or issue.id in course.escalated
    return _decided(
        course,
        notes=(*_slip_notes(issue, changes), *_risk_notes(origin, issue, course)),
        is_urgent=crossed or _is_gate(issue, judging),
    )


def decide_project(happening: Happening, judging: Judging, *, origin: Origin | None = None) -> Decided:
    """Judge a project after an event without an issue: rules select the issues, or act once on the project.

    origin: given when a day began: then every risk is looked at as well.
    """
    course = Course(judging)
    heard: dict[str, Heard] = {"": Heard(happening=happening, issue=None, is_risk_asked=False)}
    if origin is not None and judging.rulebook.risks is not None:
        nothing = Happening(names=frozenset())
        heard |= {one.id: Heard(happening=nothing, issue=one) for one in judging.issues() if not one.is_trimmed}
    course.settle(heard)
    told = [one for one in judging.issues() if one.id in course.crossed or one.id in course.escalated] if origin else []
    return _decided(
        course,
        notes=tuple(note for one in told for note in _risk_notes(origin, one, course)) if origin else (),
        is_urgent=bool(course.crossed or course.escalated),
    )


def decide_due(rule: str, issue: Issue, judging: Judging) -> Decided:
    """A rule's wait for an issue is over: it acts if the issue still matches."""
    course = Course(judging)
    due = Happening(names=frozenset({"timer.due"}), about={"rule": rule})
    course.settle({issue.id: Heard(happening=due, issue=issue, is_risk_asked=False)})
    return _decided(course)


def event_names(origin: Origin, changes: tuple[Change, ...]) -> frozenset[str]:
    """The rule author's words for what happened; a status change is a transition as well as an update."""
    names = {origin.name, ALSO_CALLED.get(origin.name, origin.name)}
    if origin.name == "issue.updated" and any(change.field_id == "status" for change in changes):
        names.add("issue.transitioned")
    return frozenset(names)


def _about(origin: Origin, issue: Issue, changes: tuple[Change, ...]) -> dict[str, object]:
    """What texts may say of the event: who did it, and what changed from what into what."""
    moves = [change for change in changes if change.field_id == "status"]
    about: dict[str, object] = {
        "by": origin.actor,
        "at": origin.at,
        "field": tuple(dict.fromkeys(name for one in changes for name in (one.field_id, one.field))),
    }
    if moves:
        about |= {"from": moves[-1].before, "into": moves[-1].after or name_of(issue.fields.get("status"))}
    return about


def _decided(course: Course, *, notes: tuple[TimelineEntry, ...] = (), is_urgent: bool = False) -> Decided:
    return Decided(
        planned=tuple(course.merged.values()),
        subjects=dict(course.subjects),
        marks={one: mark for one, mark in course.marks.items() if mark != course.judging.marks.get(one)},
        notes=notes,
        is_urgent=is_urgent,
        cut=tuple(sorted(course.cut)),
        problems=tuple(course.problems),
        waits=tuple(course.waits.values()),
        is_over=tuple(sorted(course.is_over)),
    )


def _slip_notes(issue: Issue, changes: tuple[Change, ...]) -> list[TimelineEntry]:
    """A due date that moved later is worth remembering."""
    notes = []
    for change in changes:
        before, after = day_of(change.before_id or change.before), day_of(change.after_id or change.after)
        if change.field_id == "duedate" and before is not None and after is not None and after > before:
            values = {"before": before.isoformat(), "after": after.isoformat(), "days": (after - before).days}
            notes.append(TimelineEntry(at=change.at, what="timeline.slip", values=values, key=issue.key))
    return notes


def _risk_notes(origin: Origin, issue: Issue, course: Course) -> list[TimelineEntry]:
    mark = course.marks.get(issue.id)
    if mark is None or issue.id not in course.crossed | course.escalated:
        return []
    what = "timeline.risk.escalated" if issue.id in course.escalated else "timeline.risk.band"
    return [TimelineEntry(at=origin.at, what=what, values={"band": mark.band, "score": mark.score}, key=issue.key)]


def _is_gate(issue: Issue, judging: Judging) -> bool:
    scope = judging.scope()
    return any(gate.gate_issue.matches(issue, scope) for gate in judging.rulebook.gates)
