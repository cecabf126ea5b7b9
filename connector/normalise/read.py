"""The two questions a body is asked: is it an event of ours (at the door), and what does it tell (in the pipeline)."""

from collections.abc import Mapping
from datetime import datetime

import orjson

from connector.core.events import Event, Origin, Ticked
from connector.normalise import confluence_events, jira_events
from connector.normalise.forge import as_webhook, delivery_of, is_forge
from connector.normalise.letter import Letter, Source
from connector.normalise.names import CLOCK_NAMES, UNNAMED_PAGE, canonical, reason_left
from connector.normalise.reading import Part, kind_of
from connector.normalise.verdict import Known, LeftAlone, NotAnEvent, Unreadable, Verdict

DEPTH = 100
"""How deep a body may nest. Jira's own reach about fifteen."""

_EXPECTED: Mapping[Source, str] = {
    "jira": "a Jira webhook: a JSON object with webhookEvent and, for this event, {}",
    "confluence": "a Confluence webhook: a JSON object with event (or its name in X-Event-Key or the path) and {}",
    "clock": "a tick: a JSON object with event, project and at",
}


_OF_EVERY_TICK = frozenset({"event", "project", "at"})


def classify(source: Source, body: bytes | object, hint: str | None = None) -> Verdict:
    """Whether this body is an event we take. Cheap: one parse and a look at a few keys.

    body: the raw bytes, or what they were parsed to (then the caller has seen to its depth).
    hint: the event's name from a header or the path, for bodies that do not name it themselves.
    """
    if isinstance(body, bytes):
        parsed = _parse(body)
        if isinstance(parsed, NotAnEvent):
            return parsed
        body = parsed
    if not isinstance(body, Mapping):
        return _not(source, f"{kind_of(body)} instead of a JSON object")
    part = Part(body)
    if source == "clock":
        return _classify_tick(part)
    delivery = delivery_of(part) if is_forge(part) else None
    part = as_webhook(part) if delivery is not None else part
    verdict = _classify_jira(part, hint) if source == "jira" else _classify_confluence(part, hint)
    return Known(name=verdict.name, delivery=delivery) if isinstance(verdict, Known) and delivery else verdict


def normalise(letter: Letter) -> tuple[Event, ...]:
    """What a letter tells, its own event first; nothing for an event that is left alone.

    Raises Unreadable when the body is no event, or lacks something that its event must hold.
    """
    parsed = _parse(letter.body)
    if isinstance(parsed, NotAnEvent):
        raise Unreadable(f"{parsed.found}; expected {parsed.expected}")
    verdict = classify(letter.source, parsed, letter.name)
    if isinstance(verdict, NotAnEvent):
        raise Unreadable(f"{verdict.found}; expected {verdict.expected}")
    if isinstance(verdict, LeftAlone):
        return ()
    body = Part(parsed)
    trace = letter.trace or body.at("webhookTraceValue").text() or body.at("payload", "webhookTraceValue").text()
    body = as_webhook(body) if letter.source != "clock" and is_forge(body) else body
    if letter.source == "jira":
        body = _jira_shape(body)
    origin = Origin(
        site=letter.site,
        name=verdict.name,
        at=_moment(letter, body),
        actor=_actor(letter.source, body),
        trace=trace,
        is_live=letter.is_live,
    )
    match letter.source:
        case "jira":
            return jira_events.jira_events(verdict.name, body, origin)
        case "confluence":
            return confluence_events.confluence_events(verdict.name, body, origin)
        case "clock":
            about = {name: value for name, value in body.fields.items() if name not in _OF_EVERY_TICK}
            return (Ticked(origin=origin, project=body.at("project").id(), about=about),)


def _parse(body: bytes) -> object | NotAnEvent:
    expected = f"a JSON object in UTF-8, at most {DEPTH} levels deep"
    try:
        parsed: object = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        return NotAnEvent(found=f"not JSON ({error})"[:200], expected=expected)
    if body.count(b"{") + body.count(b"[") > DEPTH and _is_too_deep(parsed):
        return NotAnEvent(found=f"nested more than {DEPTH} levels deep", expected=expected)
    return parsed


