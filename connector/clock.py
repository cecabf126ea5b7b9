"""The moment now, as an object that is passed in. Intervals are measured on monotonic time instead."""

import json
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

from connector.core.errors import ConnectorError


class BadClock(ConnectorError):
    """The clock file cannot be read as a moment."""


class Clock(Protocol):
    """Tells the moment now."""

    def now(self) -> datetime:
        """The moment now, aware and in UTC."""


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """The moment now, in UTC."""
        return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class FixedClock:
    """A clock that stands still, for rehearsals and tests."""

    moment: datetime

    def now(self) -> datetime:
        """Always the same moment."""
        return self.moment


@dataclass(frozen=True, slots=True)
class FileClock:
    """A clock that somebody else leads: a JSON file with `now` (ISO 8601), `real` (seconds since 1970) and `rate`.

    The moment is `now` plus `rate` times the real seconds since it was written; rate 0 stands still.
    """

    path: Path

    def now(self) -> datetime:
        """The led moment. Raises BadClock when the file is missing or is not such a file."""
        try:
            told = json.loads(self.path.read_text("utf-8"))
            start = datetime.fromisoformat(told["now"])
            passed_s = float(told["rate"]) * (time.time() - float(told["real"]))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise BadClock(
                f"CONNECTOR_CLOCK_FILE names {self.path}, which cannot be read as a clock ({error}); "
                'it must hold {"now": "2026-01-05T09:00:00+00:00", "real": 1767603600.0, "rate": 0}'
            ) from error
        return start.astimezone(UTC) + timedelta(seconds=passed_s)
