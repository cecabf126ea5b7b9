"""The small site that cases are played on: its fields, statuses, people and ids are those that the case names."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from connector.core.fields import Field, FieldCatalog
from connector.core.rulebook import ProjectRules
from connector.rulefiles.words import offline_catalog

CATEGORIES: Mapping[str, str] = {
    "To Do": "new",
    "In Progress": "indeterminate",
    "In Review": "indeterminate",
    "Done": "done",
}
"""The statuses that every test knows."""
_FIRST_FIELD = 10100


def catalog_for(rules: ProjectRules | None) -> FieldCatalog:
    """Jira's own fields, and a custom field for every word of the rules that none of them answers to."""
    own = offline_catalog()
    words = rules.fields if rules is not None else {}
    declared = [(word, names) for word, names in sorted(words.items()) if not any(own.find(name) for name in names)]
    custom = [
        Field(id=f"customfield_{_FIRST_FIELD + n}", name=names[0], aliases=(*names[1:], word))
        for n, (word, names) in enumerate(declared)
    ]
    return FieldCatalog([*own.fields, *custom])


@dataclass(slots=True)
class Statuses:
    """Statuses by name, each with an id of its own and a category."""

    categories: Mapping[str, str]
    ids: dict[str, str] = field(default_factory=dict)

    def id_of(self, name: str) -> str:
        """The status's id."""
        return self.ids.setdefault(name, str(len(self.ids) + 1))

    def shown(self, name: str) -> dict[str, object]:
        """The status as an issue shows it."""
        category = {"key": self.categories[name]}
        return {"id": self.id_of(name), "name": name, "statusCategory": category}

    def by_id(self) -> dict[str, str]:
        """The category of every status by its id."""
        return {self.id_of(name): category for name, category in self.categories.items()}


def person(name: str) -> dict[str, object]:
    """Somebody as Jira shows them."""
    return {"accountId": name, "displayName": name}
