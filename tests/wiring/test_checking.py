"""`connector check --online` against the sandbox, as Cloud and Data Center speak, in English and Chinese."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import pytest
import requests
from click.testing import CliRunner, Result

from connector.cli.main import cli
from connector.sandbox.server import Sandbox
from connector.sandbox.world import SandboxOptions

ROOT = Path(__file__).parents[2]
Deployment = Literal["cloud", "datacenter"]
Locale = Literal["en", "zh_CN"]
EVERYWHERE = [
    pytest.param("cloud", "en", id="cloud-en"),
    pytest.param("cloud", "zh_CN", id="cloud-zh"),
    pytest.param("datacenter", "en", id="datacenter-en"),
    pytest.param("datacenter", "zh_CN", id="datacenter-zh"),
]


@contextmanager
def site(place: Path, deployment: Deployment, locale: Locale, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    """A sandbox with project and space OPS, named in the environment."""
    box = Sandbox(SandboxOptions(port=0, deployment=deployment, locale=locale, data=place / "sandbox"))
    with box:
        made = requests.post(f"{box.url}/sandbox/projects", json={"key": "OPS", "name": "Operations"}, timeout=20)
        made.raise_for_status()
        for product, url in (("JIRA", box.world.jira_url), ("CONFLUENCE", box.world.confluence_url)):
            monkeypatch.setenv(f"CONNECTOR_{product}_URL", url)
            monkeypatch.setenv(f"CONNECTOR_{product}_TOKEN", "token-connector")
            if deployment == "cloud":
                monkeypatch.setenv(f"CONNECTOR_{product}_USER", "connector@example.com")
        monkeypatch.setenv("CONNECTOR_TEMPLATES_DIR", str(ROOT / "templates"))
        yield box


def run(directory: Path) -> Result:
    return CliRunner().invoke(cli, ["check", "--online", str(directory)])


@pytest.mark.parametrize(("deployment", "locale"), EVERYWHERE)
def test_the_shipped_rules_fit_the_sandbox(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, deployment: Deployment, locale: Locale
) -> None:
    with site(tmp_path, deployment, locale, monkeypatch):
        result = run(ROOT / "rules")

    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.endswith("no problems\n")


WRONG = """\
language: 1
projects:
  - jira: [OPS, OSP]
    space: OSP
    parent_page: Reports
  - jira: OPT
    space: OPS
    parent_page: Reports
    fields: {score: Risk scor}
roles: [{id: sponsor, people: [li.wei], groups: [jira-admin], jira_role: Sponsor}]
phases: [{id: a}, {id: b}]
gates:
  - id: g
    from: a
    to: b
    gate_issue: issuetype = "Phase Gat" AND labels = g
    decided: {GO: Pased}
    must: [{id: c, count: 'status in ("In Progres", Done) AND assignee = nobody', is: 0}]
automations:
  - id: late
    when: issue.updated
    if: |
      labels = late AND
      priority = Highst
    then: [{ensure_issue: {key: a, type: Tsk, summary: A, link: Relats}}]
"""
TOLD = [
    "a.yaml:3:17: projects: this site has no project 'OSP'; did you mean 'OPS'?",
    "a.yaml:4:12: projects: this site has no space 'OSP'; did you mean 'OPS'?",
    "a.yaml:6:11: projects: this site has no project 'OPT'; did you mean 'OPS'?",
    "a.yaml:8:18: projects: this site has no page 'Reports' in OPS; make the page, or name another",
    "a.yaml:10:32: sponsor: this site has no person 'li.wei'; "
    "write the account id (Cloud) or the user name (Data Center)",
    "a.yaml:16:29: g: this site has no issue type 'Phase Gat'; did you mean 'Phase Gate'?",
    "a.yaml:17:19: g: this site has no status 'Pased'; did you mean 'Passed'?",
    "a.yaml:18:39: g/c: this site has no status 'In Progres'; did you mean 'In Progress'?",
    "a.yaml:18:74: g/c: this site has no person 'nobody'; write the account id (Cloud) or the user name (Data Center)",
    "a.yaml:24:18: late: this site has no priority 'Highst'; did you mean 'Highest'?",
    "a.yaml:25:42: late: this site has no issue type 'Tsk'; did you mean 'Task'?",
    "a.yaml:25:65: late: this site has no kind of link 'Relats'; did you mean 'Relates'?",
    "warning: rules/a.yaml:9:21: projects: this site has no field called 'Risk scor', so that 'score' stays empty; "
    "did you mean 'Risk score'?",
]


def test_what_a_site_does_not_have_is_told_with_its_place_and_the_nearest_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = tmp_path / "rules"
    rules.mkdir()
    (rules / "a.yaml").write_text(WRONG, "utf-8")

    with site(tmp_path, "datacenter", "en", monkeypatch):
        result = run(rules)

    assert result.exit_code == 1
    assert result.stderr.splitlines() == [
        "warning: this site cannot be asked for its groups; they were not checked",
        "warning: this site cannot be asked for its roles; they were not checked",
        f"{rules}: 12 problems",
    ]
    assert result.stdout.replace(f"{rules}/", "").splitlines() == TOLD
