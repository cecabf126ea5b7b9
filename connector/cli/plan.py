"""`connector plan` shows every write that an event or a rollup would bring about, and writes nothing."""

import json
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import click

from connector.cli.backfill import UnknownProject
from connector.cli.choosing import chosen_site, house_for, site_option
from connector.core.errors import ConnectorError
from connector.rehearsal.letters import Source
from connector.rehearsal.planning import Plan, Planner, WouldWrite
from connector.rehearsal.telling import jsonable
from connector.settings import Settings, read_settings
from connector.store import projects
from connector.store.engine import BadDatabase, reading
from connector.wiring.house import House

rules_option = click.option(
    "--rules",
    "rules_dir",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="Rule files to try, instead of those in force.",
)
_SOURCES: Mapping[str, Source] = {"jira": "jira", "confluence": "confluence"}
json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of text.")


@click.command()
@click.option(
    "--event",
    "event_file",
    type=click.Path(path_type=Path, dir_okay=False, exists=True, allow_dash=True),
    help="A webhook's body, as the product would send it; - reads it from the standard input.",
)
@click.option("--project", "key", metavar="KEY", help="What a rollup and a new day in this project would write.")
@click.option("--source", type=click.Choice(["jira", "confluence"]), help="The product, where the body leaves a doubt.")
@click.option("--event-header", metavar="EVENT", help="The event's name, where a header tells it and not the body.")
@rules_option
@site_option
@json_option
def plan(
    event_file: Path | None,
    key: str | None,
    source: str | None,
    event_header: str | None,
    rules_dir: Path | None,
    site_name: str | None,
    as_json: bool,
) -> None:
    """Show what would be written, with the rule behind each write. Nothing is written, here or in the products."""
    if (event_file is None) == (key is None):
        raise click.UsageError("say either --event FILE or --project KEY")
    settings = read_settings()
    site = chosen_site(settings, site_name).name
    house = house_under(settings, rules_dir)
    planner = _planner(house, site)
    if event_file is not None:
        body = sys.stdin.buffer.read() if str(event_file) == "-" else event_file.read_bytes()
        found = planner.event(body, _SOURCES.get(source or ""), event_header)
    else:
        assert key is not None, "one of the two was given"
        found = planner.project(checked_project(house, site, key))
    click.echo(json.dumps(jsonable(found), ensure_ascii=False, indent=2) if as_json else "\n".join(as_text(found)))


def house_under(settings: Settings, rules_dir: Path | None) -> House:
    """The house of the command, under other rules if any are named. Its tables are taken as they are."""
    house = house_for(settings if rules_dir is None else replace(settings, rules_dir=rules_dir))
    problems = house.problems()
    if problems:
        raise BadDatabase(problems[0])
    return house


def checked_project(house: House, site: str, key: str) -> str:
    """The project's key, if it is mirrored and under rules."""
    ground = house.rules.rules_of(site)
    if ground is None or ground.rulebook.project_for(key) is None:
        raise UnknownProject(f"project {key} is under no rules; name it under projects: in the rule files")
    with reading(house.engine) as conn:
        known = projects.get(conn, site, key)
    if known is None:
        raise UnknownProject(f"project {key} is not mirrored yet; connector backfill --project {key} fills it first")
    return key


def as_text(found: Plan) -> list[str]:
    """The plan as lines for a terminal."""
    head = f"{found.about}, as of {found.as_of.isoformat(timespec='minutes')}, rules {found.rules[:12]}"
    lines = [head, *(f"note: {note}" for note in found.notes)]
    for one in found.writes:
        lines += ["", *_lines(one)]
    states = {state: sum(one.state == state for one in found.writes) for state in ("planned", "held", "observed")}
    counted = ", ".join(f"{count} {_STATES[state]}" for state, count in states.items() if count)
    return [*lines, "", counted or "nothing would be written"]


_STATES = {
    "planned": "would be written",
    "held": "held back until `connector release RULE`",
    "observed": "only shown: the project is in mode observe",
}
_MARKS = {"planned": "", "held": "[held] ", "observed": "[observed] "}


def _lines(one: WouldWrite) -> list[str]:
    when = f", not before {one.not_before.isoformat(timespec='minutes')}" if one.not_before else ""
    if one.differences:
        verb, about = next(iter(one.told.items()))
        head = [f"{verb} {about}", *(f"    {difference}" for difference in one.differences)]
    elif isinstance(one.told.get("says"), list):
        verb, about = next(iter(one.told.items()))
        titled = _texts([one.told["title"]]) if "title" in one.told else ()
        head = [f"{verb} {about}", *(f"    {line}" for line in (*titled, *_texts(one.told["says"])))]
    else:
        head = [one.headline]
    marked = [f"{_MARKS.get(one.state, '')}{head[0]}", *head[1:]]
    return [*marked, *(f"    {line}" for line in one.diff), f"  because of {one.rule}, {one.place}{when}"]


def _texts(value: object) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else []


def _planner(house: House, site: str) -> Planner:
    ground = house.rules.rules_of(site)
    if ground is None:
        raise ConnectorError(f"site {site} is not in the settings")
    return Planner(
        engine=house.engine,
        ground=ground,
        templates=house.rules.templates,
        reader=house.pipeline.reader,
        now=house.clock.now(),
    )
