"""`connector undo` takes back what a run wrote, where the value is still ours: it shows how first, and asks."""

import json
import time
import uuid
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import click

from connector.cli.choosing import chosen_site, house_for, site_option
from connector.cli.steering import known_rules, rule_called
from connector.core.errors import ConnectorError
from connector.core.fields import FieldCatalog
from connector.outbox.step import Step
from connector.outbox.undoing import Undoing
from connector.settings import read_settings
from connector.store import issues, outbox, planning, projects, runs
from connector.store.engine import migrate, reading, writing
from connector.store.outbox import OutboxRow
from connector.wiring.house import House
from connector.wiring.rules import read_catalog

WAIT_S = 30.0
LOOK_EVERY_S = 0.2
_SETTLED = frozenset({"confirmed", "refused", "replaced", "observed"})


class UnknownRun(ConnectorError):
    """No run is called so, or several are."""


@click.command()
@click.argument("run", nargs=-1)
@click.option("--rule", "rule_name", metavar="ID", help="Instead of a run: all that this rule wrote since --since.")
@click.option("--since", metavar="MOMENT", help="With --rule: a moment such as 2026-03-16T09:00+01:00.")
@site_option
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object; nothing is done without --yes.")
def undo(
    run: tuple[str, ...],
    rule_name: str | None,
    since: str | None,
    site_name: str | None,
    yes: bool,
    as_json: bool,
) -> None:
    """Take back what a run wrote: `connector undo events 5633485a682d`, or its last word alone.

    What somebody has changed since is left alone and said. Issues and pages that were made are never deleted.
    """
    house = house_for(read_settings())
    site = chosen_site(house.settings, site_name).name
    migrate(house.engine)
    name, rows = _chosen(house, site, " ".join(run), rule_name, since)
    steps = _look(house, site, rows)
    back = [step for step in steps if step.write is not None or step.is_withdrawn]
    if not as_json:
        _show(name, rows, steps)
    if back and not yes and not as_json:
        click.confirm(f"Take back {len(back)} of {len(steps)}?", abort=True)
    if not back or (as_json and not yes):
        _end(as_json, name, steps, None, [])
        return
    undone = f"undo {uuid.uuid4().hex[:12]}"
    _end(as_json, name, steps, undone, _carry_out(house, site, back, undone))


def _chosen(house: House, site: str, run: str, rule_name: str | None, since: str | None) -> tuple[str, list[OutboxRow]]:
    """What is to be taken back, with its name. Raises UnknownRun or UnknownRule."""
    if bool(run) == (rule_name is not None) or (rule_name is None) != (since is None):
        raise click.UsageError("say either a RUN, or --rule ID with --since MOMENT")
    if rule_name is not None and since is not None:
        rule, moment = rule_called(rule_name, known_rules(house, site)), _moment(since)
        with reading(house.engine) as conn:
            return f"{rule} since {moment.isoformat(timespec='seconds')}", runs.of_rule(conn, site, rule, moment)
    with reading(house.engine) as conn:
        names = runs.named(conn, site, run)
        if len(names) != 1:
            raise UnknownRun(_why_not(run, names, [one.name for one in runs.recent(conn, site, 5)]))
        return names[0], runs.of_run(conn, site, names[0])


def _why_not(run: str, names: Sequence[str], recent: Sequence[str]) -> str:
    if names:
        return f"several runs are called {run!r}; say which: {', '.join(names)}"
    return f"there is no run {run!r}; of late there were {', '.join(recent) or 'none'} (connector status --runs 20)"


def _moment(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise click.UsageError(f"--since is {text!r}; give a moment such as 2026-03-16T09:00+01:00") from None
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)


def _look(house: House, site: str, rows: Sequence[OutboxRow]) -> list[Step]:
    with reading(house.engine) as conn:
        histories = runs.histories(conn, site, [row.natural_key for row in rows])
        ids = [row.remote_id for row in rows if row.remote_id] + _ends(rows)
        keys = {issue_id: stored.issue.key for issue_id, stored in issues.load(conn, site, ids).items()}
    jira, pages = house.desks(site)
    undoing = Undoing(
        jira=jira,
        pages=pages,
        name_of_issue=lambda one: keys.get(one, f"issue {one}"),
        name_of_field=_field_names(read_catalog(house.engine, site)),
    )
    return undoing.look(rows, histories)


def _field_names(catalog: FieldCatalog | None) -> Callable[[str], str]:
    known = {field.id: field.name for field in catalog.fields} if catalog is not None else {}
    return lambda field_id: known.get(field_id, field_id)


def _ends(rows: Sequence[OutboxRow]) -> list[str]:
    ends = [str(getattr(row.write, end, "")) for row in rows for end in ("source", "target")]
    return [end for end in ends if end.isdigit()]


def _carry_out(house: House, site: str, back: Sequence[Step], undone: str) -> list[OutboxRow]:
    """Put the writes into the outbox and send them; gives what became of each."""
    writes = [(step.write, step.row) for step in back if step.write is not None]
    with writing(house.engine) as conn:
        reason = f"taken back before it was sent ({undone})"
        gone = planning.withdraw(conn, [step.row for step in back if step.is_withdrawn], reason)
        ids = planning.take_back(conn, site, writes, now=house.outbox.real.now(), run=undone)
        projects.mark_dirty(conn, site, {step.row.project for step in back})
    until = time.monotonic() + WAIT_S
    while True:
        while house.outbox.send_due():
            pass
        with reading(house.engine) as conn:
            rows = [row for row_id in (*gone, *ids) if (row := outbox.get(conn, row_id)) is not None]
        if all(row.state in _SETTLED for row in rows) or time.monotonic() > until:
            return rows
        # A serve that runs beside has taken some of them.
        time.sleep(LOOK_EVERY_S)


def _show(name: str, rows: Sequence[OutboxRow], steps: Sequence[Step]) -> None:
    projects_in = ", ".join(sorted({row.project for row in rows}))
    click.echo(f"{name}, {projects_in}: {len(steps)} of {len(rows)} writes were done or wait")
    for step in steps:
        for line in step.back:
            click.echo(f"  takes back  {line}  ({step.row.rule})")
        for line in step.left:
            click.echo(f"  leaves      {line}  ({step.row.rule})")


def _end(as_json: bool, name: str, steps: Sequence[Step], undone: str | None, rows: Sequence[OutboxRow]) -> None:
    if as_json:
        told = {
            "run": name,
            "undo": undone,
            "steps": [_jsonable(step) for step in steps],
            "outcomes": [
                {"id": row.id, "write": row.natural_key, "state": row.state, "reason": row.reason} for row in rows
            ],
        }
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    elif undone is None:
        click.echo("nothing to take back")
    else:
        for row in rows:
            if row.state == "refused" or row.state not in _SETTLED:
                click.echo(f"{row.state}: {row.natural_key}" + (f": {row.reason}" if row.reason else ""))
        done = sum(row.state in {"confirmed", "observed"} for row in rows)
        click.echo(f"{undone}: {done} of {len(rows)} taken back")
    if any(row.state not in {"confirmed", "observed"} for row in rows):
        raise click.exceptions.Exit(1)


def _jsonable(step: Step) -> dict[str, object]:
    return {
        "id": step.row.id,
        "project": step.row.project,
        "write": step.row.natural_key,
        "rule": step.row.rule,
        "is_withdrawn": step.is_withdrawn,
        "back": list(step.back),
        "left": list(step.left),
    }
