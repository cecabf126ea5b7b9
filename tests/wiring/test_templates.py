import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine

from connector.wiring.rules import BadRules, RulesKeeper
from tests.wiring.test_rules import ROOT, keeper


@pytest.fixture
def kept(engine: Engine, tmp_path: Path) -> RulesKeeper:
    shutil.copytree(ROOT / "templates", tmp_path / "templates")
    return replace(keeper(engine, ROOT / "rules"), templates_dir=tmp_path / "templates")


def status_of(kept: RulesKeeper) -> Path:
    return kept.templates_dir / "status" / "page.md"


def test_a_changed_template_is_taken_up_without_a_restart(kept: RulesKeeper) -> None:
    kept.check("main")
    before = kept.templates()["status"]
    status_of(kept).write_text(status_of(kept).read_text("utf-8") + "\nOne sentence more.\n", "utf-8")

    kept.check("main")

    assert kept.templates()["status"] != before


def test_the_last_good_template_stays_when_its_file_is_broken(kept: RulesKeeper) -> None:
    rules, before = kept.check("main"), kept.templates()["status"]
    status_of(kept).write_text("{% if %}", "utf-8")

    assert kept.check("main") is rules
    assert kept.templates()["status"] is before


def test_templates_that_never_were_good_are_refused_with_the_place(kept: RulesKeeper) -> None:
    status_of(kept).write_text("{% if %}", "utf-8")

    with pytest.raises(BadRules, match=r"status/page\.md:1"):
        kept.check("main")
