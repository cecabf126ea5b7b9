from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine

from connector.core.fields import FieldCatalog
from connector.core.rulebook import ProjectRules, Rulebook
from connector.intake.timers import put_ticks
from connector.rulefiles.projects import Defaults
from connector.rulefiles.read import read_rules
from connector.store import inbox, projects
from connector.store.engine import reading, writing

EVENING = datetime(2026, 1, 5, 15, 59, tzinfo=UTC)
"""Still the fifth in Shanghai."""
NIGHT = datetime(2026, 1, 5, 16, 0, tzinfo=UTC)
"""The sixth in Shanghai."""


def rules_in(timezone: str) -> ProjectRules:
    folder = Path(__file__).parents[2] / "rules"
    read = read_rules(
        folder, FieldCatalog(), Defaults(locale="en", timezone=timezone), templates={"status", "closeout"}
    )
    assert isinstance(read, Rulebook), read
    found = read.project_for("OPS")
    assert found is not None
    return found


def known(engine: Engine, *keys: str) -> None:
    with writing(engine) as conn:
        for key in keys:
            projects.ensure(conn, "main", key)


def ticks(engine: Engine) -> list[tuple[str, str, datetime]]:
    with reading(engine) as conn:
        return [(row.source, row.delivery, row.received_at) for row in inbox.peek(conn, limit=100)]


def test_a_day_begins_once_however_many_look(engine: Engine) -> None:
    known(engine, "OPS")
    rules = rules_in("Asia/Shanghai")

    new = [put_ticks(engine, ["main"], lambda *_: rules, EVENING) for _ in range(3)]

    assert new == [1, 0, 0]
    assert ticks(engine) == [("clock", "day.began OPS 2026-01-05", EVENING)]


def test_a_day_begins_at_midnight_where_the_project_lives(engine: Engine) -> None:
    known(engine, "OPS", "MKT")
    rules: Mapping[str, ProjectRules] = {"OPS": rules_in("Asia/Shanghai"), "MKT": rules_in("UTC")}

    for now in (EVENING, NIGHT):
        put_ticks(engine, ["main"], lambda _, key: rules[key], now)

    assert [delivery for _, delivery, _ in ticks(engine)] == [
        "day.began MKT 2026-01-05",
        "day.began OPS 2026-01-05",
        "day.began OPS 2026-01-06",
    ]


def test_a_project_whose_rules_do_not_depend_on_time_has_no_ticks(engine: Engine) -> None:
    known(engine, "OPS")

    new = put_ticks(engine, ["main"], lambda *_: None, EVENING)

    assert (new, ticks(engine)) == (0, [])


def test_a_site_without_projects_has_no_ticks(engine: Engine) -> None:
    assert put_ticks(engine, ["main"], lambda *_: None, EVENING) == 0
