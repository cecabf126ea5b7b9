"""What a YAML text may not be: too deep, too large, or a few lines that unfold into more than memory holds."""

from typing import Protocol

import yaml
from yaml.nodes import MappingNode, Node, SequenceNode

MOST_BYTES = 1_000_000
MOST_DEEP = 50
MOST_NODES = 50_000
MOST_ALIASES = 100
WRITE_OUT = "write the values out"


class Spot(Protocol):
    """A place in a text; line and column count from 0."""

    @property
    def line(self) -> int:
        """The line."""

    @property
    def column(self) -> int:
        """The column."""


class Unfit(Exception):
    """The text is no rule file, because of what stands at the spot; None is its beginning. Never leaves the room."""

    def __init__(self, spot: Spot | None, what: str, mend: str) -> None:
        super().__init__(what)
        self.line, self.column = (spot.line, spot.column) if spot is not None else (0, 0)
        self.what, self.mend = what, mend


def check_text(text: str) -> None:
    """Count before anything is built: the parser hands out events one by one and keeps none of them."""
    deep = nodes = aliases = documents = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        documents += isinstance(event, yaml.DocumentStartEvent)
        deep += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        nodes += isinstance(event, yaml.NodeEvent)
        aliases += isinstance(event, yaml.AliasEvent)
        if deep > MOST_DEEP:
            raise Unfit(event.start_mark, f"nested deeper than {MOST_DEEP}", "rules need far less; unfold it")
        if nodes > MOST_NODES:
            raise Unfit(event.start_mark, f"more than {MOST_NODES:,} values", "split it into several files")
        if aliases > MOST_ALIASES:
            raise Unfit(event.start_mark, f"more than {MOST_ALIASES} aliases", WRITE_OUT)
        if documents > 1:
            raise Unfit(event.start_mark, "a second document begins", "put it into a file of its own")


def check_aliases(root: Node) -> None:
    """Refuse aliases that grow or deepen the data beyond the limits once they are followed, or that never end."""
    _measure(root, {})


def _measure(node: Node, measured: dict[int, tuple[int, int]]) -> tuple[int, int]:
    """How many values the node unfolds into, and how deep.

    measured: by the node's identity; (0, 0) while it is being measured. An anchor stands before its aliases, so that
    every node is measured once and the recursion is no deeper than the text.
    """
    if id(node) in measured:
        if measured[id(node)] == (0, 0):
            raise Unfit(node.start_mark, "this value contains itself", WRITE_OUT)
        return measured[id(node)]
    measured[id(node)] = (0, 0)
    below = [_measure(child, measured) for child in _children(node)]
    size, deep = 1 + sum(size for size, _ in below), 1 + max((deep for _, deep in below), default=0)
    if size > MOST_NODES or deep > MOST_DEEP:
        raise Unfit(node.start_mark, "aliases multiply this value beyond all bounds", WRITE_OUT)
    measured[id(node)] = (size, deep)
    return size, deep


def _children(node: Node) -> list[Node]:
    if isinstance(node, MappingNode):
        return [child for pair in node.value for child in pair]
    return list(node.value) if isinstance(node, SequenceNode) else []
