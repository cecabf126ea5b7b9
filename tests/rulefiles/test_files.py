import os
from pathlib import Path

import pytest

from connector.core.rulebook import Place, Rulebook
from connector.rulefiles.files import RuleFile, hash_of, rules_directory
from connector.rulefiles.problem import Problem, Problems
from connector.rulefiles.projects import Defaults
from connector.rulefiles.read import read_rules
from tests.rulefiles.reading import SHIPPED


def written(folder: Path, **files: str) -> Path:
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, "utf-8")
    return folder


def only_problem(found: Rulebook | Problems) -> Problem:
    assert isinstance(found, Problems)
    (problem,) = found.found
    return problem


def test_a_missing_directory_is_a_problem(tmp_path: Path) -> None:
    found = read_rules(tmp_path / "rules", None, Defaults())

    assert only_problem(found) == Problem(
        place=Place(file="rules", line=1, column=1),
        rule="file",
        what="it cannot be read (No such file or directory)",
        mend="name a directory that holds rule files",
    )


def test_a_directory_without_rule_files_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("language: 1")
    (tmp_path / ".hidden.yaml").write_text("language: 1")
    (tmp_path / "folder.yaml").mkdir()

    found = read_rules(tmp_path, None, Defaults())

    assert only_problem(found).what == "no rule files were found"


def test_files_are_called_by_their_directory_and_name(tmp_path: Path) -> None:
    found = read_rules(written(tmp_path / "mine", a="language: 1\nphasen: []\n"), None, Defaults())

    assert str(found) == "mine/a.yaml:2:1: phasen: unknown key 'phasen'; did you mean 'phases'?"


def test_a_file_that_cannot_be_opened_is_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    directory = written(tmp_path / "rules", a="language: 1\n")

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)
    found = read_rules(directory, None, Defaults())

    assert only_problem(found).what == "it cannot be read (Permission denied)"


def test_what_is_no_plain_file_is_told_and_not_waited_for(tmp_path: Path) -> None:
    directory = written(tmp_path / "rules", a="language: 1\n")
    os.mkfifo(directory / "pipe.yaml")
    (directory / "gone.yaml").symlink_to(directory / "nowhere")
    (directory / "linked.yml").symlink_to(directory / "a.yaml")
    (directory / "zero.yaml").symlink_to("/dev/zero")

    found = read_rules(directory, None, Defaults())

    assert str(found).splitlines() == [
        "rules/gone.yaml:1:1: file: it cannot be read (No such file or directory); "
        "make it readable for the account that runs the connector",
        "rules/pipe.yaml:1:1: file: it is not a plain file; put the rules into a file, or remove it",
        "rules/zero.yaml:1:1: file: it is not a plain file; put the rules into a file, or remove it",
    ]


def test_files_that_are_too_large_together_are_refused(tmp_path: Path) -> None:
    comment = "# " + "x" * 900_000
    directory = written(tmp_path / "rules", **{f"f{number}": f"language: 1\n{comment}\n" for number in range(6)})

    found = read_rules(directory, None, Defaults())

    assert only_problem(found).what == "the files hold more than 5,000,000 bytes together"


def test_the_hash_depends_on_names_and_contents_and_not_on_their_order() -> None:
    a, b = RuleFile(name="a", content=b"1"), RuleFile(name="b", content=b"2")

    same = hash_of([a, b]) == hash_of([b, a])
    others = {hash_of([a, b]), hash_of([a]), hash_of([RuleFile(name="a", content=b"1b2"), b])}

    assert same
    assert len(others) == 3


def test_a_rulebook_is_known_by_the_hash_of_its_files(tmp_path: Path) -> None:
    directory = written(tmp_path / "rules", a="language: 1\n")

    found = read_rules(directory, None, Defaults())

    assert isinstance(found, Rulebook)
    assert found.hash == hash_of([RuleFile(name="rules/a.yaml", content=b"language: 1\n")])


def test_the_directory_asked_for_goes_before_the_one_at_hand_and_the_shipped_one(tmp_path: Path) -> None:
    empty, with_rules = tmp_path / "empty", written(tmp_path / "here", a="")
    (with_rules / "rules").mkdir()

    found = (
        rules_directory(tmp_path, here=with_rules),
        rules_directory(here=with_rules),
        rules_directory(here=empty).resolve(),
    )

    assert found == (tmp_path, with_rules / "rules", SHIPPED.resolve())
