"""What a simulation tells, and how two of them differ."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Fired:
    """One write that would have been. state: planned, or held beyond its rule's limit."""

    at: datetime
    rule: str
    place: str
    natural_key: str
    text: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Turned:
    """Something that went from one value to another on a day: a gate, a KPI's light, a risk's band, the phase."""

    day: date
    what: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfRule:
    """How often a rule would have written, and when first and last. `held` is the surplus beyond its `at_most`."""

    rule: str
    place: str
    writes: int
    held: int
    days: int
    first: datetime
    last: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulated:
    """One simulation. `fired` holds at most MOST_FIRED writes, `untold` counts the rest."""

    project: str
    since: date
    until: date
    rules: str
    events: int
    by_rule: tuple[OfRule, ...] = ()
    fired: tuple[Fired, ...] = ()
    turned: tuple[Turned, ...] = ()
    untold: int = 0
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """Two simulations of one history: the writes of one alone, of the other alone, and of both."""

    only_a: tuple[Fired, ...]
    only_b: tuple[Fired, ...]
    both: tuple[Fired, ...]


def compare(one: Simulated, other: Simulated) -> Compared:
    """What each of two simulations alone would have written, and what both would: by day, rule and thing written."""
    in_a, in_b = {_identity(fired) for fired in one.fired}, {_identity(fired) for fired in other.fired}
    return Compared(
        only_a=tuple(fired for fired in one.fired if _identity(fired) not in in_b),
        only_b=tuple(fired for fired in other.fired if _identity(fired) not in in_a),
        both=tuple(fired for fired in one.fired if _identity(fired) in in_b),
    )


def _identity(fired: Fired) -> tuple[object, ...]:
    return (fired.at.date(), fired.rule, fired.natural_key, fired.text, fired.state)
