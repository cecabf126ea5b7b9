from datetime import UTC, datetime

from connector.core.project import Entity
from connector.rehearsal.history import Past, happenings
from tests.core.build import CATALOG, issue

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def comment(**more: object) -> Entity:
    data = {"author": "li", "author_name": "Li Wei", "body": "Approved", "created": AT.isoformat(), **more}
    return Entity(site="main", kind="comment", id="5", parent="1001", project="OPS", at=AT, data=data)


def people_of(part: Entity) -> list[tuple[str, str | None, object, object]]:
    past = Past(project="OPS", issues={"1001": issue(1)}, categories={}, catalog=CATALOG, parts=(part,))
    found = [(one, one.tell()) for one in happenings(past) if one.name.startswith("comment")]
    shown = [(one, told.body["comment"]) for one, told in found if told is not None]
    return [(one.name, one.by, body["author"], body.get("updateAuthor")) for one, body in shown]


def test_a_comment_that_somebody_else_has_edited_stays_its_author_s() -> None:
    li = {"accountId": "li", "displayName": "Li Wei"}
    edited = comment(updated="2026-03-03T09:00:00.000+0000", update_author="ben")

    assert people_of(comment()) == [("comment.created", "li", li, None)]
    assert people_of(edited) == [
        ("comment.created", "li", li, {"accountId": "ben"}),
        ("comment.updated", "ben", li, {"accountId": "ben"}),
    ]
