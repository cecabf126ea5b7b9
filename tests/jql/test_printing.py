from hypothesis import given, settings
from hypothesis import strategies as st

from connector.jql.ast import (
    And,
    Call,
    Clause,
    Empty,
    Expression,
    FieldName,
    ListOf,
    Not,
    Operand,
    Operator,
    Or,
    Order,
    Predicate,
    Property,
    Query,
    Value,
)
from connector.jql.parse import parse
from connector.jql.printing import to_text

texts = st.one_of(
    st.sampled_from(["a", "order", "EMPTY", "", "5", "-5d", "状态", 'q"', "it's", "x\\y", "cf[10]", "a.b", "\t\x01"]),
    st.text(st.characters(codec="utf-16"), max_size=6),
)
values = st.builds(Value, texts)
calls = st.builds(Call, texts, st.lists(texts, max_size=2).map(tuple))
empties = st.just(Empty())
singles: st.SearchStrategy[Operand] = st.one_of(values, calls, empties)
lists = st.recursive(
    st.lists(singles, min_size=1, max_size=3).map(lambda items: ListOf(tuple(items))),
    lambda inner: st.lists(st.one_of(singles, inner), min_size=1, max_size=2).map(lambda items: ListOf(tuple(items))),
    max_leaves=3,
)
paths = st.one_of(st.just(""), st.just(".a.b"), texts.filter(lambda text: text not in ("", ".")))
fields = st.one_of(
    st.builds(FieldName, texts, st.lists(st.builds(Property, texts, paths), max_size=2).map(tuple)),
    st.just(FieldName("cf[10010]")),
)


def clauses() -> st.SearchStrategy[Expression]:
    when = st.builds(Predicate, st.sampled_from(["by", "on", "before", "after", "during"]), st.one_of(singles, lists))
    moved = st.one_of(when, st.builds(Predicate, st.sampled_from(["from", "to"]), st.one_of(singles, lists)))

    def made(
        operators: list[Operator],
        operand: st.SearchStrategy[Operand | None],
        after: st.SearchStrategy[Predicate] | None,
    ):  # type: ignore[no-untyped-def]
        predicates = st.lists(after, max_size=2).map(tuple) if after is not None else st.just(())
        return st.builds(Clause, fields, st.sampled_from(operators), operand, predicates)

    return st.one_of(
        made(["=", "!=", "~", "!~"], singles, None),
        made(["<", "<=", ">", ">="], st.one_of(values, calls), None),
        made(["is", "is not"], empties, None),
        made(["in", "not in"], st.one_of(lists, calls), None),
        made(["was", "was not"], singles, when),
        made(["was in", "was not in"], st.one_of(lists, calls), when),
        made(["changed"], st.none(), moved),
    )


expressions = st.recursive(
    clauses(),
    lambda inner: st.one_of(
        inner.map(Not),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: And(tuple(parts))),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: Or(tuple(parts))),
    ),
    max_leaves=5,
)
queries = st.builds(
    Query,
    st.one_of(st.none(), expressions),
    st.lists(st.builds(Order, fields, st.sampled_from([None, "asc", "desc"])), max_size=2).map(tuple),
)


@settings(max_examples=300, deadline=None)
@given(queries)
def test_what_is_printed_is_read_back_as_the_same_tree(query: Query) -> None:
    printed = to_text(query)

    assert parse(printed) == query


def test_a_query_is_printed_plainly() -> None:
    printed = to_text(parse("not( a=b||c in('d e',null) )order by cf[7]"))

    assert printed == 'NOT (a = b OR c IN ("d e", EMPTY)) ORDER BY cf[7]'
