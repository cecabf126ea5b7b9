"""The end: a late critical issue becomes a risk by itself, the goals are measured, and the project closes."""

from connector.demo.doing import expect_one_escalation, see_it_stays
from connector.demo.expectations import expect, expect_within, keys_in, region_words, rows_about
from connector.demo.planning import PLANNED
from connector.demo.scene import MANAGER, PROJECT, REVIEWER, SPONSOR, Scene, Step
from connector.demo.weeks import work_through
from connector.demo.wording import Both
from connector.demo.work import HABIT, HAZARDS, LATE, PROMISES, UPGRADE, WEEKEND, friday, monday

NOT_MEASURED = "goal-followup"
FOUND = "risk-weekend"


def critical_is_late(scene: Scene) -> None:
    """A new day begins, and nobody touches the critical issue that should have been done on Friday."""
    scene.at(monday(21), 8)


def see_a_risk_made(scene: Scene) -> list[str]:
    """There is one more risk, linked to the late issue, made by the connector."""
    manager, late = scene.jira(MANAGER), scene.keys[WEEKEND]
    made = [key for key in _risks(scene) if key not in scene.keys.values()]
    expect("risks that nobody of the story made", 1, len(made))
    expect(f"what {made[0]} is linked to", [late], manager.linked(made[0]))
    expect_within(f"summary of {made[0]}", [late], str(manager.value(made[0], "summary")))
    return [
        scene.say(Both("{risk} was made and linked to {late}", "已创建 {risk} 并关联 {late}"), risk=made[0], late=late)
    ]


def _risks(scene: Scene) -> list[str]:
    word = scene.stage.place.words("risk")
    return scene.jira(MANAGER).find(f'project = {PROJECT} AND issuetype = "{word}" ORDER BY key')


def finish_work(scene: Scene) -> None:
    """The risk is taken up, the last five weeks pass, and two of three goals are measured when the gate is passed."""
    scene.keys[FOUND] = next(key for key in _risks(scene) if key not in scene.keys.values())
    emil = scene.jira("emil")
    emil.edit(scene.keys[FOUND], {"assignee": "emil", "probability": 2, "impact": 3})
    scene.settle()
    work_through(scene, 21, 25)
    scene.at(friday(25), 17)
    for name, owner in (*((one.name, one.owner) for one in HAZARDS if one.name != HABIT), (FOUND, "emil")):
        scene.jira(owner).finish(scene.keys[name])
    for promise in PROMISES:
        if promise.name != NOT_MEASURED:
            scene.jira(promise.owner).edit(scene.keys[promise.name], {"goal_actual": promise.actual})
            scene.jira(promise.owner).finish(scene.keys[promise.name])
    scene.jira(MANAGER).finish(scene.keys["vision"])
    scene.settle()
    scene.at(friday(25), 18)
    scene.jira(REVIEWER).move(scene.keys["closure"], "gate_review", "gate_passed")


def see_closing_returned(scene: Scene) -> list[str]:
    """The closing gate is back, with the open risk and the goal without an actual value by name."""
    key, manager = scene.keys["closure"], scene.jira(MANAGER)
    expect(f"status of {key}", scene.stage.place.words("gate_returned"), manager.status(key))
    said = [one.text for one in manager.comments(key) if one.by_app]
    expect(f"the connector's comments on {key}", 1, len(said))
    left = {scene.keys[HABIT], scene.keys[NOT_MEASURED]}
    expect("issues that the comment names", left, keys_in(said[0]) - {key})
    found = Both("{key} is back: {names} are in the way", "{key} 已退回：{names} 尚未了结")
    return [scene.say(found, key=key, names=", ".join(sorted(left)))]


def close_project(scene: Scene) -> None:
    """The last goal is measured, the last risk closed, and the sponsor closes the project."""
    scene.at(monday(26), 10)
    promise = next(one for one in PROMISES if one.name == NOT_MEASURED)
    scene.jira(promise.owner).edit(scene.keys[promise.name], {"goal_actual": promise.actual})
    scene.jira(promise.owner).finish(scene.keys[promise.name])
    scene.jira("hana").finish(scene.keys[HABIT])
    scene.settle()
    scene.at(monday(26), 15)
    scene.jira(SPONSOR).move(scene.keys["closure"], "gate_review", "gate_passed")


def see_the_retrospective(scene: Scene) -> list[str]:
    """The closeout page tells the project's history; the status page says that it is closed."""
    page, status = scene.page("closeout"), scene.status_page()
    met = scene.say(Both("3 of 3 goals met", "3 个目标中达成 3 个"))
    expect_within("the result", [met], region_words(page.body, "result"))
    goals = [text for one in PROMISES for text in (scene.keys[one.name], str(one.actual))]
    expect_within("goal attainment", goals, region_words(page.body, "goals"))
    once = scene.say(Both("once", "1 次"))
    for gate in ("plan-baseline", "closure"):
        cells = rows_about(page.body, "gates", scene.keys[gate])
        expect(f"how often {gate} was returned", [once], [row[-1] for row in cells])
    slips = [row[-1] for row in rows_about(page.body, "slips", scene.keys[UPGRADE])]
    expect("days that the upgrade lost", ["28"], slips)
    expect_one_escalation(scene, comments=3)
    told = [row[1] for row in rows_about(page.body, "timeline", scene.keys[LATE])]
    expect("what the timeline tells of the risk", 3, len(told))
    expect_within("the timeline", [scene.keys[LATE], scene.keys[UPGRADE]], region_words(page.body, "timeline"))
    closed = scene.say(Both("closed", "已关闭"))
    expect_within("the status page's overview", [closed], region_words(status.body, "overview"))
    expect("issues in the project", PLANNED + 1, len(scene.jira(MANAGER).find(f"project = {PROJECT}")))
    found = Both("“{title}”: {met}; both gates returned once", "“{title}”：{met}；两个关口各退回一次")
    return [scene.say(found, title=page.title, met=met), *see_it_stays(scene)]


STEPS = (
    Step(
        day=monday(21),
        title=Both("A critical issue is late, and nobody looks", "紧急事项逾期而无人过问"),
        told=Both(
            "“Complaints get lost at weekends” has the highest priority and was due on Friday. A new day begins.",
            "“周末投诉交接遗漏”优先级最高，上周五到期。新的一天开始了。",
        ),
        act=critical_is_late,
        see=see_a_risk_made,
        open=lambda scene: [scene.issue_url(WEEKEND), scene.status_page().url],
    ),
    Step(
        day=friday(25),
        title=Both("The closing gate is passed too early", "收尾关口提前通过"),
        told=Both(
            "All work is done, but one goal has not been measured and one risk is open when the gate is passed.",
            "工作全部完成，但还有一个目标没有实际值、一个风险未关闭，关口就被移到“通过”。",
        ),
        act=finish_work,
        see=see_closing_returned,
        open=lambda scene: [scene.issue_url("closure"), scene.status_page().url],
    ),
    Step(
        day=monday(26),
        title=Both("The project closes", "项目结项"),
        told=Both(
            "The last goal is measured, the last risk closed, the gate passed. The connector drafts the retrospective.",
            "最后一个目标有了实际值，最后一个风险关闭，关口通过。连接器起草复盘报告。",
        ),
        act=close_project,
        see=see_the_retrospective,
        open=lambda scene: [scene.page("closeout").url, scene.status_page().url, scene.issue_url("closure")],
    ),
)
