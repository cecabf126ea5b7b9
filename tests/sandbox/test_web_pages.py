"""Every page that a link leads to, in both deployments and languages."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from lxml import html

from connector.sandbox.confluence.comments import comment_on, comment_on_text
from connector.sandbox.confluence.labels import add_labels
from connector.sandbox.world import Deployment, Locale
from tests.sandbox.browser import Browser, browsing
from tests.sandbox.visitor import Visitor

HOUSES: list[tuple[Deployment, Locale]] = [
    ("cloud", "en"),
    ("cloud", "zh_CN"),
    ("datacenter", "en"),
    ("datacenter", "zh_CN"),
]


@pytest.fixture(params=HOUSES, ids=lambda one: "-".join(one))
def both(request: pytest.FixtureRequest) -> Iterator[tuple[Browser, Visitor]]:
    for browser, ada in browsing(*request.param):
        fill(browser, ada)
        yield browser, ada


def fill(browser: Browser, ada: Visitor) -> None:
    """A little of everything, all of it named in Chinese so that English on a Chinese page is the page's own."""
    risk = ada.issue("risk", "风险一", labels=["标签"], duedate="2026-05-01", description=ada.text("描述"))
    bug = ada.issue("bug", "缺陷一")
    ada.move(bug, "move_start")
    ada.put(f"issue/{risk}", {"fields": {ada.field("probability"): 4}})
    ada.post(f"issue/{risk}/comment", {"body": ada.text("评论")})
    ada.post(
        "issueLink",
        {"type": {"name": ada.word("link_blocks")}, "inwardIssue": {"key": risk}, "outwardIssue": {"key": bug}},
    )
    project = next(iter(browser.world.jira.projects))
    ada.post("version", {"projectId": int(project), "name": "一"})
    state, me = browser.world.confluence, browser.person("ada")
    jql = '<ac:parameter ac:name="jqlQuery">project = OPS</ac:parameter>'
    query = f'<ac:structured-macro ac:name="jira">{jql}</ac:structured-macro>'
    page = state.create_page(
        space="OPS", title="报告", body=f"<h2>标题</h2><p>文字</p>{query}", parent=state.space("OPS").home, actor=me
    )
    comment_on(state, page, "<p>评论</p>", me)
    comment_on_text(state, page, "<p>评论</p>", me, selection="文字")
    add_labels(state, page, [("global", "标签")], me)
    state.update_page(page, number=2, title="报告", body=page.latest.body + "<p>二</p>", actor=me)


def walk(browser: Browser) -> dict[str, Any]:
    """Every page within reach of the home page by links."""
    found: dict[str, Any] = {}
    waiting = ["/"]
    while waiting:
        path = waiting.pop()
        if path in found or path.startswith("/_web/"):
            continue
        answer = browser.get(path)
        assert answer.status_code in (200, 303), (path, answer.status_code, answer.get_data(as_text=True)[-2000:])
        if answer.status_code == 303:
            waiting.append(answer.headers["Location"])
            found[path] = None
            continue
        found[path] = html.fromstring(answer.get_data(as_text=True)) if answer.mimetype == "text/html" else None
        if found[path] is not None:
            waiting += [one.partition("#")[0] or path for one in found[path].xpath("//a/@href")]
    return found


def test_no_link_leads_nowhere(both: tuple[Browser, Visitor]) -> None:
    found = walk(both[0])

    assert all(path.startswith("/") for path in found)
    assert len(found) > 30


def test_each_form_carries_its_token_and_stays_on_the_site(both: tuple[Browser, Visitor]) -> None:
    forms = [one for tree in walk(both[0]).values() if tree is not None for one in tree.xpath("//form[@method='post']")]

    assert len(forms) > 100
    assert all(one.xpath("./input[@name='token']/@value") for one in forms)
    assert all(re.match(r"/(?!/)", one.get("action")) for one in forms)


def test_pages_load_nothing_from_elsewhere(both: tuple[Browser, Visitor]) -> None:
    trees = [tree for tree in walk(both[0]).values() if tree is not None]

    loaded = {one for tree in trees for one in tree.xpath("//link/@href | //script/@src | //img/@src")}
    assert loaded == {"/_web/sandbox.css", "/_web/icon.svg", "/_web/board.js"}
    assert all(both[0].get(one).status_code == 200 for one in loaded)


#: What is English on a Chinese page because it is a name, a key, code or a person's sign-in name.
NAMES = re.compile(
    r"Jira|Confluence|JQL|Webhooks?|Data Center|OPS(-\d+)?|Operations|Asia/Shanghai|https?://\S+|v\. \d|\b[hdwm]\b"
    r"|connector|ada|ben|chen|dana|emil|fay|gus|hana|ivo"
)


@pytest.mark.parametrize("deployment", ["cloud", "datacenter"])
def test_a_chinese_page_has_no_english_of_its_own(deployment: Deployment) -> None:
    left: dict[str, set[str]] = {}
    for browser, ada in browsing(deployment, "zh_CN"):
        fill(browser, ada)
        for path, tree in walk(browser).items():
            if tree is None:
                continue
            for one in tree.xpath("//textarea | //pre | //div[contains(@class, 'diff')] | //style | //script"):
                one.drop_tree()
            words = [tree.text_content(), *tree.xpath("//@placeholder | //@title | //@aria-label")]
            found = set(re.findall(r"[A-Za-z]{2,}", NAMES.sub(" ", " ".join(words))))
            if found:
                left[path] = found

    assert left == {}
