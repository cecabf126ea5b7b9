"""Which projects under rules a letter was about."""

from collections.abc import Iterable

from sqlalchemy import Connection

from connector.pipeline.mirroring import Mirrored
from connector.siterules import SiteRules
from connector.store import projects


def routed(conn: Connection, rules: SiteRules, mirrored: Iterable[Mirrored]) -> set[str]:
    """The projects under rules that letters were about, by their own key or by the space of their pages."""
    told = list(mirrored)
    keys = {key for one in told for key in one.projects}
    spaces = {key for one in told for key in one.spaces}
    by_key = {key for key in keys if rules.rulebook.project_for(key) is not None}
    known = {row.key for row in projects.all_of(conn, rules.site)} if spaces else set()
    return by_key | {key for key in known if (found := rules.rulebook.project_for(key)) and found.space in spaces}
