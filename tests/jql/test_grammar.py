import pytest

from connector.jql.ast import (
    And,
    Call,
    Clause,
    Empty,
    FieldName,
    ListOf,
    Not,
    Or,
    Order,
    Predicate,
    Property,
    Query,
    Value,
)
from connector.jql.errors import JqlError
from connector.jql.parse import MAX_DEPTH, MAX_LENGTH, parse
from connector.jql.printing import to_text

READ = """
project = OPS
project=OPS
project = "Office move"
project = 'Office move'
project in (OPS, MKT)
project not in (OPS)
project NOT  IN (OPS, "Marketing team")
key = OPS-7
key in (OPS-7, OPS-8, OPS-9)
issuekey >= OPS-100
id = 10010
issuetype = Risk
issuetype in standardIssueTypes()
type not in subtaskIssueTypes()
status = "In Progress"
status != Done
status = 进行中
状态 = "待办"
statusCategory != Done
"Due date" <= 2026-03-31
priority > Medium
priority in (High, Highest) and status != Done
resolution is empty
resolution IS NULL
resolution is not empty
resolution is not NULL
resolution = EMPTY
resolution != null
resolution = Unresolved
assignee = currentUser()
assignee != currentUser()
assignee in (currentUser(), li, "712:li")
assignee in membersOf("site managers")
assignee in membersOf('site managers')
assignee was li
assignee was not li
assignee was not empty
assignee was in (li, ana)
assignee was not in (li, ana) before "2026-01-01"
assignee was in membersOf(crew) on 2026-01-05
assignee WAS EMPTY BY ana AFTER -4w BEFORE now()
status was "To Do" during (2026-01-01, 2026-01-31)
status was -5
status changed
status CHANGED FROM "To Do" TO Done
status changed to Done by currentUser() after startOfWeek(-1)
status changed from (a, b) to (c, empty)
status changed from empty to null
status changed by ana by li
status changed on 2026-01-05 on 2026-01-06
status changed during startOfDay()
status changed during (startOfDay(), endOfDay())
status changed before endOfMonth("-1")
status changed after (2026-01-01)
due < now()
due < -2d
due <= "4w 2d"
due = 2026-03-01
due >= "2026/03/01 14:00"
due < endOfWeek("+1w")
created > startOfDay(-3d)
created >= startOfMonth(-1) AND created <= endOfMonth(-1)
updated > -1h
labels = audit-2026
labels in (a, "b c", 'd')
labels is empty
summary ~ crane
summary ~ "tower crane"
summary ~ "\\"tower crane\\""
summary !~ 'cran*'
summary ~ 塔吊
summary ~ empty
text ~ "fire AND door"
comment ~ -5
comment !~ currentUser()
fixVersion = "2026.1"
fixVersion in (releasedVersions(), "2026.1")
fixVersion in releasedVersions(OPS)
fixVersion > 2026.1
fixVersion was empty
component = "Site office"
parent = OPS-1
issue in linkedIssues(OPS-1)
issue in linkedIssues(OPS-1, "is blocked by")
issuekey in updatedBy(li, "-8d", now)
sprint in openSprints()
sprint in (12, "Week 9")
Region in cascadeOption(Asia, none)
Region in cascadeOption("Asia", '"none"')
votes >= 4
originalEstimate = 1h
workRatio > 75
cf[10010] = High
CF [ 10010 ] = High
cf[10010] is not empty order by cf[10010] desc
"Severity[Dropdown]" = High
Severity[Dropdown] = High
issue.property[review].state = open
issue.property["review board"].state.now != closed
issue.property[a].b[c].d = 1
issue.property[a] . b = 1
issue.property[a]."b c" = 1
property[-1] = x
a = b and c = d
a = b && c = d
a = b & c = d
a = b or c = d
a = b || c = d
a = b | c = d
a = b or c = d and e = f
(a = b or c = d) and e = f
not a = b
NOT (a = b or c = d)
! a = b
!(a = b)
!!a = b
not not not a = b
((((a = b))))
a = b and not c = d or not (e = f and g = h)
a in ((b, c), d(), ((e)))
a in (empty)
a in (empty, null, b)
a in(b)and c=d
a="b"AND c=d
a = f ( x , "y" , 3 )
a = "f g"()
a = 5()
a = -5
a = --5
a = -
a = 5-6
a = 1.5
a = 1e5
a = 0x1F
a = 2026-03-01T10:00
a = v1.2.3
a = x_y-z.w:v
a = `x`
a = ٣
a = x\\ y
a = \\u4e2d\\n
\\u72b6\\u6001 = x
\\ = x
a = ""
'' = a
a = "\\\\"
a = "it's"
a = 'it\\'s'
a = "x\\ty"
a = （b）
a = “b”
a = b，c
a = 😀
all = unlock
a.b.c = d
.a = b
a. = b
"order" = "by"
"and" != 'or'
5 = 5
-5 > 4
order by a
ORDER BY a ASC, b DESC, "c d"
order   by a desc
order by cf[5] asc, issue.property[k].p desc
a = b order by c
Meeting was cancelled
"""
REFUSED = """
a
"a"
a =
= a
a = b c
a = b c = d
a == b
a <> b
a =< b
a < = b
a > = b
a ! = b
a ! ~ b
a !in (b)
a and b
a = b and
a = b or
and a = b
not
not in (a)
a not = b
a not is empty
a is
a is b
a is b()
a is (empty)
a is not
a is not in (b)
a is not 0
a = (b)
a != (b, c)
a ~ (b)
a < empty
a >= null
a in
a in b
a in -5
a in "b"
a in empty
a in ()
a in (,)
a in (b,)
a in (b c)
a in (b;c)
a in (b
a in )b(
a notin (b)
a not in b
a was
a was not
a was in
a was in b
a was (b)
a was in empty
a was changed
a was b from c
a was in (b) to c
a was b after
a changed from
a changed from to b
a changed changed
a changed by
a = b after -1w
a != b by c
a in (b) on -1d
a is empty before now()
a < b from c
f()
f() = a
a = f(
a = f(b
a = f(b,)
a = f((b))
a = f(g())
a = f(empty)
a = empty()
a = EMPTYand b = c
(a = b
a = b)
((a = b)
()
(order by a)
order
order by
order a
order by a,
order by a b
order by (a)
order by asc
order by a asc desc
order by a desc order by b
order by a changed
orderby a
a = b order by c limit 5
cf = 5
cf[] = 5
cf[x] = 5
cf[-1] = 5
cf[1].b = 5
a[] = b
a[b = c
a[b c] = d
a[empty] = b
"a".b = c
don't = a
a = it's
a = b'c'
a = "b"c
a = "b" "c"
a = "b
a = 'b
a = b"
a = "\\q"
a = "\\u12"
a = \\q
a = b\\
a = b@c
a = li.wen@example.com
a = 100%
a = $5
a = #5
a = +5
a = 1+2
a = 1*2
a = b/c
a = 2026/03/01
a = b*
a = b?
a = ?
a = {b}
a = b;
a = b # c
a = b -- c
a = b // c
a = b ^ c
a ＝ b
a in（b）
empty = a
null is null
order = a
a = order
a = true
a = next
limit = a
a = user
was was was
select = a
project = ORDER
"""


