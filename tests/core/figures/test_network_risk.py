import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connector.core.figures.draws import Spread
from connector.core.figures.network import Activity, Link, schedule
from connector.core.figures.network_risk import (
    LoopInNetwork,
    Uncertain,
    network_risk,
    rank_correlation,
)


def activity(key: str, low: float, likely: float | None = None, high: float | None = None, **more: float) -> Uncertain:
    spread = Spread(low=low, likely=low if likely is None else likely, high=low if high is None else high)
    return Uncertain(id=key, duration=spread, **more)


def test_certain_durations_give_the_critical_path() -> None:
    activities = [activity("a", 3), activity("b", 5), activity("c", 2), activity("d", 1)]
    links = [Link(before=x, after=y) for x, y in ("ab", "ac", "bd", "cd")]

    found = network_risk(activities, links, seed=1, trials=10)

    assert (found.finish(50), found.probability(8.9), found.probability(9)) == (9, 0, 1)
    assert found.criticality == {"a": 1, "b": 1, "c": 0, "d": 1}
    assert found.sensitivity == {"a": None, "b": None, "c": None, "d": None}


@pytest.mark.parametrize(
    ("kind", "lag", "finish"),
    [("FS", 2.0, 9), ("SS", 1.0, 4), ("FF", 1.0, 5), ("SF", 1.0, 4), ("SF", 6.0, 6), ("FS", -2.0, 5)],
)
def test_every_kind_of_relation_and_lag_is_honoured(kind: str, lag: float, finish: float) -> None:
    link = Link(before="a", after="b", type=kind, lag=int(lag))  # type: ignore[arg-type]

    assert network_risk([activity("a", 4), activity("b", 3)], [link], seed=1, trials=5).finish(50) == finish


def test_an_activity_does_not_start_before_its_day() -> None:
    assert network_risk([activity("a", 4, not_before=3)], [], seed=1, trials=5).finish(50) == 7


def test_parallel_paths_finish_later_than_each_of_them_and_with_the_product_of_their_chances() -> None:
    alone = network_risk([activity("a", 5, 10, 15)], [], seed=4, trials=20_000)
    three = network_risk([activity(key, 5, 10, 15) for key in "abc"], [], seed=4, trials=20_000)

    assert alone.probability(10) == pytest.approx(0.5, abs=0.015)
    assert three.probability(10) == pytest.approx(0.125, abs=0.01)
    assert list(three.criticality.values()) == pytest.approx([1 / 3] * 3, abs=0.015)
    assert sum(three.criticality.values()) == pytest.approx(1)


def test_the_activity_that_varies_most_moves_the_finish_most() -> None:
    found = network_risk(
        [activity("wide", 1, 10, 30), activity("narrow", 9, 10, 11)],
        [Link(before="wide", after="narrow")],
        seed=2,
        trials=5000,
    )

    assert (found.sensitivity["wide"] or 0) > 0.99 > (found.sensitivity["narrow"] or 0)


def test_activities_that_wait_for_each_other_are_named() -> None:
    links = [Link(before="a", after="b"), Link(before="b", after="a")]

    with pytest.raises(LoopInNetwork, match=r"a → b|b → a"):
        network_risk([activity("a", 1), activity("b", 1)], links, seed=1)


def test_links_to_unknown_activities_are_passed_over_and_an_empty_network_is_refused() -> None:
    assert network_risk([activity("a", 4)], [Link(before="x", after="a")], seed=1, trials=5).finish(85) == 4
    with pytest.raises(ValueError, match="without activities"):
        network_risk([], [], seed=1)


def test_the_order_of_activities_never_matters() -> None:
    activities = [activity(key, 1, 3, 9) for key in "abcd"]
    links = [Link(before="a", after="c"), Link(before="b", after="d", type="SS", lag=2)]

    there, back = (network_risk(activities[::step], links[::step], seed=9, trials=200) for step in (1, -1))

    assert there == back


def test_rank_correlation_ignores_the_shape_and_shares_the_ranks_of_equals() -> None:
    x = np.array([1.0, 2.0, 3.0, 4.0])

    assert rank_correlation(x, np.exp(x)) == pytest.approx(1)
    assert rank_correlation(x, -x) == pytest.approx(-1)
    assert rank_correlation(np.array([1.0, 1.0, 2.0]), np.array([5.0, 5.0, 9.0])) == pytest.approx(1)
    assert rank_correlation(x, np.ones(4)) is None


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5), st.integers(0, 5)), min_size=1, max_size=6))
@settings(max_examples=25)
def test_percentiles_of_the_finish_never_fall_and_a_chain_is_the_sum_of_its_parts(
    estimates: list[tuple[int, int, int]],
) -> None:
    spreads = [sorted(one) for one in estimates]
    chain = [activity(str(n), *one) for n, one in enumerate(spreads)]
    links = [Link(before=str(n), after=str(n + 1)) for n in range(len(chain) - 1)]
    found = network_risk(chain, links, seed=3, trials=200)

    assert found.finish(10) <= found.finish(50) <= found.finish(85) <= found.finish(99)
    assert sum(one[0] for one in spreads) - 1e-9 <= found.finish(1)
    assert found.finish(100) <= sum(one[2] for one in spreads) + 1e-9
    assert set(found.criticality.values()) == {1.0}


LINKS = st.lists(
    st.tuples(
        st.integers(0, 6), st.integers(1, 7), st.sampled_from(["FS", "SS", "FF", "SF"]), st.integers(-3, 5)
    ).filter(lambda link: link[0] < link[1]),
    max_size=12,
)


@given(st.lists(st.integers(0, 9), min_size=8, max_size=8), LINKS)
def test_with_certain_durations_every_trial_is_the_critical_path_method(
    lengths: list[int], given_links: list[tuple[int, int, str, int]]
) -> None:
    links = [Link(before=f"{x}", after=f"{y}", type=kind, lag=lag) for x, y, kind, lag in given_links]  # type: ignore[arg-type]
    plan = schedule([Activity(id=f"{n}", duration=length) for n, length in enumerate(lengths)], links)

    found = network_risk([activity(f"{n}", length) for n, length in enumerate(lengths)], links, seed=1, trials=2)

    assert found.finish(50) == plan.finish
    assert {key for key, share in found.criticality.items() if share} == set(plan.critical)
