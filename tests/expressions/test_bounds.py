"""Attempts to get out, or to use up time and memory. Each must be refused within a moment."""

import time
import tracemalloc
from contextlib import suppress
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connector.expressions.compile import compile_expression, compile_text
from connector.expressions.errors import ExpressionError


@dataclass
class Open:
    secret: str = "s"


@dataclass(frozen=True)
class Closed:
    shown: str = "s"
    _hidden: str = "h"

    def act(self) -> str:
        return "done"


class Plain:
    secret = "s"


VALUES: dict[str, object] = {
    "issue": {"key": "OPS-7", "__class__": "x", "labels": ["a"]},
    "open": Open(),
    "closed": Closed(),
    "plain": Plain(),
    "f": lambda *values, **named: 1,
    "kind": Plain,
    "numbers": list(range(1000)),
    "long": "ab" * 30_000,
}
NAMES = frozenset(VALUES)
DOUBLING = "{% set a = [1, 2] %}" + "{% set a = [a, a] %}" * 40

OUT_OF_BOUNDS = [
    "'a' * 3000000000",
    "3000000000 * 'a'",
    "[1] * 3000000000",
    "(1, 2) * 3000000000",
    "9 ** (9 ** 9)",
    "2 ** 100000",
    "(9 ** 999) ** 9",
    "10 ** 1000 * 10 ** 1000",
    "(10 ** 1000 | string | int) ** 2 ** 20",
    "'%9999999999d' % 1",
    "'%s' % 'a'",
    "'{:>9999999999}'.format(1)",
    "'a'.join(['b'])",
    "'a'.__class__",
    "''.__class__.__mro__",
    "().__class__.__bases__[0].__subclasses__()",
    "f.__globals__",
    "f['__globals__']",
    "f.func_globals",
    "issue.__class__",
    "issue['__class__']",
    "issue['__cl' ~ 'ass__']",
    "issue | attr('__class__')",
    "issue | map(attribute='__class__') | list",
    "['a'] | map(attribute='__class__') | join",
    "['a'] | map('attr', '__class__') | list",
    "['a'] | map(attribute='__class__.__mro__') | list | first",
    "[closed] | selectattr('_hidden') | list",
    "issue.items()",
    "issue.update({'a': 1})",
    "numbers.append(1)",
    "numbers.sort",
    "open.secret",
    "closed._hidden",
    "closed.act()",
    "closed.act",
    "plain.secret",
    "kind()",
    "kind.secret",
    "issue.key.upper()",
    "range(10 ** 9)",
    "range(10 ** 30)",
    "range(10 ** 9) | list",
    "range(40000) | map('string') | map('upper') | map('lower') | map('title') | map('trim') | list",
    "lipsum(n=100)",
    "cycler(1)",
    "joiner()",
    "namespace(a=1)",
    "dict(a=1)",
    "self",
    "self._TemplateReference__context",
    "caller",
    "varargs",
    "loop",
    "_budget",
    "['x' * 60000] * 40000 | join",
    "(['x' * 60000] * 40000) | join",
    "(['x' * 60000] * 40000) | string",
    "(['x' * 60000] * 40000) | upper",
    "(['x' * 60000] * 40000) | title",
    "[[['x' * 60000] * 400] * 400]",
    "long ~ long",
    "long + long",
    "long | replace('a', 'bbbbbbbbbb')",
    "long | replace('', 'bb')",
    "long | center(9999999999)",
    "'x' | indent(9999999999)",
    "long | wordwrap(1)",
    "1 | round(999999999)",
    "1.5 | round(999999999, 'ceil')",
    "1e308 * 10 ** 400",
    "'9' * 50000 | int ** 9",
    "-" * 5000 + "1",
    "(" * 3000 + "1" + ")" * 3000,
    "[" * 3000 + "]" * 3000,
    "1" + " + 1" * 3000,
    "9" * 5000,
    "f" + "(f" * 500 + ")" * 500,
    "not " * 3000 + "1",
    "numbers | pprint",
    "numbers | tojson",
    "numbers | random",
    "numbers | groupby('x')",
    "numbers | batch(10 ** 9)",
    "numbers | slice(10 ** 9)",
    "issue | xmlattr",
    "long | urlize",
    "x" * 40_000,
]
OUT_OF_TEXTS = [
    "{% for a in range(40000) %}{% for b in range(40000) %}{% endfor %}{% endfor %}",
    "{% for a in range(300) %}{% for b in range(300) %}{% for c in range(300) %}{% endfor %}{% endfor %}{% endfor %}",
    "{% for a in range(40000) %}{{ a in numbers }}{% endfor %}",
    "{% for a in range(40000) %}{% set b = numbers | sort %}{% endfor %}",
    "{% for a in range(40000) %}{% set b = long | upper %}{% endfor %}",
    "{% for a in range(40000) %}{% if long == long ~ '' %}{% endif %}{% endfor %}",
    "{% for a in range(40000) %}{{ a }} is the number of this line{% endfor %}",
    "{{ long }}{{ long }}",
    "{% set x = 'ab' * 100 %}" + "{% set x = x ~ x %}" * 50,
    "{% set x = 'ab' * 100 %}" + "{% set x = x + x %}" * 50,
    "{% set x = 'ab' * 100 %}" + "{% set x = [x, x] | join %}" * 50,
    "{% set x = [1] %}" + "{% set x = x + x %}" * 50,
    DOUBLING + "{{ a == a }}",
    DOUBLING.replace("[a, a]", "[a[:], a[:]]"),
    DOUBLING.replace("[a, a]", "[a | list, a | list]"),
    DOUBLING.replace("[a, a]", "(a, a)"),
    DOUBLING.replace("[a, a]", "{'a': a, 'b': a}"),
    DOUBLING.replace("[a, a]", "{'a': a, 'b': a} | items | list"),
    DOUBLING.replace("[a, a]", "[a, a] | sort"),
    "{% set x = 3 %}" + "{% set x = x * x %}" * 50,
    "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "{% call f() %}{% endcall %}",
    "{% include 'x' %}",
    "{% import 'x' as y %}",
    "{% from 'x' import y %}",
    "{% extends 'x' %}",
    "{% block a %}{{ self.a() }}{% endblock %}",
    "{% filter upper %}x{% endfilter %}",
    "{% set x %}long{% endset %}",
    "{% set ns.a = 1 %}",
    "{% for a in [1] recursive %}{{ loop([1]) }}{% endfor %}",
    "{% for a in [1] %}{{ loop([1]) }}{% endfor %}",
    "{% for a in [1] %}{{ loop.cycle(1) }}{% endfor %}",
    "{% for a in [1] %}{{ loop.__init__ }}{% endfor %}",
    "{% for a in [1] %}{{ loop._iterator }}{% endfor %}",
    "{% autoescape true %}{% endautoescape %}",
    "{% do numbers.append(1) %}",
    "{% for a in numbers %}{% break %}{% endfor %}",
    "{% set f = 1 %}",
    "{% for a in [1] %}" * 25 + "{% endfor %}" * 25,
    "{% if 1 %}" * 200 + "{% endif %}" * 200,
    "{{ issue }}" + "{{ 1 }}" * 10_000,
]
A_MOMENT_S = 3.0


