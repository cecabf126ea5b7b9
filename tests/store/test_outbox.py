from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from threading import Barrier

import pytest
from sqlalchemy import Engine

from connector.core.actions import (
    EnsureLabel,
    Line,
    LinkIssues,
    MakeIssue,
    MoveIssue,
    Planned,
    SetIssueFields,
    SetIssueProperty,
    Write,
    WriteComment,
    WritePage,
)
from connector.store import outbox
from connector.store.engine import writing
from connector.store.outbox import LEASE, OutboxRow
from connector.store.planning import ECHO_WITHIN, plan, plan_all
from tests.conftest import POSTGRES, opened

NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
SOON, LATE = NOW + timedelta(seconds=30), NOW + LEASE


def score(value: object = 12) -> SetIssueFields:
    return SetIssueFields(issue="7", key="OPS-7", values={"customfield_1": value})


def comment(text: str = "Risk is high") -> WriteComment:
    return WriteComment(issue="7", key="OPS-7", purpose="risk", edition="high", lines=(Line(text=text),))


def page(body: str = "<p>1</p>", compare: Mapping[str, str] | None = None) -> WritePage:
    return WritePage(
        project="OPS",
        page="status",
        space="OPS",
        title="运营",
        parent=None,
        body=body,
        regions={"kpis": body},
        compare=compare or {"kpis": "h1"},
    )


MOVE = MoveIssue(issue="7", key="OPS-7", from_status="5", to_status=("In review", "评审中"), occasion="run 1")
MAKE = MakeIssue(project="OPS", name="slip-OPS-9", type=("Risk", "风险"), summary="OPS-9 is late", values={"a": [1]})
LINK = LinkIssues(source="9", target=MAKE.natural_key, type="Relates")
LABEL = EnsureLabel(issue="7", key="OPS-7", label="escalated")
PROPERTY = SetIssueProperty(issue="7", key="OPS-7", name="lifecycle", value={"score": Decimal("0.5"), "x": None})


def planned(engine: Engine, write: Write, *after: Write, is_observed: bool = False) -> int | None:
    with writing(engine) as conn:
        waits_for = tuple(one.natural_key for one in after)
        one = Planned(write=write, rule="risk-score", place="rules/risks.yaml:4:5", after=waits_for)
        return plan(conn, "main", "OPS", one, now=NOW, run="r1", rules="abc", is_observed=is_observed)


def claimed(engine: Engine, at: datetime = NOW, limit: int = 10) -> list[OutboxRow]:
    with writing(engine) as conn:
        return outbox.claim(conn, at, limit, owner="me")


def confirmed(engine: Engine, write: Write, *, is_echoed: bool = False) -> None:
    planned(engine, write)
    with writing(engine) as conn:
        (row,) = outbox.claim(conn, NOW, 10)
        outbox.confirm(conn, row.id, "10042", NOW)
        if is_echoed:
            outbox.echo(conn, "main", row.id, NOW)


def states(engine: Engine) -> list[str]:
    with writing(engine) as conn:
        return [row.state for row in reversed(outbox.listed(conn))]


@pytest.mark.parametrize(
    "write", [score(), comment(), page(), MOVE, MAKE, LINK, LABEL, PROPERTY], ids=lambda write: type(write).__name__
)
def test_every_kind_of_write_comes_back_as_it_was_planned(engine: Engine, write: Write) -> None:
    row_id = planned(engine, write)

    (row,) = claimed(engine)

    assert row == OutboxRow(
        id=row_id or 0,
        site="main",
        project="OPS",
        natural_key=write.natural_key,
        kind=type(write).__name__,
        write=write,
        payload_hash=row.payload_hash,
        rule="risk-score",
        place="rules/risks.yaml:4:5",
        run="r1",
        rules="abc",
        after=(),
        state="sent",
        attempt=1,
        next_try_at=None,
        lease_until=NOW + LEASE,
        owner="me",
        reason=None,
        remote_id=None,
        created_at=NOW,
        sent_at=NOW,
        confirmed_at=None,
        echoed_at=None,
        cause=None,
        before=None,
        was="planned",
    )
    assert not row.needs_look_up


def test_what_was_claimed_is_what_the_database_holds(engine: Engine) -> None:
    planned(engine, score())

    (row,) = claimed(engine)

    with writing(engine) as conn:
        assert outbox.get(conn, row.id) == replace(row, was="sent")


