from datetime import UTC, datetime, timedelta

import pytest

from tests.sandbox.confluence_site import Site, update

SEARCH = "/wiki/rest/api/content/search"


@pytest.fixture(scope="module")
def site() -> Site:
    site = Site("cloud", now=datetime(2026, 1, 1, 9, 0, tzinfo=UTC))
    clock = site.world.clock
    clock.set(datetime(2026, 1, 5, 9, 0, tzinfo=UTC))
    status = site.new_page("Status report", "<p>Two risks are late</p>")
    clock.set(datetime(2026, 1, 6, 9, 0, tzinfo=UTC))
    site.new_page("Charter", "<p>项目目标：提高满意度</p>", parent=status)
    clock.set(datetime(2026, 1, 7, 9, 0, tzinfo=UTC))
    site.send("POST", f"/wiki/rest/api/content/{status}/label", [{"prefix": "global", "name": "status"}])
    site.world.confluence.create_space("HR", "People", site.world.users.app)
    return site


def titles(site: Site, cql: str, who: str = "ada") -> list[str]:
    answer = site.told(site.ask("GET", SEARCH, who=who, cql=cql), 200)
    return [one["title"] for one in answer["results"]]


@pytest.mark.parametrize(
    ("cql", "found"),
    [
        pytest.param(
            "space = OPS and type = page order by created", ["Operations Home", "Status report", "Charter"], id="space"
        ),
        pytest.param("SPACE = ops AND label = status", ["Status report"], id="any-case"),
        pytest.param('title = "status report"', ["Status report"], id="title"),
        pytest.param("title ~ report", ["Status report"], id="title-word"),
        pytest.param("title ~ rep", [], id="part-of-a-word"),
        pytest.param("title ~ rep*", ["Status report"], id="beginning-of-a-word"),
        pytest.param('text ~ "risks late"', ["Status report"], id="text"),
        pytest.param("text ~ 满意度", ["Charter"], id="chinese-text"),
        pytest.param('created < "2026-01-06" and space = OPS', ["Status report", "Operations Home"], id="before-a-day"),
        pytest.param('lastmodified >= "2026/01/06 09:00" and created < now("-1h")', ["Charter"], id="since"),
        pytest.param('created > now("-1d") and not space = OPS', ["People Home"], id="last-day"),
        pytest.param("creator = currentUser() and title = Charter", ["Charter"], id="mine"),
        pytest.param("creator = ada@example.com and title = Charter", ["Charter"], id="by-name"),
        pytest.param(
            "label in (status, other) or title = Charter order by title desc", ["Status report", "Charter"], id="or"
        ),
        pytest.param("space = OPS and (label != status and title !~ home)", ["Charter"], id="not"),
        pytest.param("space.key not in (OPS)", ["People Home"], id="not-in"),
    ],
)
def test_a_query_finds(site: Site, cql: str, found: list[str]) -> None:
    assert titles(site, cql) == found


@pytest.mark.parametrize(
    "cql",
    [
        "",
        "type =",
        "colour = red",
        "title > 3",
        "created = yesterday",
        'created > now("-4x")',
        "title = f()",
        "a b c",
        "x order by text",
    ],
)
def test_what_is_no_query_is_400(site: Site, cql: str) -> None:
    site.told(site.ask("GET", SEARCH, cql=cql), 400)


def test_ancestor_finds_all_below_and_parent_what_is_right_below() -> None:
    site = Site("cloud")
    top = site.new_page("Top")
    middle = site.new_page("Middle", parent=top)
    site.new_page("Bottom", parent=middle)

    assert titles(site, f"ancestor = {top} order by id") == ["Middle", "Bottom"]
    assert titles(site, f"parent = {top}") == ["Middle"]


def test_a_lagging_index_shows_what_was_there_and_never_what_is_gone() -> None:
    site = Site("cloud")
    page, gone = site.new_page("Old title"), site.new_page("Gone")
    site.world.confluence.index.rebuild(site.world.confluence.held)
    site.world.faults.set({"search_lag_s": 600})
    site.send("PUT", f"/wiki/api/v2/pages/{page}", update(page, 2, "New title", "<p/>"))
    site.send("DELETE", f"/wiki/api/v2/pages/{gone}", status=204)
    site.new_page("Made now")

    assert titles(site, "title = 'New title'") == []
    assert titles(site, "title = 'Old title'") == ["New title"]
    assert titles(site, "title in (Gone, 'Made now')") == []

    site.world.faults.set({"search_lag_s": 0})

    assert titles(site, "title in ('New title', 'Made now') order by title") == ["Made now", "New title"]


def test_dates_are_read_in_the_zone_of_who_asks() -> None:
    site = Site("cloud", locale="zh_CN")
    site.world.clock.set(datetime(2026, 1, 5, 16, 30, tzinfo=UTC))
    site.new_page("状态")

    assert titles(site, 'created >= "2026-01-06 00:30" and title = 状态') == ["状态"]
    assert titles(site, 'created >= "2026-01-06 00:31" and title = 状态') == []
    site.world.clock.advance(timedelta(hours=1))
    assert titles(site, "created > startOfDay() and title = 状态") == ["状态"]
