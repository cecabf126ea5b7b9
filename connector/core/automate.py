"""Automations: what an administrator's own rule does for an event, as planned writes."""

from collections.abc import Mapping
from dataclasses import dataclass

from connector.core.actions import (
    EnsureLabel,
    Line,
    LinkIssues,
    MakeIssue,
    MoveIssue,
    Planned,
    SendMessage,
    SetIssueFields,
    SetIssueProperty,
    Write,
    WriteComment,
)
from connector.core.automate_pages import page_writes
from connector.core.automation_rules import (
    AddLabel,
    Assign,
    EnsureIssue,
    EnsureLink,
    EnsurePage,
    Notify,
    PutRegion,
    RuleAction,
    SayComment,
    SayOnPage,
    SetFields,
    SetProperty,
    TakeTransition,
    Values,
    Worth,
)
from connector.core.errors import ConnectorError
from connector.core.fields import name_of, number_of, user_of
from connector.core.issue import Issue
from connector.core.judging import Happening, Judging
from connector.core.rulebook import Automation
from connector.core.values import values_of


class CannotAct(ConnectorError):
    """A rule cannot do for this issue what it says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One rule at work on one issue, or on the project where `issue` is None."""

    rule: Automation
    judging: Judging
    happening: Happening
    values: Values
    issue: Issue | None

    @property
    def its_issue(self) -> Issue:
        """The issue; the check lets no rule act on one where there is none."""
        if self.issue is None:
            raise CannotAct("there is no issue to act on; select some with for_each")
        return self.issue


def run_automation(
    rule: Automation, happening: Happening, issue: Issue | None, trigger: Issue | None, judging: Judging
) -> list[Planned]:
    """The writes of one rule for one issue, or for the project. `trigger`: see `values_of`."""
    values = values_of(happening, issue, trigger, judging)
    scene = Scene(rule=rule, judging=judging, happening=happening, values=values, issue=issue)
    writes = [write for action in rule.then for write in _writes(action, scene)]
    return [Planned(write=one, rule=rule.name, place=str(rule.place), after=_waits_for(one)) for one in writes]


def _waits_for(write: Write) -> tuple[str, ...]:
    """A link waits for those of its ends that are still to be made."""
    ends = (write.source, write.target) if isinstance(write, LinkIssues) else ()
    return tuple(end for end in ends if not end.isdigit())


def _writes(action: RuleAction, scene: Scene) -> list[Write]:
    match action:
        case SetFields():
            wanted = _worked(action.values, action.worked, scene)
            return _set_fields(scene.its_issue, wanted)
        case Assign():
            return _set_fields(scene.its_issue, {"assignee": _assignee(action, scene)})
        case AddLabel():
            return _add_label(scene.its_issue, action.label)
        case SayComment():
            return [_comment(action, scene)]
        case TakeTransition():
            return _move(action, scene)
        case EnsureIssue():
            return _ensure_issue(action, scene)
        case EnsureLink():
            return _ensure_link(action, scene)
        case SetProperty():
            return _set_property(action, scene)
        case EnsurePage() | PutRegion() | SayOnPage():
            return page_writes(action, scene.judging, scene.happening, scene.values)
        case Notify():
            return [_message(action, scene)]


def _worked(fixed: Mapping[str, object], worked: Mapping[str, Worth], scene: Scene) -> dict[str, object]:
    """Values by field id, those that depend on the event worked out."""
    bound = scene.judging.fields
    values = {bound.get(word, word): value for word, value in fixed.items()}
    return values | {bound.get(word, word): worth(scene.values) for word, worth in worked.items()}


def _set_fields(issue: Issue, wanted: Mapping[str, object]) -> list[Write]:
    changed = {field: value for field, value in wanted.items() if not holds(issue.fields.get(field), value)}
    return [SetIssueFields(issue=issue.id, key=issue.key, values=changed)] if changed else []


def _assignee(action: Assign, scene: Scene) -> object:
    """The user who shall have the issue, in the shape of the deployment; None for nobody."""
    issue, judging = scene.its_issue, scene.judging
    match action.to:
        case "nobody":
            return None
        case "person":
            found = action.who
        case "reporter":
            found = user_of(issue.fields.get("reporter")) or ""
        case "lead":
            found = judging.scope().leads.get(issue.project_key, "")
        case "role":
            role = judging.rulebook.roles.get(action.who)
            found = next(iter(role.people), "") if role else ""
    if not found:
        raise CannotAct(f"nobody is known as {action.to if action.to != 'role' else action.who}")
    return {"accountId" if judging.is_cloud else "name": found}


def _add_label(issue: Issue, label: str) -> list[Write]:
    labels = issue.fields.get("labels")
    held = isinstance(labels, list | tuple) and label in labels
    return [] if held else [EnsureLabel(issue=issue.id, key=issue.key, label=label)]