def test_a_newer_value_takes_the_place_of_a_waiting_older_one(engine: Engine) -> None:
    planned(engine, score(12))

    planned(engine, score(16))

    assert [row.write for row in claimed(engine)] == [score(16)]
    assert states(engine) == ["replaced", "sent"]


def test_the_same_value_is_not_planned_while_it_waits_or_is_under_way(engine: Engine) -> None:
    planned(engine, score())
    assert planned(engine, score()) is None

    (row,) = claimed(engine)
    assert planned(engine, score()) is None

    with writing(engine) as conn:
        outbox.unknown(conn, row.id, "reply lost", SOON)
    assert planned(engine, score()) is None


def test_a_confirmed_value_is_written_again_only_after_its_echo(engine: Engine) -> None:
    confirmed(engine, score())
    assert planned(engine, score()) is None

    with writing(engine) as conn:
        assert outbox.echo(conn, "main", score().natural_key, NOW) == 1

    assert planned(engine, score()) is not None


@pytest.mark.parametrize("write", [comment(), MOVE, MAKE, LINK], ids=lambda write: type(write).__name__)
def test_what_is_done_once_for_all_is_never_planned_again(engine: Engine, write: Write) -> None:
    confirmed(engine, write, is_echoed=True)

    assert planned(engine, write) is None


def test_a_comment_with_another_text_is_an_edit_and_a_made_issue_with_another_summary_is_not(engine: Engine) -> None:
    confirmed(engine, comment())
    confirmed(engine, MAKE)

    assert planned(engine, comment("Risk is very high")) is not None
    assert planned(engine, replace(MAKE, summary="OPS-9 is 3 days late")) is None


@pytest.mark.parametrize(
    ("write", "is_planned"),
    [(comment(), False), (MOVE, False), (MAKE, False), (LINK, False), (score(), True), (page(), True)],
    ids=lambda value: type(value).__name__,
)
def test_a_refused_comment_or_move_is_for_good_and_a_refused_value_is_tried_again(
    engine: Engine, write: Write, is_planned: bool
) -> None:
    planned(engine, write)
    with writing(engine) as conn:
        (row,) = outbox.claim(conn, NOW, 1)
        outbox.refuse(conn, row.id, "400: field is not on the screen", NOW)
        assert [(one.id, one.reason) for one in outbox.dead(conn)] == [(row.id, "400: field is not on the screen")]

    assert (planned(engine, write) is not None) == is_planned
    # What a newer write took over is no dead letter any more.
    assert states(engine) == (["replaced", "planned"] if is_planned else ["refused"])


def test_a_dead_letter_can_be_sent_once_more(engine: Engine) -> None:
    planned(engine, MOVE)
    with writing(engine) as conn:
        (row,) = outbox.claim(conn, NOW, 1)
        outbox.refuse(conn, row.id, "403", NOW)
        assert outbox.retry(conn, [row.id]) == 1
        assert outbox.retry(conn, [row.id]) == 0

    assert [(row.write, row.attempt, row.reason, row.was) for row in claimed(engine)] == [(MOVE, 1, None, "planned")]


def test_a_page_is_the_same_while_only_its_stamps_differ(engine: Engine) -> None:
    planned(engine, page("<p>as of 9:00</p>"))

    assert planned(engine, page("<p>as of 9:30</p>")) is None
    assert planned(engine, page("<p>as of 9:30</p>", compare={"kpis": "h2"})) is not None


def test_an_echo_that_is_lost_is_not_waited_for_for_ever(engine: Engine) -> None:
    confirmed(engine, score())
    one = Planned(write=score(), rule="r", place="p")
    with writing(engine) as conn:
        shared = {"run": "r", "rules": "h", "is_observed": False}
        early = plan(conn, "main", "OPS", one, now=NOW + ECHO_WITHIN - timedelta(seconds=1), **shared)
        late = plan(conn, "main", "OPS", one, now=NOW + ECHO_WITHIN, **shared)

    assert early is None
    assert late is not None


def test_a_write_can_be_put_off_to_a_moment(engine: Engine) -> None:
    one = Planned(write=page(), rule="r", place="p")
    with writing(engine) as conn:
        plan(conn, "main", "OPS", one, now=NOW, run="r", rules="h", is_observed=False, not_before=SOON)

    assert claimed(engine) == []
    assert [row.write for row in claimed(engine, SOON)] == [page()]


