"""Random queries, answered by the compiler and by a plain second evaluator: they agree on every issue."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from connector.jql.ast import And, Clause, Empty, Expression, FieldName, ListOf, Not, Or, Predicate, Query, Value
from connector.jql.compile import compile_jql
from connector.jql.parse import parse
from connector.jql.printing import to_text
from tests.jql import reference
from tests.jql.test_matches import CATALOG, FILE, HERE, SCOPE

RAWS = [json.loads(line) for line in (HERE / "issues.jsonl").read_text(encoding="utf-8").split("\n") if line]
DATES = ["2026-01-10", "2026-02-28", "2026-03-04", "2026-03-10", "2026-02-28 23:30", "-1d", "-4w", "-9h"]
VALUES = {
    "project": ["OPS", "mkt", "NONE"],
    "key": ["OPS-1", "ops-3", "MKT-2"],
    "type": ["Bug", "task", "Epic"],
    "status": ["To Do", "In Progress", "done"],
    "priority": reference.PRIORITIES,
    "resolution": ["Fixed", "Won't Do"],
    "assignee": ["Mei Lin", "tom ode", "Nobody"],
    "labels": ["steel", "Report", "urgent"],
    "component": ["Yard", "gate"],
    "fixVersion": reference.VERSIONS,
    "duedate": DATES,
    "created": DATES,
    "votes": ["0", "1", "3.0", "-2"],
    "cf[10016]": ["2", "5", "8.5"],
}
NEVER_EMPTY = {"project", "key", "type", "status", "created", "votes"}
MEASURED = ["priority", "duedate", "created", "votes", "cf[10016]"]
WORDS = ["crane", "steel", "the", "塔", "NORTH"]
NAMES = ["Mei Lin", "Tom Ode", "Ana Ruiz"]
PAST = {"status": ["To Do", "In Progress", "Done"], "priority": reference.PRIORITIES, "assignee": NAMES[:2]}


@st.composite
def clauses(draw: st.DrawFn) -> Clause:
    shape = draw(st.sampled_from(["one", "list", "empty", "measured", "words", "was", "changed"]))
    if shape == "words":
        field = draw(st.sampled_from(["summary", "description"]))
        return Clause(FieldName(field), draw(st.sampled_from(["~", "!~"])), Value(draw(st.sampled_from(WORDS))))
    if shape == "was":
        return _was(draw)
    if shape == "changed":
        return _changed(draw)
    field = draw(st.sampled_from(MEASURED if shape == "measured" else sorted(VALUES)))
    values = st.sampled_from(VALUES[field]).map(Value)
    if shape == "list":
        items = draw(st.lists(values if field in NEVER_EMPTY else values | st.just(Empty()), min_size=1, max_size=3))
        return Clause(FieldName(field), draw(st.sampled_from(["in", "not in"])), ListOf(tuple(items)))
    if shape == "empty" and field not in ("votes",):
        return Clause(FieldName(field), draw(st.sampled_from(["is", "is not"])), Empty())
    operators = ["<", "<=", ">", ">="] if shape == "measured" else ["=", "!="]
    return Clause(FieldName(field), draw(st.sampled_from(operators)), draw(values))


def _was(draw: st.DrawFn) -> Clause:
    field = draw(st.sampled_from(sorted(PAST)))
    operator = draw(st.sampled_from(["was", "was not", "was in", "was not in"]))
    value = Value(draw(st.sampled_from(PAST[field])))
    return Clause(FieldName(field), operator, ListOf((value,)) if operator.endswith("in") else value)


def _changed(draw: st.DrawFn) -> Clause:
    field = draw(st.sampled_from(sorted(PAST)))
    values = st.sampled_from(PAST[field]).map(Value)
    moments = st.sampled_from(DATES).map(Value)
    choices = st.one_of(
        st.builds(Predicate, st.sampled_from(["from", "to"]), values),
        st.builds(Predicate, st.just("by"), st.sampled_from(NAMES).map(Value)),
        st.builds(Predicate, st.sampled_from(["before", "after"]), moments),
    )
    return Clause(FieldName(field), "changed", None, tuple(draw(st.lists(choices, max_size=3))))


def _joined(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    several = st.lists(inner, min_size=2, max_size=3).map(tuple)
    return st.one_of(several.map(And), several.map(Or), inner.map(Not))


trees = st.recursive(clauses(), _joined, max_leaves=8)


@settings(max_examples=400, deadline=None)
@given(trees)
def test_a_random_query_selects_what_the_plain_evaluator_says(tree: Expression) -> None:
    text = to_text(Query(tree))

    found = [one.key for one in compile_jql(text, CATALOG).select(FILE.issues, SCOPE)]

    assert found == [raw["key"] for raw in RAWS if reference.selects(tree, raw)], text


@settings(max_examples=200, deadline=None)
@given(trees)
def test_a_random_query_is_the_same_once_printed_and_read_again(tree: Expression) -> None:
    once = parse(to_text(Query(tree)))

    assert parse(to_text(once)) == once


@settings(max_examples=100, deadline=None)
@given(trees)
def test_an_explanation_of_a_random_query_agrees_with_its_answer(tree: Expression) -> None:
    selector = compile_jql(to_text(Query(tree)), CATALOG)

    for issue in FILE.issues:
        why = selector.explain(issue, SCOPE)
        assert why.matches is selector.matches(issue, SCOPE)
        assert all(one.holds for one in why.clauses) <= why.matches
        assert not (why.matches and not any(one.holds for one in why.clauses))
