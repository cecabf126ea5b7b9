"""Texts compiled to callables with limits: one value from an expression, or a text with {{ places }} filled in."""

import sys
from collections.abc import Callable, Mapping
from functools import lru_cache
from types import TracebackType
from typing import NoReturn

from jinja2 import Template, TemplateError, TemplateSyntaxError, Undefined, UndefinedError, nodes
from jinja2.parser import Parser

from connector.expressions.budget import DEFAULT, Budget, Limits, with_output
from connector.expressions.environment import MARK, BoundedEnvironment
from connector.expressions.errors import ExpressionError, LimitReached, column_of
from connector.expressions.filters import BUDGET
from connector.expressions.rewriting import checked

MAX_LENGTH = 32_768
_RESULT = "result_of_expression"
_ENVIRONMENT = BoundedEnvironment()


class Expression:
    """A compiled expression."""

    __slots__ = ("_limits", "_template", "text")

    def __init__(self, text: str, template: Template, limits: Limits) -> None:
        self.text = text
        self._template = template
        self._limits = limits

    def evaluate(self, values: Mapping[str, object]) -> object:
        """What the expression comes to with these values for its names. Raises ExpressionError."""
        context = self._template.new_context({**values, BUDGET: Budget(self._limits)})
        try:
            for _ in self._template.root_render_func(context):
                pass
            return _defined(context.vars[_RESULT])
        except _EXPECTED as error:
            _explain(error, self._template, self.text)


def _defined(result: object) -> object:
    """The same value, unless it is a missing one, or a list that holds one."""
    for one in (result, *(result if isinstance(result, list) else ())):
        if isinstance(one, Undefined):
            str(one)
            raise LimitReached("comes to nothing", "say what it is otherwise: … if … else …")
    return result


class Text:
    """A compiled text."""

    __slots__ = ("_limits", "_template", "text")

    def __init__(self, text: str, template: Template, limits: Limits) -> None:
        self.text = text
        self._template = template
        self._limits = limits

    def render(self, values: Mapping[str, object], mark: Callable[[str], str] | None = None) -> str:
        """The text with these values for its names. Raises ExpressionError.

        mark: what stands in the text for each value, so that a value is told from the text around it.
        """
        context = self._template.new_context({**values, BUDGET: Budget(self._limits), MARK: mark})
        pieces: list[str] = []
        length = 0
        try:
            for piece in self._template.root_render_func(context):
                length += len(piece)
                if length > self._limits.output:
                    raise LimitReached(f"writes more than {self._limits.output} characters", "write less")
                pieces.append(piece)
        except _EXPECTED as error:
            _explain(error, self._template, self.text)
        return "".join(pieces)


_EXPECTED = (TemplateError, ArithmeticError, TypeError, ValueError, LookupError, RecursionError, AttributeError)


@lru_cache(maxsize=4096)
def compile_expression(text: str, names: frozenset[str]) -> Expression:
    """An expression over these names, such as `issue.points * 2`. Raises ExpressionError."""
    return Expression(text, _compiled(text, names, _expression_tree), DEFAULT)


@lru_cache(maxsize=4096)
def compile_text(text: str, names: frozenset[str], max_output: int = DEFAULT.output) -> Text:
    """A text with {{ places }}, {% if %} and {% for %} over these names. Raises ExpressionError.

    `max_output`: the most characters that it may come to.
    """
    return Text(text, _compiled(text, names, _text_tree), with_output(max_output))


def _compiled(text: str, names: frozenset[str], parse: Callable[[str], nodes.Template]) -> Template:
    if len(text) > MAX_LENGTH:
        raise ExpressionError(f"has {len(text)} characters; at most {MAX_LENGTH} are read")
    try:
        tree = checked(parse(text), text, names, _ENVIRONMENT)
        return _ENVIRONMENT.from_string(tree)
    except TemplateSyntaxError as error:
        raise _syntax(error, text) from None
    except (TemplateError, LimitReached) as error:
        # Jinja looks into constants while compiling: 9.key fails before anything is evaluated.
        raise ExpressionError(str(error)) from error
    except (RecursionError, MemoryError, SyntaxError, OverflowError, ValueError) as error:
        raise ExpressionError("is too deep or too long to compile", would_do="take it apart") from error


def _expression_tree(text: str) -> nodes.Template:
    parser = Parser(_ENVIRONMENT, text, state="variable")
    found = parser.parse_expression()
    if not parser.stream.eos:
        raise TemplateSyntaxError(f"unexpected {parser.stream.current.value!r}", parser.stream.current.lineno)
    return nodes.Template([nodes.Assign(nodes.Name(_RESULT, "store", lineno=1), found, lineno=1)], lineno=1)


def _text_tree(text: str) -> nodes.Template:
    return _ENVIRONMENT.parse(text)


def _syntax(error: TemplateSyntaxError, text: str) -> ExpressionError:
    message = error.message or "cannot be read"
    quoted = message.split("'")
    column = next((found for word in reversed(quoted[1::2]) if (found := column_of(text, error.lineno, word)) > 1), 1)
    return ExpressionError(message.rstrip("."), line=error.lineno, column=column)


def _explain(error: BaseException, template: Template, text: str) -> NoReturn:
    line = _line_of(sys.exc_info()[2], template)
    would_do = error.would_do if isinstance(error, LimitReached) else ""
    what = str(error)
    if isinstance(error, UndefinedError):
        would_do = "give it a default: … | default(0)"
    elif isinstance(error, ZeroDivisionError):
        what, would_do = "divides by zero", "ask first: a / b if b else 0"
    elif isinstance(error, ArithmeticError) and not isinstance(error, LimitReached):
        what = "makes a number that is too large"
    words = what.split("'")[1::2]
    column = next((found for word in words if (found := column_of(text, line, word)) > 1), 1)
    raise ExpressionError(what, line=line, column=column, would_do=would_do) from error


def _line_of(trace: TracebackType | None, template: Template) -> int:
    """The line of the text that was being worked on, from the compiled code's own lines."""
    line = 1
    while trace is not None:
        if trace.tb_frame.f_globals.get("__jinja_template__") is template:
            line = template.get_corresponding_lineno(trace.tb_lineno)
        trace = trace.tb_next
    return line
