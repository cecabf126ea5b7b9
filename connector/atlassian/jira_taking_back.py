"""What taking a write back needs of a Jira: reads in the mirror's shape, values put back as they were, deletions."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from connector.atlassian.jira import CommentRead
from connector.atlassian.shapes import Raw, as_map, as_text, within
from connector.atlassian.wire import JiraWire, part

_IDS = ("accountId", "name", "key")
_NAMED_BY = ("accountId", "id", "name", "value")


class _Half(Protocol):
    """What the other half of the client has."""

    _wire: JiraWire

    def _comments(self, issue: str, asked: Raw) -> Iterator[Mapping[str, object]]: ...


class TakesBack:
    """A part of a Jira client: see the Protocol `jira.Jira` for what each method promises."""

    def values_of(self: _Half, issue: str, names: Sequence[str]) -> Raw:
        """Some fields of an issue, in the mirror's shape."""
        asked: Raw = {"fields": ",".join(names)}
        return dict(as_map(within(self._wire.get(f"issue/{part(issue)}", asked, version="2"), "fields")))

    def put_back(self: _Half, issue: str, values: Mapping[str, object]) -> None:
        """The fields hold what was read before. Through v2, which takes a text as it gave it."""
        fields = {name: as_sent(value) for name, value in values.items()}
        self._wire.put(f"issue/{part(issue)}", {"fields": fields}, version="2")

    def take_off_label(self: _Half, issue: str, label: str) -> None:
        """The issue does not carry the label."""
        self._wire.put(f"issue/{part(issue)}", {"update": {"labels": [{"remove": label}]}})

    def comments(self: _Half, issue: str) -> tuple[CommentRead, ...]:
        """The comments of an issue, oldest first."""
        return tuple(_comment(one) for one in self._comments(issue, {"orderBy": "created"}))

    def delete_comment(self: _Half, issue: str, comment: str) -> None:
        """The comment is gone."""
        self._wire.delete(f"issue/{part(issue)}/comment/{part(comment)}")

    def delete_property(self: _Half, issue: str, name: str) -> None:
        """The property is not set."""
        self._wire.delete(f"issue/{part(issue)}/properties/{part(name)}")

    def unlink(self: _Half, link: str) -> None:
        """The link is gone."""
        self._wire.delete(f"issueLink/{part(link)}")


def as_sent(value: object) -> object:
    """A value that was read, as it is written: of a user, option, version or priority only what names it."""
    if isinstance(value, list | tuple):
        return [as_sent(one) for one in value]
    if not isinstance(value, Mapping):
        return value
    name = next((one for one in _NAMED_BY if value.get(one) is not None), None)
    if name is None:
        return dict(value)
    child = value.get("child")
    below: Raw = {"child": as_sent(child)} if isinstance(child, Mapping) else {}
    return {name: value[name], **below}


def _comment(raw: Mapping[str, object]) -> CommentRead:
    author, editor = as_map(raw.get("author")), as_map(raw.get("updateAuthor") or raw.get("author"))
    return CommentRead(
        id=as_text(raw.get("id")),
        authors=_ids(author),
        editors=_ids(editor),
        editor=as_text(editor.get("displayName")),
        text=as_text(raw.get("body")),
    )


def _ids(user: Mapping[str, object]) -> frozenset[str]:
    return frozenset(found for one in _IDS if (found := as_text(user.get(one))))
