"""Expected beside got: every line of a case, and whether the two sides agree."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import get_args

from pydantic import BaseModel

from connector.core.actions import Write
from connector.core.findings import Findings, GateRun
from connector.rehearsal.cases.shape import ExpectShape
from connector.rehearsal.telling import headline, jsonable, shown
from connector.rulefiles.part import Complaints, Part
from connector.rulefiles.problem import suggest

BY_VERB: Mapping[str, frozenset[str]] = {
    "set": frozenset({"fields"}),
    "label": frozenset({"add"}),
    "comment": frozenset({"purpose", "says"}),
    "move": frozenset({"to"}),
    "make": frozenset({"name", "summary", "project", "fields", "says"}),
    "link": frozenset({"type", "to"}),
    "property": frozenset({"name", "value"}),
    "page": frozenset({"title", "space", "labels"}),
    "notify": frozenset({"title", "says"}),
}
"""What may stand beside each verb."""
EVERYWHERE = frozenset({"rule", "state"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the comparison. A side that has nothing is None."""

    expected: str | None
    got: str | None
    is_met: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Got:
    """A write that came: what it is, the rule behind it and its state."""

    told: Mapping[str, object]
    rule: str
    state: str

    @property
    def all(self) -> dict[str, object]:
        """The write with its rule and state, as an expectation may name them."""
        return {**self.told, "rule": self.rule, "state": self.state}


def verbs() -> dict[str, frozenset[str]]:
    """Every verb with its keys: the friendly ones, and for writes without one their own name and fields."""
    otherwise = {_verb(kind.__name__): frozenset(kind.__dataclass_fields__) for kind in get_args(Write)}
    return {**otherwise, **BY_VERB}


def check_writes(part: Part, expected: Sequence[Mapping[str, object]], complaints: Complaints) -> None:
    """Complain about expected writes with verbs or keys that there are not."""
    known = verbs()
    for n, one in enumerate(expected):
        verb = next((name for name in one if name in known), None)
        if verb is None:
            first = str(next(iter(one), ""))
            complaints.add(
                part.at(n), f"{first!r} is no write", suggest(first, known, "see the README's list of writes")
            )
            continue
        for key in one:
            if key not in known[verb] | EVERYWHERE | {verb}:
                mend = suggest(str(key), known[verb] | EVERYWHERE, "remove it")
                complaints.add_key(part.at(n, str(key)), f"{verb!r} has no {str(key)!r}", mend)


def compare_writes(expected: Sequence[Mapping[str, object]], got: Sequence[Got]) -> list[Line]:
    """Each expected write beside the one that meets it; what is left over on either side stands alone."""
    left = list(got)
    lines: list[Line] = []
    for one in expected:
        found = next((other for other in left if _meets(one, other)), None)
        near = found or next((other for other in left if _is_near(one, other)), None)
        if near is not None:
            left.remove(near)
        said = _said(near.told) if near is not None else None
        lines.append(Line(expected=_said(one), got=said, is_met=found is not None))
    return [*lines, *(Line(expected=None, got=f"{_said(one.told)} ({one.rule})", is_met=False) for one in left)]


def compare_pages(expected: Mapping[str, Sequence[str | int | float]], got: Mapping[str, str]) -> list[Line]:
    """The pages written, each with texts that it says."""
    lines = []
    for page in sorted({*expected, *got}):
        if page not in expected:
            lines.append(Line(expected=None, got=f"page {page}", is_met=False))
            continue
        missing = [str(text) for text in expected[page] if str(text) not in got.get(page, "")]
        said = "page " + page + (f": {', '.join(map(str, expected[page]))}" if expected[page] else "")
        told = None if page not in got else f"page {page}" + (f", without {', '.join(missing)}" if missing else "")
        lines.append(Line(expected=said, got=told, is_met=page in got and not missing))
    return lines


