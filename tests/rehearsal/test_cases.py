import re
import shutil
from pathlib import Path

import pytest

from connector.core.rulebook import Rulebook
from connector.pages.templates import read_templates
from connector.rehearsal.cases.reading import read_cases
from connector.rehearsal.cases.running import BadCase, Ground, Played, ground_of, play
from connector.rulefiles.problem import Problems
from connector.rulefiles.projects import Defaults
from connector.rulefiles.read import read_rules

ROOT = Path(__file__).parents[2]
SHIPPED = ROOT / "rules"
TEMPLATES = read_templates(ROOT / "templates")
RULES = """\
language: 1
projects: [{jira: OPS, mode: write}]
automations:
  - id: late
    when: [issue.updated, day.began]
    if: priority = Highest AND duedate < startOfDay() AND statusCategory != Done
    then: [{add_label: late}]
    at_most: 1
"""
CASES_OF = {"kpis.yaml": "measures.yaml"}
HEAD = "language: 1\nproject: OPS\ncases:\n"


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    place = tmp_path / "rules"
    (place / "tests").mkdir(parents=True)
    (place / "rules.yaml").write_text(RULES)
    return place


def write(rules: Path, text: str) -> None:
    (rules / "tests" / "late.yaml").write_text(HEAD + text)


def played(directory: Path) -> list[Played]:
    cases = read_cases(directory)
    assert not isinstance(cases, Problems), str(cases)
    ground = ground_of(directory, cases[0].project, TEMPLATES)
    assert isinstance(ground, Ground), str(ground)
    done = []
    for case in cases:
        one = play(case, ground, TEMPLATES)
        assert isinstance(one, Played), str(one)
        done.append(one)
    return done


def problems(directory: Path) -> list[str]:
    """The problems of the directory's cases, with places beginning at the folder of the tests."""
    cases = read_cases(directory)
    if isinstance(cases, Problems):
        found = [str(one) for one in cases.found]
    else:
        ground = ground_of(directory, cases[0].project, TEMPLATES)
        assert isinstance(ground, Ground)
        tried = [play(case, ground, TEMPLATES) for case in cases]
        found = [str(one) for some in tried if isinstance(some, Problems) for one in some.found]
    return [one.replace(f"{directory}/", "") for one in found]


def lines(one: Played) -> list[tuple[str | None, str | None, bool]]:
    return [(line.expected, line.got, line.is_met) for line in one.lines]


CASE = """\
  - name: Late work is marked
    now: 2026-03-16 09:00
    given: {issues: [{key: OPS-5, priority: Highest, duedate: 2026-03-13}]}
    when: day
"""


def test_a_case_is_met_when_all_that_comes_was_expected(rules: Path) -> None:
    write(rules, CASE + "    expect: {writes: [{label: OPS-5, add: late, rule: automation late}]}\n")

    assert [lines(one) for one in played(rules)] == [[("label OPS-5: add late", "label OPS-5: add late", True)]]


def test_a_write_that_nobody_expected_fails_the_case_and_names_its_rule(rules: Path) -> None:
    write(rules, CASE + "    expect: nothing\n")

    assert [lines(one) for one in played(rules)] == [[(None, "label OPS-5: add late (automation late)", False)]]


def test_a_write_that_does_not_come_fails_the_case(rules: Path) -> None:
    write(rules, CASE.replace("2026-03-13", "2026-03-20") + "    expect: {writes: [{label: OPS-5, add: late}]}\n")

    assert [lines(one) for one in played(rules)] == [[("label OPS-5: add late", None, False)]]


def test_a_write_that_differs_stands_beside_the_one_that_was_meant(rules: Path) -> None:
    write(rules, CASE + "    expect: {writes: [{label: OPS-5, add: overdue}]}\n")

    assert [lines(one) for one in played(rules)] == [[("label OPS-5: add overdue", "label OPS-5: add late", False)]]


@pytest.mark.parametrize(
    ("expected", "is_met"),
    [
        pytest.param("{notify: ops, says: due on 2026-03-13}", True, id="part-of-what-it-says"),
        pytest.param("{notify: ops, title: OPS-5, says: [Late, 2026]}", True, id="with-its-title"),
        pytest.param("{notify: ops, says: due tomorrow}", False, id="says-something-else"),
        pytest.param("{notify: board, says: due}", False, id="another-channel"),
    ],
)
def test_a_message_is_expected_by_its_channel_and_its_words(rules: Path, expected: str, is_met: bool) -> None:
    told = 'notify: {channel: ops, title: "{{ issue.key }}", text: "Late: due on {{ issue.duedate }}"}'
    (rules / "rules.yaml").write_text(RULES.replace("add_label: late", told))
    write(
        rules,
        CASE
        + f"    expect: {{writes: [{expected}]}}\n"
        + CASE.replace("Late work", "Work in time").replace("2026-03-13", "2026-03-20")
        + "    expect: nothing\n",
    )

    assert [one.is_met for one in played(rules)] == [is_met, True]


