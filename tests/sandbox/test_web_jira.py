"""Jira's pages: boards, lists, issues and their forms."""

import io
import json
from collections.abc import Iterator

import pytest
from lxml import html

from connector.sandbox.server import Sandbox
from connector.sandbox.world import SandboxOptions
from tests.sandbox.browser import Browser, browsing, said, text, texts
from tests.sandbox.receiver import listening
from tests.sandbox.visitor import Visitor

Both = tuple[Browser, Visitor]


@pytest.fixture
def both() -> Iterator[Both]:
    yield from browsing()


@pytest.fixture
def both_dc() -> Iterator[Both]:
    yield from browsing("datacenter")


@pytest.fixture
def both_zh() -> Iterator[Both]:
    yield from browsing(locale="zh_CN")


def changes(visitor: Visitor, key: str) -> list[list[tuple[str, str | None, str | None]]]:
    histories = visitor.get(f"issue/{key}", expand="changelog").body["changelog"]["histories"]
    return [[(i["field"], i.get("fromString"), i.get("toString")) for i in one["items"]] for one in histories]


def column_of(browser: Browser, key: str) -> str:
    board = browser.tree("/projects/OPS/boards/1")
    return str(board.xpath(f"string(//article[@data-key='{key}']/ancestor::section/h2/text())")).strip()


def test_a_card_is_moved_by_the_workflow(both: Both) -> None:
    browser, ada = both
    key = ada.issue()

    answer = browser.client.post(
        "/projects/OPS/boards/1/move",
        data={"issue": key, "transition": "11", "script": "yes"},
        headers={"X-Sandbox-Token": browser.token},
    )

    assert answer.get_json() == {"said": "", "screen": None}
    assert column_of(browser, key) == "In Progress"
    assert changes(ada, key) == [[("status", "To Do", "In Progress")]]


def test_a_move_is_told_by_a_webhook_in_the_name_of_who_acts() -> None:
    with listening() as door:
        box = Sandbox(SandboxOptions(port=0, jira_webhook=door.url))
        box.start()
        ada, chen = Visitor(box), Browser(box, "chen")
        ada.project()
        key = ada.issue()

        chen.done("/projects/OPS/boards/1/move", issue=key, transition="11")

        assert box.world.webhooks.wait_until_quiet(20)
        box.stop()
    told = door.named("jira:issue_updated")
    assert [one["user"]["displayName"] for one in told] == ["Chen Yue"]
    assert told[0]["changelog"]["items"][0]["toString"] == "In Progress"


def test_a_move_that_is_no_longer_possible_is_refused_as_jira_does(both: Both) -> None:
    browser, ada = both
    key = ada.issue()
    ada.move(key, "move_start")

    refused = browser.refused("/projects/OPS/boards/1/move", issue=key, transition="11")

    assert refused[0].startswith("It seems that you have tried to perform a workflow operation (Start progress)")
    assert column_of(browser, key) == "In Progress"


def test_a_move_that_needs_a_field_leads_to_its_screen(both: Both) -> None:
    browser, ada = both
    key = ada.issue("bug")

    answer = browser.client.post(
        "/projects/OPS/boards/1/move",
        data={"issue": key, "transition": "31", "script": "yes"},
        headers={"X-Sandbox-Token": browser.token},
    )

    assert answer.status_code == 400
    assert answer.get_json() == {"said": "Resolution is required.", "screen": f"/browse/{key}/move/31"}


def test_the_screen_of_a_move_asks_again_and_then_moves_with_a_comment(both: Both) -> None:
    browser, ada = both
    key = ada.issue("bug")
    duplicate = next(one.id for one in browser.world.jira.resolutions.values() if one.name == "Duplicate")

    first = browser.refused(f"/browse/{key}/move/31", has="resolution", resolution="")
    browser.done(f"/browse/{key}/move/31", has="resolution", resolution=duplicate, comment="Seen before")

    assert first == ["Resolution is required."]
    fields = ada.fields(key)
    assert (fields["status"]["name"], fields["resolution"]["name"]) == ("Done", "Duplicate")
    assert len(fields["comment"]["comments"]) == 1


