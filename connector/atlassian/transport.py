"""The one adapter of ours under both libraries' sessions: timeouts, pacing, patience, metrics, failures.

The libraries' own retries are switched off: `jira` sends a POST again after a dropped connection and
`atlassian-python-api` can do so for ever. Only reads are repeated here; what becomes of a write, the outbox decides.
"""

import random
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal
from urllib.parse import urlsplit

from requests import PreparedRequest, Response, exceptions
from requests.adapters import HTTPAdapter
from urllib3.exceptions import ConnectTimeoutError, MaxRetryError, NewConnectionError

from connector.atlassian.failures import AtlassianFailure, NotSent, OutcomeUnknown, Throttled
from connector.atlassian.pacing import Pacer
from connector.atlassian.refusals import failure_of
from connector.atlassian.retry import ATTEMPTS, wait_s

Product = Literal["jira", "confluence"]
OnRequest = Callable[[str, str, str, float], None]
"""Told after each request: product, method, status (or "unreachable", "lost"), seconds it took."""

TRACE_HEADER = "X-Atlassian-Webhook-Trace"
# These operations are sent with POST and read all the same.
_READING_POST = re.compile(r"/(search|search/jql|search/approximate-count|issue/bulkfetch|changelog/bulkfetch)$")
_ISSUE = re.compile(r"/rest/api/\w+/issue/([^/]+)")
_REPEATABLE = frozenset({"PUT", "DELETE"})


def _nobody(_product: str, _method: str, _status: str, _took_s: float) -> None:
    """Nobody counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """On what terms requests are made.

    `trace` marks our Jira writes, so that the events they cause are known as our own. A read is tried
    `read_attempts` times in all, unless the site asks for a longer wait than `longest_wait_s`.
    """

    connect_s: float = 5.0
    answer_s: float = 30.0
    trace: str | None = None
    read_attempts: int = 1 + ATTEMPTS
    longest_wait_s: float = 30.0
    on_request: OnRequest = _nobody
    pause: Callable[[float], None] = time.sleep
    jitter: Callable[[], float] = lambda: random.uniform(0.7, 1.3)


class Transport(HTTPAdapter):
    """Carries the requests of one product; raises one of `failures` for whatever is no success."""

    def __init__(self, product: Product, terms: Terms) -> None:
        super().__init__(max_retries=0)
        self._product = product
        self._terms = terms
        self._pacer = Pacer(pause=terms.pause)

    def send(
        self,
        request: PreparedRequest,
        stream: bool = False,
        timeout: float | tuple[float, float] | tuple[float, None] | None = None,
        verify: bool | str = True,
        cert: bytes | str | tuple[bytes | str, bytes | str] | None = None,
        proxies: Mapping[str, str] | None = None,
    ) -> Response:
        """Send the request on our terms; the caller's timeout is not asked for."""
        how = {"stream": stream, "verify": verify, "cert": cert, "proxies": proxies}
        if _reads(request):
            return self._read(request, how)
        self._prepare_write(request)
        return self._once(request, how)

    def _read(self, request: PreparedRequest, how: Mapping[str, object]) -> Response:
        attempt = 0
        while True:
            attempt += 1
            try:
                return self._once(request, how)
            except (Throttled, NotSent) as failure:
                asked = failure.retry_after_s if isinstance(failure, Throttled) else None
                rest_s = wait_s(attempt, asked, datetime.now(UTC), self._terms.jitter())
                if attempt >= self._terms.read_attempts or rest_s > self._terms.longest_wait_s:
                    raise
            self._terms.pause(rest_s)

    def _prepare_write(self, request: PreparedRequest) -> None:
        if self._product != "jira":
            return
        if self._terms.trace is not None:
            request.headers[TRACE_HEADER] = self._terms.trace
        if found := _ISSUE.search(_path(request)):
            self._pacer.wait_for(found[1])

    def _once(self, request: PreparedRequest, how: Mapping[str, object]) -> Response:
        started = time.monotonic()
        timeout = (self._terms.connect_s, self._terms.answer_s)
        failure: AtlassianFailure | None = None
        try:
            response = super().send(request, timeout=timeout, **how)  # type: ignore[arg-type]
            _ = response.content  # read here, so that an answer cut short is told as such
        except exceptions.RequestException as error:
            failure = _lost(error, request, _reads(request))
            self._count(request, "unreachable" if _never_connected(error) else "lost", started)
        if failure is not None:
            # Raised out here, so that the library's error, which quotes the query, is no part of ours.
            raise failure
        self._count(request, str(response.status_code), started)
        if told := failure_of(response, _operation(request), _repeats_safely(request)):
            raise told
        return response

    def _count(self, request: PreparedRequest, status: str, started: float) -> None:
        self._terms.on_request(self._product, str(request.method), status, time.monotonic() - started)


def _lost(error: exceptions.RequestException, request: PreparedRequest, is_read: bool) -> AtlassianFailure:
    operation = _operation(request)
    if _never_connected(error):
        parts = urlsplit(request.url or "")
        return NotSent(operation, f"{parts.scheme}://{parts.netloc} could not be reached ({type(error).__name__})")
    is_late = isinstance(error, exceptions.ReadTimeout)
    why = "no answer came in time" if is_late else "the connection broke before the answer was there"
    return NotSent(operation, why) if is_read else OutcomeUnknown(operation, why)


def _never_connected(error: exceptions.RequestException) -> bool:
    if isinstance(error, exceptions.ConnectTimeout | exceptions.ProxyError):
        return True
    if isinstance(error, exceptions.SSLError):
        return "certificate" in str(error).lower()
    cause = error.args[0] if error.args else None
    reason = cause.reason if isinstance(cause, MaxRetryError) else cause
    return isinstance(reason, NewConnectionError | ConnectTimeoutError)


def _path(request: PreparedRequest) -> str:
    return urlsplit(request.url or "").path


def _operation(request: PreparedRequest) -> str:
    return f"{request.method} {_path(request)}"


def _reads(request: PreparedRequest) -> bool:
    if request.method in ("GET", "HEAD", "OPTIONS"):
        return True
    return request.method == "POST" and _READING_POST.search(_path(request)) is not None


def _repeats_safely(request: PreparedRequest) -> bool:
    return _reads(request) or request.method in _REPEATABLE
