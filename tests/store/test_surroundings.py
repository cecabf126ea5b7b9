from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from connector.core.fields import Reach
from connector.core.issue import Issue
from connector.core.project import Entity
from connector.store import entities, findings
from connector.store.engine import reading, writing
from connector.store.surroundings import LEADS, MEMBERS, RANKS, SITE, around, reach

NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
LI = {"accountId": "712:li", "displayName": "Li Wen"}


def entity(kind: str, identity: str, project: str | None = "OPS", **data: object) -> Entity:
    return Entity(site="main", kind=kind, id=identity, data=data, project=project, at=NOW, stamp="1")


def filled(engine: Engine) -> None:
    with writing(engine) as conn:
        entities.save(
            conn,
            [
                entity("version", "12", name="Roof", released=False),
                entity("version", "9", name="Base", released=True),
                entity("version", "3", "MKT", name="Spring"),
                entity("sprint", "7", None, name="Week 9", state="closed"),
                entity("sprint", "8", None, name="Week 10", state="active"),
                entity("sprint", "9", None, name="Week 11", state="future"),
            ],
        )
        findings.set_judgement(conn, "main", SITE, RANKS, {"priority": (("Now", "7"), ("Later", "2"))})
        findings.set_judgement(conn, "main", SITE, LEADS, {"OPS": "712:li"})
        findings.set_judgement(conn, "main", SITE, MEMBERS, {"crew": ("712:li", "712:ana")})


def issue(number: int, **fields: object) -> Issue:
    project = {"id": "10000", "key": "OPS", "name": "Operations"}
    return Issue(site="main", id=str(number), key=f"OPS-{number}", fields={"project": project, **fields})


def test_what_is_around_issues_is_gathered_from_the_mirror_and_the_site(engine: Engine) -> None:
    filled(engine)
    held = [
        issue(1, assignee=LI, customfield_1=[{"id": 7, "state": "active"}]),
        issue(2, customfield_1=["com.example.Sprint@1f[id=8,rapidViewId=1,state=ACTIVE,name=Week 10]"]),
    ]

    with reading(engine) as conn:
        found = around(conn, "main", "OPS", held)

    versions = [{"id": "9", "name": "Base", "released": True}, {"id": "12", "name": "Roof", "released": False}]
    assert found.versions == {"OPS": versions, "10000": versions, "Operations": versions}
    assert {key: one["state"] for key, one in found.sprints.items()} == {"7": "closed", "8": "active"}
    assert [list(one) for one in found.ranks["priority"]] == [["Now", "7"], ["Later", "2"]]
    assert (found.leads, found.people("712:li"), found.people("712:x")) == ({"OPS": "712:li"}, LI, None)
    assert found.members == {"crew": frozenset({"712:li", "712:ana"})}


def test_a_site_that_told_nothing_yet_has_nothing_around_and_a_short_reach(engine: Engine) -> None:
    with reading(engine) as conn:
        found, far = around(conn, "main", "OPS", []), reach(conn, "main")

    assert (found.versions, found.sprints, found.ranks, found.leads) == ({"OPS": []}, {}, {}, {})
    assert far == Reach(groups=frozenset(), has_leads=False, has_component_leads=False)


def test_the_reach_says_what_the_site_has_told(engine: Engine) -> None:
    filled(engine)

    with reading(engine) as conn:
        found = reach(conn, "main")

    ranks = {"priority": (("Now", "7"), ("Later", "2"))}
    assert found == Reach(groups=frozenset({"crew"}), ranks=ranks, has_component_leads=False)


def test_a_scope_holds_the_surroundings(engine: Engine) -> None:
    filled(engine)

    with reading(engine) as conn:
        found = around(conn, "main", "OPS", [issue(1)])
    scope = found.scope(now=NOW, timezone=ZoneInfo("UTC"), user="712:li", issue=lambda _: None)

    assert (scope.now, scope.user, scope.versions, scope.leads) == (NOW, "712:li", found.versions, {"OPS": "712:li"})
