"""The texts of rules: compiled, and asked for what they name before anything happens to an issue."""

from collections.abc import Callable, Iterator, Mapping

from jinja2 import Environment, TemplateSyntaxError, nodes

from connector.core.automation_rules import Fill, Prose, Values
from connector.core.issue import Issue
from connector.core.values import OF_A_PROJECT, issue_values
from connector.expressions.compile import Text
from connector.expressions.rewriting import MAX_DEPTH

_ISSUES = ("issue", "trigger")
OF_EVERY_ISSUE = frozenset(issue_values(Issue(site="", id="", key=""), {}))
# Only parses: nothing that a rule file holds is ever rendered by this environment.
PARSER = Environment(autoescape=True)


def unknown_values(text: str, words: frozenset[str]) -> Iterator[str]:
    """What the text asks of the issue that neither every issue has nor a word of `words` stands for."""
    for node in PARSER.parse(text).find_all((nodes.Getattr, nodes.Getitem)):
        name = _asked_of_issue(node)
        if name is not None and name not in OF_EVERY_ISSUE | words:
            yield name


def unknown_of_project(text: str) -> Iterator[str]:
    """What the text asks of the project that no project has."""
    for node in PARSER.parse(text).find_all(nodes.Getattr):
        if isinstance(node.node, nodes.Name) and node.node.name == "project" and node.attr not in OF_A_PROJECT:
            yield node.attr


def asked_of_issue(text: str) -> frozenset[str]:
    """Everything that the text asks of the issue; nothing where it cannot be read."""
    try:
        found = list(PARSER.parse(text).find_all((nodes.Getattr, nodes.Getitem)))
    except (TemplateSyntaxError, RecursionError):
        return frozenset()
    return frozenset(name for node in found if (name := _asked_of_issue(node)) is not None)


def _asked_of_issue(node: nodes.Node) -> str | None:
    if not isinstance(node, nodes.Getattr | nodes.Getitem):
        return None
    if not isinstance(node.node, nodes.Name) or node.node.name not in _ISSUES:
        return None
    if isinstance(node, nodes.Getattr):
        return node.attr
    return node.arg.value if isinstance(node.arg, nodes.Const) and isinstance(node.arg.value, str) else None


def with_words(text: Text, missing: frozenset[str]) -> Prose:
    """Fills the text. Words that the site has no field for are there, and empty."""

    def fill(values: Values, mark: Callable[[str], str]) -> str:
        return text.render(known(values, missing), mark)

    return fill


def known(values: Values, missing: frozenset[str]) -> Values:
    """The values, with the words that the site has no field for in each issue."""
    if not missing:
        return values
    issues = {
        name: {**dict.fromkeys(missing), **one} for name in _ISSUES if isinstance(one := values.get(name), Mapping)
    }
    return {**values, **issues}


def filler(prose: Prose) -> Fill:
    """Fills a text that is nothing but text."""
    return lambda values: prose(values, _as_it_is)


def _as_it_is(text: str) -> str:
    return text


def by_locale(fills: Mapping[str, Prose]) -> Prose:
    """Fills the text of the language that the values name as `locale`; in its absence English, else the first."""
    otherwise = fills["en"] if "en" in fills else next(iter(fills.values()))

    def fill(values: Values, mark: Callable[[str], str]) -> str:
        return fills.get(str(values.get("locale")), otherwise)(values, mark)

    return fill


def single_expression(text: str) -> nodes.Expr | None:
    """The text's tree, when it is one expression and nothing else, and no deeper than expressions may be."""
    try:
        body = PARSER.parse("{{ " + text + " }}").body
    except (TemplateSyntaxError, RecursionError):
        return None
    output = body[0].nodes if len(body) == 1 and isinstance(body[0], nodes.Output) else []
    return output[0] if len(output) == 1 and not _is_deep(output[0]) else None


def _is_deep(tree: nodes.Node) -> bool:
    waiting: list[tuple[nodes.Node, int]] = [(tree, 1)]
    while waiting:
        node, depth = waiting.pop()
        if depth > MAX_DEPTH:
            return True
        waiting += [(child, depth + 1) for child in node.iter_child_nodes()]
    return False


def calls_in(text: str) -> list[tuple[str, str]]:
    """The functions that an expression calls with one constant text, and that text; nothing where it cannot be read."""
    tree = single_expression(text)
    if tree is None:
        return []
    calls = [*([tree] if isinstance(tree, nodes.Call) else []), *tree.find_all(nodes.Call)]
    return [
        (call.node.name, call.args[0].value)
        for call in calls
        if isinstance(call.node, nodes.Name)
        and len(call.args) == 1
        and isinstance(call.args[0], nodes.Const)
        and isinstance(call.args[0].value, str)
    ]
