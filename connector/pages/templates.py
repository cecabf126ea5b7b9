"""Templates: Markdown with Jinja and regions, read and looked over before any project uses them."""

import re
import traceback
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

import jinja2
from jinja2 import nodes
from jinja2.ext import Extension
from jinja2.parser import Parser
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from connector.core.errors import ConnectorError
from connector.pages.languages import message_ids
from connector.pages.tokens import CLOSE, OPEN, Tokens

# Marks where regions and stamps begin and end; they stand in the template's own text only, never in a value.
MARK = re.compile("\ue002([<>])(region|stamp) ?([^\ue003]*)\ue003")
_FILTERS = (
    "abs batch count default first groupby last length list lower map max min reject rejectattr reverse round select "
    "selectattr sort sum unique upper"
)
_TESTS = "defined undefined none in equalto eq ne lt le gt ge even odd string number true false"
FILTERS, TESTS = frozenset(_FILTERS.split()), frozenset(_TESTS.split())

_REGION_ID = re.compile(r"[a-z][a-z0-9-]{0,39}")
# What would let a value back into the template's own text, or another file in.
_FORBIDDEN: Mapping[type[nodes.Node], str] = {
    nodes.Macro: "macro",
    nodes.CallBlock: "call",
    nodes.FilterBlock: "filter",
    nodes.AssignBlock: "set without =",
    nodes.Block: "block",
    nodes.Extends: "extends",
    nodes.Include: "include",
    nodes.Import: "import",
    nodes.FromImport: "from … import",
}


class TemplateProblem(ConnectorError):
    """A template that cannot be used, with file and line where they are known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A page template, ready to be filled. `regions` are the ids of its regions in their order."""

    name: str
    file: str
    compiled: jinja2.Template
    regions: tuple[str, ...]

    def fill(self, facts: Mapping[str, object], tokens: Tokens) -> str:
        """The template's Markdown with its marks, every value a token. Raises TemplateProblem with the line."""
        try:
            return self.compiled.render(**facts, **{_TOKENS: tokens})
        except ConnectorError:
            raise
        except Exception as error:
            raise TemplateProblem(f"{self._place(error)}: {error}; see the README of templates") from error

    def _place(self, error: Exception) -> str:
        lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == self.file]
        return f"{self.file}:{lines[-1]}" if lines else self.file


def read_templates(directory: Path) -> dict[str, Template]:
    """Every template of a folder (`<name>/page.md`) by its name. Raises TemplateProblem for the first bad one."""
    found = sorted(directory.glob("*/page.md"))
    if not found:
        raise TemplateProblem(f"{directory} holds no <name>/page.md; point the templates setting to a folder that does")
    return {path.parent.name: read_template(path.parent.name, _text_of(path), str(path)) for path in found}


def read_template(name: str, source: str, file: str) -> Template:
    """A template from its text. Raises TemplateProblem for whatever can be seen without a project."""
    if any(mark in source for mark in (OPEN, CLOSE, "\ue002", "\ue003")):
        raise TemplateProblem(f"{file}: holds one of the characters U+E000 to U+E003, which are kept for values")
    try:
        tree = _ENVIRONMENT.parse(source, name, file)
        code = _ENVIRONMENT.compile(source, name, file)
        compiled = jinja2.Template.from_code(_ENVIRONMENT, code, _ENVIRONMENT.make_globals(None))
    except jinja2.TemplateSyntaxError as error:
        raise TemplateProblem(f"{file}:{error.lineno}: {error.message}; see the README of templates") from error
    for line, problem in _problems(tree):
        raise TemplateProblem(f"{file}:{line}: {problem}")
    return Template(name=name, file=file, compiled=compiled, regions=_regions(tree, file))


