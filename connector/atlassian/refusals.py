"""An answer that is no success, as one of our failures."""

import json
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from requests import Response

from connector.atlassian.failures import (
    AtlassianFailure,
    Conflict,
    NotSent,
    OutcomeUnknown,
    Refused,
    SignInFailed,
    Throttled,
    shortened,
)
from connector.atlassian.retry import asked_s
from connector.atlassian.shapes import as_map, as_maps

_VERSION = re.compile(r"current version(?: is)?\s*:?\s*\[?(\d+)", re.IGNORECASE)


def failure_of(response: Response, operation: str, repeats_safely: bool) -> AtlassianFailure | None:
    """What the answer means as a failure, or None when it is a success.

    repeats_safely: the request only reads, or writing it twice leaves the same thing.
    """
    status = response.status_code
    if _is_stranger(response):
        return SignInFailed(operation, f"answered {status}, but the credentials were not accepted")
    if status == 429 or (status == 503 and "Retry-After" in response.headers):
        return _throttled(response, operation)
    if status >= 500 or status in (408, 425):
        why = f"the site answered {status}"
        return NotSent(operation, why) if repeats_safely else OutcomeUnknown(operation, why)
    if status == 409:
        return Conflict(operation, _current_version(response))
    if status >= 400:
        return Refused(operation, status, reasons_of(response))
    return _odd_success(response, operation)


def reasons_of(response: Response) -> tuple[str, ...]:
    """The product's own words for a refusal, from whichever of its error shapes the body has."""
    body = as_map(_json_of(response))
    found = [str(one) for one in _listed(body.get("errorMessages")) if one]
    errors = body.get("errors")
    found += [f"{field}: {said}" for field, said in as_map(errors).items()]
    found += [_v2_reason(one) for one in as_maps(errors)]
    found += [str(body[key]) for key in ("errorMessage", "message") if isinstance(body.get(key), str)]
    return tuple(shortened(one) for one in dict.fromkeys(found))


def _v2_reason(error: object) -> str:
    said = as_map(error)
    parts = [str(said[key]) for key in ("title", "detail", "message") if said.get(key)]
    return ": ".join(parts) or str(said.get("code", ""))


def _is_stranger(response: Response) -> bool:
    # Atlassian may answer 200 as to an anonymous visitor, or 403 with a captcha, when a token is wrong.
    login = response.headers.get("X-Seraph-LoginReason", "")
    denied = "AUTHENTICATED_FAILED" in login or "AUTHENTICATION_DENIED" in login
    return response.status_code == 401 or denied or "X-Authentication-Denied-Reason" in response.headers


def _throttled(response: Response, operation: str) -> Throttled:
    header = response.headers.get("Retry-After")
    reason = response.headers.get("RateLimit-Reason") or f"status {response.status_code}"
    return Throttled(operation, asked_s(header, _sent_at(response)), shortened(reason))


def _sent_at(response: Response) -> datetime:
    """When the site says it answered: a date in Retry-After is meant by the site's clock, not by ours."""
    try:
        said = parsedate_to_datetime(response.headers.get("Date", ""))
    except ValueError:
        return datetime.now(UTC)
    return said if said.tzinfo else said.replace(tzinfo=UTC)


def _current_version(response: Response) -> int | None:
    for reason in reasons_of(response):
        if found := _VERSION.search(reason):
            return int(found[1])
    return None


def _odd_success(response: Response, operation: str) -> Refused | None:
    if 300 <= response.status_code < 400:
        to = urlsplit(response.headers.get("Location", ""))
        where = f"{to.scheme}://{to.hostname}" if to.hostname else "another page"
        said = f"sent on to {shortened(where)}: the site's address in the settings is not its own"
        return Refused(operation, response.status_code, (said,))
    is_json = "json" in response.headers.get("Content-Type", "") or not response.content
    if response.status_code == 200 and not is_json:
        said = "answered with a page instead of JSON: the address is wrong, or a login page stands before it"
        return Refused(operation, 200, (said,))
    return None


def _json_of(response: Response) -> object:
    try:
        return json.loads(response.content)
    except ValueError:
        return None


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else []
