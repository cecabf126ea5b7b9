"""The beginning: one vague sentence becomes three goals that can be measured."""

from connector.demo.expectations import expect, expect_within, region_words
from connector.demo.scene import MANAGER, PROJECT, SPONSOR, Scene, Step
from connector.demo.wording import Both
from connector.demo.work import PROMISES, monday

NAME = Both("Customer service upgrade", "客户服务升级")
SENTENCE = Both("Raise customer satisfaction", "提升客户满意度")
VIEWS = (
    ("emil", Both("For us it is that nobody waits for an answer.", "对我们来说，就是没有人等不到答复。")),
    ("dana", Both("For us it is what they say when we call them back.", "对我们来说，看的是回访时客户怎么说。")),
    ("chen", Both("We need something that the system can measure.", "我们需要系统能够度量的东西。")),
    ("gus", Both("Then let us count complaints as well.", "那么投诉也应该统计。")),
)
TARGETS = ("≤ 24", "≥ 15", "≥ 90")


def open_project(scene: Scene) -> None:
    """The sponsor opens the project and writes down the one sentence there is."""
    scene.at(monday(1))
    sponsor = scene.jira(SPONSOR)
    sponsor.make_project(PROJECT, scene.say(NAME), MANAGER)
    values = {"assignee": MANAGER, "description": scene.say(SENTENCE)}
    scene.keys["vision"] = sponsor.make(PROJECT, "epic", scene.say(SENTENCE), values)


def see_the_page(scene: Scene) -> list[str]:
    """The connector has made the status page by itself."""
    page = scene.status_page()
    expect_within("the status page's overview", [scene.say(NAME), PROJECT], region_words(page.body, "overview"))
    return [scene.say(Both("the page “{title}” is there", "页面“{title}”已经生成"), title=page.title)]


def set_goals(scene: Scene) -> None:
    """The departments say what they mean by it, and the manager makes three goals of that."""
    scene.at(monday(2), 14)
    for person, words in VIEWS:
        scene.jira(person).comment(scene.keys["vision"], scene.say(words))
    manager = scene.jira(MANAGER)
    for promise in PROMISES:
        values = {
            "assignee": promise.owner,
            "parent": scene.keys["vision"],
            "goal_baseline": promise.baseline,
            "goal_target": promise.target,
            "goal_unit": scene.say(promise.unit),
            "goal_direction": promise.direction,
        }
        scene.keys[promise.name] = manager.make(PROJECT, "goal", scene.say(promise.text), values)


def see_the_goals(scene: Scene) -> list[str]:
    """The page lists the goals with their targets."""
    words = region_words(scene.status_page().body, "goals")
    expect_within("the page's goals", [*(scene.keys[one.name] for one in PROMISES), *TARGETS], words)
    expect("comments on the sentence", len(VIEWS), len(scene.jira(MANAGER).comments(scene.keys["vision"])))
    return [
        scene.say(Both("the page names {goals} with their targets", "页面列出 {goals} 及其目标值"), goals=_goals(scene))
    ]


def _goals(scene: Scene) -> str:
    return ", ".join(scene.keys[one.name] for one in PROMISES)


STEPS = (
    Step(
        day=monday(1),
        title=Both("A project begins with one sentence", "项目始于一句话"),
        told=Both(
            "The sponsor opens project OPS, “Customer service upgrade”. All it has is: “Raise customer satisfaction”.",
            "发起人创建项目 OPS“客户服务升级”，目标只有一句话：“提升客户满意度”。",
        ),
        act=open_project,
        see=see_the_page,
        open=lambda scene: [scene.issue_url("vision"), scene.status_page().url],
    ),
    Step(
        day=monday(2),
        title=Both("The sentence becomes three goals", "一句话变成三个目标"),
        told=Both(
            "Four departments say what they mean by it. The manager writes three goals: an answer within 24 hours, "
            "15 % fewer complaints, 90 % satisfied at the follow-up call.",
            "四个部门各抒己见。项目经理写下三个目标：24小时内响应、投诉减少15%、回访满意度达到90%。",
        ),
        act=set_goals,
        see=see_the_goals,
        open=lambda scene: [*(scene.issue_url(one.name) for one in PROMISES), scene.status_page().url],
    ),
)
