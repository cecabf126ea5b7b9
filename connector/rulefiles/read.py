"""The room's door: a directory of rule files in, one rulebook or every problem out."""

from collections.abc import Collection, Sequence
from pathlib import Path

from connector.core.fields import FieldCatalog
from connector.core.rulebook import Rulebook
from connector.rulefiles.compiling import Ground, compile_rules
from connector.rulefiles.files import RuleFile, hash_of, rule_files
from connector.rulefiles.part import Complaints, Enough
from connector.rulefiles.problem import Problem, Problems, in_order
from connector.rulefiles.projects import Defaults
from connector.rulefiles.references import Reference
from connector.rulefiles.shaping import shape_of
from connector.rulefiles.tree import Tree, read_tree


def read_rules(
    directory: Path,
    catalog: FieldCatalog | None,
    defaults: Defaults,
    *,
    templates: Collection[str] | None = None,
    people_file: Path | None = None,
    named: list[Reference] | None = None,
) -> Rulebook | Problems:
    """Read every rule file of a directory as one rulebook.

    catalog: the site's fields; None when no site is at hand, which takes the declared custom fields on trust.
    templates: the names of the page templates there are, None when that is not to be checked.
    people_file: goes before the one that the rules name. named: is filled with what only a real site can have.
    Returns all problems at once when there is any: a rulebook is whole or it is not there.
    """
    files, problems = rule_files(directory)
    ground = Ground(
        catalog=catalog,
        defaults=defaults,
        templates=templates,
        people_file=people_file,
        directory=directory,
        named=named,
    )
    return _read(files, ground, problems)


def read_files(
    files: Sequence[RuleFile],
    catalog: FieldCatalog | None,
    defaults: Defaults,
    *,
    templates: Collection[str] | None = None,
    problems: Sequence[Problem] = (),
) -> Rulebook | Problems:
    """The same for files that are at hand already, such as a stored rulebook's, with what reading them brought up.

    The people file is left unread: it is no part of a rulebook.
    """
    return _read(files, Ground(catalog=catalog, defaults=defaults, templates=templates), problems)


def _read(files: Sequence[RuleFile], ground: Ground, problems: Sequence[Problem]) -> Rulebook | Problems:
    complaints = Complaints(list(problems))
    try:
        return _read_all(files, ground, problems, complaints)
    except Enough as enough:
        return Problems(found=in_order((*complaints.found, *enough.found)))


def _read_all(
    files: Sequence[RuleFile], ground: Ground, problems: Sequence[Problem], complaints: Complaints
) -> Rulebook | Problems:
    trees = _trees(files, complaints)
    if len(trees) < len(files) or problems:
        # Rules missing because their file cannot be read would bring complaints about every reference to them.
        for tree in trees:
            shape_of(tree, complaints)
        return Problems(found=in_order(complaints.found))
    rulebook = compile_rules(trees, hash_of(files), ground, complaints)
    return Problems(found=in_order(complaints.found)) if complaints.found or rulebook is None else rulebook


def _trees(files: Sequence[RuleFile], complaints: Complaints) -> list[Tree]:
    read = [read_tree(file) for file in files]
    complaints.found.extend(one for one in read if isinstance(one, Problem))
    return [one for one in read if isinstance(one, Tree)]
