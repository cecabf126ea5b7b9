from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine

from connector.core.actions import EnsureLabel, Line, MoveIssue, Planned, SetIssueFields, Write, WriteComment
from connector.core.taking_back import DeleteComment, PutBackFields, TakeOffLabel
from connector.outbox.chains import Chain, chains
from connector.store import outbox, planning, runs
from connector.store.engine import writing
from connector.store.limits import still_to_do
from connector.store.outbox import OutboxRow
from connector.store.runs import Run

NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
LABEL = EnsureLabel(issue="7", key="OPS-7", label="escalated")
COMMENT = WriteComment(issue="7", key="OPS-7", purpose="risk", edition="1", lines=(Line(text="High"),))
OFF = TakeOffLabel(of=LABEL.natural_key, issue="7", key="OPS-7", label="escalated")


def score(value: int = 12, **more: object) -> SetIssueFields:
    return SetIssueFields(issue="7", key="OPS-7", values={"customfield_3": value, **more})


def back(write: SetIssueFields) -> PutBackFields:
    nothing = dict.fromkeys(write.values)
    return PutBackFields(of=write.natural_key, issue="7", key="OPS-7", ours=write.values, values=nothing)


def planned(engine: Engine, write: Write, *, run: str = "events 1", rule: str = "risks", **more: bool) -> int | None:
    with writing(engine) as conn:
        one = Planned(write=write, rule=rule, place="p", before={"customfield_3": None})
        return planning.plan(
            conn, "main", "OPS", one, now=NOW, run=run, rules="h", **{"is_observed": False, **more}
        )  # fmt: skip


def done(engine: Engine, write: Write, *, run: str = "events 1", rule: str = "risks") -> OutboxRow:
    """Plan, claim and confirm; the row as it stands then."""
    row_id = planned(engine, write, run=run, rule=rule)
    assert row_id is not None
    return confirmed(engine, row_id)


def confirmed(engine: Engine, row_id: int) -> OutboxRow:
    with writing(engine) as conn:
        outbox.claim(conn, NOW, 50)
        outbox.confirm(conn, row_id, None, NOW)
        outbox.echo(conn, "main", row_id, NOW)
        row = outbox.get(conn, row_id)
    assert row is not None
    return row


def taken_back(engine: Engine, write: Write, row: OutboxRow) -> OutboxRow:
    with writing(engine) as conn:
        (row_id,) = planning.take_back(conn, "main", [(write, row)], now=NOW, run="undo 1")
    return confirmed(engine, row_id)


def test_what_takes_a_write_back_bears_its_key_its_hash_and_where_it_comes_from(engine: Engine) -> None:
    row = done(engine, LABEL)

    undone = taken_back(engine, OFF, row)

    assert (undone.natural_key, undone.payload_hash, undone.rules) == (row.natural_key, row.payload_hash, row.rules)
    assert (undone.write, undone.rule, undone.run, undone.cause) == (OFF, "undo", "undo 1", f"outbox {row.id}")


@pytest.mark.parametrize(
    ("write", "undoing"),
    [
        pytest.param(score(), back(score()), id="field"),
        pytest.param(LABEL, OFF, id="label"),
        pytest.param(
            COMMENT,
            DeleteComment(of=COMMENT.natural_key, issue="7", key="OPS-7", comment="1", says="High"),
            id="comment",
        ),
    ],
)
def test_what_was_taken_back_is_not_asked_for_again(engine: Engine, write: Write, undoing: Write) -> None:
    taken_back(engine, undoing, done(engine, write))

    assert planned(engine, write) is None
    assert planned(engine, write, is_observed=True) is None


def test_something_else_under_the_same_key_is_written_and_then_the_first_value_again(engine: Engine) -> None:
    taken_back(engine, back(score()), done(engine, score()))

    other = planned(engine, score(16))
    assert other is not None
    confirmed(engine, other)
    assert planned(engine, score()) is not None


def test_a_field_that_was_taken_back_with_others_is_not_asked_for_alone(engine: Engine) -> None:
    both = score(12, duedate="2026-04-01")
    taken_back(engine, back(both), done(engine, both))

    with writing(engine) as conn:
        acts = [("7", Planned(write=one, rule="risks", place="p")) for one in (score(), score(16))]
        left = still_to_do(conn, "main", acts, now=NOW)

    assert [one.write for _, one in left] == [score(16)]


def test_a_field_that_was_written_since_is_asked_for_again(engine: Engine) -> None:
    taken_back(engine, back(score()), done(engine, score()))
    done(engine, score(16))

    with writing(engine) as conn:
        assert runs.taken_back(conn, "main", ["7"]) == {}


def test_what_is_withdrawn_before_it_is_sent_is_not_asked_for_again_until_something_else_is(engine: Engine) -> None:
    planned(engine, score())
    with writing(engine) as conn:
        (row,) = outbox.listed(conn)
        gone = planning.withdraw(conn, [row], "taken back before it was sent (undo 1)")
        nothing = outbox.claim(conn, NOW, 10)

    assert (gone, nothing) == ([row.id], [])
    assert planned(engine, score()) is None
    assert planned(engine, score(16)) is not None


