"""The door of the web pages."""

from collections.abc import Iterator

import pytest

from tests.sandbox.browser import Browser, browsing, said, texts
from tests.sandbox.visitor import Visitor


@pytest.fixture
def both() -> Iterator[tuple[Browser, Visitor]]:
    yield from browsing()


@pytest.fixture
def browser(both: tuple[Browser, Visitor]) -> Browser:
    return both[0]


def test_the_first_administrator_acts_until_somebody_is_chosen(browser: Browser) -> None:
    before = browser.tree("/").xpath("string(//select[@name='person']/option[@selected])")
    browser.post("/people/act", person="chen")

    after = browser.tree("/").xpath("string(//select[@name='person']/option[@selected])")

    assert (before, after) == ("Ada Lindqvist", "Chen Yue")


def test_a_form_without_its_token_changes_nothing(both: tuple[Browser, Visitor]) -> None:
    browser, ada = both
    key = ada.issue()

    answer = browser.client.post(f"/browse/{key}/comments", data={"text": "hello"})

    assert answer.status_code == 403
    assert ada.fields(key)["comment"]["comments"] == []


def test_the_token_of_one_visitor_is_worth_nothing_to_another(both: tuple[Browser, Visitor]) -> None:
    browser, ada = both
    key = ada.issue()
    other = Browser(browser.box)

    answer = other.client.post(f"/browse/{key}/comments", data={"token": browser.token, "text": "hello"})

    assert answer.status_code == 403
    assert other.token != browser.token


@pytest.mark.parametrize(
    "path",
    ["/browse/OPS-1/edit", "/browse/OPS-1/delete", "/projects/new", "/clock/move", "/wiki/spaces/OPS/pages/create"],
)
def test_who_may_only_read_can_write_nothing(both: tuple[Browser, Visitor], path: str) -> None:
    both[1].issue()
    ivo = Browser(both[0].box, "ivo")

    answer = ivo.refused(path, summary="other", has="summary", title="New", key="NEW", name="New", step="day")

    assert answer == ["403", "You do not have permission to perform this operation.", "Back to the start"]


def test_who_may_only_read_can_still_act_as_somebody_else(both: tuple[Browser, Visitor]) -> None:
    ivo = Browser(both[0].box, "ivo")

    assert ivo.done("/people/act", person="ben") == "/"


@pytest.mark.parametrize(
    "target",
    ["https://evil.example", "//evil.example", "/\\evil.example", "/\t/evil.example", "javascript:alert(1)", "evil"],
)
def test_a_choice_of_person_never_leads_away_from_the_site(browser: Browser, target: str) -> None:
    assert browser.done("/people/act", person="ben", next=target) == "/"


def test_a_choice_of_person_leads_back_to_the_page_it_was_made_on(both: tuple[Browser, Visitor]) -> None:
    browser, ada = both
    key = ada.issue()
    here = browser.tree(f"/browse/{key}?tab=history").xpath("string(//input[@name='next']/@value)")

    assert browser.done("/people/act", person="ben", next=here) == f"/browse/{key}?tab=history"


def test_pages_let_no_script_of_others_run_and_are_shown_in_no_frame(browser: Browser) -> None:
    answer = browser.get("/")

    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert all("HttpOnly" in one and "SameSite=Strict" in one for one in answer.headers.getlist("Set-Cookie"))


def test_the_clock_goes_on_by_a_day(browser: Browser) -> None:
    before = browser.world.clock.now()

    browser.done("/clock/move", step="day")

    assert 86400 <= (browser.world.clock.now() - before).total_seconds() < 86460


def test_a_project_is_made_with_its_space(browser: Browser) -> None:
    address = browser.done("/projects/new", key="NEW", name="Something new")

    assert address == "/projects/NEW"
    assert browser.tree("/wiki/spaces/NEW").xpath("string(//h1)") == "Something new"


def test_a_bad_project_key_is_refused_in_jiras_words(browser: Browser) -> None:
    assert browser.refused("/projects/new", key="n", name="New") == [
        "Project keys must start with an uppercase letter, followed by one or more uppercase alphanumeric characters."
    ]


def test_a_page_that_is_not_there_says_so(browser: Browser) -> None:
    assert said(browser.tree("/browse/OPS-99", 404))[:2] == ["404", "This page does not exist."]


def test_people_and_their_parts_are_listed(browser: Browser) -> None:
    names = texts(browser.tree("/"), "//button[contains(@class, 'person')]/span[2]/small")

    assert names[:3] == ["connector · app account", "ada · administrator", "ben"]
    assert names[-1] == "ivo · may only read"
