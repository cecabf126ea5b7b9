"""A piece of a rule file with its place, and the list of problems that everybody adds to."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from connector.core.rulebook import Place
from connector.rulefiles.problem import Problem
from connector.rulefiles.tree import Path, Step, Tree

NO_CHILD = object()


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One value of one file, by its path."""

    tree: Tree
    path: Path = ()

    def at(self, *steps: Step) -> "Part":
        """The part below this one."""
        return Part(tree=self.tree, path=(*self.path, *steps))

    @property
    def place(self) -> Place:
        """Where the value begins."""
        return self.tree.place(self.path)

    @property
    def rule(self) -> str:
        """What the rule around this part is called: the ids on the way here, else the top-level key."""
        names, data = [], self.tree.data
        for step in self.path:
            data = child_of(data, step)
            if isinstance(data, Mapping) and isinstance(data.get("id"), str):
                names.append(str(data["id"])[:64])
        return "/".join(names) or (str(self.path[0]) if self.path else "file")


def child_of(data: object, step: Step) -> object:
    """What stands below `data` at this step, or NO_CHILD."""
    if isinstance(data, Mapping):
        return data.get(step, NO_CHILD)
    if isinstance(data, list) and isinstance(step, int) and step < len(data):
        return data[step]
    return NO_CHILD


@dataclass(slots=True)
class Complaints:
    """All that was found wrong so far.

    `lost_ids` and `lost_words` are what rules that could not be read would have brought: nobody complains about a
    reference to them.
    """

    found: list[Problem] = field(default_factory=list)
    lost_ids: set[str] = field(default_factory=set)
    lost_words: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def add(self, part: Part, what: str, mend: str, *, offset: int | None = None) -> None:
        """Complain about a value, or about one character of its text."""
        place = part.tree.place(part.path, offset)
        self.found.append(Problem(place=place, rule=part.rule, what=what, mend=mend))

    def add_key(self, part: Part, what: str, mend: str) -> None:
        """Complain about the key that the part's path ends in."""
        self.found.append(Problem(place=part.tree.key_place(part.path), rule=part.rule, what=what, mend=mend))
