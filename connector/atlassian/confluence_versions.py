"""Past versions of pages."""

from collections.abc import Callable

from connector.atlassian.failures import Refused
from connector.atlassian.shapes import within


def body_of(ask: Callable[[], object]) -> str | None:
    """The storage format in a page's JSON; None where the product says that there is no such version."""
    try:
        found = within(ask(), "body", "storage", "value")
    except Refused as refusal:
        if refusal.status == 404:
            return None
        raise
    return found if isinstance(found, str) else None
