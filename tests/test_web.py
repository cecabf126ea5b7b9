import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from werkzeug.test import Client

from connector import metrics
from connector.metrics import WAITING, RulesState
from connector.settings import read_settings
from connector.store.engine import make_engine
from connector.web import create_app
from connector.wiring.app import app_of
from connector.wiring.house import House
from tests.intake.doorway import NEW, issue_updated, signed

OPENED: list[House] = []


@pytest.fixture(autouse=True)
def _closed_at_the_end() -> Iterator[None]:
    yield
    while OPENED:
        OPENED.pop().engine.dispose()


def house_on(engine: Engine, **more: str) -> House:
    given = {
        "DATABASE_URL": engine.url.render_as_string(hide_password=False),
        "JIRA_URL": "https://jira.example.com",
        "CONFLUENCE_URL": "https://wiki.example.com",
        "JIRA_WEBHOOK_SECRET": NEW,
        **more,
    }
    OPENED.append(House(read_settings({f"CONNECTOR_{name}": value for name, value in given.items()})))
    return OPENED[-1]


def test_healthz_says_that_the_process_answers(engine: Engine) -> None:
    answer = Client(app_of(house_on(engine))).get("/healthz")

    assert (answer.status_code, answer.json) == (200, {"status": "alive"})


def test_readyz_says_that_deliveries_can_be_stored(engine: Engine) -> None:
    answer = Client(app_of(house_on(engine))).get("/readyz")

    assert (answer.status_code, answer.json) == (200, {"status": "ready"})


def test_readyz_says_why_deliveries_cannot_be_stored(tmp_path: Path) -> None:
    empty = make_engine(f"sqlite:///{tmp_path / 'empty.db'}")
    nowhere = make_engine(f"sqlite:///{tmp_path / 'no' / 'such.db'}")

    answers = [Client(app_of(house_on(engine))).get("/readyz") for engine in (empty, nowhere)]
    empty.dispose()

    assert [answer.status_code for answer in answers] == [503, 503]
    assert [answer.json for answer in answers] == [
        {
            "status": "not ready",
            "problems": ["the database has no tables yet; `connector serve` makes them when it starts"],
        },
        {"status": "not ready", "problems": ["the database does not answer (OperationalError)"]},
    ]


def test_readyz_knows_a_database_of_a_newer_version(engine: Engine) -> None:
    with engine.begin() as conn:
        was = conn.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
        conn.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    try:
        answer = Client(app_of(house_on(engine))).get("/readyz")
    finally:
        with engine.begin() as conn:
            conn.execute(text("UPDATE alembic_version SET version_num = :was"), {"was": was})

    assert answer.status_code == 503
    assert answer.json is not None
    assert "9999" in answer.json["problems"][0]


def test_metrics_tell_what_was_accepted_what_waits_and_what_was_refused(engine: Engine) -> None:
    client = Client(app_of(house_on(engine)))
    body = issue_updated()
    metrics.REQUESTS.labels("jira", "GET", "200").inc()
    before = read(client)
    client.post("/hooks/jira", data=body, headers=signed(body))
    client.post("/hooks/jira", data=body, headers=signed(body))
    client.post("/hooks/jira", data=body)
    after = read(client)

    changed = {name: after[name] - before.get(name, 0) for name in after if after[name] != before.get(name, 0)}
    assert changed == {
        'connector_events_accepted_total{site="main",source="jira"}': 1,
        'connector_events_repeated_total{site="main",source="jira"}': 1,
        'connector_events_refused_total{source="jira",status="401"}': 1,
        "connector_inbox_waiting": 1,
    }
    for name in (
        "connector_outbox_waiting",
        "connector_dead_letters",
        'connector_atlassian_requests_total{method="GET",product="jira",status="200"}',
        "connector_rollup_seconds_count",
    ):
        assert name in after


def read(client: Client) -> dict[str, float]:
    """Every sample by name and labels, without those that hold a moment."""
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert answer.content_type.startswith("text/plain")
    lines = [line for line in answer.text.splitlines() if line and not line.startswith("#")]
    samples = dict(re.fullmatch(r"(\S+(?:\{.*\})?) (\S+)", line).groups() for line in lines)  # type: ignore[union-attr]
    return {name: float(value) for name, value in samples.items() if "_created" not in name}


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        pytest.param({"Authorization": "Bearer let-me-in"}, 200, id="right"),
        pytest.param({"Authorization": "Bearer let-me-on"}, 401, id="wrong"),
        pytest.param({}, 401, id="missing"),
        pytest.param({"Authorization": "Bearer ü"}, 401, id="no-ascii"),
    ],
)
def test_metrics_ask_for_the_admin_token_where_there_is_one(
    engine: Engine, headers: dict[str, str], status: int
) -> None:
    client = Client(app_of(house_on(engine, ADMIN_TOKEN="let-me-in")))

    assert client.get("/metrics", headers=headers).status_code == status
    assert client.get("/healthz").status_code == 200


def test_an_unknown_page_is_refused_in_the_shape_of_all_errors() -> None:
    answer = Client(create_app(counts=dict, problems=list)).get("/nowhere")

    assert (answer.status_code, answer.json) == (
        404,
        {
            "error": {
                "code": "not found",
                "found": "there is nothing at /nowhere",
                "expected": "POST to /hooks/jira or /hooks/confluence, GET of /healthz, /readyz or /metrics",
            }
        },
    )


def test_a_wrong_method_is_told_with_the_one_that_the_path_takes(engine: Engine) -> None:
    answer = Client(app_of(house_on(engine))).get("/hooks/jira")

    assert (answer.status_code, answer.json) == (
        405,
        {
            "error": {
                "code": "method not allowed",
                "found": "GET /hooks/jira",
                "expected": "another method; "
                "POST to /hooks/jira or /hooks/confluence, GET of /healthz, /readyz or /metrics",
            }
        },
    )


def test_metrics_tell_which_rules_are_in_force_and_whether_they_still_are_what_lies_there() -> None:
    rules = {"main": RulesState(hash="0b90", is_valid=True), "labs": RulesState(hash="f00d", is_valid=False)}

    told = metrics.exposition(dict.fromkeys(WAITING, 0), rules).decode().splitlines()

    assert [line for line in told if line.startswith("connector_rules_")] == [
        'connector_rules_valid{site="main"} 1.0',
        'connector_rules_valid{site="labs"} 0.0',
        'connector_rules_info{hash="0b90",site="main"} 1.0',
        'connector_rules_info{hash="f00d",site="labs"} 1.0',
    ]
