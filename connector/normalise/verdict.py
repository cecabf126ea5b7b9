"""What the door may think of a body before it is stored."""

from dataclasses import dataclass

from connector.core.errors import ConnectorError


class Unreadable(ConnectorError):
    """A payload does not hold what its event must hold. Names the place, never the content of a text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """An event we take. `delivery` identifies it where the body itself does so (Forge sends no delivery id)."""

    name: str
    delivery: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftAlone:
    """An event of the product that the connector has no use for, and why."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotAnEvent:
    """Not from this product: what was found, and what is expected here."""

    found: str
    expected: str


Verdict = Known | LeftAlone | NotAnEvent
