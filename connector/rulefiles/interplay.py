"""Automations against each other: two that write a field differently, and several that start each other for ever."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from connector.rulefiles.conditions import Case, Reader, after, exclude_each_other
from connector.rulefiles.part import NO_CHILD, Complaints, Part, child_of
from connector.rulefiles.problem import shown, suggest

MOST_AUTOMATIONS = 300
"""More of them in one rulebook are refused: every two are compared."""
IGNORED = "ignore_conflict_with"


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A field that a rule writes: to `value`, or where that is None to something that is worked out each time."""

    part: Part
    field: str
    name: str
    value: str | None
    reads: frozenset[str] = frozenset()
    is_added: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """An automation as the others meet it."""

    id: str
    part: Part
    events: frozenset[str]
    cases: tuple[Case, ...]
    reads: frozenset[str]
    writes: tuple[Written, ...]
    ignores: frozenset[str]
    is_of_others: bool = False
    leaves: tuple[Case, ...] = ()
    """What still is told of an issue once this rule has written."""

    @property
    def causes(self) -> frozenset[str]:
        """The events that its writes bring about."""
        moved = {"issue.transitioned"} if any(one.field == "status" for one in self.writes) else set()
        return frozenset({"issue.updated", *moved}) if self.writes else frozenset()


def check_interplay(rules: Mapping[str, Part], reader: Reader, complaints: Complaints) -> None:
    """Complain about conflicts and endless loops."""
    if len(rules) > MOST_AUTOMATIONS:
        part = list(rules.values())[MOST_AUTOMATIONS]
        complaints.add(part, f"{len(rules)} automations are more than {MOST_AUTOMATIONS}", "merge some of them")
        return
    actors = [_actor(name, part, reader) for name, part in rules.items()]
    for actor in actors:
        for name in sorted(actor.ignores - rules.keys() - complaints.lost_ids):
            mend = suggest(name, rules, "remove it")
            complaints.add(actor.part.at(IGNORED), f"there is no automation {shown(name)}", mend)
    fighting = _check_conflicts(actors, complaints)
    _check_loops(actors, fighting, complaints)


def _actor(name: str, part: Part, reader: Reader) -> Actor:
    data = part.data
    condition = child_of(data, "if")
    events = [_event_in(one) for one in _listed(child_of(data, "when"))]
    writes = tuple(
        one
        for index, action in enumerate(_listed(child_of(data, "then")))
        for one in _writes(part, index, action, reader)
    )
    cases = reader.cases(condition) if isinstance(condition, str) else ({},)
    written = {one.field: None if one.is_added else one.value for one in writes}
    return Actor(
        id=name,
        part=part,
        events=frozenset(_with_updates(events)),
        cases=cases,
        leaves=tuple(after(case, written) for case in cases),
        reads=reader.reads(condition) if isinstance(condition, str) else frozenset(),
        writes=writes,
        ignores=frozenset(str(one) for one in _listed(child_of(data, IGNORED))),
        is_of_others=child_of(data, "for_each") is not NO_CHILD,
    )


def _event_in(when: object) -> str:
    """The event's name, however exactly it is said."""
    named = child_of(when, "event") if isinstance(when, Mapping) else when
    return named if isinstance(named, str) else "schedule"


def _with_updates(events: Sequence[str]) -> list[str]:
    return [*events, *(["issue.updated"] if "issue.transitioned" in events else [])]


def _writes(part: Part, index: int, action: object, reader: Reader) -> list[Written]:
    """The fields that one action writes."""
    at, found = part.at("then", index), list[Written]()
    fields = child_of(action, "set_fields")
    for name, value in fields.items() if isinstance(fields, Mapping) else ():
        found.append(_written(at.at("set_fields", str(name)), str(name), value, reader))
    for key, name in (("transition", "status"), ("assign", "assignee")):
        value = child_of(action, key)
        value = value[0] if isinstance(value, list) and value else value
        if value is not NO_CHILD:
            found.append(_written(at.at(key), name, value, reader))
    label = child_of(action, "add_label")
    if isinstance(label, str):
        found.append(Written(part=at.at("add_label"), field="labels", name="labels", value=label, is_added=True))
    return found


def _written(part: Part, name: str, value: object, reader: Reader) -> Written:
    text = value if isinstance(value, str) else str(value)
    is_worked_out = "{{" in text or "{%" in text
    reads = frozenset(reader.field(word) for word in reader.words_in(text)) if is_worked_out else frozenset()
    known = None if is_worked_out else reader.value(text)
    return Written(part=part, field=reader.field(name), name=name, value=known, reads=reads)


def _listed(value: object) -> list[object]:
    if value is NO_CHILD or value is None:
        return []
    return value if isinstance(value, list) else [value]


