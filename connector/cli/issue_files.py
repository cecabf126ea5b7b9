"""Issues from a file, as Jira's REST API gives them, and what the file tells of the site they come from."""

import gzip
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from connector.atlassian.jira_reading import catalog_from
from connector.cli.field_guess import guessed
from connector.core.errors import ConnectorError
from connector.core.events import Origin
from connector.core.fields import Field, FieldCatalog, Reach
from connector.core.issue import Issue
from connector.normalise.jira_issue import histories_in, issue_seen
from connector.normalise.reading import Part
from connector.normalise.verdict import Unreadable

_BEFORE_ALL = datetime(1970, 1, 1, tzinfo=UTC)
_ORIGIN = Origin(site="file", name="issue.seen", at=_BEFORE_ALL)


class BadIssueFile(ConnectorError):
    """A file of issues that cannot be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueFile:
    """The issues of a file in its order, their fields, and the people its histories name, by id."""

    issues: tuple[Issue, ...]
    catalog: FieldCatalog
    people: Mapping[str, Mapping[str, object]]


def read_issues(path: Path, told: Path | None, *, has_user: bool) -> IssueFile:
    """Read a file of issues, one JSON object a line, gzipped or not.

    told: the answer of GET /field of the same site, where it is at hand. has_user: whether it is known who asks.
    Raises BadIssueFile.
    """
    raws = [_parsed(line, path, number) for number, line in _lines(path)]
    issues = tuple(_issue(raw, path) for raw in raws)
    fields = [*_told(told), *_named(raws), *guessed(issues)]
    reach = Reach(
        held=frozenset(one for issue in issues for one in issue.fields),
        changed=frozenset(
            name.casefold() for issue in issues for one in issue.changes for name in (one.field, one.field_id)
        ),
        groups=frozenset(),
        has_leads=False,
        has_component_leads=False,
        has_user=has_user,
    )
    return IssueFile(issues=issues, catalog=FieldCatalog(_one_each(fields), reach=reach), people=_authors(raws))


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    try:
        packed = path.read_bytes()
        text = (gzip.decompress(packed) if packed[:2] == b"\x1f\x8b" else packed).decode()
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise BadIssueFile(f"{path} cannot be read: {error}; give a file of UTF-8 lines, gzipped or not") from error
    yield from ((number, line) for number, line in enumerate(text.split("\n"), start=1) if line.strip())


def _parsed(line: str, path: Path, number: int) -> Mapping[str, object]:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise BadIssueFile(f"{path}:{number}: no JSON ({error}); write one issue a line") from error
    if not isinstance(found, Mapping) or not isinstance(found.get("fields"), Mapping):
        raise BadIssueFile(f"{path}:{number}: no issue; write one as GET /issue answers it, with its fields")
    return found


def _issue(raw: Mapping[str, object], path: Path) -> Issue:
    part = Part(raw, "issue")
    try:
        changes = histories_in(part.at("changelog"), _BEFORE_ALL)
        seen = issue_seen(part, _ORIGIN, changes)
    except Unreadable as error:
        raise BadIssueFile(f"{path}: {error}") from error
    return Issue(
        site="file",
        id=seen.issue_id,
        key=seen.key,
        fields=seen.fields,
        changes=tuple(sorted(changes, key=lambda one: (one.at, one.history_id))),
        properties=part.at("properties").fields,
    )


def _told(path: Path | None) -> Iterable[Field]:
    if path is None:
        return ()
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise BadIssueFile(f"{path} cannot be read: {error}; give the JSON that GET /field answers") from error
    if not isinstance(raw, list):
        raise BadIssueFile(f"{path} holds no list; give the JSON that GET /field answers")
    return catalog_from(one for one in raw if isinstance(one, Mapping)).fields


def _named(raws: Iterable[Mapping[str, object]]) -> list[Field]:
    """Fields as the issues' own `names` and `schema` tell them, which Jira adds with expand=names,schema."""
    names: dict[str, str] = {}
    schemas: dict[str, object] = {}
    for raw in raws:
        names |= {key: name for key, name in Part(raw).at("names").fields.items() if isinstance(name, str)}
        schemas |= Part(raw).at("schema").fields
    listed = [{"id": key, "name": name, "schema": schemas[key]} for key, name in names.items() if key in schemas]
    known = {one.id: one for one in catalog_from(listed).fields}
    return [known.get(key) or Field(id=key, name=name, kind="?") for key, name in names.items()]


def _one_each(fields: Iterable[Field]) -> list[Field]:
    """One field for each id: what was told first stands, later tellings add names, and a kind where none was told."""
    found: dict[str, Field] = {}
    for one in fields:
        first = found.get(one.id)
        if first is None:
            found[one.id] = one
            continue
        aliases = tuple(dict.fromkeys([*first.aliases, one.name, *one.aliases]))
        kind, items = (one.kind, one.items) if first.kind == "?" else (first.kind, first.items)
        found[one.id] = Field(id=one.id, name=first.name, kind=kind, items=items, aliases=aliases)
    return list(found.values())


def _authors(raws: Iterable[Mapping[str, object]]) -> dict[str, Mapping[str, object]]:
    """Who made changes, by every id: the histories show them whole, and the mirror keeps their ids only."""
    found: dict[str, Mapping[str, object]] = {}
    for raw in raws:
        for entry in Part(raw).at("changelog", "histories").items:
            author = entry.at("author").fields
            for face in ("accountId", "key", "name"):
                if isinstance(author.get(face), str):
                    found.setdefault(str(author[face]), author)
    return found
