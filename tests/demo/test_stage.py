import socket
from pathlib import Path

import pytest

from connector.demo.stage import PortTaken, check_ports, gauges, tail


def test_a_port_that_is_taken_is_named_with_the_option_to_change_it() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        with pytest.raises(PortTaken) as caught:
            check_ports({"--port": 0, "--sandbox-port": port})

    assert f"port {port} cannot be used" in str(caught.value)
    assert str(caught.value).endswith("choose another with --sandbox-port")


def test_gauges_are_read_from_prometheus_text() -> None:
    text = (
        "# HELP connector_inbox_waiting Accepted events not yet worked on\n"
        "# TYPE connector_inbox_waiting gauge\n"
        "connector_inbox_waiting 3.0\n"
        'connector_events_refused_total{source="jira",status="401"} 2.0\n'
        "connector_outbox_waiting 0.0\n"
    )

    assert gauges(text) == {"connector_inbox_waiting": 3.0, "connector_outbox_waiting": 0.0}


def test_the_end_of_a_log_is_what_it_says_to_people(tmp_path: Path) -> None:
    log = tmp_path / "connector.log"
    log.write_text('{"event": "started"}\nconnector: the rules cannot be used:\nrules:1:1: none\n', "utf-8")

    assert tail(log) == "connector: the rules cannot be used:\nrules:1:1: none"


def test_the_end_of_a_log_that_says_nothing_to_people_is_its_last_lines(tmp_path: Path) -> None:
    log = tmp_path / "connector.log"
    log.write_text("one\ntwo\nthree\n", "utf-8")

    assert tail(log, lines=2) == "two\nthree"
