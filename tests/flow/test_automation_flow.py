from pathlib import Path
from typing import Literal

import pytest
from sqlalchemy import Engine

from tests.flow.town import Town, town


def risks(place: Town, type: str = "Risk") -> list[dict[str, object]]:
    every = place.ask("POST", "api/3/search/jql", {"jql": "project = OPS ORDER BY key ASC", "fields": ["*all"]})
    return [one for one in every["issues"] if one["fields"]["issuetype"]["name"] == type]


def test_an_overdue_critical_issue_becomes_one_risk_that_is_linked_to_it(tmp_path: Path, engine: Engine) -> None:
    with town(tmp_path, engine) as place:
        place.make("Task", "The key upgrade", priority={"name": "Highest"}, duedate="2020-01-01")
        place.make("Task", "Not critical", priority={"name": "Low"}, duedate="2020-01-01")
        place.step()
        place.edit("OPS-1", summary="The key system upgrade")
        place.step()

        (made,) = risks(place)
        assert made["fields"]["summary"] == "OPS-1 is late: The key system upgrade"
        (link,) = made["fields"]["issuelinks"]
        assert "OPS-1" in {link.get("outwardIssue", {}).get("key"), link.get("inwardIssue", {}).get("key")}


def test_a_lost_reply_does_not_make_the_issue_twice(tmp_path: Path, engine: Engine) -> None:
    with town(tmp_path, engine) as place:
        place.make("Task", "The key upgrade", priority={"name": "Highest"}, duedate="2020-01-01")
        place.step()
        place.edit("OPS-1", summary="The key system upgrade")
        place.hear()
        while place.house.pipeline.take_batch().letters:
            pass
        place.box.world.faults.switches.reply_lost_next = 1
        place.house.outbox.send_due()
        lost = place.box.world.faults.switches.reply_lost_next
        place.step()

        assert lost == 0
        assert len(risks(place)) == 1


def test_the_risk_is_named_in_the_language_of_the_project(tmp_path: Path, engine: Engine) -> None:
    with town(tmp_path, engine, locale="zh_CN") as place:
        place.make("任务", "钥匙系统升级", priority={"name": "最高"}, duedate="2020-01-01")
        place.step()
        place.edit("OPS-1", summary="门锁系统升级")
        place.step()

        (made,) = risks(place, "风险")
        assert made["fields"]["summary"] == "OPS-1 已逾期：门锁系统升级"


@pytest.mark.parametrize("deployment", ["cloud", "datacenter"])
@pytest.mark.parametrize("locale", ["en", "zh_CN"])
def test_a_risk_is_scored_on_every_deployment_and_in_every_language(
    tmp_path: Path, engine: Engine, deployment: Literal["cloud", "datacenter"], locale: Literal["en", "zh_CN"]
) -> None:
    with town(tmp_path, engine, deployment=deployment, locale=locale) as place:
        key = place.make({"en": "Risk", "zh_CN": "风险"}[locale], "The supplier", probability=4, impact=5)
        place.step()
        (comment,) = place.comments(key)
        titles = [page.title for page in place.box.world.confluence.pages("OPS")]

        assert place.issue(key)[place.field("score")] == 20
        assert {"en": "High", "zh_CN": "高"}[locale] in comment
        assert any({"en": "status", "zh_CN": "状态"}[locale] in title for title in titles), titles
