"""What a site tells about the surroundings of its issues: orders, leads, and the groups that rules ask about."""

import re
from collections.abc import Iterable

import structlog

from connector.atlassian.failures import Refused
from connector.atlassian.jira import Jira
from connector.rulefiles.files import RuleFile
from connector.rulefiles.part import child_of
from connector.rulefiles.tree import Tree, read_tree
from connector.store.surroundings import CATEGORIES, COMPONENT_LEADS, LEADS, MEMBERS, RANKS

log = structlog.get_logger()

_GROUP = re.compile(r"""membersOf\(\s*(?:\\?["']([^"'\\]+)\\?["']|([^\s"'()]+))\s*\)""", re.IGNORECASE)
_APPROVALS = re.compile(r"\bapprovals\b")
_COMPONENT_LEADS = re.compile(r"componentsLeadByUser\s*\(", re.IGNORECASE)


def told_by(jira: Jira, rule_texts: Iterable[str], projects: Iterable[str]) -> dict[str, object]:
    """The site's answers by topic. Groups and the projects' components are asked for only where a rule names them.

    Raises what the client raises, but a group whose members our account may not see is only left out: the rule that
    asks for it is then refused with that reason.
    """
    texts = tuple(rule_texts)
    members = _members(jira, sorted({*groups_named_in(texts), *groups_of_roles(texts)}))
    told: dict[str, object] = {
        RANKS: jira.ranks(),
        LEADS: jira.leads(),
        CATEGORIES: jira.project_categories(),
        MEMBERS: members,
    }
    if any(_COMPONENT_LEADS.search(text) for text in texts):
        told[COMPONENT_LEADS] = {one: lead for key in projects for one, lead in jira.component_leads(key).items()}
    return told


def groups_named_in(texts: Iterable[str]) -> list[str]:
    """The groups that queries in these texts ask the members of."""
    found = {quoted or plain for text in texts for quoted, plain in _GROUP.findall(text)}
    return sorted(found)


def groups_of_roles(texts: Iterable[str]) -> list[str]:
    """The groups of the roles in these texts, where gates wait for the approval of roles."""
    read = tuple(texts)
    if not any(_APPROVALS.search(text) for text in read):
        return []
    trees = [read_tree(RuleFile(name="rules", content=text.encode())) for text in read]
    roles = [role for tree in trees if isinstance(tree, Tree) for role in _listed(child_of(tree.data, "roles"))]
    groups = [child_of(role, "groups") for role in roles]
    found = {name for one in groups for name in (_listed(one) or [one]) if isinstance(name, str)}
    return sorted(found)


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _members(jira: Jira, groups: Iterable[str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for group in groups:
        try:
            found[group] = jira.members(group)
        except Refused as refusal:
            log.warning("members of a group cannot be seen", group=group, problem=str(refusal))
    return found
