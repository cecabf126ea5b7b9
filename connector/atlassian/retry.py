"""How long to wait before a request is tried again (pure).

Source: Atlassian's rate-limiting page: at most 4 retries, base 2 s doubling to 30 s, jitter 0.7 to 1.3, and
Retry-After (seconds or a date) honoured.
"""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

BASE_S = 2.0
LONGEST_S = 30.0
ATTEMPTS = 4


def wait_s(attempt: int, retry_after: str | float | None, now: datetime, jitter: float = 1.0) -> float:
    """Seconds to wait after the given attempt (the first is 1): our own backoff, or what was asked for if longer.

    retry_after: the header's value, or seconds already read from it. jitter: a factor from 0.7 to 1.3.
    """
    own = min(LONGEST_S, BASE_S * 2.0 ** (attempt - 1)) * jitter
    asked = asked_s(retry_after, now) if isinstance(retry_after, str) else retry_after
    return own if asked is None else max(own, asked)


def asked_s(header: str | None, now: datetime) -> float | None:
    """The seconds a Retry-After header asks for, as a number or as a date; None when there is no sense in it."""
    if header is None or not header.strip():
        return None
    text = header.strip()
    if text.replace(".", "", 1).isascii() and text.replace(".", "", 1).isdigit():
        return float(text)
    try:
        until = parsedate_to_datetime(text)
    except ValueError:
        return None
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return max(0.0, (until - now).total_seconds())
