from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, event

from connector.core.issue import Change, Facts, Issue
from connector.store import changes, issues, statuses
from connector.store.engine import reading, writing
from connector.store.issues import Stored

NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)


def issue(number: int, *, project: str = "OPS", status: str = "1", site: str = "main", is_gone: bool = False) -> Issue:
    return Issue(
        site=site,
        id=str(number),
        key=f"{project}-{number}",
        fields={
            "summary": f"任务 {number}\0",
            "project": {"key": project},
            "status": {"id": status, "name": "x"},
            "customfield_10016": 3.5,
        },
        updated=NOW,
        properties={"lifecycle": {"n": [1, None]}},
        facts=Facts(started_at=NOW - timedelta(days=2), slips=1),
        is_gone=is_gone,
    )


def change(history_id: int, after: str, *, field: str = "status") -> Change:
    return Change(
        history_id=history_id,
        at=NOW + timedelta(minutes=history_id),
        author="u-1",
        field=field,
        field_id=field,
        before_id=None,
        before="x",
        after_id=after,
        after=f"name of {after}",
    )


def saved(engine: Engine, *some: Issue) -> None:
    with writing(engine) as conn:
        issues.save(conn, [(one, f"stamp {one.id}") for one in some])


def test_an_issue_comes_back_as_it_was_saved(engine: Engine) -> None:
    saved(engine, issue(7), issue(8, is_gone=True))

    with reading(engine) as conn:
        found = issues.load(conn, "main", ["7", "8", "9"])

    assert found == {
        "7": Stored(issue=issue(7), stamp="stamp 7"),
        "8": Stored(issue=issue(8, is_gone=True), stamp="stamp 8"),
    }


def test_saving_again_overwrites_and_leaves_other_sites_alone(engine: Engine) -> None:
    saved(engine, issue(7), issue(7, site="other"))
    moved = replace(issue(7, project="MKT"), updated=None, is_trimmed=True)

    saved(engine, moved)

    with reading(engine) as conn:
        assert issues.load(conn, "main", ["7"])["7"].issue == moved
        assert issues.load(conn, "other", ["7"])["7"].issue == issue(7, site="other")
        assert issues.of_project(conn, "main", "OPS") == []
        assert issues.of_project(conn, "main", "MKT") == [moved]


def test_a_batch_of_a_hundred_is_loaded_and_saved_in_four_statements(engine: Engine) -> None:
    statements: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    batch = [issue(n) for n in range(100)]

    with writing(engine) as conn:
        issues.load(conn, "main", [one.id for one in batch], with_changes=True)
        issues.save(conn, [(one, "s") for one in batch])
        changes.add(conn, "main", {one.id: [change(1, "3")] for one in batch})

    assert len([one for one in statements if not one.startswith("BEGIN")]) == 4


def test_a_project_lists_its_living_issues_by_number(engine: Engine) -> None:
    saved(engine, issue(100), issue(9), issue(20, is_gone=True), issue(3, project="MKT"), issue(10))

    with reading(engine) as conn:
        assert [one.id for one in issues.of_project(conn, "main", "OPS")] == ["9", "10", "100"]


def test_more_issues_than_one_statement_may_name_are_loaded(engine: Engine) -> None:
    saved(engine, *(issue(n) for n in range(1, 1203)))

    with reading(engine) as conn:
        assert len(issues.load(conn, "main", [str(n) for n in range(1, 1203)])) == 1202
        assert [int(one.id) for one in issues.of_project(conn, "main", "OPS")] == list(range(1, 1203))


def test_an_issue_is_found_by_its_key_and_a_living_one_before_a_deleted_one(engine: Engine) -> None:
    buried = replace(issue(11, is_gone=True), key="OPS-9")
    saved(engine, issue(9), buried)

    with reading(engine) as conn:
        assert issues.by_key(conn, "main", ["OPS-9", "OPS-404"]) == {"OPS-9": issue(9)}


def test_a_history_is_kept_once_however_often_it_is_told(engine: Engine) -> None:
    saved(engine, issue(7))
    told = [change(2, "5"), change(1, "3"), change(1, "3", field="resolution")]
    with writing(engine) as conn:
        changes.add_changes(conn, "main", "7", told)
        changes.add_changes(conn, "main", "7", [*reversed(told), change(3, "6")])

    with reading(engine) as conn:
        history = changes.changes_of(conn, "main", "7")

        assert history == (change(1, "3", field="resolution"), change(1, "3"), change(2, "5"), change(3, "6"))
        assert issues.load(conn, "main", ["7"], with_changes=True)["7"].issue.changes == history
        assert issues.of_project(conn, "main", "OPS", with_changes=True) == [replace(issue(7), changes=history)]
        assert issues.of_project(conn, "main", "OPS") == [issue(7)]
        assert changes.changes_of(conn, "other", "7") == ()


def test_a_change_told_again_with_an_earlier_moment_takes_that_and_a_later_one_is_left(engine: Engine) -> None:
    told = change(5, "3")
    earlier, later = replace(told, at=NOW), replace(told, at=NOW + timedelta(days=1))
    with writing(engine) as conn:
        for one in (told, earlier, later):
            changes.add_changes(conn, "main", "7", [one])

    with reading(engine) as conn:
        assert changes.changes_of(conn, "main", "7") == (earlier,)


def test_a_move_between_nothing_and_empty_text_is_told_from_none(engine: Engine) -> None:
    empty = replace(change(1, "3"), before="")
    none = replace(change(2, "3"), before=None)
    with writing(engine) as conn:
        changes.add_changes(conn, "main", "7", [empty, none])

    with reading(engine) as conn:
        assert changes.changes_of(conn, "main", "7") == (empty, none)


def test_issues_are_found_by_a_status_they_are_or_were_in(engine: Engine) -> None:
    saved(engine, issue(7, status="3"), issue(8, status="1"), issue(9, status="1"), issue(10, status="3", site="other"))
    with writing(engine) as conn:
        changes.add(conn, "main", {"8": [change(1, "3")], "9": [change(1, "3", field="priority")]})

    with reading(engine) as conn:
        assert issues.issues_with_status(conn, "main", {"3"}) == {"7", "8"}
        assert issues.issues_with_status(conn, "main", set()) == set()


def test_a_projects_issues_are_counted_by_status_category(engine: Engine) -> None:
    saved(engine, issue(1), issue(2), issue(3, status="3"), issue(4, status="99"), issue(5, is_gone=True))
    with writing(engine) as conn:
        statuses.learn(conn, "main", {"1": "new", "3": "done"})

    with reading(engine) as conn:
        assert issues.counts(conn, "main", "OPS") == {"new": 2, "done": 1, "undefined": 1}


def test_learning_statuses_tells_what_is_new_or_changed(engine: Engine) -> None:
    with writing(engine) as conn:
        first = statuses.learn(conn, "main", {"1": "new", "3": "indeterminate"})
        second = statuses.learn(conn, "main", {"1": "new", "3": "done", "5": "done"})

        assert (first, second) == ({"1", "3"}, {"3", "5"})
        assert statuses.categories(conn, "main") == {"1": "new", "3": "done", "5": "done"}
        assert statuses.categories(conn, "other") == {}
