"""The work: a page that follows by itself, a manager who writes on it, a slip and a risk that is escalated."""

from connector.demo.expectations import (
    Unexpected,
    expect,
    expect_within,
    outside,
    region_words,
    rows_about,
)
from connector.demo.scene import MANAGER, PROJECT, Scene, Step
from connector.demo.weeks import begin_week, end_week, work_through
from connector.demo.wording import Both
from connector.demo.work import LATE, UPGRADE, friday, monday
from connector.sandbox.acting.confluence import Sheet
from connector.sandbox.acting.place import Overtaken

NEW_WEEK = 15
MARK = "<ac:inline-comment-marker"
ESCALATED = Both("Escalated", "已上报")
PARAGRAPH = Both(
    "<p>From the manager: the <strong>pilot teams</strong> are named &amp; informed.&nbsp;Please tell me "
    'about holidays <em class="x">before</em> they begin.</p>',
    '<p>项目经理说明：<strong>试点团队</strong>已确定 &amp; 已通知。&nbsp;休假请<em class="x">提前</em>告诉我。</p>',
)
SELECTION = Both("pilot teams", "试点团队")
QUESTION = Both("Which two?", "是哪两个？")


def see_page_follows(scene: Scene) -> list[str]:
    """The page counts what Jira counts."""
    manager = scene.jira(MANAGER)
    done = len(manager.find(f"project = {PROJECT} AND statusCategory = Done"))
    doing = len(manager.find(f'project = {PROJECT} AND statusCategory = "In Progress"'))
    counts = scene.say(
        Both("{done} done, {doing} in progress", "已完成 {done}，进行中 {doing}"), done=done, doing=doing
    )
    expect_within("the page's overview", [counts], region_words(scene.status_page().body, "overview"))
    return [scene.say(Both("the page says as Jira does: {counts}", "页面与 Jira 一致：{counts}"), counts=counts)]


def write_on_page(scene: Scene) -> None:
    """The manager writes a paragraph between two regions, and the head of customer service comments on it."""
    scene.at(monday(9), 9)
    page = _write_paragraph(scene)
    # A comment on the text puts a mark into the page but makes no version. Saved at that very moment, the page loses
    # it, and people comment again.
    while MARK not in page.body:
        scene.confluence("emil").comment_on_text(page, scene.say(SELECTION), scene.say(QUESTION))
        scene.settle()
        page = scene.status_page()
    scene.outside, scene.version = outside(page.body), page.version


def _write_paragraph(scene: Scene) -> Sheet:
    """Put the paragraph before the goals; when the page was saved in between, read it again and do so then."""
    while True:
        page = scene.status_page()
        place = page.body.rfind("<ac:structured-macro", 0, page.body.index('<ac:parameter ac:name="id">goals<'))
        try:
            return scene.confluence(MANAGER).write(page, page.body[:place] + scene.say(PARAGRAPH) + page.body[place:])
        except Overtaken:
            continue


def see_it_written(scene: Scene) -> list[str]:
    """The paragraph is there with the comment on it."""
    before, after = scene.say(PARAGRAPH).split(scene.say(SELECTION))
    body = scene.status_page().body
    expect_within("the status page", [before, after, MARK], body)
    return [scene.say(Both("the paragraph stands, with the comment on it", "段落与批注都在页面上"))]


def see_it_stays(scene: Scene) -> list[str]:
    """The connector has written the page again, and every byte that is not its own is as it was."""
    page = scene.status_page()
    if page.version <= scene.version:
        raise Unexpected("the page's version", f"above {scene.version}", page.version)
    if outside(page.body) != scene.outside:
        raise Unexpected("the page outside the regions", scene.outside.decode(), outside(page.body).decode())
    kept = Both("version {n}: the manager's text is there byte for byte", "第 {n} 版：项目经理的文字逐字节未变")
    return [scene.say(kept, n=page.version)]


def upgrade_is_late(scene: Scene) -> None:
    """Three more weeks; on the Monday after its due date the upgrade is not done."""
    work_through(scene, 9, 11)
    begin_week(scene, 12)


def see_it_overdue(scene: Scene) -> list[str]:
    """The page lists the upgrade as three days late."""
    body = scene.status_page().body
    expect("rows about the upgrade: last cells", ["3"], _last_cells(scene, body))
    found = scene.say(Both("{key} is three days overdue", "{key} 已逾期3天"), key=scene.keys[UPGRADE])
    return [found, *see_it_stays(scene)]


def move_due_date(scene: Scene) -> None:
    """The head of IT explains and gives a new date."""
    scene.at(monday(12), 15)
    chen = scene.jira("chen")
    words = Both(
        "The database does not take the new release. We go live in two stages.",
        "数据库不支持新版本，我们改为分两阶段上线。",
    )
    chen.comment(scene.keys[UPGRADE], scene.say(words))
    chen.edit(scene.keys[UPGRADE], {"duedate": friday(NEW_WEEK)})


def see_the_slip(scene: Scene) -> list[str]:
    """The page lists 28 days lost against the baseline, and nothing overdue."""
    expect("rows about the upgrade: last cells", ["28"], _last_cells(scene, scene.status_page().body))
    return [
        scene.say(Both("{key} has lost 28 days against the baseline", "{key} 比基准晚28天"), key=scene.keys[UPGRADE])
    ]


