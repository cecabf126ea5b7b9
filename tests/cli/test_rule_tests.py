import json
import shutil
from pathlib import Path

from click.testing import CliRunner, Result

from connector.cli.main import cli

SHIPPED = Path(__file__).parents[2] / "rules"
TEMPLATES = Path(__file__).parents[2] / "templates"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["test", *arguments, "--templates", str(TEMPLATES)])


def some(place: Path, *files: str) -> Path:
    """A copy of the shipped rules with only these of their tests."""
    shutil.copytree(SHIPPED, place / "rules")
    for path in (place / "rules" / "tests").glob("*.yaml"):
        if path.name not in files:
            path.unlink()
    return place / "rules"


def test_cases_that_come_out_as_expected_are_counted(tmp_path: Path) -> None:
    rules = some(tmp_path, "automations.yaml")

    result = run(str(rules), "--only", "is left alone")

    assert (result.exit_code, result.output) == (0, f"{rules}: 1 case, 0 failed\n")


def test_a_failing_case_shows_expected_and_got_side_by_side(tmp_path: Path) -> None:
    rules = some(tmp_path, "risks.yaml")
    tests = rules / "tests" / "risks.yaml"
    tests.write_text(tests.read_text("utf-8").replace("fields: {score: 16}", "fields: {score: 17}"), "utf-8")

    result = run(str(rules), "--only", "Just below twenty")

    assert result.exit_code == 1
    head, *table, summed = result.output.splitlines()
    assert head.startswith(f"{tests}:")
    assert head.endswith(": Just below twenty nothing is escalated")
    row = next(line for line in table if "score 17" in line)
    assert [cell.strip() for cell in row.strip("│").split("│")] == ["✗", "set OPS-7: score 17", "set OPS-7: score 16"]
    assert summed == f"{rules}: 1 case, 1 failed"


def test_the_same_is_told_as_json(tmp_path: Path) -> None:
    rules = some(tmp_path, "automations.yaml")

    result = run(str(rules), "--json", "--only", "is left alone")

    (case,) = json.loads(result.output)["cases"]
    assert (case["passed"], case["lines"]) == (True, [])
    assert case["place"].startswith(f"{rules / 'tests' / 'automations.yaml'}:")


def test_tests_that_cannot_be_read_end_with_two_and_every_place(tmp_path: Path) -> None:
    rules = some(tmp_path)
    (rules / "tests" / "a.yaml").write_text("language: 1\ncases: [{name: A, now: 2026-01-05, whem: day}]\n")

    result = run(str(rules))

    assert (result.exit_code, result.stdout) == (2, "")
    assert f"{rules}/tests/a.yaml:2:36: cases: unknown key 'whem'; did you mean 'when'?" in result.stderr.splitlines()


def test_rules_that_cannot_be_read_end_with_two(tmp_path: Path) -> None:
    rules = some(tmp_path, "automations.yaml")
    (rules / "risks.yaml").write_text("language: 1\nrisk: 1\n")

    result = run(str(rules))

    assert result.exit_code == 2
    assert "risk: unknown key 'risk'; did you mean 'risks'?" in result.stderr


def test_a_directory_without_tests_ends_with_two_and_says_where_they_go(tmp_path: Path) -> None:
    result = run(str(tmp_path))

    assert result.exit_code == 2
    assert f"put rule tests as *.yaml into {tmp_path / 'tests'}" in result.stderr
