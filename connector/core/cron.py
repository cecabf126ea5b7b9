"""Schedules as cron writes them: minute, hour, day of the month, month, day of the week."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from connector.core.errors import ConnectorError

_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ITEM = re.compile(r"(\*|(?P<first>[0-9a-z]{1,3})(?:-(?P<last>[0-9a-z]{1,3}))?)(?:/(?P<step>[0-9]{1,2}))?")


class BadCron(ConnectorError):
    """A schedule that cannot be read. `at` is where in its text."""

    def __init__(self, what: str, at: int) -> None:
        super().__init__(what)
        self.at = at


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One of the five parts: its name, the least and greatest number, and what numbers are called."""

    name: str
    least: int
    most: int
    names: Mapping[str, int]


PARTS = (
    Part(name="minute", least=0, most=59, names={}),
    Part(name="hour", least=0, most=23, names={}),
    Part(name="day of the month", least=1, most=31, names={}),
    Part(name="month", least=1, most=12, names={name: number for number, name in enumerate(_MONTHS, 1)}),
    Part(name="day of the week", least=0, most=7, names={name: number for number, name in enumerate(_DAYS)}),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cron:
    """A schedule. Every set holds the numbers that are meant; weekdays count from Sunday, 0.

    Where both the day of the month and the day of the week are narrowed, either will do, as cron has it.
    """

    text: str
    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]

    @property
    def has_either_day(self) -> bool:
        """Whether a day is meant when its number or its weekday is."""
        return len(self.days) < 31 and len(self.weekdays) < 7


def read_cron(text: str) -> Cron:
    """Read `0 9 * * MON-FRI`. Raises BadCron."""
    words = [(found.group().casefold(), found.start()) for found in re.finditer(r"\S+", text)]
    if len(words) != len(PARTS):
        raise BadCron(f"a schedule has five parts ({', '.join(part.name for part in PARTS)}), not {len(words)}", 0)
    sets = [_numbers(word, at, part) for (word, at), part in zip(words, PARTS, strict=True)]
    cron = Cron(
        text=" ".join(word for word, _ in words),
        minutes=sets[0],
        hours=sets[1],
        days=sets[2],
        months=sets[3],
        weekdays=frozenset(day % 7 for day in sets[4]),
    )
    if len(cron.weekdays) == 7 and not any(_has_day(month, day) for month in cron.months for day in cron.days):
        raise BadCron("no month has such a day, so that the schedule never comes", words[2][1])
    return cron


def _has_day(month: int, day: int) -> bool:
    return day <= (29 if month == 2 else 30 if month in {4, 6, 9, 11} else 31)


def _numbers(word: str, at: int, part: Part) -> frozenset[int]:
    found: set[int] = set()
    for item in word.split(","):
        match = _ITEM.fullmatch(item)
        if match is None:
            raise BadCron(f"{item[:20]!r} is no {part.name}; write *, a number, 1-5 or */15", at)
        first = part.least if match["first"] is None else _number(match["first"], at, part)
        if match["last"] is not None:
            last = _number(match["last"], at, part)
        else:
            last = first if match["first"] is not None and match["step"] is None else part.most
        step = int(match["step"] or 1)
        if last < first or step == 0:
            raise BadCron(f"{item[:20]!r} means no {part.name} at all; write the smaller end first", at)
        found.update(range(first, last + 1, step))
    return frozenset(found)


def _number(word: str, at: int, part: Part) -> int:
    number = part.names.get(word, int(word) if word.isdigit() else -1)
    if not part.least <= number <= part.most:
        named = f" or {', '.join(part.names)}" if part.names else ""
        raise BadCron(f"{word[:20]!r} is no {part.name}; it goes from {part.least} to {part.most}{named}", at)
    return number
