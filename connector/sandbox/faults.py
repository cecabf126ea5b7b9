"""The switches that make the sandbox as unkind as the real sites can be."""

import random
import threading
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, datetime, timedelta

from connector.core.errors import ConnectorError
from connector.sandbox.refusal import Refusal


class BadSwitch(ConnectorError):
    """A switch that does not exist or was given a value it cannot take."""


@dataclass(slots=True, kw_only=True)
class Switches:
    """Everything that can be switched. Probabilities go from 0 to 1; `…_next` counts down to 0."""

    reply_lost: float = 0.0
    reply_lost_next: int = 0
    search_lag_s: float = 0.0
    server_error_next: int = 0
    rate_limit_next: int = 0
    rate_limit_per_s: int = 0
    retry_after_s: int = 1
    latency_s: float = 0.0
    webhook_late_s: float = 0.0
    webhook_repeat: float = 0.0
    webhook_reorder: float = 0.0
    webhook_drop: float = 0.0
    webhook_retry_s: float = 0.2
    issue_write_limit: bool = True
    confluence_full_bodies: bool = False


@dataclass(slots=True)
class _Window:
    times: deque[float] = field(default_factory=deque)

    def count_since(self, since: float) -> int:
        while self.times and self.times[0] < since:
            self.times.popleft()
        return len(self.times)


class Faults:
    """The switches, and what follows from them for one request. Chance comes from a seeded generator."""

    def __init__(self, seed: int = 20260105) -> None:
        self.switches = Switches()
        self._seed = seed
        self._chance = random.Random(seed)
        self._lock = threading.Lock()
        self._requests = _Window()
        self._writes: dict[str, _Window] = {}

    def set(self, wanted: Mapping[str, object]) -> dict[str, object]:
        """Turn switches by name; `seed` starts the chance anew, `reset` true puts all back first."""
        with self._lock:
            if wanted.get("reset"):
                self.switches = Switches()
            if "seed" in wanted:
                self._seed = int(str(wanted["seed"]))
                self._chance = random.Random(self._seed)
            checked = {name: _checked(name, value) for name, value in wanted.items() if name not in ("reset", "seed")}
            for name, value in checked.items():
                setattr(self.switches, name, value)
        return self.told()

    def told(self) -> dict[str, object]:
        """Every switch as it stands."""
        return {**asdict(self.switches), "seed": self._seed}

    def refuse_request(self) -> None:
        """Raise the 429 or 503 that the switches ask for. Called before anything is done."""
        with self._lock:
            if self.switches.server_error_next > 0:
                self.switches.server_error_next -= 1
                raise Refusal(503, {"message": "Service Unavailable", "status-code": 503})
            if self.switches.rate_limit_next > 0:
                self.switches.rate_limit_next -= 1
                raise self._too_many(self.switches.rate_limit_per_s or 100, "jira-burst-based")
            if self.switches.rate_limit_per_s:
                self._count_request()

    def loses_reply(self) -> bool:
        """Whether the answer to a write that was just done gets lost."""
        with self._lock:
            if self.switches.reply_lost_next > 0:
                self.switches.reply_lost_next -= 1
                return True
            return self.switches.reply_lost > 0 and self._chance.random() < self.switches.reply_lost

    def happens(self, probability: float) -> bool:
        """Whether something of this probability happens now."""
        with self._lock:
            return probability > 0 and self._chance.random() < probability

    def between(self, low: float, high: float) -> float:
        """A number between the two."""
        with self._lock:
            return self._chance.uniform(low, high)

    def count_issue_write(self, issue_id: str) -> None:
        """Jira Cloud's limit on writes to one issue: 20 in 2 s and 100 in 30 s of real time, else 429."""
        if not self.switches.issue_write_limit:
            return
        with self._lock:
            now, window = time.monotonic(), self._writes.setdefault(issue_id, _Window())
            for limit, span_s in ((100, 30.0), (20, 2.0)):
                recent = sum(1 for at in window.times if at >= now - span_s)
                if recent >= limit:
                    raise self._too_many(limit, "jira-per-issue-on-write", after_s=max(1, int(span_s)))
            window.count_since(now - 30.0)
            window.times.append(now)

    def _count_request(self) -> None:
        now, limit = time.monotonic(), self.switches.rate_limit_per_s
        if self._requests.count_since(now - 1.0) >= limit:
            raise self._too_many(limit, "jira-burst-based")
        self._requests.times.append(now)

    def _too_many(self, limit: int, reason: str, after_s: int | None = None) -> Refusal:
        wait_s = after_s if after_s is not None else self.switches.retry_after_s
        reset = datetime.now(UTC) + timedelta(seconds=wait_s)
        headers = {
            "Retry-After": str(wait_s),
            "X-RateLimit-Limit": str(limit),
            "X-RateLimit-Remaining": "0",
            "X-RateLimit-Reset": reset.strftime("%Y-%m-%dT%H:%MZ"),
            "X-RateLimit-NearLimit": "true",
            "RateLimit-Reason": reason,
        }
        return Refusal(429, {"errorMessages": ["Rate limit exceeded."], "errors": {}}, headers)


_KINDS = {one.name: type(getattr(Switches(), one.name)) for one in fields(Switches)}


def _checked(name: str, value: object) -> object:
    kind = _KINDS.get(name)
    if kind is None:
        raise BadSwitch(f"there is no switch {name!r}; there are {', '.join(sorted(_KINDS))}, seed and reset")
    if kind is bool and isinstance(value, bool):
        return value
    if kind is not bool and isinstance(value, int | float) and not isinstance(value, bool) and value >= 0:
        return kind(value)
    raise BadSwitch(f"the switch {name!r} was given {value!r}; it takes a {kind.__name__} of 0 or more")
