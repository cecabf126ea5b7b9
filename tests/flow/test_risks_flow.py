from pathlib import Path

from sqlalchemy import Engine

from tests.flow.town import town


def test_a_risk_that_reaches_twenty_is_scored_commented_once_and_escalated(tmp_path: Path, engine: Engine) -> None:
    with town(tmp_path, engine) as place:
        key = place.make("Risk", "The supplier is late", probability=3, impact=3)
        place.step()
        first = (place.issue(key)[place.field("score")], len(place.comments(key)))
        place.edit(key, probability=4, impact=5)
        place.step()

        assert first == (9, 1)
        assert place.issue(key)[place.field("score")] == 20
        assert place.issue(key)["labels"] == ["escalated"]
        assert len(place.comments(key)) == 2
