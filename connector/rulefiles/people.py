"""The people file: capacity, rates and leave. It lies outside of the rules, and no message quotes a value of it."""

import stat
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError

from connector.core.rulebook import Person, Place
from connector.rulefiles.files import read_file
from connector.rulefiles.literals import Hours, Stretches
from connector.rulefiles.mapping import Shape
from connector.rulefiles.part import Part
from connector.rulefiles.problem import Problem, in_order
from connector.rulefiles.shaping import real_path
from connector.rulefiles.tree import Tree, read_tree

RULE = "people"
MOST_PEOPLE = 5000


class PersonShape(Shape):
    """What there is to know of one person."""

    name: str = Field(min_length=1, description="The Jira account id (Cloud) or user name")
    capacity: Hours | None = Field(default=None, description="Hours in a week: 32h")
    rate: int | float | None = Field(default=None, ge=0, description="What an hour costs")
    currency: str | None = Field(default=None, min_length=3, max_length=3, description="Of what: CNY, EUR")
    leave: Stretches = Field(default=(), description="Days away: 2026-12-24..2026-12-31")


class PeopleShape(Shape):
    """A people file."""

    language: Literal[1] = Field(description="The number of the language")
    people: list[PersonShape] = Field(max_length=MOST_PEOPLE, description="Everybody, each once")


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleRead:
    """What reading the file brought: people, what is wrong with it, and what to hear about though it can be used."""

    people: tuple[Person, ...] = ()
    problems: tuple[Problem, ...] = ()
    warnings: tuple[str, ...] = ()


def read_people(path: Path) -> PeopleRead:
    """Read the people file."""
    label = path.name
    warnings = tuple(_warnings(path))
    file = read_file(path, label)
    if isinstance(file, Problem):
        return PeopleRead(problems=(file,))
    tree = read_tree(file)
    if isinstance(tree, Problem):
        return PeopleRead(problems=(tree,))
    try:
        shape = PeopleShape.model_validate(tree.data)
    except ValidationError as error:
        found = (_problem(tree, one["loc"], one["type"]) for one in error.errors(include_input=False))
        return PeopleRead(problems=in_order(found))
    return PeopleRead(
        people=tuple(map(_person, shape.people)), problems=_doubles(tree, shape.people), warnings=warnings
    )


def _person(shape: PersonShape) -> Person:
    return Person(
        name=shape.name,
        capacity=shape.capacity,
        rate=None if shape.rate is None else Decimal(str(shape.rate)),
        currency=shape.currency,
        leave=shape.leave,
    )


def _problem(tree: Tree, location: tuple[int | str, ...], kind: str) -> Problem:
    """What is wrong, by its key alone: what people earn, and when they are away, is nobody's business in a log."""
    path = real_path(location, tree.data)
    steps = location if kind == "missing" else path
    key = next((str(step) for step in reversed(steps) if isinstance(step, str)), "people")
    if kind == "extra_forbidden":
        known = ", ".join(PersonShape.model_fields if len(path) > 1 else PeopleShape.model_fields)
        return Problem(place=tree.key_place(path), rule=RULE, what="unknown key", mend=f"known here: {known}")
    if kind == "missing":
        return Problem(place=tree.place(path), rule=RULE, what=f"{key!r} is missing", mend=f"add '{key}: ...' here")
    return Problem(
        place=tree.place(path), rule=RULE, what=f"{key!r} cannot be used as it stands", mend="see the README's example"
    )


def _doubles(tree: Tree, people: Sequence[PersonShape]) -> tuple[Problem, ...]:
    root, first, found = Part(tree=tree), dict[str, Place](), list[Problem]()
    for index, one in enumerate(people):
        place = root.at("people", index, "name").place
        if one.name in first:
            what = f"this person stands at {first[one.name]} already"
            found.append(Problem(place=place, rule=RULE, what=what, mend="keep one of them"))
        first.setdefault(one.name, place)
    return tuple(found)


def _warnings(path: Path) -> list[str]:
    try:
        mode = path.stat().st_mode
    except OSError:
        return []
    if not mode & (stat.S_IROTH | stat.S_IWOTH):
        return []
    return [f"{path.name}: everybody on this machine can read what people cost; chmod 640 {path.name}"]
