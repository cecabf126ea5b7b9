"""Every operation, in both deployments and languages, against Atlassian's own descriptions."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Literal

import pytest

from connector.sandbox.server import Sandbox
from connector.sandbox.world import SandboxOptions
from tests.sandbox.tour import tour
from tests.sandbox.visitor import Visitor

# Data Center's description says of these that they answer one object, where the real product answers a list of them.
LISTS = {
    "GET /rest/api/2/field",
    "GET /rest/api/2/issue/{issueIdOrKey}/remotelink",
    "GET /rest/api/2/issuetype",
    "GET /rest/api/2/priority",
    "GET /rest/api/2/project",
    "GET /rest/api/2/project/{projectIdOrKey}/components",
    "GET /rest/api/2/project/{projectIdOrKey}/statuses",
    "GET /rest/api/2/project/{projectIdOrKey}/versions",
    "GET /rest/api/2/resolution",
    "GET /rest/api/2/status",
    "GET /rest/api/2/statuscategory",
    "GET /rest/api/2/user/assignable/search",
    "GET /rest/api/2/user/search",
    "POST /rest/api/2/issue/{issueIdOrKey}/attachments",
}
# It says of property values and rendered fields that they are texts or objects, and of field names that they are
# objects, where the real product takes and gives any JSON, HTML and names.
MISTYPED = {
    "GET /rest/api/2/issue/{issueIdOrKey}": "renderedFields/",
    "GET /rest/api/2/issue/{issueIdOrKey}/properties/{propertyKey}": "response value:",
    "GET /rest/api/2/project/{projectIdOrKey}/properties/{propertyKey}": "response value:",
    "PUT /rest/api/2/issue/{issueIdOrKey}/properties/{propertyKey}": "E5 (root):",
    "PUT /rest/api/2/project/{projectIdOrKey}/properties/{propertyKey}": "W2 unknown body property blocked",
    "GET /rest/api/2/search": "E4 query fields=",
    "GET /rest/agile/1.0/board/{boardId}/backlog": "E4 query fields=",
    "GET /rest/agile/1.0/sprint/{sprintId}/issue": "E4 query fields=",
}

Deployment = Literal["cloud", "datacenter"]
Locale = Literal["en", "zh_CN"]


@pytest.mark.parametrize("locale", ["en", "zh_CN"])
@pytest.mark.parametrize("deployment", ["cloud", "datacenter"])
def test_every_operation_answers(tmp_path: Path, deployment: Deployment, locale: Locale) -> None:
    record = visit(tmp_path, deployment, locale)

    lines = [json.loads(one) for one in record.read_text("utf-8").splitlines()]
    assert len(lines) > 90
    assert {one["product"] for one in lines} == {"jira"}
    assert not [one for one in lines if one["status"] >= 500]


@pytest.mark.parametrize("locale", ["en", "zh_CN"])
@pytest.mark.parametrize("deployment", ["cloud", "datacenter"])
def test_atlassians_descriptions_find_nothing_wrong(tmp_path: Path, deployment: Deployment, locale: Locale) -> None:
    checker = os.environ.get("ATLASSIAN_SPECS_CHECKER")
    if not checker:
        pytest.skip("ATLASSIAN_SPECS_CHECKER names no checker of Atlassian's OpenAPI descriptions")
    record = visit(tmp_path, deployment, locale)

    flavour = "cloud" if deployment == "cloud" else "dc"
    command = [sys.executable, checker, "--strict", "--responses", "--flavour", flavour, str(record)]
    verdicts = subprocess.run(command, capture_output=True, text=True, check=False).stdout.splitlines()
    wrong = [one for one in map(json.loads, verdicts) if not one["ok"] and not is_defect(one, deployment)]
    assert len(verdicts) > 90
    assert wrong == []


def visit(folder: Path, deployment: Deployment, locale: Locale) -> Path:
    record = folder / "record.jsonl"
    box = Sandbox(SandboxOptions(port=0, deployment=deployment, locale=locale, record=record))
    try:
        tour(Visitor(box))
    finally:
        box.stop()
    return record


def is_defect(verdict: dict[str, Any], deployment: Deployment) -> bool:
    """Whether every error of a verdict is one that Data Center's description is known to be wrong about."""
    operation, errors = verdict["operation"], verdict["errors"]
    if deployment == "cloud":
        return False
    if operation in LISTS:
        return all(one.startswith("E7 response (root): [") for one in errors)
    return operation in MISTYPED and all(MISTYPED[operation] in one for one in errors)
