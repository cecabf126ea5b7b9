"""The sandbox's own clock: real time, until somebody moves it."""

import os
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson


class SandboxClock:
    """Tells the sandbox's moment. It runs with the machine's clock until it is set; then it stands still.

    file: where the moment is also written, so that another process can follow (`{"now", "real", "rate"}`).
    """

    def __init__(self, file: Path | None = None) -> None:
        self._lock = threading.Lock()
        self._now = datetime.now(UTC)
        self._real = time.time()
        self._rate = 1
        self._file = file

    @property
    def rate(self) -> int:
        """1 while the clock runs with real time, 0 while it stands still until moved."""
        return self._rate

    def now(self) -> datetime:
        """The moment now, aware and in UTC."""
        with self._lock:
            return self._moment()

    def set(self, moment: datetime, rate: int = 0) -> datetime:
        """Jump to `moment` (aware); stand still there unless `rate` is 1."""
        if moment.tzinfo is None:
            raise ValueError(f"{moment.isoformat()} has no time zone; write it as 2026-01-05T09:00:00+00:00")
        with self._lock:
            self._now, self._real, self._rate = moment.astimezone(UTC), time.time(), 1 if rate else 0
            self._write()
            return self._now

    def advance(self, by: timedelta) -> datetime:
        """Go on by this much without changing whether the clock runs or stands."""
        with self._lock:
            self._now, self._real = self._moment() + by, time.time()
            self._write()
            return self._now

    def follow_real_time(self) -> datetime:
        """Run again with the machine's clock, from its present moment."""
        return self.set(datetime.now(UTC), rate=1)

    def told(self) -> dict[str, object]:
        """The clock as its file holds it."""
        with self._lock:
            return self._told()

    def load(self, told: dict[str, object]) -> None:
        """Take up a clock that `told` once described."""
        with self._lock:
            self._now = datetime.fromisoformat(str(told["now"])).astimezone(UTC)
            self._real, self._rate = float(str(told["real"])), int(str(told["rate"]))

    def save(self) -> None:
        """Write the clock's file now, when it has one."""
        with self._lock:
            self._write()

    def _moment(self) -> datetime:
        return self._now + timedelta(seconds=self._rate * (time.time() - self._real))

    def _told(self) -> dict[str, object]:
        return {"now": self._now.isoformat(), "real": self._real, "rate": self._rate}

    def _write(self) -> None:
        if self._file is None:
            return
        self._file.parent.mkdir(parents=True, exist_ok=True)
        beside = self._file.with_suffix(".new")
        beside.write_bytes(orjson.dumps(self._told()))
        os.replace(beside, self._file)
