import json
import re
from dataclasses import fields, is_dataclass, replace
from datetime import timedelta
from decimal import Decimal
from functools import cache
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connector.core.findings import Findings, Reason, Standing
from connector.pages.languages import message_ids
from connector.pages.reading import check_whole
from connector.pages.regions import find, splice
from connector.pages.render import page_title
from tests.pages.stories import (
    AS_OF,
    closed_project,
    findings,
    gate_run,
    goal,
    kpi,
    red_project,
    render,
    risk,
    template_of,
)

PAGES = [
    ("status", red_project()),
    ("status", findings()),
    ("closeout", closed_project()),
    ("closeout", findings(is_closed=True)),
]
HOSTILE = (
    "[x](javascript:alert(1))",
    "a | b | c",
    "one\n\n# two\r\n- three",
    "</ac:rich-text-body></ac:structured-macro>",
    "{{ 7*7 }} {% raw %} {count}",
    "]]>",
    "<script>alert(1)</script> <b>x</b>",
    "&nbsp; &lt; &#60; &",
    "*a* **b** `c` _d_ ~~e~~",
    "\ue0000\ue001 \ue002<region a\ue003",
    "\x02wzxhzdk:0\x03 \x0b\x00",
    '" onclick="x" x=\'',
    "1. one",
    "中文，😀 \u202egnp",
)


def tree(storage: str) -> ElementTree.Element:
    return ElementTree.fromstring(f'<storage xmlns:ac="ac" xmlns:ri="ri">{storage}</storage>')


def text_of(storage: str) -> str:
    """What a reader sees: of a macro's parameters only the title."""
    root = tree(storage)
    for parameter in root.iter("{ac}parameter"):
        if parameter.get("{ac}name") != "title":
            parameter.text = ""
    return " ".join(" ".join(root.itertext()).split())


def skeleton(storage: str) -> list[tuple[str, list[str]]]:
    """Every element with the names of its attributes, and the values of all but addresses."""
    return [
        (one.tag, sorted(f"{name}={'' if name == 'href' else value}" for name, value in one.attrib.items()))
        for one in tree(storage).iter()
    ]


@cache
def plain_skeleton(at: int) -> list[tuple[str, list[str]]]:
    template, found = PAGES[at]
    return skeleton(render(template, reworded(found, "plain")).body)


def reworded(value: Any, word: str) -> Any:
    """The same findings with every text that a stranger may have written replaced by the word."""
    strangers = {"summary", "owner", "status", "name", "unit", "label", "by"}
    if is_dataclass(value) and not isinstance(value, type):
        held = {one.name: getattr(value, one.name) for one in fields(value)}
        is_figure = "left_out" in held
        return replace(
            value,
            **{
                name: word if name in strangers and isinstance(one, str) and not is_figure else reworded(one, word)
                for name, one in held.items()
            },
        )
    if isinstance(value, tuple):
        return tuple(reworded(one, word) for one in value)
    if isinstance(value, dict):
        return {
            name: word if name in strangers and isinstance(one, str) and name != "unit" else one
            for name, one in value.items()
        }
    return value


@pytest.mark.parametrize("locale", ["en", "zh_CN"])
@pytest.mark.parametrize(("template", "found"), PAGES)
def test_a_shipped_page_is_whole_and_holds_its_regions(template: str, found: Findings, locale: str) -> None:
    rendered = render(template, found, locale)

    check_whole(rendered.body)
    assert {name: region.inner for name, region in find(rendered.body).items()} == rendered.regions
    assert splice(rendered.body, rendered.regions).changed is False


@pytest.mark.parametrize("locale", ["en", "zh_CN"])
@pytest.mark.parametrize(("template", "found"), PAGES)
def test_no_message_id_is_left_on_a_shipped_page(template: str, found: Findings, locale: str) -> None:
    words = set(re.findall(r"[a-z]+(?:\.[a-z_]+)+", text_of(render(template, found, locale).body)))

    assert words & message_ids() == set()
    assert not re.search(r"\b(?:gate|risk|kpi|page|light|timeline|null|unit|status|closeout)\.\w", " ".join(words))


