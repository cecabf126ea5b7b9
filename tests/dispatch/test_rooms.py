import threading
from dataclasses import replace
from pathlib import Path

from sqlalchemy import Engine

from connector.core.rulebook import Rulebook
from connector.dispatch.bells import Bells
from connector.dispatch.local import LocalDispatch
from connector.dispatch.rooms import PipelineWork, RollupWork
from connector.dispatch.windows import Windows
from tests.core.build import project_rules, rulebook
from tests.dispatch.surroundings import dirty, is_due, rolled, rolling, until
from tests.pipeline.desk import Desk, created


class Rolling:
    """The rollup's room at work in a thread; counts its looks at what is due."""

    def __init__(self, engine: Engine, rules: Rulebook, place: Path) -> None:
        self.stop = threading.Event()
        self.asked: list[str] = []
        self.windows = Windows(60)
        rollup = rolling(engine, replace(rules, project_for=self._asking(rules)))
        dispatch = LocalDispatch(bells=Bells(place), sweep_s=0.05)
        work = RollupWork(rollup=rollup, engine=engine, windows=self.windows, ring=dispatch.ring, stop=self.stop)
        self._thread = threading.Thread(target=dispatch.run, args=("rollup", work, self.stop), daemon=True)

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
    desk, stop = Desk(engine), threading.Event()
    dispatch = LocalDispatch(bells=Bells(tmp_path, has_wake_ups=False), sweep_s=0.05)
    work = PipelineWork(pipeline=desk.pipeline, ring=dispatch.ring, stop=stop)
    room = threading.Thread(target=dispatch.run, args=("pipeline", work, stop), daemon=True)
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
