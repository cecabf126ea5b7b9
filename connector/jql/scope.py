"""What a query may look at besides the issue, and the other names a site has for things."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from connector.core.rulebook import SelectorScope

Scope = SelectorScope


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """Other names for values: a rule says `issuetype = Risk`, a Chinese site calls it 风险, and both match.

    Each mapping goes from a name to the names that mean the same; case makes no difference.
    """

    types: Mapping[str, Sequence[str]] = field(default_factory=dict)
    statuses: Mapping[str, Sequence[str]] = field(default_factory=dict)
    priorities: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def of(self, field_id: str, name: str) -> frozenset[str]:
        """The name itself and all that mean the same in this field, case-folded."""
        by_field = {"issuetype": self.types, "status": self.statuses, "priority": self.priorities}
        folded = name.casefold()
        found = {folded}
        for one, others in by_field.get(field_id, {}).items():
            family = {one.casefold(), *(other.casefold() for other in others)}
            if folded in family:
                found |= family
        return frozenset(found)

    @property
    def identity(self) -> tuple[object, ...]:
        """Equal for equal names, and hashable."""
        return tuple(
            tuple(sorted((name, tuple(others)) for name, others in one.items()))
            for one in (self.types, self.statuses, self.priorities)
        )
