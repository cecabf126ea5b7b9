"""`connector why` tells what rules thought of an event, what was ever written to an issue, and who wrote on a page."""

import json

import click

from connector.cli.choosing import chosen_site, site_option
from connector.cli.plan import house_under, json_option
from connector.core.errors import ConnectorError
from connector.rehearsal.answers import Came, EventTold, IssueTold, PageTold
from connector.rehearsal.looking import Looked
from connector.rehearsal.telling import jsonable
from connector.rehearsal.why import LAST, Asker
from connector.rulefiles.projects import Defaults
from connector.settings import read_settings


@click.command()
@click.argument("what", metavar="EVENT|ISSUE|PAGE")
@click.option("--last", default=LAST, show_default=True, help="How many of an issue's events are told.")
@site_option
@json_option
def why(what: str, last: int, site_name: str | None, as_json: bool) -> None:
    """Tell why something was written, or was not.

    EVENT is an inbox id or the sender's delivery id, ISSUE a key, PAGE an id or a title. Of an event: each rule that
    looked at it, the clause that decided, what was written and what came back.
    """
    settings = read_settings()
    site = chosen_site(settings, site_name).name
    house = house_under(settings, None)
    ground = house.rules.rules_of(site)
    if ground is None:
        raise ConnectorError(f"site {site} is not in the settings")
    asker = Asker(
        engine=house.engine,
        ground=ground,
        defaults=Defaults(locale=settings.locale, timezone=settings.timezone.key),
        templates=frozenset(house.rules.templates()),
    )
    found = asker.anything(what, last)
    if as_json:
        click.echo(json.dumps({"kind": _KINDS[type(found)], **_object(found)}, ensure_ascii=False, indent=2))
        return
    match found:
        case EventTold():
            lines = _event(found)
        case IssueTold():
            lines = _issue(found)
        case PageTold():
            lines = _page(found)
    click.echo("\n".join([*lines, *(f"note: {note}" for note in found.notes)]))


_KINDS: dict[type, str] = {EventTold: "event", IssueTold: "issue", PageTold: "page"}


def _object(found: EventTold | IssueTold | PageTold) -> dict[str, object]:
    told = jsonable(found)
    assert isinstance(told, dict), "a value of ours becomes an object"
    return told


def _event(found: EventTold) -> list[str]:
    by = f" by {found.by}" if found.by else ""
    lines = [f"inbox {found.inbox_id}: {found.name} {found.at.isoformat(timespec='seconds')}{by}, {found.state}"]
    for key, looked in found.issues.items():
        lines += ["", f"{key}, as it was then:", *(line for one in looked for line in _looked(one))]
    return [*lines, "", *_written(found.came, "nothing was written because of it")]


def _looked(one: Looked) -> list[str]:
    lines = [f"  {one.rule} {one.outcome}: {one.because}" + (f"  ({one.place})" if one.place else "")]
    shown = one.clauses if one.outcome != "not asked" else ()
    return [*lines, *(f"      {'holds' if seen.holds else 'FAILS'}  {seen.text}  — had {seen.seen}" for seen in shown)]


def _issue(found: IssueTold) -> list[str]:
    lines = [f"{found.key} {found.summary} ({found.status})", "", "its last events:"]
    for one in found.events:
        by = f" by {one.by}" if one.by else ""
        changed = f": {'; '.join(one.changed)}" if one.changed else ""
        wrote = f"  → {', '.join(one.wrote)}" if one.wrote else ""
        lines.append(f"  inbox {one.inbox_id}  {one.at.isoformat(timespec='seconds')}  {one.name}{by}{changed}{wrote}")
    if not found.events:
        lines.append("  none that is still known; a backfill tells of no events")
    return [*lines, "", *_written(found.came, "nothing was ever written to it")]


def _page(found: PageTold) -> list[str]:
    lines = [f"page {found.page_id} “{found.title}”"]
    for one in found.writes:
        regions = ", ".join(one.regions) or "no region changed"
        lines += ["", *_came(one.came), f"      regions: {regions}"]
        lines += [f"      {kpi}: {value}" for kpi, value in one.figures.items()]
    return lines


def _written(came: tuple[Came, ...], otherwise: str) -> list[str]:
    return ["written:", *(line for one in came for line in _came(one))] if came else [otherwise]


def _came(one: Came) -> list[str]:
    cause = f", because of {one.cause}" if one.cause else ""
    return [
        f"  {one.at.isoformat(timespec='seconds')}  {one.text}",
        f"      {one.rule}, {one.place}, {one.run}{cause}",
        f"      {one.how}",
    ]
