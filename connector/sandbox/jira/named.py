"""What a query names that the site does not have, in Jira's words: an error for most fields, a warning for people.

Facts from Jira's behaviour: a value is looked for by name and by id, a number without quotes is an id first, and all
that is wrong is told at once. In WAS and CHANGED what an issue's history holds counts as well, and people are errors.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from connector.core.fields import FieldCatalog
from connector.jql.ast import And, Clause, Expression, Not, Operand, Or, Value, flat
from connector.jql.fields import Target, find
from connector.jql.kinds import CHANGE, PAST
from connector.jql.parse import parse
from connector.sandbox.jira.rows import Component, IssueType, Named, Status
from connector.sandbox.world import World

_read = lru_cache(maxsize=512)(parse)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """What a query names that is not there. Errors refuse the query; warnings go beside what it finds."""

    errors: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def unknown_in(world: World, jql: str, catalog: FieldCatalog) -> Unknown:
    """Everything that a readable query names and the site does not have."""
    errors: dict[str, None] = {}
    warnings: dict[str, None] = {}
    for clause in _clauses(_read(jql).where):
        target = find(clause.field, catalog)
        if target is None:
            continue
        told = warnings if target.kind == "user" and clause.operator not in PAST | CHANGE else errors
        told.update(dict.fromkeys(_of_clause(world, jql, clause, target)))
    return Unknown(errors=tuple(errors), warnings=tuple(warnings))


def _clauses(node: Expression | None) -> Iterator[Clause]:
    match node:
        case And(parts) | Or(parts):
            for part in parts:
                yield from _clauses(part)
        case Not(part):
            yield from _clauses(part)
        case Clause():
            yield node


def _of_clause(world: World, jql: str, clause: Clause, target: Target) -> Iterator[str]:
    known = _known(world, target)
    if known is not None and clause.operator not in ("~", "!~"):
        for one in _compared(clause):
            if not known(one.text) and not _was_once(world, target, clause, one.text):
                yield _said(jql, clause.field.name, target, one)
    for predicate in clause.predicates:
        for one in _values(predicate.operand) if predicate.when == "by" else ():
            if not _is_person(world, one.text):
                yield f"The user '{one.text}' does not exist and cannot be used in the 'by' predicate."


def _compared(clause: Clause) -> list[Value]:
    """The values that a clause compares its field with, those of FROM and TO among them."""
    ends = [one.operand for one in clause.predicates if one.when in ("from", "to")]
    return [value for operand in (clause.operand, *ends) for value in _values(operand)]


def _values(operand: Operand | None) -> list[Value]:
    return [one for one in flat(operand) if isinstance(one, Value)]


def _said(jql: str, field: str, target: Target, value: Value) -> str:
    if value.text.isdigit() and jql[value.position] not in "\"'":
        return f"A value with ID '{value.text}' does not exist for the field '{field}'."
    if target.kind == "issue":
        return f"An issue with key '{value.text}' does not exist for field '{field}'."
    return f"The value '{value.text}' does not exist for the field '{field}'."


def _known(world: World, target: Target) -> Callable[[str], bool] | None:
    """How a value of the field is looked for; None for fields whose values Jira does not look for."""
    jira = world.jira
    if target.kind == "user":
        return lambda text: _is_person(world, text)
    if target.kind == "project":
        return _among(text for one in jira.projects.values() for text in (one.id, one.key, one.name))
    if target.kind == "version":
        return _among(text for one in jira.versions.values() for text in (one.id, one.name))
    if target.kind == "issue" and target.id == "key":
        return lambda text: jira.issue(text) is not None
    rows = _rows(world, target.id) if target.kind == "named" else None
    return None if rows is None else _among(text for one in rows for text in (one.id, one.name))


def _rows(world: World, field_id: str) -> list[Status | IssueType | Named | Component] | None:
    jira = world.jira
    match field_id:
        case "status":
            return [*jira.statuses.values()]
        case "issuetype":
            return [*jira.types.values()]
        case "priority":
            return [*jira.priorities.values()]
        case "resolution":
            return [*jira.resolutions.values(), Named(id="-1", name="Unresolved")]
        case "components":
            return [*jira.components.values()]
    return None


def _among(texts: Iterable[str]) -> Callable[[str], bool]:
    known = {one.casefold() for one in texts}
    return lambda text: text.casefold() in known


def _is_person(world: World, text: str) -> bool:
    wanted = text.casefold()
    faces = (
        face for one in world.users.all() for face in (one.id, one.name, one.key, one.email, one.display_name) if face
    )
    return any(face.casefold() == wanted for face in faces)


def _was_once(world: World, target: Target, clause: Clause, text: str) -> bool:
    """Whether a clause about the past names what is gone from the site and stands in a history."""
    if clause.operator not in PAST | CHANGE or target.history is None:
        return False
    wanted, names = text.casefold(), target.history.names
    changes = (
        change for issue in world.jira.issues.values() for history in issue.histories for change in history.changes
    )
    return any(
        wanted == str(face).casefold()
        for one in changes
        if one.field.casefold() in names or (one.field_id or "").casefold() in names
        for face in (one.before, one.before_text, one.after, one.after_text)
    )
