from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, event

from connector.core.issue import Issue
from connector.core.project import Entity
from connector.store import entities, issues
from connector.store.engine import reading, writing

NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)


def entity(
    kind: str, identity: str, *, minute: int = 0, project: str | None = "OPS", parent: str | None = None
) -> Entity:
    return Entity(
        site="main",
        kind=kind,
        id=identity,
        data={"name": f"冲刺 {minute}", "goal": None},
        project=project,
        parent=parent,
        at=NOW + timedelta(minutes=minute),
        stamp=f"{minute:06}",
        revision=minute,
    )


def saved(engine: Engine, *some: Entity) -> None:
    with writing(engine) as conn:
        entities.save(conn, some)


def test_an_entity_comes_back_as_it_was_saved(engine: Engine) -> None:
    gone = replace(entity("page", "7"), is_gone=True, is_trimmed=True)
    saved(engine, entity("sprint", "7"), gone)

    with reading(engine) as conn:
        found = entities.load(conn, "main", [("sprint", "7"), ("page", "7"), ("page", "8")])

        assert found == {("sprint", "7"): entity("sprint", "7"), ("page", "7"): gone}
        assert entities.load(conn, "other", [("sprint", "7")]) == {}
        assert entities.load(conn, "main", []) == {}


def test_what_was_true_at_a_past_moment_is_remembered(engine: Engine) -> None:
    first, second = entity("sprint", "7", minute=10), entity("sprint", "7", minute=20)
    gone = replace(entity("sprint", "7", minute=30), is_gone=True)
    for one in (first, second, gone):
        saved(engine, one)

    with reading(engine) as conn:
        at = [entities.as_of(conn, "main", "sprint", "7", NOW + timedelta(minutes=n)) for n in (9, 10, 29, 99)]

    assert at == [None, first, second, gone]


def test_a_past_state_that_arrives_late_enters_the_history_and_not_the_present(engine: Engine) -> None:
    late, newest = entity("page", "7", minute=10), entity("page", "7", minute=20)
    saved(engine, newest)

    with writing(engine) as conn:
        entities.add_versions(conn, [late])

    with reading(engine) as conn:
        assert entities.load(conn, "main", [("page", "7")]) == {("page", "7"): newest}
        assert entities.as_of(conn, "main", "page", "7", NOW + timedelta(minutes=15)) == late


def test_a_fuller_copy_of_the_same_state_takes_the_place_of_a_trimmed_one(engine: Engine) -> None:
    saved(engine, replace(entity("page", "7"), data={}, is_trimmed=True))

    saved(engine, entity("page", "7"))

    with reading(engine) as conn:
        assert entities.as_of(conn, "main", "page", "7", NOW) == entity("page", "7")


def test_a_project_has_its_own_entities_and_those_of_its_issues(engine: Engine) -> None:
    with writing(engine) as conn:
        issues.save(
            conn, [(Issue(site="main", id="10", key="OPS-1"), ""), (Issue(site="main", id="11", key="MKT-1"), "")]
        )
    mine = entity("worklog", "9", project=None, parent="10")
    moved_here, unknown = entity("worklog", "10", project="MKT", parent="10"), entity("worklog", "11", parent="404")
    others, moved_away = entity("worklog", "8", project=None, parent="11"), entity("worklog", "7", parent="11")
    comment_on_a_page = entity("page_comment", "3", project="DOC", parent="10")
    removed = replace(entity("version", "1"), is_gone=True)
    saved(
        engine,
        mine,
        moved_here,
        unknown,
        others,
        moved_away,
        comment_on_a_page,
        removed,
        entity("version", "12"),
        entity("version", "2"),
        entity("sprint", "3"),
    )

    with reading(engine) as conn:
        found = entities.of_project(conn, "main", "OPS", ["version", "worklog", "page_comment"])

    assert found == [entity("version", "2"), entity("version", "12"), mine, moved_here, unknown]


def test_a_state_seen_again_was_true_from_the_first_time_on(engine: Engine) -> None:
    first = entity("sprint", "7", minute=10)
    saved(engine, first)

    saved(engine, replace(first, at=NOW + timedelta(minutes=30)))

    with reading(engine) as conn:
        assert entities.as_of(conn, "main", "sprint", "7", NOW + timedelta(minutes=15)) == first


def test_a_page_that_came_back_is_there_again_although_its_removal_was_seen_first(engine: Engine) -> None:
    removed = replace(entity("page", "7"), stamp="~2026 gone", is_gone=True)
    back = replace(entity("page", "7", minute=10), stamp="1/10~2026 restored")
    saved(engine, removed)
    saved(engine, back)

    with reading(engine) as conn:
        assert entities.as_of(conn, "main", "page", "7", NOW + timedelta(minutes=5)) == removed
        assert entities.as_of(conn, "main", "page", "7", NOW + timedelta(minutes=10)) == back


def test_a_parent_lists_what_belongs_to_it(engine: Engine) -> None:
    one, two = entity("comment", "5", parent="10"), entity("comment", "40", parent="10")
    other, label = entity("comment", "6", parent="11"), entity("property", "10:x", parent="10")
    saved(engine, two, one, other, label)

    with reading(engine) as conn:
        assert entities.of_parent(conn, "main", "10", ["comment"]) == [one, two]
        assert entities.of_parents(conn, "main", ["11", "10"], ["comment"]) == [one, two, other]


def test_a_batch_is_loaded_and_saved_in_three_statements(engine: Engine) -> None:
    statements: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    batch = [entity("comment", str(n)) for n in range(100)]

    with writing(engine) as conn:
        entities.load(conn, "main", [(one.kind, one.id) for one in batch])
        entities.save(conn, batch)

    assert len([one for one in statements if not one.startswith("BEGIN")]) == 3
