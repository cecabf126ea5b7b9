"""What the compiler knows while it works on one query."""

from collections.abc import Iterable
from dataclasses import dataclass

from connector.core.fields import FieldCatalog
from connector.jql.errors import JqlError
from connector.jql.scope import Names


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """The query's text, the site's fields and the other names of its values."""

    text: str
    catalog: FieldCatalog
    names: Names

    def wrong(
        self,
        message: str,
        position: int,
        found: str = "",
        expected: Iterable[str] = (),
        suggestion: str | None = None,
    ) -> JqlError:
        """The error to raise for a piece of this query."""
        return JqlError(
            message,
            text=self.text,
            position=position,
            found=found,
            expected=expected,
            suggestion=suggestion,
        )