def _check_conflicts(actors: Sequence[Actor], complaints: Complaints) -> set[frozenset[str]]:
    """Two rules that may act on the same event and issue, and set one field to different values. Gives the pairs."""
    fighting = set[frozenset[str]]()
    by_field: dict[str, list[tuple[Actor, Written]]] = {}
    for actor in actors:
        for written in actor.writes:
            for other, theirs in by_field.get(written.field, ()):
                if _differ(written, theirs) and _meet(actor, other):
                    fighting.add(frozenset({actor.id, other.id}))
                    _complain_of_conflict(actor, written, other, theirs, complaints)
            if not written.is_added and not actor.is_of_others:
                by_field.setdefault(written.field, []).append((actor, written))
    return fighting


def _differ(one: Written, other: Written) -> bool:
    return not one.is_added and (one.value is None or one.value != other.value)


def _meet(one: Actor, other: Actor) -> bool:
    """Whether both may act on one issue at one event, and nobody has said that this is meant."""
    if one.id == other.id or one.is_of_others or _is_meant(one, other) or not one.events & other.events:
        return False
    return not exclude_each_other(one.cases, other.cases)


def _is_meant(one: Actor, other: Actor) -> bool:
    return other.id in one.ignores or one.id in other.ignores


def _complain_of_conflict(
    actor: Actor, written: Written, other: Actor, theirs: Written, complaints: Complaints
) -> None:
    what = f"it sets {shown(written.name)} {_to(written)}, and {other.id!r} at {theirs.part.place} {_to(theirs)}"
    mend = f"let their conditions exclude each other, or write '{IGNORED}: [{other.id}]'"
    complaints.add(written.part, what, mend)


def _to(written: Written) -> str:
    return "to what is worked out" if written.value is None else f"to {shown(written.value)}"


@dataclass(slots=True)
class _Search:
    """Follows rules that start each other, from one of them back to it."""

    links: Mapping[str, Sequence[str]]
    seen: set[str] = field(default_factory=set)

    def way(self, start: str, goal: str) -> list[str] | None:
        """The rules from `start` to `goal`, both named."""
        waiting = [[start]]
        while waiting:
            way = waiting.pop(0)
            for following in self.links.get(way[-1], ()):
                if following == goal:
                    return [*way, goal]
                if following not in self.seen:
                    self.seen.add(following)
                    waiting.append([*way, following])
        return None


def _check_loops(actors: Sequence[Actor], fighting: set[frozenset[str]], complaints: Complaints) -> None:
    """Rules that start each other in a circle in which some field never comes to rest."""
    by_id = {actor.id: actor for actor in actors}
    restless = [one for one in actors if _is_restless(one, actors)]
    if not restless:
        return
    links = {one.id: [other.id for other in actors if _starts(one, other)] for one in actors}
    told = set[frozenset[str]]()
    for actor in restless:
        way = _Search(links).way(actor.id, actor.id)
        circle = frozenset(way or ())
        if way is None or circle in told or not _never_rests([by_id[name] for name in way[:-1]], fighting):
            continue
        told.add(circle)
        what = f"these rules start each other without end: {_told([by_id[name] for name in way])}"
        mend = (
            "let one of them leave the field alone once it is set"
            if len(circle) > 1
            else "leave the field alone once it is set"
        )
        complaints.add(actor.part.at("then"), what, f"{mend}, or write '{IGNORED}: [{way[-2]}]'")


def _is_restless(actor: Actor, actors: Sequence[Actor]) -> bool:
    """Whether it writes a field that some rule writes otherwise, or that it works out from what it wrote before."""
    mine = [one for one in actor.writes if not one.is_added]
    return any(
        one.value is None or any(other.field == one.field and other.value != one.value for other in them.writes)
        for one in mine
        for them in actors
    )


def _starts(one: Actor, other: Actor) -> bool:
    """Whether what `one` writes may let `other` act."""
    if not one.causes & other.events or (one.id != other.id and _is_meant(one, other)):
        return False
    if one.id == other.id and one.id in one.ignores:
        return False
    return one.is_of_others or not exclude_each_other(one.leaves, other.cases)


def _never_rests(circle: Sequence[Actor], fighting: set[frozenset[str]]) -> bool:
    """Whether going round the circle changes some field every time. A pair that fights was told of already."""
    if len(circle) == 2 and frozenset(one.id for one in circle) in fighting:
        return False
    writes = [one for actor in circle for one in actor.writes if not one.is_added]
    changed = {one.field for one in writes}
    if any(one.value is None and one.reads & changed for one in writes):
        return True
    return any(len({one.value for one in writes if one.field == name}) > 1 for name in changed)


def _told(way: Sequence[Actor]) -> str:
    links = [f"{one.id!r} sets {', '.join(f'{write.name} {_to(write)}' for write in one.writes)}" for one in way[:-1]]
    return ", then ".join((*links, repr(way[-1].id)))
