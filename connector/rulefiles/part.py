"""A piece of a rule file with its place, and the list of problems that everybody adds to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from connector.core.rulebook import Place
from connector.rulefiles.problem import Problem
from connector.rulefiles.tree import Path, Step, Tree

NO_CHILD = object()
MOST_PROBLEMS = 300


class Enough(Exception):
    """So much is wrong that looking further would help nobody. Never leaves the room; carries what was found."""

    def __init__(self, found: Sequence[Problem]) -> None:
        super().__init__(f"{len(found)} problems")
        self.found = tuple(found)


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
    def data(self) -> object:
        """The value itself, or NO_CHILD."""
        found = self.tree.data
        for step in self.path:
            found = child_of(found, step)
        return found

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
    """All that was found wrong so far. Raises Enough when that is too much.

    `lost_ids` and `lost_words` are what rules that could not be read would have brought: nobody complains about a
    reference to them.
    """

    found: list[Problem] = field(default_factory=list)
    lost_ids: set[str] = field(default_factory=set)
    lost_words: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def add(self, part: Part, what: str, mend: str, *, offset: int | None = None) -> None:
        """Complain about a value, or about one character of its text."""
        place = part.tree.place(part.path, offset)
        self._add(Problem(place=place, rule=part.rule, what=what, mend=mend))

    def add_key(self, part: Part, what: str, mend: str) -> None:
        """Complain about the key that the part's path ends in."""
        self._add(Problem(place=part.tree.key_place(part.path), rule=part.rule, what=what, mend=mend))

    def _add(self, problem: Problem) -> None:
        self.found.append(problem)
        if len(self.found) >= MOST_PROBLEMS:
            what = f"there are {MOST_PROBLEMS} problems and more"
            raise Enough((*self.found, replace(problem, rule="file", what=what, mend="mend these first")))
