import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from connector.demo.play import STEPS

ROOT = Path(__file__).parents[2]


def run_demo(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [
        sys.executable,
        "-m",
        "connector.cli",
        "demo",
        "--exit",
        "--port",
        "0",
        "--sandbox-port",
        "0",
        *arguments,
    ]
    given = {key: value for key, value in os.environ.items() if not key.startswith("CONNECTOR_")}
    return subprocess.run(
        command, cwd=ROOT, env={**given, **environment}, capture_output=True, text=True, timeout=300, check=False
    )


@pytest.mark.story
@pytest.mark.parametrize(
    ("deployment", "locale"),
    [
        pytest.param("cloud", "en", id="cloud"),
        pytest.param("cloud", "zh_CN", id="chinese"),
        pytest.param("datacenter", "en", id="datacenter"),
    ],
)
def test_the_story_comes_out_as_it_should(tmp_path: Path, deployment: str, locale: str) -> None:
    record = tmp_path / "record.jsonl"

    done = run_demo("--deployment", deployment, "--locale", locale, "--record", str(record))

    assert done.returncode == 0, done.stdout + done.stderr
    assert re.findall(r"^\[(\d+)/", done.stdout, re.MULTILINE) == [str(one + 1) for one in range(len(STEPS))]
    assert "✗" not in done.stdout
    lines = [json.loads(line) for line in record.read_text("utf-8").splitlines()]
    # What is looked up and not there yet is answered with 404; nothing else may be refused.
    assert [one["path"] for one in lines if one["status"] >= 400 and one["status"] != 404] == []


@pytest.mark.story
def test_without_rules_it_fails_and_says_why(tmp_path: Path) -> None:
    done = run_demo(CONNECTOR_RULES_DIR=str(tmp_path))

    assert done.returncode == 2
    assert "no rule files were found" in done.stderr
    assert "[1/" not in done.stdout
