import pytest

from connector.core.errors import ConnectorError
from connector.expressions.compile import compile_expression, compile_text
from connector.expressions.errors import ExpressionError

VALUES: dict[str, object] = {"issue": {"key": "OPS-7", "points": 3}, "figure": lambda name: {"cpi": 1}[name]}
NAMES = frozenset(VALUES)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("isue.key", "1:1: there is no 'isue' here; did you mean issue?"),
        ("1 + nothing", "1:5: there is no 'nothing' here; there are figure, issue, range"),
        ("issue.kye", "1:7: there is no 'kye' here; give it a default: … | default(0)"),
        ("issue.key | uper", "1:13: there is no filter 'uper'; did you mean upper?"),
        ("issue.key is strin", "1:14: there is no test 'strin'; did you mean string?"),
        ("issue.points / 0", "1:1: divides by zero; ask first: a / b if b else 0"),
        ("1 if issue.points > 5", "1:1: comes to nothing; say what it is otherwise: … if … else …"),
        ("1 2", "1:1: unexpected 2"),
        ("1 +", "1:1: unexpected 'end of template'"),
        ("issue.key + 1", '1:1: can only concatenate str (not "int") to str'),
        ("figure('spi')", "1:9: 'spi'"),
        ("issue.points()", "1:1: only functions with a plain name can be called; write name(…)"),
        ("issue()", "1:1: calls a dict, which is no function"),
        ("9.key and issue", "1:1: a int has no 'key' here"),
        ("issue._key", "1:7: the name '_key' starts with an underscore; such names are not offered"),
        ("['a'] | sum", "1:1: adds up str values; add numbers only"),
        (
            "1 | round(99)",
            "1:1: rounds in a way that is not known; write round(2), round(2, 'floor') or round(2, 'ceil')",
        ),
        ("(-8) ** 0.5", "1:1: makes a number that is not real"),
        ("10.0 ** 400", "1:1: makes a number that is too large"),
        ("'%d' % 1", "1:1: formats a text with %; join texts with ~, and write numbers with round"),
    ],
)
def test_an_error_in_an_expression_says_where_and_what_would_do(text: str, message: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        compile_expression(text, NAMES).evaluate(VALUES)

    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("one\ntwo {{ isue }}", "2:8: there is no 'isue' here; did you mean issue?"),
        ("one\n\n{{ issue.key }} {{ issue.kye }}", "3:26: there is no 'kye' here; give it a default: … | default(0)"),
        ("{{ [1] }}", "1:1: writes a list; say how: {{ … | join(', ') }}"),
        ("{{ {'a': 1} }}", "1:1: writes a whole BuiltMapping; write one of its values"),
        ("{{ figure }}", "1:1: writes a whole function; write one of its values"),
        ("{% include 'x' %}", "1:4: include is not part of this language"),
        ("{% for x in [1] recursive %}{% endfor %}", "1:17: loops cannot call themselves"),
        ("{% set issue = 1 %}", "1:8: the name 'issue' is taken; choose another for your own value"),
        ("{% for issue in [1] %}{% endfor %}", "1:8: the name 'issue' is taken; choose another for your own value"),
        ("{% set _x = 1 %}", "1:8: the name '_x' starts with an underscore; such names are not offered"),
        ("\n{% if %}", "2:1: Expected an expression, got 'end of statement block'"),
        ("{% nonsense %}", "1:4: Encountered unknown tag 'nonsense'"),
        ("{% for x in 5 %}{% endfor %}", "1:1: 'int' object is not iterable"),
    ],
)
def test_an_error_in_a_text_says_where_and_what_would_do(text: str, message: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        compile_text(text, NAMES).render(VALUES)

    assert str(caught.value) == message


def test_an_error_can_be_mended_by_people() -> None:
    with pytest.raises(ConnectorError) as caught:
        compile_text("a\nb {{ isue }}", NAMES)

    assert isinstance(caught.value, ExpressionError)
    assert (caught.value.line, caught.value.column, caught.value.what, caught.value.would_do) == (
        2,
        6,
        "there is no 'isue' here",
        "did you mean issue?",
    )


def test_a_name_that_was_promised_and_not_given_is_an_error_too() -> None:
    with pytest.raises(ExpressionError, match="'issue' is undefined"):
        compile_expression("issue.key", NAMES).evaluate({})
