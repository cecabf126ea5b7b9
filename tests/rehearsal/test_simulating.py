from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from connector.core.rulebook import Rulebook
from connector.intake.timers import put_ticks
from connector.pages.templates import Template, read_templates
from connector.rehearsal.history import Past, read_past
from connector.rehearsal.simulated import Simulated, compare
from connector.rehearsal.simulating import Span, simulate
from connector.rulefiles.projects import Defaults
from connector.rulefiles.read import read_rules
from connector.siterules import SiteRules
from connector.store.engine import reading
from tests.core.build import CATALOG
from tests.pipeline.desk import US, Desk, about, shown, stamp
from tests.rehearsal.snapshot import all_rows

ROOT = Path(__file__).parents[2]
TEMPLATES = read_templates(ROOT / "templates")
SPAN = Span(project="OPS", since=date(2026, 3, 1), until=date(2026, 3, 12))
RULES = """\
language: 1
projects:
  - jira: OPS
    mode: write
    fields: {probability: Risk probability, impact: Risk impact, score: Risk score}
risks:
  select: issuetype = Risk
  probability: probability
  impact: impact
  score: score
  bands: {high: ">= %HIGH%", medium: ">= 6", low: ">= 1"}
automations:
  - id: late
    when: [issue.updated, day.began]
    if: priority = Highest AND duedate < startOfDay() AND statusCategory != Done
    then: [{add_label: late}]
    at_most: 1
"""


def on(day: int, hour: int = 9) -> datetime:
    return datetime(2026, 3, day, hour, tzinfo=UTC)


def changed(number: int, at: datetime, *items: dict[str, Any], n: int, by: str = "5f0ada", **fields: Any) -> Any:
    return about("jira:issue_updated", shown(number, updated=stamp(at), **fields), *items, at=at, n=n, by=by)


def item(field: str, before: object, after: object) -> dict[str, Any]:
    old, new = (None if one is None else str(one) for one in (before, after))
    return {"field": field, "fieldId": field, "from": None, "fromString": old, "to": None, "toString": new}


def told(engine: Engine) -> Desk:
    """A risk that grows from 9 to 15 and a task that becomes late on the fifth."""
    desk = Desk(engine, mode="observe")
    made = {"created": stamp(on(2))}
    late = {**made, "priority": {"id": "1", "name": "Highest"}, "duedate": "2026-03-04"}
    desk.tell(
        about("jira:issue_created", shown(7, type="Risk", updated=stamp(on(2)), **made), at=on(2)),
        about("jira:issue_created", shown(5, updated=stamp(on(2)), **late), at=on(2)),
        changed(
            7,
            on(3),
            item("customfield_1", None, 3),
            item("customfield_2", None, 3),
            n=11,
            type="Risk",
            customfield_1=3,
            customfield_2=3,
            **made,
        ),
        changed(7, on(6), item("customfield_2", 3, 5), n=12, type="Risk", customfield_1=3, customfield_2=5, **made),
    )
    return desk


def past_of(engine: Engine) -> Past:
    with reading(engine) as conn:
        return read_past(conn, "main", "OPS", "OPS", CATALOG, US)


def ground(place: Path, text: str) -> SiteRules:
    place.mkdir()
    (place / "rules.yaml").write_text(text)
    rules = read_rules(place, CATALOG, Defaults(timezone="UTC"), templates=set(TEMPLATES))
    assert isinstance(rules, Rulebook), str(rules)
    return SiteRules(site="main", rulebook=rules, catalog=CATALOG)


@pytest.fixture
def rules(tmp_path: Path) -> Callable[[str, int], SiteRules]:
    return lambda name, high: ground(tmp_path / name, RULES.replace("%HIGH%", str(high)))


def simulated(past: Past, ground: SiteRules, templates: Mapping[str, Template], span: Span) -> Simulated:
    def ticks(engine: Engine, now: datetime) -> int:
        automations = ground.for_project("OPS").rulebook.automations
        return put_ticks(engine, ["main"], lambda _, key: ground.rulebook.project_for(key), now, lambda *_: automations)

    return simulate(past, ground, templates, span, ticks=ticks)


def lines(found: Simulated) -> list[tuple[str, str, str]]:
    return sorted(
        (one.at.isoformat(timespec="minutes")[:16], one.rule, one.text.split(": ", 1)[0]) for one in found.fired
    )


Rules = Callable[[str, int], SiteRules]


