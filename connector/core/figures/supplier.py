"""Suppliers: whether they deliver when they promised, all of it, and well."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from connector.core.figures.reading import Reading, covered, measured, null, share


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """An order, or one line of it where OTIF is measured by line.

    `promised` is the original promise, whatever was promised later. `receipts` are days with the quantity received;
    `closed_short` is the day on which less than ordered was accepted as all.
    """

    key: str
    promised: date
    ordered: Decimal
    receipts: tuple[tuple[date, Decimal], ...] = ()
    closed_short: date | None = None

    @property
    def completed(self) -> date | None:
        """The day all of it was there, or the rest was given up; None while it is open."""
        received = Decimal(0)
        for day, quantity in sorted(self.receipts):
            received += quantity
            if received >= self.ordered:
                return day
        return self.closed_short

    def is_in_full(self, by: date) -> bool:
        """Whether all that was ordered had been received by the end of a day."""
        received = sum((quantity for day, quantity in self.receipts if day <= by), Decimal(0))
        return received >= self.ordered


def on_time_delivery(deliveries: Iterable[Delivery], since: date, until: date, today: date) -> Reading:
    """OTD: deliveries complete by their original promise, of those promised in the window.

    Ratio of counts. A partial delivery is late until it is complete; open and overdue ones count as late, open ones
    whose day is not over do not count yet. Null `no_data` where none was due.
    """
    due = _due(deliveries, since, until, today)
    kept = [one.key for one in due if (done := one.completed) is not None and done <= one.promised]
    return share(kept, [one.key for one in due])


def on_time_in_full(deliveries: Iterable[Delivery], since: date, until: date, today: date) -> Reading:
    """OTIF: deliveries on time and in full, of those due. Ratio of counts; null `no_data` where none was due.

    What was closed short is on time at best, never in full.
    """
    due = _due(deliveries, since, until, today)
    return share([one.key for one in due if one.is_in_full(one.promised)], [one.key for one in due])


def accepted_first_time(accepted: Collection[str], inspected: Collection[str]) -> Reading:
    """Supplier quality: lots accepted at the first inspection, of those inspected. Ratio; null `no_data` of none."""
    return share([one for one in inspected if one in accepted], inspected)


def supplier_score(metrics: Mapping[str, Reading], weights: Mapping[str, Decimal]) -> Reading:
    """Supplier score: Σ w·metric ÷ Σ w over the metrics that have a value; publish the weights beside it.

    In the metrics' own scale. Metrics without a value are left out; null `low_coverage` where they carry more than half
    of the weight, `no_data` without weights.
    """
    total = sum(weights.values(), Decimal(0))
    if total == 0:
        return null("no_data", total=len(weights))
    known = {name: value for name in weights if name in metrics and (value := metrics[name].value) is not None}
    left_out = tuple(name for name in weights if name not in known)
    weight = sum((weights[name] for name in known), Decimal(0))
    if weight * 2 < total:
        return null("low_coverage", used=len(known), total=len(weights), left_out=left_out)
    score = sum((weights[name] * value for name, value in known.items()), Decimal(0)) / weight
    return covered(measured(score, used=len(known), behind=tuple(known), left_out=left_out))


def _due(deliveries: Iterable[Delivery], since: date, until: date, today: date) -> list[Delivery]:
    return [
        one
        for one in deliveries
        if since <= one.promised <= until and (one.promised < today or one.completed is not None)
    ]
