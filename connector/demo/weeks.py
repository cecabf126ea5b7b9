"""The weeks of work: what is started, booked, talked about and finished between two Mondays."""

from connector.demo.scene import Scene
from connector.demo.wording import Both
from connector.demo.work import MILESTONES, STREAMS, WORK, Work, friday, monday

HOURS_A_WEEK = 12
REMARKS = {
    "it-gaps": ("chen", Both("It cannot tell a complaint from a question.", "现有系统无法区分投诉和咨询。")),
    "survey-first": ("dana", Both("412 of 600 answered.", "600人中有412人答复。")),
    "survey-left": ("dana", Both("Most left after the third transfer.", "多数客户在第三次转接后流失。")),
    "desk-levels": ("emil", Both("Agreed with every department but the shops.", "除门店外均已达成一致。")),
    "check-trial": ("gus", Both("Two of 30 trial customers got no answer.", "30名模拟客户中有2名未获答复。")),
    "check-again": ("gus", Both("All 30 got their answer within a day.", "30名客户均在一天内获得答复。")),
    "desk-switch": ("hana", Both("Nobody asked for the old way back.", "没有人要求恢复旧流程。")),
}


def work_through(scene: Scene, first: int, last: int) -> None:
    """Live through these weeks: on Mondays work is started, on Fridays it is booked and finished."""
    for week in range(first, last + 1):
        begin_week(scene, week)
        end_week(scene, week)
        scene.settle()


def begin_week(scene: Scene, week: int) -> None:
    """Start what is to start on this Monday."""
    scene.at(monday(week), 9, 30)
    for stream in STREAMS:
        if stream.start == week:
            scene.jira(stream.owner).move(scene.keys[stream.name], "in_progress")
    for work in WORK:
        if work.start == week:
            scene.jira(work.owner).move(scene.keys[work.name], "in_progress")


def end_week(scene: Scene, week: int) -> None:
    """Book this week's hours and finish what is finished."""
    scene.at(friday(week), 16)
    for work in WORK:
        if work.start <= week <= work.done:
            scene.jira(work.owner).log_work(scene.keys[work.name], HOURS_A_WEEK, scene.stage.box.world.clock.now())
    for work in (*WORK, *MILESTONES):
        if work.done == week:
            _finish(scene, work)
    for stream in STREAMS:
        if stream.due == week:
            scene.jira(stream.owner).finish(scene.keys[stream.name])


def _finish(scene: Scene, work: Work) -> None:
    """Stories and bugs are reviewed first."""
    owner, key = scene.jira(work.owner), scene.keys[work.name]
    if work.name in REMARKS:
        person, words = REMARKS[work.name]
        scene.jira(person).comment(key, scene.say(words))
    if work.kind in {"story", "bug"}:
        owner.move(key, "in_review")
    owner.finish(key)
