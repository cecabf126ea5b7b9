"""The texts of rules: compiled, and asked for what they name before anything happens to an issue."""

from collections.abc import Callable, Iterator, Mapping

from jinja2 import Environment, TemplateSyntaxError, nodes

from connector.core.automate import issue_values
from connector.core.issue import Issue
from connector.expressions.compile import Text

Fill = Callable[[Mapping[str, object]], str]

OF_EVERY_ISSUE = frozenset(issue_values(Issue(site="", id="", key=""), {}))
# Only parses: nothing that a rule file holds is ever rendered by this environment.
PARSER = Environment(autoescape=True)


def unknown_values(text: str, words: frozenset[str]) -> Iterator[str]:
    """What the text asks of the issue that neither every issue has nor a word of `words` stands for."""
    for node in PARSER.parse(text).find_all((nodes.Getattr, nodes.Getitem)):
        name = _asked_of_issue(node)
        if name is not None and name not in OF_EVERY_ISSUE | words:
            yield name


def _asked_of_issue(node: nodes.Node) -> str | None:
    if not isinstance(node, nodes.Getattr | nodes.Getitem):
        return None
    if not isinstance(node.node, nodes.Name) or node.node.name != "issue":
        return None
    if isinstance(node, nodes.Getattr):
        return node.attr
    return node.arg.value if isinstance(node.arg, nodes.Const) and isinstance(node.arg.value, str) else None


def filler(text: Text, missing: frozenset[str]) -> Fill:
    """Fills the text. Words that the site has no field for are there, and empty."""

    def fill(values: Mapping[str, object]) -> str:
        issue = values.get("issue")
        known = issue if isinstance(issue, Mapping) else {}
        return text.render({**values, "issue": {**dict.fromkeys(missing), **known}})

    return fill if missing else text.render


def by_locale(fills: Mapping[str, Fill]) -> Fill:
    """Fills the text of the language that the values name as `locale`; in its absence English, else the first."""
    otherwise = fills["en"] if "en" in fills else next(iter(fills.values()))

    def fill(values: Mapping[str, object]) -> str:
        return fills.get(str(values.get("locale")), otherwise)(values)

    return fill


def single_expression(text: str) -> nodes.Expr | None:
    """The text's tree, when it is one expression and nothing else."""
    try:
        body = PARSER.parse("{{ " + text + " }}").body
    except (TemplateSyntaxError, RecursionError):
        return None
    output = body[0].nodes if len(body) == 1 and isinstance(body[0], nodes.Output) else []
    return output[0] if len(output) == 1 else None