def _is_too_deep(parsed: object) -> bool:
    level = [parsed]
    for _ in range(DEPTH):
        level = [
            child
            for one in level
            for child in (one.values() if isinstance(one, dict) else one if isinstance(one, list) else ())
            if isinstance(child, dict | list)
        ]
        if not level:
            return False
    return True


def _not(source: Source, found: str, needs: str = "its subject's id") -> NotAnEvent:
    return NotAnEvent(found=found, expected=_EXPECTED[source].format(needs))


def _classify_tick(body: Part) -> Verdict:
    name = body.at("event").text() or ""
    if name not in CLOCK_NAMES:
        return _not("clock", f"event {name[:60]!r}")
    if body.at("project").maybe_id() is None or body.at("at").moment() is None:
        return _not("clock", f"{name} without project or at")
    return Known(name=name)


def _classify_jira(body: Part, hint: str | None) -> Verdict:
    shaped = _jira_shape(body)
    raw = shaped.at("webhookEvent").text() or hint
    if not raw:
        return _not("jira", "no webhookEvent")
    name = canonical("jira", raw)
    if name is None:
        return _left("jira", raw, is_told=shaped.at("webhookEvent").text() is not None)
    place = jira_events.missing_in(name, shaped)
    if place is not None:
        return _not("jira", f"{raw[:60]} without {place}", place)
    if name.startswith("link.") and jira_events.is_system_link(shaped):
        return LeftAlone(reason="a sub-task or epic link: the issue's own fields tell of those")
    return Known(name=name)


def _left(source: Source, raw: str, *, is_told: bool) -> Verdict:
    """An event the body itself names is the product's, known to us or not; a name in a path may be a mistake."""
    reason = reason_left(source, raw)
    if reason is None and not is_told:
        return _not(source, f"an event name from the header or path that is not known: {raw[:60]!r}")
    return LeftAlone(reason=reason or f"events called {raw[:60]!r} are not known here")


def _jira_shape(body: Part) -> Part:
    """A bare issue (as an automation rule sends it) in the shape of a webhook."""
    is_bare = body.at("webhookEvent").value is None and body.at("issue").value is None
    if is_bare and body.at("fields").fields and body.at("key").maybe_id():
        return Part({"webhookEvent": "issue.updated", "issue": body.value})
    return body


def _classify_confluence(body: Part, hint: str | None) -> Verdict:
    raw = body.at("event").text() or hint
    type_ = body.at("type").text() or ""
    if "content-property" in type_:
        return LeftAlone(reason="content properties are not mirrored")
    if body.at("blog").value is not None or type_ == "blogpost" or confluence_events.is_about_blog(body):
        return LeftAlone(reason="blog posts are not mirrored")
    if not raw:
        return _nameless(body)
    name = canonical("confluence", raw)
    if name is None:
        return _left("confluence", raw, is_told=body.at("event").text() is not None)
    place = confluence_events.missing_in(name, body)
    return _not("confluence", f"{raw[:60]} without {place}", place) if place else Known(name=name)


def _nameless(body: Part) -> Verdict:
    """A page whose event nobody names: worth a look at the page, no more."""
    if confluence_events.page_in(body).at("id").maybe_id():
        return Known(name=UNNAMED_PAGE)
    return _not("confluence", "no event name and no page")


def _moment(letter: Letter, body: Part) -> datetime:
    """The event's own moment, or else the newest that its subject tells, or else that of its arrival."""
    told = (
        body.at("timestamp"),
        body.at("at"),
        body.at("comment", "updated"),
        body.at("worklog", "updated"),
        body.at("issue", "fields", "updated"),
        body.at("page", "modificationDate"),
        body.at("version", "when"),
    )
    return next((found for one in told if (found := one.moment())), letter.received_at)


def _actor(source: Source, body: Part) -> str | None:
    match source:
        case "jira":
            return jira_events.actor_of(body)
        case "confluence":
            return confluence_events.actor_of(body)
        case "clock":
            return None
