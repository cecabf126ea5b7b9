import pytest

from connector.core.figures.draws import Spread
from connector.core.figures.forecast import forecast
from connector.core.figures.simulation import Backlog, ExtraWork, latest, simulate

SAMPLES = [16, 3, 10, 6, 19, 11, 17, 17, 15, 9, 11, 8]


def test_a_simulation_of_a_fixed_backlog_agrees_with_the_exact_forecast() -> None:
    found, exact = simulate(Backlog(items=80), SAMPLES, seed=11), forecast(80, SAMPLES)

    for periods in range(4, 13):
        chance, truth = found.probability(periods).value, exact.probability(periods).value
        assert chance is not None
        assert truth is not None
        assert abs(float(chance - truth)) <= max(4 * found.standard_error(periods), 0.002)
    assert [found.periods(p).value for p in (50, 85)] == [exact.periods(p).value for p in (50, 85)]


def test_the_same_seed_gives_the_same_trials_and_another_seed_others() -> None:
    first, again, other = (simulate(Backlog(items=80), SAMPLES, seed=n, trials=500) for n in (1, 1, 2))

    assert first == again
    assert first.durations != other.durations
    assert first.seed == 1


def test_growth_and_risks_bring_more_work() -> None:
    plain = simulate(Backlog(items=80), SAMPLES, seed=1, trials=2000)
    grown = simulate(Backlog(items=80, growth=Spread(low=1, likely=1.5, high=2)), SAMPLES, seed=1, trials=2000)
    risky = simulate(
        Backlog(items=80, risks=(ExtraWork(probability=1, items=Spread(low=80, likely=80, high=80)),)),
        SAMPLES,
        seed=1,
        trials=2000,
    )

    medians = [one.periods(50).value for one in (plain, grown, risky)]

    assert medians == sorted(set(medians), key=lambda one: one or 0)


def test_a_risk_that_never_happens_changes_nothing() -> None:
    never = Backlog(items=80, risks=(ExtraWork(probability=0, items=Spread(low=9, likely=9, high=9)),))

    assert simulate(never, SAMPLES, seed=1, trials=2000).periods(50) == simulate(
        Backlog(items=80), SAMPLES, seed=1, trials=2000
    ).periods(50)


def test_a_finished_backlog_and_one_without_throughput_have_no_forecast() -> None:
    assert simulate(Backlog(items=0), SAMPLES, seed=1).periods(50).reason == "finished"
    assert simulate(Backlog(items=5), [0, 0, 0, 0, 0, 0], seed=1).periods(50).reason == "no_data"
    assert simulate(Backlog(items=5), [], seed=1).probability(3).reason == "no_data"


def test_a_backlog_that_takes_longer_than_the_horizon_has_no_date() -> None:
    found = simulate(Backlog(items=500), [0] * 11 + [1], seed=1, trials=50).periods(50)

    assert (found.reason, found.notes) == ("no_data", ("beyond_horizon",))


def test_few_samples_and_an_unstable_system_are_noted() -> None:
    found = simulate(Backlog(items=5), [2, 3], seed=1, trials=50, is_stable=False)

    assert found.periods(50).notes == ("low_confidence", "unstable")


def test_the_standard_error_is_that_of_a_share() -> None:
    found = simulate(Backlog(items=80), SAMPLES, seed=1, trials=10_000)
    chance = float(found.probability(7).value or 0)

    assert found.standard_error(7) == pytest.approx((chance * (1 - chance) / 10_000) ** 0.5)


def test_a_programme_is_done_with_its_last_project_trial_by_trial() -> None:
    small, large = (simulate(Backlog(items=n), SAMPLES, seed=1, trials=500) for n in (40, 80))
    together = latest([small, large])

    assert together == [max(pair) for pair in zip(small.durations, large.durations, strict=True)]
    assert sorted(together)[250] >= sorted(large.durations)[250]
