from pathlib import Path

from sqlalchemy import Engine

from connector.pages.regions import find
from tests.flow.town import Town, town


def status_page(place: Town) -> object:
    pages = [page for page in place.box.world.confluence.pages("OPS") if "status" in page.title.lower()]
    assert len(pages) == 1, [page.title for page in place.box.world.confluence.pages("OPS")]
    return pages[0]


def outside(body: str) -> str:
    """The page's bytes outside our regions."""
    kept, last = "", 0
    raw = body.encode()
    text = b""
    for region in sorted(find(body).values(), key=lambda one: one.start):
        text += raw[last : region.start]
        last = region.end
    return (text + raw[last:]).decode() + kept


def test_what_a_person_writes_between_the_regions_stays_byte_for_byte(tmp_path: Path, engine: Engine) -> None:
    with town(tmp_path, engine) as place:
        first = place.make("Task", "First work")
        place.step()
        page = status_page(place)
        words = "<p>We wait for &ldquo;the supplier&rdquo; &amp; <em>talk</em> on Monday 周一.</p><!-- a note -->"
        body = page.latest.body + words
        place.ask(
            "PUT",
            f"{place.box.world.confluence_url}/api/v2/pages/{page.id}",
            {
                "id": str(page.id),
                "status": "current",
                "title": page.title,
                "body": {"representation": "storage", "value": body},
                "version": {"number": page.latest.number + 1},
            },
        )
        before = outside(status_page(place).latest.body)
        number = status_page(place).latest.number
        place.step()
        unchanged = status_page(place).latest.number
        place.move(first, "In Progress")
        place.make("Task", "Second work", duedate="2020-01-01")
        place.step()
        after = status_page(place)

        assert unchanged == number
        assert after.latest.number > number
        assert outside(after.latest.body) == before
        assert "Second work" in after.latest.body


def test_a_page_is_not_written_when_nothing_changed(tmp_path: Path, engine: Engine) -> None:
    with town(tmp_path, engine) as place:
        key = place.make("Task", "Work")
        place.step()
        number = status_page(place).latest.number
        place.ask("POST", f"api/2/issue/{key}/comment", {"body": "just talk"})
        place.step()

        assert status_page(place).latest.number == number


def test_a_project_in_observe_mode_is_watched_and_not_written(tmp_path: Path, engine: Engine) -> None:
    rules = tmp_path / "rules"
    rules.mkdir()
    for file in Path("rules").glob("*.yaml"):
        text = file.read_text("utf-8").replace("mode: write", "mode: observe")
        (rules / file.name).write_text(text, "utf-8")
    with town(tmp_path, engine, rules=rules) as place:
        key = place.make("Risk", "Late", probability=5, impact=5)
        place.step()

        assert place.issue(key)[place.field("score")] is None
        assert place.comments(key) == []
        assert not [page for page in place.box.world.confluence.pages("OPS") if "status" in page.title.lower()]


def test_hostile_text_from_jira_is_text_on_the_page(tmp_path: Path, engine: Engine) -> None:
    nasty = "]]></ac:rich-text-body> [x](javascript:alert(1)) | {{ 7*7 }} <script>"
    with town(tmp_path, engine) as place:
        place.make("Task", nasty, duedate="2020-01-01")
        place.step()
        body = status_page(place).latest.body

        assert "<script>" not in body
        assert "49" not in body.split("7*7")[0][-5:]
        assert "{{ 7*7 }} &lt;script&gt;" in body
