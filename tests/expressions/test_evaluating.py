from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from connector.expressions.compile import compile_expression, compile_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    value: Decimal
    note: str = "from a sensor"

    @property
    def is_high(self) -> bool:
        return self.value > 5


VALUES: Mapping[str, object] = {
    "issue": {
        "key": "OPS-7",
        "points": 3,
        "cost": Decimal("2.50"),
        "labels": ("crane", "gate"),
        "probability": {"id": "70", "value": "4"},
        "owner": {"accountId": "712:li", "displayName": "Li Wen"},
        "items": [{"n": 2, "of": {"x": "b"}}, {"n": 1, "of": {"x": "a"}}],
        "nothing": None,
    },
    "reading": Reading(value=Decimal("7.25")),
    "day": date(2026, 3, 4),
    "at": datetime(2026, 3, 4, 10, 30, tzinfo=UTC),
    "numbers": [3, 1, 2],
    "half": lambda number: number / 2,
    "count": lambda query, where=None: len(query),
}
NAMES = frozenset(VALUES)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("7 // 2 + 7 % 2 - 2 ** 3", -4),
        ("-issue.points", -3),
        ("issue.points / 2", 1.5),
        ("issue.cost * 2", Decimal("5.00")),
        ("issue.cost * 0.1", Decimal("0.250")),
        ("0.1 + issue.cost", Decimal("2.60")),
        ("issue.cost > 2.4 and issue.points < 4", True),
        ("1 < issue.points <= 3", True),
        ("not issue.nothing", True),
        ("issue.key == 'OPS-7'", True),
        ("'crane' in issue.labels", True),
        ("'x' not in issue.labels", True),
        ("issue['key']", "OPS-7"),
        ("issue.labels[0]", "crane"),
        ("issue.labels[-1]", "gate"),
        ("issue.key[:3]", "OPS"),
        ("numbers[1:]", [1, 2]),
        ("issue.key ~ ' ' ~ issue.points", "OPS-7 3"),
        ("issue.points if issue.points > 2 else 0", 3),
        ("issue.absent | default(5)", 5),
        ("issue.absent is defined", False),
        ("issue.nothing is none", True),
        ("issue.points is odd", True),
        ("reading.value", Decimal("7.25")),
        ("reading.is_high", True),
        ("day.year", 2026),
        ("at.minute", 30),
        ("(at - at).days", 0),
        ("half(issue.points)", 1.5),
        ("count('abc', where='issue.x <= 24') / count('abcd')", 0.75),
        ("range(3) | sum", 3),
        ("range(1, 7, 2) | list", [1, 3, 5]),
        ("numbers | sort", [1, 2, 3]),
        ("numbers | max - numbers | min", 2),
        ("numbers | select('gt', 1) | list | length", 2),
        ("issue.items | map(attribute='n') | sum", 3),
        ("issue.items | sum(attribute='n')", 3),
        ("issue.items | sort(attribute='of.x') | map(attribute='of.x') | join", "ab"),
        ("issue.items | selectattr('n', 'equalto', 2) | map(attribute='of.x') | first", "b"),
        ("[issue.cost, 0.5] | sum", Decimal("3.00")),
        ("[1, [2, 3]]", [1, [2, 3]]),
        ("{'a': 1}.a", 1),
        ("2.5 | round", 3.0),
        ("0.125 | round(2)", 0.13),
        ("issue.cost | round", Decimal("3")),
        ("1234 | round(-2)", 1200),
        ("1.21 | round(1, 'ceil')", 1.3),
        ("1.29 | round(1, 'floor')", 1.2),
        ("issue.probability.value | int * 2", 8),
        ("'x' | int(9)", 9),
        ("'1.5' | float", 1.5),
        ("issue.labels | join(', ')", "crane, gate"),
        ("issue.items | join('/', attribute='n')", "2/1"),
        ("'a-b-c' | replace('-', '+', 1)", "a+b-c"),
        ("'  x ' | trim | upper", "X"),
        ("'two words' | title", "Two Words"),
        ("[3, 3, 1] | unique | list", [3, 1]),
        ("12 | string ~ 'h'", "12h"),
        ("true and 1", 1),
    ],
)
def test_an_expression_comes_to_its_value(text: str, expected: object) -> None:
    found = compile_expression(text, NAMES).evaluate(VALUES)

    assert (found, type(expected) in type(found).__mro__) == (expected, True)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{{ issue.key }} is late", "OPS-7 is late"),
        ("{{ issue.cost }}|{{ issue.nothing }}|{{ issue.probability }}|{{ issue.owner }}", "2.50||4|Li Wen"),
        ("{% if issue.points > 2 %}much{% elif issue.points %}some{% else %}none{% endif %}", "much"),
        (
            "{% for one in issue.labels %}{{ loop.index }}/{{ loop.length }} {{ one }};{% endfor %}",
            "1/2 crane;2/2 gate;",
        ),
        ("{% for one in [] %}x{% else %}empty{% endfor %}", "empty"),
        ("{% for one in numbers if one > 1 %}{{ one }}{% endfor %}", "32"),
        ("{% for name, value in {'a': 1} | items %}{{ name }}={{ value }}{% endfor %}", "a=1"),
        ("{% set twice = issue.points * 2 %}{{ twice }}", "6"),
        ("{% with part = issue.points / 2 %}{{ part }}{% endwith %}", "1.5"),
        ("{{ 'yes' if issue.nothing }}", ""),
        ("{{ day }} {{ at }}", "2026-03-04 2026-03-04 10:30:00+00:00"),
        ("{{ true }}", "True"),
        ("{# a remark #}kept\n", "kept\n"),
        ("{% raw %}{{ not read }}{% endraw %}", "{{ not read }}"),
        ("", ""),
        ("<b>{{ '<i>' }}</b>", "<b><i></b>"),
        ("任务 {{ issue.key }} 已延期", "任务 OPS-7 已延期"),
    ],
)
def test_a_text_is_filled_in(text: str, expected: str) -> None:
    assert compile_text(text, NAMES).render(VALUES) == expected


def test_what_a_value_says_is_never_read_as_a_template() -> None:
    hostile = {"issue": {"summary": "{{ 7 * 7 }}{% for x in range(9) %}x{% endfor %}"}}

    found = compile_text("{{ issue.summary }}", frozenset({"issue"})).render(hostile)

    assert found == "{{ 7 * 7 }}{% for x in range(9) %}x{% endfor %}"


def test_the_same_text_is_compiled_once() -> None:
    assert compile_text("{{ issue.key }}", NAMES) is compile_text("{{ issue.key }}", NAMES)
    assert compile_expression("1 + 1", NAMES) is compile_expression("1 + 1", NAMES)


def test_evaluations_do_not_share_their_budget() -> None:
    loop = compile_text("{% for one in range(40000) %}{% endfor %}done", frozenset())

    assert [loop.render({}) for _ in range(5)] == ["done"] * 5