def test_a_card_tells_the_moves_that_it_can_make(both: Both) -> None:
    browser, ada = both
    key = ada.issue()

    card = browser.tree("/projects/OPS/boards/1").xpath(f"//article[@data-key='{key}']")[0]

    assert [one["status"] for one in json.loads(card.get("data-moves"))] == ["In Progress", "Done"]
    assert texts(card, ".//button") == ["Start progress In Progress", "Done Done"]


def test_a_board_shows_one_type_when_asked(both: Both) -> None:
    browser, ada = both
    ada.issue()
    risk = ada.issue("risk")
    number = ada.fields(risk)["issuetype"]["id"]

    board = browser.tree(f"/projects/OPS/boards/1?type={number}")

    assert [one.get("data-key") for one in board.xpath("//article")] == [risk]


def test_the_list_finds_issues_by_jql(both: Both) -> None:
    browser, ada = both
    ada.issue()
    risk = ada.issue("risk", "It may rain")

    found = browser.tree("/issues/?jql=project %3D OPS AND issuetype %3D Risk")

    assert texts(found, "//table//td[@class='key']") == [risk]


def test_the_list_says_what_is_wrong_with_a_query(both: Both) -> None:
    found = both[0].tree("/issues/?jql=projekt %3D OPS", 400)

    assert said(found) == ["Error in the JQL Query: JQL 1:1: there is no field 'projekt'; did you mean 'Project'?"]


def test_the_list_says_it_in_chinese(both_zh: Both) -> None:
    found = both_zh[0].tree("/issues/?jql=projekt %3D OPS", 400)

    assert said(found) == ["JQL 查询有误：第 1 行第 1 列，没有名为 'projekt' 的字段；您是否想输入 'project'？"]


def form_of(browser: Browser, path: str) -> dict[str, object]:
    """What a browser would send of a page's big form if nothing was touched."""
    form = browser.tree(path).xpath("//form[@class='form']")[0]
    sent: dict[str, object] = {}
    for name, value in form.form_values():
        known = sent.setdefault(name, [])
        assert isinstance(known, list)
        known.append(value.removeprefix("\n"))
    return sent


def test_an_untouched_edit_changes_nothing(both: Both) -> None:
    browser, ada = both
    key = ada.issue("risk", description=ada.text("Two\nlines"), labels=["b", "a"], duedate="2026-05-01")
    before = ada.fields(key)

    browser.done(f"/browse/{key}/edit", form_of(browser, f"/browse/{key}/edit"))

    assert ada.fields(key) == before
    assert changes(ada, key) == []


@pytest.mark.parametrize("where", ["cloud", "datacenter"])
def test_an_edit_writes_what_was_changed_as_one_entry(where: str, request: pytest.FixtureRequest) -> None:
    browser, ada = request.getfixturevalue("both" if where == "cloud" else "both_dc")
    key = ada.issue("risk")
    chen = browser.person("chen")
    path = f"{browser.jira}/browse/{key}/edit"
    form = form_of(browser, path)
    form |= {"summary": "Other words", "assignee": chen.id if where == "cloud" else chen.name, "labels": "one two"}
    form |= {"duedate": "2026-06-30", ada.field("probability"): "4.5", "priority": "1"}

    browser.done(path, form)

    fields = ada.fields(key)
    assert fields["summary"] == "Other words"
    assert fields["assignee"]["displayName"] == "Chen Yue"
    assert fields["labels"] == ["one", "two"]
    assert fields["duedate"] == "2026-06-30"
    assert fields[ada.field("probability")] == 4.5
    assert fields["priority"]["name"] == "Highest"
    assert sorted(one[0] for one in changes(ada, key)[0]) == [
        "Risk probability",
        "assignee",
        "duedate",
        "labels",
        "priority",
        "summary",
    ]
    assert len(changes(ada, key)) == 1


