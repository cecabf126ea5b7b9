from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Engine

from connector.clock import FixedClock
from connector.core.actions import MoveIssue, WritePage
from connector.core.findings import GateRun
from connector.core.rulebook import PageRule, Rulebook
from connector.pages.templates import read_templates
from connector.rollup import RolledUp, Rollup
from connector.siterules import SiteRules
from connector.store import gate_runs, outbox, projects
from connector.store.engine import reading, writing
from connector.store.outbox import OutboxRow
from tests.core.build import CATALOG, PLACE, kpi, project_rules, rulebook
from tests.pipeline.desk import NOW, WORDS, Desk, about, created, item, later, moved, shown, stamp, updated

TEMPLATES = Path(__file__).parents[2] / "templates"
STATUS = PageRule(id="status", template="status", title={"en": "Status"}, place=PLACE)


class House:
    """Mirror, rollup and outbox rows of project OPS; nothing is sent."""

    def __init__(self, engine: Engine, mode: str = "write", **rules: object) -> None:
        own = project_rules(mode=mode, fields=WORDS)
        held = {"project_for": lambda key, *_: own if key == "OPS" else None, **rules}
        self.engine = engine
        self.rules: Rulebook = rulebook(**held)
        self.desk = Desk(engine, rules=self.rules)
        self.templates = read_templates(TEMPLATES)

    def roll(self, at: int = 0, *, is_urgent: bool = False, mode: str | None = None) -> RolledUp:
        ground = SiteRules(site="main", rulebook=self.rules, catalog=CATALOG)
        rollup = Rollup(
            engine=self.engine,
            clock=FixedClock(later(at)),
            rules_of=lambda _: ground,
            templates=lambda: self.templates,
            real=FixedClock(later(at)),
        )
        done = rollup.run("main", "OPS", is_urgent=is_urgent, mode=mode)
        assert done is not None
        return done

    def pages(self) -> list[OutboxRow]:
        return [row for row in self.desk.rows() if isinstance(row.write, WritePage) and row.state != "replaced"]

    def has_written_pages(self, at: int = 0) -> None:
        with writing(self.engine) as conn:
            projects.pages_written(conn, "main", "OPS", later(at))

    def set_mode(self, mode: str) -> None:
        with writing(self.engine) as conn:
            projects.set_mode(conn, "main", "OPS", mode)  # type: ignore[arg-type]

    def gate(self) -> list[GateRun]:
        with reading(self.engine) as conn:
            return [run for run in gate_runs.all_gate_runs(conn, "main", "OPS") if run.gate == "plan"]


def bare_task() -> dict[str, object]:
    return created(1)


def passed_early(house: House) -> None:
    gate = shown(90, type="Phase Gate", is_at="Passed", labels=["plan"])
    house.desk.tell(bare_task(), about("jira:issue_created", {**gate, "fields": {**gate["fields"]}}))
    change = updated({**gate, "fields": {**gate["fields"], "updated": stamp(later(1))}}, moved("In Review", "Passed"))
    house.desk.tell({**change, "timestamp": int(later(1).timestamp() * 1000)})


def moves(house: House, state: str) -> list[str]:
    return [one.natural_key for one in house.desk.writes(state) if isinstance(one, MoveIssue)]


def test_a_page_waits_for_its_window_and_further_changes_do_not_push_it_away(engine: Engine) -> None:
    house = House(engine, pages=(STATUS,))
    house.desk.tell(bare_task())
    house.has_written_pages()

    house.roll(1)
    house.desk.tell(created(2))
    house.roll(5)

    assert [row.next_try_at for row in house.pages()] == [NOW + timedelta(seconds=900)]


def test_an_urgent_page_that_waits_is_not_put_off_by_a_rollup_that_is_not_urgent(engine: Engine) -> None:
    house = House(engine, pages=(STATUS,))
    house.desk.tell(bare_task())
    house.has_written_pages()

    house.roll(1, is_urgent=True)
    house.desk.tell(created(2))
    house.roll(2)

    assert [row.next_try_at for row in house.pages()] == [None]


def test_a_page_that_waits_for_its_window_leaves_at_once_when_it_becomes_urgent(engine: Engine) -> None:
    house = House(engine, pages=(STATUS,))
    house.desk.tell(bare_task())
    house.has_written_pages()

    house.roll(1)
    house.roll(2, is_urgent=True)

    assert [row.next_try_at for row in house.pages()] == [None]


