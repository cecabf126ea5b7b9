"""`connector pause`, `resume` and `release`: a person stops what rules do, lets it go on, and frees what was held."""

import difflib
import shlex
from collections.abc import Iterable, Sequence

import click
from sqlalchemy import Connection

from connector.cli.backfill import UnknownProject
from connector.cli.choosing import chosen_site, house_for, site_option
from connector.core.errors import ConnectorError
from connector.core.steering import WHOLE_SITE, Pause, PauseKind, rule_names
from connector.intake.resuming import put_resumed
from connector.settings import read_settings
from connector.store import outbox, pauses, planning, projects, runs
from connector.store.engine import migrate, reading, writing
from connector.wiring.house import House


class UnknownRule(ConnectorError):
    """No rule is called so."""


_project = click.option("--project", "key", metavar="KEY", help="One project.")
_rule = click.option("--rule", "rule_name", metavar="ID", help="One rule, by its id or as status shows it.")


@click.command()
@_project
@_rule
@site_option
@click.option("--reason", default="", metavar="TEXT", help="Why; shown by status and on the project's page.")
def pause(key: str | None, rule_name: str | None, site_name: str | None, reason: str) -> None:
    """Stop a project, a rule or (without an option) the whole site, at once.

    Nothing is sent for a paused project; what its rules decide is only shown. A paused rule is not judged. The mirror
    goes on.
    """
    house, site = _opened(site_name)
    kind, name = _meant(house, site, key, rule_name)
    one = Pause(site=site, kind=kind, name=name, at=house.clock.now(), reason=" ".join(reason.split()))
    with writing(house.engine) as conn:
        is_new = pauses.pause(conn, one)
        held = next(found for found in pauses.of_site(conn, site) if (found.kind, found.name) == (kind, name))
        keys = _touched(conn, site, kind, name)
        projects.mark_dirty(conn, site, keys if is_new else ())
    what = _called(site, kind, name)
    if is_new:
        click.echo(f"{what}: paused; `{_resume_command(kind, name)}` lets it go on")
    else:
        click.echo(f"{what}: paused already, since {held.at.isoformat(timespec='seconds')}" + _because(held.reason))


@click.command()
@_project
@_rule
@site_option
def resume(key: str | None, rule_name: str | None, site_name: str | None) -> None:
    """Let a project, a rule or (without an option) the whole site go on.

    What waited leaves in its old order; pages and scores catch up; events that happened meanwhile fire no rule.
    """
    house, site = _opened(site_name)
    kind, name = _meant(house, site, key, rule_name)
    with writing(house.engine) as conn:
        was_paused = pauses.resume(conn, site, kind, name)
        keys = _touched(conn, site, kind, name) if was_paused else []
        projects.mark_dirty(conn, site, keys)
        put_resumed(conn, site, keys, house.clock.now())
        left = [one for one in pauses.of_site(conn, site) if one.kind in {kind, "site"}]
    what = _called(site, kind, name)
    click.echo(f"{what}: goes on" if was_paused else f"{what}: was not paused")
    for one in left:
        click.echo(f"{_called(site, one.kind, one.name)}: still paused" + _because(one.reason))


@click.command()
@click.argument("rule_name", metavar="[RULE]", required=False)
@_project
@site_option
@click.option("--all", "is_all", is_flag=True, help="Let go what any rule has held back.")
@click.option("--list", "is_list", is_flag=True, help="Only show what is held back.")
def release(rule_name: str | None, key: str | None, site_name: str | None, is_all: bool, is_list: bool) -> None:
    """Let go what a rule wanted beyond its at_most, once a person has looked at it."""
    if rule_name is None and not (is_all or is_list):
        raise click.UsageError("say which RULE, or --all; --list shows what is held back")
    house, site = _opened(site_name)
    with reading(house.engine) as conn:
        rows = outbox.held(conn, site, key)
    names = {row.rule for row in rows}
    if rule_name is not None:
        names = {rule_called(rule_name, sorted(names), f"rule {rule_name} holds nothing back")}
    for row in rows:
        if row.rule in names:
            click.echo(f"{row.project}  {row.natural_key}  ({row.rule}, {row.place})")
    if is_list:
        click.echo(f"{sum(row.rule in names for row in rows)} writes held back")
        return
    with writing(house.engine) as conn:
        count = sum(planning.release(conn, site, name, key) for name in sorted(names))
    click.echo(f"{count} writes released; they leave with the next round of connector serve")


def _opened(site_name: str | None) -> tuple[House, str]:
    house = house_for(read_settings())
    site = chosen_site(house.settings, site_name).name
    migrate(house.engine)
    return house, site


def _meant(house: House, site: str, key: str | None, rule_name: str | None) -> tuple[PauseKind, str]:
    """What the options name. Raises UnknownProject or UnknownRule, with the nearest name."""
    if key is not None and rule_name is not None:
        raise click.UsageError("say either --project or --rule")
    if key is not None:
        return "project", _known_project(house, site, key)
    if rule_name is not None:
        return "rule", rule_called(rule_name, known_rules(house, site))
    return "site", WHOLE_SITE


def _known_project(house: House, site: str, key: str) -> str:
    with reading(house.engine) as conn:
        known = [row.key for row in projects.all_of(conn, site)]
    if key in known:
        return key
    near = _near(key, known)
    raise UnknownProject(f"project {key} is not mirrored in site {site}{near}")


def known_rules(house: House, site: str) -> list[str]:
    """The full names of the rules in force, and of those that have written or are paused: they may be gone since."""
    with reading(house.engine) as conn:
        known = {*runs.rules(conn, site), *(one.name for one in pauses.of_site(conn, site) if one.kind == "rule")}
    try:
        ground = house.rules.check(site)
    except ConnectorError as problem:
        # Whoever must stop a rule shall not have to mend the files first.
        click.echo(f"connector: {problem}", err=True)
        ground = None
    return sorted(known | set(rule_names(ground.rulebook) if ground is not None else ()))


def rule_called(text: str, names: Sequence[str], problem: str = "") -> str:
    """The rule that a person means by its full name or its id alone. Raises UnknownRule, with the nearest name."""
    found = [name for name in names if name == text] or [name for name in names if name.partition(" ")[2] == text]
    if len(found) == 1:
        return found[0]
    if found:
        raise UnknownRule(f"several rules are called {text!r}; say which: {', '.join(found)}")
    ids = [name.partition(" ")[2] for name in names if " " in name]
    raise UnknownRule(f"{problem or f'there is no rule {text!r}'}{_near(text, [*names, *ids])}")


def _near(text: str, names: Iterable[str]) -> str:
    """The nearest name as the end of a message."""
    known = sorted(set(names))
    close = difflib.get_close_matches(text, known, 1)
    if close:
        return f"; did you mean {close[0]!r}?"
    return f"; there is {', '.join(known[:12])}" if known else ""


def _touched(conn: Connection, site: str, kind: PauseKind, name: str) -> list[str]:
    """The projects for which it makes a difference."""
    return [name] if kind == "project" else [row.key for row in projects.all_of(conn, site)]


def _called(site: str, kind: PauseKind, name: str) -> str:
    if kind == "site":
        return f"site {site}"
    return f"{site}/{name}" if kind == "project" else name


def _resume_command(kind: PauseKind, name: str) -> str:
    option = {"site": "", "project": f" --project {name}", "rule": f" --rule {shlex.quote(name)}"}[kind]
    return f"connector resume{option}"


def _because(reason: str) -> str:
    return f": {reason}" if reason else ""
