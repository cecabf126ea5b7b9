"""Kills a process of `connector serve` at a named point, from inside. Python reads this file at its start when it lies
on PYTHONPATH; nothing in the connector knows of it.

A point is armed by a file of its name in the directory CHAOS_ARMED. The process that reaches the point takes the file
away and is gone: SIGKILL leaves it no time for anything.
"""

import os
import random
import signal
import sys
import threading

ARMED = os.environ.get("CHAOS_ARMED")
ROOMS = ("pipeline", "rollup", "outbox")
WRITES = frozenset({"POST", "PUT", "DELETE"})


def install() -> None:
    """Put the points around commits and requests, as both libraries' own hooks allow."""
    from sqlalchemy import Engine, event
    from sqlalchemy.engine.default import DefaultDialect
    from urllib3.connection import HTTPConnection

    wrote: set[int] = set()
    sent = threading.local()
    commit, answer = DefaultDialect.do_commit, HTTPConnection.getresponse

    def note_write(conn, _cursor, statement, *_rest):
        if statement.lstrip()[:6].upper() in ("INSERT", "UPDATE", "DELETE"):
            wrote.add(id(conn.connection.dbapi_connection))

    def do_commit(self, dbapi_connection):
        name = id(getattr(dbapi_connection, "dbapi_connection", dbapi_connection))
        if name not in wrote:
            return commit(self, dbapi_connection)
        wrote.discard(name)
        if room() == "outbox" and getattr(sent, "write", False):
            sent.write = False
            die_if_armed("outbox: before the row is marked")
        die_if_armed(f"{room()}: before commit")
        commit(self, dbapi_connection)
        die_if_armed(f"{room()}: after commit")
        return None

    def getresponse(self, *args, **more):
        options = getattr(self, "_response_options", None)
        is_write = room() == "outbox" and options is not None and options.request_method in WRITES
        if is_write:
            die_if_armed("outbox: request sent")
        found = answer(self, *args, **more)
        if is_write:
            die_if_armed("outbox: reply lost after the site did the write")
            sent.write = True
            lose_by_chance()
        return found

    event.listen(Engine, "before_cursor_execute", note_write)
    DefaultDialect.do_commit = do_commit
    HTTPConnection.getresponse = getresponse


def lose_by_chance() -> None:
    """Lose the reply without killing anybody: the site did the write, and nobody learns of it."""
    if random.random() < float(os.environ.get("CHAOS_LOSES", "0")):
        with open(os.path.join(str(ARMED), "replies lost"), "a") as out:
            out.write(".")
        raise ConnectionResetError("the reply was lost")


def room() -> str:
    """The room this code runs in, told by the command line of the process; the doors by their committing thread."""
    if threading.current_thread().name == "committer":
        return "doors"
    return sys.orig_argv[-1] if sys.orig_argv[-1] in ROOMS else "elsewhere"


def die_if_armed(point: str) -> None:
    """Be killed here if somebody asked for it."""
    file = os.path.join(str(ARMED), point)
    try:
        os.rename(file, f"{file}.done")
    except FileNotFoundError:
        return
    os.kill(os.getpid(), signal.SIGKILL)


if ARMED:
    install()
