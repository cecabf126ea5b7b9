"""How the sandbox says no: the status, body and headers that Atlassian would send."""

from collections.abc import Mapping


class Refusal(Exception):
    """A request that the product refuses. The body is Atlassian's own shape and goes out as JSON."""

    def __init__(self, status: int, body: object, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(f"{status}: {body}")
        self.status = status
        self.body = body
        self.headers = dict(headers or {})


def jira_refusal(status: int, *messages: str, **errors: str) -> Refusal:
    """Jira's error collection: general messages, and messages by field."""
    return Refusal(status, {"errorMessages": list(messages), "errors": errors})


def field_refusal(errors: Mapping[str, str], *messages: str) -> Refusal:
    """Jira's 400 for field values it does not accept."""
    return Refusal(400, {"errorMessages": list(messages), "errors": dict(errors)})


NO_ISSUE = "Issue does not exist or you do not have permission to see it."


def no_issue() -> Refusal:
    """Jira's 404 for an issue that is not there or not to be seen."""
    return jira_refusal(404, NO_ISSUE)