@pytest.mark.parametrize(("template", "found"), PAGES)
def test_both_languages_have_the_same_page(template: str, found: Findings) -> None:
    english, chinese = render(template, found, "en"), render(template, found, "zh_CN")

    assert skeleton(english.body) == skeleton(chinese.body)


def test_a_chinese_page_holds_no_english_of_ours() -> None:
    page = text_of(render("status", reworded(red_project(), "甲"), "zh_CN").body)

    english = set(re.findall(r"[A-Za-z]{3,}", page))
    assert english == {"OPS", "Asia", "Shanghai", "Owners", "Costs", "Charter", "pages"}


@pytest.mark.parametrize("word", HOSTILE)
@pytest.mark.parametrize("at", [0, 2], ids=["status", "closeout"])
def test_hostile_text_is_shown_as_text(at: int, word: str) -> None:
    template, found = PAGES[at]

    rendered = render(template, reworded(found, word))

    assert skeleton(rendered.body) == plain_skeleton(at)
    shown = " ".join(re.sub("[\x00-\x08\x0b\x0e-\x1f]", "\ufffd", " ".join(word.split())).split())
    assert shown in text_of(rendered.body)
    assert "49" not in text_of(rendered.body)


@settings(max_examples=30, deadline=None)
@given(word=st.text(min_size=1, max_size=12).map(lambda word: f"x{word}"), at=st.sampled_from((0, 2)))
def test_no_text_whatever_changes_the_page(word: str, at: int) -> None:
    template, found = PAGES[at]

    rendered = render(template, reworded(found, word))

    assert skeleton(rendered.body) == plain_skeleton(at)


def test_hostile_keys_and_queries_stay_inside_their_links() -> None:
    evil = 'A-1"><script>'
    calls = (
        "link(project)",
        "search(project, project)",
        "links([project])",
        "person(project)",
        'status(project, "red")',
    )
    source = " ".join(f"{{{{ {call} }}}}" for call in calls)

    page = tree(render(template_of(source), findings(project=evil)).body)

    assert [one.get("href") for one in page.iter("a")] == [
        "https://jira.example.com/browse/A-1%22%3E%3Cscript%3E",
        "https://jira.example.com/issues/?jql=A-1%22%3E%3Cscript%3E",
        "https://jira.example.com/browse/A-1%22%3E%3Cscript%3E",
    ]
    assert [one.get("{ri}account-id") for one in page.iter("{ri}user")] == [evil]


def test_nothing_but_the_stamp_changes_with_the_moment() -> None:
    now, later = red_project(), replace(red_project(), as_of=red_project().as_of + timedelta(minutes=15))

    first, second = render("status", now), render("status", later)

    assert first.compare == second.compare
    assert [name for name in first.regions if first.regions[name] != second.regions[name]] == ["overview"]
    assert "Data as of Mar 5, 2026 09:45 (Asia/Shanghai). Rules version 9f86d081884c." in text_of(
        second.regions["overview"]
    )


def test_the_overview_says_the_light_and_the_facts_behind_it() -> None:
    assert text_of(render("status", red_project()).compare["overview"]) == (
        "Project Raise customer satisfaction (OPS) Overall status OFF TRACK "
        "Phase ✓ Initiating → ● Planning → Executing → Closing "
        "Progress ███░░░░░░░ 35% · 21 done, 8 in progress, 31 to do "
        "Next gate Plan baseline NOT READY "
        "Needs attention 2 work items overdue · 1 work item put off · 3 open risks "
        "Off track, because: Overdue work items: 2, off track (target ≤ 0) "
        "An escalated risk is open (score 20) – OPS-21 "
        "The gate “Plan baseline” was returned and has not been decided since – OPS-3"
    )


def test_the_gate_says_what_it_waits_for_by_name() -> None:
    region = text_of(render("status", red_project()).regions["gate"])

    assert "Owners are complete NOT MET 2 of 48 work items do not meet it OPS-12 , OPS-15" in region
    assert "Costs are complete NOT KNOWN On-time rate has no value: there are not enough data –" in region
    assert "Charter pages are complete NOT MET (recommended) there is no page with the label “charter” –" in region
    assert "Criteria met 1 of 4 Returned once" in region


