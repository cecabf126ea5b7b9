import time
import tracemalloc
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from connector.core.issue import Issue
from connector.core.rulebook import SelectorScope
from connector.rulefiles.limits import MOST_ALIASES, MOST_BYTES, MOST_NODES
from tests.rulefiles.reading import problems, read, rulebook

BOMB = "language: 1\na: &a [x,x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{name}: &{name} [{','.join([f'*{below}'] * 10)}]\n" for below, name in zip("abcdef", "bcdefg", strict=True)
)
HYDRA = f"language: 1\na: &a {'[' * 30}x{']' * 30}\nb: {'[' * 20}*a{']' * 20}\n"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param(
            b"\x89PNG\r\n\x1a\n\x00\x00", "1.yaml:1:1: file: this is not UTF-8 text; save it as UTF-8", id="binary"
        ),
        pytest.param(
            "language: 1\nphases: [{id: a, title: \x07}]",
            "1.yaml:2:25: file: this is not YAML: control characters are not allowed; "
            "look at brackets, quotes and indentation",
            id="control-character",
        ),
        pytest.param(
            b"language: 1\n# " + b"x" * 10_000_000,
            "1.yaml:1:1: file: the file is larger than 1,000,000 bytes; split it into several files",
            id="ten-megabytes",
        ),
        pytest.param(
            "[" * 900_000,
            "1.yaml:1:51: file: nested deeper than 50; rules need far less; unfold it",
            id="deep-brackets",
        ),
        pytest.param(
            "a: " + "{a: " * 60 + "}" * 60,
            "1.yaml:1:200: file: nested deeper than 50; rules need far less; unfold it",
            id="deep-mappings",
        ),
        pytest.param(
            "language: 1\nphases: [" + "a," * 400_000 + "]",
            f"1.yaml:2:{10 + 2 * (MOST_NODES - 5)}: file: more than 50,000 values; split it into several files",
            id="many-values",
        ),
        pytest.param(
            "language: 1\na: &a x\nb: [" + "*a," * (MOST_ALIASES + 1) + "]",
            "1.yaml:3:305: file: more than 100 aliases; write the values out",
            id="many-aliases",
        ),
        pytest.param(
            BOMB,
            "1.yaml:6:4: file: aliases multiply this value beyond all bounds; write the values out",
            id="alias-bomb",
        ),
        pytest.param(
            HYDRA,
            "1.yaml:3:4: file: aliases multiply this value beyond all bounds; write the values out",
            id="deep-through-aliases",
        ),
        pytest.param(
            "language: 1\nphases: &a [*a]",
            "1.yaml:2:9: file: this value contains itself; write the values out",
            id="endless",
        ),
        pytest.param(
            "language: 1\nphases: !!python/object:os.system {}",
            "1.yaml:2:9: file: the tag 'python/object:os.system' is not known; leave it out",
            id="tag",
        ),
        pytest.param(
            "language: 1\nphases: []\n'phases': []",
            "1.yaml:3:1: file: the key 'phases' stands here twice; keep one of them",
            id="key-twice",
        ),
        pytest.param(
            "language: 1\n? [a]\n: b", "1.yaml:2:3: file: a key is not a plain word; keys are words", id="key-is-a-list"
        ),
        pytest.param(
            "language: 1\na: &a {}\nb:\n  <<: *a",
            "1.yaml:4:3: file: merging with << is not known; use an alias for the whole value",
            id="merge",
        ),
        pytest.param(
            "language: 1\n---\nlanguage: 1",
            "1.yaml:2:1: file: a second document begins; put it into a file of its own",
            id="second-document",
        ),
        pytest.param(
            "# only a comment\n",
            "1.yaml:1:1: file: the file is empty; begin with 'language: 1', or remove the file",
            id="empty",
        ),
        pytest.param(
            "language: 1\nphases: [a",
            "1.yaml:3:1: file: this is not YAML: did not find expected ',' or ']'; "
            "look at brackets, quotes and indentation",
            id="broken",
        ),
        pytest.param(
            "just words", "1.yaml:1:1: file: 'just words' stands where a mapping is expected; write a mapping"
        ),
    ],
)
def test_what_is_no_rule_file_is_refused_with_its_place(content: str | bytes, expected: str) -> None:
    assert problems(content)[0] == expected


@pytest.mark.parametrize("content", [BOMB, HYDRA, "[" * 900_000, "- " * 400_000, "a: " * 300_000, "? " * 400_000])
def test_a_hostile_file_costs_neither_time_nor_memory(content: str) -> None:
    tracemalloc.start()
    started = time.monotonic()

    read(content)

    took_s, (_, peak) = time.monotonic() - started, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert took_s < 5
    assert peak < 100 * MOST_BYTES


def test_one_unreadable_file_brings_no_complaints_about_what_it_would_have_held() -> None:
    found = problems(
        "language: 1\nphases: [", "language: 1\npages: [{id: a, template: status, title: A, after_gate: b}]"
    )

    assert [line.partition(" ")[0] for line in found] == ["1.yaml:3:1:"]


def test_words_that_other_readers_take_for_values_stay_words() -> None:
    rules = rulebook("language: 1\nprojects: [{jira: [NO, ON, Y]}]\nphases: [{id: yes}, {id: off}]")

    assert rules.phases == ("yes", "off")
    assert [rules.project_for(key) is not None for key in ("NO", "ON", "Y")] == [True, True, True]


def test_a_byte_order_mark_and_windows_line_ends_do_not_move_places() -> None:
    found = problems("\ufefflanguage: 1\r\nphases:\r\n  - id: a\r\n    titel: A\r\n")

    assert found == ["1.yaml:4:5: a: unknown key 'titel'; did you mean 'title'?"]


def test_a_query_of_very_many_clauses_is_read_and_answered() -> None:
    clauses = " OR ".join(f"labels = x{number}" for number in range(2_800))

    rules = rulebook(f"language: 1\nmilestones: {{select: '{clauses}'}}")

    assert rules.milestones is not None
    scope = SelectorScope(now=datetime(2026, 3, 16, tzinfo=UTC), timezone=ZoneInfo("UTC"))
    issues = [Issue(site="main", id="1", key="A-1", fields={"labels": [label]}) for label in ("x2799", "y")]
    assert [rules.milestones.select.matches(issue, scope) for issue in issues] == [True, False]
