"""What the project does: its workstreams, work, milestones and risks, week by week.

Week 1 begins on Monday, 5 January 2026. A piece of work starts on the Monday of one week and is due on the Friday of
another; `done` is the week in which it is really finished.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from connector.demo.wording import Both

FIRST_MONDAY = date(2026, 1, 5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """A piece of work with its owner and weeks."""

    name: str
    stream: str
    kind: str
    owner: str
    start: int
    due: int
    done: int
    text: Both
    priority: str = "medium"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """A workstream: an epic, under way from one week to the end of another."""

    name: str
    owner: str
    start: int
    due: int
    text: Both


@dataclass(frozen=True, slots=True, kw_only=True)
class Hazard:
    """A risk as it is first assessed."""

    name: str
    owner: str
    probability: int
    impact: int
    text: Both


def monday(week: int) -> date:
    """The first day of a week of the project."""
    return FIRST_MONDAY + timedelta(weeks=week - 1)


def friday(week: int) -> date:
    """The last working day of a week of the project."""
    return monday(week) + timedelta(days=4)


def _work(
    name: str, kind: str, owner: str, weeks: tuple[int, int, int], en: str, zh: str, priority: str = "medium"
) -> Work:
    start, due, done = weeks
    stream = name.split("-")[0]
    return Work(
        name=name,
        stream=stream,
        kind=kind,
        owner=owner,
        start=start,
        due=due,
        done=done,
        text=Both(en, zh),
        priority=priority,
    )


UPGRADE, WEEKEND = "it-upgrade", "desk-weekend"
FORGOTTEN = {"it-report": ("assignee",), "check-answers": ("duedate",), "desk-feedback": ("assignee", "duedate")}
"""What was left out of the first plan, by name of the work."""

STREAMS = (
    Stream(name="plan", owner="ben", start=3, due=5, text=Both("Goals, scope and plan", "目标、范围与计划")),
    Stream(name="it", owner="chen", start=5, due=23, text=Both("Service system", "客服系统升级")),
    Stream(name="survey", owner="dana", start=5, due=21, text=Both("Customer survey", "客户调研")),
    Stream(name="desk", owner="emil", start=5, due=22, text=Both("New service process", "客服新流程")),
    Stream(name="check", owner="gus", start=8, due=24, text=Both("Quality and handover", "质量与移交")),
)

WORK = (
    _work("plan-meaning", "task", "ben", (3, 3, 3), "Ask departments what satisfied means", "访谈各部门对满意的理解"),
    _work("plan-today", "task", "gus", (3, 3, 3), "Measure answers and complaints", "统计当前响应与投诉"),
    _work("plan-scope", "task", "ben", (3, 4, 4), "Agree what is in scope", "商定项目范围"),
    _work("plan-schedule", "task", "ben", (3, 4, 4), "Draw up the schedule and who does what", "编制时间表和责任清单"),
    _work("plan-kickoff", "task", "ben", (5, 5, 5), "Hold the kick-off with all departments", "召开跨部门启动会"),
    _work("it-gaps", "task", "chen", (5, 6, 6), "List what the present system cannot do", "梳理现有系统的不足"),
    _work("it-choose", "task", "chen", (6, 7, 7), "Choose the request routing component", "选定请求分派组件"),
    _work("it-rights", "task", "chen", (9, 9, 9), "Set up roles and access rights", "配置角色与访问权限"),
    _work(
        "it-upgrade",
        "story",
        "fay",
        (8, 11, 15),
        "Upgrade the service system's core",
        "升级客服系统核心模块",
        "high",
    ),
    _work("it-history", "story", "chen", (13, 14, 14), "Show a customer's whole history", "一屏展示客户的全部历史"),
    _work("it-data", "task", "chen", (14, 16, 17), "Move five years of customer records", "迁移五年的客户记录"),
    _work("it-routing", "story", "fay", (15, 16, 16), "Route requests to the right team", "将请求分派到对应团队"),
    _work("it-clock", "story", "fay", (16, 17, 17), "Show agents the 24-hour clock", "向客服显示24小时倒计时"),
    _work("it-load", "task", "fay", (17, 18, 18), "Test with the load of a sale day", "按促销日流量进行压力测试"),
    _work("it-report", "story", "fay", (18, 19, 19), "Report answer times every day", "每日上报响应时间"),
    _work("it-care", "task", "chen", (21, 23, 23), "Look after the system in its first weeks", "上线初期系统保障"),
    _work("survey-questions", "task", "dana", (5, 6, 6), "Write the questionnaire", "编写调查问卷"),
    _work("survey-sample", "task", "dana", (6, 6, 6), "Choose 600 customers to ask", "抽取600名受访客户"),
    _work("survey-causes", "task", "hana", (6, 8, 8), "Group last year's complaints by cause", "按原因归类去年的投诉"),
    _work("survey-first", "task", "dana", (8, 9, 9), "Run the first survey", "开展第一轮调查"),
    _work("survey-results", "task", "dana", (9, 10, 10), "Evaluate the first survey", "分析第一轮调查结果"),
    _work("survey-left", "task", "dana", (10, 12, 12), "Talk to 20 customers who left", "回访20名流失客户"),
    _work("survey-script", "task", "hana", (12, 12, 12), "Write the follow-up call script", "编写回访话术"),
    _work("survey-second", "task", "dana", (19, 20, 20), "Run the second survey", "开展第二轮调查"),
    _work("survey-report", "task", "dana", (20, 21, 21), "Report what has changed", "汇报前后变化"),
    _work("desk-map", "task", "emil", (5, 6, 6), "Draw a request's way through the house", "绘制请求的现行流转路径"),
    _work("desk-process", "task", "emil", (8, 9, 9), "Write the new process for requests", "编写请求与投诉新流程"),
    _work("desk-levels", "task", "emil", (9, 10, 10), "Agree answer times with departments", "与各部门约定响应时限"),
    _work(
        "desk-answers",
        "task",
        "hana",
        (10, 12, 12),
        "Answer 50 frequent questions",
        "编写50个常见问题答复",
    ),
    _work("desk-train", "task", "emil", (12, 13, 13), "Train the pilot team", "培训试点团队"),
    _work("desk-pilot", "story", "hana", (14, 17, 17), "Run the pilot with two teams", "两个团队试运行新流程"),
    _work("desk-feedback", "task", "hana", (14, 17, 17), "Collect the pilot's feedback weekly", "每周收集试点反馈"),
    _work("desk-adjust", "task", "emil", (18, 18, 18), "Adjust the process after the pilot", "试点后调整流程"),
    _work(
        "desk-weekend", "bug", "emil", (18, 20, 22), "Complaints get lost at weekends", "周末投诉交接遗漏", "highest"
    ),
    _work("desk-trainall", "task", "emil", (19, 20, 20), "Train all other teams", "培训其余团队"),
    _work("desk-switch", "story", "emil", (21, 21, 21), "Switch all teams to the new process", "全员切换到新流程"),
    _work("check-criteria", "task", "gus", (8, 9, 9), "Write the acceptance criteria", "制定验收标准"),
    _work("check-trial", "task", "gus", (16, 16, 16), "First trial with customers", "第一轮客户模拟测试"),
    _work("check-again", "task", "gus", (18, 18, 18), "Second trial with customers", "第二轮客户模拟测试"),
    _work("check-answers", "task", "gus", (20, 22, 22), "Check 200 answers for quality", "抽查200条答复的质量"),
    _work("check-file", "task", "gus", (23, 24, 24), "File documents and data", "文件与数据归档"),
    _work("check-handover", "task", "gus", (23, 24, 25), "Hand over to daily operations", "移交日常运营"),
)

MILESTONES = (
    _work("m-plan", "milestone", "ben", (5, 5, 5), "Plan agreed", "计划获批"),
    _work("m-pilot", "milestone", "emil", (14, 14, 14), "Pilot starts", "试点启动"),
    _work("m-live", "milestone", "emil", (21, 21, 21), "All teams work the new way", "全员启用新流程"),
    _work("m-end", "milestone", "ben", (25, 25, 25), "Handed over", "完成移交"),
)

LATE, STAFF, PRIVACY, HABIT = "risk-late", "risk-staff", "risk-privacy", "risk-habit"
HAZARDS = (
    Hazard(name=LATE, owner="chen", probability=3, impact=3, text=Both("System upgrade comes late", "系统升级延期")),
    Hazard(name=STAFF, owner="emil", probability=2, impact=4, text=Both("Too few agents at peaks", "高峰期人手不足")),
    Hazard(name=PRIVACY, owner="dana", probability=1, impact=5, text=Both("Survey leaks data", "调查泄露客户数据")),
    Hazard(name=HABIT, owner="hana", probability=2, impact=3, text=Both("Agents keep old habits", "客服沿用旧习惯")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """A goal: a number to be reached. `actual` is what it came to in the end."""

    name: str
    owner: str
    baseline: int
    target: int
    actual: int
    unit: Both
    direction: str
    text: Both


PROMISES = (
    Promise(
        name="goal-answer",
        owner="emil",
        baseline=41,
        target=24,
        actual=21,
        unit=Both("h", "小时"),
        direction="direction_down",
        text=Both("Customers have an answer within 24 hours", "客户平均响应时间缩短至24小时内"),
    ),
    Promise(
        name="goal-complaints",
        owner="gus",
        baseline=0,
        target=15,
        actual=17,
        unit=Both("%", "%"),
        direction="direction_up",
        text=Both("Complaints fall by 15 %", "客户投诉率减少15%"),
    ),
    Promise(
        name="goal-followup",
        owner="dana",
        baseline=78,
        target=90,
        actual=92,
        unit=Both("%", "%"),
        direction="direction_up",
        text=Both("90 % are satisfied when we call them back", "客户回访满意度达到90%以上"),
    ),
)