def _comment(action: SayComment, scene: Scene) -> WriteComment:
    issue = scene.its_issue
    lines = lines_of(action.text(scene.values))
    return WriteComment(issue=issue.id, key=issue.key, purpose=action.purpose, edition="1", lines=lines)


def lines_of(text: str) -> tuple[Line, ...]:
    """A text with a paragraph a line."""
    return tuple(Line(text=line) for line in text.splitlines() if line.strip())


def _move(action: TakeTransition, scene: Scene) -> list[Write]:
    """Once for each time that the issue came into the status it is in."""
    issue = scene.its_issue
    status = issue.fields.get("status")
    present = name_of(status) or ""
    if present.casefold() in {name.casefold() for name in action.to}:
        return []
    status_id = status.get("id") if isinstance(status, Mapping) else None
    if status_id is None:
        raise CannotAct(f"{issue.key} is moved by another rule of this run already")
    last = max((one.history_id for one in issue.changes if one.field_id == "status"), default=0)
    move = MoveIssue(
        issue=issue.id,
        key=issue.key,
        from_status=str(status_id),
        to_status=action.to,
        occasion=f"{scene.rule.id} after {last}",
    )
    return [move]


def _ensure_issue(action: EnsureIssue, scene: Scene) -> list[Write]:
    made = MakeIssue(
        project=scene.issue.project_key if scene.issue is not None else scene.judging.rules.jira,
        name=_one_line(action.key(scene.values)),
        type=action.type_names or (action.type,),
        summary=_one_line(action.summary(scene.values)),
        values=_worked(action.fields, action.worked, scene),
        lines=lines_of(action.text(scene.values)) if action.text is not None else (),
    )
    if action.link is None:
        return [made]
    target = scene.its_issue.id
    return [made, LinkIssues(source=made.natural_key, target=target, type=action.link, names=action.link_names)]


def _one_line(text: str) -> str:
    found = " ".join(text.split())
    if not found:
        raise CannotAct("a key or summary comes to nothing")
    return found


def _ensure_link(action: EnsureLink, scene: Scene) -> list[Write]:
    issue, wanted = scene.its_issue, _one_line(action.to(scene.values))
    if action.is_made:
        target = f"project {issue.project_key} issue {wanted}"
        return [LinkIssues(source=issue.id, target=target, type=action.type, names=action.names)]
    other = scene.judging.find(wanted)
    if other is None:
        raise CannotAct(f"there is no issue {wanted}")
    if other.id == issue.id or _is_linked(issue, other, action.names or (action.type,)):
        return []
    return [LinkIssues(source=issue.id, target=other.id, type=action.type, names=action.names)]


def _is_linked(issue: Issue, other: Issue, names: tuple[str, ...]) -> bool:
    """Whether the issue shows such a link, in either direction."""
    links = issue.fields.get("issuelinks")
    kinds = {name.casefold() for name in names}
    for one in links if isinstance(links, list | tuple) else ():
        if isinstance(one, Mapping) and (name_of(one.get("type")) or "").casefold() in kinds:
            ends = [one.get("inwardIssue"), one.get("outwardIssue")]
            if any(isinstance(end, Mapping) and other.id == str(end.get("id")) for end in ends):
                return True
    return False


def _set_property(action: SetProperty, scene: Scene) -> list[Write]:
    issue, value = scene.its_issue, action.value(scene.values)
    if action.name in issue.properties and issue.properties[action.name] == value:
        return []
    return [SetIssueProperty(issue=issue.id, key=issue.key, name=action.name, value=value)]


def _message(action: Notify, scene: Scene) -> SendMessage:
    text = action.text(scene.values).strip()
    if not text:
        raise CannotAct(f"the message to {action.channel} comes to nothing")
    return SendMessage(
        channel=action.channel,
        rule=f"{scene.rule.id} {action.number}",
        about=f"issue {scene.issue.id}" if scene.issue is not None else f"project {scene.judging.rules.jira}",
        occasion=scene.happening.occasion or scene.judging.occasion,
        text=text,
        title=" ".join(action.title(scene.values).split()) if action.title is not None else "",
    )


def holds(present: object, wanted: object) -> bool:
    """Whether a field holds a value already: what Jira shows of it may be more than what is written."""
    if present == wanted:
        return True
    if isinstance(wanted, Mapping):
        return isinstance(present, Mapping) and all(holds(present.get(key), value) for key, value in wanted.items())
    if isinstance(wanted, list | tuple):
        same_size = isinstance(present, list | tuple) and len(present) == len(wanted)
        return same_size and all(any(holds(held, one) for held in _items(present)) for one in wanted)
    if isinstance(wanted, str):
        return name_of(present) == wanted
    return number_of(wanted) is not None and number_of(present) == number_of(wanted)


def _items(value: object) -> tuple[object, ...]:
    return tuple(value) if isinstance(value, list | tuple) else ()
