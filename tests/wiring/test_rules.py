import shutil
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from connector.core.fields import Field
from connector.rulefiles.projects import Defaults
from connector.store import findings, in_force
from connector.store.engine import reading, writing
from connector.store.in_force import InForce
from connector.store.surroundings import CATEGORIES, SITE
from connector.wiring.rules import BadRules, NotLearntYet, RulesKeeper, read_catalog

ROOT = Path(__file__).parents[2]
NOON = datetime(2026, 3, 16, 12, 0, tzinfo=UTC)


@dataclass(frozen=True)
class FixedClock:
    at: datetime

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return 0.0


def keeper(engine: Engine, directory: Path) -> RulesKeeper:
    return RulesKeeper(
        engine=engine,
        rules_dir=directory,
        templates_dir=ROOT / "templates",
        defaults=Defaults(),
        jira_urls={"main": "https://jira.example.com"},
        look_every_s=0,
    )


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "rules", tmp_path / "rules")
    return tmp_path / "rules"


def test_a_changed_rule_file_is_taken_up_without_a_restart(engine: Engine, directory: Path) -> None:
    kept = keeper(engine, directory)
    before = kept.check("main")
    phases = directory / "phases.yaml"
    phases.write_text(phases.read_text("utf-8") + "\n# a word more\n", "utf-8")

    after = kept.check("main")

    assert before is not None
    assert after is not None
    assert after.rulebook.hash != before.rulebook.hash


def test_the_last_good_rules_stay_when_a_file_is_broken(engine: Engine, directory: Path) -> None:
    kept = keeper(engine, directory)
    before = kept.check("main")
    (directory / "phases.yaml").write_text("language: 1\nphasse: []\n", "utf-8")

    assert kept.check("main") is before


def test_rules_that_never_were_good_are_refused_with_every_problem(engine: Engine, directory: Path) -> None:
    (directory / "phases.yaml").write_text("language: 1\nphasse: []\n", "utf-8")

    with pytest.raises(BadRules, match=r"rules/phases\.yaml:2:1: .*phasse.*did you mean.*phases"):
        keeper(engine, directory).check("main")


def test_a_site_that_is_not_ours_has_no_rules(engine: Engine, directory: Path) -> None:
    assert keeper(engine, directory).rules_of("elsewhere") is None


def test_no_rule_is_judged_before_the_site_has_told_its_fields(engine: Engine, directory: Path) -> None:
    with pytest.raises(NotLearntYet, match="main"):
        keeper(engine, directory).rules_of("main")


def test_a_project_is_under_the_rules_of_the_category_that_the_site_has_it_in(engine: Engine, directory: Path) -> None:
    projects = directory / "projects.yaml"
    projects.write_text(projects.read_text("utf-8").replace("jira: OPS", "category: Yards"), "utf-8")
    kept = keeper(engine, directory)
    before = kept.check("main")
    with writing(engine) as conn:
        findings.set_judgement(conn, "main", SITE, CATEGORIES, {"OPS": "Yards", "MKT": "Shops"})

    after = kept.check("main")

    assert before is not None
    assert after is not None
    found = [book.project_for(key) for book in (before.rulebook, after.rulebook) for key in ("OPS", "MKT")]
    assert [one.mode if one else None for one in found] == ["observe", "observe", "write", "observe"]


def test_rules_are_compiled_anew_when_the_site_tells_its_fields(engine: Engine, directory: Path) -> None:
    kept = keeper(engine, directory)
    before = kept.check("main")
    told = [Field(id="customfield_77", name="Risk probability", kind="number")]
    with writing(engine) as conn:
        findings.set_judgement(conn, "main", "site", "fields", told)

    after = kept.rules_of("main")

    assert before is not None
    assert after is not None
    ours = after.rulebook.project_for("OPS")
    assert ours is not None
    assert after.fields_of(ours)["probability"] == "customfield_77"
    assert read_catalog(engine, "main") is not None


def serving(engine: Engine, directory: Path, at: datetime) -> RulesKeeper:
    kept = keeper(engine, directory)
    kept.is_serving, kept.real = True, FixedClock(at)
    return kept


def state(engine: Engine) -> InForce | None:
    with reading(engine) as conn:
        return in_force.told(conn, ["main"]).get("main")


BROKEN = "phasse: []\n"
GOOD = (ROOT / "rules" / "phases.yaml").read_text("utf-8")
TOLD = f"rules/phases.yaml:{len(GOOD.splitlines()) + 1}:1: phasse: unknown key 'phasse'; did you mean 'phases'?"


def test_what_is_in_force_since_when_and_why_newer_rules_are_not_is_kept_for_people(
    engine: Engine, directory: Path
) -> None:
    kept = serving(engine, directory, NOON)
    first = kept.check("main")
    begun = state(engine)
    (directory / "phases.yaml").write_text(GOOD + BROKEN, "utf-8")
    kept.real = FixedClock(NOON + timedelta(hours=1))
    kept.check("main")
    broken = state(engine)
    (directory / "phases.yaml").write_text(GOOD, "utf-8")
    kept.check("main")
    mended = state(engine)

    assert first is not None
    sound = InForce(rules=first.rulebook.hash, since=NOON)
    assert (begun, broken, mended) == (sound, replace(sound, problems=(TOLD,)), sound)


def test_a_room_that_starts_while_the_directory_is_broken_takes_the_last_good_rules(
    engine: Engine, directory: Path
) -> None:
    before = serving(engine, directory, NOON).check("main")
    (directory / "phases.yaml").write_text(GOOD + BROKEN, "utf-8")

    after = serving(engine, directory, NOON + timedelta(days=1)).check("main")

    assert before is not None
    assert after is not None
    assert after.rulebook.hash == before.rulebook.hash
    assert state(engine) == InForce(rules=before.rulebook.hash, since=NOON, problems=(TOLD,))


def test_a_command_that_a_person_runs_changes_nothing_of_what_is_told(engine: Engine, directory: Path) -> None:
    keeper(engine, directory).check("main")

    assert state(engine) is None


def test_a_people_file_that_changed_is_read_again(engine: Engine, directory: Path, tmp_path: Path) -> None:
    people = tmp_path / "people.yaml"
    people.write_text("language: 1\npeople: [{name: li}]\n")
    people.chmod(0o600)
    kept = keeper(engine, directory)
    kept.people_file = people
    before = kept.check("main")
    people.write_text("language: 1\npeople: [{name: li}, {name: ada}]\n")

    after = kept.check("main")

    assert before is not None
    assert after is not None
    assert [[one.name for one in rules.rulebook.people] for rules in (before, after)] == [["li"], ["li", "ada"]]
