"""The plan: some sixty issues, and a gate that is passed too early, returned, mended and passed."""

from collections.abc import Mapping

from connector.demo.expectations import expect, expect_within, keys_in, region_words
from connector.demo.scene import MANAGER, PROJECT, REVIEWER, SPONSOR, Scene, Step
from connector.demo.weeks import work_through
from connector.demo.wording import Both
from connector.demo.work import FORGOTTEN, HAZARDS, LATE, MILESTONES, STREAMS, WORK, Work, friday, monday

PLANNED = 3 + 1 + len(STREAMS) + len(WORK) + len(MILESTONES) + len(HAZARDS) + 2
"""Goals, the sentence, workstreams, work, milestones, risks and the two gates."""
GATES = {
    "plan-baseline": Both("Plan baseline review", "计划基准评审"),
    "closure": Both("Project closure review", "项目收尾评审"),
}
CHARTER = Both(
    "<h2>Goals</h2><p>Answers within 24 hours, 15 % fewer complaints, 90 % satisfied at the follow-up call.</p>"
    "<h2>Scope</h2><p>Telephone, mail and chat. Not the shops.</p>"
    "<h2>Who does what</h2><p>IT: the system. Marketing: the surveys. Customer service: the pilot.</p>",
    "<h2>目标</h2><p>24小时内响应，投诉减少15%，回访满意度达到90%。</p>"
    "<h2>范围</h2><p>电话、邮件与在线客服；门店不在范围内。</p>"
    "<h2>分工</h2><p>信息技术部：系统；市场部：客户调研；客服部：新流程试运行。</p>",
)


def write_plan(scene: Scene) -> None:
    """The manager writes the charter and puts the whole plan into Jira; three owners and dates are forgotten."""
    scene.at(monday(3))
    scene.confluence(MANAGER).make_page(
        PROJECT, scene.say(Both("Project charter", "项目章程")), scene.say(CHARTER), ["charter"]
    )
    for stream in STREAMS:
        values: dict[str, object] = {"assignee": stream.owner, "duedate": friday(stream.due)}
        scene.keys[stream.name] = scene.jira(MANAGER).make(PROJECT, "epic", scene.say(stream.text), values)
    for work in (*WORK, *MILESTONES):
        scene.keys[work.name] = scene.jira(MANAGER).make(PROJECT, work.kind, scene.say(work.text), _plan(scene, work))
    for hazard in HAZARDS:
        values = {"assignee": hazard.owner, "probability": hazard.probability, "impact": hazard.impact}
        scene.keys[hazard.name] = scene.jira(hazard.owner).make(PROJECT, "risk", scene.say(hazard.text), values)
    for gate, title in GATES.items():
        values = {"assignee": REVIEWER, "labels": [gate]}
        scene.keys[gate] = scene.jira(MANAGER).make(PROJECT, "phase_gate", scene.say(title), values)


def _plan(scene: Scene, work: Work) -> Mapping[str, object]:
    values: dict[str, object] = {
        "assignee": work.owner,
        "duedate": friday(work.due),
        "start_date": monday(work.start),
        "priority": work.priority,
    }
    if work.stream in scene.keys:
        values["parent"] = scene.keys[work.stream]
    return {name: value for name, value in values.items() if name not in FORGOTTEN.get(work.name, ())}


def see_the_plan(scene: Scene) -> list[str]:
    """Everything is there, and every risk has its score, given by the connector."""
    manager = scene.jira(MANAGER)
    expect("issues in the project", PLANNED, len(manager.find(f"project = {PROJECT}")))
    scores = {one.name: manager.value(scene.keys[one.name], "score") for one in HAZARDS}
    expect("risk scores", {one.name: one.probability * one.impact for one in HAZARDS}, _whole(scores))
    words = region_words(scene.status_page().body, "risks")
    expect_within("the page's risks", [scene.keys[one.name] for one in HAZARDS], words)
    said = Both("{count} issues; risk scores {scores}", "共 {count} 个事项；风险评分 {scores}")
    return [
        scene.say(said, count=PLANNED, scores=", ".join(f"{scene.keys[k]}: {v}" for k, v in _whole(scores).items()))
    ]


