"""YAML text as plain data in which everything knows its place. Built only after the text passed the limits."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from connector.core.rulebook import Place
from connector.rulefiles.files import RuleFile
from connector.rulefiles.limits import MOST_BYTES, Unfit, check_aliases, check_text
from connector.rulefiles.offsets import offset_in_source
from connector.rulefiles.problem import Problem, shown

TAG = "tag:yaml.org,2002:"
PLAIN_TAGS = frozenset(
    f"{TAG}{name}" for name in ("str", "int", "float", "bool", "null", "map", "seq", "timestamp", "merge", "value")
)
# YAML 1.2's core schema: a project called NO is text, not false, and 1:30 is text, not 90.
INTEGER = re.compile(r"[-+]?[0-9]{1,18}")
FLOAT = re.compile(r"[-+]?(\.[0-9]{1,30}|[0-9]{1,30}(\.[0-9]{0,30})?)([eE][-+]?[0-9]{1,2})?")
CONSTANTS: Mapping[str, object] = {"": None, "~": None, "null": None, "true": True, "false": False}

Step = str | int
Path = tuple[Step, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _AfterText:
    """The spot right after some text."""

    line: int
    column: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A stretch of a value's text that a parameter was put into: where it stands now, and where in the file's text."""

    start: int
    end: int
    written: int
    written_end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """One rule file: its plain data, and where every piece of them stands.

    `spans` holds by path what parameters were put into; `moved` leads from a path to where an entry of `projects`
    overrides what stood there.
    """

    file: str
    text: str
    data: object
    root: Node
    spans: Mapping[Path, tuple[Span, ...]] = field(default_factory=dict)
    moved: Mapping[Path, tuple["Tree", Path]] = field(default_factory=dict)

    def place(self, path: Path, offset: int | None = None) -> Place:
        """Where the value at `path` begins, or the character `offset` of the text that it holds."""
        elsewhere = self._elsewhere(path)
        if elsewhere is not None:
            return elsewhere[0].place(elsewhere[1], offset)
        if offset is not None and path in self.spans:
            offset = _as_written(offset, self.spans[path])
        node = _walk(self.root, path)
        mark = node.start_mark
        if offset is None or not isinstance(node, ScalarNode):
            return Place(file=self.file, line=mark.line + 1, column=mark.column + 1)
        start = self._index(mark.line, mark.column)
        source = self.text[start : self._index(node.end_mark.line, node.end_mark.column)]
        before = source[: offset_in_source(source, node.value, offset)]
        line, column = mark.line + before.count("\n"), len(before) - before.rfind("\n") - 1
        return Place(file=self.file, line=line + 1, column=column + 1 + ("\n" not in before) * mark.column)

    def key_place(self, path: Path) -> Place:
        """Where the key that `path` ends in stands; without one, the value's place."""
        elsewhere = self._elsewhere(path)
        if elsewhere is not None:
            return elsewhere[0].key_place(elsewhere[1])
        parent = _walk(self.root, path[:-1])
        if path and isinstance(parent, MappingNode):
            key = next((key for key, _ in parent.value if key.value == path[-1]), None)
            if key is not None:
                return Place(file=self.file, line=key.start_mark.line + 1, column=key.start_mark.column + 1)
        return self.place(path)

    def _elsewhere(self, path: Path) -> tuple["Tree", Path] | None:
        """The file and path that an override of this path, or of one around it, stands at."""
        if self.moved:
            for length in range(len(path), 0, -1):
                if path[:length] in self.moved:
                    tree, start = self.moved[path[:length]]
                    return tree, (*start, *path[length:])
        return None

    def _index(self, line: int, column: int) -> int:
        start = 0
        for _ in range(line):
            start = self.text.find("\n", start) + 1
        return start + column


def _as_written(offset: int, spans: tuple[Span, ...]) -> int:
    """Where the character stands in the text before parameters were put in; one of a parameter's is its `$`."""
    shift = 0
    for span in spans:
        if offset < span.start:
            break
        if offset < span.end:
            return span.written
        shift = span.written_end - span.end
    return offset + shift


def read_tree(file: RuleFile) -> Tree | Problem:
    """The file as a tree, or the one problem that keeps it from being one."""
    text = ""
    try:
        text = _decode(file.content)
        check_text(text)
        root = yaml.compose(text, Loader=yaml.CSafeLoader)
        if root is None:
            raise Unfit(None, "the file is empty", "begin with 'language: 1', or remove the file")
        check_aliases(root)
        return Tree(file=file.name, text=text, data=_plain(root), root=root)
    except Unfit as error:
        place = Place(file=file.name, line=error.line + 1, column=error.column + 1)
        return Problem(place=place, rule="file", what=error.what, mend=error.mend)
    except yaml.YAMLError as error:
        return _from_yaml(file.name, text, error)


def _decode(content: bytes) -> str:
    if len(content) > MOST_BYTES:
        raise Unfit(None, f"the file is larger than {MOST_BYTES:,} bytes", "split it into several files")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        spot = _spot(content[: error.start].decode("utf-8", "replace"))
        raise Unfit(spot, "this is not UTF-8 text", "save it as UTF-8") from None
    return text.replace("\r\n", "\n")


def _plain(node: Node) -> object:
    if node.tag not in PLAIN_TAGS:
        raise Unfit(node.start_mark, f"the tag {node.tag.removeprefix(TAG)!r} is not known", "leave it out")
    if isinstance(node, SequenceNode):
        return [_plain(child) for child in node.value]
    if isinstance(node, MappingNode):
        return _mapping(node)
    return _scalar(node) if isinstance(node, ScalarNode) else None


def _mapping(node: MappingNode) -> dict[str, object]:
    found: dict[str, object] = {}
    for key, value in node.value:
        if not isinstance(key, ScalarNode) or key.tag not in PLAIN_TAGS:
            raise Unfit(key.start_mark, "a key is not a plain word", "keys are words")
        if key.value == "<<":
            raise Unfit(key.start_mark, "merging with << is not known", "use an alias for the whole value")
        if key.value in found:
            raise Unfit(key.start_mark, f"the key {shown(key.value)} stands here twice", "keep one of them")
        found[key.value] = _plain(value)
    return found


def _scalar(node: ScalarNode) -> object:
    text = str(node.value)
    if node.style in {"'", '"', "|", ">"}:
        return text
    if text in CONSTANTS:
        return CONSTANTS[text]
    readers: tuple[tuple[re.Pattern[str], Callable[[str], object]], ...] = ((INTEGER, int), (FLOAT, float))
    return next((read(text) for pattern, read in readers if pattern.fullmatch(text)), text)


def _walk(node: Node, path: Path) -> Node:
    """The node that `path` leads to, or the last one on the way there."""
    for step in path:
        if isinstance(node, MappingNode):
            found = next((value for key, value in node.value if key.value == step), None)
        elif isinstance(node, SequenceNode) and isinstance(step, int) and step < len(node.value):
            found = node.value[step]
        else:
            found = None
        if found is None:
            return node
        node = found
    return node


def _from_yaml(file: str, text: str, error: yaml.YAMLError) -> Problem:
    what = getattr(error, "problem", None) or getattr(error, "reason", None) or "it cannot be parsed"
    spot = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    if spot is None:
        spot = _spot(text[: getattr(error, "position", None) or 0])
    place = Place(file=file, line=spot.line + 1, column=spot.column + 1)
    return Problem(
        place=place, rule="file", what=f"this is not YAML: {what}", mend="look at brackets, quotes and indentation"
    )


def _spot(before: str) -> _AfterText:
    return _AfterText(line=before.count("\n"), column=len(before) - before.rfind("\n") - 1)
