from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Page

from connector.store.engine import make_engine, migrate
from tests.flow.town import Town, town

pytestmark = pytest.mark.browser

NASTY = "]]></ac:rich-text-body><script>alert(1)</script> [x](javascript:alert(2)) | {{ 7*7 }}"
Locale = Literal["en", "zh_CN"]
TYPES = {"en": ("Task", "Risk", "Goal", "Phase Gate"), "zh_CN": ("任务", "风险", "目标", "阶段关口")}


def opened(place: Path, deployment: Literal["cloud", "datacenter"], locale: Locale) -> Iterator[Town]:
    engine = make_engine(f"sqlite:///{place / 'connector.db'}")
    migrate(engine)
    with town(place, engine, deployment=deployment, locale=locale) as held:
        yield held
    engine.dispose()


def lived_in(place: Town, locale: Locale) -> Town:
    """A project in the midst of things: work done, late and to come, goals, risks, an unready gate."""
    task, risk, goal, gate = TYPES[locale]
    ben = place.box.world.users.find("ben")
    person = {"id": ben.id} if place.is_cloud else {"name": ben.name}
    for number in range(1, 7):
        place.make(task, f"Work {number}", assignee=person, duedate="2099-01-01")
    place.make(task, NASTY, duedate="2020-01-01")
    place.make(risk, "The supplier is late", probability=4, impact=5)
    place.make(risk, "People are on leave", probability=2, impact=4)
    place.make(goal, "Answer within a day", goal_target=24, goal_actual=21)
    place.make(gate, "Plan baseline", labels=["plan-baseline"])
    place.step()
    return place


@pytest.fixture(params=["en-cloud", "zh_CN-cloud", "en-datacenter"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Town, Locale]]:
    language, deployment = request.param.split("-")
    locale: Locale = "zh_CN" if language == "zh_CN" else "en"
    for held in opened(tmp_path, "cloud" if deployment == "cloud" else "datacenter", locale):
        yield lived_in(held, locale), locale


def status_page(place: Town) -> Any:
    return next(one for one in place.box.world.confluence.pages("OPS") if one.title in {"OPS status", "OPS 项目状态"})


def address(place: Town, page: Any) -> str:
    return f"{place.box.world.confluence_url}/spaces/OPS/pages/{page.id}/x"


def is_too_wide(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > window.innerWidth"))


def test_the_status_page_reads_well_and_hostile_text_is_text(
    place: tuple[Town, Locale], page: Page, keep: Path
) -> None:
    held, locale = place
    page.goto(address(held, status_page(held)))
    page.screenshot(path=keep / f"status-{locale}-{'cloud' if held.is_cloud else 'datacenter'}.png", full_page=True)
    text = page.inner_text("main")

    expected = {
        "en": ("Overall status", "Next gate", "Top risks", "Overdue", "Goals"),
        "zh_CN": ("总体状态", "下一关口", "主要风险", "逾期", "目标"),
    }[locale]
    assert [one for one in expected if one not in text] == []
    assert NASTY in " ".join(text.split())
    assert page.locator("main script").count() == 0
    assert is_too_wide(page) is False


def test_a_person_writes_on_the_page_in_the_browser_and_the_words_stay(place: tuple[Town, Locale], page: Page) -> None:
    held, locale = place
    task = TYPES[locale][0]
    page.goto(address(held, status_page(held)))
    page.locator('main a[href*="/pages/edit"]').first.click()
    page.fill('textarea[name="text"]', "We meet the supplier on Monday 周一.")
    page.locator('form[action$="below-heading"] button').click()
    held.step()
    held.make(task, "One thing more", duedate="2020-01-02")
    held.step()
    page.goto(address(held, status_page(held)))
    text = page.inner_text("main")

    assert "We meet the supplier on Monday 周一." in text
    assert "One thing more" in text


def test_a_card_moved_on_the_board_reaches_the_status_page(place: tuple[Town, Locale], page: Page) -> None:
    held, locale = place
    board = next(iter(held.box.world.jira.boards.values()))
    page.goto(f"{held.box.world.jira_url}/projects/OPS/boards/{board.id}")
    card = page.locator('article[data-key="OPS-1"]')
    card.locator("details.menu summary").click()
    card.locator("details.menu button").first.click()
    page.wait_for_load_state()
    held.step()
    page.goto(address(held, status_page(held)))
    progress = page.inner_text("main")

    assert {"en": "1 in progress", "zh_CN": "进行中 1"}[locale] in progress.replace("，", " ")


def test_a_gate_passed_too_early_shows_its_reasons_on_the_issue(
    place: tuple[Town, Locale], page: Page, keep: Path
) -> None:
    held, locale = place
    gate = next(one for one in held.box.world.jira.issues.values() if one.fields.get("labels") == ["plan-baseline"])
    for name in ({"en": "Gate Review", "zh_CN": "关口评审中"}[locale], {"en": "Passed", "zh_CN": "通过"}[locale]):
        move_to(held, gate.key, name)
        held.step()
    page.goto(f"{held.box.world.jira_url}/browse/{gate.key}")
    page.screenshot(path=keep / f"gate-{locale}-{'cloud' if held.is_cloud else 'datacenter'}.png", full_page=True)
    text = page.inner_text("main")

    assert {"en": "was passed too early and has been returned", "zh_CN": "退回"}[locale] in text
    assert {"en": "charter", "zh_CN": "章程"}[locale] in text


def move_to(place: Town, key: str, status: str) -> None:
    offered = place.ask("GET", f"api/2/issue/{key}/transitions", expand="transitions.fields")["transitions"]
    chosen = next(one for one in offered if one["to"]["name"] == status)
    fields = {
        name: {"id": field["allowedValues"][0]["id"]} if field.get("allowedValues") else "2026-01-01"
        for name, field in chosen.get("fields", {}).items()
        if field["required"]
    }
    place.ask("POST", f"api/2/issue/{key}/transitions", {"transition": {"id": chosen["id"]}, "fields": fields})
