"""Customers: how soon they are answered and helped, how satisfied they are, and how often they complain."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from connector.core.figures.percentile import ENOUGH, nearest_rank
from connector.core.figures.reading import Reading, covered, mean, measured, null, quotient, share

Hours = Callable[[datetime, datetime], Decimal]
"""Hours from one moment to a later one: on the clock, or within business hours."""

SATISFIED_FROM = 4
PROMOTER_FROM = 9
DETRACTOR_TO = 6
MANY_RESPONSES = 30
"""Fewer responses than this are shown with their Wilson interval."""
_Z = Decimal("1.959963984540054")


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """A comment on a request."""

    at: datetime
    author: str
    is_public: bool = True
    is_by_agent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A customer's request. `sla_response_h` is the service desk's own measure, which goes before ours; `paused` are
    stretches in which the clock stood still.
    """

    key: str
    created: datetime
    answered: datetime | None = None
    finished: datetime | None = None
    paused: tuple[tuple[datetime, datetime], ...] = ()
    sla_response_h: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseTimes:
    """Mean, median and P90 of the hours to the first answer, and the share answered within the target."""

    mean: Reading
    median: Reading
    p90: Reading
    within_target: Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Satisfaction:
    """CSAT with its response rate; under thirty responses with the Wilson 95 % interval of the share."""

    share: Reading
    response_rate: Reading
    interval: tuple[Decimal, Decimal] | None


def calendar_hours(since: datetime, until: datetime) -> Decimal:
    """Hours on the clock."""
    return Decimal(int((until - since) / timedelta(microseconds=1))) / 3_600_000_000


def first_answer(comments: Iterable[Comment], reporter: str) -> datetime | None:
    """When the first public comment by an agent other than the reporter was made; None while there is none."""
    found = [one.at for one in comments if one.is_public and one.is_by_agent and one.author != reporter]
    return min(found, default=None)


def response_times(
    requests: Iterable[Request], t: datetime, target_h: Decimal, hours: Hours = calendar_hours
) -> ResponseTimes:
    """First response time: first answer − created, in the given hours; show business and calendar hours both.

    Mean, median and P90 are of answered requests, null `no_data` without any and the percentiles under eight. The share
    counts an unanswered request against the target once its age exceeds it, and not at all before.
    """
    known = list(requests)
    taken = {one.key: found for one in known if (found := _response_h(one, hours)) is not None}
    waiting = {one.key: hours(one.created, t) for one in known if one.key not in taken}
    decided = [*taken, *(key for key, age in waiting.items() if age > target_h)]
    return ResponseTimes(
        mean=mean(list(taken.values())),
        median=_rank(taken, 50),
        p90=_rank(taken, 90),
        within_target=share([key for key, found in taken.items() if found <= target_h], decided),
    )


def resolution_h(request: Request, hours: Hours = calendar_hours) -> Decimal | None:
    """Resolution time: finished − created less what was paused in between, in the given hours. None until then."""
    if request.finished is None:
        return None
    stood = Decimal(0)
    reached = request.created
    for since, until in sorted(request.paused):
        first, last = max(since, reached), min(until, request.finished)
        if last > first:
            stood += hours(first, last)
            reached = last
    return hours(request.created, request.finished) - stood


def csat(scores: Sequence[int], asked_n: int) -> Satisfaction:
    """CSAT: responses of 4 or 5 on a scale of 5, of all responses.

    Ratio (× 100 for percent). Null `no_data` without a response; the response rate null `not_applicable` where nobody
    was asked. Raises ValueError for a score outside 1 to 5.
    """
    if any(not 1 <= one <= 5 for one in scores):
        raise ValueError("a satisfaction score lies outside 1 to 5")
    return satisfaction(sum(one >= SATISFIED_FROM for one in scores), len(scores), asked_n)


def satisfaction(positive_n: int, responses_n: int, asked_n: int) -> Satisfaction:
    """CSAT from counts: positive ÷ responses, and responses ÷ asked."""
    found = quotient(positive_n, responses_n, empty="no_data")
    if found.value is not None:
        found = measured(Fraction(positive_n, responses_n), used=responses_n)
    is_small = 0 < responses_n < MANY_RESPONSES
    return Satisfaction(
        share=found,
        response_rate=quotient(responses_n, asked_n, empty="not_applicable"),
        interval=wilson(positive_n, responses_n) if is_small else None,
    )


def wilson(positive_n: int, n: int) -> tuple[Decimal, Decimal]:
    """The 95 % confidence interval of a share of n. Source: Wilson, JASA 22 (1927)."""
    if n == 0:
        raise ValueError("a share of nothing has no interval")
    p, z2 = Decimal(positive_n) / n, _Z * _Z
    middle = p + z2 / (2 * n)
    reach = _Z * (p * (1 - p) / n + z2 / (4 * n * n)).sqrt()
    whole = 1 + z2 / n
    # None or all of them is where rounding would leave a hair of doubt.
    low = Decimal(0) if positive_n == 0 else (middle - reach) / whole
    return low, Decimal(1) if positive_n == n else (middle + reach) / whole


def nps(scores: Sequence[int]) -> Reading:
    """NPS, net promoter score: % of 9 and 10 − % of 0 to 6.

    Points from −100 to 100, not percent. Null `no_data` without a response. Raises ValueError outside 0 to 10.
    Source: Reichheld, Harvard Business Review (December 2003).
    """
    if any(not 0 <= one <= 10 for one in scores):
        raise ValueError("a recommendation score lies outside 0 to 10")
    if not scores:
        return null("no_data")
    promoters = sum(one >= PROMOTER_FROM for one in scores)
    detractors = sum(one <= DETRACTOR_TO for one in scores)
    return measured(Fraction(100 * (promoters - detractors), len(scores)), used=len(scores))


def nps_of_shares(promoters_pct: Decimal, detractors_pct: Decimal) -> Decimal:
    """NPS from the two shares in percent."""
    return promoters_pct - detractors_pct


def complaint_rate(complaints_n: int, size_n: int) -> Reading:
    """Complaints ÷ orders, customers or requests of the window; say which. Ratio; null `div_zero` without any."""
    return quotient(complaints_n, size_n)


def relative_change(baseline: Decimal, actual: Decimal) -> Reading:
    """(actual − baseline) ÷ baseline: −0.15 is "reduced by 15 %". Null `div_zero` for a baseline of 0."""
    return quotient(actual - baseline, baseline)


def is_reduced(baseline: Decimal, actual: Decimal, by: Decimal, *, in_points: bool = False) -> bool | None:
    """Whether a rate fell by so much. "By 15 %" is relative to the baseline unless percentage points are said.

    by: 0.15 for 15 % or for 15 percentage points. None where there is no baseline to be relative to.
    """
    if in_points:
        return baseline - actual >= by
    change = relative_change(baseline, actual).value
    return None if change is None else -change >= by


def follow_up_satisfaction(satisfied: Collection[str], reached: Collection[str]) -> Reading:
    """Satisfied customers of those reached in a follow-up. Ratio of counts; null `no_data` where none was reached."""
    return share([one for one in reached if one in satisfied], reached)


def _response_h(request: Request, hours: Hours) -> Decimal | None:
    if request.sla_response_h is not None:
        return request.sla_response_h
    return None if request.answered is None else hours(request.created, request.answered)


def _rank(taken: Mapping[str, Decimal], percent: int) -> Reading:
    if len(taken) < ENOUGH:
        return null("no_data", used=len(taken), total=len(taken))
    return covered(measured(nearest_rank(taken.values(), percent), used=len(taken), behind=tuple(taken)))