def test_observed_writes_are_shown_once_and_never_sent(engine: Engine) -> None:
    assert planned(engine, score(12), is_observed=True) is not None
    assert planned(engine, score(12), is_observed=True) is None
    assert planned(engine, score(16), is_observed=True) is not None

    assert claimed(engine) == []
    assert states(engine) == ["replaced", "observed"]
    with writing(engine) as conn:
        assert outbox.waiting(conn) == 0


def test_going_from_observing_to_writing_and_back_changes_what_waits(engine: Engine) -> None:
    planned(engine, score(), is_observed=True)
    assert planned(engine, score()) is not None
    assert planned(engine, score(), is_observed=True) is not None

    assert states(engine) == ["replaced", "replaced", "observed"]


def test_of_several_writes_with_one_key_the_last_one_counts(engine: Engine) -> None:
    with writing(engine) as conn:
        some = [Planned(write=write, rule="r", place="p") for write in (score(1), LABEL, score(2))]
        ids = plan_all(conn, "main", "OPS", some, now=NOW, run="r", rules="h", is_observed=False)

    assert [row_id is not None for row_id in ids] == [False, True, True]
    assert {row.id: row.write for row in claimed(engine)} == {ids[1]: LABEL, ids[2]: score(2)}


def test_a_write_waits_until_what_it_comes_after_is_confirmed(engine: Engine) -> None:
    planned(engine, LINK, MAKE)
    planned(engine, MAKE)
    (make,) = claimed(engine)
    assert make.write == MAKE
    assert claimed(engine) == []

    with writing(engine) as conn:
        outbox.confirm(conn, make.id, "10042", NOW)

    assert [(row.write, row.after) for row in claimed(engine)] == [(LINK, (MAKE.natural_key,))]


def test_a_write_goes_on_waiting_while_a_newer_one_that_it_comes_after_is_under_way(engine: Engine) -> None:
    confirmed(engine, score(12))
    planned(engine, score(16))
    planned(engine, comment(), score())

    assert [row.write for row in claimed(engine)] == [score(16)]


def test_a_write_waits_for_an_earlier_one_with_its_key_that_is_under_way(engine: Engine) -> None:
    planned(engine, score(12))
    (first,) = claimed(engine)
    planned(engine, score(16))
    assert claimed(engine) == []

    with writing(engine) as conn:
        outbox.unknown(conn, first.id, "reply lost", LATE)
    assert claimed(engine) == []

    with writing(engine) as conn:
        outbox.confirm(conn, first.id, None, NOW)
    assert [row.write for row in claimed(engine)] == [score(16)]


def test_an_unknown_write_is_looked_up_when_it_is_due(engine: Engine) -> None:
    planned(engine, MAKE)
    (row,) = claimed(engine)
    with writing(engine) as conn:
        outbox.unknown(conn, row.id, "reply lost", SOON)

    assert claimed(engine) == []
    assert [(row.was, row.needs_look_up, row.attempt) for row in claimed(engine, SOON)] == [("unknown", True, 2)]


def test_a_write_that_was_surely_not_sent_is_sent_at_its_moment(engine: Engine) -> None:
    planned(engine, MAKE)
    (row,) = claimed(engine)
    with writing(engine) as conn:
        outbox.later(conn, row.id, SOON, "429")

    assert claimed(engine) == []
    assert [(row.was, row.needs_look_up, row.reason) for row in claimed(engine, SOON)] == [("planned", False, "429")]


def test_a_write_put_off_gives_way_to_a_newer_one_that_was_planned_meanwhile(engine: Engine) -> None:
    planned(engine, score(12))
    (row,) = claimed(engine)
    planned(engine, score(20))
    with writing(engine) as conn:
        outbox.later(conn, row.id, SOON, "429")

    assert states(engine) == ["replaced", "planned"]
    assert [one.write for one in claimed(engine)] == [score(20)]


def test_a_dead_letter_is_not_sent_again_beside_a_newer_write(engine: Engine) -> None:
    planned(engine, score(12))
    (row,) = claimed(engine)
    planned(engine, score(20))
    with writing(engine) as conn:
        outbox.refuse(conn, row.id, "403", NOW)
        again = outbox.retry(conn, [row.id])

    assert (again, states(engine)) == (0, ["refused", "planned"])


