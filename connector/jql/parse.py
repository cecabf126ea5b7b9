"""Text to tree."""

from collections.abc import Sequence
from typing import Literal, cast

from lark import Lark, Token, Transformer, UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from connector.jql.ast import (
    And,
    Call,
    Clause,
    Empty,
    Expression,
    FieldName,
    ListOf,
    Not,
    Operand,
    Operator,
    Or,
    Order,
    Predicate,
    Property,
    Query,
    Value,
    When,
)
from connector.jql.errors import JqlError, closest, shown
from connector.jql.grammar import GRAMMAR, KEYWORDS, NAMES, classify
from connector.jql.words import unescape

MAX_LENGTH = 50_000
MAX_DEPTH = 100


def parse(text: str) -> Query:
    """The tree of a query. Raises JqlError where Jira's own parser would refuse it."""
    if len(text) > MAX_LENGTH:
        raise JqlError(
            f"the query has {len(text)} characters; at most {MAX_LENGTH} are read", position=MAX_LENGTH, text=text
        )
    try:
        query = cast("Query", _PARSER.parse(text))
    except UnexpectedInput as error:
        raise _explained(error, text) from None
    if _depth(query.where) > MAX_DEPTH:
        raise JqlError(f"the query nests deeper than {MAX_DEPTH} levels; take it apart", text=text)
    return query


def _depth(root: Expression | None) -> int:
    """How many NOT, AND and OR stand inside each other; lists inside lists count as well."""
    deepest = 0
    waiting: list[tuple[Expression | Operand, int]] = [(root, 1)] if root else []
    while waiting:
        node, level = waiting.pop()
        deepest = max(deepest, level)
        waiting += [(child, level + 1) for child in _children(node)]
    return deepest


def _children(node: Expression | Operand | None) -> Sequence[Expression | Operand]:
    match node:
        case Not(part):
            return (part,)
        case And(parts) | Or(parts):
            return parts
        case ListOf(items):
            return items
        case Clause(operand=operand, predicates=predicates):
            return (*((operand,) if operand else ()), *(one.operand for one in predicates))
    return ()


class _Builder(Transformer[Token, Query]):
    """Makes the tree while the text is read."""

    def start(self, parts: list[object]) -> Query:
        where, order = parts
        return Query(cast("Expression | None", where), cast("tuple[Order, ...]", order or ()))

    def or_clause(self, parts: list[Expression | Token]) -> Or:
        return Or(tuple(part for part in parts if not isinstance(part, Token)))

    def and_clause(self, parts: list[Expression | Token]) -> And:
        return And(tuple(part for part in parts if not isinstance(part, Token)))

    def negation(self, parts: list[Expression | Token]) -> Not:
        return Not(cast("Expression", parts[1]))

    def equality(self, parts: list[object]) -> Clause:
        return _clause(cast("Operator", str(parts[1])), parts)

    def is_(self, parts: list[object]) -> Clause:
        return _clause("is", parts)

    def is_not(self, parts: list[object]) -> Clause:
        return _clause("is not", parts)

    def in_(self, parts: list[object]) -> Clause:
        return _clause("in", parts)

    def not_in(self, parts: list[object]) -> Clause:
        return _clause("not in", parts)

    def was(self, parts: list[object]) -> Clause:
        return _clause("was", parts)

    def was_not(self, parts: list[object]) -> Clause:
        return _clause("was not", parts)

    def was_in(self, parts: list[object]) -> Clause:
        return _clause("was in", parts)

    def was_not_in(self, parts: list[object]) -> Clause:
        return _clause("was not in", parts)

    def changed(self, parts: list[object]) -> Clause:
        return _clause("changed", parts)

    def past(self, parts: list[object]) -> Predicate:
        word, operand = cast("tuple[Token, Operand]", parts)
        return Predicate(cast("When", word.lower()), operand, _at(word))

    def field(self, parts: list[object]) -> FieldName:
        name, *properties = parts
        return _field(_text(cast("Token", name)), properties, cast("Token", name))

    def custom_field(self, parts: list[object]) -> FieldName:
        word, number, *properties = parts
        name = f"cf[{cast('Token', number).value.lstrip('0') or 0}]"
        return _field(name, properties, cast("Token", word))

    def property(self, parts: list[Token]) -> Property:
        return Property(_text(parts[0]), "".join(_text(part) for part in parts[1:]))

    def value(self, parts: list[Token]) -> Value:
        return Value(_text(parts[0]), _at(parts[0]))

    def empty(self, parts: list[Token]) -> Empty:
        return Empty(_at(parts[0]))

    def function(self, parts: list[Token | None]) -> Call:
        name, *arguments = parts
        return Call(_text(cast("Token", name)), tuple(_text(one) for one in arguments if one is not None), _at(name))

    def list(self, parts: list[Operand]) -> ListOf:
        return ListOf(tuple(parts), parts[0].position)

    def order_by(self, parts: Sequence[object]) -> tuple[Order, ...]:
        return tuple(part for part in parts if isinstance(part, Order))

    def sort(self, parts: Sequence[object]) -> Order:
        name, direction = parts
        written = cast('Literal["asc", "desc"]', str(direction).lower()) if direction is not None else None
        return Order(cast("FieldName", name), written)


def _field(name: str, properties: Sequence[object], written: Token) -> FieldName:
    return FieldName(name, tuple(one for one in properties if isinstance(one, Property)), _at(written))


def _clause(operator: Operator, parts: Sequence[object]) -> Clause:
    predicates = tuple(part for part in parts if isinstance(part, Predicate))
    operand = next((part for part in parts if isinstance(part, Value | Empty | Call | ListOf)), None)
    written = next(part for part in parts if isinstance(part, Token))
    return Clause(cast("FieldName", parts[0]), operator, operand, predicates, _at(written))


def _text(token: Token) -> str:
    return unescape(token.value[1:-1] if token.type == "QUOTED" else token.value)


def _at(token: Token | None) -> int:
    return (token.start_pos or 0) if token is not None else 0


def _explained(error: UnexpectedInput, text: str) -> JqlError:
    if isinstance(error, UnexpectedToken):
        return _wrong_word(error, text)
    position = error.pos_in_stream or 0  # type: ignore[redundant-expr]
    found = text[position]
    if isinstance(error, UnexpectedCharacters) and found in "\"'":
        message = f"the quote {found} is never closed, or holds a tab or a backslash that stands for nothing"
    else:
        message = f"{found!r} means nothing here; put the text that holds it between quotes"
    return JqlError(message, text=text, position=position, found=found)


def _wrong_word(error: UnexpectedToken, text: str) -> JqlError:
    token = error.token
    expected = tuple(
        dict.fromkeys(name for one in sorted(error.accepts or error.expected) for name in NAMES.get(one, (one,)))
    )
    if "a name or value" in expected:
        expected = tuple(one for one in expected if one != "a number")
    is_end = token.type == "$END"
    position = len(text) if is_end else _at(token)
    found = "the end" if is_end else str(token.value)
    message = f"found {found if is_end else repr(found)}, expected {shown(expected)}"
    if token.type == "RESERVED" or (token.type in KEYWORDS.values() and "a name or value" in expected):
        message = f'{found!r} is a reserved word; write "{found}" with quotes if you mean a name or value'
    return JqlError(
        message,
        text=text,
        position=position,
        found="" if is_end else found,
        expected=expected,
        suggestion=closest(found, (one for one in expected if one.isalpha())),
    )


_PARSER = Lark(
    GRAMMAR,
    parser="lalr",
    lexer="basic",
    lexer_callbacks={"WORD": classify},
    transformer=_Builder(),
    maybe_placeholders=True,
)
