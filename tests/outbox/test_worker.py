import json
import threading
import time
from datetime import timedelta

import pytest
import requests
import responses
from sqlalchemy import Engine, text

from connector.core.actions import EnsureLabel, Planned, SetIssueProperty
from connector.outbox.worker import LEAST_ATTEMPTS
from connector.store import outbox, planning
from connector.store.engine import reading, writing
from connector.store.locks import held_lock
from connector.store.outbox import LEASE
from tests.atlassian.sites import CLOUD_API, CLOUD_V2
from tests.conftest import POSTGRES, opened
from tests.outbox.office import MAKE, NOW, Office, comment, lost, score

TYPES = [{"id": "10007", "name": "Risk"}, {"id": "10001", "name": "Task"}]
JSON = {"Content-Type": "application/json"}


def jira_makes_issues(*answers: object) -> responses.BaseResponse:
    responses.get(f"{CLOUD_API}/project/OPS", json={"key": "OPS", "issueTypes": TYPES})
    made = [*answers] or [lambda _: (201, JSON, json.dumps({"id": "1007", "key": "OPS-7"}))]
    return responses.add_callback(  # type: ignore[return-value]
        responses.POST, f"{CLOUD_API}/issue", callback=lambda request: made.pop(0)(request)
    )


def index_shows(*ids: str) -> None:
    found = {"issues": [{"id": one, "key": f"OPS-{one}", "fields": {}} for one in ids], "isLast": True}
    responses.upsert(responses.POST, f"{CLOUD_V2}/search/jql", json=found)
    for one in ids:
        told = {"key": "lifecycle", "value": MAKE.natural_key}
        responses.get(f"{CLOUD_API}/issue/{one}/properties/lifecycle", json=told)


def made(_: requests.PreparedRequest) -> tuple[int, dict[str, str], str]:
    return 201, JSON, json.dumps({"id": "1007", "key": "OPS-7"})


def creates() -> int:
    return sum(one.request.method == "POST" and one.request.url == f"{CLOUD_API}/issue" for one in responses.calls)


@responses.activate
def test_a_write_is_sent_and_confirmed(engine: Engine) -> None:
    office = Office(engine)
    (row_id,) = office.plan(score())
    responses.put(f"{CLOUD_API}/issue/1001", status=204)

    assert (office.send(), office.send()) == (1, 0)

    row = office.row(row_id)
    assert (row.state, row.attempt, row.confirmed_at, row.lease_until) == ("confirmed", 1, NOW, None)


@responses.activate
def test_a_refused_write_is_kept_with_the_products_own_words(engine: Engine) -> None:
    office = Office(engine)
    (row_id,) = office.plan(score())
    responses.put(f"{CLOUD_API}/issue/1001", status=400, json={"errors": {"priority": "is not on the screen"}})

    office.send()

    row = office.row(row_id)
    assert row.state == "refused"
    assert "priority: is not on the screen" in (row.reason or "")
    assert office.send() == 0


@responses.activate
@pytest.mark.parametrize(
    ("headers", "waits_s"),
    [
        pytest.param({"Retry-After": "45"}, 45, id="seconds"),
        pytest.param(
            {"Retry-After": "Mon, 16 Mar 2026 09:02:00 GMT", "Date": "Mon, 16 Mar 2026 09:00:30 GMT"}, 90, id="date"
        ),
        pytest.param({"Retry-After": "0"}, 2, id="shorter-than-our-own-wait"),
        pytest.param({}, 2, id="not-said"),
    ],
)
def test_what_is_throttled_is_sent_when_the_product_said(engine: Engine, headers, waits_s: int) -> None:
    office = Office(engine)
    (row_id,) = office.plan(score())
    responses.put(f"{CLOUD_API}/issue/1001", status=429, headers=headers)

    office.send()

    row = office.row(row_id)
    assert (row.state, row.next_try_at) == ("planned", NOW + timedelta(seconds=waits_s))
    assert office.send() == 0
    responses.replace(responses.PUT, f"{CLOUD_API}/issue/1001", status=204)
    office.clock.move(waits_s)
    assert office.send() == 1
    assert office.row(row_id).state == "confirmed"


@responses.activate
def test_a_newer_value_does_not_cut_short_the_wait_that_was_asked_for(engine: Engine) -> None:
    office = Office(engine)
    office.plan(score())
    responses.put(f"{CLOUD_API}/issue/1001", status=429, headers={"Retry-After": "45"})
    office.send()

    office.plan(score(value=16))

    assert office.send() == 0
    office.clock.move(45)
    assert office.send() == 1


