"""`make bench`: what the doors, the pipeline and JQL do in a second, beside a plain Flask handler in the same run.

Machines differ and are shared: compare the ratios and the CPU time, not the numbers a second.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from connector.clock import FixedClock
from connector.core.rulebook import Rulebook
from connector.logs import set_up_logs
from connector.pipeline.batch import Pipeline
from connector.rulefiles.projects import Defaults
from connector.rulefiles.read import read_rules
from connector.siterules import SiteRules
from connector.store import inbox
from connector.store.engine import make_engine, migrate, writing
from tests import postgres
from tests.bench.jql import CATALOG, NOW, measure
from tests.bench.payloads import issue_updated
from tests.bench.servers import SECRET, cpu_s, doors, plain

ROOT = Path(__file__).parents[2]


def main() -> None:
    """Measure everything and print one table."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--events", type=int, default=4000, help="events a measurement (4000)")
    parser.add_argument("--clients", type=int, default=64, help="connections at the doors (64)")
    given = parser.parse_args()
    set_up_logs("ERROR")
    print(f"bodies of {len(issue_updated(1)):,} bytes, {given.events:,} events, {given.clients} connections\n")
    with tempfile.TemporaryDirectory(prefix="bench-") as place, ExitStack() as stack:
        databases = {"sqlite": f"sqlite:///{place}/connector.db"}
        if postgres.describe().startswith("none"):
            print("PostgreSQL: none here, so only SQLite is measured")
        else:
            server = stack.enter_context(postgres.running())
            databases["postgresql"] = stack.enter_context(postgres.database(server))
        base = _at_the_door("plain Flask handler", plain(), given.events, given.clients, None)
        for name, url in databases.items():
            engine = make_engine(url)
            migrate(engine)
            engine.dispose()
            _at_the_door(f"doors, {name}", doors(url), given.events, given.clients, base)
            _pipeline(name, url)
    measure()


def _at_the_door(name, server, events: int, clients: int, base) -> tuple[float, float]:
    """Post the events and print what came of it; gives events a second and CPU milliseconds an event."""
    with server as (port, pid):
        before = cpu_s(pid)
        command = [sys.executable, "-m", "tests.bench.load", str(port), str(events), str(clients), SECRET]
        told = json.loads(subprocess.run(command, check=True, capture_output=True, cwd=ROOT).stdout)
        used = cpu_s(pid) - before
    rate, cpu_ms = events / told["took_s"], 1000 * used / events
    ratio = f"  {rate / base[0]:.2f} × the plain handler's rate, {cpu_ms / base[1]:.1f} × its CPU" if base else ""
    print(
        f"{name:<24}{rate:>8,.0f} events/s {cpu_ms:>7.2f} ms CPU/event  p50 {told['p50_ms']:.0f} ms  "
        f"p99 {told['p99_ms']:.0f} ms  answers {told['statuses']}{ratio}"
    )
    return rate, cpu_ms


def _pipeline(name: str, url: str) -> None:
    """Carry the letters that the doors have just stored through mirror and rules."""
    engine = make_engine(url)
    with writing(engine) as conn:
        waiting = inbox.waiting(conn)
    pipeline = Pipeline(engine=engine, clock=FixedClock(NOW), rules_of=lambda _: _rules(), reader=_Nobody())
    began, cpu = time.perf_counter(), time.process_time()
    done = 0
    while letters := pipeline.take_batch().letters:
        done += letters
    took, used = time.perf_counter() - began, time.process_time() - cpu
    engine.dispose()
    assert done == waiting, f"{waiting} letters waited, {done} were carried through"
    print(f"{f'pipeline, {name}':<24}{done / took:>8,.0f} events/s {1000 * used / done:>7.2f} ms CPU/event")


class _Nobody:
    """No site to read from: the mirror keeps what the letters told."""

    def issues(self, site: str, ids: object) -> list[object]:
        return []

    def page(self, site: str, page_id: str) -> list[object]:
        return []


def _rules() -> SiteRules:
    if not _RULES:
        found = read_rules(ROOT / "rules", None, Defaults())
        assert isinstance(found, Rulebook), found
        _RULES.append(SiteRules(site="main", rulebook=found, catalog=CATALOG))
    return _RULES[0]


_RULES: list[SiteRules] = []


if __name__ == "__main__":
    main()
