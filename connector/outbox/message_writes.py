"""Carrying out messages: each address of a channel at most once, for nobody can look up whether it has one.

What may have been sent becomes a dead letter, which only a person sends once more; then only those addresses get it
that are not known to have it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import structlog

from connector.core.actions import SendMessage
from connector.messages.channels import Address, BadChannels, exposure, read_channels
from connector.messages.posting import MaybeSent, NoAddress, NotSent, Sent, post
from connector.outbox.outcome import Done, Impossible, NotYet, Outcome
from connector.store.outbox import OutboxRow

log = structlog.get_logger()

NO_FILE = "there is no file of channels; name one with a channel {channel!r} in CONNECTOR_CHANNELS_FILE, then retry"
MAYBE_SENT = "it may have been sent, and is not sent again by itself"


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageDesk:
    """What sending messages needs: the file of channels, read anew for each, and a memory of which address has which.

    has_it: whether at this site something under this natural key is done; note: it is done now.
    """

    file: Path | None
    has_it: Callable[[str, str], bool]
    note: Callable[[str, str], None]
    _warned: set[Path] = field(default_factory=set)

    def send(self, row: OutboxRow, write: SendMessage) -> Outcome:
        """Send a message to every address of its channel that does not have it yet."""
        if row.needs_look_up:
            return Impossible(reason=f"{MAYBE_SENT}: the connector was cut short while sending it")
        if self.file is None:
            return Impossible(reason=NO_FILE.format(channel=write.channel))
        self._warn(self.file)
        try:
            channels = read_channels(self.file)
        except BadChannels as problem:
            return NotYet(reason=str(problem))
        addresses = channels.addresses.get(write.channel)
        if addresses is None:
            return Impossible(reason=f"{channels.lack(write.channel)}; then retry")
        return self._send_all(row.site, write, addresses)

    def _send_all(self, site: str, write: SendMessage, addresses: tuple[Address, ...]) -> Outcome:
        lost, dead, later = list[str](), list[str](), list[str]()
        for address in addresses:
            known_as = f"{write.natural_key} at {address.name}"
            if len(addresses) > 1 and self.has_it(site, known_as):
                continue
            match post(address, write.title, write.text):
                case Sent() if len(addresses) > 1:
                    self.note(site, known_as)
                case Sent():
                    pass
                case MaybeSent(reason=reason):
                    lost.append(reason)
                case NoAddress(reason=reason):
                    dead.append(reason)
                case NotSent(reason=reason):
                    later.append(reason)
        if lost:
            return Impossible(reason="; ".join((f"{MAYBE_SENT}: {lost[0]}", *lost[1:], *dead, *later)))
        if dead:
            return Impossible(reason="; ".join((*dead, *later)))
        return NotYet(reason="; ".join(later)) if later else Done()

    def _warn(self, file: Path) -> None:
        """Say once that others can read the file."""
        warning = exposure(file) if file not in self._warned else None
        if warning is not None:
            self._warned.add(file)
            log.warning("channels file is open to others", problem=warning)
