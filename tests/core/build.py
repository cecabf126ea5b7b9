"""Small builders for the core's tests: only what matters in the test is named there."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from connector.core.fields import Field, FieldCatalog
from connector.core.findings import GateRun
from connector.core.issue import Change, Facts, Issue
from connector.core.project import Project
from connector.core.rulebook import (
    Band,
    Criterion,
    EveryIssue,
    Gate,
    GoalRules,
    Kpi,
    Place,
    ProjectRules,
    RiskRules,
    Rulebook,
    SomeIssues,
    Threshold,
)
from connector.jql.compile import Selector, compile_jql

NOW = datetime(2026, 3, 16, 9, 0, tzinfo=UTC)  # a Monday
PLACE = Place(file="rules.yaml", line=3, column=5)
CATALOG = FieldCatalog(
    [
        Field(id="issuetype", name="Issue Type", kind="issuetype"),
        Field(id="status", name="Status", kind="status"),
        Field(id="priority", name="Priority", kind="priority"),
        Field(id="assignee", name="Assignee", kind="user"),
        Field(id="duedate", name="Due date", kind="date"),
        Field(id="labels", name="Labels", kind="array", items="string"),
        Field(id="project", name="Project", kind="project"),
        Field(id="resolution", name="Resolution", kind="resolution"),
        Field(id="customfield_1", name="Risk probability", kind="number"),
        Field(id="customfield_2", name="Risk impact", kind="number"),
        Field(id="customfield_3", name="Risk score", kind="number"),
    ]
)
FIELDS = {
    "probability": "customfield_1",
    "impact": "customfield_2",
    "score": "customfield_3",
    "target": "customfield_4",
    "actual": "customfield_5",
    "unit": "customfield_6",
    "direction": "customfield_7",
}
CATEGORY = {
    "To Do": "new",
    "In Progress": "indeterminate",
    "In Review": "indeterminate",
    "Done": "done",
    "Passed": "done",
}
STATUS_ID = {"To Do": "1", "In Progress": "3", "In Review": "4", "Done": "5", "Passed": "6"}


def jql(text: str) -> Selector:
    return compile_jql(text, CATALOG)


def say(message: str, /, **values: object) -> str:
    """The message id and its values, so that tests see both."""
    told = " ".join(f"{name}={value}" for name, value in sorted(values.items()))
    return f"{message} {told}".strip()


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def status(name: str) -> dict[str, object]:
    return {"id": STATUS_ID[name], "name": name, "statusCategory": {"key": CATEGORY[name]}}


def issue(
    number: int,
    *,
    type: str = "Task",
    is_at: str = "To Do",
    facts: Facts | None = None,
    changes: tuple[Change, ...] = (),
    **fields: object,
) -> Issue:
    return Issue(
        site="main",
        id=str(1000 + number),
        key=f"OPS-{number}",
        updated=NOW,
        changes=changes,
        facts=facts or Facts(),
        fields={
            "summary": f"Work {number}",
            "issuetype": {"name": type},
            "status": status(is_at),
            "project": {"key": "OPS", "name": "Operations"},
            "created": "2026-01-05T09:00:00.000+0000",
            **fields,
        },
    )


def finished(number: int, at: str, *, started: str | None = None, **fields: object) -> Issue:
    when, begun = moment(at), moment(started) if started else None
    return issue(
        number,
        is_at="Done",
        facts=Facts(started_at=begun, finished_at=when, first_finished_at=when),
        **fields,
    )


def risk(number: int, probability: int | None, impact: int | None, *, is_at: str = "To Do", **fields: object) -> Issue:
    return issue(number, type="Risk", is_at=is_at, **{"customfield_1": probability, "customfield_2": impact, **fields})


def moved(history_id: int, before: str, after: str, *, at: datetime = NOW, author: str | None = "li") -> Change:
    return Change(
        history_id=history_id,
        at=at,
        author=author,
        field="status",
        field_id="status",
        before_id=STATUS_ID[before],
        before=before,
        after_id=STATUS_ID[after],
        after=after,
    )


def project_rules(**changed: object) -> ProjectRules:
    rules = ProjectRules(
        jira="OPS",
        mode="write",
        space="OPS",
        locale="en",
        timezone=ZoneInfo("Asia/Shanghai"),
        calendar=None,
        fields={},
    )
    return replace(rules, **changed)  # type: ignore[arg-type]


def project(*issues: Issue, as_of: datetime = NOW, **changed: object) -> Project:
    held = Project(site="main", key="OPS", name="Operations", rules=project_rules(), as_of=as_of, issues=issues)
    return replace(held, **changed)  # type: ignore[arg-type]


RISKS = RiskRules(
    select=jql("issuetype = Risk"),
    probability="probability",
    impact="impact",
    score="score",
    scale=(5, 5),
    bands=(
        Band(id="high", from_=Threshold(operator=">=", value=15)),  # type: ignore[arg-type]
        Band(id="medium", from_=Threshold(operator=">=", value=8)),  # type: ignore[arg-type]
        Band(id="low", from_=Threshold(operator=">=", value=1)),  # type: ignore[arg-type]
    ),
    escalate_at=Threshold(operator=">=", value=20),  # type: ignore[arg-type]
    escalate_label="escalated",
    escalate_to=("sponsor",),
    place=PLACE,
)
GOALS = GoalRules(
    select=jql("issuetype = Goal"),
    target="target",
    actual="actual",
    unit="unit",
    direction="direction",
    place=PLACE,
)
OWNERS = Criterion(
    id="owners",
    title={"en": "Owners and dates"},
    check=EveryIssue(
        every=jql("issuetype = Task AND statusCategory != Done"),
        has=jql("assignee IS NOT EMPTY AND duedate IS NOT EMPTY"),
    ),
    place=PLACE,
)
ALL_DONE = Criterion(
    id="all-done",
    title={"en": "Nothing open"},
    check=SomeIssues(
        count=jql("issuetype = Task AND statusCategory != Done"),
        is_=Threshold(operator="=", value=0),  # type: ignore[arg-type]
    ),
    place=PLACE,
)
PLAN = Gate(
    id="plan",
    title={"en": "Plan baseline"},
    leaves="planning",
    opens="executing",
    gate_issue=jql('issuetype = "Phase Gate" AND labels = plan'),
    criteria=(OWNERS,),
    decided={"GO": ("Passed", "通过")},
    on_early_pass="return",
    return_to=("In Review",),
    sets_baseline=True,
    place=PLACE,
)
CLOSURE = replace(
    PLAN,
    id="closure",
    title={"en": "Closure"},
    leaves="executing",
    opens="closing",
    gate_issue=jql('issuetype = "Phase Gate" AND labels = closure'),
    criteria=(ALL_DONE,),
    sets_baseline=False,
    closes_project=True,
)


def rulebook(**changed: object) -> Rulebook:
    held = Rulebook(
        hash="abc123",
        phases=("planning", "executing", "closing"),
        phase_titles={},
        gates=(PLAN, CLOSURE),
        risks=RISKS,
        kpis=(),
        goals=GOALS,
        milestones=None,
        pages=(),
        automations=(),
        project_for=lambda *_: project_rules(),
    )
    return replace(held, **changed)  # type: ignore[arg-type]


def gate_issue(*, is_at: str, label: str = "plan", changes: tuple[Change, ...] = ()) -> Issue:
    return issue(90 if label == "plan" else 91, type="Phase Gate", is_at=is_at, labels=[label], changes=changes)


def kpi(figure: str, *, target: str | None = None, amber: str | None = None) -> Kpi:
    return Kpi(
        id=figure,
        title={"en": figure},
        figure=figure,
        target=threshold(target) if target else None,
        amber=threshold(amber) if amber else None,
        place=PLACE,
    )


def threshold(text: str) -> Threshold:
    operator, _, number = text.partition(" ")
    return Threshold(operator=operator, value=Decimal(number))  # type: ignore[arg-type]


def decided(gate: str, decision: str = "GO", sequence: int = 1, **changed: object) -> GateRun:
    run = GateRun(
        gate=gate,
        sequence=sequence,
        state="decided",
        recommendation="READY",
        results=(),
        data_date=NOW,
        rules="abc123",
        evidence="",
        decision=decision,  # type: ignore[arg-type]
        trigger=f"history {sequence}",
        decided_at=NOW,
        decided_by="li",
    )
    return replace(run, **changed)  # type: ignore[arg-type]
