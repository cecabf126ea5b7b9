from sqlalchemy import Engine

from connector.store import projects
from connector.store.engine import reading, writing
from tests.pipeline.desk import Desk, about, created, later, shown, stamp, updated


def routed_to(desk: Desk, *bodies, source: str = "jira") -> list[str]:
    """The projects that these letters asked a rollup for."""
    with writing(desk.engine) as conn:
        for one in projects.due(conn):
            projects.rolled_up(conn, one.site, one.key, one.dirty_n, later(0))
    desk.tell(*bodies, source=source)
    with reading(desk.engine) as conn:
        return [one.key for one in projects.due(conn)]


def ready(engine: Engine) -> Desk:
    desk = Desk(engine)
    desk.tell(created(1), about("jira:issue_created", shown(2, key="MKT-2")))
    return desk


def test_an_issue_that_moves_concerns_the_project_it_left_and_the_one_it_came_to(engine: Engine) -> None:
    desk = ready(engine)
    entry = {"field": "Key", "from": None, "fromString": "OPS-1", "to": None, "toString": "MKT-1"}

    moved = updated(shown(1, key="MKT-1", updated=stamp(later(1))), entry, at=later(1))

    assert routed_to(desk, moved) == ["MKT", "OPS"]
    assert desk.issue("1001").project_key == "MKT"


def test_a_link_concerns_the_projects_of_both_its_ends(engine: Engine) -> None:
    desk = ready(engine)
    kind = {"name": "Blocks", "outwardName": "blocks", "inwardName": "is blocked by"}
    link = {"id": 31, "sourceIssueId": 1001, "destinationIssueId": 1002, "issueLinkType": kind}

    assert routed_to(desk, {"webhookEvent": "issuelink_created", "issueLink": link}) == ["MKT", "OPS"]


def test_a_deleted_issue_concerns_its_project(engine: Engine) -> None:
    desk = ready(engine)

    assert routed_to(desk, about("jira:issue_deleted", shown(1))) == ["OPS"]


def test_a_comment_concerns_the_project_its_issue_is_in_now(engine: Engine) -> None:
    desk = ready(engine)
    who = {"accountId": "5f0ada"}
    comment = {"id": "5", "author": who, "body": "Hm", "self": "https://acme.example/rest/api/2/issue/1002/comment/5"}

    assert routed_to(desk, {"webhookEvent": "comment_created", "comment": comment}) == ["MKT"]


def test_a_page_concerns_the_projects_that_write_into_its_space(engine: Engine) -> None:
    desk = ready(engine)
    held = {"title": "Charter", "version": {"number": 1}, "status": "current", "body": {"storage": {"value": "<p/>"}}}
    desk.shelf.pages_by_id = {
        "71": {"id": "71", **held, "space": {"key": "OPS"}},
        "72": {"id": "72", **held, "space": {"key": "ELSEWHERE"}},
    }

    assert routed_to(desk, {"event": "page_created", "page": {"id": 71}}, source="confluence") == ["MKT", "OPS"]
    assert routed_to(desk, {"event": "page_created", "page": {"id": 72}}, source="confluence") == []


def test_a_repeated_letter_asks_for_no_rollup(engine: Engine) -> None:
    desk = ready(engine)

    assert routed_to(desk, {**created(1), "matchedWebhookIds": [7]}) == []
