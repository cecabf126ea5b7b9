"""Automations: what an administrator's own rule does to an issue, as planned writes."""

from collections.abc import Mapping

from connector.core.actions import (
    EnsureLabel,
    Line,
    LinkIssues,
    MakeIssue,
    Planned,
    SetIssueFields,
    Write,
    WriteComment,
)
from connector.core.fields import name_of, summary_of
from connector.core.issue import Issue
from connector.core.rulebook import AddLabel, Automation, EnsureIssue, RuleAction, SayComment, SetFields


def run_automation(rule: Automation, issue: Issue, fields: Mapping[str, str], locale: str) -> list[Planned]:
    """The writes of one rule for one issue.

    fields: our words with the field ids they are bound to in this site; locale: the language of the rule's texts.
    """
    values = {"issue": issue_values(issue, fields), "locale": locale}
    planned: list[Planned] = []
    for action in rule.then:
        for write in _writes(action, issue, fields, values):
            after = tuple(one.write.natural_key for one in planned if isinstance(one.write, MakeIssue))
            waits = after if isinstance(write, LinkIssues) else ()
            planned.append(Planned(write=write, rule=f"automation {rule.id}", place=str(rule.place), after=waits))
    return planned


def issue_values(issue: Issue, fields: Mapping[str, str]) -> Mapping[str, object]:
    """The issue as expressions see it: key, summary, status, assignee, duedate, labels and our bound words."""
    labels = issue.fields.get("labels")
    return {
        "key": issue.key,
        "summary": summary_of(issue),
        "status": name_of(issue.fields.get("status")),
        "type": name_of(issue.fields.get("issuetype")),
        "priority": name_of(issue.fields.get("priority")),
        "assignee": name_of(issue.fields.get("assignee")),
        "duedate": issue.fields.get("duedate"),
        "labels": tuple(labels) if isinstance(labels, list | tuple) else (),
        **{word: issue.fields.get(field) for word, field in fields.items()},
    }


def _writes(action: RuleAction, issue: Issue, fields: Mapping[str, str], values: Mapping[str, object]) -> list[Write]:
    match action:
        case SetFields():
            wanted = {fields.get(word, word): value for word, value in action.values.items()}
            changed = {field: value for field, value in wanted.items() if not _holds(issue, field, value)}
            return [SetIssueFields(issue=issue.id, key=issue.key, values=changed)] if changed else []
        case AddLabel():
            labels = issue.fields.get("labels")
            held = isinstance(labels, list | tuple) and action.label in labels
            return [] if held else [EnsureLabel(issue=issue.id, key=issue.key, label=action.label)]
        case SayComment():
            line = Line(text=action.text(values))
            return [WriteComment(issue=issue.id, key=issue.key, purpose=action.purpose, edition="1", lines=(line,))]
        case EnsureIssue():
            return _ensure_issue(action, issue, fields, values)


def _ensure_issue(
    action: EnsureIssue, issue: Issue, fields: Mapping[str, str], values: Mapping[str, object]
) -> list[Write]:
    made = MakeIssue(
        project=issue.project_key,
        name=action.key(values),
        type=action.type_names or (action.type,),
        summary=action.summary(values),
        values={fields.get(word, word): value for word, value in action.fields.items()},
    )
    if action.link is None:
        return [made]
    link = LinkIssues(source=made.natural_key, target=issue.id, type=action.link, names=action.link_names)
    return [made, link]


def _holds(issue: Issue, field: str, value: object) -> bool:
    present = issue.fields.get(field)
    return present == value or (isinstance(value, str) and name_of(present) == value)
