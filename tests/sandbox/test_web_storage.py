"""Storage format as the pages draw it."""

from collections.abc import Iterator
from typing import Any

import pytest
from lxml import html

from connector.sandbox.confluence.comments import change_comment, comment_on_text
from connector.sandbox.confluence.files import attach
from tests.sandbox.browser import Browser, browsing, text, texts
from tests.sandbox.visitor import Visitor

Both = tuple[Browser, Visitor]


@pytest.fixture
def both() -> Iterator[Both]:
    yield from browsing()


@pytest.fixture
def browser(both: Both) -> Browser:
    return both[0]


def drawn(browser: Browser, body: str, title: str = "Report") -> Any:
    """The body of a new page as a reader gets it."""
    state = browser.world.confluence
    page = state.create_page(
        space="OPS", title=title, body=body, parent=state.space("OPS").home, actor=browser.person("ada")
    )
    return browser.tree(f"/wiki/spaces/OPS/pages/{page.id}").xpath("//div[contains(@class, 'page-body')]")[0]


def macro(name: str, body: str = "", plain: str = "", **parameters: str) -> str:
    given = "".join(f'<ac:parameter ac:name="{key}">{value}</ac:parameter>' for key, value in parameters.items())
    rich = f"<ac:rich-text-body>{body}</ac:rich-text-body>" if body else ""
    raw = f"<ac:plain-text-body><![CDATA[{plain}]]></ac:plain-text-body>" if plain else ""
    return f'<ac:structured-macro ac:name="{name}">{given}{rich}{raw}</ac:structured-macro>'


def inside(element: Any) -> str:
    """The HTML inside an element."""
    return (element.text or "") + "".join(html.tostring(one, encoding="unicode") for one in element)


def test_plain_storage_is_drawn_as_html(browser: Browser) -> None:
    shown = drawn(browser, "<p>a &amp; b&nbsp;<strong>c</strong><br/>d &mdash; e</p><ul><li><p>f</p></li></ul>")

    assert inside(shown) == "<p>a &amp; b\xa0<strong>c</strong><br>d — e</p><ul><li><p>f</p></li></ul>"


def test_a_status_is_a_lozenge_of_its_colour(browser: Browser) -> None:
    shown = drawn(browser, f"<p>{macro('status', title='at risk', colour='Yellow')}</p>")

    assert inside(shown) == '<p><span class="lozenge status-yellow">at risk</span></p>'


@pytest.mark.parametrize("kind", ["info", "note", "tip", "warning", "panel"])
def test_panels_show_their_title_and_text(browser: Browser, kind: str) -> None:
    shown = drawn(browser, macro(kind, "<p>Read this</p>", title="Please"))

    panel = shown.xpath(f"./div[@class='panel panel-{kind}']/div[@class='panel-inside']/p")
    assert [text(one) for one in panel] == ["Please", "Read this"]


def test_an_expand_opens_on_its_title(browser: Browser) -> None:
    shown = drawn(browser, macro("expand", "<p>Inside</p>", title="More"))

    assert texts(shown, "./details/summary") == ["More"]
    assert texts(shown, "./details/div/p") == ["Inside"]


def test_page_properties_show_their_table_unless_hidden(browser: Browser) -> None:
    table = "<table><tbody><tr><th><p>Phase</p></th><td><p>Planning</p></td></tr></tbody></table>"

    seen = drawn(browser, macro("details", table), "Seen")
    hidden = drawn(browser, macro("details", table, hidden="true"), "Hidden")

    assert texts(seen, ".//tr") == ["PhasePlanning"]
    assert texts(hidden, ".//tr") == []


def test_a_table_of_contents_leads_to_the_headings(browser: Browser) -> None:
    shown = drawn(browser, f"{macro('toc', maxLevel='2')}<h1>One</h1><h2>Two words</h2><h3>Deep</h3><h2>One</h2>")

    links = [(text(one), one.get("href")) for one in shown.xpath("./div[@class='toc']//a")]
    assert links == [("One", "#One"), ("Two words", "#Two-words"), ("One", "#One.1")]
    assert [one.get("id") for one in shown.xpath("./h1|./h2|./h3")] == ["One", "Two-words", "Deep", "One.1"]


