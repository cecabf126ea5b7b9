"""A walk through a README: its console blocks are typed one after another, and what is shown is compared."""

import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path

import requests
from click.testing import CliRunner

from connector.cli.main import cli

BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LEFT_OUT = "…"
_NORMAL = (
    (re.compile(r"\d{6}:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"), "ACCOUNT"),
    (re.compile(r"\b[0-9a-f]{12}\b"), "HASH"),
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?(\.\d+)?\+00:00"), "MOMENT"),
    (re.compile(r"\binbox \d+"), "inbox N"),
    (re.compile(r"\bas \d+"), "as N"),
    (re.compile(r"\b\d+ (phase|gate|KPI|page|automation|case)s?\b"), r"N \1"),
)
_NAMES = re.compile(r"\b[0-9a-f]{12}\b")


@dataclass(frozen=True, slots=True)
class Typed:
    """A command as the README shows it, and the lines that it shows below."""

    command: str
    shown: tuple[str, ...]


def steps(section: str) -> list[Typed]:
    """The commands of a section, in order."""
    found: list[Typed] = []
    for block in BLOCK.findall(section):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, rest = part.replace("\\\n", " ").partition("\n")
            found.append(Typed(command=" ".join(command.split()), shown=tuple(rest.splitlines())))
    return found


@dataclass
class Walk:
    """Types commands in a folder. `rest` waits until the connector is quiet; it is asked before each command."""

    folder: Path
    rest: Callable[[], None]
    environment: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)

    def type(self, step: Typed) -> str:
        """Carry the command out, with the names of runs as they are in this story; what it showed."""
        command = _NAMES.sub(lambda found: self.names.get(found[0], found[0]), step.command)
        for told, real in self.places.items():
            command = command.replace(told, real)
        words = shlex.split(command)
        self.rest()
        match words:
            case ["connector", *_]:
                shown = self._connector(command)
            case ["curl", *rest]:
                shown = _curl(rest)
            case [".", file]:
                shown = self._source(file)
            case ["export", assignment]:
                name, _, value = assignment.partition("=")
                self.environment[name] = value.replace("$PWD", str(self.folder))
                shown = ""
            case ["cp", "-r", source, target]:
                shutil.copytree(self.folder / source, self.folder / target)
                shown = ""
            case _:
                done = subprocess.run(words, cwd=self.folder, capture_output=True, text=True, check=True)
                shown = done.stdout
        self._learn(step.shown, shown.splitlines())
        return shown

    def _connector(self, command: str) -> str:
        line, _, file = command.partition(" > ")
        others = {name: None for name in os.environ if name.startswith("CONNECTOR_")}
        before = Path.cwd()
        os.chdir(self.folder)
        try:
            done = CliRunner().invoke(cli, shlex.split(line)[1:], env={**others, **self.environment, "COLUMNS": "120"})
        finally:
            os.chdir(before)
        if not file:
            # What a command logs is not what it shows.
            return str(done.stdout or done.stderr)
        (self.folder / file).write_text(done.stdout, "utf-8")
        return ""

    def _source(self, file: str) -> str:
        for line in (self.folder / file).read_text("utf-8").splitlines():
            name, _, value = line.removeprefix("export ").partition("=")
            self.environment[name] = shlex.split(value)[0] if value else ""
        return ""

    def _learn(self, told: tuple[str, ...], shown: list[str]) -> None:
        """Which run of this story is the one that the README names."""
        for line in told:
            same = [one for one in shown if normal(one) == normal(line)]
            if same:
                self.names.update(zip(_NAMES.findall(line), _NAMES.findall(same[0]), strict=False))


def normal(line: str) -> str:
    """The line without what differs from one telling of the story to the next."""
    for pattern, name in _NORMAL:
        line = pattern.sub(name, line)
    return re.sub(r"  +", "  ", line.rstrip())


def differences(told: tuple[str, ...], shown: str) -> list[str]:
    """How what was shown differs from what the README tells; a line of dots stands for any lines."""
    wanted, rest = [normal(line) for line in told], [normal(line) for line in shown.splitlines()]
    if LEFT_OUT not in wanted:
        both = zip_longest(wanted, rest, fillvalue="(nothing)")
        return [f"told:  {one}\nshown: {other}" for one, other in both if one != other]
    at = 0
    for piece in _pieces(wanted):
        found = next((n for n in range(at, len(rest) + 1) if rest[n : n + len(piece)] == piece), None)
        if found is None:
            return ["\n".join(["told:", *piece, "shown:", *rest[at:]])]
        at = found + len(piece)
    return []


def _pieces(lines: list[str]) -> list[list[str]]:
    """The lines between those of dots."""
    pieces: list[list[str]] = [[]]
    for line in lines:
        if line == LEFT_OUT:
            pieces.append([])
        else:
            pieces[-1].append(line)
    return pieces


def _curl(words: list[str]) -> str:
    """`curl -u USER:TOKEN -H HEADER -d BODY URL`, of which the README shows no answer."""
    options: Mapping[str, str] = dict(zip(words[:-1:2], words[1:-1:2], strict=True))
    user, _, token = options.get("-u", "").partition(":")
    answer = requests.post(
        words[-1],
        data=options["-d"].encode(),
        headers={"Content-Type": "application/json"},
        auth=(user, token) if user else None,
        timeout=20,
    )
    answer.raise_for_status()
    return ""