@pytest.mark.parametrize(
    ("found", "row"),
    [
        pytest.param(
            kpi("on_time_rate", "0.8999", "amber", ">= 0.9"),
            "89.99% ≥ 90% AT RISK 60 of 60 work items",
            id="just-missed",
        ),
        pytest.param(
            kpi("cycle_time_median", None, "grey", "<= 10", "days", used=3, total=21),
            "not available: there are not enough data ≤ 10 days NOT KNOWN only 3 of 21 work items: low confidence",
            id="null",
        ),
        pytest.param(kpi("completion", "0.5", "grey", None), "50% – – 60 of 60 work items", id="no-target"),
        pytest.param(
            kpi("work_in_progress", "4", "green", "<= 5", "count", total=0), "4 ≤ 5 ON TRACK", id="no-coverage"
        ),
    ],
)
def test_an_indicator_says_its_value_target_light_and_why(found: Any, row: str) -> None:
    assert text_of(render("status", findings(kpis=(found,))).regions["indicators"]).endswith(row)


@pytest.mark.parametrize(
    ("figure", "address"),
    [
        pytest.param(
            {"issues": ("OPS-9", "OPS-14")}, "issues/?jql=key%20in%20%28OPS-9%2C%20OPS-14%29", id="its-work-items"
        ),
        pytest.param({"query": "project = OPS"}, "issues/?jql=project%20%3D%20OPS", id="its-query"),
        pytest.param({"query": "open risks"}, None, id="no-query"),
    ],
)
def test_a_figure_leads_to_its_source(figure: dict[str, Any], address: str | None) -> None:
    region = tree(
        render("status", findings(kpis=(kpi("overdue", "2", "grey", None, "count", **figure),))).regions["indicators"]
    )

    assert [one.get("href") for one in region.iter("a")] == ([f"https://jira.example.com/{address}"] if address else [])


def test_long_lists_are_cut_and_lead_to_the_rest() -> None:
    many = tuple(risk(f"OPS-{number}", "r", 1, 1) for number in range(100, 114))

    region = render("status", findings(risks=many)).regions["risks"]

    assert region.count("<tr>") == 11
    assert text_of(region).endswith("and 4 more")


def test_a_goal_is_told_with_its_direction_and_unit() -> None:
    goals = (
        goal("G-1", "Faster", "24", "30", "at most", "h"),
        goal("G-2", "Happier", "90", None),
        goal("G-3", "More", None, "2", unit=None),
    )

    region = text_of(render("status", findings(goals=goals)).regions["goals"])

    assert region.endswith(
        "G-1 Faster ≤ 24 h 30 h NOT YET MET G-2 Happier ≥ 90% no actual value yet NOT KNOWN "
        "G-3 More no target set 2 NOT KNOWN"
    )


def test_the_retrospective_asks_about_what_happened() -> None:
    zones = text_of(
        re.sub(
            r"<ac:structured-macro ac:name=.details.*?</ac:rich-text-body>",
            "<x>",
            render("closeout", closed_project()).body,
        ).replace("<x></ac:structured-macro>", "")
    )

    for fact in (
        "“Follow-up satisfaction” was met ( OPS-6 ): 92% against ≥ 90%.",
        "“Answer within 24 hours” was missed ( OPS-4 ): 88.5% against ≥ 95%.",
        "The gate “Plan baseline” was returned once.",
        "“Write the service catalogue” slipped by 12 days ( OPS-9 ).",
        "The risk “Supplier misses the portal's delivery date” was escalated ( OPS-21 ).",
        "Hand over the open risk “Too few people answer on weekends” ( OPS-22 )",
        "Finish or move “Agree on response times with the suppliers” ( OPS-14 )",
    ):
        assert fact in zones


