"""Messages the whole way: somebody edits an issue in Jira, a chat is told, and no secret stays anywhere."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from connector.store import outbox, tables
from connector.store.engine import reading
from connector.store.outbox import OutboxRow
from tests.flow.test_actions_flow import rules_in
from tests.flow.town import Town, town
from tests.messages.chat import LOST, SECRET, Chat, chat
from tests.rehearsal.test_planning import risk_told

RULES = """
language: 1
automations:
  - id: renamed
    when: {event: issue.updated, field: [summary]}
    if: issuetype IN (Task, 任务)
    then:
      - notify:
          channel: ops
          title: {en: "{{ issue.key }} is renamed", zh_CN: "{{ issue.key }} 已改名"}
          text: |
            {{ event.by }} calls it
            {{ issue.summary }}
  - id: scored
    when: {event: issue.updated, field: [probability]}
    then: [{notify: {channel: board, text: "{{ issue.key }} is looked at"}}]
"""


@pytest.fixture
def service() -> Iterator[Chat]:
    with chat() as held:
        yield held


def messages(place: Town) -> list[OutboxRow]:
    with reading(place.engine()) as conn:
        return [row for row in outbox.listed(conn, limit=500)[::-1] if row.kind == "SendMessage"]


def everything_kept(engine: Engine) -> str:
    with engine.connect() as conn:
        return "".join(str(list(conn.execute(select(one)))) for one in tables.metadata.sorted_tables)


@pytest.mark.parametrize(
    ("locale", "title"), [("en", "OPS-1 is renamed"), pytest.param("zh_CN", "OPS-1 已改名", id="zh_CN")]
)
def test_an_edit_is_told_to_the_channel_and_the_next_one_again(
    tmp_path: Path, engine: Engine, service: Chat, locale: str, title: str
) -> None:
    file = service.file(tmp_path, ops=service.url(), board=service.url("board"))
    with town(tmp_path, engine, rules=rules_in(tmp_path, RULES), locale=locale, CHANNELS_FILE=str(file)) as place:  # type: ignore[arg-type]
        key = place.make({"en": "Task", "zh_CN": "任务"}[locale], "One")
        place.step()
        silent = list(service.got)
        place.edit(key, summary="<b>Two</b> [x](y)")
        place.edit(key, labels=["other"])
        place.step()
        first = list(service.got)
        place.edit(key, summary="Three")
        place.step()

        assert silent == []
        assert [(one["room"], one["title"], one["message"].splitlines()[1]) for one in first] == [
            ("room", title, "<b>Two</b> [x](y)")
        ]
        assert [one["message"].splitlines()[1] for one in service.got] == ["<b>Two</b> [x](y)", "Three"]
        assert [row.state for row in messages(place)] == ["confirmed", "confirmed"]


def test_a_lost_answer_stays_with_a_person_and_no_secret_is_kept_or_shown(
    tmp_path: Path, engine: Engine, service: Chat, capfd: pytest.CaptureFixture[str]
) -> None:
    file = service.file(tmp_path)
    with town(tmp_path, engine, rules=rules_in(tmp_path, RULES), CHANNELS_FILE=str(file)) as place:
        key = place.make("Task", "One")
        place.step()
        service.answers = [LOST]
        place.edit(key, summary="Two")
        place.step()
        (row,) = messages(place)
        told = place.type("status").output
        why = place.type(f"why {key}").output
        undone = place.type(f"undo {row.run} --yes").output
        again = place.type(f"retry {row.id}").output
        place.step()

        assert (row.state, len(service.got)) == ("refused", 2)
        assert [one.state for one in messages(place)] == ["confirmed"]
        assert "it may have been sent" in told
        assert "notify ops" in why
        assert "is sent once more" in again
        written = capfd.readouterr()
        assert SECRET not in "".join((told, why, undone, again, written.out, written.err, everything_kept(engine)))


def test_a_plan_shows_the_message_and_sends_none(tmp_path: Path, engine: Engine, service: Chat) -> None:
    file = service.file(tmp_path, board=service.url())
    with town(tmp_path, engine, rules=rules_in(tmp_path, RULES), CHANNELS_FILE=str(file)) as place:
        key = place.make("Risk", "One", probability=1, impact=1)
        place.step()
        (tmp_path / "event.json").write_bytes(risk_told(place, key, probability=2))
        shown = place.type(f"plan --event {tmp_path / 'event.json'}").output.splitlines()
        place.step()

        at = shown.index("notify board")
        assert shown[at + 1] == f"    {key} is looked at"
        assert shown[at + 2].startswith("  because of automation scored, rules/automations.yaml:")
        assert (service.got, messages(place)) == ([], [])


def test_undo_says_that_what_was_told_stays_told(tmp_path: Path, engine: Engine, service: Chat) -> None:
    file = service.file(tmp_path)
    with town(tmp_path, engine, rules=rules_in(tmp_path, RULES), CHANNELS_FILE=str(file)) as place:
        key = place.make("Task", "One")
        place.step()
        place.edit(key, summary="Two")
        place.step()
        (row,) = messages(place)
        undone = place.type(f"undo {row.run} --yes")

        assert "ops was told already, and what is said is not taken back" in undone.output
        assert len(service.got) == 1