def test_what_was_sent_meanwhile_is_not_withdrawn(engine: Engine) -> None:
    planned(engine, score())
    with writing(engine) as conn:
        (row,) = outbox.claim(conn, NOW, 10)

        assert planning.withdraw(conn, [row], "undo 1") == []


def test_while_a_project_is_paused_decisions_are_shown_and_what_waits_is_kept_up_to_date(engine: Engine) -> None:
    first = planned(engine, score())
    planned(engine, score(16), is_observed=True, is_paused=True)
    planned(engine, LABEL, is_observed=True, is_paused=True)

    with writing(engine) as conn:
        rows = outbox.listed(conn)

    assert [(row.write, row.state) for row in rows[::-1]] == [
        (score(), "replaced"),
        (score(16), "planned"),
        (LABEL, "observed"),
    ]
    assert first == rows[-1].id


def test_runs_are_told_newest_first_with_what_became_of_their_writes(engine: Engine) -> None:
    done(engine, score(), run="events aa11")
    planned(engine, LABEL, run="events aa11", rule="automation late, risks")
    planned(engine, COMMENT, run="rollup OPS bb22", rule="gate plan")

    with writing(engine) as conn:
        found = runs.recent(conn, "main", 5)
        names = [runs.named(conn, "main", text) for text in ("bb", "rollup OPS bb22", "events", "%", "cc")]

    ours = {"site": "main", "at": NOW, "projects": ("OPS",)}
    assert found == [
        Run(name="rollup OPS bb22", rules=("gate plan",), counts={"planned": 1}, **ours),  # type: ignore[arg-type]
        Run(
            name="events aa11",
            rules=("automation late, risks", "risks"),
            counts={"confirmed": 1, "planned": 1},
            **ours,  # type: ignore[arg-type]
        ),
    ]
    assert names == [["rollup OPS bb22"], ["rollup OPS bb22"], [], [], []]


def test_what_a_rule_wrote_together_with_others_is_its_own_too(engine: Engine) -> None:
    done(engine, score(), rule="automation late, risks")
    done(engine, LABEL, rule="automation later")

    with writing(engine) as conn:
        found = [runs.of_rule(conn, "main", rule, NOW) for rule in ("risks", "automation late", "automation later")]
        after = runs.of_rule(conn, "main", "risks", NOW + timedelta(seconds=1))
        rules = runs.rules(conn, "main")

    assert [[row.write for row in rows] for rows in found] == [[score()], [score()], [LABEL]]
    assert after == []
    assert rules == {"risks", "automation late", "automation later"}


def test_only_moves_that_were_taken_back_are_known_as_such(engine: Engine) -> None:
    move = MoveIssue(issue="7", key="OPS-7", from_status="1", to_status=("Returned",), occasion="gate plan history 1")
    other = replace(move, occasion="gate plan history 2")
    done(engine, other)
    taken_back(engine, replace(move, from_status="2", to_status=("Passed",)), done(engine, move))

    with writing(engine) as conn:
        assert runs.moved_back(conn, "main", "OPS") == {move.natural_key}
        assert runs.moved_back(conn, "main", "MKT") == set()


def history(engine: Engine, *rows: OutboxRow) -> list[Chain]:
    with writing(engine) as conn:
        return chains(rows, runs.histories(conn, "main", [row.natural_key for row in rows]))


def told(row: OutboxRow, before: int | None) -> OutboxRow:
    return replace(row, before={"customfield_3": before})


def test_writes_that_followed_each_other_go_back_to_what_the_first_one_found(engine: Engine) -> None:
    rows = [done(engine, score(value), run=f"events {value}") for value in (9, 12, 16)]
    found, by_key = [told(rows[1], 9), told(rows[2], 12)], {rows[0].natural_key: [rows[0], *rows[1:]]}
    by_key = {rows[0].natural_key: [rows[0], found[0], found[1]]}

    assert chains(found, by_key) == [Chain(first=found[0], last=found[1], before=rows[0])]


def test_what_a_person_set_in_between_is_where_going_back_ends(engine: Engine) -> None:
    rows = [done(engine, score(value), run=f"events {value}") for value in (12, 16)]
    found = [rows[0], told(rows[1], 7)]

    assert chains(found, {rows[0].natural_key: found}) == [Chain(first=found[1], last=found[1], before=rows[0])]


def test_what_a_later_run_wrote_again_or_is_about_to_is_left_to_it(engine: Engine) -> None:
    first = done(engine, score(9))
    second = done(engine, score(12), run="events 2")
    written = history(engine, first)
    planned(engine, score(16), run="events 3")
    waits = history(engine, second)

    assert [one.problem for one in written] == ["was written again since by risks (run events 2)"]
    assert [one.problem for one in waits] == ["a newer write of risks waits to be sent (run events 3)"]
