from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.core.figures.customer import (
    Comment,
    Request,
    calendar_hours,
    complaint_rate,
    csat,
    first_answer,
    follow_up_satisfaction,
    is_reduced,
    nps,
    nps_of_shares,
    relative_change,
    resolution_h,
    response_times,
    satisfaction,
    wilson,
)

DAY0 = datetime(2026, 3, 2, tzinfo=UTC)


def hour(n: float) -> datetime:
    return DAY0 + timedelta(hours=n)


def request(key: str, answered: float | None = None, **more: object) -> Request:
    return Request(key=key, created=DAY0, answered=None if answered is None else hour(answered), **more)  # type: ignore[arg-type]


def business_hours(since: datetime, until: datetime) -> Decimal:
    """The hours from 9 to 17 of every day, counted in whole hours."""
    steps = int((until - since) / timedelta(hours=1))
    return Decimal(sum(9 <= (since + timedelta(hours=n)).hour < 17 for n in range(steps)))


def test_csat_of_150_in_250_is_60_percent_and_nps_is_a_difference() -> None:
    # Definition pages on CSAT (cidian.kuaisou.com) and NPS (customergauge): 150 of 250; 70 − 20 and 60 − 10.
    found = satisfaction(150, 250, 1000)

    assert (found.share.value, found.response_rate.value, found.interval) == (Decimal("0.6"), Decimal("0.25"), None)
    assert (nps_of_shares(Decimal(70), Decimal(20)), nps_of_shares(Decimal(60), Decimal(10))) == (50, 50)


def test_csat_counts_4_and_5_as_positive() -> None:
    assert csat([1, 2, 3, 4, 5], 10).share.value == Decimal("0.4")
    with pytest.raises(ValueError, match="outside 1 to 5"):
        csat([0], 1)


def test_fewer_than_30_responses_are_shown_with_their_wilson_interval() -> None:
    few, many = csat([5] * 20 + [1] * 9, 29), csat([5] * 20 + [1] * 10, 30)

    assert few.interval is not None
    assert [round(one, 4) for one in few.interval] == [Decimal("0.5077"), Decimal("0.8272")]
    assert many.interval is None


def test_the_wilson_interval_of_all_or_none_stays_within_0_and_1() -> None:
    assert wilson(10, 10)[1] == 1
    assert wilson(0, 10)[0] == 0
    assert round(wilson(10, 10)[0], 4) == Decimal("0.7225")


def test_satisfaction_without_responses_or_questions_is_null() -> None:
    found = csat([], 0)

    assert (found.share.reason, found.response_rate.reason, found.interval) == ("no_data", "not_applicable", None)


def test_nps_is_promoters_less_detractors_in_points_from_minus_100_to_100() -> None:
    assert nps([10, 9, 8, 7, 6, 0]).value == 0
    assert (nps([9]).value, nps([6]).value, nps([]).reason) == (100, -100, "no_data")
    with pytest.raises(ValueError, match="outside 0 to 10"):
        nps([11])


def test_the_first_answer_is_the_first_public_comment_by_an_agent_who_is_not_the_reporter() -> None:
    comments = [
        Comment(at=hour(9), author="agent", is_by_agent=True),
        Comment(at=hour(1), author="reporter", is_by_agent=True),
        Comment(at=hour(2), author="agent", is_public=False, is_by_agent=True),
        Comment(at=hour(3), author="friend"),
        Comment(at=hour(5), author="agent", is_by_agent=True),
    ]

    assert first_answer(comments, "reporter") == hour(5)
    assert first_answer(comments[1:3], "reporter") is None


def test_an_unanswered_request_counts_against_the_target_once_its_age_exceeds_it() -> None:
    requests = [request("soon", 2), request("late", 30), request("waiting")]

    early = response_times(requests, hour(24), Decimal(24))
    later = response_times(requests, hour(24.5), Decimal(24))

    assert (early.within_target.value, later.within_target.value) == (Decimal("0.5"), Decimal(1) / 3)


def test_response_times_tell_mean_median_and_p90() -> None:
    found = response_times([request(str(n), n) for n in range(1, 11)], hour(99), Decimal(24))

    assert (found.mean.value, found.median.value, found.p90.value) == (Decimal("5.5"), 5, 9)


def test_few_answers_have_a_mean_and_no_percentiles() -> None:
    found = response_times([request("a", 2)], hour(99), Decimal(24))

    assert (found.mean.value, found.median.reason, found.p90.reason) == (2, "no_data", "no_data")
    assert response_times([], hour(9), Decimal(24)).within_target.reason == "no_data"


def test_response_is_measured_in_business_hours_and_in_calendar_hours() -> None:
    asked = request("a", 34)  # Monday midnight to Tuesday 10:00

    assert response_times([asked], hour(99), Decimal(24)).mean.value == 34
    assert response_times([asked], hour(99), Decimal(24), business_hours).mean.value == 9


def test_the_service_desks_own_measure_goes_before_ours() -> None:
    found = response_times([request("a", 30, sla_response_h=Decimal("1.5"))], hour(99), Decimal(24))

    assert (found.mean.value, found.within_target.value) == (Decimal("1.5"), 1)


def test_resolution_time_leaves_out_what_was_paused_once() -> None:
    pauses = ((hour(2), hour(5)), (hour(4), hour(6)), (hour(-9), hour(1)), (hour(9), hour(99)))
    done = Request(key="a", created=hour(0), finished=hour(10), paused=pauses)

    assert resolution_h(done) == 4
    assert resolution_h(request("open")) is None


def test_calendar_hours_keep_fractions() -> None:
    assert calendar_hours(hour(0), hour(0.5)) == Decimal("0.5")


def test_complaints_are_a_rate_of_what_they_are_about() -> None:
    assert complaint_rate(3, 200).value == Decimal("0.015")
    assert complaint_rate(3, 0).reason == "div_zero"


def test_reduced_by_15_percent_is_relative_unless_percentage_points_are_said() -> None:
    before, after = Decimal("0.20"), Decimal("0.17")

    assert relative_change(before, after).value == Decimal("-0.15")
    assert is_reduced(before, after, Decimal("0.15")) is True
    assert is_reduced(before, after, Decimal("0.15"), in_points=True) is False
    assert is_reduced(before, Decimal("0.05"), Decimal("0.15"), in_points=True) is True
    assert is_reduced(Decimal(0), after, Decimal("0.15")) is None


def test_follow_up_satisfaction_is_of_the_customers_reached() -> None:
    assert follow_up_satisfaction({"a", "never reached"}, ["a", "b"]).value == Decimal("0.5")
    assert follow_up_satisfaction(set(), []).reason == "no_data"


@given(st.integers(1, 200).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_wilson_interval_holds_the_share(counts: tuple[int, int]) -> None:
    low, high = wilson(*counts)

    assert 0 <= low <= Decimal(counts[0]) / counts[1] <= high <= 1
