from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.core.figures.figure import round_half_up
from connector.core.figures.quantity import Denomination, MixedUnits, Quantity, money
from connector.core.figures.risk import (
    PMBOK_IMPACT,
    PMBOK_PROBABILITY,
    Exposure,
    assessment,
    expected_delay,
    expected_value,
    five_by_five,
    pmbok_matrix,
    register_emv,
    score,
    worst_impact,
)

DAYS = Denomination("working days")
CNY = Denomination("money", "CNY")
# PMBOK Guide, 5th edition, figure 11-10: from a probability of 0.9 down, from an impact of 0.05 up.
PRINTED = [
    ["0.05", "0.09", "0.18", "0.36", "0.72"],
    ["0.04", "0.07", "0.14", "0.28", "0.56"],
    ["0.03", "0.05", "0.10", "0.20", "0.40"],
    ["0.02", "0.03", "0.06", "0.12", "0.24"],
    ["0.01", "0.01", "0.02", "0.04", "0.08"],
]


def threat(key: str, probability: str | None, impact: int | None, **more: object) -> Exposure:
    return Exposure(
        key=key,
        probability=None if probability is None else Decimal(probability),
        impact=None if impact is None else money(impact, "CNY"),
        **more,  # type: ignore[arg-type]
    )


def days(key: str, probability: str, impact: int) -> Exposure:
    return Exposure(key=key, probability=Decimal(probability), impact=Quantity(Decimal(impact), DAYS))


def test_pmbok_scores_are_reproduced_with_halves_rounded_up() -> None:
    found = [
        [str(round_half_up(score(p, i).value or Decimal(-1), 2)) for i in PMBOK_IMPACT]
        for p in reversed(PMBOK_PROBABILITY)
    ]

    assert found == PRINTED


@pytest.mark.parametrize(
    ("probability", "impact", "level"),
    [
        pytest.param("0.9", "0.2", "high", id="0.18-is-high"),
        pytest.param("0.7", "0.2", "medium", id="0.14-is-medium"),
        pytest.param("0.5", "0.1", "medium", id="0.05-is-medium"),
        pytest.param("0.9", "0.05", "low", id="0.045-is-low-though-it-is-shown-as-0.05"),
        pytest.param("0.1", "0.05", "low", id="lowest"),
        pytest.param("0.2", "0.05", None, id="not-on-the-scale"),
    ],
)
def test_pmbok_levels_are_looked_up_in_a_table(probability: str, impact: str, level: str | None) -> None:
    assert pmbok_matrix().level(Decimal(probability), Decimal(impact)) == level


@pytest.mark.parametrize(
    ("probability", "impact", "level"),
    [
        (3, 5, "high"),
        (5, 3, "high"),
        (3, 4, "medium"),
        (2, 4, "medium"),
        (1, 5, "low"),
        (2, 2, "low"),
        (1, 3, "very low"),
    ],
)
def test_five_by_five_levels_begin_at_15_8_and_4(probability: int, impact: int, level: str) -> None:
    assert five_by_five().level(Decimal(probability), Decimal(impact)) == level


def test_a_risks_impact_is_the_highest_over_its_objectives() -> None:
    assert worst_impact({"cost": Decimal(2), "time": Decimal(4), "scope": None}) == 4
    assert worst_impact({"cost": None}) is None


def test_a_missing_probability_or_impact_is_unassessed_and_never_0() -> None:
    assert (score(None, Decimal(3)).reason, score(Decimal(3), None).reason) == ("no_estimate", "no_estimate")


@pytest.mark.parametrize(
    ("probability", "impact", "word"),
    [
        pytest.param("0", "4", "not a risk", id="probability-0-is-not-a-risk"),
        pytest.param("1", "4", "issue", id="probability-1-is-an-issue"),
        pytest.param("0.5", "4", "risk", id="in-between"),
        pytest.param(None, "4", "unassessed", id="no-probability"),
        pytest.param("0.5", None, "unassessed", id="no-impact"),
    ],
)
def test_a_probability_of_0_or_1_is_no_risk(probability: str | None, impact: str | None, word: str) -> None:
    known = [None if one is None else Decimal(one) for one in (probability, impact)]

    assert assessment(known[0], known[1]) == word


def test_emv_of_four_published_threats_is_reproduced() -> None:
    # pawelciucias.dev, "Quantitative risk analysis": losses are below zero there.
    listed = [("4", "0.75", 5000), ("2", "0.75", 2500), ("1", "0.75", 2000), ("3", "0.25", 300)]
    losses = {key: expected_value(Decimal(p), Decimal(-impact)) for key, p, impact in listed}

    assert losses == {"4": -3750, "2": -1875, "1": -1500, "3": -75}
    assert sum(losses.values()) == -7200
    assert register_emv([threat(*one) for one in listed])[CNY].value == 7200


def test_a_probability_outside_0_to_1_is_refused() -> None:
    with pytest.raises(ValueError, match="outside 0 to 1"):
        expected_value(Decimal("1.1"), Decimal(5))


def test_opportunities_subtract_from_the_exposure() -> None:
    assert register_emv([threat("a", "0.5", 100), threat("b", "0.5", 40, is_threat=False)])[CNY].value == 30


def test_closed_risks_count_0_and_those_that_occurred_leave_the_emv() -> None:
    found = register_emv(
        [threat("a", "0.5", 100), threat("b", "1", 400, fate="occurred"), threat("c", "1", 9, fate="closed")]
    )

    assert (found[CNY].value, found[CNY].behind) == (50, ("a",))


def test_unassessed_risks_are_counted_apart() -> None:
    found = register_emv([threat("a", "0.5", 100), threat("b", None, 400), threat("c", "0.5", None)])[CNY]

    assert (found.value, found.left_out, found.used, found.total) == (50, ("b", "c"), 1, 3)


def test_emv_is_never_added_across_currencies() -> None:
    dollars = Exposure(key="b", probability=Decimal("0.5"), impact=money(100, "USD"))
    found = register_emv([threat("a", "0.5", 40), dollars])

    assert {str(kind): reading.value for kind, reading in found.items()} == {"CNY": 20, "USD": 50}


def test_an_empty_register_has_no_emv() -> None:
    assert register_emv([]) == {}


def test_expected_delay_sums_along_one_path() -> None:
    assert expected_delay([days("a", "0.5", 10), days("b", "0.2", 5)]).value == 6


def test_days_and_money_do_not_make_a_delay() -> None:
    with pytest.raises(MixedUnits):
        expected_delay([days("a", "0.5", 10), threat("b", "0.2", 5)])


def test_a_path_without_an_assessed_risk_has_no_expected_delay() -> None:
    assert (expected_delay([]).reason, expected_delay([threat("a", None, 3)]).reason) == ("no_data", "no_estimate")


RISKS = st.lists(st.tuples(st.integers(0, 100), st.integers(0, 10_000), st.booleans()), max_size=15)


@given(RISKS, st.randoms(use_true_random=False))
def test_the_order_of_risks_never_matters(given_risks: list[tuple[int, int, bool]], chance) -> None:
    risks = [threat(str(n), str(Decimal(p) / 100), i, is_threat=t) for n, (p, i, t) in enumerate(given_risks)]
    mixed = chance.sample(risks, len(risks))

    assert {k: v.value for k, v in register_emv(risks).items()} == {k: v.value for k, v in register_emv(mixed).items()}
