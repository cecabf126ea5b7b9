import shutil
from pathlib import Path

from click.testing import CliRunner

from connector.cli.check import check

ROOT = Path(__file__).parents[2]
SHIPPED = ROOT / "rules"


def test_rules_without_a_problem_are_summed_up() -> None:
    result = CliRunner().invoke(check, [str(SHIPPED)])

    assert (result.exit_code, result.output) == (
        0,
        f"{SHIPPED}: 4 phases, 2 gates, 5 KPIs, 2 pages, 1 automation; no problems\n",
    )


def test_every_problem_is_printed_with_a_place_that_can_be_opened(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("language: 1\nphases: [{id: a, titel: A}]\n")
    (tmp_path / "b.yaml").write_text("language: 1\nrisk: 1\n")

    result = CliRunner().invoke(check, [str(tmp_path)])

    assert (result.exit_code, result.stdout.splitlines(), result.stderr) == (
        1,
        [
            f"{tmp_path}/a.yaml:2:18: a: unknown key 'titel'; did you mean 'title'?",
            f"{tmp_path}/b.yaml:2:1: risk: unknown key 'risk'; did you mean 'risks'?",
        ],
        f"{tmp_path}: 2 problems\n",
    )


def test_a_directory_that_is_not_there_is_a_problem_and_no_traceback(tmp_path: Path) -> None:
    result = CliRunner().invoke(check, [str(tmp_path / "none")])

    assert (result.exit_code, result.stdout) == (
        1,
        f"{tmp_path}/none:1:1: file: it cannot be read (No such file or directory); "
        "name a directory that holds rule files\n",
    )


def test_the_directory_may_come_from_the_environment(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("language: 1\nphases: [{id: a}]\n")

    result = CliRunner().invoke(check, [], env={"CONNECTOR_RULES_DIR": str(tmp_path)})

    assert result.output == f"{tmp_path}: 1 phase, 0 gates, 0 KPIs, 0 pages, 0 automations; no problems\n"


def test_a_page_needs_a_template_of_its_name(tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "a.yaml").write_text("language: 1\npages: [{id: a, template: stauts, title: A}]\n")
    shutil.copytree(ROOT / "templates", tmp_path / "templates")

    result = CliRunner().invoke(check, [str(tmp_path / "rules"), "--templates", str(tmp_path / "templates")])

    assert result.stdout == (
        f"{tmp_path}/rules/a.yaml:2:27: a: there is no template 'stauts'; did you mean 'status'?\n"
    )
