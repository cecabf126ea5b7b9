"""What can come back instead of an answer, told apart by what the caller may do next.

None of them carries a token, a header or a body: only the operation (method and path), a status and the product's own
reasons, cut short.
"""

from connector.core.errors import ConnectorError

REASONS_LENGTH = 500


class AtlassianFailure(ConnectorError):
    """A request to Jira or Confluence did not do what it should. `operation` is its method and path."""

    def __init__(self, operation: str, message: str) -> None:
        super().__init__(f"{operation}: {message}")
        self.operation = operation


class Refused(AtlassianFailure):
    """The product understood and said no; the same request would be refused again."""

    def __init__(self, operation: str, status: int, reasons: tuple[str, ...] = ()) -> None:
        said = shortened("; ".join(reasons)) or "no reason given"
        super().__init__(operation, f"refused with {status} ({said}){_advice(status)}")
        self.status = status
        self.reasons = reasons


class SignInFailed(AtlassianFailure):
    """The credentials are not, or no longer, accepted."""

    def __init__(self, operation: str, why: str) -> None:
        super().__init__(
            operation, f"{why}; check the user and the token in the settings (tokens expire within a year)"
        )


class Throttled(AtlassianFailure):
    """The product asks for patience; nothing was done. `retry_after_s` is None when it did not say how long."""

    def __init__(self, operation: str, retry_after_s: float | None, reason: str) -> None:
        wait = "later" if retry_after_s is None else f"in {retry_after_s:.0f} s"
        super().__init__(operation, f"too many requests ({reason}); to be tried again {wait}")
        self.retry_after_s = retry_after_s
        self.reason = reason


class NotSent(AtlassianFailure):
    """Nothing was written, or writing it again does no harm: the same request may simply be repeated."""

    def __init__(self, operation: str, why: str) -> None:
        super().__init__(operation, f"{why}; it may be repeated")
        self.why = why


class OutcomeUnknown(AtlassianFailure):
    """The write went out and no one knows whether it was done: look first, then repeat."""

    def __init__(self, operation: str, why: str) -> None:
        super().__init__(operation, f"{why}; whether it was done must be looked up before it is sent again")
        self.why = why


class Conflict(AtlassianFailure):
    """Somebody else wrote in between: read again and merge. `current_version` where the product told it."""

    def __init__(self, operation: str, current_version: int | None) -> None:
        now = "" if current_version is None else f", which is now at version {current_version}"
        super().__init__(operation, f"somebody else changed it meanwhile{now}; read it again and merge")
        self.current_version = current_version


def shortened(text: str) -> str:
    """A stranger's text on one line and not longer than an error may hold."""
    flat = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
    return flat if len(flat) <= REASONS_LENGTH else flat[: REASONS_LENGTH - 1] + "…"


def _advice(status: int) -> str:
    return {
        403: "; give the connector's account the permission",
        404: "; it does not exist, or the connector's account may not see it",
        410: "; this site no longer offers the operation, update the connector",
        413: "; it is too large for the site",
    }.get(status, "")
