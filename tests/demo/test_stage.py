from pathlib import Path

import pytest

from connector.demo.stage import FolderTaken, StageOptions, gauges, on_stage, tail


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


def test_a_demo_is_kept_in_a_folder_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "connector.db").write_text("mine", "utf-8")

    with (
        pytest.raises(FolderTaken, match="is not empty; name a new folder for the demo with --keep"),
        on_stage(StageOptions(port=0, sandbox_port=0, keep=tmp_path)),
    ):
        pytest.fail("a story was begun in somebody's folder")
