"""What Confluence needs of the world it lives in."""

from typing import Protocol

from connector.sandbox.clock import SandboxClock
from connector.sandbox.faults import Faults
from connector.sandbox.users import People
from connector.sandbox.webhooks import WebhookSender


class Host(Protocol):
    """The world, as far as Confluence looks at it."""

    is_cloud: bool
    locale: str
    clock: SandboxClock
    users: People
    faults: Faults
    webhooks: WebhookSender

    @property
    def confluence_url(self) -> str:
        """Where Confluence's pages and REST begin."""

    def next_id(self, kind: str) -> int:
        """The next number of this kind; no kind ever gives one twice."""

    def changed(self) -> None:
        """Note that the state is no longer what was saved last."""