def test_a_jira_table_is_asked_live(both: Both) -> None:
    browser, ada = both
    ada.issue(summary="Not this")
    key = ada.issue("risk", "It may rain", assignee=ada.person("ben"))
    query = macro("jira", jqlQuery="issuetype = Risk", columns="key,summary,assignee,status", maximumIssues="5")

    before = texts(drawn(browser, query), ".//tbody/tr/td")
    ada.move(key, "move_start")
    page = browser.world.confluence.page_titled("OPS", "Report")
    assert page is not None
    after = browser.tree(f"/wiki/spaces/OPS/pages/{page.id}")

    assert before == [key, "It may rain", "Ben Okafor", "To Do"]
    assert texts(after, "//div[@class='jira-table']//td[4]") == ["In Progress"]
    assert texts(after, "//div[@class='jira-table']/p") == ["Showing 1 of 1 issues"]


def test_a_jira_macro_shows_one_issue_or_a_number(both: Both) -> None:
    browser, ada = both
    key = ada.issue(summary="Answer")

    shown = drawn(browser, f"<p>{macro('jira', key=key)}</p>{macro('jira', jqlQuery='project = OPS', count='true')}")

    assert texts(shown, ".//span[@class='jira-issue']") == [f"{key} – AnswerTo Do"]
    assert texts(shown, "./a") == ["1 issues"]


def test_a_jira_macro_says_what_is_wrong_with_it(browser: Browser) -> None:
    shown = drawn(browser, f"{macro('jira', jqlQuery='nope = 1')}<p>{macro('jira', key='OPS-9')}</p>")

    assert texts(shown, ".//*[@class='box-missing']") == [
        "Error in the JQL Query: JQL 1:1: there is no field 'nope'",
        "Issue OPS-9 does not exist.",
    ]


def test_tasks_show_which_are_done(browser: Browser) -> None:
    task = (
        "<ac:task><ac:task-id>{}</ac:task-id><ac:task-status>{}</ac:task-status>"
        "<ac:task-body>{}</ac:task-body></ac:task>"
    )
    rows = task.format(1, "complete", "Book") + task.format(2, "incomplete", "Ask")

    shown = drawn(browser, f"<ac:task-list>{rows}</ac:task-list>")

    assert [(one.get("class"), text(one)) for one in shown.xpath(".//li")] == [
        ("task-done", "☑Book"),
        ("task-open", "☐Ask"),
    ]


def test_links_lead_to_pages_people_and_files(browser: Browser) -> None:
    state = browser.world.confluence
    other = state.create_page(space="OPS", title="Minutes", body="", parent=None, actor=browser.person("ada"))
    ben = browser.person("ben")
    label = "<ac:plain-text-link-body><![CDATA[see <here>]]></ac:plain-text-link-body>"

    shown = drawn(
        browser,
        f'<p><ac:link><ri:page ri:content-title="Minutes"/>{label}</ac:link></p>'
        f'<p><ac:link><ri:user ri:account-id="{ben.id}"/></ac:link></p>'
        '<p><ac:link><ri:page ri:content-title="Nowhere"/></ac:link></p>',
    )

    assert [(one.get("href"), text(one)) for one in shown.xpath(".//a")] == [
        (f"/wiki/spaces/OPS/pages/{other.id}/Minutes", "see <here>")
    ]
    assert texts(shown, ".//span[@class='mention']") == ["@Ben Okafor"]
    assert texts(shown, ".//span[@class='link-missing']") == ["Nowhere"]


