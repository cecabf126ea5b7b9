"""Ticks: a day or week began, a schedule's time came, a wait is over.

Each is an inbox row with an id of its own, so that any number of replicas make one. A late look makes the same ticks:
of the times of a schedule that passed meanwhile, the last one.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import Connection, Engine

from connector.core.cron import read_cron
from connector.core.rulebook import Automation, ProjectRules
from connector.intake.schedules import last_time
from connector.store import findings, inbox, projects, timers
from connector.store.engine import reading, writing
from connector.store.inbox import NewLetter

SEEN = "schedules"
"""Subject of the last time of each schedule that was put, by project."""

AutomationsOf = Callable[[str, str], tuple[Automation, ...]]


def put_ticks(
    engine: Engine,
    sites: Iterable[str],
    rules_for: Callable[[str, str], ProjectRules | None],
    now: datetime,
    automations_of: AutomationsOf = lambda site, project: (),
) -> int:
    """Put the ticks that are due for every project whose rules depend on time. Gives how many were new.

    rules_for: the rules of a site's project, None where nothing depends on time; automations_of: its automations.
    """
    letters: list[NewLetter] = []
    times: list[tuple[str, str, str, datetime]] = []
    for site in sites:
        with reading(engine) as conn:
            known = projects.all_of(conn, site)
            letters += [_timer_due(one, now) for one in timers.due(conn, site, now)]
            for project in known:
                rules = rules_for(site, project.key)
                if rules is None:
                    continue
                automations = automations_of(site, project.key)
                letters.append(_day_began(site, project.key, rules, now))
                letters += _weeks_began(site, project.key, rules, now, automations)
                times += _times(conn, site, project.key, rules, now, automations)
    letters += [_schedule(site, key, cron, at, now) for site, key, cron, at in times if at <= now]
    if not letters and not times:
        return 0
    with writing(engine) as conn:
        for site, key, cron, at in times:
            findings.set_judgement(conn, site, f"{SEEN} {key}", cron, at)
        return sum(row is not None for row in inbox.put(conn, letters))


def _day_began(site: str, project: str, rules: ProjectRules, now: datetime) -> NewLetter:
    """The letter of the present day in the project's time zone; the same one however often it is asked for."""
    today = now.astimezone(rules.timezone).date()
    more = {"working_day": rules.days.is_working(today)}
    return _letter(site, "day.began", project, _midnight(today, rules), today.isoformat(), now, more)


def _weeks_began(
    site: str, project: str, rules: ProjectRules, now: datetime, automations: tuple[Automation, ...]
) -> list[NewLetter]:
    """The letters of the present week, from Monday on, and from its first working day on: for who waits for them."""
    wanted = {event for rule in automations for event in rule.when}
    today = now.astimezone(rules.timezone).date()
    monday = today - timedelta(days=today.weekday())
    year, week, _ = monday.isocalendar()
    name = f"{year}-W{week:02d}"
    worked = rules.days.working_days(monday, today)
    begun = {"week.began": monday, **({"week.worked": worked[0]} if worked else {})}
    return [
        _letter(site, event, project, _midnight(day, rules), name, now, {})
        for event, day in begun.items()
        if event in wanted
    ]


def _times(
    conn: Connection, site: str, project: str, rules: ProjectRules, now: datetime, automations: tuple[Automation, ...]
) -> list[tuple[str, str, str, datetime]]:
    """The schedules of a project whose time came since it was last put; one seen for the first time begins now."""
    wanted = {text for rule in automations for one in rule.narrowed for text in one.wanted.get("schedule", ())}
    if not wanted:
        return []
    seen = findings.topics_of(conn, site, f"{SEEN} {project}")
    found = []
    for text in sorted(wanted):
        last = seen.get(text)
        if not isinstance(last, datetime):
            # A moment later than now: nothing has come due of a schedule that was only just written.
            found.append((site, project, text, now + timedelta(microseconds=1)))
            continue
        at = last_time(read_cron(text), rules.timezone, after=last, until=now)
        if at is not None:
            found.append((site, project, text, at))
    return found


def _schedule(site: str, project: str, cron: str, at: datetime, now: datetime) -> NewLetter:
    return _letter(site, "schedule", project, at, f"{cron} {at.isoformat()}", now, {"schedule": cron})


def _timer_due(timer: timers.Timer, now: datetime) -> NewLetter:
    named = f"{timer.rule} {timer.issue} {timer.due_at.isoformat()}"
    more = {"rule": timer.rule, "issue": timer.issue}
    return _letter(timer.site, "timer.due", timer.project, timer.due_at, named, now, more)


def _midnight(day: date, rules: ProjectRules) -> datetime:
    return datetime.combine(day, time(), rules.timezone).astimezone(UTC)


def _letter(
    site: str, name: str, project: str, at: datetime, occasion: str, now: datetime, more: Mapping[str, object]
) -> NewLetter:
    body = json.dumps({"event": name, "project": project, "at": at.isoformat(), **more}).encode()
    return NewLetter(
        site=site,
        source="clock",
        delivery=f"{name} {project} {occasion}",
        body_hash=hashlib.sha256(body).hexdigest(),
        name=name,
        trace=None,
        received_at=now,
        body=body,
    )
