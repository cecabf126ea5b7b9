"""What rules may look at besides the issue or event they are asked about."""

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime

from connector.core.automation_rules import Prose, Values
from connector.core.errors import ConnectorError
from connector.core.findings import Findings
from connector.core.issue import Issue
from connector.core.rulebook import ProjectRules, Rulebook, SelectorScope
from connector.core.rules.risks import RiskMark
from connector.core.speech import Say
from connector.core.surroundings import NOTHING_AROUND, Surroundings


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """What happened, as rules hear it. `names` are the rule author's words for it.

    `about` is what narrows it (kpi and into, gate and decision, band, field …); texts find it as `event.…`.
    `occasion` tells it from others of its kind, where it is not the only one that is judged at that moment.
    """

    names: frozenset[str]
    about: Mapping[str, object] = field(default_factory=dict)
    occasion: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafted:
    """A page made of a template, in storage format, with its regions by id."""

    body: str
    regions: Mapping[str, str] = field(default_factory=dict)
    compare: Mapping[str, str] = field(default_factory=dict)


class NoPages(ConnectorError):
    """Pages were asked for where none can be drafted."""


def _no_storage(text: Prose, values: Values) -> str:
    raise NoPages("no page can be written here")


def _no_draft(template: str, title: str) -> Drafted:
    raise NoPages("no page can be drafted here")


@dataclass(frozen=True, slots=True, kw_only=True)
class Judging:
    """What event rules may look at besides the issue itself.

    fields: our words with the field ids they are bound to in this site; find: another mirrored issue by key or id;
    marks: what was last told about issues as risks, by issue id; issues: all of the project's, for rules that select
    among them; findings: what the last rollup found, None before the first; timers: rule and issue id of the waits
    that run; storage and draft: a page's text, and a page from a template, in storage format; occasion: what is judged
    (`inbox 7`), the same however often it is.
    """

    rulebook: Rulebook
    rules: ProjectRules
    fields: Mapping[str, str]
    now: datetime
    say: Say
    marks: Mapping[str, RiskMark] = field(default_factory=dict)
    account: str | None = None
    find: Callable[[str], Issue | None] = lambda _: None
    issues: Callable[[], Sequence[Issue]] = tuple
    findings: Callable[[], Findings | None] = lambda: None
    timers: AbstractSet[tuple[str, str]] = frozenset()
    storage: Callable[[Prose, Values], str] = _no_storage
    draft: Callable[[str, str], Drafted] = _no_draft
    around: Surroundings = NOTHING_AROUND
    name: str = ""
    is_cloud: bool = True
    occasion: str = ""

    def scope(self) -> SelectorScope:
        """What selectors may look at."""
        return self.around.scope(now=self.now, timezone=self.rules.timezone, user=self.account, issue=self.find)
