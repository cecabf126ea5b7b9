"""What happens in one run: the people's edits, two passes of a gate, a slip; and waiting until all of it is at rest."""

import time
from dataclasses import dataclass

import requests

from connector.store import inbox, outbox, projects
from connector.store.engine import reading
from tests.chaos.house import PROJECTS, Run
from tests.chaos.killing import Killer, log_tail
from tests.chaos.people import People

RESTS_WITHIN_S = 180
UNKIND = {
    "search_lag_s": 1.0,
    "webhook_repeat": 0.03,
    "webhook_reorder": 0.03,
    "webhook_retry_s": 3.0,
}


@dataclass(slots=True)
class Story:
    """One run, quiet when there is no killer."""

    run: Run
    people: People
    events: int
    killer: Killer | None = None

    def tell(self) -> None:
        """From the first issue to the rest after the last edit."""
        self.people.begin()
        self.rest()
        if self.killer is not None:
            self.run.switch(**UNKIND)
        self._edit(self.events // 2)
        self._pass_gates()
        self._edit(self.events * 3 // 4)
        self._mend()
        self._pass_gates()
        self._slip()
        self._edit(self.events)
        self._reach_all_points()
        self.rest()

    def rest(self) -> None:
        """Wait until nothing waits on either side."""
        deadline, quiet = time.monotonic() + RESTS_WITHIN_S, 0
        while quiet < 3:
            if self.killer is not None:
                self.killer.tend()
            waits = self._waiting()
            quiet = 0 if any(waits.values()) else quiet + 1
            if time.monotonic() > deadline:
                raise AssertionError(f"it does not come to rest: {waits}\n{log_tail(self.run.serve.log)}")
            time.sleep(0.1)

    def _edit(self, until: int) -> None:
        while self.people.edits < until:
            self.people.edit_by_chance()
            if self.killer is not None:
                self.killer.after_edit(self.people.edits)

    def _pass_gates(self) -> None:
        """Somebody passes each project's gate; the connector lets it stand or moves it back."""
        for status in ("Gate Review", "Passed"):
            self._strike()
            for project in PROJECTS:
                if self.people.status_of(self.people.gates[project]) != status:
                    self.people.move_to(self.people.gates[project], status)
            self.rest()

    def _mend(self) -> None:
        for project in PROJECTS:
            self.people.add_charter(project)
            self.people.goals_and_owners(project)
        self.rest()

    def _slip(self) -> None:
        """One task in each project becomes overdue and critical, so that the connector makes a risk of it."""
        self._strike()
        for project in PROJECTS:
            key = self.people.make(project, "Task", "Most urgent", duedate="2026-02-20")
            self.people.set_fields(key, priority={"id": "1"})
            self.people.issues[project] = [one for one in self.people.issues[project] if one.key != key]
        self.rest()

    def _strike(self) -> None:
        if self.killer is not None:
            self.killer.strike()

    def _reach_all_points(self) -> None:
        """Edit one risk a little longer, where a point was not reached; the risk is the same in the quiet run."""
        risks = {project: self.people.make(project, "Risk", "Last", probability=1, impact=1) for project in PROJECTS}
        deadline = time.monotonic() + 60
        for impact in (2, 3, 4, 5, 2, 3, 4, 5):
            for key in risks.values():
                self.people.set_fields(key, probability=3, impact=impact)
            if self.killer is not None:
                self.killer.arm_missing()
                while self.killer.missing() and self._busy() and time.monotonic() < deadline:
                    time.sleep(0.1)
        if self.killer is not None:
            self.rest()
            self.killer.disarm()

    def _busy(self) -> bool:
        return any(self._waiting().values())

    def _waiting(self) -> dict[str, int]:
        told = requests.get(f"{self.run.sandbox_url}/sandbox/webhooks", timeout=20).json()
        with reading(self.run.house.engine) as conn:
            return {
                "webhooks": int(told["waiting"]),
                "inbox": inbox.waiting(conn),
                "outbox": outbox.waiting(conn),
                "rollups": len(projects.due(conn)),
            }
