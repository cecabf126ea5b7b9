"""When a project's rollup is due: at most once a window, with a deadline that further events do not push away."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from connector.store.projects import DueProject


@dataclass(slots=True)
class Windows:
    """The projects that wait for their rollup, with the moment (monotonic seconds) each is due."""

    window_s: float
    _due_at: dict[tuple[str, str], float] = field(default_factory=dict)

    def ready(self, dirty: Iterable[DueProject], now_s: float) -> list[DueProject]:
        """Those whose window is over, urgent ones at once. The first sight of a dirty project fixes its deadline."""
        seen = {(one.site, one.key): one for one in dirty}
        self._due_at = {name: at for name, at in self._due_at.items() if name in seen}
        for name in seen:
            self._due_at.setdefault(name, now_s + self.window_s)
        return [one for name, one in seen.items() if one.urgent or self._due_at[name] <= now_s]

    def done(self, project: DueProject) -> None:
        """The project was rolled up; its next mark opens a new window."""
        self._due_at.pop((project.site, project.key), None)

    def next_s(self, now_s: float) -> float | None:
        """Seconds until the next deadline, None when nothing waits."""
        return max(0.0, min(self._due_at.values()) - now_s) if self._due_at else None