@responses.activate
def test_an_issue_whose_answer_was_lost_is_found_and_not_made_twice(engine: Engine) -> None:
    office = Office(engine)
    (row_id,) = office.plan(MAKE)
    jira_makes_issues(lost)

    office.send()
    assert office.row(row_id).state == "unknown"

    index_shows("1007")
    office.clock.move(5)
    office.send()
    assert (office.row(row_id).state, office.row(row_id).remote_id, creates()) == ("confirmed", "1007", 1)


@responses.activate
def test_a_look_up_that_is_throttled_is_looked_up_again_before_anything_is_sent(engine: Engine) -> None:
    office = Office(engine)
    (row_id,) = office.plan(MAKE)
    jira_makes_issues(lost, made)
    office.send()
    responses.post(f"{CLOUD_V2}/search/jql", status=429, headers={"Retry-After": "45"})
    office.clock.move(5)
    office.send()

    row = office.row(row_id)
    assert (row.state, row.next_try_at) == ("unknown", office.clock.now() + timedelta(seconds=45))

    index_shows("1007")
    office.clock.move(60)
    office.send()
    assert (office.row(row_id).state, creates()) == ("confirmed", 1)


@responses.activate
def test_what_the_index_does_not_show_yet_is_not_made_again_however_long_it_was_planned(engine: Engine) -> None:
    office = Office(engine)
    (row_id,) = office.plan(MAKE, at=NOW - timedelta(hours=2))
    jira_makes_issues(lost, made)
    office.send()
    index_shows()
    office.clock.move(5)
    office.send()

    row = office.row(row_id)
    assert (row.state, creates()) == ("unknown", 1)
    assert row.next_try_at == office.clock.now() + timedelta(seconds=60)


@responses.activate
def test_what_the_index_should_show_by_now_and_does_not_is_made(engine: Engine) -> None:
    office = Office(engine)
    (row_id,) = office.plan(MAKE)
    jira_makes_issues(lost, made)
    office.send()
    index_shows()
    office.clock.move(61)
    office.send()

    assert (office.row(row_id).state, office.row(row_id).remote_id, creates()) == ("confirmed", "1007", 2)


@responses.activate
def test_the_index_is_given_its_time_again_after_every_try(engine: Engine) -> None:
    office = Office(engine)
    (row_id,) = office.plan(MAKE)
    jira_makes_issues(lost, lost, made)
    office.send()
    index_shows()
    office.clock.move(61)
    office.send()
    assert creates() == 2

    office.clock.move(10)
    office.send()
    assert (office.row(row_id).state, creates()) == ("unknown", 2)


@responses.activate
def test_what_a_killed_process_may_have_made_is_looked_for_before_it_is_made_again(engine: Engine) -> None:
    office = Office(engine)
    (row_id,) = office.plan(MAKE)
    with writing(engine) as conn:
        (row,) = outbox.claim(conn, NOW, 1, owner="me")
        outbox.renew(conn, row, NOW)
        outbox.release_leases(conn, "me")
    jira_makes_issues(made)
    index_shows()
    office.clock.move(3)

    office.send()

    assert (office.row(row_id).state, creates()) == ("unknown", 0)


@responses.activate
def test_a_projects_writes_leave_in_their_order(engine: Engine) -> None:
    office = Office(engine)
    label = EnsureLabel(issue="1002", key="OPS-2", label="seen")
    prop = SetIssueProperty(issue="1003", key="OPS-3", name="n", value=1)
    office.plan(score("1001"), label, prop, score("1004"))
    for n in (1001, 1002, 1004):
        responses.put(f"{CLOUD_API}/issue/{n}", status=204)
    responses.put(f"{CLOUD_API}/issue/1003/properties/n", status=201)

    office.send()

    sent = [str(one.request.url).removeprefix(f"{CLOUD_API}/issue/") for one in responses.calls]
    assert sent == ["1001", "1002", "1003/properties/n", "1004"]


@responses.activate
def test_another_process_does_not_overtake_the_one_that_is_at_work_on_a_project(engine: Engine) -> None:
    office, other = Office(engine), Office(engine, owner="other")
    office.plan(score("1001"), score("1002"))
    office.plan(score("2001"), project="MKT")
    overtaken = []

    def answer(_: requests.PreparedRequest) -> tuple[int, dict[str, str], str]:
        office.plan(score("1003"))
        overtaken.append(other.send())
        return 204, {}, ""

    responses.add_callback(responses.PUT, f"{CLOUD_API}/issue/1001", callback=answer)
    for n in (1002, 1003, 2001):
        responses.put(f"{CLOUD_API}/issue/{n}", status=204)

    assert office.worker().send_due(limit=1) == 1
    assert overtaken == [1]
    assert [one.request.url for one in responses.calls if "2001" in str(one.request.url)] != []
    while office.send():
        pass
    assert office.states() == ["confirmed"] * 4