def test_a_condition_is_played_from_both_sides(rules: Path) -> None:
    late = "{key: OPS-5, priority: Highest, duedate: 2026-03-13"
    write(
        rules,
        CASE.replace("duedate: 2026-03-13}", "duedate: 2026-03-16}")
        + "    expect: nothing\n"
        + CASE.replace("Late work", "Done work").replace(late, f"{late}, status: Done")
        + "    expect: nothing\n",
    )

    assert [one.is_met for one in played(rules)] == [True, True]


def test_history_operators_see_the_given_history(rules: Path) -> None:
    text = RULES.replace(
        "priority = Highest AND duedate < startOfDay() AND statusCategory != Done", 'status WAS "Done"'
    )
    (rules / "rules.yaml").write_text(text)
    history = "history: [2026-02-02 status: To Do -> Done by ana, 2026-02-09 status: Done -> In Progress by ben]"
    write(
        rules,
        f"""\
  - name: Reopened work is marked
    now: 2026-03-16 09:00
    given: {{issues: [{{key: OPS-5, {history}}}, {{key: OPS-6, status: In Progress}}]}}
    when: day
    expect: {{writes: [{{label: OPS-5, add: late}}]}}
""",
    )

    assert [lines(one) for one in played(rules)] == [[("label OPS-5: add late", "label OPS-5: add late", True)]]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param(
            CASE + "    expects: nothing\n",
            [
                "tests/late.yaml:4:5: cases: 'expect' is missing; add 'expect: ...' here",
                "tests/late.yaml:8:5: cases: unknown key 'expects'; did you mean 'expect'?",
            ],
            id="unknown-key",
        ),
        pytest.param(
            CASE.replace("when: day", "when: {updated: OPS-5, day: true}") + "    expect: nothing\n",
            [
                "tests/late.yaml:7:11: cases: updated and day stand together; write exactly one of created, updated, "
                "deleted, commented, worked, linked, page_created, page_updated, page_labelled, page_commented, day, "
                "week, schedule, rollup"
            ],
            id="two-happenings",
        ),
        pytest.param(
            CASE.replace("duedate:", "dudate:") + "    expect: nothing\n",
            ["tests/late.yaml:6:54: Late work is marked: there is no field 'dudate'; did you mean 'duedate'?"],
            id="unknown-field",
        ),
        pytest.param(
            CASE.replace("priority:", "status: Doing, priority:") + "    expect: nothing\n",
            [
                "tests/late.yaml:6:43: Late work is marked: there is no status 'Doing'; did you mean 'Done'? If not, "
                "say its category at the head of the file: statuses: {Doing: indeterminate}"
            ],
            id="unknown-status",
        ),
        pytest.param(
            CASE.replace("when: day", "when: {updated: OPS-6}") + "    expect: nothing\n",
            ["tests/late.yaml:7:21: Late work is marked: there is no issue 'OPS-6'; did you mean 'OPS-5'?"],
            id="unknown-issue",
        ),
        pytest.param(
            CASE + "    expect: {writes: [{lable: OPS-5}]}\n",
            ["tests/late.yaml:8:23: Late work is marked: 'lable' is no write; did you mean 'label'?"],
            id="unknown-write",
        ),
        pytest.param(
            CASE + "    expect: {writes: [{label: OPS-5, adds: late}]}\n",
            ["tests/late.yaml:8:38: Late work is marked: 'label' has no 'adds'; did you mean 'add'?"],
            id="unknown-part-of-a-write",
        ),
        pytest.param(
            CASE.replace("2026-03-16 09:00", "yesterday") + "    expect: nothing\n",
            ["tests/late.yaml:5:10: Late work is marked: 'yesterday' is no moment; write for example 2026-03-16 09:00"],
            id="no-moment",
        ),
        pytest.param(
            CASE.replace("duedate: 2026-03-13", "history: [status: Done]") + "    expect: nothing\n",
            [
                "tests/late.yaml:6:64: Late work is marked: 'status: Done' is no entry of a history; write for example "
                "- 2026-01-05 status: To Do -> In Progress by ana"
            ],
            id="no-history",
        ),
        pytest.param(
            CASE.replace("name: Late work is marked", "name: 7") + "    expect: nothing\n",
            ["tests/late.yaml:4:11: cases: 7 stands where text is expected; write text"],
            id="wrong-type",
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_place(rules: Path, text: str, said: list[str]) -> None:
    write(rules, text)

    assert problems(rules) == said


def test_a_file_that_is_no_yaml_is_a_problem_and_no_traceback(rules: Path) -> None:
    (rules / "tests" / "late.yaml").write_bytes(b"\x00\xff")

    (said,) = problems(rules)
    assert said.startswith("tests/late.yaml:1:")


def test_a_directory_without_tests_says_where_to_put_them(tmp_path: Path) -> None:
    found = read_cases(tmp_path)

    assert isinstance(found, Problems)
    assert f"put rule tests as *.yaml into {tmp_path / 'tests'}" in str(found)


def test_a_project_that_is_under_no_rules_is_refused(rules: Path) -> None:
    with pytest.raises(BadCase, match="project SHOP is under no rules"):
        ground_of(rules, "SHOP", TEMPLATES)


def test_every_shipped_case_comes_out_as_expected() -> None:
    found = played(SHIPPED)

    assert [(one.name, lines(one)) for one in found if not one.is_met] == []


def test_every_shipped_rule_is_named_in_a_case() -> None:
    rules = read_rules(SHIPPED, None, Defaults())
    assert isinstance(rules, Rulebook)
    text = "".join(path.read_text("utf-8") for path in sorted((SHIPPED / "tests").glob("*.yaml")))
    wanted = [
        *(f"rule: automation {one.id}" for one in rules.automations),
        *(f"rule: gate {one.id}" for one in rules.gates),
        *(f"{criterion.id}" for gate in rules.gates for criterion in gate.criteria),
        *(f"{one.id}:" for one in (*rules.kpis, *rules.pages)),
        *(f"band: {one.id}" for one in (rules.risks.bands if rules.risks else ())),
    ]

    assert [one for one in wanted if not re.search(rf"\b{re.escape(one)}(?![\w-])", text)] == []


@pytest.mark.parametrize(
    ("file", "before", "after"),
    [
        pytest.param("risks.yaml", 'high: ">= 15"', 'high: ">= 17"', id="band"),
        pytest.param("risks.yaml", 'at: ">= 20"', 'at: ">= 16"', id="escalation"),
        pytest.param("risks.yaml", "select: issuetype = Risk", "select: issuetype in (Risk, Task)", id="risk-select"),
        pytest.param("gates.yaml", "on_early_pass: return  ", "on_early_pass: flag  ", id="early-pass"),
        pytest.param("gates.yaml", "has: goal_actual IS NOT EMPTY", "has: goal_target IS NOT EMPTY", id="closure"),
        pytest.param("kpis.yaml", 'amber: ">= 0.8"', 'amber: ">= 0.3"', id="kpi-amber"),
        pytest.param("automations.yaml", "AND statusCategory != Done", "", id="automation-if"),
        pytest.param("automations.yaml", "[issue.updated, day.began]", "[issue.updated]", id="automation-when"),
    ],
)
def test_a_shipped_rule_that_is_broken_fails_a_shipped_case(tmp_path: Path, file: str, before: str, after: str) -> None:
    shutil.copytree(SHIPPED, tmp_path / "rules")
    broken = tmp_path / "rules" / file
    text = broken.read_text("utf-8")
    assert before in text
    broken.write_text(text.replace(before, after), "utf-8")

    cases = tmp_path / "rules" / "tests"
    for other in cases.glob("*.yaml"):
        if other.name != CASES_OF.get(file, file):
            other.unlink()
    assert [one.name for one in played(tmp_path / "rules") if not one.is_met] != []


def test_a_rule_that_waits_acts_when_its_time_is_over_and_not_when_the_work_was_done(rules: Path) -> None:
    text = RULES.replace("    at_most: 1\n", "    unless_done_within: 2d\n").replace(
        "[issue.updated, day.began]", "issue.updated"
    )
    (rules / "rules.yaml").write_text(text)
    given = "given: {issues: [{key: OPS-5, priority: Highest, duedate: 2026-03-13}]}"
    write(
        rules,
        f"""\
  - name: Late work that stays so is marked
    now: 2026-03-16 09:00
    {given}
    before: [{{updated: OPS-5, change: {{summary: Renamed}}}}]
    when: {{rollup: true, at: 2026-03-18 10:00}}
    expect: {{writes: [{{label: OPS-5, add: late}}]}}

  - name: Late work that is done meanwhile is left alone
    now: 2026-03-16 09:00
    {given}
    before:
      - {{updated: OPS-5, change: {{summary: Renamed}}}}
      - {{updated: OPS-5, change: {{status: Done}}, at: 2026-03-17 09:00}}
    when: {{rollup: true, at: 2026-03-18 10:00}}
    expect: nothing
""",
    )

    assert [(one.name, lines(one)) for one in played(rules) if not one.is_met] == []
