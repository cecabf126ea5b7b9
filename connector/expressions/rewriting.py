"""Looks through a parsed expression: refuses what is not part of the language, and puts the counters in."""

from collections.abc import Iterable
from typing import cast

from jinja2 import nodes
from jinja2.environment import Environment
from jinja2.meta import find_undeclared_variables

from connector.expressions.environment import GLOBALS
from connector.expressions.errors import ExpressionError, column_of, guess
from connector.expressions.filters import FILTERS, TESTS

MAX_DEPTH = 60

_ALLOWED = (
    *(nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Const, nodes.Tuple, nodes.List, nodes.Dict),
    *(
        nodes.Pair,
        nodes.Keyword,
        nodes.Compare,
        nodes.Operand,
        nodes.BinExpr,
        nodes.UnaryExpr,
        nodes.Filter,
        nodes.Test,
    ),
    *(nodes.Getattr, nodes.Getitem, nodes.Slice, nodes.Call, nodes.CondExpr, nodes.Concat, nodes.If, nodes.For),
    *(nodes.Assign, nodes.With),
)
_WORDS: dict[type, str] = {
    nodes.Macro: "macro",
    nodes.CallBlock: "call",
    nodes.Include: "include",
    nodes.Import: "import",
    nodes.FromImport: "import",
    nodes.Extends: "extends",
    nodes.Block: "block",
    nodes.FilterBlock: "a filter block",
    nodes.AssignBlock: "a set block",
    nodes.NSRef: "a namespace",
}
_OF_JINJA = frozenset({"self", "caller", "varargs", "kwargs"})


def checked(tree: nodes.Template, text: str, names: frozenset[str], environment: Environment) -> nodes.Template:
    """The same tree with everything counted. Raises ExpressionError at the first thing that is not allowed."""
    tree.set_environment(environment).set_lineno(1)
    for node, depth in _walk(tree):
        if depth > MAX_DEPTH:
            raise ExpressionError(f"nests deeper than {MAX_DEPTH} levels", line=node.lineno, would_do="take it apart")
        _check(node, text)
    _check_names(tree, text, names)
    for field, value in tree.iter_fields():
        setattr(tree, field, _counted(value))
    tree.set_environment(environment)
    return tree


def _walk(tree: nodes.Node) -> Iterable[tuple[nodes.Node, int]]:
    waiting = [(tree, 0)]
    while waiting:
        node, depth = waiting.pop()
        yield node, depth
        waiting += [(child, depth + 1) for child in node.iter_child_nodes()]


def _check(node: nodes.Node, text: str) -> None:
    if not isinstance(node, _ALLOWED):
        word = _WORDS.get(type(node), type(node).__name__.lower())
        raise _wrong(f"{word} is not part of this language", node, text, word)
    match node:
        case nodes.Filter(name=name) if name not in FILTERS:
            raise _wrong(f"there is no filter {name!r}", node, text, name, guess(name, FILTERS))
        case nodes.Test(name=name) if name not in TESTS:
            raise _wrong(f"there is no test {name!r}", node, text, name, guess(name, TESTS))
        case nodes.Call() if not isinstance(node.node, nodes.Name):
            raise _wrong("only functions with a plain name can be called", node, text, "", "write name(…)")
        case nodes.For(recursive=True):
            raise _wrong("loops cannot call themselves", node, text, "recursive")
        case nodes.Name(name=name) | nodes.Getattr(attr=name) | nodes.Keyword(key=name) if name.startswith("_"):
            raise _wrong(f"the name {name!r} starts with an underscore", node, text, name, "such names are not offered")


def _check_names(tree: nodes.Template, text: str, names: frozenset[str]) -> None:
    used = list(tree.find_all(nodes.Name))
    known = names | GLOBALS.keys()
    unknown = (find_undeclared_variables(tree) - known) | ({one.name for one in used} & _OF_JINJA - known)
    for one in sorted(used, key=lambda name: name.lineno):
        if one.name in unknown:
            raise _wrong(f"there is no {one.name!r} here", one, text, one.name, guess(one.name, known))
        if one.ctx != "load" and one.name in known:
            raise _wrong(f"the name {one.name!r} is taken", one, text, one.name, "choose another for your own value")


def _wrong(what: str, node: nodes.Node, text: str, word: str, would_do: str = "") -> ExpressionError:
    return ExpressionError(what, line=node.lineno, column=column_of(text, node.lineno, word), would_do=would_do)


def _counted(value: object) -> object:
    """A node, or a list of nodes, with the hidden filters around all that costs time or memory."""
    if isinstance(value, list):
        return [_counted(one) for one in value]
    if not isinstance(value, nodes.Node):
        return value
    for field, inner in value.iter_fields():
        setattr(value, field, _counted(inner))
    match value:
        case nodes.For():
            value.iter = _filter("_counted", value.iter)
        case nodes.Compare():
            value.expr = _filter("_compared", value.expr)
        case nodes.Operand():
            value.expr = _filter("_compared", value.expr)
        case nodes.Concat():
            return _filter("_joined", nodes.List(value.nodes, lineno=value.lineno))
        case nodes.Tuple(ctx="load"):
            return _filter("_made", nodes.List(value.items, lineno=value.lineno))
        case nodes.List() | nodes.Dict():
            return _filter("_made", value)
    return value


def _filter(name: str, node: nodes.Node) -> nodes.Filter:
    return nodes.Filter(cast("nodes.Expr", node), name, [], [], None, None, lineno=node.lineno)
