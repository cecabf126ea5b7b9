"""Closeout: the final variances, what was delivered, and what is still open when a project ends."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from connector.core.figures.on_time import Networkdays, slip
from connector.core.figures.quantity import Quantity, add_up
from connector.core.figures.reading import Reading, covered, measured, null, share


@dataclass(frozen=True, slots=True, kw_only=True)
class FinalCost:
    """Final cost variance BAC − AC against the original and the current budget. Below zero: over budget."""

    against_original: Quantity | None
    against_current: Quantity | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Baselined:
    """An item of the baseline: whether it was delivered, or taken out by an approved change request."""

    key: str
    is_delivered: bool = False
    is_descoped: bool = False
    size: Quantity | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Delivered of baselined, by items and by size, and what change requests took out (not part of the denominator's
    delivered share, but shown beside it).
    """

    items: Reading
    size: Reading
    descoped: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Benefits:
    """Who answers for the benefits after the end, and when they are looked at."""

    owner: str = ""
    reviews: tuple[date, ...] = ()

    @property
    def is_set(self) -> bool:
        """Whether both are."""
        return bool(self.owner.strip()) and bool(self.reviews)


def final_cost(original: Quantity | None, current: Quantity | None, spent: Quantity) -> FinalCost:
    """Final CV = BAC_final − AC. Money; None without that budget. Raises MixedUnits across currencies."""
    return FinalCost(
        against_original=None if original is None else original - spent,
        against_current=None if current is None else current - spent,
    )


def final_schedule_variance(baseline: date | None, finish: date | None, networkdays: Networkdays) -> Reading:
    """Actual finish − baseline finish, in working days; below zero it came early.

    Null `no_baseline` without a baseline finish, `no_actuals` while it is not finished.
    """
    if baseline is None:
        return null("no_baseline")
    return null("no_actuals") if finish is None else measured(slip(baseline, finish, networkdays))


def scope_delivered(items: Sequence[Baselined]) -> Scope:
    """Delivered ÷ baselined, of items and of their sizes (points). Descoped items stay in the denominator, and are
    listed.

    Ratios. Null `no_baseline` without a baseline; the second null `no_estimate` or `low_coverage` where sizes are
    missing. Raises MixedUnits for sizes of several units.
    """
    descoped = tuple(one.key for one in items if one.is_descoped)
    if not items:
        return Scope(items=null("no_baseline"), size=null("no_baseline"), descoped=())
    delivered = [one.key for one in items if one.is_delivered]
    return Scope(items=share(delivered, [one.key for one in items]), size=_size_delivered(items), descoped=descoped)


def open_by_severity(defects: Iterable[tuple[str, str]]) -> dict[str, int]:
    """Open defects by severity, from pairs of key and severity, the most frequent first."""
    return dict(Counter(severity for _, severity in defects).most_common())


def signed(done: Collection[str], wanted: Collection[str]) -> Reading:
    """n of m: deliverables accepted, handover lines ticked, documents archived, risks closed or handed over.

    Ratio of counts; null `not_applicable` where nothing is wanted. What nobody asked for does not count.
    """
    if not wanted:
        return null("not_applicable")
    return share([one for one in wanted if one in done], wanted)


def missing_lessons(stages: Sequence[str], red_kpis: Sequence[str], lessons: Iterable[str]) -> tuple[str, ...]:
    """The stages and red KPIs without a lesson. lessons: what each recorded lesson is about.

    At least one a stage and one a red KPI is this project's rule.
    """
    about = set(lessons)
    return tuple(one for one in (*stages, *red_kpis) if one not in about)


def _size_delivered(items: Sequence[Baselined]) -> Reading:
    sized = [one for one in items if one.size is not None]
    left_out = [one.key for one in items if one.size is None]
    whole = add_up(one.size for one in sized if one.size is not None)
    if whole is None:
        return null("no_estimate", total=len(items), left_out=left_out)
    if whole.amount == 0:
        return null("div_zero", used=len(sized), total=len(items), left_out=left_out)
    part = add_up(one.size for one in sized if one.size is not None and one.is_delivered)
    ratio = (part.amount if part is not None else whole.amount * 0) / whole.amount
    return covered(
        measured(ratio, used=len(sized), behind=[one.key for one in sized if one.is_delivered], left_out=left_out)
    )
