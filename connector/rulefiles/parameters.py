"""Parameters: `$name` in the rules, a default for it under `parameters`, and a project's own value under `with`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from connector.jql.words import quoted
from connector.rulefiles.literals import DURATION, Kind, ParameterValue
from connector.rulefiles.part import Complaints, Part
from connector.rulefiles.problem import shown, suggest
from connector.rulefiles.shape_projects import ParameterShape
from connector.rulefiles.tree import Path, Span, Tree

NAMED = re.compile(r"\$(?:\$|\{([a-z][a-z0-9_]{0,63})\}|([a-z][a-z0-9_]{0,63}))")
MOST_PUT_IN = 200_000
UNTOUCHED = frozenset({"parameters", "projects"})
"""Sections that are the same for every project, so that nothing is put into them."""


def kind_of(value: ParameterValue) -> Kind:
    """What a value is, where its parameter does not say so."""
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, list):
        return "list"
    if isinstance(value, str):
        return "duration" if DURATION.fullmatch(value) else "text"
    return "number"


def fits(value: object, kind: Kind) -> bool:
    """Whether a value may stand for a parameter of this kind."""
    match kind:
        case "boolean":
            return isinstance(value, bool)
        case "number":
            return isinstance(value, int | float) and not isinstance(value, bool)
        case "list":
            return isinstance(value, list) and all(isinstance(one, str) for one in value)
        case "duration":
            return isinstance(value, str) and DURATION.fullmatch(value) is not None
        case "text":
            return isinstance(value, str)


def defaults_of(parameters: Mapping[str, tuple[Part, ParameterShape]], complaints: Complaints) -> dict[str, object]:
    """Every parameter's value where a project has none of its own."""
    for part, shape in parameters.values():
        if shape.type is not None and not fits(shape.default, shape.type):
            what = f"{shown(shape.default)} is no {shape.type}"
            complaints.add(part.at("default"), what, "let default and type go together")
    return {name: shape.default for name, (_, shape) in parameters.items()}


def own_values(
    part: Part,
    given: Mapping[str, object],
    parameters: Mapping[str, tuple[Part, ParameterShape]],
    complaints: Complaints,
) -> dict[str, object]:
    """A project's own values, those that do not fit complained about and left out."""
    found: dict[str, object] = {}
    for name, value in given.items():
        if name not in parameters:
            mend = suggest(name, parameters, "declare it under parameters:")
            complaints.add_key(part.at(name), f"there is no parameter {shown(name)}", mend)
            continue
        shape = parameters[name][1]
        kind = shape.type or kind_of(shape.default)
        if fits(value, kind):
            found[name] = value
        else:
            complaints.add(part.at(name), f"{shown(value)} is no {kind}", f"write a {kind}, as its default is")
    return found


def filled(tree: Tree, values: Mapping[str, object], complaints: Complaints) -> Tree:
    """The file with every `$name` replaced by its value."""
    if not isinstance(tree.data, Mapping) or "$" not in tree.text:
        return tree
    filling = _Filling(tree, values, complaints)
    data = {key: below if key in UNTOUCHED else filling.value((str(key),), below) for key, below in tree.data.items()}
    projects = data.get("projects")
    if isinstance(projects, list):
        data["projects"] = [filling.overrides(("projects", index), one) for index, one in enumerate(projects)]
    return replace(tree, data=data, spans=filling.spans)


@dataclass(slots=True)
class _Filling:
    """One file being filled. `put` counts what was put in: a few lines must not unfold into more than memory holds."""

    tree: Tree
    values: Mapping[str, object]
    complaints: Complaints
    spans: dict[Path, tuple[Span, ...]] = field(default_factory=dict)
    put: int = 0

    def overrides(self, path: Path, entry: object) -> object:
        """An entry of `projects`, of which only what it overrides is filled."""
        if not isinstance(entry, Mapping) or "override" not in entry:
            return entry
        return {**entry, "override": self.value((*path, "override"), entry["override"])}

    def value(self, path: Path, value: object) -> object:
        """The value with everything below it filled."""
        if isinstance(value, Mapping):
            return {key: self.value((*path, str(key)), below) for key, below in value.items()}
        if isinstance(value, list):
            return [self.value((*path, index), below) for index, below in enumerate(value)]
        return self._text(path, value) if isinstance(value, str) and "$" in value else value

    def _text(self, path: Path, text: str) -> object:
        if self.put > MOST_PUT_IN:
            return text
        whole = NAMED.fullmatch(text)
        if whole is not None and text != "$$":
            name = whole[1] or whole[2]
            return self.values[name] if self._is_known(path, name, 0) else name
        pieces, spans, end, start = list[str](), list[Span](), 0, 0
        for found in NAMED.finditer(text):
            put = self._put(path, found)
            pieces += (text[end : found.start()], put)
            start += found.start() - end
            end = found.end()
            spans.append(Span(start=start, end=start + len(put), written=found.start(), written_end=end))
            start += len(put)
        if spans:
            self.spans[path] = tuple(spans)
        return "".join((*pieces, text[end:]))

    def _put(self, path: Path, found: re.Match[str]) -> str:
        name = found[1] or found[2]
        if name is None:
            return "$"
        if not self._is_known(path, name, found.start()):
            return name
        written = _written(self.values[name])
        if self.put <= MOST_PUT_IN < self.put + len(written):
            what = f"parameters bring more than {MOST_PUT_IN:,} characters into this file"
            self.complaints.add(Part(tree=self.tree, path=path), what, "write shorter values, or name them less often")
        self.put += len(written)
        return written if self.put <= MOST_PUT_IN else found[0]

    def _is_known(self, path: Path, name: str, offset: int) -> bool:
        if name in self.values:
            return True
        mend = suggest(name, self.values, "declare it under parameters:, or write $$ for a dollar sign")
        self.complaints.add(Part(tree=self.tree, path=path), f"there is no parameter {name!r}", mend, offset=offset)
        return False


def _written(value: object) -> str:
    """A value inside a longer text: lists as JQL writes them."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ", ".join(_quoted(str(one)) for one in value)
    return str(value)


def _quoted(text: str) -> str:
    """Between single quotes, where quotes are needed: a KPI's query stands between double ones."""
    plain = quoted(text)
    return plain if plain == text else "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
