"""Messages on their way out: each at most once, whatever becomes of the connection or of the connector."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine
from structlog.testing import capture_logs

from connector.core.actions import SendMessage
from connector.core.steering import Pause
from connector.store import outbox, pauses
from connector.store.engine import writing
from connector.store.outbox import LEASE
from tests.messages.chat import LOST, SECRET, Chat, chat
from tests.outbox.office import NOW, Office


@pytest.fixture
def service() -> Iterator[Chat]:
    with chat() as held:
        yield held


def message(occasion: str = "inbox 7", text: str = "OPS-7 is late", channel: str = "ops") -> SendMessage:
    return SendMessage(channel=channel, rule="late 1", about="issue 1007", occasion=occasion, text=text, title="Late")


def retry(office: Office, row_id: int) -> None:
    with writing(office.engine) as conn:
        outbox.retry(conn, [row_id])


def test_a_message_is_sent_once_for_what_happened_once(engine: Engine, service: Chat, tmp_path: Path) -> None:
    office = Office(engine, channels=service.file(tmp_path))
    office.plan(message(), message(text="The same event, told differently"))
    office.send()
    again = office.plan(message(), message(text="Once more"))
    office.send()
    office.plan(message("inbox 8"))
    office.send()

    assert again == []
    assert service.says() == ["The same event, told differently", "OPS-7 is late"]
    assert office.states() == ["replaced", "confirmed", "confirmed"]


@pytest.mark.parametrize("status", [LOST, 504])
def test_a_message_of_which_nobody_knows_whether_it_arrived_is_sent_again_by_a_person_alone(
    engine: Engine, service: Chat, tmp_path: Path, status: int
) -> None:
    office = Office(engine, channels=service.file(tmp_path))
    service.answers = [status]
    (row_id,) = office.plan(message())
    office.send()
    office.clock.move(86_400)
    silent = (office.send(), office.plan(message(), at=office.clock.now()), len(service.got))
    row = office.row(row_id)
    retry(office, row_id)
    office.send()

    assert silent == (0, [], 1)
    assert (row.state, "it may have been sent" in (row.reason or "")) == ("refused", True)
    assert (office.row(row_id).state, service.says()) == ("confirmed", ["OPS-7 is late"] * 2)


@pytest.mark.parametrize("status", [404, 429, 500, 503])
def test_a_message_that_was_surely_not_taken_is_tried_again_later(
    engine: Engine, service: Chat, tmp_path: Path, status: int
) -> None:
    office = Office(engine, channels=service.file(tmp_path))
    service.answers = [status]
    (row_id,) = office.plan(message())
    office.send()
    row = office.row(row_id)
    too_early = office.send()
    office.clock.move(3600)
    office.send()

    assert (row.state, row.next_try_at is not None and row.next_try_at > NOW) == ("planned", True)
    assert f"HTTP {status}" in (row.reason or "")
    assert (too_early, office.row(row_id).state, len(service.got)) == (0, "confirmed", 2)


def test_a_message_that_was_under_way_when_the_connector_died_is_not_sent_again(
    engine: Engine, service: Chat, tmp_path: Path
) -> None:
    office = Office(engine, channels=service.file(tmp_path))
    (row_id,) = office.plan(message())
    with writing(engine) as conn:
        outbox.claim(conn, NOW, 10, owner="a process that died")
    office.clock.moment = NOW + LEASE + timedelta(seconds=1)
    office.send()

    row = office.row(row_id)
    assert (row.state, service.got) == ("refused", [])
    assert "it may have been sent" in (row.reason or "")


def test_of_several_addresses_each_gets_the_message_once(engine: Engine, service: Chat, tmp_path: Path) -> None:
    channels = service.file(tmp_path, ops=[service.url("first"), service.url("second"), service.url("third")])
    office = Office(engine, channels=channels)
    service.answers = [200, 503, 200]
    (row_id,) = office.plan(message())
    office.send()
    row = office.row(row_id)
    office.clock.move(3600)
    office.send()

    assert (row.state, row.reason) == ("planned", "ops, address 2 (json): it was not taken (HTTP 503)")
    assert [one["room"] for one in service.got] == ["first", "second", "third", "second"]
    assert office.row(row_id).state == "confirmed"


def test_two_sites_do_not_take_each_others_messages_for_sent(engine: Engine, service: Chat, tmp_path: Path) -> None:
    office = Office(engine, channels=service.file(tmp_path, ops=[service.url("first"), service.url("second")]))
    office.plan(message("gate plan 1 GO"))
    office.plan(message("gate plan 1 GO"), site="other")
    office.send()

    assert sorted(one["room"] for one in service.got) == ["first", "first", "second", "second"]


@pytest.mark.parametrize(
    ("channels", "reason"),
    [
        pytest.param(None, "name one with a channel 'ops' in CONNECTOR_CHANNELS_FILE", id="no-file"),
        pytest.param({"op": "json://a"}, "there is no channel 'ops' in channels.yaml; did you mean 'op'?", id="name"),
        pytest.param({"ops": f"nonsense://{SECRET}"}, "ops, address 1 (nonsense) is no address", id="no-address"),
    ],
)
def test_a_channel_that_cannot_be_sent_to_is_a_dead_letter_that_says_what_to_do(
    engine: Engine, tmp_path: Path, channels: dict[str, str] | None, reason: str
) -> None:
    file = tmp_path / "channels.yaml"
    if channels is not None:
        file.write_text(json.dumps(channels))
        file.chmod(0o600)
    office = Office(engine, channels=file if channels is not None else None)
    (row_id,) = office.plan(message())
    office.send()

    row = office.row(row_id)
    assert row.state == "refused"
    assert reason in (row.reason or "")
    assert SECRET not in (row.reason or "")


def test_a_channel_that_is_added_later_gets_what_a_person_retries(
    engine: Engine, service: Chat, tmp_path: Path
) -> None:
    office = Office(engine, channels=service.file(tmp_path, board=service.url()))
    (row_id,) = office.plan(message())
    office.send()
    service.file(tmp_path)
    retry(office, row_id)
    office.send()

    assert (office.row(row_id).state, service.says()) == ("confirmed", ["OPS-7 is late"])


def test_a_file_that_cannot_be_read_for_a_while_only_delays_messages(
    engine: Engine, service: Chat, tmp_path: Path
) -> None:
    office = Office(engine, channels=tmp_path / "channels.yaml")
    (row_id,) = office.plan(message())
    office.send()
    row = office.row(row_id)
    service.file(tmp_path)
    office.clock.move(3600)
    office.send()

    assert (row.state, "cannot be read" in (row.reason or "")) == ("planned", True)
    assert office.row(row_id).state == "confirmed"


def test_a_message_asks_no_site(engine: Engine, service: Chat, tmp_path: Path) -> None:
    office = Office(engine, channels=service.file(tmp_path))
    (row_id,) = office.plan(message(), site="not in the settings")
    office.send()

    assert office.row(row_id).state == "confirmed"


def test_a_paused_projects_messages_wait(engine: Engine, service: Chat, tmp_path: Path) -> None:
    office = Office(engine, channels=service.file(tmp_path))
    (row_id,) = office.plan(message())
    with writing(engine) as conn:
        pauses.pause(conn, Pause(site="main", kind="project", name="OPS", at=NOW, reason=""))
    office.send()

    assert (office.row(row_id).state, service.got) == ("planned", [])


def test_what_is_kept_and_logged_of_a_message_holds_no_secret(engine: Engine, service: Chat, tmp_path: Path) -> None:
    path = service.file(tmp_path)
    path.chmod(0o644)
    office = Office(engine, channels=path)
    service.answers = [200, 404, LOST]
    with capture_logs() as logs:
        ids = office.plan(message("a"), message("b"), message("c"))
        office.send()

    rows = [office.row(one) for one in ids]
    assert [row.state for row in rows] == ["confirmed", "planned", "refused"]
    assert SECRET not in f"{rows} {logs}"


def test_everybody_who_may_read_the_file_is_warned_of_once(engine: Engine, service: Chat, tmp_path: Path) -> None:
    path = service.file(tmp_path)
    office = Office(engine, channels=path)
    worker = office.worker()
    with capture_logs() as logs:
        office.plan(message("private"))
        worker.send_due()
        quiet = [one for one in logs if one["event"] == "channels file is open to others"]
        path.chmod(0o644)
        for occasion in ("a", "b"):
            office.plan(message(occasion))
            worker.send_due()

    assert quiet == []
    assert [one["problem"] for one in logs if one["event"] == "channels file is open to others"] == [
        "channels.yaml: everybody on this machine can read the secrets of the channels; chmod 640 channels.yaml"
    ]


def test_a_message_that_fails_does_not_hold_up_what_comes_after_it(
    engine: Engine, service: Chat, tmp_path: Path
) -> None:
    office = Office(engine, channels=service.file(tmp_path))
    service.answers = [LOST, 503]
    ids = office.plan(message("a"), message("b"), message("c"))
    office.send()

    assert [office.row(one).state for one in ids] == ["refused", "planned", "confirmed"]
