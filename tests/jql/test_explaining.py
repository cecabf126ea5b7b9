from connector.core.rulebook import ClauseSeen, Explained
from connector.jql.compile import compile_jql
from tests.jql.world import ANA, CATALOG, LI, NAMES, change, issue, scope


def explained(query: str, /, **given: object) -> Explained:
    return compile_jql(query, CATALOG, NAMES).explain(issue(**given), scope())  # type: ignore[arg-type]


def test_every_clause_says_what_it_saw_in_the_order_written() -> None:
    why = explained(
        "labels = steel AND (assignee = li OR duedate < now()) AND priority >= High",
        labels=["steel", "crane"],
        assignee=ANA,
        duedate="2026-03-01",
        priority={"id": "3", "name": "Medium"},
    )

    assert why == Explained(
        matches=False,
        clauses=(
            ClauseSeen("labels = steel", True, "steel, crane"),
            ClauseSeen("assignee = li", False, "Ana Ruiz"),
            ClauseSeen("duedate < now()", True, "2026-03-01"),
            ClauseSeen("priority >= High", False, "Medium"),
        ),
    )


def test_not_is_shown_inside_the_clause_and_a_field_without_value_as_empty() -> None:
    why = explained("NOT (assignee = li AND status CHANGED)")

    assert why == Explained(
        matches=True,
        clauses=(
            ClauseSeen("assignee != li", False, "empty"),
            ClauseSeen("NOT status CHANGED", True, "never changed"),
        ),
    )


def test_what_is_asked_about_the_past_is_shown_from_the_history() -> None:
    why = explained(
        "status WAS Done AND status CHANGED BY ana AND assignee WAS 'Li Wen'",
        changes=(change(3, "status", "To Do", "Done"), change(9, "status", "Done", "To Do", by="li")),
        status={"name": "To Do"},
        assignee=LI,
    )

    assert why == Explained(
        matches=True,
        clauses=(
            ClauseSeen("status WAS Done", True, "To Do → Done → To Do"),
            ClauseSeen("status CHANGED BY ana", True, "To Do → Done on 2026-02-03, Done → To Do on 2026-02-09"),
            ClauseSeen('assignee WAS "Li Wen"', True, "Li Wen"),
        ),
    )


def test_long_values_are_cut_and_of_many_the_last_are_shown() -> None:
    why = explained(
        'summary ~ crane AND labels = a AND sprint = W1 AND project = OPS AND parent = OPS-1 AND "Region" = Asia',
        summary="The crane\nthat stands on the north side of the yard, between hall 2 and hall 3",
        labels=list("abcdefg"),
        customfield_10020=["x.Sprint@1[id=12,state=CLOSED,name=W1]"],
        parent={"id": "1", "key": "OPS-1", "fields": {"summary": "Yard"}},
        customfield_10011={"value": "Asia", "child": {"value": "Xi'an"}},
    )

    assert [one.seen for one in why.clauses] == [
        "The crane that stands on the north side of the yard, betwee…",
        "…, c, d, e, f, g",
        "W1",
        "OPS",
        "OPS-1",
        "Asia / Xi'an",
    ]
