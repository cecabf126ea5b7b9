"""Nothing is answered 2xx before it is on disk, seen from outside: in the order of the process's system calls."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from connector.intake.doors import LARGEST_BODY
from tests.intake.doorway import issue_updated, signed
from tests.intake.process import doors_process

CALLS = "fdatasync,fsync,sendto,sendmsg,write,writev"
_LINE = re.compile(r"^(?P<thread>\d+) +(?P<rest>.*)$")
_SYNC = re.compile(r"f(?:data)?sync\(\d+<[^>]*connector\.db-wal>")


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
def test_the_write_ahead_log_is_synced_before_each_answer(tmp_path: Path, sqlite_template: Path) -> None:
    shutil.copyfile(sqlite_template, tmp_path / "connector.db")
    calls = tmp_path / "calls"
    strace = ["strace", "-D", "-f", "-y", "-qq", "-s", "64", "-e", f"trace={CALLS}", "-o", str(calls)]
    with doors_process(f"sqlite:///{tmp_path / 'connector.db'}", under=strace) as url:
        for number in range(5):
            body = issue_updated(number)
            answer = requests.post(f"{url}/hooks/jira", data=body, headers=signed(body), timeout=20)
            assert answer.status_code == 202

    steps = list(told(calls))
    assert steps.count("answered 202") == 5
    answers = [number for number, step in enumerate(steps) if step == "answered 202"]
    between = [steps[start:end] for start, end in zip([0, *answers], answers, strict=False)]
    assert ["synced" in some for some in between] == [True] * 5, steps


def told(calls: Path) -> Iterator[str]:
    """The syncs of the write-ahead log that ended well and the answers that began, in order."""
    begun: set[str] = set()
    for line in calls.read_text("utf-8", "replace").splitlines():
        match = _LINE.match(line)
        thread, rest = (match["thread"], match["rest"]) if match else ("", "")
        is_resumed = "sync resumed>" in rest and thread in begun
        if (_SYNC.match(rest) or is_resumed) and rest.endswith("= 0"):
            begun.discard(thread)
            yield "synced"
        elif _SYNC.match(rest) and "unfinished" in rest:
            begun.add(thread)
        elif found := re.search(r'"HTTP/1\.1 (\d+)', rest):
            yield f"answered {found[1]}"


def test_over_the_wire_a_body_is_taken_in_pieces_and_cut_off_at_the_limit(tmp_path: Path, database_url: str) -> None:
    small, large = issue_updated(padding=100_000), issue_updated(padding=LARGEST_BODY)
    with doors_process(database_url) as url:
        taken = [
            requests.post(f"{url}/hooks/jira", data=pieces(body), headers=signed(body), timeout=20).status_code
            for body in (small, large)
        ]
        told_length = requests.post(f"{url}/hooks/jira", data=large, headers=signed(large), timeout=20)
        readable = requests.get(f"{url}/metrics", timeout=20).text

    assert taken == [202, 413]
    assert (told_length.status_code, told_length.json()["error"]["code"]) == (413, "too large")
    assert "connector_inbox_waiting 1.0" in readable


def pieces(body: bytes) -> Iterator[bytes]:
    for start in range(0, len(body), 64 * 1024):
        yield body[start : start + 64 * 1024]
