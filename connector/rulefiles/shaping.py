"""Holding a tree against the shape: pydantic finds what is wrong, this says it in the author's words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from connector.rulefiles.part import NO_CHILD, Complaints, Part, child_of
from connector.rulefiles.problem import nearest, shown, suggest
from connector.rulefiles.shape import FileShape
from connector.rulefiles.tree import Path, Tree

WANTED = {
    "string_type": "text",
    "int_type": "a whole number",
    "bool_type": "true or false",
    "list_type": "a list",
    "dict_type": "a mapping",
    "model_type": "a mapping",
}

Location = tuple[int | str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shaped:
    """The part of a file that has its shape. `kept` holds where in the file the rules of a thinned-out list stood."""

    root: Part
    file: FileShape
    kept: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    def at(self, section: str, index: int) -> Part:
        """The place of a section's rule that is number `index` among those kept."""
        return self.root.at(section, self.kept[section][index] if section in self.kept else index)


def shape_of(tree: Tree, complaints: Complaints) -> Shaped:
    """The file in the shape that it must have. Rules that do not fit are complained about and left out."""
    root = Part(tree=tree)
    try:
        return Shaped(root=root, file=FileShape.model_validate(tree.data))
    except ValidationError as error:
        errors = error.errors(include_url=False)
    for details in errors:
        _complain(details, root, complaints)
    data = tree.data if isinstance(tree.data, Mapping) else {}
    unfit = {details["loc"][:2] for details in errors}
    for section, index in (loc for loc in unfit if len(loc) == 2):
        _note_lost(child_of(child_of(data, section), index), complaints)
    kept = {
        section: tuple(index for index in range(len(rules)) if (section, index) not in unfit)
        for section, rules in data.items()
        if isinstance(rules, list) and (section,) not in unfit
    }
    lists = {section: [data[section][index] for index in indices] for section, indices in kept.items()}
    rest = {section: value for section, value in data.items() if section not in {loc[0] for loc in unfit if loc}}
    return Shaped(root=root, file=FileShape.model_validate({**rest, **lists, "language": 1}), kept=kept)


def _note_lost(rule: object, complaints: Complaints) -> None:
    """Remember what a rule that is left out is called, and which words it declares."""
    if not isinstance(rule, Mapping):
        return
    if isinstance(rule.get("id"), str):
        complaints.lost_ids.add(rule["id"])
    words = rule.get("fields")
    for word, names in words.items() if isinstance(words, Mapping) else ():
        texts = names if isinstance(names, list) else [names]
        if texts and all(isinstance(one, str) for one in texts):
            complaints.lost_words[str(word)] = tuple(texts)


def _complain(details: ErrorDetails, root: Part, complaints: Complaints) -> None:
    path = real_path(details["loc"], root.tree.data)
    part = root.at(*path)
    kind = details["type"]
    if kind == "extra_forbidden":
        known = _keys_at(path[:-1])
        complaints.add_key(part, f"unknown key {shown(path[-1])}", suggest(str(path[-1]), known, "remove it"))
    elif kind == "missing":
        name = str(details["loc"][-1])
        mend = "add 'language: 1'" if name == "language" else f"add '{name}: ...' here"
        complaints.add(part, f"{name!r} is missing", mend)
    elif details["loc"] == ("language",):
        complaints.add(part, f"language {shown(details['input'])} is not known", "write 'language: 1'")
    elif details["loc"][-1:] == ("[key]",):
        complaints.add_key(part, f"{shown(path[-1])} cannot be a name here", _key_mend(details, path))
    else:
        complaints.add(part, *_about_value(details))


def _about_value(details: ErrorDetails) -> tuple[str, str]:
    kind, value, context = details["type"], details["input"], details.get("ctx", {})
    if kind == "mend":
        return str(context["what"]), str(context["mend"])
    if kind in WANTED:
        return f"{_named(value)} stands where {WANTED[kind]} is expected", f"write {WANTED[kind]}"
    if kind == "literal_error":
        near = nearest(str(value), _quoted(str(context["expected"])))
        mend = f"did you mean {near!r}?" if near else f"write {context['expected']}"
        return f"{shown(value)} is not known here", mend
    if kind == "string_pattern_mismatch":
        return f"{shown(value)} cannot be a name here", "begin with a letter; letters, digits, - and _ may follow"
    if kind in {"too_short", "string_too_short"}:
        return "there is nothing here", "write at least one"
    message = details["msg"].removeprefix("Input should be ")
    return f"{shown(value)} will not do", f"it should be {message}"


def _key_mend(details: ErrorDetails, path: Path) -> str:
    if details["type"] == "literal_error":
        expected = str(details.get("ctx", {})["expected"])
        return suggest(str(path[-1]), _quoted(expected), f"write {expected}")
    return "begin with a lower-case letter; letters, digits and _ may follow"


def _quoted(expected: str) -> list[str]:
    """The words in pydantic's list of literals: 'a', 'b' or 'c'."""
    return expected.split("'")[1::2]


def _named(value: object) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, list):
        return "a list"
    return "a mapping" if isinstance(value, Mapping) else shown(value)


def real_path(location: Location, data: object) -> Path:
    """The part of pydantic's location that exists in the data; the rest are its own tags, or the missing key."""
    path: list[int | str] = []
    for step in location:
        below = child_of(data, step)
        if below is not NO_CHILD:
            data = below
            path.append(step)
    return tuple(path)


def _keys_at(path: Path) -> list[str]:
    """The keys that the mapping at `path` may have."""
    kind: object = FileShape
    for step in path:
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            kind = next((one.annotation for name, one in kind.model_fields.items() if step in {name, one.alias}), None)
        else:
            kind = next(iter(get_args(kind)[-1:]), None)
        kind = _without_none(kind)
    model = _model_in(kind)
    return [] if model is None else [one.alias or name for name, one in model.model_fields.items()]


def _model_in(kind: object) -> type[BaseModel] | None:
    """The model that a mapping of this kind is held to: of several alternatives the last."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return kind
    return next((found for one in reversed(get_args(kind)) if (found := _model_in(one)) is not None), None)


def _without_none(kind: object) -> object:
    choices = [one for one in get_args(kind) if one is not type(None)]
    return choices[0] if type(None) in get_args(kind) and choices else kind
