"""Watching risks: the burndown over the reviews, reviews that are due, and what open risks lack."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from connector.core.figures.reading import Reading, measured, null, share
from connector.core.issue import Change

CADENCE: Mapping[str, timedelta] = {
    "high": timedelta(days=7),
    "medium": timedelta(days=14),
    "low": timedelta(days=30),
    "very low": timedelta(days=30),
}
"""How often a risk of each level is reviewed. This project's rule."""

REVIEW_TAGS = ("#review", "#评审")


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """What a risk was worth (score, EMV or days) from one moment on; None while it was unassessed."""

    since: datetime
    value: Decimal | None
    is_open: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """A risk with its assessments from its history, in any order."""

    key: str
    history: tuple[Assessment, ...]

    def at(self, moment: datetime) -> Assessment | None:
        """What was known at a moment; None before the risk existed."""
        return max((one for one in self.history if one.since <= moment), key=lambda one: one.since, default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class BurndownPoint:
    """The risks at one review date: the sum of what is open, and how many that is."""

    at: datetime
    total: Reading
    open_n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What an open risk has on record."""

    key: str
    has_owner: bool
    has_response: bool
    has_trigger: bool
    next_review: date | None


def burndown(risks: Sequence[Watched], dates: Iterable[datetime]) -> list[BurndownPoint]:
    """Risk burndown: Σ value of the risks open at each date, by the values of that date. New risks push it up.

    In the values' own unit. Unassessed risks are left out of the sum and counted among the open ones.
    """
    return [_point(risks, at) for at in dates]


def last_review(
    changes: Iterable[Change], comments: Iterable[tuple[datetime, str]], fields: frozenset[str]
) -> datetime | None:
    """When a risk was last looked at: the latest change of its probability, impact or status, or comment tagged review.

    fields: the field ids of probability and impact. comments: moment and text; the tag is #review or #评审. None where
    it was never reviewed.
    """
    moments = [one.at for one in changes if one.field_id in fields or one.field_id == "status"]
    moments += [at for at, text in comments if any(tag in text.casefold() for tag in REVIEW_TAGS)]
    return max(moments, default=None)


def review_due(level: str | None, last_review: date | None, created: date) -> date:
    """When a risk is to be reviewed again: last review + cadence of its level; from its creation if there was none.

    An unassessed risk is due like a high one: somebody has to look at it.
    """
    return (last_review or created) + CADENCE.get(level or "high", CADENCE["high"])


def is_review_overdue(level: str | None, last_review: date | None, created: date, today: date) -> bool:
    """Whether the day a review was due is over."""
    return today > review_due(level, last_review, created)


def coverage(risks: Sequence[Kept]) -> dict[str, Reading]:
    """Shares of the open risks with an owner, a response, a trigger, a next review date, and with all four.

    Ratios of counts; null `no_data` without an open risk.
    """
    keys = [one.key for one in risks]
    return {
        "owner": share([one.key for one in risks if one.has_owner], keys),
        "response": share([one.key for one in risks if one.has_response], keys),
        "trigger": share([one.key for one in risks if one.has_trigger], keys),
        "next_review": share([one.key for one in risks if one.next_review is not None], keys),
        "all": share([one.key for one in risks if _is_complete(one)], keys),
    }


def _point(risks: Sequence[Watched], at: datetime) -> BurndownPoint:
    found = {one.key: state for one in risks if (state := one.at(at)) is not None and state.is_open}
    valued = {key: state.value for key, state in found.items() if state.value is not None}
    left_out = [key for key in found if key not in valued]
    if found and not valued:
        return BurndownPoint(at=at, total=null("no_estimate", total=len(found), left_out=left_out), open_n=len(found))
    total = sum(valued.values(), Decimal(0))
    reading = measured(total, used=len(valued), behind=tuple(valued), left_out=left_out)
    return BurndownPoint(at=at, total=reading, open_n=len(found))


def _is_complete(risk: Kept) -> bool:
    return risk.has_owner and risk.has_response and risk.has_trigger and risk.next_review is not None
