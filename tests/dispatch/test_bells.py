import threading
from contextlib import closing
from pathlib import Path

from connector.dispatch.bells import Bells


def test_a_bell_is_heard_at_once(tmp_path: Path) -> None:
    bells = Bells(tmp_path)
    with closing(bells.hear("outbox")) as bell:
        threading.Timer(0.05, bells.ring, ("outbox",)).start()

        assert bell.wait(10) is True


def test_a_bell_that_nobody_rings_is_waited_for_as_long_as_asked(tmp_path: Path) -> None:
    with closing(Bells(tmp_path).hear("outbox")) as bell:
        assert bell.wait(0.01) is False


def test_rings_that_came_together_count_as_one(tmp_path: Path) -> None:
    bells = Bells(tmp_path)
    with closing(bells.hear("pipeline")) as bell:
        for _ in range(5):
            bells.ring("pipeline")

        assert [bell.wait(1), bell.wait(0.01)] == [True, False]


def test_each_room_has_a_bell_of_its_own(tmp_path: Path) -> None:
    bells = Bells(tmp_path)
    with closing(bells.hear("pipeline")) as pipeline, closing(bells.hear("rollup")) as rollup:
        bells.ring("rollup")

        assert [pipeline.wait(0.01), rollup.wait(1)] == [False, True]


def test_ringing_where_nobody_is_harms_nobody(tmp_path: Path) -> None:
    bells = Bells(tmp_path / "gone")

    bells.ring("outbox")


def test_ringing_never_waits_for_who_does_not_listen(tmp_path: Path) -> None:
    bells = Bells(tmp_path)
    with closing(bells.hear("outbox")) as bell:
        for _ in range(10_000):
            bells.ring("outbox")

        assert bell.wait(1) is True


def test_the_next_process_of_a_room_takes_its_bell_over(tmp_path: Path) -> None:
    bells = Bells(tmp_path)
    with closing(bells.hear("outbox")), closing(bells.hear("outbox")) as second:
        bells.ring("outbox")

        assert second.wait(1) is True


def test_without_wake_ups_nothing_is_rung(tmp_path: Path) -> None:
    bells = Bells(tmp_path, has_wake_ups=False)
    with closing(bells.hear("outbox")) as bell:
        bells.ring("outbox")

        assert bell.wait(0.01) is False
