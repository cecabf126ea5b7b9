"""`connector jql parse` judges queries as Jira's own parser does; `connector jql match` answers them from a file."""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import BinaryIO
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click

from connector.cli.issue_files import IssueFile, read_issues
from connector.core.rulebook import SelectorScope
from connector.core.surroundings import people_in, ranks_in, versions_in
from connector.jql.compile import compile_jql
from connector.jql.errors import JqlError
from connector.jql.parse import parse
from connector.jql.ranking import PRIORITIES

queries_argument = click.argument("queries", metavar="[FILE]", type=click.File("rb"), default="-")


@click.group()
def jql() -> None:
    """Try JQL queries outside Jira: one query a line, where \\n and \\t stand for a line break and a tab."""


@jql.command("parse")
@queries_argument
def parse_queries(queries: BinaryIO) -> None:
    """Say of each query in FILE, or of what is typed, whether Jira's grammar takes it, as one JSON object a line.

    `at` holds where the first wrong piece begins and ends, in characters. Only the grammar is asked: whether a field
    or function exists is asked by `connector check`, and by `connector jql match` for its file.
    """
    for text in _queries(queries):
        error = _error_in(text)
        at = [error.position, error.position + len(error.found)] if error else None
        _tell({"jql": text, "valid": error is None, "error": str(error) if error else None, "at": at})


@jql.command()
@click.option(
    "--issues",
    "file",
    required=True,
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Issues as Jira's REST API gives them, one a line, gzipped or not.",
)
@click.option("--now", "moment", required=True, help="The moment to ask at, such as 2026-03-01T09:00:00Z.")
@click.option("--tz", "zone", required=True, help="The time zone in which days begin, such as Asia/Shanghai.")
@click.option("--user", help="Who asks: the account id, or on Data Center the name, behind currentUser().")
@click.option(
    "--fields",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="The answer of GET /field, for custom fields by name.",
)
@queries_argument
def match(file: Path, moment: str, zone: str, user: str | None, fields: Path | None, queries: BinaryIO) -> None:
    """Answer each query in FILE, or what is typed, from a file of issues: one JSON object a line.

    `keys` are in the query's order, else in the file's. A query that Jira would refuse, or that asks for what the
    file does not hold, gets `error` and its place instead.
    """
    known = read_issues(file, fields, has_user=user is not None)
    scope = scope_of(known, _instant(moment), _zone(zone), user)
    for text in _queries(queries):
        try:
            found = compile_jql(text, known.catalog).select(known.issues, scope)
        except JqlError as error:
            _tell({"jql": text, "error": str(error), "at": [error.position, error.position + len(error.found)]})
        else:
            _tell({"jql": text, "count": len(found), "keys": [one.key for one in found]})


def scope_of(known: IssueFile, now: datetime, zone: ZoneInfo, user: str | None) -> SelectorScope:
    """What the file tells about the surroundings of its issues."""
    by_name = {name: issue for issue in known.issues for name in (issue.id, issue.key)}
    shown = people_in(known.issues)
    return SelectorScope(
        now=now,
        timezone=zone,
        user=user,
        issue=by_name.get,
        versions=versions_in(known.issues),
        people=lambda user_id: known.people.get(user_id) or shown(user_id),
        ranks={
            "priority": ranks_in(known.issues, "priority", PRIORITIES),
            "resolution": ranks_in(known.issues, "resolution"),
        },
    )


def _queries(lines: BinaryIO) -> Iterator[str]:
    """The queries: lines end at the line feed alone, as a query may hold any other break."""
    for line in lines.read().decode("utf-8", errors="replace").split("\n"):
        if line:
            yield line.replace("\\n", "\n").replace("\\t", "\t")


def _error_in(text: str) -> JqlError | None:
    try:
        parse(text)
    except JqlError as error:
        return error
    return None


def _tell(answer: dict[str, object]) -> None:
    click.echo(json.dumps(answer, ensure_ascii=False))


def _instant(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise click.BadParameter(f"{text!r} is no instant; write one with its offset, such as 2026-03-01T09:00:00Z")
    return found


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise click.BadParameter(f"{name!r} is no time zone; write one such as Asia/Shanghai") from None