def test_pictures_come_from_the_page_and_never_from_elsewhere(browser: Browser) -> None:
    state = browser.world.confluence
    page = state.create_page(
        space="OPS",
        title="Pictures",
        body='<p><ac:image ac:width="120" ac:height="x&quot;"><ri:attachment ri:filename="curve.png"/></ac:image>'
        '<ac:image><ri:attachment ri:filename="gone.png"/></ac:image>'
        '<ac:image><ri:url ri:value="https://example.com/a.png"/></ac:image></p>',
        parent=None,
        actor=browser.person("ada"),
    )
    attach(state, page, "curve.png", b"png", "image/png", browser.person("ada"))

    shown = browser.tree(f"/wiki/spaces/OPS/pages/{page.id}")

    assert [dict(one.attrib) for one in shown.xpath("//main//img")] == [
        {
            "src": f"/wiki/download/attachments/{page.id}/curve.png?version=1&api=v2",
            "alt": "curve.png",
            "width": "120",
        }
    ]
    assert texts(shown, "//span[@class='box-missing']") == [
        "Picture is missing: gone.png",
        "Picture elsewhere: https://example.com/a.png",
    ]


def test_inline_comments_are_marked_until_they_are_resolved(browser: Browser) -> None:
    state, ada = browser.world.confluence, browser.person("ada")
    page = state.create_page(space="OPS", title="Marked", body="<p>All is well today.</p>", parent=None, actor=ada)
    comment = comment_on_text(state, page, "<p>Is it?</p>", ada, selection="is well")
    address = f"/wiki/spaces/OPS/pages/{page.id}"

    open_one = browser.tree(address)
    change_comment(state, comment, ada, body=None, number=2, resolved=True)
    settled = browser.tree(address)

    assert texts(open_one, "//span[@class='inline-mark']") == ["is well"]
    assert texts(open_one, "//aside//blockquote") == ["is well"]
    assert texts(settled, "//span[@class='inline-mark']") == []
    assert "All is well today." in text(settled.xpath("//main")[0])


def test_an_unknown_macro_is_a_box_with_its_name_and_text(browser: Browser) -> None:
    shown = drawn(browser, macro("gantt-deluxe", "<p>Body</p>") + macro("raw", plain="<b>as typed</b>"))

    boxes = shown.xpath(".//div[@class='box-unknown']")
    assert [text(one) for one in boxes] == ["Macro: gantt-deluxeBody", "Macro: raw<b>as typed</b>"]
    assert texts(boxes[1], ".//pre/b") == []


def test_code_is_shown_as_it_is(browser: Browser) -> None:
    shown = drawn(browser, macro("code", plain="if a < b && c:\n  <script>"))

    assert shown.xpath("string(.//pre)") == "if a < b && c:\n  <script>"


def test_cells_keep_their_colours_and_spans_and_no_other_style(browser: Browser) -> None:
    cells = (
        '<td colspan="2" data-highlight-colour="#e3fcef">a</td>'
        '<td style="text-align: right; position: fixed; background: url(//evil)">b</td>'
        '<td class="highlight-red" rowspan="a">c</td>'
    )

    shown = drawn(browser, f"<table><tbody><tr>{cells}</tr></tbody></table>")

    assert [dict(one.attrib) for one in shown.xpath(".//td")] == [
        {"colspan": "2", "style": "background-color: #e3fcef"},
        {"style": "text-align: right"},
        {"style": "background-color: #ffebe6"},
    ]


