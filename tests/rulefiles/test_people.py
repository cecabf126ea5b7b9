"""The people file: read, checked, and never quoted."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from connector.core.rulebook import Person, Rulebook
from connector.rulefiles.people import read_people
from connector.rulefiles.problem import Problems
from connector.rulefiles.projects import Defaults
from connector.rulefiles.read import read_rules

PEOPLE = """\
language: 1
people:
  - {name: li.wei, capacity: 32h, rate: 640.5, currency: CNY, leave: [2026-12-24..2026-12-31, 2027-02-08]}
  - name: ada
"""


def written(place: Path, text: str, *, mode: int = 0o640) -> Path:
    path = place / "people.yaml"
    path.write_text(text, "utf-8")
    path.chmod(mode)
    return path


def rules_in(place: Path, text: str) -> Path:
    (place / "rules").mkdir()
    (place / "rules" / "a.yaml").write_text(f"language: 1\n{text}\n", "utf-8")
    return place / "rules"


def test_people_are_read_with_capacity_rate_and_leave(tmp_path: Path) -> None:
    found = read_people(written(tmp_path, PEOPLE))

    leave = ((date(2026, 12, 24), date(2026, 12, 31)), (date(2027, 2, 8), date(2027, 2, 8)))
    li = Person(name="li.wei", capacity=timedelta(hours=32), rate=Decimal("640.5"), currency="CNY", leave=leave)
    assert (found.people, found.problems, found.warnings) == ((li, Person(name="ada")), (), ())


def test_a_file_that_everybody_can_read_is_warned_of(tmp_path: Path) -> None:
    found = read_people(written(tmp_path, PEOPLE, mode=0o644))

    assert found.warnings == (
        "people.yaml: everybody on this machine can read what people cost; chmod 640 people.yaml",
    )


@pytest.mark.parametrize(
    ("line", "told"),
    [
        pytest.param("{name: li, rate: 64O}", "3:20: people: 'rate' cannot be used as it stands", id="rate"),
        pytest.param(
            "{name: li, rate: -640}", "3:20: people: 'rate' cannot be used as it stands", id="less-than-nothing"
        ),
        pytest.param("{name: li, leave: 2026-12-64}", "3:21: people: 'leave' cannot be used as it stands", id="leave"),
        pytest.param("{name: li, capacity: 64}", "3:24: people: 'capacity' cannot be used as it stands", id="capacity"),
        pytest.param(
            "{name: li, wage: 640}",
            "3:14: people: unknown key; known here: name, capacity, rate, currency, leave",
            id="unknown-key",
        ),
        pytest.param("{rate: 640}", "3:3: people: 'name' is missing; add 'name: ...' here", id="no-name"),
        pytest.param(
            "{name: li}\n- {name: li}", "4:10: people: this person stands at people.yaml:3:10 already", id="twice"
        ),
    ],
)
def test_what_is_wrong_is_told_without_any_value(tmp_path: Path, line: str, told: str) -> None:
    (problem,) = read_people(written(tmp_path, f"language: 1\npeople:\n- {line}\n")).problems

    assert told in str(problem)
    assert "64" not in str(problem).replace("people.yaml:", "")


def test_a_file_that_is_not_there_is_a_problem(tmp_path: Path) -> None:
    (problem,) = read_people(tmp_path / "people.yaml").problems

    assert problem.what == "it cannot be read (No such file or directory)"


def test_the_rules_name_the_file_and_a_setting_goes_before_it(tmp_path: Path) -> None:
    directory = rules_in(tmp_path, "people_file: ../people.yaml")
    written(tmp_path, PEOPLE)
    other = tmp_path / "other.yaml"
    other.write_text("language: 1\npeople: [{name: eve}]\n")

    named = read_rules(directory, None, Defaults())
    set_ = read_rules(directory, None, Defaults(), people_file=other)

    assert isinstance(named, Rulebook)
    assert isinstance(set_, Rulebook)
    assert [[one.name for one in rules.people] for rules in (named, set_)] == [["li.wei", "ada"], ["eve"]]
    assert named.hash == set_.hash


def test_a_rate_and_a_leave_are_not_shown_with_the_rules(tmp_path: Path) -> None:
    directory = rules_in(tmp_path, "people_file: ../people.yaml")
    written(tmp_path, PEOPLE)

    found = read_rules(directory, None, Defaults())

    assert isinstance(found, Rulebook)
    assert "640" not in repr(found)
    assert "640" not in repr(found.people)


@pytest.mark.parametrize("path", ["people.txt", "sub/people.txt", "../rules/people.txt"])
def test_a_people_file_among_the_rules_is_refused(tmp_path: Path, path: str) -> None:
    found = read_rules(rules_in(tmp_path, f"people_file: {path}"), None, Defaults())

    assert isinstance(found, Problems)
    assert "the people file lies among the rules, which are kept in git" in str(found)
