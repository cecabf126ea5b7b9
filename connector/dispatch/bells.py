"""Bells between the processes of one `connector serve`: datagrams on Unix sockets, which may be lost."""

import contextlib
import socket
import weakref
from collections.abc import Mapping
from pathlib import Path
from typing import Literal, get_args

Room = Literal["pipeline", "rollup", "outbox"]
ROOMS: Mapping[str, Room] = {room: room for room in get_args(Room)}


class Bells:
    """Rings and hears the bells in one directory. Without wake-ups nothing is rung, and only the sweep is left."""

    def __init__(self, directory: Path, *, has_wake_ups: bool = True) -> None:
        self._directory = directory
        self._has_wake_ups = has_wake_ups
        self._out = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._out.setblocking(False)
        weakref.finalize(self, self._out.close)

    def ring(self, room: Room) -> None:
        """Wake a room. Nobody there, or a full socket: its sweep finds the work."""
        if self._has_wake_ups:
            with contextlib.suppress(OSError):
                self._out.sendto(b"!", str(self._path(room)))

    def hear(self, room: Room) -> "Bell":
        """The bell of a room, for the one process that works there."""
        return Bell(self._path(room))

    def _path(self, room: Room) -> Path:
        return self._directory / f"{room}.bell"


class Bell:
    """One room's bell."""

    def __init__(self, path: Path) -> None:
        path.unlink(missing_ok=True)
        self._in = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._in.bind(str(path))

    def wait(self, timeout_s: float) -> bool:
        """Wait until the bell rings or the time is over. Rings that came together count as one. True when it rang."""
        self._in.settimeout(max(timeout_s, 0.001))
        try:
            self._in.recv(16)
        except TimeoutError:
            return False
        self._in.setblocking(False)
        with contextlib.suppress(BlockingIOError):
            while True:
                self._in.recv(16)
        return True

    def close(self) -> None:
        """Stop hearing."""
        self._in.close()
