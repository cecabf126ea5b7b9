from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine

from connector.core.actions import EnsureLabel, Planned
from connector.core.steering import Pause, Paused, PauseKind
from connector.store import outbox, pauses
from connector.store.engine import writing
from connector.store.outbox import OutboxRow
from connector.store.planning import plan

NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
SOON = NOW + timedelta(seconds=30)
OTHER_RULE, OTHER_PROJECT, OTHER_SITE = "risks OPS main", "automation late MKT main", "automation late OPS second"
OURS = "automation late OPS main"


def one(kind: PauseKind, name: str, site: str = "main") -> Pause:
    return Pause(site=site, kind=kind, name=name, at=NOW, reason="the rule is wrong")


def paused(engine: Engine, kind: PauseKind, name: str, site: str = "main") -> None:
    with writing(engine) as conn:
        assert pauses.pause(conn, one(kind, name, site))


def planned(engine: Engine, who: str = OURS, number: int = 1) -> None:
    rule, project, site = who.rsplit(" ", 2)
    write = EnsureLabel(issue=str(number), key=f"{project}-{number}", label=who)
    with writing(engine) as conn:
        planned = Planned(write=write, rule=rule, place="p")
        plan(conn, site, project, planned, now=NOW, run="r", rules="h", is_observed=False)


def claimed(engine: Engine, at: datetime = NOW) -> list[OutboxRow]:
    with writing(engine) as conn:
        return outbox.claim(conn, at, 10, owner="me")


def labels(rows: list[OutboxRow]) -> list[object]:
    return [row.write.label for row in rows if isinstance(row.write, EnsureLabel)]


def test_what_is_paused_is_known_by_name_with_its_reason(engine: Engine) -> None:
    paused(engine, "project", "OPS")
    paused(engine, "rule", "risks")

    with writing(engine) as conn:
        found, elsewhere = pauses.paused(conn, "main"), pauses.paused(conn, "second")

    assert found == Paused(projects={"OPS": one("project", "OPS")}, rules={"risks": one("rule", "risks")})
    assert elsewhere == Paused()


def test_a_second_pause_leaves_the_first_ones_moment_and_reason(engine: Engine) -> None:
    paused(engine, "project", "OPS")

    with writing(engine) as conn:
        again = pauses.pause(conn, Pause(site="main", kind="project", name="OPS", at=SOON, reason="another"))
        found = pauses.of_site(conn, "main")

    assert (again, found) == (False, [one("project", "OPS")])


def test_what_goes_on_is_no_longer_paused_and_what_was_not_paused_is_said(engine: Engine) -> None:
    paused(engine, "site", "*")

    with writing(engine) as conn:
        gone_on = [pauses.resume(conn, "main", "site"), pauses.resume(conn, "main", "site")]
        found = pauses.of_site(conn, "main")

    assert (gone_on, found) == ([True, False], [])


@pytest.mark.parametrize(
    ("kind", "name", "left"),
    [
        pytest.param("site", "*", [OTHER_SITE], id="site"),
        pytest.param("project", "OPS", [OTHER_PROJECT, OTHER_SITE], id="project"),
        pytest.param("rule", "automation late", [OTHER_RULE, OTHER_SITE], id="rule"),
    ],
)
def test_what_is_paused_waits_and_everything_else_leaves(
    engine: Engine, kind: PauseKind, name: str, left: list[str]
) -> None:
    for who in (OURS, OTHER_RULE, OTHER_PROJECT, OTHER_SITE):
        planned(engine, who)
    paused(engine, kind, name)

    assert labels(claimed(engine)) == left


def test_what_waited_through_a_pause_leaves_in_its_old_place(engine: Engine) -> None:
    planned(engine, OURS, 1)
    planned(engine, OURS, 2)
    paused(engine, "project", "OPS")
    assert claimed(engine) == []
    with writing(engine) as conn:
        pauses.resume(conn, "main", "project", "OPS")

    assert [row.id for row in claimed(engine)] == [1, 2]


def test_what_takes_writes_back_leaves_although_everything_is_paused(engine: Engine) -> None:
    planned(engine, "undo OPS main")
    paused(engine, "site", "*")
    paused(engine, "project", "OPS")

    assert labels(claimed(engine)) == ["undo OPS main"]


def test_a_write_that_was_claimed_before_the_pause_goes_back_to_its_place(engine: Engine) -> None:
    planned(engine)
    (row,) = claimed(engine)
    with writing(engine) as conn:
        assert not outbox.put_back(conn, row)
    paused(engine, "project", "OPS")

    with writing(engine) as conn:
        is_back = outbox.put_back(conn, row)
        waits = outbox.get(conn, row.id)
        pauses.resume(conn, "main", "project", "OPS")
    again = claimed(engine, SOON)

    assert is_back
    assert waits is not None
    assert (waits.state, waits.attempt, waits.sent_at, waits.lease_until) == ("planned", 0, None, None)
    assert [(one.id, one.attempt, one.was) for one in again] == [(row.id, 1, "planned")]


def test_what_may_have_been_sent_before_the_pause_is_still_looked_up_after_it(engine: Engine) -> None:
    planned(engine)
    (row,) = claimed(engine)
    with writing(engine) as conn:
        outbox.unknown(conn, row.id, "reply lost", NOW)
    (row,) = claimed(engine, SOON)
    paused(engine, "rule", "automation late")

    with writing(engine) as conn:
        assert outbox.put_back(conn, row)
        assert outbox.claim(conn, SOON, 10) == []
        pauses.resume(conn, "main", "rule", "automation late")
    (again,) = claimed(engine, SOON)

    assert (again.needs_look_up, again.tried_at) == (True, NOW)


def test_only_what_rules_have_waiting_is_withdrawn(engine: Engine) -> None:
    planned(engine)
    planned(engine, "undo OPS main")

    with writing(engine) as conn:
        count = outbox.withdraw(conn, "main", "OPS")

    assert count == 1
    assert labels(claimed(engine)) == ["undo OPS main"]
