"""What each clause of a query saw in one issue, for people who ask why a rule did what it did."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from connector.core.fields import name_of
from connector.core.issue import Change, Issue
from connector.core.rulebook import ClauseSeen, SelectorScope
from connector.jql.ast import Clause
from connector.jql.faces import link_words, sprint_of
from connector.jql.fields import Target
from connector.jql.kinds import CHANGE, PAST, KindName
from connector.jql.past import changes_of, states_of
from connector.jql.plan import Plan
from connector.jql.predicates import elements
from connector.jql.printing import clause_text

_LONGEST = 60
_MOST = 5


@dataclass(frozen=True, slots=True)
class Leaf:
    """One clause with NOT already put into it, the field it asks and its plan."""

    clause: Clause
    target: Target
    plan: Plan


def seen_by(leaf: Leaf, issue: Issue, scope: SelectorScope) -> ClauseSeen:
    """What the clause asks, whether it holds, and what the issue has in the field."""
    holds = leaf.plan.bound(scope)(issue)
    return ClauseSeen(text=clause_text(leaf.clause), holds=holds, seen=_seen(leaf, issue))


def _seen(leaf: Leaf, issue: Issue) -> str:
    if leaf.clause.operator in CHANGE:
        return _listed([_step(one) for one in changes_of(issue, leaf.target)], ", ", "never changed")
    if leaf.clause.operator in PAST:
        return _listed(
            [_values(state.values, leaf.target.kind) for state in states_of(issue, leaf.target)], " → ", "empty"
        )
    return _values(elements(leaf.target.read(issue)), leaf.target.kind)


def _step(change: Change) -> str:
    return f"{change.before or 'empty'} → {change.after or 'empty'} on {change.at.date().isoformat()}"


def _values(found: Sequence[object], kind: KindName) -> str:
    return _listed([_short(one, kind) for one in found], ", ", "empty")


def _listed(texts: Sequence[str], between: str, nothing: str) -> str:
    """The last few, as the newest state says most about an answer."""
    if not texts:
        return nothing
    return between.join(texts if len(texts) <= _MOST else ["…", *texts[-_MOST:]])


def _short(value: object, kind: KindName) -> str:
    text = " ".join(_named(value, kind).split())
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _named(value: object, kind: KindName) -> str:
    """A project and an issue are known by their keys, all else by its name."""
    if isinstance(value, Issue):
        return value.key
    if kind == "link type":
        return " or ".join(link_words(value)) or "something"
    if kind == "sprint":
        return str(sprint_of(value).get("name", value))
    if isinstance(value, Mapping):
        own = value.get("key") if kind in ("project", "issue") else None
        child = name_of(value.get("child"))
        return f"{own or name_of(value) or value.get('id')}{f' / {child}' if child else ''}"
    return str(value)
