"""The section on rule tests in rules/README.md against the notation that it describes."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import BaseModel

from connector.pages.templates import read_templates
from connector.rehearsal.cases.comparing import BY_VERB, EVERYWHERE
from connector.rehearsal.cases.reading import Case, cases_in
from connector.rehearsal.cases.running import Played, ground_of, play
from connector.rehearsal.cases.shape import FileShape
from connector.rulefiles.files import RuleFile
from connector.rulefiles.part import Complaints
from connector.rulefiles.problem import Problems

ROOT = Path(__file__).parents[2]
README = (ROOT / "rules" / "README.md").read_text("utf-8")
SECTION = README.partition("## Rule tests\n")[2].partition("\n## ")[0]
EXAMPLES = re.findall(r"```yaml tests\n(.*?)```", SECTION, flags=re.DOTALL)


def cases() -> list[Case]:
    complaints = Complaints()
    found = [
        case for text in EXAMPLES for case in cases_in(RuleFile(name="README.md", content=text.encode()), complaints)
    ]
    assert complaints.found == []
    return found


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_every_example_comes_out_as_it_says(case: Case) -> None:
    templates = read_templates(ROOT / "templates")
    ground = ground_of(ROOT / "rules", case.project, templates)
    assert not isinstance(ground, Problems), str(ground)

    played = play(case, ground, templates)

    assert isinstance(played, Played), str(played)
    assert [line for line in played.lines if not line.is_met] == []


def words(model: type[BaseModel]) -> Iterator[str]:
    for name, field in model.model_fields.items():
        yield name
        for below in shapes(field.annotation):
            yield from words(below)


def shapes(kind: object) -> Iterator[type[BaseModel]]:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        yield kind
    for part in getattr(kind, "__args__", ()):
        yield from shapes(part)


def test_every_word_of_the_notation_is_described_and_stands_in_an_example() -> None:
    known = {*words(FileShape), *BY_VERB, *(key for keys in BY_VERB.values() for key in keys), *EVERYWHERE}
    # Pages are told under `pages`; the shipped rules, on which the examples are played, notify nobody.
    known -= {"page", "space"}
    played = known - {"notify"}
    described, examples = set(re.findall(r"`([a-z_]+)`", SECTION)), "".join(EXAMPLES)

    undescribed = sorted(known - described - {"language", "cases"})
    without_example = sorted(
        word
        for word in played
        if not re.search(rf"\b{word}:", examples) and not re.search(rf"(- |when: ){word}\b", examples)
    )

    assert (undescribed, without_example) == ([], [])
