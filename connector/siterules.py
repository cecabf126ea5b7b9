"""The rules in force at a site, bound to the names that the site uses."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from connector.core.errors import ConnectorError
from connector.core.fields import FieldCatalog, bind
from connector.core.rulebook import ProjectRules, Rulebook


class NotReady(ConnectorError):
    """Something that work waits for is not there yet; it is tried again soon."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteRules:
    """The rulebook in force at a site, compiled against the site's own fields."""

    site: str
    rulebook: Rulebook
    catalog: FieldCatalog
    jira_url: str = ""
    is_cloud: bool = True

    def for_project(self, key: str) -> "SiteRules":
        """The same with the rulebook as a project has it: its own parameters, and what it overrides."""
        return replace(self, rulebook=self.rulebook.for_project(key))

    def fields_of(self, rules: ProjectRules) -> Mapping[str, str]:
        """The project's words with the field ids they are bound to."""
        return bind(rules.fields, self.catalog)
