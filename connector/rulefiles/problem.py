"""What is wrong with a rule file, said so that its author can put it right."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

from connector.core.rulebook import Place

MOST_SHOWN = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One problem: where it stands, in which rule, what was found and what would do."""

    place: Place
    rule: str
    what: str
    mend: str

    def __str__(self) -> str:
        return f"{self.place}: {self.rule}: {self.what}; {self.mend}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problems:
    """Why a rule directory could not be read: all its problems, in the order of their places."""

    found: tuple[Problem, ...]

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.found)


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """The problems by file, line and column, each said once."""
    return tuple(sorted(set(problems), key=lambda one: (one.place.file, one.place.line, one.place.column, one.what)))


def shown(value: object) -> str:
    """A value as a message quotes it: on one line, and not longer than a message bears."""
    text = repr(value)
    return text if len(text) <= MOST_SHOWN else f"{text[: MOST_SHOWN - 1]}…"


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that was probably meant."""
    by_folded = {one.casefold(): one for one in known}
    close = difflib.get_close_matches(word.casefold()[:MOST_SHOWN], by_folded, n=1, cutoff=0.6)
    return by_folded[close[0]] if close else None


def suggest(word: str, known: Iterable[str], otherwise: str) -> str:
    """What would do instead of an unknown word: the nearest known one, or all there are when they are few."""
    names = sorted(set(known))
    near = nearest(word, names)
    if near is not None:
        return f"did you mean {near!r}?"
    return f"known here: {', '.join(names)}" if 0 < len(names) <= 20 else otherwise
