"""Quality: what came back, what passed at once, and the defects found, removed and let through."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from connector.core.figures.percentile import percentile
from connector.core.figures.reading import Reading, mean, measured, null, quotient, share

COHORT_DAYS = (30, 60, 90)
AFTER_RELEASE_DAYS = 90
NO_DEFECT = frozenset({"duplicate", "cannot reproduce", "not a bug", "重复", "无法重现", "不是缺陷"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """An item with its first finish and the moments it was taken up again."""

    key: str
    first_finished: datetime
    reopened: tuple[datetime, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """An item's first submission to a review or acceptance. `passed` is None while it is undecided."""

    key: str
    decided: date | None
    passed: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A process step: how many units came in, came out good, and how many of those needed rework."""

    came_in: int
    came_out: int
    reworked: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Defect:
    """A defect. `resolution` is its name in any case; `created` is when it was found, `fixed` when its fix was done."""

    key: str
    created: date
    fixed: date | None = None
    resolution: str | None = None

    @property
    def is_confirmed(self) -> bool:
        """Whether it counts: not a duplicate, not unreproducible, not "not a bug"."""
        return (self.resolution or "").casefold() not in NO_DEFECT


@dataclass(frozen=True, slots=True, kw_only=True)
class Ageing:
    """How long fixes took (mean, the MTTR, and P85, in days) and how old the open defects are, oldest first."""

    mean: Reading
    p85: Reading
    open_days: dict[str, int]


def reopen_rate(items: Iterable[Finished], since: datetime, until: datetime, t: datetime) -> Reading:
    """Items first finished in the window and reopened by t, of all items first finished in the window.

    Ratio of counts, a cohort: an item reopened three times counts once, and one reopened after t not at all.
    Null `no_data` where nothing was first finished in the window.
    """
    cohort = _cohort(items, since, until)
    again = [one.key for one in cohort if any(at <= t for at in one.reopened)]
    return share(again, [one.key for one in cohort])


def reopen_rate_after(items: Iterable[Finished], since: datetime, until: datetime, t: datetime, days: int) -> Reading:
    """Items of the cohort that were reopened within so many days, of those whose days are over.

    Ratio of counts. Items too young to judge are left out; null `low_coverage` where these are most.
    """
    cohort, span = _cohort(items, since, until), timedelta(days=days)
    ripe = [one for one in cohort if one.first_finished + span <= t]
    young = tuple(one.key for one in cohort if one.first_finished + span > t)
    again = [one.key for one in ripe if any(at <= one.first_finished + span for at in one.reopened)]
    return share(again, [one.key for one in ripe], left_out=young, notes=("young_cohort",) if young else ())


def reopens_per_item(counts: dict[str, int]) -> Reading:
    """Σ reopenings ÷ items ever finished, by key. A plain ratio; null `no_data` while nothing has been finished."""
    if not counts:
        return null("no_data")
    again = tuple(key for key, n in counts.items() if n)
    return measured(Fraction(sum(counts.values()), len(counts)), used=len(counts), behind=again)


def first_submission(visits: Sequence[str], review: str, order: Sequence[str]) -> bool | None:
    """How an item's first submission ended, from the statuses it visited, oldest first.

    The submission is the first entry to `review`. Leaving it backwards in `order` (the workflow's statuses) is a fail,
    forwards a pass; None while it was not submitted, is still there, or went to a status that `order` does not know.
    """
    if review not in visits or visits.index(review) + 1 == len(visits):
        return None
    after = visits[visits.index(review) + 1]
    if after not in order or review not in order:
        return None
    return order.index(after) > order.index(review)


def first_pass_acceptance(submissions: Iterable[Submission], since: date, until: date) -> Reading:
    """FPY of reviews: items that passed at the first submission, of items decided in the window.

    Ratio of counts; undecided ones are not in the denominator. Null `no_data` where none was decided.
    """
    decided = [one for one in submissions if one.passed is not None and _within(one.decided, since, until)]
    return share([one.key for one in decided if one.passed], [one.key for one in decided])


def first_time_yield(stage: Stage) -> Reading:
    """FTY: units that came out good, of those that came in. Rework counts as good. Null `no_data` of nothing."""
    return quotient(stage.came_out, stage.came_in, empty="no_data")


def first_pass_yield(stage: Stage) -> Reading:
    """FPY: units that came out good without rework, of those that came in. Null `no_data` of nothing.

    Source: Wikipedia, First-pass yield.
    """
    return quotient(stage.came_out - stage.reworked, stage.came_in, empty="no_data")


def rolled_yield(stages: Iterable[Stage]) -> Reading:
    """RTY, rolled throughput yield: the product of the stages' first-pass yields, unrounded.

    Null `no_data` without stages or where one had no input. Source: Wikipedia, First-pass yield.
    """
    product, n = Fraction(1), 0
    for stage in stages:
        if stage.came_in == 0:
            return null("no_data")
        product *= Fraction(stage.came_out - stage.reworked, stage.came_in)
        n += 1
    return measured(product, used=n) if n else null("no_data")


def introduced_in(affected: Sequence[str], introducers: Sequence[str]) -> tuple[str, ...]:
    """The versions a defect is counted for: those it affects, else those of the issues linked as its cause."""
    return tuple(affected) or tuple(introducers)


def defect_density(defects: Iterable[Defect], size: Decimal) -> Reading:
    """Confirmed defects ÷ size, in defects per unit of size; print that unit (KLOC, FP, points, items done) beside it.

    Null `div_zero` where the size is 0. Duplicates, unreproducible reports and "not a bug" are left out of the count.
    """
    found = list(defects)
    confirmed = tuple(one.key for one in found if one.is_confirmed)
    if size == 0:
        return null("div_zero", total=len(found))
    return measured(len(confirmed) / Fraction(size), used=len(confirmed), behind=confirmed)


def removal_efficiency(defects: Iterable[Defect], released: date, t: date) -> Reading:
    """DRE: confirmed defects found before the release, of these and those found up to 90 days after it.

    Ratio of counts. Null `no_data` with the note `window_open` until the 90 days are over, and where none was found.
    Source: Jones, Applied Software Measurement.
    """
    last = released + timedelta(days=AFTER_RELEASE_DAYS)
    if t <= last:
        return null("no_data", notes=("window_open",))
    known = [one for one in defects if one.is_confirmed and one.created <= last]
    return share([one.key for one in known if one.created < released], [one.key for one in known])


def escape_rate(defects: Iterable[Defect], released: date) -> Reading:
    """Confirmed defects found from the release on, of all confirmed ones. Ratio; null `no_data` without any."""
    known = [one for one in defects if one.is_confirmed]
    return share([one.key for one in known if one.created >= released], [one.key for one in known])


def ageing(defects: Iterable[Defect], today: date) -> Ageing:
    """How long fixes took (fix finish − created, calendar days) and how old the open defects are.

    The mean is null `no_data` where nothing was fixed, the P85 as `percentile.percentile`.
    """
    known = [one for one in defects if one.is_confirmed]
    taken = {one.key: (one.fixed - one.created).days for one in known if one.fixed is not None}
    still_open = {one.key: (today - one.created).days for one in known if one.fixed is None}
    return Ageing(
        mean=mean(list(taken.values())),
        p85=percentile(taken, 85),
        open_days=dict(sorted(still_open.items(), key=lambda pair: -pair[1])),
    )


def passed_tests(passed: Collection[str], executed: Collection[str]) -> Reading:
    """Tests passed, of those executed. Ratio of counts; null `no_data` where none was run."""
    return share([key for key in executed if key in passed], executed)


def criteria_coverage(tested: Collection[str], criteria: Collection[str]) -> Reading:
    """Acceptance criteria with a linked test, of all. Ratio of counts; null `no_data` where none is written."""
    return share([key for key in criteria if key in tested], criteria)


def _cohort(items: Iterable[Finished], since: datetime, until: datetime) -> list[Finished]:
    return [one for one in items if since <= one.first_finished <= until]


def _within(day: date | None, since: date, until: date) -> bool:
    return day is not None and since <= day <= until
