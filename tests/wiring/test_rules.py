import shutil
from pathlib import Path

import pytest
from sqlalchemy import Engine

from connector.core.fields import Field
from connector.rulefiles.projects import Defaults
from connector.store import findings
from connector.store.engine import writing
from connector.wiring.rules import BadRules, NotLearntYet, RulesKeeper, read_catalog

ROOT = Path(__file__).parents[2]


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
