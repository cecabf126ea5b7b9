import gc
import weakref
from timeit import repeat

import pytest

from connector.core.fields import Field, FieldCatalog
from connector.core.rulebook import Selector as SelectorOfRules
from connector.core.rulebook import SelectorScope
from connector.jql.compile import Names, compile_jql
from connector.jql.errors import JqlError
from tests.jql.world import CATALOG, NOW, SHANGHAI, issue, scope, selects


@pytest.mark.parametrize(
    ("query", "needs_history", "reads_time", "fields", "is_bounded"),
    [
        ("", False, False, set(), False),
        ("ORDER BY due", False, False, {"duedate"}, False),
        ("status = Done", False, False, {"status"}, True),
        ("status was Done", True, False, {"status", "created", "creator"}, True),
        ("status was Done after 2026-01-01", True, False, {"status", "created", "creator"}, True),
        ("status changed after -1w", True, True, {"status", "created", "creator"}, True),
        ("status changed by currentUser()", True, False, {"status", "created", "creator"}, True),
        ("due < now() OR labels = x", False, True, {"duedate", "labels"}, True),
        ("due < 2026-01-01", False, False, {"duedate"}, True),
        ("due < -1d", False, True, {"duedate"}, True),
        ("NOT due in (startOfDay(), endOfDay())", False, True, {"duedate"}, True),
        ("key in linkedIssues(OPS-1)", False, False, {"key", "issuelinks"}, True),
        ("key in updatedBy(li)", True, True, {"key"}, True),
        ("cf[10016] > 3 ORDER BY rank", False, False, {"customfield_10016", "customfield_10021"}, True),
    ],
)
def test_a_selector_tells_what_it_needs(
    query: str, needs_history: bool, reads_time: bool, fields: set[str], is_bounded: bool
) -> None:
    found = compile_jql(query, CATALOG)

    assert (found.text, found.needs_history, found.reads_time, found.fields, found.is_bounded) == (
        query,
        needs_history,
        reads_time,
        fields,
        is_bounded,
    )


def test_a_selector_is_what_the_rulebook_asks_for() -> None:
    found: SelectorOfRules = compile_jql("due < now()", CATALOG)

    assert found.matches(issue(duedate="2026-03-01"), SelectorScope(now=NOW, timezone=SHANGHAI))


def test_a_query_is_compiled_once_for_each_site_and_names() -> None:
    other = FieldCatalog()

    first = compile_jql("due < now()", CATALOG)

    assert compile_jql("due < now()", CATALOG) is first
    assert compile_jql("due < now()", CATALOG, Names(types={"a": ("b",)})) is not first
    assert compile_jql("due < now()", CATALOG, Names()) is first
    assert compile_jql("due < now()", other) is not first


def test_what_was_compiled_for_a_site_goes_with_the_site() -> None:
    site = FieldCatalog([Field(id="customfield_1", name="A", kind="string")])
    compile_jql("text ~ x AND a ~ y ORDER BY a", site)
    gone = weakref.ref(site)

    del site
    gc.collect()

    assert gone() is None


def test_each_scope_has_its_own_answer() -> None:
    found = compile_jql("due < now()", CATALOG)
    early, late = scope(now=NOW.replace(month=1)), scope()

    answers = [found.matches(issue(duedate="2026-02-01"), one) for one in (early, late, early, late)]

    assert answers == [False, True, False, True]


def keys(query: str, *issues: tuple[str, dict[str, object]], **given: object) -> list[str]:
    made = [issue(key, **fields) for key, fields in issues]  # type: ignore[arg-type]
    return [one.key for one in compile_jql(query, CATALOG).select(made, scope(**given))]


def test_without_an_order_issues_stay_as_they_came() -> None:
    found = keys("labels = x", ("OPS-2", {"labels": ["x"]}), ("OPS-3", {}), ("OPS-1", {"labels": ["x"]}))

    assert found == ["OPS-2", "OPS-1"]


@pytest.mark.parametrize(
    ("order", "field", "values", "expected"),
    [
        ("due", "duedate", ["2026-03-02", None, "2026-03-01"], [3, 1, 2]),
        ("due desc", "duedate", ["2026-03-02", None, "2026-03-01"], [2, 1, 3]),
        ("created desc", "created", ["2026-03-01T09:00:00.000+0800", "2026-03-01T02:00:00.000+0000", None], [3, 2, 1]),
        (
            "priority desc",
            "priority",
            [{"name": "Low"}, {"name": "最高"}, {"name": "Odd"}, {"name": "High"}],
            [3, 2, 4, 1],
        ),
        ("priority", "priority", [{"name": "Low"}, {"id": "1", "name": "P1"}, {"name": "Medium"}], [1, 3, 2]),
        ("'Story Points'", "customfield_10016", [8, 0.5, 13], [2, 1, 3]),
        ("fixVersion", "fixVersions", [[{"name": "1.10"}], [{"name": "1.9"}], []], [2, 1, 3]),
        ("summary", "summary", ["beam", "Crane", "anchor"], [3, 1, 2]),
        ("assignee", "assignee", [{"displayName": "Zoe"}, {"displayName": "ana"}], [2, 1]),
        ("rank", "customfield_10021", ["0|i00b:", "0|i000c7:", "0|i000b:"], [3, 2, 1]),
        ("key desc", "labels", [[], [], []], [3, 2, 1]),
        ("parent", "parent", [{"key": "OPS-10"}, {"key": "OPS-9"}], [2, 1]),
        ("sprint", "customfield_10020", [[{"name": "Week 10"}], [{"name": "Week 9"}]], [2, 1]),
        (
            "statusCategory",
            "status",
            [{"statusCategory": {"key": key}} for key in ("done", "new", "indeterminate")],
            [2, 3, 1],
        ),
        ("timespent desc", "timespent", [60, 3600], [2, 1]),
    ],
)
def test_issues_come_in_the_order_of_a_field(order: str, field: str, values: list[object], expected: list[int]) -> None:
    found = keys(f"ORDER BY {order}", *((f"OPS-{place + 1}", {field: value}) for place, value in enumerate(values)))

    assert found == [f"OPS-{place}" for place in expected]


def test_a_second_field_orders_what_the_first_leaves_equal() -> None:
    found = keys(
        "ORDER BY due DESC, key",
        ("OPS-10", {"duedate": "2026-03-01"}),
        ("OPS-3", {"duedate": "2026-03-02"}),
        ("OPS-9", {"duedate": "2026-03-01"}),
    )

    assert found == ["OPS-3", "OPS-9", "OPS-10"]


def test_a_predicate_of_three_clauses_is_asked_hundreds_of_thousands_of_times_a_second() -> None:
    asked = issue(
        issuetype={"id": "3", "name": "Risk"},
        status={"name": "Open", "statusCategory": {"key": "new"}},
        duedate="2026-03-01",
    )
    found, within = compile_jql("issuetype = Risk AND statusCategory != Done AND due < now()", CATALOG), scope()

    took_s = min(repeat(lambda: [found.matches(asked, within) for _ in range(20_000)], number=1, repeat=5))

    assert found.matches(asked, within)
    assert 20_000 / took_s > 300_000


def test_a_query_on_a_site_without_the_field_is_refused_there_only() -> None:
    assert selects("severity = High", customfield_10010={"value": "High"})
    with pytest.raises(JqlError, match="no field 'severity'"):
        compile_jql("severity = High", FieldCatalog())