def _last_cells(scene: Scene, body: str) -> list[str]:
    return [row[-1] for row in rows_about(body, "schedule", scene.keys[UPGRADE])]


def risk_grows(scene: Scene) -> None:
    """The risk is assessed anew: 4 × 5."""
    scene.at(monday(12), 16)
    scene.jira("chen").edit(scene.keys[LATE], {"probability": 4, "impact": 5})


def see_it_escalated(scene: Scene) -> list[str]:
    """The score is 20, the risk carries its label, and one comment says that it is escalated."""
    key, chen = scene.keys[LATE], scene.jira("chen")
    expect(f"score of {key}", 20, chen.value(key, "score"))
    expect(f"labels of {key}", ["escalated"], chen.value(key, "labels"))
    expect_one_escalation(scene, comments=2)
    row = rows_about(scene.status_page().body, "risks", key)
    expect_within("the page's row about the risk", ["20 (4 × 5)", scene.say(Both("ESCALATED", "已上报"))], str(row))
    found = Both(
        "{key} has score 20, the label “escalated” and one comment", "{key} 评分20，带“escalated”标签，评论一条"
    )
    return [scene.say(found, key=key)]


def expect_one_escalation(scene: Scene, *, comments: int) -> None:
    """Of the connector's comments on the risk, exactly one escalates it."""
    key = scene.keys[LATE]
    said = [one.text for one in scene.jira("chen").comments(key) if one.by_app]
    expect(f"the connector's comments on {key}", comments, len(said))
    expect("those that escalate", 1, sum(scene.say(ESCALATED) in one for one in said))


def upgrade_arrives(scene: Scene) -> None:
    """Four more weeks; the upgrade is done on its new date and the risk goes down."""
    end_week(scene, 12)
    scene.settle()
    work_through(scene, 13, NEW_WEEK)
    scene.at(friday(NEW_WEEK), 17)
    scene.jira("chen").edit(scene.keys[LATE], {"probability": 2, "impact": 3})
    scene.settle()
    work_through(scene, NEW_WEEK + 1, 20)


def see_it_arrived(scene: Scene) -> list[str]:
    """The upgrade is done, the risk scores 6, and the page follows with the manager's text on it."""
    chen = scene.jira("chen")
    expect("status of the upgrade", scene.stage.place.words("done"), chen.status(scene.keys[UPGRADE]))
    expect("score of the risk", 6, chen.value(scene.keys[LATE], "score"))
    return [*see_page_follows(scene), *see_it_stays(scene)]


STEPS = (
    Step(
        day=friday(8),
        title=Both("The first weeks of work", "最初几周的工作"),
        told=Both(
            "IT, marketing, customer service and quality start, book hours, review and finish. Nobody writes a report.",
            "信息技术部、市场部、客服部和质量部开工、登记工时、评审、完成。没有人写周报。",
        ),
        act=lambda scene: work_through(scene, 5, 8),
        see=see_page_follows,
        open=lambda scene: [f"{scene.stage.place.jira}/projects/{PROJECT}", scene.status_page().url],
    ),
    Step(
        day=monday(9),
        title=Both("The manager writes on the page", "项目经理在页面上写字"),
        told=Both(
            "A paragraph of the manager's own goes between two regions, and a colleague comments on two of its words.",
            "项目经理在两个区域之间写了一段话，同事在其中几个字上加了批注。",
        ),
        act=write_on_page,
        see=see_it_written,
        open=lambda scene: [scene.status_page().url],
    ),
    Step(
        day=monday(12),
        title=Both("The key system upgrade is late", "关键系统升级滞后"),
        told=Both(
            "Three weeks later the upgrade is still under way on the Monday after its due date.",
            "三周后的星期一，系统升级已过到期日，仍在进行中。",
        ),
        act=upgrade_is_late,
        see=see_it_overdue,
        open=lambda scene: [scene.issue_url(UPGRADE), scene.status_page().url],
    ),
    Step(
        day=monday(12),
        title=Both("It slips by four weeks", "延期四周"),
        told=Both(
            "The head of IT explains why and sets a new date; the baseline stays what it was.",
            "信息技术负责人说明原因并设定新日期；基准保持不变。",
        ),
        act=move_due_date,
        see=see_the_slip,
        open=lambda scene: [scene.issue_url(UPGRADE), scene.status_page().url],
    ),
    Step(
        day=monday(12),
        title=Both("A risk goes from 3 × 3 to 4 × 5", "风险由 3×3 升至 4×5"),
        told=Both(
            "The risk that the upgrade comes late is assessed anew. The connector writes the score and escalates it.",
            "“系统升级延期”的风险被重新评估。连接器写入评分并上报。",
        ),
        act=risk_grows,
        see=see_it_escalated,
        open=lambda scene: [scene.issue_url(LATE), scene.status_page().url],
    ),
    Step(
        day=friday(20),
        title=Both("The upgrade arrives", "升级完成"),
        told=Both(
            "It goes live on its new date, the risk goes down, the pilot runs, and eight more weeks pass.",
            "升级按新日期上线，风险下降，试点展开，又过了八周。",
        ),
        act=upgrade_arrives,
        see=see_it_arrived,
        open=lambda scene: [scene.issue_url(UPGRADE), scene.status_page().url],
    ),
)
