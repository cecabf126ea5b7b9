"""Fills the sandbox with issues as Jira's REST API returns them, one a line, and works out the site they lived in."""

import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import orjson

from connector.core.errors import ConnectorError
from connector.sandbox.jira.issue_shape import mirror_of
from connector.sandbox.seed.issues import IssueSeeder
from connector.sandbox.seed.site import SiteSeeder
from connector.sandbox.world import World


class BadSeed(ConnectorError):
    """A seed file that is not there or does not hold issues."""


def seed_from(world: World, path: Path) -> int:
    """Load every issue of the file; ids, keys, dates, links and histories stay as they are. Returns how many."""
    issues = list(_read(path))
    site = SiteSeeder(world)
    for issue in issues:
        site.learn(issue)
    site.settle()
    IssueSeeder(world, site).load(issues)
    for project in list(world.jira.projects.values()):
        lead = world.users.find(project.lead) or world.users.app
        world.confluence.create_space(project.key, project.name, lead)
    world.jira.forget_shapes()
    for row in world.jira.issues.values():
        mirror_of(world, row)
    world.changed()
    return len(issues)


def _read(path: Path) -> Iterator[dict[str, object]]:
    try:
        raw = path.read_bytes()
        lines = gzip.decompress(raw) if path.suffix == ".gz" else raw
    except (OSError, EOFError, zlib.error) as error:
        raise BadSeed(f"the seed {path} cannot be read: {error}; give a .jsonl or .jsonl.gz file") from error
    for number, line in enumerate(lines.splitlines(), 1):
        if line.strip():
            yield _issue(path, number, line)


def _issue(path: Path, number: int, line: bytes) -> dict[str, object]:
    try:
        issue = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise BadSeed(f"{path}:{number}: not JSON ({error}); each line must hold one issue") from error
    is_issue = isinstance(issue, dict) and isinstance(issue.get("fields"), dict) and "id" in issue and "key" in issue
    if not is_issue or not {"issuetype", "status"} <= issue["fields"].keys():
        raise BadSeed(
            f"{path}:{number}: not an issue as Jira's REST API returns it; it needs id, key and fields with issuetype "
            "and status"
        )
    return cast("dict[str, object]", issue)
