import pytest

from connector.rulefiles.offsets import offset_in_source
from tests.rulefiles.reading import problems

AROUND = "language: 1\nmilestones:\n"


@pytest.mark.parametrize(
    ("value", "place"),
    [
        pytest.param("  select: labels = x AND statsu = y", "3:26", id="plain"),
        pytest.param("  select: 'labels = ''x'' AND statsu = y'", "3:31", id="single-quotes"),
        pytest.param('  select: "labels = \\"x\\" AND statsu = y"', "3:31", id="double-quotes"),
        pytest.param('  select: "labels = \\u0041 AND statsu = y"', "3:32", id="escapes"),
        pytest.param("  select: labels = x\n    AND statsu = y", "4:9", id="plain-on-two-lines"),
        pytest.param("  select: >-\n    labels = x\n    AND statsu = y", "5:9", id="folded"),
        pytest.param("  select: |\n    labels = x\n      AND statsu = y", "5:11", id="literal-with-indent"),
        pytest.param("  select: |\n    labels = x\n\n    AND\n    statsu = y", "7:5", id="literal-with-blank-line"),
        pytest.param("  {select: statsu = y}", "3:12", id="first-character"),
        pytest.param("  select: |\n    statsu = y", "4:5", id="first-character-of-a-block"),
    ],
)
def test_an_error_inside_a_query_points_into_the_file(value: str, place: str) -> None:
    found = problems(AROUND + value + "\n")

    assert found == [f"1.yaml:{place}: milestones: JQL: there is no field 'statsu'; did you mean 'Status'?"]


def test_an_error_inside_a_figure_s_query_points_into_the_file() -> None:
    found = problems('language: 1\nkpis:\n  - {id: late, value: \'figure("overdue", where="statsu = y")\'}\n')

    assert found == ["1.yaml:3:49: late: JQL: there is no field 'statsu'; did you mean 'Status'?"]


def test_an_offset_beyond_the_source_ends_with_it() -> None:
    assert offset_in_source("'ab'", "ab", 99) == 3


def test_rules_in_several_files_are_one_rulebook_and_double_ids_name_both_places() -> None:
    found = problems(
        "language: 1\nphases: [{id: a}]\nmilestones: {select: issuetype = Milestone}",
        "language: 1\nphases: [{id: b}, {id: a}]\nmilestones: {select: issuetype = Milestone}",
    )

    assert found == [
        "2.yaml:2:24: a: the id 'a' stands at 1.yaml:2:15 already; give it another",
        "2.yaml:3:1: milestones: 'milestones' stands at 1.yaml:3:13 already; keep it in one file",
    ]


def test_a_reference_to_a_rule_that_was_left_out_is_not_complained_about() -> None:
    found = problems(
        "language: 1\n"
        "projects: [{jira: OPS, mood: x, fields: {score: Risk score}}]\n"
        "phases: [{id: a, titel: A}, {id: b}]\n"
        "gates:\n"
        "  - {id: g, from: a, to: b, gate_issue: score > 3, decided: {GO: Passed},\n"
        "     must: [{id: c, count: score > 1, is: 0}]}\n"
    )

    assert found == [
        "1.yaml:2:24: projects: unknown key 'mood'; did you mean 'mode'?",
        "1.yaml:3:18: a: unknown key 'titel'; did you mean 'title'?",
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param(
            "{en: Late, zh: 已逾期}", "there is no language 'zh'; known here: en, zh_CN", id="unknown-language"
        ),
        pytest.param("{}", "{} is not a text; write a text, or {en: ..., zh_CN: ...}", id="no-language"),
        pytest.param("[Late]", "['Late'] is not a text; write a text, or {en: ..., zh_CN: ...}", id="a-list"),
        pytest.param("''", "'' is not a text; write a text, or {en: ..., zh_CN: ...}", id="nothing"),
    ],
)
def test_a_text_of_an_automation_that_is_none_is_told_where_it_stands(text: str, said: str) -> None:
    found = problems(
        "language: 1\nautomations:\n  - id: late\n    when: issue.created\n    if: labels = x\n"
        f"    then:\n      - comment: {{purpose: late, text: {text}}}\n"
    )

    assert found == [f"1.yaml:7:40: late: {said}"]
