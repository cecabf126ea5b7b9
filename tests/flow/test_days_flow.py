from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine

from connector.intake.timers import put_ticks
from tests.flow.town import Town, town


def day_begins(place: Town, moment: datetime) -> None:
    place.box.world.clock.set(moment)
    put_ticks(place.house.engine, ["main"], place.house.ticking_rules, moment)
    place.step()


def test_a_new_day_tells_nothing_again_about_a_risk(tmp_path: Path, engine: Engine) -> None:
    with town(tmp_path, engine) as place:
        key = place.make("Risk", "The supplier is late", probability=3, impact=3)
        place.step()
        place.edit(key, probability=4, impact=5)
        place.step()
        before = place.comments(key)
        day_begins(place, datetime(2030, 1, 7, 9, tzinfo=UTC))

        assert place.comments(key) == before
        assert len(before) == 2
        assert "Score 9" in before[0]


def test_an_issue_that_nobody_touches_becomes_overdue_when_a_day_begins(tmp_path: Path, engine: Engine) -> None:
    with town(tmp_path, engine) as place:
        place.box.world.clock.set(datetime(2030, 1, 4, 9, tzinfo=UTC))
        key = place.make("Task", "The key upgrade", priority={"name": "Highest"}, duedate="2030-01-04")
        place.step()
        before = place.issue(key)["issuelinks"]
        day_begins(place, datetime(2030, 1, 7, 9, tzinfo=UTC))
        (link,) = place.issue(key)["issuelinks"]

        assert before == []
        assert (link.get("outwardIssue") or link["inwardIssue"])["fields"][
            "summary"
        ] == f"{key} is late: The key upgrade"
        assert key in place.page("OPS status").latest.body.partition("Overdue")[2]