def test_an_urgent_mark_counts_though_the_rollup_was_not_called_urgent(engine: Engine) -> None:
    house = House(engine, pages=(STATUS,))
    house.desk.tell(bare_task())
    house.has_written_pages()
    with writing(engine) as conn:
        projects.mark_dirty(conn, "main", ["OPS"], urgent=True)

    house.roll(1)

    assert [row.next_try_at for row in house.pages()] == [None]


def test_a_project_that_turns_red_is_shown_at_once(engine: Engine) -> None:
    house = House(engine, pages=(STATUS,), kpis=(kpi("overdue", target="= 0"),), risks=None)
    house.desk.tell(created(1, duedate="2026-04-01"))
    green = house.roll(0)
    house.has_written_pages()
    late = shown(1, duedate="2026-03-01", updated=stamp(later(1)))
    house.desk.tell(updated(late, item("duedate", "2026-04-01", "2026-03-01"), at=later(1)))

    red = house.roll(1)

    assert (green.findings.light, red.findings.light) == ("green", "red")
    assert [row.next_try_at for row in house.pages()] == [None]


def test_a_rollup_that_finds_the_same_plans_nothing_new(engine: Engine) -> None:
    house = House(engine, pages=(STATUS,))
    house.desk.tell(bare_task())
    house.roll(0)

    again = house.roll(1)

    assert again.stored == 0
    assert len(house.pages()) == 1


def test_a_gate_that_was_returned_on_paper_goes_back_once_the_project_is_written_to(engine: Engine) -> None:
    house = House(engine, mode="observe")
    passed_early(house)
    house.roll(2)
    house.roll(3)
    assert moves(house, "observed") == ["issue 1090 move gate plan history 1"]
    assert [(run.was_returned, run.trigger) for run in house.gate()] == [(True, None)]

    house.set_mode("write")
    house.roll(4)
    house.roll(5)

    assert moves(house, "planned") == ["issue 1090 move gate plan history 1"]
    assert [(run.sequence, run.was_returned, run.trigger) for run in house.gate()] == [(1, True, "history 1")]


def test_what_waits_is_not_sent_once_the_rules_only_watch(engine: Engine) -> None:
    house = House(engine, pages=(STATUS,))
    house.desk.tell(bare_task())
    house.roll(0)
    assert [row.state for row in house.pages()] == ["planned"]

    house.set_mode("observe")
    house.roll(1)

    assert [row.state for row in house.pages()] == ["observed"]
    with reading(engine) as conn:
        assert outbox.waiting(conn) == 0


def test_a_decision_without_history_is_answered_once_however_the_issue_is_touched(engine: Engine) -> None:
    house = House(engine)
    gate = shown(90, type="Phase Gate", is_at="Passed", labels=["plan"])
    owned = created(1, assignee={"accountId": "a", "displayName": "Li"}, duedate="2026-04-01")
    house.desk.tell(owned, about("jira:issue_created", gate))
    house.roll(0)

    for n in range(1, 4):
        touched = {**gate, "fields": {**gate["fields"], "summary": f"Touched {n}", "updated": stamp(later(n))}}
        house.desk.tell(updated(touched, item("summary", "a", str(n)), at=later(n), n=n))
        house.roll(n)

    assert [(run.sequence, run.decision, run.trigger) for run in house.gate()] == [(1, "GO", "issue 1090 in status 6")]
    comments = [row for row in house.desk.rows() if row.kind == "WriteComment"]
    assert len(comments) == 1


def test_a_rollup_overruled_to_watch_leaves_what_waits(engine: Engine) -> None:
    house = House(engine, pages=(STATUS,))
    house.desk.tell(bare_task())
    house.roll(0)

    done = house.roll(1, mode="observe")

    assert done.is_observed
    assert [row.state for row in house.pages()] == ["planned"]


def test_a_project_that_left_the_rules_is_not_rolled_up(engine: Engine) -> None:
    house = House(engine)
    house.rules = replace(house.rules, project_for=lambda *_: None)
    ground = SiteRules(site="main", rulebook=house.rules, catalog=CATALOG)
    rollup = Rollup(engine=engine, clock=FixedClock(NOW), rules_of=lambda _: ground, templates=dict)

    assert rollup.run("main", "OPS") is None
