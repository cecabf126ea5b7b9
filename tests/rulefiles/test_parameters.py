"""Parameters and overrides: one rule for many projects, with other values or switched off in some."""

import pytest

from connector.core.rulebook import Rulebook
from tests.rulefiles.reading import problems, rulebook

RULES = """\
language: 1
parameters:
  late_after: 3d
  on_time: {type: number, default: 0.9, about: share of work that is on time}
  kinds: [Story, Phase Gate]
  limit: 20
  label: late
projects:
  - jira: [OPS, MKT]
    with: {on_time: 0.8, kinds: [Bug], limit: 3}
  - jira: HR
    override:
      kpis: {on_time: {target: ">= 50 %", title: Punctual}, overdue: off}
      automations: {late: {at_most: 1}}
      gates: {kickoff: false}
  - category: Labs
    with: {on_time: 0.8, kinds: [Bug], limit: 3}
  - jira: "*"
phases: [{id: a}, {id: b}]
gates:
  - id: kickoff
    from: a
    to: b
    gate_issue: labels = kickoff
    decided: {GO: Passed}
    must: [{id: c, count: labels = x, is: 0}]
kpis:
  - {id: on_time, value: figure("on_time_rate"), target: ">= $on_time"}
  - {id: overdue, value: 'figure("overdue", where="issuetype in ($kinds) AND duedate < -${late_after}")'}
automations:
  - id: late
    when: issue.updated
    if: issuetype in ($kinds) AND summary !~ "US$$"
    then: [{add_label: $label}]
    at_most: $limit
"""


@pytest.fixture(scope="module")
def rules() -> Rulebook:
    return rulebook(RULES)


def in_short(rules: Rulebook) -> dict[str, object]:
    return {
        "gates": [gate.id for gate in rules.gates],
        "kpis": {kpi.id: str(kpi.target) for kpi in rules.kpis},
        "overdue": next((kpi.select.text for kpi in rules.kpis if kpi.id == "overdue" and kpi.select), None),
        "late": [(rule.if_.text if rule.if_ else "", rule.at_most) for rule in rules.automations],
    }


DEFAULT = {
    "gates": ["kickoff"],
    "kpis": {"on_time": ">= 0.9", "overdue": "None"},
    "overdue": "issuetype in (Story, 'Phase Gate') AND duedate < -3d",
    "late": [("issuetype in (Story, 'Phase Gate') AND summary !~ \"US$\"", 20)],
}
WITH = {
    "gates": ["kickoff"],
    "kpis": {"on_time": ">= 0.8", "overdue": "None"},
    "overdue": "issuetype in (Bug) AND duedate < -3d",
    "late": [('issuetype in (Bug) AND summary !~ "US$"', 3)],
}
OVERRIDDEN = {
    "gates": [],
    "kpis": {"on_time": ">= 0.5"},
    "overdue": None,
    "late": [("issuetype in (Story, 'Phase Gate') AND summary !~ \"US$\"", 1)],
}


@pytest.mark.parametrize(
    ("key", "category", "expected"),
    [
        pytest.param("X", None, DEFAULT, id="defaults"),
        pytest.param("OPS", None, WITH, id="own-values"),
        pytest.param("MKT", None, WITH, id="own-values-of-several"),
        pytest.param("LAB", "labs", WITH, id="own-values-of-a-category"),
        pytest.param("HR", None, OVERRIDDEN, id="overridden"),
    ],
)
def test_a_project_has_its_own_values_and_overrides(
    rules: Rulebook, key: str, category: str | None, expected: dict[str, object]
) -> None:
    found = rules.for_project(key, category)

    assert in_short(found) == expected


def test_entries_with_the_same_values_share_their_rules(rules: Rulebook) -> None:
    assert len(rules.variants) == 2
    assert rules.for_project("OPS") is rules.for_project("MKT")
    assert rules.for_project("X") is rules


def test_the_rules_of_a_project_find_projects_and_bear_the_hash_of_all(rules: Rulebook) -> None:
    own = rules.for_project("HR")

    assert own.hash == rules.hash
    assert own.project_for("OPS") == rules.project_for("OPS")


def test_a_title_may_be_overridden(rules: Rulebook) -> None:
    assert [kpi.title for kpi in rules.for_project("HR").kpis] == [{"en": "Punctual"}]


