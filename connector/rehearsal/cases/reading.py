"""Files of rule tests into cases, or every problem with its place."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from connector.rehearsal.cases.shape import CaseShape, FileShape
from connector.rulefiles.files import RuleFile, rule_files
from connector.rulefiles.part import NO_CHILD, Complaints, Part, child_of
from connector.rulefiles.problem import Problem, Problems, in_order, shown, suggest
from connector.rulefiles.tree import Tree, read_tree

FOLDER = "tests"
_WANTED = {
    "string_type": "text",
    "int_type": "a whole number",
    "bool_type": "true or false",
    "list_type": "a list",
    "dict_type": "a mapping",
    "model_type": "a mapping",
}
_STEPS: tuple[str, ...] = (
    *("created", "updated", "deleted", "commented", "worked", "linked"),
    *("page_created", "page_updated", "page_labelled", "page_commented", "day", "week", "schedule", "rollup"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One case with its place. `project` is its own, else its file's; `statuses` holds categories by name."""

    part: Part
    shape: CaseShape
    project: str | None
    statuses: Mapping[str, str]

    @property
    def name(self) -> str:
        """What the case shows."""
        return self.shape.name

    @property
    def place(self) -> str:
        """Where it stands: file, line and column."""
        return str(self.part.place)


def read_cases(rules: Path) -> list[Case] | Problems:
    """Every case of the rule directory's folder `tests`, in the order of the files."""
    files, problems = rule_files(rules / FOLDER)
    complaints = Complaints([_explained(one, rules) for one in problems])
    cases = [case for file in files for case in cases_in(_placed(file, rules), complaints)]
    return Problems(found=in_order(complaints.found)) if complaints.found else cases


def _placed(file: RuleFile, rules: Path) -> RuleFile:
    return RuleFile(name=f"{rules}/{file.name}", content=file.content)


def _explained(problem: Problem, rules: Path) -> Problem:
    mend = f"put rule tests as *.yaml into {rules / FOLDER}"
    return Problem(place=problem.place, rule="tests", what=problem.what, mend=mend)


def cases_in(file: RuleFile, complaints: Complaints) -> list[Case]:
    """The cases of one file; what is wrong with it is complained about, and then there are none."""
    tree = read_tree(file)
    if isinstance(tree, Problem):
        complaints.found.append(tree)
        return []
    root = Part(tree=tree)
    try:
        shape = FileShape.model_validate(tree.data)
    except ValidationError as error:
        for details in error.errors(include_url=False):
            _complain(details, root, complaints)
        return []
    return [_case(root.at("cases", index), one, shape, complaints) for index, one in enumerate(shape.cases)]


def _case(part: Part, shape: CaseShape, file: FileShape, complaints: Complaints) -> Case:
    steps = [(part.at("before", n), step) for n, step in enumerate(shape.before)]
    for at, step in [*steps, (part.at("when"), shape.when)]:
        given = [one for one in _STEPS if getattr(step, one) is not None]
        if len(given) != 1:
            what = f"{' and '.join(given)} stand together" if given else "nothing happens here"
            complaints.add(at, what, f"write exactly one of {', '.join(_STEPS)}")
    return Case(part=part, shape=shape, project=shape.project or file.project, statuses=file.statuses)


def _complain(details: ErrorDetails, root: Part, complaints: Complaints) -> None:
    path = _real_path(details["loc"], root.tree)
    part, kind = root.at(*path), details["type"]
    if kind == "extra_forbidden":
        known = _keys_at(path[:-1])
        complaints.add_key(part, f"unknown key {shown(path[-1])}", suggest(str(path[-1]), known, "remove it"))
    elif kind == "missing":
        name = str(details["loc"][-1])
        complaints.add(part, f"{name!r} is missing", f"add '{name}: ...' here")
    elif kind in _WANTED:
        what = f"{shown(details['input'])} stands where {_WANTED[kind]} is expected"
        complaints.add(part, what, f"write {_WANTED[kind]}")
    elif kind == "literal_error":
        known = str(details.get("ctx", {}).get("expected", "")).split("'")[1::2]
        complaints.add(
            part,
            f"{shown(details['input'])} is not known here",
            suggest(str(details["input"]), known, "see the README"),
        )
    else:
        message = details["msg"].removeprefix("Input should be ")
        complaints.add(part, f"{shown(details['input'])} will not do", f"it should be {message}")


def _real_path(location: tuple[int | str, ...], tree: Tree) -> tuple[int | str, ...]:
    """The part of pydantic's location that stands in the file; the rest are its own tags, or the missing key."""
    path: list[int | str] = []
    data: object = tree.data
    for step in location:
        below = child_of(data, step)
        if below is not NO_CHILD:
            data = below
            path.append(step)
    return tuple(path)


def _keys_at(path: Collection[int | str]) -> list[str]:
    """The keys that the mapping at `path` may have."""
    kinds: list[object] = [FileShape]
    for step in path:
        kinds = [inner for kind in kinds for inner in _below(kind, step)]
    return [name for kind in kinds if _is_shape(kind) for name in getattr(kind, "model_fields", {})]


def _below(kind: object, step: int | str) -> list[object]:
    fields = getattr(kind, "model_fields", {})
    # An index or a name of the author's own: the shapes found are those of the elements already.
    return _shapes(fields[step].annotation) if step in fields else [kind]


def _shapes(kind: object) -> list[object]:
    """The shapes inside an annotation, and for lists and mappings those of their elements."""
    if _is_shape(kind):
        return [kind]
    return [found for one in get_args(kind) for found in _shapes(one)]


def _is_shape(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)
