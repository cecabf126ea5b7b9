"""What an entry of `projects` has otherwise: its own values for parameters, and rules with other keys or none."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from connector.rulefiles.merge import Merged
from connector.rulefiles.parameters import filled, own_values
from connector.rulefiles.part import Complaints, Part
from connector.rulefiles.problem import shown, suggest
from connector.rulefiles.shape_projects import ProjectShape
from connector.rulefiles.tree import Path, Tree

SECTIONS = ("gates", "kpis", "automations")
MOST_VARIANTS = 200
MOST_BYTES = 5_000_000
"""How much text the rules of all variants may hold together."""

Rule = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """The files as some entries of `projects` have them. `off` are the rules that are switched off, by section and id.

    `label` names the first of these entries; `entries` are their numbers.
    """

    label: str
    trees: tuple[Tree, ...]
    off: frozenset[Rule]
    entries: tuple[int, ...]


def variants_of(
    trees: Sequence[Tree], base: Sequence[Tree], rules: Merged, defaults: Mapping[str, object], complaints: Complaints
) -> list[Variant]:
    """A variant for each different set of values and overrides.

    trees: the files as written; base: with the defaults put in, as `rules` were read from them.
    """
    wanted: dict[str, list[int]] = {}
    for number, (_, shape) in enumerate(rules.projects):
        if shape.with_ or shape.override.model_fields_set:
            wanted.setdefault(_known_by(shape), []).append(number)
    if not _is_bounded(wanted, trees, rules, complaints):
        return []
    return [_variant(tuple(entries), trees, base, rules, defaults, complaints) for entries in wanted.values()]


def _known_by(shape: ProjectShape) -> str:
    return json.dumps([shape.with_, shape.override.model_dump()], sort_keys=True, default=str)


def _is_bounded(wanted: Mapping[str, list[int]], trees: Sequence[Tree], rules: Merged, complaints: Complaints) -> bool:
    size = sum(len(tree.text) for tree in trees)
    if len(wanted) <= MOST_VARIANTS and len(wanted) * size <= MOST_BYTES:
        return True
    entry = list(wanted.values())[min(len(wanted) - 1, MOST_VARIANTS)][0]
    what = f"{len(wanted)} different sets of parameters and overrides are more than can be kept ready"
    complaints.add(rules.projects[entry][0], what, f"at most {MOST_VARIANTS}, fewer with long rule files")
    return False


def _variant(
    entries: tuple[int, ...],
    trees: Sequence[Tree],
    base: Sequence[Tree],
    rules: Merged,
    defaults: Mapping[str, object],
    complaints: Complaints,
) -> Variant:
    part, shape = rules.projects[entries[0]]
    values = {**defaults, **own_values(part.at("with"), shape.with_, rules.parameters, complaints)}
    own = [filled(tree, values, Complaints()) for tree in trees]
    home = next(own[index] for index, tree in enumerate(base) if tree is part.tree)
    changed, off = _overlaid(own, Part(tree=home, path=part.path).at("override"), complaints)
    label = ", ".join(shape.jira or ()) or (shape.category or "")
    return Variant(label=label[:40], trees=tuple(changed), off=off, entries=entries)


def _overlaid(trees: list[Tree], override: Part, complaints: Complaints) -> tuple[list[Tree], frozenset[Rule]]:
    """The files with the override's keys in the rules that it names, and the rules that it switches off."""
    off = set[Rule]()
    found = list(trees)
    for section in SECTIONS:
        changes = _below(override.tree.data, (*override.path, section))
        for name, change in changes.items() if isinstance(changes, Mapping) else ():
            at = override.at(section, str(name))
            where = next((one for one in _rules_of(found, section) if one[2] == name), None)
            if where is None:
                known = [one[2] for one in _rules_of(found, section)]
                what = f"there is nothing called {shown(name)} under {section}"
                complaints.add_key(at, what, suggest(str(name), known, f"write it under {section}: first"))
            elif not isinstance(change, Mapping):
                off.add((section, str(name)))
            elif "id" in change:
                complaints.add_key(at.at("id"), "a rule keeps its id", "remove it")
            else:
                index, path, _ = where
                found[index] = _changed(found[index], path, change, at)
    return found, frozenset(off)


def _rules_of(trees: Sequence[Tree], section: str) -> list[tuple[int, Path, str]]:
    """The section's rules: the file's number, the path in it, the rule's id."""
    return [
        (index, (section, number), rule["id"])
        for index, tree in enumerate(trees)
        if isinstance(rules := _below(tree.data, (section,)), list)
        for number, rule in enumerate(rules)
        if isinstance(rule, Mapping) and isinstance(rule.get("id"), str)
    ]


def _changed(tree: Tree, path: Path, change: Mapping[str, object], at: Part) -> Tree:
    """The file with these keys in one of its rules, each known to stand where the override does."""
    section, number = str(path[0]), int(path[1])
    data = dict(tree.data) if isinstance(tree.data, Mapping) else {}
    rules = list(data[section])
    rules[number] = {**rules[number], **change}
    moved = {(*path, key): (at.tree, (*at.path, key)) for key in change}
    return replace(tree, data={**data, section: rules}, moved={**tree.moved, **moved})


def _below(data: object, path: Path) -> object:
    for step in path:
        if isinstance(data, Mapping) and isinstance(step, str):
            data = data.get(step)
        elif isinstance(data, list) and isinstance(step, int):
            data = data[step]
        else:
            return None
    return data
