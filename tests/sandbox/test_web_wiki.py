"""Confluence's pages: reading, writing, history, talk."""

import io
from collections.abc import Iterator

import pytest
from lxml import html

from connector.sandbox.confluence.comments import comments_on
from connector.sandbox.confluence.model import Page
from connector.sandbox.web.below_heading import add_below, headings_in, paragraphs
from tests.sandbox.browser import Browser, browsing, said, text, texts
from tests.sandbox.visitor import Visitor

Both = tuple[Browser, Visitor]


@pytest.fixture
def browser() -> Iterator[Browser]:
    for browser, _ in browsing():
        yield browser


@pytest.fixture
def browser_dc() -> Iterator[Browser]:
    for browser, _ in browsing("datacenter"):
        yield browser


def page_in(browser: Browser, body: str = "<h2>Plan</h2><p>First.</p>", title: str = "Report") -> Page:
    state = browser.world.confluence
    home = state.space("OPS").home
    return state.create_page(space="OPS", title=title, body=body, parent=home, actor=browser.person("ben"))


def test_a_space_shows_its_pages_as_a_tree(browser: Browser) -> None:
    page_in(browser)

    shown = browser.tree("/wiki/spaces/OPS")

    assert texts(shown, "//div[@class='tree wide']//a") == ["Operations Home", "Report"]
    assert texts(shown, "//div[@class='tree wide']/ul/li/ul/li/a") == ["Report"]


@pytest.mark.parametrize("end", ["", "/Report", "/any+words"])
def test_a_page_stands_at_clouds_address(browser: Browser, end: str) -> None:
    page = page_in(browser)

    shown = browser.tree(f"/wiki/spaces/OPS/pages/{page.id}{end}")

    assert texts(shown, "//h1") == ["Report"]
    assert texts(shown, "//p[@class='crumbs']/a") == ["Operations", "Operations Home"]


def test_a_page_stands_at_data_centers_addresses(browser_dc: Browser) -> None:
    page = page_in(browser_dc)
    address = f"/confluence/pages/viewpage.action?pageId={page.id}"

    assert texts(browser_dc.tree(address), "//h1") == ["Report"]
    assert browser_dc.get("/confluence/display/OPS/Report").headers["Location"] == address
    assert browser_dc.get(f"/confluence/x/{page.id}").headers["Location"] == address
    assert texts(browser_dc.tree(f"/confluence/spaces/OPS/pages/{page.id}/Report"), "//h1") == ["Report"]
    assert browser_dc.get("/wiki/spaces/OPS").status_code == 404


def test_an_edit_writes_the_next_version_in_the_name_of_who_acts(browser: Browser) -> None:
    page = page_in(browser)

    browser.done(
        f"/wiki/pages/{page.id}/edit",
        number="1",
        title="Report two",
        body="<p>New.</p>\r\n<p>Two</p>",
        message="Better",
        parent=page.parent,
    )

    latest = page.latest
    assert (latest.number, latest.title, latest.body) == (2, "Report two", "<p>New.</p>\n<p>Two</p>")
    assert (latest.by, latest.message) == (browser.person("ada").id, "Better")


def test_an_edit_without_a_change_makes_no_version(browser: Browser) -> None:
    page = page_in(browser)
    form = browser.tree(f"/wiki/spaces/OPS/pages/edit-v2/{page.id}").xpath("//form[contains(@action, '/edit')]")[0]
    sent = dict(form.form_values()) | {"body": form.fields["body"].removeprefix("\n")}

    browser.done(f"/wiki/pages/{page.id}/edit", sent)

    assert len(page.editions) == 1


def test_who_was_slower_keeps_what_was_typed_and_is_told(browser: Browser) -> None:
    page = page_in(browser)
    browser.done(f"/wiki/pages/{page.id}/edit", number="1", title="Report", body="<p>Fast</p>", parent=page.parent)

    answer = browser.post(f"/wiki/pages/{page.id}/edit", number="1", title="Report", body="<p>Slow</p>")

    shown = html.fromstring(answer.get_data(as_text=True))
    assert answer.status_code == 409
    assert said(shown) == ["Version must be incremented on update. Current version is: 2"]
    assert shown.xpath("string(//textarea[@name='body'])").strip() == "<p>Slow</p>"
    assert page.latest.body == "<p>Fast</p>"


def test_a_body_that_is_not_well_formed_is_refused_with_its_place(browser: Browser) -> None:
    page = page_in(browser)

    refused = browser.refused(f"/wiki/pages/{page.id}/edit", number="1", title="Report", body="<p>a</b>")

    assert refused == ["Error parsing xhtml: mismatched tag at [row,col {unknown-source}]: [1,7]"]


def test_a_paragraph_goes_below_its_heading_and_every_other_byte_stays(browser: Browser) -> None:
    body = "<p>&nbsp;a</p>\n<h2  class='x'>One &amp; two</h2><p>b</p><!-- <h2>no</h2> --><h3>Three</h3>"
    page = page_in(browser, body)

    browser.done(f"/wiki/pages/{page.id}/below-heading", number="1", heading="0", text="New <text>\r\nline\r\n\r\nNext")

    assert page.latest.body == body.replace("two</h2>", "two</h2><p>New &lt;text&gt;<br/>line</p><p>Next</p>")


def test_headings_are_found_only_where_there_are_some() -> None:
    body = "<h1>A<em> b</em></h1><![CDATA[<h2>code</h2>]]><h2/><header>x</header><h3>c</h3>"

    found = headings_in(body)

    assert [(one.level, one.text) for one in found] == [(1, "A b"), (3, "c")]
    assert add_below(body, 1, "x") == body + "<p>x</p>"
    assert paragraphs(" \n\n ") == ""


