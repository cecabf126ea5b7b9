"""One commit for all deliveries that arrive together: a disk's fsync is the dear part, so they share it."""

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from connector.store import inbox
from connector.store.engine import writing

log = structlog.get_logger()

LARGEST_GROUP = 200


class Overloaded(Exception):
    """Too many deliveries wait for the disk already; the sender is asked to come again."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    letter: inbox.NewLetter
    stored: "Future[bool]"


class Committer:
    """Stores letters, many in one transaction, and tells each sender once its own is on disk."""

    def __init__(self, engine: Engine, ring: Callable[[], None], most_waiting: int = 2_000) -> None:
        self._engine = engine
        self._ring = ring
        self._waiting: queue.Queue[_Waiting | None] = queue.Queue(most_waiting)
        self._thread = threading.Thread(target=self._run, name="committer", daemon=True)
        self._thread.start()

    def store(self, letter: inbox.NewLetter, timeout_s: float = 15.0) -> bool:
        """Store the letter and return when it is on disk: True when it is new, False when it was seen before.

        Raises Overloaded when too many wait, and whatever the database raised when it could not be stored.
        """
        waiting = _Waiting(letter, Future())
        try:
            self._waiting.put_nowait(waiting)
        except queue.Full as error:
            raise Overloaded from error
        try:
            return waiting.stored.result(timeout_s)
        except TimeoutError as error:
            raise Overloaded from error

    def close(self) -> None:
        """Store what waits, then stop."""
        self._waiting.put(None)
        self._thread.join()

    def _run(self) -> None:
        while (first := self._waiting.get()) is not None:
            group, is_last = self._gather(first)
            self._commit(group)
            if is_last:
                return

    def _gather(self, first: _Waiting) -> tuple[list[_Waiting], bool]:
        """Everything that is waiting now, and whether the end was among it."""
        group = [first]
        while len(group) < LARGEST_GROUP:
            try:
                waiting = self._waiting.get_nowait()
            except queue.Empty:
                break
            if waiting is None:
                return group, True
            group.append(waiting)
        return group, False

    def _commit(self, group: list[_Waiting]) -> None:
        try:
            with writing(self._engine) as connection:
                ids = inbox.put(connection, [waiting.letter for waiting in group])
        except Exception as error:
            if len(group) > 1 and not isinstance(error, OperationalError):
                # Not the disk's fault but that of one among them: the others must not suffer for it.
                for waiting in group:
                    self._commit([waiting])
                return
            # Whatever it was, this thread lives on: without it nothing is stored any more.
            log.error("deliveries not stored", count=len(group), error=type(error).__name__)
            for waiting in group:
                waiting.stored.set_exception(error)
            return
        for waiting, row in zip(group, ids, strict=True):
            waiting.stored.set_result(row is not None)
        if any(row is not None for row in ids):
            self._ring()
