from sqlalchemy import Engine

from connector.dispatch.bells import Room
from connector.dispatch.wakeups import WakeUp, called_for
from connector.store import outbox, projects
from connector.store.engine import reading, writing
from tests.dispatch.surroundings import dirty
from tests.pipeline.desk import NOW, Desk, created
from tests.store.test_outbox import planned, score


def called(engine: Engine, room: Room) -> list[WakeUp]:
    with reading(engine) as conn:
        return called_for(conn, room, ("main", "other"), 30)


def test_the_pipeline_is_woken_for_the_sites_whose_letters_wait(engine: Engine) -> None:
    desk = Desk(engine)
    assert called(engine, "pipeline") == []
    desk.put(created(1))

    assert called(engine, "pipeline") == [WakeUp(room="pipeline", site="main")]

    desk.run()
    assert called(engine, "pipeline") == []


def test_a_rollup_waits_for_its_window_and_an_urgent_one_does_not(engine: Engine) -> None:
    dirty(engine, "OPS")
    with writing(engine) as conn:
        projects.ensure(conn, "main", "MKT")
        projects.mark_dirty(conn, "main", ["MKT"])
        projects.ensure(conn, "gone", "OLD")
        projects.mark_dirty(conn, "gone", ["OLD"])

    assert called(engine, "rollup") == [
        WakeUp(room="rollup", site="main", project="OPS", is_urgent=True),
        WakeUp(room="rollup", site="main", project="MKT", in_s=30),
    ]


def test_the_outbox_is_woken_for_the_sites_with_something_to_send(engine: Engine) -> None:
    row_id = planned(engine, score())
    assert row_id is not None

    assert called(engine, "outbox") == [WakeUp(room="outbox", site="main")]

    with writing(engine) as conn:
        outbox.confirm(conn, row_id, None, NOW)
    assert called(engine, "outbox") == []


def test_a_wake_up_for_later_keeps_none_away_that_comes_at_once_but_for_a_project_that_rests() -> None:
    locks = [
        WakeUp(room=room, site="main", project=project, is_urgent=is_urgent, in_s=in_s).lock
        for room, project, is_urgent in (("pipeline", "", False), ("rollup", "OPS", False), ("rollup", "OPS", True))
        for in_s in (0.0, 5.0)
    ]

    assert locks == [
        "pipeline main",
        "pipeline main later",
        "rollup main OPS",
        "rollup main OPS",
        "rollup main OPS at once",
        "rollup main OPS at once",
    ]
