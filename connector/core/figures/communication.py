"""Communication: meetings held, minutes in time, action items closed, decisions on record, reports received."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from connector.core.figures.on_time import Networkdays
from connector.core.figures.reading import Reading, null, quotient, share

MINUTES_WITHIN = 2
"""Working days after a meeting within which its minutes are out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """A meeting that was held, and the day its minutes were sent."""

    key: str
    held: date
    minutes: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionItem:
    """An action item with the day it was noted, is due, and was closed."""

    key: str
    noted: date
    due: date | None = None
    closed: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionRecord:
    """A line of the decision log. Complete with decision, owner, date and a link to what it decides on."""

    key: str
    decision: str = ""
    owner: str = ""
    decided: date | None = None
    link: str = ""

    @property
    def is_complete(self) -> bool:
        """Whether nothing is missing."""
        return all(one.strip() for one in (self.decision, self.owner, self.link)) and self.decided is not None


def adherence(done_n: int, planned_n: int) -> Reading:
    """Meetings held ÷ planned by the cadence, and likewise digests sent ÷ planned.

    A plain ratio, above 1 where there were more than planned. Null `not_applicable` where none is planned.
    """
    return quotient(done_n, planned_n, empty="not_applicable")


def planned_meetings(first: date, last: date, every_days: int) -> int:
    """How many meetings a cadence asks for from the first to the last day, the first day being one."""
    if every_days < 1:
        raise ValueError(f"a cadence of every {every_days} days cannot be kept; give 1 or more")
    return (last - first).days // every_days + 1 if last >= first else 0


def minutes_in_time(meetings: Iterable[Meeting], today: date, networkdays: Networkdays) -> Reading:
    """Meetings whose minutes were out within two working days, of the meetings held for which these days are over.

    Ratio of counts; minutes that are missing count against it. Null `no_data` where none is old enough.
    """
    due = [one for one in meetings if one.minutes is not None or networkdays(one.held, today) - 1 > MINUTES_WITHIN]
    kept = [one.key for one in due if one.minutes and networkdays(one.held, one.minutes) - 1 <= MINUTES_WITHIN]
    return share(kept, [one.key for one in due])


def actions_closed(items: Iterable[ActionItem], today: date) -> Reading:
    """Action items closed by their due date, of those due. Ratio of counts.

    Open ones past their due date stay in the denominator; those without a due date are left out. Null `no_data` where
    none is due, `low_coverage` where most have no due date.
    """
    known = list(items)
    due = [one for one in known if one.due is not None and (one.due < today or one.closed is not None)]
    kept = [one.key for one in due if one.due is not None and one.closed is not None and one.closed <= one.due]
    return share(kept, [one.key for one in due], left_out=[one.key for one in known if one.due is None])


def open_actions_by_age(items: Iterable[ActionItem], today: date) -> dict[str, int]:
    """Open action items with their age in calendar days, oldest first."""
    ages = {one.key: (today - one.noted).days for one in items if one.closed is None}
    return dict(sorted(ages.items(), key=lambda pair: -pair[1]))


def decision_log_completeness(records: Iterable[DecisionRecord]) -> Reading:
    """Complete entries of the decision log, of all. Ratio of counts; null `no_data` of an empty log."""
    known = list(records)
    return share([one.key for one in known if one.is_complete], [one.key for one in known])


def stakeholder_coverage(planned: Collection[str], received: Collection[str]) -> Reading:
    """Stakeholders who received the planned report, of those it was planned for. Ratio of counts.

    Null `not_applicable` where it is planned for nobody. Others who received it do not count.
    """
    if not planned:
        return null("not_applicable")
    return share([one for one in planned if one in received], planned)
