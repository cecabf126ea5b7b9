"""What a hostile file may cost: measured in a process of its own that the kernel holds to limits."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CPU_S = 8.0
"""Many times what any of these takes; a cost that grows with the square of the file takes minutes."""
PEAK_MB = 200.0
Measure = Callable[[bytes], dict[str, object]]


def listed(section: str, count: int, rule: str) -> str:
    """A section with many rules; N in a rule is its number."""
    return f"language: 1\n{section}:\n" + "".join(f"- {rule.replace('N', str(number))}\n" for number in range(count))


def with_values(count: int, rest: str) -> str:
    entries = "".join(f"- {{jira: P{number}, with: {{a: {number}}}}}\n" for number in range(count))
    return f"language: 1\nparameters: {{a: 1}}\nprojects:\n{entries}{rest}"


AUTOMATION = "{id: rN, when: issue.updated, if: 'priority = aN OR priority = bN OR priority = cN', then: [{set_fields: "
HOSTILE = {
    "mappings-in-a-line": "language: 1\nphases: [" + "a," * 24_000 + "]",
    "one-id": listed("phases", 12_000, "id: p"),
    "many-figures": listed("kpis", 6_000, "{id: kN, value: figure(overdue)}"),
    "many-queries": listed("kpis", 9_000, '{id: kN, value: \'figure("overdue", where="labels = lN")\'}'),
    "many-formulas": listed("kpis", 6_000, "{id: kN, value: 'count(\"labels = lN\") + N'}"),
    "many-conflicts": listed("automations", 300, f"{AUTOMATION}{{priority: pN}}}}]}}"),
    "many-pairs": listed("automations", 300, f"{AUTOMATION}{{priority: aN}}}}]}}").replace(
        "priority: a", "priority: zz"
    ),
    "too-many-automations": listed("automations", 3_000, "{id: rN, when: x, if: labels = lN, then: [{add_label: a}]}"),
    "gates-in-a-ring": "language: 1\nphases: [{id: a}, {id: b}]\n"
    + listed(
        "gates",
        1_200,
        "{id: gN, from: a, to: b, gate_issue: x = x, decided: {GO: P}, must: [{id: m, gate: g1N}, {id: n, gate: gN1}]}",
    ).removeprefix("language: 1\n"),
    "unknown-keys": "language: 1\n" + "".join(f"phasess{number}: 1\n" for number in range(24_000)),
    "unknown-fields": listed("kpis", 9_000, '{id: kN, value: \'figure("overdue", where="fildN = 1")\'}'),
    "long-query": "language: 1\nmilestones: {select: '" + " OR ".join(f"labels = x{n}" for n in range(2_800)) + "'}",
    "long-value": "language: 1\nkpis: [{id: a, value: '" + "+".join(['count("")'] * 3_000) + "'}]",
    "deep-value": "language: 1\nkpis: [{id: a, value: '" + "(" * 5_000 + ")" * 5_000 + "'}]",
    "parameters-everywhere": f"language: 1\nparameters: {{a: {'x' * 1000}}}\n"
    f"phases: [{{id: a, title: '{'$a' * 400_000}'}}]",
    "dollars": f"language: 1\nphases: [{{id: a, title: '{'$$' * 400_000}'}}]",
    "too-many-variants": with_values(300, "kpis: []\n"),
    "many-variants": with_values(
        100, listed("kpis", 100, "{id: kN, value: 'count(\"labels = x${a}yN\")'}").removeprefix("language: 1\n")
    ),
    "many-days": listed("calendars", 9_000, "{id: cN, holidays: 2026-01-01..2026-12-31}"),
    "many-words": "language: 1\nprojects: [{jira: A, fields: {"
    + ", ".join(f"w{n}: F{n}" for n in range(20_000))
    + "}}]",
    "huge-number": "language: 1\nphases: [{id: " + "9" * 900_000 + "}]",
    "merge-keys": "language: 1\na: &a {b: c}\n" + "d:\n  <<: [" + "*a," * 90 + "]\n",
    "dates-and-tags": "language: 1\nphases: [{id: 2026-01-01}, {id: !!timestamp 2026-01-01}, {id: !!binary aGk=}]",
    "two-byte-text": "language: 1\nphases: []\n".encode("utf-16"),
    "a-null-character": b"language: 1\n\0phases: []\n",
    "bytes": bytes(range(256)) * 3_900,
    "ten-megabytes": b"x" * 10_000_000,
}


@pytest.fixture(scope="module")
def measured() -> Iterator[Measure]:
    """Reads a file in the held process."""
    command = [sys.executable, "-m", "tests.rulefiles.bounded"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdin is not None
        assert child.stdout is not None

        def read(content: bytes) -> dict[str, object]:
            assert child.stdin is not None
            assert child.stdout is not None
            child.stdin.write(f"{len(content)}\n".encode() + content)
            child.stdin.flush()
            answer = child.stdout.readline()
            assert answer, "the process ended: too much time or memory, or an error that nobody expects"
            found: dict[str, object] = json.loads(answer)
            return found

        yield read
        child.stdin.close()


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_ends_soon_and_stays_small(measured: Measure, name: str) -> None:
    text = HOSTILE[name]

    found = measured(text if isinstance(text, bytes) else text.encode())

    assert float(str(found["cpu_s"])) < CPU_S
    assert float(str(found["peak_mb"])) < PEAK_MB
    assert int(str(found["problems"])) <= 301
