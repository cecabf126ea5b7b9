"""Rules that differ by project, and reports on a calendar, all the way from the rule files to the pages."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine

from connector.store import findings
from connector.store.engine import reading
from tests.flow.town import RULES, Town, town

OWN = """\
language: 1
parameters: {most: 0}
projects:
  - jira: OPS
    mode: write
    with: {most: 2}
    override:
      kpis: {overdue: off}
      automations: {overdue-critical-becomes-risk: off}
    calendar: always
  - {jira: "*", mode: observe}
calendars: [{id: always, week: [mon, tue, wed, thu, fri, sat, sun]}]
kpis:
  - id: open_work
    title: Open work
    value: count("statusCategory != Done AND issuetype = Task") * 1
    target: "<= $most"
reports:
  - {id: monthly, template: status, title: "{project} in {period}", every: month, on: first}
  - {id: weekly, template: status, title: "{project} week {period}", every: week}
"""


def rules_in(place: Path) -> Path:
    shutil.copytree(RULES, place / "rules")
    shipped = (place / "rules" / "projects.yaml").read_text("utf-8")
    names = shipped[shipped.index("    fields:") : shipped.index('  - jira: "*"')]
    (place / "rules" / "projects.yaml").write_text(
        OWN.replace("    calendar: always\n", f"    calendar: always\n{names}")
    )
    return place / "rules"


def lights(place: Town) -> dict[str, str]:
    with reading(place.engine()) as conn:
        found = findings.latest_rollup(conn, "main", "OPS")
    assert found is not None
    assert isinstance(found.body, dict)
    return {one["kpi"]: one["light"] for one in found.body["kpis"]}


def test_a_project_is_judged_by_its_own_values_and_has_its_reports(tmp_path: Path, engine: Engine) -> None:
    with town(tmp_path, engine, rules=rules_in(tmp_path)) as place:
        place.box.world.clock.set(datetime(2030, 1, 1, 9, tzinfo=UTC))
        place.make("Task", "One")
        place.make("Task", "Two")
        place.step()
        two = lights(place)
        place.make("Task", "Three", priority={"name": "Highest"}, duedate="2020-01-01")
        place.step()
        three = lights(place)
        titles = {page.title for page in place.box.world.confluence.pages("OPS")}

    assert two["open_work"] == "green"
    assert three["open_work"] == "red"
    assert "overdue" not in three
    # The week before ended on Sunday, two days ago.
    assert {title for title in titles if " in 2" in title or " week " in title} == {
        "OPS in 2030-01",
        "OPS week 2029-W52",
    }
