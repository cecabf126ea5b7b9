"""`python -m tests.chaos`: people edit, processes are killed, and in the end nothing is lost and nothing there twice.

Each database has a quiet run and runs in which processes are killed, one of them with wake-ups switched off; all with
the same edits, so that all must end alike.
"""

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from connector.store.engine import make_engine, migrate
from tests import postgres
from tests.chaos.house import Ports, running
from tests.chaos.judging import Seen, differences, look, look_at_record
from tests.chaos.killing import Killer
from tests.chaos.people import People
from tests.chaos.story import Story

SHORT = 200
LOSES_REPLIES = 0.04
"""How often the reply to a write of the connector is lost, in runs that are not quiet."""
DATABASES = ("sqlite", "postgresql")
KINDS = ("quiet", "killed", "killed, no wake-ups")


@dataclass(slots=True)
class Told:
    """One run as the table tells it."""

    database: str
    kind: str
    seconds: float = 0
    edits: int = 0
    killed: dict[str, int] = field(default_factory=dict)
    seen: Seen = field(default_factory=Seen)


def main() -> int:
    """Run what was asked for and print what was found; 1 when anything did not hold."""
    asked = _arguments()
    place = Path(tempfile.mkdtemp(prefix="connector-chaos-"))
    with ExitStack() as stack:
        server = stack.enter_context(postgres.running()) if asked.database != "sqlite" else None
        if asked.database != "sqlite" and server is None:
            print(postgres.NONE_FOUND)
            return 1
        chosen = DATABASES if asked.database == "both" else (asked.database,)
        problems = [problem for one in chosen for problem in _on(one, server, place, asked)]
    if problems:
        print(f"{len(problems)} things did not hold; logs and records are in {place}")
        return 1
    shutil.rmtree(place)
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--events", type=int, default=2_000, help="how many edits people make in each run")
    parser.add_argument("--database", choices=(*DATABASES, "both"), default="both")
    parser.add_argument("--seed", type=int, default=20260302, help="what chance comes from")
    parser.add_argument("--short", action="store_true", help=f"{SHORT} edits, one run with kills for each database")
    asked = parser.parse_args()
    asked.events = SHORT if asked.short else asked.events
    return asked


def _on(database: str, server: str | None, place: Path, asked: argparse.Namespace) -> list[str]:
    """All runs on one database, told as a table. Gives the problems."""
    ports = Ports()
    kinds = KINDS if not asked.short else (KINDS[0], KINDS[1] if database == "sqlite" else KINDS[2])
    told: list[Told] = []
    for kind in kinds:
        told.append(_run(database, kind, server, place / f"{database} {kind}", ports, asked))
        print(_line(told[-1]), flush=True)
    for one in told[1:]:
        apart = list(differences(told[0].seen.state, one.seen.state))
        one.seen.problems += [f"differs from the quiet run: {each}" for each in apart]
    _table(told)
    problems = [f"{one.kind}: {problem}" for one in told for problem in one.seen.problems]
    for problem in problems[:40]:
        print(f"  PROBLEM {problem}")
    print(f"chaos on {database}: {'did NOT hold' if problems else 'held'}", flush=True)
    return problems


def _run(database: str, kind: str, server: str | None, place: Path, ports: Ports, asked: argparse.Namespace) -> Told:
    told, began = Told(database, kind), time.monotonic()
    place.mkdir(parents=True)
    with _fresh(database, server, place) as url:
        is_quiet, has_wake_ups = kind == "quiet", "no wake-ups" not in kind
        with running(
            place, ports, url, has_wake_ups=has_wake_ups, loses_replies=0 if is_quiet else LOSES_REPLIES
        ) as run:
            people = People(run.sandbox_url, asked.seed)
            killer = None if is_quiet else Killer(run, asked.seed, every=max(18, asked.events // 60))
            Story(run, people, asked.events, killer).tell()
            told.seen = look(run, people)
            told.edits = people.edits
            if killer is not None:
                told.killed = dict(killer.killed)
                told.seen.counts["replies lost"] = killer.replies_lost
                told.seen.check(not killer.missing(), f"nobody was killed at {', '.join(killer.missing())}")
        look_at_record(run, told.seen)
        run.house.engine.dispose()
    told.seconds = time.monotonic() - began
    return told


@contextmanager
def _fresh(database: str, server: str | None, place: Path) -> Iterator[str]:
    """The URL of a database with its tables."""
    with ExitStack() as stack:
        if database == "sqlite":
            url = f"sqlite:///{place / 'connector.db'}"
        else:
            assert server is not None
            url = stack.enter_context(postgres.database(server))
        engine = make_engine(url)
        migrate(engine)
        engine.dispose()
        yield url


def _line(one: Told) -> str:
    kills = sum(one.killed.values())
    return f"{one.database}, {one.kind}: {one.edits} edits, {kills} kills, {one.seconds:.0f} s"


def _table(told: list[Told]) -> None:
    """Counts of every run, side by side."""
    rows: dict[str, list[object]] = {"edits": [one.edits for one in told]}
    for name in dict.fromkeys(name for one in told for name in one.killed):
        rows[f"killed: {name}"] = [one.killed.get(name, 0) for one in told]
    for name in dict.fromkeys(name for one in told for name in one.seen.counts):
        rows[name] = [one.seen.counts.get(name, 0) for one in told]
    rows["seconds"] = [round(one.seconds) for one in told]
    width = max(len(name) for name in rows) + 2
    print(f"\n{told[0].database:<{width}}" + "".join(f"{one.kind:>22}" for one in told))
    for name, values in rows.items():
        print(f"{name:<{width}}" + "".join(f"{value!s:>22}" for value in values))
    print()


if __name__ == "__main__":
    sys.exit(main())