def test_the_closeout_report_counts_risks_and_dates_gates() -> None:
    regions = render("closeout", closed_project()).regions

    assert text_of(regions["risks"]).startswith("Risk review Identified 4 Escalated 1 Closed 1 Still open 3")
    assert "Plan baseline – OPS-3 Go Mar 5, 2026 once Closure – OPS-7 Go Aug 31, 2026 –" in text_of(regions["gates"])
    assert text_of(regions["timeline"]).endswith("Aug 31, 2026 The gate “Closure” was decided: Go OPS-7")


def test_a_gate_reopened_after_its_pass_is_the_next_gate_again() -> None:
    runs = (
        gate_run("plan", 1, state="decided", decision="GO", trigger="1"),
        gate_run("plan", 2, state="decided", decision="RECYCLE", trigger="2"),
    )

    assert "Next gate Plan baseline" in text_of(render("status", findings(gates=runs)).regions["overview"])


def test_a_closed_project_waits_for_no_gate() -> None:
    rendered = render("status", findings(is_closed=True, gates=(gate_run("plan", 1),)))

    assert text_of(rendered.regions["gate"]) == "Next gate The project is closed; no gate is to be decided."
    assert "Phase ✓ Initiating → ✓ Planning → ✓ Executing → ✓ Closing → closed" in text_of(rendered.regions["overview"])


@pytest.mark.parametrize(
    ("locale", "standing", "words"),
    [
        pytest.param(
            "en",
            Standing(paused_at=AS_OF, reason="<b>the rule</b> | is wrong"),
            "Connector paused since Mar 5, 2026 09:30: nothing is written until it goes on "
            "– <b>the rule</b> | is wrong Needs attention",
            id="paused",
        ),
        pytest.param(
            "zh_CN",
            Standing(paused_at=AS_OF),
            "连接器 已暂停 自 2026年3月5日 09:30 起：恢复之前不写入任何内容 需要关注",
            id="已暂停",
        ),
        pytest.param(
            "en",
            Standing(is_observed=True),
            "Connector only observed Nothing is written in this project by itself. Needs attention",
            id="observed",
        ),
        pytest.param("zh_CN", Standing(is_observed=True), "连接器 仅观察 不会自动写入此项目。 需要关注", id="仅观察"),
        pytest.param(
            "en",
            Standing(rules=("automation late", "risks")),
            "Paused rules automation late, risks Needs attention",
            id="rules",
        ),
    ],
)
def test_the_overview_says_what_holds_the_connector_back(locale: str, standing: Standing, words: str) -> None:
    overview = text_of(render("status", findings(standing=standing), locale=locale).regions["overview"])

    assert words in overview


def test_the_overview_of_a_project_that_is_written_to_says_nothing_of_it() -> None:
    overview = text_of(render("status", findings()).regions["overview"])

    assert "Connector" not in overview
    assert "Paused" not in overview


def test_findings_that_came_through_the_store_are_told_the_same() -> None:
    reason = Reason(what="light.risk.high", values=json.loads(json.dumps({"score": 16})), key="OPS-1")

    region = text_of(render("status", findings(light="amber", light_reasons=(reason,))).regions["overview"])

    assert "At risk, because: A high risk is open (score 16) – OPS-1" in region


@pytest.mark.parametrize(
    ("pattern", "name", "title"),
    [
        pytest.param("{project}: {name}", "Operations", "OPS: Operations", id="both"),
        pytest.param("{name}", "a\n{project}\x00 b", "a {project}\ufffd b", id="hostile-name"),
        pytest.param("{other} {name}", "x", "{other} x", id="unknown-place"),
        pytest.param("{name}", "x" * 300, "x" * 255, id="too-long"),
    ],
)
def test_a_title_is_one_line_that_confluence_takes(pattern: str, name: str, title: str) -> None:
    assert page_title(pattern, findings(name=name)) == title


def test_a_bar_shows_the_share_of_done_work() -> None:
    source = "{{ bar(share) }}"

    assert render(template_of(source.replace("share", "done_share")), red_project()).body == "<p>███░░░░░░░ 35%</p>"
    assert Decimal("0.35") == red_project().figures["completion"].value
