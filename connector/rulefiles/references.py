"""Everything that rules name and that only the real site can have: collected while they are read, with its place."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from connector.core.fields import Field
from connector.core.rulebook import Place
from connector.jql.ast import And, Clause, Expression, Not, Or, Value, flat
from connector.jql.compile import Names
from connector.jql.errors import JqlError
from connector.jql.parse import parse
from connector.rulefiles.desk import Desk, spellings
from connector.rulefiles.merge import Merged
from connector.rulefiles.part import Part, child_of
from connector.rulefiles.projects import EVERY

Kind = Literal[
    "status", "type", "priority", "resolution", "link", "person", "group", "role", "project", "space", "page"
]
BY_FIELD: Mapping[str, Kind] = {
    "status": "status",
    "issuetype": "type",
    "priority": "priority",
    "resolution": "resolution",
    "project": "project",
}


OF_ACTIONS: tuple[tuple[str, str, Kind, Callable[[Desk], Mapping[str, Sequence[str]]]], ...] = (
    ("ensure_issue", "type", "type", lambda desk: desk.names.types),
    ("ensure_issue", "link", "link", lambda desk: desk.links),
    ("ensure_link", "type", "link", lambda desk: desk.links),
)
"""Where actions name things: the action, the key in it, what it names, and what sites call those."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """One name of something that a site is to have. Any of `names` will do.

    `within` is the space of a page, and the project of a role.
    """

    kind: Kind
    names: tuple[str, ...]
    place: Place
    rule: str
    within: str = ""


@dataclass(slots=True)
class _Collector:
    """Collects references, each once."""

    desk: Desk
    found: dict[Reference, None]

    def add(self, part: Part, kind: Kind, names: Collection[str], offset: int | None = None, within: str = "") -> None:
        """One reference, at a part or at a character of its text."""
        place = part.tree.place(part.path, offset)
        self.found[Reference(kind=kind, names=tuple(names), place=place, rule=part.rule, within=within)] = None

    def query(self, part: Part, text: str, start: int) -> None:
        """The values of a query."""
        try:
            where = parse(text).where
        except JqlError:
            return
        for clause in _clauses(where):
            field = self.desk.words.catalog.find(clause.field.name)
            kind = _kind_of(field) if field is not None and not clause.field.properties else None
            for value in flat(clause.operand):
                if isinstance(value, Value) and kind is not None and field is not None:
                    names = _family(field.id, value.text, self.desk.names)
                    self.add(part, kind, names, start + value.position)


def references(rules: Merged, desk: Desk) -> tuple[Reference, ...]:
    """All references of the rules, in the order found. desk: where the rules were compiled."""
    collector = _Collector(desk, {})
    for part, text, start in desk.queries:
        collector.query(part, text, start)
    _of_projects(rules, collector)
    _of_gates(rules, collector)
    _of_roles(rules, collector)
    for part, _ in rules.automations.values():
        _of_automation(part, collector)
    return tuple(collector.found)


def _of_projects(rules: Merged, collector: _Collector) -> None:
    for part, shape in rules.projects:
        keys = [key for key in shape.jira or () if key != EVERY]
        for index, key in enumerate(shape.jira or ()):
            if key != EVERY:
                collector.add(part.at("jira", index), "project", (key,))
        if shape.space is not None:
            collector.add(part.at("space"), "space", (shape.space,))
        if shape.parent_page is not None:
            for space in [shape.space] if shape.space else keys:
                collector.add(part.at("parent_page"), "page", (shape.parent_page,), within=space)


def _of_gates(rules: Merged, collector: _Collector) -> None:
    """Of several names for one decision, the site needs to have one."""
    statuses = collector.desk.names.statuses
    for part, shape in rules.gates.values():
        for code, names in shape.decided.items():
            collector.add(part.at("decided", code), "status", _all(names, statuses))
        if shape.return_to:
            collector.add(part.at("return_to"), "status", _all(shape.return_to, statuses))
    if rules.changes is not None and rules.changes[1].approved:
        part, changes = rules.changes
        collector.add(part.at("approved"), "status", _all(changes.approved or (), statuses))


def _of_roles(rules: Merged, collector: _Collector) -> None:
    keys = [key for _, shape in rules.projects for key in shape.jira or () if key != EVERY]
    for part, shape in rules.roles.values():
        for index, person in enumerate(shape.people or ()):
            collector.add(part.at("people", index), "person", (person,))
        for index, group in enumerate(shape.groups or ()):
            collector.add(part.at("groups", index), "group", (group,))
        for key in keys if shape.jira_role is not None else ():
            collector.add(part.at("jira_role"), "role", (shape.jira_role or "",), within=key)


def _of_automation(part: Part, collector: _Collector) -> None:
    desk = collector.desk
    actions = child_of(part.data, "then")
    for index, action in enumerate(actions if isinstance(actions, list) else ()):
        at = part.at("then", index)
        for action_key, key, kind, also in OF_ACTIONS:
            name = child_of(child_of(action, action_key), key)
            if isinstance(name, str) and "{{" not in name:
                collector.add(at.at(action_key, key), kind, spellings(name, also(desk)))
        status = child_of(action, "transition")
        names = [status] if isinstance(status, str) else status if isinstance(status, list) else []
        if names and all(isinstance(one, str) and "{{" not in one for one in names):
            collector.add(at.at("transition"), "status", _all([str(one) for one in names], desk.names.statuses))


def _all(names: Sequence[str], also: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one for name in names for one in spellings(name, also)))


def _family(field_id: str, name: str, names: Names) -> tuple[str, ...]:
    return (name, *sorted(names.of(field_id, name) - {name.casefold()}))


def _kind_of(field: Field) -> Kind | None:
    if field.kind == "user" or field.items == "user":
        return "person"
    return BY_FIELD.get(field.id)


def _clauses(node: Expression | None) -> list[Clause]:
    match node:
        case Clause():
            return [node]
        case And(parts) | Or(parts):
            return [clause for part in parts for clause in _clauses(part)]
        case Not(part):
            return _clauses(part)
    return []
