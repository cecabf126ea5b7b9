"""What automations may wait for: the events, and how each can be said more exactly."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from connector.core.automation_rules import Narrowing
from connector.core.cron import BadCron, read_cron
from connector.rulefiles.desk import Desk, spellings
from connector.rulefiles.part import Part
from connector.rulefiles.problem import shown, suggest
from connector.rulefiles.shape_automations import WhenShape

OF_ISSUES = frozenset(
    {
        *(f"issue.{one}" for one in ("created", "updated", "transitioned", "commented", "linked", "deleted")),
        *(f"comment.{one}" for one in ("created", "updated", "deleted")),
        *(f"worklog.{one}" for one in ("created", "updated", "deleted")),
        *(f"{one}.{what}" for one in ("link", "attachment") for what in ("created", "deleted")),
        *(f"property.{one}" for one in ("set", "deleted")),
        "risk.band_changed",
    }
)
OF_PAGES = frozenset(f"page.{one}" for one in ("created", "updated", "labelled", "commented"))
OF_PROJECTS = frozenset(
    {
        *("sprint.started", "sprint.closed", "version.released"),
        *("gate.decided", "kpi.crossed", "day.began", "week.began", "schedule"),
        *OF_PAGES,
    }
)
EVENTS = OF_ISSUES | OF_PROJECTS
WEEK_WORKED = "week.worked"
"""The week's first working day, as the clock calls it."""
LIGHTS = ("green", "amber", "red", "grey")
DECISIONS = ("GO", "COND_GO", "RECYCLE", "HOLD", "KILL", "REDIRECT", "DEFERRED", "VOID")
NARROWED_BY: Mapping[str, tuple[str, ...]] = {
    "kpi.crossed": ("kpi", "into"),
    "gate.decided": ("gate", "decision"),
    "risk.band_changed": ("band",),
    "issue.updated": ("field",),
    "issue.transitioned": ("into",),
    "page.labelled": ("label",),
    "day.began": ("working_days",),
    "week.began": ("working_days",),
}
KEYS = ("kpi", "into", "gate", "decision", "band", "field", "label", "working_days")


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What else the rules say, for those that refer to it. `scale` is the top of a risk's probability and impact.

    `pages` are the names of pages that rules write; None for what is not known or not said.
    """

    gates: Collection[str] = ()
    kpis: Collection[str] = ()
    bands: Collection[str] = ()
    roles: Collection[str] = ()
    pages: Collection[str] = ()
    templates: Collection[str] | None = None
    risk_fields: tuple[str, str, str | None] | None = None
    scale: tuple[int, int] = (5, 5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """The events of a rule, and those that are said more exactly."""

    events: tuple[str, ...]
    narrowed: tuple[Narrowing, ...] = field(default_factory=tuple)


def compile_when(part: Part, given: object, around: Around, desk: Desk) -> Heard:
    """The events that a rule answers to."""
    items = list(enumerate(given)) if isinstance(given, list) else [(None, given)]
    events: dict[str, None] = {}
    exact: list[Narrowing] = []
    plain: set[str] = set()
    for index, one in items:
        at = part if index is None else part.at(index)
        if isinstance(one, WhenShape):
            found = _narrowed(at, one, around, desk)
            if found is not None:
                events[found.event] = None
                exact += [found] if found.wanted else []
                plain |= set() if found.wanted else {found.event}
        else:
            events[_event(at, str(one), desk)] = None
            plain.add(str(one))
    return Heard(events=tuple(events), narrowed=tuple(one for one in exact if one.event not in plain))


def _event(at: Part, name: str, desk: Desk) -> str:
    if name == "schedule":
        desk.complaints.add(at, "a schedule needs its time", 'write {schedule: "0 9 * * MON-FRI"}')
    elif name not in EVENTS:
        mend = suggest(name, EVENTS, "see the README's list of events")
        desk.complaints.add(at, f"there is no event {shown(name)}", mend)
    return name


def _narrowed(at: Part, shape: WhenShape, around: Around, desk: Desk) -> Narrowing | None:
    given = {name: value for name in KEYS if (value := getattr(shape, name)) is not None}
    if (shape.event is None) == (shape.schedule is None):
        desk.complaints.add(at, "an event is said by 'event', a time by 'schedule'", "write exactly one of the two")
        return None
    event = _event(at.at("event"), shape.event, desk) if shape.event is not None else "schedule"
    for name in given.keys() - set(NARROWED_BY.get(event, ())):
        takes = ", ".join(NARROWED_BY.get(event, ())) or "nothing"
        desk.complaints.add_key(at.at(name), f"{event} is not narrowed by {name!r}", f"it takes {takes}")
    if shape.schedule is not None:
        return _schedule(at.at("schedule"), shape.schedule, desk)
    wanted = {name: _wanted(at.at(name), event, name, value, around, desk) for name, value in given.items()}
    if "working_days" in wanted and event == "week.began":
        return Narrowing(event=WEEK_WORKED, wanted={})
    if "working_days" in wanted:
        wanted = {"working_day": ("true",)}
    return Narrowing(event=event, wanted=wanted)


def _schedule(at: Part, text: str, desk: Desk) -> Narrowing | None:
    try:
        cron = read_cron(text)
    except BadCron as problem:
        desk.complaints.add(at, str(problem), 'write for example "0 9 * * MON-FRI"', offset=problem.at)
        return None
    return Narrowing(event="schedule", wanted={"schedule": (cron.text,)})


def _wanted(at: Part, event: str, name: str, value: object, around: Around, desk: Desk) -> tuple[str, ...]:
    """The accepted values of one key, in lower case; each that does not exist is complained about."""
    values = [str(one) for one in value] if isinstance(value, list) else [str(value)]
    if name == "field":
        return tuple(_field_names(at, values, desk))
    if (event, name) == ("issue.transitioned", "into"):
        return tuple(also.casefold() for one in values for also in spellings(one, desk.names.statuses))
    there: Collection[str] | None = {
        "kpi": around.kpis,
        "gate": around.gates,
        "band": around.bands,
        "into": LIGHTS,
        "decision": DECISIONS,
    }.get(name)
    for one in values if there is not None else ():
        if there is not None and one not in there and one not in desk.complaints.lost_ids:
            kind = "light" if name == "into" else name
            desk.complaints.add(at, f"there is no {kind} {shown(one)}", suggest(one, there, f"name a {kind}"))
    return tuple(one.casefold() for one in values)


def _field_names(at: Part, values: list[str], desk: Desk) -> list[str]:
    """What a change may call the field: its id, its name, its word."""
    names = []
    for one in values:
        found = desk.field(at, one)
        if found is not None:
            names += [name.casefold() for name in (found.id, found.name, *found.aliases)]
    return names