def test_a_refused_edit_shows_the_reason_beside_the_field_and_keeps_what_was_typed(both: Both) -> None:
    browser, ada = both
    key = ada.issue("risk")
    number = ada.field("probability")
    form = form_of(browser, f"/browse/{key}/edit") | {"summary": "", number: "often"}

    page = html.fromstring(browser.post(f"/browse/{key}/edit", form).get_data(as_text=True))

    assert texts(page, "//p[@class='why']") == [
        "You must specify a summary of the issue.",
        "Operation value must be a number",
    ]
    assert page.xpath(f"string(//input[@name='{number}']/@value)") == "often"
    assert ada.fields(key)["summary"] == "Answer the phone"


def test_an_issue_is_made_by_its_form(both: Both) -> None:
    browser, ada = both
    types = browser.tree("/projects/OPS/create").xpath("//select[@name='type']/option")
    risk = next(one.get("value") for one in types if one.text == "Risk")
    number = ada.field("impact")

    address = browser.done(
        "/projects/OPS/create", {"has": ["summary", number]}, type=risk, summary="It may rain", **{number: "3"}
    )

    fields = ada.fields("OPS-1")
    assert address == "/browse/OPS-1"
    assert (fields["issuetype"]["name"], fields["summary"], fields[number]) == ("Risk", "It may rain", 3)


def test_an_issue_without_a_summary_is_not_made(both: Both) -> None:
    browser, _ = both
    task = browser.tree("/projects/OPS/create").xpath("string(//select[@name='type']/option[@selected]/@value)")

    refused = browser.refused("/projects/OPS/create", {"has": "summary"}, type=task, summary="")

    assert refused == ["You must specify a summary of the issue."]
    assert list(browser.world.jira.issues) == []


def test_a_comment_is_written_changed_and_taken_back(both: Both) -> None:
    browser, ada = both
    key = ada.issue()

    browser.done(f"/browse/{key}/comments", text="First *words*")
    number = ada.fields(key)["comment"]["comments"][0]["id"]
    browser.done(f"/browse/{key}/comments/{number}", text="Second words")

    assert texts(browser.tree(f"/browse/{key}"), "//article[@class='said']//div[@class='prose']") == ["Second words"]
    browser.done(f"/browse/{key}/comments/{number}/delete")
    assert ada.fields(key)["comment"]["comments"] == []


def test_somebody_elses_comment_stays(both: Both) -> None:
    browser, ada = both
    key = ada.issue()
    ada.post(f"issue/{key}/comment", {"body": ada.text("Mine")})
    number = ada.fields(key)["comment"]["comments"][0]["id"]

    refused = Browser(browser.box, "ben").refused(f"/browse/{key}/comments/{number}/delete")

    assert refused == ["You do not have the permission to edit this comment."]
    assert len(ada.fields(key)["comment"]["comments"]) == 1


def test_time_is_logged_and_bad_time_is_refused(both: Both) -> None:
    browser, ada = both
    key = ada.issue()

    refused = browser.refused(f"/browse/{key}/worklog", time="long")
    browser.done(f"/browse/{key}/worklog", time="1h 30m", text="Call")

    assert refused == ["You must indicate the time spent working."]
    assert ada.fields(key)["timespent"] == 5400


def test_issues_are_linked_in_the_chosen_direction_and_parted(both: Both) -> None:
    browser, ada = both
    one, two = ada.issue(), ada.issue()
    blocks = next(row.id for row in browser.world.jira.link_types.values() if row.name == "Blocks")

    browser.done(f"/browse/{one}/links", kind=f"{blocks}:in", other=two)
    link = ada.fields(one)["issuelinks"][0]
    shown = texts(browser.tree(f"/browse/{one}"), "//h3[@class='words']")
    browser.done(f"/browse/{one}/links/{link['id']}/delete")

    assert link["inwardIssue"]["key"] == two
    assert shown == ["is blocked by"]
    assert ada.fields(two)["issuelinks"] == []