def compare_findings(expected: ExpectShape, found: Findings) -> list[Line]:
    """What was found, as far as the case says anything about it."""
    runs = {run.gate: run for run in sorted(found.gates, key=lambda run: run.sequence)}
    lines = [
        line
        for gate, shape in expected.gates.items()
        for line in _named(f"gate {gate}", _asked(shape), _gate(runs.get(gate)) if gate in runs else None)
    ]
    kpis = {one.kpi: {"value": one.figure.value, "light": one.light, "reason": one.figure.reason} for one in found.kpis}
    for name, kpi in expected.kpis.items():
        lines += _named(f"kpi {name}", _asked(kpi), kpis.get(name))
    risks = {one.key: {"score": one.score, "band": one.band, "escalated": one.is_escalated} for one in found.risks}
    for key, risk in expected.risks.items():
        lines += _named(f"risk {key}", _asked(risk), risks.get(key))
    goals = {one.key: {True: "met", False: "missed", None: "open"}[one.is_met] for one in found.goals}
    for key, wanted in expected.goals.items():
        lines += _named(f"goal {key}", {"": wanted}, {"": goals[key]} if key in goals else None)
    if expected.milestones is not None:
        got = [one.key for one in found.milestones]
        lines += _named("milestones", {"": expected.milestones}, {"": got})
    for name in ("phase", "light"):
        wanted_one = getattr(expected, name)
        if wanted_one is not None:
            lines += _named(name, {"": wanted_one}, {"": getattr(found, name)})
    return lines


def _asked(shape: BaseModel) -> dict[str, object]:
    """What a shape says, and nothing that it leaves out."""
    return {name: getattr(shape, name) for name in type(shape).model_fields if name in shape.model_fields_set}


def _gate(run: GateRun | None) -> dict[str, object] | None:
    if run is None:
        return None
    return {
        "recommendation": run.recommendation,
        "state": run.state,
        "decision": run.decision,
        "returned": run.was_returned,
        "fails": [one.criterion for one in run.results if one.state == "fail"],
        "unknown": [one.criterion for one in run.results if one.state == "unknown"],
    }


def _named(head: str, expected: Mapping[str, object], got: Mapping[str, object] | None) -> list[Line]:
    lines = []
    for name, wanted in expected.items():
        said = f"{head}{f' {name}' if name else ''}:"
        held = got.get(name) if got is not None else None
        lines.append(
            Line(
                expected=f"{said} {shown(wanted)}",
                got=f"{said} {shown(jsonable(held))}" if got is not None else None,
                is_met=got is not None and _same(wanted, held),
            )
        )
    return lines


def _meets(expected: Mapping[str, object], got: Got) -> bool:
    held = got.all
    return all(key in held and _agrees(key, wanted, held[key]) for key, wanted in expected.items())


def _agrees(key: str, wanted: object, held: object) -> bool:
    if key == "says":
        said = " ".join(map(str, held)) if isinstance(held, list) else str(held)
        return all(str(one) in said for one in (wanted if isinstance(wanted, list) else [wanted]))
    return _same(wanted, held)


def _same(wanted: object, held: object) -> bool:
    held = jsonable(held)
    if isinstance(held, list) and not isinstance(wanted, list):
        # One word for a list means its first: of the statuses a gate may go back to, the one it goes to.
        return bool(held) and _same(wanted, held[0])
    if isinstance(held, list) and isinstance(wanted, list):
        return sorted(map(str, held)) == sorted(map(str, wanted))
    if isinstance(held, dict) and isinstance(wanted, Mapping):
        return held.keys() == wanted.keys() and all(_same(wanted[name], one) for name, one in held.items())
    if held is None or held == "":
        return wanted in (None, "", "nothing")
    return held == wanted or str(held) == str(wanted)


def _is_near(expected: Mapping[str, object], got: Got) -> bool:
    """Whether the write that came is the one that was probably meant: the same verb for the same thing."""
    verb = next(iter(got.told))
    return verb in expected and expected[verb] == got.told[verb]


def _said(told: Mapping[str, object]) -> str:
    known = verbs()
    verb = next((name for name in told if name in known), next(iter(told), ""))
    rest = {name: one for name, one in told.items() if name not in EVERYWHERE | {verb}}
    return headline({verb: told.get(verb), **rest})


def _verb(name: str) -> str:
    return "".join(f"_{one.lower()}" if one.isupper() else one for one in name).lstrip("_")