def test_a_page_is_made_below_another_one(browser: Browser) -> None:
    parent = page_in(browser)

    browser.done("/wiki/spaces/OPS/pages/create", title="Child", body="<p>x</p>", parent=parent.id)

    child = browser.world.confluence.page_titled("OPS", "Child")
    assert child is not None
    assert (child.parent, child.latest.body) == (parent.id, "<p>x</p>")


def test_a_title_that_is_taken_is_refused_and_the_form_keeps_the_text(browser: Browser) -> None:
    page = page_in(browser)

    answer = browser.post("/wiki/spaces/OPS/pages/create", title="report", body="<p>x</p>", parent=page.parent)

    shown = html.fromstring(answer.get_data(as_text=True))
    assert answer.status_code == 400
    assert said(shown)[0].startswith("A page with this title already exists")
    assert shown.xpath("string(//textarea[@name='body'])").strip() == "<p>x</p>"


def test_the_history_shows_what_each_version_changed(browser: Browser) -> None:
    page = page_in(browser, "<p>Same</p><p>Old</p>")
    browser.done(f"/wiki/pages/{page.id}/edit", number="1", title="Report", body="<p>Same</p><p>New</p>")

    versions = texts(browser.tree(f"/wiki/pages/viewpreviousversions.action?pageId={page.id}"), "//tbody/tr/td[1]")
    lines = texts(browser.tree(f"/wiki/pages/{page.id}/versions/2/changes"), "//div[contains(@class, 'line ')]")
    old = browser.tree(f"/wiki/pages/{page.id}/versions/1")

    assert versions == ["v. 2 current", "v. 1"]
    assert lines == ["<p>Same</p>", "−<p>Old</p>", "+<p>New</p>"]
    assert texts(old, "//div[contains(@class, 'page-body')]/p") == ["Same", "Old"]


def test_an_old_version_becomes_the_newest_again(browser: Browser) -> None:
    page = page_in(browser, "<p>Old</p>")
    browser.done(f"/wiki/pages/{page.id}/edit", number="1", title="Report", body="<p>New</p>")

    browser.done(f"/wiki/pages/{page.id}/versions/1/restore")

    assert (page.latest.number, page.latest.body) == (3, "<p>Old</p>")


def test_people_talk_at_the_foot_of_a_page(browser: Browser) -> None:
    page = page_in(browser)

    browser.done(f"/wiki/pages/{page.id}/comments", text="Well <done>")
    first = comments_on(browser.world.confluence, page)[0]
    browser.done(f"/wiki/pages/{page.id}/comments/{first.id}/answers", text="Thanks")

    shown = browser.tree(f"/wiki/spaces/OPS/pages/{page.id}")
    assert texts(shown, "//main//article//div[@class='prose']") == ["Well <done>", "Thanks"]
    assert browser.refused(f"/wiki/pages/{page.id}/comments", text=" ") == ["The comment body must not be empty."]


def test_people_comment_on_a_piece_of_text_and_resolve_it(browser: Browser) -> None:
    page = page_in(browser)

    browser.done(f"/wiki/pages/{page.id}/inline-comments", selection="First", text="Really?")
    made = comments_on(browser.world.confluence, page, "inline")[0]
    marked = texts(browser.tree(f"/wiki/spaces/OPS/pages/{page.id}"), "//span[@class='inline-mark']")
    browser.done(f"/wiki/pages/{page.id}/comments/{made.id}/resolve")

    assert marked == ["First"]
    assert made.resolution == "resolved"
    assert browser.refused(f"/wiki/pages/{page.id}/inline-comments", selection="Nowhere", text="x") == [
        "The selected text was found 0 times on the page."
    ]


def test_labels_come_and_go(browser: Browser) -> None:
    page = page_in(browser)

    browser.done(f"/wiki/pages/{page.id}/labels", labels="status-report  Ops")
    put_on = [one.name for one in page.labels]
    browser.done(f"/wiki/pages/{page.id}/labels/ops/delete")

    assert put_on == ["status-report", "ops"]
    assert [one.name for one in page.labels] == ["status-report"]
    assert browser.refused(f"/wiki/pages/{page.id}/labels", labels="no:way")[0].startswith("Label 'no:way'")


def test_a_file_becomes_the_next_version_of_one_of_its_name(browser: Browser) -> None:
    page = page_in(browser)
    for data in (b"one", b"two"):
        browser.done(f"/wiki/pages/{page.id}/files", {"file": (io.BytesIO(data), "plan.txt")})

    address = browser.tree(f"/wiki/spaces/OPS/pages/{page.id}").xpath("string(//ul[@class='files']//a/@href)")

    assert browser.get(address).data == b"two"


def test_a_page_goes_to_the_trash_and_comes_back(browser: Browser) -> None:
    page = page_in(browser)

    browser.done(f"/wiki/pages/{page.id}/trash")
    gone = browser.get(f"/wiki/spaces/OPS/pages/{page.id}").status_code
    browser.done(f"/wiki/pages/{page.id}/restore")

    assert gone == 404
    assert text(browser.tree(f"/wiki/spaces/OPS/pages/{page.id}").xpath("//h1")[0]) == "Report"


def test_the_home_page_stays(browser: Browser) -> None:
    home = browser.world.confluence.space("OPS").home

    assert browser.refused(f"/wiki/pages/{home}/trash") == ["The home page of a space cannot be deleted."]