HOSTILE = [
    "<script>alert(1)</script>",
    "<p>x</p><svg><script>alert(1)</script></svg>",
    '<p onclick="alert(1)">x</p>',
    '<a href="javascript:alert(1)">x</a>',
    '<a href=" jAvAsCrIpT:alert(1)">x</a>',
    '<a href="data:text/html,x">x</a>',
    '<a href="//evil.example">x</a>',
    '<iframe src="https://evil.example"/>',
    '<style>@import "//evil.example"</style>',
    '<form action="https://evil.example"><input name="a"/></form>',
    '<img src="x" onerror="alert(1)"/>',
    '<p style="background-image: url(https://evil.example/a)">x</p>',
    '<math><mtext><a href="javascript:alert(1)">x</a></mtext></math>',
    "<template><script>alert(1)</script></template>",
    '<ac:image><ri:url ri:value="javascript:alert(1)"/></ac:image>',
    '<ac:link><ri:url ri:value="javascript:alert(1)"/><ac:link-body>x</ac:link-body></ac:link>',
    '<ac:structured-macro ac:name="&lt;script&gt;alert(1)&lt;/script&gt;"/>',
    '<ac:structured-macro ac:name="status"><ac:parameter ac:name="title">&lt;script&gt;</ac:parameter>'
    '<ac:parameter ac:name="colour">" onclick="alert(1)</ac:parameter></ac:structured-macro>',
    '<ac:structured-macro ac:name="panel"><ac:parameter ac:name="bgColor">red; background: url(//evil)</ac:parameter>'
    "<ac:rich-text-body><p>x</p></ac:rich-text-body></ac:structured-macro>",
    '<noscript><p title="&lt;/noscript&gt;&lt;img src=x onerror=alert(1)&gt;">x</p></noscript>',
    "<textarea>&lt;/textarea&gt;&lt;script&gt;alert(1)&lt;/script&gt;</textarea>",
    '<h2>&lt;img src=x onerror=alert(1)&gt;</h2><ac:structured-macro ac:name="toc"/>',
    '<ac:layout><ac:layout-section ac:type="x&quot; onclick=&quot;alert(1)"/></ac:layout>',
]


@pytest.mark.parametrize("body", HOSTILE)
def test_nothing_on_a_page_can_run_or_call_elsewhere(browser: Browser, body: str) -> None:
    """The body is put straight into the state: what a refusal at the door would stop is harmless here, too."""
    state = browser.world.confluence
    page = state.create_page(space="OPS", title="Evil", body="", parent=None, actor=browser.person("ada"))
    page.latest.body = body

    answer = browser.get(f"/wiki/spaces/OPS/pages/{page.id}")

    shown = html.fromstring(answer.get_data(as_text=True)).xpath("//div[contains(@class, 'page-body')]")[0]
    kinds = {one.tag for one in shown.iter()}
    values = [(name, value) for one in shown.iter() for name, value in one.attrib.items()]
    assert answer.status_code == 200
    assert kinds & {"script", "svg", "style", "iframe", "form", "input", "img", "math", "template", "textarea"} == set()
    assert [one for one in values if one[0].startswith("on")] == []
    assert [
        one for one in values if one[0] in ("href", "src") and not one[1].startswith(("#", "/wiki/", "https://"))
    ] == []
    assert [one for one in values if one[0] == "style" and ("url" in one[1] or "image" in one[1])] == []


def test_a_body_that_cannot_be_read_is_shown_as_text(browser: Browser) -> None:
    state = browser.world.confluence
    page = state.create_page(space="OPS", title="Broken", body="", parent=None, actor=browser.person("ada"))
    page.latest.body = "<p>never <b>closed</p>"

    shown = browser.tree(f"/wiki/spaces/OPS/pages/{page.id}")

    assert texts(shown, "//div[contains(@class, 'page-body')]/pre") == ["<p>never <b>closed</p>"]


def test_what_is_nested_too_deeply_ends_with_a_word_about_it(browser: Browser) -> None:
    shown = drawn(browser, "<div>" * 100 + "deep" + "</div>" * 100)

    assert text(shown) == "This is nested too deeply to be drawn."


def test_entities_are_those_of_html_and_no_others(browser: Browser) -> None:
    state = browser.world.confluence
    page = state.create_page(space="OPS", title="Entity", body="", parent=None, actor=browser.person("ada"))
    page.latest.body = '<!DOCTYPE root [<!ENTITY unknown SYSTEM "file:///etc/hostname">]><p>a &unknown; b</p>'

    known = drawn(browser, "<p>a &auml; b</p>")
    unknown = browser.tree(f"/wiki/spaces/OPS/pages/{page.id}").xpath("//div[contains(@class, 'page-body')]")[0]

    assert text(known) == "a ä b"
    assert texts(unknown, "./pre") == [page.latest.body]
