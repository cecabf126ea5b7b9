"""One message to one address, and what became of it.

Apprise says no more than whether it went well. Why it did not it tells its log, from which is read whether the message
may have left all the same. Nothing of that log goes any further: it quotes addresses.
"""

import logging
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import apprise

from connector.messages.channels import Address

TIMEOUT_S = 20.0
"""How long a service may take to answer; without an answer nobody knows whether it has the message."""
_NO_CONNECTION = re.compile(
    r"NewConnectionError|ConnectTimeout|NameResolutionError|Connection refused|Name or service not known|"
    r"No route to host|Network is unreachable|CERTIFICATE_VERIFY_FAILED|WRONG_VERSION_NUMBER|"
    r"(Unable to|Cannot) connect to proxy|Tunnel connection failed"
)
_MAIL_REFUSED = re.compile(r"\(\s*[45]\d\d,\s*b['\"]")
_STATUS = re.compile(r"\berror=(\d{3})\b")
_OF_GATEWAYS = frozenset({408, 502, 504})
"""Statuses of those who passed the message on and never heard what became of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """The service has taken the message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotSent:
    """The service surely does not have the message."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MaybeSent:
    """Nobody knows whether the service has the message."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoAddress:
    """The address is none that can be sent to."""

    reason: str


Posted = Sent | NotSent | MaybeSent | NoAddress


def post(address: Address, title: str, text: str) -> Posted:
    """Send a message to an address, as plain text."""
    with _listening() as heard:
        service = _service(address)
        if service is None:
            return NoAddress(
                reason=f"{address.name} is no address that can be sent to; mend it as "
                "https://appriseit.com/services says for its kind"
            )
        try:
            is_sent = bool(service.notify(body=text, title=title, body_format=apprise.NotifyFormat.TEXT))
        except Exception as error:
            # A service is other people's code, and what it did before it failed is not known.
            return MaybeSent(reason=f"{address.name}: it failed ({type(error).__name__})")
    return Sent() if is_sent else _judged(address, heard)


def _service(address: Address) -> apprise.NotifyBase | None:
    asset = apprise.AppriseAsset(
        app_id="lifecycle-connector",
        app_desc="lifecycle-connector",
        async_mode=False,
        # A redirected POST comes back as a GET, whose answer says nothing of the message.
        http_redirects=False,
        interpret_emojis=False,
        interpret_escapes=False,
    )
    service = apprise.Apprise.instantiate(address.url, asset=asset)
    if service is None:
        return None
    if "rto=" not in address.url:
        service.socket_read_timeout = TIMEOUT_S
    if "cto=" not in address.url:
        service.socket_connect_timeout = TIMEOUT_S
    if "overflow=" not in address.url:
        service.overflow_mode = apprise.OverflowMode.TRUNCATE
    return service


def _judged(address: Address, heard: list[logging.LogRecord]) -> NotSent | MaybeSent:
    """What a failure means: the message was surely not sent only where everything that is told of it says so."""
    told = [one for record in heard if (one := _evidence(address, record)) is not None]
    doubts = [one for one in told if isinstance(one, MaybeSent)]
    if doubts or not told:
        return doubts[0] if doubts else MaybeSent(reason=f"{address.name}: it failed, and nothing says how far it came")
    return told[0]


def _evidence(address: Address, record: logging.LogRecord) -> NotSent | MaybeSent | None:
    """What one line of apprise's log says. Lines that may quote the message itself are not read."""
    line = record.getMessage()
    if record.levelno == logging.INFO and line.startswith("Sent"):
        return MaybeSent(reason=f"{address.name}: some of those it is for have it, and some have not")
    if line.startswith("Socket Exception"):
        if _NO_CONNECTION.search(line):
            return NotSent(reason=f"{address.name}: there was no connection")
        if _MAIL_REFUSED.search(line):
            return NotSent(reason=f"{address.name}: the mail server refused it")
        return MaybeSent(reason=f"{address.name}: the connection broke, or no answer came in time")
    found = _STATUS.search(line) if record.levelno >= logging.WARNING else None
    if found is None:
        return None
    status = int(found[1])
    if status in _OF_GATEWAYS or not 300 <= status < 600:
        return MaybeSent(reason=f"{address.name}: HTTP {status} does not say what became of it")
    return NotSent(reason=f"{address.name}: it was not taken (HTTP {status})")


@contextmanager
def _listening() -> Iterator[list[logging.LogRecord]]:
    """What apprise tells its log in this thread, as long as the block lasts."""
    heard: list[logging.LogRecord] = []
    _EAR.heard.records = heard
    try:
        yield heard
    finally:
        _EAR.heard.records = None


class _Ear(logging.Handler):
    """Hears apprise's log, each thread its own part, and lets nothing of it out: it quotes addresses and texts."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.heard = threading.local()

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the record for the thread that listens."""
        records = getattr(self.heard, "records", None)
        if records is not None:
            records.append(record)


def _put_up() -> _Ear:
    ear, log = _Ear(), logging.getLogger("apprise")
    log.propagate = False
    log.setLevel(logging.DEBUG)
    log.addHandler(ear)
    return ear


_EAR = _put_up()