@pytest.mark.parametrize("text", OUT_OF_BOUNDS, ids=lambda text: text[:50])
def test_an_expression_out_of_bounds_is_refused_at_once(text: str) -> None:
    started = time.perf_counter()
    with pytest.raises(ExpressionError):
        compile_expression(text, NAMES).evaluate(VALUES)

    assert time.perf_counter() - started < A_MOMENT_S


@pytest.mark.parametrize("text", OUT_OF_TEXTS, ids=lambda text: text[:50])
def test_a_text_out_of_bounds_is_refused_at_once(text: str) -> None:
    started = time.perf_counter()
    with pytest.raises(ExpressionError):
        compile_text(text, NAMES).render(VALUES)

    assert time.perf_counter() - started < A_MOMENT_S


@pytest.mark.parametrize(
    "text",
    [
        "{% for a in range(40000) %}{% set b = long | upper %}{% endfor %}",
        DOUBLING,
        "{% set x = 'x' * 60000 %}{{ [x] * 40000 | length }}{{ [x] * 1000 | join }}",
        "{% for a in range(200) %}{% set b = range(40000) %}{% endfor %}",
    ],
    ids=lambda text: text[:50],
)
def test_a_text_out_of_bounds_takes_little_memory(text: str) -> None:
    tracemalloc.start()
    try:
        with pytest.raises(ExpressionError):
            compile_text(text, NAMES).render(VALUES)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert peak < 64_000_000


@pytest.mark.parametrize(("length", "is_taken"), [(100, True), (101, False)])
def test_the_length_of_a_rendered_text_is_a_setting(length: int, is_taken: bool) -> None:
    text = compile_text("{% for a in range(n) %}x{% endfor %}", frozenset({"n"}), max_output=100)

    if is_taken:
        assert text.render({"n": length}) == "x" * length
    else:
        with pytest.raises(ExpressionError, match="more than 100 characters"):
            text.render({"n": length})


def test_values_given_by_the_caller_are_not_changed() -> None:
    given = {"numbers": [3, 1, 2], "issue": {"a": {"b": 1}}}

    compile_text("{{ numbers | sort | join }}{% set x = numbers + [1] %}", frozenset(given)).render(given)

    assert given == {"numbers": [3, 1, 2], "issue": {"a": {"b": 1}}}


PIECES = """
issue numbers f closed long .key ._hidden .__class__ ['a'] [0] [1:] ( ) () | join upper map list sum sort round + * **
% ~ == in and if else not is defined 9 'a' 1.5 range , { } : - _budget {{ %} "
"""
pieces = st.sampled_from(PIECES.split())


@settings(max_examples=400, deadline=None)
@given(st.lists(pieces, max_size=12))
def test_no_text_ever_fails_in_another_way(parts: list[str]) -> None:
    expression = " ".join(parts)
    for text, run in ((expression, _evaluate), ("{{ " + expression + " }}", _render)):
        with suppress(ExpressionError):
            run(text)


def _evaluate(text: str) -> object:
    return compile_expression(text, NAMES).evaluate(VALUES)


def _render(text: str) -> object:
    return compile_text(text, NAMES).render(VALUES)
