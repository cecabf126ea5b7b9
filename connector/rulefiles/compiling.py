"""From trees to the rulebook: first as every project has it, then as those that have some of it otherwise."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from connector.core.fields import FieldCatalog
from connector.core.figures.calendar import WorkingCalendar
from connector.core.rulebook import PageRule, Role, Rulebook
from connector.jql.compile import Names
from connector.rulefiles.automations import compile_automation
from connector.rulefiles.calendars import compile_calendars
from connector.rulefiles.conditions import Reader
from connector.rulefiles.desk import Desk, title_or_id
from connector.rulefiles.events import Around
from connector.rulefiles.gates import Known, compile_gates
from connector.rulefiles.interplay import check_interplay
from connector.rulefiles.lifecycle import check_lifecycle
from connector.rulefiles.measures import (
    compile_changes,
    compile_goals,
    compile_kpi,
    compile_milestones,
    compile_resources,
    compile_risks,
)
from connector.rulefiles.merge import Merged, merge, places
from connector.rulefiles.overrides import Variant, variants_of
from connector.rulefiles.pages import close_out, compile_page, compile_report
from connector.rulefiles.parameters import defaults_of, filled
from connector.rulefiles.part import Complaints, Part
from connector.rulefiles.people import PeopleRead, read_people
from connector.rulefiles.projects import (
    Defaults,
    FieldWords,
    Shared,
    declared_words,
    link_names,
    project_table,
    site_names,
    site_warnings,
)
from connector.rulefiles.references import Reference, references
from connector.rulefiles.shape_projects import ParameterShape, RoleShape
from connector.rulefiles.shaping import shape_of
from connector.rulefiles.tree import Tree
from connector.rulefiles.words import Words, bind_words


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What rules are read against: the site's fields, what projects get that say nothing, and what lies around."""

    catalog: FieldCatalog | None
    defaults: Defaults
    templates: Collection[str] | None = None
    people_file: Path | None = None
    directory: Path | None = None
    named: list[Reference] | None = None
    """Where given, filled with everything that the rules name and only a real site can have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Vocabulary:
    """The words that all variants share, so that a query is compiled once for all of them."""

    declared: Mapping[str, tuple[str, ...]]
    words: Words
    names: Names
    links: Mapping[str, tuple[str, ...]]
    bound: dict[str, str] = field(default_factory=dict)
    spent: dict[str, int] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)

    def fields(self) -> FieldWords:
        """Every word, declared or used."""
        used = {name: (name,) for name in self.bound}
        return FieldWords(names={**used, **self.declared}, ids={**self.words.ids, **self.bound})


def compile_rules(trees: Sequence[Tree], digest: str, ground: Ground, complaints: Complaints) -> Rulebook | None:
    """The rulebook; None where parameters cannot be read, so that nothing can be said of what names them."""
    parameters = _parameters(trees, complaints)
    if parameters is None:
        return None
    values = defaults_of(parameters, complaints)
    base = [filled(tree, values, complaints) for tree in trees]
    rules = _merged(base, complaints)
    vocabulary = _vocabulary(rules, ground, complaints)
    calendars = compile_calendars(rules.calendars, complaints)
    rulebook = _compile(rules, digest, vocabulary, ground, complaints)
    variants = variants_of(trees, base, rules, values, complaints)
    others = {
        number: _compile_variant(one, digest, vocabulary, ground, complaints) for number, one in enumerate(variants)
    }
    return _finished(rulebook, others, rules, variants, vocabulary, calendars, ground, complaints)


def _parameters(trees: Sequence[Tree], complaints: Complaints) -> dict[str, tuple[Part, ParameterShape]] | None:
    """The section `parameters` alone, read before all others, which may name them."""
    own = Complaints()
    alone = [replace(tree, data=_only(tree.data, "parameters")) for tree in trees]
    found = merge([shape_of(tree, own) for tree in alone], own).parameters
    complaints.found.extend(own.found)
    return None if own.found else found


def _only(data: object, section: str) -> dict[str, object]:
    held = data if isinstance(data, Mapping) else {}
    return {"language": 1, **({section: held[section]} if section in held else {})}


def _merged(trees: Sequence[Tree], complaints: Complaints) -> Merged:
    return merge([shape_of(tree, complaints) for tree in trees], complaints)


def _vocabulary(rules: Merged, ground: Ground, complaints: Complaints) -> _Vocabulary:
    declared = declared_words(rules.projects, complaints)
    return _Vocabulary(
        declared=declared,
        words=bind_words(declared, ground.catalog),
        names=site_names(rules.projects),
        links=link_names(rules.projects),
    )


def _compile_variant(
    variant: Variant, digest: str, vocabulary: _Vocabulary, ground: Ground, complaints: Complaints
) -> Rulebook:
    """The rules as some projects have them. What is wrong there and not everywhere says for which."""
    own = Complaints()
    rules = _merged(variant.trees, own)
    kept = replace(
        rules,
        gates={name: one for name, one in rules.gates.items() if ("gates", name) not in variant.off},
        kpis={name: one for name, one in rules.kpis.items() if ("kpis", name) not in variant.off},
        automations={name: one for name, one in rules.automations.items() if ("automations", name) not in variant.off},
    )
    rulebook = _compile(kept, digest, vocabulary, ground, own)
    said = {(one.place, one.what) for one in complaints.found}
    for one in own.found:
        if (one.place, one.what) not in said:
            complaints.found.append(replace(one, what=f"{one.what} (as {variant.label} has it)"))
    return rulebook


def _compile(rules: Merged, digest: str, vocabulary: _Vocabulary, ground: Ground, complaints: Complaints) -> Rulebook:
    """One rulebook, whose projects are still to be found."""
    desk = Desk(
        vocabulary.words,
        vocabulary.names,
        vocabulary.links,
        complaints,
        vocabulary.bound,
        spent={"": vocabulary.spent.get("", 0)},
        seen=vocabulary.seen,
    )
    roles = {name: _role(part, shape) for name, (part, shape) in rules.roles.items()}
    known = Known(phases=places(rules.phases), gates=places(rules.gates), kpis=places(rules.kpis), roles=roles)
    closing = rules.closeout[1].gate if rules.closeout else None
    check_lifecycle(rules, complaints)
    around = _around(rules, ground)
    automations = tuple(compile_automation(part, one, desk, around) for part, one in rules.automations.values())
    check_interplay(places(rules.automations), Reader.of(vocabulary.words.catalog, vocabulary.names), complaints)
    rulebook = Rulebook(
        hash=digest,
        phases=tuple(rules.phases),
        phase_titles={name: title_or_id(phase.title, name) for name, (_, phase) in rules.phases.items()},
        gates=tuple(compile_gates(list(rules.gates.values()), known, closing, desk)),
        risks=compile_risks(*rules.risks, desk, roles) if rules.risks else None,
        kpis=tuple(compile_kpi(part, kpi, desk) for part, kpi in rules.kpis.values()),
        goals=compile_goals(*rules.goals, desk) if rules.goals else None,
        milestones=compile_milestones(*rules.milestones, desk) if rules.milestones else None,
        pages=tuple(_pages(rules, known, ground.templates, desk)),
        automations=automations,
        project_for=lambda key, category=None, /: None,
        roles=roles,
        changes=compile_changes(*rules.changes, desk) if rules.changes else None,
        resources=compile_resources(*rules.resources, desk) if rules.resources else None,
        reports=tuple(compile_report(part, one, ground.templates, desk) for part, one in rules.reports.values()),
    )
    vocabulary.spent[""] = desk.spent[""]
    if ground.named is not None:
        ground.named.extend(references(rules, desk))
    return rulebook


def _around(rules: Merged, ground: Ground) -> Around:
    """What automations may refer to."""
    risks = rules.risks[1] if rules.risks else None
    made = [one.ensure_page.key for _, rule in rules.automations.values() for one in rule.then if one.ensure_page]
    return Around(
        gates=rules.gates.keys(),
        kpis=rules.kpis.keys(),
        bands={*risks.bands, *risks.review_every} if risks else (),
        roles=rules.roles.keys(),
        pages={*rules.pages, *made},
        templates=ground.templates,
        risk_fields=(risks.probability, risks.impact, risks.score) if risks else None,
        scale=(risks.scale.probability, risks.scale.impact) if risks else (5, 5),
    )


def _role(part: Part, shape: RoleShape) -> Role:
    return Role(
        id=shape.id,
        title=title_or_id(shape.title, shape.id),
        people=tuple(shape.people or ()),
        groups=tuple(shape.groups or ()),
        jira_role=shape.jira_role,
        place=part.place,
    )


def _pages(rules: Merged, known: Known, templates: Collection[str] | None, desk: Desk) -> list[PageRule]:
    pages = [compile_page(part, page, known.gates, templates, desk) for part, page in rules.pages.values()]
    if rules.closeout is None:
        return pages
    return close_out(*rules.closeout, pages, known.gates, desk)


def _finished(
    rulebook: Rulebook,
    others: Mapping[int, Rulebook],
    rules: Merged,
    variants: Sequence[Variant],
    vocabulary: _Vocabulary,
    calendars: Mapping[str, WorkingCalendar],
    ground: Ground,
    complaints: Complaints,
) -> Rulebook:
    """The rulebook with its projects. Last, because sections may bind fields under their own names."""
    by_entry = {entry: number for number, one in enumerate(variants) for entry in one.entries}
    shared = Shared(fields=vocabulary.fields(), calendars=calendars, variants=by_entry)
    table = project_table(rules.projects, shared, ground.defaults, complaints)
    people = _people(rules, ground, complaints)
    return replace(
        rulebook,
        project_for=table,
        people=people.people,
        warnings=(*site_warnings(vocabulary.words, rules.projects), *people.warnings),
        variants={number: replace(one, project_for=table, people=people.people) for number, one in others.items()},
    )


def _people(rules: Merged, ground: Ground, complaints: Complaints) -> PeopleRead:
    """The people file that the settings name, else the one that the rules do."""
    path = ground.people_file
    if path is None and rules.people_file is not None and ground.directory is not None:
        path = ground.directory / rules.people_file[1]
        if path.resolve().is_relative_to(ground.directory.resolve()):
            what = "the people file lies among the rules, which are kept in git"
            complaints.add(rules.people_file[0], what, "put it elsewhere, such as ../people.yaml")
            return PeopleRead()
    if path is None:
        return PeopleRead()
    read = read_people(path)
    complaints.found.extend(read.problems)
    return read
