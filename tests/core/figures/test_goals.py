from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.core.figures.goals import Goal, attainment, is_smart, lint, overall, shown

PROJECT = (date(2026, 1, 1), date(2026, 12, 31))
RESPONSE = Goal(
    key="OPS-1",
    verb="shorten",
    object="first response",
    owner="li",
    unit="hours",
    baseline=Decimal(40),
    target=Decimal(24),
    source="service desk",
    band=(Decimal(20), Decimal(30)),
    parent="OPS-0",
    start=date(2026, 1, 1),
    end=date(2026, 6, 30),
)


def reached(baseline: str, target: str, actual: str | None, **more: object) -> Goal:
    return Goal(
        key=f"{baseline}-{target}-{actual}",
        baseline=Decimal(baseline),
        target=Decimal(target),
        actual=None if actual is None else Decimal(actual),
        **more,  # type: ignore[arg-type]
    )


def test_a_goal_is_smart_when_all_five_pass() -> None:
    assert is_smart(RESPONSE, PROJECT)
    assert [check.letter for check in lint(RESPONSE, PROJECT)] == ["S", "M", "A", "R", "T"]


@pytest.mark.parametrize(
    ("changed", "letter", "missing"),
    [
        pytest.param({"verb": " ", "owner": ""}, "S", ("verb", "owner"), id="specific"),
        pytest.param({"baseline": None, "source": ""}, "M", ("baseline", "source"), id="measurable"),
        pytest.param({"target": Decimal(2)}, "A", ("outside_band",), id="outside-the-band"),
        pytest.param({"band": None}, "A", ("band_or_justification",), id="neither-band-nor-justification"),
        pytest.param({"parent": ""}, "R", ("parent",), id="relevant"),
        pytest.param({"end": None}, "T", ("end",), id="no-end"),
        pytest.param({"end": date(2027, 1, 1)}, "T", ("outside_project",), id="ends-after-the-project"),
        pytest.param({"end": date(2025, 12, 31)}, "T", ("end_before_start",), id="ends-before-it-starts"),
    ],
)
def test_each_letter_fails_with_its_reason(changed: dict[str, object], letter: str, missing: tuple[str, ...]) -> None:
    goal = replace(RESPONSE, **changed)  # type: ignore[arg-type]

    assert [(one.letter, one.missing) for one in lint(goal, PROJECT) if not one.has_passed] == [(letter, missing)]
    assert not is_smart(goal, PROJECT)


def test_a_target_outside_the_band_may_be_justified() -> None:
    assert is_smart(replace(RESPONSE, target=Decimal(2), justification="a second shift begins"), PROJECT)


@pytest.mark.parametrize(
    ("baseline", "target", "actual", "value"),
    [
        pytest.param("40", "24", "32", "0.5", id="response-in-hours-falls-half-way"),
        pytest.param("0.20", "0.17", "0.17", "1", id="complaints-fall-by-15-percent-relative"),
        pytest.param("0.80", "0.90", "0.95", "1.5", id="satisfaction-rises-beyond"),
        pytest.param("40", "24", "48", "-0.5", id="worse-than-before"),
    ],
)
def test_attainment_takes_its_direction_from_target_and_baseline(
    baseline: str, target: str, actual: str, value: str
) -> None:
    assert attainment(reached(baseline, target, actual)).value == Decimal(value)


@pytest.mark.parametrize(("value", "told"), [("1.5", "1.2"), ("-0.5", "0"), ("0.7", "0.7")])
def test_attainment_is_shown_within_0_and_120_percent(value: str, told: str) -> None:
    assert shown(Decimal(value)) == Decimal(told)


@pytest.mark.parametrize(
    ("actual", "at_least", "value"), [("0.90", True, 1), ("0.89", True, 0), ("0.89", False, 1), ("0.91", False, 0)]
)
def test_a_goal_that_keeps_a_value_is_met_or_not_met(actual: str, at_least: bool, value: int) -> None:
    found = attainment(reached("0.90", "0.90", actual, at_least=at_least))

    assert (found.value, found.notes) == (value, ("met_or_not",))


def test_without_actual_baseline_or_target_there_is_no_attainment() -> None:
    whole = reached("1", "2", "2")

    assert attainment(replace(whole, actual=None)).reason == "no_actuals"
    assert attainment(replace(whole, baseline=None)).reason == "no_baseline"
    assert attainment(replace(whole, target=None)).reason == "no_data"


def test_overall_attainment_is_the_weighted_mean_of_those_that_have_one_and_counts_the_others() -> None:
    found = overall([reached("0", "10", "5", weight=Decimal(3)), reached("0", "2", "2"), reached("0", "1", None)])

    assert (found.mean.value, found.null_n, found.mean.left_out) == (Decimal("0.625"), 1, ("0-1-None",))


def test_overall_attainment_of_nothing_is_null() -> None:
    assert (overall([]).mean.reason, overall([reached("0", "1", None)]).null_n) == ("no_data", 1)
    assert (
        overall([reached("0", "1", "1"), reached("0", "2", None), reached("0", "3", None)]).mean.reason
        == "low_coverage"
    )


@given(st.integers(-50, 50), st.integers(-50, 50).filter(bool), st.integers(-100, 100))
def test_attainment_is_0_at_the_baseline_1_at_the_target_and_grows_towards_it(
    baseline: int, distance: int, step: int
) -> None:
    at = [attainment(reached(str(baseline), str(baseline + distance), str(baseline + n))).value for n in (0, distance)]
    near = attainment(reached(str(baseline), str(baseline + distance), str(baseline + step))).value

    assert at == [0, 1]
    assert near is not None
    assert (near > 0) == (step * distance > 0)
