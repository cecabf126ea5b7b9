import re
from dataclasses import fields

from connector.core.figures.figure import Figure
from connector.core.findings import IssueLine
from connector.pages.facts import facts_of
from connector.pages.languages import translate
from connector.pages.lines import CriterionLine, GateLine, GoalLine, KpiLine, RiskLine, Ruling, Step, Told
from connector.pages.templates import FILTERS, TESTS
from connector.pages.words import Words
from tests.pages.stories import LINKS, TEMPLATES, findings, project_rules, rulebook

README = (TEMPLATES / "README.md").read_text("utf-8")


def section(heading: str) -> str:
    return README.partition(f"## {heading}\n")[2].partition("\n## ")[0]


def words_after(start: str) -> set[str]:
    return set(re.findall(r"`(\w+)`", README.partition(start)[2].partition(".")[0]))


def parts(kind: type) -> set[str]:
    computed = {name for name, one in vars(kind).items() if isinstance(one, property)}
    return {one.name for one in fields(kind)} | computed


def test_the_readme_names_every_fact_a_template_may_name() -> None:
    names = section("What a template may name").partition("What they hold")[0]

    facts = facts_of(findings(), rulebook(), project_rules(), translate("en"))
    assert re.findall(r"^\| `(\w+)`", names, re.MULTILINE) == sorted(facts)


def test_the_readme_names_every_function_a_template_may_call() -> None:
    names = re.findall(r"^\| `(\w+)\(", section("What a template may call"), re.MULTILINE)

    assert names == sorted(Words(translate("en"), LINKS).functions())


def test_the_readme_names_every_part_of_a_fact() -> None:
    rows = re.findall(
        r"^\| (`.*?) \| (`.*?) \|$", README.partition("What they hold")[2].partition("##")[0], re.MULTILINE
    )
    told = {re.findall(r"`(\w+)`", facts)[0]: set(re.findall(r"`(\w+)`", held)) for facts, held in rows}

    kinds = {
        "overdue": IssueLine,
        "risks": RiskLine,
        "kpis": KpiLine,
        "goals": GoalLine,
        "gates": GateLine,
        "criteria": CriterionLine,
        "rulings": Ruling,
        "light_reasons": Told,
    }
    assert {name: told[name] for name in kinds} == {name: parts(kind) for name, kind in kinds.items()}
    assert told["figures"] == parts(Figure) - {"as_of"}
    assert told["phases"] >= parts(Step)


def test_the_readme_names_every_filter_and_test() -> None:
    assert (words_after("\nFilters: "), words_after("\nTests: ")) == (FILTERS, TESTS)
