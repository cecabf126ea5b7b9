"""What a write replaces, as the mirror shows it: kept beside the write, to be shown and to be put back."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from connector.core.actions import (
    EnsureLabel,
    LinkIssues,
    MoveIssue,
    Planned,
    SetIssueFields,
    SetIssueProperty,
    Write,
)
from connector.core.issue import Issue


def with_before(planned: Sequence[Planned], issues: Iterable[Issue], cause: str | None = None) -> tuple[Planned, ...]:
    """The writes with what each replaces on one of these issues, and the letter they came of, where not told yet."""
    known = {issue.id: issue for issue in issues}
    return tuple(
        replace(one, cause=one.cause or cause, before=one.before or _before(one.write, known)) for one in planned
    )


def _before(write: Write, known: Mapping[str, Issue]) -> Mapping[str, object] | None:
    names = (write.source, write.target) if isinstance(write, LinkIssues) else (getattr(write, "issue", ""),)
    issue = next((known[name] for name in names if name in known), None)
    return None if issue is None else before_of(write, issue)


def before_of(write: Write, issue: Issue) -> Mapping[str, object] | None:
    """What the write replaces on the issue, by name; None where it is about something else or replaces nothing.

    Fields are by their id and a property by its name, None for one that is empty or not set. A label shows all labels
    (`labels`), a move the status, a link whether the two are linked that way already (`linked`).
    """
    match write:
        case SetIssueFields() if write.issue == issue.id:
            return {name: issue.fields.get(name) for name in write.values}
        case EnsureLabel() if write.issue == issue.id:
            return {"labels": _listed(issue, "labels")}
        case MoveIssue() if write.issue == issue.id:
            return {"status": issue.fields.get("status")}
        case SetIssueProperty() if write.issue == issue.id:
            return {write.name: issue.properties.get(write.name)}
        case LinkIssues() if issue.id in {write.source, write.target}:
            return {"linked": _is_linked(issue, write)}
    return None


def _listed(issue: Issue, field: str) -> list[object]:
    held = issue.fields.get(field)
    return list(held) if isinstance(held, list | tuple) else []


def _is_linked(issue: Issue, write: LinkIssues) -> bool:
    other = write.target if issue.id == write.source else write.source
    names = {name.casefold() for name in write.names or (write.type,)}
    return any(_other_end(one) == other and _type_of(one) in names for one in _listed(issue, "issuelinks"))


def _other_end(link: object) -> object:
    return _within(link, "outwardIssue", "id") or _within(link, "inwardIssue", "id")


def _type_of(link: object) -> str:
    name = _within(link, "type", "name")
    return name.casefold() if isinstance(name, str) else ""


def _within(value: object, *names: str) -> object:
    for name in names:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value
