"""One delivery as the door put it into the inbox, and the ticks that our own clock writes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import orjson

Source = Literal["jira", "confluence", "clock"]
SOURCES: Mapping[str, Source] = {"jira": "jira", "confluence": "confluence", "clock": "clock"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A delivery. `name` is the event's name as the door learnt it (body, header or path), `trace` the value of the
    X-Atlassian-Webhook-Trace header. `is_live` is False for late catch-up, which fires no rule.
    """

    site: str
    source: Source
    name: str | None
    body: bytes
    received_at: datetime
    trace: str | None = None
    is_live: bool = True


def tick_body(name: str, project: str, at: datetime) -> bytes:
    """The body of a tick: `name` (day.began, week.began, review.due) happened in the project at this moment."""
    return orjson.dumps({"event": name, "project": project, "at": at.isoformat()})
