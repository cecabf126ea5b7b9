"""Filling the mirror with what was read, not told: no rule fires, no mail is sent, no comment is written."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Engine

from connector.core.events import Event
from connector.pipeline.mirroring import Mirrored, apply_letter, load_slice, save_slice
from connector.pipeline.unjudged import keep_waiting, learn, read_waiting
from connector.store import projects
from connector.store.engine import writing
from connector.store.locks import wait_for_lock

PIPELINE = "pipeline"
"""The lock of whoever changes the mirror."""


def absorb(engine: Engine, site: str, events: Sequence[Event]) -> Mirrored:
    """Merge events into the mirror in one transaction. Live events that came meanwhile keep what they told."""
    quiet = [replace(event, origin=replace(event.origin, is_live=False)) for event in events]
    with writing(engine) as conn:
        # Not beside a batch of the event path: each would save what it read before the other's news.
        wait_for_lock(conn, PIPELINE)
        piece = load_slice(conn, site, quiet)
        mirrored = apply_letter(piece, tuple(quiet))
        save_slice(conn, piece)
        waiting = read_waiting(conn, site, mirrored.news)
        keep_waiting(conn, site, learn(waiting, mirrored, is_told=False))
    return mirrored


def learn_statuses(engine: Engine, site: str, categories: Mapping[str, str]) -> None:
    """Take in which category each status belongs to; facts that rested on other knowledge are worked out again."""
    with writing(engine) as conn:
        wait_for_lock(conn, PIPELINE)
        piece = load_slice(conn, site, [])
        piece.learned.update(categories)
        save_slice(conn, piece)


def open_project(engine: Engine, site: str, key: str, name: str, at: datetime) -> None:
    """Make the project known and hold its rules and rollups back until its mirror is whole."""
    with writing(engine) as conn:
        projects.ensure(conn, site, key, name, at)
        projects.set_caught_up(conn, site, key, is_caught_up=False)


def close_project(engine: Engine, site: str, key: str) -> None:
    """The project's mirror is whole: from now on its events are judged and it is rolled up."""
    with writing(engine) as conn:
        projects.set_caught_up(conn, site, key, is_caught_up=True)
        projects.mark_dirty(conn, site, [key])
