import pytest

from tests.rulefiles.reading import problems, rulebook

PHASES = "language: 1\nphases: [{id: a}, {id: b}, {id: c}, {id: d}]\ngates:\n"


def gate(id: str, leaves: str, opens: str, *waits: str) -> str:
    musts = [f"{{id: after-{one}, gate: {one}}}" for one in waits] or ["{id: none, count: labels = x, is: 0}"]
    return (
        f"  - {{id: {id}, from: {leaves}, to: {opens}, gate_issue: labels = {id}, decided: {{GO: Passed}}, "
        f"must: [{', '.join(musts)}]}}\n"
    )


@pytest.mark.parametrize(
    "gates",
    [
        pytest.param(gate("one", "a", "b") + gate("two", "b", "c") + gate("three", "c", "d"), id="a-chain"),
        pytest.param(gate("one", "a", "c") + gate("two", "b", "d"), id="a-phase-that-is-skipped"),
        pytest.param(gate("one", "b", "c") + gate("two", "b", "d", "one"), id="one-after-the-other"),
        pytest.param(gate("two", "c", "d", "one") + gate("one", "a", "c"), id="in-any-order"),
    ],
)
def test_gates_that_can_be_passed_are_left_alone(gates: str) -> None:
    assert rulebook(PHASES + gates).gates


def test_a_gate_whose_phase_nothing_opens_is_told() -> None:
    found = problems(PHASES + gate("one", "a", "b") + gate("three", "c", "d"))

    assert found == [
        "1.yaml:5:23: three: no gate opens 'c', so that no project comes to this one; "
        "let a gate open that phase, or leave an earlier one"
    ]


def test_gates_that_wait_for_each_other_are_told() -> None:
    found = problems(PHASES + gate("one", "a", "b", "two") + gate("two", "a", "c", "one"))

    assert [line.partition("; ")[0] for line in found] == [
        "1.yaml:4:109: one/after-two: it waits for 'two', which cannot be passed before it",
        "1.yaml:5:109: two/after-one: it waits for 'one', which cannot be passed before it",
    ]


def test_a_gate_that_waits_for_one_of_a_later_phase_is_told_and_not_what_comes_of_it() -> None:
    found = problems(PHASES + gate("one", "a", "b", "two") + gate("two", "b", "c") + gate("three", "c", "d"))

    assert [line.partition("; ")[0] for line in found] == [
        "1.yaml:4:109: one/after-two: it waits for 'two', which cannot be passed before it"
    ]
