"""The language as editors know it: kept beside the shipped rules, whole, and of one mind with the loader."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from connector.cli.main import cli
from connector.rulefiles.files import RuleFile
from connector.rulefiles.schema import schema
from connector.rulefiles.tree import Tree, read_tree
from tests.rulefiles.reading import CASES, SHIPPED, problems

SCHEMA = schema()
VALIDATOR = Draft202012Validator(SCHEMA)
EXAMPLES = re.findall(r"```yaml\n(.*?)```", (SHIPPED / "README.md").read_text("utf-8"), flags=re.DOTALL)


def is_rules(text: str) -> bool:
    """Rule tests have a schema of their own."""
    return "given:" not in text


GOOD = [
    *((path.name, path.read_text("utf-8")) for path in sorted((*SHIPPED.glob("*.yaml"), *CASES.glob("*.good.yaml")))),
    *((f"example-{number}", text) for number, text in enumerate(EXAMPLES) if is_rules(text)),
]


def data_of(text: str) -> object:
    """The file as the loader reads it: `on` and dates are text."""
    whole = text if re.search(r"^language:", text, re.M) else f"language: 1\n{text}"
    tree = read_tree(RuleFile(name="a.yaml", content=whole.encode()))
    assert isinstance(tree, Tree), str(tree)
    return tree.data


def faults(text: str) -> list[str]:
    return sorted(f"{one.json_path}: {one.message}" for one in VALIDATOR.iter_errors(data_of(text)))


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)

    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_the_schema_beside_the_shipped_rules_is_the_present_one() -> None:
    printed = CliRunner().invoke(cli, ["schema"])

    assert (SHIPPED / "rules.schema.json").read_text("utf-8") == printed.stdout


@pytest.mark.parametrize("path", sorted(SHIPPED.glob("*.yaml")), ids=lambda path: path.name)
def test_every_shipped_file_tells_editors_its_schema(path: Any) -> None:
    assert path.read_text("utf-8").startswith("# yaml-language-server: $schema=rules.schema.json\n")


@pytest.mark.parametrize(("name", "text"), GOOD, ids=[name for name, _ in GOOD])
def test_what_the_loader_takes_the_schema_takes(name: str, text: str) -> None:
    assert faults(text) == []


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("phasen: []", id="unknown-section"),
        pytest.param("phases: [{id: a, titel: A}]", id="unknown-key"),
        pytest.param("phases: [{id: on time}]", id="no-name"),
        pytest.param("phases: {a: b}", id="no-list"),
        pytest.param("projects: [{jira: OPS, mode: wriet}]", id="unknown-mode"),
        pytest.param("kpis: [{id: a}]", id="missing-key"),
        pytest.param("kpis: [{id: a, value: x, unit: apples}]", id="unknown-unit"),
        pytest.param("reports: [{id: a, template: t, title: '{period}', every: day}]", id="unknown-period"),
        pytest.param("calendars: [{id: a, week: [monday]}]", id="unknown-day"),
        pytest.param("projects: [{jira: OPS, override: {kpis: {a: on}}}]", id="override-with-nothing"),
        pytest.param("projects: [{jira: OPS, override: {kpis: {a: {titel: A}}}}]", id="override-with-unknown-key"),
        pytest.param("parameters: {a: {about: nothing}}", id="no-default"),
        pytest.param("automations: [{id: a, when: issue.created, if: x = y, then: [{shout: a}]}]", id="unknown-action"),
    ],
)
def test_what_the_loader_refuses_for_its_shape_the_schema_refuses(text: str) -> None:
    assert problems(f"language: 1\n{text}\n")
    assert faults(text) != []


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            "parameters: {n: 3}\ngates: [{id: g, from: $a, to: $a, gate_issue: a = $b, decided: {}, "
            "on_early_pass: $c, sets_baseline: $d, must: [{id: m, every: x, at_least: $n}]}]",
            id="in-gates",
        ),
        pytest.param("kpis: [{id: a, value: x, target: $a, unit: $b}]", id="in-kpis"),
        pytest.param(
            "risks: {select: a, bands: {high: $a}, scale: {impact: $b}, review_every: {high: $c}}", id="in-risks"
        ),
        pytest.param("calendars: [{id: a, week: $days, holidays: $free}]", id="in-calendars"),
    ],
)
def test_a_parameter_may_stand_for_any_value(text: str) -> None:
    assert faults(text) == []


def keys_in(node: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(node, dict):
        for key, value in node.get("properties", {}).items():
            yield f"{path}.{key}", value
        for key, value in node.items():
            yield from keys_in(value, f"{path}.{key}" if key != "properties" else path)
    if isinstance(node, list):
        for index, value in enumerate(node):
            yield from keys_in(value, f"{path}[{index}]")


def test_every_key_is_explained() -> None:
    mute = [path for path, value in keys_in(SCHEMA) if "description" not in value and not path.endswith(".id")]

    assert mute == []
    assert all("description" in shape for shape in SCHEMA["$defs"].values())
