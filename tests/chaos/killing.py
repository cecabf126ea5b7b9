"""When who is killed: every named point in turn, and between them somebody by chance."""

import random
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from tests.chaos.house import Run, family, kill

POINTS = (
    "doors: before commit",
    "outbox: request sent",
    "pipeline: before commit",
    "doors: after commit",
    "outbox: reply lost after the site did the write",
    "rollup: before commit",
    "pipeline: after commit",
    "outbox: before the row is marked",
    "rollup: after commit",
)
BY_CHANCE = ("a process by chance", "serve alone", "everything at once")


@dataclass
class Killer:
    """Kills every few edits. A point that nobody has reached yet stays armed beside the next ones."""

    run: Run
    seed: int
    every: int
    killed: Counter[str] = field(default_factory=Counter)
    turn: int = 0
    replies_lost: int = 0

    def __post_init__(self) -> None:
        self._chance = random.Random(self.seed)

    def after_edit(self, number: int) -> None:
        """Kill, if it is time."""
        self.tend()
        if number % self.every == 0:
            self.strike()

    def strike(self) -> None:
        """Kill somebody by chance every third time, else arm the next point."""
        self.turn += 1
        if self.turn % 3 == 0:
            self._by_chance(BY_CHANCE[(self.turn // 3 - 1) % len(BY_CHANCE)])
        else:
            self._arm(POINTS[(self.turn - self.turn // 3 - 1) % len(POINTS)])

    def tend(self) -> None:
        """Count who was killed at a point, and start `serve` again when it is gone."""
        for file in self.run.armed.glob("*.done"):
            self.killed[file.name.removesuffix(".done")] += 1
            file.unlink()
        if self.run.serve.is_dead():
            self.run.serve.start()

    def missing(self) -> list[str]:
        """The points at which nobody was killed yet."""
        self.tend()
        return [point for point in POINTS if not self.killed[point]]

    def arm_missing(self) -> None:
        """Arm every point at which nobody was killed yet."""
        for point in self.missing():
            self._arm(point)

    def disarm(self) -> None:
        """Kill nobody any more."""
        self.tend()
        lost = self.run.armed / "replies lost"
        self.replies_lost = lost.stat().st_size if lost.exists() else 0
        for file in self.run.armed.iterdir():
            file.unlink()

    def _arm(self, point: str) -> None:
        (self.run.armed / point).touch()

    def _by_chance(self, whom: str) -> None:
        serve = self.run.serve.pid
        below = family(serve)[1:]
        if whom == "a process by chance" and below:
            kill(self._chance.choice(below))
        elif whom == "serve alone":
            kill(serve)
        else:
            kill(serve, *below)
        assert self.run.serve.process is not None
        if whom != "a process by chance":
            self.run.serve.process.wait()
        self.killed[whom] += 1


def log_tail(path: Path, lines: int = 15) -> str:
    """The last lines of a log."""
    return "\n".join(path.read_text("utf-8", "replace").splitlines()[-lines:]) if path.exists() else ""