AROUND = "language: 1\nparameters: {grace: 3d, share: 0.9, names: [a]}\n"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param(
            "milestones: {select: labels = $graec}",
            "1.yaml:3:31: milestones: there is no parameter 'graec'; did you mean 'grace'?",
            id="dead-reference",
        ),
        pytest.param(
            "milestones: {select: duedate < -$grace AND statsu = x}",
            "1.yaml:3:44: milestones: JQL: there is no field 'statsu'; did you mean 'Status'?",
            id="place-after-a-shorter-value",
        ),
        pytest.param(
            "milestones: {select: 'labels in ($names) AND labels in (a, $names) AND statsu = x'}",
            "1.yaml:3:72: milestones: JQL: there is no field 'statsu'; did you mean 'Status'?",
            id="place-after-several",
        ),
        pytest.param(
            'kpis: [{id: k, value: figure("overdue"), target: $names}]',
            "1.yaml:3:50: k: ['a'] is not a comparison with a number; write for example '>= 0.9'",
            id="wrong-kind",
        ),
        pytest.param(
            "projects: [{jira: OPS, with: {grce: 4d}}]",
            "1.yaml:3:31: projects: there is no parameter 'grce'; did you mean 'grace'?",
            id="unknown-own-value",
        ),
        pytest.param(
            "projects: [{jira: OPS, with: {grace: 4}}]",
            "1.yaml:3:38: projects: 4 is no duration; write a duration, as its default is",
            id="own-value-of-another-kind",
        ),
        pytest.param(
            "projects: [{jira: OPS, override: {kpis: {late: off}}}]",
            "1.yaml:3:42: projects: there is nothing called 'late' under kpis; write it under kpis: first",
            id="override-of-nothing",
        ),
        pytest.param(
            "projects: [{jira: OPS, override: {kpis: {late: on}}}]",
            "1.yaml:3:48: projects: 'on' changes nothing; write off, or the keys that are otherwise here",
            id="override-with-nothing",
        ),
        pytest.param(
            'kpis: [{id: k, value: figure("overdue")}]\nprojects: [{jira: OPS, override: {kpis: {k: {id: l}}}}]',
            "1.yaml:4:46: l: a rule keeps its id; remove it",
            id="override-of-an-id",
        ),
        pytest.param(
            'kpis: [{id: k, value: figure("overdue")}]\n'
            "projects: [{jira: OPS, override: {kpis: {k: {taget: '>= 1'}}}}]",
            "1.yaml:4:46: k: unknown key 'taget' (as OPS has it); did you mean 'target'?",
            id="unknown-key-in-an-override",
        ),
        pytest.param(
            'kpis: [{id: k, value: figure("overdue")}]\n'
            "projects: [{jira: OPS, override: {kpis: {k: {target: '>> 1'}}}}]",
            "1.yaml:4:54: k: '>> 1' is not a comparison with a number (as OPS has it); write for example '>= 0.9'",
            id="bad-value-in-an-override",
        ),
        pytest.param(
            "milestones: {select: duedate < $share}\nprojects: [{jira: OPS, with: {share: 7}}]",
            None,
            id="the-same-problem-is-told-once",
        ),
    ],
)
def test_what_is_wrong_with_parameters_and_overrides_is_told(text: str, told: str | None) -> None:
    found = problems(AROUND + text)

    assert len(found) == 1
    assert told is None or found == [told]


@pytest.mark.parametrize(
    ("parameters", "told"),
    [
        pytest.param(
            "{a: {type: number, default: x}}", "2:41: parameters: 'x' is no number; let default and type", id="type"
        ),
        pytest.param("{A: 1}", "2:14: parameters: 'A' cannot be a name here", id="name"),
        pytest.param("{a: {b: 1}}", "2:17: parameters: 'default' is missing", id="no-default"),
        pytest.param("{a: [1]}", "2:17: parameters: [1] is no value for a parameter", id="list-of-numbers"),
        pytest.param("{a: null}", "2:17: parameters: None is no value for a parameter", id="nothing"),
        pytest.param(f"{{a: {'x' * 1001}}}", "is no value for a parameter", id="too-long"),
    ],
)
def test_a_parameter_that_is_none_is_told(parameters: str, told: str) -> None:
    found = problems(f"language: 1\nparameters: {parameters}\n")

    assert told in found[0]


def test_parameters_of_several_files_are_one_set() -> None:
    found = problems("language: 1\nparameters: {a: 1}", "language: 1\nparameters: {a: 2}")

    assert found == ["2.yaml:2:14: parameters: the parameter 'a' stands at 1.yaml:2:17 already; keep one of them"]


def test_nothing_is_put_into_what_all_projects_share() -> None:
    rules = rulebook("language: 1\nparameters: {a: 1}\nprojects: [{jira: OPS, fields: {cost: Cost in US$a}}]")

    found = rules.project_for("OPS")

    assert found is not None
    assert found.fields["cost"] == ("Cost in US$a",)


def test_a_few_lines_of_parameters_do_not_unfold_beyond_all_bounds() -> None:
    found = problems(f"language: 1\nparameters: {{a: {'x' * 1000}}}\nmilestones: {{select: '{'$a ' * 30_000}'}}")

    assert "parameters bring more than 200,000 characters into this file" in "\n".join(found)


def test_more_variants_than_can_be_kept_ready_are_refused() -> None:
    entries = "".join(f"  - {{jira: P{number}, with: {{a: {number}}}}}\n" for number in range(201))

    found = problems(f"language: 1\nparameters: {{a: 1}}\nprojects:\n{entries}")

    assert found == [
        "1.yaml:204:5: projects: 201 different sets of parameters and overrides are more than can be kept ready; "
        "at most 200, fewer with long rule files"
    ]