@pytest.mark.parametrize("database_url", [POSTGRES], indirect=True)
@responses.activate
def test_while_one_process_claims_the_others_wait_for_their_turn(engine: Engine, database_url: str) -> None:
    office = Office(engine)
    office.plan(score("1001"), score("1002"))
    responses.put(f"{CLOUD_API}/issue/1002", status=204)

    with opened(database_url) as other, writing(other) as conn:
        assert held_lock(conn, "outbox")
        outbox.claim(conn, NOW, 1, owner="other")
        assert office.send() == 0

    assert office.send() == 0


@responses.activate
def test_a_write_that_cannot_even_be_sent_does_not_hold_up_the_others(engine: Engine) -> None:
    office = Office(engine)
    (bad,) = office.plan(score("7"), site="no-longer-ours")
    (good,) = office.plan(score("1001"))
    responses.put(f"{CLOUD_API}/issue/1001", status=204)

    office.send()

    assert office.row(good).state == "confirmed"
    assert (office.row(bad).state, office.row(bad).reason) == ("unknown", "it could not be carried out: KeyError")


@responses.activate
def test_what_waited_while_nobody_sent_is_not_given_up_at_the_first_failure(engine: Engine) -> None:
    office = Office(engine)
    (row_id,) = office.plan(score(), at=NOW - timedelta(days=9))
    responses.put(f"{CLOUD_API}/issue/1001", status=429)

    for _ in range(LEAST_ATTEMPTS):
        assert office.row(row_id).state == "planned"
        office.send()
        office.clock.move(60)

    row = office.row(row_id)
    assert row.state == "refused"
    assert (row.reason or "").startswith(f"given up after {LEAST_ATTEMPTS} attempts: ")


@responses.activate
def test_a_late_failure_undoes_nothing_that_another_process_has_done_meanwhile(engine: Engine) -> None:
    office = Office(engine)
    (row_id,) = office.plan(comment())
    responses.get(f"{CLOUD_V2}/issue/1001/comment", json={"comments": [], "total": 0})

    def slowly(_: requests.PreparedRequest) -> tuple[int, dict[str, str], str]:
        office.clock.move(LEASE.total_seconds())
        with writing(engine) as conn:
            (taken,) = outbox.claim(conn, office.clock.now(), 5, owner="other")
            outbox.confirm(conn, taken.id, "77", office.clock.now())
        return 429, {}, ""

    responses.add_callback(responses.POST, f"{CLOUD_API}/issue/1001/comment", callback=slowly)

    office.send()

    assert (office.row(row_id).state, office.row(row_id).remote_id) == ("confirmed", "77")
    assert office.send() == 0


@responses.activate
def test_what_waits_in_a_project_that_is_only_watched_from_now_on_is_not_sent(engine: Engine) -> None:
    office = Office(engine)
    office.plan(score("1001"))
    office.plan(score("2001"), project="MKT")
    responses.put(f"{CLOUD_API}/issue/2001", status=204)

    with writing(engine) as conn:
        assert outbox.withdraw(conn, "main", "OPS") == 1
    office.send()

    assert office.states() == ["observed", "confirmed"]


@responses.activate
@pytest.mark.parametrize("database_url", [POSTGRES], indirect=True)
def test_what_is_put_off_while_a_newer_write_is_planned_gives_way_to_it(database_url: str, engine: Engine) -> None:
    office = Office(engine)
    (first,) = office.plan(score(value=12))
    newer = threading.Thread(target=plan_slowly, args=(database_url, begun := threading.Event()))

    def throttled(_: requests.PreparedRequest) -> tuple[int, dict[str, str], str]:
        newer.start()
        assert begun.wait(20)
        return 429, {"Retry-After": "45"}, ""

    responses.add_callback(responses.PUT, f"{CLOUD_API}/issue/1001", callback=throttled)

    office.send()

    newer.join()
    assert (office.row(first).state, office.states()) == ("replaced", ["replaced", "planned"])


def plan_slowly(url: str, begun: threading.Event) -> None:
    """Plan a newer value and keep the transaction open until somebody waits for it."""
    with opened(url) as other, writing(other) as conn:
        planned = Planned(write=score(value=16), rule="r", place="rules.yaml:1:1")
        planning.plan(conn, "main", "OPS", planned, now=NOW, run="r", rules="h", is_observed=False)
        begun.set()
        asked = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
        until = time.monotonic() + 20
        with reading(other) as looking:
            while not looking.execute(asked).scalar_one() and time.monotonic() < until:
                time.sleep(0.01)
