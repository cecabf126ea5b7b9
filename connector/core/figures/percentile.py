"""Percentiles by nearest rank: always a value that was really seen, never one between two."""

from collections.abc import Collection, Mapping
from datetime import timedelta
from decimal import Decimal
from typing import TypeVar

from connector.core.figures.reading import Reading, covered, measured, null

ENOUGH = 8
"""Fewer items than this say nothing about a percentile."""
PLENTY = 20
"""Fewer items than this make a percentile one of low confidence."""

Value = TypeVar("Value", int, Decimal, float, timedelta)


def nearest_rank(values: Collection[Value], percent: int) -> Value:
    """The smallest value that at least `percent` % of the values do not exceed.

    Raises ValueError without any value. Source: the nearest-rank definition; spreadsheets interpolate and differ.
    """
    if not values:
        raise ValueError("a percentile needs at least one value")
    ordered = sorted(values)
    rank = -(-percent * len(ordered) // 100)
    return ordered[max(rank, 1) - 1]


def percentile(
    samples: Mapping[str, int] | Mapping[str, Decimal], percent: int, *, left_out: tuple[str, ...] = ()
) -> Reading:
    """The nearest-rank percentile of samples by key, in their own unit.

    Null `no_data` under eight samples, `low_coverage` where more items were left out than used; under twenty it carries
    the note `low_confidence`.
    Source: nearest rank; the two bounds are this project's rule.
    """
    if len(samples) < ENOUGH:
        return null("no_data", used=len(samples), total=len(samples) + len(left_out), left_out=left_out)
    notes = ("low_confidence",) if len(samples) < PLENTY else ()
    value = nearest_rank([Decimal(one) for one in samples.values()], percent)
    return covered(measured(value, used=len(samples), behind=tuple(samples), left_out=left_out, notes=notes))