def lines(block: str) -> list[str]:
    return [line for line in block.splitlines() if line]


@pytest.mark.parametrize("query", lines(READ))
def test_a_query_that_jira_reads_is_read_and_printed_as_the_same_tree(query: str) -> None:
    tree = parse(query)

    assert parse(to_text(tree)) == tree


@pytest.mark.parametrize("query", lines(REFUSED))
def test_a_query_that_jira_refuses_is_refused(query: str) -> None:
    with pytest.raises(JqlError):
        parse(query)


@pytest.mark.parametrize("query", ["", "  \n\t "])
def test_an_empty_query_restricts_nothing(query: str) -> None:
    assert parse(query) == Query()


def test_and_binds_closer_than_or_and_not_closest() -> None:
    found = parse("not a = 1 and b = 2 or c = 3")

    a, b, c = (Clause(FieldName(name), "=", Value(text)) for name, text in (("a", "1"), ("b", "2"), ("c", "3")))
    assert found == Query(Or((And((Not(a), b)), c)))


def test_brackets_change_what_belongs_together() -> None:
    found = parse("a = 1 AND (b = 2 OR c = 3)")

    a, b, c = (Clause(FieldName(name), "=", Value(text)) for name, text in (("a", "1"), ("b", "2"), ("c", "3")))
    assert found == Query(And((a, Or((b, c)))))


def test_a_changed_clause_keeps_every_word_after_it() -> None:
    found = parse("Status Changed From (a, Empty) To b By f('x y') During (-1d, now())")

    assert found == Query(
        Clause(
            FieldName("Status"),
            "changed",
            None,
            (
                Predicate("from", ListOf((Value("a"), Empty()))),
                Predicate("to", Value("b")),
                Predicate("by", Call("f", ("x y",))),
                Predicate("during", ListOf((Value("-1d"), Call("now")))),
            ),
        )
    )


def test_escapes_stand_for_the_characters_they_name() -> None:
    found = parse(r"""a = "q\"s\\t\tn\n\u4e2d" and b = x\ y""")

    assert found == Query(
        And((Clause(FieldName("a"), "=", Value('q"s\\t\tn\n中')), Clause(FieldName("b"), "=", Value("x y"))))
    )


def test_custom_fields_properties_and_order_are_kept() -> None:
    found = parse('cf[ 010 ] = 1 AND issue.property[k].a."b c" = 2 ORDER BY x DESC, "y z"')

    assert found == Query(
        And(
            (
                Clause(FieldName("cf[10]"), "=", Value("1")),
                Clause(FieldName("issue.property", (Property("k", ".a.b c"),)), "=", Value("2")),
            )
        ),
        (Order(FieldName("x"), "desc"), Order(FieldName("y z"))),
    )


def test_a_tab_between_quotes_is_refused_and_a_line_break_is_not() -> None:
    assert parse('a = "x\ny"') == Query(Clause(FieldName("a"), "=", Value("x\ny")))
    with pytest.raises(JqlError):
        parse('a = "x\ty"')


@pytest.mark.parametrize(
    "query",
    [
        pytest.param("not " * (MAX_DEPTH + 1) + "a = b", id="nots"),
        pytest.param("a in " + "(" * (MAX_DEPTH + 1) + "b" + ")" * (MAX_DEPTH + 1), id="lists"),
        pytest.param("a = " + "b" * MAX_LENGTH, id="long"),
    ],
)
def test_a_query_beyond_all_measure_is_refused_at_once(query: str) -> None:
    with pytest.raises(JqlError):
        parse(query)


def test_a_thousand_clauses_beside_each_other_are_read() -> None:
    found = parse(" OR ".join(["a = b"] * 1000))

    assert isinstance(found.where, Or)
    assert len(found.where.parts) == 1000


def test_a_custom_field_number_of_any_length_is_read() -> None:
    found = parse(f"cf[{'9' * 5000}] = 1")

    assert found == Query(Clause(FieldName(f"cf[{'9' * 5000}]"), "=", Value("1")))
