"""Keeps the writes to one issue below the product's own limit, so that a gate storm is not refused.

Source: Jira Cloud allows 20 writes in 2 s and 100 in 30 s to one issue (RateLimit-Reason jira-per-issue-on-write).
We stay a tenth below: what left evenly spaced may arrive closer together.
"""

import threading
import time
from collections import deque
from collections.abc import Callable

LIMITS = ((18, 2.0), (90, 30.0))
_MANY_ISSUES = 1000


class Pacer:
    """Lets a write to an issue through at once, or after the pause that its limits ask for."""

    def __init__(
        self,
        limits: tuple[tuple[int, float], ...] = LIMITS,
        monotonic: Callable[[], float] = time.monotonic,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._limits = limits
        self._monotonic = monotonic
        self._pause = pause
        self._writes: dict[str, deque[float]] = {}
        self._lock = threading.Lock()

    def wait_for(self, issue: str) -> None:
        """Return when one more write to the issue is within the limits; it counts as made."""
        while (rest_s := self._take(issue)) > 0:
            self._pause(rest_s)

    def _take(self, issue: str) -> float:
        with self._lock:
            now = self._monotonic()
            writes = self._writes.setdefault(issue, deque(maxlen=max(n for n, _ in self._limits)))
            rest_s = max(self._rest_s(writes, now, n, span_s) for n, span_s in self._limits)
            if rest_s <= 0:
                writes.append(now)
            self._forget(now)
            return rest_s

    def _rest_s(self, writes: deque[float], now: float, n: int, span_s: float) -> float:
        return writes[-n] + span_s - now if len(writes) >= n else 0.0

    def _forget(self, now: float) -> None:
        if len(self._writes) <= _MANY_ISSUES:
            return
        longest_s = max(span_s for _, span_s in self._limits)
        self._writes = {
            issue: writes for issue, writes in self._writes.items() if writes and writes[-1] + longest_s > now
        }
