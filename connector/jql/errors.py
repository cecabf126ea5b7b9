"""What is wrong with a query, where, and what to write instead."""

from collections.abc import Iterable
from difflib import get_close_matches

from connector.core.errors import ConnectorError


class JqlError(ConnectorError):
    """A query that cannot be read or answered.

    `position` counts characters from 0, `line` and `column` from 1. `found` is the piece of the query that is wrong,
    `expected` what could stand there, `suggestion` what was probably meant.
    """

    def __init__(
        self,
        message: str,
        *,
        text: str = "",
        position: int = 0,
        found: str = "",
        expected: Iterable[str] = (),
        suggestion: str | None = None,
    ) -> None:
        self.message = message
        self.text = text
        self.position = position
        self.line = text.count("\n", 0, position) + 1
        self.column = position - (text.rfind("\n", 0, position) + 1) + 1
        self.found = found
        self.expected = tuple(expected)
        self.suggestion = suggestion
        super().__init__(str(self))

    def __str__(self) -> str:
        hint = f"; did you mean {self.suggestion}?" if self.suggestion else ""
        return f"JQL {self.line}:{self.column}: {self.message}{hint}"

    def within(self, text: str) -> "JqlError":
        """The same error, placed in the whole query `text`."""
        return JqlError(
            self.message,
            text=text,
            position=self.position,
            found=self.found,
            expected=self.expected,
            suggestion=self.suggestion,
        )


def closest(name: str, known: Iterable[str]) -> str | None:
    """The known name that `name` was probably meant to be, without regard to case."""
    by_folded = {one.casefold(): one for one in known}
    found = get_close_matches(name.casefold(), by_folded, n=1, cutoff=0.6)
    return by_folded[found[0]] if found else None


def shown(words: Iterable[str]) -> str:
    """Words as a list for people: a, b or c."""
    listed = list(words)
    if len(listed) < 2:
        return "".join(listed)
    return f"{', '.join(listed[:-1])} or {listed[-1]}"
