from decimal import Decimal

import pytest

from connector.core.figures.raci import RaciFinding, RaciMatrix, Row, check_raci, raci_soundness

PEOPLE = {"PM": "li", "Lead": "wang", "Sponsor": "zhao", "Ops": "chen", "QA": "sun", "Legal": "zhou", "IT": "wu"}
ACTIVE = frozenset(PEOPLE.values())
OTHERS = tuple(Row(id=f"other-{n}", cells={f"owner-{n}": "A", "Lead": "R"}) for n in range(9))


def findings(*rows: Row, **more: object) -> list[tuple[str, str | None, str | None]]:
    active = ACTIVE | {f"owner-{n}" for n in range(9)}
    matrix = RaciMatrix(rows=(*rows, *OTHERS), **{"people": PEOPLE, "active": active, **more})  # type: ignore[arg-type]
    return [(one.code, one.row, one.who) for one in check_raci(matrix)]


def row(**cells: str) -> Row:
    return Row(id="charter", cells=cells)


def test_a_row_with_one_accountable_and_one_responsible_is_sound() -> None:
    assert findings(row(PM="R", Sponsor="A", Ops="C", QA="I")) == []


def test_every_row_has_exactly_one_accountable() -> None:
    assert findings(row(PM="R")) == [("no_accountable", "charter", None)]
    assert findings(row(PM="R", Sponsor="A", Ops="A")) == [("several_accountable", "charter", None)]


def test_every_row_has_at_least_one_responsible_and_may_have_more() -> None:
    assert findings(row(Sponsor="A")) == [("no_responsible", "charter", None)]
    assert findings(row(PM="R", Ops="R", Sponsor="A")) == []


@pytest.mark.parametrize("letters", ["A/R", "RA", "a, r", "A、R"])
def test_the_accountable_may_also_be_responsible(letters: str) -> None:
    assert findings(row(PM=letters)) == []


def test_a_cell_holds_at_most_one_letter() -> None:
    assert findings(row(PM="R", Sponsor="A", Ops="CI")) == [("several_letters", "charter", "Ops")]


def test_a_letter_that_means_nothing_is_named() -> None:
    assert findings(row(PM="R", Sponsor="A", Ops="X")) == [("unknown_letter", "charter", "Ops")]


def test_support_is_a_letter_of_rasci_alone() -> None:
    supported = row(PM="R", Sponsor="A", Ops="S")

    assert findings(supported) == [("unknown_letter", "charter", "Ops")]
    assert findings(supported, allows_support=True) == []


def test_more_than_five_consulted_is_a_warning() -> None:
    six = dict.fromkeys(("Lead", "Ops", "QA", "Legal", "IT", "owner-1"), "C")
    five = dict.fromkeys(list(six)[:5], "C")

    assert findings(row(PM="R", Sponsor="A", **six)) == [("many_consulted", "charter", None)]
    assert findings(row(PM="R", Sponsor="A", **five)) == []
    assert RaciFinding(code="many_consulted").is_warning is True


def test_a_person_accountable_for_more_than_30_percent_of_the_rows_is_a_warning() -> None:
    rows = [Row(id=f"d{n}", cells={"Sponsor": "A", "PM": "R"}) for n in range(4)]

    assert findings(*rows[:3]) == []  # 3 of 12
    assert findings(*rows) == [("accountable_for_much", None, "zhao")]  # 4 of 13


def test_responsible_defaults_to_the_assignee_and_accountable_to_the_owner() -> None:
    assert findings(Row(id="charter", assignee="li", owner="zhao")) == []
    assert findings(Row(id="charter", assignee="li", owner="li")) == []
    assert findings(Row(id="charter", cells={"Sponsor": "A"}, assignee="li", owner="wang")) == []


def test_every_named_person_must_be_an_active_user() -> None:
    assert findings(row(PM="R", Sponsor="A", gone="I")) == [("inactive_person", "charter", "gone")]


def test_a_role_without_a_person_is_a_finding() -> None:
    assert findings(row(PM="R", Sponsor="A", Ops="I"), people={**PEOPLE, "Ops": None}) == [
        ("role_without_person", "charter", "Ops")
    ]


def test_soundness_is_the_share_of_rows_without_an_error() -> None:
    rows = (row(PM="R", Sponsor="A"), Row(id="plan", cells={"PM": "R"}))

    found = raci_soundness(RaciMatrix(rows=rows, people=PEOPLE, active=ACTIVE))

    assert (found.value, found.behind) == (Decimal("0.5"), ("charter",))
    assert raci_soundness(RaciMatrix(rows=())).reason == "no_data"
