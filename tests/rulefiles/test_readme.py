"""rules/README.md against the language it describes."""

import re
from collections.abc import Iterator

import pytest
import yaml
from pydantic import BaseModel

from connector.core.figures.catalog import FIGURES
from connector.core.rulebook import Rulebook
from connector.rulefiles.events import EVENTS
from connector.rulefiles.files import RuleFile
from connector.rulefiles.projects import Defaults
from connector.rulefiles.read import read_files
from connector.rulefiles.shape import FileShape
from tests.rulefiles.reading import SHIPPED, TEMPLATES

README = (SHIPPED / "README.md").read_text("utf-8")
EXAMPLES = re.findall(r"```yaml\n(.*?)```", README, flags=re.DOTALL)
ALONE = {"projects", "phases"}


def beside(example: dict[str, object]) -> list[RuleFile]:
    """The shipped files, without what the example brings itself and there may be only one of."""
    files, left_out = [], {"phases", "gates", "closeout"} if "phases" in example else set[str]()
    for path in sorted(SHIPPED.glob("*.yaml")):
        data = yaml.safe_load(path.read_text("utf-8"))
        kept = {
            key: value
            for key, value in data.items()
            if key == "language" or (key not in left_out and (key not in example or isinstance(value, list)))
        }
        files.append(RuleFile(name=path.name, content=yaml.safe_dump(kept, allow_unicode=True).encode()))
    return files


@pytest.mark.parametrize("text", EXAMPLES, ids=[text.split(":")[0] for text in EXAMPLES])
def test_every_example_is_read_without_a_problem(text: str) -> None:
    example = yaml.safe_load(text)
    file = RuleFile(
        name="example.yaml", content=text.encode() if "language" in example else f"language: 1\n{text}".encode()
    )

    found = read_files(
        [file] if "projects" in example else [file, *beside(example)], None, Defaults(), templates=TEMPLATES
    )

    assert isinstance(found, Rulebook), str(found)


def keys_of(model: type[BaseModel]) -> Iterator[str]:
    """Every word of the language, from the shape down."""
    for name, field in model.model_fields.items():
        yield field.alias or name
        for below in shapes_in(field.annotation):
            yield from keys_of(below)


def shapes_in(kind: object) -> Iterator[type[BaseModel]]:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        yield kind
    for part in getattr(kind, "__args__", ()):
        yield from shapes_in(part)


def test_every_word_of_the_language_is_described_and_stands_in_an_example() -> None:
    described, examples = set(re.findall(r"`([a-z_]+)`", README)), "".join(EXAMPLES)
    words = sorted(set(keys_of(FileShape)))

    undescribed = [
        word for word in words if word not in described and not re.search(rf"^## .*{word}", README, re.M | re.I)
    ]
    without_example = [word for word in words if not re.search(rf"\b{word}:", examples)]

    assert (undescribed, without_example) == ([], [])


def test_every_figure_and_every_event_is_described() -> None:
    described = set(re.findall(r"`([a-z0-9_.]+)`", README))

    assert (sorted(FIGURES.keys() - described), sorted(EVENTS - described)) == ([], [])


def test_every_shipped_file_is_named() -> None:
    named = set(re.findall(r"^\| `([a-z]+\.yaml)` \|", README, re.MULTILINE))

    assert named == {path.name for path in SHIPPED.glob("*.yaml")}


def test_the_shape_can_be_told_to_editors() -> None:
    schema = FileShape.model_json_schema(by_alias=True)

    assert set(schema["properties"]) == set(FileShape.model_fields)
    assert schema["additionalProperties"] is False
    assert "ThresholdText" not in str(schema)
