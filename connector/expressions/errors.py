"""What is wrong with an expression, where, and what would do."""

import re
from collections.abc import Iterable
from difflib import get_close_matches

from connector.core.errors import ConnectorError


class ExpressionError(ConnectorError):
    """An expression or text that cannot be compiled or evaluated.

    `line` and `column` count from 1; `column` is 1 where only the line is known. `what` is wrong, `would_do` helps.
    """

    def __init__(self, what: str, *, line: int = 1, column: int = 1, would_do: str = "") -> None:
        self.what = what
        self.line = line
        self.column = column
        self.would_do = would_do
        super().__init__(str(self))

    def __str__(self) -> str:
        return f"{self.line}:{self.column}: {self.what}" + (f"; {self.would_do}" if self.would_do else "")


class LimitReached(ArithmeticError):
    """Raised while an expression runs, where the line is not known yet; it becomes an ExpressionError."""

    def __init__(self, what: str, would_do: str = "") -> None:
        super().__init__(what)
        self.would_do = would_do


def column_of(text: str, line: int, word: str) -> int:
    """Where a word stands in a line, or 1 when it is not found there."""
    lines = text.split("\n")
    if not word or not 0 < line <= len(lines):
        return 1
    found = re.search(rf"(?<!\w){re.escape(word)}(?!\w)", lines[line - 1])
    return found.start() + 1 if found else 1


def guess(name: str, known: Iterable[str]) -> str:
    """A hint for an unknown name: the nearest known one, or the whole list."""
    names = sorted(known)
    near = get_close_matches(name, names, n=1, cutoff=0.6)
    if near:
        return f"did you mean {near[0]}?"
    return f"there are {', '.join(names)}" if names else "no names are offered here"