def _text_of(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise TemplateProblem(f"{path} cannot be read as UTF-8 text: {error}") from error


def _problems(tree: nodes.Template) -> Iterator[tuple[int, str]]:
    for node in tree.find_all(tuple(_FORBIDDEN)):
        yield node.lineno, f"'{_FORBIDDEN[type(node)]}' is not part of the templates' language; use for, if and set"
    known = message_ids()
    for call in tree.find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name == "_" and call.args:
            message = call.args[0]
            if isinstance(message, nodes.Const) and message.value not in known:
                near = get_close_matches(str(message.value), known, 1)
                hint = f"; did you mean '{near[0]}'?" if near else '; write _(en="…", zh_CN="…") for a text of your own'
                yield call.lineno, f"no message '{message.value}' in the catalogues{hint}"


def _regions(tree: nodes.Template, file: str) -> tuple[str, ...]:
    words = "".join(data.data for data in tree.find_all(nodes.TemplateData))
    try:
        return tuple(piece.region for piece in pieces(words) if piece.region and piece.is_first)
    except ValueError as error:
        raise TemplateProblem(f"{file}: {error}") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A stretch of a filled template: outside of regions (`region` None), in one, or in a stamp of one."""

    words: str
    region: str | None = None
    is_stamp: bool = False
    is_first: bool = False


def pieces(filled: str) -> Iterator[Piece]:
    """The pieces of a filled template in order. Raises ValueError when regions are nested, doubled or badly named."""
    region: str | None = None
    is_stamp, is_first, position = False, False, 0
    seen: set[str] = set()
    for mark in MARK.finditer(filled):
        yield Piece(words=filled[position : mark.start()], region=region, is_stamp=is_stamp, is_first=is_first)
        position, is_first = mark.end(), False
        if mark[2] == "stamp":
            is_stamp = mark[1] == "<"
            if region is None:
                raise ValueError("a stamp stands outside of a region; only regions have stamps")
        elif mark[1] == ">":
            region = None
        else:
            region, is_first = _opened(mark[3], region, seen), True
    yield Piece(words=filled[position:], region=region)


def _opened(name: str, outer: str | None, seen: set[str]) -> str:
    if outer is not None:
        raise ValueError(f"region {name!r} stands inside region {outer!r}; close that first")
    if not _REGION_ID.fullmatch(name):
        raise ValueError(f"region {name!r}: a region's name is a small letter, then small letters, digits and hyphens")
    if name in seen:
        raise ValueError(f"region {name!r} comes twice; every region has a name of its own")
    seen.add(name)
    return name


class _RegionTags(Extension):
    """The tags region … endregion and stamp … endstamp."""

    tags = {"region", "stamp"}  # noqa: RUF012 (the library's own declaration)

    def parse(self, parser: Parser) -> list[nodes.Node]:
        tag = next(parser.stream)
        name = str(parser.stream.expect("string").value) if tag.value == "region" else ""
        body = parser.parse_statements((f"name:end{tag.value}",), drop_needle=True)
        start, end = f"\ue002<{tag.value} {name}\ue003", f"\ue002>{tag.value}\ue003"
        return [_words(start, tag.lineno), *body, _words(end, tag.lineno)]


def _words(words: str, line: int) -> nodes.Output:
    return nodes.Output([nodes.TemplateData(words, lineno=line)], lineno=line)


_TOKENS = "tokens_of_this_page"


@jinja2.pass_context
def _into_token(context: Context, value: object) -> str:
    """What every {{ … }} puts into the Markdown: a token. An undefined name raises as soon as it is turned to text."""
    tokens = context[_TOKENS]
    assert isinstance(tokens, Tokens), "Template.fill gives the tokens"
    return tokens.put("" if value is None else value)


def _environment() -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        autoescape=True,
        extensions=[_RegionTags],
        finalize=_into_token,
        keep_trailing_newline=True,
        lstrip_blocks=True,
        trim_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.filters = {name: environment.filters[name] for name in FILTERS}
    environment.tests = {name: environment.tests[name] for name in TESTS}
    environment.globals.clear()
    environment.globals["range"] = _few
    return environment


def _few(*bounds: int) -> range:
    """A range of at most a thousand numbers."""
    found = range(*bounds)
    if len(found) > 1000:
        raise ValueError(f"range gives {len(found)} numbers; at most 1000 are allowed")
    return found


_ENVIRONMENT = _environment()