def test_a_link_to_an_issue_that_is_not_there_is_refused(both: Both) -> None:
    browser, ada = both
    key = ada.issue()
    blocks = next(iter(browser.world.jira.link_types))

    assert browser.refused(f"/browse/{key}/links", kind=f"{blocks}:out", other="OPS-99") == [
        "Issue does not exist or you do not have permission to see it."
    ]


def test_a_file_is_attached_and_comes_back_unable_to_run(both: Both) -> None:
    browser, ada = both
    key = ada.issue()
    page = b"<script>alert(1)</script>"

    browser.done(f"/browse/{key}/files", {"file": (io.BytesIO(page), "报告 1.html")})
    address = browser.tree(f"/browse/{key}").xpath("string(//ul[@class='files']//a/@href)")
    answer = browser.get(address)

    assert answer.data == page
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Content-Security-Policy"] == "sandbox"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_the_history_is_told_as_people_write_it(both_zh: Both) -> None:
    browser, ada = both_zh
    key = ada.issue()
    ada.put(f"issue/{key}", {"fields": {"duedate": "2026-05-01", "timetracking": {"originalEstimate": "2h"}}})

    rows = texts(browser.tree(f"/browse/{key}?tab=history"), "//table[@class='changes']//tr")

    assert rows == ["到期日无→2026年5月1日", "初始预估时间无→2h", "剩余的估算无→2h"]


def test_properties_are_shown(both: Both) -> None:
    browser, ada = both
    key = ada.issue()
    ada.put(f"issue/{key}/properties/band", {"level": "high"})

    shown = browser.tree(f"/browse/{key}?tab=properties")

    assert texts(shown, "//th") == ["band"]
    assert texts(shown, "//pre[@class='json']") == ['{ "level": "high" }']


def test_text_from_jira_is_shown_as_text(both: Both) -> None:
    browser, ada = both
    evil = "<script>alert(1)</script><img src=x onerror=alert(1)>"
    key = ada.issue(summary=evil, description=ada.text(evil), labels=["<b>"])
    ada.post(f"issue/{key}/comment", {"body": ada.text(evil)})

    for path in (f"/browse/{key}", f"/browse/{key}/edit", "/projects/OPS/boards/1", "/issues/", "/projects/OPS"):
        page = browser.tree(path)

        assert page.xpath("//script[not(@src)] | //*[@onerror] | //main//img") == []


def test_a_version_is_made_and_released_by_who_may(both: Both) -> None:
    browser, ada = both
    key = ada.issue()
    browser.done("/projects/OPS/versions", name="1.0", release_date="2026-05-01")
    number = ada.get("project/OPS/versions").body[0]["id"]
    ada.put(f"issue/{key}", {"fields": {"fixVersions": [{"id": number}]}})

    refused = Browser(browser.box, "ben").refused(f"/projects/OPS/versions/{number}/release")
    browser.done(f"/projects/OPS/versions/{number}/release")

    assert refused[1] == "You do not have permission to administer this project."
    assert ada.get(f"version/{number}").body["released"] is True
    assert texts(browser.tree("/projects/OPS/versions"), "//tbody/tr")[0].startswith("1.0 Released 0/1")


def test_data_centers_addresses_lead_where_they_do_there(both_dc: Both) -> None:
    browser, ada = both_dc
    key = ada.issue()

    assert browser.get("/jira/secure/RapidBoard.jspa?rapidView=1").headers["Location"] == "/jira/projects/OPS/boards/1"
    assert browser.get("/jira/browse/OPS").headers["Location"] == "/jira/projects/OPS"
    assert text(browser.tree(f"/jira/browse/{key}").xpath("//h1")[0]) == "Answer the phone"
    assert browser.get(f"/browse/{key}").status_code == 404


def test_an_issue_is_deleted(both: Both) -> None:
    browser, ada = both
    key = ada.issue()

    assert browser.done(f"/browse/{key}/delete") == "/projects/OPS"
    assert ada.get(f"issue/{key}").status == 404
