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


RULES_THAT_NOTIFY = """\
language: 1
automations:
  - id: told
    when: issue.created
    then:
      - notify: {channel: ops, text: Hello}
      - notify: {channel: bord, text: Hello}
"""


def test_channels_that_are_not_in_their_file_are_warned_of(tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "a.yaml").write_text(RULES_THAT_NOTIFY)
    file = tmp_path / "channels.toml"
    file.write_text('ops = "slack://T1/B2/secret"\nboard = "feishu://secret"\n')
    file.chmod(0o600)
    command = [str(tmp_path / "rules"), "--channels", str(file)]

    result = CliRunner().invoke(check, command)

    what = "there is no channel 'bord' in channels.toml; did you mean 'board'?"
    assert (result.exit_code, result.stdout.splitlines()[:-1]) == (0, [f"warning: rules/a.yaml:3:5: told: {what}"])


def test_a_channels_file_that_is_open_or_broken_is_warned_of_without_quoting_it(tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "a.yaml").write_text(RULES_THAT_NOTIFY)
    file = tmp_path / "channels.yaml"
    file.write_text("ops: slack://T1/B2/secret\nbord: feishu://secret\n")
    file.chmod(0o644)
    command, given = [str(tmp_path / "rules")], {"CONNECTOR_CHANNELS_FILE": str(file)}

    opened = CliRunner().invoke(check, command, env=given)
    file.write_text("ops: [slack://T1/B2/secret")
    broken = CliRunner().invoke(check, command, env=given)
    without = CliRunner().invoke(check, command)

    assert [one.stdout.count("warning:") for one in (opened, broken, without)] == [1, 1, 0]
    assert "warning: channels.yaml: everybody on this machine can read" in opened.stdout
    assert "this is not valid YAML (line 1)" in broken.stdout
    assert "secret" not in (opened.output + broken.output).replace("the secrets of the channels", "")