def test_what_a_dead_process_had_sent_is_looked_up_after_its_lease(engine: Engine) -> None:
    planned(engine, MAKE)
    claimed(engine)

    assert claimed(engine, LATE - timedelta(seconds=1)) == []
    assert [(row.was, row.attempt) for row in claimed(engine, LATE)] == [("sent", 2)]


def test_a_lease_is_lengthened_until_somebody_else_has_taken_the_write(engine: Engine) -> None:
    planned(engine, MAKE)
    (mine,) = claimed(engine)
    with writing(engine) as conn:
        assert outbox.renew(conn, mine, SOON)
    assert claimed(engine, LATE) == []

    (theirs,) = claimed(engine, SOON + LEASE)

    with writing(engine) as conn:
        assert not outbox.renew(conn, mine, LATE)
        assert outbox.renew(conn, theirs, LATE)


def test_a_process_that_starts_again_looks_up_its_own_at_once(engine: Engine) -> None:
    planned(engine, MAKE)
    claimed(engine)
    with writing(engine) as conn:
        assert outbox.release_leases(conn, "somebody else") == 0
        assert outbox.release_leases(conn, "me") == 1

    assert [(row.was, row.needs_look_up) for row in claimed(engine)] == [("sent", True)]


def test_writes_are_claimed_oldest_first_up_to_the_limit_and_site(engine: Engine) -> None:
    for write in (score(), LABEL, MOVE):
        planned(engine, write)

    with writing(engine) as conn:
        assert outbox.claim(conn, NOW, 10, site="other") == []
    first = claimed(engine, limit=2)
    assert [row.write for row in first] == [score(), LABEL]
    assert claimed(engine) == []

    with writing(engine) as conn:
        for row in first:
            outbox.confirm(conn, row.id, None, NOW)
    assert [row.write for row in claimed(engine, limit=2)] == [MOVE]


def test_echoes_are_matched_among_the_writes_that_await_one(engine: Engine) -> None:
    far = replace(LABEL, issue="70")
    for write in (score(), LABEL, far, MOVE):
        planned(engine, write)
    score_id, label_id, far_id, move_id = (row.id for row in claimed(engine))
    with writing(engine) as conn:
        outbox.confirm(conn, score_id, None, NOW)
        outbox.refuse(conn, move_id, "409", NOW)

        assert [row.id for row in outbox.recent(conn, "main", "issue 7 ")] == [score_id, label_id]
        assert [row.id for row in outbox.recent(conn, "main", "issue 7 ", "issue 70 ")] == [score_id, label_id, far_id]
        assert outbox.recent(conn, "main") == outbox.recent(conn, "other", "issue 7 ") == []

        assert outbox.echo(conn, "main", label_id, NOW) == 1
        assert outbox.echo(conn, "main", label_id, SOON) == 0
        assert outbox.echo(conn, "main", move_id, NOW) == 0
        assert [row.id for row in outbox.recent(conn, "main", "issue 7 ")] == [score_id]


def test_writes_are_counted_and_listed_by_state(engine: Engine) -> None:
    confirmed(engine, score())
    planned(engine, LABEL)
    planned(engine, MOVE, is_observed=True)
    with writing(engine) as conn:
        assert outbox.counts_by_state(conn) == {"confirmed": 1, "planned": 1, "observed": 1}
        assert outbox.waiting(conn) == 1
        assert [row.write for row in outbox.listed(conn, project="OPS", state="observed")] == [MOVE]
        assert outbox.listed(conn, site="other") == []


@pytest.mark.parametrize("database_url", [POSTGRES], indirect=True)
def test_two_claimers_get_different_writes(engine: Engine, database_url: str) -> None:
    for n in range(4):
        planned(engine, replace(LABEL, label=f"label-{n}"))

    with opened(database_url) as other, writing(engine) as one, writing(other) as two:
        first = [row.id for row in outbox.claim(one, NOW, 2)]
        second = [row.id for row in outbox.claim(two, NOW, 10)]

    assert len({*first, *second}) == len(first) + len(second) == 4


@pytest.mark.parametrize("database_url", [POSTGRES], indirect=True)
def test_two_that_plan_under_one_key_at_once_leave_one_waiting_row(engine: Engine, database_url: str) -> None:
    together = Barrier(4)

    def plan_one(value: int) -> None:
        with opened(database_url) as mine:
            together.wait(20)
            planned(mine, score(value))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(plan_one, range(4)))

    assert states(engine).count("planned") == 1
