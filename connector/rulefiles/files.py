"""Finding a rule directory and reading its files, no more of them than the limits allow."""

import hashlib
import os
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import connector
from connector.core.rulebook import Place
from connector.rulefiles.limits import MOST_BYTES
from connector.rulefiles.problem import Problem

MOST_FILES = 200
MOST_BYTES_OF_ALL = 5_000_000
ENDINGS = frozenset({".yaml", ".yml"})


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleFile:
    """One file as it was found. `name` is how problems and findings call it: rules/gates.yaml."""

    name: str
    content: bytes


def rules_directory(wanted: Path | None = None, *, here: Path = Path()) -> Path:
    """The directory to read: the one asked for, else `rules` where we stand, else the shipped copy."""
    if wanted is not None:
        return wanted
    return here / "rules" if (here / "rules").is_dir() else shipped("rules")


def templates_directory(wanted: Path | None = None, *, here: Path = Path()) -> Path:
    """The page templates: the directory asked for, else `templates` where we stand, else the shipped copy."""
    if wanted is not None:
        return wanted
    return here / "templates" if (here / "templates").is_dir() else shipped("templates")


def shipped(folder: str) -> Path:
    """The copy of `rules` or `templates` that came with the program: in the wheel, or beside the package."""
    package = Path(connector.__file__).parent
    installed = package / "_shipped" / folder
    return installed if installed.is_dir() else package.parent / folder


def rule_files(directory: Path) -> tuple[tuple[RuleFile, ...], tuple[Problem, ...]]:
    """Every rule file of the directory by name, and the problems of those that cannot be taken up."""
    label = directory.resolve().name or "rules"
    try:
        paths = sorted(path for path in directory.iterdir() if _is_rule_file(path))
    except OSError as error:
        return (), (_refused(label, f"{_why(error)}", "name a directory that holds rule files"),)
    if not paths:
        return (), (_refused(label, "no rule files were found", "put your rules into files named *.yaml"),)
    if len(paths) > MOST_FILES:
        return (), (_refused(label, f"{len(paths)} rule files are more than {MOST_FILES}", "merge some of them"),)
    files, problems, size = list[RuleFile](), list[Problem](), 0
    for path in paths:
        read = read_file(path, f"{label}/{path.name}")
        if isinstance(read, Problem):
            problems.append(read)
            continue
        size += len(read.content)
        if size > MOST_BYTES_OF_ALL:
            what = f"the files hold more than {MOST_BYTES_OF_ALL:,} bytes together"
            return (), (_refused(label, what, "keep to rules that people can read"),)
        files.append(read)
    return tuple(files), tuple(problems)


def hash_of(files: Iterable[RuleFile]) -> str:
    """What identifies these rules: a hash over the names and contents of their files."""
    digest = hashlib.sha256()
    for file in sorted(files, key=lambda one: one.name):
        digest.update(f"{len(file.name)}:{file.name}{len(file.content)}:".encode())
        digest.update(file.content)
    return digest.hexdigest()


def read_file(path: Path, name: str) -> RuleFile | Problem:
    """One file's content, no more of it than the limits allow. What is no plain file (a pipe, a device) is not read."""
    try:
        # Without waiting: opening a pipe would last until somebody writes to it.
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        with os.fdopen(handle, "rb") as stream:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                return _refused(name, "it is not a plain file", "put the rules into a file, or remove it")
            content = stream.read(MOST_BYTES + 1)
    except OSError as error:
        return _refused(name, _why(error), "make it readable for the account that runs the connector")
    return RuleFile(name=name, content=content)


def _is_rule_file(path: Path) -> bool:
    return path.suffix in ENDINGS and not path.name.startswith(".") and not path.is_dir()


def _why(error: OSError) -> str:
    return f"it cannot be read ({error.strerror or type(error).__name__})"


def _refused(name: str, what: str, mend: str) -> Problem:
    return Problem(place=Place(file=name, line=1, column=1), rule="file", what=what, mend=mend)
