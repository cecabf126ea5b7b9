"""Rule files as cases/name.good.yaml and name.bad.yaml; name.bad.txt holds all that is said about the latter."""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from connector.core.automation_rules import AddLabel, EnsureIssue, SayComment, SetFields
from connector.core.rulebook import (
    EveryIssue,
    GatePassed,
    KpiHolds,
    PageRule,
    PageStands,
    Place,
    ProjectRules,
    Rulebook,
    SomeIssues,
    Threshold,
)
from connector.rulefiles.files import RuleFile
from connector.rulefiles.projects import Defaults
from connector.rulefiles.read import read_files
from tests.rulefiles.reading import CASES, TEMPLATES, rulebook

NAMES = sorted(path.name.removesuffix(".bad.yaml") for path in CASES.glob("*.bad.yaml"))
ISSUE: Mapping[str, object] = {"issue": {"key": "OPS-7"}}


def good(name: str) -> Rulebook:
    path = CASES / f"{name}.good.yaml"
    file = RuleFile(name=path.name, content=path.read_bytes())
    found = read_files([file], None, Defaults(locale="en", timezone="UTC"), templates=TEMPLATES)
    assert isinstance(found, Rulebook), str(found)
    return found


@pytest.mark.parametrize("name", NAMES)
def test_a_bad_file_is_told_all_its_problems_with_line_and_column(name: str) -> None:
    path = CASES / f"{name}.bad.yaml"
    expected = (CASES / f"{name}.bad.txt").read_text("utf-8").splitlines()

    found = read_files([RuleFile(name=path.name, content=path.read_bytes())], None, Defaults(), templates=TEMPLATES)

    assert str(found).splitlines() == expected


def test_phases_keep_their_order_and_go_without_a_title() -> None:
    rules = good("gates")

    assert rules.phases == ("planning", "executing")
    assert rules.phase_titles == {
        "planning": {"en": "planning"},
        "executing": {"en": "Executing", "zh_CN": "执行"},
    }


def test_a_gate_is_compiled_with_the_site_s_names_for_its_statuses() -> None:
    gate = good("gates").gates[0]

    assert (gate.id, gate.title, gate.leaves, gate.opens) == (
        "baseline",
        {"id": "gate.baseline"},
        "planning",
        "executing",
    )
    assert gate.decided == {"GO": ("Passed", "通过"), "HOLD": ("On Hold", "暂缓", "Held")}
    assert (gate.on_early_pass, gate.return_to) == ("return", ("Planned",))
    assert (gate.sets_baseline, gate.closes_project) == (True, False)
    assert gate.gate_issue.text == 'issuetype = "Phase Gate"'
    assert gate.place == Place(file="gates.good.yaml", line=10, column=5)


def test_each_form_of_criterion_becomes_its_check() -> None:
    owners, few, page, kpi, before = good("gates").gates[0].criteria

    assert isinstance(owners.check, EveryIssue)
    assert (owners.check.every.text, owners.check.has.text, owners.check.at_least) == (
        "statusCategory != Done",
        "assignee IS NOT EMPTY",
        2,
    )
    assert isinstance(few.check, SomeIssues)
    assert few.check.is_ == Threshold(operator="<=", value=Decimal(3))
    assert page.check == PageStands(label="charter", headings=(("Goals",), ("Scope", "范围")))
    assert kpi.check == KpiHolds(kpi="on_time", is_=Threshold(operator=">=", value=Decimal("0.8")))
    assert before.check == GatePassed(gate="earlier")


def test_must_and_should_and_what_may_not_be_waived_are_kept_apart() -> None:
    criteria = good("gates").gates[0].criteria

    assert [(one.id, one.is_must, one.waivable, one.title) for one in criteria] == [
        ("owners", True, False, {"en": "Everything has an owner"}),
        ("few", True, True, {"en": "few"}),
        ("page", False, True, {"en": "page"}),
        ("kpi", False, True, {"en": "kpi"}),
        ("before", False, True, {"en": "before"}),
    ]


def test_risks_are_compiled_with_bands_from_the_highest_down() -> None:
    risks = good("measures").risks

    assert risks is not None
    assert (risks.probability, risks.impact, risks.score, risks.scale) == ("chance", "Story Points", None, (4, 5))
    assert [(band.id, str(band.from_), band.review_every) for band in risks.bands] == [
        ("high", "> 12", timedelta(hours=12)),
        ("low", ">= 1", timedelta(weeks=2)),
    ]
    assert (str(risks.escalate_at), risks.escalate_label, risks.escalate_to) == (">= 16", "hot", ("sponsor",))


