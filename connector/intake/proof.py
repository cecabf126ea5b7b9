"""Whether a delivery proves that it comes from the product. Every comparison takes constant time."""

import base64
import binascii
import hmac

from werkzeug.datastructures import Headers

from connector.settings import Door

ALGORITHMS = frozenset({"sha256", "sha384", "sha512"})
"""What Atlassian signs with (sha256) and may move to; weaker ones are not believed."""
SIGNATURE_HEADER = "X-Hub-Signature"
TOKEN_HEADER = "X-Webhook-Token"


def is_proven(door: Door, headers: Headers, body: bytes, path_secret: str | None) -> bool:
    """Whether the delivery carries one of the door's secrets in the way that the door asks for.

    A door without a secret believes nobody.
    """
    match door.method:
        case "hmac":
            return _is_signed(door.secrets, headers.get(SIGNATURE_HEADER, ""), body)
        case "header":
            return _is_one_of(door.secrets, headers.get(TOKEN_HEADER) or _bearer(headers.get("Authorization", "")))
        case "basic":
            return _is_one_of(door.secrets, _basic(headers.get("Authorization", ""), door.secrets))
        case "path":
            return _is_one_of(door.secrets, path_secret or "")


def _is_signed(secrets: tuple[str, ...], signature: str, body: bytes) -> bool:
    algorithm, _, given = signature.partition("=")
    if algorithm.lower() not in ALGORITHMS:
        return False
    found = False
    for secret in secrets:
        expected = hmac.new(secret.encode(), body, algorithm.lower()).hexdigest()
        # Not `or`: both secrets are always compared, so that time does not tell which one is in use.
        found |= hmac.compare_digest(expected.encode(), given.strip().lower().encode())
    return found


def _is_one_of(secrets: tuple[str, ...], given: str) -> bool:
    found = False
    for secret in secrets:
        found |= hmac.compare_digest(secret.encode(), given.encode())
    return found


def _bearer(authorization: str) -> str:
    scheme, _, token = authorization.partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _basic(authorization: str, secrets: tuple[str, ...]) -> str:
    """The password given, or user:password where the secrets are written that way."""
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != "basic":
        return ""
    try:
        pair = base64.b64decode(encoded, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return ""
    return pair if any(":" in secret for secret in secrets) else pair.partition(":")[2]
