"""The child processes of one `connector serve`: started, started again when they die, ended in order."""

import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import structlog

from connector.dispatch.parent import environment_of_child

log = structlog.get_logger()

DOORS = "doors"
LOOK_EVERY_S = 0.5
ENDS_WITHIN_S = 30.0


@dataclass(slots=True)
class Children:
    """Worker processes by room. A room whose process ends by itself gets a new one."""

    commands: Mapping[str, Sequence[str]]
    _running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    _stop: threading.Event = field(default_factory=threading.Event)
    _watcher: threading.Thread | None = None

    def start(self) -> None:
        """Start every room and watch over them."""
        for room in self.commands:
            self._start(room)
        self._watcher = threading.Thread(target=self._watch, name="children", daemon=True)
        self._watcher.start()

    def stop(self) -> None:
        """Ask every room to finish what is under way, in the order they were named, and wait for it."""
        self._stop.set()
        if self._watcher is not None:
            self._watcher.join()
        for room, process in self._running.items():
            process.terminate()
            if room == DOORS:
                # Nothing new comes in before the others are asked to end.
                self._wait(room, process)
        for room, process in self._running.items():
            self._wait(room, process)

    def pids(self) -> dict[str, int]:
        """The process id of each room."""
        return {room: process.pid for room, process in self._running.items()}

    def _wait(self, room: str, process: subprocess.Popen[bytes]) -> None:
        try:
            process.wait(ENDS_WITHIN_S)
        except subprocess.TimeoutExpired:
            # Nothing is lost: what it had under way is in the database and is looked up by the next one.
            log.warning("worker did not end in time", room=room)
            process.kill()
            process.wait()

    def _start(self, room: str) -> None:
        # In a group of its own: a terminal's Ctrl-C is for `serve`, which ends its rooms in order.
        self._running[room] = subprocess.Popen(  # noqa: S603 - our own command, no shell
            self.commands[room], env=environment_of_child(), process_group=0
        )
        log.info("worker started", room=room, pid=self._running[room].pid)

    def _watch(self) -> None:
        while not self._stop.wait(LOOK_EVERY_S):
            for room, process in list(self._running.items()):
                code = process.poll()
                if code is not None and not self._stop.is_set():
                    log.error("worker died", room=room, code=code)
                    self._start(room)


def worker_command(module: str, *arguments: str) -> list[str]:
    """The command line that runs one of our modules in a process of its own."""
    return [sys.executable, "-m", module, *arguments]
