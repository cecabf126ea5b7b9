"""The room's door: a directory of rule files in, one rulebook or every problem out."""

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from connector.core.fields import FieldCatalog
from connector.core.rulebook import PageRule, Rulebook
from connector.rulefiles.desk import Desk, title_or_id
from connector.rulefiles.files import RuleFile, hash_of, rule_files
from connector.rulefiles.gates import Known, compile_gates
from connector.rulefiles.measures import compile_goals, compile_kpi, compile_milestones, compile_risks
from connector.rulefiles.merge import Merged, merge, places
from connector.rulefiles.outcomes import close_out, compile_automation, compile_page
from connector.rulefiles.part import Complaints
from connector.rulefiles.problem import Problem, Problems, in_order
from connector.rulefiles.projects import (
    Defaults,
    FieldWords,
    declared_words,
    link_names,
    project_table,
    site_names,
    site_warnings,
)
from connector.rulefiles.shaping import shape_of
from connector.rulefiles.tree import Tree, read_tree
from connector.rulefiles.words import bind_words


def read_rules(
    directory: Path,
    catalog: FieldCatalog | None,
    defaults: Defaults,
    *,
    templates: Collection[str] | None = None,
) -> Rulebook | Problems:
    """Read every rule file of a directory as one rulebook.

    catalog: the site's fields; None when no site is at hand, which takes the declared custom fields on trust.
    templates: the names of the page templates there are, None when that is not to be checked.
    Returns all problems at once when there is any: a rulebook is whole or it is not there.
    """
    files, problems = rule_files(directory)
    return read_files(files, catalog, defaults, templates=templates, problems=problems)


def read_files(
    files: Sequence[RuleFile],
    catalog: FieldCatalog | None,
    defaults: Defaults,
    *,
    templates: Collection[str] | None = None,
    problems: Sequence[Problem] = (),
) -> Rulebook | Problems:
    """The same for files that are at hand already, such as a stored rulebook's, with what reading them brought up."""
    complaints = Complaints(list(problems))
    trees = _trees(files, complaints)
    shaped = [shape_of(tree, complaints) for tree in trees]
    if len(trees) < len(files) or problems:
        # Rules missing because their file cannot be read would bring complaints about every reference to them.
        return Problems(found=in_order(complaints.found))
    rulebook = _compile(merge(shaped, complaints), hash_of(files), catalog, defaults, templates, complaints)
    return Problems(found=in_order(complaints.found)) if complaints.found else rulebook


def _trees(files: Sequence[RuleFile], complaints: Complaints) -> list[Tree]:
    read = [read_tree(file) for file in files]
    complaints.found.extend(one for one in read if isinstance(one, Problem))
    return [one for one in read if isinstance(one, Tree)]


def _compile(
    rules: Merged,
    digest: str,
    catalog: FieldCatalog | None,
    defaults: Defaults,
    templates: Collection[str] | None,
    complaints: Complaints,
) -> Rulebook:
    declared = declared_words(rules.projects, complaints)
    words = bind_words(declared, catalog)
    desk = Desk(words, site_names(rules.projects), link_names(rules.projects), complaints)
    known = Known(phases=places(rules.phases), gates=places(rules.gates), kpis=places(rules.kpis))
    closing = rules.closeout[1].gate if rules.closeout else None
    return Rulebook(
        hash=digest,
        phases=tuple(rules.phases),
        phase_titles={name: title_or_id(phase.title, name) for name, (_, phase) in rules.phases.items()},
        gates=tuple(compile_gates(list(rules.gates.values()), known, closing, desk)),
        risks=compile_risks(*rules.risks, desk) if rules.risks else None,
        kpis=tuple(compile_kpi(part, kpi, desk) for part, kpi in rules.kpis.values()),
        goals=compile_goals(*rules.goals, desk) if rules.goals else None,
        milestones=compile_milestones(*rules.milestones, desk) if rules.milestones else None,
        pages=tuple(_pages(rules, known, templates, desk)),
        automations=tuple(compile_automation(part, one, desk) for part, one in rules.automations.values()),
        # Last, because sections may bind fields under their own names.
        project_for=project_table(rules.projects, _all_words(declared, desk), defaults, complaints),
        warnings=site_warnings(words, rules.projects),
    )


def _all_words(declared: Mapping[str, tuple[str, ...]], desk: Desk) -> FieldWords:
    used = {name: (name,) for name in desk.bound}
    return FieldWords(names={**used, **declared}, ids={**desk.words.ids, **desk.bound})


def _pages(rules: Merged, known: Known, templates: Collection[str] | None, desk: Desk) -> list[PageRule]:
    pages = [compile_page(part, page, known.gates, templates, desk) for part, page in rules.pages.values()]
    if rules.closeout is None:
        return pages
    return close_out(*rules.closeout, pages, known.gates, desk)
