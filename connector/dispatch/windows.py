"""When a project's rollup is due: at most once a window, with a deadline that further events do not push away."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from connector.store.projects import DueProject

SHORTEST_REST_S = 1.0
"""What failed is not tried again at once, even where the window is nothing."""


@dataclass(slots=True)
class Windows:
    """The projects that wait for their rollup, with the moment (monotonic seconds) each is due."""

    window_s: float
    _due_at: dict[tuple[str, str], float] = field(default_factory=dict)
    _rests: set[tuple[str, str]] = field(default_factory=set)
    _rolled_n: dict[tuple[str, str], int] = field(default_factory=dict)

    def ready(self, dirty: Iterable[DueProject], now_s: float) -> list[DueProject]:
        """Those whose window is over, urgent ones at once. The first sight of a dirty project fixes its deadline.

        One that another machine has rolled up since it was first seen has a new window.
        """
        seen = {(one.site, one.key): one for one in dirty}
        for name in [name for name in self._due_at if name not in seen or seen[name].rolled_n != self._rolled_n[name]]:
            self._forget(name)
        for name, one in seen.items():
            self._rolled_n.setdefault(name, one.rolled_n)
            self._due_at.setdefault(name, now_s + self.window_s)
        ready = [
            name for name in seen if self._due_at[name] <= now_s or (seen[name].urgent and name not in self._rests)
        ]
        self._rests -= set(ready)
        return [seen[name] for name in ready]

    def done(self, project: DueProject) -> None:
        """The project was rolled up; its next mark opens a new window."""
        self._forget((project.site, project.key))

    def put_off(self, project: DueProject, now_s: float) -> None:
        """The project could not be rolled up now: it has its turn after another window, however urgent it is."""
        name = (project.site, project.key)
        self._due_at[name] = now_s + max(self.window_s, SHORTEST_REST_S)
        self._rolled_n[name] = project.rolled_n
        self._rests.add(name)

    def next_s(self, now_s: float) -> float | None:
        """Seconds until the next deadline, None when nothing waits."""
        return max(0.0, min(self._due_at.values()) - now_s) if self._due_at else None

    def _forget(self, name: tuple[str, str]) -> None:
        self._due_at.pop(name, None)
        self._rolled_n.pop(name, None)
        self._rests.discard(name)
