"""What a person has stopped for a while: a site, a project, or one rule wherever it is at work."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from connector.core.rulebook import Rulebook

PauseKind = Literal["site", "project", "rule"]
WHOLE_SITE = "*"
"""The name under which the pause of a whole site is kept."""
UNDO = "undo"
"""The rule of writes that take back what a run wrote. A person asked for them, so that no pause holds them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """Something that was paused: the project's key or the rule's full name (`automation late`, `risks`), when and why.

    The name of a whole site is `*`.
    """

    site: str
    kind: PauseKind
    name: str
    at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paused:
    """All that is paused in one site, by name."""

    site: Pause | None = None
    projects: Mapping[str, Pause] = field(default_factory=dict)
    rules: Mapping[str, Pause] = field(default_factory=dict)

    def of_project(self, key: str) -> Pause | None:
        """The pause that holds the project: its own, else that of the whole site."""
        return self.projects.get(key) or self.site

    def silences(self, rule: str) -> bool:
        """Whether the rule with this full name is paused."""
        return rule in self.rules


def rule_names(rulebook: Rulebook) -> tuple[str, ...]:
    """The full names of the rules that can be paused, as writes bear them, in any project."""
    names: dict[str, None] = {}
    for book in (rulebook, *rulebook.variants.values()):
        names |= dict.fromkeys(f"automation {one.id}" for one in book.automations)
        names |= dict.fromkeys(f"gate {one.id}" for one in book.gates)
        names |= dict.fromkeys(f"page {one.id}" for one in book.pages)
        names |= {"risks": None} if book.risks is not None else {}
    return tuple(names)


def awake(rulebook: Rulebook, paused: Paused) -> Rulebook:
    """The rulebook for events, without the rules that are paused.

    Gates and pages answer to no event by themselves; who judges a whole project leaves their writes out instead, so
    that what they show stays whole.
    """
    if not paused.rules:
        return rulebook
    automations = tuple(one for one in rulebook.automations if not paused.silences(f"automation {one.id}"))
    risks = None if paused.silences("risks") else rulebook.risks
    return replace(rulebook, automations=automations, risks=risks)