def test_a_kpi_names_its_figure_and_the_issues_it_is_computed_over() -> None:
    (kpi,) = good("measures").kpis

    assert (kpi.id, kpi.figure, kpi.title) == (
        "requests",
        "on_time_rate",
        {"en": "Requests on time", "zh_CN": "请求准时"},
    )
    assert kpi.select is not None
    assert kpi.select.text == "issuetype = Request"
    assert (kpi.target, kpi.amber) == (
        Threshold(operator=">=", value=Decimal("0.9")),
        Threshold(operator=">=", value=Decimal("0.8")),
    )


def test_goals_and_milestones_are_compiled() -> None:
    rules = good("measures")

    assert rules.goals is not None
    assert rules.milestones is not None
    assert (rules.goals.target, rules.goals.actual, rules.goals.unit) == ("target", "Story Points", None)
    assert rules.milestones.select.text == "issuetype = Milestone"


def test_a_field_named_without_being_declared_is_bound_under_its_own_name() -> None:
    rules = good("measures").project_for("OPS")

    assert rules is not None
    assert (rules.fields["Story Points"], rules.field_ids["Story Points"]) == (("Story Points",), "storypoints")


def test_a_project_gets_what_its_entry_says_and_the_defaults_for_the_rest() -> None:
    find = good("projects").project_for
    fields = {"starts": ("Start date", "开始日期"), "owner": ("customfield_10099",)}
    ids = {"starts": "startdate", "owner": "missing.owner"}

    named, by_category, other = find("NO"), find("X", "OPERATIONS"), find("X")

    assert named == ProjectRules(
        jira="NO",
        mode="write",
        space="TEAM",
        parent_page="Reports",
        locale="zh_CN",
        timezone=ZoneInfo("Asia/Shanghai"),
        calendar="CN",
        fields=fields,
        field_ids=ids,
    )
    assert by_category == ProjectRules(
        jira="X",
        mode="observe",
        space="X",
        locale="en",
        timezone=ZoneInfo("UTC"),
        calendar="DE-BY",
        fields=fields,
        field_ids=ids,
    )
    assert other is not None
    assert (other.calendar, other.fields) == (None, fields)


def test_closeout_closes_the_project_and_makes_its_page_a_report() -> None:
    rules = good("outcomes")

    assert [gate.closes_project for gate in rules.gates] == [True]
    assert rules.pages == (
        PageRule(
            id="status",
            template="status",
            title={"en": "{name} status"},
            labels=("live",),
            place=Place(file="outcomes.good.yaml", line=15, column=5),
        ),
        PageRule(
            id="report",
            template="closeout",
            title={"en": "{project} closeout", "zh_CN": "{project} 收尾报告"},
            behaviour="report",
            after_gate="closure",
            place=Place(file="outcomes.good.yaml", line=16, column=5),
        ),
    )


def test_an_automation_does_its_actions_in_order() -> None:
    (rule,) = good("outcomes").automations
    ensure, fields, label, comment = rule.then

    assert (rule.when, rule.at_most, rule.if_.reads_time) == (("issue.updated",), 20, True)
    assert isinstance(ensure, EnsureIssue)
    assert (ensure.key(ISSUE), ensure.summary(ISSUE)) == ("slip-OPS-7", "OPS-7 is late")
    assert (ensure.type_names, ensure.link_names) == (("Risk", "风险"), ("Relates", "关联"))
    assert fields == SetFields(values={"missing.cause": "late", "duedate": None})
    assert label == AddLabel(label="late")
    assert isinstance(comment, SayComment)
    assert (comment.purpose, comment.text(ISSUE)) == ("late", "OPS-7 is late")


@pytest.mark.parametrize(
    ("locale", "said"),
    [
        ("en", "OPS-7 is late"),
        ("zh_CN", "OPS-7 已逾期"),
        pytest.param("de", "OPS-7 is late", id="unknown-means-english"),
    ],
)
def test_a_summary_is_said_in_the_language_of_the_project(locale: str, said: str) -> None:
    ensure = good("outcomes").automations[0].then[0]

    assert isinstance(ensure, EnsureIssue)
    assert ensure.summary({**ISSUE, "locale": locale}) == said


def test_without_english_the_first_language_stands_in() -> None:
    (rule,) = rulebook(
        "language: 1\nautomations:\n"
        "  - {id: a, when: issue.created, if: labels = x, then: [{comment: {purpose: a, text: {zh_CN: 已逾期}}}]}\n"
    ).automations

    (comment,) = rule.then
    assert isinstance(comment, SayComment)
    assert comment.text({**ISSUE, "locale": "en"}) == "已逾期"


def test_values_for_fields_take_the_shape_that_jira_wants() -> None:
    ensure = good("outcomes").automations[0].then[0]

    assert isinstance(ensure, EnsureIssue)
    assert ensure.fields == {"priority": {"name": "High"}, "labels": ["slip"], "components": [{"name": "Web"}]}