def _whole(scores: Mapping[str, object]) -> dict[str, object]:
    return {name: int(score) if isinstance(score, float) else score for name, score in scores.items()}


def pass_too_early(scene: Scene) -> None:
    """The planning work is done; somebody in a hurry passes the gate."""
    work_through(scene, 3, 4)
    scene.at(friday(4), 17)
    scene.jira(REVIEWER).move(scene.keys["plan-baseline"], "gate_review", "gate_passed")


def see_it_returned(scene: Scene) -> list[str]:
    """The gate is back, with one comment that names the issues in the way, and no others."""
    key, manager = scene.keys["plan-baseline"], scene.jira(MANAGER)
    expect(f"status of {key}", scene.stage.place.words("gate_returned"), manager.status(key))
    said = [one.text for one in manager.comments(key) if one.by_app]
    expect(f"the connector's comments on {key}", 1, len(said))
    expect("issues that the comment names", forgotten(scene), keys_in(said[0]) - {key})
    expect_within("the page's gate", sorted(forgotten(scene)), region_words(scene.status_page().body, "gate"))
    found = Both(
        "{key} is back in “{status}”: {names} lack an owner or a date", "{key} 退回“{status}”：{names} 缺负责人或日期"
    )
    return [scene.say(found, key=key, status=manager.status(key), names=", ".join(sorted(forgotten(scene))))]


def forgotten(scene: Scene) -> set[str]:
    """The keys of the work that the first plan left without owner or date."""
    return {scene.keys[name] for name in FORGOTTEN}


def mend_and_pass(scene: Scene) -> None:
    """The manager puts in what was missing, and the sponsor passes the gate."""
    scene.at(monday(5), 9)
    manager = scene.jira(MANAGER)
    for work in WORK:
        if work.name in FORGOTTEN:
            manager.edit(scene.keys[work.name], {"assignee": work.owner, "duedate": friday(work.due)})
    scene.settle()
    scene.at(monday(5), 11)
    scene.jira(SPONSOR).move(scene.keys["plan-baseline"], "gate_review", "gate_passed")


def see_it_passed(scene: Scene) -> list[str]:
    """The gate stays passed, and the project is in execution."""
    key, manager = scene.keys["plan-baseline"], scene.jira(MANAGER)
    expect(f"status of {key}", scene.stage.place.words("gate_passed"), manager.status(key))
    expect(f"the connector's comments on {key}", 2, sum(one.by_app for one in manager.comments(key)))
    now = scene.say(Both("● Executing", "● 执行"))
    expect_within("the page's overview", [now], region_words(scene.status_page().body, "overview"))
    return [
        scene.say(Both("{key} stays passed; the project is executing", "{key} 保持通过；项目进入执行阶段"), key=key)
    ]


STEPS = (
    Step(
        day=monday(3),
        title=Both("The plan", "制定计划"),
        told=Both(
            "The manager writes the project charter in Confluence and plans five workstreams with their milestones, "
            "risks and gates in Jira. The connector scores the risks.",
            "项目经理在 Confluence 撰写项目章程，在 Jira 中规划五条工作线及里程碑、风险和阶段关口。连接器为风险评分。",
        ),
        act=write_plan,
        see=see_the_plan,
        open=lambda scene: [scene.page("charter").url, scene.issue_url(LATE), scene.status_page().url],
    ),
    Step(
        day=friday(4),
        title=Both("The planning gate is passed too early", "规划关口提前通过"),
        told=Both(
            "Somebody in a hurry moves the gate to Passed although three pieces of work have no owner or due date.",
            "有人急于推进，尽管三项工作还没有负责人或到期日，就把关口移到“通过”。",
        ),
        act=pass_too_early,
        see=see_it_returned,
        open=lambda scene: [scene.issue_url("plan-baseline"), scene.status_page().url],
    ),
    Step(
        day=monday(5),
        title=Both("Mended and passed", "补齐后通过"),
        told=Both(
            "The manager fills in what was missing, and the sponsor passes the gate.",
            "项目经理补齐缺项，发起人通过关口。",
        ),
        act=mend_and_pass,
        see=see_it_passed,
        open=lambda scene: [scene.issue_url("plan-baseline"), scene.status_page().url],
    ),
)
