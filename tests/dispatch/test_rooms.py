import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from sqlalchemy import Engine

from connector.clock import FixedClock
from connector.core.rulebook import Rulebook
from connector.dispatch.bells import Bells
from connector.dispatch.rooms import work_pipeline, work_rollup
from connector.dispatch.windows import Windows
from connector.rollup import Rollup
from connector.siterules import SiteRules
from connector.store import findings, projects
from connector.store.engine import reading, writing
from tests.core.build import CATALOG, project_rules, rulebook
from tests.pipeline.desk import NOW, Desk, created


def until(is_so: Callable[[], bool], within_s: float = 20) -> bool:
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        if is_so():
            return True
        time.sleep(0.01)
    return False


def rolled(engine: Engine) -> set[str]:
    with reading(engine) as conn:
        return {row.key for row in projects.all_of(conn, "main") if findings.latest_rollup(conn, "main", row.key)}


def rolling(engine: Engine, rules: Rulebook) -> Rollup:
    ground = SiteRules(site="main", rulebook=rules, catalog=CATALOG)
    return Rollup(engine=engine, clock=FixedClock(NOW), rules_of=lambda _: ground, templates=dict, real=FixedClock(NOW))


def dirty(engine: Engine, *keys: str) -> None:
    with writing(engine) as conn:
        for key in keys:
            projects.ensure(conn, "main", key)
        projects.mark_dirty(conn, "main", keys, urgent=True)


class Rolling:
    """The rollup's room at work in a thread; counts its looks at what is due."""

    def __init__(self, engine: Engine, rules: Rulebook, place: Path) -> None:
        self.stop = threading.Event()
        self.asked: list[str] = []
        self.windows = Windows(60)
        rollup = rolling(engine, replace(rules, project_for=self._asking(rules)))
        args = (rollup, engine, self.windows, Bells(place), 0.05, self.stop)
        self._thread = threading.Thread(target=work_rollup, args=args, daemon=True)

    def _asking(self, rules: Rulebook):
        def find(key: str, category: str | None = None, /):
            self.asked.append(key)
            return rules.project_for(key)

        return find

    def __enter__(self) -> "Rolling":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop.set()
        self._thread.join(20)
        assert not self._thread.is_alive()


def is_due(engine: Engine, key: str) -> bool:
    with reading(engine) as conn:
        return key in {one.key for one in projects.due(conn)}


def test_a_project_that_cannot_be_rolled_up_does_not_hold_up_the_others(tmp_path: Path, engine: Engine) -> None:
    dirty(engine, "AAA", "BBB")

    def find(key: str, category: str | None = None, /):
        if key == "AAA":
            raise ZeroDivisionError("a bug")
        return project_rules()

    with Rolling(engine, rulebook(project_for=find), tmp_path) as room:
        assert until(lambda: "BBB" in rolled(engine))
        assert until(lambda: room.asked.count("AAA") == 1)

    assert rolled(engine) == {"BBB"}


def test_a_project_that_left_the_rules_is_not_asked_for_again_and_again(tmp_path: Path, engine: Engine) -> None:
    dirty(engine, "AAA", "BBB")

    with Rolling(
        engine, rulebook(project_for=lambda key, *_: None if key == "AAA" else project_rules()), tmp_path
    ) as room:
        for times in (1, 2, 3):
            # Marked again only once the mark before was seen: two marks may well share a rollup.
            assert until(lambda times=times: room.asked.count("BBB") >= times and not is_due(engine, "BBB"))
            dirty(engine, "BBB")

    assert room.asked.count("AAA") == 1


def test_the_sweep_alone_carries_letters_through(tmp_path: Path, engine: Engine) -> None:
    desk, stop, bells = Desk(engine), threading.Event(), Bells(tmp_path, has_wake_ups=False)
    args = (desk.pipeline, bells, 0.05, stop)
    room = threading.Thread(target=work_pipeline, args=args, daemon=True)
    room.start()
    try:
        desk.put(created(1))
        assert until(lambda: desk.left("waiting") == [])
        desk.put(created(2))
        assert until(lambda: desk.left("waiting") == [])
    finally:
        stop.set()
        room.join(20)

    assert desk.issue("1002").key == "OPS-2"
