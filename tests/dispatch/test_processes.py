import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from connector.dispatch.processes import DOORS, Children

WORKS = (
    "import signal, sys; signal.signal(signal.SIGTERM, lambda *_: sys.exit(0)); print('up', flush=True); signal.pause()"
)
NOTES = (
    "import pathlib, signal, sys, time\n"
    "def end(*_):\n"
    "    time.sleep(0.3)\n"
    "    pathlib.Path(sys.argv[1]).open('a').write(sys.argv[2] + '\\n')\n"
    "    sys.exit(0)\n"
    "signal.signal(signal.SIGTERM, end)\n"
    "pathlib.Path(sys.argv[1]).open('a').write('up\\n')\n"
    "while True:\n"
    "    signal.pause()\n"
)


@contextmanager
def running(**commands: list[str]) -> Iterator[Children]:
    children = Children(commands)
    children.start()
    try:
        yield children
    finally:
        children.stop()


def python(code: str, *arguments: str) -> list[str]:
    return [sys.executable, "-c", code, *arguments]


def until(holds: Callable[[], bool], within_s: float = 20) -> None:
    deadline = time.monotonic() + within_s
    while not holds():
        assert time.monotonic() < deadline, "it did not come about in time"
        time.sleep(0.02)


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_room_whose_process_was_killed_gets_a_new_one() -> None:
    with running(pipeline=python(WORKS), outbox=python(WORKS)) as children:
        before = children.pids()
        os.kill(before["outbox"], signal.SIGKILL)
        until(lambda: children.pids()["outbox"] != before["outbox"])
        after = children.pids()

    assert after["pipeline"] == before["pipeline"]
    assert not any(is_alive(pid) for pid in (*before.values(), *after.values()))


def test_the_doors_close_before_the_rooms_are_asked_to_end(tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    commands = {room: python(NOTES, str(notes), room) for room in (DOORS, "pipeline", "outbox")}
    with running(**commands):
        until(lambda: notes.exists() and notes.read_text().count("up\n") == 3)

    ended = [line for line in notes.read_text().splitlines() if line != "up"]
    assert ended[0] == DOORS
    assert sorted(ended) == [DOORS, "outbox", "pipeline"]


def test_a_room_that_ends_while_all_is_ending_is_not_started_again() -> None:
    with running(pipeline=python(WORKS)) as children:
        pass

    assert not any(is_alive(pid) for pid in children.pids().values())
