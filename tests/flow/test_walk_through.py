"""The walk-through of rules/README.md, typed on the story that `connector demo` plays."""

import re
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from connector.demo.play import play
from connector.demo.stage import Stage, StageOptions, on_stage
from connector.store import outbox
from connector.store.engine import make_engine, reading
from tests.flow.walking import Walk, differences, steps

ROOT = Path(__file__).parents[2]
TITLE = "## Try it on the demo\n"
SANDBOX = "http://127.0.0.1:8010"
QUIET_LOOKS = 5
COMMANDS = {"check", "test", "plan", "simulate", "why", "schema", "pause", "resume", "undo", "release", "status"}


def section() -> str:
    text = (ROOT / "rules" / "README.md").read_text("utf-8")
    return text.partition(TITLE)[2].partition("\n## ")[0]


def patiently(is_so: Callable[[], bool]) -> None:
    until = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < until, "it did not come to that"
        time.sleep(0.1)


def until_quiet(stage: Stage) -> None:
    """Quiet several looks in a row: between two steps of the connector nothing waits for a moment."""
    looks = 0

    def is_quiet() -> bool:
        nonlocal looks
        looks = looks + 1 if stage.is_quiet() else 0
        return looks >= QUIET_LOOKS

    patiently(is_quiet)


def holds_back(folder: Path) -> bool:
    engine = make_engine(f"sqlite:///{folder / 'story' / 'connector.db'}")
    try:
        with reading(engine) as conn:
            return bool(outbox.held(conn, "main"))
    finally:
        engine.dispose()


def test_every_command_of_steering_and_rehearsing_is_shown() -> None:
    shown = re.findall(r"^\$ connector (\w+)", section(), re.MULTILINE)

    assert set(shown) == COMMANDS


@pytest.mark.story
def test_the_walk_through_shows_what_the_commands_show(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(ROOT / "rules", tmp_path / "rules")
    walk = Walk(folder=tmp_path, rest=lambda: None)
    first, *others = steps(section())
    walk.type(first)
    monkeypatch.setenv("CONNECTOR_RULES_DIR", str(tmp_path / "mine"))
    wrong: list[str] = []

    with on_stage(StageOptions(port=0, sandbox_port=0, keep=tmp_path / "story")) as stage:
        assert play(stage, "en", lambda _: None)
        walk.rest = lambda: until_quiet(stage)
        walk.places = {SANDBOX: stage.place.url}
        for step in others:
            shown = walk.type(step)
            wrong += [f"$ {step.command}\n{one}" for one in differences(step.shown, shown)]
            if step.command.endswith("/sandbox/clock"):
                patiently(lambda: holds_back(tmp_path))

    assert wrong == []
