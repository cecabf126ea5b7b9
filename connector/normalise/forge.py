"""Events that a Forge app passes on, put into the shape of the products' own webhooks."""

import re
from collections.abc import Mapping

from connector.normalise.reading import Part, without_empty

_EVENT_TYPE = re.compile(r"avi:(jira|jira-software|confluence):([a-z_]+):([a-z-]+)")
_VERBS: Mapping[str, Mapping[str, str]] = {
    "issue": {"created": "created", "updated": "updated", "assigned": "updated", "deleted": "deleted"},
    "comment": {"deleted": "deleted"},
    "worklog": {"created": "created", "updated": "updated", "deleted": "deleted"},
    "issuelink": {"created": "created", "deleted": "deleted"},
    "issue-property": {"set": "set", "deleted": "deleted"},
    "version": {
        **{verb: verb for verb in ("created", "updated", "released", "unreleased", "moved", "deleted")},
        "archived": "updated",
        "unarchived": "updated",
        "merged": "deleted",
    },
    "sprint": {verb: verb for verb in ("created", "updated", "started", "closed", "deleted")},
    "page": {
        **{verb: verb for verb in ("created", "updated", "moved", "trashed", "restored")},
        "initialized": "created",
        "copied": "created",
        "deleted": "removed",
        **dict.fromkeys(("started", "snapshotted", "published", "archived", "unarchived"), "updated"),
    },
}
_KINDS = {"issuelink": "link", "issue-property": "property"}
_BODY_KEYS = {"issuelink": "issueLink", "issue-property": "property", "version": "version", "sprint": "sprint"}


def is_forge(body: Part) -> bool:
    """Whether the body is a Forge event, bare or below `payload`."""
    return _inner(body).at("eventType").text() is not None


def delivery_of(body: Part) -> str:
    """What tells one Forge event from another: Forge sends no delivery id, and each attempt has a new token."""
    event = _inner(body)
    subject = next((event.at(name, "id").maybe_id() for name in ("content", "comment", "issue")), None)
    found = (
        event.at("eventType").text(),
        subject or event.at("id").maybe_id(),
        event.at("timestamp").maybe_id() or event.at("eventCreatedDate").maybe_id(),
        event.at("content", "version", "number").maybe_id(),
    )
    return " ".join(one for one in found if one)


def as_webhook(body: Part) -> Part:
    """The event in the shape of a webhook. Its name is ours where we know it, and else Forge's own."""
    event = _inner(body)
    told = event.at("eventType").text() or ""
    found = _EVENT_TYPE.fullmatch(told)
    if found is None:
        return Part({"webhookEvent": told, "event": told})
    product, verb, thing = found.groups()
    name = _comment_name(event) if (thing, verb) == ("issue", "commented") else _name(thing, verb) or told
    shape = _confluence if product == "confluence" else _jira
    return Part(without_empty(shape(name, thing, event)))


def _inner(body: Part) -> Part:
    inner = body.at("payload")
    return Part(inner.value) if inner.at("eventType").text() else body


def _name(thing: str, verb: str) -> str | None:
    ours = _VERBS.get(thing, {}).get(verb)
    return f"{_KINDS.get(thing, thing)}.{ours}" if ours else None


def _comment_name(event: Part) -> str:
    """Forge has one event for a comment made and a comment edited."""
    comment = event.at("comment")
    created, updated = comment.at("created").moment(), comment.at("updated").moment()
    is_edit = created is not None and updated is not None and updated > created
    return "comment.updated" if is_edit else "comment.created"


def _jira(name: str, thing: str, event: Part) -> dict[str, object]:
    user = event.at("atlassianId").maybe_id()
    shape: dict[str, object] = {
        "webhookEvent": name,
        "timestamp": event.at("timestamp").value or event.at("eventCreatedDate").value,
        "user": {"accountId": user} if user else None,
        **{key: event.at(key).value for key in ("issue", "comment", "worklog", "changelog")},
    }
    key = _BODY_KEYS.get(thing)
    return {**shape, key: event.at(key).value or event.value} if key else shape


def _confluence(name: str, thing: str, event: Part) -> dict[str, object]:
    content = event.at("content")
    page = {
        "id": content.at("id").value,
        "title": content.at("title").value,
        "spaceKey": content.at("space", "key").value,
        "version": content.at("version", "number").value,
        "contentType": content.at("type").value,
        "modificationDate": content.at("version", "when").value,
    }
    return {
        "event": name,
        "timestamp": event.at("eventCreatedDate").value,
        "userAccountId": event.at("atlassianId").value,
        "page": without_empty(page) if thing == "page" else None,
    }
