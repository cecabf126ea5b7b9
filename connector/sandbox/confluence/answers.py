"""Confluence's refusals in the words of its three APIs: Cloud v2, Cloud v1 and Data Center."""

from http import HTTPStatus

from flask import Response

from connector.sandbox.confluence.problem import ConfluenceProblem, StaleVersion
from connector.sandbox.front import answer

_CODES = {
    400: "INVALID_REQUEST_PARAMETER",
    403: "FORBIDDEN",
    404: "NOT_FOUND",
    409: "CONFLICT",
    413: "REQUEST_TOO_LARGE",
    415: "UNSUPPORTED_MEDIA_TYPE",
}
_EXCEPTIONS = {
    400: "BadRequestException",
    403: "PermissionException",
    404: "NotFoundException",
    409: "ConflictException",
}


def refused_v2(problem: ConfluenceProblem) -> Response:
    """Cloud v2: a list of errors with a code and a title."""
    title = problem.message
    if isinstance(problem, StaleVersion):
        title = (
            "Version must be incremented when updating a page. "
            f"Current Version: [{problem.current}]. Provided version: [{problem.given}]"
        )
    error = {"status": problem.status, "code": _CODES.get(problem.status, "ERROR"), "title": title, "detail": None}
    return answer({"errors": [error]}, problem.status)


def refused_v1(problem: ConfluenceProblem) -> Response:
    """Cloud v1: a status code, and a message that begins with the exception's name."""
    name = _EXCEPTIONS.get(problem.status, "ServiceException")
    body = {
        "statusCode": problem.status,
        "data": {"authorized": True, "valid": problem.status != 400, "errors": [], "successful": False},
        "message": f"com.atlassian.confluence.api.service.exceptions.{name}: {problem.message}",
    }
    return answer(body, problem.status)


def refused_dc(problem: ConfluenceProblem) -> Response:
    """Data Center: a status code, a message and the reason phrase."""
    body = {
        "statusCode": problem.status,
        "data": {
            "authorized": False,
            "valid": True,
            "allowedInReadOnlyMode": True,
            "errors": {},
            "successful": False,
        },
        "message": problem.message,
        "reason": HTTPStatus(problem.status).phrase,
    }
    return answer(body, problem.status)
