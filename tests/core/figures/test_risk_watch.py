from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.core.figures.risk_watch import (
    Assessment,
    Kept,
    Watched,
    burndown,
    coverage,
    is_review_overdue,
    last_review,
    review_due,
)
from connector.core.issue import Change

MONTHS = [datetime(2026, month, 28, tzinfo=UTC) for month in (4, 5, 6, 7)]
# 59secondsagile, "Risk burndown chart", table 1: impact × probability of ten risks, April to July.
PUBLISHED = {
    "Java": [(5, 3), (5, 4), (5, 1), (5, 1)],
    "Inadequate resources": [(3, 3), (3, 3), (3, 2), (3, 1)],
    "Scope changes": [(4, 3), (4, 2), (4, 2), (4, 0)],
    "Vendor dispute": [(0, 0), (0, 0), (3, 3), (3, 1)],
    "Priority conflicts": [(0, 0), (0, 0), (5, 3), (0, 0)],
    "Legacy system": [(3, 1), (3, 1), (3, 0), (3, 0)],
    "Beta testing": [(3, 3), (3, 3), (3, 3), (3, 0)],
    "Logistics": [(2, 2), (1, 1), (1, 0), (1, 0)],
    "New architecture": [(3, 2), (3, 2), (3, 3), (3, 2)],
    "Customer care tools": [(4, 4), (4, 3), (4, 2), (4, 1)],
}


def published() -> list[Watched]:
    return [
        Watched(
            key=title,
            history=tuple(
                Assessment(since=month.replace(day=1), value=Decimal(impact * probability), is_open=impact > 0)
                for month, (impact, probability) in zip(MONTHS, cells, strict=True)
            ),
        )
        for title, cells in PUBLISHED.items()
    ]


def test_the_published_burndown_of_four_months_is_reproduced() -> None:
    found = burndown(published(), MONTHS)

    assert [one.total.value for one in found] == [74, 68, 69, 21]
    assert [one.open_n for one in found] == [8, 8, 10, 9]


def test_the_burndown_uses_the_values_of_each_date_and_new_risks_push_it_up() -> None:
    first = Watched(key="a", history=(Assessment(since=MONTHS[0], value=Decimal(9)),))
    new = Watched(key="b", history=(Assessment(since=MONTHS[2], value=Decimal(4)),))

    found = burndown([first, new], [MONTHS[0] - timedelta(days=1), MONTHS[0], MONTHS[2]])

    assert [(one.total.value, one.open_n) for one in found] == [(0, 0), (9, 1), (13, 2)]


def test_an_unassessed_risk_is_counted_and_not_summed() -> None:
    history = (Assessment(since=MONTHS[0], value=None), Assessment(since=MONTHS[1], value=Decimal(6)))
    other = Watched(key="b", history=(Assessment(since=MONTHS[0], value=Decimal(3)),))

    alone, later = burndown([Watched(key="a", history=history)], MONTHS[:2])
    both = burndown([Watched(key="a", history=history), other], MONTHS[:1])[0]

    assert (alone.total.reason, alone.open_n, later.total.value) == ("no_estimate", 1, 6)
    assert (both.total.value, both.total.left_out, both.open_n) == (3, ("a",), 2)


def test_a_closed_risk_leaves_the_burndown() -> None:
    history = (
        Assessment(since=MONTHS[0], value=Decimal(9)),
        Assessment(since=MONTHS[1], value=Decimal(9), is_open=False),
    )

    assert burndown([Watched(key="a", history=history)], [MONTHS[2]])[0].total.value == 0


@given(st.randoms(use_true_random=False))
def test_the_order_of_events_never_matters(chance) -> None:
    mixed = [Watched(key=one.key, history=tuple(chance.sample(one.history, len(one.history)))) for one in published()]

    assert [one.total.value for one in burndown(mixed, MONTHS)] == [74, 68, 69, 21]


@pytest.mark.parametrize(("level", "days"), [("high", 7), ("medium", 14), ("low", 30), ("very low", 30), (None, 7)])
def test_a_review_is_due_after_the_cadence_of_the_level(level: str | None, days: int) -> None:
    last, made = date(2026, 3, 2), date(2026, 1, 1)

    assert review_due(level, last, made) == last + timedelta(days=days)
    assert not is_review_overdue(level, last, made, last + timedelta(days=days))
    assert is_review_overdue(level, last, made, last + timedelta(days=days + 1))


def test_a_risk_that_was_never_reviewed_is_due_from_its_creation() -> None:
    assert review_due("high", None, date(2026, 1, 1)) == date(2026, 1, 8)


def test_coverage_tells_what_open_risks_lack() -> None:
    whole = Kept(key="a", has_owner=True, has_response=True, has_trigger=True, next_review=date(2026, 4, 1))
    bare = Kept(key="b", has_owner=True, has_response=False, has_trigger=False, next_review=None)
    found = coverage([whole, bare])

    assert {name: reading.value for name, reading in found.items()} == {
        "owner": 1,
        "response": Decimal("0.5"),
        "trigger": Decimal("0.5"),
        "next_review": Decimal("0.5"),
        "all": Decimal("0.5"),
    }
    assert coverage([])["all"].reason == "no_data"


def change(at: datetime, field: str) -> Change:
    return Change(history_id=1, at=at, author=None, field=field, field_id=field)


def test_the_last_review_is_the_latest_change_of_the_assessment_or_status_or_a_tagged_comment() -> None:
    changes = [change(MONTHS[1], "customfield_1"), change(MONTHS[0], "status"), change(MONTHS[3], "summary")]
    comments = [(MONTHS[2], "Looked at it again. #Review"), (MONTHS[3], "please review")]
    fields = frozenset({"customfield_1", "customfield_2"})

    assert last_review(changes, [], fields) == MONTHS[1]
    assert last_review(changes, comments, fields) == MONTHS[2]
    assert last_review([], [(MONTHS[0], "本周 #评审 完成")], fields) == MONTHS[0]
    assert last_review([change(MONTHS[0], "summary")], [], fields) is None
