"""Queries compiled to predicates, once for each text and site."""

from collections.abc import Iterable, Sequence
from weakref import WeakKeyDictionary

from connector.core.fields import FieldCatalog
from connector.core.issue import Issue
from connector.core.rulebook import Explained, SelectorScope
from connector.jql.ast import And, Clause, Expression, Not, Or, Order
from connector.jql.clauses import check_operator, check_reach, plan_clause, target_of
from connector.jql.context import Context
from connector.jql.explaining import Leaf, seen_by
from connector.jql.fields import Target
from connector.jql.history import plan_change, plan_past
from connector.jql.kinds import CHANGE, PAST
from connector.jql.negation import without_not
from connector.jql.ordering import in_order
from connector.jql.parse import parse
from connector.jql.plan import Plan, Predicate, all_of, any_of
from connector.jql.scope import Names, Scope
from connector.jql.unresolved import with_unresolved

__all__ = ["Names", "Scope", "Selector", "compile_jql"]

_MOST_KEPT = 4096
_KEPT: WeakKeyDictionary[FieldCatalog, dict[tuple[object, ...], "Selector"]] = WeakKeyDictionary()
_ALL_NAMES = Names()


class Selector:
    """A compiled query.

    `needs_history`: issues must be loaded with their changes. `reads_time`: the answer changes as time passes.
    `fields`: ids of the fields it reads. `is_bounded`: it restricts something, as Cloud's search demands.
    """

    __slots__ = (
        *("_fixed", "_held", "_leaves", "_names", "_order", "_plan"),
        *("fields", "is_bounded", "needs_history", "reads_time", "text"),
    )

    def __init__(
        self,
        text: str,
        plan: Plan | None,
        leaves: Sequence[Leaf],
        order: Sequence[tuple[Order, Target]],
        names: Names,
    ) -> None:
        self._plan = plan or Plan(fixed=lambda _: True)
        self._fixed = self._plan.fixed
        self._leaves = tuple(leaves)
        self._order = order
        self._names = names
        self._held: tuple[SelectorScope, Predicate] | None = None
        self.text: str = text
        self.needs_history: bool = self._plan.needs_history
        self.reads_time: bool = self._plan.reads_time
        self.fields: frozenset[str] = self._plan.fields.union(target.id for _, target in order)
        self.is_bounded: bool = plan is not None

    def matches(self, issue: Issue, scope: SelectorScope) -> bool:
        """Whether the query selects the issue."""
        if self._fixed is not None:
            return self._fixed(issue)
        held = self._held
        if held is None or held[0] is not scope:
            # One assignment, so that threads with different scopes never see a mixture.
            held = self._held = (scope, self._plan.bound(scope))
        return held[1](issue)

    def explain(self, issue: Issue, scope: SelectorScope) -> Explained:
        """The answer, with what each clause asked and saw, in the order written.

        NOT is put into the clauses first, as Jira does it: NOT assignee = li is shown as the assignee != li it means.
        """
        return Explained(self.matches(issue, scope), tuple(seen_by(leaf, issue, scope) for leaf in self._leaves))

    def select(self, issues: Iterable[Issue], scope: SelectorScope) -> list[Issue]:
        """The issues that the query selects, in its order if it has one, else as they came."""
        found = [issue for issue in issues if self.matches(issue, scope)]
        return in_order(found, self._order, scope, self._names)

    def __repr__(self) -> str:
        return f"Selector({self.text!r})"


def compile_jql(text: str, catalog: FieldCatalog, names: Names = _ALL_NAMES) -> Selector:
    """The selector of a query on a site with these fields and these other names for values.

    Raises JqlError for what Jira would refuse, and for what the mirror cannot answer.
    """
    kept = _KEPT.setdefault(catalog, {})
    key = (text, names.identity)
    found = kept.get(key)
    if found is None:
        if len(kept) >= _MOST_KEPT:
            kept.clear()
        found = kept[key] = _compiled(text, Context(text=text, catalog=catalog, names=names))
    return found


def _compiled(text: str, context: Context) -> Selector:
    query = parse(text)
    leaves: list[Leaf] = []
    plan = None
    if query.where is not None:
        _check(query.where, context)
        plan = _plan(without_not(query.where), context, leaves)
    order = [(one, target_of(one.field, context)) for one in query.order]
    return Selector(text, plan, leaves, order, context.names)


def _check(node: Expression, context: Context) -> None:
    """Raise JqlError for a field that does not exist or does not take the operator that is written."""
    match node:
        case And(parts) | Or(parts):
            for part in parts:
                _check(part, context)
        case Not(part):
            _check(part, context)
        case Clause():
            target = target_of(node.field, context)
            check_operator(node, target, context)
            check_reach(node, target, context)


def _plan(node: Expression, context: Context, leaves: list[Leaf]) -> Plan:
    """The plan of an expression without NOT; its clauses are added to `leaves` in the order written."""
    match node:
        case And(parts):
            return all_of([_plan(part, context, leaves) for part in parts])
        case Or(parts):
            return any_of([_plan(part, context, leaves) for part in parts])
        case Not():
            return _plan(without_not(node), context, leaves)
        case Clause():
            target = target_of(node.field, context)
            plan = _plan_of(with_unresolved(node, target), target, context)
            leaves.append(Leaf(node, target, plan))
            return plan


def _plan_of(clause: Clause, target: Target, context: Context) -> Plan:
    if clause.operator in PAST:
        return plan_past(clause, target, context)
    if clause.operator in CHANGE:
        return plan_change(clause, target, context)
    return plan_clause(clause, target, context)