def test_history_is_played_day_by_day_with_every_write_at_its_moment(engine: Engine, rules: Rules) -> None:
    told(engine)

    found = simulated(past_of(engine), rules("a", 15), TEMPLATES, SPAN)

    assert lines(found) == [
        ("2026-03-03T09:00", "risks", "comment OPS-7"),
        ("2026-03-03T09:00", "risks", "set OPS-7"),
        ("2026-03-05T00:00", "automation late", "label OPS-5"),
        ("2026-03-06T09:00", "risks", "comment OPS-7"),
        ("2026-03-06T09:00", "risks", "set OPS-7"),
    ]
    assert [(one.rule, one.writes, one.held, one.days) for one in found.by_rule] == [
        ("automation late", 1, 0, 1),
        ("risks", 4, 0, 2),
    ]
    assert [(str(one.day), one.what, one.before, one.after) for one in found.turned if one.what.startswith("risk")] == [
        ("2026-03-03", "risk OPS-7", "nothing", "medium"),
        ("2026-03-06", "risk OPS-7", "medium", "high"),
    ]


def test_what_lies_before_the_first_day_counts_and_is_not_told(engine: Engine, rules: Rules) -> None:
    told(engine)

    found = simulated(past_of(engine), rules("a", 15), TEMPLATES, replace(SPAN, since=date(2026, 3, 6)))

    assert {one[1] for one in lines(found)} == {"risks"}
    assert {one[0] for one in lines(found)} == {"2026-03-06T09:00"}


def test_the_same_history_gives_the_same_simulation_and_leaves_the_rows_alone(engine: Engine, rules: Rules) -> None:
    told(engine)
    before, ground = all_rows(engine), rules("a", 15)

    first = simulated(past_of(engine), ground, TEMPLATES, SPAN)
    second = simulated(past_of(engine), ground, TEMPLATES, SPAN)

    assert first == second
    assert all_rows(engine) == before


def test_two_rule_directories_are_compared_write_by_write(engine: Engine, rules: Rules) -> None:
    told(engine)
    past = past_of(engine)
    one = simulated(past, rules("a", 15), TEMPLATES, SPAN)
    other = simulated(past, rules("b", 20), TEMPLATES, SPAN)

    found = compare(one, other)

    assert [fired.text.split(": ")[0] for fired in found.only_a] == ["comment OPS-7"]
    assert "High" in found.only_a[0].text
    assert ["Medium" in fired.text for fired in found.only_b] == [True]
    assert len(found.both) == len(one.fired) - 1


def test_the_surplus_beyond_a_rules_limit_is_held(engine: Engine, rules: Rules) -> None:
    desk = told(engine)
    late = {"created": stamp(on(2)), "priority": {"id": "1", "name": "Highest"}, "duedate": "2026-03-04"}
    desk.tell(about("jira:issue_created", shown(6, updated=stamp(on(2)), **late), at=on(2)))

    found = simulated(past_of(engine), rules("a", 15), TEMPLATES, SPAN)

    late_rule = next(one for one in found.by_rule if one.rule == "automation late")
    assert late_rule.held >= 1
    assert {one.text for one in found.fired if one.state != "planned"} == {"label OPS-6: add late"}


def test_what_the_connector_did_itself_fires_no_rule(engine: Engine, rules: Rules) -> None:
    desk = told(engine)
    own = {"created": stamp(on(2)), "customfield_1": 3, "customfield_2": 5, "summary": "Renamed"}
    desk.tell(changed(7, on(8), item("summary", "Work 7", "Renamed"), n=13, by=US, type="Risk", **own))

    found = simulated(past_of(engine), rules("a", 15), TEMPLATES, SPAN)

    assert {one[0] for one in lines(found)} == {"2026-03-03T09:00", "2026-03-05T00:00", "2026-03-06T09:00"}


def test_a_history_without_the_rules_causes_fires_nothing(engine: Engine, rules: Rules) -> None:
    desk = Desk(engine, mode="observe")
    made = {"created": stamp(on(2)), "updated": stamp(on(2))}
    desk.tell(about("jira:issue_created", shown(5, **made), at=on(2)))

    found = simulated(past_of(engine), rules("a", 15), TEMPLATES, SPAN)

    assert (found.fired, found.by_rule, found.events) == ((), (), 1)


def test_schedules_and_waits_are_played_at_their_own_moments(engine: Engine, tmp_path: Path) -> None:
    told(engine)
    rules = (
        RULES.replace("%HIGH%", "15")
        + """\
  - id: weekly
    when: [{schedule: "30 8 * * MON"}]
    if: issuetype = Risk
    then: [{add_label: seen}]
"""
    )

    found = simulated(past_of(engine), ground(tmp_path / "rules", rules), TEMPLATES, SPAN)

    assert [one for one in lines(found) if one[1] == "automation weekly"] == [
        ("2026-03-09T09:00", "automation weekly", "label OPS-7")
    ]
