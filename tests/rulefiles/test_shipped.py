"""The rule pack that comes with the connector, on an English and on a Chinese site."""

from collections.abc import Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from connector.core.fields import Field, FieldCatalog
from connector.core.figures.catalog import FIGURES
from connector.core.issue import Issue
from connector.core.rulebook import EveryIssue, Rulebook, Selector, SelectorScope, SomeIssues, Text
from connector.pages.languages import translate
from connector.rulefiles.projects import Defaults
from connector.rulefiles.read import read_rules
from tests.rulefiles.reading import SHIPPED, TEMPLATES

SYSTEM = [
    Field(id="summary", name="Summary", kind="string"),
    Field(id="issuetype", name="Issue Type", kind="issuetype"),
    Field(id="status", name="Status", kind="status"),
    Field(id="priority", name="Priority", kind="priority"),
    Field(id="assignee", name="Assignee", kind="user"),
    Field(id="duedate", name="Due date", kind="date"),
    Field(id="labels", name="Labels", kind="array", items="string"),
]
ENGLISH = {
    "risk": "Risk",
    "goal": "Goal",
    "gate": "Phase Gate",
    "task": "Task",
    "epic": "Epic",
    "highest": "Highest",
    "probability": "Risk probability",
    "impact": "Risk impact",
    "score": "Risk score",
    "starts": "Start date",
    "target": "Goal target",
    "actual": "Goal actual",
    "unit": "Goal unit",
    "direction": "Goal direction",
}
CHINESE = {
    "risk": "风险",
    "goal": "目标",
    "gate": "阶段关口",
    "task": "任务",
    "epic": "史诗",
    "highest": "最高",
    "probability": "概率",
    "impact": "影响",
    "score": "风险评分",
    "starts": "开始日期",
    "target": "目标值",
    "actual": "实际值",
    "unit": "单位",
    "direction": "目标方向",
}
CUSTOM = {
    "probability": ("customfield_1", "number"),
    "impact": ("customfield_2", "number"),
    "score": ("customfield_3", "number"),
    "target": ("customfield_4", "number"),
    "actual": ("customfield_5", "number"),
    "unit": ("customfield_6", "string"),
    "direction": ("customfield_7", "option"),
    "starts": ("customfield_8", "date"),
}
SCOPE = SelectorScope(now=datetime(2026, 3, 10, 12, tzinfo=UTC), timezone=ZoneInfo("Asia/Shanghai"))


class Site:
    """A site in one language, with the shipped rules read for it."""

    def __init__(self, words: Mapping[str, str]) -> None:
        self.words = words
        custom = [Field(id=one, name=words[word], kind=kind) for word, (one, kind) in CUSTOM.items()]
        rules = read_rules(SHIPPED, FieldCatalog([*SYSTEM, *custom]), Defaults(), templates=TEMPLATES)
        assert isinstance(rules, Rulebook), str(rules)
        self.rules = rules

    def issue(self, kind: str, *, done: bool = False, **fields: object) -> Issue:
        category = {"key": "done" if done else "new", "name": "x"}
        ids = {CUSTOM[word][0] if word in CUSTOM else word: value for word, value in fields.items()}
        kind_of = {"name": self.words[kind], "subtask": False, "hierarchyLevel": 1 if kind == "epic" else 0}
        return Issue(
            site="s",
            id="1",
            key="OPS-1",
            fields={"issuetype": kind_of, "status": {"name": "x", "statusCategory": category}, **ids},
        )

    def criterion(self, gate: str, name: str) -> tuple[Selector, ...]:
        found = self.rules.gate(gate)
        assert found is not None
        check = next(one.check for one in found.criteria if one.id == name)
        if isinstance(check, EveryIssue):
            return check.every, check.has
        assert isinstance(check, SomeIssues)
        return (check.count,)


@pytest.fixture(params=[ENGLISH, CHINESE], ids=["en", "zh_CN"], scope="module")
def site(request: pytest.FixtureRequest) -> Site:
    return Site(request.param)


def verdict(selectors: tuple[Selector, ...], issue: Issue) -> tuple[bool, ...]:
    return tuple(one.matches(issue, SCOPE) for one in selectors)


def test_the_shipped_rules_bind_every_field_without_a_warning(site: Site) -> None:
    rules = site.rules.project_for("OPS")

    assert rules is not None
    assert site.rules.warnings == ()
    assert rules.field_ids == {
        "probability": "customfield_1",
        "impact": "customfield_2",
        "score": "customfield_3",
        "goal_target": "customfield_4",
        "goal_actual": "customfield_5",
        "goal_unit": "customfield_6",
        "goal_direction": "customfield_7",
        "start_date": "customfield_8",
    }


def test_only_ops_is_written_to(site: Site) -> None:
    modes = {key: rules.mode for key in ("OPS", "ALOY") if (rules := site.rules.project_for(key)) is not None}

    assert modes == {"OPS": "write", "ALOY": "observe"}


def test_open_work_without_owner_or_date_holds_the_plan_gate(site: Site) -> None:
    selectors = site.criterion("plan-baseline", "owners-and-dates")
    person = {"displayName": "Lin", "accountId": "1"}

    found = [
        verdict(selectors, site.issue("task")),
        verdict(selectors, site.issue("task", assignee=person)),
        verdict(selectors, site.issue("task", assignee=person, duedate="2026-04-01")),
        verdict(selectors, site.issue("task", done=True))[:1],
        *(verdict(selectors, site.issue(kind))[:1] for kind in ("gate", "goal", "risk", "epic")),
    ]

    assert found == [(True, False), (True, False), (True, True), *[(False,)] * 5]


def test_a_goal_needs_a_target_before_and_a_result_after(site: Site) -> None:
    before, after = site.criterion("plan-baseline", "goals"), site.criterion("closure", "goals-recorded")

    found = [
        (verdict(before, goal), verdict(after, goal))
        for goal in (site.issue("goal"), site.issue("goal", target=24), site.issue("goal", target=24, actual=0))
    ]

    assert found == [
        ((True, False), (True, False)),
        ((True, True), (True, False)),
        ((True, True), (True, True)),
    ]


def test_the_risks_that_need_an_owner_are_exactly_those_in_the_high_band(site: Site) -> None:
    risks, selectors = site.rules.risks, site.criterion("plan-baseline", "high-risk-owners")
    assert risks is not None
    numbers = [(p, i) for p in range(1, 6) for i in range(1, 6)]

    found = {(p, i) for p, i in numbers if verdict(selectors, site.issue("risk", probability=p, impact=i))[0]}

    assert found == {(p, i) for p, i in numbers if risks.bands[0].from_.holds(p * i)}


def test_open_work_and_open_risks_hold_the_closing_gate_and_goals_do_not(site: Site) -> None:
    work, risks = site.criterion("closure", "no-open-work"), site.criterion("closure", "risks-closed")
    kinds = ("task", "epic", "risk", "goal", "gate")

    found = {kind: (*verdict(work, site.issue(kind)), *verdict(risks, site.issue(kind))) for kind in kinds}

    assert found == {
        "task": (True, False),
        "epic": (True, False),
        "risk": (False, True),
        "goal": (False, False),
        "gate": (False, False),
    }


def test_a_gate_issue_is_known_by_its_type_and_label(site: Site) -> None:
    gates = site.rules.gates

    found = [
        [gate.id for gate in gates if gate.gate_issue.matches(site.issue(kind, labels=[label]), SCOPE)]
        for kind, label in (("gate", "plan-baseline"), ("gate", "closure"), ("gate", "x"), ("task", "closure"))
    ]

    assert found == [["plan-baseline"], ["closure"], [], []]


def test_critical_work_becomes_a_risk_the_day_after_it_was_due(site: Site) -> None:
    (rule,) = site.rules.automations
    critical = {"name": site.words["highest"]}

    found = [
        rule.if_.matches(issue, SCOPE)
        for issue in (
            site.issue("task", priority=critical, duedate="2026-03-09"),
            site.issue("task", priority=critical, duedate="2026-03-10"),
            site.issue("task", priority={"name": "Low"}, duedate="2026-03-09"),
            site.issue("task", priority=critical, duedate="2026-03-09", done=True),
            site.issue("risk", priority=critical, duedate="2026-03-09"),
        )
    ]

    assert found == [True, False, False, False, False]


def test_every_phase_is_left_or_opened_by_a_gate_or_comes_first(site: Site) -> None:
    joined = {phase for gate in site.rules.gates for phase in (gate.leaves, gate.opens)}

    assert set(site.rules.phases) == joined | {"initiating"}


def test_the_closing_gate_closes_and_the_planning_gate_sets_the_baseline(site: Site) -> None:
    found = [(gate.id, gate.sets_baseline, gate.closes_project, gate.on_early_pass) for gate in site.rules.gates]

    assert found == [("plan-baseline", True, False, "return"), ("closure", False, True, "return")]


def test_kpis_name_figures_that_there_are(site: Site) -> None:
    found = [kpi.id for kpi in site.rules.kpis]

    assert found == ["completion", "on_time_rate", "throughput", "overdue", "open_high_risks"]
    assert {kpi.figure for kpi in site.rules.kpis} <= FIGURES.keys()


def is_told(title: Text, locale: str) -> bool:
    if "id" not in title:
        return bool(title.get(locale))
    return translate(locale).title(title) != title["id"]


def test_every_title_is_there_in_both_languages(site: Site) -> None:
    rules = site.rules
    titles = [
        *rules.phase_titles.values(),
        *(gate.title for gate in rules.gates),
        *(criterion.title for gate in rules.gates for criterion in gate.criteria),
        *(kpi.title for kpi in rules.kpis),
        *(page.title for page in rules.pages),
    ]

    assert [(title, one) for title in titles for one in ("en", "zh_CN") if not is_told(title, one)] == []
